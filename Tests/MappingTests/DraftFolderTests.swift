import Domain
import Foundation
import TestSupport
import Testing

@testable import Mapping

/// Where drafts wait, and what is read past them.
@Suite struct DraftFolderTests {
    private func folder(_ files: [String: String]) throws -> ScratchFolder {
        let scratch = try ScratchFolder()
        for (name, text) in files {
            let path = URL(filePath: scratch.file(name))
            try FileManager.default.createDirectory(
                at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: path, atomically: true, encoding: .utf8)
        }
        return scratch
    }

    private let register = mappingText(source: "jumin", head: "spine: true,")
    private let open = mappingText(source: "teate", columns: "'謎': { drop: '確かめてください: 何の列ですか。' }")
        .replacing("department: '見本課'", with: "department: '確かめてください'")

    @Test func aDraftStopsNobodyAndTellsItsQuestions() throws {
        let scratch = try folder(["jumin/jumin.json5": register, "drafts/teate.json5": open])
        #expect(
            try MappingSet.load(folder: scratch.path, catalogue: catalogue).all.map(\.source) == ["jumin"])
        let waiting = MappingSet.waiting(folder: scratch.path, catalogue: catalogue)
        #expect(waiting.map(\.path) == ["Mappings/drafts/teate.json5"])
        #expect(waiting.first?.questions.compactMap(\.field) == ["department", "columns.謎.drop"])
        #expect(waiting.first?.faults.isEmpty == true && waiting.first?.isFor("teate_20261001.csv") == true)
    }

    @Test func aDraftAmongTheMappingsIsToldWhereDraftsBelong() throws {
        let scratch = try folder(["jumin/jumin.json5": register, "kosodate/teate.json5": open])
        let faults =
            #expect(throws: Faults.self) {
                try MappingSet.load(folder: scratch.path, catalogue: catalogue)
            }?.all ?? []
        #expect(faults.map(\.code) == ["mapping.open"])
        #expect(faults.first?.message.contains("2か所") == true)
        #expect(faults.first?.fix.contains("Mappings/drafts") == true)
        // Who only reads goes on without it.
        let (set, broken) = MappingSet.readable(folder: scratch.path, catalogue: catalogue)
        #expect(set.all.map(\.source) == ["jumin"] && broken.map(\.source) == ["teate"])
    }

    @Test func aDraftIsCheckedAgainstTheOthersBeforeItIsAdopted() throws {
        let twin = mappingText(source: "jumin")
        let scratch = try folder([
            "jumin/jumin.json5": register, "drafts/jumin.json5": twin,
            "drafts/teate.json5": mappingText(source: "teate"),
        ])
        let faults =
            #expect(throws: Faults.self) {
                try MappingSet.load(folder: scratch.path, catalogue: catalogue, with: "jumin")
            }?.all ?? []
        #expect(Set(faults.map(\.code)) == ["mapping.source-twice", "mapping.file-twice"])
        let set = try MappingSet.load(folder: scratch.path, catalogue: catalogue, with: "teate")
        #expect(set.all.map(\.source) == ["jumin", "teate"])
    }

    /// Those that check each other have no order, nor has one behind a mapping that is broken or missing.
    @Test func whoOnlyReadsLosesNoSoundMapping() throws {
        func checking(_ source: String, in other: String) -> String {
            mappingText(source: source, head: "checks: { '氏名': { in: '\(other)' } },")
        }
        let scratch = try folder([
            "jumin/jumin.json5": register, "a/a.json5": checking("a", in: "b"),
            "a/b.json5": checking("b", in: "a"), "a/c.json5": checking("c", in: "d"),
            "a/d.json5": checking("d", in: "teate"), "a/teate.json5": open,
        ])
        let (set, broken) = MappingSet.readable(folder: scratch.path, catalogue: catalogue)
        #expect(set.all.map(\.source) == ["jumin", "a", "b", "c", "d"] && broken.map(\.source) == ["teate"])
    }

    /// A file that cannot be parsed is still known by its name.
    @Test func aBrokenMappingIsTheOneOfItsFiles() throws {
        let scratch = try folder([
            "a/teate.json5": "{ file: ",
            "b/x.json5": mappingText(source: "x").replacing("file: 'x'", with: "file: 'fuyo', filee: 1"),
        ])
        let broken = MappingSet.readable(folder: scratch.path, catalogue: catalogue).broken
        #expect(broken.map { $0.isFor("teate_20261001.csv") } == [true, false])
        #expect(broken.map { $0.isFor("fuyo_20261001.csv") } == [false, true])
        #expect(broken.allSatisfy { !$0.faults.isEmpty })
    }
}

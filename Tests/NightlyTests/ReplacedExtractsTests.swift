import Domain
import Foundation
import Mapping
import Policy
import Store
import TestSupport
import Testing

@testable import Nightly

@Suite struct ReplacedExtractsTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// Whether corrections of an extract of jumin that holds `content` end on a night of `day` with the files in the inbox.
    private func ends(_ content: UInt8, on day: Int, _ files: [(String, UInt8)]) throws -> Bool {
        let scratch = try ScratchFolder()
        for (name, content) in files { try scratch.write([content], to: name) }
        let catalogue = try Guideline.load(folder: Self.root + "/Guidelines", digest: { Digest.sha256($0) })
            .catalogue
        let mappings = try MappingSet.load(folder: Self.root + "/Mappings", catalogue: catalogue)
        let jumin = try #require(mappings["jumin"])
        let asOf = try #require(Day(2026, 10, day))
        let inbox = Inbox(folder: scratch.path, asOf: asOf)
        let full = try inbox.entries().compactMap { name, _ -> InboxExtract? in
            guard let day = inbox.day(of: name, prefix: "jumin"), day <= asOf else { return nil }
            return InboxExtract(
                mapping: jumin, file: name, sha256: try Digest.sha256(file: scratch.file(name)), asOf: day)
        }.max { $0.asOf < $1.asOf }
        let replaced = try inbox.replaced([("jumin", Digest.sha256([content]))], by: full.map { [$0] } ?? [])
        return !replaced.isEmpty
    }

    private let first = ("jumin_20261001.csv", UInt8(1))
    private let second = ("jumin_20261002.csv", UInt8(2))

    @Test func aNewerExtractEndsThem() throws {
        #expect(try ends(1, on: 2, [first, second]))
        #expect(try ends(1, on: 2, [second]))
    }

    @Test func aNightOfAnEarlierDayEndsNone() throws {
        #expect(try !ends(2, on: 1, [first, second]))
        #expect(try !ends(2, on: 2, [first, second]), "in use")
    }

    @Test func anExtractThatWasReplacedUnderItsNameEndsThem() throws {
        #expect(try ends(3, on: 2, [first, second]))
        #expect(try ends(2, on: 1, [first]), "gone from the inbox")
    }

    @Test func aSourceThatStaysAwayKeepsThem() throws {
        #expect(try !ends(1, on: 2, []))
    }

    @Test func ofFoldersOfOneRunTheTenthIsNewerThanTheNinth() {
        let folders = ["ab-2", "ab", "ab-10", "cd", "ab-9", "abc", "ab-x"]
        #expect(Quarantine.newestFirst(folders, of: "ab") == ["ab-10", "ab-9", "ab-2", "ab"])
    }
}

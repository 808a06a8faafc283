import Domain
import Foundation
import TestSupport
import Testing

@testable import Policy

@Suite final class GuidelineWatchTests {
    /// The shipped guideline in a folder of its own.
    private let folder: ScratchFolder
    private let watch: GuidelineWatch
    private let rest = GuidelineWatch.rest

    init() throws {
        let folder = try ScratchFolder()
        let shipped = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Guidelines").path
        for part in GuidelineFolder.parts {
            try FileManager.default.copyItem(atPath: "\(shipped)/\(part)", toPath: folder.file(part))
        }
        watch = try GuidelineWatch(
            folder: folder.path, digest: { "\($0.count) \($0.reduce(0) { $0 &* 31 &+ Int($1) })" })
        self.folder = folder
    }

    private func look(_ now: Double, adopting: (Guideline) throws -> Void = { _ in }) throws -> String {
        switch try watch.look(at: now, adopting: adopting) {
        case .same: "same"
        case .adopted: "adopted"
        case .refused: "refused"
        }
    }

    private func append(_ text: String, to name: String) throws {
        let old = try String(contentsOfFile: folder.file(name), encoding: .utf8)
        try (old + text).write(toFile: folder.file(name), atomically: true, encoding: .utf8)
    }

    @Test func anEditCountsOnceTheFolderHasRested() throws {
        let first = watch.guideline.revision
        #expect(try look(0) == "same" && look(100) == "same")
        try append("// a\n", to: "policies/night.json5")
        #expect(try look(101) == "same" && look(101 + rest - 1) == "same")
        try append("// b\n", to: "policies/night.json5")
        #expect(try look(101 + rest) == "same" && watch.guideline.revision == first)
        #expect(try look(101 + 2 * rest) == "adopted" && watch.guideline.revision != first)
        #expect(try look(500) == "same")
    }

    @Test(
        "A wrong edit leaves the last good guideline deciding, and is told once",
        arguments: [
            ("policies/night.json5", "nonsense"), ("policies/forbid.json5.bak", "{}"), ("roles", nil),
        ])
    func wrongEdits(name: String, text: String?) throws {
        let first = watch.guideline.revision
        if let text, FileManager.default.fileExists(atPath: folder.file(name)) {
            try append(text, to: name)
        } else if let text {
            try folder.write(Array(text.utf8), to: name)
        } else {
            try FileManager.default.removeItem(atPath: folder.file(name))
        }
        #expect(try look(0) == "same" && look(rest) == "refused" && look(2 * rest) == "same")
        #expect(watch.guideline.revision == first)
    }

    @Test func whatIsMendedCountsAndWhatIsTakenBackIsForgotten() throws {
        let path = folder.file("policies/night.json5")
        let good = try String(contentsOfFile: path, encoding: .utf8)
        try append("nonsense", to: "policies/night.json5")
        #expect(try look(0) == "same" && look(rest) == "refused")
        try good.write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try look(rest + 1) == "same" && look(3 * rest) == "same")
        try append("// mended\n", to: "policies/night.json5")
        #expect(try look(4 * rest) == "same" && look(5 * rest) == "adopted")
    }

    @Test func whatCannotBeWrittenDownDoesNotDecide() throws {
        struct Full: Error {}
        let first = watch.guideline.revision
        try append("// a\n", to: "policies/night.json5")
        #expect(try look(0) == "same")
        #expect(throws: Full.self) { try look(rest) { _ in throw Full() } }
        #expect(watch.guideline.revision == first)
        #expect(try look(rest + 1) == "adopted")
    }
}

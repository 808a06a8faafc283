import Domain
import Foundation
import Mapping
import Policy
import Store
import TestSupport
import Testing

@testable import Nightly

@Suite struct FreezeTests {
    private static let text = Array("宛名番号,氏名\r\n1,高橋\r\n".utf8)
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    private func mapping() throws -> ExtractMapping {
        let mappings = try MappingSet.load(
            folder: Self.root + "/Mappings",
            catalogue: Guideline.load(folder: Self.root + "/Guidelines", digest: { Digest.sha256($0) })
                .catalogue)
        return try #require(mappings.all.first)
    }

    /// What the system's gzip makes of `bytes`.
    private func compressed(_ bytes: [UInt8], _ scratch: borrowing ScratchFolder) throws -> [UInt8] {
        try scratch.write(bytes, to: "plain")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/gzip")
        process.arguments = ["-9n", scratch.file("plain")]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        let url = URL(filePath: scratch.file("plain.gz"))
        defer { try? FileManager.default.removeItem(at: url) }
        return try Array(Data(contentsOf: url))
    }

    private func expand(
        _ bytes: [UInt8], _ scratch: borrowing ScratchFolder, limit: Int = 1 << 20,
        places: [String] = Gzip.usualPlaces
    ) throws -> [UInt8] {
        try scratch.write(bytes, to: "a.csv.gz")
        let gzip = Gzip(limit: limit, places: places)
        try gzip.expand(scratch.file("a.csv.gz"), to: scratch.file("a.csv"), name: "a.csv.gz")
        return try Array(Data(contentsOf: URL(filePath: scratch.file("a.csv"))))
    }

    private func refusal(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            guard let fault = error as? Fault, fault.file == "a.csv.gz", !fault.fix.isEmpty else {
                return "\(error)"
            }
            return fault.code
        }
    }

    @Test func aCompressedExtractIsExpandedToTheByte() throws {
        let scratch = try ScratchFolder()
        let bytes = try compressed(Self.text, scratch)
        #expect(try expand(bytes, scratch) == Self.text)
        #expect(try expand(bytes + bytes, scratch) == Self.text + Self.text)
    }

    @Test func aDamagedOrCutFileIsRefused() throws {
        let scratch = try ScratchFolder()
        let bytes = try compressed(Self.text, scratch)
        var damaged = bytes
        damaged[bytes.count - 6] ^= 1
        for broken in [damaged, bytes.dropLast(), Array(bytes.prefix(12)), [], Self.text, bytes + [1, 2, 3]] {
            #expect(refusal { _ = try expand(broken, scratch) } == "extract.gzip")
        }
    }

    @Test func whatExpandsBeyondTheLimitIsRefusedBeforeTheDiskIsFull() throws {
        let scratch = try ScratchFolder()
        let bomb = try compressed([UInt8](repeating: 0x30, count: 20 << 20), scratch)
        #expect(bomb.count < 1 << 16)
        #expect(refusal { _ = try expand(bomb, scratch) } == "extract.too-large")
        let size = try FileManager.default.attributesOfItem(atPath: scratch.file("a.csv"))[.size] as? Int
        #expect(try #require(size) <= 1 << 20)
        let full = try compressed([UInt8](repeating: 0x30, count: 1 << 20), scratch)
        #expect(try expand(full, scratch).count == 1 << 20)
    }

    @Test func withoutGzipTheRefusalSaysWhatToDo() throws {
        let scratch = try ScratchFolder()
        #expect(refusal { _ = try expand(Self.text, scratch, places: ["/no/gzip"]) } == "gzip.missing")
    }

    @Test func theInboxTakesACompressedFileAndTheRunReadsItsText() throws {
        let scratch = try ScratchFolder()
        let mapping = try mapping()
        let name = "\(mapping.filePrefix)_20261001.csv.gz"
        try FileManager.default.createDirectory(
            atPath: scratch.file("inbox"), withIntermediateDirectories: false)
        try scratch.write(compressed(Self.text, scratch), to: "inbox/" + name)
        let day = try #require(Day(2026, 10, 1))
        #expect(
            Inbox(folder: scratch.file("inbox"), asOf: day).day(of: name, prefix: mapping.filePrefix) == day)
        let chosen = InboxExtract(
            mapping: mapping, file: name, sha256: try Digest.sha256(file: scratch.file("inbox/" + name)),
            asOf: day)
        let frozen = try freeze(
            [chosen], from: scratch.file("inbox"), into: scratch.file("frozen"), gzip: Gzip(limit: 1 << 20),
            log: NightLog(seconds: { 0 }, listener: { _ in }))
        #expect(try Array(Data(contentsOf: URL(filePath: try #require(frozen.first).path))) == Self.text)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: scratch.file("frozen")).count == 1)
    }

    @Test func aFileThatIsWrittenToMeanwhileIsRefused() throws {
        let scratch = try ScratchFolder()
        let mapping = try mapping()
        try scratch.write(Self.text, to: "a.csv")
        try scratch.write(Self.text, to: "b.csv")
        let day = try #require(Day(2026, 10, 1))
        let chosen = try ["a.csv", "b.csv"].map {
            InboxExtract(
                mapping: mapping, file: $0, sha256: try Digest.sha256(file: scratch.file($0)), asOf: day)
        }
        // Replaced by the same bytes while the second is copied.
        let path = scratch.file("a.csv")
        let log = NightLog(seconds: { 0 }) { event in
            guard case .progress(_, 1, _, _) = event else { return }
            try? Data(Self.text).write(to: URL(filePath: path), options: .atomic)
        }
        #expect(
            throws: Fault.self,
            performing: {
                _ = try freeze(
                    chosen, from: scratch.path, into: scratch.file("frozen"), gzip: Gzip(limit: 1 << 20),
                    log: log)
            })
    }
}

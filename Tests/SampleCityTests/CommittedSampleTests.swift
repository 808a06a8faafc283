import Domain
import Foundation
import SampleCity
import TestSupport
import Testing

/// `samples/wakabano` is what the generator writes, byte for byte; `UPDATE_GOLDEN=1` writes it anew.
@Suite struct CommittedSampleTests {
    private let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "samples/wakabano").path
    private let parameters = CityParameters.showcase(children: 400, seed: 1, asOf: Day(number: 20_727))

    @Test func theCommittedSampleIsWhatTheGeneratorWrites() throws {
        #expect(parameters.asOf.description == "2026-10-01")
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            _ = try SampleCity(parameters).write(to: folder)
        }
        let scratch = try ScratchFolder()
        let summary = try SampleCity(parameters).write(to: scratch.path)
        let (committed, written) = (try readCity(folder), try readCity(scratch.path))
        #expect(committed.keys.sorted() == written.keys.sorted())
        for (name, bytes) in written { #expect(committed[name] == bytes, "\(name)") }
        for file in summary.files { #expect(file.rows > 0, "\(file.file)") }
        for difficulty in summary.planted { #expect(difficulty.count > 0, "\(difficulty.name)") }
    }

    @Test func aFolderThatCannotBeWrittenIsAFaultThatNamesIt() throws {
        let scratch = try ScratchFolder()
        let file = try scratch.write([], to: "file")
        let fault = #expect(throws: Fault.self) { try SampleCity(parameters).write(to: file) }
        #expect(fault?.kind == .inputOutput && fault?.file == file + "/inbox")
    }
}

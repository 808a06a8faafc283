import Domain
import Foundation
import TestSupport
import Testing

@testable import Nightly

@Suite struct PrivateFileTests {
    @Test func aFileIsWrittenForItsOwnerAlone() throws {
        let scratch = try ScratchFolder()
        try PrivateFile.write([1, 2], to: scratch.file("a.csv"))
        #expect(try Data(contentsOf: URL(filePath: scratch.file("a.csv"))) == Data([1, 2]))
        let attributes = try FileManager.default.attributesOfItem(atPath: scratch.file("a.csv"))
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["a.csv"])
    }

    /// A link to nothing looks free until something is put there.
    @Test func whatHasTheNameStaysAndNoDraftIsLeft() throws {
        let scratch = try ScratchFolder()
        try scratch.write([9], to: "file")
        try FileManager.default.createSymbolicLink(
            atPath: scratch.file("link"), withDestinationPath: scratch.file("nowhere"))
        for name in ["file", "link"] {
            let fault = #expect(throws: Fault.self) { try PrivateFile.write([1], to: scratch.file(name)) }
            #expect(fault?.code == "output.exists")
        }
        #expect(try Data(contentsOf: URL(filePath: scratch.file("file"))) == Data([9]))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted() == ["file", "link"])
    }
}

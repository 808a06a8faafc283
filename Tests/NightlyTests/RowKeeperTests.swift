import Domain
import Extracts
import Foundation
import Mapping
import Policy
import Store
import TestSupport
import Testing

@testable import Nightly

/// Which raw rows may be kept, sealed as they are: none with a 個人番号, wherever it stands.
@Suite struct RowKeeperTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    private func isKept(_ bytes: [UInt8], _ form: LineForm) throws -> Bool {
        let mappings = try MappingSet.load(
            folder: Self.root + "/Mappings",
            catalogue: Guideline.load(folder: Self.root + "/Guidelines", digest: { Digest.sha256($0) })
                .catalogue)
        let scratch = try ScratchFolder()
        let path = try scratch.write(bytes, to: "a.txt")
        let extract = InboxExtract(
            mapping: try #require(mappings.all.first), file: "a.txt", sha256: "", asOf: Day(number: 20_727))
        let lines = String(decoding: try JSONEncoder().encode(form), as: UTF8.self)
        let keeper = try RowKeeper(
            FrozenExtract(extract: extract, path: path), FileForm(lines: lines, header: []))
        return try keeper.row(at: 0, length: bytes.count) != nil
    }

    @Test(arguments: [
        // 10 bytes and 12, as due, one byte short, and one over.
        ("0000012345123456789018\r\n", [10, 12], false), ("000012345123456789018\r\n", [10, 12], false),
        ("00000012345123456789018\r\n", [10, 12], false), ("000000743915000806360\r\n", [10, 12], true),
        ("0000012345123456789018\r\n", [20], false), ("0000012345123456789018\r\n", [22], true),
        ("00000000000000000000000\r\n", [10, 12], true),
    ])
    func aRecordOfAnotherLengthIsSearchedWhereverTheColumnsMayBe(text: String, widths: [Int], isKept: Bool)
        throws
    {
        let form = LineForm(.cp932, delimiter: nil, widths: widths)
        #expect(try self.isKept(Array(text.utf8), form) == isKept)
    }

    /// The second byte of a character opens the next column: what stands where is not sure.
    @Test func aRecordWithACutCharacterIsSearchedLikewise() throws {
        let form = LineForm(.cp932, delimiter: nil, widths: [3, 11, 3])
        #expect(!(try isKept(Array("12".utf8) + [0x82, 0xA0] + Array("0123456789018".utf8), form)))
        #expect(try isKept(Array("12".utf8) + [0x82, 0xA0] + Array("0123456789010".utf8), form))
    }

    @Test(arguments: [
        ("0000012345,123456789018\r\n", false), ("0000012345123456789018,x\r\n", true),
        ("\"00000\"12345123456789018,x\r\n", false), ("\"00000\",12345123456789018\r\n", true),
    ])
    func aLineWithBrokenQuotesIsSearchedLikewise(text: String, isKept: Bool) throws {
        #expect(try self.isKept(Array(text.utf8), LineForm(.utf8)) == isKept)
    }
}

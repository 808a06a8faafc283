import Domain
import Extracts
import TestSupport
import Testing

@Suite struct ExtractGateTests {
    private static let cp932Sample = TextEncoding.cp932.encode("氏名,住所\r\n高橋,若葉台一丁目\r\n") ?? []

    @Test func aMissingFileIsAFault() throws {
        let folder = try ScratchFolder()
        let fault = #expect(throws: Fault.self) {
            try Reading(path: folder.file("none.csv"), ExtractFormat())
        }
        #expect(fault?.code == "extract.missing" && fault?.kind == .gate)
    }

    @Test(arguments: [
        ("", "extract.empty"), ("\u{FEFF}", "extract.empty"), ("\r\n1,2\r\n", "extract.header"),
        ("a,\"b\n1,2\n", "extract.header"), ("a,b\n1,\"2\n3,4\n", "extract.truncated"),
        ("a,b\n1,2\n3", "extract.truncated"),
        ("a,b\n1,2\n\"3", "extract.truncated"), ("a,b,c\n1,2,3\n,", "extract.truncated"),
    ])
    func aDoubtfulFileIsAFault(text: String, code: String) {
        #expect(fault(Array(text.utf8))?.code == code)
    }

    @Test func theFaultNamesTheLineWhereTheQuoteWasOpened() {
        #expect(fault(Array("a,b\n1,2\n3,\"4\n5,6\n7,8\n".utf8))?.line == 3)
    }

    @Test func aCharacterCutAtTheEndOfTheFileIsATruncation() {
        #expect(
            fault(Self.cp932Sample.dropLast(3), ExtractFormat(encoding: .cp932))?.code == "extract.truncated")
    }

    @Test func theEncodingIsFoundOutAndTheEvidenceSaysWhy() throws {
        let byMark = try Reading(Array("\u{FEFF}氏名\r\n高橋\r\n".utf8))
        #expect(byMark.encoding == .utf8 && byMark.header == ["氏名"] && byMark.evidence.contains("BOM"))
        let byBytes = try Reading(Array("氏名\r\n高橋\r\n".utf8))
        #expect(byBytes.encoding == .utf8 && byBytes.evidence.contains("UTF-8と判定"))
        let old = try Reading(Self.cp932Sample)
        #expect(old.encoding == .cp932 && old.evidence.contains("CP932"))
        #expect(old.fields == [["高橋", "若葉台一丁目"]])
        #expect(try Reading(Array("a\r\nb\r\n".utf8)).evidence.contains("半角英数字のみ"))
    }

    @Test func oneBrokenRowDoesNotChangeTheEncodingFound() throws {
        let bytes = Array("氏名\r\n高橋\r\n".utf8) + [0x8D, 0x82, 0x0D, 0x0A] + Array("鈴木\r\n".utf8)
        let reading = try Reading(bytes)
        #expect(reading.encoding == .utf8 && reading.rejections.count == 1 && reading.rows.count == 2)
    }

    @Test func aFileInAnotherEncodingThanDeclaredIsAFault() {
        #expect(fault(Self.cp932Sample, ExtractFormat(encoding: .utf8))?.code == "extract.encoding")
        let utf8 = Array("氏名,住所\r\n高橋,若葉台一丁目\r\n".utf8)
        #expect(fault(utf8, ExtractFormat(encoding: .cp932))?.code == "extract.encoding")
        #expect(
            fault(Array("\u{FEFF}a\r\nb\r\n".utf8), ExtractFormat(encoding: .cp932))?.code
                == "extract.encoding")
    }

    /// Every byte pair of 氏名 in UTF-8 is a character of code page 932 too.
    @Test func utf8ThatReadsAsCodePage932IsStillUtf8() throws {
        let bytes = Array(String(repeating: "氏名\r\n", count: 12).utf8)
        #expect(TextEncoding.cp932.decode(bytes) != nil)
        #expect(try Reading(bytes).encoding == .utf8)
        #expect(fault(bytes, ExtractFormat(encoding: .cp932))?.code == "extract.encoding")
    }

    /// Half-width kana in code page 932 can be well-formed UTF-8 by chance.
    @Test func aDeclarationStandsWhereTheFileReadsBothWays() throws {
        let bytes = try #require(TextEncoding.cp932.encode("ﾂｱ,ﾂｲ\r\nﾃｱ,ﾃｲ\r\n"))
        #expect(try Reading(bytes, ExtractFormat(encoding: .cp932)).fields == [["ﾃｱ", "ﾃｲ"]])
    }

    @Test func aFileOfManyBlocksReadsAsASmallOne() throws {
        let rows = (0..<40_000).map { ["\($0)", "若葉台\($0 % 7)丁目", $0 % 11 == 0 ? "改\r\n行\"\($0)" : "髙"] }
        for encoding in TextEncoding.allCases {
            let bytes = try #require(encoding.encode(csv([["番号", "住所", "備考"]] + rows)))
            #expect(bytes.count > 700_000)
            let reading = try Reading(bytes, ExtractFormat(encoding: encoding))
            #expect(reading.fields == rows)
            #expect(reading.rows.last?.position.line == 40_001 + (0..<39_999).filter { $0 % 11 == 0 }.count)
        }
    }
}

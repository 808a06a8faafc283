import Domain
import Extracts
import TestSupport
import Testing

/// Encodings found out and declared, whole files at a time.
@Suite struct EncodingTests {
    private static let register = [
        ["宛名番号", "氏名", "カナ", "住所"], ["0001", "高橋　花子", "タカハシ　ハナコ", "若葉台一丁目２番３号"],
        ["0002", "山﨑　健", "ヤマザキ　ケン", "緑町４－５"], ["0003", "鈴木　すみれ", "スズキ　スミレ", "若葉台二丁目"],
    ]

    @Test func everyEncodingIsFoundOutAndTheEvidenceSaysWhy() throws {
        for encoding in TextEncoding.allCases {
            let bytes = try #require(encoding.encode(csv(Self.register)))
            let reading = try Reading(bytes)
            #expect(reading.encoding == encoding && reading.header == Self.register[0], "\(encoding)")
            #expect(reading.fields == Array(Self.register[1...]), "\(encoding)")
            #expect(reading.evidence.contains(encoding.title), "\(reading.evidence)")
        }
    }

    @Test func aByteOrderMarkNamesTheEncoding() throws {
        for (encoding, mark) in [
            (TextEncoding.utf8, [0xEF, 0xBB, 0xBF]), (.utf16le, [0xFF, 0xFE]), (.utf16be, [0xFE, 0xFF]),
        ] as [(TextEncoding, [UInt8])] {
            let bytes = try mark + #require(encoding.encode(csv(Self.register)))
            let reading = try Reading(bytes)
            #expect(reading.encoding == encoding && reading.evidence.contains("BOM"))
            #expect(reading.header == Self.register[0] && reading.rows.count == 3)
            #expect(fault(bytes, ExtractFormat(encoding: .eucjp))?.code == "extract.encoding")
        }
    }

    /// Half-width kana alone, in code page 932, are kanji of EUC-JP.
    @Test func whatReadsAsWellInTwoEncodingsMustBeDeclared() throws {
        let bytes = try #require(TextEncoding.cp932.encode("ｶﾅ,ｱｶ\r\nﾊﾅｺｱ,ﾀﾛｳｶ\r\n"))
        let refusal = try #require(fault(bytes))
        #expect(refusal.code == "extract.encoding" && refusal.fix.contains("encoding"))
        #expect(try Reading(bytes, ExtractFormat(encoding: .cp932)).header == ["ｶﾅ", "ｱｶ"])
    }

    @Test(arguments: [
        [0x1B, 0x24, 0x42, 0x3B, 0x61, 0x1B, 0x28, 0x42, 0x0A],  // ISO-2022-JP
        [0xFF, 0xFE, 0, 0, 0x61, 0, 0, 0, 0x0A, 0, 0, 0],  // UTF-32
        [0xC1, 0xC2, 0x6B, 0xF1, 0xF2, 0xF3, 0x15, 0x81, 0x82, 0xFF, 0x15]
            + [UInt8](repeating: 0xFF, count: 40),
    ])
    func otherEncodingsAreRefused(bytes: [UInt8]) {
        #expect(fault(bytes)?.code == "extract.encoding")
    }

    @Test(
        arguments: [
            ([0xA4, 0xA2], "あ"), ([0x8E, 0xB1], "ｱ"), ([0x8F, 0xB0, 0xA1], "丂"), ([0xAD, 0xA1], "①"),
            ([0xAD, 0xEA], "㈱"), ([0xF5, 0xA1], "\u{E000}"), ([0xA1, 0xC1], "～"), ([0x8F, 0xF4, 0xBD], "﨑"),
        ] as [([UInt8], String)])
    func eucHasTheVendorsCharacters(bytes: [UInt8], text: String) {
        #expect(TextEncoding.eucjp.decode(bytes) == text)
    }

    @Test(
        arguments: [
            (TextEncoding.eucjp, [0x80]), (.eucjp, [0xA0, 0xA1]), (.eucjp, [0xA4]), (.eucjp, [0xA4, 0x41]),
            (.eucjp, [0x8E, 0xE0]), (.eucjp, [0x8F, 0xB0]), (.eucjp, [0xFF, 0xA1]),
            (.utf16le, [0x00, 0xD8]), (.utf16le, [0x00, 0xDC, 0x00, 0xD8]), (.utf16le, [0x41]),
            (.utf16be, [0xD8, 0x00, 0x00, 0x41]), (.utf16be, [0xDC, 0x00]),
        ] as [(TextEncoding, [UInt8])])
    func whatIsNoCharacterIsNil(encoding: TextEncoding, bytes: [UInt8]) {
        #expect(encoding.decode(bytes) == nil)
    }

    /// 土 and 叱 have no place in the basic plane of UTF-16 as these variants, and a selector tells a name's own form.
    @Test func rareKanjiAndVariationSelectorsStayAsWritten() throws {
        for encoding in [TextEncoding.utf8, .utf16le, .utf16be] {
            let row = ["𠮷田", "葛\u{E0100}城", "𠮟"]
            let bytes = try #require(encoding.encode(csv([["a", "b", "c"], row])))
            let fields = try Reading(bytes, ExtractFormat(encoding: encoding)).fields
            #expect(
                fields.map { $0.map { Array($0.unicodeScalars) } } == [row.map { Array($0.unicodeScalars) }])
        }
    }

    @Test func aLoneSurrogateRejectsItsRowAtItsByte() throws {
        for encoding in [TextEncoding.utf16le, .utf16be] {
            var file = encoding == .utf16le ? [0xFF, 0xFE] : [0xFE, 0xFF] as [UInt8]
            file += try #require(encoding.encode("氏名,備考\r\n𠮷田,"))
            let place = file.count
            file += encoding == .utf16le ? [0x42, 0xD8] : [0xD8, 0x42]
            file += try #require(encoding.encode("x\r\n高橋,二\r\n"))
            let reading = try Reading(file)
            #expect(reading.fields == [["高橋", "二"]])
            let rejection = try #require(reading.rejections.first)
            #expect(rejection.code == "row.encoding" && rejection.position.line == 2)
            #expect(rejection.message.contains("\(place)バイト目"))
        }
    }

    @Test func aFileOfUTF16ThatEndsInHalfACharacterIsCut() throws {
        let bytes = try #require(TextEncoding.utf16le.encode(csv(Self.register)))
        #expect(fault(bytes + [0x41])?.code == "extract.truncated")
        #expect(fault(bytes + [0x41, 0x00, 0x2C])?.code == "extract.truncated")
    }
}

import Extracts
import Testing

@Suite struct TextEncodingTests {
    @Test(
        "機種依存文字も外字も往復する",
        arguments: ["髙橋", "山﨑", "①Ⅳ㈱", "～", "－", "∥", "ｶﾞｷﾞ", "一ノ瀬　々〆〇", "\u{E000}", "纊", "―ソ能表"])
    func vendorCharactersSurvive(text: String) throws {
        for encoding in TextEncoding.allCases {
            #expect(try encoding.decode(#require(encoding.encode(text))) == text)
        }
    }

    @Test(
        arguments: [
            ([0x81, 0x60], "\u{FF5E}"), ([0x81, 0x7C], "\u{FF0D}"), ([0x81, 0x61], "\u{2225}"),
            ([0x81, 0x5C], "\u{2015}"),
            ([0x5C], "\\"), ([0x7E], "~"), ([0xFB, 0xFC], "髙"), ([0xED, 0x95], "﨑"),
            ([0xF0, 0x40], "\u{E000}"),
        ] as [([UInt8], String)])
    func codePage932IsWindows(bytes: [UInt8], text: String) {
        #expect(TextEncoding.cp932.decode(bytes) == text)
    }

    @Test(arguments: ["𠮷", "葛\u{E0100}", "é", "鷗", "☕", "〜", "−", "¥"])
    func whatCodePage932LacksIsNotEncodable(text: String) {
        #expect(TextEncoding.cp932.encode(text) == nil)
    }

    @Test func whatIsEncodedReadsBackForEveryCharacterOfTheBasicPlane() {
        var twins: [String] = []
        for value in UInt32(1)...0xFFFF {
            guard let scalar = Unicode.Scalar(value), let bytes = TextEncoding.cp932.encode(String(scalar))
            else { continue }
            if TextEncoding.cp932.decode(bytes) != String(scalar) { twins.append(String(scalar)) }
        }
        #expect(twins == [])
    }

    @Test func everyCodeOfCodePage932IsOneCharacterOrRefused() {
        var count = 0
        for lead in UInt8(0x80)...0xFF {
            for trail in UInt8(0)...0xFF {
                guard let text = TextEncoding.cp932.decode([lead, trail]) else { continue }
                if text.unicodeScalars.count == 1 { count += 1 }
            }
        }
        // 7,724 standard, NEC and IBM characters with doubles, and 1,880 外字.
        #expect(count == 9604)
    }

    @Test(
        arguments: [
            (TextEncoding.cp932, [0x82]), (.cp932, [0x82, 0x0A]), (.cp932, [0x80]), (.cp932, [0xA0]),
            (.cp932, [0xFD]),
            (.cp932, [0x85, 0x40]), (.utf8, [0xC0, 0x80]), (.utf8, [0xED, 0xA0, 0x80]),
            (.utf8, [0xE3, 0x81]),
            (.utf8, [0xF4, 0x90, 0x80, 0x80]), (.utf8, [0x80]), (.utf8, [0xF8, 0x88, 0x80, 0x80, 0x80]),
        ] as [(TextEncoding, [UInt8])])
    func undecodableBytesAreNil(encoding: TextEncoding, bytes: [UInt8]) {
        #expect(encoding.decode(bytes) == nil)
    }
}

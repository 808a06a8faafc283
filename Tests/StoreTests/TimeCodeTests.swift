import Foundation
import Testing

@testable import Store

/// RFC 6238, appendix B, the rows of SHA256.
@Test(arguments: [
    (59, "46119246"), (1_111_111_109, "68084774"), (1_111_111_111, "67062674"),
    (1_234_567_890, "91819424"), (2_000_000_000, "90698825"), (20_000_000_000, "77737706"),
])
func codesAreThoseOfTheStandard(second: Int, code: String) {
    let secret = Array("12345678901234567890123456789012".utf8)
    let step = TimeCode.step(at: Date(timeIntervalSince1970: Double(second)))
    #expect(TimeCode.code(secret, step: step, digits: 8) == code)
    #expect(TimeCode.code(secret, step: step) == String(code.suffix(6)))
}

/// RFC 4648, section 10.
@Test(arguments: [
    ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"),
    ("foobar", "MZXW6YTBOI"),
])
func keysAreWrittenInBase32(text: String, written: String) {
    #expect(TimeCode.base32(Array(text.utf8)) == written)
}

@Test func aCodeFitsItsStepAndTheOnesBesideIt() {
    let secret = Array("見本のひみつ".utf8)
    let at = Date(timeIntervalSince1970: 1_790_000_010)
    let now = TimeCode.step(at: at)
    for step in now - 3...now + 3 {
        let match = TimeCode.match(TimeCode.code(secret, step: step), secret, at: at)
        #expect(match == (abs(step - now) <= 1 ? step : nil), "\(step - now)")
    }
    for wrong in ["", "12345", "1234567", "abcdef"] {
        #expect(TimeCode.match(wrong, secret, at: at) == nil)
    }
}

@Test(arguments: [
    ("123456", "123456"), (" 123 456 ", "123456"), ("１２３　４５６", "123456"), ("123-456", "123456"),
    ("abcde-fghjk", "ABCDEFGHJK"), ("ＡＢＣＤＥ－ＦＧＨＪＫ", "ABCDEFGHJK"), ("一二三", ""),
])
func codesAreReadAsPeopleTypeThem(typed: String, plain: String) { #expect(TimeCode.plain(typed) == plain) }

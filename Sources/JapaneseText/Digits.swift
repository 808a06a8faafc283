/// Digits as departments type them.
package enum Digits {
    /// `text` with full-width digits as ASCII digits; all else stays.
    package static func ascii(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
        var output = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            output.append(
                (0xFF10...0xFF19).contains(scalar.value)
                    ? Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar : scalar)
        }
        return String(output)
    }

    /// A whole number of at most 18 digits, with or without thousands' commas; `nil` for anything else.
    package static func number(_ text: String) -> Int? {
        let digits = trimmed(text).filter { $0 != "," }
        guard (1...18).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else {
            return nil
        }
        return Int(digits)
    }

    /// Also without the apostrophe that keeps a spreadsheet from reading a number.
    private static func trimmed(_ text: String) -> String {
        var words = ComparableText.words(ascii(text)).joined(separator: " ")
        if words.hasPrefix("'") { words.removeFirst() }
        return words.replacing("，", with: ",")
    }
}

/// Telephone numbers.
package enum PhoneNumber {
    /// Ten or eleven digits beginning with 0, or `nil` where `text` is no Japanese telephone number.
    ///
    /// Takes full width, hyphens, brackets, spaces and +81; gives back the 0 that spreadsheets eat.
    package static func normal(_ text: String) -> String? {
        var digits: [UInt8] = []
        for byte in KanjiVariants.fold(text).replacing("ー", with: "-").utf8 {
            switch byte {
            case 0x30...0x39: digits.append(byte)
            case 0x20, 0x28, 0x29, 0x2B, 0x2D, 0x2E, 0x27: break
            default: return nil
            }
        }
        if digits.starts(with: [0x38, 0x31]), (11...12).contains(digits.count) { digits.removeFirst(2) }
        if digits.first != 0x30 { digits.insert(0x30, at: 0) }
        guard (10...11).contains(digits.count), digits.count > 1, digits[1] != 0x30 else { return nil }
        return String(decoding: digits, as: UTF8.self)
    }
}

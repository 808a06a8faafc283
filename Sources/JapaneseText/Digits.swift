/// Digits as departments type them.
package enum Digits {
    /// `text` with full-width digits as ASCII digits; all else stays.
    private static func ascii(_ text: String) -> String {
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

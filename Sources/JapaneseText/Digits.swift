/// Digits as departments type them, in ASCII.
package enum Digits {
    package static func ascii(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map {
                    (0xFF10...0xFF19).contains($0.value) ? Unicode.Scalar($0.value - 0xFEE0) ?? $0 : $0
                }))
    }
    package static func withoutLeadingZeros(_ text: String) -> String {
        String(ascii(text).drop { $0 == "0" })
    }
}

/// Telephone numbers, digits only.
package enum PhoneNumber {
    package static func normal(_ text: String) -> String? {
        let digits = Digits.ascii(text).filter { $0.isASCII && $0.isNumber }
        return digits.isEmpty ? nil : digits
    }
}

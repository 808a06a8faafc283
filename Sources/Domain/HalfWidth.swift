extension String {
    /// Letters, digits and signs in half width, hyphens of every kind as one, without blanks at the ends.
    package var inHalfWidth: String {
        var narrow = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar.value {
            case 0x3000: narrow.append(" ")
            case 0x2010...0x2015, 0x2212, 0x30FC, 0xFF0D, 0xFF70: narrow.append("-")
            case 0xFF01...0xFF5E: narrow.append(Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar)
            default: narrow.append(scalar)
            }
        }
        let text = Substring(String(narrow)).drop(while: \.isWhitespace)
        return String(text.reversed().drop(while: \.isWhitespace).reversed())
    }
}

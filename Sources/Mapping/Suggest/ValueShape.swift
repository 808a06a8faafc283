/// What a value looks like without saying what it is: `漢漢　漢漢`, `S99.99.99`, `999-9999-9999`.
package enum ValueShape {
    /// Characters shown at most.
    static let limit = 24

    /// - Parameter isDate: era names, era letters and 年月日 are kept: they tell the notation and nobody's birthday.
    package static func of(_ field: String, isDate: Bool = false) -> String {
        let scalars = Array(field.unicodeScalars.prefix(limit + 1))
        var shape = String.UnicodeScalarView()
        for (index, scalar) in scalars.prefix(limit).enumerated() {
            let isEraLetter =
                index == 0 && "MTSHRmtshr".unicodeScalars.contains(scalar) && scalars.count > 1
                && isDigit(scalars[1])
            shape.append(
                isDate && (isEraLetter || dateWords.contains(scalar)) ? scalar : mark(scalar, isDate))
        }
        return String(shape) + (scalars.count > limit ? "…" : "")
    }

    private static let dateWords = Set("明治大正昭和平成令年月日時分頃".unicodeScalars)
    private static let kanjiDigits = Set("〇一二三四五六七八九十元".unicodeScalars)

    private static func mark(_ scalar: Unicode.Scalar, _ isDate: Bool) -> Unicode.Scalar {
        switch scalar.value {
        case 0x30...0x39: "9"
        case 0xFF10...0xFF19: "９"
        case 0x41...0x5A: "A"
        case 0x61...0x7A: "a"
        case 0xFF21...0xFF3A: "Ａ"
        case 0xFF41...0xFF5A: "ａ"
        case 0x0A, 0x0D: "↵"
        // Spaces and the marks that build notations: hyphens, brackets, points, commas.
        case 0x09, 0x20...0x7E, 0x3000...0x3002, 0x300C...0x3011, 0x301C, 0xFF01...0xFF0F, 0xFF5E,
            0x2010...0x2015,
            0x2212, 0x30FB:
            scalar
        case 0x3041...0x309F: "あ"
        case 0x30A0...0x30FF: "ア"
        case 0xFF61...0xFF9F: "ｱ"
        case 0xE000...0xF8FF, 0xF0000...0x10FFFF: "外"
        default: isDate && kanjiDigits.contains(scalar) ? "九" : "漢"
        }
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        (0x30...0x39).contains(scalar.value) || (0xFF10...0xFF19).contains(scalar.value)
    }
}

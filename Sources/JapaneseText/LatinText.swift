internal import Foundation

/// Latin letters as residence cards print them.
enum LatinText {
    /// ASCII capitals, digits, `,` and single spaces; accents are dropped (É → E), apostrophes too, hyphens become spaces, since
    /// cards, passports and departments differ there. Letters that are no accented ones are written as in passports
    /// (Đ → D, Ø → O, Æ → AE, ß → SS); letters of other scripts are kept.
    static func capitals(_ text: String) -> String {
        var folded = KanjiVariants.fold(text)
        if !folded.utf8.allSatisfy({ $0 < 0x80 }) {
            folded = folded.decomposedStringWithCompatibilityMapping
        }
        var output = String.UnicodeScalarView()
        for scalar in folded.unicodeScalars {
            switch scalar.value {
            case 0x61...0x7A: output.append(Unicode.Scalar(scalar.value - 0x20) ?? scalar)
            case 0x41...0x5A, 0x30...0x39, 0x2C: output.append(scalar)
            case 0x27, 0x60, 0xB4, 0x2B9...0x2BF, 0x300...0x36F: break
            case 0x80...:
                for capital in scalar.properties.uppercaseMapping.unicodeScalars {
                    output.append(contentsOf: (asInPassports[capital] ?? String(capital)).unicodeScalars)
                }
            default: output.append(" ")
            }
        }
        return String(output)
    }

    private static let asInPassports: [Unicode.Scalar: String] = [
        "Đ": "D", "Ð": "D", "Ł": "L", "Ø": "O", "Æ": "AE", "Œ": "OE", "Þ": "TH", "Ħ": "H", "Ŋ": "N", "Ŧ": "T",
        "Ɖ": "D",
    ]
}

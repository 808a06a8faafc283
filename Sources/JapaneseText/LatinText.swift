internal import Foundation

/// Latin letters as residence cards print them.
enum LatinText {
    /// ASCII capitals, digits, `'`, `-`, `,` and single spaces; accents are dropped (É → E), other letters kept as they are.
    static func capitals(_ text: String) -> String {
        var folded = KanjiVariants.fold(text)
        if !folded.utf8.allSatisfy({ $0 < 0x80 }) {
            folded = folded.decomposedStringWithCompatibilityMapping
        }
        var output = String.UnicodeScalarView()
        for scalar in folded.unicodeScalars {
            switch scalar.value {
            case 0x61...0x7A: output.append(Unicode.Scalar(scalar.value - 0x20) ?? scalar)
            case 0x41...0x5A, 0x30...0x39, 0x27, 0x2D, 0x2C: output.append(scalar)
            case 0x300...0x36F: break
            case 0x80...: output.append(contentsOf: scalar.properties.uppercaseMapping.unicodeScalars)
            default: output.append(" ")
            }
        }
        return String(output)
    }
}

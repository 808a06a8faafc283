/// Text as names and addresses are compared: kanji by class, kana as large full-width katakana, ASCII capitals, no spaces.
enum ComparableText {
    static func of(_ text: String) -> String { Kana.normal(KanjiVariants.fold(text)) }

    /// The words of a name or an address, split at any kind of space.
    static func words(_ text: String) -> [Substring] {
        text.unicodeScalars.split(whereSeparator: isSpace).map { Substring($0) }
    }

    static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0D, 0x20, 0xA0, 0x2000...0x200B, 0x3000, 0xFEFF: true
        default: false
        }
    }
}

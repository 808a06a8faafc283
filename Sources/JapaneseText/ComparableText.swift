/// Text as names and addresses are compared: kanji by class, kana as large full-width katakana, ASCII capitals, no spaces.
enum ComparableText {
    static func of(_ text: String) -> String {
        // Before folding: what stands next to what decides 々 and が.
        let joined =
            text.unicodeScalars.contains(where: isJoint)
            ? String(String.UnicodeScalarView(text.unicodeScalars.filter { !isJoint($0) })) : text
        return Kana.normal(KanjiVariants.fold(joined))
    }

    /// Spaces, and the ・ and ＝ between the parts of foreign names.
    static func isJoint(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xB7, 0x30A0, 0x30FB, 0xFF1D, 0xFF65: true
        default: isSpace(scalar)
        }
    }

    /// The words of a name or an address, split at any kind of space.
    static func words(_ text: String) -> [String] {
        let scalars = text.unicodeScalars
        var words: [String] = []
        var start: String.Index?
        var index = scalars.startIndex
        while index < scalars.endIndex {
            if isSpace(scalars[index]) {
                if let begun = start { words.append(String(text[begun..<index])) }
                start = nil
            } else if start == nil {
                start = index
            }
            scalars.formIndex(after: &index)
        }
        if let start { words.append(start == text.startIndex ? text : String(text[start...])) }
        return words
    }

    /// Without the spaces around it, of any kind.
    static func trimmed(_ text: some BidirectionalCollection<Unicode.Scalar>) -> String {
        var scalars = text.drop(while: isSpace)
        while let last = scalars.last, isSpace(last) { scalars = scalars.dropLast() }
        var trimmed = String.UnicodeScalarView()
        trimmed.append(contentsOf: scalars)
        return String(trimmed)
    }

    static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0D, 0x20, 0xA0, 0x2000...0x200B, 0x3000, 0xFEFF: true
        default: false
        }
    }
}

package import Domain

/// Reads a name as a department wrote it into comparable parts.
package enum NameReader {
    /// The comparable form of one name, kanji (or Latin) and reading.
    ///
    /// - Japanese: family and given at the first space of either width; without a space by `dictionary`, else `unsplit`.
    ///   Names in kana with ・ (マリア・サントス) are cut there, in the order written.
    /// - Latin: capitals without accents; with a comma the family is before it, else it is the first word, the order of
    ///   residence cards. Words keep one space between them. One single word is `unsplit`.
    /// - 旧氏 (`kind` former) is a family name by law, so one single word of it is the family, kanji and reading.
    /// - Parameters:
    ///   - written: may be empty; in kana alone it also serves as the reading.
    ///   - kana: may be empty.
    package static func read(
        kind: NameForm.Kind, written: String, kana: String, dictionary: NameDictionary
    ) -> NameForm {
        var form = NameForm(
            kind: kind, written: ComparableText.trimmed(written.unicodeScalars),
            writtenKana: ComparableText.trimmed(kana.unicodeScalars))
        if isLatin(form.written) {
            (form.family, form.given, form.unsplit) = latin(form.written)
        } else {
            let words = words(of: form.written)
            if words.count > 1 {
                form.family = ComparableText.of(words[0])
                form.given = ComparableText.of(words.count == 2 ? words[1] : words[1...].joined())
            } else if let word = words.first {
                if kind == .former {
                    form.family = ComparableText.of(word)
                } else if let split = dictionary.split(word, kana: form.writtenKana) {
                    (form.family, form.given) = split
                } else {
                    form.unsplit = ComparableText.of(word)
                }
            }
        }
        let reading = form.writtenKana.isEmpty && Kana.isKana(form.written) ? form.written : form.writtenKana
        let words = words(of: reading)
        if words.count > 1 {
            form.familyKana = Kana.normal(words[0])
            form.givenKana = Kana.normal(words.count == 2 ? words[1] : words[1...].joined())
        } else if let word = words.first {
            let whole = Kana.normal(word)
            if kind == .former {
                form.familyKana = whole
            } else if let split = dictionary.splitReading(whole, family: form.family) {
                (form.familyKana, form.givenKana) = split
            } else {
                form.unsplitKana = whole
            }
        }
        return form
    }

    /// At spaces; a name in kana without any, at ・ and ＝.
    private static func words(of name: String) -> [String] {
        let words = ComparableText.words(name)
        guard words.count == 1, Kana.isKana(name) else { return words }
        return name.unicodeScalars.split { [0x30FB, 0xFF65, 0x30A0, 0xFF1D].contains($0.value) }.map {
            String($0)
        }
    }

    /// Letters of the Latin script, of either width, and the marks that stand in names.
    static func isLatin(_ text: String) -> Bool {
        var hasLetter = false
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x41...0x5A, 0x61...0x7A, 0xFF21...0xFF3A, 0xFF41...0xFF5A, 0xC0...0x24F, 0x1E00...0x1EFF:
                hasLetter = true
            case 0x20...0x40, 0x5B...0x60, 0x300...0x36F, 0x2010...0x2019, 0x3000, 0xFF07, 0xFF0C...0xFF0E,
                0xA0:
                break
            default: return false
            }
        }
        return hasLetter
    }

    private static func latin(_ text: String) -> (family: String, given: String, unsplit: String) {
        let sides = LatinText.capitals(text).split(separator: ",", maxSplits: 1).map { side in
            side.split(separator: " ")
        }
        if sides.count == 2, !sides[0].isEmpty, !sides[1].isEmpty {
            return (sides[0].joined(separator: " "), sides[1].joined(separator: " "), "")
        }
        let words = Array(sides.joined())
        guard words.count > 1 else { return ("", "", words.joined()) }
        return (String(words[0]), words[1...].joined(separator: " "), "")
    }
}

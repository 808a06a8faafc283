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
    /// - Where family and given name have a column each, nothing is cut. A column left blank stays unknown, but for a whole name
    ///   with a space that stands in the other one, or in both.
    /// - Parameters:
    ///   - written: may be empty; in kana alone it also serves as the reading. The family name where `given` is not `nil`.
    ///   - given: the given name's own column.
    ///   - kana: may be empty; the family name's reading where `givenKana` is not `nil`.
    ///   - givenKana: the given name's own column of readings.
    package static func read(
        kind: NameForm.Kind, written: String, given: String? = nil, kana: String, givenKana: String? = nil,
        dictionary: NameDictionary
    ) -> NameForm {
        let (name, reading) = (cells(written, given), cells(kana, givenKana))
        var form = NameForm(kind: kind, written: name.whole, writtenKana: reading.whole)
        if let parts = name.parts {
            (form.family, form.given) = (comparable(parts.family), comparable(parts.given))
        } else if isLatin(name.plain) {
            (form.family, form.given, form.unsplit) = latin(name.plain)
        } else {
            let words = words(of: name.plain)
            if words.count > 1 {
                form.family = comparable(words[0])
                form.given = comparable(words.count == 2 ? words[1] : words[1...].joined())
            } else if let word = words.first, !NameRemarks.isNone(word) {
                if let family = NameRemarks.familyOfNewborn(word) {
                    form.family = ComparableText.of(family)
                } else if kind == .former {
                    form.family = ComparableText.of(word)
                } else if let split = dictionary.split(word, kana: form.writtenKana) {
                    (form.family, form.given) = split
                } else {
                    form.unsplit = ComparableText.of(word)
                }
            }
        }
        // A name in kana is its own reading.
        let spoken = form.writtenKana.isEmpty && Kana.isKana(form.written) ? name : reading
        if let parts = spoken.parts {
            (form.familyKana, form.givenKana) = (Self.reading(parts.family), Self.reading(parts.given))
            return form
        }
        let words = words(of: spoken.plain)
        if words.count > 1 {
            form.familyKana = Self.reading(words[0])
            form.givenKana = Self.reading(words.count == 2 ? words[1] : words[1...].joined())
        } else if let word = words.first, !NameRemarks.isNone(word) {
            let whole = Kana.normal(word)
            if let family = NameRemarks.familyOfNewborn(word) {
                form.familyKana = Kana.normal(family)
            } else if kind == .former {
                form.familyKana = whole
            } else if let split = dictionary.splitReading(whole, family: form.family) {
                (form.familyKana, form.givenKana) = split
            } else {
                form.unsplitKana = whole
            }
        }
        return form
    }

    /// One cell, or two: a whole name in either of two cells, or in both, is one cell's.
    private static func cells(
        _ first: String, _ second: String?
    ) -> (whole: String, plain: String, parts: (family: String, given: String)?) {
        guard let second else {
            let whole = trimmed(first)
            return (whole, NameRemarks.plain(whole), nil)
        }
        let (asFamily, asGiven) = (trimmed(first), trimmed(second))
        let (family, given) = (NameRemarks.plain(asFamily), NameRemarks.plain(asGiven))
        let filled = family.isEmpty || family == given ? given : given.isEmpty ? family : ""
        if !filled.isEmpty, !isLatin(filled), ComparableText.words(filled).count == 2 {
            return (filled, filled, nil)
        }
        let whole = asFamily.isEmpty ? asGiven : asGiven.isEmpty ? asFamily : asFamily + "　" + asGiven
        // 姓 若葉, 名 若葉　花: the given name's column has all of it.
        if !family.isEmpty, !given.isEmpty, !isLatin(given),
            case let words = ComparableText.words(given), words.count == 2, words[0] == family
        {
            return (given, given, (family, words[1]))
        }
        return (whole, whole, (family, given))
    }

    /// A part that is known to be one: Latin words keep one space between them.
    private static func comparable(_ part: String) -> String {
        if NameRemarks.isNone(part) { return "" }
        return isLatin(part)
            ? LatinText.capitals(part).split { $0 == " " || $0 == "," }.joined(separator: " ")
            : ComparableText.of(part)
    }

    private static func reading(_ part: String) -> String {
        NameRemarks.isNone(part) ? "" : Kana.normal(part)
    }

    private static func trimmed(_ text: String) -> String { ComparableText.trimmed(text.unicodeScalars) }

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

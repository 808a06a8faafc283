package import Domain

/// Names as somebody looks for them, from the first character on and however they are typed.
package enum SearchText {
    /// The form in which names and what was typed meet; what begins a text also begins what is made of it.
    ///
    /// On top of comparable text: a vowel that only lengthens the kana before is ー (コウタ, コオタ, コータ → コータ), and が behind a kanji is
    /// ケ whatever follows. Latin names are capitals without accents and spaces.
    package static func folded(_ text: String) -> String {
        var folded = String.UnicodeScalarView()
        var last: UInt32 = 0
        for scalar in comparable(text).unicodeScalars {
            if scalar.value == ga, KanjiVariants.isKanji(last) {
                folded.append("\u{30B1}")
                last = 0x30B1
            } else if scalar.value == KanaTable.longVowel
                || KanaTable.isLetter(scalar.value)
                    && KanaTable.shared.prolongs(scalar.value, last)
            {
                folded.append("\u{30FC}")
            } else {
                folded.append(scalar)
                last = scalar.value
            }
        }
        return String(folded)
    }

    /// The texts by the beginnings of which a name is found: family and given name, written and read; the whole name where nobody could
    /// split it; of Latin names every word.
    package static func parts(of name: NameForm) -> [String] {
        var parts = [name.family, name.given, name.unsplit].filter { !$0.isEmpty }
        if parts.isEmpty { parts = ComparableText.words(name.written) }
        let readings = [name.familyKana, name.givenKana, name.unsplitKana].filter { !$0.isEmpty }
        parts += readings.isEmpty ? ComparableText.words(name.writtenKana) : readings
        return parts
    }

    /// A part of a name and, where it has several words, each of them.
    package static func foldedWords(of part: String) -> [String] {
        let words = ComparableText.words(part)
        let all = [part] + (words.count > 1 ? words : [])
        return all.map { folded($0) }.filter { !$0.isEmpty }
    }

    /// The part by which persons are put in order, and the one that decides between equal ones.
    package static func order(of name: NameForm) -> (first: String, second: String) {
        let family = [name.familyKana, name.unsplitKana].first { !$0.isEmpty }
        if let family { return (family, name.givenKana) }
        for words in [ComparableText.words(name.writtenKana), ComparableText.words(name.written)] {
            if let first = words.first { return (first, words.count > 1 ? words[1] : "") }
        }
        return ([name.family, name.unsplit].first { !$0.isEmpty } ?? "", name.given)
    }

    private static func comparable(_ text: String) -> String {
        guard NameReader.isLatin(text) else { return ComparableText.of(text) }
        return String(
            String.UnicodeScalarView(
                LatinText.capitals(text).unicodeScalars.filter { $0 != " " && $0 != "," }))
    }

    private static let ga: UInt32 = 0x30AC
}

/// What somebody looks for: beginnings of names, a birth, or both.
package struct NameQuery: Sendable, Hashable {
    /// The beginning of one part of a name, or of family and given name written together.
    package struct Word: Sendable, Hashable {
        /// The beginning of a part, folded.
        package let beginning: String
        /// Every way to cut it into a whole part and the beginning of another, folded.
        package let cuts: [Cut]

        init(_ text: String) {
            beginning = SearchText.folded(text)
            // As typed: what stands where two parts meet is folded with neither.
            let scalars = text.unicodeScalars
            cuts = scalars.indices.dropFirst().map { place in
                Cut(
                    whole: SearchText.folded(String(scalars[..<place])),
                    beginning: SearchText.folded(String(scalars[place...])))
            }.filter { !$0.whole.isEmpty && !$0.beginning.isEmpty }
        }
    }

    package struct Cut: Sendable, Hashable {
        package let whole: String
        package let beginning: String
    }

    /// Why a text is none.
    package enum Flaw: Error, Sendable, Hashable {
        case empty, tooLong, unreadableBirth, severalBirths
        /// A birth without a name is to be a day: all who were born in a month are no search.
        case birthAlone
    }

    /// Each begins some part of the name; none: whatever the name.
    package let words: [Word]
    /// The same typed without spaces, where there are several.
    package let joined: Word?
    package let birth: PartialDate?

    /// Finds nobody.
    package static let nobody = NameQuery()

    private init() {
        words = []
        joined = nil
        birth = nil
    }

    /// In bytes, and in words.
    private static let longest = (bytes: 256, words: 8)

    /// - Parameter text: as typed; spaces of either width part the words, and what holds a digit or begins with an era is a birth.
    /// - Throws: `Flaw`.
    package init(_ text: String, asOf: Day) throws(Flaw) {
        guard text.utf8.count <= Self.longest.bytes else { throw .tooLong }
        let words = ComparableText.words(text)
        guard words.count <= Self.longest.words else { throw .tooLong }
        var (names, births): ([String], [String]) = ([], [])
        var wasBirth = false
        for word in words {
            let isBirth = Self.holdsDigit(word) || Self.isEra(word, asOf)
            if isBirth {
                // 令和2年 4月 10日, 2020 4 10: one date in pieces.
                if wasBirth, let piece = births.popLast() {
                    births.append(piece + (piece.hasSuffix("年") || piece.hasSuffix("月") ? "" : ".") + word)
                } else {
                    births.append(word)
                }
            } else {
                names.append(word)
            }
            wasBirth = isBirth
        }
        guard births.count <= 1 else { throw .severalBirths }
        var birth: PartialDate?
        if let text = births.first {
            guard case .date(let date) = JapaneseDate.parse(text, asOf: asOf), date.range.lowerBound <= asOf
            else { throw .unreadableBirth }
            birth = date
        }
        let found = names.map(Word.init).filter { !$0.beginning.isEmpty }
        guard !found.isEmpty || birth != nil && names.isEmpty else { throw .empty }
        guard !found.isEmpty || birth?.exactDay != nil else { throw .birthAlone }
        self.words = found
        joined = found.count > 1 ? Word(names.joined()) : nil
        self.birth = birth
    }

    private static func holdsDigit(_ word: String) -> Bool {
        word.unicodeScalars.contains {
            (0x30...0x39).contains($0.value) || (0xFF10...0xFF19).contains($0.value)
        }
    }

    /// 令和六年四月十日 and 令和元年 hold no digit; 昭和 alone may be a name.
    private static func isEra(_ word: String, _ asOf: Day) -> Bool {
        guard ["明治", "大正", "昭和", "平成", "令和"].contains(where: word.hasPrefix) else { return false }
        if case .date = JapaneseDate.parse(word, asOf: asOf) { return true }
        return false
    }
}

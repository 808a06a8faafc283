/// Compares two name forms: kanji before kana, parts before wholes.
struct NameComparison: Sendable {
    let text: TextDictionary
    /// Jaro-Winkler similarity from which two readings are close.
    let closeness: Double

    /// What two texts say of each other.
    enum Relation { case unknown, equal, close, different }

    /// The levels of two name forms.
    func levels(_ a: EncodedName, _ b: EncodedName) -> (given: GivenLevel, family: FamilyLevel) {
        let (kanji, kana) = (relations(a.kanji, b.kanji), relations(a.kana, b.kana))
        let given = givenLevel(a, b, kanji.given, kana.given)
        return (given, given == .swapped ? .missing : familyLevel(a, b, kanji.family, kana.family))
    }

    /// Whether the given names may be one, badly heard or typed: readings close or one character off and no kanji against it, or, where
    /// nobody knows how one is read, one kanji of two or more.
    func resemble(_ a: EncodedName, _ b: EncodedName) -> Bool {
        if relations(a.kanji, b.kanji).given == .different, !isOneOff(a.given, b.given) { return false }
        if a.givenKana != 0, b.givenKana != 0 {
            return isClose(a.givenKana, b.givenKana) || isOneOff(a.givenKana, b.givenKana)
        }
        if a.kana.isUnknown || b.kana.isUnknown {
            return min(text.range(a.given).count, text.range(b.given).count) > 1 && isOneOff(a.given, b.given)
                && text.isKana[Int(a.given)] == text.isKana[Int(b.given)]
        }
        return isRestOneOff(a.kana, b.kana) || isRestOneOff(b.kana, a.kana)
    }

    private func givenLevel(
        _ a: EncodedName, _ b: EncodedName, _ kanji: Relation, _ kana: Relation
    ) -> GivenLevel {
        if kanji == .equal { return .kanjiEqual }
        if kana == .equal { return .kanaEqual }
        if isSwapped(a.family, a.given, b.family, b.given)
            || isSwapped(a.familyKana, a.givenKana, b.familyKana, b.givenKana) || isTurned(a, b)
            || isTurnedAndShortened(a, b) || isTurnedAndShortened(b, a)
        {
            return .swapped
        }
        if isShortened(a, b) || isShortened(b, a) || kanji == .unknown && isVoicedAlike(a, b) {
            return .kanjiNear
        }
        if isClose(a.givenKana, b.givenKana) { return isOneOff(a.given, b.given) ? .kanjiNear : .kanaClose }
        return kanji == .unknown && kana == .unknown ? .missing : .different
    }

    private func familyLevel(
        _ a: EncodedName, _ b: EncodedName, _ kanji: Relation, _ kana: Relation
    ) -> FamilyLevel {
        if kanji == .equal || kana == .equal {
            if a.isFormer || b.isFormer { return .formerOrGuardian }
            return kanji == .equal ? .kanjiEqual : .kanaEqual
        }
        if isClose(a.familyKana, b.familyKana) {
            return isOneOff(a.family, b.family) ? .kanjiNear : .kanaClose
        }
        if kana == .close { return .kanaClose }
        return kanji == .different || kana == .different ? .different : .missing
    }

    /// What two names in one script say of each other's parts.
    func relations(_ a: NameParts, _ b: NameParts) -> (given: Relation, family: Relation) {
        // A name cut at another place is still the same name.
        if a.whole != 0, a.whole == b.whole, !text.isWild[Int(a.whole)] { return (.equal, .equal) }
        if a.isOnePiece, b.isSplit { return cut(a.whole, as: b) }
        if b.isOnePiece, a.isSplit { return cut(b.whole, as: a) }
        let family = part(a.family, b.family, wholes: (a.whole, b.whole))
        // Two whole names that differ do not say which part does, and the given name carries that already.
        let isUnsaid = family == .different && (a.family == 0 || b.family == 0)
        return (part(a.given, b.given, wholes: (a.whole, b.whole)), isUnsaid ? .unknown : family)
    }

    /// Cuts a name in one piece as the other is cut: ミラキララ is ミラ and キララ beside ミウラ　キララ. One that is the other's family or given
    /// name is that part alone.
    private func cut(_ whole: UInt32, as parts: NameParts) -> (given: Relation, family: Relation) {
        if whole == parts.family { return (.unknown, .equal) }
        if whole == parts.given { return (.equal, .unknown) }
        let relation = part(0, 0, wholes: (whole, parts.whole))
        if relation == .equal { return (.equal, .equal) }
        guard !isLatin(whole), !isLatin(parts.whole) else { return (relation, .unknown) }
        if begins(parts.family, whole, least: 1) { return (relation, .equal) }
        let (own, given) = (text.range(whole), text.range(parts.given))
        let family = own.lowerBound..<max(own.upperBound - given.count, own.lowerBound)
        guard given.count > 1, !family.isEmpty, isEqual(family.upperBound..<own.upperBound, given) else {
            return (relation, .unknown)
        }
        return (
            .equal,
            isOneOff(family, text.range(parts.family)) && text.isKana[Int(whole)] ? .close : .different
        )
    }

    /// Whether one piece is the other's family name and, behind it, the given name but for one character.
    private func isRestOneOff(_ whole: NameParts, _ parts: NameParts) -> Bool {
        guard whole.isOnePiece, parts.isSplit, begins(parts.family, whole.whole, least: 1) else {
            return false
        }
        let rest = text.range(whole.whole).dropFirst(text.range(parts.family).count)
        return isOneOff(rest, text.range(parts.given))
    }

    /// The relation of two parts; where one side's name is not split, of the whole names.
    private func part(_ a: UInt32, _ b: UInt32, wholes: (UInt32, UInt32)) -> Relation {
        if a != 0, b != 0 { return relation(a, b) }
        let whole = relation(wholes.0, wholes.1)
        // One character off in a whole name may be a slip in either part: no evidence, and no agreement.
        return whole == .different && isOneOff(wholes.0, wholes.1) ? .unknown : whole
    }

    /// Equal but for geta marks, which stand for any one character; kana in the place of kanji say nothing of them.
    func relation(_ a: UInt32, _ b: UInt32) -> Relation {
        if a == 0 || b == 0 || text.isKana[Int(a)] != text.isKana[Int(b)] { return .unknown }
        guard text.isWild[Int(a)] || text.isWild[Int(b)] else { return a == b ? .equal : .different }
        let points = text.codePoints.span
        switch StringSimilarity.agree(points.extracting(text.range(a)), points.extracting(text.range(b))) {
        case true?: return .equal
        case false?: return .different
        case nil: return .unknown
        }
    }

    private func isSwapped(_ family: UInt32, _ given: UInt32, _ otherFamily: UInt32, _ otherGiven: UInt32)
        -> Bool
    {
        family != 0 && given != 0 && family == otherGiven && given == otherFamily
    }

    /// Whether the readings differ in voicing marks and ー alone, which old systems and hurried hands leave out: フシサワ of フジサワ.
    private func isVoicedAlike(_ a: EncodedName, _ b: EncodedName) -> Bool {
        a.givenKana != 0 && b.givenKana != 0
            ? isVoicedAlike(a.givenKana, b.givenKana) : isVoicedAlike(a.wholeKana, b.wholeKana)
    }

    private func isVoicedAlike(_ a: UInt32, _ b: UInt32) -> Bool {
        guard a != 0, b != 0 else { return false }
        var (left, right) = (text.range(a), text.range(b))
        while true {
            let (x, y) = (nextLoose(&left), nextLoose(&right))
            if x != y { return false }
            if x == nil { return true }
        }
    }

    /// The next character that is no ー, without its voicing mark; `nil` at the end.
    private func nextLoose(_ range: inout Range<Int>) -> UInt32? {
        while let place = range.first {
            range = place + 1..<range.upperBound
            if let loose = KeyValues.loose(text.codePoints[place]) { return loose }
        }
        return nil
    }

    /// Whether the words of one reading stand in turned order in the other, where nobody can tell where the parts begin: マテウスコスタ and
    /// コスタ　マテウス, ペドロ　エンリケ　ペレイラ and ペレイラ　ペドロ　エンリケ.
    private func isTurned(_ a: EncodedName, _ b: EncodedName) -> Bool {
        guard a.familyKana == 0 || b.familyKana == 0 || a.hasMiddle || b.hasMiddle else { return false }
        let (left, right) = (text.range(a.wholeKana), text.range(b.wholeKana))
        guard left.count >= 4, left.count == right.count else { return false }
        return (1..<left.count).contains { turn in
            (0..<left.count).allSatisfy { place in
                text.codePoints[left.lowerBound + place]
                    == text.codePoints[right.lowerBound + (place + turn) % left.count]
            }
        }
    }

    /// バオ　ファム of ファム　バオ　ゴック.
    private func isTurnedAndShortened(_ short: EncodedName, _ long: EncodedName) -> Bool {
        long.hasMiddle && !short.hasMiddle && short.givenKana != 0 && short.givenKana == long.familyKana
            && (begins(short.familyKana, long.givenKana, least: 2))
    }

    /// Whether `short` is `long` without its middle names: MARIA of MARIA EDUARDA, アナ of アナ・クララ, グエンザー of グエン　ザー　フイ.
    private func isShortened(_ short: EncodedName, _ long: EncodedName) -> Bool {
        guard long.hasMiddle, !short.hasMiddle else { return false }
        // Where both are written in Latin letters their words tell: ANA is not the beginning of ANABEL, though アナ is of アナベル.
        if isLatin(short.given), isLatin(long.given) { return beginsWords(short.given, long.given) }
        return begins(short.given, long.given) || begins(short.givenKana, long.givenKana, least: 2)
            || short.kana.isOnePiece && begins(short.wholeKana, long.wholeKana, least: 4)
    }

    /// Whether `a`, `least` characters or more, is the beginning of `b`, which is longer.
    private func begins(_ a: UInt32, _ b: UInt32, least: Int = 3) -> Bool {
        let (left, right) = (text.range(a), text.range(b))
        guard left.count >= least, left.count < right.count else { return false }
        return isEqual(left, right.prefix(left.count))
    }

    /// Whether the words of `a` are the first of `b`, which has more.
    private func beginsWords(_ a: UInt32, _ b: UInt32) -> Bool {
        let (left, right) = (text.range(a), text.range(b))
        return begins(a, b, least: 2) && text.codePoints[right.lowerBound + left.count] == 0x20
    }

    private func isEqual(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        left.count == right.count
            && zip(left, right).allSatisfy { text.codePoints[$0] == text.codePoints[$1] }
    }

    /// Comparable Latin names begin with an ASCII capital.
    private func isLatin(_ id: UInt32) -> Bool {
        text.range(id).first.map { text.codePoints[$0] < 0x80 } ?? false
    }

    private func isClose(_ a: UInt32, _ b: UInt32) -> Bool {
        guard a != 0, b != 0 else { return false }
        let points = text.codePoints.span
        return StringSimilarity.jaroWinkler(
            points.extracting(text.range(a)), points.extracting(text.range(b))) >= closeness
    }

    private func isOneOff(_ a: UInt32, _ b: UInt32) -> Bool {
        a != 0 && b != 0 && isOneOff(text.range(a), text.range(b))
    }

    private func isOneOff(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        guard abs(left.count - right.count) <= 1 else { return false }
        let points = text.codePoints.span
        return StringSimilarity.levenshtein(points.extracting(left), points.extracting(right)) == 1
    }
}

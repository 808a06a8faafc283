/// Compares two name forms: kanji before kana, parts before wholes.
struct NameComparison: Sendable {
    let text: TextDictionary
    /// Jaro-Winkler similarity from which two readings are close.
    let closeness: Double

    /// What two texts say of each other.
    enum Relation { case unknown, equal, different }

    /// The levels of two name forms.
    func levels(_ a: EncodedName, _ b: EncodedName) -> (given: GivenLevel, family: FamilyLevel) {
        // A name cut at another place is still the same name.
        let isWhole = a.whole != 0 && a.whole == b.whole && !text.isWild[Int(a.whole)]
        let isWholeKana = a.wholeKana != 0 && a.wholeKana == b.wholeKana
        let given = givenLevel(a, b, isWhole: isWhole, isWholeKana: isWholeKana)
        let family =
            given == .swapped ? .missing : familyLevel(a, b, isWhole: isWhole, isWholeKana: isWholeKana)
        return (given, family)
    }

    private func givenLevel(
        _ a: EncodedName, _ b: EncodedName, isWhole: Bool, isWholeKana: Bool
    ) -> GivenLevel {
        let kanji = isWhole ? .equal : part(a.given, b.given, wholes: (a.whole, b.whole))
        if kanji == .equal { return .kanjiEqual }
        let kana = isWholeKana ? .equal : part(a.givenKana, b.givenKana, wholes: (a.wholeKana, b.wholeKana))
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
        _ a: EncodedName, _ b: EncodedName, isWhole: Bool, isWholeKana: Bool
    ) -> FamilyLevel {
        // Two whole names that differ do not say which part does, and the given name carries that already.
        let kanji = isWhole ? .equal : part(a.family, b.family, wholes: (a.whole, b.whole))
        let kana = isWholeKana ? .equal : part(a.familyKana, b.familyKana, wholes: (a.wholeKana, b.wholeKana))
        if kanji == .equal || kana == .equal {
            if a.isFormer || b.isFormer { return .formerOrGuardian }
            return kanji == .equal ? .kanjiEqual : .kanaEqual
        }
        if isClose(a.familyKana, b.familyKana) {
            return isOneOff(a.family, b.family) ? .kanjiNear : .kanaClose
        }
        let isKnown = a.family != 0 && b.family != 0 || a.familyKana != 0 && b.familyKana != 0
        return isKnown ? .different : .missing
    }

    /// The relation of two parts; where one side's name is not split, of the whole names.
    private func part(_ a: UInt32, _ b: UInt32, wholes: (UInt32, UInt32)) -> Relation {
        if a != 0, b != 0 { return relation(a, b) }
        let whole = relation(wholes.0, wholes.1)
        // One character off in a whole name may be a slip in either part: no evidence, and no agreement.
        return whole == .different && isOneOff(wholes.0, wholes.1) ? .unknown : whole
    }

    /// Equal but for geta marks, which stand for any one character.
    func relation(_ a: UInt32, _ b: UInt32) -> Relation {
        if a == 0 || b == 0 { return .unknown }
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

    /// Whether `short` is `long` without its middle names: MARIA of MARIA EDUARDA, マリア of マリア・エドゥアルダ.
    private func isShortened(_ short: EncodedName, _ long: EncodedName) -> Bool {
        guard long.hasMiddle, !short.hasMiddle else { return false }
        return begins(short.given, long.given) || begins(short.givenKana, long.givenKana)
    }

    /// Whether `a`, `least` characters or more, is the beginning of `b`, which is longer.
    private func begins(_ a: UInt32, _ b: UInt32, least: Int = 3) -> Bool {
        let (left, right) = (text.range(a), text.range(b))
        guard left.count >= least, left.count < right.count else { return false }
        return zip(left, right).allSatisfy { text.codePoints[$0] == text.codePoints[$1] }
    }

    private func isClose(_ a: UInt32, _ b: UInt32) -> Bool {
        guard a != 0, b != 0 else { return false }
        let points = text.codePoints.span
        return StringSimilarity.jaroWinkler(
            points.extracting(text.range(a)), points.extracting(text.range(b))) >= closeness
    }

    private func isOneOff(_ a: UInt32, _ b: UInt32) -> Bool {
        let (left, right) = (text.range(a), text.range(b))
        guard a != 0, b != 0, abs(left.count - right.count) <= 1 else { return false }
        let points = text.codePoints.span
        return StringSimilarity.levenshtein(points.extracting(left), points.extracting(right)) == 1
    }
}

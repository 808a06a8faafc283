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
            || isSwapped(a.familyKana, a.givenKana, b.familyKana, b.givenKana)
        {
            return .swapped
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

/// Similarities and distances of terms, those met before remembered: a city has few names and many pairs of them.
struct SimilarityMeasure {
    /// Of each pair number so many.
    private static let size = 1 << 12
    private var pairs: [UInt64]
    private var values: [Double]
    private var first: [UInt32] = []
    private var second: [UInt32] = []
    private var matcher = JaroMatcher()

    init(numbers: Int) {
        pairs = Array(repeating: 0, count: numbers * Self.size)
        values = Array(repeating: 0, count: numbers * Self.size)
    }

    /// The number of two known terms, the same from either side.
    @inline(__always)
    mutating func value(
        _ number: Int, _ kind: ComparisonProgram.PairNumber.Kind, _ a: UInt32, _ b: UInt32,
        _ lexicon: TermLexicon
    ) -> Double {
        // No id is 0, so no key is.
        let pair = UInt64(min(a, b)) << 32 | UInt64(max(a, b))
        let slot =
            number * Self.size
            + Int(truncatingIfNeeded: (pair &* 0x9E37_79B9_7F4A_7C15) &>> 40) & (Self.size - 1)
        if pairs[slot] == pair { return values[slot] }
        let value = measure(kind, a, b, lexicon)
        pairs[slot] = pair
        values[slot] = value
        return value
    }

    private mutating func measure(
        _ kind: ComparisonProgram.PairNumber.Kind, _ a: UInt32, _ b: UInt32, _ lexicon: TermLexicon
    ) -> Double {
        lexicon.points(of: a, into: &first)
        lexicon.points(of: b, into: &second)
        // Jaro's matches depend on who goes first; the order of the texts does not depend on that of the records.
        if first.count > second.count
            || first.count == second.count && second.lexicographicallyPrecedes(first)
        {
            swap(&first, &second)
        }
        return Self.measure(kind, first, second, &matcher)
    }

    private static func measure(
        _ kind: ComparisonProgram.PairNumber.Kind, _ first: [UInt32], _ second: [UInt32],
        _ matcher: inout JaroMatcher
    ) -> Double {
        let (a, b) = (first.span, second.span)
        switch kind {
        case .jaro: return matcher.jaro(a, b)
        case .levenshtein: return Double(EditDistance.levenshtein(a, b))
        case .damerauLevenshtein: return Double(EditDistance.damerauLevenshtein(a, b))
        case .jaroWinkler, .difference: return StringSimilarity.winkler(matcher.jaro(a, b), a, b, above: 0.7)
        }
    }
}

/// Jaro similarity by a table of where each character stands; the same as `StringSimilarity.jaro`, faster on texts of ASCII.
struct JaroMatcher {
    /// Of each ASCII character a bit for each place it has in the second text.
    private var places = [UInt64](repeating: 0, count: 128)

    mutating func jaro(_ a: Span<UInt32>, _ b: Span<UInt32>) -> Double {
        let (m, n) = (a.count, b.count)
        guard m > 0, n > 0, m <= 64, n <= 64 else { return StringSimilarity.jaro(a, b) }
        var all: UInt32 = 0
        for i in 0..<m { all |= a[i] }
        for j in 0..<n { all |= b[j] }
        guard all < 128 else { return StringSimilarity.jaro(a, b) }
        for j in 0..<n { places[Int(b[j])] |= 1 &<< UInt64(j) }
        let window = max(max(m, n) / 2 - 1, 0)
        var (matchedA, matchedB) = (UInt64(0), UInt64(0))
        for i in 0..<m {
            // Bits i - window ... i + window; where the last is beyond the word, all from the first on.
            let first = UInt64.max &<< UInt64(max(i - window, 0))
            let last = i + window >= 63 ? UInt64.max : (1 &<< UInt64(i + window + 1)) &- 1
            let free = places[Int(a[i])] & first & last & ~matchedB
            matchedB |= free & (0 &- free)
            if free != 0 { matchedA |= 1 &<< UInt64(i) }
        }
        for j in 0..<n { places[Int(b[j])] = 0 }
        return StringSimilarity.jaro(a, b, matchedA, matchedB)
    }
}

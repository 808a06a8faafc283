/// Similarities and distances of terms, those met before remembered: a city has few names and many pairs of them.
struct SimilarityMeasure {
    /// Of each pair number so many; a power of two.
    private let size: Int
    private var pairs: [UInt64]
    private var values: [Double]
    private var first: [UInt32] = []
    private var second: [UInt32] = []
    private var matcher = ASCIIMatcher()

    init(numbers: Int, records: Int) {
        // A search makes one for a few records, and has no time to clear much.
        size = records > 1 << 12 ? 1 << 12 : 1 << 7
        pairs = Array(repeating: 0, count: numbers * size)
        values = Array(repeating: 0, count: numbers * size)
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
            number * size + Int(truncatingIfNeeded: (pair &* 0x9E37_79B9_7F4A_7C15) &>> 40) & (size - 1)
        if pairs[slot] == pair { return values[slot] }
        let value = measure(kind, a, b, lexicon)
        pairs[slot] = pair
        values[slot] = value
        return value
    }

    private mutating func measure(
        _ kind: ComparisonProgram.PairNumber.Kind, _ a: UInt32, _ b: UInt32, _ lexicon: TermLexicon
    ) -> Double {
        if let value = lexicon.ascii(a, b, { matcher.measure(kind, $0, $1) }) { return value }
        lexicon.points(of: a, into: &first)
        lexicon.points(of: b, into: &second)
        let (a, b) = (first.span, second.span)
        switch kind {
        case .levenshtein: return Double(EditDistance.levenshtein(a, b))
        case .damerauLevenshtein: return Double(EditDistance.damerauLevenshtein(a, b))
        case .jaro, .jaroWinkler, .difference:
            let jaro = TextOrder.isKept(a, b) ? StringSimilarity.jaro(a, b) : StringSimilarity.jaro(b, a)
            return kind == .jaro ? jaro : StringSimilarity.winkler(jaro, a, b, above: 0.7)
        }
    }
}

/// Which of two texts goes first: Jaro's matches depend on it, and it may not depend on the order of the records.
enum TextOrder {
    static func isKept<Unit: FixedWidthInteger>(_ a: Span<Unit>, _ b: Span<Unit>) -> Bool {
        if a.count != b.count { return a.count < b.count }
        for index in a.indices where a[index] != b[index] { return a[index] < b[index] }
        return true
    }
}

/// Similarities and distances of texts of 1...64 ASCII characters by a table of where each character stands; the same numbers as
/// `StringSimilarity` and `EditDistance` give, sooner.
struct ASCIIMatcher {
    /// Of each character a bit for each place it has in one of the texts.
    private var places = [UInt64](repeating: 0, count: 128)

    mutating func measure(
        _ kind: ComparisonProgram.PairNumber.Kind, _ a: Span<UInt8>, _ b: Span<UInt8>
    ) -> Double {
        switch kind {
        case .levenshtein: return Double(levenshtein(a, b))
        case .damerauLevenshtein: return Double(EditDistance.damerauLevenshtein(a, b))
        case .jaro, .jaroWinkler, .difference:
            let jaro = TextOrder.isKept(a, b) ? jaro(a, b) : jaro(b, a)
            return kind == .jaro ? jaro : StringSimilarity.winkler(jaro, a, b, above: 0.7)
        }
    }

    mutating func jaro(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Double {
        let (m, n) = (a.count, b.count)
        note(b)
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
        forget(b)
        return StringSimilarity.jaro(a, b, matchedA, matchedB)
    }

    mutating func levenshtein(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Int {
        note(a)
        var column = EditColumn(height: a.count)
        for j in b.indices { column.advance(places[Int(b[j])]) }
        forget(a)
        return column.distance
    }

    @inline(__always)
    private mutating func note(_ text: Span<UInt8>) {
        for index in text.indices { places[Int(text[index])] |= 1 &<< UInt64(index) }
    }

    @inline(__always)
    private mutating func forget(_ text: Span<UInt8>) {
        for index in text.indices { places[Int(text[index])] = 0 }
    }
}

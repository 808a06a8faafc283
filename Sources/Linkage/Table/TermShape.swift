/// What a text is like at a glance: enough to say that it cannot be similar to another, without reading either.
///
/// Characters fall into 32 buckets by their lowest five bits; a bucket's count, up to four, is a row of ones in `low` or `high`,
/// so that what two texts can have in common at most is a count of bits. Bounds hold for every pair of texts.
struct TermShape: Sendable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0
    /// The lowest byte of each of the first four characters, and of the last four.
    private var beginning: UInt32 = 0
    private var ending: UInt32 = 0
    private var count: UInt16 = 0
    /// Characters that found their bucket full.
    private var rest: UInt16 = 0

    init() {}

    init(_ points: Span<UInt32>) {
        count = UInt16(clamping: points.count)
        // Similarity reads no further, and of a text so long nothing is ruled out but by its length.
        if points.count > 64 { (low, high, rest) = (.max, .max, .max) }
        for index in points.indices {
            let point = points[index]
            if index < 4 { beginning |= (point & 0xFF) &<< UInt32(8 * index) }
            if index + 4 >= points.count { ending = ending &<< 8 | point & 0xFF }
            guard points.count <= 64 else { continue }
            let bucket = UInt64(point & 31)
            let shift = (bucket & 15) &* 4
            let ones = (bucket < 16 ? low : high) &>> shift & 15
            if ones == 15 {
                rest += 1
            } else if bucket < 16 {
                low |= (ones &+ 1) &<< shift
            } else {
                high |= (ones &+ 1) &<< shift
            }
        }
    }

    /// Whether a test of two texts is bound to fail.
    ///
    /// - Parameters:
    ///   - kind: of similarity: the test asks for `bound` at least; of distance: for `bound` at most.
    @inline(__always)
    static func excludes(
        _ kind: ComparisonProgram.PairNumber.Kind, _ a: TermShape, _ b: TermShape, _ bound: Double
    ) -> Bool {
        let shared = (a.low & b.low).nonzeroBitCount + (a.high & b.high).nonzeroBitCount
        let (m, n) = (Int(a.count), Int(b.count))
        let common = min(shared + Int(min(a.rest, b.rest)), m, n)
        switch kind {
        case .levenshtein, .damerauLevenshtein:
            if Double(max(m, n) - common) > bound { return true }
            // One edit of a text so long leaves its first four characters or its last as they were.
            return bound < 2 && min(m, n) > 8 && a.beginning != b.beginning && a.ending != b.ending
        case .jaro, .jaroWinkler:
            if common == 0 { return bound > 0 }
            // Similarity is at most sum / (3 product): compared so, nothing is divided. A last bit lost in rounding rules
            // nothing out.
            let matched = min(common, 64)
            let product = min(m, 64) * min(n, 64)
            let sum = Double(matched * (min(m, 64) + min(n, 64)) + product)
            let whole = Double(3 * product)
            if kind == .jaro || bound <= 0.7 { return sum < whole * (bound - 1e-9) }
            if sum < whole * (0.7 - 1e-9) { return true }
            let raised = 0.1 * Double(min(4, (a.beginning ^ b.beginning).trailingZeroBitCount / 8))
            return sum * (1 - raised) < whole * (bound - raised - 1e-9)
        case .difference: return false
        }
    }
}

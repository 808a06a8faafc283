/// Similarity of two short texts of code points.
///
/// Names longer than 64 code points are compared by their first 64; the standard register allows 100, but a name
/// that differs only after 64 does not occur.
enum StringSimilarity {
    /// 〓, which departments write for a character their system lacks; it stands for any one character.
    static let geta: UInt32 = 0x3013
    private static let limit = 64

    /// Jaro similarity, 0 (nothing in common) to 1 (equal); two empty texts are equal.
    ///
    /// Jaro: Advances in record-linkage methodology (JASA 1989). Matched characters are kept in two 64-bit masks.
    static func jaro(_ a: Span<UInt32>, _ b: Span<UInt32>) -> Double {
        let (m, n) = (min(a.count, limit), min(b.count, limit))
        guard m > 0, n > 0 else { return m == n ? 1 : 0 }
        let window = max(max(m, n) / 2 - 1, 0)
        var (matchedA, matchedB) = (UInt64(0), UInt64(0))
        for i in 0..<m {
            let first = max(i - window, 0)
            let last = min(i + window, n - 1)
            guard first <= last else { continue }
            for j in first...last where matchedB & (1 &<< UInt64(j)) == 0 && a[i] == b[j] {
                matchedA |= 1 &<< UInt64(i)
                matchedB |= 1 &<< UInt64(j)
                break
            }
        }
        return jaro(a, b, matchedA, matchedB)
    }

    /// Jaro similarity by which characters of either text have met one of the other.
    static func jaro<Unit: FixedWidthInteger & UnsignedInteger>(
        _ a: Span<Unit>, _ b: Span<Unit>, _ matchedA: UInt64, _ matchedB: UInt64
    ) -> Double {
        let (m, n) = (min(a.count, limit), min(b.count, limit))
        var (matchedA, matchedB) = (matchedA, matchedB)
        let matches = matchedA.nonzeroBitCount
        guard matches > 0 else { return 0 }
        var outOfOrder = 0
        while matchedA != 0 {
            if a[matchedA.trailingZeroBitCount] != b[matchedB.trailingZeroBitCount] { outOfOrder += 1 }
            matchedA &= matchedA - 1
            matchedB &= matchedB - 1
        }
        let common = Double(matches)
        return (common / Double(m) + common / Double(n) + (common - Double(outOfOrder / 2)) / common) / 3
    }

    /// Jaro similarity raised by a common beginning of up to four characters, a tenth of the rest for each.
    ///
    /// Winkler: String comparator metrics (1990).
    /// - Parameter floor: the beginning counts only above this similarity: 0, or 0.7 as Winkler had it later and DuckDB has it.
    static func jaroWinkler(_ a: Span<UInt32>, _ b: Span<UInt32>, above floor: Double = 0) -> Double {
        winkler(jaro(a, b), a, b, above: floor)
    }

    /// Winkler's share for the beginning, on top of a Jaro similarity.
    static func winkler<Unit: FixedWidthInteger & UnsignedInteger>(
        _ similarity: Double, _ a: Span<Unit>, _ b: Span<Unit>, above floor: Double
    ) -> Double {
        guard similarity > floor else { return similarity }
        var prefix = 0
        while prefix < min(4, a.count, b.count), a[prefix] == b[prefix] { prefix += 1 }
        return similarity + Double(prefix) * 0.1 * (1 - similarity)
    }

    /// Levenshtein distance: the fewest insertions, deletions and substitutions; a geta mark equals anything.
    static func levenshtein(_ a: Span<UInt32>, _ b: Span<UInt32>) -> Int {
        let (m, n) = (min(a.count, limit), min(b.count, limit))
        guard m > 0, n > 0 else { return max(m, n) }
        var column = EditColumn(height: m)
        for j in 0..<n {
            var equal = UInt64(0)
            for i in 0..<m where a[i] == b[j] || a[i] == geta || b[j] == geta { equal |= 1 &<< UInt64(i) }
            column.advance(equal)
        }
        return column.distance
    }

    /// What two texts say when a geta mark may stand for any one character; `nil` where only geta marks agree.
    static func agree(_ a: Span<UInt32>, _ b: Span<UInt32>) -> Bool? {
        guard a.count == b.count else { return false }
        var isSure = false
        for i in 0..<a.count where a[i] != geta && b[i] != geta {
            guard a[i] == b[i] else { return false }
            isSure = true
        }
        return isSure ? true : nil
    }
}

/// The levels of all comparisons of a pair in one number, four bits a comparison: the place of its level.
package struct TablePattern: Hashable, Sendable {
    /// Comparisons that a model may have, and levels of each.
    static let comparisons = 16
    static let levels = 15

    private(set) var bits: UInt64 = 0

    init() {}

    /// The place of a comparison's level in its list.
    @inline(__always)
    package subscript(comparison: Int) -> Int { Int(bits &>> UInt64(4 * comparison) & 15) }

    /// Notes the level of a comparison that has none so far.
    @inline(__always)
    mutating func add(level: Int, of comparison: Int) { bits |= UInt64(level) &<< UInt64(4 * comparison) }
}

/// How often each pattern occurred: a table of its own, since hundreds of millions of pairs are counted into a few thousand
/// patterns.
struct TablePatternCounts: Sendable {
    /// Open addressing; a count of 0 is a free slot.
    private var patterns = [TablePattern](repeating: TablePattern(), count: 1 << 10)
    private var counts = [Int](repeating: 0, count: 1 << 10)
    private var used = 0
    private(set) var total = 0

    mutating func add(_ pattern: TablePattern, times: Int = 1) {
        let mask = patterns.count - 1
        var slot = Int(truncatingIfNeeded: (pattern.bits &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
        while counts[slot] != 0, patterns[slot] != pattern { slot = (slot + 1) & mask }
        if counts[slot] == 0 {
            patterns[slot] = pattern
            used += 1
        }
        counts[slot] += times
        total += times
        if used * 2 > patterns.count { grow() }
    }

    private mutating func grow() {
        let old = zip(patterns, counts).filter { $1 > 0 }
        patterns = Array(repeating: TablePattern(), count: patterns.count * 2)
        counts = Array(repeating: 0, count: patterns.count)
        (used, total) = (0, 0)
        for (pattern, count) in old { add(pattern, times: count) }
    }

    static func += (left: inout TablePatternCounts, right: TablePatternCounts) {
        for (pattern, count) in right.sorted { left.add(pattern, times: count) }
    }

    /// In a fixed order, so that sums agree to the last bit.
    var sorted: [(pattern: TablePattern, count: Int)] {
        zip(patterns, counts).filter { $1 > 0 }.sorted { $0.0.bits < $1.0.bits }.map {
            (pattern: $0, count: $1)
        }
    }

    /// By the place of a comparison's level.
    func levels(of comparison: Int) -> [Int] {
        var levels = [Int](repeating: 0, count: TablePattern.levels + 1)
        for (pattern, count) in sorted { levels[pattern[comparison]] += count }
        return levels
    }
}

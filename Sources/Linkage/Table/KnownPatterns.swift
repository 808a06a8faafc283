/// The weights of patterns met before: millions of pairs have a few hundred patterns. Each thread has its own.
struct KnownPatterns: Sendable {
    private struct Entry: Sendable {
        /// No pattern has all bits, since no comparison has sixteen levels.
        var bits = UInt64.max
        /// Prior and levels.
        var weight = 0.0
        var asksRarity = false
    }
    private static let size = 1 << 10
    private var entries = [Entry](repeating: Entry(), count: Self.size)
    private let scorer: TableScorer

    init(_ scorer: TableScorer) { self.scorer = scorer }

    /// What `TableScorer.weight` gives of the pair of two slots.
    @inline(__always)
    mutating func weight(_ pattern: TablePattern, _ rows: PackedRows, left: Int, right: Int) -> Double {
        let slot = Int(truncatingIfNeeded: (pattern.bits &* 0x9E37_79B9_7F4A_7C15) &>> 54)
        if entries[slot].bits != pattern.bits { note(pattern, at: slot) }
        let weight = entries[slot].weight
        guard entries[slot].asksRarity else { return weight }
        return scorer.addingRarity(to: weight, pattern, rows, left: left, right: right)
    }

    private mutating func note(_ pattern: TablePattern, at slot: Int) {
        entries[slot] = Entry(
            bits: pattern.bits, weight: scorer.weight(of: pattern), asksRarity: scorer.asksRarity(pattern))
    }
}

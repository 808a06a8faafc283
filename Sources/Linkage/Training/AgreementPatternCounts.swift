/// How often each agreement pattern occurred: all that training needs of the pairs.
struct AgreementPatternCounts: Sendable {
    private var counts = [Int](repeating: 0, count: AgreementPattern.count)
    private(set) var total = 0

    mutating func add(_ pattern: AgreementPattern, times: Int = 1) {
        counts[Int(pattern.bits)] += times
        total += times
    }

    /// By level of one comparison; index 0 counts pairs with nothing to compare.
    func levels(of kind: ComparisonKind) -> [Int] {
        var levels = [Int](repeating: 0, count: Int(kind.mask) + 1)
        for (bits, count) in counts.enumerated() where count > 0 {
            levels[Int(AgreementPattern(bits: UInt32(bits)).level(kind))] += count
        }
        return levels
    }
}

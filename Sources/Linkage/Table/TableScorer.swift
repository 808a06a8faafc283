internal import Domain

/// Weights of patterns, and of how rare the agreed terms are.
struct TableScorer: Sendable {
    /// What a level's term frequency adds.
    private struct Frequency: Sendable {
        let comparison: Int
        let level: Int
        /// log2 of the u that a rare term replaces.
        let base: Double
        let weight: Double
        /// Term ids by record.
        let terms: [UInt32]
        /// log2 of each term's share, not below the floor.
        let shares: [Double]
    }

    let prior: Double
    /// Bits, by comparison and level.
    private let weights: [[Double]]
    private let frequencies: [Frequency]

    /// - Throws: `link.column`.
    init(_ model: TableModel, table: RecordTable) throws(Fault) {
        prior = log2Odds(model.prior)
        weights = model.comparisons.map { comparison in
            comparison.levels.map { level in
                guard !level.isNull, let m = level.m, let u = level.u else { return 0 }
                return matchWeight(m: m, u: u)
            }
        }
        var frequencies: [Frequency] = []
        for (place, comparison) in model.comparisons.enumerated() {
            for (number, level) in comparison.levels.enumerated() {
                guard let column = level.termFrequencyColumn, level.m != nil,
                    let base = Self.base(of: level, in: comparison)
                else { continue }
                let terms = try table.terms(of: column)
                frequencies.append(
                    Frequency(
                        comparison: place, level: number, base: log2OrZero(base),
                        weight: level.termFrequencyWeight, terms: terms,
                        shares: Self.shares(
                            terms, of: table.terms.count, floor: level.termFrequencyFloor)))
            }
        }
        self.frequencies = frequencies
    }

    /// The u of the column's exact match, of whatever level the adjustment is.
    static func base(of level: TableModel.Level, in comparison: TableModel.Comparison) -> Double? {
        let exact = comparison.levels.first { other in
            guard case .equal(let a, let b) = other.condition else { return false }
            return a.expression == b.expression && a.expression.steps.isEmpty
                && a.expression.column == level.termFrequencyColumn
        }
        return exact?.u ?? level.u
    }

    private static func shares(_ terms: [UInt32], of count: Int, floor: Double) -> [Double] {
        var counts = [Int](repeating: 0, count: count)
        var known = 0
        for term in terms where term != 0 {
            counts[Int(term)] += 1
            known += 1
        }
        return counts.map { $0 == 0 ? .nan : log2OrZero(max(Double($0) / Double(known), floor)) }
    }

    /// Bits of a pair: prior, levels, rarity.
    func weight(_ pattern: TablePattern, _ i: Int, _ j: Int) -> Double {
        var weight = prior
        for comparison in weights.indices {
            weight += weights[comparison][pattern[comparison]]
        }
        for frequency in frequencies where pattern[frequency.comparison] == frequency.level {
            let (a, b) = (
                frequency.shares[Int(frequency.terms[i])], frequency.shares[Int(frequency.terms[j])]
            )
            // The commoner of the two.
            let share = a.isNaN ? b : b.isNaN ? a : max(a, b)
            if !share.isNaN { weight += frequency.weight * (frequency.base - share) }
        }
        return weight
    }
}

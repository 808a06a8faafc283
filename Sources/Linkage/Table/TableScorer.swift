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
        /// The program's reading that holds log2 of a term's share.
        let reading: Int
    }

    let prior: Double
    /// Bits, by comparison and level; as many levels as a pattern holds.
    private let weights: [Double]
    private let comparisons: Int
    private let program: ComparisonProgram
    private let frequencies: [Frequency]

    init(_ model: TableModel, _ program: ComparisonProgram) {
        prior = log2Odds(model.prior)
        comparisons = model.comparisons.count
        self.program = program
        var weights = [Double](repeating: 0, count: comparisons * 16)
        var frequencies: [Frequency] = []
        for (place, comparison) in model.comparisons.enumerated() {
            for (number, level) in comparison.levels.enumerated() {
                weights[place * 16 + number] = level.weight ?? 0
                guard let column = level.termFrequencyColumn, level.m != nil,
                    let base = Self.base(of: level, in: comparison),
                    let reading = program.shares[
                        ShareReading(column: column, floor: level.termFrequencyFloor)]
                else { continue }
                frequencies.append(
                    Frequency(
                        comparison: place, level: number, base: log2OrZero(base),
                        weight: level.termFrequencyWeight, reading: reading))
            }
        }
        self.weights = weights
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

    /// Bits of the pair of two slots: prior, levels, rarity.
    func weight(_ pattern: TablePattern, _ rows: PackedRows, left: Int, right: Int) -> Double {
        addingRarity(to: weight(of: pattern), pattern, rows, left: left, right: right)
    }

    /// Prior and levels.
    func weight(of pattern: TablePattern) -> Double {
        (0..<comparisons).reduce(prior) { $0 + weights[$1 * 16 + pattern[$1]] }
    }

    /// Whether the rarity of texts counts where the levels are these.
    func asksRarity(_ pattern: TablePattern) -> Bool {
        frequencies.contains { pattern[$0.comparison] == $0.level }
    }

    /// The weight of a pattern with what the rarity of the texts of two slots adds.
    func addingRarity(
        to weight: Double, _ pattern: TablePattern, _ rows: PackedRows, left: Int, right: Int
    ) -> Double {
        var weight = weight
        for place in frequencies.indices {
            let frequency = frequencies[place]
            guard pattern[frequency.comparison] == frequency.level else { continue }
            weight += bits(of: frequency, rows, left: left, right: right)
        }
        return weight
    }

    /// What rarity adds to one comparison's level.
    func rarity(
        of comparison: Int, _ pattern: TablePattern, _ rows: PackedRows, left: Int, right: Int
    ) -> Double {
        frequencies.lazy.filter { $0.comparison == comparison && $0.level == pattern[comparison] }
            .reduce(0) { $0 + bits(of: $1, rows, left: left, right: right) }
    }

    @inline(__always)
    private func bits(of frequency: Frequency, _ rows: PackedRows, left: Int, right: Int) -> Double {
        let (a, b) = (
            program.reading(frequency.reading, of: rows, left),
            program.reading(frequency.reading, of: rows, right)
        )
        // The commoner of the two.
        let share = a.isNaN ? b : b.isNaN ? a : max(a, b)
        return share.isNaN ? 0 : frequency.weight * (frequency.base - share)
    }
}

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
    private let readings: Int
    private let frequencies: [Frequency]

    init(_ model: TableModel, _ program: ComparisonProgram) {
        prior = log2Odds(model.prior)
        comparisons = model.comparisons.count
        readings = program.readings.count
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
    @inline(__always)
    func weight(_ pattern: TablePattern, _ rows: PackedRows, left: Int, right: Int) -> Double {
        var weight = prior
        for comparison in 0..<comparisons { weight += weights[comparison * 16 + pattern[comparison]] }
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
            rows.numbers[left * readings + frequency.reading],
            rows.numbers[right * readings + frequency.reading]
        )
        // The commoner of the two.
        let share = a.isNaN ? b : b.isNaN ? a : max(a, b)
        return share.isNaN ? 0 : frequency.weight * (frequency.base - share)
    }
}

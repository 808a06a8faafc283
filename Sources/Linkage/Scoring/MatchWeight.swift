internal import Foundation

/// The log2 odds that a pair agreeing at a level is one person: log2(m/u).
func matchWeight(m: Double, u: Double) -> Double { log2(m) - log2(u) }

/// log2 odds of a probability.
package func log2Odds(_ probability: Double) -> Double { log2(probability) - log2(1 - probability) }

/// log2, and nought of nought: a share that was never counted.
func log2OrZero(_ value: Double) -> Double { value > 0 ? log2(value) : 0 }

/// The probability that belongs to a match weight (log2 odds); 0...1, exact at both ends.
package func matchProbability(weight: Double) -> Double {
    // Of the two equal forms the one whose power cannot overflow.
    weight >= 0 ? 1 / (1 + exp2(-weight)) : exp2(weight) / (1 + exp2(weight))
}

/// The weight of every agreement pattern, one look-up a pair.
struct PatternWeights: Sendable {
    /// log2 odds of a match before anything is compared.
    let prior: Double
    private let weights: [Double]
    private let levels: [[Double]]
    let twinWeight: Double

    /// By pattern, the same for every model.
    private static let twins = (0..<AgreementPattern.count).map { AgreementPattern(bits: UInt32($0)).isTwin }

    /// - Parameters:
    ///   - records: number of records linked.
    ///   - comparablePairs: pairs of them that may be compared at all.
    init(_ model: LinkageModel, records: Int, comparablePairs: Double) {
        let matches = model.prior.partnersPerRecord * Double(records) / 2
        let share = min(matches / max(comparablePairs, 1), 0.5)
        let prior = log2(share) - log2(1 - share)
        let levels = ComparisonKind.allCases.map { kind in
            var weights = [Double](repeating: 0, count: Int(kind.mask) + 1)
            for (index, level) in (model[kind]?.levels ?? []).enumerated() {
                weights[index + 1] = level.weight
            }
            return weights
        }
        let twinWeight = model.guards.twinWeight
        // Kind by kind from the lowest bits on: each level of the next stands for all sums so far once more.
        var weights = [prior]
        for level in levels { weights = level.flatMap { weight in weights.map { $0 + weight } } }
        for (bits, isTwin) in Self.twins.enumerated() where isTwin { weights[bits] += twinWeight }
        self.weights = weights
        self.prior = prior
        self.levels = levels
        self.twinWeight = twinWeight
    }

    /// `AgreementPattern.isTwin`, in one look-up.
    func isTwin(_ pattern: AgreementPattern) -> Bool { Self.twins[Int(pattern.bits)] }

    /// Prior, levels and guard together; without the names' frequency.
    subscript(pattern: AgreementPattern) -> Double { weights[Int(pattern.bits)] }

    /// One comparison's own weight.
    func weight(of kind: ComparisonKind, in pattern: AgreementPattern) -> Double {
        guard let index = ComparisonKind.allCases.firstIndex(of: kind) else { return 0 }
        return levels[index][Int(pattern.level(kind))]
    }
}

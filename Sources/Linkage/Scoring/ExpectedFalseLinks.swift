/// How many of the links are expected to be wrong, by the model's own probabilities.
enum ExpectedFalseLinks {
    /// Among 10,000 links of these weights; 0 where there are none.
    static func per10000(_ weights: some Collection<Double>) -> Double {
        weights.isEmpty
            ? 0 : 10_000 * weights.reduce(0) { $0 + 1 - matchProbability(weight: $1) } / Double(weights.count)
    }

    /// The lowest threshold, `automatic` or above, from which no more than `limit` of 10,000 links are expected to be wrong.
    static func threshold(_ pairs: [ScoredPair], automatic: Double, limit: Double) -> Double {
        let weights = pairs.filter { $0.weight >= automatic && $0.pattern.mayBeAutomatic }.map(\.weight)
            .sorted(
                by: >)
        var wrong = 0.0
        var chosen: Double?
        for (place, weight) in weights.enumerated() {
            wrong += 1 - matchProbability(weight: weight)
            // Pairs of one weight go together.
            let isLast = place + 1 == weights.count || weights[place + 1] < weight
            if isLast, 10_000 * wrong <= limit * Double(place + 1) {
                chosen = place + 1 == weights.count ? automatic : weight
            }
        }
        // Where not even the heaviest pair is sure enough, nothing is linked.
        return chosen ?? weights.first.map { $0 + 1 } ?? automatic
    }
}

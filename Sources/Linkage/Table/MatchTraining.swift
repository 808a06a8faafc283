/// m by expectation-maximisation over the pairs of one blocking rule.
extension TableTraining {
    /// The pairs of one person that a pass expects, by level.
    typealias Expected = [Double]

    /// One pass: share of matches and m of the open comparisons, u fixed (Dempster, Laird and Rubin 1977).
    ///
    /// - Parameter estimates: by comparison; gains what the pass found of those that any of its pairs could compare.
    mutating func maximise(
        _ counts: TablePatternCounts, _ rule: TableModel.Rule, _ open: [Int], _ estimates: inout [[Expected]]
    ) {
        let patterns = counts.sorted
        var share = 0.1
        var m = model.comparisons.map { comparison in Self.start(comparison) }
        var expected: [Expected] = m.map { $0.map { _ in 0 } }
        var likelihoods: [Double] = []
        var (converged, iterations) = (false, 0)
        while iterations < 100, !converged {
            iterations += 1
            expected = m.map { $0.map { _ in 0 } }
            var (matches, likelihood) = (0.0, 0.0)
            for (pattern, count) in patterns {
                var (match, other) = (share, 1 - share)
                for comparison in open {
                    let level = pattern[comparison]
                    guard !model.comparisons[comparison].levels[level].isNull else { continue }
                    match *= m[comparison][level]
                    other *= model.comparisons[comparison].levels[level].u ?? 1
                }
                let sum = match + other
                guard sum > 0 else { continue }
                let matched = match / sum * Double(count)
                matches += matched
                likelihood += log2OrZero(sum) * Double(count)
                for comparison in open { expected[comparison][pattern[comparison]] += matched }
            }
            likelihoods.append(likelihood / Double(counts.total))
            let newShare = min(max(matches / Double(counts.total), 1e-9), 1 - 1e-9)
            var change = abs(newShare - share)
            share = newShare
            for comparison in open {
                let asked = asked(of: comparison)
                let total = asked.reduce(0) { $0 + expected[comparison][$1] }
                guard total > 0 else { continue }
                for level in asked {
                    let value = expected[comparison][level] / total
                    change = max(change, abs(value - m[comparison][level]))
                    m[comparison][level] = value
                }
            }
            converged = change < 0.0001
        }
        for comparison in open {
            // Of a comparison that no pair of one person could make, the pass knows nothing.
            guard asked(of: comparison).reduce(0, { $0 + expected[comparison][$1] }) >= 0.5 else { continue }
            estimates[comparison].append(expected[comparison])
        }
        passes.append(
            Pass(
                rule: rule.sql, pairs: counts.total, iterations: iterations, converged: converged,
                likelihoods: likelihoods,
                leftOut: model.comparisons.indices.filter { !open.contains($0) }.map {
                    model.comparisons[$0].name
                }))
    }

    /// The strongest level likely, the others not.
    private static func start(_ comparison: TableModel.Comparison) -> [Double] {
        let asked = comparison.levels.indices.filter { !comparison.levels[$0].isNull }
        return comparison.levels.indices.map { level in
            guard let place = asked.firstIndex(of: level) else { return 0 }
            return place == 0 ? 0.9 : 0.1 / Double(max(1, asked.count - 1))
        }
    }

    /// The mean over the passes that asked for a comparison.
    mutating func takeM(_ estimates: [[Expected]]) {
        for (comparison, passes) in estimates.enumerated() {
            let asked = asked(of: comparison)
            for level in asked {
                if passes.reduce(0, { $0 + $1[level] }) < 0.5 { noteUnseen(comparison, level) }
                guard !passes.isEmpty else { continue }
                model.comparisons[comparison].levels[level].m =
                    passes.reduce(0) { $0 + Self.share(of: level, in: $1, asked) } / Double(passes.count)
            }
        }
    }

    /// A level's share of the pairs that compare. Half a pair for each level: one never seen is rare, not impossible.
    static func share(of level: Int, in pairs: [Double], _ asked: [Int]) -> Double {
        (pairs[level] + 0.5) / (asked.reduce(0) { $0 + pairs[$1] } + 0.5 * Double(asked.count))
    }

    /// A comparison's levels but that of missing values.
    func asked(of comparison: Int) -> [Int] {
        let levels = model.comparisons[comparison].levels
        return levels.indices.filter { !levels[$0].isNull }
    }

    /// Names a level that no pair of one person had.
    mutating func noteUnseen(_ comparison: Int, _ level: Int) {
        unseen.append(
            "\(model.comparisons[comparison].name) / \(model.comparisons[comparison].levels[level].label)")
    }
}

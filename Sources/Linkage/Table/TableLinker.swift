internal import Domain

/// A pair of a table's records with its weight.
package struct TablePair: Sendable, Hashable {
    /// Places in the table, the earlier first.
    package let left: UInt32
    package let right: UInt32
    /// The blocking rule that made it, by its place.
    package let rule: UInt8
    /// log2 odds that the two are one person, prior included.
    package let weight: Double
    package let pattern: TablePattern
}

/// Links the records of any table by a model: rules make pairs, comparisons give patterns, patterns give weights.
///
/// Same table and model: same pairs and weights, bit for bit, on any number of threads.
package struct TableLinker: Sendable {
    package let model: TableModel
    let program: ComparisonProgram
    let scorer: TableScorer
    private let blocking: TableBlocking
    private let workers: Workers

    /// - Parameters:
    ///   - table: gains the terms that the model's expressions make.
    ///   - maxPairs: refused before anything is compared where the rules would make more.
    /// - Throws: `Fault`/`Faults` where the model is unsound or does not fit the table.
    package init(
        _ model: TableModel, table: inout RecordTable, threads: Int, maxPairs: Int = .max
    ) throws {
        if let faults = Faults(model.faults()) { throw faults }
        self.model = model
        workers = Workers(threads: threads)
        blocking = try TableBlocking(
            model.rules, linkType: model.linkType, table: &table, limit: maxPairs)
        program = try ComparisonProgram(model, table: &table)
        scorer = try TableScorer(model, table: table)
    }

    /// What `predict` counted of each rule's own pairs, and gathered.
    package struct Prediction: Sendable {
        /// Pairs by the rule that made them first.
        package var pairsByRule: [Int]
        /// Pairs of the threshold or more, in the order of rules and blocks.
        package var pairs: [TablePair] = []
        package var curve: WeightCurve
        package var pairCount: Int { pairsByRule.reduce(0, +) }
    }

    /// Scores every candidate pair.
    ///
    /// - Parameters:
    ///   - threshold: weight from which pairs are kept; all others are only counted.
    ///   - truth: equal numbers for records of one person, 0 where nobody knows; with it the curve tells right from wrong.
    package func predict(threshold: Double, truth: [UInt32]? = nil) -> Prediction {
        let results = workers.map(blocking.chunks.count) { number in
            var evaluator = PairEvaluator(program)
            var (kept, curve, count) = ([TablePair](), WeightCurve(), 0)
            let chunk = blocking.chunks[number]
            blocking.forEach(in: chunk) { i, j in
                count += 1
                let pattern = evaluator.pattern(i, j)
                let weight = scorer.weight(pattern, i, j)
                curve.add(weight, isMatch: truth.map { $0[i] != 0 && $0[i] == $0[j] } ?? false)
                guard weight >= threshold else { return }
                kept.append(
                    TablePair(
                        left: UInt32(i), right: UInt32(j), rule: UInt8(clamping: chunk.rule), weight: weight,
                        pattern: pattern))
            }
            return (kept: kept, curve: curve, count: count)
        }
        var prediction = Prediction(
            pairsByRule: Array(repeating: 0, count: model.rules.count), curve: WeightCurve())
        prediction.pairs.reserveCapacity(results.reduce(0) { $0 + $1.kept.count })
        for (chunk, result) in zip(blocking.chunks, results) {
            prediction.pairsByRule[chunk.rule] += result.count
            prediction.pairs += result.kept
            prediction.curve += result.curve
        }
        return prediction
    }

    /// The weight of one pair, whatever rule would make it.
    package func score(_ i: Int, _ j: Int) -> TablePair {
        var evaluator = PairEvaluator(program)
        let pattern = evaluator.pattern(i, j)
        return TablePair(
            left: UInt32(min(i, j)), right: UInt32(max(i, j)), rule: .max,
            weight: scorer.weight(pattern, i, j), pattern: pattern)
    }
}

/// How many pairs have which weight, and how many of them are right: a twentieth of a bit each.
package struct WeightCurve: Sendable, Hashable {
    /// Twentieths of a bit from the lowest on; weights beyond stand at the ends.
    private static let lowest = -2_000
    private static let size = 4_001
    private var matches = [Int](repeating: 0, count: Self.size)
    private var others = [Int](repeating: 0, count: Self.size)

    mutating func add(_ weight: Double, isMatch: Bool) {
        let place = Int((weight.isNaN ? 0 : min(max(weight * 20, -2_000), 2_000)).rounded()) - Self.lowest
        if isMatch { matches[place] += 1 } else { others[place] += 1 }
    }

    static func += (left: inout WeightCurve, right: WeightCurve) {
        for place in 0..<size {
            left.matches[place] += right.matches[place]
            left.others[place] += right.others[place]
        }
    }

    /// One point of the curve: all pairs of `weight` or more.
    package struct Point: Sendable, Hashable {
        package let weight: Double
        package let matches: Int
        package let others: Int
        package let recall: Double
        package var precision: Double {
            matches + others == 0 ? 1 : Double(matches) / Double(matches + others)
        }
        package var f1: Double {
            precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall)
        }
    }

    /// From the highest weight down; only weights that a pair has.
    ///
    /// - Parameter actual: pairs of one person there are at all.
    package func points(actual: Int) -> [Point] {
        var points: [Point] = []
        var (right, wrong) = (0, 0)
        for place in stride(from: Self.size - 1, through: 0, by: -1)
        where matches[place] + others[place] > 0 {
            right += matches[place]
            wrong += others[place]
            points.append(
                Point(
                    weight: Double(place + Self.lowest) / 20, matches: right, others: wrong,
                    recall: actual == 0 ? 1 : Double(right) / Double(actual)))
        }
        return points
    }
}

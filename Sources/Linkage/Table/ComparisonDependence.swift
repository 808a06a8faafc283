internal import Foundation

/// Two comparisons that agree together more often than if they were independent: what their weights then count twice.
///
/// Members of a household share name and postcode. Fellegi and Sunter's sum of weights takes comparisons as independent given
/// whether the pair is one person; where two persons agree in both far more often than u times u, the sum is too high by the
/// logarithm of how much more often. Among matches likewise by m.
package struct ComparisonDependence: Sendable, Hashable {
    package let first: String
    package let second: String
    /// Pairs of two persons that agree in both: counted, and expected of independent comparisons.
    package let others: Double
    package let expectedOthers: Double
    /// Pairs of one person that agree in both, likewise.
    package let matches: Double
    package let expectedMatches: Double

    /// Bits by which the sum is too high for such a pair.
    package var excess: Double {
        log2(max(others, 0.5) / max(expectedOthers, 0.5))
            - log2(max(matches, 0.5) / max(expectedMatches, 0.5))
    }

    /// Two bits: the odds come out four times too high. Fewer than 30 pairs may be chance.
    package var isStrong: Bool { excess >= 2 && others >= 30 }
}

extension TableTraining {
    /// The dependence of every two comparisons whose strongest level is the equality of one column each.
    ///
    /// Among all pairs that agree in both, the other comparisons tell how many are one person, by expectation-maximisation of that
    /// share alone.
    ///
    /// - Parameters:
    ///   - model: with m and u.
    ///   - mostPairs: two comparisons that more pairs agree in are left out, and named in `leftOut`.
    /// - Returns: besides, in `untold`, pairs of which no other comparison tells who is one person.
    /// - Throws: what the model's conditions throw for this table.
    package static func dependences(
        _ model: TableModel, table: inout RecordTable, threads: Int, mostPairs: Int = 50_000_000
    ) throws -> (found: [ComparisonDependence], leftOut: [(String, String)], untold: [(String, String)]) {
        let training = TableTraining(model: model)
        let workers = Workers(threads: threads)
        let program = try ComparisonProgram(model, table: &table)
        let all = comparablePairs(model.linkType, table.datasets)
        let equalities = model.comparisons.indices.compactMap { place in
            Equality(model, place)
        }
        var plan = Plan(deterministicRules: [], assumedRecall: 1, randomPairs: 1, rules: [])
        plan.maxPairs = 1_000_000
        var found: [ComparisonDependence] = []
        var (leftOut, untold): ([(String, String)], [(String, String)]) = ([], [])
        for (number, a) in equalities.enumerated() {
            for b in equalities[(number + 1)...] {
                let names = (model.comparisons[a.place].name, model.comparisons[b.place].name)
                guard model.comparisons.count > 2 else {
                    untold.append(names)
                    continue
                }
                let rule = try TableModel.Rule(
                    "l.\"\(a.column)\" = r.\"\(a.column)\" AND l.\"\(b.column)\" = r.\"\(b.column)\"")
                let blocking = try TableBlocking(
                    [rule], linkType: model.linkType, table: &table, threads: threads)
                guard blocking.forecast <= mostPairs else {
                    leftOut.append(names)
                    continue
                }
                let counts = training.count(blocking, program, plan, workers).sorted
                let scale = max(1, Double(blocking.forecast) / Double(plan.maxPairs))
                let slice = counts.map { entry in
                    (
                        ratio: training.likelihoodRatio(entry.pattern, without: [a.place, b.place]),
                        count: Double(entry.count) * scale
                    )
                }
                guard slice.isEmpty || slice.contains(where: { $0.ratio != 1 }) else {
                    untold.append(names)
                    continue
                }
                let total = slice.reduce(0) { $0 + $1.count }
                // m and u are shares of the pairs that have the values.
                let cells = (try table.terms(of: a.column), try table.terms(of: b.column))
                let filled = zip(cells.0, cells.1).count { $0 != 0 && $1 != 0 }
                let share = Double(filled) / Double(max(1, table.count))
                let comparable = all * share * share
                let matches = Self.matches(in: slice, others: nil)
                found.append(
                    ComparisonDependence(
                        first: names.0, second: names.1, others: total - matches,
                        expectedOthers: comparable * (1 - model.prior) * a.u * b.u, matches: matches,
                        expectedMatches: comparable * model.prior * a.m * b.m))
            }
        }
        return (found, leftOut, untold)
    }

    /// A comparison that begins with the equality of a column.
    private struct Equality {
        let place: Int
        let column: String
        let m: Double
        let u: Double

        init?(_ model: TableModel, _ place: Int) {
            guard let level = model.comparisons[place].levels.first(where: { !$0.isNull }),
                case .equal(let a, let b) = level.condition, a.expression == b.expression,
                a.expression.steps.isEmpty, let m = level.m, let u = level.u
            else { return nil }
            (self.place, column, self.m, self.u) = (place, a.expression.column, m, u)
        }
    }
}

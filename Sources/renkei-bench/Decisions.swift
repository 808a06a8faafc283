import Domain
import Foundation
import Policy

extension Stopwatch {
    /// Decisions from the table, at random points and as a list is filtered; and the comparison of both evaluators.
    mutating func timePolicy(guidelines: String, seed: UInt64) throws {
        let guideline = try Guideline.load(folder: guidelines, digest: { _ in "bench" })
        let table = guideline.table
        var generator = SeededGenerator(seed: seed)
        func place(_ count: Int) -> Int { Int.random(in: 0..<count, using: &generator) }
        let points = (0..<1 << 20).map { _ in
            DecisionTable.Point(
                role: place(table.roles.count), action: place(Action.allCases.count),
                purpose: place(table.purposes.count), item: place(table.items.count),
                situation: place(Situation.allCases.count))
        }
        let passes = 64
        time("policy: one decision of the table", items: passes * points.count) {
            var granted = 0
            for _ in 0..<passes {
                for point in points where table.grants(point) { granted += 1 }
            }
            return granted
        }
        let rows = 1_000_000
        time("policy: 1,000,000 rows x 50 items", items: rows * 50) {
            var shown = 0
            for row in 0..<rows {
                var point = points[row]
                for item in 0..<50 {
                    point.item = item
                    if table.grants(point) { shown += 1 }
                }
            }
            return shown
        }
        let compared = try guideline.compareEvaluators()
        try time("policy: a point compared by both", items: compared) { try guideline.compareEvaluators() }
    }
}

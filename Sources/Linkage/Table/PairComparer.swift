/// Weighs pairs one after the other, whatever rule would make them; keeps the similarities of texts met before.
package struct PairComparer {
    private var evaluator: PairEvaluator
    private let scorer: TableScorer

    init(_ linker: TableLinker) {
        evaluator = PairEvaluator(linker.program)
        scorer = linker.scorer
    }

    /// The pair of two different records, as `predict` weighs it.
    package mutating func pair(_ one: Int, _ other: Int) -> TablePair {
        let (i, j) = (min(one, other), max(one, other))
        let pattern = evaluator.pattern(i, j)
        return TablePair(
            left: UInt32(i), right: UInt32(j), rule: .max,
            weight: scorer.weight(pattern, evaluator.rows, left: 0, right: 1), pattern: pattern)
    }
}

extension TableLinker {
    /// One for every thread: it remembers.
    package func comparer() -> PairComparer { PairComparer(self) }
}

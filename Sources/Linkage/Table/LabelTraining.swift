internal import Domain

/// Training by pairs that are known to be one person.
extension TableTraining {
    /// m counted from known pairs instead of expectation-maximisation; u and prior as without labels.
    ///
    /// - Parameters:
    ///   - matches: places of records known to be one person; pairs that the kind of linkage does not compare are passed over.
    ///   - isComplete: whether these are all pairs of one person that there are, so that they give the prior too.
    /// - Throws: `link.labels` where no pair is left, else what `train` throws.
    package static func train(
        _ model: TableModel, plan: Plan, matches: [PairVerdicts.Pair], isComplete: Bool,
        table: inout RecordTable, threads: Int
    ) throws -> TableTraining {
        var training = TableTraining(model: model)
        let workers = Workers(threads: threads)
        let pairs = matches.filter {
            model.linkType != .link || table.datasets[$0.left] != table.datasets[$0.right]
        }
        guard !pairs.isEmpty else {
            throw Fault(
                .gate, code: "link.labels", message: "同じ人と分かっている組が1つもありません。",
                fix: "正解の列に同じ値を持つ記録があるか、ラベルのCSVに「同じ」の組があるかを確かめてください。")
        }
        try training.estimatePrior(plan, &table, workers)
        let program = try ComparisonProgram(model, table: &table)
        try training.estimateU(plan, program, table, workers)
        var evaluator = PairEvaluator(program)
        var counts = TablePatternCounts()
        for pair in pairs { counts.add(evaluator.pattern(pair.left, pair.right)) }
        training.takeM(counts)
        if isComplete {
            let all = comparablePairs(model.linkType, table.datasets)
            training.model.prior = min(max(Double(pairs.count) / all, .leastNormalMagnitude), 0.999)
        }
        return training
    }

    private mutating func takeM(_ counts: TablePatternCounts) {
        for (place, comparison) in model.comparisons.enumerated() {
            let levels = counts.levels(of: place)
            let asked = comparison.levels.indices.filter { !comparison.levels[$0].isNull }
            let total = asked.reduce(0) { $0 + levels[$1] }
            for level in asked {
                if levels[level] == 0 {
                    unseen.append("\(comparison.name) / \(comparison.levels[level].label)")
                }
                guard total > 0 else { continue }
                // Half a pair for each level: one never seen is rare, not impossible.
                model.comparisons[place].levels[level].m =
                    (Double(levels[level]) + 0.5) / (Double(total) + 0.5 * Double(asked.count))
            }
        }
    }
}

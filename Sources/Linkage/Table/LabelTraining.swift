internal import Domain

/// Training by pairs that are known to be one person.
extension TableTraining {
    /// m counted from known pairs instead of expectation-maximisation; u and prior as without labels. Of joint comparisons m
    /// is counted too; their u stays as drawn, which is told.
    ///
    /// - Parameters:
    ///   - matches: places of records known to be one person; pairs that the kind of linkage does not compare are passed over.
    ///   - isComplete: whether these are all pairs of one person that there are, so that they give the prior too.
    /// - Throws: `link.labels` where no pair is left, else what `train` throws.
    package static func train(
        _ model: TableModel, plan: Plan, matches: [PairVerdicts.Pair], isComplete: Bool,
        table: inout RecordTable, threads: Int
    ) throws -> TableTraining {
        var training = try TableTraining(checking: model)
        for place in try training.jointPlaces(plan) {
            training.unseen.append(
                "\(model.comparisons[place].name) のまとめた u（joint は、正解なしの学習だけで学びます。無作為な組から数えた u のままです）")
        }
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
            training.takePrior(Double(pairs.count) / comparablePairs(model.linkType, table.datasets))
        }
        return training
    }

    private mutating func takeM(_ counts: TablePatternCounts) {
        for place in model.comparisons.indices {
            let levels = counts.levels(of: place).map(Double.init)
            let asked = asked(of: place)
            let isSeen = asked.contains { levels[$0] > 0 }
            for level in asked {
                if levels[level] == 0 { noteUnseen(place, level) }
                guard isSeen else { continue }
                model.comparisons[place].levels[level].m = Self.share(of: level, in: levels, asked)
            }
        }
    }
}

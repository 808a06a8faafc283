internal import Domain

/// Estimates a model's probabilities from a table without labels.
///
/// The prior comes from rules that are nearly always right; u from random pairs; m by expectation-maximisation over the pairs
/// of one blocking rule after another with u fixed, never of a comparison that reads a column the rule has made equal. All
/// work is on counts of agreement patterns, of which there are a few thousand.
package struct TableTraining: Sendable {
    /// What is asked for.
    package struct Plan: Sendable {
        /// Rules whose pairs are nearly all of one person.
        package var deterministicRules: [TableModel.Rule]
        /// The share of all pairs of one person that those rules find.
        package var assumedRecall: Double
        /// At most `mostRandomPairs` are drawn.
        package var randomPairs: Int
        /// Rules whose pairs are used for m, one after the other.
        package var rules: [TableModel.Rule]
        /// At most about so many pairs of a rule are compared, drawn evenly; more would change nothing.
        package var maxPairs = 4_000_000
        package var seed: UInt64 = 1
        /// Comparisons whose levels name likenesses that go together (a household's name, day and postcode), learnt by `learnJoint`.
        package var joint: [String] = []
        /// A level that one pair in a thousand has is then known to a thirtieth of a bit; what is rarer is mostly equality.
        static let mostRandomPairs = 2_000_000
        /// Rules for the prior that make more pairs are refused: to count them would take minutes.
        static let mostCountedPairs = 20_000_000_000

        package init(
            deterministicRules: [TableModel.Rule], assumedRecall: Double, randomPairs: Int,
            rules: [TableModel.Rule]
        ) {
            self.deterministicRules = deterministicRules
            self.assumedRecall = assumedRecall
            self.randomPairs = randomPairs
            self.rules = rules
        }
    }

    /// How one pass of expectation-maximisation went.
    package struct Pass: Sendable, Hashable {
        package let rule: String
        package let pairs: Int
        package let iterations: Int
        /// Whether the last step changed no probability by more than 0.0001.
        package let converged: Bool
        /// Log-likelihood in bits a pair after each step; never falls.
        package let likelihoods: [Double]
        /// Comparisons that the rule made equal and that were left alone.
        package let leftOut: [String]
        /// About how many pairs there were to draw `pairs` from; `nil` where all were compared.
        package internal(set) var drawnFrom: Int?
    }

    package internal(set) var model: TableModel
    package internal(set) var passes: [Pass] = []
    /// What nothing was found of: levels that no pair of one person had, rules without pairs, a prior that stays as it was.
    package internal(set) var unseen: [String] = []
    package private(set) var randomPairs = 0
    /// By comparison, the share of random pairs of which both records have a value.
    private(set) var known: [Double] = []

    /// Told where the prior is what it was before.
    static let unseenPrior = "事前の確率（deterministic_rules_for_prior の規則が作る組がないため、元の値のままです）"

    /// - Throws: `Fault`/`Faults` where model or plan do not fit the table.
    package static func train(
        _ model: TableModel, plan: Plan, table: inout RecordTable, threads: Int
    ) throws -> TableTraining {
        var training = try TableTraining(checking: model)
        _ = try training.jointPlaces(plan)
        let workers = Workers(threads: threads)
        try training.estimatePrior(plan, &table, workers)
        // Before the program: what rules derive is new text.
        var blockings: [TableBlocking] = []
        for rule in plan.rules {
            blockings.append(
                try TableBlocking([rule], linkType: model.linkType, table: &table, threads: threads))
        }
        let program = try ComparisonProgram(model, table: &table)
        try training.estimateU(plan, program, table, workers)
        var estimates: [[Expected]] = model.comparisons.map { _ in [] }
        for (rule, blocking) in zip(plan.rules, blockings) {
            let counts = training.count(blocking, program, plan, workers)
            guard counts.total > 0 else {
                training.unseen.append("規則「\(rule.sql)」が作る組がありません。")
                continue
            }
            let open = model.comparisons.indices.filter {
                !training.columns(of: model.comparisons[$0]).contains { rule.columns.contains($0) }
            }
            training.maximise(counts, rule, open, &estimates)
            if blocking.forecast > plan.maxPairs {
                training.passes[training.passes.count - 1].drawnFrom = blocking.forecast
            }
        }
        training.takeM(estimates)
        try training.learnJoint(plan, program, &table, workers)
        return training
    }

    init(model: TableModel) {
        self.model = model
        known = model.comparisons.map { _ in 1 }
    }

    /// - Throws: `Faults` where the model is unsound.
    init(checking model: TableModel) throws {
        var asked = model
        // The prior is what training finds.
        asked.prior = 0.5
        if let faults = Faults(asked.faults()) { throw faults }
        self.init(model: model)
    }

    private func columns(of comparison: TableModel.Comparison) -> Set<String> {
        comparison.levels.reduce(into: []) { $0.formUnion($1.condition.columns) }
    }

    // MARK: Prior and u

    mutating func estimatePrior(_ plan: Plan, _ table: inout RecordTable, _ workers: Workers) throws {
        unseen.append(Self.unseenPrior)
        guard !plan.deterministicRules.isEmpty else { return }
        let blocking = try TableBlocking(
            plan.deterministicRules, linkType: model.linkType, table: &table, limit: Plan.mostCountedPairs,
            threads: workers.threads)
        let found = workers.map(blocking.chunks.count) { number in
            var walk = BlockWalk(blocking)
            return walk.count(in: blocking.chunks[number])
        }.reduce(0, +)
        let all = Self.comparablePairs(model.linkType, table.datasets)
        guard found > 0, all > 0 else { return }
        takePrior(Double(found) / plan.assumedRecall / all)
    }

    mutating func takePrior(_ share: Double) {
        model.prior = min(max(share, .leastNormalMagnitude), 0.999)
        unseen.removeAll { $0 == Self.unseenPrior }
    }

    /// Pairs that may be compared at all.
    static func comparablePairs(_ linkType: TableModel.LinkType, _ datasets: [UInt8]) -> Double {
        var sizes = [Double](repeating: 0, count: 256)
        for dataset in datasets { sizes[Int(dataset)] += 1 }
        let all = pairs([Double(datasets.count)])
        return linkType == .link ? all - pairs(sizes) : all
    }

    /// Unordered pairs within groups of these sizes.
    private static func pairs(_ sizes: some Sequence<Double>) -> Double {
        sizes.reduce(0) { $0 + $1 * ($1 - 1) / 2 }
    }

    mutating func estimateU(
        _ plan: Plan, _ program: ComparisonProgram, _ table: RecordTable, _ workers: Workers
    ) throws {
        let count = table.count
        guard count > 1 else { return }
        let (linkType, datasets, seed) = (model.linkType, table.datasets, plan.seed)
        let wanted = min(plan.randomPairs, Plan.mostRandomPairs)
        // Each draw is of some records, all pairs of which are compared: a record is fetched once for many pairs.
        let size = 200
        let draws = (wanted + size * (size - 1) / 2 - 1) / (size * (size - 1) / 2)
        let counts = workers.map(draws) { number in
            var evaluator = PairEvaluator(program)
            var counts = TablePatternCounts()
            // By its number, so that a draw does not depend on the threads.
            var generator = SeededGenerator(seed: mix(seed &+ UInt64(number)))
            let drawn = (0..<size).map { _ in Int.random(in: 0..<count, using: &generator) }.sorted()
            evaluator.take(drawn.map { UInt32($0) }, size)
            evaluator.gather(0..<size)
            for left in drawn.indices {
                for right in left + 1..<size where drawn[left] != drawn[right] {
                    if linkType == .link, datasets[drawn[left]] == datasets[drawn[right]] { continue }
                    counts.add(evaluator.pattern(left: left, right: right))
                }
            }
            return counts
        }.reduce(into: TablePatternCounts()) { $0 += $1 }
        randomPairs = counts.total
        for comparison in model.comparisons.indices {
            let levels = counts.levels(of: comparison)
            let asked = asked(of: comparison)
            let total = asked.reduce(0) { $0 + levels[$1] }
            guard total > 0 else { continue }
            known[comparison] = Double(total) / Double(randomPairs)
            var u = asked.map { Self.share(of: $0, in: levels.map(Double.init), asked) }
            if let place = asked.first,
                let exact = try equality(of: model.comparisons[comparison].levels[place], table)
            {
                let rest = (1 - exact) / max(1 - u[0], .leastNonzeroMagnitude)
                u = [exact] + u.dropFirst().map { $0 * rest }
            }
            for (place, level) in asked.enumerated() {
                model.comparisons[comparison].levels[level].u = u[place]
            }
        }
    }

    /// The share of comparable pairs whose texts in one column are equal, which is exact where drawn pairs are not, where that is what the level asks; `nil` where not, and
    /// where no two are.
    private func equality(of level: TableModel.Level, _ table: RecordTable) throws -> Double? {
        guard case .equal(let a, let b) = level.condition, a.expression == b.expression,
            a.expression.steps.isEmpty
        else { return nil }
        let terms = try table.terms(of: a.expression.column)
        var sizes: [UInt64: Double] = [:]
        var (known, parts) = (
            [Double](repeating: 0, count: 256), [Double](repeating: 0, count: table.terms.count)
        )
        for (record, term) in terms.enumerated() where term != 0 {
            known[Int(table.datasets[record])] += 1
            parts[Int(term)] += 1
            if model.linkType == .link {
                sizes[UInt64(term) << 8 | UInt64(table.datasets[record]), default: 0] += 1
            }
        }
        var (equal, possible) = (Self.pairs(parts), Self.pairs([known.reduce(0, +)]))
        if model.linkType == .link {
            // In the terms' order, so that sums agree to the last bit.
            equal -= Self.pairs(sizes.sorted { $0.key < $1.key }.map(\.value))
            possible -= Self.pairs(known)
        }
        return equal > 0 && possible > equal ? equal / possible : nil
    }

    // MARK: m

    func count(
        _ blocking: TableBlocking, _ program: ComparisonProgram, _ plan: Plan, _ workers: Workers
    ) -> TablePatternCounts {
        let states = Guarded<[CountingState]>([])
        return workers.map(blocking.chunks.count) { number in
            var state =
                states.withLock { $0.popLast() }
                ?? CountingState(walk: BlockWalk(blocking), evaluator: PairEvaluator(program))
            defer { states.withLock { [state] in $0.append(state) } }
            let draw = PairDraw(plan.maxPairs, of: blocking.forecast, seed: plan.seed)
            return state.count(blocking.chunks[number], draw)
        }.reduce(into: TablePatternCounts()) { $0 += $1 }
    }
}

/// What a thread works with, from chunk to chunk.
private struct CountingState: Sendable {
    var walk: BlockWalk
    var evaluator: PairEvaluator

    mutating func count(_ chunk: TableBlocking.Chunk, _ draw: PairDraw?) -> TablePatternCounts {
        Self.count(chunk, draw, &walk, &evaluator)
    }

    private static func count(
        _ chunk: TableBlocking.Chunk, _ draw: PairDraw?, _ walk: inout BlockWalk,
        _ evaluator: inout PairEvaluator
    ) -> TablePatternCounts {
        var counts = TablePatternCounts()
        walk.forEach(
            in: chunk, draw: draw, take: { evaluator.take($0, $1) }, gathered: { evaluator.gather($0) },
            pair: { counts.add(evaluator.pattern(left: $0, right: $1)) })
        return counts
    }
}

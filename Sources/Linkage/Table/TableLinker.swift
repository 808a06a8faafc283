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
    package let forecast: LinkageForecast
    let program: ComparisonProgram
    let scorer: TableScorer
    let blocking: TableBlocking
    private let workers: Workers
    private let limits: LinkageLimits

    /// - Parameters:
    ///   - table: gains the terms that the model's expressions make.
    ///   - limits: refused before anything is compared where the work would pass them.
    /// - Throws: `Fault`/`Faults` where the model is unsound or does not fit the table; `link.pairs`, `link.block`, `link.memory`.
    package init(
        _ model: TableModel, table: inout RecordTable, threads: Int, limits: LinkageLimits = LinkageLimits()
    ) throws {
        if let faults = Faults(model.faults()) { throw faults }
        (self.model, self.limits) = (model, limits)
        workers = Workers(threads: threads)
        blocking = try TableBlocking(
            model.rules, linkType: model.linkType, table: &table, limit: limits.pairs,
            blockLimit: limits.block, threads: threads)
        forecast = LinkageForecast(model, blocking, table, threads: threads)
        try forecast.check(limits)
        program = try ComparisonProgram(model, table: &table)
        scorer = TableScorer(model, program)
    }

    /// What `predict` counted of each rule's own pairs, and gathered.
    package struct Prediction: Sendable {
        /// Pairs by the rule that made them first.
        package var pairsByRule: [Int]
        /// Pairs of the threshold or more, in the order of rules and blocks; none where they went to a sink.
        package var pairs: [TablePair] = []
        /// How many of the threshold or more there are.
        package var kept = 0
        /// Empty where no truth was given.
        package var curve = WeightCurve()
        package var pairCount: Int { pairsByRule.reduce(0, +) }
    }

    /// Scores every candidate pair, and keeps those of the threshold in memory.
    ///
    /// - Parameters:
    ///   - threshold: weight from which pairs are kept; all others are only counted.
    ///   - truth: equal numbers for records of one person, 0 where nobody knows; with it the curve tells right from wrong.
    /// - Throws: `link.memory` where more are kept than the limit has room for, as soon as they are.
    package func predict(threshold: Double, truth: [UInt32]? = nil) throws -> Prediction {
        var pairs: [TablePair] = []
        var prediction = try predict(threshold: threshold, truth: truth, making: { $0 }) {
            pairs += $0
            try forecast.check(limits, kept: pairs.count)
        }
        prediction.pairs = pairs
        return prediction
    }

    /// Scores every candidate pair, and hands those of the threshold on in the order of rules and blocks.
    package func predict(
        threshold: Double, truth: [UInt32]? = nil, each: (TablePair) throws -> Void
    ) rethrows -> Prediction {
        try predict(threshold: threshold, truth: truth, making: { $0 }) { for pair in $0 { try each(pair) } }
    }

    /// The same, many pairs at a time: memory does not grow with their number.
    ///
    /// - Parameters:
    ///   - making: what is made of some pairs by the thread that scored them.
    ///   - each: takes what was made in order, one after the other.
    package func predict<Made: Sendable>(
        threshold: Double, truth: [UInt32]? = nil, making: @Sendable ([TablePair]) -> Made,
        each: (Made) throws -> Void
    ) rethrows -> Prediction {
        var prediction = Prediction(pairsByRule: Array(repeating: 0, count: model.rules.count))
        let states = Guarded<[ScoringState]>([])
        try workers.stream(blocking.chunks.count) { number in
            var state =
                states.withLock { $0.popLast() }
                ?? ScoringState(
                    walk: BlockWalk(blocking), scoring: PairScoring(program, scorer, threshold, truth))
            let chunk = blocking.chunks[number]
            state.score(chunk)
            let (count, pairs) = (state.scoring.count, state.scoring.takePairs())
            states.withLock { $0.append(state) }
            return (rule: chunk.rule, count: count, kept: pairs.count, made: making(pairs))
        } each: { result in
            prediction.pairsByRule[result.rule] += result.count
            prediction.kept += result.kept
            try each(result.made)
        }
        for state in states.withLock({ $0 }) { prediction.curve += state.scoring.curve }
        return prediction
    }

    /// The curve of each group of records: of all candidate pairs with a record of the group.
    ///
    /// - Parameters:
    ///   - groups: a mark for every record that belongs.
    ///   - truth: as `predict` has it.
    package func curves(of groups: [[Bool]], truth: [UInt32]) -> [WeightCurve] {
        var curves = [WeightCurve](repeating: WeightCurve(), count: groups.count)
        _ = predict(
            threshold: -.infinity,
            making: { pairs in
                var curves = [WeightCurve](repeating: WeightCurve(), count: groups.count)
                for pair in pairs {
                    let (a, b) = (Int(pair.left), Int(pair.right))
                    let isMatch = truth[a] != 0 && truth[a] == truth[b]
                    for (place, group) in groups.enumerated() where group[a] || group[b] {
                        curves[place].add(pair.weight, isMatch: isMatch)
                    }
                }
                return curves
            }, each: { made in for place in made.indices { curves[place] += made[place] } })
        return curves
    }
}

/// What a thread works with, from chunk to chunk.
private struct ScoringState: Sendable {
    var walk: BlockWalk
    var scoring: PairScoring

    mutating func score(_ chunk: TableBlocking.Chunk) {
        scoring.begin(chunk)
        Self.score(chunk, &walk, &scoring)
    }

    private static func score(
        _ chunk: TableBlocking.Chunk, _ walk: inout BlockWalk, _ scoring: inout PairScoring
    ) {
        walk.forEach(
            in: chunk, take: { scoring.take($0, $1) }, gathered: { scoring.gather($0) },
            pair: { scoring.score($0, $1) })
    }
}

/// Weighs the pairs of slots, counts them and keeps those of the threshold.
private struct PairScoring: Sendable {
    private var evaluator: PairEvaluator
    private var known: KnownPatterns
    private let threshold: Double
    private let truth: [UInt32]?
    private var rule: UInt8 = 0
    /// By slot.
    private var records: [UInt32] = []
    private var persons: [UInt32] = []
    private var kept: [TablePair] = []
    private(set) var count = 0
    private(set) var curve = WeightCurve()

    init(_ program: ComparisonProgram, _ scorer: TableScorer, _ threshold: Double, _ truth: [UInt32]?) {
        evaluator = PairEvaluator(program)
        known = KnownPatterns(scorer)
        (self.threshold, self.truth) = (threshold, truth)
    }

    mutating func begin(_ chunk: TableBlocking.Chunk) {
        rule = UInt8(clamping: chunk.rule)
        count = 0
    }

    /// What was kept since it was last asked.
    mutating func takePairs() -> [TablePair] {
        defer { kept = [] }
        return kept
    }

    mutating func take(_ records: [UInt32], _ count: Int) {
        evaluator.take(records, count)
        if self.records.count < count {
            self.records = Array(repeating: 0, count: count)
            persons = self.records
        }
        for slot in 0..<count { self.records[slot] = records[slot] }
        guard let truth else { return }
        for slot in 0..<count { persons[slot] = truth[Int(records[slot])] }
    }

    mutating func gather(_ slots: Range<Int>) { evaluator.gather(slots) }

    @inline(__always)
    mutating func score(_ left: Int, _ right: Int) {
        count += 1
        let pattern = evaluator.pattern(left: left, right: right)
        let weight = known.weight(pattern, evaluator.rows, left: left, right: right)
        if truth != nil {
            curve.add(weight, isMatch: persons[left] != 0 && persons[left] == persons[right])
        }
        guard weight >= threshold else { return }
        kept.append(
            TablePair(
                left: records[left], right: records[right], rule: rule, weight: weight, pattern: pattern))
    }
}

/// What comparing some of the candidate pairs gave; the same for a pair whether its pattern is of tonight or was kept.
struct ComparedPairs: Sendable {
    /// Those heavy enough to be linked, to be reviewed, or to come near one that is linked.
    private(set) var scored: [ScoredPair] = []
    /// By blocking rule, all of them.
    private(set) var counts: [Int]
    /// All of them, for the next night.
    private(set) var packed = PackedPairs()
    private let lowest: Double

    init(rules: Int, thresholds: LinkageModel.Thresholds) {
        counts = Array(repeating: 0, count: rules)
        lowest = thresholds.lowest
    }

    mutating func add(_ pair: ScoredPair, rule: Int) {
        counts[rule] += 1
        packed.add(pair.left, pair.right, rule: rule, pair.pattern)
        if pair.weight >= lowest { scored.append(pair) }
    }
}

/// The same of all candidate pairs, put together in an order that does not depend on the threads.
struct AllComparedPairs: Sendable {
    private(set) var scored: [ScoredPair] = []
    private(set) var counts: [Int]
    /// In pieces of about a mebibyte.
    private(set) var packed: [[UInt8]] = []
    /// How many of them were not compared tonight.
    var keptPairs = 0
    /// All of them, counted.
    var tally: PairTally

    init(rules: Int, tally: PairTally) {
        counts = Array(repeating: 0, count: rules)
        self.tally = tally
    }

    mutating func append(_ stretches: [ComparedPairs]) {
        for stretch in stretches {
            scored += stretch.scored
            for (rule, count) in stretch.counts.enumerated() { counts[rule] += count }
            let bytes = stretch.packed.bytes
            if let last = packed.indices.last, packed[last].count + bytes.count <= 1 << 20 {
                packed[last] += bytes
            } else if !bytes.isEmpty {
                packed.append(bytes)
            }
        }
    }
}

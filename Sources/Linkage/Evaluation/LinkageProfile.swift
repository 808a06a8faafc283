internal import Domain

/// What was counted while linking, for people who judge the linkage; never a value of a record.
package struct LinkageProfile: Sendable {
    /// A pair somebody has judged, with the weight it has.
    package struct Judged: Sendable, Hashable {
        package let pair: PairVerdicts.Pair
        package let isSame: Bool
        package let weight: Double
    }

    /// All candidate pairs by weight.
    package let curve: WeightCurve
    /// Pairs of records that may be one person at all.
    package let comparablePairs: Int
    /// How many pairs reach the automatic threshold but for the twin guard, and the strongest of them.
    package let heldBack: Int
    package let strongestHeldBack: [Link]
    /// Records that met one that looks like a twin's.
    package let twins: Set<Int>
    /// By record, whether it reaches the automatic threshold against a copy of itself.
    package let isReachable: [Bool]
    /// In order of the pairs.
    package let judged: [Judged]

    init(
        _ tally: PairTally, scorer: PairScorer, spaces: NumberSpaces, verdicts: PairVerdicts,
        automatic: Double, workers: Workers, link: (ScoredPair) -> Link
    ) {
        curve = tally.curve
        comparablePairs = Int(scorer.comparison.columns.comparablePairs)
        heldBack = tally.heldBack(from: automatic)
        strongestHeldBack = tally.strongest(from: automatic).map(link)
        twins = Set(tally.twins.map(Int.init))
        let count = scorer.comparison.columns.count
        let stretch = 10_000
        isReachable = workers.map((count + stretch - 1) / stretch) { number in
            (number * stretch..<min((number + 1) * stretch, count)).map { record in
                let pair = scorer.score(record, record)
                let pattern = spaces.isShared(of: record) ? pair.pattern : pair.pattern.without(.number)
                let weight = pair.weight - scorer.weights[pair.pattern] + scorer.weights[pattern]
                return weight >= automatic && pattern.mayBeAutomatic
            }
        }.flatMap(\.self)
        judged = [(verdicts.same, true), (verdicts.different, false)].flatMap { pairs, isSame in
            pairs.map {
                Judged(pair: $0, isSame: isSame, weight: scorer.score($0.left, $0.right).weight)
            }
        }.sorted { ($0.pair.left, $0.pair.right) < ($1.pair.left, $1.pair.right) }
    }
}

/// Counts of scored pairs; two of them add up to the same whatever their order.
struct PairTally: Sendable {
    private let weights: PatternWeights
    private let automatic: Double
    private(set) var curve = WeightCurve()
    /// Of pairs that look like twins', by the weight they would have if they did not.
    private var heldBack = WeightCurve()
    /// The strongest first.
    private var strongest: [ScoredPair] = []
    private(set) var twins: Set<UInt32> = []

    /// Enough, so that some are of nobody whom policy hides.
    private static let kept = 16

    init(_ weights: PatternWeights, automatic: Double) {
        self.weights = weights
        self.automatic = automatic
    }

    mutating func add(_ pair: ScoredPair) {
        curve.add(pair.weight, isMatch: false)
        guard weights.isTwin(pair.pattern) else { return }
        twins.insert(pair.left)
        twins.insert(pair.right)
        heldBack.add(pair.weight - weights.twinWeight, isMatch: false)
        guard pair.weight - weights.twinWeight >= automatic, pair.weight < automatic else { return }
        if strongest.count < Self.kept || Self.precedes(pair, strongest[Self.kept - 1]) {
            keep([pair])
        }
    }

    static func += (left: inout PairTally, right: PairTally) {
        left.curve += right.curve
        left.heldBack += right.heldBack
        left.twins.formUnion(right.twins)
        left.keep(right.strongest)
    }

    /// How many pairs reach the automatic threshold but for the twin guard, to a twentieth of a bit.
    func heldBack(from automatic: Double) -> Int {
        heldBack.expectation(from: automatic).pairs
            - heldBack.expectation(from: automatic - weights.twinWeight).pairs
    }

    /// The strongest of them, first.
    func strongest(from automatic: Double) -> [ScoredPair] {
        strongest.filter { $0.weight - weights.twinWeight >= automatic }
    }

    private mutating func keep(_ pairs: [ScoredPair]) {
        strongest = Array((strongest + pairs).sorted(by: Self.precedes).prefix(Self.kept))
    }

    private static func precedes(_ a: ScoredPair, _ b: ScoredPair) -> Bool {
        a.weight == b.weight ? (a.left, a.right) < (b.left, b.right) : a.weight > b.weight
    }
}

/// In which number spaces several sources number people: only there can a number find a record of another source.
struct NumberSpaces: Sendable {
    /// By record, the text id of its space; 0 for none.
    private let spaces: [UInt32]
    private let shared: Set<UInt32>

    /// - Parameter sources: of each record, as a number.
    init(_ spaces: [UInt32], sources: [UInt16]) {
        var first: [UInt32: UInt16] = [:]
        var shared: Set<UInt32> = []
        for (space, source) in zip(spaces, sources) where space != 0 && !shared.contains(space) {
            if first[space] == nil { first[space] = source }
            if first[space] != source { shared.insert(space) }
        }
        (self.spaces, self.shared) = (spaces, shared)
    }

    func isShared(of record: Int) -> Bool { shared.contains(spaces[record]) }
}

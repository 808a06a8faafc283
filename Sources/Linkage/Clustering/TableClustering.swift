/// Clusters of a table's records: pairs of a threshold or more, best first, never against a constraint.
///
/// The result follows from the pairs, their weights, the constraints and the records' names alone, not from the order in which
/// pairs come.
package struct TableClustering: Sendable {
    /// When two clusters become one.
    package enum Joining: String, Sendable, CaseIterable {
        /// One pair of theirs suffices.
        case single
        /// The mean over all pairs of theirs reaches the threshold, also over those that no rule made: a chain of chance
        /// likenesses holds nobody together.
        case average
    }

    /// What is asked for.
    package struct Plan: Sendable {
        /// log2 odds from which pairs join.
        package var threshold: Double
        package var joining = Joining.single
        /// Data sets that have each person at most once.
        package var unique: Set<UInt8> = []
        package var verdicts = PairVerdicts()
        /// Records of a cluster from which it is suspicious for its size alone.
        package var largest = 50

        package init(threshold: Double) { self.threshold = threshold }
    }

    /// Every record in exactly one; each sorted, in order of the first member.
    package let clusters: [[Int]]
    /// Of each cluster.
    package let figures: [ClusterFigures]
    /// Pairs of the threshold or more that a constraint kept apart, best first.
    package let refused: [TablePair]
    /// "The same" that could not be done.
    package let conflicts: [VerdictConflict]

    /// - Parameters:
    ///   - pairs: of the threshold or more, in any order.
    ///   - datasets: of each record.
    ///   - names: of each record; they decide between pairs of equal weight.
    ///   - score: log2 odds of any two records, for `average`.
    package init(
        _ pairs: [TablePair], plan: Plan, linkType: TableModel.LinkType, datasets: [UInt8], names: [String],
        score: (Int, Int) -> Double = { _, _ in 0 }
    ) {
        var sets = ConstrainedSets(
            exclusion: datasets.map { plan.unique.contains($0) ? UInt16($0) + 1 : 0 }, verdicts: plan.verdicts
        )
        let ordered = pairs.filter { $0.weight >= plan.threshold }
            .bestFirst(fingerprints: names.map { ByteHash.of($0) })
        var (refused, asked): ([TablePair], Set<Question>) = ([], [])
        // Without a question to ask of the members they need not be listed, which takes as long as the clusters are large.
        let asksMembers = sets.isConstrained || plan.joining == .average
        for pair in ordered {
            let (a, b) = (sets.root(Int(pair.left)), sets.root(Int(pair.right)))
            guard a != b else { continue }
            guard asksMembers else {
                sets.join(a, b)
                continue
            }
            let (left, right) = (sets.members(a), sets.members(b))
            if sets.exclude(left, right) {
                refused.append(pair)
                continue
            }
            if plan.joining == .average, left.count + right.count > 2 {
                // Clusters only grow: the same two roots with as many records are the same two clusters.
                let question = Question(
                    a: min(a, b), b: max(a, b), records: left.count + right.count,
                    first: a < b ? left.count : right.count)
                guard asked.insert(question).inserted else { continue }
                guard Self.mean(left, right, score) >= plan.threshold else { continue }
            }
            sets.join(a, b)
        }
        let clusters = sets.clusters()
        self.clusters = clusters
        self.refused = refused
        conflicts = sets.conflicts
        figures = ClusterFigures.all(
            of: clusters, pairs: ordered, refused: refused, linkType: linkType, datasets: datasets,
            largest: plan.largest)
    }

    private struct Question: Hashable {
        let a: Int
        let b: Int
        let records: Int
        let first: Int
    }

    /// Summed in the order of the records, so that it is the same from either side.
    private static func mean(_ left: [Int], _ right: [Int], _ score: (Int, Int) -> Double) -> Double {
        var sum = 0.0
        let pairs = left.flatMap { a in right.map { (min(a, $0), max(a, $0)) } }.sorted { $0 < $1 }
        for (a, b) in pairs { sum += score(a, b) }
        return sum / Double(pairs.count)
    }
}

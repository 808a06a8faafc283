/// Builds clusters of records from scored pairs, best pair first, never against a constraint.
///
/// A cluster holds at most one record of each exclusion group, and no two that people have said are two persons. What
/// people have said is the same is joined before all else. Records are then linked to the spine, each to at most one
/// spine record and only where no other spine record comes near; then to each other. The result depends on the pairs,
/// their weights and the verdicts alone, not on the order of records, blocks or threads.
struct ConstrainedClustering {
    private let scorer: PairScorer
    private let thresholds: LinkageModel.Thresholds
    private let exclusion: [UInt16]
    /// Two spine records come near each other as this record's person: it may not join either's cluster.
    private var isAmbiguous: [Bool]
    private var sets: ConstrainedSets
    private(set) var links: [ScoredPair] = []
    private(set) var review: [ScoredPair] = []
    /// "The same" that a constraint or another verdict forbids.
    var conflicts: [VerdictConflict] { sets.conflicts }

    /// - Parameter pairs: every scored pair of `thresholds.lowest` or more, in any order.
    init(
        _ pairs: [ScoredPair], scorer: PairScorer, thresholds: LinkageModel.Thresholds,
        fingerprints: [UInt64],
        verdicts: PairVerdicts = PairVerdicts()
    ) {
        self.scorer = scorer
        self.thresholds = thresholds
        exclusion = scorer.comparison.columns.exclusion
        let sets = ConstrainedSets(exclusion: exclusion, verdicts: verdicts)
        self.sets = sets
        isAmbiguous = Array(repeating: false, count: exclusion.count)
        // Each is told, also where others say the same already.
        links = sets.joined.map { scorer.score($0.left, $0.right) }
        // A pair that somebody has judged comes near nobody any more.
        let ordered = pairs.filter { !sets.isJudgedApart(Int($0.left), Int($0.right)) }
            .bestFirst(fingerprints: fingerprints)
        markAmbiguous(ordered)
        link(ordered.filter { touchesSpine($0) })
        markAmbiguousAmongPersons(ordered)
        link(ordered.filter { !touchesSpine($0) })
        collectReview(ordered)
    }

    /// Each set sorted, in order of its first member; singletons included.
    mutating func clusters() -> [[Int]] { sets.clusters() }

    private func isSpine(_ record: Int) -> Bool { exclusion[record] == RecordColumns.spine }

    private func touchesSpine(_ pair: ScoredPair) -> Bool {
        isSpine(Int(pair.left)) || isSpine(Int(pair.right))
    }

    private mutating func markAmbiguous(_ ordered: [ScoredPair]) {
        var best = [Double?](repeating: nil, count: exclusion.count)
        for pair in ordered where touchesSpine(pair) {
            let record = Int(isSpine(Int(pair.left)) ? pair.right : pair.left)
            if let first = best[record] {
                if first - pair.weight < thresholds.margin { isAmbiguous[record] = true }
            } else {
                best[record] = pair.weight
            }
        }
    }

    /// Asks again of the records that found no register row: which residents come near, by whatever of theirs it is.
    ///
    /// Two residents may look alike to a school's list of names and ages, while the school-age register, linked by now,
    /// says which of them goes to that school.
    private mutating func markAmbiguousAmongPersons(_ ordered: [ScoredPair]) {
        var residents = [Int: Bool]()
        func isResident(_ root: Int) -> Bool {
            if let known = residents[root] { return known }
            let answer = sets.members(root).contains(where: isSpine)
            residents[root] = answer
            return answer
        }
        var best = [(root: Int, weight: Double)?](repeating: nil, count: exclusion.count)
        isAmbiguous = Array(repeating: false, count: exclusion.count)
        for pair in ordered {
            let (left, right) = (sets.root(Int(pair.left)), sets.root(Int(pair.right)))
            guard left != right else { continue }
            for (record, own, other) in [(Int(pair.left), left, right), (Int(pair.right), right, left)]
            where !isResident(own) && isResident(other) {
                if let first = best[record] {
                    if first.root != other, first.weight - pair.weight < thresholds.margin {
                        isAmbiguous[record] = true
                    }
                } else {
                    best[record] = (other, pair.weight)
                }
            }
        }
    }

    private mutating func link(_ ordered: [ScoredPair]) {
        for pair in ordered where pair.weight >= thresholds.automatic && pair.pattern.mayBeAutomatic {
            let (a, b) = (sets.root(Int(pair.left)), sets.root(Int(pair.right)))
            guard a != b else { continue }
            let (left, right) = (sets.members(a), sets.members(b))
            guard !sets.exclude(left, right), !isUndecided(left, right), !contradict(left, right) else {
                continue
            }
            sets.join(a, b)
            links.append(pair)
        }
    }

    /// Whether one set has a spine record and the other one that might belong to another spine record just as well.
    private func isUndecided(_ left: [Int], _ right: [Int]) -> Bool {
        left.contains(where: isSpine) && right.contains { isAmbiguous[$0] }
            || right.contains(where: isSpine) && left.contains { isAmbiguous[$0] }
    }

    /// Whether some two members cannot be one person. A spine record speaks for its cluster: it holds all name forms,
    /// while two departments' records may use different ones and look like twins.
    private func contradict(_ left: [Int], _ right: [Int]) -> Bool {
        let (a, b) = (speakers(left), speakers(right))
        return a.contains { i in b.contains { scorer.comparison.pattern(i, $0).isContradiction } }
    }

    private func speakers(_ members: [Int]) -> [Int] {
        members.first(where: isSpine).map { [$0] } ?? members
    }

    /// What a person should decide: the best pair between two clusters that nothing forbids to be one, and every pair
    /// good enough for a link that a constraint refused.
    private mutating func collectReview(_ ordered: [ScoredPair]) {
        var seen: Set<UInt64> = []
        for pair in ordered where pair.weight >= thresholds.review {
            let (a, b) = (sets.root(Int(pair.left)), sets.root(Int(pair.right)))
            guard a != b else { continue }
            let wasRefused = pair.weight >= thresholds.automatic && pair.pattern.mayBeAutomatic
            let (left, right) = (sets.members(a), sets.members(b))
            // Who judged a pair of theirs has decided about the two clusters.
            guard !sets.keptApart(left, right), wasRefused || !sets.exclude(left, right) else { continue }
            if seen.insert(UInt64(min(a, b)) << 32 | UInt64(max(a, b))).inserted { review.append(pair) }
        }
    }
}

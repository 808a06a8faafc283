/// What people have said of pairs of records, by the records' places; the order of pairs and of a pair's two does not matter.
package struct PairVerdicts: Sendable, Hashable {
    package struct Pair: Sendable, Hashable, Comparable {
        package let left: Int
        package let right: Int

        /// - Precondition: two different records.
        package init(_ one: Int, _ other: Int) {
            precondition(one != other, "INVARIANT: a verdict is about two records")
            (left, right) = (min(one, other), max(one, other))
        }

        package static func < (a: Pair, b: Pair) -> Bool { (a.left, a.right) < (b.left, b.right) }
    }

    /// Pairs that are one person, whatever their weight.
    package var same: Set<Pair>
    /// Pairs that are two persons: they stand in one cluster in no way.
    package var different: Set<Pair>

    package init(same: Set<Pair> = [], different: Set<Pair> = []) {
        self.same = same
        self.different = different
    }
}

/// Why "the same" cannot be done.
package struct VerdictConflict: Sendable, Hashable {
    package enum Reason: String, Sendable, Hashable {
        /// Together with other verdicts it would make one person of two records of the register, or of a source that has
        /// each person once.
        case unique
        /// Other verdicts say that two of the records they would join are two persons.
        case contradicted
    }

    package let pair: PairVerdicts.Pair
    package let reason: Reason
}

/// "The same" resolved: what verdicts alone make one.
struct VerdictGroups {
    /// The pairs to join, sorted.
    private(set) var joins: [PairVerdicts.Pair] = []
    /// The pairs that cannot be joined, sorted. All of a group are told, since nobody can say which of them is wrong.
    private(set) var conflicts: [VerdictConflict] = []

    /// - Parameter exclusion: each record's exclusion group, 0 for none.
    init(_ verdicts: PairVerdicts, exclusion: [UInt16]) {
        var sets = DisjointSets(count: exclusion.count)
        let sorted = verdicts.same.sorted()
        for pair in sorted {
            let (a, b) = (sets.root(pair.left), sets.root(pair.right))
            if a != b { sets.join(a, b) }
        }
        var reasons: [Int: VerdictConflict.Reason] = [:]
        for root in Set(sorted.map { sets.root($0.left) }) {
            let groups = sets.members(root).map { exclusion[$0] }.filter { $0 != 0 }
            if Set(groups).count < groups.count { reasons[root] = .unique }
        }
        for pair in verdicts.different {
            let root = sets.root(pair.left)
            if root == sets.root(pair.right) { reasons[root] = .contradicted }
        }
        for pair in sorted {
            if let reason = reasons[sets.root(pair.left)] {
                conflicts.append(VerdictConflict(pair: pair, reason: reason))
            } else {
                joins.append(pair)
            }
        }
    }
}

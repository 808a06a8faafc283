/// Sets of records that grow pair by pair, never against a constraint: the core of every clustering.
///
/// A set holds at most one record of each exclusion group, and no two that somebody said are two persons. What somebody said is
/// one is joined before all else.
struct ConstrainedSets {
    private var sets: DisjointSets
    private let exclusion: [UInt16]
    private let hasExclusion: Bool
    /// By record, those that it is not the same person as.
    private var apart: [Int: Set<Int>] = [:]
    /// "The same" that was done, sorted.
    let joined: [PairVerdicts.Pair]
    /// "The same" that a constraint or another verdict forbids.
    let conflicts: [VerdictConflict]

    /// - Parameter exclusion: each record's exclusion group, 0 for none.
    init(exclusion: [UInt16], verdicts: PairVerdicts) {
        self.exclusion = exclusion
        hasExclusion = exclusion.contains { $0 != 0 }
        sets = DisjointSets(count: exclusion.count)
        let groups = VerdictGroups(verdicts, exclusion: exclusion)
        (joined, conflicts) = (groups.joins, groups.conflicts)
        for pair in verdicts.different {
            apart[pair.left, default: []].insert(pair.right)
            apart[pair.right, default: []].insert(pair.left)
        }
        for pair in joined {
            let (a, b) = (sets.root(pair.left), sets.root(pair.right))
            if a != b { sets.join(a, b) }
        }
    }

    mutating func root(_ record: Int) -> Int { sets.root(record) }

    /// All records of a record's set, that one first.
    func members(_ record: Int) -> [Int] { sets.members(record) }

    /// Joins two sets given by their different representatives; what forbids it is for the caller to ask.
    mutating func join(_ a: Int, _ b: Int) { sets.join(a, b) }

    /// Whether any two sets could exclude each other.
    var isConstrained: Bool { hasExclusion || !apart.isEmpty }

    /// Whether somebody said of this very pair that it is two persons.
    func isJudgedApart(_ a: Int, _ b: Int) -> Bool { apart[a]?.contains(b) == true }

    /// Whether two sets have a record of one exclusion group each, or somebody said of two of them that they are two.
    func exclude(_ left: [Int], _ right: [Int]) -> Bool {
        hasExclusion
            && left.contains { a in exclusion[a] != 0 && right.contains { exclusion[$0] == exclusion[a] } }
            || keptApart(left, right)
    }

    /// Whether somebody said of a record of each that they are two persons.
    func keptApart(_ left: [Int], _ right: [Int]) -> Bool {
        !apart.isEmpty && left.contains { a in apart[a].map { !$0.isDisjoint(with: right) } ?? false }
    }

    /// Each set sorted, in order of its first member; singletons included.
    mutating func clusters() -> [[Int]] {
        var clusters: [[Int]] = []
        var place = [Int](repeating: -1, count: exclusion.count)
        for record in exclusion.indices {
            let root = sets.root(record)
            if place[root] < 0 {
                place[root] = clusters.count
                clusters.append([])
            }
            clusters[place[root]].append(record)
        }
        return clusters
    }
}

/// A pair of records that some model has weighed.
protocol WeighedPair {
    /// Places of the records, the smaller first.
    var left: UInt32 { get }
    var right: UInt32 { get }
    /// log2 odds.
    var weight: Double { get }
}

extension ScoredPair: WeighedPair {}
extension TablePair: WeighedPair {}

extension Array where Element: WeighedPair {
    /// By weight, then by the content of the two records, so that the order in which pairs come decides nothing.
    ///
    /// - Parameter fingerprints: of each record.
    func bestFirst(fingerprints: [UInt64]) -> [Element] {
        let keys = map { pair in
            let (a, b) = (fingerprints[Int(pair.left)], fingerprints[Int(pair.right)])
            return (Swift.min(a, b), Swift.max(a, b))
        }
        return indices.sorted { a, b in
            if self[a].weight != self[b].weight { return self[a].weight > self[b].weight }
            if keys[a] != keys[b] { return keys[a] < keys[b] }
            return (self[a].left, self[a].right) < (self[b].left, self[b].right)
        }.map { self[$0] }
    }
}

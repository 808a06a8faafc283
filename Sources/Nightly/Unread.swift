import Domain
import Mapping

/// Rows of tonight that do not count, or not with all they say, before it is known who everybody is.
struct UnreadRows {
    /// What rejected rows say about whom they are of, and how many say the same.
    private(set) var rejected: [SourceID: [[Clue]: Int]] = [:]
    /// Entities with a row that lacks a fact which could not be made.
    private(set) var partial: [SourceID: Set<Int>] = [:]
    /// The register, where a row of it was rejected.
    private(set) var register: SourceID?

    mutating func add(_ clues: [Clue], of source: SourceID, isSpine: Bool = false) {
        rejected[source, default: [:]][clues, default: 0] += 1
        if isSpine { register = source }
    }

    mutating func add(entity: Int, of source: SourceID) { partial[source, default: []].insert(entity) }
}

/// Whom tonight's rejected rows may be about: where such a row may hold what a rule misses, the rule cannot tell.
///
/// A row is of whoever has its number; where nobody here has, of everybody who may have been born on its day. A row of the
/// register that no number leads to somebody may be of anybody who is not on it tonight. See decision 0017.
struct Unread {
    /// Whom rejected rows with one number or birth may be of, and where they say that person lives.
    struct Lead {
        /// Keys of `groups`.
        let groups: [Int]
        /// By the number; else by the birth alone.
        let isByNumber: Bool
        let households: Set<Entities.Household>
    }

    /// By cluster, the sources with such a row.
    private(set) var sources: [Int: Set<SourceID>] = [:]
    /// Rejected rows that lead to nobody at all.
    private(set) var unplaced: [SourceID: Int] = [:]
    /// Sources with a row that no number leads to somebody of tonight: it may be of somebody who is not here.
    private(set) var doubtful: Set<SourceID> = []
    /// Of the rows that name a household.
    private(set) var leads: [Lead] = []
    /// The clusters of each group that a lead names; many leads have one group.
    private(set) var groups: [Int: Set<Int>] = [:]

    init() {}

    /// - Parameters:
    ///   - people: who was found for the rows' clues.
    ///   - clusters: entities that are one person.
    ///   - isSpine: whether an entity is of the register.
    init(
        _ rows: UnreadRows, _ people: consuming Sought, clusters: [[Int]], isSpine: (Int) -> Bool
    ) {
        if rows.rejected.isEmpty && rows.partial.isEmpty { return }
        let found = Set(people.groups.joined()).union(rows.partial.values.joined())
        var clusterOf: [Int: Int] = [:]
        for (index, cluster) in clusters.enumerated() {
            for entity in cluster where found.contains(entity) { clusterOf[entity] = index }
        }
        for (source, entities) in rows.partial { mark(entities, clusterOf, source) }
        var households: [Int: Set<Entities.Household>] = [:]
        for (source, kinds) in rows.rejected {
            var (findings, homes): (Set<Int>, Set<Entities.Household>) = ([], [])
            for (clues, count) in kinds {
                var isPlaced = !clues.isEmpty
                if clues.isEmpty { doubtful.insert(source) }
                for clue in clues {
                    let place = people.finding(clue)
                    findings.insert(place)
                    if !people.findings[place].isByNumber { doubtful.insert(source) }
                    if people.findings[place].groups.isEmpty { isPlaced = false }
                    guard let id = clue.household else { continue }
                    let home = Entities.Household(source: source, id: id)
                    homes.insert(home)
                    households[place, default: []].insert(home)
                }
                if !isPlaced { unplaced[source, default: 0] += count }
            }
            // Each group once, however many rows lead to it.
            let groups = Set(findings.flatMap { people.findings[$0].groups })
                .union(homes.compactMap(people.group(in:)))
            for group in groups { mark(people.groups[group], clusterOf, source) }
        }
        leads = households.map { place, homes in
            let finding = people.findings[place]
            return Lead(groups: finding.groups, isByNumber: finding.isByNumber, households: homes)
        }
        for group in Set(leads.flatMap(\.groups)) {
            groups[group] = Set(people.groups[group].compactMap { clusterOf[$0] })
        }
        guard let register = rows.register, doubtful.contains(register) else { return }
        for (index, cluster) in clusters.enumerated() where !cluster.contains(where: isSpine) {
            sources[index, default: []].insert(register)
        }
    }

    private mutating func mark(
        _ entities: some Sequence<Int>, _ clusterOf: [Int: Int], _ source: SourceID
    ) {
        for entity in entities {
            if let cluster = clusterOf[entity] { sources[cluster, default: []].insert(source) }
        }
    }
}

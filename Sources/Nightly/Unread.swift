import Domain
import Mapping

/// Rows of tonight that do not count, or not with all they say, before it is known who everybody is.
struct UnreadRows {
    /// Of each rejected row what it says about whom it is of.
    private(set) var rejected: [(source: SourceID, clues: [Clue])] = []
    /// Entities with a row that lacks a fact which could not be made.
    private(set) var partial: [(source: SourceID, entity: Int)] = []

    mutating func add(_ clues: [Clue], of source: SourceID) { rejected.append((source, clues)) }

    mutating func add(entity: Int, of source: SourceID) { partial.append((source, entity)) }
}

/// Whom tonight's rejected rows may be about: where such a row may hold what a rule misses, the rule cannot tell.
///
/// A row is of whoever has its number; where nobody here has, of everybody who may have been born on its day. See
/// decision 0017.
struct Unread {
    /// By cluster, the sources with such a row.
    private(set) var sources: [Int: Set<SourceID>] = [:]
    /// Rejected rows that lead to nobody at all.
    private(set) var unplaced: [SourceID: Int] = [:]
    /// Sources with a row that no number leads to somebody of tonight: it may be of somebody who is not here.
    private(set) var doubtful: Set<SourceID> = []

    /// - Parameters:
    ///   - people: who was found for the rows' clues.
    ///   - clusters: entities that are one person.
    init(_ rows: UnreadRows, _ people: Sought, clusters: [[Int]]) {
        if rows.rejected.isEmpty && rows.partial.isEmpty { return }
        var clusterOf: [Int: Int] = [:]
        let found = people.entities.union(rows.partial.map(\.entity))
        for (index, cluster) in clusters.enumerated() {
            for entity in cluster where found.contains(entity) { clusterOf[entity] = index }
        }
        for (source, entity) in rows.partial { mark([entity], clusterOf, source) }
        for (source, clues) in rows.rejected {
            var isPlaced = !clues.isEmpty
            for clue in clues {
                let numbered = people.numbered(clue)
                let found = numbered.isEmpty ? people.born(clue) : numbered
                mark(found, clusterOf, source)
                if numbered.isEmpty { doubtful.insert(source) }
                if found.isEmpty { isPlaced = false }
                // Who lives together only the register says.
                mark(people.household(clue, of: source), clusterOf, source)
            }
            if clues.isEmpty { doubtful.insert(source) }
            if !isPlaced { unplaced[source, default: 0] += 1 }
        }
    }

    private mutating func mark(_ entities: [Int], _ clusterOf: [Int: Int], _ source: SourceID) {
        for entity in entities {
            if let cluster = clusterOf[entity] { sources[cluster, default: []].insert(source) }
        }
    }
}

/// Those of tonight's entities that some rejected row's clues fit; the others are not kept in memory.
struct Sought {
    private struct Home: Hashable {
        let source: SourceID
        let id: HouseholdID
    }

    private(set) var entities: Set<Int> = []
    /// Who has a number, with the birth the same record says.
    private var numbers: [PersonNumber: [(entity: Int, birth: ClosedRange<Day>?)]] = [:]
    private var births: [ClosedRange<Day>: [Int]] = [:]
    /// Those of `births` that are no single day.
    private var spans: [ClosedRange<Day>] = []
    private var homes: [Home: [Int]] = [:]

    init(_ rows: UnreadRows) {
        for (source, clues) in rows.rejected {
            for clue in clues {
                if let number = clue.number { numbers[number] = [] }
                if let range = clue.birth?.range { births[range] = [] }
                if let id = clue.household { homes[Home(source: source, id: id)] = [] }
            }
        }
        spans = births.keys.filter { $0.lowerBound != $0.upperBound }
    }

    /// Takes an entity in, where a clue fits it.
    mutating func look(at identifiers: Identifiers, of entity: Int, in origin: Entities.Origin) {
        let birth = identifiers.birth?.range
        if let number = identifiers.number, numbers[number] != nil {
            numbers[number]?.append((entity, birth))
            entities.insert(entity)
        }
        if let birth, !births.isEmpty {
            let isDay = birth.lowerBound == birth.upperBound
            let fitting =
                isDay ? spans.filter { $0.overlaps(birth) } : births.keys.filter { $0.overlaps(birth) }
            for range in isDay && births[birth] != nil ? fitting + [birth] : fitting {
                births[range]?.append(entity)
                entities.insert(entity)
            }
        }
        if origin.isSpine, let id = identifiers.household {
            let home = Home(source: origin.source, id: id)
            guard homes[home] != nil else { return }
            homes[home]?.append(entity)
            entities.insert(entity)
        }
    }

    /// Who has the number, and no other birth.
    func numbered(_ clue: Clue) -> [Int] {
        guard let number = clue.number, let found = numbers[number] else { return [] }
        return found.filter { known in
            guard let range = clue.birth?.range, let birth = known.birth else { return true }
            return birth.overlaps(range)
        }.map(\.entity)
    }

    func born(_ clue: Clue) -> [Int] { clue.birth.flatMap { births[$0.range] } ?? [] }

    func household(_ clue: Clue, of source: SourceID) -> [Int] {
        clue.household.flatMap { homes[Home(source: source, id: $0)] } ?? []
    }
}

import Domain
import Mapping

/// Those of tonight's entities that some rejected row's clues fit; the others are not kept in memory.
///
/// Entities that write the same birth beside the same number, or alone, are one group, which a clue finds as a whole: many
/// rows of one household, one number or one year of birth cost no more than the groups they lead to.
struct Sought {
    /// Whom a clue finds.
    struct Finding {
        let groups: [Int]
        /// By the number; else by the birth alone.
        let isByNumber: Bool
    }

    private struct Asked: Hashable {
        let number: PersonNumber?
        let birth: ClosedRange<Day>?
    }

    /// Entities by group.
    private(set) var groups: [[Int]] = []
    private(set) var findings: [Finding] = []
    private var known: [Asked: Int] = [:]
    private var numbers: [PersonNumber: Births] = [:]
    private var births = Births()
    private var homes: [Entities.Household: Int] = [:]
    /// When somebody may have been born whom a clue's birth fits.
    private let days: Stretches

    init(_ rows: UnreadRows) {
        var ranges: Set<ClosedRange<Day>> = []
        for (source, kinds) in rows.rejected {
            for clue in kinds.keys.joined() {
                if let number = clue.number { numbers[number] = Births() }
                if let range = clue.birth?.range { ranges.insert(range) }
                guard let id = clue.household else { continue }
                let home = Entities.Household(source: source, id: id)
                guard homes[home] == nil else { continue }
                homes[home] = groups.count
                groups.append([])
            }
        }
        days = Stretches(ranges)
    }

    /// Takes an entity in, where a clue fits it.
    mutating func look(at identifiers: Identifiers, of entity: Int, in origin: Entities.Origin) {
        let birth = identifiers.birth?.range
        if let number = identifiers.number { numbers[number]?.add(entity, born: birth, to: &groups) }
        if let birth, days.overlap(birth) { births.add(entity, born: birth, to: &groups) }
        // Who lives together only the register says.
        if origin.isSpine, let id = identifiers.household,
            let group = homes[Entities.Household(source: origin.source, id: id)]
        {
            groups[group].append(entity)
        }
    }

    /// The place in `findings` of who has the clue's number and no other birth; where nobody has, of who may have been born
    /// on its day.
    mutating func finding(_ clue: Clue) -> Int {
        let birth = clue.birth?.range
        if let number = clue.number {
            let asked = Asked(number: number, birth: birth)
            if let place = known[asked] { return place }
            let found = numbers[number]?.groups(born: birth) ?? []
            if !found.isEmpty { return note(Finding(groups: found, isByNumber: true), asked) }
        }
        let asked = Asked(number: nil, birth: birth)
        if let place = known[asked] { return place }
        let found = birth.map { births.groups(born: $0) } ?? []
        return note(Finding(groups: found, isByNumber: false), asked)
    }

    /// The group of those on the register who live in a household.
    func group(in home: Entities.Household) -> Int? { homes[home] }

    private mutating func note(_ finding: Finding, _ asked: Asked) -> Int {
        known[asked] = findings.count
        findings.append(finding)
        return findings.count - 1
    }
}

/// Groups of entities by the birth they write.
private struct Births {
    private var groups: [ClosedRange<Day>?: Int] = [:]
    /// Those with a birth, by its first day; made when it is first asked for.
    private var sorted: [(birth: ClosedRange<Day>, group: Int)] = []
    /// The days between first and last of the least precise birth.
    private var longest = 0

    mutating func add(_ entity: Int, born birth: ClosedRange<Day>?, to lists: inout [[Int]]) {
        if let group = groups[birth] {
            lists[group].append(entity)
        } else {
            groups[birth] = lists.count
            lists.append([entity])
            sorted.removeAll()
        }
    }

    /// The groups that may have been born on a day of the range; all of them where there is none.
    mutating func groups(born range: ClosedRange<Day>?) -> [Int] {
        guard let range else { return groups.values.sorted() }
        if sorted.isEmpty { sort() }
        var found = groups[nil].map { [$0] } ?? []
        let earliest = range.lowerBound.number - longest
        for (birth, group) in sorted[sorted.start { $0.birth.lowerBound.number >= earliest }...] {
            if birth.lowerBound > range.upperBound { break }
            if birth.overlaps(range) { found.append(group) }
        }
        return found
    }

    private mutating func sort() {
        sorted = groups.compactMap { birth, group in birth.map { ($0, group) } }
            .sorted { ($0.birth.lowerBound, $0.group) < ($1.birth.lowerBound, $1.group) }
        longest = sorted.map { $0.birth.upperBound.number - $0.birth.lowerBound.number }.max() ?? 0
    }
}

/// The days that any of many ranges hold, as stretches that lie apart.
private struct Stretches {
    private var all: [ClosedRange<Day>] = []

    init(_ ranges: Set<ClosedRange<Day>>) {
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = all.last, range.lowerBound <= last.upperBound {
                all[all.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                all.append(range)
            }
        }
    }

    func overlap(_ range: ClosedRange<Day>) -> Bool {
        let next = all.start { $0.upperBound >= range.lowerBound }
        return next < all.count && all[next].lowerBound <= range.upperBound
    }
}

extension Array {
    /// The first index for which `isReached` holds in an array where it holds for all after it.
    fileprivate func start(where isReached: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isReached(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

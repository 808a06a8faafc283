internal import Domain
internal import Policy

/// The cases that readers of one kind see, in the order in which they see them.
final class QueueOrder {
    /// What two readers with the same order have in common, besides policy's answers.
    struct Key: Equatable {
        let reach: Reach
        let consents: [PersonID: Consent]

        init(_ standings: Standings) {
            reach = standings.reach
            consents = standings.consents
        }
    }

    /// A case in the order.
    struct Place {
        let key: CaseCursor
        let slot: Int
        let queue: CaseQueue?
        let holder: UserID?
        let offeredTo: UserID?
        let due: Day?
        /// Number of its `Signs`.
        let signs: Int
        /// How much of the birth these readers are told.
        let birth: Visibility
    }

    /// What is seen on a case; few differ.
    struct Signs: Hashable {
        let difficulties: [Difficulty]
        let rules: [RuleID]
    }

    /// Filters whose places are kept until the order changes.
    private static let filtersKept = 8

    let key: Key
    /// Policy's answer to every kind of person among the open cases; `nil`: denied.
    var answers: [Standings.Question: Standings.Permitted?] = [:]
    /// Cases that changed since the order was made.
    var stale: Set<Int>
    private(set) var places: [Place] = []
    private(set) var queues: [CaseQueue: Int] = [:]
    /// How many each person holds or is offered.
    private(set) var hands: [UserID: Int] = [:]
    private(set) var holders: [UserID] = []
    private(set) var rules: [RuleID] = []
    /// Sorted.
    private var dues: [Day] = []
    private var signs: [Signs] = []
    private var numbers: [Signs: Int] = [:]
    private var filtered: [(filter: CaseFilter, places: [Int])] = []
    private var shown: Set<Int> = []

    init(key: Key, stale: Set<Int>) {
        self.key = key
        self.stale = stale
    }

    /// - Parameter fresh: what stands of `stale` now.
    func merge(_ fresh: [Place]) {
        let fresh = fresh.sorted { $0.key < $1.key }
        let kept = stale.count > places.count ? [] : places.filter { !stale.contains($0.slot) }
        places = []
        places.reserveCapacity(kept.count + fresh.count)
        var rest = fresh[...]
        for place in kept {
            while let first = rest.first, first.key < place.key { places.append(rest.removeFirst()) }
            places.append(place)
        }
        places += rest
        stale = []
        filtered = []
        count()
    }

    /// How often there is what lists tell and are narrowed down to.
    private func count() {
        queues = [:]
        hands = [:]
        dues = []
        shown.removeAll(keepingCapacity: true)
        var held: Set<UserID> = []
        var seen = signs.map { _ in false }
        for place in places {
            shown.insert(place.slot)
            seen[place.signs] = true
            if let queue = place.queue { queues[queue, default: 0] += 1 }
            if let due = place.due { dues.append(due) }
            if let holder = place.holder {
                held.insert(holder)
                hands[holder, default: 0] += 1
            }
            if let offered = place.offeredTo, offered != place.holder { hands[offered, default: 0] += 1 }
        }
        dues.sort()
        holders = held.sorted()
        rules = Set(zip(signs, seen).filter(\.1).flatMap(\.0.rules)).sorted()
    }

    /// How many are due before a day.
    func overdue(on day: Day) -> Int { Self.first(in: dues) { $0 >= day } }

    func number(of signs: Signs) -> Int {
        if let number = numbers[signs] { return number }
        numbers[signs] = self.signs.count
        self.signs.append(signs)
        return self.signs.count - 1
    }

    /// Which places a filter leaves, by their index.
    ///
    /// - Parameter birth: as far as these readers are told.
    func places(_ filter: CaseFilter, birth: (Place) throws -> PartialDate?) throws -> [Int] {
        if let kept = filtered.first(where: { $0.filter == filter }) { return kept.places }
        let fitting = signs.map { signs in
            filter.difficulty.map(signs.difficulties.contains) ?? true
                && filter.rule.map(signs.rules.contains) ?? true
        }
        let found = try places.indices.filter { index in
            let place = places[index]
            guard fitting[place.signs], filter.holds(place) else { return false }
            guard let ages = filter.ages else { return true }
            return try birth(place).map(ages.holds) ?? false
        }
        filtered.insert((filter, found), at: 0)
        if filtered.count > Self.filtersKept { filtered.removeLast() }
        return found
    }

    /// Whether the case at a slot stands in it.
    func shows(_ slot: Int) -> Bool { shown.contains(slot) }

    /// Those of some places that stand after a cursor, in order; `nil`: of all.
    ///
    /// - Parameter indices: sorted.
    func places(after cursor: CaseCursor?, among indices: [Int]?, most: Int) -> [Place] {
        func behind(_ index: Int) -> Bool { cursor.map { places[index].key > $0 } ?? true }
        guard let indices else {
            return places[Self.first(in: places.indices, where: behind)...].prefix(most).map(\.self)
        }
        return indices[Self.first(in: indices, where: behind)...].prefix(most).map { places[$0] }
    }

    /// Of sorted elements, how many stand before the first that fits, as all behind it do.
    private static func first<Elements: RandomAccessCollection>(
        in elements: Elements, where fits: (Elements.Element) -> Bool
    ) -> Int where Elements.Index == Int {
        var (low, high) = (elements.startIndex, elements.endIndex)
        while low < high {
            let middle = (low + high) / 2
            if fits(elements[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension CaseFilter {
    /// But for what follows from signs and birth.
    fileprivate func holds(_ place: QueueOrder.Place) -> Bool {
        let isOfPart =
            switch part {
            case .open, .ended: true
            case .queue(let queue): place.queue == queue
            case .mine(let user): place.holder == user || place.offeredTo == user
            case .overdue(let day): place.due.map { $0 < day } ?? false
            }
        return switch holder {
        case nil: isOfPart
        case .nobody: isOfPart && place.holder == nil
        case .user(let user): isOfPart && place.holder == user
        }
    }
}

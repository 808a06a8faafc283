package import Domain

/// Who is who after a night: which person every record that ever came belongs to, and what people have said.
///
/// A record keeps the id it had when its person was absorbed by another (its *home*); the alias says who that is now. So
/// a merge changes no record, and taking it back gives both ids again.
package struct IdentityState: Hashable, Sendable {
    /// An absorbed id's survivor, and the merge's number: a later merge has a greater one.
    package struct Alias: Hashable, Sendable {
        package let survivor: PersonID
        package let merge: Int
        package init(survivor: PersonID, merge: Int) {
            self.survivor = survivor
            self.merge = merge
        }
    }

    package internal(set) var homes: [RecordKey: PersonID] = [:]
    package internal(set) var aliases: [PersonID: Alias] = [:]
    /// Persons of earlier nights of whom no record came last night.
    package internal(set) var absent: Set<PersonID> = []
    /// Every id ever given: none is given again to somebody else.
    package internal(set) var given: Set<PersonID> = []
    package internal(set) var verdicts: [RecordPair: Verdict] = [:]

    package init() {}

    /// A state as it was kept.
    ///
    /// - Parameters:
    ///   - homes: of every record that ever came.
    ///   - present: the persons of whom a record came last night.
    ///   - given: ids that are in neither homes nor aliases any more.
    package init(
        homes: [RecordKey: PersonID], aliases: [PersonID: Alias], present: Set<PersonID>,
        given: Set<PersonID> = [], verdicts: [RecordPair: Verdict] = [:]
    ) {
        self.homes = homes
        self.aliases = aliases
        self.verdicts = verdicts
        self.given = given.union(homes.values).union(aliases.keys).union(aliases.values.map(\.survivor))
        absent = Set(Set(homes.values).map { person(now: $0) }).subtracting(present)
    }

    /// Who somebody once called `id` is now.
    package func person(now id: PersonID) -> PersonID {
        var id = id
        // Ends: an alias is only ever made from one living id to another.
        while let alias = aliases[id] { id = alias.survivor }
        return id
    }

    package func person(of record: RecordKey) -> PersonID? { homes[record].map { person(now: $0) } }

    /// Ids that merges had made somebody else and that are not where those merges would have them: id → who it is now.
    ///
    /// - Parameter before: the state of the night before.
    package func regained(since before: IdentityState) -> [PersonID: PersonID] {
        var regained: [PersonID: PersonID] = [:]
        for id in before.given {
            let (followed, now) = (person(now: before.person(now: id)), person(now: id))
            if followed != now { regained[id] = now }
        }
        return regained
    }

    /// Ids given that neither a record nor an alias tells of.
    package var spent: Set<PersonID> {
        given.subtracting(homes.values).subtracting(aliases.keys)
            .subtracting(aliases.values.map(\.survivor))
    }
}

// Verdicts.
extension IdentityState {
    /// What a verdict changes; a verdict that stands already changes nothing, another one of the pair is withdrawn first.
    package func deciding(_ pair: RecordPair, _ verdict: Verdict) -> [IdentityEvent] {
        if verdicts[pair] == verdict { return [] }
        return withdrawing(pair) + [.decided(pair, verdict)]
    }

    /// What taking back a pair's verdict changes.
    package func withdrawing(_ pair: RecordPair) -> [IdentityEvent] {
        verdicts[pair].map { [.withdrawn(pair, $0)] } ?? []
    }
}

// Events.
extension IdentityState {
    /// The state after `events`, which must follow on it, in their order.
    package mutating func apply(_ events: [IdentityEvent]) {
        // Of all aliases there are, counted once: a night may merge many.
        var lastMerge: Int?
        for event in events {
            switch event {
            case .new(let person): given.insert(person)
            case .merged(let survivor, let absorbed):
                let merge = (lastMerge ?? aliases.values.map(\.merge).max() ?? 0) + 1
                aliases[absorbed] = Alias(survivor: survivor, merge: merge)
                lastMerge = merge
            case .revived(let person, _, _): aliases[person] = nil
            case .split: break
            case .absent(let person): absent.insert(person)
            case .returned(let person): absent.remove(person)
            case .moved(let record, _, let to): homes[record] = to
            case .decided(let pair, let verdict): verdicts[pair] = verdict
            case .withdrawn(let pair, _): verdicts[pair] = nil
            }
        }
    }
}

package import Domain

/// A change of identity between two nights.
package enum IdentityChange: Sendable, Hashable {
    case new(PersonID)
    case merged(survivor: PersonID, absorbed: PersonID)
    case split(from: PersonID, to: PersonID)
    case absent(PersonID)
    case returned(PersonID)
    /// A merge was taken back: `person` is not `from` any more.
    case revived(PersonID, from: PersonID)

    fileprivate var number: Int {
        switch self {
        case .new: 0
        case .merged: 1
        case .split: 2
        case .absent: 3
        case .returned: 4
        case .revived: 5
        }
    }

    fileprivate init?(number: Int, person: PersonID, other: PersonID?) {
        switch (number, other) {
        case (0, _): self = .new(person)
        case (1, let other?): self = .merged(survivor: person, absorbed: other)
        case (2, let other?): self = .split(from: person, to: other)
        case (3, _): self = .absent(person)
        case (4, _): self = .returned(person)
        case (5, let other?): self = .revived(person, from: other)
        default: return nil
        }
    }
}

/// Who was who after a night, as the run keeps it for the next one; whose records the persons of that night are stands in
/// the memberships.
package struct KeptIdentities: Sendable {
    /// Of records that did not come that night, the person each had.
    package var absent: [String: PersonID] = [:]
    /// Of records whose person was absorbed, the id each stood under before.
    package var homes: [String: PersonID] = [:]
    /// Absorbed id → the survivor and the merge's number.
    package var aliases: [PersonID: (survivor: PersonID, merge: Int)] = [:]
    /// Ids that were given and that nothing else here tells of.
    package var spent: Set<PersonID> = []

    package init() {}
}

extension RunStore {
    package func addIdentityEvent(_ change: IdentityChange) throws {
        let (person, other): (PersonID, PersonID?) =
            switch change {
            case .new(let person), .absent(let person), .returned(let person): (person, nil)
            case .merged(let survivor, let absorbed): (survivor, absorbed)
            case .split(let from, let to): (from, to)
            case .revived(let person, let from): (person, from)
            }
        try vault.statement("INSERT INTO identity_event(what, person, other) VALUES (?, ?, ?)").run(
            change.number, person.rawValue, other?.rawValue)
    }

    /// The changes of the night, in its order.
    package func identityChanges() throws -> [IdentityChange] {
        var changes: [IdentityChange] = []
        try vault.statement("SELECT what, person, other FROM identity_event ORDER BY id").rows { row in
            let change = IdentityChange(
                number: row.int(0), person: PersonID(row.text(1)),
                other: row.optionalText(2).map(PersonID.init(_:)))
            guard let change else { throw ByteReader.damaged }
            changes.append(change)
        }
        return changes
    }

    /// A record known before that did not come tonight: it keeps its person until it comes again.
    ///
    /// - Parameter isProtected: whether the person stayed away altogether and was under protection when last here.
    package func addAbsent(key: String, person: PersonID, isProtected: Bool = false) throws {
        try vault.statement("INSERT INTO absent VALUES (?, ?, ?)").run(key, person.rawValue, isProtected)
    }

    /// The id of a record whose person is called otherwise now.
    package func addHome(key: String, person: PersonID) throws {
        try vault.statement("INSERT INTO record_home VALUES (?, ?)").run(key, person.rawValue)
    }

    package func addAlias(of absorbed: PersonID, survivor: PersonID, merge: Int) throws {
        try vault.statement("INSERT INTO alias VALUES (?, ?, ?)").run(
            absorbed.rawValue, survivor.rawValue, merge)
    }

    package func addSpent(_ person: PersonID) throws {
        try vault.statement("INSERT INTO spent VALUES (?)").run(person.rawValue)
    }

    /// Who was who, for the next night.
    package func keptIdentities() throws -> KeptIdentities {
        var kept = KeptIdentities()
        try vault.statement("SELECT key, person FROM absent").rows {
            kept.absent[$0.text(0)] = PersonID($0.text(1))
        }
        try vault.statement("SELECT key, person FROM record_home").rows {
            kept.homes[$0.text(0)] = PersonID($0.text(1))
        }
        try vault.statement("SELECT absorbed, survivor, merge FROM alias").rows {
            kept.aliases[PersonID($0.text(0))] = (PersonID($0.text(1)), $0.int(2))
        }
        try vault.statement("SELECT person FROM spent").rows { kept.spent.insert(PersonID($0.text(0))) }
        return kept
    }

    /// The ids of the night's persons, by their numbers, which begin with 1.
    package func personIDs() throws -> [PersonID] {
        var ids: [PersonID] = []
        try vault.statement("SELECT person FROM person ORDER BY id").rows { ids.append(PersonID($0.text(0))) }
        return ids
    }

    /// Calls `body` with the key of every record that came, and its person's number.
    package func members(_ body: (_ key: String, _ person: Int) -> Void) throws {
        var persons: [Int] = []
        try vault.statement("SELECT person FROM membership ORDER BY entity").rows {
            persons.append($0.int(0))
        }
        var next = persons.makeIterator()
        try vault.statement("SELECT key FROM entity ORDER BY id").rows { row in
            guard let person = next.next() else { throw ByteReader.damaged }
            body(row.text(0), person)
        }
    }

    /// The persons who have any of these records.
    func owners(ofRecords keys: Set<String>) throws -> Set<PersonID> {
        guard !keys.isEmpty else { return [] }
        var owners: Set<PersonID> = []
        try vault.statement(
            """
            SELECT DISTINCT p.person FROM entity e JOIN membership m ON m.entity = e.id JOIN person p ON p.id = m.person
            WHERE e.key IN (SELECT value FROM json_each(?))
            """
        ).rows(try json(keys.sorted())) { owners.insert(PersonID($0.text(0))) }
        return owners
    }

    /// The keys of a person's records.
    package func keys(ofPerson number: Int) throws -> [String] {
        var keys: [String] = []
        try vault.statement(
            "SELECT e.key FROM membership m JOIN entity e ON e.id = m.entity WHERE m.person = ?"
        ).rows(number) { keys.append($0.text(0)) }
        return keys
    }
}

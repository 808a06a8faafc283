package import Domain

/// What became of a row.
package enum RowFate: Sendable, Hashable {
    case accepted
    case rejected(Rejection)
    case duplicate(ofLine: Int)
    /// No row at all: a title, a total, a blank line.
    case outside(reason: String)
    /// A later row of a delta speaks in its place.
    case superseded(reason: String)

    var number: Int {
        switch self {
        case .accepted: 0
        case .rejected: 1
        case .duplicate: 2
        case .outside: 3
        case .superseded: 4
        }
    }
}

extension RunStore {
    /// - Returns: the file's number, for its rows and records.
    package func addFile(
        source: SourceID, title: String, file: String, sha256: String, asOf: Day?
    ) throws -> Int {
        last.file += 1
        try facts.statement("INSERT INTO file VALUES (?, ?, ?, ?, ?, ?)").run(
            last.file, source.rawValue, title, file, sha256, asOf?.number)
        return last.file
    }

    /// Every line of a file once, with its one fate.
    package func addRow(file: Int, line: Int, offset: Int, fate: RowFate) throws {
        var ofLine: Int?
        switch fate {
        case .accepted: break
        case .duplicate(let line): ofLine = line
        case .rejected(let rejection):
            try facts.statement("INSERT INTO rejection VALUES (?, ?, ?, ?, ?, ?)").run(
                file, line, rejection.code, rejection.column, rejection.message, rejection.fix)
        case .outside(let reason), .superseded(let reason):
            try facts.statement("INSERT INTO outside VALUES (?, ?, ?)").run(file, line, reason)
        }
        try facts.statement("INSERT INTO row VALUES (?, ?, ?, ?, ?)").run(
            file, line, offset, fate.number, ofLine)
    }

    /// What an accepted row says of one of its people; `entity` is the identity it belongs to.
    package func addRecord(
        file: Int, line: Int, offset: Int, subject: Subject, entity: Int, facts list: [Fact]
    ) throws {
        last.record += 1
        try facts.statement("INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?)").run(
            last.record, file, line, offset, subject == .child ? 0 : 1, entity, words.pack(list))
    }

    /// Deletes what the rows of some identities say of other items than `kept`.
    package func forget(factsOf entities: [Int], except kept: Set<ItemCode>) throws {
        var records: [(id: Int, facts: [UInt8])] = []
        try facts.statement(
            "SELECT id, facts FROM record WHERE entity IN (SELECT value FROM json_each(?))"
        ).rows(try json(entities)) { records.append(($0.int(0), $0.blob(1))) }
        for record in records {
            let left = try words.unpack(record.facts) { kept.contains($0) }.map(\.fact)
            try facts.statement("UPDATE record SET facts = ? WHERE id = ?").run(words.pack(left), record.id)
        }
    }

    /// A distinct identity of a source, sealed by its own key.
    package func addEntity(_ index: Int, source: SourceID, key: String, identifiers: Identifiers) throws {
        let sealed = try recordKeys.withKey(of: index, name: { .record(key) }, in: root) {
            Seal.seal(
                identifiers.canonicalBytes, in: Self.cell(ofEntity: index), keyName: key, key: $0)
        }
        try vault.statement("INSERT INTO entity VALUES (?, ?, ?, ?)").run(
            index, source.rawValue, key, sealed)
    }

    /// A person with all its identities; `display` is what people read, sealed; `unread` are the sources of which a rejected
    /// row may be about the person.
    ///
    /// - Parameter tellers: the identities that `display` tells of, by whose keys it is sealed; `nil`: all.
    package func addPerson(
        _ id: PersonID, entities: [Int], display: Identifiers, tellers: [Int]? = nil,
        household: HouseholdID?, standing: PersonStanding, isResident: Bool, unread: [SourceID] = []
    ) throws {
        let tellers = tellers ?? entities
        let records = try tellers.map { entity in
            try vault.statement("SELECT key FROM entity WHERE id = ?").first(entity) { $0.text(0) } ?? ""
        }
        let all = records.joined(separator: " ")
        let cell = nextPerson()
        var joined = JoinedKey(count: tellers.count)
        defer { joined.wipe() }
        var sealed: [UInt8]?
        for (entity, record) in zip(tellers, records) {
            try recordKeys.withKey(of: entity, name: { .record(record) }, in: root) { key in
                joined.add(key)
                if tellers.count == 1 {
                    sealed = Seal.seal(display.canonicalBytes, in: cell, keyName: all, key: key)
                }
            }
        }
        try addPerson(
            id, entities: entities,
            display: sealed
                ?? joined.withKey { Seal.seal(display.canonicalBytes, in: cell, keyName: all, key: $0) },
            read: display,
            records: all, household: household.map(keys.householdIndex), standing: standing,
            isResident: isResident, unread: unread)
    }

    /// A person whose identities say what they said when `run` was made: what people read is taken over unseen.
    ///
    /// - Parameter number: the person's in `run`.
    /// - Returns: `false`, and nothing is stored, where it cannot be read there.
    package func addPerson(
        _ id: PersonID, entities: [Int], like number: Int, of run: RunStore, standing: PersonStanding,
        isResident: Bool, unread: [SourceID]
    ) throws -> Bool {
        guard run.form == RunFiles.form, run.root.number == root.number,
            let (household, then, records) = try run.vault.statement(
                "SELECT household, display, records FROM person WHERE id = ?"
            ).first(number, read: { ($0.optionalBlob(0), $0.blob(1), $0.text(2)) })
        else { return false }
        let (old, cell) = (Self.cell(ofPerson: number), nextPerson())
        // The records are the same, and so is the key; only the place is another.
        let display = try root.withKey(ofRecords: records) { key in
            (try? Seal.open(then, in: old, keyName: records, key: key)).map {
                (plain: $0, sealed: Seal.seal($0, in: cell, keyName: records, key: key))
            }
        }
        guard let display, let display else {
            last.person -= 1
            return false
        }
        try addPerson(
            id, entities: entities, display: display.sealed,
            read: try Identifiers(canonicalBytes: display.plain), records: records, household: household,
            standing: standing, isResident: isResident, unread: unread)
        return true
    }

    static func cell(ofPerson number: Int) -> SealedCell {
        SealedCell(table: "person", row: number, column: "display")
    }

    /// The number is part of what the seal binds, so it is taken before the row is written.
    private func nextPerson() -> SealedCell {
        last.person += 1
        return Self.cell(ofPerson: last.person)
    }

    private func addPerson(
        _ id: PersonID, entities: [Int], display: [UInt8], read: Identifiers, records: String,
        household: [UInt8]?, standing: PersonStanding, isResident: Bool, unread: [SourceID]
    ) throws {
        try vault.statement("INSERT INTO person VALUES (?, ?, ?, ?, ?, ?, ?)").run(
            last.person, id.rawValue, household, standing.isProtected, isResident, display, records)
        persons.append(id)
        names.add(id, number: last.person, read)
        members += entities.map { (entity: $0, person: last.person) }
        for source in unread {
            try vault.statement("INSERT INTO unread VALUES (?, ?)").run(last.person, source.rawValue)
        }
    }

    /// Writes which identities are one person, in the order of the identities: rows that follow each other cost least.
    package func addMemberships() throws {
        let pseudonyms = persons.map { keys.pseudonym(of: $0, domain: "facts").rawValue }
        members.sort { $0.entity < $1.entity }
        let (membership, subject) = (
            try vault.statement("INSERT INTO membership VALUES (?, ?)"),
            try facts.statement("INSERT INTO subject VALUES (?, ?)")
        )
        for (entity, person) in members {
            try membership.run(entity, person)
            try subject.run(entity, pseudonyms[person - 1])
        }
        (persons, members) = ([], [])
    }

    /// A record of 支援措置 that leads to nobody on the register.
    package func addUnlinked(key: String) throws {
        try vault.statement("INSERT OR IGNORE INTO unlinked VALUES (?)").run(key)
    }

    /// The number of a level of agreement, for `addLink`.
    package func agreement(_ comparison: String, _ level: String) -> Int {
        words.agreement(comparison, level)
    }

    /// A compared pair of identities that was joined, or that a person must look at, with the words of why.
    package func addLink(
        left: Int, right: Int, weight: Double, isAutomatic: Bool,
        levels: [(agreement: Int, weight: Double)]
    ) throws {
        var packed = ByteWriter(capacity: 128)
        packed.put(all: levels) { writer, level in
            writer.put(level.agreement)
            writer.put(level.weight)
        }
        try vault.statement("INSERT INTO link VALUES (?, ?, ?, ?, ?)").run(
            left, right, weight, isAutomatic, packed.bytes)
    }

    /// A link of which somebody should make sure, since little else holds its person together; `left < right`.
    package func addThin(left: Int, right: Int, why: ReviewPair.Thinness) throws {
        try vault.statement("INSERT INTO thin VALUES (?, ?, ?)").run(left, right, why.rawValue)
    }
}

package import Domain

/// The ledger of one file as counted in the database.
package struct FileLedger: Sendable, Hashable {
    package let source: SourceID
    package let file: String
    package let ledger: RowLedger
    /// In code order.
    package let rejections: [RejectionCount]

    package init(source: SourceID, file: String, ledger: RowLedger, rejections: [RejectionCount]) {
        self.source = source
        self.file = file
        self.ledger = ledger
        self.rejections = rejections
    }
}

/// A person as the vault keeps it, opened.
struct VaultPerson {
    let number: Int
    let id: PersonID
    let household: [UInt8]?
    let standing: PersonStanding
    let isResident: Bool
    let display: Identifiers

    /// Surely under 18 on the day.
    func isMinor(on day: Day) -> Bool { display.birth.map { $0.range.lowerBound.age(on: day) < 18 } ?? false }
}

/// A person's row before what people read of it is opened.
struct SealedPerson {
    let number: Int
    let id: PersonID
    let household: [UInt8]?
    let standing: PersonStanding
    let isResident: Bool
    fileprivate let display: [UInt8]
    fileprivate let records: String
}

extension RunStore {
    /// One ledger a file, in the order the files were added; counted from the stored rows, not from what was said.
    package func ledgers() throws -> [FileLedger] {
        var files: [(id: Int, source: SourceID, name: String)] = []
        try facts.statement("SELECT id, source, name FROM file ORDER BY id").rows {
            files.append(($0.int(0), SourceID($0.text(1)), $0.text(2)))
        }
        var ledgers: [Int: RowLedger] = [:]
        try facts.statement("SELECT file, fate, count(*) FROM row GROUP BY file, fate").rows {
            switch $0.int(1) {
            case 0: ledgers[$0.int(0), default: RowLedger()].accepted = $0.int(2)
            case 1: ledgers[$0.int(0), default: RowLedger()].rejected = $0.int(2)
            case 2: ledgers[$0.int(0), default: RowLedger()].duplicate = $0.int(2)
            case 3: ledgers[$0.int(0), default: RowLedger()].outside = $0.int(2)
            default: ledgers[$0.int(0), default: RowLedger()].superseded = $0.int(2)
            }
        }
        var rejections: [Int: [RejectionCount]] = [:]
        try facts.statement(
            "SELECT file, code, count(*) FROM rejection GROUP BY file, code ORDER BY file, code"
        ).rows {
            rejections[$0.int(0), default: []].append(RejectionCount(code: $0.text(1), count: $0.int(2)))
        }
        return files.map {
            FileLedger(
                source: $0.source, file: $0.name, ledger: ledgers[$0.id] ?? RowLedger(),
                rejections: rejections[$0.id] ?? [])
        }
    }

    /// Who was under protection, of those who stayed away when they were last here.
    package func protectedPersons() throws -> Set<PersonID> {
        var persons: Set<PersonID> = []
        try vault.statement(
            "SELECT person FROM person WHERE protected UNION SELECT person FROM absent WHERE protected"
        ).rows { persons.insert(PersonID($0.text(0))) }
        return persons
    }

    /// Keys of the records of 支援措置 that led to nobody on the register.
    package func unlinkedMeasures() throws -> Set<String> {
        var keys: Set<String> = []
        try vault.statement("SELECT key FROM unlinked").rows { keys.insert($0.text(0)) }
        return keys
    }

    /// By person's number, the sources of which a rejected row may be about them.
    func unread() throws -> [Int: Set<SourceID>] {
        var unread: [Int: Set<SourceID>] = [:]
        try vault.statement("SELECT person, source FROM unread").rows {
            unread[$0.int(0), default: []].insert(SourceID($0.text(1)))
        }
        return unread
    }

    /// How many persons there are of each standing.
    ///
    /// - Parameter consents: what persons said of the use that is asked for.
    func personCounts(_ consents: [PersonID: Consent]) throws -> [PersonStanding: Int] {
        var counts: [PersonStanding: Int] = [:]
        try vault.statement("SELECT protected, count(*) FROM person GROUP BY protected").rows {
            counts[PersonStanding(isProtected: $0.bool(0))] = $0.int(1)
        }
        // Whoever was shredded since the run was built is nobody any more.
        for person in ring.shredded.flatMap(\.persons) {
            let isProtected = try vault.statement("SELECT protected FROM person WHERE person = ?").first(
                person.rawValue
            ) { $0.bool(0) }
            if let isProtected { counts[PersonStanding(isProtected: isProtected), default: 0] -= 1 }
        }
        for (person, consent) in consents {
            guard var standing = try standing(of: person) else { continue }
            counts[standing, default: 0] -= 1
            standing.consent = consent
            counts[standing, default: 0] += 1
        }
        return counts.filter { $0.value > 0 }
    }

    /// `nil` of somebody who is not here, or was shredded.
    func standing(of person: PersonID) throws -> PersonStanding? {
        guard !ring.isShredded(person) else { return nil }
        return try vault.statement("SELECT protected FROM person WHERE person = ?").first(person.rawValue) {
            PersonStanding(isProtected: $0.bool(0))
        }
    }

    func person(_ id: PersonID) throws -> VaultPerson? {
        try vault.statement(personColumns + " WHERE person = ?").first(id.rawValue, read: person).flatMap(
            \.self)
    }

    /// The persons of a register household, by id.
    func persons(inHousehold household: [UInt8]) throws -> [VaultPerson] {
        var persons: [VaultPerson] = []
        try vault.statement(personColumns + " WHERE household = ? ORDER BY person").rows(household) {
            if let person = try person($0) { persons.append(person) }
        }
        return persons
    }

    /// Whether a register household is under protection by anybody's measure, also of one who was shredded: asked without opening anything.
    func isAnyProtected(inHousehold household: [UInt8]) throws -> Bool {
        try vault.statement("SELECT 1 FROM person WHERE household = ? AND protected LIMIT 1").first(household)
        {
            _ in true
        } ?? false
    }

    /// Household by household, but those who were shredded.
    func eachSealedPerson(_ body: (SealedPerson) throws -> Void) throws {
        try vault.statement(personColumns + " ORDER BY household, person").rows { row in
            let person = sealedPerson(row)
            if !ring.isShredded(person.id) { try body(person) }
        }
    }

    func eachPersonByID(_ body: (VaultPerson) throws -> Void) throws {
        try vault.statement(personColumns + " ORDER BY person").rows { row in
            if let person = try person(row) { try body(person) }
        }
    }

    /// The identities of a person, by number, but those of somebody who was shredded.
    func entities(ofPerson number: Int) throws -> [Int] {
        var entities: [Int] = []
        try vault.statement("SELECT entity FROM membership WHERE person = ? ORDER BY entity").rows(number) {
            entities.append($0.int(0))
        }
        guard !ring.shredded.isEmpty else { return entities }
        return try entities.filter { entity in
            let key = try vault.statement("SELECT key FROM entity WHERE id = ?").first(entity) { $0.text(0) }
            return key.map(holds(record:)) ?? false
        }
    }

    private var personColumns: String {
        "SELECT id, person, household, protected, resident, display, \(sealingRecords) FROM person"
    }

    private func sealedPerson(_ row: Statement) -> SealedPerson {
        SealedPerson(
            number: row.int(0), id: PersonID(row.text(1)), household: row.optionalBlob(2),
            standing: PersonStanding(isProtected: row.bool(3)), isResident: row.bool(4),
            display: row.blob(5), records: row.text(6))
    }

    /// A person's number in the vault, shredded or not; `nil` of nobody.
    func number(of person: PersonID) throws -> Int? {
        try vault.statement("SELECT id FROM person WHERE person = ?").first(person.rawValue) { $0.int(0) }
    }

    /// Before anything is opened; `nil` of nobody, and of somebody who was shredded.
    func sealedPerson(number: Int) throws -> SealedPerson? {
        try vault.statement(personColumns + " WHERE id = ?").first(number, read: sealedPerson).flatMap {
            ring.isShredded($0.id) ? nil : $0
        }
    }

    private func person(_ row: Statement) throws -> VaultPerson? { try opened(sealedPerson(row)) }

    /// `nil` where the person was shredded, or a record that the display tells of: nobody can open it any more.
    func opened(_ sealed: SealedPerson) throws -> VaultPerson? {
        guard !ring.isShredded(sealed.id),
            let display = try open(
                sealed.display, in: Self.cell(ofPerson: sealed.number), ofRecords: sealed.records)
        else { return nil }
        return VaultPerson(
            number: sealed.number, id: sealed.id, household: sealed.household, standing: sealed.standing,
            isResident: sealed.isResident, display: try Identifiers(canonicalBytes: display))
    }
}

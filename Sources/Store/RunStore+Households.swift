package import Domain
internal import Policy

/// A member of a household as joined for flag rules: facts within the grant for its standing.
package struct MemberFacts: Sendable {
    package let id: PersonID
    /// Part of every permitted join: nearly every rule is bound to an age.
    package let birth: PartialDate?
    package let isResident: Bool
    package let standing: PersonStanding
    /// Sorted by item, kind, day, source, file and line.
    package let facts: [SourcedFact]
    /// Sources of which a rejected row may be about the person.
    package let unread: Set<SourceID>
    /// The town of the address, where the grant shows it.
    package let area: String?
}

/// A register household, or one person without one.
package struct HouseholdFacts: Sendable {
    /// Sorted by id; those whom policy denies are left out.
    package fileprivate(set) var members: [MemberFacts]
    /// Whether nobody was left out.
    package fileprivate(set) var isWhole = true
}

/// What a pass over a run's personal data is for, and so what it may read.
package enum ReadKind: String, Sendable {
    /// Facts joined household by household, for flag rules: `Action.join` or `Action.flag`.
    case households
    /// Identifiers as linkage compared them: `Action.review`.
    case identities
}

/// The right to one pass over a run's personal data, for one purpose or several: only `ServiceStore.auditedRead` makes
/// one, after the audit events of all of them are on the disk, and the pass consumes it.
package struct AuditedRead: ~Copyable, Sendable {
    let kind: ReadKind
    let build: String
    /// In the order they were asked for.
    let purposes: [PurposeAccess]
}

/// What may be read for one purpose.
struct PurposeAccess: Sendable {
    let grants: [PersonStanding: Grant]
    /// What persons said of the use; of the others nothing is recorded.
    let consents: [PersonID: Consent]

    /// `nil`: nothing.
    func grant(
        for person: PersonID, isProtected: Bool
    ) -> (standing: PersonStanding, grant: Grant)? {
        let standing = PersonStanding(isProtected: isProtected, consent: consents[person] ?? .notRecorded)
        return grants[standing].map { (standing, $0) }
    }
}

extension RunStore {
    /// - Throws: `Fault` where the run is not finished, or the token was made for another run or another kind of pass.
    func open(_ read: consuming AuditedRead, for kind: ReadKind) throws -> [PurposeAccess] {
        try requireFinished()
        guard read.build == build, read.kind == kind else {
            throw Fault(
                .internal, code: "store.token", message: "閲覧の許可が別の実行か、別の操作のものです。", fix: "開発元に連絡してください。")
        }
        return read.purposes
    }
}

extension RunStore {
    /// Streams every household in a fixed order (keyed household index, then person id; those without one first).
    ///
    /// One pass serves every purpose: reading is dear, and each purpose sees only what its own grants permit.
    ///
    /// - Parameters:
    ///   - known: told of each household first; of one that it takes nothing is opened or read.
    ///   - body: takes the household once for each purpose of the token, in that order; it has no members
    ///     where policy denies all of them for the purpose.
    /// - Throws: `Fault` where the token was made for another run, and whatever `body` throws.
    package func households(
        _ read: consuming AuditedRead, besides known: KnownHouseholds? = nil,
        _ body: ([HouseholdFacts]) throws -> Void
    ) throws {
        let purposes = try open(read, for: .households)
        let reader = try FactReader(self)
        let unread = try unread()
        var printer = try known.map {
            HouseholdPrinter(persons: try personPrints($0.identity), purposes: purposes, unread: unread)
        }
        let none = HouseholdFacts(members: [])
        var household: [SealedPerson] = []
        func flush() throws {
            defer { household.removeAll(keepingCapacity: true) }
            guard !household.isEmpty else { return }
            if let known, let print = printer?.print(of: household),
                try known.takes(household.map(\.id), print)
            {
                return
            }
            var members = purposes.map { _ in none }
            for sealed in household {
                let permitted = purposes.map {
                    $0.grant(for: sealed.id, isProtected: sealed.standing.isProtected)
                }
                for index in permitted.indices where permitted[index] == nil {
                    members[index].isWhole = false
                }
                guard permitted.contains(where: { $0 != nil }), let person = try opened(sealed) else {
                    continue
                }
                let facts = try reader.facts(of: entities(ofPerson: person.number)) { item in
                    permitted.contains { $0?.grant.permits(item) ?? false }
                }
                for (index, permitted) in permitted.enumerated() {
                    guard let (standing, grant) = permitted else { continue }
                    members[index].members.append(
                        MemberFacts(
                            id: person.id, birth: person.display.birth, isResident: person.isResident,
                            standing: standing, facts: facts.filter { grant.permits($0.fact.item) },
                            unread: unread[person.number] ?? [],
                            area: grant.visibility(of: .address) == .shown
                                ? person.display.address?.town : nil))
                }
            }
            if members.contains(where: { !$0.members.isEmpty }) { try body(members) }
        }
        try eachSealedPerson { person in
            if person.household == nil || person.household != household.last?.household { try flush() }
            household.append(person)
        }
        try flush()
    }
}

/// Reads facts back into the words of the field.
struct FactReader {
    private let run: RunStore
    private let positions: [Int: (source: SourceID, name: String, rank: Int)]
    /// Rank of each part in the order of item and kind.
    private let ranks: [Int]

    private struct Entry {
        let part: Int
        let held: Int
        let file: Int
        let line: Int
        let ordinal: Int
        let fact: SourcedFact
        var key: (Int, Int, Int, Int, Int) { (part, held, file, line, ordinal) }
    }

    init(_ run: RunStore) throws {
        self.run = run
        var files: [(id: Int, source: SourceID, name: String)] = []
        try run.facts.statement("SELECT id, source, name FROM file").rows {
            files.append(($0.int(0), SourceID($0.text(1)), $0.text(2)))
        }
        files.sort { ($0.source, $0.name, $0.id) < ($1.source, $1.name, $1.id) }
        positions = Dictionary(
            uniqueKeysWithValues: files.enumerated().map { ($1.id, ($1.source, $1.name, $0)) })
        let parts = run.words.parts.all
        let order = parts.indices.sorted {
            (parts[$0].item, parts[$0].kind, parts[$0].type) < (
                parts[$1].item, parts[$1].kind, parts[$1].type
            )
        }
        var ranks = [Int](repeating: 0, count: parts.count)
        for (rank, part) in order.enumerated() { ranks[part] = rank }
        self.ranks = ranks
    }

    /// The permitted facts of some identities, in the fixed order; of an item that is not permitted no fact is made.
    func facts(of entities: [Int], permitted: (ItemCode) -> Bool) throws -> [SourcedFact] {
        let statement = try run.facts.statement(
            "SELECT file, line, offset, facts FROM record WHERE entity = ?")
        var entries: [Entry] = []
        for entity in entities {
            try statement.rows(entity) { row in
                guard let file = positions[row.int(0)] else { throw ByteReader.damaged }
                let position = RowPosition(
                    source: file.source, file: file.name, line: row.int(1), offset: row.int(2))
                for (ordinal, part, fact) in try run.words.unpack(row.blob(3), permitted: permitted) {
                    entries.append(
                        Entry(
                            part: ranks[part], held: fact.on?.range.lowerBound.number ?? Int.min,
                            file: file.rank, line: position.line, ordinal: ordinal,
                            fact: SourcedFact(fact, from: position)))
                }
            }
        }
        return entries.sorted { $0.key < $1.key }.map(\.fact)
    }
}

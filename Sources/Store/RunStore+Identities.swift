package import Domain
internal import Policy

/// A distinct identity of a source, as linkage compared it.
package struct StoredIdentity: Sendable {
    /// As numbered by the night.
    package let entity: Int
    /// Of the record, as verdicts know it.
    package let key: String
    package let source: SourceID
    /// Without the parts that the grant withholds or masks.
    package let identifiers: Identifiers
}

extension RunStore {
    /// Where each of a few of tonight's entities first stands; looks once through all records.
    package func firstRows(of entities: [Int]) throws -> [Int: RowPosition] {
        try requireBuilding()
        let list = Set(entities).sorted().map(String.init).joined(separator: ",")
        var rows: [Int: RowPosition] = [:]
        try facts.statement(
            """
            SELECT r.entity, f.source, f.name, r.line, r.offset FROM record r JOIN file f ON f.id = r.file
            WHERE r.id IN (SELECT min(id) FROM record WHERE entity IN (\(list)) GROUP BY entity)
            """
        ).rows {
            rows[$0.int(0)] = RowPosition(
                source: SourceID($0.text(1)), file: $0.text(2), line: $0.int(3), offset: $0.int(4))
        }
        return rows
    }

    /// One of tonight's entities, while the night is still building the run.
    package func identifiers(ofEntity entity: Int) throws -> Identifiers {
        try requireBuilding()
        let (sealed, record) = try stored(entity)
        return try recordKeys.withKey(of: entity, name: { .record(record) }, in: root) {
            try Identifiers(
                canonicalBytes: Seal.open(sealed, in: Self.cell(ofEntity: entity), keyName: record, key: $0))
        }
    }

    /// An entity's identifiers, opened; who calls owes grant and audit event.
    ///
    /// - Throws: `person.shredded` where its key was taken away: who calls looks at that first.
    func storedIdentifiers(ofEntity entity: Int) throws -> Identifiers {
        guard let identifiers = try readableIdentifiers(ofEntity: entity) else { throw Self.shredded }
        return identifiers
    }

    /// The same; `nil` where its key was taken away.
    func readableIdentifiers(ofEntity entity: Int) throws -> Identifiers? {
        let (sealed, record) = try stored(entity)
        return try identifiers(sealed, ofEntity: entity, record: record)
    }

    private func stored(_ entity: Int) throws -> (sealed: [UInt8], record: String) {
        let stored = try vault.statement("SELECT identifiers, key FROM entity WHERE id = ?").first(entity) {
            ($0.blob(0), $0.text(1))
        }
        guard let stored else { throw ByteReader.damaged }
        return stored
    }

    /// `nil` where the record is of somebody who was shredded.
    private func identifiers(_ sealed: [UInt8], ofEntity entity: Int, record: String) throws -> Identifiers? {
        try open(sealed, in: Self.cell(ofEntity: entity), ofRecords: record).map {
            try Identifiers(canonicalBytes: $0)
        }
    }

    static func cell(ofEntity entity: Int) -> SealedCell {
        SealedCell(table: "entity", row: entity, column: "identifiers")
    }

    static let shredded = Fault(
        .notFound, code: "person.shredded", message: "この記録の方は消去済みで、内容はもう読めません。",
        fix: "消去の記録は「renkei person shred --list」で確かめられます。")

    /// Streams the identities of all persons within the grant of their standing, in the night's order.
    ///
    /// - Throws: `Fault` where the token was made for another run or another kind of pass, and whatever `body` throws.
    package func identities(
        _ read: consuming AuditedRead, _ body: (StoredIdentity) throws -> Void
    ) throws {
        // Identifiers are read for one purpose.
        guard let purpose = try open(read, for: [.identities]).first else { return }
        try vault.statement(
            """
            SELECT e.id, e.source, e.identifiers, p.protected, e.key, p.person FROM entity e
            JOIN membership m ON m.entity = e.id JOIN person p ON p.id = m.person ORDER BY e.id
            """
        ).rows { row in
            guard let grant = purpose.grant(for: PersonID(row.text(5)), isProtected: row.bool(3))?.grant
            else {
                return
            }
            let entity = row.int(0)
            let key = row.text(4)
            guard let identifiers = try identifiers(row.blob(2), ofEntity: entity, record: key) else {
                return
            }
            try body(
                StoredIdentity(
                    entity: entity, key: key, source: SourceID(row.text(1)),
                    identifiers: identifiers.within(grant.visibility)))
        }
    }
}

extension Identifiers {
    /// What of them may be seen; a part that is withheld or masked is as if no source gave it.
    func within(_ visibility: (IdentifierPart) -> Visibility) -> Identifiers {
        var seen = self
        for part in IdentifierPart.allCases where visibility(part) != .shown {
            switch part {
            case .name: seen.names = []
            case .birth: seen.birth = nil
            case .sex: seen.sex = nil
            case .address: seen.address = nil
            case .phone: seen.phones = []
            case .guardians: seen.guardians = []
            case .school: seen.school = nil
            case .number: seen.number = nil
            case .household: (seen.household, seen.relation) = (nil, nil)
            }
        }
        return seen
    }
}

extension PartialDate {
    /// As much of a birth as may be told; `nil` where nothing may.
    func told(_ visibility: Visibility) -> PartialDate? {
        switch visibility {
        case .shown: return self
        case .generalised:
            guard let day = exactDay else { return self }
            return .month(year: day.year, month: day.month)
        case .masked, .withheld: return nil
        }
    }
}

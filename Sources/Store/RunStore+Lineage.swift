internal import Domain

extension RunStore {
    /// The rows behind a person that hold at least one permitted item: a row of which nothing may be seen would say
    /// by its source alone what must not be said. So would the weight of a link to it: links count between these rows alone.
    func recordLines(
        of person: VaultPerson, standing: PersonStanding, permitted: (ItemCode) -> Bool,
        known: (RowPosition) -> Day? = { _ in nil }
    ) throws -> [RecordLine] {
        // Two records of one row are one line.
        var rows: [RowPosition: (title: String, asOf: Day?, entities: [Int])] = [:]
        for entity in try entities(ofPerson: person.number) {
            try facts.statement(
                """
                SELECT r.line, r.offset, r.facts, d.source, d.title, d.name, d.as_of
                FROM record r JOIN file d ON d.id = r.file WHERE r.entity = ?
                """
            ).rows(entity) { row in
                guard try !words.unpack(row.blob(2), permitted: permitted).isEmpty else { return }
                let place = RowPosition(
                    source: SourceID(row.text(3)), file: row.text(5), line: row.int(0), offset: row.int(1))
                rows[place, default: (row.text(4), row.optionalInt(6).map(Day.init(number:)), [])].entities
                    .append(entity)
            }
        }
        let shown = Set(rows.values.flatMap(\.entities))
        return try rows.sorted {
            ($0.key.source, $0.key.file, $0.key.line) < ($1.key.source, $1.key.file, $1.key.line)
        }.map { place, row in
            let weight = try row.entities.compactMap { try strongestLink(of: $0, within: shown) }.max()
            return RecordLine(
                source: place.source, title: row.title, file: place.file, line: place.line,
                linkWeight: standing.hidesWeights ? .masked : weight.map(Shown.shown) ?? .absent,
                asOf: row.asOf, known: known(place))
        }
    }

    private func strongestLink(of entity: Int, within members: Set<Int>) throws -> Double? {
        var weight: Double?
        try vault.statement(
            """
            SELECT right_entity, weight FROM link WHERE left_entity = ? AND automatic
            UNION ALL SELECT left_entity, weight FROM link WHERE right_entity = ? AND automatic
            """
        ).rows(entity, entity) {
            if members.contains($0.int(0)) { weight = max(weight ?? $0.double(1), $0.double(1)) }
        }
        return weight
    }

    /// A line of a file; `nil` where either is unknown.
    func row(file name: String, line: Int) throws -> FoundRow? {
        try facts.statement(
            """
            SELECT d.id, d.source, d.title, w.fate, w.of_line, x.code, x.column_name, x.message, x.fix, o.reason,
                w.offset
            FROM file d JOIN row w ON w.file = d.id
            LEFT JOIN rejection x ON x.file = w.file AND x.line = w.line
            LEFT JOIN outside o ON o.file = w.file AND o.line = w.line
            WHERE d.name = ? AND w.line = ?
            """
        ).first(name, line) { row in
            let source = SourceID(row.text(1))
            let fate: RowFate =
                switch row.int(3) {
                case 0: .accepted
                case 1:
                    .rejected(
                        Rejection(
                            position: RowPosition(
                                source: source, file: name, line: line, offset: row.int(10)),
                            code: row.text(5), column: row.optionalText(6), message: row.text(7),
                            fix: row.text(8)))
                case 2: .duplicate(ofLine: row.int(4))
                case 3: .outside(reason: row.text(9))
                default: .superseded(reason: row.text(9))
                }
            return FoundRow(number: row.int(0), source: source, title: row.text(2), file: name, fate: fate)
        }
    }

    /// The records of a row with their persons and the items they brought, child first.
    func records(file: Int, line: Int) throws -> [FoundRecord] {
        var found: [(subject: Subject, entity: Int, items: Set<ItemCode>)] = []
        // The index is on the identity; the few lines of an explanation may take a walk over the table.
        try facts.statement(
            "SELECT subject, entity, facts FROM record WHERE file = ? AND line = ? ORDER BY subject, id"
        ).rows(file, line) { row in
            let items = try words.unpack(row.blob(2)) { _ in true }.map(\.fact.item)
            found.append((row.int(0) == 0 ? .child : .guardian, row.int(1), Set(items)))
        }
        return try found.map { subject, entity, items in
            let person = try vault.statement(
                """
                SELECT p.person, p.protected, e.key FROM membership m JOIN person p ON p.id = m.person
                JOIN entity e ON e.id = m.entity WHERE m.entity = ?
                """
            ).first(entity) { row -> (PersonID, PersonStanding)? in
                let id = PersonID(row.text(0))
                guard !ring.isShredded(id), holds(record: row.text(2)) else { return nil }
                return (id, PersonStanding(isProtected: row.bool(1)))
            }.flatMap(\.self)
            return FoundRecord(
                subject: subject, person: person?.0, standing: person?.1 ?? PersonStanding(isProtected: true),
                items: items.sorted())
        }
    }

    /// The levels of a link as `addLink` packed them.
    func levels(_ packed: [UInt8]) throws -> [LevelExplanation] {
        let agreements = words.agreements.all
        var reader = ByteReader(packed)
        return try reader.all { reader in
            let number = try reader.int()
            guard agreements.indices.contains(number) else { throw ByteReader.damaged }
            return LevelExplanation(
                comparison: agreements[number].comparison, level: agreements[number].level,
                weight: try reader.double())
        }
    }

    /// The compared pairs within a person, strongest first; where weights stay untold, as the records came.
    func links(of person: VaultPerson, standing: PersonStanding) throws -> [LinkExplanation] {
        var links: [LinkExplanation] = []
        let order = standing.hidesWeights ? "" : "k.weight DESC, "
        try vault.statement(
            """
            SELECT l.source, r.source, k.weight, k.automatic, k.levels
            FROM membership m JOIN link k ON k.left_entity = m.entity
            JOIN membership n ON n.entity = k.right_entity AND n.person = m.person
            JOIN entity l ON l.id = k.left_entity JOIN entity r ON r.id = k.right_entity
            WHERE m.person = ? ORDER BY \(order)k.left_entity, k.right_entity
            """
        ).rows(person.number) { row in
            links.append(
                LinkExplanation(
                    left: SourceID(row.text(0)), right: SourceID(row.text(1)),
                    weight: standing.hidesWeights ? nil : row.double(2), isAutomatic: row.bool(3),
                    levels: standing.hidesWeights ? [] : try levels(row.blob(4))))
        }
        return links
    }
}

/// A line of a file as stored.
struct FoundRow {
    let number: Int
    let source: SourceID
    let title: String
    let file: String
    let fate: RowFate
}

/// A record of a row as stored.
struct FoundRecord {
    let subject: Subject
    let person: PersonID?
    let standing: PersonStanding
    let items: [ItemCode]
}

extension RunStore {
    /// Opaque keys of the records that a row brought.
    func recordKeys(at position: RowPosition) throws -> [String] {
        try entities(at: position).compactMap { entity in
            try vault.statement("SELECT key FROM entity WHERE id = ?").first(entity) { $0.text(0) }
        }
    }

    /// What a row said, and of whom.
    func said(at position: RowPosition) throws -> (facts: Set<Fact>, persons: Set<PersonID>) {
        let facts = try FactReader(self).facts(of: entities(at: position)) { _ in true }.filter {
            $0.position.withoutOffset == position.withoutOffset
        }
        return (Set(facts.map(\.fact)), try owners(ofRecords: Set(recordKeys(at: position))))
    }

    /// The records that a row brought.
    func entities(at position: RowPosition) throws -> [Int] {
        var entities: [Int] = []
        try facts.statement(
            "SELECT r.entity FROM record r JOIN file d ON d.id = r.file WHERE d.source = ? AND d.name = ? AND r.line = ?"
        ).rows(position.source.rawValue, position.file, position.line) { entities.append($0.int(0)) }
        return entities
    }
}

internal import Audit
package import Domain
package import Foundation
package import Policy

/// Which reads somebody asks about; what is `nil` does not matter.
package struct AccessFilter: Sendable, Hashable {
    /// What the audit trail is asked for.
    package enum Kind: String, Sendable, CaseIterable {
        /// Who read what.
        case reads
        /// Who changed what is kept, decided or permitted.
        case changes
    }

    /// `nil`: everything, also log-ins, refusals and nights.
    package var kind: Kind?
    package var person: PersonID?
    package var user: UserID?
    package var caseID: CaseID?
    /// First and last day, in Japan.
    package var from: Day?
    package var to: Day?

    package init(
        _ kind: Kind? = .reads, person: PersonID? = nil, user: UserID? = nil, caseID: CaseID? = nil,
        from: Day? = nil, to: Day? = nil
    ) {
        self.kind = kind
        self.person = person
        self.user = user
        self.caseID = caseID
        self.from = from
        self.to = to
    }
}

/// One read of personal data, or its refusal, or one change, as the audit trail holds it: names of fields, never a value.
package struct AccessRecord: Sendable, Hashable {
    /// The event's place in the trail.
    package let sequence: Int
    /// `nil`: the event cannot be read, so that nothing of it is known but its place.
    package let at: Date?
    /// `user:…` or `system:…`.
    package let actor: String
    /// The user's name for people; `nil` where the actor is no user of the pages.
    package let actorName: String?
    /// The event's word, such as `case.read`.
    package let what: String
    package let isPermitted: Bool
    package let purpose: PurposeID?
    /// How many persons it was about by name; 0 where it was about all or none.
    package let persons: Int
    package let caseID: CaseID?
    /// File and line of the row, or the file, where it was about one.
    package let row: String?
    /// Names of items and identifier parts that were shown.
    package let fields: [String]
    /// Ids of what was changed: `user` and `roles`, `gate` and `reason`, `revision`.
    package let references: [String: String]
    /// How many corrected rows it was about.
    package let rows: Int?
}

extension AccessRecord {
    /// What policy was asked for the read; `nil` where it was asked nothing, or the trail does not tell what.
    package var asked: Action? {
        guard let what = AuditEvent.What(rawValue: what), what.nature.isRead else { return nil }
        return switch what {
        // Somebody who reads so counts; the night joins, also for who tries rules out.
        case .householdsRead: actor.hasPrefix("user:") ? .aggregate : .join
        case .rulesTry: .join
        case .identitiesRead, .reviewList, .reviewRead, .reviewExport: .review
        case .correctionsTake: .collect
        case .casesExport: .export
        case .casesList, .casesPrint, .supportList, .spotCheckList, .personsSearch: .list
        case .caseRead, .casePrint, .personRead, .declarationLook, .supportRead, .spotCheckRead: .read
        case .rowExplain, .personExplain, .caseExplain: .explain
        case .rejectedRead, .rejectedExport: .mend
        case .consentList, .shreddingList: .register
        case .recordsDisclose: references["requester"].flatMap(Requester.init(rawValue:))?.action
        case .auditRead, .auditProve, .auditExport, .auditAnalyse, .declarationList: .audit
        default: nil
        }
    }

    /// Whether it was asked as the night asks, by the clock.
    package var isAsTheNight: Bool {
        !actor.hasPrefix("user:") || what == AuditEvent.What.rulesTry.rawValue
    }

    /// Whether two persons read together.
    package var isByTwo: Bool { what == AuditEvent.What.recordsDisclose.rawValue }
}

/// A page of reads, newest first.
package struct AccessPage: Sendable, Hashable {
    package let records: [AccessRecord]
    /// Where the next page starts; `nil` on the last page.
    package let next: Int?
}

extension ServiceStore {
    /// Who read what, newest first. `deciding` is asked about `Action.audit`; the asking is a read of its own and is
    /// in the trail before this returns.
    ///
    /// Reads about a case are those of the case and those that showed its person, under every id the person had, also where
    /// merges followed one another. An event that cannot be read may be any: it stands in its place in every list.
    /// - Parameters:
    ///   - before: `next` of the page before; `nil`: from the newest.
    ///   - limit: at least 1.
    /// - Throws: `Fault` of kind `.denied`.
    package func accessRecords(
        _ filter: AccessFilter, before: Int?, limit: Int, actor: Actor,
        deciding: Decisions, at: Date
    ) throws -> AccessPage {
        let decision = deciding(PersonStanding())
        var event = try AuditEvent(.auditRead, actor: actor, action: .audit, decision: decision, at: at)
        // The whole trail may have to be looked through: beside whoever writes, so that nobody's answer waits for it.
        let found: AccessPage? =
            try decision.grant == nil
            ? nil : beside { try page(filter, before: before, limit: max(1, limit), in: $0) }
        event.counts = found.map { ["reads": $0.records.count] } ?? [:]
        return try recording(event) { database, event in
            event.subjects = subjects(try persons(of: filter, in: database))
            event.references = try references(of: filter, in: database)
            guard let found else { throw refusal(decision.denial, &event) }
            return found
        }
    }

    /// Says in the trail which guideline decides from now on.
    package func recordGuideline(revision: String, at: Date) throws {
        var event = AuditEvent(.guidelineUse, actor: "system:serve", at: at.milliseconds)
        event.revision = revision
        try transaction { try append(event, in: $0) }
    }

    /// As the trail keeps the question; persons stand among its subjects instead. Whatever else was typed where an id belongs, a
    /// name perhaps, is kept as `unknown`.
    private func references(of filter: AccessFilter, in database: Database) throws -> [String: String] {
        let isCase = try filter.caseID.map { try CaseRow.one($0, in: database) != nil } ?? false
        return try [
            "kind": filter.kind == .reads ? nil : filter.kind?.rawValue ?? "all",
            "user": filter.user.map { try isUser($0, in: database) ? $0.rawValue : "unknown" },
            "case": filter.caseID.map { isCase ? $0.rawValue : "unknown" },
            "from": filter.from?.description, "to": filter.to?.description,
        ].compactMapValues(\.self)
    }

    /// Whether somebody has, or had, the id, or it is one of the operating system's.
    func isUser(_ id: UserID, in database: Database) throws -> Bool {
        if id.rawValue.wholeMatch(of: /cli:[a-z_][a-z0-9_.-]{0,31}/) != nil { return true }
        return try database.statement("SELECT 1 FROM user WHERE id = ?").first(id.rawValue) { _ in true }
            ?? false
    }

    /// The ids of whom the filter names, in person or by case.
    private func persons(of filter: AccessFilter, in database: Database) throws -> [PersonID] {
        try ids(of: filter.person, in: database) + casePersons(filter.caseID, in: database)
    }

    /// The case's person, and whoever that was before: the one it was opened for, and all who became one since.
    private func casePersons(_ id: CaseID?, in database: Database) throws -> [PersonID] {
        guard let id else { return [] }
        let person = try database.statement("SELECT person FROM cases WHERE id = ?").first(id.rawValue) {
            PersonID($0.text(0))
        }
        return try ids(of: person, in: database)
    }

    /// A person's id and those that were absorbed by it, however many merges ago.
    func ids(of person: PersonID?, in database: Database) throws -> [PersonID] {
        guard let person else { return [] }
        var ids: [PersonID] = []
        try database.statement(
            """
            WITH RECURSIVE had(id) AS (
                SELECT ?1 UNION SELECT m.absorbed FROM person_merge m JOIN had ON m.survivor = had.id)
            SELECT id FROM had ORDER BY id
            """
        ).rows(person.rawValue) { ids.append(PersonID($0.text(0))) }
        return ids
    }

    /// Those of a person's ids that are nobody else's in a run: where a merge was taken back, both live again, and what is of the one
    /// is not told as the other's.
    func ids(of person: PersonID, now run: RunStore, in database: Database) throws -> [PersonID] {
        try ids(of: person, in: database).filter { try run.bearer(of: $0) == person }
    }

    /// - Parameter persons: as whom the filter's person is looked for; `nil`: under every id.
    func page(
        _ filter: AccessFilter, as persons: [PersonID]? = nil, before: Int?, limit: Int,
        in database: Database
    ) throws -> AccessPage {
        // A pseudonym stands in an event as a JSON string.
        func quoted(_ persons: [PersonID]) throws -> String {
            try json(persons.map { "\"\(keys.pseudonym(of: $0, domain: "audit"))\"" })
        }
        let whats = AuditEvent.What.allCases.filter { what in
            switch filter.kind {
            case .reads: what.nature.isRead
            case .changes: what.nature == .change || what.nature == .work
            case nil: true
            }
        }
        // A word that nobody knows is of no kind, and left out of none.
        let others = Set(AuditEvent.What.allCases).subtracting(whats)
        var records: [AccessRecord] = []
        try database.statement(Self.recordsSQL).rows(
            before ?? Int.max, filter.user.map { "user:\($0)" } ?? "", filter.person?.rawValue ?? "",
            quoted(persons ?? ids(of: filter.person, in: database)), filter.caseID?.rawValue ?? "",
            quoted(casePersons(filter.caseID, in: database)), filter.from.map(\.startInJapan) ?? 0,
            filter.to.map { $0.adding(days: 1).startInJapan } ?? Int.max,
            min(limit, Int.max - 1) + 1, json(others.map(\.rawValue))
        ) { row in
            records.append(Self.record(of: row))
        }
        let shown = records.prefix(limit)
        return AccessPage(records: Array(shown), next: records.count > limit ? shown.last?.sequence : nil)
    }

    private static let recordsSQL = """
        SELECT event, u.display_name, sequence
        FROM audit_event LEFT JOIN user u ON u.id = substr(\(member("actor")), 6)
        WHERE sequence < ?1 AND CASE WHEN \(isUnreadable) THEN 1 ELSE
            (?3 = '' OR EXISTS (SELECT 1 FROM json_each(?4) p WHERE instr(event, p.value)))
            AND event ->> '$.what' NOT IN (SELECT value FROM json_each(?10))
            AND (?2 = '' OR event ->> '$.actor' = ?2)
            AND (?5 = '' OR event ->> '$.references.case' = ?5
                OR EXISTS (SELECT 1 FROM json_each(?6) p WHERE instr(event, p.value)))
            AND unixepoch(event ->> '$.at') >= ?7 AND unixepoch(event ->> '$.at') < ?8 END
        ORDER BY sequence DESC LIMIT ?9
        """

    /// - Parameter row: event, its actor's name for people, its place.
    static func record(of row: Statement) -> AccessRecord {
        // One that says it stands elsewhere would lead the next page astray.
        guard let event = RecordedEvent(canonical: row.blob(0)), event.sequence == row.int(2) else {
            return .unreadable(row.int(2))
        }
        return event.record(name: row.optionalText(1))
    }
}

// MARK: - Events that somebody overwrote

/// `->>` of what is no JSON ends the whole query: who looks at the trail would see nothing of it, at the very moment they have to.
extension ServiceStore {
    /// A member of an event, in SQL; NULL where it is no JSON.
    static func member(_ name: String) -> String {
        "CASE WHEN json_valid(event) THEN event ->> '$.\(name)' END"
    }

    /// Whether nobody can tell from the event what was done by whom when, in SQL.
    static let isUnreadable = """
        CASE WHEN json_valid(event) THEN json_type(event, '$.what') IS NOT 'text'
            OR json_type(event, '$.actor') IS NOT 'text' OR json_type(event, '$.at') IS NOT 'text'
            OR unixepoch(event ->> '$.at') IS NULL ELSE 1 END
        """
}

extension AccessRecord {
    static func unreadable(_ sequence: Int) -> AccessRecord {
        AccessRecord(
            sequence: sequence, at: nil, actor: "", actorName: nil, what: "", isPermitted: false,
            purpose: nil, persons: 0, caseID: nil, row: nil, fields: [], references: [:], rows: nil)
    }
}

extension Day {
    /// The second since 1970 at which the day begins in Japan, which keeps one time zone without summer time.
    var startInJapan: Int { number * 86_400 - 9 * 3600 }
}

extension RecordedEvent {
    /// - Parameter name: the user's name for people.
    func record(name: String?) -> AccessRecord {
        let row = references["file"].map { file in references["line"].map { "\(file):\($0)" } ?? file }
        return AccessRecord(
            sequence: sequence, at: Date(milliseconds: at), actor: actor,
            actorName: actor.hasPrefix("user:") ? name : nil, what: what, isPermitted: isPermitted,
            purpose: purpose, persons: subjects.count, caseID: references["case"].map(CaseID.init(_:)),
            row: row, fields: fields,
            references: references.merging(revision.map { ["revision": $0] } ?? [:]) { $1 },
            rows: counts["rows"])
    }
}

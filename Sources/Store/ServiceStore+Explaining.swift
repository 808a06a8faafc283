internal import Audit
package import Domain
package import Foundation
package import Policy

/// Where a row went: its fate, and whose it is; never what it says.
package struct RowExplanation: Sendable, Hashable {
    package let source: SourceID
    /// Japanese title of the extract.
    package let title: String
    package let file: String
    package let line: Int
    package let fate: RowFate
    /// Who corrected the row, where it does not stand as it came.
    package let correction: RowCorrection?
    /// Whether that was at a person's request (訂正), not by the department; with its number, where one alone can be it.
    package let isRectified: Bool
    package let rectification: Int?
    package let records: [RecordExplanation]
}

/// One person of a row: who it was joined to, and which items it brought.
package struct RecordExplanation: Sendable, Hashable {
    package let subject: Subject
    /// `nil` where policy denies it for the person's standing, or no person has it.
    package let person: PersonID?
    /// Sorted; empty where `person` is `nil`.
    package let items: [ItemCode]
}

/// Where a person came from: rows, and why they are one person.
package struct PersonExplanation: Sendable, Hashable {
    package let person: PersonID
    /// Sorted by source, file and line.
    package let records: [RecordLine]
    /// Strongest first; of a protected person, as the records came.
    package let links: [LinkExplanation]
    /// Since when this was in service, and what it says was known.
    package fileprivate(set) var publishedAt: Date?
    /// Where the run of the day that was asked for is not kept any more: what of the run in service was known on that day.
    package fileprivate(set) var isOfToday = false
}

/// Why two identities were joined.
package struct LinkExplanation: Sendable, Hashable {
    package let left: SourceID
    package let right: SourceID
    /// log2; `nil` for a protected person, as `PersonStanding.hidesWeights` says.
    package let weight: Double?
    package let isAutomatic: Bool
    /// Empty for a protected person.
    package let levels: [LevelExplanation]
}

/// One comparison of a link, in words.
package struct LevelExplanation: Sendable, Hashable {
    package let comparison: String
    package let level: String
    /// log2
    package let weight: Double
}

extension ServiceStore {
    /// What became of a line of a file of the current publication. `deciding` is asked about `Action.explain`.
    ///
    /// - Returns: `nil` where the file or line is unknown, or nothing is published.
    /// - Throws: `Fault` of kind `.denied` where even a person without protection is denied.
    package func explainRow(
        file: String, line: Int, actor: Actor, deciding: Decisions, at: Date
    ) throws -> RowExplanation? {
        try explaining(.rowExplain, actor: actor, deciding: deciding, at: at) {
            database, run, standings, event in
            guard let found = try run.row(file: file, line: line) else { return nil }
            event.references = ["file": found.file, "line": String(line)]
            let records = try run.records(file: found.number, line: line).map { record in
                guard let person = record.person, try standings.grant(for: record.standing) != nil else {
                    return RecordExplanation(subject: record.subject, person: nil, items: [])
                }
                event.subjects.append(keys.pseudonym(of: person, domain: "audit"))
                return RecordExplanation(subject: record.subject, person: person, items: record.items)
            }
            let correction = try run.correction(file: found.number, line: line)
            let isRectified = try run.isRectified(file: found.number, line: line)
            return RowExplanation(
                source: found.source, title: found.title, file: found.file, line: line, fate: found.fate,
                correction: correction, isRectified: isRectified,
                rectification: try correction.flatMap {
                    try isRectified
                        ? rectification($0, ofRow: line, in: found.file, found.source, database) : nil
                }, records: records)
        }
    }

    /// The rows and links of a person of the current publication. `deciding` is asked about `Action.explain`.
    ///
    /// - Parameter known: of the publication that was in service at the end of this day instead; where its run is not kept any more, what
    ///   of the run in service was known then.
    /// - Returns: `nil` where the person is unknown or policy denies its standing, or nothing is published.
    /// - Throws: `Fault`: `.denied`; `explain.no-run` where nothing is kept of that day.
    package func explainPerson(
        _ id: PersonID, asKnown known: Day? = nil, actor: Actor, deciding: Decisions, at: Date
    ) throws -> PersonExplanation? {
        try explaining(.personExplain, actor: actor, deciding: deciding, at: at) {
            database, current, standings, event in
            var (run, publication) = (current, try currentPublication(in: database))
            var isOfToday = false
            if let known {
                publication = try self.publication(on: known, in: database)
                guard let publication else {
                    throw Fault(
                        .notFound, code: "explain.no-run", message: "\(known)には、まだ何も公開していませんでした。",
                        fix: "最初の公開より後の日を書いてください。")
                }
                event.references["known"] = known.description
                event.references["run"] = publication.run.rawValue
                let then = try? RunStore.open(published: publication, in: runsFolder, keys: keys)
                (run, isOfToday) = (then ?? current, then == nil)
                event.references["kept"] = isOfToday ? "no" : "yes"
            }
            guard let person = try run.person(id) else { return nil }
            // Whoever is protected now is, whatever was known then, under whichever id; of whom nothing is known now, nobody knows.
            let now = try current.person(now: id)
            let isProtected = try now.flatMap { try current.standing(of: $0)?.isProtected } ?? true
            let standing = PersonStanding(isProtected: person.standing.isProtected || isProtected)
            guard try standings.grant(for: standing) != nil else { return nil }
            event.subjects = [keys.pseudonym(of: id, domain: "audit")]
            var explanation = try explanation(
                of: person, standing: standing, in: run, database,
                knownBy: isOfToday ? publication?.asOf : nil)
            explanation.publishedAt = publication?.publishedAt
            explanation.isOfToday = isOfToday
            return isOfToday && explanation.records.isEmpty ? nil : explanation
        }
    }

    /// The number of a correction that a run used; `nil` where several may be it.
    private func rectification(
        _ correction: RowCorrection, ofRow line: Int, in file: String, _ source: SourceID,
        _ database: Database
    ) throws -> Int? {
        var found: [(id: Int, isThere: Bool)] = []
        try database.statement(
            """
            SELECT r.id, r.at, r.file = ?3 AND r.line = ?4 FROM rectification r
            JOIN rectification_use u ON u.rectification = r.id AND u.is_used
            WHERE r.source = ?1 AND r.actor = ?2 ORDER BY r.id
            """
        ).rows(source.rawValue, correction.actor, file, line) { row in
            guard Day(inJapanAt: Date(milliseconds: row.int(1))) == correction.on else { return }
            found.append((row.int(0), row.bool(2)))
        }
        // A row moves within its file from extract to extract: only several are told apart by where it stood.
        let there = found.count == 1 ? found : found.filter(\.isThere)
        return there.count == 1 ? there.first?.id : nil
    }

    /// What was in service at the end of a day in Japan; `nil`: nothing was.
    private func publication(on day: Day, in database: Database) throws -> PublicationInfo? {
        // 9 hours ahead of UTC.
        let end = (day.number + 1) * 86_400_000 - 9 * 3_600_000
        return try publication(
            "SELECT sequence, published_at, folder, summary FROM publication WHERE published_at < ? ORDER BY sequence DESC LIMIT 1",
            end, in: database)
    }

    func explaining<Answer>(
        _ what: AuditEvent.What, actor: Actor, deciding: Decisions, at: Date,
        _ body: (Database, RunStore, inout Standings, inout AuditEvent) throws -> Answer?
    ) throws -> Answer? {
        let answer: Result<Answer?, Denial> = try transaction { database in
            var standings = Standings(actor: actor, actions: [.explain], deciding: deciding)
            var event = AuditEvent(what, actor: actor.description, at: at.milliseconds)
            var answer: Answer?
            let isPermitted = try standings.grant(for: PersonStanding()) != nil
            if isPermitted, let publication = try currentPublication(in: database) {
                answer = try body(database, try run(of: publication), &standings, &event)
            }
            event.counts["answers"] = answer == nil ? 0 : 1
            standings.describe(in: &event, fields: [])
            try append(event, in: database)
            if let denial = standings.denial(of: PersonStanding()) { return .failure(denial) }
            return .success(answer)
        }
        switch answer {
        case .success(let answer): return answer
        case .failure(let denial): throw denial.fault
        }
    }
}

extension ServiceStore {
    /// The rows and links of a person, each row with the first day on which anything of it was known.
    ///
    /// - Parameter day: rows of which something was known on that day alone, and no links: what was joined then, nobody knows any more.
    func explanation(
        of person: VaultPerson, standing: PersonStanding, in run: RunStore, _ database: Database,
        knownBy day: Day? = nil
    ) throws -> PersonExplanation {
        let known = try KnownFacts(of: person.id, keys: keys, in: database)
        var since: [RowPosition: Int] = [:]
        for fact in try FactReader(run).facts(
            of: run.entities(ofPerson: person.number), permitted: { _ in true })
        {
            guard let first = known[fact] else { continue }
            since[fact.position] = min(since[fact.position] ?? first, first)
        }
        var records = try run.recordLines(of: person, standing: standing, permitted: { _ in true }) {
            since[$0].flatMap { $0 == KnownFacts.before ? nil : Day(number: $0) }
        }
        // Of what came before such days were kept nobody can say that it was not known.
        if let day { records.removeAll { line in line.known.map { $0 > day } ?? false } }
        return PersonExplanation(
            person: person.id, records: records,
            links: day == nil ? try run.links(of: person, standing: standing) : [])
    }
}

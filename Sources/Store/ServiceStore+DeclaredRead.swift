internal import Audit
package import Domain
package import Foundation
package import Policy

/// A person as a declaration opens it, within the reader's grant; also of children without any case.
package struct DeclaredPerson: Sendable, Hashable {
    package let declaration: Declaration
    /// Empty where the grant does not cover names or no source gives one.
    package let name: String
    package let nameKana: String
    package let birth: PartialDate?
    package let isProtected: Bool
    package let particulars: Particulars
    /// The other members of the register household; none where two opened a place under 支援措置.
    package let household: [HouseholdLine]
    /// How many more members there are whose own use is stopped (利用停止): a declaration about one child overrides nobody else's.
    package let householdWithheld: Int
    /// Of the permitted items, in the order of item, kind and day.
    package let facts: [SourcedFact]
    package let records: [RecordLine]
    /// What was found out under this and earlier emergencies, oldest first.
    package let notes: [DeclarationNote]
    /// Whether a correction (訂正) of these records waits for the next night.
    package let isCorrectionWaiting: Bool
    package let publication: PublicationInfo
}

/// What somebody found out under a declaration.
package struct DeclarationNote: Sendable, Hashable {
    package let declaration: String
    package let at: Date
    /// For people.
    package let who: String
    package let words: String
}

extension ServiceStore {
    /// The person of a declaration that runs for this user in this log-in; the audit event is committed before this returns.
    ///
    /// - Throws: `Fault` of kind `.denied`, the same whatever is missing.
    package func declaredPerson(
        _ number: Int, at desk: DeclarationDesk, at: Date
    ) throws -> DeclaredPerson {
        try recording(.personRead, desk.user, at) { database, event in
            if let kept = try declarations(only: number, in: database).first { name(kept, in: &event) }
            guard let (declaration, proof) = try running(number, at: desk, at, in: database),
                let publication = try currentPublication(in: database),
                let found = try person(.person(declaration.person), in: database)
            else { throw Self.notRunning }
            let run = try run(of: publication)
            event.subjects = [keys.pseudonym(of: found.id, domain: "audit")]
            event.references["run"] = publication.run.rawValue
            var standings = try standings(
                desk.actor, [.read], desk.deciding(.read, proof), at: at, in: database)
            let remit = try remit(of: found.id, for: standings.reach, in: run, publication)
            guard let grant = try standings.grant(for: found.id, isProtected: found.isProtected, remit) else {
                // The person may have become another's id, or policy another one, since it was declared.
                throw refusal(standings.anyDenial, &event)
            }
            let isEmergency = declaration.kind == .emergency
            let members =
                isEmergency
                ? try household(
                    of: found.kept, grant: grant, in: run, standings: &standings, asOf: publication.asOf)
                : []
            let refused = try consentsInForce(at: at, in: database).refused
            let household = members.filter { refused[$0.person] == nil }
            event.subjects += household.map { keys.pseudonym(of: $0.person, domain: "audit") }
            let standing = PersonStanding(isProtected: found.isProtected)
            let known = try KnownFacts(of: found.id, keys: keys, in: database)
            let facts = try FactReader(run).facts(
                of: run.entities(ofPerson: found.kept.number), permitted: grant.permits
            ).map { SourcedFact($0.fact, from: $0.position, known: known.day(of: $0)) }
            let records = try run.recordLines(of: found.kept, standing: standing, permitted: grant.permits)
            let particulars = Particulars(
                grant: grant, person: found.id, isProtected: found.isProtected, display: found.kept.display)
            let name = grant.visibility(of: .name) == .shown ? found.kept.display.displayName : nil
            let birth = found.kept.display.birth?.told(grant.visibility(of: .birth))
            var fields = particulars.fields.union(facts.map(\.fact.item.rawValue))
            if name != nil { fields.insert(IdentifierPart.name.rawValue) }
            if birth != nil { fields.insert(IdentifierPart.birth.rawValue) }
            event.counts = [
                "facts": facts.count, "household": household.count, "records": records.count,
                "withheld": members.count - household.count,
            ]
            standings.describe(in: &event, fields: fields)
            return DeclaredPerson(
                declaration: declaration, name: name?.written ?? "", nameKana: name?.writtenKana ?? "",
                birth: birth, isProtected: found.isProtected, particulars: particulars,
                household: household.map(\.line), householdWithheld: members.count - household.count,
                facts: facts, records: records,
                notes: isEmergency ? try notes(about: found.id, in: run, database) : [],
                isCorrectionWaiting: try waitingRectification(
                    of: found.kept, in: run, publication, database) != nil,
                publication: publication)
        }
    }

    /// Of every emergency about who is this person today: a merge that was taken back takes the notes back too.
    private func notes(
        about person: PersonID, in run: RunStore, _ database: Database
    ) throws -> [DeclarationNote] {
        var (notes, called): ([DeclarationNote], [PersonID: Bool]) = ([], [:])
        try database.statement(
            """
            SELECT d.id, s.at, coalesce(u.display_name, s.user), s.words, d.person
            FROM declaration_step s JOIN declaration d ON d.id = s.declaration LEFT JOIN user u ON u.id = s.user
            WHERE s.what = 'note' AND d.kind = 'emergency' ORDER BY s.id
            """
        ).rows { row in
            let id = PersonID(row.text(4))
            let isOurs = try called[id] ?? (run.person(now: id) == person)
            called[id] = isOurs
            guard isOurs else { return }
            notes.append(
                DeclarationNote(
                    declaration: "K-\(row.int(0))", at: Date(milliseconds: row.int(1)), who: row.text(2),
                    words: row.text(3)))
        }
        return notes
    }
}

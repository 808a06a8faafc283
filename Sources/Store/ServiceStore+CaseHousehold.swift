internal import Audit
package import Domain
package import Foundation
package import Policy

/// The household around a case: what its page tells of each member, and what the reader may see of that member besides.
package struct CaseHousehold: Sendable, Hashable {
    package struct Member: Sendable, Hashable {
        package let line: HouseholdLine
        /// `nil` where there is none, or the reader is not told: which of the two would tell of 支援措置.
        package let school: String?
        /// An open case that the reader may open.
        package let openCase: OpenCase?
    }

    package struct OpenCase: Sendable, Hashable {
        package let id: CaseID
        package let queue: CaseQueue?
        package let holderName: String?
    }

    /// The case that it is the household of.
    package let summary: CaseSummary
    package let school: Shown<String>
    package let members: [Member]
    package let asOf: Day
}

extension ServiceStore {
    /// The household of a case's person; the audit event is committed before this returns.
    ///
    /// `deciding` is asked about `Action.read`. There is a member wherever the case's page has one; school and case of a member are told
    /// to who may read that member for the member's own sake.
    /// - Returns: `nil` where there is no such case.
    /// - Throws: `Fault` of kind `.denied` where the person's standing is denied.
    package func caseHousehold(
        _ id: CaseID, actor: Actor, deciding: Decisions, at: Date
    ) throws -> CaseHousehold? {
        let answer: Result<CaseHousehold, Denial>? = try audited { database in
            var standings = try standings(actor, [.read], deciding, at: at, in: database)
            var event = AuditEvent(.caseRead, actor: actor.description, at: at.milliseconds)
            event.references["part"] = "household"
            guard let row = try caseRow(id, in: database),
                let publication = try currentPublication(in: database)
            else {
                event.counts = ["cases": 0]
                try append(event, in: database)
                return nil
            }
            event.references["case"] = row.id.rawValue
            event.references["run"] = publication.run.rawValue
            event.references["held"] = row.held(by: actor)
            event.subjects = [keys.pseudonym(of: row.person, domain: "audit")]
            let run = try run(of: publication)
            guard let view = try view(of: row, in: run, publication, standings: &standings, database) else {
                standings.describe(in: &event, fields: [])
                try append(event, in: database)
                return standings.anyDenial.map(Result.failure)
            }
            let lines = try household(
                of: view.person, grant: view.grant, in: run, standings: &standings, asOf: publication.asOf)
            event.subjects += lines.map { keys.pseudonym(of: $0.person, domain: "audit") }
            let own = Particulars(
                grant: view.grant, person: row.person, isProtected: view.summary.isProtected,
                display: view.person?.display)
            let parts: Set<String> = [IdentifierPart.school.rawValue]
            var fields = view.fields.union([IdentifierPart.household.rawValue])
                .union(own.fields.intersection(parts))
            var cases = 1
            let members = try lines.map { person, line in
                let told = try besides(person, in: run, publication, &standings, database)
                if told.school != nil { fields.formUnion(parts) }
                if told.openCase != nil { cases += 1 }
                return CaseHousehold.Member(line: line, school: told.school, openCase: told.openCase)
            }
            event.counts = ["cases": cases, "household": members.count]
            standings.describe(in: &event, fields: fields)
            try append(event, in: database)
            return .success(
                CaseHousehold(
                    summary: view.summary, school: own.school, members: members, asOf: publication.asOf))
        }
        switch answer {
        case .success(let household): return household
        case .failure(let denial): throw denial.fault
        case nil: return nil
        }
    }

    /// What the reader may see of a member for the member's own sake; nothing where that is denied or out of range.
    private func besides(
        _ id: PersonID, in run: RunStore, _ publication: PublicationInfo, _ standings: inout Standings,
        _ database: Database
    ) throws -> (school: String?, openCase: CaseHousehold.OpenCase?) {
        guard let member = try run.person(id) else { return (nil, nil) }
        let known = try database.statement("SELECT id FROM queue WHERE person = ?").first(id.rawValue) {
            CaseID($0.text(0))
        }
        let row = try known.flatMap { try caseRow($0, in: database) }
        let isProtected = member.standing.isProtected || row?.isProtected == true
        let remit = try remit(of: id, for: standings.reach, in: run, publication)
        guard let grant = try standings.grant(for: id, isProtected: isProtected, remit) else {
            return (nil, nil)
        }
        let school = Particulars(
            grant: grant, person: id, isProtected: isProtected, display: member.display
        ).school.value
        guard let row,
            let seen = try view(of: row, in: run, publication, standings: &standings, database),
            // One that is open because of flags alone that the reader may not see is none.
            seen.summary.state.isOpen
        else { return (school, nil) }
        let open = CaseHousehold.OpenCase(
            id: seen.summary.id, queue: seen.summary.work.queue, holderName: seen.summary.holderName)
        return (school, open)
    }
}

extension CaseRow {
    /// By whom it is held, as the trail says it.
    func held(by actor: Actor) -> String {
        work.holder.map { Actor.user($0) == actor ? "own" : "other" } ?? "nobody"
    }
}

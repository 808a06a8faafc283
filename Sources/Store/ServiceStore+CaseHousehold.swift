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
        var event = AuditEvent(.caseRead, actor: actor.description, at: at.milliseconds)
        event.references["part"] = "household"
        return try readingCase(id, event, actor: actor, deciding: deciding, at: at) {
            (found, standings, event) in
            let (view, run, publication) = (found.view, found.run, found.publication)
            let lines = try household(
                of: view.person, grant: view.grant, in: run, standings: &standings, asOf: publication.asOf)
            event.subjects += lines.map { keys.pseudonym(of: $0.person, domain: "audit") }
            let own = Particulars(
                grant: view.grant, person: found.row.person, isProtected: view.summary.isProtected,
                display: view.person?.display)
            let parts: Set<String> = [IdentifierPart.school.rawValue]
            var fields = view.fields.union([IdentifierPart.household.rawValue])
                .union(own.fields.intersection(parts))
            var cases = 1
            let members = try lines.map { person, line in
                let told = try besides(person, in: run, publication, &standings, found.database)
                if told.school != nil { fields.formUnion(parts) }
                if told.openCase != nil { cases += 1 }
                return CaseHousehold.Member(line: line, school: told.school, openCase: told.openCase)
            }
            event.counts = ["cases": cases, "household": members.count]
            return (
                CaseHousehold(
                    summary: view.summary, school: own.school, members: members, asOf: publication.asOf),
                fields
            )
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

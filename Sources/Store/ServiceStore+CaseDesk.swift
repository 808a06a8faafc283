internal import Audit
internal import Domain
internal import Foundation
internal import Policy

/// What somebody who works on a case may see and record of it.
extension ServiceStore {
    /// The case, where this person may see it and record on it; says in `event` what decided it.
    ///
    /// - Throws: `Fault` of kind `.denied`.
    func recordable(
        _ id: CaseID, at desk: CaseDesk, _ at: Date, _ event: inout AuditEvent, in database: Database
    ) throws -> CaseRow? {
        var standings = try standings(.user(desk.actor), [.record], desk.recording, at: at, in: database)
        let row = try row(id, at: desk, at, in: database)
        if let row {
            event.references["case"] = row.id.rawValue
            event.subjects = [keys.pseudonym(of: row.person, domain: "audit")]
        }
        let standing =
            row.map { standings.standing(of: $0.person, isProtected: $0.isProtected) } ?? PersonStanding()
        // What is found here lies in the asker's range; of the rest it is told whether there is anything to record on.
        let remit = desk.recording.reach.inside
        let grant = try standings.grant(for: standing, remit)
        standings.describe(in: &event, fields: [])
        if grant == nil, let denial = standings.denial(of: standing, remit) {
            throw refusal(denial, &event)
        }
        return grant == nil ? nil : row
    }

    /// The case as this person may see it.
    func row(
        _ id: CaseID, at desk: CaseDesk, _ at: Date, in database: Database
    ) throws -> CaseRow? {
        guard let row = try caseRow(id, in: database),
            try sight(of: row, at: desk, at, in: database) != nil
        else { return nil }
        return row
    }

    private func sight(
        of row: CaseRow, at desk: CaseDesk, _ at: Date, in database: Database
    ) throws -> CaseSight? {
        var standings = try standings(.user(desk.actor), [.read], desk.reading, at: at, in: database)
        let remit = try remit(of: row.person, for: desk.reading.reach, in: database)
        guard let grant = try standings.grant(for: row.person, isProtected: row.isProtected, remit) else {
            return nil
        }
        return CaseSight(
            row, try CaseFlag.all(of: row.id, in: database).map(FlagOutline.init), permitted: grant.permits)
    }

    /// What is told of the work on a case to who works on it: as the case's page would show it.
    func readable(
        _ work: CaseWork, of row: CaseRow, at desk: CaseDesk, _ at: Date, in database: Database
    ) throws -> CaseWork {
        guard work.closing != nil else { return work }
        let rules = try sight(of: row, at: desk, at, in: database)?.rules ?? []
        return try self.work(work, of: row.id, readBy: rules, in: database)
    }
}

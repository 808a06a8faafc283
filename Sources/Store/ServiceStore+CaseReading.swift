internal import Audit
internal import Domain
internal import Foundation
internal import Policy

/// A case before whoever may read it, with what it is read from.
struct ReadableCase {
    let row: CaseRow
    let view: CaseSummaryView
    let run: RunStore
    let publication: PublicationInfo
    let database: Database
}

extension ServiceStore {
    /// Reads a case for somebody; the audit event is committed before this returns.
    ///
    /// - Parameters:
    ///   - begun: the event, which this lets tell whose case it is, of which run, and what decided.
    ///   - body: makes the answer, and says which fields it shows; adds to the event what else it tells.
    /// - Returns: `nil` where there is no such case.
    /// - Throws: `Fault` of kind `.denied` where the person's standing is denied; what `body` throws.
    func readingCase<Answer>(
        _ id: CaseID, _ begun: AuditEvent, actor: Actor, deciding: Decisions, at: Date,
        _ body: (ReadableCase, inout Standings, inout AuditEvent) throws -> (
            answer: Answer, fields: Set<String>
        )
    ) throws -> Answer? {
        let read: Result<Answer, Denial>? = try audited { database in
            var standings = try standings(actor, [.read], deciding, at: at, in: database)
            var event = begun
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
            let (answer, fields) = try body(
                ReadableCase(
                    row: row, view: view, run: run, publication: publication, database: database),
                &standings, &event)
            standings.describe(in: &event, fields: fields)
            try append(event, in: database)
            return .success(answer)
        }
        switch read {
        case .success(let answer): return answer
        case .failure(let denial): throw denial.fault
        case nil: return nil
        }
    }
}

extension CaseRow {
    /// By whom it is held, as the trail says it.
    func held(by actor: Actor) -> String {
        work.holder.map { Actor.user($0) == actor ? "own" : "other" } ?? "nobody"
    }
}

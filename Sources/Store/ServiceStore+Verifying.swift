internal import Audit
internal import Domain
package import Foundation
package import Policy

/// A check of the whole trail that was made just now.
package struct TrailVerification: Sendable, Hashable {
    package let report: AuditReport
    /// Checkpoints outside of which somebody said that their trail was lost: no news, and told for ever otherwise.
    package let lost: Int
    /// Whether the checkpoints outside lie where somebody chose to keep them, and not just beside the workspace.
    package let isChosen: Bool
    /// Whether the trail says what came of it: checked all the same where it takes no event, which is when somebody looks.
    package let isRecorded: Bool
    /// What checks the checkpoints.
    package let key: String

    package var isIntact: Bool { report.problems.isEmpty }
    /// Whether anything outside the database bears it out.
    package var isCompared: Bool { report.covered > 0 }
    /// Newest events that no checkpoint from outside stands for yet.
    package var uncovered: Int { report.events - report.covered }
}

/// What came of a check of the trail.
package struct Verification: Sendable, Hashable {
    package let at: Date
    /// As audit events name actors.
    package let actor: String
    package let events: Int
    /// Of these, those that a checkpoint from outside the database stands for.
    package let covered: Int
    package let problems: Int
}

extension ServiceStore {
    /// Checks the whole trail as `auditVerify` does, against the checkpoints outside that stand, and says in the trail what came of it.
    ///
    /// - Parameters:
    ///   - external: signed checkpoints from outside the database.
    ///   - isChosen: whether they lie where somebody chose to keep them.
    ///   - clock: asked when it is done.
    ///   - progress: called now and then with the number of events checked so far.
    package func verifyTrail(
        external: [AuditNote], isChosen: Bool, actor: Actor, clock: () -> Date,
        progress: (Int) -> Void = { _ in }
    ) throws -> TrailVerification {
        let standing = try external.filter { note in
            try signedState(of: note.text).map { try !isKnownLost($0) } ?? true
        }
        let report = try auditVerify(external: standing, progress: progress)
        let isRecorded = (try? recordVerification(report, actor: actor, at: clock())) != nil
        return TrailVerification(
            report: report, lost: external.count - standing.count, isChosen: isChosen, isRecorded: isRecorded,
            key: auditKey)
    }

    /// Says in the trail that somebody begins to check it.
    ///
    /// - Parameter decision: what policy says of it; `nil`: it is not asked, as of who is at the machine.
    /// - Throws: `Fault` of kind `.denied`.
    package func beginVerification(by actor: Actor, _ decision: Decision? = nil, at: Date) throws {
        guard let decision else {
            let event = AuditEvent(.auditVerifyBegin, actor: actor.description, at: at.milliseconds)
            return try transaction { try append(event, in: $0) }
        }
        try recording(.auditVerifyBegin, .audit, actor, decision, at) { _, _ in }
    }

    /// Says in the trail that somebody checked it, and what came of it.
    package func recordVerification(_ report: AuditReport, actor: Actor, at: Date) throws {
        var event = AuditEvent(.auditVerify, actor: actor.description, at: at.milliseconds)
        event.counts = [
            "events": report.events, "covered": report.covered, "problems": report.problems.count,
        ]
        try transaction { try append(event, in: $0) }
    }

    /// When the trail was checked last, by whom, and what came of it; `nil` where it never was.
    ///
    /// - Returns: beside it the newest event since that cannot be read: it may have been a later check.
    package func lastVerification() throws -> (found: Verification?, unreadable: Int?) {
        try beside { database in
            var unreadable: Int?
            var before = Int.max
            while true {
                let next = try database.statement(
                    """
                    SELECT event, sequence FROM audit_event WHERE sequence < ?1
                        AND (\(Self.isUnreadable) OR \(Self.member("what")) = ?2)
                    ORDER BY sequence DESC LIMIT 1
                    """
                ).first(before, AuditEvent.What.auditVerify.rawValue) {
                    (event: RecordedEvent(canonical: $0.blob(0)), sequence: $0.int(1))
                }
                guard let next else { return (nil, unreadable) }
                guard let event = next.event else {
                    unreadable = unreadable ?? next.sequence
                    before = next.sequence
                    continue
                }
                return (
                    Verification(
                        at: Date(milliseconds: event.at), actor: event.actor,
                        events: event.counts["events"] ?? 0, covered: event.counts["covered"] ?? 0,
                        problems: event.counts["problems"] ?? 0), unreadable
                )
            }
        }
    }
}

internal import Audit
package import Domain
package import Foundation
package import Policy

extension ServiceStore {
    /// Draws the month's children for 抜き取り確認, once: what is drawn stays as it is, whatever runs again.
    ///
    /// Everybody of the ages who lives here, has neither flag nor open case, is under no 支援措置 nor lives with somebody who is, refused
    /// nothing, and may be joined for the purpose, is as likely as everybody else: they are ordered by a keyed print of month and
    /// person, which nobody can foresee, and the first are taken.
    /// - Parameter deciding: about `Action.join`; nothing is read of whom it denies.
    /// - Returns: how many were drawn; `nil` where this month or a later one was drawn before, or nothing is published.
    package func drawSpotChecks(
        _ plan: SpotCheckPlan, actor: Actor, deciding: Decisions, at: Date
    ) throws -> Int? {
        let found = try exclusively { database in
            try currentPublication(in: database).flatMap { publication in
                try isDrawn(publication.month, in: database) ? nil : (publication, run(of: publication))
            }
        }
        guard let (publication, run) = found else { return nil }
        _ = try auditedRead(of: run, actor: actor, purposes: [deciding], at: at)
        let (drawn, children) = try exclusively { database in
            try choose(plan, publication, run, actor, deciding, at: at, in: database)
        }
        return try transaction { database in
            guard try !isDrawn(publication.month, in: database) else { return nil }
            try database.statement("INSERT INTO spot_check_draw VALUES (?, ?, ?, ?, ?)").run(
                publication.month, publication.run.rawValue, plan.perMonth, children, at.milliseconds)
            for person in drawn {
                try database.statement("INSERT INTO spot_check(month, person) VALUES (?, ?)").run(
                    publication.month, person.rawValue)
            }
            var standings = try standings(actor, [.join], deciding, at: at, in: database)
            _ = try standings.grant(for: PersonStanding(isProtected: false, consent: .notRecorded))
            var event = AuditEvent(.spotCheckDraw, actor: actor.description, at: at.milliseconds)
            event.subjects = drawn.map { keys.pseudonym(of: $0, domain: "audit") }
            event.counts = ["children": children, "drawn": drawn.count]
            event.references = ["run": publication.run.rawValue, "month": publication.month]
            standings.describe(in: &event, fields: [IdentifierPart.birth.rawValue])
            try append(event, in: database)
            return drawn.count
        }
    }

    private func isDrawn(_ month: String, in database: Database) throws -> Bool {
        try database.statement("SELECT 1 FROM spot_check_draw WHERE month >= ? LIMIT 1").first(month) { _ in
            true
        } ?? false
    }

    private func choose(
        _ plan: SpotCheckPlan, _ publication: PublicationInfo, _ run: RunStore, _ actor: Actor,
        _ deciding: Decisions, at: Date, in database: Database
    ) throws -> (drawn: [PersonID], children: Int) {
        var standings = try standings(actor, [.join], deciding, at: at, in: database)
        var known: Set<PersonID> = []
        try database.statement(
            """
            SELECT person FROM queue UNION SELECT c.person FROM cases c JOIN case_flag f ON f.case_id = c.id
            WHERE NOT f.is_gone AND f.rule NOT LIKE '\(RuleID.handPrefix)%' UNION SELECT person FROM cases WHERE protected
            """
        ).rows { known.insert(PersonID($0.text(0))) }
        var sheltered: Set<[UInt8]> = []
        try run.eachSealedPerson { person in
            if person.standing.isProtected, let household = person.household { sheltered.insert(household) }
        }
        var (drawn, children): ([(rank: String, person: PersonID)], Int) = ([], 0)
        try run.eachSealedPerson { sealed in
            let standing = standings.standing(of: sealed.id, isProtected: sealed.standing.isProtected)
            guard sealed.isResident, !standing.isProtected, standing.consent != .refused,
                !known.contains(sealed.id), sealed.household.map({ sheltered.contains($0) }) != true,
                try standings.grant(for: standing) != nil,
                let birth = try run.opened(sealed)?.display.birth?.range,
                plan.ages.contains(birth.lowerBound.age(on: publication.asOf)),
                plan.ages.contains(birth.upperBound.age(on: publication.asOf))
            else { return }
            children += 1
            let rank = keys.pseudonym(of: sealed.id, domain: "spot check \(publication.month)").rawValue
            guard drawn.count < plan.perMonth || drawn.last.map({ rank < $0.rank }) == true else { return }
            drawn.insert((rank, sealed.id), at: drawn.firstIndex { rank < $0.rank } ?? drawn.endIndex)
            if drawn.count > plan.perMonth { drawn.removeLast() }
        }
        return (drawn.map(\.person), children)
    }

    /// What became of each month's draw, oldest first; counts alone.
    package func spotCheckTallies() throws -> [SpotCheckTally] {
        try exclusively { database in
            var tallies: [SpotCheckTally] = []
            try database.statement("SELECT month, children FROM spot_check_draw ORDER BY month").rows { row in
                var (drawn, answers): (Int, [SpotCheckAnswer: Int]) = (0, [:])
                try database.statement(
                    """
                    SELECT (SELECT answer FROM spot_check_answer a WHERE a.spot_check = s.id ORDER BY a.id DESC LIMIT 1)
                    FROM spot_check s WHERE s.month = ?
                    """
                ).rows(row.text(0)) { found in
                    drawn += 1
                    guard let answer = found.optionalText(0).flatMap(SpotCheckAnswer.init(rawValue:)) else {
                        return
                    }
                    answers[answer, default: 0] += 1
                }
                tallies.append(
                    SpotCheckTally(month: row.text(0), children: row.int(1), drawn: drawn, answers: answers))
            }
            return tallies
        }
    }
}

extension PublicationInfo {
    /// Of its data, `2026-10`.
    fileprivate var month: String { String(asOf.description.prefix(7)) }
}

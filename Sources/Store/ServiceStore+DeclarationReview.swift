internal import Audit
package import Domain
package import Foundation
package import Policy

/// Whom a declaration opened, in numbers: enough to hold it against the register or a case, and no value.
package struct DeclaredSubject: Sendable, Hashable {
    /// As the run in service calls the person; `nil`: nobody there any more.
    package let person: PersonID?
    /// Every case there was or is about the person, in order.
    package let cases: [CaseID]
    /// `nil`: no birth is known.
    package let isMinor: Bool?
    /// Who else lives there.
    package let household: [PersonID]
}

/// A declaration as who oversees it sees it: who, about whom, why, how long, what was read under it; no word of what was read.
package struct DeclarationLine: Sendable, Hashable {
    package let declaration: Declaration
    package let subject: DeclaredSubject
    /// Names for people of all who had a part in it.
    package let names: [UserID: String]
    /// What stands of it in the audit trail, oldest first.
    package let events: [AccessRecord]

    package var notes: Int { declaration.steps.count { $0.what == .note } }
}

/// How many emergencies ask for somebody's eyes.
package struct DeclarationCounts: Sendable, Hashable, Codable {
    package let running: Int
    package let awaitingReview: Int
    package let overdue: Int

    package init(running: Int, awaitingReview: Int, overdue: Int) {
        self.running = running
        self.awaitingReview = awaitingReview
        self.overdue = overdue
    }
}

extension ServiceStore {
    /// The newest declarations, those that await a review first, the newest on top; the asking is in the trail before this returns.
    ///
    /// - Parameter decision: about `Action.audit`.
    /// - Throws: `Fault` of kind `.denied`.
    package func declarations(
        by user: UserID, decision: Decision, limit: Int = 200, at: Date
    ) throws -> [DeclarationLine] {
        try recording(.declarationList, user, at) { database, event in
            guard let grant = decision.grant else { throw refusal(decision.denial, &event) }
            event.tell(grant)
            let newest = try database.statement("SELECT max(id) FROM declaration").first {
                $0.optionalInt(0) ?? 0
            }
            let recent = try declarations("id > ?", (newest ?? 0) - limit, in: database)
            // What nobody confirmed opened nothing, and awaits nobody's review.
            let first = (try unreviewed(in: database) + recent).filter {
                $0.awaitsReview(at: at.kept) || $0.isRunning(at: at.kept)
            }
            let open = Dictionary(first.map { ($0.number, $0) }, uniquingKeysWith: { one, _ in one }).values
                .sorted { $0.number < $1.number }
            let rest = recent.filter { !open.contains($0) }
            event.counts = ["declarations": open.count + rest.count, "awaiting": open.count]
            let lines = try (open.reversed() + rest.reversed()).map { try line($0, at, in: database) }
            event.subjects = subjects(
                lines.flatMap {
                    [$0.declaration.person] + $0.subject.household + ($0.subject.person.map { [$0] } ?? [])
                })
            return lines
        }
    }

    /// Says whether an emergency was right; by whoever may see the audit trail and had no part in it.
    ///
    /// - Parameters:
    ///   - decision: about `Action.audit`.
    ///   - words: of the finding, without names or numbers of persons.
    /// - Throws: `Fault`: `.denied`, `declaration.own`; `.notFound`; `.conflict` where there is nothing to review.
    package func review(
        declaration number: Int, isAppropriate: Bool, words: String, by user: UserID, decision: Decision,
        at: Date
    ) throws -> Declaration {
        try recording(.declarationReview, user, at) { database, event in
            guard let grant = decision.grant else { throw refusal(decision.denial, &event) }
            event.tell(grant)
            guard let kept = try declarations("id = ?", number, in: database).first else {
                throw Self.unknown
            }
            let what: Declaration.Step.What = isAppropriate ? .appropriate : .inappropriate
            event.references = ["declaration": kept.name, "finding": what.rawValue, "reason": words]
            event.subjects = [keys.pseudonym(of: kept.person, domain: "audit")]
            guard kept.user != user, kept.second != user else {
                throw Fault(
                    .denied, code: "declaration.own", message: "申告した人や確認した人は、後の確かめを行えません。",
                    fix: "閲覧の記録を見られる、ほかの人が行ってください。")
            }
            if let done = kept.review {
                throw Fault(
                    .conflict, code: "declaration.reviewed",
                    message: "\(kept.name) は、\(done.at.japaneseTime)に \(done.user) が確かめ済みです。",
                    fix: "結果は「renkei emergency list」で見られます。足すことがあれば、監査の担当に伝えてください。")
            }
            guard kept.awaitsReview(at: at.kept) else {
                throw Fault(
                    .conflict, code: "declaration.no-review", message: "\(kept.name) は、後の確かめを待っていません。",
                    fix: "まだ続いているときは、終わってから行ってください。")
            }
            try add(what, to: kept, by: user, words, at, in: database)
            event.references["content"] = keys.contentPrint(words)
            return try declaration(number, in: database)
        }
    }

    /// Names for people; of those who are no users any more too.
    package func displayNames(of users: Set<UserID>) throws -> [UserID: String] {
        try exclusively { try displayNames(of: users, in: $0) }
    }

    private func displayNames(of users: Set<UserID>, in database: Database) throws -> [UserID: String] {
        var names: [UserID: String] = [:]
        for user in users {
            names[user] = try database.statement("SELECT display_name FROM user WHERE id = ?").first(
                user.rawValue
            ) { $0.text(0) }
        }
        return names
    }

    /// Counts alone, for the menu and `renkei status`.
    package func declarationCounts(at: Date) throws -> DeclarationCounts {
        try exclusively { database in
            let all = try unreviewed(in: database)
            return DeclarationCounts(
                running: all.count { $0.kind.wantsReview && $0.isRunning(at: at.kept) },
                awaitingReview: all.count { $0.awaitsReview(at: at.kept) },
                overdue: all.count { $0.isReviewOverdue(at: at.kept) })
        }
    }

    /// Emergencies that nobody has looked at yet, also those that run.
    private func unreviewed(in database: Database) throws -> [Declaration] {
        try declarations(
            """
            id > ? AND kind = 'emergency' AND NOT EXISTS (
                SELECT 1 FROM declaration_step s
                WHERE s.declaration = declaration.id AND s.what IN ('appropriate', 'inappropriate'))
            """, 0, in: database)
    }

    private func subject(_ person: PersonID, _ at: Date, in database: Database) throws -> DeclaredSubject {
        let publication = try currentPublication(in: database)
        let run = try publication.map(run(of:))
        let now = try run?.person(now: person)
        let kept = try now.flatMap { try run?.person($0) }
        var cases: [CaseID] = []
        try database.statement("SELECT id FROM cases WHERE person IN (?, ?) ORDER BY id").rows(
            person.rawValue, (now ?? person).rawValue
        ) { cases.append(CaseID($0.text(0))) }
        let household = try kept?.household.map { try run?.persons(inHousehold: $0) ?? [] } ?? []
        return DeclaredSubject(
            person: now, cases: cases,
            isMinor: kept.flatMap { $0.display.birth == nil ? nil : $0.isMinor(on: Day(inJapanAt: at)) },
            household: household.map(\.id).filter { $0 != now }.sorted())
    }

    private func line(_ declaration: Declaration, _ at: Date, in database: Database) throws -> DeclarationLine
    {
        let names = try displayNames(
            of: Set([declaration.user] + declaration.steps.map(\.user)), in: database)
        var events: [AccessRecord] = []
        try database.statement(
            """
            SELECT event, u.display_name, e.sequence
            FROM declaration_event d JOIN audit_event e ON e.sequence = d.sequence
            LEFT JOIN user u ON u.id = substr(\(Self.member("actor")), 6)
            WHERE d.declaration = ? ORDER BY d.sequence
            """
        ).rows(declaration.number) { row in
            events.append(Self.record(of: row))
        }
        return DeclarationLine(
            declaration: declaration, subject: try subject(declaration.person, at, in: database),
            names: names,
            events: events)
    }
}

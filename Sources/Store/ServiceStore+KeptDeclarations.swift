internal import Audit
internal import Domain
internal import Foundation
package import Policy

/// Whether a declaration runs, whom it is about, and how it is kept.
extension ServiceStore {
    /// A user's declaration that runs, from this log-in; `nil`: nothing is granted. Call only inside the transaction that uses it.
    func running(
        _ number: Int, at desk: DeclarationDesk, _ at: Date, in database: Database
    ) throws -> (declaration: Declaration, proof: Declaration.Running)? {
        guard let kept = try declarations(only: number, in: database).first,
            let proof = kept.running(
                user: desk.user, session: sessionMark(desk.token), at: at.kept,
                latest: try latestTime(at, in: database))
        else { return nil }
        return (kept, proof)
    }

    func latestTime(_ at: Date, in database: Database) throws -> Date {
        max(at.kept, Date(milliseconds: try storedTrail(in: database).latest))
    }

    /// Who is meant in the publication in service; `nil`: nobody, or not one alone.
    func person(
        _ whom: Whom, in database: Database
    ) throws -> (id: PersonID, isProtected: Bool, kept: VaultPerson)? {
        guard let publication = try currentPublication(in: database) else { return nil }
        let run = try run(of: publication)
        var id: PersonID?
        switch whom {
        case .person(let person): id = try run.person(now: person)
        case .caseID(let one):
            id = try CaseRow.one(one, in: database).flatMap { try run.person(now: $0.person) }
        case .row(let file, let line):
            guard let row = try run.row(file: file, line: line) else { return nil }
            // Every row has one such record, an adult's too: it tells the row's own person from the guardians it names.
            let own = Set(
                try run.records(file: row.number, line: line).filter { $0.subject == .child }
                    .compactMap(\.person))
            id = own.count == 1 ? own.first : nil
        }
        guard let id, let kept = try run.person(id) else { return nil }
        // Either source says it: what the queue remembers, or what the current run holds.
        let isKnownProtected = try database.statement("SELECT max(protected) FROM cases WHERE person = ?")
            .first(id.rawValue) { $0.optionalInt(0) == 1 }
        return (id, kept.standing.isProtected || isKnownProtected == true, kept)
    }

    /// Whether somebody may be a child: under 18 as far as the birth is known; without any birth, a pupil of the school register.
    func mayBeChild(
        _ found: (id: PersonID, isProtected: Bool, kept: VaultPerson), at: Date,
        toldBy tellers: [ItemCode: ScopeKind],
        in database: Database
    ) throws -> Bool {
        if let birth = found.kept.display.birth {
            return birth.range.upperBound.age(on: Day(inJapanAt: at)) < 18
        }
        guard let publication = try currentPublication(in: database) else { return false }
        let place = try place(of: found.id, toldBy: tellers, in: run(of: publication), publication)
        return place.map { !$0.schools.isEmpty && !$0.isMother } ?? false
    }

    /// Whether this user was told, in this log-in and not long ago, that the use of this person's data is stopped for these purposes.
    func wasTold(
        _ stopped: [PurposeID], of person: PersonID, at desk: DeclarationDesk, _ at: Date,
        in database: Database
    ) throws -> Bool {
        let subject = keys.pseudonym(of: person, domain: "audit")
        let since = at.milliseconds - Declaration.patience * 60_000
        var wasTold = false
        // Of the newest events alone: who waits longer is told again.
        try database.statement(
            """
            SELECT event FROM audit_event
            WHERE sequence > (SELECT max(sequence) - 20000 FROM audit_event)
                AND \(Self.member("what")) = 'declaration.look' AND \(Self.member("actor")) = ?
                AND \(Self.member("references.login")) = ?
            """
        ).rows(desk.actor.description, Self.logInName(desk.token)) { row in
            // Of one that cannot be read nobody knows: who asked is told again.
            guard let event = RecordedEvent(canonical: row.blob(0)) else { return }
            if event.isPermitted, event.at >= since, event.subjects == [subject],
                event.references["stopped"] == Self.names(stopped)
            {
                wasTold = true
            }
        }
        return wasTold
    }

    /// How the trail tells log-ins apart; tells nothing of the token.
    static func logInName(_ token: String) -> String { hexadecimal(sessionMark(token).prefix(8)) }

    static func names(_ purposes: [PurposeID]) -> String {
        purposes.map(\.rawValue).joined(separator: " ")
    }

    func standing(
        of found: (id: PersonID, isProtected: Bool, kept: VaultPerson), for kind: Declaration.Kind,
        at: Date, in database: Database
    ) throws -> PersonStanding {
        let said = try consentsInForce(at: at, in: database).persons(kind.purpose)
        return PersonStanding(isProtected: found.isProtected, consent: said[found.id] ?? .notRecorded)
    }

    func stoppedUses(of person: PersonID, at: Date, in database: Database) throws -> [PurposeID] {
        try consentsInForce(at: at, in: database).refused[person]?.sorted() ?? []
    }
}

extension ServiceStore {
    /// Ends what a log-in declared and has no use any more; who left cannot come back to it.
    ///
    /// - Parameter session: `nil`: every log-in of the user.
    func endDeclarations(
        of user: UserID, from session: [UInt8]? = nil, at: Date, in database: Database
    ) throws {
        for kept in try declarations(since: at, in: database)
        where kept.user == user && session.map({ $0 == kept.session }) ?? true
            && (kept.isRunning(at: at.kept) || kept.isWaiting(at: at.kept))
        {
            try add(.ended, to: kept, by: user, "", at, in: database)
        }
    }

    /// Ends whatever anybody declared that may run or wait, also by a clock that was wrong.
    func endEveryDeclaration(at: Date, in database: Database) throws {
        for kept in try declarations(since: at, in: database)
        where !kept.steps.contains(where: { $0.what == .ended }) {
            try add(.ended, to: kept, by: kept.user, "", at, in: database)
        }
    }

    /// Says in the event which declaration was tried, whatever the answer tells: that it was tried stands beside it for its review.
    func name(_ kept: Declaration, in event: inout AuditEvent) {
        event.purpose = kept.kind.purpose
        event.references["declaration"] = kept.name
        event.references["kind"] = kept.kind.rawValue
        event.subjects = [keys.pseudonym(of: kept.person, domain: "audit")]
    }

    func add(
        _ what: Declaration.Step.What, to declaration: Declaration, by user: UserID, _ words: String,
        _ at: Date, in database: Database
    ) throws {
        try database.statement(
            "INSERT INTO declaration_step(declaration, what, user, at, words) VALUES (?, ?, ?, ?, ?)"
        ).run(declaration.number, what.rawValue, user.rawValue, at.milliseconds, words)
    }

    /// One of a user's own, or one that the user had a part in.
    package func declaration(_ number: Int) throws -> Declaration {
        try exclusively { try declaration(number, in: $0) }
    }

    func declaration(_ number: Int, in database: Database) throws -> Declaration {
        guard let kept = try declarations(only: number, in: database).first else { throw Self.unknown }
        return kept
    }

    /// Those that may run or wait at the time.
    func declarations(since at: Date, in database: Database) throws -> [Declaration] {
        let longest = (60 + Declaration.patience) * 60_000
        return try declarations("at >= ?", at.milliseconds - longest, in: database)
    }

    func declarations(only number: Int, in database: Database) throws -> [Declaration] {
        try declarations("id = ?", number, in: database)
    }

    func declarations(_ condition: String, _ value: Int, in database: Database) throws -> [Declaration] {
        var steps: [Int: [Declaration.Step]] = [:]
        try database.statement(
            """
            SELECT declaration, what, user, at, words FROM declaration_step
            WHERE declaration IN (SELECT id FROM declaration WHERE \(condition)) ORDER BY id
            """
        ).rows(value) { row in
            guard let what = Declaration.Step.What(rawValue: row.text(1)) else { throw ByteReader.damaged }
            steps[row.int(0), default: []].append(
                Declaration.Step(
                    what: what, user: UserID(row.text(2)), at: Date(milliseconds: row.int(3)),
                    words: row.text(4)))
        }
        var declarations: [Declaration] = []
        try database.statement(
            """
            SELECT id, kind, user, session, person, reason, minutes, at, needs_second, overrides, typed FROM declaration
            WHERE \(condition) ORDER BY id
            """
        ).rows(value) { row in
            guard let kind = Declaration.Kind(rawValue: row.text(1)) else { throw ByteReader.damaged }
            declarations.append(
                Declaration(
                    number: row.int(0), kind: kind, user: UserID(row.text(2)), session: row.blob(3),
                    person: PersonID(row.text(4)), typed: row.text(10), reason: row.text(5),
                    minutes: row.int(6),
                    askedAt: Date(milliseconds: row.int(7)), needsSecond: row.bool(8),
                    overrides: try decoded([PurposeID].self, row.text(9)), steps: steps[row.int(0)] ?? []))
        }
        return declarations
    }
}

extension Date {
    /// As the file keeps it, to the millisecond.
    var kept: Date { Date(milliseconds: milliseconds) }
}

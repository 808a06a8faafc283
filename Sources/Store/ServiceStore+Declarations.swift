internal import Audit
package import Domain
package import Foundation
package import Policy

/// Emergencies declared, and 支援措置 opened by two: what widens somebody's right for a short while. Whether it runs is looked up in the
/// transaction that reads under it, so that nothing can be read without.
extension ServiceStore {
    /// Declares something, or says first that the use of the person's data is stopped.
    ///
    /// - Throws: `Fault`: `.denied`; `.usage` with the field `whom` where nobody is meant; `.conflict` `declaration.runs`.
    package func declare(
        _ new: NewDeclaration, at desk: DeclarationDesk, at: Date
    ) throws -> DeclarationOutcome {
        try recording(.declarationBegin, desk.user, at) { database, event in
            event.purpose = new.kind.purpose
            event.references = ["kind": new.kind.rawValue]
            if let denial = desk.denial(of: new.kind) { return refuse(denial, &event) }
            guard let found = try person(new.whom, in: database) else {
                event.counts = ["persons": 0]
                return .failure(Self.nobodyMeant)
            }
            event.subjects = [keys.pseudonym(of: found.id, domain: "audit")]
            let (decision, needsSecond) = try desk.admission(
                of: new.kind, standing: try standing(of: found, for: new.kind, at: at, in: database),
                remit: { try remit(of: found.id, for: $0, in: database) })
            guard let grant = decision.grant else { return refuse(decision.denial, &event) }
            (event.revision, event.statements) = (grant.revision, grant.statements)
            guard new.kind != .unlock || found.isProtected else { return .failure(Self.notProtected) }
            let mark = sessionMark(desk.token)
            let before = try declarations(since: at, in: database).first {
                $0.kind == new.kind && $0.user == desk.user && $0.session == mark && $0.person == found.id
                    && ($0.isRunning(at: at.kept) || $0.isWaiting(at: at.kept))
            }
            if let before { return .failure(Self.runs(before)) }
            let stopped = new.kind == .emergency ? try stoppedUses(of: found.id, at: at, in: database) : []
            guard stopped.isEmpty || new.overrides else {
                event.what = .declarationLook
                event.references["stopped"] = stopped.map(\.rawValue).joined(separator: " ")
                return .success(.stopped(stopped))
            }
            try database.statement(
                """
                INSERT INTO declaration(kind, user, session, person, reason, minutes, at, needs_second, overrides)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
            ).run(
                new.kind.rawValue, desk.user.rawValue, mark, found.id.rawValue, new.reason, new.minutes,
                at.milliseconds, needsSecond, try json(stopped))
            let number = try database.statement("SELECT last_insert_rowid()").first { $0.int(0) } ?? 0
            let kept = try declaration(number, in: database)
            event.references["declaration"] = kept.name
            event.references["reason"] = new.reason
            event.references["minutes"] = "\(new.minutes)"
            if !stopped.isEmpty {
                event.references["stopped"] = stopped.map(\.rawValue).joined(separator: " ")
            }
            return .success(.declared(kept))
        }
    }

    /// A second person, who proved to be there, opens it together with who asked.
    ///
    /// - Throws: `Fault`: `.denied`, `declaration.own`; `.conflict` `declaration.over`.
    package func confirm(
        declaration number: Int, at desk: DeclarationDesk, at: Date
    ) throws -> Declaration {
        try recording(.declarationConfirm, desk.user, at) { database, event in
            let open = Declaration.Kind.allCases.filter { desk.denial(of: $0) == nil }
            if open.isEmpty, let denial = desk.denial(of: .unlock) { return refuse(denial, &event) }
            guard let kept = try declarations(since: at, in: database).first(where: { $0.number == number }),
                kept.isWaiting(at: at.kept)
            else { return .failure(Self.notWaiting) }
            event.purpose = kept.kind.purpose
            event.references = ["declaration": kept.name, "kind": kept.kind.rawValue]
            event.subjects = [keys.pseudonym(of: kept.person, domain: "audit")]
            // Who may open nothing of this kind does not learn that it waits.
            guard open.contains(kept.kind) else {
                event.isPermitted = false
                return .failure(Self.notWaiting)
            }
            guard kept.user != desk.user else {
                event.isPermitted = false
                return .failure(Self.own)
            }
            guard let found = try person(.person(kept.person), in: database), found.id == kept.person else {
                return .failure(Self.notWaiting)
            }
            let decision = try desk.admission(
                of: kept.kind, with: kept.user,
                standing: try standing(of: found, for: kept.kind, at: at, in: database),
                remit: { try remit(of: found.id, for: $0, in: database) }
            ).decision
            guard let grant = decision.grant else { return refuse(decision.denial, &event) }
            (event.revision, event.statements) = (grant.revision, grant.statements)
            try add(.confirmed, to: kept, by: desk.user, "", at, in: database)
            return .success(try declaration(number, in: database))
        }
    }

    /// Ends what runs or waits: by who declared it, from any log-in, or by who may see the audit trail. Ending twice is no error.
    ///
    /// - Parameter auditing: about `Action.audit`.
    /// - Throws: `Fault` of kind `.notFound` for whoever is neither.
    package func end(
        declaration number: Int, by user: UserID, auditing: Decision, at: Date
    ) throws -> Declaration {
        try recording(.declarationEnd, user, at) { database, event in
            let kept = try declarations(only: number, in: database).first
            guard let kept, kept.user == user || auditing.grant != nil else {
                event.isPermitted = false
                return .failure(Self.unknown)
            }
            event.references = ["declaration": kept.name, "kind": kept.kind.rawValue]
            event.subjects = [keys.pseudonym(of: kept.person, domain: "audit")]
            if kept.isRunning(at: at.kept) || kept.isWaiting(at: at.kept) {
                try add(.ended, to: kept, by: user, "", at, in: database)
            }
            return .success(try declaration(number, in: database))
        }
    }

    /// Keeps what was found out under a declaration that runs.
    ///
    /// - Throws: `Fault`: `.denied`; `.usage` with the field `note`.
    package func note(
        _ words: String, of number: Int, at desk: DeclarationDesk, at: Date
    ) throws -> Declaration {
        try recording(.declarationNote, desk.user, at) { database, event in
            let words = words.trimmingCharacters(in: .whitespacesAndNewlines)
            guard let running = try running(number, at: desk, at, in: database),
                let found = try person(.person(running.declaration.person), in: database)
            else {
                event.isPermitted = false
                return .failure(Self.notRunning)
            }
            event.subjects = [keys.pseudonym(of: found.id, domain: "audit")]
            var standings = try standings(
                desk.actor, [.record], desk.deciding(.record, running.proof), at: at, in: database)
            let remit = try remit(of: found.id, for: standings.reach, in: database)
            let grant = try standings.grant(for: found.id, isProtected: found.isProtected, remit)
            standings.describe(in: &event, fields: [])
            guard grant != nil else {
                return refuse(standings.anyDenial, &event)
            }
            guard !words.isEmpty, words.utf8.count <= CaseRequest.longestNote else {
                return .failure(
                    Fault(
                        .usage, code: "declaration.note", message: "確かめたことが書かれていないか、長すぎます。", field: "note",
                        fix: "\(CaseRequest.longestNote / 3)字ほどまでで書いてください。"))
            }
            try add(.note, to: running.declaration, by: desk.user, words, at, in: database)
            return .success(try declaration(number, in: database))
        }
    }

    /// What of a user's own runs in this log-in, waits there for a second person, or is another's that this user may confirm.
    package func declarations(around desk: DeclarationDesk, at: Date) throws -> (
        running: [Declaration], waiting: [Declaration], toConfirm: [Declaration]
    ) {
        try exclusively { database in
            let mark = sessionMark(desk.token)
            let recent = try declarations(since: at, in: database)
            let own = recent.filter { $0.user == desk.user && $0.session == mark }
            let mayConfirm = Declaration.Kind.allCases.filter { desk.denial(of: $0) == nil }
            let latest = try latestTime(at, in: database)
            return (
                own.filter {
                    $0.running(user: desk.user, session: mark, at: at.kept, latest: latest) != nil
                },
                own.filter { $0.isWaiting(at: at.kept) },
                recent.filter {
                    $0.user != desk.user && $0.isWaiting(at: at.kept) && mayConfirm.contains($0.kind)
                }
            )
        }
    }
}

extension ServiceStore {
    /// One sentence for whatever is missing: it tells nobody what others declared.
    static let notRunning = Fault(
        .denied, code: "declaration.over", message: "この申告では見られません。時間が過ぎたか、終えたか、別の人か別のログインの申告です。",
        fix: "まだ必要なときは、もう一度申告してください。")
    static let unknown = Fault(
        .notFound, code: "declaration.unknown", message: "その申告はありません。", fix: "番号を確かめてください。")
    private static let nobodyMeant = Fault(
        .usage, code: "declaration.nobody", message: "だれのことか、一人に決まりません。", field: "whom",
        fix: "ケースの番号（C-…）、人の番号（P-…）、公開中の抽出の行（jumin_20261001.csv:12）のどれかを確かめてください。")
    private static let notProtected = Fault(
        .usage, code: "declaration.not-protected", message: "支援措置の対象として取り込まれていない方です。", field: "whom",
        fix: "番号を確かめてください。支援措置の記録が届いていないときは、データ連携担当に知らせてください。")
    private static let notWaiting = Fault(
        .conflict, code: "declaration.not-waiting",
        message: "確認を待っていません。時間（\(Declaration.patience)分）が過ぎたか、取り下げられたか、もう確認されています。",
        fix: "必要なときは、頼む人がもう一度申し出てください。")
    private static let own = Fault(
        .denied, code: "declaration.own", message: "自分の申出は、自分では確認できません。", fix: "ほかの担当者に頼んでください。")

    private static func runs(_ before: Declaration) -> Fault {
        Fault(
            .conflict, code: "declaration.runs", message: "この方については、\(before.name) をもう申告しています。",
            fix: "その申告で続けるか、終えてから申告してください。")
    }
}

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
            if let denial = desk.denial(of: new.kind) { throw refusal(denial, &event) }
            guard let found = try person(new.whom, in: database) else {
                event.counts = ["persons": 0]
                throw Self.nobodyMeant
            }
            event.subjects = [keys.pseudonym(of: found.id, domain: "audit")]
            let (decision, needsSecond) = try desk.admission(
                of: new.kind, standing: try standing(of: found, for: new.kind, at: at, in: database),
                remit: { try remit(of: found.id, for: $0, in: database) })
            guard let grant = decision.grant else {
                let fault = refusal(decision.denial, &event)
                // Whoever lies outside the range is as if not there.
                throw decision.denial?.ground == .outsideScope ? Self.nobodyMeant : fault
            }
            (event.revision, event.statements) = (grant.revision, grant.statements)
            let supposed = Declaration.Running.supposed(
                new.kind, by: desk.actor,
                second: needsSecond ? .user(UserID("\(desk.user) and another")) : nil)
            switch new.kind {
            case .emergency:
                let tellers = desk.deciding(.read, supposed).reach.tellers
                guard try mayBeChild(found, at: at, toldBy: tellers, in: database) else {
                    throw Self.notAChild
                }
            case .unlock:
                guard found.isProtected else { throw Self.notProtected }
                // What would stay hidden all the same is not worth a second person's word.
                guard grant.visibility(of: .address) == .shown else {
                    throw Self.hidden(by: desk.hiding(supposed))
                }
            }
            let mark = sessionMark(desk.token)
            let before = try declarations(since: at, in: database).first {
                $0.kind == new.kind && $0.user == desk.user && $0.session == mark && $0.person == found.id
                    && ($0.isRunning(at: at.kept) || $0.isWaiting(at: at.kept))
            }
            if let before { throw Self.runs(before) }
            let stopped = new.kind == .emergency ? try stoppedUses(of: found.id, at: at, in: database) : []
            if !stopped.isEmpty {
                event.references["stopped"] = Self.names(stopped)
                guard try new.overrides && wasTold(stopped, of: found.id, at: desk, at, in: database) else {
                    event.what = .declarationLook
                    event.references["login"] = Self.logInName(desk.token)
                    return .stopped(stopped)
                }
            }
            try database.statement(
                """
                INSERT INTO declaration(
                    kind, user, session, person, reason, minutes, at, needs_second, overrides, typed)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
            ).run(
                new.kind.rawValue, desk.user.rawValue, mark, found.id.rawValue, new.reason, new.minutes,
                at.milliseconds, needsSecond, try json(stopped), new.whom.text)
            let number = try database.statement("SELECT last_insert_rowid()").first { $0.int(0) } ?? 0
            let kept = try declaration(number, in: database)
            event.references["declaration"] = kept.name
            event.references["reason"] = new.reason
            event.references["minutes"] = "\(new.minutes)"
            event.references["content"] = try contentPrint(
                StepTable.declarationContent, of: "declaration d", number, in: database)
            return .declared(kept)
        }
    }

    /// A second person, who proved to be there, opens it together with who asked.
    ///
    /// - Throws: `Fault`: `.denied`, `declaration.own`; `.conflict` `declaration.over`.
    package func confirm(
        declaration number: Int, at desk: DeclarationDesk, at: Date
    ) throws -> Declaration {
        try recording(.declarationConfirm, desk.user, at) { database, event in
            let kept = try declarations(only: number, in: database).first
            if let kept { name(kept, in: &event) }
            let open = Declaration.Kind.allCases.filter { desk.denial(of: $0) == nil }
            if open.isEmpty, let denial = desk.denial(of: .unlock) { throw refusal(denial, &event) }
            // Who may open nothing of this kind does not learn that it waits.
            guard let kept, kept.isWaiting(at: at.kept), open.contains(kept.kind) else {
                throw Self.notWaiting
            }
            guard kept.user != desk.user else { throw Self.own }
            guard let found = try person(.person(kept.person), in: database), found.id == kept.person else {
                throw Self.notWaiting
            }
            let decision = try desk.admission(
                of: kept.kind, with: kept.user,
                standing: try standing(of: found, for: kept.kind, at: at, in: database),
                remit: { try remit(of: found.id, for: $0, in: database) }
            ).decision
            guard let grant = decision.grant else {
                let fault = refusal(decision.denial, &event)
                throw decision.denial?.ground == .outsideScope ? Self.notWaiting : fault
            }
            (event.revision, event.statements) = (grant.revision, grant.statements)
            try add(.confirmed, to: kept, by: desk.user, "", at, in: database)
            return try declaration(number, in: database)
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
            if let kept { name(kept, in: &event) }
            guard let kept, kept.user == user || auditing.grant != nil else { throw Self.unknown }
            if kept.isRunning(at: at.kept) || kept.isWaiting(at: at.kept) {
                try add(.ended, to: kept, by: user, "", at, in: database)
            }
            return try declaration(number, in: database)
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
            if let kept = try declarations(only: number, in: database).first { name(kept, in: &event) }
            // What two persons opened is never written down.
            guard let running = try running(number, at: desk, at, in: database),
                running.declaration.kind == .emergency,
                let found = try person(.person(running.declaration.person), in: database)
            else { throw Self.notRunning }
            event.subjects = [keys.pseudonym(of: found.id, domain: "audit")]
            var standings = try standings(
                desk.actor, [.record], desk.deciding(.record, running.proof), at: at, in: database)
            let remit = try remit(of: found.id, for: standings.reach, in: database)
            let grant = try standings.grant(for: found.id, isProtected: found.isProtected, remit)
            standings.describe(in: &event, fields: [])
            guard grant != nil else {
                throw refusal(standings.anyDenial, &event)
            }
            guard !words.isEmpty, words.utf8.count <= CaseRequest.longestNote else {
                throw Fault(
                    .usage, code: "declaration.note", message: "確かめたことが書かれていないか、長すぎます。", field: "note",
                    fix: "\(CaseRequest.longestNote / 3)字ほどまでで書いてください。")
            }
            try add(.note, to: running.declaration, by: desk.user, words, at, in: database)
            event.references["content"] = keys.contentPrint(words)
            return try declaration(number, in: database)
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
    private static let notAChild = Fault(
        .usage, code: "declaration.adult", message: "18歳以上の方か、こどもと分からない方です。緊急の確認で見られるのは、こどもの記録だけです。",
        field: "whom", fix: "こどもの番号を確かめてください。こどもの世帯の方は、こどもの記録に続柄と生年月日が出ます。")

    /// - Parameter roles: titles of those that hide it.
    private static func hidden(by roles: [String]) -> Fault {
        let which = roles.isEmpty ? "" : "（\(roles.joined(separator: "、"))）"
        return Fault(
            .denied, code: "declaration.hidden",
            message: "あなたには住所を伏せる役割\(which)もあるため、確認されても伏せたままになります。",
            fix: "役割を一つずつ持つ利用者IDに分けるか、ほかの担当者に頼んでください。役割は「renkei user set-roles」で変えられます。")
    }

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

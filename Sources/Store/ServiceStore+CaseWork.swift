internal import Audit
package import Domain
package import Foundation
package import Policy

/// What a person asks to be done with a case.
package struct CaseRequest: Sendable, Hashable, Codable {
    package enum Deed: Sendable, Hashable, Codable {
        case step(CaseStep)
        /// Takes the person's own last step back, shortly after it.
        case undo
    }

    package let deed: Deed
    /// The reason or the note, in the person's words.
    package let note: String
    /// The version the person saw; a note may be added to any.
    package let version: Int

    package init(_ deed: Deed, note: String, version: Int) {
        self.deed = deed
        self.note = note.trimmingCharacters(in: .whitespacesAndNewlines)
        self.version = version
    }

    /// How long a step can be taken back, in seconds.
    package static let undoTime = 30
    /// In UTF-8 bytes.
    package static let longestNote = 8_000
}

/// A case after a person's step.
package struct CaseOutcome: Sendable, Hashable {
    package let id: CaseID
    package fileprivate(set) var work: CaseWork
    package let version: Int

    package init(id: CaseID, work: CaseWork, version: Int) {
        self.id = id
        self.work = work
        self.version = version
    }
}

/// By whom and how a case is worked on.
package struct CaseDesk: Sendable {
    package let actor: UserID
    /// About `Action.record`.
    package let recording: Decisions
    /// About `Action.read`: who may not see a case does not change it, nor learn that there is one.
    package let reading: Decisions
    /// Whether a colleague may read and record about such a person who belongs there.
    package let mayWork: MayWork
    /// Whether an end waits for another person's approval.
    package let needsSecond: Bool

    package init(
        actor: UserID, recording: Decisions,
        reading: Decisions,
        mayWork: @escaping MayWork, needsSecond: Bool
    ) {
        self.actor = actor
        self.recording = recording
        self.reading = reading
        self.mayWork = mayWork
        self.needsSecond = needsSecond
    }
}

extension ServiceStore {
    /// Does `request` with a case: the work, its event and the audit event, in one transaction.
    ///
    /// - Parameters:
    ///   - key: of the request; the same request under the same key has one effect and gets the same answer.
    ///   - isForm: whether it was sent by the page's form, whose draft goes with it.
    /// - Returns: `nil` where there is no such case for this person.
    /// - Throws: `Fault`: `.denied`; `.conflict` with code `case.changed` where the case is of another version, `case.step` where
    ///   the step does not fit; `.usage` with `field` where the request lacks something.
    package func act(
        _ request: CaseRequest, on id: CaseID, at desk: CaseDesk, key: String? = nil, isForm: Bool = false,
        at: Date
    ) throws -> CaseOutcome? {
        try recording(.caseWork, desk.actor, at) { database, event in
            event.references = ["step": request.word]
            guard let row = try recordable(id, at: desk, at, &event, in: database) else { return nil }
            if let key, var done = try replayed(request, key, of: row, desk, in: database) {
                done.work = try readable(done.work, of: row, at: desk, at, in: database)
                return done
            }
            let before = try readable(row.work, of: row, at: desk, at, in: database)
            if request.deed == .step(.approve), before != row.work { throw Self.unread }
            var outcome = try perform(request, on: row, at: desk, at, in: database)
            try follow(
                outcome, from: row, by: desk.actor, sending: isForm ? request.word : nil, in: database)
            outcome.work = try readable(outcome.work, of: row, at: desk, at, in: database)
            if let key {
                try database.statement("DELETE FROM request_key WHERE at < ?").run(
                    at.milliseconds - 86_400_000)
                try database.statement("INSERT INTO request_key VALUES (?, ?, ?, ?, ?)").run(
                    desk.actor.rawValue, key, try json(Keyed(id, request)), outcome.version, at.milliseconds)
            }
            return outcome
        }
    }

    private static var unread: Fault {
        Fault(
            .conflict, code: "case.step", message: "この終了の案は、二つのケースをまとめる前に書かれ、理由を読めないため、承認できません。",
            fix: "理由を読める人が承認するか、差し戻してください。")
    }

    private func replayed(
        _ request: CaseRequest, _ key: String, of row: CaseRow, _ desk: CaseDesk, in database: Database
    ) throws -> CaseOutcome? {
        let before = try database.statement(
            "SELECT request, version FROM request_key WHERE user = ? AND key = ?"
        ).first(desk.actor.rawValue, key) { (request: $0.text(0), version: $0.int(1)) }
        guard let before else { return nil }
        guard before.request == (try json(Keyed(row.id, request))) else {
            throw Fault(
                .usage, code: "case.key", message: "同じ Idempotency-Key が、別の操作に使われています。",
                field: "Idempotency-Key", fix: "操作ごとに新しい値を付けてください。")
        }
        return CaseOutcome(id: row.id, work: row.work, version: before.version)
    }

    private func perform(
        _ request: CaseRequest, on row: CaseRow, at desk: CaseDesk, _ at: Date, in database: Database
    ) throws -> CaseOutcome {
        guard request.note.utf8.count <= CaseRequest.longestNote else {
            throw Self.tooLong
        }
        guard request.deed == .step(.note) || request.version == row.version else {
            throw Fault(
                .conflict, code: "case.changed", message: "画面を開いたあとに、このケースが変わりました。",
                fix: "新しい内容を確かめてから、もう一度行ってください。")
        }
        let next: CaseWork
        switch request.deed {
        case .step(let step):
            try requireWorker(of: step, row, desk, in: database)
            try requireNoFamily(of: step, row, desk, in: database)
            next = try row.work.after(
                step, by: desk.actor, reason: request.note, on: Day(inJapanAt: at),
                needsSecond: desk.needsSecond)
        case .undo: next = try undone(row, by: desk.actor, at: at, in: database)
        }
        if next.state.isOpen, !row.work.state.isOpen {
            // A person has one open case.
            let other = try database.statement("SELECT id FROM queue WHERE person = ?").first(
                row.person.rawValue
            ) { $0.text(0) }
            if let other {
                throw Fault(
                    .conflict, code: "case.step", message: "この方には、開いている別のケース（\(other)）があります。",
                    fix: "そのケースで続けてください。")
            }
        }
        try write(next, of: row.id, in: database)
        if row.isProtected {
            // Nobody kept it up to date while the case was closed.
            try database.statement("UPDATE cases SET protected = 1 WHERE id = ? AND NOT protected").run(
                row.id.rawValue)
        }
        try database.statement(
            "INSERT INTO case_event(case_id, at, actor, what, note, change) VALUES (?, ?, ?, ?, ?, ?)"
        ).run(
            row.id.rawValue, at.milliseconds, Actor.user(desk.actor).description, request.what(next),
            request.note, try json(Change(before: row.work, after: next, isUndo: request.deed == .undo)))
        return CaseOutcome(id: row.id, work: next, version: row.version + 1)
    }

    /// - Throws: `Fault` where the colleague is not there, or may not see such a case.
    private func requireWorker(
        of step: CaseStep, _ row: CaseRow, _ desk: CaseDesk, in database: Database
    ) throws {
        let user: UserID
        switch step {
        case .assign(let other), .offer(let other): user = other
        default: return
        }
        let worker = try workers(in: database).first { $0.id == user }
        guard let worker,
            desk.mayWork(
                worker, PersonStanding(isProtected: row.isProtected),
                try place(of: row.person, toldBy: desk.reading.reach.tellers, in: database))
        else {
            throw Fault(
                .usage, code: "case.incomplete", message: "その職員は、このケースを担当できません。", field: "to",
                fix: "一覧から職員を選んでください。")
        }
    }

    /// Nobody works on a case of the own family (`audit relate`).
    ///
    /// - Throws: `Fault` with code `case.family`.
    private func requireNoFamily(
        of step: CaseStep, _ row: CaseRow, _ desk: CaseDesk, in database: Database
    ) throws {
        let user: UserID
        switch step {
        case .assign(let other), .offer(let other): user = other
        // What was taken before it was told can still be given away.
        case .release, .decline, .reject: return
        default: user = desk.actor
        }
        try requireNoFamily(row.person, user, in: database)
    }

    func requireNoFamily(_ person: PersonID, _ desk: CaseDesk, in database: Database) throws {
        try requireNoFamily(person, desk.actor, in: database)
    }

    private func requireNoFamily(_ person: PersonID, _ user: UserID, in database: Database) throws {
        let family = try relatives(in: database)[Actor.user(user).description] ?? []
        guard !family.contains(keys.pseudonym(of: person, domain: "audit")) else {
            throw Fault(
                .conflict, code: "case.family", message: "この方は、その職員の本人か家族として登録されています。",
                fix: "ほかの職員が担当してください。")
        }
    }

    /// The work before the person's own last step; only of the last event that a person made, and only for a short while.
    private func undone(
        _ row: CaseRow, by user: UserID, at: Date, in database: Database
    ) throws -> CaseWork {
        let last = try database.statement(
            "SELECT actor, at, change FROM case_event WHERE case_id = ? AND change IS NOT NULL ORDER BY id DESC LIMIT 1"
        ).first(row.id.rawValue) { (actor: $0.text(0), at: $0.int(1), change: $0.text(2)) }
        guard let last, last.actor == Actor.user(user).description,
            at.milliseconds - last.at <= CaseRequest.undoTime * 1000
        else { throw Self.tooLate }
        let change = try decoded(Change.self, last.change)
        // The night may have moved the case since.
        guard !change.isUndo, change.after == row.work, change.before != change.after else {
            throw Self.tooLate
        }
        return change.before
    }

    static var tooLong: Fault {
        Fault(
            .usage, code: "case.incomplete", message: "文が長すぎます。", field: "note",
            fix: "\(CaseRequest.longestNote / 3)字ほどまでに分けて書いてください。")
    }

    private static var tooLate: Fault {
        Fault(
            .conflict, code: "case.undo", message: "取り消せる操作がありません（自分の直前の操作を、\(CaseRequest.undoTime)秒以内）。",
            fix: "状態を選び直すか、経過に書き残してください。")
    }

    private func write(_ work: CaseWork, of id: CaseID, in database: Database) throws {
        try database.statement(
            """
            UPDATE cases SET state = ?2, holder = ?3, offered_to = ?4, due_on = ?5, closing = ?6, quiet_until = ?7,
                end_reason = ?8, version = version + 1 WHERE id = ?1
            """
        ).run(
            id.rawValue, work.state.rawValue, work.holder?.rawValue, work.offeredTo?.rawValue,
            work.due?.number, try work.closing.map { try json($0) }, work.quietUntil?.number,
            work.endReason?.rawValue)
    }
}

/// What of a case's work an event changed.
package struct CaseChange: Sendable, Hashable {
    package enum Part: String, Sendable, CaseIterable {
        case state = "状態"
        case holder = "担当"
        case offeredTo = "引継ぎ先"
        case due = "期限"
        case closing = "終了の申出"
        case quietUntil = "再び載せない期間"
        case endReason = "対象外の理由"
    }

    package let part: Part
    /// `nil`: none.
    package let before: String?
    package let after: String?
}

/// The work before and after a step, as events keep it.
struct Change: Codable {
    let before: CaseWork
    let after: CaseWork
    let isUndo: Bool

    var changes: [CaseChange] {
        CaseChange.Part.allCases.compactMap { part in
            let (old, new) = (before.text(part), after.text(part))
            return old == new ? nil : CaseChange(part: part, before: old, after: new)
        }
    }
}

extension CaseWork {
    fileprivate func text(_ part: CaseChange.Part) -> String? {
        switch part {
        case .state: state.rawValue
        case .holder: holder?.rawValue
        case .offeredTo: offeredTo?.rawValue
        case .due: due?.description
        case .closing: closing?.state.rawValue
        case .quietUntil: quietUntil?.description
        case .endReason: (closing?.why ?? endReason)?.rawValue
        }
    }
}

/// What a request key stands for.
private struct Keyed: Codable {
    let id: CaseID
    let request: CaseRequest

    init(_ id: CaseID, _ request: CaseRequest) {
        self.id = id
        self.request = request
    }
}

extension CaseRequest {
    /// The step's name, as the API and the audit trail say it.
    fileprivate var word: String {
        switch deed {
        case .undo: "undo"
        case .step(let step): step.name
        }
    }

    /// What happened, as the case's history says it.
    fileprivate func what(_ next: CaseWork) -> String {
        guard case .step(let step) = deed else { return "取消し" }
        return switch step {
        case .claim: "担当"
        case .release: "担当をやめる"
        case .assign: "担当の指定"
        case .offer: "引継ぎの申出"
        case .accept: "引継ぎの引受け"
        case .decline: "引継ぎの辞退"
        case .move(let state): "「\(state.rawValue)」へ"
        case .setDue: "期限"
        case .propose(let state, _, _):
            next.closing == nil ? "「\(state.rawValue)」で終了" : "「\(state.rawValue)」での終了の申出"
        case .approve: "「\(next.state.rawValue)」での終了の承認"
        case .reject: "終了の差戻し"
        case .reopen: "再開"
        case .note: "メモ"
        }
    }
}

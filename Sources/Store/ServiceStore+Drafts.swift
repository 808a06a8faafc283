internal import Audit
package import Domain
package import Foundation
internal import Policy

/// What somebody was writing on a case and has not sent.
package struct CaseDraft: Sendable, Hashable {
    /// The step whose form it was typed into, as the API calls it.
    package let form: String
    /// As it was typed.
    package let text: String
    /// The version of the case that the form was of.
    package let version: Int
    /// Of the last change.
    package let at: Date

    package init(form: String, text: String, version: Int, at: Date) {
        (self.form, self.text, self.version, self.at) = (form, text, version, at)
    }

    /// Steps in whose forms there is something to write.
    package static let forms = ["note", "move", "close", "offer", "release", "decline", "reject", "reopen"]
    /// For how many days at most one is kept.
    package static let days = 30

    /// Of a case of the own family: what was taken before it was told can still be given away.
    fileprivate static let givesAway: Set = ["release", "decline", "reject"]
}

/// Drafts are their writer's alone: nobody else is shown one, and no list, count or order follows from them. What is kept of each is one
/// value, so that the one before is gone; the trail knows of a draft only where keeping it was refused, and of each time a page gave one back.
extension ServiceStore {
    /// Keeps what somebody is writing, in place of what was kept of this form before; an empty text takes it away.
    ///
    /// - Returns: whether there is such a case for this person.
    /// - Throws: `Fault`: `.denied`; `case.family`; `.usage` with `field` where the form is none or the text too long;
    ///   `draft.records` where nothing is known of the person by whose keys it could be sealed.
    package func keep(_ draft: CaseDraft, on id: CaseID, at desk: CaseDesk) throws -> Bool {
        guard CaseDraft.forms.contains(draft.form) else {
            throw Fault(
                .usage, code: "draft.form", message: "この操作には、書くところがありません。", field: "step",
                fix: "画面を開き直してください。")
        }
        guard draft.text.utf8.count <= CaseRequest.longestNote else { throw Self.tooLong }
        let at = draft.at
        var event = AuditEvent(.caseWork, actor: Actor.user(desk.actor).description, at: at.milliseconds)
        event.references = ["step": "draft"]
        // A page keeps one every second or two: what was kept is no event, what was refused is.
        return try recording(event, unless: { $0 }) { database, event in
            guard let row = try recordable(id, at: desk, at, &event, in: database) else { return false }
            if !CaseDraft.givesAway.contains(draft.form) {
                try requireNoFamily(row.person, desk, in: database)
            }
            try write(draft, on: row, by: desk.actor, in: database)
            return true
        }
    }

    private func write(
        _ draft: CaseDraft, on row: CaseRow, by user: UserID, in database: Database
    ) throws {
        try dropOldDrafts(at: draft.at, in: database)
        guard !draft.text.isEmpty else {
            return try SealedDraft.drop(draft.form, of: user, on: row.id, in: database)
        }
        let records = try currentPublication(in: database).map {
            try run(of: $0).recordKeys(of: row.person)
        }
        let sealed = try SealedDraft(
            draft.text, of: user, on: row.id, form: draft.form, version: draft.version,
            at: draft.at.milliseconds, records: (records ?? []).joined(separator: " "), by: keys.ring.root)
        guard let sealed else {
            throw Fault(
                .conflict, code: "draft.records", message: "この方の記録がないため、下書きを保存できません。",
                fix: "書いたものを控えてから、画面を開き直してください。")
        }
        try sealed.write(in: database)
    }

    /// Takes a person's own draft away; none is no error.
    package func discardDraft(_ form: String, of user: UserID, on id: CaseID) throws {
        try transaction { try SealedDraft.drop(form, of: user, on: id, in: $0) }
    }

    /// What a person was writing on a case, who may see it: by form.
    func drafts(of actor: Actor, on id: CaseID, at: Date, in database: Database) throws -> [CaseDraft] {
        guard case .user(let user) = actor else { return [] }
        return try SealedDraft.all(of: id, in: database).compactMap { kept in
            guard kept.user == user, !Self.isOld(kept.at, at: at),
                let text = try kept.opened(by: keys.ring)
            else { return nil }
            return CaseDraft(
                form: kept.form, text: text, version: kept.version, at: Date(milliseconds: kept.at))
        }
    }

    /// What somebody did with a case is no change that their own drafts have to be looked at for; the one that was sent goes.
    ///
    /// - Parameter form: of the page, that was sent; `nil`: it was none.
    func follow(
        _ outcome: CaseOutcome, from row: CaseRow, by user: UserID, sending form: String?,
        in database: Database
    ) throws {
        if let form { try SealedDraft.drop(form, of: user, on: row.id, in: database) }
        try database.statement(
            "UPDATE case_draft SET version = ?4 WHERE user = ?1 AND case_id = ?2 AND version = ?3"
        ).run(user.rawValue, row.id.rawValue, row.version, outcome.version)
    }

    /// Deletes drafts that nobody went on with.
    func dropOldDrafts(at: Date, in database: Database) throws {
        try database.statement("DELETE FROM case_draft WHERE at <= ?").run(
            at.milliseconds - CaseDraft.days * 86_400_000)
    }

    private static func isOld(_ kept: Int, at: Date) -> Bool {
        kept <= at.milliseconds - CaseDraft.days * 86_400_000
    }

    /// Seals every draft by the ring's newest root; what cannot be opened any more goes.
    func resealDrafts(in database: Database) throws {
        let root = keys.ring.root
        for kept in try SealedDraft.all(in: database) where kept.root != root.number {
            if let text = try kept.opened(by: keys.ring),
                let sealed = try SealedDraft(
                    text, of: kept.user, on: kept.id, form: kept.form, version: kept.version, at: kept.at,
                    records: kept.records, by: root)
            {
                try sealed.write(in: database)
            } else {
                try kept.drop(in: database)
            }
        }
    }
}

extension Docket {
    /// Deletes what anybody was writing on cases of these persons.
    func dropDrafts(about persons: Set<PersonID>) throws {
        try database.statement(
            """
            DELETE FROM case_draft WHERE case_id IN (
                SELECT id FROM cases WHERE person IN (SELECT value FROM json_each(?)))
            """
        ).run(try json(persons.sorted()))
    }

    /// Deletes what nobody can open any more since these records were shredded: on cases of others too that were once one with theirs.
    func dropDrafts(sealedBy records: Set<String>) throws {
        for kept in try SealedDraft.all(in: database)
        where !records.isDisjoint(with: kept.records.split(separator: " ").map(String.init)) {
            try kept.drop(in: database)
        }
    }
}

extension RunStore {
    /// Opaque keys of all of somebody's records, in order; those included that did not come.
    fileprivate func recordKeys(of person: PersonID) throws -> [String] {
        let present = try self.person(person).map { found in
            try entities(ofPerson: found.number).compactMap { entity in
                try vault.statement("SELECT key FROM entity WHERE id = ?").first(entity) { $0.text(0) }
            }
        }
        return Set(try (present ?? []) + absentKeys(of: person)).sorted()
    }
}

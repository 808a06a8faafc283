internal import Audit
package import Domain
package import Foundation
package import Policy

/// Who was drawn is told to those alone who may see every item that rules read for the purpose: that somebody was drawn says that no rule
/// applied, which is not theirs to know whom a flag may be withheld from.
extension ServiceStore {
    /// Children who were drawn; the audit event is committed before this returns.
    ///
    /// - Parameters:
    ///   - deciding: about `Action.list`.
    ///   - items: all that a reader must be granted.
    /// - Throws: `Fault` of kind `.denied` where every standing is denied.
    package func spotChecks(
        actor: Actor, deciding: Decisions, needing items: Set<ItemCode>, at: Date
    ) throws -> SpotCheckList {
        let answer: Result<SpotCheckList, Denial> = try audited { database in
            var standings = try standings(actor, [.list], deciding, at: at, in: database)
            var event = AuditEvent(.spotCheckList, actor: actor.description, at: at.milliseconds)
            if let denial = try standings.denialOfEverybody() {
                standings.describe(in: &event, fields: [])
                try append(event, in: database)
                return .failure(denial)
            }
            guard let publication = try currentPublication(in: database) else { throw Self.nothingPublished }
            let newest = try database.statement("SELECT max(month) FROM spot_check_draw").first {
                $0.optionalText(0)
            }
            var rows: [(number: Int, month: String, person: PersonID)] = []
            try database.statement(
                """
                SELECT id, month, person FROM spot_check s WHERE month = ?
                    OR NOT EXISTS (SELECT 1 FROM spot_check_answer WHERE spot_check = s.id)
                ORDER BY month DESC, id
                """
            ).rows((newest ?? nil) ?? "") { rows.append(($0.int(0), $0.text(1), PersonID($0.text(2)))) }
            var lines: [SpotCheckLine] = []
            for row in rows {
                guard
                    let found = try drawn(row.number, row.month, row.person, &standings, items, in: database)
                else { continue }
                lines.append(found.line)
                event.subjects.append(keys.pseudonym(of: found.line.person, domain: "audit"))
            }
            event.counts = ["persons": lines.count]
            event.references = ["run": publication.run.rawValue]
            standings.describe(
                in: &event, fields: lines.isEmpty ? [] : Set([IdentifierPart.name, .birth].map(\.rawValue)))
            try append(event, in: database)
            let seen = try standings.grant(for: PersonStanding(isProtected: false), standings.reach.inside)
            return .success(
                SpotCheckList(
                    lines: lines, month: newest ?? nil, asOf: publication.asOf,
                    isWithheld: !items.isSubset(of: seen?.items ?? [])))
        }
        return try answer.mapError(\.fault).get()
    }

    /// Who a child is who was drawn, and where the child's records came from; the audit event is committed before this returns.
    ///
    /// - Parameters:
    ///   - deciding: about `Action.read`.
    ///   - items: all that a reader must be granted.
    /// - Returns: `nil` where there is no such number for this reader.
    package func spotCheck(
        _ number: Int, actor: Actor, deciding: Decisions, needing items: Set<ItemCode>, at: Date
    ) throws -> SpotCheckDetail? {
        try audited { database in
            var standings = try standings(actor, [.read], deciding, at: at, in: database)
            var event = AuditEvent(.spotCheckRead, actor: actor.description, at: at.milliseconds)
            guard let publication = try currentPublication(in: database), let row = try row(number, database)
            else {
                event.counts = ["persons": 0]
                try append(event, in: database)
                return nil
            }
            let run = try run(of: publication)
            event.references = ["run": publication.run.rawValue, "spotCheck": "\(number)"]
            event.subjects = [keys.pseudonym(of: row.person, domain: "audit")]
            guard
                let found = try drawn(number, row.month, row.person, &standings, items, in: database)
            else {
                standings.describe(in: &event, fields: [])
                event.isPermitted = false
                try append(event, in: database)
                return nil
            }
            let household = try household(
                of: found.kept, grant: found.grant, in: run, standings: &standings, asOf: publication.asOf)
            let records = try run.recordLines(
                of: found.kept, standing: PersonStanding(isProtected: found.line.isProtected),
                permitted: found.grant.permits)
            let particulars = Particulars(
                grant: found.grant, person: found.line.person, isProtected: found.line.isProtected,
                display: found.kept.display)
            event.subjects =
                ([found.line.person] + household.map(\.person)).map {
                    keys.pseudonym(of: $0, domain: "audit")
                }
            event.counts = ["household": household.count, "persons": 1, "records": records.count]
            standings.describe(
                in: &event, fields: particulars.fields.union([IdentifierPart.name, .birth].map(\.rawValue)))
            try append(event, in: database)
            return SpotCheckDetail(
                line: found.line, particulars: particulars, household: household.map(\.line),
                records: records, asOf: publication.asOf)
        }
    }

    /// Keeps what somebody found; an answer may be given anew, and the last one counts.
    ///
    /// - Parameters:
    ///   - deciding: about `Action.record`.
    ///   - reading: about `Action.read`: who may not see a child answers nothing of it.
    ///   - items: all that a reader must be granted.
    ///   - note: without spaces around it; of 支援が要る who goes on and how.
    /// - Returns: whether there is such a number for this person.
    /// - Throws: `Fault`: `.denied`; `.usage` with `field` where something lacks; `case.family`.
    package func answerSpotCheck(
        _ number: Int, _ answer: SpotCheckAnswer, note: String, actor: Actor, deciding: Decisions,
        reading: Decisions, needing items: Set<ItemCode>, at: Date
    ) throws -> Bool {
        var event = AuditEvent(.spotCheckAnswer, actor: actor.description, at: at.milliseconds)
        event.references = ["spotCheck": "\(number)", "answer": "\(answer)"]
        return try recording(event) { database, event in
            var standings = try standings(actor, [.record], deciding, at: at, in: database)
            var seeing = try self.standings(actor, [.read], reading, at: at, in: database)
            let row = try row(number, database)
            let found = try row.flatMap {
                try drawn(number, $0.month, $0.person, &seeing, items, in: database)
            }
            event.subjects = row.map { [keys.pseudonym(of: $0.person, domain: "audit")] } ?? []
            let standing =
                found.map { standings.standing(of: $0.line.person, isProtected: $0.line.isProtected) }
                ?? PersonStanding()
            let grant = try standings.grant(for: standing, deciding.reach.inside)
            standings.describe(in: &event, fields: [])
            guard let found, grant != nil else {
                event.isPermitted = false
                if let denial = deciding.denial { throw denial.fault }
                return false
            }
            try require(note, of: answer)
            let family = try relatives(in: database)[actor.description] ?? []
            guard !family.contains(keys.pseudonym(of: found.line.person, domain: "audit")) else {
                throw Fault(
                    .conflict, code: "case.family", message: "この方は、あなたの本人か家族として登録されています。",
                    fix: "ほかの職員が確認してください。")
            }
            try database.statement(
                "INSERT INTO spot_check_answer(spot_check, answer, note, actor, at) VALUES (?, ?, ?, ?, ?)"
            ).run(number, answer.rawValue, note, actor.description, at.milliseconds)
            return true
        }
    }

    /// Whether there ever was a draw.
    package func hasSpotChecks() throws -> Bool {
        try glancing {
            try $0.statement("SELECT 1 FROM spot_check_draw LIMIT 1").first { _ in true } ?? false
        }
    }

    private func require(_ note: String, of answer: SpotCheckAnswer) throws(Fault) {
        func incomplete(_ message: String, _ fix: String) -> Fault {
            Fault(.usage, code: "spot-check.incomplete", message: message, field: "note", fix: fix)
        }
        if answer == .support, note.isEmpty {
            throw incomplete("このあとどうするかが書かれていません。", "だれが、どのように支援につなぐかを書いてください。")
        }
        if note.utf8.count > CaseRequest.longestNote {
            throw incomplete("文が長すぎます。", "\(CaseRequest.longestNote / 3)字ほどまでに書いてください。")
        }
    }

    private func row(_ number: Int, _ database: Database) throws -> (month: String, person: PersonID)? {
        try database.statement("SELECT month, person FROM spot_check WHERE id = ?").first(number) {
            (month: $0.text(0), person: PersonID($0.text(1)))
        }
    }

    private typealias Drawn = (line: SpotCheckLine, grant: Grant, kept: VaultPerson)

    /// `nil` where this reader may not know of the child, or nobody is called so any more.
    private func drawn(
        _ number: Int, _ month: String, _ id: PersonID, _ standings: inout Standings,
        _ items: Set<ItemCode>, in database: Database
    ) throws -> Drawn? {
        guard let found = try person(.person(id), in: database) else { return nil }
        let remit = try remit(of: found.id, for: standings.reach, in: database)
        guard let grant = try standings.grant(for: found.id, isProtected: found.isProtected, remit),
            items.isSubset(of: grant.items)
        else { return nil }
        var answers: [SpotCheckGiven] = []
        try database.statement(
            "SELECT answer, note, actor, at FROM spot_check_answer WHERE spot_check = ? ORDER BY id"
        ).rows(number) { row in
            guard let answer = SpotCheckAnswer(rawValue: row.text(0)) else { throw ByteReader.damaged }
            answers.append(
                SpotCheckGiven(
                    answer: answer, note: row.text(1), actor: row.text(2),
                    at: Date(milliseconds: row.int(3))))
        }
        let name = grant.visibility(of: .name) == .shown ? found.kept.display.displayName : nil
        return (
            SpotCheckLine(
                number: number, month: month, person: found.id, name: name?.written ?? "",
                nameKana: name?.writtenKana ?? "",
                birth: found.kept.display.birth?.told(grant.visibility(of: .birth)),
                isProtected: found.isProtected, answers: answers), grant, found.kept
        )
    }
}

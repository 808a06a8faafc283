internal import Audit
internal import Domain
internal import Foundation

/// What the database keeps of people's steps, held against the trail while its events pass by: whoever can write the database can
/// add what a second person never said, or set back the time.
struct StepCheck {
    private var comparison = StepComparison()
    /// What no event is needed to see, in Japanese sentences.
    fileprivate var problems: [String] = []
    /// The newest time since a clock was accepted.
    fileprivate var newest = ""

    /// - Parameter fault: what is wrong with the row by itself.
    fileprivate mutating func add(
        row step: RecordedStep?, at place: StepPlace, content: String? = nil, fault: String?
    ) {
        if let step { comparison.add(row: step, at: place, content: content) }
        if let fault { problems.append("\(place.name): \(fault)\(place.remedy)") }
    }

    /// - Parameter event: the bytes as they stand in the trail.
    mutating func add(event: [UInt8]) {
        comparison.add(event: event)
        guard let at = RecordedEvent.timestamp(in: event) else { return }
        // The latest time there was goes back by `audit accept-clock` alone.
        let isAccepted = RecordedEvent.what(in: event) == AuditEvent.What.clockAccept.rawValue
        newest = isAccepted ? at : max(newest, at)
    }

    /// How many rows were compared.
    var compared: Int { comparison.count }

    fileprivate func differences() -> [String] {
        comparison.differences().map { difference in
            switch difference {
            case .isNotInTrail(let step, let place):
                let who = step.actor.isEmpty ? "" : "\(step.actor) が "
                let when = step.at == 0 ? "" : "\(Date(milliseconds: step.at).japaneseTime) に"
                return "\(place.name): \(who)\(when)したことになっていますが、監査記録にありません。\(place.remedy)"
            case .isNotInDatabase(let step, let event):
                return "監査記録の \(event)番（\(step.what.rawValue) \(step.subject.joined(separator: " "))）: "
                    + "データベースに残っていないか、書きかえられています。控えと比べ、要るときは行い直してください。"
            }
        }
    }
}

extension ServiceStore {
    /// A keyed print of what a row says beside its step, for the event that tells of it.
    ///
    /// - Parameters:
    ///   - content: of `StepTable`.
    ///   - table: with its alias.
    func contentPrint(_ content: String, of table: String, _ id: Int, in database: Database) throws -> String?
    {
        try database.statement("SELECT \(content) FROM \(table) WHERE id = ?").first(id) {
            keys.contentPrint($0.text(0))
        }
    }

    /// The steps that the database keeps, before the events of the trail pass by.
    func storedSteps(in database: Database) throws -> StepCheck {
        var check = StepCheck()
        for table in StepTable.all {
            try database.statement(table.sql).rows { row in
                let place = StepPlace(
                    name: "\(table.name) の \(row.text(0))（\(table.title)）", remedy: table.remedy)
                guard let what = AuditEvent.What(rawValue: row.text(1)) else {
                    check.add(row: nil, at: place, fault: "監査記録のどの出来事にも当たりません。")
                    return
                }
                let step = RecordedStep(
                    what, try decoded([String].self, row.text(2)), actor: row.text(3), at: row.int(4),
                    person: row.optionalText(6).map {
                        keys.pseudonym(of: PersonID($0), domain: "audit")
                    })
                check.add(
                    row: step, at: place,
                    content: table.hasContent ? row.optionalText(7).map(keys.contentPrint) : nil,
                    fault: row.bool(5) ? "二人で行うことを、一人（\(step.actor)）が行ったことになっています。" : nil)
            }
        }
        return check
    }

    /// What the database keeps and the trail, all of which has passed by, does not tell, and the other way round; in Japanese.
    func findings(of check: StepCheck, in database: Database) throws -> [String] {
        try check.differences() + check.problems + changedContents(in: database)
            + clockFinding(newest: check.newest, in: database)
    }

    /// What was approved by its hash must still be that.
    private func changedContents(in database: Database) throws -> [String] {
        var changed: [String] = []
        func check(_ table: String, _ number: String, _ hash: String, _ content: some Sequence<UInt8>) {
            guard Digest.sha256(content) != hash else { return }
            changed.append(
                "\(table) の \(number): 中身が、案を出したときのものから書きかえられています。使わず、案を出し直してください。")
        }
        try database.statement("SELECT revision, files FROM guideline_set ORDER BY revision").rows {
            check("guideline_set", String($0.text(0).prefix(12)), $0.text(0), $0.blob(1))
        }
        try database.statement("SELECT id, sha256, text FROM rule_proposal ORDER BY id").rows {
            check("rule_proposal", $0.text(0), $0.text(1), $0.text(2).utf8)
        }
        try database.statement("SELECT hash, list FROM retention ORDER BY hash").rows {
            check("retention", String($0.text(0).prefix(12)), $0.text(0), $0.text(1).utf8)
        }
        return changed
    }

    private func clockFinding(newest: String, in database: Database) throws -> [String] {
        guard let latest = milliseconds(newest), try storedTrail(in: database).latest < latest else {
            return []
        }
        return [
            "audit_range: 最後の時刻が、監査記録の最後の時刻（\(newest)）より前に戻されています。時計を認めた（audit accept-clock）記録はありません。時計を確かめてください。"
        ]
    }
}

// MARK: - Before something is obeyed

extension ServiceStore {
    /// Refuses to obey a guideline that the trail does not hold as the last one approved.
    ///
    /// - Throws: `Fault` of kind `.configuration` `policy.forged`.
    package func requireGuidelineInTrail() throws {
        try exclusively { database in
            let row = try approval(of: nil, in: database)
            let told = try approvals(.guidelineApprove, in: database).last
            guard row != told else { return }
            let place = row.map {
                "効いている版 \($0.subject[0].prefix(12)) の承認（guideline_step）は、監査記録の最後の承認ではありません"
            }
            throw Fault(
                .configuration, code: "policy.forged",
                message: (place ?? "監査記録にある決まりの承認が、データベースにありません") + "。データベースだけが書きかえられています。",
                file: "service.sqlite", field: "guideline_step",
                fix: "「renkei audit verify」で確かめ、個人情報保護担当に知らせてください。正しい決まりの案と承認を二人でやり直すと、続けられます。")
        }
    }

    /// Whether the trail tells of the newest approval of a guideline.
    package func isApprovalInTrail(ofGuideline revision: String) throws -> Bool {
        try exclusively { database in
            guard let row = try approval(of: revision, in: database) else { return false }
            return try approvals(.guidelineApprove, in: database).contains(row)
        }
    }

    /// The newest approval that the database keeps.
    ///
    /// - Parameter revision: `nil`: of any guideline.
    private func approval(of revision: String?, in database: Database) throws -> RecordedStep? {
        try database.statement(
            """
            SELECT revision, actor, at FROM guideline_step WHERE what = 'approved' AND (?1 IS NULL OR revision = ?1)
            ORDER BY id DESC LIMIT 1
            """
        ).first(revision) {
            RecordedStep(.guidelineApprove, [$0.text(0)], actor: $0.text(1), at: $0.int(2))
        }
    }

    /// Approvals that the trail tells of, oldest first; their events have an index of their own.
    func approvals(_ what: AuditEvent.What, in database: Database) throws -> [RecordedStep] {
        var found: [RecordedStep] = []
        try database.statement(
            "SELECT event FROM audit_event WHERE instr(event, '.approve\"') > 0 ORDER BY sequence"
        ).rows { row in
            found += RecordedEvent(canonical: row.blob(0))?.steps ?? []
        }
        return found.filter { $0.what == what }
    }
}

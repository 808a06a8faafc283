internal import Audit
internal import Domain
internal import Foundation

/// Whoever can write the database can add what a second person never said: the trail must tell of it too, and the other way round.
extension ServiceStore {
    /// What the database keeps of people's steps and the trail does not, and what the trail tells of and the database lacks, in
    /// Japanese sentences.
    ///
    /// - Returns: how many steps were compared, too.
    func stepFindings(in database: Database) throws -> (compared: Int, problems: [String]) {
        var comparison = StepComparison()
        var alone: [String] = []
        for table in StepTable.all {
            try database.statement(table.sql).rows { row in
                let place = "\(table.name) の \(row.text(0))（\(table.title)）"
                guard let what = AuditEvent.What(rawValue: row.text(1)) else {
                    alone.append("\(place): 監査記録のどの出来事にも当たりません。\(table.remedy)")
                    return
                }
                let step = RecordedStep(
                    what, try decoded([String].self, row.text(2)), actor: row.text(3), at: row.int(4),
                    person: row.optionalText(6).map {
                        keys.pseudonym(of: PersonID($0), domain: "audit")
                    })
                comparison.add(row: step, at: place)
                if row.bool(5) {
                    alone.append("\(place): 二人で行うことを、一人（\(step.actor)）が行ったことになっています。\(table.remedy)")
                }
            }
        }
        try events(AuditEvent.What.allCases.filter { $0.stepReferences != nil }, in: database) {
            comparison.add(event: $0)
        }
        let remedies = StepTable.all.map { ($0.name, $0.remedy) }
        let differences = comparison.differences().map { difference in
            switch difference {
            case .isNotInTrail(let step, let place):
                let remedy = remedies.first { place.hasPrefix($0.0 + " ") }?.1 ?? ""
                let who = step.actor.isEmpty ? "" : "\(step.actor) が "
                let when = step.at == 0 ? "" : "\(Date(milliseconds: step.at).japaneseTime) に"
                return "\(place): \(who)\(when)したことになっていますが、監査記録にありません。\(remedy)"
            case .isNotInDatabase(let step, let event):
                return "監査記録の \(event)番（\(step.what.rawValue) \(step.subject.joined(separator: " "))）: "
                    + "データベースに残っていないか、書きかえられています。控えと比べ、要るときは行い直してください。"
            }
        }
        return (
            comparison.count,
            try differences + alone + changedContents(in: database) + clockFinding(in: database)
        )
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

    /// The latest time there was goes back by `audit accept-clock` alone.
    private func clockFinding(in database: Database) throws -> [String] {
        let newest = try database.statement(
            """
            SELECT max(event ->> '$.at') FROM audit_event WHERE sequence >= coalesce((
                SELECT max(sequence) FROM audit_event WHERE event ->> '$.what' = 'clock.accept'), 0)
            """
        ).first { $0.optionalText(0) }.flatMap(\.self)
        guard let newest, let latest = milliseconds(newest), try storedTrail(in: database).latest < latest
        else {
            return []
        }
        return [
            "audit_range: 最後の時刻が、監査記録の最後の時刻（\(newest)）より前に戻されています。時計を認めた（audit accept-clock）記録はありません。時計を確かめてください。"
        ]
    }

    private func events(
        _ whats: [AuditEvent.What], in database: Database, _ body: (RecordedEvent) -> Void
    ) throws {
        try database.statement(
            """
            SELECT event FROM audit_event WHERE event ->> '$.what' IN (SELECT value FROM json_each(?))
            ORDER BY sequence
            """
        ).rows(try json(whats.map(\.rawValue))) { row in
            // Bytes that are no event are found by the tree.
            if let event = RecordedEvent(canonical: row.blob(0)) { body(event) }
        }
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

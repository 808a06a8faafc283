internal import Domain

extension Docket {
    /// Takes back the flags of open cases that rest on a row which says something else now, and what stands beside the reasons of
    /// others because of it; the next night decides anew. A case that nobody touched and that has no flag left is withdrawn. Of ended
    /// cases the timeline tells.
    func retract(
        flagsRestingOn row: RowPosition
    ) throws -> (all: [(id: CaseID, rule: RuleID)], withdrawn: [CaseID]) {
        var resting: [(id: CaseID, flag: Flag, isOpen: Bool)] = []
        var beside: [(id: CaseID, flag: Flag)] = []
        // Most flags hold the file's name nowhere, and need not be read.
        try database.statement(
            """
            SELECT f.case_id, f.flag, q.id IS NOT NULL FROM case_flag f LEFT JOIN queue q ON q.id = f.case_id
            WHERE NOT f.is_gone AND instr(f.flag, ?) ORDER BY f.case_id, f.rule
            """
        ).rows(try json(row.file)) { found in
            let flag = try decoded(Flag.self, found.text(1))
            let id = CaseID(found.text(0))
            if flag.reasons.contains(where: { $0.rests(on: row) }) {
                resting.append((id, flag, found.bool(2)))
            } else if (flag.protective + flag.missing).contains(where: { $0.rests(on: row) }) {
                beside.append((id, flag.withoutWords(restingOn: row)))
            }
        }
        for (id, flag) in beside {
            try database.statement("UPDATE case_flag SET flag = ? WHERE case_id = ? AND rule = ?").run(
                json(flag), id.rawValue, flag.rule.rawValue)
            try add(
                .rectified, to: id, rule: flag.rule, note: "「\(flag.title)」に添えられていた記録が訂正されたため、その文を消しました。")
        }
        for (id, flag, isOpen) in resting {
            guard isOpen else {
                try add(.rectified, to: id, rule: flag.rule, note: "「\(flag.title)」の根拠の事実が訂正されました。")
                continue
            }
            try database.statement("UPDATE case_flag SET is_gone = 1 WHERE case_id = ? AND rule = ?").run(
                id.rawValue, flag.rule.rawValue)
            try add(
                .rectified, to: id, rule: flag.rule,
                note: "「\(flag.title)」の根拠の事実が訂正されました。次の夜間処理で、正しい記録から改めて判定します。")
        }
        return (
            resting.map { ($0.id, $0.flag.rule) }, try withdrawUntouched(resting.filter(\.isOpen).map(\.id))
        )
    }

    /// Takes what may not be used any more out of everybody's cases: flags that rest on rows of somebody who refused, or who was
    /// shredded, and what stands beside the reasons of others because of them. A case that nobody touched and that has no flag
    /// left is withdrawn.
    ///
    /// - Parameters:
    ///   - rows: each as a department's extract has it; offsets do not count.
    ///   - rules: that may not use them; `nil`: none may.
    ///   - why: as cases tell it, without saying whose the rows are.
    /// - Returns: the cases it changed.
    @discardableResult
    func remove(
        flagsRestingOn rows: Set<RowPosition>, of rules: Set<RuleID>? = nil, why: String
    ) throws -> [CaseID] {
        guard !rows.isEmpty, rules?.isEmpty != true else { return [] }
        var resting: [(id: CaseID, flag: Flag, isGone: Bool)] = []
        var beside: [(id: CaseID, flag: Flag)] = []
        try database.statement(
            """
            SELECT case_id, flag, is_gone FROM case_flag
            WHERE EXISTS (SELECT 1 FROM json_each(?) WHERE instr(flag, value)) ORDER BY case_id, rule
            """
        ).rows(try json(Set(rows.map(\.file)).sorted().map { try json($0) })) { found in
            let (id, flag) = (CaseID(found.text(0)), try decoded(Flag.self, found.text(1)))
            guard rules?.contains(flag.rule) ?? true else { return }
            if flag.reasons.contains(where: { reason in rows.contains { reason.rests(on: $0) } }) {
                resting.append((id, flag, found.bool(2)))
            } else {
                let less = rows.reduce(flag) { $0.withoutWords(restingOn: $1) }
                if less != flag { beside.append((id, less)) }
            }
        }
        for (id, flag) in beside {
            try database.statement("UPDATE case_flag SET flag = ? WHERE case_id = ? AND rule = ?").run(
                json(flag), id.rawValue, flag.rule.rawValue)
        }
        for (id, flag, isGone) in resting {
            try database.statement("DELETE FROM case_flag WHERE case_id = ? AND rule = ?").run(
                id.rawValue, flag.rule.rawValue)
            if !isGone { try add(.stopped, to: id, rule: flag.rule, note: why) }
        }
        try withdrawUntouched(resting.map(\.id))
        return Set(resting.map(\.id) + beside.map(\.id)).sorted()
    }

    /// - Returns: those of the cases that had no flag left and that nobody had touched; they are withdrawn.
    @discardableResult
    private func withdrawUntouched(_ cases: [CaseID]) throws -> [CaseID] {
        try Set(cases).sorted().filter { id in
            let isLeft = try database.statement(
                """
                SELECT 1 FROM cases c WHERE c.id = ?1 AND c.state = ?2
                    AND NOT EXISTS (SELECT 1 FROM case_flag WHERE case_id = ?1 AND NOT is_gone)
                    AND NOT EXISTS (SELECT 1 FROM case_event WHERE case_id = ?1 AND actor <> ?3)
                """
            ).first(id.rawValue, CaseState.candidate.rawValue, Self.actor) { _ in true }
            if isLeft == true { try withdraw(id) }
            return isLeft == true
        }
    }
}

extension Reason {
    fileprivate func rests(on row: RowPosition) -> Bool {
        facts.contains {
            ($0.position.source, $0.position.file, $0.position.line) == (row.source, row.file, row.line)
        }
    }
}

extension Flag {
    /// The same flag without what stands beside its reasons because of a row.
    fileprivate func withoutWords(restingOn row: RowPosition) -> Flag {
        Flag(
            rule: rule, version: version, title: title, person: person, urgency: urgency,
            difficulties: difficulties, reasons: reasons, confirm: confirm, since: since,
            protective: protective.filter { !$0.rests(on: row) },
            missing: missing.filter { !$0.rests(on: row) })
    }
}

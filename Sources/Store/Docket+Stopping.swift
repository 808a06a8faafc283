internal import Domain

extension Docket {
    /// Deletes what rules of a purpose found of a person who refused it (利用停止), and ends open cases that stood on it alone,
    /// also those that people work on: there is nothing left that the work may use.
    ///
    /// What people wrote on the case stays, as a record of what the office did, and is shown to nobody for the purpose.
    /// - Returns: the cases it changed.
    @discardableResult
    func stop(_ person: PersonID, rules: Set<RuleID>) throws -> [CaseID] {
        let rules = try json(rules.sorted())
        var cases: [CaseID] = []
        try database.statement(
            """
            SELECT DISTINCT c.id FROM cases c JOIN case_flag f ON f.case_id = c.id
            WHERE c.person = ?1 AND f.rule IN (SELECT value FROM json_each(?2)) ORDER BY c.id
            """
        ).rows(person.rawValue, rules) { cases.append(CaseID($0.text(0))) }
        for id in cases {
            try database.statement(
                "DELETE FROM case_flag WHERE case_id = ? AND rule IN (SELECT value FROM json_each(?))"
            ).run(id.rawValue, rules)
            let isOpen = try database.statement("SELECT 1 FROM queue WHERE id = ?").first(id.rawValue) { _ in
                true
            }
            let isLeft = try database.statement(
                "SELECT 1 FROM case_flag WHERE case_id = ? AND NOT is_gone LIMIT 1"
            )
            .first(id.rawValue) { _ in true }
            if isOpen == true, isLeft == nil {
                try withdraw(id)
                try add(.stopped, to: id, note: "利用停止の申出により、きっかけの記録を消し、ケースを終えました。")
            } else {
                try add(.stopped, to: id, note: "利用停止の申出により、その利用目的のきっかけの記録を消しました。")
            }
        }
        return cases
    }
}

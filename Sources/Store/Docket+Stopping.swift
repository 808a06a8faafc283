internal import Domain

extension Docket {
    /// Deletes every flag of a person who was shredded, and ends the open cases.
    ///
    /// What people wrote on the cases stays, as a record of what the office did, and is shown to nobody.
    /// - Returns: the cases it changed; none where it was done before.
    func shred(_ persons: Set<PersonID>) throws -> [CaseID] {
        var cases: [(id: CaseID, isOpen: Bool)] = []
        try database.statement(
            """
            SELECT c.id, q.id IS NOT NULL FROM cases c LEFT JOIN queue q ON q.id = c.id
            WHERE c.person IN (SELECT value FROM json_each(?))
                AND (q.id IS NOT NULL OR EXISTS (SELECT 1 FROM case_flag WHERE case_id = c.id)) ORDER BY c.id
            """
        ).rows(try json(persons.sorted())) { cases.append((CaseID($0.text(0)), $0.bool(1))) }
        for (id, isOpen) in cases {
            try database.statement("DELETE FROM case_flag WHERE case_id = ?").run(id.rawValue)
            if isOpen { try withdraw(id) }
            try add(.shredded, to: id, note: "記録の消去により、きっかけの記録を消し、ケースを終えました。")
        }
        try removeByHand(about: persons)
        return cases.map(\.id)
    }

    /// Every rule that found something, for the purpose as far as is known.
    ///
    /// - Parameter purposes: that each rule serves, as far as it is known; what any other rule found is taken for this purpose's.
    func rules(of purpose: PurposeID, among purposes: [RuleID: PurposeID]) throws -> Set<RuleID> {
        var rules: Set<RuleID> = []
        try database.statement("SELECT DISTINCT rule FROM case_flag").rows {
            rules.insert(RuleID($0.text(0)))
        }
        return rules.filter { ($0.isByHand ? CaseOpening.purpose : purposes[$0] ?? purpose) == purpose }
    }

    /// What people opened cases with of somebody who was taken for another person for a while stands in that one's case, too.
    private func removeByHand(about persons: Set<PersonID>) throws {
        try database.statement(
            """
            DELETE FROM case_flag WHERE rule LIKE '\(RuleID.handPrefix)%'
                AND flag ->> '$.person' IN (SELECT value FROM json_each(?))
            """
        ).run(try json(persons.sorted()))
    }

    /// What cases of others say where somebody's records may not be used any more; nobody reads out of it who refused.
    static let notUsed = "もとの記録を使えなくなったため、このきっかけを消しました。次の夜間処理で、使える記録から改めて判定します。"

    /// Deletes what rules of a purpose found of a person who refused it (利用停止), and ends open cases that stood on it alone,
    /// also those that people work on: there is nothing left that the work may use.
    ///
    /// What people wrote on the case stays, as a record of what the office did, and is shown to nobody for the purpose.
    /// - Returns: the cases it changed.
    @discardableResult
    func stop(_ person: PersonID, rules: Set<RuleID>) throws -> [CaseID] {
        let listed = try json(rules.sorted())
        var cases: [CaseID] = []
        try database.statement(
            """
            SELECT DISTINCT c.id FROM cases c JOIN case_flag f ON f.case_id = c.id
            WHERE c.person = ?1 AND f.rule IN (SELECT value FROM json_each(?2)) ORDER BY c.id
            """
        ).rows(person.rawValue, listed) { cases.append(CaseID($0.text(0))) }
        for id in cases {
            var gone: [RuleID] = []
            try database.statement(
                "DELETE FROM case_flag WHERE case_id = ? AND rule IN (SELECT value FROM json_each(?)) RETURNING rule"
            ).rows(id.rawValue, listed) { gone.append(RuleID($0.text(0))) }
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
                // Of each rule: who could not see its flag is not told that there was one.
                for rule in gone.sorted() {
                    try add(
                        .stopped, to: id, rule: rule, note: "利用停止の申出により、その利用目的のきっかけの記録を消しました。")
                }
            }
        }
        if rules.contains(where: \.isByHand) { try removeByHand(about: [person]) }
        if !cases.isEmpty { try dropDrafts(about: [person]) }
        return cases
    }
}

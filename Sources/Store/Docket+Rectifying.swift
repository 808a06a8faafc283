internal import Domain

extension Docket {
    /// Takes back the flags of open cases that rest on a row which says something else now; the next night decides anew. A case that
    /// nobody touched and that has no flag left is withdrawn. Of ended cases the timeline tells. What any flag said because of the row,
    /// gone ones too, is kept nowhere.
    ///
    /// - Parameters:
    ///   - said: what the row said, of whom: by that, flags are found whose extract was an earlier one.
    func retract(
        flagsRestingOn row: RowPosition, said: Set<Fact> = [], of persons: Set<PersonID> = []
    ) throws -> (all: [(id: CaseID, rule: RuleID)], withdrawn: [CaseID]) {
        let row = row.withoutOffset
        var resting: [Told] = []
        for told in try flags(naming: [row], about: persons) {
            let concerned = Set(told.flag.ground.map(\.person)).union([told.flag.person])
            // A sentence does not say whose its facts are: rather one too many is erased.
            func isTaken(_ sourced: SourcedFact, of person: PersonID?) -> Bool {
                sourced.position.withoutOffset == row
                    || sourced.position.source == row.source && said.contains(sourced.fact)
                        && !persons.isDisjoint(with: person.map { [$0] } ?? concerned)
            }
            guard let less = told.flag.without(isTaken, on: asOf) else { continue }
            try keep(less, of: told.id)
            guard !told.isGone else { continue }
            if told.flag.rests(on: isTaken) {
                resting.append(told)
            } else {
                try add(
                    .rectified, to: told.id, rule: less.rule,
                    note: "「\(less.title)」に添えられていた記録が訂正されたため、その文を消しました。")
            }
        }
        for (id, flag, _, isOpen) in resting {
            guard isOpen else {
                try add(.rectified, to: id, rule: flag.rule, note: "「\(flag.title)」の根拠の事実が訂正されました。")
                continue
            }
            try retireFlags(of: id, rule: flag.rule)
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
    /// left is withdrawn; one that people worked on stays, for whoever could read the flag.
    ///
    /// - Parameters:
    ///   - rows: each as a department's extract has it; offsets do not count.
    ///   - persons: whose they are, under every id; also rows of extracts before are known by it.
    ///   - rules: that may not use them; `nil`: none may.
    ///   - why: as cases tell it, without saying whose the rows are.
    /// - Returns: the cases it changed.
    @discardableResult
    func remove(
        flagsRestingOn rows: Set<RowPosition>, about persons: Set<PersonID>, of rules: Set<RuleID>? = nil,
        why: String
    ) throws -> [CaseID] {
        guard rules?.isEmpty != true else { return [] }
        let rows = Set(rows.map(\.withoutOffset))
        var (changed, ended): ([CaseID], [CaseID]) = ([], [])
        for told in try flags(naming: rows, about: persons) where rules?.contains(told.flag.rule) ?? true {
            let isTaken: (SourcedFact, PersonID?) -> Bool = { fact, person in
                rows.contains(fact.position.withoutOffset) || person.map(persons.contains) == true
            }
            if told.flag.rests(on: isTaken) {
                let rule = try erase(told.flag, of: told.id)
                // What the case told of a flag that was gone before goes with it, too.
                if !told.isGone || rule != told.flag.rule {
                    try add(.unused, to: told.id, rule: rule, note: why)
                }
                ended.append(told.id)
            } else if let less = told.flag.without(isTaken, on: asOf) {
                try keep(less, of: told.id)
                changed.append(told.id)
            }
        }
        try withdrawUntouched(ended)
        return Set(ended + changed).sorted()
    }

    private typealias Told = (id: CaseID, flag: Flag, isGone: Bool, isOpen: Bool)

    /// Flags that name a file of the rows or stand on what is known of the persons, in the order of cases; most do not, and are not read.
    private func flags(naming rows: Set<RowPosition>, about persons: Set<PersonID> = []) throws -> [Told] {
        var told: [Told] = []
        try database.statement(
            """
            SELECT f.case_id, f.flag, f.is_gone, q.id IS NOT NULL
            FROM case_flag f LEFT JOIN queue q ON q.id = f.case_id
            WHERE EXISTS (SELECT 1 FROM json_each(?1) WHERE instr(f.flag, value))
                OR EXISTS (SELECT 1 FROM json_each(f.flag, '$.ground') g, json_each(?2) p WHERE g.value ->> '$.person' = p.value)
            ORDER BY f.case_id, f.rule
            """
        ).rows(
            try json(Set(rows.map(\.file)).sorted().map { try json($0) }),
            try json(persons.sorted())
        ) { row in
            told.append(
                (CaseID(row.text(0)), try decoded(Flag.self, row.text(1)), row.bool(2), row.bool(3)))
        }
        return told
    }

    /// Deletes a flag; on a case that people worked on something stands in its place, by which they go on reading it.
    ///
    /// - Returns: by which rule's name the case tells of it.
    private func erase(_ flag: Flag, of id: CaseID) throws -> RuleID {
        let raisedOn = try database.statement(
            "DELETE FROM case_flag WHERE case_id = ? AND rule = ? RETURNING raised_on"
        ).first(id.rawValue, flag.rule.rawValue) { $0.int(0) }
        guard try isTouched(id) else { return flag.rule }
        let erased = flag.erased(try nextNumber(of: id, after: RuleID.erasedPrefix), on: asOf)
        try database.statement("INSERT INTO case_flag VALUES (?, ?, ?, ?, 1)").run(
            id.rawValue, erased.rule.rawValue, try json(erased), raisedOn ?? asOf.number)
        return erased.rule
    }

    func keep(_ flag: Flag, of id: CaseID) throws {
        try database.statement("UPDATE case_flag SET flag = ? WHERE case_id = ? AND rule = ?").run(
            json(flag), id.rawValue, flag.rule.rawValue)
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

extension RowPosition {
    /// Where it stands for people: the row, wherever that begins.
    var withoutOffset: RowPosition { RowPosition(source: source, file: file, line: line, offset: 0) }
}

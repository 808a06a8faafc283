internal import Domain

/// Cases of persons who turn out to be one, and to be two again.
///
/// The second undoes the first: what people wrote stands where it was written, and is only lent to the case that stays.
extension Docket {
    /// Moves the cases of absorbed persons to the survivors.
    ///
    /// Of two open cases one stays: that which people work on, else the one opened first; the other is withdrawn and says so.
    /// Flags of the other that nothing tonight speaks against go with the person.
    ///
    /// - Parameter undecided: as `update` takes it.
    func follow(_ aliases: [PersonID: PersonID], undecided: [PersonID: Set<RuleID>] = [:]) throws {
        for absorbed in aliases.keys.sorted() {
            let survivor = end(of: absorbed, in: aliases)
            guard survivor != absorbed else { continue }
            try noteMerge(of: absorbed, into: survivor)
            var moving: [(id: CaseID, isOpen: Bool)] = []
            try database.statement(
                "SELECT c.id, q.id IS NOT NULL FROM cases c LEFT JOIN queue q ON q.id = c.id WHERE c.person = ? ORDER BY c.id"
            ).rows(absorbed.rawValue) { moving.append((CaseID($0.text(0)), $0.bool(1))) }
            if moving.contains(where: \.isOpen) {
                try withdrawTheOther(absorbed, survivor, keeping: undecided[survivor] ?? [])
            }
            for (id, _) in moving {
                try database.statement("UPDATE cases SET person = ? WHERE id = ?").run(
                    survivor.rawValue, id.rawValue)
                try add(.moved, to: id, note: "名寄せの見直しにより、同一人物とされた方へ引き継ぎました。")
            }
        }
    }

    /// Moves the cases that persons founded whose merge was taken back from the survivors to them.
    ///
    /// Comes after `follow`, every night. What was noted during the merge stays with the case it was noted on.
    func giveBack(_ regained: [PersonID: PersonID], undecided: [PersonID: Set<RuleID>] = [:]) throws {
        for (founder, person) in regained.sorted(by: { $0.key < $1.key }) {
            try noteMerge(of: founder, into: person)
            var moving: [(id: CaseID, holder: PersonID, isOpen: Bool)] = []
            try database.statement(
                """
                SELECT c.id, c.person, q.id IS NOT NULL FROM cases c LEFT JOIN queue q ON q.id = c.id
                WHERE c.founder = ?1 AND c.person <> ?2 ORDER BY c.id
                """
            ).rows(founder.rawValue, person.rawValue) {
                moving.append((CaseID($0.text(0)), PersonID($0.text(1)), $0.bool(2)))
            }
            for (id, holder, isOpen) in moving {
                if isOpen { try withdrawTheOther(holder, person, keeping: undecided[person] ?? []) }
                try database.statement("UPDATE cases SET person = ? WHERE id = ?").run(
                    person.rawValue, id.rawValue)
                try add(.moved, to: id, note: "名寄せの見直しにより、別の人とされたため、もとの方へ戻しました。")
            }
        }
        try reopen()
        try takeBackByHand()
    }

    /// Whoever lives under an id of their own again is nobody else's former id any more.
    private func noteMerge(of id: PersonID, into survivor: PersonID) throws {
        try database.statement("DELETE FROM person_merge WHERE absorbed = ?1 AND survivor <> ?2").run(
            id.rawValue, survivor.rawValue)
        guard id != survivor else { return }
        // Straight to who it is now: each of a chain may be taken back by itself.
        try database.statement("UPDATE OR REPLACE person_merge SET survivor = ?2 WHERE survivor = ?1").run(
            id.rawValue, survivor.rawValue)
        try database.statement("INSERT OR IGNORE INTO person_merge VALUES (?, ?)").run(
            id.rawValue, survivor.rawValue)
    }

    /// A case that was withdrawn for another one whose person is somebody else now.
    private struct PartedCase {
        let id: CaseID
        let kept: CaseID
        let person: PersonID
        /// Who it was when its flags were raised.
        let founder: PersonID
        /// Before it was withdrawn.
        let state: String
        let rules: String
        /// Whereto its flags may have gone, from case to case.
        let onward: [CaseID]
    }

    /// Cases that were withdrawn for another one whose person is somebody else again go on as they were.
    private func reopen() throws {
        let parted = try partedCases()
        for one in parted {
            let open = try database.statement("SELECT id FROM queue WHERE person = ?").first(
                one.person.rawValue
            ) { CaseID($0.text(0)) }
            if let open {
                // Its person has come to a third one's case: it waits for those two to part.
                try database.statement("UPDATE case_joined SET kept = ? WHERE case_id = ?").run(
                    open.rawValue, one.id.rawValue)
                try lendByHand(of: one.id, to: open, decoded([RuleID].self, one.rules))
                continue
            }
            try database.statement("DELETE FROM case_joined WHERE case_id = ?").run(one.id.rawValue)
            try restoreFlags(of: one.id, decoded([RuleID].self, one.rules).filter(\.isByHand))
            let isStill = "id = ?1 AND state = '\(CaseState.withdrawn.rawValue)'"
            guard
                try database.statement("SELECT 1 FROM cases WHERE \(isStill)").first(
                    one.id.rawValue, read: { _ in true })
                    ?? false
            else { continue }
            try database.statement("UPDATE cases SET state = ?2 WHERE id = ?1").run(
                one.id.rawValue, one.state)
            try restoreFlags(of: one.id, decoded([RuleID].self, one.rules))
            try add(
                .reopened, to: one.id,
                note: "名寄せの見直しにより、別の人とされたため、まとめる前の状態（\(one.state)）に戻しました。"
                    + "まとめていた間に書かれたことがあれば、まとめた先のケース(\(one.onward.map(\.rawValue).joined(separator: "、")))に残っています。"
            )
        }
        // After all are open: one that was itself lent a flag has it again by then.
        for one in parted {
            for id in one.onward where try holder(of: id) != one.person {
                for flag in try storedFlags(of: id)
                where [one.person, one.founder].contains(flag.person) && !flag.rule.isByHand {
                    try retireFlags(of: id, rule: flag.rule)
                }
            }
        }
    }

    private func restoreFlags(of id: CaseID, _ rules: [RuleID]) throws {
        try database.statement(
            "UPDATE case_flag SET is_gone = 0 WHERE case_id = ?1 AND rule IN (SELECT value FROM json_each(?2))"
        ).run(id.rawValue, json(rules))
    }

    private func partedCases() throws -> [PartedCase] {
        var parted: [PartedCase] = []
        try database.statement(
            """
            SELECT j.case_id, j.kept, c.person, j.state, j.rules, c.founder FROM case_joined j
            JOIN cases c ON c.id = j.case_id JOIN cases k ON k.id = j.kept
            WHERE c.person <> k.person ORDER BY j.case_id
            """
        ).rows { row in
            let kept = CaseID(row.text(1))
            var onward: [CaseID] = []
            try database.statement(
                """
                WITH RECURSIVE onward(id) AS (
                    SELECT ?1 UNION SELECT j.kept FROM case_joined j JOIN onward ON j.case_id = onward.id)
                SELECT id FROM onward ORDER BY id
                """
            ).rows(kept.rawValue) { onward.append(CaseID($0.text(0))) }
            parted.append(
                PartedCase(
                    id: CaseID(row.text(0)), kept: kept, person: PersonID(row.text(2)),
                    founder: PersonID(row.text(5)),
                    state: row.text(3),
                    rules: row.text(4), onward: onward))
        }
        return parted
    }

    /// Whom a case is about now: a flag keeps the id it was raised under.
    func holder(of id: CaseID) throws -> PersonID? {
        try database.statement("SELECT person FROM cases WHERE id = ?").first(id.rawValue) {
            PersonID($0.text(0))
        }
    }

    private func withdrawTheOther(
        _ absorbed: PersonID, _ survivor: PersonID, keeping undecided: Set<RuleID>
    ) throws {
        var both: [(id: CaseID, state: String, isTouched: Bool)] = []
        try database.statement("SELECT id, state FROM queue WHERE person IN (?, ?) ORDER BY opened_on, id")
            .rows(
                absorbed.rawValue, survivor.rawValue
            ) {
                let id = CaseID($0.text(0))
                both.append((id, $0.text(1), try isTouched(id)))
            }
        guard both.count == 2 else { return }
        let (kept, other) = both[1].isTouched && !both[0].isTouched ? (both[1], both[0]) : (both[0], both[1])
        let known = Set(try storedFlags(of: kept.id).map(\.rule))
        let flags = try storedFlags(of: other.id)
        for flag in flags
        where undecided.contains(flag.rule) && !known.contains(flag.rule) && !flag.rule.isByHand {
            try database.statement(
                """
                INSERT INTO case_flag SELECT ?1, rule, flag, raised_on, 0 FROM case_flag WHERE case_id = ?2 AND rule = ?3
                ON CONFLICT DO UPDATE SET flag = excluded.flag, raised_on = excluded.raised_on, is_gone = 0
                """
            ).run(kept.id.rawValue, other.id.rawValue, flag.rule.rawValue)
            try add(.moved, to: kept.id, rule: flag.rule, note: "「\(flag.title)」を、同一人物とされた方のケースから引き継ぎました。")
        }
        let rules = flags.map(\.rule).sorted()
        try lendByHand(of: other.id, to: kept.id, rules)
        try database.statement("INSERT OR REPLACE INTO case_joined VALUES (?, ?, ?, ?)").run(
            other.id.rawValue, kept.id.rawValue, other.state, try json(rules))
        try retireFlags(of: other.id)
        try withdraw(other.id)
        try add(.joined, to: other.id, note: "名寄せの見直しにより、同一人物のケース(\(kept.id))にまとめました。")
    }

    /// Has what people opened a case with be read on the case that is kept of two, too, as long as they are one person's.
    ///
    /// - Parameter rules: that stood on the case.
    private func lendByHand(of other: CaseID, to kept: CaseID, _ rules: [RuleID]) throws {
        for rule in rules where rule.isByHand {
            let stored = try database.statement(
                "SELECT flag, raised_on FROM case_flag WHERE case_id = ? AND rule = ?"
            ).first(other.rawValue, rule.rawValue) { (try decoded(Flag.self, $0.text(0)), $0.int(1)) }
            guard let (words, on) = stored else { continue }
            let lent = rule.lent(by: other)
            // What comes home is there already, and what was lent before is lent still.
            let isThere = try database.statement(
                "SELECT 1 FROM case_flag WHERE case_id = ? AND rule = ? AND NOT is_gone"
            ).first(kept.rawValue, lent.rawValue) { _ in true }
            guard !lent.isLent(by: kept), isThere == nil else { continue }
            var flag = words
            flag.rule = lent
            try database.statement(
                "INSERT INTO case_flag VALUES (?, ?, ?, ?, 0) ON CONFLICT DO UPDATE SET is_gone = 0"
            ).run(kept.rawValue, lent.rawValue, try json(flag), on)
            try add(.moved, to: kept, rule: lent, note: "職員が開いた理由を、同一人物とされた方のケースから引き継ぎました。")
        }
    }

    /// Deletes what people wrote of somebody from the cases of others for whom that person was taken; it stands where they wrote it.
    private func takeBackByHand() throws {
        try database.execute(
            """
            DELETE FROM case_flag WHERE rule LIKE '\(RuleID.handPrefix)%' AND EXISTS (
                SELECT 1 FROM cases c WHERE c.id = case_id AND c.founder <> flag ->> '$.person' AND c.person <> coalesce(
                    (SELECT survivor FROM person_merge WHERE absorbed = flag ->> '$.person'), flag ->> '$.person'))
            """)
    }

    /// The last survivor of a chain of merges.
    private func end(of person: PersonID, in aliases: [PersonID: PersonID]) -> PersonID {
        var (seen, end): (Set<PersonID>, PersonID) = ([person], person)
        while let next = aliases[end], seen.insert(next).inserted { end = next }
        return end
    }
}

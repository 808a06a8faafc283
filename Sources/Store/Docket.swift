internal import Domain

/// The cases as the night changes them; works inside the publishing transaction.
///
/// Only the machine's own work is undone here: a case that a person has touched is never closed by the night, but where its
/// person turns out to be somebody with an open case; then it is kept as it was, for the day the two are two again.
struct Docket {
    static let actor = "nightly"

    let database: Database
    let keys: WorkspaceKeys
    /// The publication's day.
    let asOf: Day
    /// Milliseconds since 1970.
    let at: Int
    /// Whether a person is protected; `nil` where this night knows nothing of the person.
    let standing: (PersonID) throws -> Bool?
    /// Tells what became of the facts that flags rested on; `nil` where nothing is compared.
    var ground: GroundWatch?

    private struct OpenCase {
        let id: CaseID
        let person: PersonID
        let state: CaseState
        let isProtected: Bool
    }

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
    /// Comes after `follow`. What was noted during the merge stays with the case it was noted on.
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

    /// Cases that were withdrawn for another one whose person is somebody else again go on as they were.
    private func reopen() throws {
        var parted: [(id: CaseID, kept: CaseID, person: PersonID, state: String, rules: String)] = []
        try database.statement(
            """
            SELECT j.case_id, j.kept, c.person, j.state, j.rules FROM case_joined j
            JOIN cases c ON c.id = j.case_id JOIN cases k ON k.id = j.kept
            WHERE c.person <> k.person ORDER BY j.case_id
            """
        ).rows {
            parted.append(
                (CaseID($0.text(0)), CaseID($0.text(1)), PersonID($0.text(2)), $0.text(3), $0.text(4)))
        }
        for (id, kept, person, state, rules) in parted {
            let open = try database.statement("SELECT id FROM queue WHERE person = ?").first(person.rawValue)
            {
                $0.text(0)
            }
            if let open {
                // Its person has come to a third one's case: it waits for those two to part.
                try database.statement("UPDATE case_joined SET kept = ? WHERE case_id = ?").run(
                    open, id.rawValue)
                continue
            }
            try database.statement("DELETE FROM case_joined WHERE case_id = ?").run(id.rawValue)
            for flag in try storedFlags(of: kept) where flag.person == person {
                try retireFlags(of: kept, rule: flag.rule)
            }
            let isStill = "id = ?1 AND state = '\(CaseState.withdrawn.rawValue)'"
            guard
                try database.statement("SELECT 1 FROM cases WHERE \(isStill)").first(
                    id.rawValue, read: { _ in true })
                    ?? false
            else { continue }
            try database.statement("UPDATE cases SET state = ?2 WHERE id = ?1").run(id.rawValue, state)
            try database.statement(
                "UPDATE case_flag SET is_gone = 0 WHERE case_id = ?1 AND rule IN (SELECT value FROM json_each(?2))"
            ).run(id.rawValue, rules)
            try add(.reopened, to: id, note: "名寄せの見直しにより、別の人とされたため、まとめる前の状態（\(state)）に戻しました。")
        }
    }

    /// Opens a case for every flagged person without one, renews the flags of open cases, and withdraws candidates that
    /// nobody touched and whose signals are gone.
    ///
    /// - Parameter undecided: rules that could not be applied to a person tonight (a source missing or stale): a flag
    ///   they raised before stands, since nothing tonight speaks against it.
    func update(with flags: [Flag], undecided: [PersonID: Set<RuleID>] = [:]) throws -> CaseCounts {
        var counts = CaseCounts()
        var flagged = Dictionary(grouping: flags, by: \.person)
        var open: [PersonID: OpenCase] = [:]
        try database.statement("SELECT id, person, state, protected FROM queue").rows { row in
            guard let state = CaseState(rawValue: row.text(2)) else { throw ByteReader.damaged }
            let person = PersonID(row.text(1))
            open[person] = OpenCase(
                id: CaseID(row.text(0)), person: person, state: state, isProtected: row.bool(3))
        }
        for kept in open.values {
            guard let rules = undecided[kept.person] else { continue }
            let tonight = Set((flagged[kept.person] ?? []).map(\.rule))
            let standing = try storedFlags(of: kept.id).filter {
                rules.contains($0.rule) && !tonight.contains($0.rule)
            }
            if !standing.isEmpty { flagged[kept.person, default: []] += standing }
        }
        for person in flagged.keys.sorted() {
            let flags = (flagged[person] ?? []).sorted { $0.rule < $1.rule }
            let kept = open[person]
            if kept == nil {
                let answered = try answeredRules(of: person)
                if flags.allSatisfy({ answered.contains($0.rule) }) {
                    counts.answered = (counts.answered ?? 0) + 1
                    continue
                }
            }
            let id = try kept?.id ?? openCase(for: person)
            if kept == nil { counts.new += 1 }
            try renew(id, flags: flags)
            try keepProtection(id, person: person, was: kept?.isProtected ?? false)
        }
        for gone in open.values.filter({ flagged[$0.person] == nil }).sorted(by: { $0.id < $1.id }) {
            try keepProtection(gone.id, person: gone.person, was: gone.isProtected)
            try renew(gone.id, flags: [])
            if try gone.state == .candidate && !isTouched(gone.id) {
                try withdraw(gone.id)
                counts.withdrawn += 1
            }
        }
        try retireAnswered(flagged, undecided)
        counts.open = try database.statement("SELECT count(*) FROM queue").first { $0.int(0) } ?? 0
        return counts
    }

    /// Rules whose flags people have answered by ending a case, and that have not been quiet since: they open no new one, until
    /// the end of 対象外's period where it has one.
    private func answeredRules(of person: PersonID) throws -> Set<RuleID> {
        var rules: Set<RuleID> = []
        try database.statement(
            """
            SELECT f.rule FROM cases c JOIN case_flag f ON f.case_id = c.id
            WHERE c.person = ?1 AND NOT f.is_gone AND c.state IN (SELECT value FROM json_each(?2))
                AND coalesce(c.quiet_until >= ?3, 1)
            """
        ).rows(person.rawValue, try Self.answeredStates(), asOf.number) { rules.insert(RuleID($0.text(0))) }
        return rules
    }

    /// A flag of an ended case that no longer holds is gone there too: when it comes again, it is a new signal. Of one that does, the
    /// ground is tonight's.
    private func retireAnswered(_ flagged: [PersonID: [Flag]], _ undecided: [PersonID: Set<RuleID>]) throws {
        var answered: [(id: CaseID, flag: Flag, tonight: Flag?)] = []
        try database.statement(
            """
            SELECT c.id, c.person, f.rule, f.flag FROM cases c JOIN case_flag f ON f.case_id = c.id
            WHERE NOT f.is_gone AND c.state IN (SELECT value FROM json_each(?)) ORDER BY c.id, f.rule
            """
        ).rows(try Self.answeredStates()) { row in
            let (person, rule) = (PersonID(row.text(1)), RuleID(row.text(2)))
            let tonight = flagged[person]?.first { $0.rule == rule }
            guard !rule.isByHand, tonight != nil || undecided[person]?.contains(rule) != true else { return }
            answered.append((CaseID(row.text(0)), try decoded(Flag.self, row.text(3)), tonight))
        }
        for (id, flag, tonight) in answered {
            guard let tonight else {
                try retireFlags(of: id, rule: flag.rule)
                try tell(of: flag, goneFrom: id)
                continue
            }
            guard tonight.ground != flag.ground else { continue }
            try tell(of: flag, on: id, stillRaisedAs: tonight)
            // What people read of an ended case stays as it was; what it rests on now, the next night compares with.
            try database.statement("UPDATE case_flag SET flag = ? WHERE case_id = ? AND rule = ?").run(
                json(flag.resting(on: tonight.ground)), id.rawValue, flag.rule.rawValue)
        }
    }

    private static func answeredStates() throws -> String {
        try json(CaseState.allCases.filter(\.isAnswered).map(\.rawValue))
    }

    func openCase(for person: PersonID) throws -> CaseID {
        var sequence =
            try database.statement("SELECT coalesce(max(sequence), 0) + 1 FROM cases WHERE founder = ?")
            .first(person.rawValue) { $0.int(0) } ?? 1
        // One of the person's cases may be left as a tombstone, which does not say whose it was.
        while try CaseRow.one(keys.caseID(person: person, sequence: sequence), in: database) != nil {
            sequence += 1
        }
        let id = keys.caseID(person: person, sequence: sequence)
        try database.statement(
            "INSERT INTO cases(id, person, founder, sequence, state, opened_on, protected) VALUES (?, ?, ?, ?, ?, ?, 0)"
        ).run(
            id.rawValue, person.rawValue, person.rawValue, sequence, CaseState.candidate.rawValue, asOf.number
        )
        return id
    }

    /// Writes tonight's flags; a case event for each rule that came or went, and none for the others.
    ///
    /// An event tells of one flag, so that a reader who may not see the flag does not see the event either.
    private func renew(_ id: CaseID, flags: [Flag]) throws {
        var before: [String: String] = [:]
        // What people said, no night takes back.
        try database.statement("SELECT rule, flag FROM case_flag WHERE case_id = ? AND NOT is_gone")
            .rows(id.rawValue) { if !RuleID($0.text(0)).isByHand { before[$0.text(0)] = $0.text(1) } }
        for flag in flags {
            let (text, known) = (try json(flag), before.removeValue(forKey: flag.rule.rawValue))
            guard known != text else { continue }
            try database.statement(
                """
                INSERT INTO case_flag VALUES (?, ?, ?, ?, 0) ON CONFLICT DO UPDATE SET flag = excluded.flag,
                    raised_on = iif(is_gone, excluded.raised_on, raised_on), is_gone = 0
                """
            ).run(id.rawValue, flag.rule.rawValue, text, asOf.number)
            if let known {
                try tell(of: decoded(Flag.self, known), on: id, stillRaisedAs: flag)
                continue
            }
            try add(
                .signal, to: id, rule: flag.rule, note: "「\(flag.title)」に当てはまることを、\(asOf)時点のデータで確認しました。")
        }
        for (_, text) in before.sorted(by: { $0.key < $1.key }) {
            let gone = try decoded(Flag.self, text)
            try retireFlags(of: id, rule: gone.rule)
            try tell(of: gone, goneFrom: id)
        }
    }

    private func storedFlags(of id: CaseID) throws -> [Flag] {
        var flags: [Flag] = []
        try database.statement("SELECT flag FROM case_flag WHERE case_id = ? AND NOT is_gone").rows(
            id.rawValue
        ) {
            flags.append(try decoded(Flag.self, $0.text(0)))
        }
        return flags
    }

    /// - Parameter rule: `nil`: every flag of the case.
    private func retireFlags(of id: CaseID, rule: RuleID? = nil) throws {
        try database.statement(
            "UPDATE case_flag SET is_gone = 1 WHERE case_id = ?1 AND rule = coalesce(?2, rule)"
        )
        .run(id.rawValue, rule?.rawValue)
    }

    private func isTouched(_ id: CaseID) throws -> Bool {
        try database.statement("SELECT 1 FROM case_event WHERE case_id = ? AND actor <> ? LIMIT 1")
            .first(id.rawValue, Self.actor) { _ in true } ?? false
    }

    /// Protection is taken over from tonight's data; where tonight knows nothing, what was protected stays protected.
    private func keepProtection(_ id: CaseID, person: PersonID, was: Bool) throws {
        let isProtected = try standing(person) ?? was
        guard isProtected != was else { return }
        try database.statement("UPDATE cases SET protected = ? WHERE id = ?").run(isProtected, id.rawValue)
    }

    private func withdrawTheOther(_ absorbed: PersonID, _ survivor: PersonID, keeping undecided: Set<RuleID>)
        throws
    {
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
        for flag in flags where undecided.contains(flag.rule) && !known.contains(flag.rule) {
            try database.statement(
                """
                INSERT INTO case_flag SELECT ?1, rule, flag, raised_on, 0 FROM case_flag WHERE case_id = ?2 AND rule = ?3
                ON CONFLICT DO UPDATE SET flag = excluded.flag, raised_on = excluded.raised_on, is_gone = 0
                """
            ).run(kept.id.rawValue, other.id.rawValue, flag.rule.rawValue)
            try add(.moved, to: kept.id, rule: flag.rule, note: "「\(flag.title)」を、同一人物とされた方のケースから引き継ぎました。")
        }
        try moveByHand(from: other.id, to: kept.id)
        try database.statement("INSERT OR REPLACE INTO case_joined VALUES (?, ?, ?, ?)").run(
            other.id.rawValue, kept.id.rawValue, other.state, try json(flags.map(\.rule).sorted()))
        try retireFlags(of: other.id)
        try withdraw(other.id)
        try add(.joined, to: other.id, note: "名寄せの見直しにより、同一人物のケース(\(kept.id))にまとめました。")
    }

    func withdraw(_ id: CaseID) throws {
        try database.statement(
            "UPDATE cases SET state = ?, offered_to = NULL, closing = NULL, version = version + 1 WHERE id = ?"
        ).run(CaseState.withdrawn.rawValue, id.rawValue)
    }

    enum What: String {
        case signal = "きっかけの確認"
        case signalGone = "きっかけの解消"
        case joined = "取下げ"
        case reopened = "再開"
        case moved = "名寄せによる引継ぎ"
        case stopped = "利用停止"
        case rectified = "訂正"
        case takenBack = "根拠の取消し"
        case shredded = "消去"
    }

    /// - Parameter rule: the rule whose flag it is about; `nil`: about the case as such.
    func add(_ what: What, to id: CaseID, rule: RuleID? = nil, note: String) throws {
        try database.statement(
            "INSERT INTO case_event(case_id, at, actor, what, note, rule) VALUES (?, ?, ?, ?, ?, ?)"
        ).run(id.rawValue, at, Self.actor, what.rawValue, note, rule?.rawValue)
    }

    /// The last survivor of a chain of merges.
    private func end(of person: PersonID, in aliases: [PersonID: PersonID]) -> PersonID {
        var (seen, end): (Set<PersonID>, PersonID) = ([person], person)
        while let next = aliases[end], seen.insert(next).inserted { end = next }
        return end
    }
}

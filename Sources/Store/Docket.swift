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

    /// Opens a case for every flagged person without one, renews the flags of open cases, and withdraws candidates that
    /// nobody touched and whose signals are gone.
    ///
    /// - Parameter undecided: rules that could not be applied to a person tonight (a source missing or stale): a flag
    ///   they raised before stands, since nothing tonight speaks against it.
    func update(with flags: [KeptFlag], undecided: [PersonID: Set<RuleID>] = [:]) throws -> CaseCounts {
        var counts = CaseCounts()
        var flagged = Dictionary(grouping: flags, by: \.flag.person)
        var open: [PersonID: OpenCase] = [:]
        try database.statement("SELECT id, person, state, protected FROM queue").rows { row in
            guard let state = CaseState(rawValue: row.text(2)) else { throw ByteReader.damaged }
            let person = PersonID(row.text(1))
            open[person] = OpenCase(
                id: CaseID(row.text(0)), person: person, state: state, isProtected: row.bool(3))
        }
        for kept in open.values {
            guard let rules = undecided[kept.person] else { continue }
            let tonight = Set((flagged[kept.person] ?? []).map(\.flag.rule))
            let standing = try keptFlags(of: kept.id).filter {
                rules.contains($0.flag.rule) && !tonight.contains($0.flag.rule)
            }
            if !standing.isEmpty { flagged[kept.person, default: []] += standing }
        }
        for person in flagged.keys.sorted() {
            let flags = (flagged[person] ?? []).sorted { $0.flag.rule < $1.flag.rule }
            let kept = open[person]
            if kept == nil {
                let answered = try answeredRules(of: person)
                if flags.allSatisfy({ answered.contains($0.flag.rule) }) {
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
            WHERE c.person = ?1 AND NOT f.is_gone AND c.state IN (\(OpenQueue.Kind.ended.states))
                AND coalesce(c.quiet_until >= ?2, 1)
            """
        ).rows(person.rawValue, asOf.number) { rules.insert(RuleID($0.text(0))) }
        return rules
    }

    /// A flag of an ended case that no longer holds is gone there too: when it comes again, it is a new signal. Of one that does, the
    /// ground is tonight's.
    private func retireAnswered(
        _ flagged: [PersonID: [KeptFlag]], _ undecided: [PersonID: Set<RuleID>]
    ) throws {
        var answered: [(id: CaseID, flag: Flag, tonight: Flag?)] = []
        try database.statement(
            """
            SELECT c.id, c.person, f.rule, f.flag FROM cases c JOIN case_flag f ON f.case_id = c.id
            WHERE NOT f.is_gone AND c.state IN (\(OpenQueue.Kind.ended.states)) ORDER BY c.id, f.rule
            """
        ).rows { row in
            let (person, rule) = (PersonID(row.text(1)), RuleID(row.text(2)))
            let tonight = flagged[person]?.first { $0.flag.rule == rule }?.flag
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
            // What people read of an ended case stays as it was but for what was taken back; what it rests on now, the next night
            // compares with.
            var standing = try tell(of: flag, on: id, stillRaisedAs: tonight)
            standing.ground = tonight.ground
            try keep(standing, of: id)
        }
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
    private func renew(_ id: CaseID, flags: [KeptFlag]) throws {
        var before: [String: String] = [:]
        // What people said, no night takes back.
        try database.statement("SELECT rule, flag FROM case_flag WHERE case_id = ? AND NOT is_gone")
            .rows(id.rawValue) { if !RuleID($0.text(0)).isByHand { before[$0.text(0)] = $0.text(1) } }
        for kept in flags {
            let (flag, text) = (kept.flag, kept.text)
            let known = before.removeValue(forKey: flag.rule.rawValue)
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
        let gone = try before.sorted { $0.key < $1.key }.map { try decoded(Flag.self, $0.value) }
        for flag in gone { try retireFlags(of: id, rule: flag.rule) }
        for flag in gone { try tell(of: flag, goneFrom: id) }
    }

    func storedFlags(of id: CaseID) throws -> [Flag] { try keptFlags(of: id).map(\.flag) }

    private func keptFlags(of id: CaseID) throws -> [KeptFlag] {
        var flags: [KeptFlag] = []
        try database.statement("SELECT flag FROM case_flag WHERE case_id = ? AND NOT is_gone").rows(
            id.rawValue
        ) { flags.append(try KeptFlag(kept: $0.text(0))) }
        return flags
    }

    /// What it stood on stays with it: by that it is found where somebody may not be told of any more.
    ///
    /// - Parameter rule: `nil`: every flag of the case.
    func retireFlags(of id: CaseID, rule: RuleID? = nil) throws {
        try database.statement(
            "UPDATE case_flag SET is_gone = 1 WHERE case_id = ?1 AND rule = coalesce(?2, rule)"
        )
        .run(id.rawValue, rule?.rawValue)
    }

    func isTouched(_ id: CaseID) throws -> Bool {
        try database.statement("SELECT 1 FROM case_event WHERE case_id = ? AND actor <> ? LIMIT 1")
            .first(id.rawValue, Self.actor) { _ in true } ?? false
    }

    /// Protection is taken over from tonight's data; where tonight knows nothing, what was protected stays protected.
    private func keepProtection(_ id: CaseID, person: PersonID, was: Bool) throws {
        let isProtected = try standing(person) ?? was
        guard isProtected != was else { return }
        try database.statement("UPDATE cases SET protected = ? WHERE id = ?").run(isProtected, id.rawValue)
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
        /// Of records that may be anybody's of the family: says neither why nor whose.
        case unused = "記録の除外"
        case rectified = "訂正"
        case takenBack = "根拠の取消し"
        case shredded = "消去"
    }

    /// - Parameter rule: the rule whose flag it is about; `nil`: about the case as such.
    /// - Parameters:
    ///   - items: of what it tells; who may not see all of them reads `plain` instead, and nothing where there is none.
    func add(
        _ what: What, to id: CaseID, rule: RuleID? = nil, note: String, of items: Set<ItemCode>? = nil,
        plain: String? = nil
    ) throws {
        try database.statement(
            "INSERT INTO case_event(case_id, at, actor, what, note, rule, items, plain) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        ).run(
            id.rawValue, at, Self.actor, what.rawValue, note, rule?.rawValue,
            items.map { try json($0.sorted()) },
            plain)
    }
}

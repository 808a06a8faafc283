internal import Domain

/// Why what a flag stood on does not stand any more, other than that time went by.
enum TakenBack: String {
    case parted = "名寄せの見直しで、別の方の記録とされました"
    case changed = "届いた記録では、別の内容になっています（訂正や取消し）"
    case gone = "届いた記録に、もうありません（取消しか、届く期間の終わり）"
}

extension Docket {
    /// Says on the case that a flag is gone; where its ground was taken back, whoever acted on the case since it was raised is to be
    /// told.
    func tell(of flag: Flag, goneFrom id: CaseID) throws {
        guard let why = try takenBack(flag) else {
            return try add(
                .signalGone, to: id, rule: flag.rule, note: "「\(flag.title)」は、最新のデータでは確認されなくなりました。")
        }
        try add(
            .takenBack, to: id, rule: flag.rule,
            note: "「\(flag.title)」の根拠の記録が、\(why.rawValue)。これをもとにしたことがあれば、見直してください。")
        try database.statement(
            """
            INSERT INTO taking_back(case_id, rule, user, at, why)
            SELECT DISTINCT ?1, ?2, u.id, ?3, ?4 FROM user u WHERE 'user:' || u.id IN (
                SELECT e.actor FROM case_event e WHERE e.case_id = ?1 AND e.id > coalesce((
                    SELECT max(s.id) FROM case_event s WHERE s.case_id = ?1 AND s.rule = ?2 AND s.what = ?5), 0))
                OR u.id = (SELECT holder FROM cases WHERE id = ?1)
            ORDER BY u.id
            """
        ).run(id.rawValue, flag.rule.rawValue, at, why.rawValue, What.signal.rawValue)
    }

    /// Of facts with a day alone: a state that ended, or an absence that a record ended, was no mistake.
    private func takenBack(_ flag: Flag) throws -> TakenBack? {
        let ground = flag.reasons.flatMap(\.facts).map(\.fact).filter { $0.on != nil }
        guard let told, !ground.isEmpty else { return nil }
        let now = try told(flag.person)
        let lost = ground.filter { !now.contains($0) }
        guard !lost.isEmpty else { return nil }
        if parted.contains(flag.person) { return .parted }
        let isOther = lost.contains { fact in
            now.contains { ($0.item, $0.kind, $0.on) == (fact.item, fact.kind, fact.on) }
        }
        return isOther ? .changed : .gone
    }
}

extension RunStore {
    /// What the records of a person, and of whoever lives there, say: compared with what was said, and shown to nobody.
    func facts(around person: PersonID) throws -> Set<Fact> {
        guard !ring.isShredded(person) else { return [] }
        var numbers: [Int] = []
        try vault.statement(
            """
            SELECT o.id FROM person p JOIN person o ON o.id = p.id OR o.household = p.household WHERE p.person = ?
            """
        ).rows(person.rawValue) { numbers.append($0.int(0)) }
        let reader = try FactReader(self)
        return try numbers.reduce(into: []) { facts, number in
            facts.formUnion(try reader.facts(of: entities(ofPerson: number)) { _ in true }.map(\.fact))
        }
    }

    /// Who is not tonight whom the last night took them for.
    func parted() throws -> Set<PersonID> {
        try identityChanges().reduce(into: []) { persons, change in
            switch change {
            case .split(let from, let to), .revived(let to, let from): persons.formUnion([from, to])
            case .new, .merged, .absent, .returned: break
            }
        }
    }
}

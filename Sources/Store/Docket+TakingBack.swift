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
        guard let why = try takenBack(flag, of: id) else {
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
    ///
    /// What is not there because nobody of a source's records came, or somebody refused the use, nobody took back.
    private func takenBack(_ flag: Flag, of id: CaseID) throws -> TakenBack? {
        let ground = flag.reasons.flatMap(\.facts).filter { $0.fact.on != nil }
        guard let told, !ground.isEmpty else { return nil }
        // A flag keeps the id it was raised under.
        let person =
            try database.statement("SELECT person FROM cases WHERE id = ?").first(id.rawValue) {
                PersonID($0.text(0))
            } ?? flag.person
        let now = try told(person)
        let lost = ground.filter { !now.facts.contains($0.fact) }
        guard !lost.isEmpty else { return nil }
        if parted.contains(person) || parted.contains(flag.person) { return .parted }
        let isOther = lost.contains { lost in
            now.facts.contains {
                ($0.item, $0.kind, $0.on) == (lost.fact.item, lost.fact.kind, lost.fact.on)
            }
        }
        if isOther { return .changed }
        let isMissed = lost.contains { now.sources.contains($0.position.source) }
        return isMissed && now.persons.isDisjoint(with: refused) ? .gone : nil
    }
}

/// What is known tonight of a person and of whoever lives there.
struct Surroundings {
    var persons: Set<PersonID> = []
    var facts: Set<Fact> = []
    /// Of which a record of one of them came.
    var sources: Set<SourceID> = []
}

extension RunStore {
    /// What the records of a person, and of whoever lives there, say: compared with what was said, and shown to nobody.
    func surroundings(of person: PersonID) throws -> Surroundings {
        var found = Surroundings()
        let household = try household(of: person)
        guard !household.isEmpty else { return found }
        found.persons = Set(household.map(\.id))
        let reader = try FactReader(self)
        for entities in try household.map({ try entities(ofPerson: $0.number) }) {
            found.facts.formUnion(try reader.facts(of: entities) { _ in true }.map(\.fact))
            for entity in entities {
                try facts.statement(
                    "SELECT DISTINCT d.source FROM record r JOIN file d ON d.id = r.file WHERE r.entity = ?"
                ).rows(entity) { found.sources.insert(SourceID($0.text(0))) }
            }
        }
        return found
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

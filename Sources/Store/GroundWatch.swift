internal import Domain

/// Why what a flag stood on does not stand any more, other than that something happened since; of several, the first is told.
enum TakenBack: String, CaseIterable, Comparable {
    case parted = "名寄せの見直しで、別の方の記録とされました"
    case changed = "届いた記録では、別の内容になっています（訂正や取消し）"
    case gone = "届いた記録に、もうありません（取消しか、届く記録の範囲から外れたため）"
    case unplaced = "届いた記録に見当たりません（取消しか、だれの記録か分からない行があるため）"

    static func < (left: TakenBack, right: TakenBack) -> Bool {
        left != right && allCases.first { $0 == left || $0 == right } == left
    }
}

/// What became of the facts that flags rested on: last night's records beside tonight's, compared and shown to nobody.
///
/// Decision 0043 says what tells a record that was taken back from one that something followed.
final class GroundWatch {
    private let tonight: NightRecords
    /// Of the run in service until now; `nil` where it is lost.
    private let before: NightRecords?
    private let merged: (PersonID) throws -> PersonID?
    /// Whether somebody born then is past the ages a rule is about.
    private let outgrown: (RuleID, PartialDate?) -> Bool
    /// Whose facts are left out of tonight's since they refused a use.
    var refused: Set<PersonID> = []
    /// Sources with rejected rows that may be anybody's.
    var unplaced: Set<SourceID> = []
    /// Who is not tonight whom the last night took them for.
    private let parted: Set<PersonID>

    /// - Parameter merged: who somebody is now who was taken for another; `nil`: nobody else.
    init(
        tonight: RunStore, before: RunStore?, merged: @escaping (PersonID) throws -> PersonID?,
        outgrown: @escaping (RuleID, PartialDate?) -> Bool
    ) throws {
        self.tonight = try NightRecords(tonight)
        self.before = try before.map(NightRecords.init)
        (self.merged, self.outgrown) = (merged, outgrown)
        parted = try tonight.parted()
    }

    /// Whether the ground of a flag was taken back, how, and which facts of it (`undated`); `nil`: it was not.
    ///
    /// - Parameters:
    ///   - holder: whom its case is about now.
    ///   - standing: tonight's flag of the same rule, where there is one: only what it does not rest on is looked at.
    func fate(of flag: Flag, now holder: PersonID?, besides standing: Flag? = nil) throws -> (
        why: TakenBack, lost: Set<SourcedFact>
    )? {
        var ground = flag.ground
        if let standing {
            // Wherever it stands in tonight's files.
            let still = Set(standing.ground.map(Held.init))
            ground.removeAll { still.contains(Held($0)) }
        }
        var found: TakenBack?
        var all: Set<SourcedFact> = []
        for lost in ground {
            var persons: Set<PersonID> = [lost.person, try merged(lost.person) ?? lost.person]
            if lost.person == flag.person, let holder { persons.insert(holder) }
            let flagged = lost.person == flag.person ? holder ?? flag.person : nil
            guard let fate = try fate(of: lost.sourced, by: lost.rule, persons, flagged: flagged) else {
                continue
            }
            all.insert(lost.sourced.undated)
            found = found.map { min($0, fate) } ?? fate
        }
        guard flag.ground.isEmpty, standing == nil else { return found.map { ($0, all) } }
        // A flag of an earlier version does not say whose its facts are.
        let household = try tonight.run.household(of: holder ?? flag.person).map(\.id)
        for lost in flag.reasons.flatMap(\.facts) {
            let fate = try fate(
                of: lost, by: flag.rule, Set(household + [holder ?? flag.person]),
                flagged: holder ?? flag.person)
            guard let fate else { continue }
            all.insert(lost.undated)
            found = found.map { min($0, fate) } ?? fate
        }
        return found.map { ($0, all) }
    }

    /// - Parameters:
    ///   - persons: whose it was, under every id they may have.
    ///   - flagged: the flagged person, where it was theirs.
    private func fate(
        of lost: SourcedFact, by rule: RuleID, _ persons: Set<PersonID>, flagged: PersonID?
    ) throws -> TakenBack? {
        let (fact, source) = (lost.fact, lost.position.source)
        // A state without a day ends by itself. What was not delivered, or in an older delivery than before, nobody took back.
        guard let on = fact.on?.range, let read = tonight.extracts[source],
            read >= before?.extracts[source] ?? .min, persons.isDisjoint(with: refused)
        else { return nil }
        let now = try tonight.records(of: persons)
        let own = now.facts.filter { $0.position.source == source }.map(\.fact)
        if own.contains(fact) { return nil }
        if !parted.isDisjoint(with: persons), try isOthers(fact, from: source, than: persons) {
            return .parted
        }
        // A row that could not be read may be it.
        if now.unread.contains(source) { return nil }
        let same = own.filter { $0.item == fact.item && $0.kind == fact.kind }
        if same.contains(where: { $0.on?.range.overlaps(on) == true }) { return .changed }

        let last = try before?.records(of: persons)
        let earlier = Set((last?.facts ?? []).filter { $0.position.source == source }.map(\.fact))
        // What went on a night on which the rule could not tell, went before: so did what followed it.
        let isNew: (Fact) -> Bool = earlier.contains(fact) ? { !earlier.contains($0) } : { _ in true }
        if followed(fact, by: same, isNew: isNew, seen: before?.extracts[source]) { return nil }
        // The same row with another day.
        if same.contains(where: { !earlier.isEmpty && !earlier.contains($0) && $0.value == fact.value }) {
            return .changed
        }
        if own.isEmpty {
            if now.hasLeft(source, since: last) { return nil }
            if let flagged, outgrown(rule, try tonight.birth(of: flagged)) { return nil }
        }
        let slid =
            try !tonight.says(fact, from: source, upTo: on.upperBound)
            && before?.says(fact, from: source, upTo: on.upperBound, besides: persons) == true
        return slid ? nil : unplaced.contains(source) ? .unplaced : .gone
    }

    /// Whether it is tonight what a source says of another of those who are not whom they were taken for.
    private func isOthers(_ fact: Fact, from source: SourceID, than persons: Set<PersonID>) throws -> Bool {
        let others = parted.subtracting(persons)
        return try !others.isEmpty
            && tonight.records(of: others).facts.contains { $0.fact == fact && $0.position.source == source }
    }

    /// Whether a row says what came next, where it said this: of a source that has one row for it, not one for each time.
    private func followed(_ fact: Fact, by same: [Fact], isNew: (Fact) -> Bool, seen: Int?) -> Bool {
        if case .number = fact.value, case .month = fact.on { return false }
        guard let end = fact.on?.range.upperBound, same.allSatisfy(isNew) else { return false }
        return same.contains { next in
            guard let start = next.on?.range.lowerBound, start > end else { return false }
            if case .code = next.value, next.value != fact.value { return true }
            // Of a day that the extract before could not know of; else that one's day was wrong.
            return start.number > seen ?? .max
        }
    }
}

/// Whose a fact is, and which source says it.
private struct Held: Hashable {
    private let person: PersonID
    private let source: SourceID
    private let fact: Fact

    init(_ ground: GroundFact) {
        (person, source, fact) = (ground.person, ground.sourced.position.source, ground.sourced.fact)
    }
}

/// What one run says of persons, read where it is asked for.
private final class NightRecords {
    struct Records {
        var facts: [SourcedFact] = []
        var unread: Set<SourceID> = []
        var isResident = false

        /// Whether somebody left the city, and with it every extract but the register's own.
        func hasLeft(_ source: SourceID, since before: Records?) -> Bool {
            let register = (facts + (before?.facts ?? [])).filter { $0.fact.item == Self.residence }
            if register.contains(where: { $0.position.source == source }) { return false }
            let now = facts.last { $0.fact.item == Self.residence }?.fact.value
            if now == .code("転出") || now == .code("死亡") { return true }
            return before?.isResident == true && !isResident
        }

        private static let residence: ItemCode = "A07"
    }

    private struct Part: Hashable {
        let source: SourceID
        let item: ItemCode
        let kind: String
    }

    let run: RunStore
    /// The day of the newest file of each source that was read, by number; the least where it has none.
    let extracts: [SourceID: Int]
    private let reader: FactReader
    private let unread: [Int: Set<SourceID>]
    /// The earliest day of each part that no record is before.
    private var begins: [Part: Int] = [:]
    private var last: (persons: Set<PersonID>, records: Records)?

    init(_ run: RunStore) throws {
        self.run = run
        reader = try FactReader(run)
        unread = try run.unread()
        var extracts: [SourceID: Int] = [:]
        try run.facts.statement("SELECT source, max(as_of) FROM file GROUP BY source").rows {
            extracts[SourceID($0.text(0))] = $0.optionalInt(1) ?? .min
        }
        self.extracts = extracts
    }

    func records(of persons: Set<PersonID>) throws -> Records {
        if let last, last.persons == persons { return last.records }
        var found = Records()
        for id in persons.sorted() {
            guard let (number, isResident) = try place(of: id) else { continue }
            found.facts += try reader.facts(of: run.entities(ofPerson: number)) { _ in true }
            found.unread.formUnion(unread[number] ?? [])
            if isResident { found.isResident = true }
        }
        last = (persons, found)
        return found
    }

    func birth(of person: PersonID) throws -> PartialDate? { try run.person(person)?.display.birth }

    /// Whether a record of the source says anything of the same part, and of no later a time.
    func says(
        _ fact: Fact, from source: SourceID, upTo day: Day, besides persons: Set<PersonID> = []
    ) throws -> Bool {
        let part = Part(source: source, item: fact.item, kind: fact.kind)
        if persons.isEmpty, let begins = begins[part] { return begins <= day.number }
        var entities: Set<Int> = []
        for id in persons {
            if let (number, _) = try place(of: id) { entities.formUnion(try run.entities(ofPerson: number)) }
        }
        var (after, earliest) = (0, Int.max)
        while true {
            var page: [(id: Int, entity: Int, facts: [UInt8])] = []
            try run.facts.statement(
                """
                SELECT id, entity, facts FROM record WHERE id > ?1
                    AND file IN (SELECT id FROM file WHERE source = ?2) ORDER BY id LIMIT 512
                """
            ).rows(after, source.rawValue) { page.append(($0.int(0), $0.int(1), $0.blob(2))) }
            guard let end = page.last?.id else { break }
            for row in page where !entities.contains(row.entity) {
                for (_, _, said) in try run.words.unpack(row.facts, permitted: { $0 == fact.item })
                where said.kind == fact.kind {
                    earliest = min(earliest, said.on?.range.lowerBound.number ?? .max)
                }
            }
            if earliest <= day.number { return true }
            after = end
        }
        if persons.isEmpty { begins[part] = earliest }
        return false
    }

    private func place(of person: PersonID) throws -> (number: Int, isResident: Bool)? {
        guard !run.ring.isShredded(person) else { return nil }
        return try run.vault.statement("SELECT id, resident FROM person WHERE person = ?").first(
            person.rawValue
        ) { ($0.int(0), $0.bool(1)) }
    }
}

extension RunStore {
    /// Who is not tonight whom the last night took them for.
    fileprivate func parted() throws -> Set<PersonID> {
        try identityChanges().reduce(into: []) { persons, change in
            switch change {
            case .split(let from, let to), .revived(let to, let from): persons.formUnion([from, to])
            case .new, .merged, .absent, .returned: break
            }
        }
    }
}

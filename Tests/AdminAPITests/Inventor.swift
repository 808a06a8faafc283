import Domain
import Policy
import Store

/// Invents towns in pairs: alike in what a role may see at a door, anything in the rest.
struct Inventor {
    let guideline: Guideline
    let role: RoleID
    let door: Door
    var random: SeededGenerator

    private var scope: ScopeKind { guideline.roles[role]?.scope ?? .city }
    private var items: [ItemCode] { guideline.catalogue.items.keys.sorted() }

    mutating func pair(people count: Int) -> (one: [Townsman], other: [Townsman]) {
        var pair = (one: [Townsman](), other: [Townsman]())
        for number in 0..<count {
            let person = invented(number)
            // Of who is out of the range a world need not even know.
            if !door.hasRange || person.isWithin(scope) || number % 3 == 0 { pair.one.append(varied(person)) }
            pair.other.append(varied(person))
        }
        return pair
    }

    /// What the role is granted at the door about somebody.
    private func grants(isProtected: Bool) -> [Grant] {
        door.actions.compactMap { action in
            var request = door.request(role, action, guideline)
            request.standing = PersonStanding(isProtected: isProtected)
            return guideline.decide(request).grant
        }
    }

    private mutating func chance() -> Bool { Bool.random(using: &random) }

    private mutating func invented(_ number: Int) -> Townsman {
        // Nobody is drawn who lives with somebody under 支援措置: every other household is without.
        let mayBeProtected = door != .drawn || number / 3 % 2 == 0
        let isProtected = mayBeProtected && Int.random(in: 0..<4, using: &random) == 0
        let grants = grants(isProtected: isProtected)
        let seen = items.filter { item in grants.contains { $0.permits(item) } }
        let drawn = door.hasRange ? seen : items
        var person = Townsman(
            number: number, identifiers: Identifiers(), isProtected: isProtected, school: school(), flags: [],
            facts: facts(of: items), other: chance() ? facts(of: items) : nil, weights: [weight(), weight()])
        for part in IdentifierPart.allCases { set(part, of: &person.identifiers) }
        for rule in ["S1", "S2"] where !drawn.isEmpty && chance() {
            person.flags.append(flag(RuleID(rule), person, facts(of: drawn, least: 1).map(\.item)))
        }
        return person
    }

    /// The same person, with everything drawn anew that the role may not see: of who is out of its range, everything.
    private mutating func varied(_ person: Townsman) -> Townsman {
        let grants = grants(isProtected: person.isProtected)
        let isOutside = door.hasRange && !person.isWithin(scope)
        guard !grants.isEmpty, !isOutside else {
            var other = invented(person.number)
            while isOutside && other.isWithin(scope) { other = invented(person.number) }
            if !isOutside { other.isProtected = person.isProtected }
            return other
        }
        var person = person
        for part in IdentifierPart.allCases
        where part != .household && !grants.contains(where: { $0.visibility(of: part) == .shown }) {
            set(part, of: &person.identifiers)
            if part == .school && scope != .school { person.school = school() }
        }
        func isSeen(_ item: ItemCode) -> Bool { grants.contains { $0.permits(item) } }
        switch door {
        case .pages:
            varyRecords(of: &person, isSeen)
            varyFlags(of: &person, denied: items.filter { !isSeen($0) })
        case .programmes:
            varyRecords(of: &person, isSeen)
            person.flags = chance() ? [flag("X1", person, [items[0]])] : []
        case .drawn:
            varyRecords(of: &person, isSeen)
            // Who may see every item that rules read may know whom none applied to, and nobody else.
            if !(guideline.purposes[door.purpose]?.items ?? []).allSatisfy(isSeen) {
                person.flags = chance() ? [flag("X1", person, [items[0]])] : []
            }
        case .explanation:
            // That there is something, where it stands and since when is told; never what it says.
            person.facts = person.facts.map { revalued($0) }
            person.other = person.other.map { facts in facts.map { revalued($0) } }
            person.flags = person.flags.map { reworded($0) }
            if person.isProtected { person.weights = [weight(), weight()] }
        case .review:
            // Identifiers alone; that two records are compared, and how strongly, of those who are not protected.
            person.facts = facts(of: items)
            person.other = person.other.map { _ in facts(of: items) }
            person.flags = chance() ? [flag("X1", person, [items[0]])] : []
            if person.isProtected { person.weights = [weight(), weight()] }
        case .copyForPerson, .copyForGuardian, .copyForAgent:
            varyRecords(of: &person, isSeen)
            person.weights = [weight(), weight()]
            person.flags = chance() ? [flag("X1", person, [items[0]])] : []
            if door == .copyForPerson { person.isProtected = chance() }
        }
        return person
    }

    /// Facts that are denied, and records that hold nothing else, come and go; a link is as denied as either of its records.
    private mutating func varyRecords(of person: inout Townsman, _ isSeen: (ItemCode) -> Bool) {
        let denied = items.filter { !isSeen($0) }
        func kept(_ facts: [Fact]) -> [Fact] { facts.filter { isSeen($0.item) } }
        let (own, other) = (kept(person.facts), kept(person.other ?? []))
        person.facts = own + facts(of: denied)
        person.other = !other.isEmpty || chance() ? other + facts(of: denied) : nil
        if person.isProtected || own.isEmpty || !isSeen(Town.enrolment.item) { person.weights[0] = weight() }
        if person.isProtected || own.isEmpty || other.isEmpty { person.weights[1] = weight() }
    }

    /// Flags of their own, and reasons beside those that are seen.
    private mutating func varyFlags(of person: inout Townsman, denied: [ItemCode]) {
        guard !denied.isEmpty else { return }
        for rule in ["X1", "X2"] where chance() {
            person.flags.append(flag(RuleID(rule), person, [pick(denied)]))
        }
        for index in person.flags.indices where person.flags[index].rule.rawValue.hasPrefix("S") && chance() {
            let old = person.flags[index]
            let reason = reason([pick(denied)], person)
            person.flags[index] = Flag(
                rule: old.rule, version: old.version, title: old.title, person: old.person,
                urgency: old.urgency, difficulties: old.difficulties, reasons: old.reasons + [reason],
                confirm: old.confirm, since: min(old.since, day(of: reason)))
        }
    }

    private mutating func pick<Word>(_ words: [Word]) -> Word {
        words[Int.random(in: words.indices, using: &random)]
    }

    /// log2; the parts of an agreement must leave more than nothing.
    private mutating func weight() -> Double { Double(Int.random(in: 30...200, using: &random)) / 10 }

    private mutating func school() -> String { chance() ? Town.school : "若葉野市立青嵐台小学校" }

    private mutating func number() -> FactValue {
        .number(Double(Int.random(in: 0..<100_000, using: &random)))
    }

    /// At most two, none that would say where or of what age somebody is: that is what `Townsman` says.
    private mutating func facts(of items: [ItemCode], least: Int = 0) -> [Fact] {
        let items = items.filter { guideline.tellers[$0] == nil }
        guard !items.isEmpty else { return [] }
        return (0..<Int.random(in: least...2, using: &random)).map { _ in
            let on = World.day.adding(days: -Int.random(in: 1..<400, using: &random))
            let value = door == .programmes ? FactValue.code(pick(InventedRegistry.values)) : number()
            return Fact(item: pick(items), kind: "kind", value: value, on: .day(on))
        }
    }

    private mutating func revalued(_ fact: Fact) -> Fact {
        Fact(item: fact.item, kind: fact.kind, value: number(), on: fact.on)
    }

    private mutating func reworded(_ flag: Flag) -> Flag {
        let reasons = flag.reasons.map { reason in
            Reason(
                sentence: "\(number())の記録があります。",
                facts: reason.facts.map { SourcedFact(revalued($0.fact), from: $0.position) },
                items: reason.items, sources: reason.sources)
        }
        return Flag(
            rule: flag.rule, version: flag.version, title: "規則\(number())", person: flag.person,
            urgency: pick(Urgency.allCases), difficulties: [pick(Difficulty.allCases)], reasons: reasons,
            confirm: ["\(number())を確かめてください。"], since: flag.since)
    }

    private mutating func flag(_ rule: RuleID, _ person: Townsman, _ items: [ItemCode]) -> Flag {
        let reasons = items.map { reason([$0], person) }
        return Flag(
            rule: rule, version: 1, title: "規則\(rule)", person: person.id,
            urgency: pick(Urgency.allCases), difficulties: [pick(Difficulty.allCases)], reasons: reasons,
            confirm: ["確かめてください。"], since: reasons.map(day(of:)).min() ?? World.day)
    }

    private mutating func reason(_ items: [ItemCode], _ person: Townsman) -> Reason {
        let on = World.day.adding(days: -Int.random(in: 1..<400, using: &random))
        let place = RowPosition(
            source: "jumin", file: "jumin_20261001.csv", line: person.number + 2,
            offset: (person.number + 2) * 100)
        return Reason(
            sentence: "\(number())の記録があります。",
            facts: items.map {
                SourcedFact(Fact(item: $0, kind: "kind", value: number(), on: .day(on)), from: place)
            },
            items: items, sources: [SourceFreshness(source: "jumin", title: "住民", asOf: World.day, limit: 45)]
        )
    }

    private func day(of reason: Reason) -> Day {
        reason.facts.compactMap(\.fact.on?.range.lowerBound).min() ?? World.day
    }

    private mutating func set(_ part: IdentifierPart, of identifiers: inout Identifiers) {
        let number = Int.random(in: 0..<1_000_000, using: &random)
        switch part {
        case .name:
            identifiers.names = [NameForm(kind: .legal, written: "若葉　\(number)", writtenKana: "ワカバ")]
        case .birth: identifiers.birth = .day(World.day.adding(days: -number % 6000 - 1))
        case .sex: identifiers.sex = number % 2 == 0 ? .female : .male
        case .address:
            identifiers.address = Address(town: "町\(number % 99)", written: "若葉野市\(number)番")
        case .phone: identifiers.phones = ["090\(number)"]
        case .guardians: identifiers.guardians = [NameForm(kind: .legal, written: "保護　\(number)")]
        case .school: identifiers.school = "第\(number)小学校"
        case .number, .household: break
        }
    }
}

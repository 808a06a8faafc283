package import Domain

/// A person under one rule and what must come of it, as officials write it in a case file (`samples/rules/U1.json5`).
///
/// Facts are written `B06.18m=未受診@2026-05`: item, part, value (nothing: the date itself), date (nothing: undated). Each has
/// a row of its own unless `#` and a line follow.
package struct RuleCase: Sendable {
    package struct Member: Sendable {
        /// `yyyy-MM-dd`; `nil`: not known.
        package var born: String?
        package var facts: [String]

        package init(born: String?, facts: [String]) {
            self.born = born
            self.facts = facts
        }
    }

    package let rule: RuleID
    package let name: String
    package var own: Member
    package var isResident = true
    package var around: [Member] = []
    /// Sources that are late, and that did not come.
    package var stale: Set<SourceID> = []
    package var absent: Set<SourceID> = []
    /// What policy holds back.
    package var withheld: Set<ItemCode> = []
    /// Sources of which a rejected row may be about the person, and rejected rows that lead to nobody.
    package var unread: Set<SourceID> = []
    package var unplaced: [SourceID: Int] = [:]
    package var day: Day
    /// As `RuleOutcome.summary` says it.
    package let expected: String

    package init(rule: RuleID, name: String, own: Member, day: Day, expected: String) {
        self.rule = rule
        self.name = name
        self.own = own
        self.day = day
        self.expected = expected
    }
}

/// The sources of a case's night, each current to the night's day unless the case says otherwise.
package struct CaseSources: Sendable {
    package struct Source: Sendable {
        package let id: SourceID
        package let title: String
        package let items: [ItemCode]

        package init(_ id: SourceID, _ title: String, _ items: [ItemCode]) {
            self.id = id
            self.title = title
            self.items = items
        }
    }

    package static let limit = 35

    package let sources: [Source]
    package let sourcesOf: [ItemCode: [SourceID]]

    /// - Parameter supposed: items that no source supplies yet get one of their own, so that rules can be tried before.
    package init(_ sources: [Source], supposed: [Item] = []) {
        let supplied = Set(sources.flatMap(\.items))
        self.sources =
            sources
            + supposed.filter { !supplied.contains($0.code) }.map {
                Source(SourceID($0.code.rawValue), $0.title, [$0.code])
            }
        sourcesOf = self.sources.reduce(into: [:]) { found, source in
            for item in source.items { found[item, default: []].append(source.id) }
        }
    }

    package func night(of test: RuleCase) -> RuleNight {
        let listed = sources.map { source in
            let isStale = test.stale.contains(source.id)
            return SourceFreshness(
                source: source.id, title: source.title,
                asOf: test.absent.contains(source.id)
                    ? nil : isStale ? test.day.adding(days: -Self.limit - 1) : test.day,
                limit: Self.limit, unplaced: test.unplaced[source.id])
        }
        return RuleNight(
            day: test.day, sources: Dictionary(uniqueKeysWithValues: listed.map { ($0.source, $0) }),
            sourcesOf: sourcesOf)
    }

    package func person(of test: RuleCase) -> JoinedPerson {
        func birth(_ member: RuleCase.Member) -> PartialDate? {
            member.born.flatMap(Day.init(iso:)).map(PartialDate.day)
        }
        return JoinedPerson(
            id: "P-0", birth: birth(test.own), isResident: test.isResident, facts: facts(test.own, test.day),
            household: test.around.enumerated().map { index, member in
                HouseholdMember(
                    id: PersonID("P-\(index + 1)"), birth: birth(member), facts: facts(member, test.day),
                    unread: test.unread)
            }, unread: test.unread)
    }

    private func facts(_ member: RuleCase.Member, _ day: Day) -> [SourcedFact] {
        member.facts.enumerated().compactMap { index, text in
            CaseFact(text).map { written in
                let source = sourcesOf[written.fact.item]?.first ?? "unknown"
                let file = "\(source)_\(day.description.replacing("-", with: "")).csv"
                return SourcedFact(
                    written.fact,
                    from: RowPosition(
                        source: source, file: file, line: written.line ?? index + 100, offset: 0))
            }
        }
    }
}

/// A fact as a case writes it.
struct CaseFact {
    let fact: Fact
    let line: Int?

    init?(_ text: String) {
        let row = text.split(separator: "#", maxSplits: 1).map(String.init)
        guard let body = row.first else { return nil }
        let parts = body.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        let sides = parts[0].split(separator: "=", maxSplits: 1).map(String.init)
        guard let key = sides.first?.split(separator: ".", maxSplits: 1).map(String.init), key.count == 2
        else {
            return nil
        }
        var date: PartialDate?
        if parts.count == 2 {
            guard let read = Self.date(parts[1]) else { return nil }
            date = read
        }
        let value: FactValue
        if sides.count == 2 {
            value = Double(sides[1]).map(FactValue.number) ?? .code(sides[1])
        } else {
            guard let day = date?.exactDay else { return nil }
            value = .day(day)
        }
        if row.count == 2 {
            guard let number = Int(row[1]) else { return nil }
            line = number
        } else {
            line = nil
        }
        fact = Fact(item: ItemCode(key[0]), kind: key[1], value: value, on: date)
    }

    private static func date(_ text: String) -> PartialDate? {
        if let day = Day(iso: text) { return .day(day) }
        guard Day(iso: text + "-01") != nil, let year = Int(text.prefix(4)), let month = Int(text.suffix(2))
        else {
            return nil
        }
        return .month(year: year, month: month)
    }
}

extension RuleSet {
    /// What the rule of a case says of its person; `nil`: there is no such rule.
    package func outcome(of test: RuleCase, sources: CaseSources, person: JoinedPerson? = nil) -> RuleOutcome?
    {
        rule(test.rule).flatMap {
            outcomes(
                of: person ?? sources.person(of: test), rules: [$0], on: sources.night(of: test),
                withheld: test.withheld
            ).first
        }
    }
}

extension RuleOutcome {
    /// The outcome in the words of a case file.
    package var summary: String {
        switch self {
        case .flag(let flag): "該当 \(flag.since)"
        case .suppressed(let reason): "候補にしない \(reason.rawValue)"
        case .notApplicable: "対象外"
        case .notYetDue(let day): "時期前 \(day)"
        case .noFinding: "なし"
        case .notEvaluated(let gap): "判定できない \(gap.code)"
        }
    }
}

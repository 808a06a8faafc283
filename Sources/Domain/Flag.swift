/// A kind of difficulty a child or family may have (困難の類型), as the guideline names them.
package enum Difficulty: String, Sendable, Codable, CaseIterable, Comparable {
    case abuse = "虐待"
    case poverty = "貧困"
    case truancy = "不登校"
    case bullying = "いじめ"
    case youngCarer = "ヤングケアラー"
    case postpartum = "産後うつ"
    case development = "発達"
    case withdrawal = "ひきこもり"
    case whereabouts = "居所不明"

    package static func < (left: Difficulty, right: Difficulty) -> Bool {
        left.rawValue.utf8.lexicographicallyPrecedes(right.rawValue.utf8)
    }
}

extension Difficulty {
    /// The largest number of findings that share no kind of difficulty with each other.
    ///
    /// - Parameter findings: the difficulties of each finding; a person has a dozen at most.
    package static func independent(_ findings: some Collection<[Difficulty]>) -> Int {
        independent(findings[...], taken: [])
    }

    private static func independent<Findings: Collection<[Difficulty]>>(
        _ findings: Findings, taken: Set<Difficulty>
    ) -> Int where Findings.SubSequence == Findings {
        guard let first = findings.first else { return 0 }
        let without = independent(findings.dropFirst(), taken: taken)
        guard taken.isDisjoint(with: first) else { return without }
        return max(without, 1 + independent(findings.dropFirst(), taken: taken.union(first)))
    }
}

/// How soon somebody should look.
package enum Urgency: String, Sendable, Codable, CaseIterable, Comparable {
    /// Looked at today, ahead of everything else.
    case immediate
    /// This week: a child nobody has seen.
    case soon
    case normal
    /// An offer of support, no concern.
    case offer

    /// Place in the order of the queue.
    package var rank: Int {
        switch self {
        case .immediate: 0
        case .soon: 1
        case .normal: 2
        case .offer: 3
        }
    }
    package static func < (left: Urgency, right: Urgency) -> Bool { left.rank < right.rank }
}

/// A rule's finding that somebody should look at a child, with the reasons; never a decision.
package struct Flag: Hashable, Sendable, Codable {
    package var rule: RuleID
    /// The rule's version, as its file states it.
    package let version: Int
    package let title: String
    package let person: PersonID
    package let urgency: Urgency
    package let difficulties: [Difficulty]
    /// At least one; each names its facts.
    package var reasons: [Reason]
    /// What the staff should confirm, in Japanese.
    package let confirm: [String]
    /// The day the oldest fact behind the flag holds for; orders the queue by age of signal.
    package var since: Day
    /// What speaks for the family (支えになる記録); shown beside the reasons, never taken off them.
    package var protective: [Reason]
    /// What could not be told besides: sources that are late, rows that were rejected.
    package var missing: [Reason]
    /// Every fact the finding hangs on, also where no sentence names it; compared with later nights and shown to nobody.
    package var ground: [GroundFact]
    /// Rules whose flags it rests on, in order; none for most.
    package var others: [RuleID]

    package init(
        rule: RuleID, version: Int, title: String, person: PersonID, urgency: Urgency,
        difficulties: [Difficulty], reasons: [Reason], confirm: [String], since: Day,
        protective: [Reason] = [],
        missing: [Reason] = [], ground: [GroundFact] = [], others: [RuleID] = []
    ) {
        self.others = others
        self.rule = rule
        self.version = version
        self.title = title
        self.person = person
        self.urgency = urgency
        self.difficulties = difficulties
        self.reasons = reasons
        self.confirm = confirm
        self.since = since
        self.protective = protective
        self.missing = missing
        self.ground = ground
    }

    /// Flags of earlier versions say nothing beside their reasons, and not whose facts they are.
    package init(from decoder: any Decoder) throws {
        let texts = try decoder.container(keyedBy: CodingKeys.self)
        rule = try texts.decode(RuleID.self, forKey: .rule)
        version = try texts.decode(Int.self, forKey: .version)
        title = try texts.decode(String.self, forKey: .title)
        person = try texts.decode(PersonID.self, forKey: .person)
        urgency = try texts.decode(Urgency.self, forKey: .urgency)
        difficulties = try texts.decode([Difficulty].self, forKey: .difficulties)
        reasons = try texts.decode([Reason].self, forKey: .reasons)
        confirm = try texts.decode([String].self, forKey: .confirm)
        since = try texts.decode(Day.self, forKey: .since)
        protective = try texts.decodeIfPresent([Reason].self, forKey: .protective) ?? []
        missing = try texts.decodeIfPresent([Reason].self, forKey: .missing) ?? []
        ground = try texts.decodeIfPresent([GroundFact].self, forKey: .ground) ?? []
        others = try texts.decodeIfPresent([RuleID].self, forKey: .others) ?? []
    }
}

/// A fact that a rule's finding hangs on, and whose it is.
package struct GroundFact: Hashable, Sendable, Codable {
    /// The flagged person, or whoever lives there.
    package let person: PersonID
    /// The rule that looked at it; of a rule that rests on others it is theirs.
    package let rule: RuleID
    package let sourced: SourcedFact

    package init(_ sourced: SourcedFact, of person: PersonID, by rule: RuleID) {
        (self.person, self.rule, self.sourced) = (person, rule, sourced)
    }
}

/// One sentence of why, with the facts and the source it stands on.
package struct Reason: Hashable, Sendable, Codable {
    /// Japanese sentence that names source and date.
    package let sentence: String
    /// Facts behind it; empty where the reason is an absence.
    package let facts: [SourcedFact]
    /// Items the sentence speaks of: a reader needs a grant for each.
    package let items: [ItemCode]
    /// The sources looked at and the day each is current to.
    package let sources: [SourceFreshness]

    package init(sentence: String, facts: [SourcedFact], items: [ItemCode], sources: [SourceFreshness]) {
        self.sentence = sentence
        self.facts = facts
        self.items = items
        self.sources = sources
    }
}

extension Flag {
    /// The same flag, with the day on which each of its facts was first known.
    package func dated(_ known: (SourcedFact) -> Day?) -> Flag {
        func dated(_ reasons: [Reason]) -> [Reason] {
            reasons.map { reason in
                Reason(
                    sentence: reason.sentence,
                    facts: reason.facts.map { SourcedFact($0.fact, from: $0.position, known: known($0)) },
                    items: reason.items, sources: reason.sources)
            }
        }
        var flag = self
        flag.reasons = dated(reasons)
        flag.protective = dated(protective)
        flag.missing = dated(missing)
        return flag
    }
}

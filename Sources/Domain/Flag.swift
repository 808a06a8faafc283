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

/// How soon somebody should look.
package enum Urgency: String, Sendable, Codable, CaseIterable, Comparable {
    /// Looked at today, ahead of everything else.
    case immediate
    case normal
    /// An offer of support, no concern.
    case offer

    private var order: Int {
        switch self {
        case .immediate: 0
        case .normal: 1
        case .offer: 2
        }
    }
    package static func < (left: Urgency, right: Urgency) -> Bool { left.order < right.order }
}

/// A rule's finding that somebody should look at a child, with the reasons; never a decision.
package struct Flag: Hashable, Sendable, Codable {
    package let rule: RuleID
    /// The rule's version, as its file states it.
    package let version: Int
    package let title: String
    package let person: PersonID
    package let urgency: Urgency
    package let difficulties: [Difficulty]
    /// At least one; each names its facts.
    package let reasons: [Reason]
    /// What the staff should confirm, in Japanese.
    package let confirm: [String]
    /// The day the oldest fact behind the flag holds for; orders the queue by age of signal.
    package let since: Day

    package init(
        rule: RuleID, version: Int, title: String, person: PersonID, urgency: Urgency,
        difficulties: [Difficulty], reasons: [Reason], confirm: [String], since: Day
    ) {
        self.rule = rule
        self.version = version
        self.title = title
        self.person = person
        self.urgency = urgency
        self.difficulties = difficulties
        self.reasons = reasons
        self.confirm = confirm
        self.since = since
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

internal import Domain

/// As much of a flag as decides who may see it and where its case stands in the queue; holds no sentence and no value.
struct FlagOutline {
    struct Reason {
        /// A reader needs a grant for each of them.
        let items: Set<ItemCode>
        /// The oldest date it names.
        let since: Day?
    }

    /// What is left of a flag for a reader.
    struct Seen {
        /// Positions of the reasons that are left; at least one.
        let reasons: [Int]
        let since: Day
    }

    let rule: RuleID
    let urgency: Urgency
    let difficulties: [Difficulty]
    let raisedOn: Day
    let isGone: Bool
    let reasons: [Reason]
    private let since: Day

    init(_ stored: CaseFlag) {
        self.init(Text(stored.flag), raisedOn: stored.raisedOn, isGone: stored.isGone)
    }

    /// - Parameter row: flag, day it was raised on, whether it is gone.
    init(_ row: Statement) throws {
        self.init(
            try decoded(Text.self, row.text(0)), raisedOn: Day(number: row.int(1)), isGone: row.bool(2))
    }

    private init(_ flag: Text, raisedOn: Day, isGone: Bool) {
        rule = flag.rule
        urgency = flag.urgency
        difficulties = flag.difficulties
        self.raisedOn = raisedOn
        self.isGone = isGone
        since = flag.since
        reasons = flag.reasons.map { reason in
            Reason(
                items: Set(reason.items + reason.facts.map(\.fact.item)),
                since: reason.facts.compactMap(\.fact.on?.range.lowerBound).min()
                    ?? reason.sources.compactMap(\.asOf).min())
        }
    }

    /// Of a flag as it is kept, what is made out: a list of 100,000 cases waits for no sentence, value or place of a row.
    private struct Text: Decodable {
        struct Reason: Decodable {
            let facts: [Sourced]
            let items: [ItemCode]
            let sources: [Source]
        }
        struct Sourced: Decodable {
            let fact: Fact
        }
        struct Fact: Decodable {
            let item: ItemCode
            let on: PartialDate?
        }
        struct Source: Decodable {
            let asOf: Day?
        }

        let rule: RuleID
        let urgency: Urgency
        let difficulties: [Difficulty]
        let since: Day
        let reasons: [Reason]

        init(_ flag: Flag) {
            rule = flag.rule
            urgency = flag.urgency
            difficulties = flag.difficulties
            since = flag.since
            reasons = flag.reasons.map { reason in
                Reason(
                    facts: reason.facts.map { Sourced(fact: Fact(item: $0.fact.item, on: $0.fact.on)) },
                    items: reason.items, sources: reason.sources.map { Source(asOf: $0.asOf) })
            }
        }
    }

    /// `nil` where no reason is left. A flag that lost a reason is only as old as what is left of it.
    func seen(_ permitted: (ItemCode) -> Bool) -> Seen? {
        let kept = reasons.indices.filter { reasons[$0].items.allSatisfy(permitted) }
        guard !kept.isEmpty else { return nil }
        let cut =
            kept.count == reasons.count ? since : kept.compactMap { reasons[$0].since }.min() ?? raisedOn
        return Seen(reasons: kept, since: cut)
    }
}

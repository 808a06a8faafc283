internal import Domain

/// What a rule looks for, as a tree; compiled at load, so that the night only compares.
indirect enum Condition: Sendable {
    case all([Condition])
    case any([Condition])
    /// True only where the sources are fresh enough to say that the inner condition does not hold.
    case not(Condition, say: Sentence?)
    /// The condition holds for at least so many of the household.
    case household(Members, atLeast: Int, Condition)
    /// Whoever is looked at is of this age or school grade.
    case age(Population)
    /// At least so many of these rules, of the same purpose, find the flagged person too.
    case flagged([RuleID], atLeast: Int, say: Sentence)
    case indicator(Indicator)

    /// Whose facts a household condition looks at.
    enum Members: String, Sendable, Codable, CaseIterable {
        /// The flagged person and everybody around.
        case all
        case others
        /// Other members known to be under 18, and to be 18 or more.
        case siblings, adults
    }

    /// Every way in which the condition can hold gives at least one reason.
    var givesReason: Bool {
        switch self {
        case .all(let parts): parts.contains(where: \.givesReason)
        case .any(let parts): !parts.isEmpty && parts.allSatisfy(\.givesReason)
        case .not(_, let say): say != nil
        case .household(_, _, let inner): inner.givesReason
        case .age: false
        case .flagged: true
        case .indicator(let indicator): indicator.say != nil
        }
    }

    /// The indicators in the order written.
    var indicators: [Indicator] {
        switch self {
        case .all(let parts), .any(let parts): parts.flatMap(\.indicators)
        case .not(let inner, _), .household(_, _, let inner): inner.indicators
        case .age, .flagged: []
        case .indicator(let indicator): [indicator]
        }
    }

    /// The rules whose findings the condition looks at.
    var rules: Set<RuleID> {
        switch self {
        case .all(let parts), .any(let parts): parts.reduce(into: []) { $0.formUnion($1.rules) }
        case .not(let inner, _), .household(_, _, let inner): inner.rules
        case .flagged(let rules, _, _): Set(rules)
        case .age, .indicator: []
        }
    }

    /// Whether it can hold for anybody while some items have no source.
    ///
    /// - Parameter found: whether a rule can find anybody.
    func canHold(_ supplied: (ItemCode) -> Bool, found: (RuleID) -> Bool) -> Bool {
        switch self {
        case .all(let parts): parts.allSatisfy { $0.canHold(supplied, found: found) }
        case .any(let parts): parts.contains { $0.canHold(supplied, found: found) }
        case .not(let inner, _): inner.indicators.flatMap(\.items).allSatisfy(supplied)
        case .household(_, _, let inner): inner.canHold(supplied, found: found)
        case .age: true
        case .flagged(let rules, let least, _): rules.count(where: found) >= least
        case .indicator(let indicator):
            if case .missing = indicator.test {
                indicator.items.allSatisfy(supplied)
            } else {
                indicator.facts.items.contains(where: supplied)
            }
        }
    }
}

/// One statement about facts that can be told true or false, with the sentence that says so.
struct Indicator: Sendable {
    enum Test: Sendable {
        /// The newest fact says it. Of several for one day the largest number counts; contradicting words say nothing.
        case latest
        /// Some fact says it.
        case exists
        /// At least so many different facts say it; those from before `halfBefore` count half.
        case count(Int, halfBefore: LookBack?)
        /// The numbers add up to at least this; of several for one date only the largest is added, and what is from before
        /// `halfBefore` adds half.
        case sum(Double, halfBefore: LookBack?)
        /// The newest month has at least `atLeast`, and at least `times` the mean of the earlier months looked at.
        case change(atLeast: Double, times: Double)
        /// The newest so many recorded months all say it; a month without any record (August) does not break them.
        case consecutive(Int)
        /// The newest so many recorded numbers go one way, each further than the one before, by at least `by` in all.
        case trend(Int, isRising: Bool, by: Double)
        /// Something began that nothing has ended: a fact of the parts looked at without one of `closed` in its own row or
        /// in a later row of its own.
        case open(closed: FactSelector)
        /// Nothing says it although it is due.
        case missing(Due)

        /// Whether a newer fact could undo what older ones say.
        var looksAtNewest: Bool {
            switch self {
            case .latest, .change, .consecutive, .trend, .open: true
            case .exists, .count, .sum, .missing: false
            }
        }
    }

    let test: Test
    let facts: FactSelector
    let say: Sentence?

    /// The items that the indicator reads, in code order.
    var items: [ItemCode] {
        switch test {
        case .missing(let due): Set(facts.items + due.items).sorted()
        case .open(let closed): Set(facts.items + closed.items).sorted()
        default: facts.items
        }
    }
}

/// From when on the absence of a fact means something.
struct Due: Sendable {
    enum Anchor: Sendable {
        /// The newest fact of these; where there is none, the anchor is left out.
        case after(FactSelector)
        /// The day the person reaches this age.
        case ageMonths(Int)
        /// 1 April of the first school year (学校教育法17条).
        case schoolEntry
    }

    /// The latest of these is the due day.
    let anchors: [Anchor]
    let grace: Grace
    /// Only facts after the earliest anchor count as present; otherwise any fact looked at does.
    let isSinceDue: Bool

    /// Days or months that pass after the due day before anybody is asked to look.
    struct Grace: Sendable, Hashable {
        let days: Int
        let months: Int

        func end(from day: Day) -> Day { day.adding(months: months).adding(days: days) }
    }

    var items: [ItemCode] {
        anchors.flatMap { anchor -> [ItemCode] in
            if case .after(let selector) = anchor { selector.items } else { [] }
        }
    }
}

internal import Domain

/// What a rule looks for, as a tree; compiled at load, so that the night only compares.
indirect enum Condition: Sendable {
    case all([Condition])
    case any([Condition])
    /// True only where the sources are fresh enough to say that the inner condition does not hold.
    case not(Condition, say: Sentence?)
    /// The condition holds for somebody of the household.
    case household(Members, Condition)
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
        case .household(_, let inner): inner.givesReason
        case .indicator(let indicator): indicator.say != nil
        }
    }

    /// The indicators in the order written.
    var indicators: [Indicator] {
        switch self {
        case .all(let parts), .any(let parts): parts.flatMap(\.indicators)
        case .not(let inner, _), .household(_, let inner): inner.indicators
        case .indicator(let indicator): [indicator]
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
        /// At least so many different facts say it.
        case count(Int)
        /// The numbers add up to at least this; of several for one date only the largest is added.
        case sum(Double)
        /// The newest month has at least `atLeast`, and at least `times` the mean of the earlier months looked at.
        case change(atLeast: Double, times: Double)
        /// The newest so many recorded months all say it; a month without any record (August) does not break them.
        case consecutive(Int)
        /// Nothing says it although it is due.
        case missing(Due)

        /// Whether a newer fact could undo what older ones say.
        var looksAtNewest: Bool {
            switch self {
            case .latest, .change, .consecutive: true
            case .exists, .count, .sum, .missing: false
            }
        }
    }

    let test: Test
    let facts: FactSelector
    let say: Sentence?

    /// The items that the indicator reads, in code order.
    var items: [ItemCode] {
        guard case .missing(let due) = test else { return facts.items }
        return Set(facts.items + due.items).sorted()
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

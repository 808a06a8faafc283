package import Domain

/// What an order of persons goes by: never more than a person can recite.
package struct Ranked: Sendable {
    package let person: PersonID
    package let urgency: Urgency
    /// Findings that share no kind of difficulty with each other.
    package let independent: Int
    /// Day of the oldest signal.
    package let since: Day

    package init(person: PersonID, urgency: Urgency, independent: Int, since: Day) {
        (self.person, self.urgency, self.independent, self.since) = (person, urgency, independent, since)
    }
}

/// In which order people look at those whom rules find, so that the queue fits the people.
package protocol Ranker: Sendable {
    /// A strict order in which no two persons are equal.
    func precedes(_ left: Ranked, _ right: Ranked) -> Bool
}

/// The order of the queue: urgency, then how many kinds of difficulty come together, then the age of the signal.
package struct QueueOrder: Ranker {
    package init() {}

    package func precedes(_ left: Ranked, _ right: Ranked) -> Bool {
        (left.urgency.rank, -left.independent, left.since, left.person)
            < (right.urgency.rank, -right.independent, right.since, right.person)
    }
}

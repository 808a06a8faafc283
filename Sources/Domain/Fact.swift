/// What a fact says: a word of a closed list, a number or a day.
package enum FactValue: Hashable, Sendable, Codable {
    /// A code's Japanese label, such as `受診` or `全部支給`.
    case code(String)
    case number(Double)
    case day(Day)
}

/// One statement about one person, from one row: item, kind, value, and the day it holds for.
///
/// `kind` is the part of the item, such as `18m` of B06 (check-ups) or `absence_days` of F03; items and kinds are those
/// of the catalogue in `Guidelines/items`.
package struct Fact: Hashable, Sendable, Codable {
    package let item: ItemCode
    package let kind: String
    package let value: FactValue
    /// When it was so: an event's day, or the month a count is for. `nil` where the source gives no date.
    package let on: PartialDate?

    package init(item: ItemCode, kind: String, value: FactValue, on: PartialDate?) {
        self.item = item
        self.kind = kind
        self.value = value
        self.on = on
    }
}

/// A fact with its lineage, as rules and pages see it.
package struct SourcedFact: Hashable, Sendable, Codable {
    package let fact: Fact
    package let position: RowPosition
    /// The day of the night that first brought it (届いた日), which is not the day it holds for; `nil` where nobody looked, or it came before such
    /// days were kept.
    package let known: Day?

    package init(_ fact: Fact, from position: RowPosition, known: Day? = nil) {
        self.fact = fact
        self.position = position
        self.known = known
    }

    /// The same without the day it came to be known, which is no part of what it is.
    package var undated: SourcedFact { SourcedFact(fact, from: position) }
}

/// How current a source is on the night: the day its extract was made for, or that it did not arrive.
package struct SourceFreshness: Hashable, Sendable, Codable {
    package let source: SourceID
    /// Japanese title for people, such as `乳幼児健診`.
    package let title: String
    /// `nil`: no extract was loaded.
    package let asOf: Day?
    /// Days after which the source is stale.
    package let limit: Int
    /// Rejected rows of which nobody can tell whose they are; `nil`: none.
    package let unplaced: Int?

    package init(source: SourceID, title: String, asOf: Day?, limit: Int, unplaced: Int? = nil) {
        self.source = source
        self.title = title
        self.asOf = asOf
        self.limit = limit
        self.unplaced = unplaced
    }

    /// Loaded and not older than its limit; rules about absence may fire only on a fresh source.
    package func isFresh(on date: Day) -> Bool {
        guard let asOf else { return false }
        return date.number - asOf.number <= limit
    }
}

package import Domain
package import Foundation

/// An answer to a 抜き取り確認, as somebody gave it.
package struct SpotCheckGiven: Sendable, Hashable {
    package let answer: SpotCheckAnswer
    package let note: String
    /// A user's actor.
    package let actor: String
    package let at: Date
}

/// A child who was drawn, within the reader's grant.
package struct SpotCheckLine: Sendable, Hashable {
    package let number: Int
    /// `2026-10`.
    package let month: String
    package let person: PersonID
    /// Empty where the grant does not cover names or no source gives one.
    package let name: String
    package let nameKana: String
    /// `nil` where the grant does not cover it or no source gives it.
    package let birth: PartialDate?
    package let isProtected: Bool
    /// Oldest first; the last one counts.
    package let answers: [SpotCheckGiven]
}

/// The children of the newest draw, and those of earlier ones who have no answer yet.
package struct SpotCheckList: Sendable, Hashable {
    package let lines: [SpotCheckLine]
    /// Of the newest draw; `nil` before the first.
    package let month: String?
    package let asOf: Day
    /// Whether this reader may not see who was drawn, whoever was.
    package let isWithheld: Bool
}

/// A child who was drawn, as far as who the child is and where records came from; no content of records.
package struct SpotCheckDetail: Sendable, Hashable {
    package let line: SpotCheckLine
    package let particulars: Particulars
    package let household: [HouseholdLine]
    package let records: [RecordLine]
    package let asOf: Day
}

package import Domain
package import Foundation

/// A publication: which run is in service since when, and what it did.
package struct PublicationInfo: Sendable, Hashable {
    /// Counts up from 1.
    package let sequence: Int
    package let run: RunID
    package let asOf: Day
    package let publishedAt: Date
    package let summary: RunSummary
    /// Name of the run's folder inside the runs folder.
    package let folder: String

    package init(
        sequence: Int, run: RunID, asOf: Day, publishedAt: Date, summary: RunSummary, folder: String
    ) {
        self.sequence = sequence
        self.run = run
        self.asOf = asOf
        self.publishedAt = publishedAt
        self.summary = summary
        self.folder = folder
    }
}

/// What the night hands over to be published.
package struct NewPublication: Sendable {
    /// `cases` is filled in by publishing.
    package var summary: RunSummary
    /// Name of the run's folder inside the runs folder.
    package var folder: String
    package var flags: [Flag]
    /// Rules that could not be applied to a person tonight: what they found before still stands.
    package var undecided: [PersonID: Set<RuleID>]
    /// Persons of whom anything may have changed since the publication in service; `nil`: everybody.
    package var judged: [PersonID]?
    /// Standing of every flagged person.
    package var standings: [PersonID: PersonStanding]
    /// Absorbed person → surviving person.
    package var aliases: [PersonID: PersonID]
    /// Ids whose merge was taken back → who they are again: cases that such a person founded go back.
    package var regained: [PersonID: PersonID]
    /// By number of what somebody said of a use, whose records came tonight.
    package var consentReach: [Int: Set<PersonID>]
    /// The rules of each purpose.
    package var rules: [PurposeID: Set<RuleID>]
    /// The newest correction of an accepted row that the night knew of (`N-1`); what rests on rows of newer ones is taken back.
    package var lastRectification: Int?
    /// When it read the corrections.
    package var rectificationsReadAt: Date?
    /// Corrections of accepted rows whose rows came tonight no more, or with another content.
    package var lapsed: [Rectifications.Entry]
    /// Whether somebody born then is past the ages that a rule is about.
    package var outgrown: @Sendable (RuleID, PartialDate?) -> Bool

    package init(
        summary: RunSummary, folder: String, flags: [Flag], undecided: [PersonID: Set<RuleID>] = [:],
        judged: [PersonID]? = nil,
        standings: [PersonID: PersonStanding], aliases: [PersonID: PersonID] = [:],
        regained: [PersonID: PersonID] = [:], consentReach: [Int: Set<PersonID>] = [:],
        rules: [PurposeID: Set<RuleID>] = [:], lastRectification: Int? = nil,
        rectificationsReadAt: Date? = nil,
        lapsed: [Rectifications.Entry] = [],
        outgrown: @escaping @Sendable (RuleID, PartialDate?) -> Bool = { _, _ in false }
    ) {
        self.outgrown = outgrown
        self.lapsed = lapsed
        self.lastRectification = lastRectification
        self.rectificationsReadAt = rectificationsReadAt
        self.consentReach = consentReach
        self.rules = rules
        self.undecided = undecided
        self.judged = judged
        self.summary = summary
        self.folder = folder
        self.flags = flags
        self.standings = standings
        self.aliases = aliases
        self.regained = regained
    }
}

/// A night that ended without a publication; the page shows it as a banner while it is newer than the publication.
package struct FailedRun: Sendable, Hashable {
    package let run: RunID
    package let at: Date
    /// Japanese, without personal values.
    package let message: String

    package init(run: RunID, at: Date, message: String) {
        self.run = run
        self.at = at
        self.message = message
    }
}

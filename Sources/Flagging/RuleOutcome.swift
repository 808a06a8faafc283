package import Domain

/// What a rule says of a person on a night. The five absences stay apart: not applicable, not yet due, not recorded
/// (`notEvaluated`, or a flag after due date and grace), recorded "no" (a flag), held back by policy (`notEvaluated`).
package enum RuleOutcome: Sendable, Hashable {
    case flag(Flag)
    /// The rule's condition holds, but nobody new needs to look.
    case suppressed(Suppression)
    /// Another age, another grade, not on the register, or the rule is not in force.
    case notApplicable
    /// Nothing is recorded, and nothing needs to be before this day.
    case notYetDue(Day)
    /// The facts are there and say nothing.
    case noFinding
    /// It cannot be told; never a reason for calm.
    case notEvaluated(Gap)
}

/// Why a person whom a rule finds is not queued by it. Raw values are stable codes.
package enum Suppression: String, Sendable, Codable, CaseIterable {
    /// 既支援: on the register of the council (要対協) and not closed. Counted, never queued again.
    case alreadySupported = "already-supported"
    case movedOut = "moved-out"
    case deceased
}

/// Why a rule cannot be evaluated.
package enum Gap: Sendable, Hashable {
    /// No mapping supplies the item.
    case noSource(ItemCode)
    /// Sources that were not loaded, are stale, or are not current to the day the absence would count from.
    case staleSources([SourceID])
    /// Policy holds the item back for this person: its absence means nothing.
    case withheld(ItemCode)
    case birthUnknown
    /// Nothing tells from when the missing fact is due.
    case dueUnknown
    /// Rejected rows of these sources may be about the person: what they lack is not missing.
    case rejectedRows([SourceID])
    /// A fact without a date decides, and may or may not be from the time the rule looks at.
    case undated(ItemCode)

    /// Every code there is.
    package static let codes = [
        "no-source", "stale-source", "withheld", "birth-unknown", "due-unknown", "undated", "rejected-rows",
    ]

    /// Stable machine code for counts and reports.
    package var code: String {
        switch self {
        case .noSource: "no-source"
        case .staleSources: "stale-source"
        case .withheld: "withheld"
        case .birthUnknown: "birth-unknown"
        case .dueUnknown: "due-unknown"
        case .undated: "undated"
        case .rejectedRows: "rejected-rows"
        }
    }
}

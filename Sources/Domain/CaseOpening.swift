/// What somebody opens a case with, whom no rule found or of whom they know more than records say.
package struct CaseOpening: Sendable, Hashable {
    package let difficulty: Difficulty
    /// In words.
    package let reason: String

    package init(difficulty: Difficulty, reason: String) {
        self.difficulty = difficulty
        self.reason = reason
    }

    /// What cases are opened and worked on for.
    package static let purpose: PurposeID = "support"

    /// As cases keep it: beside the flags of rules, so that one order, one view and one queue serve both.
    ///
    /// - Parameters:
    ///   - number: counts from 1 within a case.
    ///   - items: all that who opened it may see of the person: what they wrote may rest on any of it, so that who may see less does not
    ///     read it.
    package func flag(_ number: Int, of person: PersonID, items: Set<ItemCode>, on day: Day) -> Flag {
        Flag(
            rule: .byHand(number), version: 1, title: "職員が開きました", person: person, urgency: .normal,
            difficulties: [difficulty],
            reasons: [Reason(sentence: reason, facts: [], items: items.sorted(), sources: [])], confirm: [],
            since: day)
    }
}

extension RuleID {
    /// Of no rule: what people opened a case with. No rule file may be called so.
    package static func byHand(_ number: Int) -> RuleID { RuleID(handPrefix + String(number)) }

    package var isByHand: Bool { rawValue.hasPrefix(Self.handPrefix) }

    /// What people opened another case with, as long as that case's person is taken for this one's; through a third it stays the
    /// first one's.
    package func lent(by other: CaseID) -> RuleID {
        rawValue.contains(Self.lender) ? self : RuleID(rawValue + Self.lender + other.rawValue)
    }

    package func isLent(by other: CaseID) -> Bool { rawValue.hasSuffix(Self.lender + other.rawValue) }

    private static let lender = "-of-"

    package static let handPrefix = "by-hand-"
}

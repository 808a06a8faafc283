/// A person as joined for flag rules: only what policy let through, with the household around.
package struct JoinedPerson: Sendable {
    package let id: PersonID
    package let birth: PartialDate?
    /// On the resident register tonight and neither deceased nor moved out; `nil` where the register's row may be one that
    /// was rejected.
    package let isResident: Bool?
    package let facts: [SourcedFact]
    /// The other members of the register household, without their identifiers.
    package let household: [HouseholdMember]
    /// Sources of which a rejected row may be about the person: that they say nothing means nothing.
    package let unread: Set<SourceID>
    /// Whether no rejected row of the register may be about somebody else who lives here.
    package let isHouseholdWhole: Bool
    /// Whether policy let everybody through who lives here; of whom it did not, nothing is known.
    package let isHouseholdShown: Bool
    /// The town of the register, for counts by area; `nil` where it was not asked for, is masked or not known.
    package let area: String?

    package init(
        id: PersonID, birth: PartialDate?, isResident: Bool?, facts: [SourcedFact],
        household: [HouseholdMember], unread: Set<SourceID> = [], isHouseholdWhole: Bool = true,
        isHouseholdShown: Bool = true, area: String? = nil
    ) {
        self.id = id
        self.birth = birth
        self.isResident = isResident
        self.facts = facts
        self.household = household
        self.unread = unread
        self.isHouseholdWhole = isHouseholdWhole
        self.isHouseholdShown = isHouseholdShown
        self.area = area
    }
}

/// Another member of a child's household, as far as rules may look.
package struct HouseholdMember: Sendable {
    package let id: PersonID
    package let birth: PartialDate?
    package let facts: [SourcedFact]
    /// As `JoinedPerson.unread`.
    package let unread: Set<SourceID>

    package init(id: PersonID, birth: PartialDate?, facts: [SourcedFact], unread: Set<SourceID> = []) {
        self.id = id
        self.birth = birth
        self.facts = facts
        self.unread = unread
    }
}

/// What a person, or a guardian for a child, said of a use; in this order, since more of it never permits less.
package enum Consent: String, Sendable, Codable, CaseIterable {
    /// Asked that the use stop (利用停止), or took a consent back.
    case refused
    case notRecorded
    case given
}

/// A person's standing that policy must know before anything is joined or shown.
package struct PersonStanding: Hashable, Sendable, Codable {
    /// Under 支援措置, in person or through the household; never ends by date.
    package var isProtected: Bool
    /// Of the use that is asked for.
    package var consent: Consent
    /// Whether nothing is told of how heavily the person's records are linked, nor by an order that follows from it: with what may
    /// be seen, it would say whether the hidden address agrees.
    package var hidesWeights: Bool { isProtected }

    package init(isProtected: Bool = false, consent: Consent = .notRecorded) {
        self.isProtected = isProtected
        self.consent = consent
    }
}

package import Domain

/// A household as programmes are matched to it: what the reader's grant let through, and how current its sources are.
package struct SupportHousehold: Sendable {
    /// Of those whom policy let through.
    package let members: [SupportMember]
    /// Whether these are all who live there: of one who is left out, that no record says a thing says nothing.
    package let isWhole: Bool
    /// Whether the register says who lives there; else only the one person is known, and nobody is hidden.
    package let isRegistered: Bool
    package let sources: SourceState

    package init(
        members: [SupportMember], isWhole: Bool, isRegistered: Bool = true, sources: SourceState
    ) {
        (self.members, self.isWhole, self.sources) = (members, isWhole, sources)
        self.isRegistered = isRegistered
    }

    /// Why nothing can be said of an item that none of `holders` has a record of.
    func gap(_ item: ItemCode, of holders: [SupportMember], isHousehold: Bool) -> Gap? {
        if let gap = holders.compactMap({ sources.gap(item, of: $0) }).first { return gap }
        guard isHousehold, !isWhole else { return nil }
        return isRegistered ? .withheld(item) : .noHousehold(item)
    }
}

package struct SupportMember: Sendable {
    package let id: PersonID
    package let birth: PartialDate?
    /// As `JoinedPerson.isResident`.
    package let isResident: Bool?
    package let facts: [SourcedFact]
    /// Items that policy let through for this person; what is missing of another says nothing.
    package let permitted: Set<ItemCode>
    /// As `JoinedPerson.unread`.
    package let unread: Set<SourceID>

    package init(
        id: PersonID, birth: PartialDate?, isResident: Bool?, facts: [SourcedFact],
        permitted: Set<ItemCode>, unread: Set<SourceID>
    ) {
        self.id = id
        self.birth = birth
        self.isResident = isResident
        self.facts = facts
        self.permitted = permitted
        self.unread = unread
    }

    /// Whether programmes for children may be for this person: up to the end of March after the 18th birthday, and who has
    /// no birth date.
    package func mayBeChild(on day: Day) -> Bool {
        guard let birth else { return true }
        return birth.range.upperBound.schoolGrade(on: day) <= 12
    }
}

/// What the run in service was built from: which source supplies an item, and how current each is.
package struct SourceState: Sendable {
    /// The day of asking: what has ended and what is out of date follows from it.
    package let day: Day
    private let freshness: [SourceID: SourceFreshness]
    private let suppliers: [ItemCode: [SourceID]]
    /// Older publications do not say what their extracts supplied; then nothing can be said of absence.
    private let isKnown: Bool

    package init(_ summary: RunSummary, on day: Day) {
        self.day = day
        freshness = Dictionary(
            summary.extracts.map {
                (
                    $0.source,
                    SourceFreshness(
                        source: $0.source, title: $0.title, asOf: $0.asOf, limit: $0.freshnessDays ?? 0,
                        unplaced: $0.unplaced)
                )
            }, uniquingKeysWith: { first, _ in first })
        var suppliers: [ItemCode: [SourceID]] = [:]
        for extract in summary.extracts {
            for item in extract.items ?? [] { suppliers[item, default: []].append(extract.source) }
        }
        self.suppliers = suppliers
        isKnown = summary.extracts.contains { $0.items != nil }
    }

    /// Why nothing can be said of a person who has no record of an item; `nil`: that there is none is known.
    func gap(_ item: ItemCode, of member: SupportMember) -> Gap? {
        guard member.permitted.contains(item) else { return .withheld(item) }
        guard isKnown else { return .noSource(item) }
        let sources = suppliers[item] ?? []
        guard !sources.isEmpty else { return .noSource(item) }
        for source in sources {
            guard let state = freshness[source], state.isFresh(on: day) else { return .stale(item) }
            if member.unread.contains(source) || (state.unplaced ?? 0) > 0 { return .unread(item) }
        }
        return nil
    }

    /// Whether extracts are current: what they say holds still.
    func areFresh(_ sources: Set<SourceID>) -> Bool {
        sources.allSatisfy { freshness[$0]?.isFresh(on: day) ?? false }
    }

    /// The item's extracts that did not come or are too old; one without a title where none supplies it.
    func late(_ item: ItemCode) -> [Untold.Extract] {
        let sources = (suppliers[item] ?? []).sorted()
        guard isKnown, !sources.isEmpty else { return [Untold.Extract(item: item, title: nil, asOf: nil)] }
        return sources.compactMap { freshness[$0] }.filter { !$0.isFresh(on: day) }.map {
            Untold.Extract(item: item, title: $0.title, asOf: $0.asOf)
        }
    }

    /// The oldest day by which the item's sources are current.
    func asOf(_ item: ItemCode) -> Day? {
        (suppliers[item] ?? []).compactMap { freshness[$0]?.asOf }.min()
    }
}

/// Why the records cannot say; each is told in its own words.
package enum Gap: Sendable, Hashable {
    /// Policy does not let the reader see it of this person.
    case withheld(ItemCode)
    /// No extract supplies it.
    case noSource(ItemCode)
    /// The extract did not come, or is too old.
    case stale(ItemCode)
    /// A rejected row may be about somebody of this household.
    case unread(ItemCode)
    /// The register knows of no household: whoever lives there too is not looked at.
    case noHousehold(ItemCode)

    package var item: ItemCode {
        switch self {
        case .withheld(let item), .noSource(let item), .stale(let item), .unread(let item),
            .noHousehold(let item):
            item
        }
    }
}

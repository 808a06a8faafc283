package import Domain

/// Policy's answers to one request, whoever of whatever standing it turns out to be about.
package struct Decisions: Sendable {
    /// What the request is for: a person's consent is looked up for it.
    package let purpose: PurposeID
    /// How far the asker reaches: where a person belongs is looked up for it.
    package let reach: Reach
    private let decide: @Sendable (PersonStanding, Remit) -> Decision

    package init(
        for purpose: PurposeID, reach: Reach,
        _ decide: @escaping @Sendable (PersonStanding, Remit) -> Decision
    ) {
        self.purpose = purpose
        self.reach = reach
        self.decide = decide
    }

    /// Of an asker who reaches the whole city.
    package init(for purpose: PurposeID, _ decide: @escaping @Sendable (PersonStanding) -> Decision) {
        self.init(for: purpose, reach: .city) { standing, _ in decide(standing) }
    }

    /// What both permit, as the first one's action: a denial of either denies, and what either withholds or masks stays so.
    ///
    /// - Parameter other: of the same asker for the same purpose.
    package func narrowed(to other: Decisions) -> Decisions {
        Decisions(for: purpose, reach: reach) { standing, remit in
            switch (self(standing, remit), other(standing, remit)) {
            case (.permit(let grant), .permit(let bound)): .permit(grant.narrowed(to: bound))
            case (.permit, .deny(let denial)): .deny(denial)
            case (.deny(let denial), _): .deny(denial)
            }
        }
    }

    package func callAsFunction(_ standing: PersonStanding, _ remit: Remit = .unknown) -> Decision {
        decide(standing, remit)
    }

    /// The denial, where it is denied whomever it is about.
    package var denial: Denial? {
        guard case .deny(let denial) = decide(PersonStanding(isProtected: false), reach.inside),
            case .deny = decide(PersonStanding(isProtected: true), reach.inside)
        else { return nil }
        return denial
    }
}

package import Domain

/// Policy's answers to one request, whoever of whatever standing it turns out to be about.
package struct Decisions: Sendable {
    /// What the request is for: a person's consent is looked up for it.
    package let purpose: PurposeID
    private let decide: @Sendable (PersonStanding) -> Decision

    package init(for purpose: PurposeID, _ decide: @escaping @Sendable (PersonStanding) -> Decision) {
        self.purpose = purpose
        self.decide = decide
    }

    package func callAsFunction(_ standing: PersonStanding) -> Decision { decide(standing) }
}

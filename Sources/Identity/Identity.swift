package import Domain

/// The name under which a record is known from night to night: a keyed hash of source and identity, made by the caller.
package struct RecordKey: TypedID {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A change of who is who; an unchanged night has none.
package enum IdentityEvent: Hashable, Sendable {
    /// A person none of whose records was known.
    case new(PersonID)
    /// `absorbed` has no cluster any more; most of its records are `survivor`'s now. The old id lives on as an alias.
    case merged(survivor: PersonID, absorbed: PersonID)
    /// Records of `from` that stand under `to` now, while `from` goes on or was absorbed elsewhere.
    case split(from: PersonID, to: PersonID)
    /// None of the person's records came tonight.
    case absent(PersonID)
}

/// Persons of tonight's clusters.
package struct IdentityOutcome: Sendable, Hashable {
    /// One for each cluster, in the clusters' order; all different.
    package let persons: [PersonID]
    /// In a fixed order, independent of the clusters' order.
    package let events: [IdentityEvent]
}

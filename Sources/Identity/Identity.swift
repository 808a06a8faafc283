package import Domain

/// The name under which a record is known from night to night: a keyed hash of source and identity, made by the caller.
package struct RecordKey: TypedID {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// Two different records, in the order of their keys: the pair is the same whichever was named first.
package struct RecordPair: Hashable, Sendable, Comparable {
    package let left: RecordKey
    package let right: RecordKey

    /// - Returns: `nil` for a record and itself.
    package init?(_ one: RecordKey, _ other: RecordKey) {
        guard one != other else { return nil }
        (left, right) = one < other ? (one, other) : (other, one)
    }

    package static func < (a: RecordPair, b: RecordPair) -> Bool {
        (a.left, a.right) < (b.left, b.right)
    }
}

/// What a person has said of two records; it holds until it is withdrawn.
package enum Verdict: String, Hashable, Sendable, Codable {
    case same
    case different
}

/// A change of who is who; an unchanged night has none. Each says enough to be taken back exactly.
package enum IdentityEvent: Hashable, Sendable {
    /// An id is given for the first time; where a split leads to it, the records were known before.
    case new(PersonID)
    /// `absorbed` has no cluster any more; most of its records are `survivor`'s now. The old id lives on as an alias.
    case merged(survivor: PersonID, absorbed: PersonID)
    /// A merge is taken back: `person` stands for itself again. `merge` is the alias's number.
    case revived(PersonID, from: PersonID, merge: Int)
    /// Records of `from` that stand under `to` now, while `from` goes on or was absorbed elsewhere.
    case split(from: PersonID, to: PersonID)
    /// None of the person's records came tonight, though some came the night before.
    case absent(PersonID)
    /// A record of an absent person came again.
    case returned(PersonID)
    /// A record stands under another person than before; `from` is `nil` for a record that was not known.
    case moved(RecordKey, from: PersonID?, to: PersonID)
    case decided(RecordPair, Verdict)
    case withdrawn(RecordPair, Verdict)
}

/// What one night's clusters made of the state before.
package struct IdentityNight: Sendable, Hashable {
    /// One for each cluster, in the clusters' order; all different.
    package let persons: [PersonID]
    /// In a fixed order, independent of the clusters' order.
    package let events: [IdentityEvent]
    package let state: IdentityState
    /// Verdicts that tonight's clusters go against, sorted; only of records that came.
    package let unheeded: [RecordPair]

    /// Ids given tonight to somebody none of whose records was known.
    package var newcomers: [PersonID] {
        let fromSplits = Set(events.compactMap { if case .split(_, let to) = $0 { to } else { nil } })
        return events.compactMap {
            if case .new(let person) = $0, !fromSplits.contains(person) { person } else { nil }
        }
    }
}

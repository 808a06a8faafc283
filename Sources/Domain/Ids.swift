/// A name that identifies one thing of one kind; wrappers keep a case id from being passed as a person id.
package protocol TypedID: RawRepresentable, Hashable, Sendable, Codable, Comparable, CustomStringConvertible,
    ExpressibleByStringLiteral
where RawValue == String {
    init(rawValue: String)
}

extension TypedID {
    package init(_ rawValue: String) { self.init(rawValue: rawValue) }
    package init(stringLiteral value: String) { self.init(rawValue: value) }
    package init(from decoder: any Decoder) throws {
        self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
    }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
    package var description: String { rawValue }
    /// Byte order, not locale order: sorted output must not depend on the machine.
    package static func < (left: Self, right: Self) -> Bool {
        left.rawValue.utf8.lexicographicallyPrecedes(right.rawValue.utf8)
    }
}

/// A source: one kind of extract of one city system (`jumin`, `kenshin`); names its mapping.
package struct SourceID: TypedID {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A basic data item (基本連携データ項目) by its catalogue code, such as `B06`.
package struct ItemCode: TypedID {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// The item that carries 支援措置.
package let protectionItem: ItemCode = "A06"

/// A purpose of use (利用目的) by its id in `Guidelines/purposes`.
package struct PurposeID: TypedID {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A role by its id in `Guidelines/roles`.
package struct RoleID: TypedID {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A flag rule by its id in `Guidelines/rules`, such as `U1`.
package struct RuleID: TypedID {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A person over the nights; survives reloads, merges (as alias) and splits.
package struct PersonID: TypedID {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A household as the resident register numbers it; not stable over years.
package struct HouseholdID: TypedID {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A case in the queue.
package struct CaseID: TypedID {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A night's run: the hash of everything that decides its result.
package struct RunID: TypedID {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A keyed pseudonym of a person, different for each consumer domain.
package struct Pseudonym: TypedID {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A user of the admin API and pages.
package struct UserID: TypedID {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

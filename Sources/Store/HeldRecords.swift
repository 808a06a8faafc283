package import Domain
package import Foundation
package import Policy
package import Programmes

/// Who asks for a copy of what is held about a person (開示請求, 76条).
package enum Requester: String, Sendable, Codable, CaseIterable {
    case person = "self"
    /// For a minor, or an adult under guardianship (法定代理人).
    case guardian
    /// By the person's mandate (任意代理人).
    case agent

    /// What policy is asked about.
    package var action: Action {
        switch self {
        case .person: .disclose
        case .guardian: .discloseToGuardian
        case .agent: .discloseToAgent
        }
    }
}

/// A numbered request for disclosure, as the office took it in.
package struct DisclosureOrder: Sendable {
    /// 受付番号; no person's value.
    package let number: String
    package let requester: Requester
    package let person: PersonID
    package let reason: String
    /// Who makes the copy together with the actor.
    package let second: Actor
    /// Whether the person is an adult under guardianship (成年後見), which the office has confirmed.
    package let isUnderGuardianship: Bool
    /// Sources none of whose items is held back: of their rows also those are given that say nothing but who somebody is.
    package let wholeSources: Set<SourceID>

    package init(
        number: String, requester: Requester, person: PersonID, reason: String, second: Actor,
        isUnderGuardianship: Bool = false, wholeSources: Set<SourceID>
    ) {
        self.isUnderGuardianship = isUnderGuardianship
        self.number = number
        self.requester = requester
        self.person = person
        self.reason = reason
        self.second = second
        self.wholeSources = wholeSources
    }
}

/// What is held about a person in the publication in service, as far as a disclosure's grant lets it be given.
package struct HeldRecords: Sendable {
    /// A distinct identity of a source, with the rows that gave it.
    package struct Identity: Sendable {
        package let source: SourceID
        /// Sorted; at least one.
        package let rows: [RowPosition]
        /// Without the parts that the grant withholds or masks.
        package let identifiers: Identifiers
    }

    /// The extract that a file is.
    package struct File: Sendable {
        package let title: String
        package let asOf: Day?
    }

    /// One reading of the person's records by somebody, without a name.
    package struct Reading: Sendable {
        package let at: Date
        package let purpose: PurposeID
        /// Of the reader, today; none where the reader has left.
        package let roles: [RoleID]
    }

    /// That the person was drawn in a month (抜き取り確認), and the answer that counts.
    package struct SpotCheck: Sendable {
        /// `2026-10`.
        package let month: String
        /// `nil`: none yet.
        package let answer: SpotCheckAnswer?
        package let at: Date?
    }

    /// What became of an offered programme.
    package struct Outcome: Sendable {
        package let psid: String
        /// As the registry in use calls it; `nil` of one that it has no more.
        package let name: String?
        package let what: SupportOutcome.What
        package let at: Date
    }

    /// Who it is now.
    package let person: PersonID
    package let publication: PublicationInfo
    /// What both persons may give.
    package let items: Set<ItemCode>
    package let isProtected: Bool
    /// By source and row.
    package let identities: [Identity]
    /// By item, part and date.
    package let facts: [SourcedFact]
    /// By name.
    package let files: [String: File]
    /// Reasons that rest on other items or other persons are left out.
    package let findings: [Flag]
    /// Oldest first.
    package let readings: [Reading]
    package let wishes: [KeptConsent]
    /// Oldest first; what people wrote besides is of others too, and not given.
    package let spotChecks: [SpotCheck]
    /// Oldest first.
    package let outcomes: [Outcome]
    /// For the office alone: how many facts there are of each item that is not given.
    package let withheld: [ItemCode: Int]
}

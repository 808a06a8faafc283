package import Domain
package import Foundation
package import Policy

/// What an accepted row is to say instead (訂正, 92条): columns and their right values, for as long as the department delivers the
/// row as it was.
package struct NewRectification: Sendable {
    package let source: SourceID
    /// Opaque key of what the row says in the columns that are used: by it the row is known again in every later extract.
    package let content: String
    /// Where it stood when it was corrected; what rests on it is found by this.
    package let position: RowPosition
    /// Right values by column.
    package let patch: [String: String]
    /// 受付番号; no person's value.
    package let request: String
    package let reason: String
    /// Who confirmed that the row becomes somebody else's.
    package let second: Actor?

    package init(
        source: SourceID, content: String, position: RowPosition, patch: [String: String], request: String,
        reason: String, second: Actor? = nil
    ) {
        self.source = source
        self.content = content
        self.position = position
        self.patch = patch
        self.request = request
        self.reason = reason
        self.second = second
    }
}

/// What came of a correction at once, before the next night.
package struct Rectified: Sendable {
    /// Counts up from 1; `N-1` for people (訂正).
    package let id: Int
    /// Cases with a flag that rested on the row, sorted.
    package let cases: [CaseID]
    package let flags: Int
    /// Of the cases, those that nobody had touched and that stood on it alone.
    package let withdrawn: Int
    /// People who are to be told.
    package let tellings: Int
}

/// The corrections of accepted rows: of each row, the newest that nobody has taken back.
package struct Rectifications: Sendable {
    package struct Entry: Sendable {
        package let id: Int
        package let patch: [String: String]
        package let request: String
        /// As audit events name actors.
        package let actor: String
        package let at: Date
        /// Whether the nights apply it: false once the row came no more, or with another content.
        package let isUsed: Bool
    }

    /// By source, by key of the row's content.
    package let entries: [SourceID: [String: Entry]]
    /// Hash of all entries, `nil` where there are none; part of the run's id.
    package let revision: String?
    /// The newest there is, also of those that were taken back; 0: none.
    package let last: Int
    /// When they were read, where a night did.
    package var readAt: Date?

    package static let none = Rectifications(entries: [:], revision: nil, last: 0)

    /// Those that a night found no row for, by number; of a source that stayed away nothing is known.
    ///
    /// - Parameter used: numbers of those that stood in for a row, or would have if it were accepted.
    package func lapsed(used: Set<Int>, arrived: Set<SourceID>) -> [Entry] {
        entries.filter { arrived.contains($0.key) }.flatMap(\.value.values)
            .filter { $0.isUsed && !used.contains($0.id) }.sorted { $0.id < $1.id }
    }
}

/// Somebody who acted on a case, and is to be told that a fact behind it was wrong.
package struct Telling: Sendable {
    package enum Cause: Sendable, Hashable {
        /// Corrected at a person's request; with the correction's number.
        case rectified(Int, request: String)
        /// The department took it back, or it was somebody else's; why, in Japanese.
        case takenBack(RuleID, why: String)
    }

    /// `T-1` of a correction, `B-1` of what was taken back; both count up from 1.
    package let number: String
    package let cause: Cause
    package let caseID: CaseID
    package let user: UserID
    package let displayName: String
    package let since: Date
    /// When, by whom and how it was told; `nil`: not yet.
    package let told: (at: Date, actor: String, how: String)?
}

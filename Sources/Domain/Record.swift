/// Where a row stands in a frozen extract.
package struct RowPosition: Hashable, Sendable, Codable, Comparable {
    package let source: SourceID
    /// The file's name in the inbox, without folder.
    package let file: String
    /// Physical line on which the row begins, from 1.
    package let line: Int
    /// Byte offset of the row's first byte.
    package let offset: Int

    package init(source: SourceID, file: String, line: Int, offset: Int) {
        self.source = source
        self.file = file
        self.line = line
        self.offset = offset
    }

    package static func < (left: RowPosition, right: RowPosition) -> Bool {
        (left.source, left.file, left.line) < (right.source, right.file, right.line)
    }
}

/// Which of a row's people a record is about; a row may speak of a child and of its guardian.
package enum Subject: String, Sendable, Codable, CaseIterable, Comparable {
    case child, guardian
    package static func < (left: Subject, right: Subject) -> Bool { left.rawValue < right.rawValue }
}

/// One person of one row, after mapping: who it is, and what the row says of them.
package struct Record: Sendable, Hashable {
    package let position: RowPosition
    package let subject: Subject
    package let identifiers: Identifiers
    package let facts: [Fact]

    package init(position: RowPosition, subject: Subject, identifiers: Identifiers, facts: [Fact]) {
        self.position = position
        self.subject = subject
        self.identifiers = identifiers
        self.facts = facts
    }
}

/// Why a row was not accepted, or what to look at though it was (a warning): data about data, never thrown, and never
/// with the person's value in it.
package struct Rejection: Sendable, Hashable {
    package let position: RowPosition
    /// Stable machine code such as `date.unreadable`.
    package let code: String
    /// The column's header as the file names it, where one column is at fault.
    package let column: String?
    /// Japanese sentence: what is wrong.
    package let message: String
    /// Japanese sentence: what to do.
    package let fix: String

    package init(position: RowPosition, code: String, column: String?, message: String, fix: String) {
        self.position = position
        self.code = code
        self.column = column
        self.message = message
        self.fix = fix
    }
}

/// The ledger of one extract: every row of the file has exactly one fate.
///
/// INVARIANT: `rows == accepted + rejected + duplicate + superseded`. Lines that are no rows (titles, totals, blanks)
/// are `outside`.
package struct RowLedger: Sendable, Hashable, Codable {
    package var accepted = 0
    package var rejected = 0
    package var duplicate = 0
    package var outside = 0
    /// Rows of a full file and its deltas that a later row replaced or took away, and the marks that took away.
    package var superseded = 0
    package var rows: Int { current + superseded }
    /// Rows that say how things are now: the figure that can be compared from night to night.
    package var current: Int { accepted + rejected + duplicate }

    package init() {}

    /// Ledgers of nights before there were deltas have no `superseded`.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        accepted = try container.decode(Int.self, forKey: .accepted)
        rejected = try container.decode(Int.self, forKey: .rejected)
        duplicate = try container.decode(Int.self, forKey: .duplicate)
        outside = try container.decode(Int.self, forKey: .outside)
        superseded = try container.decodeIfPresent(Int.self, forKey: .superseded) ?? 0
    }

    package static func += (left: inout RowLedger, right: RowLedger) {
        left.accepted += right.accepted
        left.rejected += right.rejected
        left.duplicate += right.duplicate
        left.outside += right.outside
        left.superseded += right.superseded
    }
}

package import Domain

/// One row of an extract, as text, before any meaning.
package struct Row: Sendable, Hashable {
    package let position: RowPosition
    /// In the file's order; may be more or fewer than the header's.
    package let fields: [String]

    package init(position: RowPosition, fields: [String]) {
        self.position = position
        self.fields = fields
    }
}

/// What the reader found next; every byte below the header belongs to exactly one of these.
package enum ExtractLine: Sendable, Hashable {
    case row(Row)
    /// A row whose text cannot be trusted: undecodable bytes, broken quotes, NUL, too long.
    case unreadable(Rejection)
    /// No row: a title above the header, a blank line, an end-of-file mark.
    case outside(line: Int, offset: Int)
}

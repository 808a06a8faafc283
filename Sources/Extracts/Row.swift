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

/// What the reader found next; every byte of the file but its preamble belongs to exactly one of these.
package enum ExtractLine: Sendable, Hashable {
    case row(Row)
    /// A row whose text cannot be trusted: undecodable bytes, broken quotes, NUL, too long, a record of another length.
    case unreadable(Rejection)
    /// No row: a title above the header, a blank line, an end-of-file mark.
    case outside(line: Int, offset: Int)
}

/// A line's bytes as they are in the file, line end included.
package struct RawLine: Sendable, Hashable {
    /// The first MiB at most.
    package let bytes: [UInt8]
    /// Of the whole line.
    package let length: Int

    package init(bytes: [UInt8], length: Int) {
        self.bytes = bytes
        self.length = length
    }

    /// Whether the line has more bytes than are kept.
    package var isCut: Bool { bytes.count < length }
}

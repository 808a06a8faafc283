package import Domain

/// One row of an extract, as text, before any meaning.
package struct Row: Sendable, Hashable {
    package let position: RowPosition
    /// The fields one after another, as UTF-8.
    private let text: [UInt8]
    /// Where each field ends in `text`.
    private let ends: [Int32]

    /// - Parameter text: UTF-8, split at `ends` between characters.
    init(position: RowPosition, text: [UInt8], ends: [Int32]) {
        self.position = position
        self.text = text
        self.ends = ends
    }

    package init(position: RowPosition, fields: [String]) {
        var (text, ends): ([UInt8], [Int32]) = ([], [])
        for field in fields {
            text += field.utf8
            ends.append(Int32(truncatingIfNeeded: text.count))
        }
        self.init(position: position, text: text, ends: ends)
    }

    /// How many fields; may be more or fewer than the header's.
    package var count: Int { ends.count }

    /// The field at `index`, made when asked for: a string costs more than to read its bytes.
    package subscript(index: Int) -> String {
        let start = index == 0 ? 0 : Int(ends[index - 1])
        return start == Int(ends[index])
            ? "" : String(decoding: text[start..<Int(ends[index])], as: UTF8.self)
    }

    /// The field's bytes, UTF-8.
    package func bytes(_ index: Int) -> ArraySlice<UInt8> {
        text[(index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])]
    }

    /// All fields in the file's order; made at each call, so who needs them twice keeps them.
    package var fields: [String] { ends.indices.map { self[$0] } }
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

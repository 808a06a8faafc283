/// A line made out as far as it can be, for people who are to mend it.
package struct LineText: Sendable, Hashable {
    /// As delimiters and quotes split the line; of a line that can be read, what the reader gives.
    package let fields: [String]
    /// The fields in which `substitute` stands for something that is no character.
    package let damaged: Set<Int>
    /// Bytes that are no character, by their index in the line.
    package let unreadable: [Int]
    /// Whether each field surely is one column: not in a record of another length, and not where characters are cut by
    /// columns or text stands behind a closing quote.
    package let isSurelySplit: Bool

    /// 〓 (geta), as printers set it for a type they lack.
    package static let substitute: Unicode.Scalar = "〓"
}

/// How one line of a file is read, as the reader settled it for the whole file.
package struct LineForm: Codable, Sendable, Hashable {
    package let encoding: TextEncoding
    /// `nil`: the columns have `widths` instead.
    package let delimiter: Delimiter?
    /// Bytes of each column.
    package let widths: [Int]

    package init(_ encoding: TextEncoding, delimiter: Delimiter? = .comma, widths: [Int] = []) {
        self.encoding = encoding
        self.delimiter = delimiter
        self.widths = widths
    }
}

extension RawLine {
    /// The line's text, whatever is wrong with it.
    ///
    /// - Parameter gaiji: the characters that the source's 外字 stand for.
    package func text(_ form: LineForm, gaiji: GaijiTable = GaijiTable()) -> LineText {
        var splitter = FieldSplitter(delimiter: form.delimiter.map { Unicode.Scalar($0.byte) })
        var unreadable: [Int] = []
        var start = 0
        let columns = columns(form)
        for piece in columns ?? [bytes[...]] {
            let (scalars, broken) = Self.scalars(Array(piece), form.encoding)
            unreadable += broken.map { start + $0 }
            start += piece.count
            for scalar in Self.withoutLineEnd(scalars) { splitter.take(scalar) }
            splitter.endField()
        }
        return LineText(
            fields: splitter.fields.map { gaiji.replace(in: $0) }, damaged: splitter.damaged,
            unreadable: unreadable,
            isSurelySplit: form.delimiter == nil
                ? columns != nil && unreadable.isEmpty : !splitter.hasBrokenQuotes)
    }

    /// The columns of a record, where it is as long as they are wide; `nil` for any other line.
    private func columns(_ form: LineForm) -> [ArraySlice<UInt8>]? {
        let ends = form.delimiter == nil ? bytes.reversed().prefix { $0 == 0x0A || $0 == 0x0D }.count : 0
        guard form.delimiter == nil, form.widths.reduce(0, +) == bytes.count - ends else { return nil }
        var rest = bytes[...]
        return form.widths.map { width in
            defer { rest = rest.dropFirst(width) }
            return rest.prefix(width)
        }
    }

    /// `nil` for what is no character, and for NUL.
    private static func scalars(
        _ bytes: [UInt8], _ encoding: TextEncoding
    ) -> (text: [Unicode.Scalar?], unreadable: [Int]) {
        func readable(_ text: String) -> [Unicode.Scalar?] {
            text.unicodeScalars.map { $0.value == 0 ? nil : $0 }
        }
        if let text = encoding.decode(bytes) { return (readable(text), []) }
        let unit = encoding.isWide ? 2 : 1
        var (scalars, unreadable, index) = ([Unicode.Scalar?](), [Int](), 0)
        while index < bytes.count {
            // No character has more than four bytes.
            let lengths = stride(from: unit, through: min(4, bytes.count - index), by: unit)
            let read = lengths.lazy.compactMap { length in
                encoding.decode(bytes[index..<index + length]).map { (text: $0, length: length) }
            }.first
            if let read {
                scalars += readable(read.text)
                index += read.length
            } else {
                scalars.append(nil)
                unreadable.append(index)
                index += unit
            }
        }
        return (scalars, unreadable)
    }

    private static func withoutLineEnd(_ scalars: [Unicode.Scalar?]) -> ArraySlice<Unicode.Scalar?> {
        var kept = scalars[...]
        if kept.last == "\n" { kept.removeLast() }
        if kept.last == "\r" { kept.removeLast() }
        return kept
    }
}

extension GaijiTable {
    fileprivate func replace(in text: String) -> String {
        let bytes = Array(text.utf8)
        guard !isEmpty, let replaced = replace(in: bytes, ends: [Int32(truncatingIfNeeded: bytes.count)])
        else {
            return text
        }
        return String(decoding: replaced.text, as: UTF8.self)
    }
}

/// Splits one line's characters as `RowScanner` splits its bytes.
private struct FieldSplitter {
    private enum State { case fieldStart, unquoted, quoted, quoteInQuoted }

    /// `nil`: everything is one field, and quotes are themselves.
    let delimiter: Unicode.Scalar?
    private(set) var fields: [String] = []
    private(set) var damaged: Set<Int> = []
    /// As `RowScanner` has it.
    private(set) var hasBrokenQuotes = false
    private var state = State.fieldStart
    private var field = String.UnicodeScalarView()

    init(delimiter: Unicode.Scalar?) { self.delimiter = delimiter }

    mutating func take(_ scalar: Unicode.Scalar?) {
        guard let delimiter else { return keep(scalar) }
        switch (state, scalar) {
        case (.fieldStart, "\""):
            state = .quoted
        case (.quoted, "\""):
            state = .quoteInQuoted
        case (.quoteInQuoted, "\""):
            keep("\"")
            state = .quoted
        case (.quoted, _):
            keep(scalar)
        case (_, delimiter):
            endField()
        default:
            if state == .quoteInQuoted { hasBrokenQuotes = true }
            keep(scalar)
            state = .unquoted
        }
    }

    mutating func endField() {
        fields.append(String(field))
        field = String.UnicodeScalarView()
        state = .fieldStart
    }

    private mutating func keep(_ scalar: Unicode.Scalar?) {
        if scalar == nil { damaged.insert(fields.count) }
        field.append(scalar ?? LineText.substitute)
    }
}

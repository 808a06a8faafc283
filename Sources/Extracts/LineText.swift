/// A line made out as far as it can be, for people who are to mend it.
package struct LineText: Sendable, Hashable {
    /// As delimiters and quotes split the line; of a line that can be read, what the reader gives.
    package let fields: [String]
    /// The fields in which `substitute` stands for something that is no character.
    package let damaged: Set<Int>
    /// Bytes that are no character, by their index in the line.
    package let unreadable: [Int]

    /// 〓 (geta), as printers set it for a type they lack.
    package static let substitute: Character = "〓"
}

extension RawLine {
    /// The line's text, whatever is wrong with it.
    package func text(_ encoding: TextEncoding, _ delimiter: Delimiter) -> LineText {
        let (scalars, unreadable) = Self.scalars(bytes, encoding)
        var splitter = FieldSplitter(delimiter: Unicode.Scalar(delimiter.byte))
        for scalar in Self.withoutLineEnd(scalars) { splitter.take(scalar) }
        splitter.endField()
        return LineText(fields: splitter.fields, damaged: splitter.damaged, unreadable: unreadable)
    }

    /// `nil` for what is no character, and for NUL.
    private static func scalars(
        _ bytes: [UInt8], _ encoding: TextEncoding
    ) -> (text: [Unicode.Scalar?], unreadable: [Int]) {
        func readable(_ text: String) -> [Unicode.Scalar?] {
            text.unicodeScalars.map { $0.value == 0 ? nil : $0 }
        }
        if let text = encoding.decode(bytes) { return (readable(text), []) }
        var (scalars, unreadable, index) = ([Unicode.Scalar?](), [Int](), 0)
        while index < bytes.count {
            let most = min(4, bytes.count - index)
            // A line's last bytes may be fewer than a character has.
            let read = (1...most).lazy.compactMap { length in
                encoding.decode(bytes[index..<index + length]).map { (text: $0, length: length) }
            }.first
            if let read {
                scalars += readable(read.text)
                index += read.length
            } else {
                scalars.append(nil)
                unreadable.append(index)
                index += 1
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

/// Splits one line's characters as `RowScanner` splits its bytes.
private struct FieldSplitter {
    private enum State { case fieldStart, unquoted, quoted, quoteInQuoted }

    let delimiter: Unicode.Scalar
    private(set) var fields: [String] = []
    private(set) var damaged: Set<Int> = []
    private var state = State.fieldStart
    private var field = String.UnicodeScalarView()

    init(delimiter: Unicode.Scalar) { self.delimiter = delimiter }

    mutating func take(_ scalar: Unicode.Scalar?) {
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
        field.append(contentsOf: scalar.map { [$0] } ?? Array(LineText.substitute.unicodeScalars))
    }
}

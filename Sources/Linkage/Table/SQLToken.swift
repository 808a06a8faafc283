internal import Domain

/// A word, number, string or sign of SQL.
struct SQLToken {
    enum Kind { case word, quoted, number, string, sign }
    let kind: Kind
    let text: String
    var lowered: String { kind == .word ? text.lowercased() : text }

    /// What a condition is written of, in order, without the white space between.
    ///
    /// - Throws: `link.condition` where a quotation mark is not closed.
    static func all(in sql: String) throws(Fault) -> [SQLToken] {
        var tokens: [SQLToken] = []
        var rest = Substring(sql)
        while let first = rest.first {
            if first.isWhitespace {
                rest.removeFirst()
            } else if first == "\"" || first == "'" {
                var parts: [Substring] = []
                repeat {
                    rest.removeFirst()
                    guard let end = rest.firstIndex(of: first) else { throw open(sql) }
                    parts.append(rest[..<end])
                    rest = rest[rest.index(after: end)...]
                } while rest.first == first
                // Two of them are one that belongs to the text.
                let text = parts.joined(separator: String(first))
                tokens.append(SQLToken(kind: first == "'" ? .string : .quoted, text: text))
            } else if first.isNumber {
                let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "e") }
                tokens.append(SQLToken(kind: .number, text: String(number)))
                rest = rest.dropFirst(number.count)
            } else if first.isLetter || first == "_" {
                let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                tokens.append(SQLToken(kind: .word, text: String(word)))
                rest = rest.dropFirst(word.count)
            } else {
                let length = ["<>", "!=", "<=", ">="].contains(String(rest.prefix(2))) ? 2 : 1
                tokens.append(SQLToken(kind: .sign, text: String(rest.prefix(length))))
                rest = rest.dropFirst(length)
            }
        }
        return tokens
    }

    private static func open(_ sql: String) -> Fault {
        Fault(
            .configuration, code: "link.condition", message: "条件の引用符が閉じていません。", field: sql,
            fix: "「\"」や「'」を対にしてください。")
    }
}

internal import Domain

/// Reads conditions as Splink's models write them: the SQL of DuckDB over `column_l` and `column_r`, or `l.column` and
/// `r.column` in blocking rules.
///
/// What it knows: `=`, `<>`, `<`, `<=`, `>`, `>=`, `[NOT] IN`, `IS [NOT] NULL`, `AND`, `OR`, `NOT`, `ELSE`; `jaro_similarity`,
/// `jaro_winkler_similarity`, `levenshtein`, `damerau_levenshtein`; `abs` of a difference; `epoch(try_strptime(…))`,
/// `cast(… as double)`, `length`; `substring`, `substr`, `left`, `lower`, `upper`, `trim`, `replace`, `nullif`,
/// `regexp_extract`; texts in quotes beside a column, numbers beside what is a number. Anything else is refused by name: a condition that is half understood links the wrong people.
struct ConditionParser {
    /// Texts, numbers of one side, numbers of both, and plain values.
    private indirect enum Value {
        case text(Condition.Side)
        case reading(Condition.Side, NumberReading)
        case pair(Condition.PairNumber)
        case difference(Condition.Side, NumberReading, Condition.Side, NumberReading)
        case number(Double)
        case string(String)
        /// A date text not yet read as a number.
        case date(Condition.Side, format: String)
    }

    /// Words and signs of a condition; Splink's longest have some hundred.
    private static let longest = 1_000

    private let sql: String
    private let tokens: [SQLToken]
    private var position = 0

    /// - Throws: `link.condition` with what is not understood.
    static func parse(_ sql: String) throws(Fault) -> Condition {
        var parser = ConditionParser(sql: sql, tokens: try SQLToken.all(in: sql))
        // Brackets in brackets are read by recursion.
        guard parser.tokens.count <= longest else { throw parser.fault("\(longest)語より長い条件") }
        let condition = try parser.disjunction()
        guard parser.position == parser.tokens.count else { throw parser.fault() }
        return condition
    }

    private func fault(_ what: String? = nil) -> Fault {
        let place = what ?? (position < tokens.count ? tokens[position].text : "（末尾）")
        return Fault(
            .configuration, code: "link.condition",
            message: "条件の「\(place)」を読めません。", field: sql,
            fix: "使える書き方は docs/link.md にあります。列は「列名_l」「列名_r」か「l.列名」「r.列名」と書きます。")
    }

    // MARK: Truth

    private mutating func disjunction() throws(Fault) -> Condition {
        var parts = [try conjunction()]
        while take(word: "or") { parts.append(try conjunction()) }
        return parts.count == 1 ? parts[0] : .or(parts)
    }

    private mutating func conjunction() throws(Fault) -> Condition {
        var parts = [try negation()]
        while take(word: "and") { parts.append(try negation()) }
        return parts.count == 1 ? parts[0] : .and(parts)
    }

    private mutating func negation() throws(Fault) -> Condition {
        if take(word: "not") { return .not(try negation()) }
        if take(word: "else") { return .otherwise }
        // A bracket may hold a condition or a value: first as a condition, then as a value.
        let start = position
        if take("(") {
            if let inner = try? disjunction(), take(")"), !isOperatorNext { return inner }
            position = start
        }
        return try predicate()
    }

    private var isOperatorNext: Bool {
        guard position < tokens.count else { return false }
        return ["=", "<>", "!=", "<", "<=", ">", ">=", "-", "is", "in"].contains(tokens[position].lowered)
    }

    private mutating func predicate() throws(Fault) -> Condition {
        let left = try sum()
        if take(word: "is") {
            let isNegated = take(word: "not")
            guard take(word: "null") else { throw fault() }
            let condition: Condition
            switch left {
            case .text(let side): condition = .missing(side)
            case .reading(let side, let reading): condition = .missingNumber(side, reading)
            case .date(let side, let format): condition = .missingNumber(side, .date(format: format))
            default: throw fault()
            }
            return isNegated ? .not(condition) : condition
        }
        if take(word: "in") { return try membership(of: left) }
        if take(word: "not") {
            guard take(word: "in") else { throw fault() }
            return .not(try membership(of: left))
        }
        guard position < tokens.count else { throw fault() }
        let sign = tokens[position].text
        position += 1
        let right = try sum()
        if sign == "<>" || sign == "!=" { return .not(try relation(left, "=", right)) }
        return try relation(left, sign, right)
    }

    private func relation(_ left: Value, _ sign: String, _ right: Value) throws(Fault) -> Condition {
        let relations: [String: Condition.Relation] = [
            "<": .less, "<=": .atMost, ">": .greater, ">=": .atLeast, "=": .equal,
        ]
        guard let relation = relations[sign] else { throw fault(sign) }
        switch (left, sign, right) {
        case (.text(let a), "=", .text(let b)): return .equal(a, b)
        case (.text(let side), "=", .string(let text)), (.string(let text), "=", .text(let side)):
            return .test(side, .text(text))
        case (.reading(let a, let ra), "=", .reading(let b, let rb)):
            return .compare(.difference(a, ra, b, rb), .equal, 0)
        case (.pair(let pair), _, .number(let bound)): return .compare(pair, relation, bound)
        case (.reading(let side, let reading), _, .number(let bound)):
            return .test(side, .number(reading, relation, bound))
        // Also a difference without abs: its sign depends on who stands left, which nothing should.
        default: throw mismatch(sign)
        }
    }

    /// `name_l IN ('a', 'b')`.
    private mutating func membership(of value: Value) throws(Fault) -> Condition {
        guard case .text(let side) = value, take("(") else { throw mismatch("in") }
        var parts: [Condition] = []
        repeat {
            guard position < tokens.count, tokens[position].kind == .string else { throw mismatch("in") }
            parts.append(.test(side, .text(tokens[position].text)))
            position += 1
        } while take(",")
        guard take(")") else { throw fault() }
        return parts.count == 1 ? parts[0] : .or(parts)
    }

    private func mismatch(_ sign: String) -> Fault {
        Fault(
            .configuration, code: "link.condition", message: "条件の「\(sign)」の左右を、この組み合わせでは比べられません。", field: sql,
            fix: "「=」「<>」で比べられるのは、列と列、列と文字（引用符「'」で囲む）、length・cast・epoch どうしです。「<」「<=」「>」「>=」「=」の右の数は、"
                + "左が類似度・距離・abs・length・cast・epoch のときに書けます。「in」の右は ('文字', '文字') です。")
    }

    // MARK: Values

    private mutating func sum() throws(Fault) -> Value {
        let first = try value()
        guard take("-") else { return first }
        let second = try value()
        switch (first, second) {
        case (.reading(let a, let ra), .reading(let b, let rb)): return .difference(a, ra, b, rb)
        case (.text(let a), .text(let b)): return .difference(a, .decimal, b, .decimal)
        default: throw fault("-")
        }
    }

    private mutating func value() throws(Fault) -> Value {
        guard position < tokens.count else { throw fault() }
        let token = tokens[position]
        if take("(") {
            let inner = try sum()
            guard take(")") else { throw fault() }
            return inner
        }
        position += 1
        switch token.kind {
        case .number:
            guard let number = Double(token.text) else { throw fault(token.text) }
            return .number(number)
        case .string: return .string(token.text)
        case .quoted: return try side(token.text)
        case .sign: throw fault(token.text)
        case .word:
            if position < tokens.count, tokens[position].text == "(", tokens[position].kind == .sign {
                return try function(token.lowered)
            }
            return try side(token.text)
        }
    }

    /// `name_l`, `name_r`; `l.name`, `r."name"`.
    private mutating func side(_ name: String) throws(Fault) -> Value {
        if ["l", "r"].contains(name.lowercased()), take(".") {
            guard position < tokens.count else { throw fault() }
            position += 1
            return .text(
                Condition.Side(
                    isLeft: name.lowercased() == "l",
                    expression: TextExpression(column: tokens[position - 1].text)))
        }
        guard name.hasSuffix("_l") || name.hasSuffix("_r") else { throw fault(name) }
        return .text(
            Condition.Side(
                isLeft: name.hasSuffix("_l"), expression: TextExpression(column: String(name.dropLast(2)))))
    }

    private mutating func function(_ name: String) throws(Fault) -> Value {
        _ = take("(")
        var arguments: [Value] = []
        while !take(")") {
            if !arguments.isEmpty, !take(",") {
                // cast(… as double), and no other type.
                guard name == "cast" || name == "try_cast", take(word: "as"), position < tokens.count,
                    ["double", "float", "integer", "int", "bigint"].contains(tokens[position].lowered)
                else { throw fault() }
                position += 1
                continue
            }
            arguments.append(try sum())
        }
        return try call(name, arguments)
    }

    private func call(_ name: String, _ arguments: [Value]) throws(Fault) -> Value {
        switch (name, arguments.count) {
        case ("jaro_similarity", 2): return .pair(.jaro(try text(arguments[0]), try text(arguments[1])))
        case ("jaro_winkler_similarity", 2):
            return .pair(.jaroWinkler(try text(arguments[0]), try text(arguments[1])))
        case ("levenshtein", 2), ("editdist3", 2):
            return .pair(.levenshtein(try text(arguments[0]), try text(arguments[1])))
        case ("damerau_levenshtein", 2):
            return .pair(.damerauLevenshtein(try text(arguments[0]), try text(arguments[1])))
        case ("abs", 1):
            guard case .difference(let a, let ra, let b, let rb) = arguments[0] else { throw fault(name) }
            return .pair(.difference(a, ra, b, rb))
        case ("epoch", 1):
            guard case .date(let side, let format) = arguments[0] else { throw fault(name) }
            return .reading(side, .date(format: format))
        case ("try_strptime", 2), ("strptime", 2):
            guard case .string(let format) = arguments[1] else { throw fault(name) }
            guard NumberReading.isFormat(format) else { throw fault(format) }
            return .date(try text(arguments[0]), format: format)
        case ("cast", 1), ("try_cast", 1): return .reading(try text(arguments[0]), .decimal)
        case ("length", 1), ("len", 1): return .reading(try text(arguments[0]), .length)
        case ("substring", 3), ("substr", 3):
            return .text(
                try text(arguments[0]).adding(
                    .substring(from: try whole(arguments[1]), count: try whole(arguments[2]))))
        case ("left", 2):
            return .text(try text(arguments[0]).adding(.substring(from: 1, count: try whole(arguments[1]))))
        case ("lower", 1): return .text(try text(arguments[0]).adding(.lowercased))
        case ("upper", 1): return .text(try text(arguments[0]).adding(.uppercased))
        case ("trim", 1): return .text(try text(arguments[0]).adding(.trimmed))
        case ("replace", 3):
            guard case .string(let old) = arguments[1], case .string(let new) = arguments[2], !old.isEmpty
            else { throw fault(name) }
            return .text(try text(arguments[0]).adding(.replaced(old, by: new)))
        case ("nullif", 2):
            guard case .string(let nothing) = arguments[1] else { throw fault(name) }
            return .text(try text(arguments[0]).adding(.nullIf(nothing)))
        case ("regexp_extract", 2), ("regexp_extract", 3):
            guard case .string(let pattern) = arguments[1] else { throw fault(name) }
            let group = arguments.count == 3 ? try whole(arguments[2]) : 0
            guard TextExpression.isPattern(pattern, group: group) else { throw fault(pattern) }
            return .text(try text(arguments[0]).adding(.extracted(pattern: pattern, group: group)))
        default: throw fault(name)
        }
    }

    private func text(_ value: Value) throws(Fault) -> Condition.Side {
        guard case .text(let side) = value else { throw fault() }
        return side
    }

    private func whole(_ value: Value) throws(Fault) -> Int {
        guard case .number(let number) = value, let whole = Int(exactly: number) else { throw fault() }
        return whole
    }

    // MARK: Tokens

    private mutating func take(_ sign: String) -> Bool {
        guard position < tokens.count, tokens[position].kind == .sign, tokens[position].text == sign else {
            return false
        }
        position += 1
        return true
    }

    private mutating func take(word: String) -> Bool {
        guard position < tokens.count, tokens[position].kind == .word, tokens[position].lowered == word else {
            return false
        }
        position += 1
        return true
    }
}

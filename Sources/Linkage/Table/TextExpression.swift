internal import Domain
internal import Foundation

/// What is asked of one side of a pair: a column, and what is cut out of it.
struct TextExpression: Hashable, Sendable {
    enum Step: Hashable, Sendable {
        /// From the first character (1) on, so many.
        case substring(from: Int, count: Int)
        case lowercased, uppercased
        /// Without spaces (U+0020) before and behind.
        case trimmed
        case replaced(String, by: String)
        /// The part that a regular expression finds, or a group of it; missing where it finds none.
        case extracted(pattern: String, group: Int)
        /// Missing where it is this text.
        case nullIf(String)
        /// Missing where it fails the test.
        case only(TextTest)
    }
    var column: String
    var steps: [Step] = []
    /// What stands between the values of a cell that may hold several; `nil`: a cell is one value.
    var list: String?

    /// The places of the characters that are read, where nothing else is done to the text.
    var cut: Range<Int>? {
        guard steps.count == 1, case .substring(let from, let count) = steps[0] else { return nil }
        let start = max(0, from - 1)
        return start..<start + max(0, count)
    }

    /// What of a text the steps leave, `nil` where it is missing; patterns are compiled here, once for all texts.
    ///
    /// The reader throws `link.pattern` where a pattern finds no end.
    func reader() -> Reader {
        let steps = steps.map(Self.reader(of:))
        return { text throws(Fault) in
            var rest = text
            for step in steps {
                guard let read = try step(rest) else { return nil }
                rest = read
            }
            return rest
        }
    }
    typealias Reader = (String) throws(Fault) -> String?

    /// The values of a cell that may hold several, each once, in order: a JSON list of texts, or texts with `list` between
    /// them, spaces around them left out.
    func values(of cell: String) -> [String] {
        guard let list else { return [cell] }
        let parts: [String]
        if cell.first == "[", let texts = try? JSONDecoder().decode([String?].self, from: Data(cell.utf8)) {
            parts = texts.compactMap { $0 }
        } else {
            parts = cell.components(separatedBy: list)
        }
        var seen: Set<String> = []
        return parts.map { $0.trimmingCharacters(in: .whitespaces) }.filter {
            !$0.isEmpty && seen.insert($0).inserted
        }
    }

    /// How often a search may come to ask whether it should go on with one text: every ten thousand steps.
    private static let mostLooks = 200

    private static func reader(of step: Step) -> Reader {
        switch step {
        case .substring(let from, let count):
            return { String($0.unicodeScalars.dropFirst(max(0, from - 1)).prefix(max(0, count))) }
        case .lowercased: return { $0.lowercased() }
        case .uppercased: return { $0.uppercased() }
        case .trimmed:
            return { text in
                var rest = text.unicodeScalars[...]
                while rest.first == " " { rest.removeFirst() }
                while rest.last == " " { rest.removeLast() }
                return String(rest)
            }
        case .replaced(let old, let new):
            return { $0.replacingOccurrences(of: old, with: new, options: .literal) }
        case .nullIf(let nothing): return { $0.utf8.elementsEqual(nothing.utf8) ? nil : $0 }
        case .only(let test): return { test.holds($0) ? $0 : nil }
        case .extracted(let pattern, let group):
            // The condition's reader has refused what is no pattern.
            let regex = try? NSRegularExpression(pattern: pattern)
            return { text throws(Fault) in
                // Steps and not seconds: what is refused here is refused on any machine.
                let search = Guarded<(found: NSRange?, looks: Int)>((nil, 0))
                regex?.enumerateMatches(
                    in: text, options: .reportProgress, range: NSRange(text.startIndex..., in: text)
                ) { match, flags, stop in
                    search.withLock { search in
                        if let match {
                            search.found = match.range(at: group)
                        } else {
                            search.looks += flags.contains(.internalError) ? mostLooks : 1
                        }
                        if match != nil || search.looks >= mostLooks { stop.pointee = true }
                    }
                }
                let (found, looks) = search.withLock { $0 }
                guard found != nil || looks < mostLooks else {
                    throw Fault(
                        .configuration, code: "link.pattern", message: "regexp_extract の正規表現が、ある値では調べ終わりません。",
                        field: pattern,
                        fix: "くり返しの中のくり返し（「(a+)+」など）や、同じ文字に当たるくり返しの並び（「.*.*」など）を避けてください。")
                }
                return found.flatMap { Range($0, in: text) }.map { String(text[$0]) } ?? ""
            }
        }
    }

    /// Whether `pattern` is a regular expression that has a group of this number.
    static func isPattern(_ pattern: String, group: Int) -> Bool {
        guard let regex = try? NSRegularExpression(pattern: pattern) else { return false }
        return (0...regex.numberOfCaptureGroups).contains(group)
    }
}

/// What is asked of one record's text by itself.
enum TextTest: Hashable, Sendable {
    /// Whether it is this one.
    case text(String)
    case number(NumberReading, Condition.Relation, Double)

    func holds(_ text: String) -> Bool {
        switch self {
        case .text(let asked): return text.utf8.elementsEqual(asked.utf8)
        case .number(let reading, let relation, let bound):
            guard let value = reading.value(of: text) else { return false }
            switch relation {
            case .less: return value < bound
            case .atMost: return value <= bound
            case .atLeast: return value >= bound
            case .greater: return value > bound
            case .equal: return value == bound
            }
        }
    }
}

/// A number read from a text.
enum NumberReading: Hashable, Sendable {
    case decimal
    /// Characters.
    case length
    /// Seconds since 1970 of a date in a `strptime` format of `%Y`, `%m` and `%d` with any marks between.
    case date(format: String)

    func value(of text: String) -> Double? {
        switch self {
        case .decimal: Double(text)
        case .length: Double(text.unicodeScalars.count)
        case .date(let format): Self.seconds(text, format)
        }
    }

    /// Whether all that a date's format asks for is read here.
    static func isFormat(_ format: String) -> Bool {
        var rest = format[...]
        while let mark = rest.firstIndex(of: "%") {
            guard let kind = rest[mark...].dropFirst().first, "Ymd".contains(kind) else { return false }
            rest = rest[mark...].dropFirst(2)
        }
        return format.contains("%Y")
    }

    private static func seconds(_ text: String, _ format: String) -> Double? {
        var (year, month, day) = (0, 1, 1)
        var rest = text.utf8[...]
        var form = format.utf8[...]
        func number(_ most: Int) -> Int? {
            let digits = rest.prefix(most).prefix { (0x30...0x39).contains($0) }
            rest = rest.dropFirst(digits.count)
            return digits.isEmpty ? nil : digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        }
        while let letter = form.popFirst() {
            guard letter == UInt8(ascii: "%"), let kind = form.popFirst() else {
                guard rest.popFirst() == letter else { return nil }
                continue
            }
            switch kind {
            case UInt8(ascii: "Y"): guard let value = number(4) else { return nil }; year = value
            case UInt8(ascii: "m"): guard let value = number(2) else { return nil }; month = value
            case UInt8(ascii: "d"): guard let value = number(2) else { return nil }; day = value
            default: return nil
            }
        }
        guard rest.isEmpty, let date = Day(year, month, day) else { return nil }
        return Double(date.number) * 86_400
    }
}

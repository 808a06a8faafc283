internal import Domain
internal import Foundation

/// What is asked of one side of a pair: a column, and what is cut out of it.
struct TextExpression: Hashable, Sendable {
    enum Step: Hashable, Sendable {
        /// From the first character (1) on, so many.
        case substring(from: Int, count: Int)
        case lowercased, uppercased
        /// The part that a regular expression finds, or a group of it; missing where it finds none.
        case extracted(pattern: String, group: Int)
        /// Missing where it is this text.
        case nullIf(String)
    }
    var column: String
    var steps: [Step] = []

    func value(of text: String) -> String? {
        var text = text
        for step in steps {
            switch step {
            case .substring(let from, let count):
                text = String(text.unicodeScalars.dropFirst(max(0, from - 1)).prefix(max(0, count)))
            case .lowercased: text = text.lowercased()
            case .uppercased: text = text.uppercased()
            case .extracted(let pattern, let group): text = Self.find(pattern, group, in: text) ?? ""
            case .nullIf(let nothing): if text == nothing { return nil }
            }
        }
        return text
    }

    private static func find(_ pattern: String, _ group: Int, in text: String) -> String? {
        guard let regex = try? NSRegularExpression(pattern: pattern),
            let match = regex.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)),
            group < match.numberOfRanges, let range = Range(match.range(at: group), in: text)
        else { return nil }
        return String(text[range])
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

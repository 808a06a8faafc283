import Extracts

/// What a spreadsheet does to a field that nobody touched, when it opens a file and saves it again.
enum SpreadsheetHabits {
    /// Whether `returned` may be `sent` after a spreadsheet saved it: then it says nothing new, and may have lost something.
    static func explain(_ returned: String, from sent: String) -> Bool {
        returned.utf8.elementsEqual(sent.utf8) || hasOtherLineEnds(returned, sent) || isNumber(returned, sent)
            || isDate(returned, sent) || isInCodePage(returned, sent)
    }

    /// By column, how many digits its numbers have, where all of `rows` have as many and some begin with a zero: there a
    /// spreadsheet eats them.
    static func widths(of rows: [[String]], columns: Int) -> [Int?] {
        (0..<columns).map { column in
            let cells = rows.compactMap { $0.count == columns ? $0[column] : nil }.filter(isDigits)
            guard let width = cells.first?.utf8.count, cells.allSatisfy({ $0.utf8.count == width }),
                cells.contains(where: { $0.hasPrefix("0") })
            else { return nil }
            return width
        }
    }

    /// Whether a number seems to have lost its leading zeros, in a column where numbers have `width` digits.
    static func isShortened(_ cell: String, width: Int) -> Bool { isDigits(cell) && cell.utf8.count < width }

    private static func isDigits(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func hasOtherLineEnds(_ returned: String, _ sent: String) -> Bool {
        plainLineEnds(returned) == plainLineEnds(sent)
    }

    /// A text with line feeds alone between its lines.
    static func plainLineEnds(_ text: String) -> [Unicode.Scalar] {
        var kept: [Unicode.Scalar] = []
        for scalar in text.unicodeScalars {
            if scalar == "\n", kept.last == "\r" { kept.removeLast() }
            kept.append(scalar)
        }
        return kept.map { $0 == "\r" ? "\n" : $0 }
    }

    /// `0012345` becomes `12345`, and what is longer than eleven digits `1.23457E+11`.
    private static func isNumber(_ returned: String, _ sent: String) -> Bool {
        guard isDigits(sent) else { return false }
        let digits = sent.drop { $0 == "0" }
        if returned == (digits.isEmpty ? "0" : String(digits)) { return true }
        guard digits.count > 11, let power = returned.firstIndex(of: "E"), power > returned.startIndex,
            Int(returned[returned.index(after: power)...]) == digits.count - 1
        else { return false }
        let mantissa = returned[..<power].filter { $0 != "." }
        guard let shown = Double("0." + mantissa), let exact = Double("0." + digits) else { return false }
        // The last digit is rounded.
        return abs(shown - exact) <= 0.6 * pow10(-mantissa.count)
    }

    private static func pow10(_ exponent: Int) -> Double {
        (0..<abs(exponent)).reduce(1.0) { value, _ in exponent < 0 ? value / 10 : value * 10 }
    }

    /// `2024-04-01` becomes `2024/4/1`.
    private static func isDate(_ returned: String, _ sent: String) -> Bool {
        func numbers(_ text: String, _ separator: Character) -> [Int]? {
            let parts = text.split(separator: separator, omittingEmptySubsequences: false)
            let numbers = parts.compactMap { Int($0) }
            return parts.count == 3 && numbers.count == 3 ? numbers : nil
        }
        guard let date = numbers(returned, "/") else { return false }
        return date == numbers(sent, "-") || date == numbers(sent, "/")
    }

    /// Saved as Shift_JIS, a character that is not in it becomes `?`, one for each unit or one in all, or is lost; a few marks
    /// have two code points, and come back as the other.
    private static func isInCodePage(_ returned: String, _ sent: String) -> Bool {
        guard
            TextEncoding.cp932.encode(sent) == nil
                || sent.unicodeScalars.contains(where: { twins[$0] != nil })
        else { return false }
        let (sent, returned) = (Array(sent.unicodeScalars), Array(returned.unicodeScalars))
        // Where in `returned` one may be after so many scalars of `sent`.
        var places: Set<Int> = [0]
        for scalar in sent {
            let isKnown = TextEncoding.cp932.encode(String(scalar)) != nil
            var next: Set<Int> = []
            for place in places {
                let rest = returned[place...]
                if let first = rest.first, first == scalar || first == twins[scalar] {
                    next.insert(place + 1)
                }
                if isKnown { continue }
                let marks = rest.prefix(2).prefix { $0 == "?" }.count
                for count in 0...marks where count > 0 || isSelector(scalar) {
                    next.insert(place + count)
                }
            }
            places = next
        }
        return places.contains(returned.count)
    }

    /// A variation selector, which converters drop.
    private static func isSelector(_ scalar: Unicode.Scalar) -> Bool {
        (0xFE00...0xFE0F).contains(scalar.value) || (0xE0100...0xE01EF).contains(scalar.value)
    }

    /// 〜 and its like, for which code page 932 and Unicode have one each.
    private static let twins: [Unicode.Scalar: Unicode.Scalar] = [
        "\u{301C}": "\u{FF5E}", "\u{2212}": "\u{FF0D}", "\u{2016}": "\u{2225}", "\u{2014}": "\u{2015}",
        "\u{00A2}": "\u{FFE0}", "\u{00A3}": "\u{FFE1}", "\u{00AC}": "\u{FFE2}",
    ]
}

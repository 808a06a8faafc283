internal import Foundation

/// Reading a cell's text without meaning: trimming, folding widths, blanks.
enum Cell {
    /// Without blanks at either end; the usual cell has none and is returned as it is.
    static func trimmed(_ field: String) -> String {
        let scalars = field.unicodeScalars
        guard let first = scalars.first, let last = scalars.last, isBlank(first) || isBlank(last) else {
            return field
        }
        var kept = scalars[...].drop(while: isBlank)
        while let last = kept.last, isBlank(last) { kept.removeLast() }
        return String(kept)
    }

    /// Spaces of any width, line ends and control characters; a table of Unicode's would cost more than the reading.
    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...0x20, 0x7F...0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0xFEFF:
            true
        default: false
        }
    }

    /// Trimmed, full-width letters and digits to half-width, half-width kana to full-width (NFKC).
    static func folded(_ field: String) -> String {
        let text = trimmed(field)
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
        return text.precomposedStringWithCompatibilityMapping
    }

    /// Trimmed and folded in width alone: of numbers, where `12①` and `121` are two and `5²` is none.
    static func narrowed(_ field: String) -> String {
        let text = trimmed(field)
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
        var output = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0xFF01...0xFF5E: output.append(Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar)
            case 0x3000: output.append(" ")
            case 0xFF61...0xFF9F:
                output.append(
                    contentsOf: String(scalar).precomposedStringWithCompatibilityMapping.unicodeScalars)
            default: output.append(scalar)
            }
        }
        // ｶﾞ: the kana and its mark are one.
        return String(output).precomposedStringWithCanonicalMapping
    }

    /// Whether the field is one of `words`, which are folded.
    static func matches(_ field: String, _ words: Set<String>) -> Bool {
        words.contains(trimmed(field)) || words.contains(folded(field))
    }

    /// Neither blank nor a date field's "no date" (six or more times the digit 0 or 9).
    static func isFilled(_ field: String) -> Bool {
        let text = trimmed(field)
        guard let first = text.utf8.first else { return false }
        let isPlaceholder =
            (first == 0x30 || first == 0x39) && text.utf8.count >= 6 && text.utf8.allSatisfy { $0 == first }
        return !isPlaceholder
    }

    /// A number as counts are written: digits, one point, thousands commas, and perhaps `unit` behind (`12日`); `nil`
    /// where it is none, and where it has so many digits that a `Double` would not tell it from the next.
    static func number(_ field: String, unit: String? = nil) -> Double? {
        var text = narrowed(field).filter { $0 != "," }
        if let unit, text.hasSuffix(unit) { text = trimmed(String(text.dropLast(unit.count))) }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E || $0 == 0x2D }),
            let number = Double(text), abs(number) < 1e15
        else { return nil }
        return number
    }

    /// Completed years: the digits at the start of `7`, `７歳`, `7歳3か月`; 0...120.
    static func age(_ field: String) -> Int? {
        let text = narrowed(field)
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let rest = text.dropFirst(digits.count)
        guard let age = Int(digits), (0...120).contains(age),
            rest.isEmpty || rest.hasPrefix("歳") || rest.hasPrefix("才")
        else { return nil }
        return age
    }

    /// A number that names something: in one width, without the leading zeros that spreadsheets eat; `nil` where blank or all
    /// zeros.
    static func identity(_ field: String) -> String? {
        let text = String(narrowed(field).drop { $0 == "0" })
        return text.isEmpty ? nil : text
    }

    /// The parts of a number that stands in the columns at `places`; of several, one with nothing but zeros is `0` (員番号 00),
    /// and only a blank one `nil`. A part that a short row lacks is blank.
    static func identity(_ fields: [String], at places: [Int]) -> [String?] {
        places.map { place in
            guard place < fields.count else { return nil }
            let isZero = places.count > 1 && !trimmed(fields[place]).isEmpty
            return identity(fields[place]) ?? (isZero ? "0" : nil)
        }
    }
}

/// A closed list of a source's codes with what each means.
struct CodeTable: Sendable {
    enum Meaning: Sendable, Equatable {
        case word(String)
        /// The code is known and says nothing.
        case nothing
        case unknown
    }
    private var words: [String: String?] = [:]
    private let otherwise: String?

    /// - Parameter words: of codes that fold to one, all mean the same in a checked mapping.
    init(_ words: [String: String?], otherwise: String? = nil) {
        for (code, word) in words.sorted(by: { $0.key < $1.key }) {
            self.words[Cell.folded(code)] = .some(word)
        }
        self.otherwise = otherwise
    }

    func meaning(of field: String) -> Meaning {
        let code = Cell.trimmed(field)
        guard !code.isEmpty else { return words[""].map(Self.meaning) ?? .nothing }
        if let word = words[code] ?? words[Cell.folded(code)] { return Self.meaning(word) }
        return otherwise.map(Meaning.word) ?? .unknown
    }

    /// Whether the table has the code itself, whatever `otherwise` makes of any other.
    func lists(_ field: String) -> Bool {
        let code = Cell.trimmed(field)
        return words[code] != nil || words[Cell.folded(code)] != nil
    }

    private static func meaning(_ word: String?) -> Meaning { word.map(Meaning.word) ?? .nothing }
}

extension CodeTable {
    /// The words of a kind that is yes or no.
    static let yesAndNo: Set<String> = ["有", "無"]

    /// How departments mark yes and no; a blank says neither. `済` and `レ` may mean either, and are each mapping's to say.
    static let usualMarks: [String: String?] = [
        "有": "有", "あり": "有", "有り": "有", "はい": "有", "○": "有", "〇": "有", "◯": "有", "◎": "有", "1": "有", "Y": "有",
        "無": "無", "なし": "無", "無し": "無", "いいえ": "無", "×": "無", "✕": "無", "✗": "無", "0": "無", "N": "無",
    ]
}

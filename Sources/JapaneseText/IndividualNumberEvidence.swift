internal import Foundation

/// What the columns of an extract say about numbers that look like a 個人番号 by themselves.
///
/// One in eleven other numbers of twelve digits has the right check digit by chance. Of many cells of a column about so many
/// have it, never many together, where the numbers are others (times to the minute, numbers of contracts), and nearly all
/// where they are 個人番号; then also those whose leading zeros a spreadsheet ate are told from other short numbers. Where the
/// column says too little, a single number is enough. Evidence of several files of a source adds up, by header.
package struct IndividualNumberEvidence: Sendable {
    private var counts: [String: Count] = [:]
    /// Headers asked before whether they speak of one: the answer is the same in every row.
    private var named: [String: Bool] = [:]
    /// Rows looked at.
    package private(set) var rows = 0

    /// Rows after which a file without any such number is known to have no column of them.
    package static let enough = 2000

    package init() {}

    /// Whether nothing that is still to come can make a column be taken for another: whatever looks like one is refused in
    /// all of them. Else every row counts; numbers of persons may stand behind many others.
    package var isEnough: Bool { rows >= Self.enough && counts.isEmpty }

    package mutating func look(at fields: [String], header: [String]) {
        rows += 1
        for (column, field) in zip(header, fields) where field.utf8.count >= 9 {
            guard let number = IndividualNumber.digits(of: field), (9...12).contains(number.count) else {
                continue
            }
            if number.count == 12 {
                counts[column, default: Count()].add(number.value)
            } else if counts[column] == nil, isNamed(column) {
                counts[column] = Count()
            }
        }
    }

    private mutating func isNamed(_ column: String) -> Bool {
        if let known = named[column] { return known }
        let isNamed = IndividualNumber.isNamed(in: column)
        named[column] = isNamed
        return isNamed
    }

    /// What it means for a file with `header`.
    package func columns(of header: [String]) -> IndividualNumberColumns {
        IndividualNumberColumns(
            verdicts: header.map { column in
                let count = counts[column] ?? Count()
                // Older systems call the resident's number so: ten digits, and the check digit is made in the same way.
                if IndividualNumber.isNamed(in: column) { return count.valid > 0 ? .individual : .unknown }
                if count.isIndividual { return .individual }
                return count.isChance ? .others : .unknown
            })
    }
}

/// Cells of a column that are twelve digits and nothing else, and those of them with the right check digit; what stands several
/// times in a row, such as the time of a batch, counts once.
private struct Count: Sendable {
    private var numbers = 0
    private(set) var valid = 0
    /// Page's test: up by 3 with a valid one, down by 1 with another, never below zero.
    private var crowd = 0
    private var isCrowded = false
    private var last: UInt64?

    /// Fourteen valid ones in a row, or more of them among others: by chance once in ten thousand million numbers
    /// (e^(-0.55 * 42), since (e^(3 * 0.55) + 10 * e^-0.55) / 11 is no more than 1).
    private static let crowded = 42

    mutating func add(_ number: UInt64) {
        if number == last { return }
        last = number
        numbers += 1
        let isValid = IndividualNumber.isOne(number)
        if isValid { valid += 1 }
        crowd = max(0, crowd + (isValid ? 3 : -1))
        if crowd >= Self.crowded { isCrowded = true }
    }

    /// Five at least, four of five valid: by chance in one column of some thousands.
    var isIndividual: Bool { valid >= 5 && Double(valid) >= 0.8 * Double(numbers) }

    /// At fifty one may tell it from chance; two standard deviations above is still chance, unless they stand together.
    var isChance: Bool {
        let (mean, variance) = (Double(numbers) / 11, Double(numbers) * 10 / 121)
        return numbers >= 50 && !isCrowded && Double(valid) <= mean + 2 * variance.squareRoot()
    }
}

/// Which fields of a row may hold a 個人番号, as its columns say.
package struct IndividualNumberColumns: Sendable, Hashable, Codable {
    enum Verdict: String, Sendable, Codable {
        /// Whatever looks like one is taken for one.
        case unknown
        /// The column holds them: those that lost leading zeros too.
        case individual
        /// The column holds other numbers: only where the cell itself says so, it is one.
        case others
    }

    private let verdicts: [Verdict]

    /// - Parameter verdicts: of each column; those behind are unknown.
    init(verdicts: [Verdict]) { self.verdicts = verdicts }

    /// Nothing is known of any column.
    package init() { self.init(verdicts: []) }

    /// The columns whose numbers are taken for others.
    package var others: [Int] { verdicts.indices.filter { verdicts[$0] == .others } }

    /// The index of the first field that holds one.
    package func firstIndex(in fields: [String]) -> Int? {
        fields.indices.first { index in
            let field = fields[index]
            switch index < verdicts.count ? verdicts[index] : .unknown {
            case .unknown: return IndividualNumber.isContained(in: field)
            case .individual:
                return IndividualNumber.isContained(in: field) || IndividualNumber.isShortened(field)
            case .others:
                return IndividualNumber.isContained(in: field) && IndividualNumber.isNamed(in: field)
            }
        }
    }
}

extension IndividualNumber {
    /// A field that is digits and nothing else but what separates and nobody sees: how many, and their value.
    fileprivate static func digits(of field: String) -> (count: Int, value: UInt64)? {
        var number: (count: Int, value: UInt64) = (0, 0)
        for scalar in field.unicodeScalars where !isInvisible(scalar) {
            if let digit = digit(scalar) {
                number = (number.count + 1, number.value &* 10 &+ digit)
            } else if Separator(scalar) == nil {
                return nil
            }
        }
        return number.count > 0 && number.count <= 18 ? number : nil
    }

    /// Nine to eleven digits that make one with the zeros in front that a spreadsheet eats.
    fileprivate static func isShortened(_ field: String) -> Bool {
        guard let number = digits(of: field), (9...11).contains(number.count) else { return false }
        return isOne(number.value)
    }

    /// Whether a header or a cell says that it is about one.
    fileprivate static func isNamed(in text: String) -> Bool {
        let plain = text.precomposedStringWithCompatibilityMapping
        return plain.contains("個人番号") || plain.contains("マイナンバー")
    }
}

internal import Foundation

/// What the columns of an extract say about numbers that look like a 個人番号 by themselves.
///
/// One in eleven other numbers of twelve digits has the right check digit by chance. Of many cells of a column about so many
/// have it where the numbers are others (times to the minute, numbers of contracts), and nearly all where they are 個人番号;
/// then also those whose leading zeros a spreadsheet ate are told from other short numbers. Where the column says too little, a
/// single number is enough. Evidence of several files of a source adds up, by header.
package struct IndividualNumberEvidence: Sendable {
    /// Cells of a column that are twelve digits and nothing else, and those of them with the right check digit.
    private struct Count: Sendable {
        var numbers = 0
        var valid = 0
    }

    private var counts: [String: Count] = [:]
    /// Rows looked at.
    package private(set) var rows = 0

    /// Rows that tell enough: of so many, chance makes 182 valid numbers, 26 more or fewer in 95 of 100 columns.
    package static let enough = 2000

    package init() {}

    package mutating func look(at fields: [String], header: [String]) {
        rows += 1
        for (column, field) in zip(header, fields) where field.utf8.count >= 12 {
            guard let number = IndividualNumber.digits(of: field), number.count == 12 else { continue }
            counts[column, default: Count()].numbers += 1
            if IndividualNumber.isOne(number.value) { counts[column]?.valid += 1 }
        }
    }

    /// What it means for a file with `header`.
    package func columns(of header: [String]) -> IndividualNumberColumns {
        IndividualNumberColumns(
            verdicts: header.map { column in
                if IndividualNumber.isNamed(in: column) { return .individual }
                let count = counts[column] ?? Count()
                let (numbers, valid) = (Double(count.numbers), Double(count.valid))
                // Five at least, four of five valid: by chance in one column of some thousands.
                if count.valid >= 5, valid >= 0.8 * numbers { return .individual }
                // At fifty one may tell it from chance; two standard deviations above is still chance.
                let (mean, variance) = (numbers / 11, numbers * 10 / 121)
                let isChance = count.numbers >= 50 && valid <= mean + 2 * variance.squareRoot()
                return isChance ? .others : .unknown
            })
    }
}

/// Which fields of a row may hold a 個人番号, as its columns say.
package struct IndividualNumberColumns: Sendable {
    enum Verdict: Sendable {
        /// Whatever looks like one is taken for one.
        case unknown
        /// The column holds them: those that lost leading zeros too.
        case individual
        /// The column holds other numbers: only where the cell itself says so, it is one.
        case others
    }

    private let verdicts: [Verdict]
    private let isPlain: Bool

    init(verdicts: [Verdict]) {
        self.verdicts = verdicts
        isPlain = !verdicts.contains { $0 != .unknown }
    }

    /// The index of the first field that holds one.
    package func firstIndex(in fields: [String]) -> Int? {
        if isPlain { return IndividualNumber.firstIndex(in: fields) }
        return fields.indices.first { index in
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

internal import Domain
internal import JapaneseText

/// A check of one column's cells, beyond that they can be read; a blank cell passes all but `filled`.
struct CellCheck: Sendable {
    /// A limit of a date: a day, or the day of the extract.
    enum Bound: Sendable {
        case day(Day)
        case extract

        func day(_ asOf: Day) -> Day {
            switch self {
            case .day(let day): day
            case .extract: asOf
            }
        }
    }
    enum Test: Sendable {
        case filled
        /// In `unit`, where the column's fact may have one behind its number.
        case number(min: Double?, max: Double?, unit: String?)
        case date(from: Bound?, to: Bound?)
        /// Of the whole cell, in one width.
        case pattern(CharacterPattern)
        case isOne(of: Set<String>)
        /// Not before the date in another column.
        case notBefore(String)
        /// Ends in a check digit (M11W2-7).
        case checkDigit
        /// A number of a person of another extract.
        case known(SourceID)
    }

    let column: String
    let test: Test
    /// Whether the column holds numbers: 999999 is one there, not "no date".
    let isNumber: Bool
    /// Or else the row is accepted with a warning.
    let rejects: Bool
}

/// A check with its column's place in the file.
struct PlacedCheck: Sendable {
    private let test: CellCheck.Test
    private let index: Int
    /// The place of the other column, for `notBefore`.
    private let other: Int
    private let isNumber: Bool
    private let asOf: Day
    /// The numbers for `known`; `nil` where that extract did not come: nothing can be said then.
    private let numbers: Set<String>?
    let rejects: Bool

    /// One check for each month's column where the header stands for several.
    static func checks(
        _ check: CellCheck, _ match: HeaderMatch, asOf: Day, references: [SourceID: Set<String>]
    ) -> [PlacedCheck] {
        match.places(of: check.column).map { index, _ in
            var (other, numbers) = (index, Set<String>?.none)
            if case .notBefore(let name) = check.test { other = match[name] }
            if case .known(let source) = check.test { numbers = references[source] }
            return PlacedCheck(
                test: check.test, index: index, other: other, isNumber: check.isNumber, asOf: asOf,
                numbers: numbers, rejects: check.rejects)
        }
    }

    /// What is wrong with the cell; `nil` where nothing is.
    func finding(_ fields: [String], _ memory: inout CellMemory) -> Unreadable? {
        let field = fields[index]
        guard isNumber ? !Cell.trimmed(field).isEmpty : Cell.isFilled(field) else {
            if case .filled = test { return .blank(index) }
            return nil
        }
        switch test {
        case .filled: return nil
        case .number(let min, let max, let unit):
            guard let number = Cell.number(field, unit: unit) else { return .number(index) }
            if number >= min ?? number, number <= max ?? number { return nil }
            return Unreadable(
                "cell.range", index, "数が、対応付けで決めた範囲の外です。",
                fix: "元の記録を確かめて直してください。値が正しければ、データ連携担当に知らせてください（対応付けの checks の範囲を見直します）。")
        case .date(let from, let to):
            switch memory.date(fields, at: index) {
            case .unreadable: return .date(index)
            case .absent: return nil
            case .date(let date):
                let range = date.range
                if range.upperBound >= from?.day(asOf) ?? range.upperBound,
                    range.lowerBound <= to?.day(asOf) ?? range.lowerBound
                {
                    return nil
                }
            }
            return Unreadable(
                "cell.date-range", index, "日付が、対応付けで決めた範囲の外です。",
                fix: "元の記録を確かめて直してください。値が正しければ、データ連携担当に知らせてください（対応付けの checks の範囲を見直します）。")
        case .pattern(let pattern):
            if pattern.matches(Cell.narrowed(field)) { return nil }
            return Unreadable(
                "cell.pattern", index, "値の形が、対応付けで決めた形と違います。", fix: "行が途中で切れていないか、桁数と文字の種類を確かめて直してください。")
        case .isOne(let words):
            if Cell.matches(field, words) { return nil }
            return Unreadable(
                "cell.list", index, "対応付けの一覧にない値です。",
                fix: "値を直してください。値が正しければ、データ連携担当に知らせてください（対応付けの checks の oneOf に書き足します）。")
        case .notBefore:
            guard case .date(let early) = memory.date(fields, at: other),
                case .date(let late) = memory.date(fields, at: index)
            else { return nil }
            // Only what is certain: a date known to the month may lie on either side.
            if late.range.upperBound >= early.range.lowerBound { return nil }
            return Unreadable(
                "cell.order", index, "日付の前後が逆です。", fix: "この列と、先に来るはずの日付の列を、元の記録で確かめてください。")
        case .checkDigit:
            if CheckDigit.isValid(Cell.narrowed(field)) == true { return nil }
            return Unreadable(
                "cell.check-digit", index, "番号の末尾の数字が、ほかの桁と合いません。", fix: "番号の写し誤りでないか、元の記録を確かめてください。")
        case .known:
            guard let numbers, let number = Cell.identity(field), !numbers.contains(number) else {
                return nil
            }
            return Unreadable(
                "reference.unknown", index, "もとになる抽出に、この番号の人がいません。",
                fix: "番号を確かめてください。もとの抽出の日付が古くないかも確かめてください。")
        }
    }

}

/// The checks of a column as a mapping file writes them.
struct CheckForm: Decodable {
    struct NumberRange: Decodable {
        let min: Double?
        let max: Double?
    }
    struct DateRange: Decodable {
        let from: CellCheck.Bound?
        let to: CellCheck.Bound?
    }
    enum Failure: String, Decodable {
        case reject, warn
    }

    let required: Bool?
    let number: Placed<NumberRange>?
    let date: Placed<DateRange>?
    let pattern: Placed<String>?
    let oneOf: [String]?
    let notBefore: Header?
    let checkDigit: Bool?
    let `in`: Placed<SourceID>?
    let onError: Failure?
}

extension CellCheck.Bound: Decodable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self = try container.decode(String.self) == "extract" ? .extract : .day(container.decode(Day.self))
    }
}

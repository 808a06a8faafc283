internal import Domain
internal import JapaneseText

/// Reads one fact from a row by column numbers.
struct FactReader: Sendable {
    private enum Kind: Sendable {
        case fixed(String)
        case coded(Int, CodeTable)
    }
    private enum Moment: Sendable {
        case none, own
        case column(Int)
        case known(PartialDate)
    }

    private let column: Int
    private let item: ItemCode
    private let kind: Kind
    private let value: FactRule.Value
    private let moment: Moment
    private let conditions: [PlacedCondition]
    private let isRequired: Bool
    private let onError: OnError

    /// One reader, or one for each month's column that has begun by `asOf`.
    static func readers(of rule: FactRule, _ match: HeaderMatch, asOf: Day) -> [FactReader] {
        match.places(of: rule.column).compactMap { index, month in
            guard let month else { return FactReader(rule, index, nil, match) }
            let date = MonthHeader.date(month, inSchoolYearOf: asOf)
            return date.range.lowerBound > asOf ? nil : FactReader(rule, index, date, match)
        }
    }

    private init(_ rule: FactRule, _ column: Int, _ month: PartialDate?, _ match: HeaderMatch) {
        self.column = column
        item = rule.item
        kind =
            switch rule.kind {
            case .fixed(let kind): .fixed(kind)
            case .coded(let name, let table): .coded(match[name], table)
            }
        value = rule.value
        moment =
            switch rule.moment {
            case .none: .none
            case .own: .own
            case .column(let name): .column(match[name])
            case .monthOfHeader: month.map(Moment.known) ?? .none
            }
        conditions = rule.conditions.map { PlacedCondition($0, match) }
        isRequired = rule.isRequired
        onError = rule.onError
    }

    /// `nil` where the row has no such fact.
    ///
    /// - Parameter warnings: told what could not be used, though it was no fault.
    func read(
        _ fields: [String], _ memory: inout CellMemory, _ warnings: inout [Unreadable]
    ) throws(Unreadable) -> Fact? {
        guard conditions.allSatisfy({ $0.holds(fields) }) else { return nil }
        do {
            return try readStrictly(fields, &memory, &warnings)
        } catch {
            if onError == .drop {
                warnings.append(.dropped(error.column))
                return nil
            }
            throw error
        }
    }

    private func readStrictly(
        _ fields: [String], _ memory: inout CellMemory, _ warnings: inout [Unreadable]
    ) throws(Unreadable) -> Fact? {
        guard let value = try readValue(fields, &memory, &warnings) else {
            if isRequired && !Cell.isFilled(fields[column]) { throw .blank(column) }
            return nil
        }
        guard let kind = try readKind(fields) else { return nil }
        return Fact(item: item, kind: kind, value: value, on: try readMoment(value, fields, &memory))
    }

    private func readKind(_ fields: [String]) throws(Unreadable) -> String? {
        switch kind {
        case .fixed(let kind): return kind
        case .coded(let column, let table): return try word(table, column, fields)
        }
    }

    private func readValue(
        _ fields: [String], _ memory: inout CellMemory, _ warnings: inout [Unreadable]
    ) throws(Unreadable) -> FactValue? {
        switch value {
        case .constant(let word, let ifFilled):
            return ifFilled && !Cell.isFilled(fields[column]) ? nil : .code(word)
        case .coded(let table): return try word(table, column, fields).map(FactValue.code)
        case .number(let unit):
            if Cell.trimmed(fields[column]).isEmpty { return nil }
            guard let number = Cell.number(fields[column], unit: unit) else { throw .number(column) }
            return .number(number)
        case .day:
            guard let date = try date(column, fields, &memory) else { return nil }
            // A legal date that is not known to the day is no fault, and no day either.
            if date.exactDay == nil { warnings.append(.imprecise(column)) }
            return date.exactDay.map(FactValue.day)
        }
    }

    private func readMoment(
        _ value: FactValue, _ fields: [String], _ memory: inout CellMemory
    ) throws(Unreadable) -> PartialDate? {
        switch moment {
        case .none: return nil
        case .own: if case .day(let day) = value { return .day(day) } else { return nil }
        case .column(let column): return try date(column, fields, &memory)
        case .known(let date): return date
        }
    }

    private func date(
        _ column: Int, _ fields: [String], _ memory: inout CellMemory
    ) throws(Unreadable) -> PartialDate? {
        switch memory.date(fields, at: column) {
        case .date(let date): return date
        case .absent: return nil
        case .unreadable: throw .date(column)
        }
    }

    private func word(_ table: CodeTable, _ column: Int, _ fields: [String]) throws(Unreadable) -> String? {
        switch table.meaning(of: fields[column]) {
        case .word(let word): return word
        case .nothing: return nil
        case .unknown: throw .code(column)
        }
    }
}

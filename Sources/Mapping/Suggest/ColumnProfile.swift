internal import Domain
internal import JapaneseText

/// What the cells of one column have in common, in memory that does not grow with the file.
package struct ColumnProfile: Sendable {
    /// Distinct values told apart; of more only "at least so many" is known.
    static let distinctLimit = 5000
    private static let shapeLimit = 200

    /// From 0, in the file's order.
    package let index: Int
    /// As the file has it; empty where it has none.
    package let header: String
    package private(set) var rows = 0
    /// Cells with a value; `99999999` and the like are none.
    package private(set) var filled = 0
    private(set) var values: [String: Value] = [:]
    private(set) var dates = Dates()
    private var looks: [CellLook: Int] = [:]
    private var shapes: [String: Int] = [:]

    struct Value: Sendable {
        var count: Int
        let look: CellLook
        fileprivate let date: PartialDate?
    }

    /// The days in the column, as far as they tell a birthday from a day of business.
    struct Dates: Sendable {
        var first: Day?
        var last: Day?
        var count = 0
        /// Younger than 18 on the extract's day.
        var minors = 0
        var future = 0
    }

    init(index: Int, header: String) {
        self.index = index
        self.header = header
    }

    /// - Parameter asOf: the day the extract was made for.
    mutating func add(_ field: String, asOf: Day) {
        rows += 1
        guard Cell.isFilled(field) else { return }
        filled += 1
        let text = Cell.trimmed(field)
        let value: Value
        if let known = values[text] {
            values[text]?.count += 1
            value = known
        } else {
            var date = JapaneseDate.parse(text, asOf: asOf)
            let isDayNumber = date == .unreadable && text.unicodeScalars.count >= 5
            if isDayNumber { date = JapaneseDate.parse(text, asOf: asOf, serials: true) }
            value = Value(
                count: 1, look: CellLook(text, date: date, isDayNumber: isDayNumber),
                date: { if case .date(let date) = date { date } else { nil } }())
            if values.count < Self.distinctLimit { values[text] = value }
            let shape = ValueShape.of(text, isDate: value.look.contains(.date))
            if shapes.count < Self.shapeLimit || shapes[shape] != nil { shapes[shape, default: 0] += 1 }
        }
        looks[value.look, default: 0] += 1
        if let day = value.date?.exactDay { dates.add(day, asOf: asOf) }
    }

    /// Part of the filled cells, 0...1; 0 where there are none.
    func share(_ look: CellLook) -> Double {
        guard filled > 0 else { return 0 }
        let count = looks.reduce(0) { $1.key.isSuperset(of: look) ? $0 + $1.value : $0 }
        return Double(count) / Double(filled)
    }

    package var fillRate: Double { rows == 0 ? 0 : Double(filled) / Double(rows) }
    package var distinct: Int { values.count }
    package var isDistinctExact: Bool { values.count < Self.distinctLimit }

    /// The most frequent shapes of distinct values, up to three, without any person's value.
    package var examples: [String] {
        shapes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(3).map(\.key)
    }

    /// What most cells look like, by name, the most telling first.
    package var types: [(name: String, share: Double)] {
        CellLook.named.map { ($0.name, share($0.look)) }.filter { $0.1 >= 0.6 }
    }
}

extension ColumnProfile.Dates {
    fileprivate mutating func add(_ day: Day, asOf: Day) {
        count += 1
        first = min(first ?? day, day)
        last = max(last ?? day, day)
        if day > asOf { future += 1 }
        if day.adding(months: 12 * 18) > asOf { minors += 1 }
    }
}

package import Domain
package import Extracts

/// How one extract becomes records: a checked mapping file of `Mappings/`.
package struct ExtractMapping: Sendable {
    /// What a source's files hold.
    package enum Load: String, Sendable, Decodable {
        /// Every record, each time.
        case snapshot
        /// Every record now and then, and between two such files only what changed.
        case delta
    }

    /// The mapping's own file, such as `Mappings/kosodate/jidoteate.json5`.
    package let path: String
    package let source: SourceID
    /// Japanese title for people, such as `乳幼児健診`.
    package let title: String
    /// The department that holds the source.
    package let department: String
    /// Why the extract is received, in Japanese.
    package let purpose: String
    /// Files are named `<prefix>_<yyyyMMdd>.csv`.
    package let filePrefix: String
    /// Whether a night without it is refused.
    package let isRequired: Bool
    /// Days after which the extract is stale.
    package let freshnessDays: Int
    /// The part (0...1) of last night's rows that may be missing before the night is refused.
    package let rowDropLimit: Double
    /// The rows that may come on top, as a part of last night's, before the night is refused; `nil`: any number.
    package let rowRiseLimit: Double?
    package let format: ExtractFormat
    package let load: Load
    /// The resident register: each person once; exactly one mapping is.
    package let isSpine: Bool
    /// One row a person.
    package let isUnique: Bool
    /// The number space the city has certified as shared with other sources; `nil`: the numbers are the source's own.
    package let sharedNumberSpace: String?
    /// Columns nobody receives, with the reason; in the file's order.
    package let dropped: [DroppedColumn]

    let people: [PersonColumns]
    let facts: [FactRule]
    let outside: [RowFilter]
    let checks: [CellCheck]
    /// The columns whose cells together name a record; empty where the whole row does.
    let key: [String]
    /// What marks a row of a delta that takes its record away.
    let deletion: Condition?
    /// The columns in which a spreadsheet's day number (45383) is a date.
    let serialDates: [String]
    /// Every header of the file, in the mapping's order; one with `{月}` stands for one column a month.
    let headers: [String]
    /// How else departments write a header.
    let synonyms: [String: [String]]

    /// The items whose facts the mapping writes.
    package var items: Set<ItemCode> { Set(facts.map(\.item)) }

    /// The headers that say who a person is.
    package var identifyingColumns: [String] {
        let named = Set(people.flatMap { $0.columns.headers.map(\.value) })
        return headers.filter(named.contains)
    }

    /// The headers that are read for dates, conditions and checks only.
    package var supportingColumns: [String] {
        let others = Set(identifyingColumns + facts.map(\.column) + dropped.map(\.header))
        return headers.filter { !others.contains($0) }
    }

    /// The headers a fact of `item` comes from.
    package func columns(of item: ItemCode) -> [String] {
        let named = Set(facts.filter { $0.item == item }.map(\.column))
        return headers.filter(named.contains)
    }

    /// The space of the numbers in this extract: numbers are compared only inside one space.
    package var numberSpace: String { sharedNumberSpace ?? source.rawValue }

    /// The header of the column that numbers a row's people, where there is exactly one.
    package var numberColumn: String? {
        let headers = people.flatMap { $0.columns.number?.all ?? [] }
        return headers.count == 1 ? headers[0].value : nil
    }

    /// Sources whose numbers this one's rows are checked against.
    package var references: Set<SourceID> {
        Set(checks.compactMap { if case .known(let source) = $0.test { source } else { nil } })
    }

    var hasNumbers: Bool { people.contains { $0.columns.number != nil } }
}

/// A column that is not received.
package struct DroppedColumn: Sendable {
    package let header: String
    package let reason: String
}

/// What to do with a cell that cannot be read.
enum OnError: String, Decodable, Sendable, CaseIterable {
    /// Reject the row.
    case reject
    /// Leave the cell out and keep the row.
    case drop
}

/// The columns that say who one of the row's people is.
struct PersonColumns: Sendable {
    let subject: Subject
    let columns: IdentifierColumns
    /// Facts are written about this person: a row without them is useless and rejected.
    let hasFacts: Bool
}

/// A fact to be made from a column.
struct FactRule: Sendable {
    enum Kind: Sendable {
        case fixed(String)
        /// The kind is chosen by another column's code.
        case coded(column: String, CodeTable)
    }
    enum Value: Sendable {
        /// `ifFilled`: only where the fact's own column is filled.
        case constant(String, ifFilled: Bool)
        case coded(CodeTable)
        /// Where the catalogue has a unit, a cell may have it too (`12日`).
        case number(unit: String?)
        case day
    }
    enum Moment: Sendable {
        case none
        /// The day in the fact's own column.
        case own
        case column(String)
        /// The month that `{月}` stands for in the header.
        case monthOfHeader
    }

    let column: String
    let subject: Subject
    let item: ItemCode
    let kind: Kind
    let value: Value
    let moment: Moment
    /// All must hold.
    let conditions: [Condition]
    let isRequired: Bool
    let onError: OnError
}

/// Lines that look like rows and are none, such as totals.
struct RowFilter: Sendable {
    let conditions: [Condition]
    let reason: String
}

/// A test of one column of a row.
struct Condition: Sendable {
    enum Test: Sendable {
        case isOne(of: Set<String>)
        case isNone(of: Set<String>)
        /// A date field that says "no date" (`99999999`) is not filled.
        case filled(Bool)
        case begins([String])
    }
    let column: String
    let test: Test

    func holds(_ field: String) -> Bool {
        switch test {
        case .isOne(let words): Cell.matches(field, words)
        case .isNone(let words): !Cell.matches(field, words)
        case .filled(let expected): Cell.isFilled(field) == expected
        case .begins(let starts): starts.contains { Cell.folded(field).hasPrefix($0) }
        }
    }
}

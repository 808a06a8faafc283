package import Domain
package import Extracts
package import JapaneseText

/// What became of a row; every row has exactly one fate.
package enum MappingOutcome: Sendable, Equatable {
    /// One record for each person of the row.
    case accepted([Record])
    case rejected(Rejection)
    /// The same fields as an earlier row of the extract.
    case duplicate(of: Int)
    /// No row after all, such as a total; the mapping's reason.
    case outside(reason: String)
}

/// Maps the rows of one file. Headers are looked up once, here; a row is read by column numbers only.
package struct Mapper: Sendable {
    private let header: [String]
    private let source: SourceID
    private let outside: [(conditions: [PlacedCondition], reason: String)]
    private let people: [PersonReader]
    /// The facts of each of `people`.
    private let facts: [[FactReader]]
    private var firstLines: [RowDigest: Int] = [:]
    private var memory = CellMemory()

    /// - Parameters:
    ///   - header: the file's header line.
    ///   - names: what the resident register taught about family names.
    ///   - towns: what it taught about towns.
    ///   - asOf: the day the extract was made for.
    ///   - activeItems: items with an active purpose; facts of other items are never made.
    /// - Throws: `mapping.columns` (gate) where the file's columns are not the mapping's.
    package init(
        _ mapping: ExtractMapping, header: [String], names: NameDictionary, towns: TownList = TownList(),
        asOf: Day, activeItems: Set<ItemCode>
    ) throws(Fault) {
        let match = try HeaderMatch(mapping, header: header)
        self.header = match.header
        source = mapping.source
        outside = mapping.outside.map { filter in
            (filter.conditions.map { PlacedCondition($0, match) }, filter.reason)
        }
        people = mapping.people.map { person in
            PersonReader(
                person, match, numberSpace: mapping.numberSpace, names: names, towns: towns, asOf: asOf)
        }
        let active = mapping.facts.filter { activeItems.contains($0.item) }
        facts = mapping.people.map { person in
            active.filter { $0.subject == person.subject }.flatMap {
                FactReader.readers(of: $0, match, asOf: asOf)
            }
        }
    }

    /// The fate of `row`: first what may not land, then lines that are no rows, then what cannot be read.
    package mutating func map(_ row: Row) -> MappingOutcome {
        let fields = row.fields
        if let index = IndividualNumber.firstIndex(in: fields) {
            return .rejected(
                Unreadable(
                    "mynumber.found", index, "個人番号（マイナンバー）と思われる12桁の番号があります。",
                    fix: "抽出から個人番号を除いてください。個人番号はどの列でも受け取れません。"
                ).rejection(of: row, header))
        }
        for filter in outside where filter.conditions.allSatisfy({ $0.holds(fields) }) {
            return .outside(reason: filter.reason)
        }
        guard fields.count == header.count else {
            return .rejected(
                Unreadable(
                    "row.columns", nil, "列の数が\(header.count)ではなく\(fields.count)です。",
                    fix: "値の中の「,」や引用符が正しく囲まれているか、抽出した部署で確かめてください。"
                ).rejection(of: row, header))
        }
        let digest = RowDigest(fields)
        if let line = firstLines[digest] { return .duplicate(of: line) }
        firstLines[digest] = row.position.line
        do {
            return .accepted(try records(row))
        } catch {
            return .rejected(error.rejection(of: row, header))
        }
    }

    private mutating func records(_ row: Row) throws(Unreadable) -> [Record] {
        var records: [Record] = []
        records.reserveCapacity(people.count)
        for (person, readers) in zip(people, facts) {
            guard let identifiers = try person.read(row.fields, &memory) else { continue }
            var facts: [Fact] = []
            for reader in readers {
                if let fact = try reader.read(row.fields, &memory) { facts.append(fact) }
            }
            records.append(
                Record(
                    position: row.position, subject: person.subject, identifiers: identifiers, facts: facts))
        }
        if records.isEmpty { throw PersonReader.unidentified }
        return records
    }
}

/// A cell that cannot be read; becomes the row's rejection.
struct Unreadable: Error {
    let code: String
    let column: Int?
    let message: String
    let fix: String

    init(_ code: String, _ column: Int?, _ message: String, fix: String) {
        self.code = code
        self.column = column
        self.message = message
        self.fix = fix
    }

    func rejection(of row: Row, _ header: [String]) -> Rejection {
        let column = column.flatMap { header.indices.contains($0) ? header[$0] : nil }
        return Rejection(position: row.position, code: code, column: column, message: message, fix: fix)
    }

    static func date(_ column: Int) -> Unreadable {
        Unreadable(
            "date.unreadable", column, "日付として読めません。", fix: "「2024-04-01」「R6.4.1」などの形に直すか、空欄にしてください。")
    }

    static func code(_ column: Int) -> Unreadable {
        Unreadable(
            "code.unknown", column, "対応付けにない値です。", fix: "値を直すか、対応付けの codes に意味を書き足してください。")
    }

    static func blank(_ column: Int) -> Unreadable {
        Unreadable("cell.blank", column, "必ず要る列が空欄です。", fix: "値を入れてください。")
    }
}

/// A condition with its column's place in the file.
struct PlacedCondition: Sendable {
    private let condition: Condition
    private let index: Int

    init(_ condition: Condition, _ match: HeaderMatch) {
        self.condition = condition
        index = match[condition.column]
    }

    /// A field that a short row lacks is blank.
    func holds(_ fields: [String]) -> Bool { condition.holds(index < fields.count ? fields[index] : "") }
}

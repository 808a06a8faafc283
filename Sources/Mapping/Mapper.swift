package import Domain
package import Extracts
package import JapaneseText

/// What became of a row; every row has exactly one fate.
package enum MappingOutcome: Sendable, Equatable {
    /// One record for each person of the row; warnings are for people to look at.
    case accepted([Record], warnings: [Rejection])
    case rejected(Rejection)
    /// The same fields as an earlier row of the extract.
    case duplicate(of: Int)
    /// No row after all, such as a total; the mapping's reason.
    case outside(reason: String)
    /// Replaced or taken away by a later row of a delta, or itself the mark that takes one away.
    case superseded(reason: String)
}

/// Maps the rows of one file. Headers are looked up once, here; a row is read by column numbers only.
package struct Mapper: Sendable {
    let header: [String]
    private let source: SourceID
    private let individualNumbers: IndividualNumberColumns
    private let outside: [(conditions: [PlacedCondition], reason: String)]
    private let deletion: PlacedCondition?
    private let checks: [PlacedCheck]
    /// The places of the record key.
    let key: [Int]
    /// In a delta the same row may come again with meaning: a change, and the change back.
    private let isDelta: Bool
    let people: [PersonReader]
    /// The facts of each of `people`.
    private let facts: [[FactReader]]
    /// Lines as 32 bits: the two tables grow with the file, and are nearly all that does.
    private var firstLines: [RowDigest: UInt32] = [:]
    private var keyLines: [RowDigest: UInt32] = [:]
    var memory: CellMemory

    /// - Parameters:
    ///   - header: the file's header line.
    ///   - names: what the resident register taught about family names.
    ///   - towns: what it taught about towns.
    ///   - asOf: the day the extract was made for.
    ///   - activeItems: items with an active purpose; facts of other items are never made.
    ///   - references: the numbers of the people in the extracts that `mapping` refers to, as far as those have come.
    ///   - numbers: what the extract's columns say about numbers that look like a 個人番号.
    /// - Throws: `mapping.columns` (gate) where the file's columns are not the mapping's.
    package init(
        _ mapping: ExtractMapping, header: [String], names: NameDictionary, towns: TownList = TownList(),
        asOf: Day, activeItems: Set<ItemCode>, references: [SourceID: Set<String>] = [:],
        numbers: IndividualNumberColumns = IndividualNumberColumns()
    ) throws(Fault) {
        let match = try HeaderMatch(mapping, header: header)
        self.header = match.header
        source = mapping.source
        individualNumbers = numbers
        outside = mapping.outside.map { filter in
            (filter.conditions.map { PlacedCondition($0, match) }, filter.reason)
        }
        deletion = mapping.deletion.map { PlacedCondition($0, match) }
        checks = mapping.checks.flatMap {
            PlacedCheck.checks($0, match, asOf: asOf, references: references)
        }
        key = mapping.key.map { match[$0] }
        memory = CellMemory(
            asOf: asOf, serials: Set(mapping.serialDates.flatMap { match.places(of: $0).map(\.index) }))
        isDelta = mapping.load == .delta
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
        if let index = individualNumbers.firstIndex(in: fields) {
            return .rejected(
                Unreadable(
                    "mynumber.found", index, "個人番号（マイナンバー）と思われる番号があります。",
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
        if !isDelta {
            let digest = RowDigest(fields)
            // Its own line: a row that another one was to stand in for, and stands after all.
            if let line = firstLines[digest], Int(line) != row.position.line {
                return .duplicate(of: Int(line))
            }
            firstLines[digest] = UInt32(clamping: row.position.line)
        }
        do {
            let key = try readKey(fields)
            if let deletion, deletion.holds(fields) { return .superseded(reason: "削除の印の行です。") }
            return try accept(row, fields, key)
        } catch {
            return .rejected(error.rejection(of: row, header))
        }
    }

    /// Notes a row that another one stands in for, so that its repetitions are duplicates still.
    ///
    /// - Returns: the line of the first such row, where this is a repetition.
    @discardableResult
    package mutating func note(_ row: Row) -> Int? {
        if isDelta { return nil }
        let digest = RowDigest(row.fields)
        if let line = firstLines[digest] { return Int(line) }
        firstLines[digest] = UInt32(clamping: row.position.line)
        return nil
    }

    /// What names the row's record; `nil` where the mapping has no record key.
    package func key(of fields: [String]) -> RowDigest? { try? readKey(fields) }

    private func readKey(_ fields: [String]) throws(Unreadable) -> RowDigest? {
        guard let first = key.first else { return nil }
        let cells = Cell.identity(fields, at: key)
        guard cells.contains(where: { $0 != nil }) else {
            throw Unreadable(
                "key.blank", first, "1件を見分ける列（key）が空欄です。", fix: "元の記録を確かめて、番号などを入れてください。")
        }
        return RowDigest(cells.map { $0 ?? "" })
    }

    private mutating func accept(
        _ row: Row, _ fields: [String], _ key: RowDigest?
    ) throws(Unreadable) -> MappingOutcome {
        var warnings: [Unreadable] = []
        for check in checks {
            guard let finding = check.finding(fields, &memory) else { continue }
            if check.rejects { throw finding }
            warnings.append(finding)
        }
        let records = try records(row, fields, &warnings)
        if let key, !isDelta {
            if let line = keyLines[key] {
                throw Unreadable(
                    "key.twice", self.key.first, "1件を見分ける列（key）の値が、\(line)行目と同じです。",
                    fix: "どちらの行が正しいかを確かめ、一方だけにして抽出し直してください。")
            }
            keyLines[key] = UInt32(clamping: row.position.line)
        }
        return .accepted(records, warnings: warnings.map { $0.rejection(of: row, header) })
    }

    private mutating func records(
        _ row: Row, _ fields: [String], _ warnings: inout [Unreadable]
    ) throws(Unreadable) -> [Record] {
        var records: [Record] = []
        records.reserveCapacity(people.count)
        for (person, readers) in zip(people, facts) {
            guard let identifiers = try person.read(fields, &memory, &warnings) else { continue }
            var facts: [Fact] = []
            for reader in readers {
                if let fact = try reader.read(fields, &memory, &warnings) { facts.append(fact) }
            }
            records.append(
                Record(
                    position: row.position, subject: person.subject, identifiers: identifiers, facts: facts))
        }
        if records.isEmpty { throw PersonReader.unidentified }
        return records
    }
}

/// A cell that cannot be read or used; becomes the row's rejection, or a warning.
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

    static func number(_ column: Int) -> Unreadable {
        Unreadable("number.unreadable", column, "数として読めません。", fix: "数字だけにするか、空欄にしてください。")
    }

    static func imprecise(_ column: Int) -> Unreadable {
        Unreadable(
            "date.imprecise", column, "日付が日まで分からないため、この列の事実は作っていません。",
            fix: "日まで分かるなら、元の記録に日付を入れてください。")
    }

    static func placeholderBirth(_ column: Int) -> Unreadable {
        Unreadable(
            "birth.placeholder", column,
            "生年月日が、分からないときに入れる仮の日（1900年1月1日、9999年12月31日など）です。生年月日は分からないものとして受け付けました。",
            fix: "生年月日が分かるなら、元の記録に入れてください。")
    }

    static func dropped(_ column: Int?) -> Unreadable {
        Unreadable(
            "fact.dropped", column, "読めない値のため、この列の事実は作っていません。", fix: "元の記録の値を確かめてください。")
    }

    static func code(_ column: Int) -> Unreadable {
        Unreadable(
            "code.unknown", column, "対応付けにない値です。",
            fix: "値を直してください。値が正しければ、データ連携担当に知らせてください（対応付けの codes に意味を書き足します）。")
    }

    static func long(_ column: Int) -> Unreadable {
        Unreadable(
            "cell.long", column, "氏名や住所としては長すぎます（\(PersonReader.longest)文字まで）。",
            fix: "ほかの項目や行が混じっていないか、引用符の閉じ忘れがないかを確かめてください。")
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

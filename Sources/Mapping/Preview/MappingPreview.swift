package import Domain
internal import Extracts
internal import JapaneseText

/// What a mapping makes of a file, before any night: the first rows column by column, and every row's fate counted.
package struct MappingPreview: Sendable {
    /// A column of a row: as it stands in the file, and what came of it.
    package struct Column: Sendable, Encodable {
        package let header: String
        package let raw: String
        package let read: [String]
    }
    package struct ShownRow: Sendable {
        package let line: Int
        package let outcome: String
        /// Why the row is not accepted, or what a check found.
        package let findings: [Rejection]
        package let columns: [Column]
    }
    /// Rows rejected, or warned about, for one reason in one column.
    package struct Reason: Sendable {
        package let example: Rejection
        package internal(set) var count: Int
        package let isWarning: Bool
    }
    /// Facts of one kind over the whole file.
    package struct FactCount: Sendable {
        package let item: ItemCode
        package let kind: String
        package internal(set) var count = 0
        package internal(set) var undated = 0
    }

    package private(set) var rows: [ShownRow] = []
    package private(set) var ledger = RowLedger()
    /// The most frequent first.
    package private(set) var reasons: [Reason] = []
    package private(set) var facts: [FactCount] = []
    /// Records by whom they are about.
    package private(set) var people: [Subject: Int] = [:]

    /// Reads the whole file at `path`; nothing is stored.
    ///
    /// - Parameters:
    ///   - file: its name, for messages.
    ///   - shownRows: how many rows are told column by column: the first of the file, and as many of the first that are
    ///     not accepted.
    ///   - isMasked: values are told by their shapes; words of closed lists stay.
    /// - Throws: as `ExtractReader` and `Mapper`: a file that is unusable, or whose columns are not the mapping's.
    package static func read(
        path: String, file: String, mapping: ExtractMapping, catalogue: Catalogue, asOf: Day, shownRows: Int,
        isMasked: Bool
    ) throws(Fault) -> MappingPreview {
        var numbers = IndividualNumberEvidence()
        try numbers.look(at: path, file: file, mapping: mapping)
        let reader = try ExtractReader(path: path, source: mapping.source, file: file, format: mapping.format)
        var mapper: Mapper
        do {
            mapper = try Mapper(
                mapping, header: reader.header, names: NameDictionary(), asOf: asOf,
                activeItems: mapping.items, numbers: numbers.columns(of: reader.header))
        } catch {
            throw error.located(file: file, line: mapping.format.titleLines + 1)
        }
        let reading = PreviewReading(mapping: mapping, catalogue: catalogue, asOf: asOf, isMasked: isMasked)
        let columns = Columns(mapping, reader.header)
        var preview = MappingPreview()
        var refused = 0
        while let line = try reader.next() {
            switch line {
            case .outside: preview.ledger.outside += 1
            case .unreadable(let rejection): preview.reject(rejection)
            case .row(let row):
                let outcome = mapper.map(row)
                preview.count(outcome)
                let isRefused = if case .rejected = outcome { true } else { false }
                if isRefused { refused += 1 }
                if preview.rows.count < shownRows || isRefused && refused <= shownRows {
                    preview.rows.append(shown(row, outcome, columns, reading))
                }
            }
        }
        preview.finish()
        return preview
    }

    private mutating func count(_ outcome: MappingOutcome) {
        switch outcome {
        case .accepted(let records, let warnings):
            ledger.accepted += 1
            for warning in warnings { note(warning, isWarning: true) }
            for record in records {
                people[record.subject, default: 0] += 1
                for fact in record.facts { count(fact) }
            }
        case .rejected(let rejection): reject(rejection)
        case .duplicate: ledger.duplicate += 1
        case .outside: ledger.outside += 1
        case .superseded: ledger.superseded += 1
        }
    }

    private mutating func reject(_ rejection: Rejection) {
        ledger.rejected += 1
        note(rejection, isWarning: false)
    }

    private mutating func note(_ rejection: Rejection, isWarning: Bool) {
        if let place = reasons.firstIndex(where: {
            $0.example.code == rejection.code && $0.example.column == rejection.column
                && $0.isWarning == isWarning
        }) {
            reasons[place].count += 1
        } else {
            reasons.append(Reason(example: rejection, count: 1, isWarning: isWarning))
        }
    }

    private mutating func count(_ fact: Fact) {
        let place = facts.firstIndex { $0.item == fact.item && $0.kind == fact.kind }
        if place == nil { facts.append(FactCount(item: fact.item, kind: fact.kind)) }
        let index = place ?? facts.count - 1
        facts[index].count += 1
        if fact.on == nil { facts[index].undated += 1 }
    }

    private mutating func finish() {
        reasons.sort {
            ($1.count, $0.example.code, $0.example.column ?? "") < (
                $0.count, $1.example.code, $1.example.column ?? ""
            )
        }
        facts.sort { ($0.item, $0.kind) < ($1.item, $1.kind) }
    }

    // MARK: - One row

    /// The file's columns with the mapping's name of each, and the month of those that stand for one.
    private struct Columns {
        let all: [(written: String, name: String, month: Int?)]

        init(_ mapping: ExtractMapping, _ header: [String]) {
            let spellings = mapping.headers.flatMap { name in
                ([name] + (mapping.synonyms[name] ?? [])).map { (spelling: $0, name: name) }
            }
            all = header.map(Cell.trimmed).map { written in
                for (spelling, name) in spellings {
                    if spelling == written { return (written, name, nil) }
                    if let month = MonthHeader(spelling)?.month(of: written) { return (written, name, month) }
                }
                return (written, written, nil)
            }
        }
    }

    private static func shown(
        _ row: Row, _ outcome: MappingOutcome, _ columns: Columns, _ reading: PreviewReading
    ) -> ShownRow {
        let (text, records, findings): (String, [Record], [Rejection]) =
            switch outcome {
            case .accepted(let records, let warnings): ("受け付け", records, warnings)
            case .rejected(let rejection): ("受け付けない", [], [rejection])
            case .duplicate(let line): ("\(line)行目と同じ（重複）", [], [])
            case .outside(let reason): ("行ではない（\(reason)）", [], [])
            case .superseded(let reason): ("置き換え（\(reason)）", [], [])
            }
        let fields = row.fields
        let supporting = Set(reading.mapping.supportingColumns)
        let dropped = reading.mapping.dropped.reduce(into: [String: String]()) { $0[$1.header] = $1.reason }
        let shown = columns.all.enumerated().map { index, column in
            var read = reading.read(column.name, month: column.month, records)
            if !records.isEmpty, read.isEmpty {
                if let reason = dropped[column.name] {
                    read = [reason.contains(OpenQuestion.mark) ? "まだ決まっていません" : "受け取りません"]
                }
                if supporting.contains(column.name) { read = ["日付や条件に使います"] }
            }
            let field = index < fields.count ? fields[index] : ""
            return Column(header: column.written, raw: reading.raw(field, header: column.name), read: read)
        }
        return ShownRow(line: row.position.line, outcome: text, findings: findings, columns: shown)
    }
}

internal import Domain
package import Extracts
internal import JapaneseText

/// Where the header of an unknown extract stands, found from its first lines.
package struct HeaderSearch: Sendable {
    package enum Finding: Sendable, Hashable {
        /// Lines above it are titles.
        case found(line: Int)
        /// The first full line already is a row.
        case none
        /// It cannot be told; taken as a row, so that nobody's values are shown as headers.
        case unclear
    }

    /// Lines looked at.
    static let ahead = 300

    package let delimiter: Delimiter
    package let finding: Finding
    /// Lines above the header, or above the first row.
    package let titleLines: Int
    /// What stands in those lines.
    let titles: [String]
    /// How many columns most lines have.
    let width: Int
    /// Where the file has no delimiters: its columns, by their bytes.
    let fixedWidth: FixedWidthEvidence?
    /// What a line of headers of fixed width says; empty for any other.
    let fixedNames: [String]
    /// Lines all of one length once, which is lost in UTF-8.
    let hasLostItsWidths: Bool

    private typealias Line = (number: Int, fields: [String])

    /// Tries every delimiter and keeps the one that gives most lines the same number of columns, more than one.
    ///
    /// - Throws: as `ExtractReader`, where the file cannot be read at all.
    static func search(
        path: String, file: String, words: HeaderWords, asOf: Day
    ) throws(Fault) -> HeaderSearch {
        var best: (lines: [Line], delimiter: Delimiter, width: Int, share: Double)?
        for delimiter in Delimiter.allCases {
            let lines = try lines(path: path, file: file, delimiter: delimiter)
            let (width, share) = usualWidth(lines)
            let isBetter =
                width > 1 && share > (best?.share ?? 0) || best == nil || best?.width == 1 && width > 1
            if isBetter { best = (lines, delimiter, width, share) }
        }
        guard let best else { preconditionFailure("INVARIANT: there are delimiters") }
        if best.width == 1 || best.share < 0.6,
            let fixed = try fixed(path: path, file: file, words: words, asOf: asOf)
        {
            return fixed
        }
        let first = best.lines.firstIndex { $0.fields.count == best.width && isFull($0.fields) } ?? 0
        let line = best.lines.isEmpty ? 1 : best.lines[first].number
        let finding = judge(best.lines, first, width: best.width, words, asOf)
        return HeaderSearch(
            delimiter: best.delimiter,
            finding: finding == .none || finding == .unclear ? finding : .found(line: line),
            titleLines: line - 1, titles: best.lines[..<first].map { $0.fields.joined() }, width: best.width,
            fixedWidth: nil, fixedNames: [],
            hasLostItsWidths: best.width == 1
                ? try FixedWidthEvidence.hasLostItsWidths(path: path, file: file) : false)
    }

    /// The form of a file without delimiters; `nil` where its lines show no columns.
    private static func fixed(
        path: String, file: String, words: HeaderWords, asOf: Day
    ) throws(Fault) -> HeaderSearch? {
        let plain = try ExtractReader(
            path: path, source: "", file: file,
            format: ExtractFormat(columnNames: [MappingSuggestion.placeholder(0)]))
        guard
            let evidence = try FixedWidthEvidence.find(
                path: path, file: file, encoding: plain.encoding, asOf: asOf)
        else { return nil }
        let reader = try ExtractReader(
            path: path, source: "", file: file,
            format: ExtractFormat(
                encoding: plain.encoding, titleLines: evidence.titleLines,
                fixedWidth: fixedColumns(evidence, names: [])))
        var (lines, titles) = ([Line](), [String]())
        while lines.count < ahead, let line = try? reader.next() {
            if case .row(let row) = line { lines.append((row.position.line, row.fields)) }
        }
        if evidence.titleLines > 0 {
            while titles.count < evidence.titleLines, let line = try? plain.next() {
                if case .row(let row) = line { titles.append(row.fields.joined()) }
            }
        }
        let finding = judge(lines, 0, width: evidence.columns.count, words, asOf)
        guard case .found = finding, let header = lines.first else {
            return HeaderSearch(
                delimiter: .comma, finding: finding, titleLines: evidence.titleLines, titles: titles,
                width: evidence.columns.count, fixedWidth: evidence, fixedNames: [],
                hasLostItsWidths: false)
        }
        let names = header.fields.enumerated().map { index, name in
            Cell.trimmed(name).isEmpty ? MappingSuggestion.placeholder(index) : Cell.trimmed(name)
        }
        return HeaderSearch(
            delimiter: .comma, finding: .found(line: header.number), titleLines: header.number,
            titles: titles, width: evidence.columns.count, fixedWidth: evidence,
            fixedNames: ExtractReader.numbered(names), hasLostItsWidths: false)
    }

    static func fixedColumns(
        _ evidence: FixedWidthEvidence, names: [String]
    ) -> [ExtractFormat.FixedColumn] {
        evidence.columns.enumerated().map { index, column in
            ExtractFormat.FixedColumn(
                names.indices.contains(index) ? names[index] : MappingSuggestion.placeholder(index),
                bytes: column.bytes)
        }
    }

    /// How the file is read; where it has no header, with columns called by their place.
    var format: ExtractFormat {
        if let fixedWidth {
            return ExtractFormat(
                titleLines: titleLines, fixedWidth: Self.fixedColumns(fixedWidth, names: fixedNames))
        }
        let isNamed = if case .found = finding { true } else { false }
        return ExtractFormat(
            delimiter: delimiter, titleLines: titleLines,
            columnNames: isNamed ? nil : (0..<width).map(MappingSuggestion.placeholder))
    }

    /// The first lines as rows, whatever they are.
    private static func lines(path: String, file: String, delimiter: Delimiter) throws(Fault) -> [Line] {
        let reader = try ExtractReader(
            path: path, source: "", file: file,
            format: ExtractFormat(delimiter: delimiter, columnNames: [MappingSuggestion.placeholder(0)]))
        var lines: [Line] = []
        while lines.count < ahead, let line = try? reader.next() {
            if case .row(let row) = line { lines.append((row.position.line, row.fields)) }
        }
        return lines
    }

    private static func usualWidth(_ lines: [Line]) -> (width: Int, share: Double) {
        var counts: [Int: Int] = [:]
        for line in lines { counts[line.fields.count, default: 0] += 1 }
        guard let most = counts.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }) else { return (1, 0) }
        return (most.key, Double(most.value) / Double(lines.count))
    }

    /// Titles exported from a spreadsheet have all the delimiters and one or two words.
    private static func isFull(_ fields: [String]) -> Bool {
        fields.count <= 3 || fields.filter { !Cell.trimmed($0).isEmpty }.count * 3 >= fields.count
    }

    /// A header is two words or more that are known as headers and not as values (電話, 済), or words over columns of
    /// numbers and dates; a line with a date, a word for a missing one (不詳), a telephone number or a reading in it is a row.
    private static func judge(
        _ lines: [Line], _ first: Int, width: Int, _ words: HeaderWords, _ asOf: Day
    ) -> Finding {
        guard lines.indices.contains(first) else { return .unclear }
        let cells = lines[first].fields.map(Cell.trimmed)
        let filled = cells.filter { !$0.isEmpty }
        func look(_ cell: String) -> CellLook { CellLook(cell, date: JapaneseDate.parse(cell, asOf: asOf)) }
        let isData = filled.contains { cell in
            let date = JapaneseDate.parse(cell, asOf: asOf)
            let look = CellLook(cell, date: date)
            // 年月日 is a date without its digits, and a header.
            return date == .absent && cell != "年月日" || look.contains(.date) || look.contains(.phone)
                || look.contains(.postcode)
                || look.contains(.digits) && cell.utf8.count >= 3
                || look.contains(.kana) && look.contains(.words)
        }
        let values = words.catalogue.closedWords.union(CellLook.marks)
        let known = filled.filter { !values.contains(Cell.folded($0)) }.filter { cell in
            !words.readings(of: MonthHeader.stem(of: MonthHeader.pattern(of: cell) ?? cell)).isEmpty
                || !words.remarks(on: cell).isEmpty
        }.count
        if !isData, known * 10 >= filled.count * 3, known >= 2 { return .found(line: 0) }
        if isData { return .none }
        let below = lines[(first + 1)...].filter { $0.fields.count == width }.prefix(100)
        let isOverValues = cells.indices.contains { index in
            let values = below.map { Cell.trimmed($0.fields[index]) }.filter { !$0.isEmpty }
            let typed = values.filter { !look($0).isDisjoint(with: [.date, .number, .identifier, .phone]) }
            return !cells[index].isEmpty
                && look(cells[index]).isDisjoint(with: [.date, .number, .identifier])
                && values.count >= 3 && typed.count * 10 >= values.count * 9
        }
        let isNew =
            Set(filled).count == filled.count
            && cells.indices.allSatisfy { index in
                cells[index].isEmpty || !below.contains { Cell.trimmed($0.fields[index]) == cells[index] }
            }
        return isOverValues && isNew ? .found(line: 0) : .unclear
    }
}

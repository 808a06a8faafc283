package import Domain
package import Extracts

/// What an extract that nobody has described is like: its form, and what each column holds.
package struct ExtractProfile: Sendable {
    /// A line that sums up others.
    package struct Total: Sendable, Hashable {
        /// The column in which it begins.
        package let column: Int
        /// The word it begins with.
        package let word: String
        package let line: Int
    }

    /// The name in the inbox.
    package let file: String
    package let asOf: Day
    package let encoding: TextEncoding
    /// Japanese sentence: why this encoding.
    package let evidence: String
    package let form: HeaderSearch
    package private(set) var columns: [ColumnProfile]
    /// Lines read as rows, totals left out.
    package private(set) var rows = 0
    /// Lines whose text cannot be trusted.
    package private(set) var unreadable = 0
    /// Rows with more or fewer columns than the others.
    package private(set) var misfits = 0
    package private(set) var totals: [Total] = []
    /// The first rows, for comparing columns with each other.
    private(set) var sample: [[String]] = []

    /// Rows kept for comparing columns.
    static let sampleSize = 3000
    private static let totalWords = ["合計", "総計", "小計", "総件数", "合　計", "計", "件数"]

    /// As a mapping writes them.
    package var encodingName: String { encoding.rawValue }
    package var delimiterName: String { form.fixedWidth == nil ? form.delimiter.rawValue : "fixed" }
    package var headerFinding: String {
        switch form.finding {
        case .found: "found"
        case .none: "none"
        case .unclear: "unclear"
        }
    }

    /// The line of the header; `nil` where there is none.
    package var headerLine: Int? { if case .found(let line) = form.finding { line } else { nil } }

    package var hasHeader: Bool { if case .found = form.finding { true } else { false } }

    /// What to ask of a column of fixed width that may be several; `nil` where its place is plain.
    func doubt(of column: Int) -> String? {
        switch form.fixedWidth?.columns[column].doubt {
        case .joinedDigits: "数字が続き、いくつかの列かもしれません。桁位置の表を見て、fixedWidth の列を分けてください。"
        case .gaps: "途中に空白のある列です。いくつかの列かもしれません。桁位置の表を見て、fixedWidth の列を分けてください。"
        case .padding: "前の空白がこの列の桁かもしれません。桁位置の表を見て、fixedWidth のバイト数を確かめてください。"
        case nil: nil
        }
    }

    /// Reads the whole file at `path` once, after a look at its beginning.
    ///
    /// - Parameters:
    ///   - file: its name, for messages.
    ///   - asOf: the day the extract was made for.
    /// - Throws: as `ExtractReader`.
    package static func read(
        path: String, file: String, words: HeaderWords, asOf: Day
    ) throws(Fault) -> ExtractProfile {
        let form = try HeaderSearch.search(path: path, file: file, words: words, asOf: asOf)
        let reader = try ExtractReader(path: path, source: "", file: file, format: form.format)
        var profile = ExtractProfile(file: file, asOf: asOf, form: form, reader: reader)
        while let line = try reader.next() {
            switch line {
            case .row(let row): profile.add(row.fields, line: row.position.line)
            case .unreadable: profile.unreadable += 1
            case .outside: break
            }
        }
        return profile
    }

    private init(file: String, asOf: Day, form: HeaderSearch, reader: ExtractReader) {
        self.file = file
        self.asOf = asOf
        encoding = reader.encoding
        evidence = reader.evidence
        self.form = form
        let hasHeader = if case .found = form.finding { true } else { false }
        columns = reader.header.indices.map {
            ColumnProfile(index: $0, header: hasHeader ? Cell.trimmed(reader.header[$0]) : "")
        }
    }

    private mutating func add(_ fields: [String], line: Int) {
        if let total = Self.total(fields, line: line) {
            if totals.count < 100 { totals.append(total) }
            return
        }
        rows += 1
        guard fields.count == columns.count else {
            misfits += 1
            return
        }
        for index in columns.indices { columns[index].add(fields[index], asOf: asOf) }
        if sample.count < Self.sampleSize { sample.append(fields) }
    }

    /// A word of sums in the first cell that is filled, and most of the line blank.
    private static func total(_ fields: [String], line: Int) -> Total? {
        guard let column = fields.firstIndex(where: { !Cell.trimmed($0).isEmpty }) else { return nil }
        let text = Cell.folded(fields[column])
        guard text.count <= 12, let word = totalWords.first(where: text.hasPrefix) else { return nil }
        let filled = fields.filter { !Cell.trimmed($0).isEmpty }.count
        return filled * 2 <= max(fields.count, 2) ? Total(column: column, word: word, line: line) : nil
    }
}

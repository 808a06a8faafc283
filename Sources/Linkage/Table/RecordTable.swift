package import Domain

/// Records of any table as dictionary-encoded columns: an integer for every distinct text, one array a column.
package struct RecordTable: Sendable {
    package let columnNames: [String]
    /// Term ids by column; 0 where the cell is empty.
    private(set) var columns: [[UInt32]]
    private(set) var terms: TermDictionary
    /// Which of several files each record comes from; all 0 where there is one.
    package private(set) var datasets: [UInt8] = []

    /// - Parameter mostBytes: of all distinct texts.
    package init(columnNames: [String], mostBytes: Int = Int(UInt32.max)) {
        self.columnNames = columnNames
        terms = TermDictionary(most: mostBytes)
        columns = columnNames.map { _ in [] }
    }

    package var count: Int { datasets.count }

    /// Appends one record.
    ///
    /// - Parameter field: the bytes of a column's cell, UTF-8; empty where it is missing.
    package mutating func append(dataset: Int, _ field: (_ column: Int) -> ArraySlice<UInt8>) {
        for column in columns.indices { columns[column].append(terms.id(of: field(column).span)) }
        datasets.append(UInt8(clamping: dataset))
    }

    /// - Throws: `table.texts` where there was no room for a text.
    package func checkRoom() throws(Fault) {
        guard terms.isFull else { return }
        throw Fault(
            .configuration, code: "table.texts", message: "表の値が多すぎます（種類の違う値を合わせて4 GiBまで）。",
            fix: "比べない長い列（自由記述など）を入力から除くか、入力を分けてください。")
    }

    /// - Throws: `link.column` where the table has no such column.
    func index(of column: String) throws(Fault) -> Int {
        if let index = columnNames.firstIndex(of: column) { return index }
        throw Fault(
            .configuration, code: "link.column", message: "表に「\(column)」という列がありません。", field: column,
            fix: "表にある列は次のとおりです: \(columnNames.joined(separator: "、"))")
    }

    /// The texts of a column, for output and evaluation.
    ///
    /// - Throws: `link.column` where the table has no such column.
    package func texts(of column: String) throws(Fault) -> [String] {
        let ids = columns[try index(of: column)]
        return ids.map { terms.text(of: $0) }
    }

    /// The term ids of a column: equal ids are equal texts.
    ///
    /// - Throws: `link.column` where the table has no such column.
    package func terms(of column: String) throws(Fault) -> [UInt32] { columns[try index(of: column)] }

    /// The ids of what `expression` makes of a column's terms; made once for every distinct term.
    mutating func derive(_ expression: TextExpression) throws(Fault) -> [UInt32] {
        let source = columns[try index(of: expression.column)]
        if expression.steps.isEmpty { return source }
        let read = expression.reader()
        let unread = UInt32.max
        var known = [UInt32](repeating: unread, count: terms.count)
        known[0] = 0
        var derived = [UInt32](repeating: 0, count: source.count)
        for record in source.indices {
            let term = source[record]
            if known[Int(term)] == unread {
                known[Int(term)] =
                    if let cut = expression.cut, let part = terms.ascii(term, cut) {
                        terms.id(of: part)
                    } else {
                        try read(terms.text(of: term)).map { terms.id(of: $0.utf8) } ?? 0
                    }
            }
            derived[record] = known[Int(term)]
        }
        try checkRoom()
        return derived
    }

    /// The same, each expression once.
    mutating func derive(
        _ expression: TextExpression, _ known: inout [TextExpression: [UInt32]]
    ) throws(Fault) -> [UInt32] {
        if let terms = known[expression] { return terms }
        let terms = try derive(expression)
        known[expression] = terms
        return terms
    }

    /// The same of a column whose cells may hold several values; each once.
    mutating func deriveLists(_ expression: TextExpression) throws(Fault) -> TermLists {
        let source = columns[try index(of: expression.column)]
        let read = expression.reader()
        var known: [UInt32: [UInt32]] = [0: []]
        var lists = TermLists()
        for term in source {
            if known[term] == nil {
                var ids: [UInt32] = []
                let values = expression.values(of: terms.text(of: term))
                try RecordKeys.check([values.count], of: [expression.column])
                for value in values {
                    guard let id = try read(value).map({ terms.id(of: $0.utf8) }), id != 0, !ids.contains(id)
                    else { continue }
                    ids.append(id)
                }
                known[term] = ids
            }
            lists.append(known[term] ?? [])
        }
        try checkRoom()
        return lists
    }

    /// The same records with these columns alone, and no text of any other.
    func keeping(_ names: Set<String>) -> RecordTable {
        let kept = columnNames.indices.filter { names.contains(columnNames[$0]) }
        var table = RecordTable(columnNames: kept.map { columnNames[$0] })
        for (record, dataset) in datasets.enumerated() {
            table.append(dataset: Int(dataset)) { terms.bytes(of: columns[kept[$0]][record]) }
        }
        return table
    }

    /// What it holds beside the texts, in bytes.
    package var bytes: Int { columns.count * count * 4 + count }
}

/// The term ids of each record's cell that may hold several values.
struct TermLists: Sendable {
    private var terms: [UInt32] = []
    private var ends: [UInt32] = []

    mutating func append(_ list: [UInt32]) {
        terms += list
        ends.append(UInt32(terms.count))
    }

    subscript(record: Int) -> ArraySlice<UInt32> {
        terms[(record == 0 ? 0 : Int(ends[record - 1]))..<Int(ends[record])]
    }
}

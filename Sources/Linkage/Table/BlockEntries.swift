internal import Domain

/// What a rule sorts: records with their keys; of a column with several values a record once with each.
struct BlockEntries: Sendable {
    /// By key and entry; left entries first.
    private var keys: [[UInt32]]
    /// What the keys are made of, where every record is one entry.
    private(set) var columns: [TextExpression] = []
    /// The record of each entry; empty: each record once, in order.
    private var records: [UInt32] = []
    private let leftCount: Int
    let recordCount: Int
    let isSymmetric: Bool
    /// Whether a record stands in one block at most, on both sides.
    var isSingle: Bool { isSymmetric && records.isEmpty }

    /// - Parameter known: what has been derived before; gains what is derived now.
    /// - Throws: `link.column`; `link.values` where a record has too many keys.
    init(
        _ rule: TableModel.Rule, _ table: inout RecordTable, _ known: inout [TextExpression: [UInt32]]
    ) throws(Fault) {
        recordCount = table.count
        isSymmetric = rule.isSymmetric
        let left = try Self.side(rule.keys.map(\.left), &table, &known)
        let right = isSymmetric ? nil : try Self.side(rule.keys.map(\.right), &table, &known)
        leftCount = left.keys.first?.count ?? 0
        if isSymmetric, left.records == nil { columns = rule.keys.map(\.left) }
        guard let right else {
            (keys, records) = (left.keys, left.records ?? [])
            return
        }
        keys = zip(left.keys, right.keys).map { $0 + $1 }
        let all = (0..<UInt32(table.count)).map { $0 }
        records = (left.records ?? all) + (right.records ?? all)
    }

    private static func side(
        _ expressions: [TextExpression], _ table: inout RecordTable,
        _ known: inout [TextExpression: [UInt32]]
    ) throws(Fault) -> (keys: [[UInt32]], records: [UInt32]?) {
        guard expressions.contains(where: { $0.list != nil }) else {
            var keys: [[UInt32]] = []
            for expression in expressions { keys.append(try table.derive(expression, &known)) }
            return (keys, nil)
        }
        var lists: [TermLists] = []
        for expression in expressions { lists.append(try table.deriveLists(expression)) }
        var keys = [[UInt32]](repeating: [], count: lists.count)
        var records: [UInt32] = []
        for record in 0..<table.count {
            try RecordKeys.check(
                lists.map { $0[record].count }, of: expressions.map(\.column), after: records.count)
            var combinations: [[UInt32]] = [[]]
            for list in lists {
                combinations = combinations.flatMap { start in list[record].map { start + [$0] } }
            }
            for combination in combinations {
                records.append(UInt32(record))
                for (key, term) in combination.enumerated() { keys[key].append(term) }
            }
        }
        return (keys, records)
    }

    func record(of entry: Int) -> Int { records.isEmpty ? entry : Int(records[entry]) }

    func isLeft(_ entry: Int) -> Bool { isSymmetric || entry < leftCount }

    /// Entries that lack no key, by keys and then in their order: equal keys stand together.
    ///
    /// - Parameters:
    ///   - terms: how many there are; keys are below.
    ///   - known: columns that rules ask for, by expression.
    func sorted(terms: Int, _ known: [TextExpression: KeyColumn]) -> PackedKeys {
        PackedKeys(
            keys.indices.map { key in
                (key < columns.count ? known[columns[key]] : nil) ?? KeyColumn(keys[key], below: terms)
            })
    }
}

/// A key of another rule, by which a block too large is split.
struct SplitKey: Sendable {
    let expression: TextExpression
    /// By record.
    let terms: [UInt32]

    /// What the rules ask of both sides alike, in their order, each once.
    static func all(
        of rules: [TableModel.Rule], _ table: inout RecordTable, _ known: inout [TextExpression: [UInt32]]
    ) throws(Fault) -> [SplitKey] {
        var keys: [SplitKey] = []
        for key in rules.flatMap(\.keys)
        where key.left == key.right && key.left.list == nil
            && !keys.contains(where: { $0.expression == key.left })
        {
            keys.append(SplitKey(expression: key.left, terms: try table.derive(key.left, &known)))
        }
        return keys
    }
}

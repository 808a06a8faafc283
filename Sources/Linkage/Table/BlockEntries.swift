internal import Domain

/// What a rule sorts: records with their keys; of a column with several values a record once with each.
struct BlockEntries: Sendable {
    /// By key and entry; left entries first.
    private var keys: [[UInt32]]
    /// The record of each entry; empty: each record once, in order.
    private var records: [UInt32] = []
    private let leftCount: Int
    let recordCount: Int
    let isSymmetric: Bool
    /// Whether a record stands in one block at most, on both sides.
    var isSingle: Bool { isSymmetric && records.isEmpty }

    /// - Throws: `link.column`; `link.values` where a record has too many keys.
    init(_ rule: TableModel.Rule, _ table: inout RecordTable) throws(Fault) {
        recordCount = table.count
        isSymmetric = rule.isSymmetric
        let left = try Self.side(rule.keys.map(\.left), &table)
        let right = isSymmetric ? nil : try Self.side(rule.keys.map(\.right), &table)
        leftCount = left.keys.first?.count ?? 0
        guard let right else {
            (keys, records) = (left.keys, left.records ?? [])
            return
        }
        keys = zip(left.keys, right.keys).map { $0 + $1 }
        let all = (0..<UInt32(table.count)).map { $0 }
        records = (left.records ?? all) + (right.records ?? all)
    }

    private static func side(
        _ expressions: [TextExpression], _ table: inout RecordTable
    ) throws(Fault) -> (keys: [[UInt32]], records: [UInt32]?) {
        guard expressions.contains(where: { $0.list != nil }) else {
            var keys: [[UInt32]] = []
            for expression in expressions { keys.append(try table.derive(expression)) }
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

    /// Where each stretch of equal keys begins in sorted entries.
    func stretches(in order: [UInt32]) -> [UInt32] {
        var begins = [Bool](repeating: false, count: order.count)
        let order = order.span
        if !order.isEmpty { begins[0] = true }
        for key in keys {
            let key = key.span
            for place in order.indices.dropFirst() where key[Int(order[place])] != key[Int(order[place - 1])]
            {
                begins[place] = true
            }
        }
        return begins.indices.lazy.filter { begins[$0] }.map { UInt32($0) }
    }

    /// Entries that lack no key, by keys and then in their order: equal keys stand together.
    func sorted(terms: Int) -> [UInt32] {
        var order = Array(0..<UInt32(keys.first?.count ?? 0))
        for key in keys { order.removeAll { key[Int($0)] == 0 } }
        // From the last key to the first, each pass keeping the order of the one before.
        for key in keys.reversed() { order = Self.sorted(order, by: key, terms: terms) }
        return order
    }

    private static func sorted(_ order: [UInt32], by key: [UInt32], terms: Int) -> [UInt32] {
        var places = [UInt32](repeating: 0, count: terms + 1)
        var sorted = [UInt32](repeating: 0, count: order.count)
        let (order, key) = (order.span, key.span)
        for place in order.indices { places[Int(key[Int(order[place])]) + 1] += 1 }
        for term in 0..<terms { places[term + 1] += places[term] }
        for place in order.indices {
            let term = Int(key[Int(order[place])])
            sorted[Int(places[term])] = order[place]
            places[term] += 1
        }
        return sorted
    }
}

/// A key of another rule, by which a block too large is split.
struct SplitKey: Sendable {
    let expression: TextExpression
    /// By record.
    let terms: [UInt32]

    /// What the rules ask of both sides alike, in their order, each once.
    static func all(of rules: [TableModel.Rule], _ table: inout RecordTable) throws(Fault) -> [SplitKey] {
        var keys: [SplitKey] = []
        for key in rules.flatMap(\.keys)
        where key.left == key.right && key.left.list == nil
            && !keys.contains(where: { $0.expression == key.left })
        {
            keys.append(SplitKey(expression: key.left, terms: try table.derive(key.left)))
        }
        return keys
    }
}

package import Domain

/// What each blocking rule makes of a table, before anything is scored.
package struct TableBlockingReport: Sendable {
    package struct Rule: Sendable {
        package let sql: String
        /// Pairs that the rule makes by itself, whatever other rules make; within one data set too.
        package let pairs: Int
        /// Records that have all its keys.
        package let records: Int
        /// Records of the largest blocks, largest first, five at most, each with a record's place in it.
        package let largest: [(records: Int, example: Int)]
    }

    package let rules: [Rule]
    package var pairs: Int { rules.reduce(0) { $0 + $1.pairs } }

    /// Bytes that a pair takes while it is kept.
    package static let bytesPerPair = MemoryLayout<TablePair>.stride

    /// - Throws: `link.column`.
    package init(_ model: TableModel, table: inout RecordTable) throws(Fault) {
        var rules: [Rule] = []
        for rule in model.rules {
            let (left, right) = try Self.keys(rule, &table)
            var (sizes, others) = ([UInt32: Int](), [UInt32: Int]())
            for key in left where key != 0 { sizes[key, default: 0] += 1 }
            if !rule.isSymmetric { for key in right where key != 0 { others[key, default: 0] += 1 } }
            let pairs = sizes.reduce(0) { sum, block in
                rule.isSymmetric
                    ? sum + block.value * (block.value - 1) / 2
                    : sum + block.value * (others[block.key] ?? 0)
            }
            let largest = sizes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(5)
            rules.append(
                Rule(
                    sql: rule.sql, pairs: pairs, records: left.count { $0 != 0 },
                    largest: largest.map { block in (block.value, left.firstIndex(of: block.key) ?? 0) }))
        }
        self.rules = rules
    }

    /// The block of each record by its left and by its right keys; 0: it lacks one.
    private static func keys(
        _ rule: TableModel.Rule, _ table: inout RecordTable
    ) throws(Fault) -> (left: [UInt32], right: [UInt32]) {
        var (left, right): ([UInt32], [UInt32]) = ([], [])
        for (place, key) in rule.keys.enumerated() {
            let (l, r) = (try table.derive(key.left), try table.derive(key.right))
            if place == 0 {
                (left, right) = (l, r)
                continue
            }
            var numbering = KeyNumbering()
            left = numbering.join(left, l)
            right = rule.isSymmetric ? left : numbering.join(right, r)
        }
        return (left, right)
    }
}

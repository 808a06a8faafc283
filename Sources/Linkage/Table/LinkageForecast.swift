internal import Domain

/// What a linkage may take; it is refused before anything is compared where it would take more.
package struct LinkageLimits: Sendable {
    /// Pairs of all rules.
    package var pairs = Int.max
    /// Bytes of memory.
    package var bytes = Int.max
    package var block = BlockLimit()

    package init() {}
}

/// What a linkage will take, known before anything is compared.
package struct LinkageForecast: Sendable {
    package struct Rule: Sendable {
        package let sql: String
        /// Pairs that it makes by itself, also those of earlier rules: at most so many.
        package let pairs: Int
        package let blocks: Int
        /// Records of its largest block.
        package let largest: Int
    }

    package let records: Int
    package let rules: [Rule]
    package let oversized: [OversizedBlock]
    /// Of memory, the table's texts left out.
    package let bytes: Int

    package var pairs: Int { rules.reduce(0) { $0 + $1.pairs } }

    init(_ model: TableModel, _ blocking: TableBlocking, _ table: RecordTable, threads: Int) {
        records = table.count
        rules = zip(model.rules, blocking.rules).map {
            Rule(sql: $0.sql, pairs: $1.pairs, blocks: $1.count, largest: $1.largest)
        }
        oversized = blocking.oversized
        let columns = model.comparisons.reduce(into: Set<String>()) { columns, comparison in
            for level in comparison.levels { columns.formUnion(level.condition.columns) }
        }
        // A row of ids; for each distinct text, of which there are fewer than records, its shape, a share and a number.
        let program = table.count * (4 * columns.count + MemoryLayout<TermShape>.stride + 4 + 16)
        // Kept pairs of the chunks that wait for their turn.
        let waiting = threads * (24 * 60_000 * MemoryLayout<TablePair>.stride / 2 + (4 << 20))
        bytes = table.bytes + blocking.bytes + program + waiting
    }

    /// What a kept pair takes while it is gathered, put in order and looked at cluster by cluster.
    private static let bytesOfKept = 4 * MemoryLayout<TablePair>.stride

    /// - Parameter kept: pairs held in memory.
    /// - Throws: `link.memory`.
    func check(_ limits: LinkageLimits, kept: Int = 0) throws(Fault) {
        let held = kept * Self.bytesOfKept
        guard bytes <= limits.bytes, held <= limits.bytes - bytes else {
            if kept > 0 {
                throw Fault(
                    .configuration, code: "link.memory",
                    message: "下限以上の組が多く、メモリが足りません（\(kept)組まで数えたところで\((bytes + held) >> 20) MiB、"
                        + "上限は\(limits.bytes >> 20) MiBです）。",
                    fix: "重みの下限（--threshold）か上限（--max-memory）を上げてください。組を書くだけなら「link predict」はメモリを増やしません。")
            }
            throw Fault(
                .configuration, code: "link.memory",
                message: "メモリが足りません（値のほかに\(bytes >> 20) MiBが要り、上限は\(limits.bytes >> 20) MiBです）。",
                fix: "ブロッキング規則を減らすか、上限（--max-memory）を上げてください。")
        }
    }
}

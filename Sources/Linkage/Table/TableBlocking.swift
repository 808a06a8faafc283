internal import Domain

/// The blocks of a table by the rules of a model.
///
/// A pair belongs to the first rule that makes it. A record that lacks a key of a rule stands in none of its blocks. Which
/// side of an asymmetric rule a record stands on is not a matter of its place in the file: either way round makes the pair.
struct TableBlocking: Sendable {
    /// A piece of a rule's pairs: the unit of work of a thread.
    struct Chunk: Sendable {
        let rule: Int
        let blocks: Range<Int>
        /// The part of a block too large for one piece; `nil`: all of the blocks.
        let tile: BlockTile?
        /// How many pairs stand in the chunks before.
        let firstPair: Int
    }

    /// How a pair is asked of a rule; plain numbers, so that a pair loop counts no references.
    struct Role: Sendable {
        /// The rule's place in the standings; -1: a record may stand in several of its blocks.
        let column: Int32
        /// The rule's place in `filters`; -1: it asks for equal texts alone.
        let filter: Int32
        let isSymmetric: Bool
        /// Equal numbers in one column make the pair.
        var isPlain: Bool { column >= 0 && filter < 0 }
    }

    let rules: [RuleBlocks]
    let roles: [Role]
    let chunks: [Chunk]
    /// Pairs of all rules, each counted by itself and within one data set too: what is made at most.
    let forecast: Int
    let oversized: [OversizedBlock]
    let linkType: TableModel.LinkType
    let datasets: [UInt8]
    /// Blocks of the rules that put a record in one block at most, record by record: who made a pair first is asked of one
    /// stretch of memory.
    let standings: [UInt32]
    /// How many rules stand in `standings`.
    let width: Int
    /// What of the rules is more than equal texts, each a comparison of its own.
    let filters: ComparisonProgram?

    /// - Parameters:
    ///   - limit: of pairs in all.
    ///   - blockLimit: of pairs in one block; `nil`: none.
    /// - Throws: `link.column`; `link.pairs`, `link.block` where a limit would be broken.
    init(
        _ rules: [TableModel.Rule], linkType: TableModel.LinkType, table: inout RecordTable,
        limit: Int = .max,
        blockLimit: BlockLimit? = nil, threads: Int = 1
    ) throws(Fault) {
        let workers = Workers(threads: threads)
        let built = try Self.blocks(of: rules, &table, blockLimit, workers)
        for (number, blocks) in built.enumerated() {
            guard let block = blocks.unsplit, blockLimit?.leavesOut == false else { continue }
            throw Fault(
                .configuration, code: "link.block",
                message: "\(number + 1)番目の規則の1つのブロックに記録が\(block.records)件あり、\(block.pairs)組になります"
                    + "（上限\(blockLimit?.pairs ?? 0)組）。ほかの規則の列でも分けられません。",
                field: rules[number].sql,
                fix: "規則に列を足すか、同じ値の多い列を空にするか、作業ファイルに「\"oversized_blocks\": \"leave_out\"」と書いて除いてください。")
        }
        var (forecast, chunks): (Int, [Chunk]) = (0, [])
        for (number, blocks) in built.enumerated() {
            guard forecast + blocks.pairs <= limit else {
                throw Fault(
                    .configuration, code: "link.pairs",
                    message:
                        "ブロッキング規則が作る組が多すぎます（\(number + 1)番目の規則までで\(forecast + blocks.pairs)組、上限\(limit)組）。",
                    field: rules[number].sql, fix: "規則に列を足して組を減らすか、上限（--max-pairs）を上げてください。")
            }
            chunks += blocks.chunks(rule: number, from: forecast)
            forecast += blocks.pairs
        }
        (self.chunks, self.forecast, self.linkType, datasets) = (chunks, forecast, linkType, table.datasets)
        oversized = built.enumerated().flatMap { number, blocks in
            blocks.oversized.map { $0.of(rule: number) }
        }
        let single = built.filter { $0.blocksOfRecord == nil }
        width = single.count
        let records = table.count
        standings = Self.sideBySide(
            workers.map(single.count) { single[$0].standings(of: records) }, records: records)
        let conditions = rules.compactMap(\.filter)
        filters = conditions.isEmpty ? nil : try ComparisonProgram(conditions: conditions, table: &table)
        var (roles, filter, column): ([Role], Int32, Int32) = ([], 0, 0)
        for (blocks, rule) in zip(built, rules) {
            roles.append(
                Role(
                    column: blocks.blocksOfRecord == nil ? column : -1,
                    filter: rule.filter == nil ? -1 : filter,
                    isSymmetric: blocks.isSymmetric))
            if blocks.blocksOfRecord == nil { column += 1 }
            if rule.filter != nil { filter += 1 }
        }
        self.roles = roles
        self.rules = built
    }

    /// The blocks of each rule; what they are made of is let go.
    private static func blocks(
        of rules: [TableModel.Rule], _ table: inout RecordTable, _ limit: BlockLimit?, _ workers: Workers
    ) throws(Fault) -> [RuleBlocks] {
        var derived: [TextExpression: [UInt32]] = [:]
        var entries: [BlockEntries] = []
        for rule in rules { entries.append(try BlockEntries(rule, &table, &derived)) }
        let split = limit == nil ? [] : try SplitKey.all(of: rules, &table, &derived)
        let (terms, sources, columns) = (table.terms.count, entries, derived)
        let asked = Set(entries.flatMap(\.columns)).sorted { $0.column < $1.column }
        let known = Dictionary(
            uniqueKeysWithValues: zip(
                asked, workers.map(asked.count) { KeyColumn(columns[asked[$0]] ?? [], below: terms) }))
        return workers.map(rules.count) { rule in
            RuleBlocks(
                sources[rule], terms: terms, known,
                splitBy: split.filter { !rules[rule].asks($0.expression) },
                limit: limit?.pairs ?? .max)
        }
    }

    /// Columns row by row.
    private static func sideBySide(_ columns: [[UInt32]], records: Int) -> [UInt32] {
        var rows = [UInt32](repeating: 0, count: records * columns.count)
        // A stretch of rows at a time, which stays at hand for all columns.
        for first in stride(from: 0, to: records, by: 1 << 12) {
            for (place, column) in columns.enumerated() {
                let column = column.span
                for record in first..<min(first + 1 << 12, records) {
                    rows[record * columns.count + place] = column[record]
                }
            }
        }
        return rows
    }

    /// What it holds, in bytes.
    var bytes: Int {
        standings.count * 4 + rules.reduce(0) { $0 + $1.bytes } + chunks.count * MemoryLayout<Chunk>.stride
    }
}

/// How large a block may be, and what becomes of one that is larger and cannot be split.
package struct BlockLimit: Sendable {
    /// Of pairs: ten thousand records make so many.
    package var pairs = 50_000_000
    /// Leaves such a block out and says so, instead of refusing the work.
    package var leavesOut = false

    package init() {}
}

/// A block of more pairs than the limit, and what became of it.
package struct OversizedBlock: Sendable, Hashable {
    /// The rule's place.
    package internal(set) var rule = 0
    package let records: Int
    package let pairs: Int
    /// Columns whose texts had to be equal too.
    package let splitBy: [String]
    /// Pairs that are still made by this rule.
    package let pairsKept: Int

    func of(rule: Int) -> OversizedBlock {
        var block = self
        block.rule = rule
        return block
    }
}

/// A part of a block: the pairs of two stretches of its members, or of one with itself.
struct BlockTile: Sendable, Hashable {
    let left: Range<Int>
    let right: Range<Int>
    /// Both are one stretch, and each pair in it counts once.
    let isTriangle: Bool

    /// Texts of a large block are fetched once for so many records on either side.
    static let side = 256

    /// Records of either side.
    var slots: Int { isTriangle ? left.count : left.count + right.count }

    var pairs: Int { isTriangle ? left.count * (left.count - 1) / 2 : left.count * right.count }

    /// The tiles that cover this one, each of at most `side` records on either side.
    var pieces: [BlockTile] {
        func cut(_ range: Range<Int>) -> [Range<Int>] {
            stride(from: range.lowerBound, to: range.upperBound, by: Self.side).map {
                $0..<min($0 + Self.side, range.upperBound)
            }
        }
        let (rows, columns) = (cut(left), cut(right))
        return rows.flatMap { row in
            columns.compactMap { column in
                if isTriangle, column.lowerBound < row.lowerBound { return nil }
                return BlockTile(left: row, right: column, isTriangle: isTriangle && row == column)
            }
        }
    }
}

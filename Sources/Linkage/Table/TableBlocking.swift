internal import Domain

/// The blocks of a table by the rules of a model, and the pairs in them, streamed and never held together.
///
/// A pair belongs to the first rule that makes it. A record that lacks a key of a rule stands in none of its blocks.
struct TableBlocking: Sendable {
    /// One rule's blocks.
    struct Blocks: Sendable {
        /// Block of each record by its left keys, and by its right keys where those are others; 0: none.
        let left: [UInt32]
        let right: [UInt32]
        let isSymmetric: Bool
        /// Records block by block, in order; of asymmetric rules those with left keys.
        let members: [UInt32]
        /// Where each block's members begin, and one more.
        let starts: [UInt32]
        /// The same by right keys; empty where the rule is symmetric.
        let others: [UInt32]
        let otherStarts: [UInt32]
        var blocks: Int { starts.count - 1 }
    }

    /// A stretch of a rule's members: the unit of work of a thread.
    struct Chunk: Sendable {
        let rule: Int
        let members: Range<Int>
    }

    let rules: [Blocks]
    let chunks: [Chunk]
    /// Pairs of all rules, each counted by itself and within one data set too: what is made at most.
    let forecast: Int
    /// Left and right blocks of all rules, record by record: who made a pair first is asked of one stretch of memory.
    private let standings: [UInt32]
    private let datasets: [UInt8]
    private let linkType: TableModel.LinkType

    /// - Throws: `link.column`, `link.pairs` where the rules would make more pairs than `limit`.
    init(
        _ rules: [TableModel.Rule], linkType: TableModel.LinkType, table: inout RecordTable, limit: Int = .max
    ) throws(Fault) {
        var made: [Blocks] = []
        for rule in rules { made.append(try Self.blocks(rule, &table)) }
        self.rules = made
        var standings = [UInt32](repeating: 0, count: table.count * 2 * made.count)
        for (rule, blocks) in made.enumerated() {
            for record in 0..<table.count {
                standings[(record * made.count + rule) * 2] = blocks.left[record]
                standings[(record * made.count + rule) * 2 + 1] = blocks.right[record]
            }
        }
        self.standings = standings
        datasets = table.datasets
        self.linkType = linkType
        var chunks: [Chunk] = []
        var forecast = 0
        for (number, blocks) in made.enumerated() {
            let pairs = Self.forecast(blocks)
            forecast += pairs
            guard forecast <= limit else {
                throw Fault(
                    .configuration, code: "link.pairs",
                    message: "ブロッキング規則が作る組が多すぎます（\(number + 1)番目の規則までで\(forecast)組、上限\(limit)組）。",
                    field: rules[number].sql, fix: "規則に列を足して組を減らすか、上限（--max-pairs）を上げてください。")
            }
            chunks += Self.chunks(of: blocks, rule: number)
        }
        self.chunks = chunks
        self.forecast = forecast
    }

    /// Pairs that a rule makes by itself, also those of other rules and of one data set.
    private static func forecast(_ blocks: Blocks) -> Int {
        (0..<blocks.blocks).reduce(0) { sum, block in
            let size = Int(blocks.starts[block + 1] - blocks.starts[block])
            if blocks.isSymmetric { return sum + size * (size - 1) / 2 }
            return sum + size * Int(blocks.otherStarts[block + 1] - blocks.otherStarts[block])
        }
    }

    private static func blocks(_ rule: TableModel.Rule, _ table: inout RecordTable) throws(Fault) -> Blocks {
        var (left, right): ([UInt32], [UInt32]) = ([], [])
        var count = 0
        for (place, key) in rule.keys.enumerated() {
            let (l, r) = (try table.derive(key.left), try table.derive(key.right))
            if place == 0 {
                (left, right, count) = (l, r, table.terms.count)
                continue
            }
            var numbering = KeyNumbering()
            left = numbering.join(left, l)
            right = rule.isSymmetric ? left : numbering.join(right, r)
            count = numbering.count
        }
        let (members, starts) = sort(left, blocks: count)
        let (others, otherStarts) = rule.isSymmetric ? ([], []) : sort(right, blocks: count)
        return Blocks(
            left: left, right: right, isSymmetric: rule.isSymmetric, members: members, starts: starts,
            others: others, otherStarts: otherStarts)
    }

    /// Records by block, in the order of the records; block 0 is left out.
    private static func sort(_ keys: [UInt32], blocks: Int) -> (members: [UInt32], starts: [UInt32]) {
        var starts = [UInt32](repeating: 0, count: blocks + 1)
        for key in keys where key != 0 { starts[Int(key) + 1] += 1 }
        for block in 1...blocks { starts[block] += starts[block - 1] }
        var places = starts
        var members = [UInt32](repeating: 0, count: Int(starts[blocks]))
        for (record, key) in keys.enumerated() where key != 0 {
            members[Int(places[Int(key)])] = UInt32(record)
            places[Int(key)] += 1
        }
        return (members, starts)
    }

    /// Stretches of about equal work, independent of the number of threads.
    private static func chunks(of blocks: Blocks, rule: Int) -> [Chunk] {
        var chunks: [Chunk] = []
        var (first, work) = (0, 0)
        for block in 0..<blocks.blocks {
            let (start, end) = (Int(blocks.starts[block]), Int(blocks.starts[block + 1]))
            let others =
                blocks.isSymmetric ? 0 : Int(blocks.otherStarts[block + 1] - blocks.otherStarts[block])
            for member in start..<end {
                work += blocks.isSymmetric ? end - member - 1 : others
                if work >= 200_000 {
                    chunks.append(Chunk(rule: rule, members: first..<member + 1))
                    (first, work) = (member + 1, 0)
                }
            }
        }
        if first < blocks.members.count {
            chunks.append(Chunk(rule: rule, members: first..<blocks.members.count))
        }
        return chunks
    }

    /// Calls `body` with every pair of a chunk once, in a fixed order: of one file the earlier record first, of two files that
    /// of the first.
    func forEach(in chunk: Chunk, _ body: (Int, Int) -> Void) {
        let blocks = rules[chunk.rule]
        for place in chunk.members {
            let i = Int(blocks.members[place])
            let block = Int(blocks.left[i])
            if blocks.isSymmetric {
                for other in place + 1..<Int(blocks.starts[block + 1]) {
                    offer(i, Int(blocks.members[other]), chunk.rule, body)
                }
            } else {
                let others = Int(blocks.otherStarts[block])..<Int(blocks.otherStarts[block + 1])
                for other in others {
                    let j = Int(blocks.others[other])
                    if i == j { continue }
                    // Made from both ends, the pair counts once.
                    if j < i, blocks.left[j] != 0, blocks.left[j] == blocks.right[i] { continue }
                    offer(min(i, j), max(i, j), chunk.rule, body)
                }
            }
        }
    }

    private func offer(_ i: Int, _ j: Int, _ rule: Int, _ body: (Int, Int) -> Void) {
        if linkType == .link, datasets[i] == datasets[j] { return }
        let (first, second) = (i * rules.count * 2, j * rules.count * 2)
        for earlier in 0..<rule {
            let (own, other) = (first + 2 * earlier, second + 2 * earlier)
            if standings[own] != 0, standings[own] == standings[other + 1] { return }
            if standings[other] != 0, standings[other] == standings[own + 1] { return }
        }
        body(i, j)
    }
}

/// Numbers pairs of keys in the order they come, without collisions; 0 where either is missing.
struct KeyNumbering {
    private var slots: [UInt32] = Array(repeating: 0, count: 1 << 12)
    private var keys: [UInt64] = [0]
    var count: Int { keys.count }

    mutating func join(_ a: [UInt32], _ b: [UInt32]) -> [UInt32] {
        var joined = [UInt32](repeating: 0, count: a.count)
        for index in a.indices where a[index] != 0 && b[index] != 0 {
            joined[index] = number(of: UInt64(a[index]) << 32 | UInt64(b[index]))
        }
        return joined
    }

    private mutating func number(of key: UInt64) -> UInt32 {
        var mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: mix(key)) & mask
        while slots[slot] != 0 {
            if keys[Int(slots[slot])] == key { return slots[slot] }
            slot = (slot + 1) & mask
        }
        let number = UInt32(keys.count)
        slots[slot] = number
        keys.append(key)
        if keys.count * 3 > slots.count * 2 {
            slots = Array(repeating: 0, count: slots.count * 2)
            mask = slots.count - 1
            for number in 1..<keys.count {
                slot = Int(truncatingIfNeeded: mix(keys[number])) & mask
                while slots[slot] != 0 { slot = (slot + 1) & mask }
                slots[slot] = UInt32(number)
            }
        }
        return number
    }
}

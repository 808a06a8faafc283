internal import Domain

/// One rule's blocks.
struct RuleBlocks: Sendable {
    /// Records block by block, in order; of asymmetric rules those with left keys. A block that makes no pair is not kept.
    private(set) var members: [UInt32] = []
    /// Where each block's members begin, and one more.
    private(set) var starts: [UInt32] = [0]
    /// The same by right keys; empty where the rule asks the same of both sides.
    private(set) var others: [UInt32] = []
    private(set) var otherStarts: [UInt32] = [0]
    let isSymmetric: Bool
    /// The blocks of each record, where it may stand in several or on either side; `nil`: in one at most.
    private(set) var blocksOfRecord: (left: BlockLists, right: BlockLists)?
    private(set) var pairs = 0
    private(set) var oversized: [OversizedBlock] = []
    /// A block too large that nothing splits.
    private(set) var unsplit: OversizedBlock?

    var count: Int { starts.count - 1 }
    var largest: Int { (0..<count).reduce(0) { max($0, Int(starts[$1 + 1] - starts[$1])) } }
    var bytes: Int { 4 * (members.count + starts.count + others.count + otherStarts.count) }

    /// - Parameters:
    ///   - terms: how many there are; keys are below.
    ///   - known: columns that rules ask for, by expression.
    ///   - splitBy: what further splits a block of more than `limit` pairs, in this order.
    init(
        _ entries: BlockEntries, terms: Int, _ known: [TextExpression: KeyColumn], splitBy: [SplitKey],
        limit: Int
    ) {
        isSymmetric = entries.isSymmetric
        let sorted = entries.sorted(terms: terms, known)
        let (order, begins) = (sorted.entries, sorted.begins)
        for (first, next) in zip(begins, begins.dropFirst() + [UInt32(order.count)]) where next > first + 1 {
            add(order[Int(first)..<Int(next)], entries, splitBy, limit)
        }
        if !entries.isSingle {
            let left = BlockLists(members, starts, records: entries.recordCount)
            blocksOfRecord = (
                left, isSymmetric ? left : BlockLists(others, otherStarts, records: entries.recordCount)
            )
        }
    }

    /// The one block of each record, from 1; 0: none.
    func standings(of records: Int) -> [UInt32] {
        var standings = [UInt32](repeating: 0, count: records)
        for block in 0..<count {
            for place in Int(starts[block])..<Int(starts[block + 1]) {
                standings[Int(members[place])] = UInt32(block + 1)
            }
        }
        return standings
    }

    private mutating func add(
        _ block: ArraySlice<UInt32>, _ entries: BlockEntries, _ splitBy: [SplitKey], _ limit: Int
    ) {
        let size = pairs(in: block, entries)
        guard size > limit else { return append(block, entries, size) }
        let before = pairs
        var used: [String] = []
        let isSplit = split(block, entries, splitBy[...], limit, &used)
        let told = OversizedBlock(
            records: block.count, pairs: size, splitBy: used, pairsKept: pairs - before)
        oversized.append(told)
        if !isSplit { unsplit = unsplit ?? told }
    }

    /// Appends the parts of a block whose further keys are equal too.
    ///
    /// - Returns: whether every part is within the limit now; one that is not is left out.
    private mutating func split(
        _ block: ArraySlice<UInt32>, _ entries: BlockEntries, _ keys: ArraySlice<SplitKey>, _ limit: Int,
        _ used: inout [String]
    ) -> Bool {
        guard let key = keys.first else { return false }
        let sorted = block.map { (term: key.terms[entries.record(of: Int($0))], entry: $0) }
            .sorted { ($0.term, $0.entry) < ($1.term, $1.entry) }
        // Without the further key a record meets nobody here.
        var first = sorted.firstIndex { $0.term != 0 } ?? sorted.count
        var isWhole = true
        while first < sorted.count {
            var next = first + 1
            while next < sorted.count, sorted[next].term == sorted[first].term { next += 1 }
            let part = sorted[first..<next].map(\.entry)[...]
            if part.count < block.count, !used.contains(key.expression.column) {
                used.append(key.expression.column)
            }
            let size = pairs(in: part, entries)
            if size <= limit {
                append(part, entries, size)
            } else if !split(part, entries, keys.dropFirst(), limit, &used) {
                isWhole = false
            }
            first = next
        }
        return isWhole
    }

    private func pairs(in block: ArraySlice<UInt32>, _ entries: BlockEntries) -> Int {
        if isSymmetric { return block.count * (block.count - 1) / 2 }
        let left = block.count { entries.isLeft(Int($0)) }
        return left * (block.count - left)
    }

    private mutating func append(_ block: ArraySlice<UInt32>, _ entries: BlockEntries, _ size: Int) {
        guard size > 0 else { return }
        pairs += size
        for entry in block {
            let record = UInt32(entries.record(of: Int(entry)))
            if entries.isLeft(Int(entry)) { members.append(record) } else { others.append(record) }
        }
        starts.append(UInt32(members.count))
        if !isSymmetric { otherStarts.append(UInt32(others.count)) }
    }

    // MARK: Pieces of work

    /// All pairs of a block.
    func tile(of block: Int) -> BlockTile {
        let left = Int(starts[block])..<Int(starts[block + 1])
        if isSymmetric { return BlockTile(left: left, right: left, isTriangle: true) }
        return BlockTile(
            left: left, right: Int(otherStarts[block])..<Int(otherStarts[block + 1]), isTriangle: false)
    }

    /// Pieces of about equal work, independent of the number of threads.
    func chunks(rule: Int, from firstPair: Int) -> [TableBlocking.Chunk] {
        var chunks: [TableBlocking.Chunk] = []
        var (first, work, done, begun) = (0, 0, firstPair, firstPair)
        func close(_ end: Int) {
            if first < end {
                chunks.append(
                    TableBlocking.Chunk(rule: rule, blocks: first..<end, tile: nil, firstPair: begun))
            }
            (first, work, begun) = (end, 0, done)
        }
        for block in 0..<count {
            let tile = tile(of: block)
            if max(tile.left.count, tile.right.count) > BlockTile.side {
                close(block)
                for piece in tile.pieces {
                    chunks.append(
                        TableBlocking.Chunk(
                            rule: rule, blocks: block..<block + 1, tile: piece, firstPair: done))
                    done += piece.pairs
                }
                (first, begun) = (block + 1, done)
                continue
            }
            done += tile.pairs
            // To fetch a record costs as much as some pairs.
            work += tile.pairs + 4 * tile.left.count
            if work >= 60_000 { close(block + 1) }
        }
        close(count)
        return chunks
    }
}

/// The blocks of each record, in order.
struct BlockLists: Sendable {
    private var blocks: [UInt32]
    private var starts: [UInt32]

    init(_ members: [UInt32], _ blockStarts: [UInt32], records: Int) {
        starts = [UInt32](repeating: 0, count: records + 1)
        for record in members { starts[Int(record) + 1] += 1 }
        for record in 0..<records { starts[record + 1] += starts[record] }
        var places = starts
        blocks = [UInt32](repeating: 0, count: members.count)
        for block in 0..<blockStarts.count - 1 {
            for place in Int(blockStarts[block])..<Int(blockStarts[block + 1]) {
                let record = Int(members[place])
                blocks[Int(places[record])] = UInt32(block)
                places[record] += 1
            }
        }
    }

    /// The first block in which a record of this list meets one of another's; `nil`: none.
    func firstShared(_ record: Int, _ other: BlockLists, _ otherRecord: Int) -> Int? {
        var (i, j) = (Int(starts[record]), Int(other.starts[otherRecord]))
        let (end, otherEnd) = (Int(starts[record + 1]), Int(other.starts[otherRecord + 1]))
        while i < end, j < otherEnd {
            if blocks[i] == other.blocks[j] { return Int(blocks[i]) }
            if blocks[i] < other.blocks[j] { i += 1 } else { j += 1 }
        }
        return nil
    }
}

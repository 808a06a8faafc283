internal import Domain

/// One thread's way through the pairs of chunks, streamed and never held together; keeps a block's standings side by side.
struct BlockWalk {
    private let blocking: TableBlocking
    private var filter: PairEvaluator?
    /// By slot.
    private var records: [UInt32] = [0, 0]
    private var datasets: [UInt8] = []
    private var standings = EarlierStandings()

    init(_ blocking: TableBlocking) {
        self.blocking = blocking
        filter = blocking.filters.map { PairEvaluator($0) }
    }

    /// Calls `pair` with every pair of a chunk that no earlier rule has made, once, in a fixed order.
    ///
    /// - Parameters:
    ///   - draw: which of the pairs are looked at; `nil`: all.
    ///   - take: asked to put the first `count` records at the slots from 0 on, before their pairs come.
    ///   - gathered: told of which slots most pairs come next.
    ///   - pair: slots, that of the earlier record first.
    @inline(__always)
    mutating func forEach(
        in chunk: TableBlocking.Chunk, draw: PairDraw? = nil,
        take: (_ records: [UInt32], _ count: Int) -> Void, gathered: (_ slots: Range<Int>) -> Void,
        pair: (_ left: Int, _ right: Int) -> Void
    ) {
        standings.begin(blocking, before: chunk.rule)
        if let draw { return forEach(in: chunk, drawn: draw, take, gathered, pair) }
        let rule = blocking.rules[chunk.rule]
        var block = chunk.blocks.lowerBound
        while block < chunk.blocks.upperBound {
            // Small blocks together: to fetch records is to wait, less for many at once.
            let first = block
            var slots = 0
            repeat {
                let tile = chunk.tile ?? rule.tile(of: block)
                put(tile, of: rule, at: slots)
                slots += tile.slots
                block += 1
            } while block < chunk.blocks.upperBound && slots < Self.batch
            fetch(slots, take)
            var start = 0
            for block in first..<block {
                let tile = chunk.tile ?? rule.tile(of: block)
                let end = start + tile.slots
                gathered(start..<end)
                for left in start..<start + tile.left.count {
                    for right in (tile.isTriangle ? left + 1 : start + tile.left.count)..<end
                    where isOffered(left, right, chunk.rule, block) {
                        offer(left, right, pair)
                    }
                }
                start = end
            }
        }
    }

    /// Records that are fetched together, if their blocks are smaller.
    private static let batch = 128

    /// The same of some of the pairs.
    @inline(__always)
    private mutating func forEach(
        in chunk: TableBlocking.Chunk, drawn: PairDraw, _ take: ([UInt32], Int) -> Void,
        _ gathered: (Range<Int>) -> Void, _ pair: (Int, Int) -> Void
    ) {
        var draw = drawn
        draw.begin(at: chunk.firstPair)
        var passed = chunk.firstPair
        let rule = blocking.rules[chunk.rule]
        for block in chunk.blocks {
            let tile = chunk.tile ?? rule.tile(of: block)
            let slots = tile.slots
            if draw.skips(tile.pairs, from: passed) {
                passed += tile.pairs
                continue
            }
            // Of a large block few pairs may be drawn: then only their records are fetched.
            let isSparse = draw.isSparse(tile.pairs, slots)
            if !isSparse {
                put(tile, of: rule, at: 0)
                fetch(slots, take)
                gathered(0..<slots)
            }
            for left in 0..<tile.left.count {
                let rights = tile.isTriangle ? left + 1..<slots : tile.left.count..<slots
                while let drawn = draw.next(below: passed + rights.count) {
                    var (one, other) = (left, rights.lowerBound + drawn - passed)
                    if isSparse {
                        records[0] = record(one, of: tile, rule)
                        records[1] = record(other, of: tile, rule)
                        fetch(2, take)
                        (one, other) = (0, 1)
                    }
                    if isOffered(one, other, chunk.rule, block) { offer(one, other, pair) }
                }
                passed += rights.count
            }
        }
    }

    /// The first rule that makes a pair; `nil` where none does.
    mutating func firstRule(making one: Int, _ other: Int) -> Int? {
        standings.begin(blocking, before: 0)
        (records[0], records[1]) = (UInt32(min(one, other)), UInt32(max(one, other)))
        fetch(2) { _, _ in }
        if blocking.linkType == .link, datasets[0] == datasets[1] { return nil }
        for rule in blocking.rules.indices where makes(rule, 0, 1) { return rule }
        return nil
    }

    /// Pairs of a chunk that no earlier rule has made.
    mutating func count(in chunk: TableBlocking.Chunk) -> Int {
        let rule = blocking.rules[chunk.rule]
        if chunk.rule == 0, blocking.roles[0].isPlain, blocking.linkType != .link {
            return chunk.blocks.reduce(0) { $0 + (chunk.tile ?? rule.tile(of: $1)).pairs }
        }
        var count = 0
        forEach(in: chunk, take: { _, _ in }, gathered: { _ in }, pair: { _, _ in count += 1 })
        return count
    }

    @inline(__always)
    private func offer(_ left: Int, _ right: Int, _ pair: (Int, Int) -> Void) {
        if records[left] < records[right] { pair(left, right) } else { pair(right, left) }
    }

    /// The record at a place of the tile, left ones first.
    @inline(__always)
    private func record(_ place: Int, of tile: BlockTile, _ rule: RuleBlocks) -> UInt32 {
        if place < tile.left.count { return rule.members[tile.left.lowerBound + place] }
        let place = tile.right.lowerBound + place - tile.left.count
        return rule.isSymmetric ? rule.members[place] : rule.others[place]
    }

    /// Puts the tile's records at the slots from `start` on.
    @inline(__always)
    private mutating func put(_ tile: BlockTile, of rule: RuleBlocks, at start: Int) {
        if records.count < start + tile.slots {
            records += repeatElement(0, count: max(start + tile.slots - records.count, Self.batch))
        }
        for place in 0..<tile.slots { records[start + place] = record(place, of: tile, rule) }
    }

    /// What is asked of the records of the slots below `count`.
    private mutating func fetch(_ count: Int, _ take: ([UInt32], Int) -> Void) {
        if blocking.linkType == .link {
            datasets = records[..<count].map { blocking.datasets[Int($0)] }
        }
        standings.take(records, count, of: blocking)
        filter?.take(records, count)
        take(records, count)
    }

    /// Whether a pair is this rule's, and this block's.
    @inline(__always)
    private mutating func isOffered(_ left: Int, _ right: Int, _ rule: Int, _ block: Int) -> Bool {
        if blocking.linkType == .link, datasets[left] == datasets[right] { return false }
        if standings.meet(left, right) || !standings.areAll && isMade(before: rule, left, right) {
            return false
        }
        return blocking.roles[rule].isPlain || isFirstMeeting(left, right, rule, block)
    }

    /// Whether a rule that asks for more than one block's number makes the pair before this one does.
    private mutating func isMade(before rule: Int, _ left: Int, _ right: Int) -> Bool {
        for earlier in 0..<rule where !blocking.roles[earlier].isPlain && makes(earlier, left, right) {
            return true
        }
        return false
    }

    private func share(_ column: Int, _ left: Int, _ right: Int) -> Bool {
        let own = blocking.standings[Int(records[left]) * blocking.width + column]
        return own != 0 && own == blocking.standings[Int(records[right]) * blocking.width + column]
    }

    /// Whether a rule makes the pair, in whatever block.
    private mutating func makes(_ rule: Int, _ left: Int, _ right: Int) -> Bool {
        let role = blocking.roles[rule]
        if role.column >= 0 {
            return share(Int(role.column), left, right) && passes(role, left, right)
        }
        return meeting(rule, left, right) != nil && passes(role, left, right)
            || !role.isSymmetric && meeting(rule, right, left) != nil && passes(role, right, left)
    }

    /// Whether a block of a rule that is not plain is where the pair is made first.
    private mutating func isFirstMeeting(_ left: Int, _ right: Int, _ rule: Int, _ block: Int) -> Bool {
        let role = blocking.roles[rule]
        guard records[left] != records[right],
            role.column >= 0 || meeting(rule, left, right) == block, passes(role, left, right)
        else { return false }
        // Made the other way round too, the pair is that of the earlier record's left keys.
        return role.isSymmetric || records[left] < records[right] || meeting(rule, right, left) == nil
            || !passes(role, right, left)
    }

    private func meeting(_ rule: Int, _ left: Int, _ right: Int) -> Int? {
        guard let lists = blocking.rules[rule].blocksOfRecord else { return nil }
        return lists.left.firstShared(Int(records[left]), lists.right, Int(records[right]))
    }

    /// Whether the pair meets what a rule asks beside equal texts; where the rule asks for the same texts of both sides, either
    /// way round.
    private mutating func passes(_ role: TableBlocking.Role, _ left: Int, _ right: Int) -> Bool {
        guard role.filter >= 0 else { return true }
        let place = Int(role.filter)
        return filter?.holds(place, left, right) ?? true
            || role.isSymmetric && filter?.holds(place, right, left) ?? true
    }
}

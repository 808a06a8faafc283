internal import Domain

/// One thread's way through the pairs of chunks, streamed and never held together; keeps a block's standings side by side.
struct BlockWalk {
    private let blocking: TableBlocking
    private var filter: PairEvaluator?
    /// By slot.
    private(set) var records: [UInt32] = []
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
    ///   - take: asked to put a record at a slot, before its pairs come.
    ///   - gathered: told how many slots are filled, before most pairs of them come.
    ///   - pair: slots, that of the earlier record first.
    @inline(__always)
    mutating func forEach(
        in chunk: TableBlocking.Chunk, draw: PairDraw? = nil, take: (_ record: Int, _ slot: Int) -> Void,
        gathered: (_ slots: Int) -> Void, pair: (_ left: Int, _ right: Int) -> Void
    ) {
        var draw = draw
        draw?.begin(at: chunk.firstPair)
        var passed = chunk.firstPair
        let rule = blocking.rules[chunk.rule]
        standings.begin(blocking, before: chunk.rule)
        for block in chunk.blocks {
            let tile = chunk.tile ?? rule.tile(of: block)
            if draw?.skips(tile.pairs, from: passed) ?? false {
                passed += tile.pairs
                continue
            }
            let slots = tile.left.count + (tile.isTriangle ? 0 : tile.right.count)
            makeRoom(slots)
            // Of a large block few pairs may be drawn: then only their records are fetched.
            let isSparse = draw?.isSparse(tile.pairs, slots) ?? false
            if !isSparse {
                for slot in 0..<slots { put(tile, of: rule, place: slot, at: slot, take) }
                gathered(slots)
            }
            for left in 0..<tile.left.count {
                let rights = tile.isTriangle ? left + 1..<slots : tile.left.count..<slots
                if draw == nil {
                    for right in rights where isOffered(left, right, chunk.rule, block) {
                        offer(left, right, pair)
                    }
                } else {
                    while let drawn = draw?.next(below: passed + rights.count) {
                        var (one, other) = (left, rights.lowerBound + drawn - passed)
                        if isSparse {
                            put(tile, of: rule, place: one, at: 0, take)
                            put(tile, of: rule, place: other, at: 1, take)
                            (one, other) = (0, 1)
                        }
                        if isOffered(one, other, chunk.rule, block) { offer(one, other, pair) }
                    }
                    passed += rights.count
                }
            }
        }
    }

    /// The first rule that makes a pair; `nil` where none does.
    mutating func firstRule(making one: Int, _ other: Int) -> Int? {
        makeRoom(2)
        standings.begin(blocking, before: 0)
        put(UInt32(min(one, other)), at: 0)
        put(UInt32(max(one, other)), at: 1)
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

    private mutating func makeRoom(_ slots: Int) {
        guard records.count < max(slots, 2) else { return }
        records = Array(repeating: 0, count: max(slots, 2))
        datasets = Array(repeating: 0, count: records.count)
        standings.makeRoom(records.count)
    }

    /// Puts the record at a place of the tile, left ones first, at a slot.
    @inline(__always)
    private mutating func put(
        _ tile: BlockTile, of rule: RuleBlocks, place: Int, at slot: Int, _ take: (Int, Int) -> Void
    ) {
        let record: UInt32
        if place < tile.left.count {
            record = rule.members[tile.left.lowerBound + place]
        } else {
            let place = tile.right.lowerBound + place - tile.left.count
            record =
                rule.isSymmetric ? rule.members[place] : rule.others[place]
        }
        put(record, at: slot)
        take(Int(record), slot)
    }

    @inline(__always)
    private mutating func put(_ record: UInt32, at slot: Int) {
        records[slot] = record
        if blocking.linkType == .link { datasets[slot] = blocking.datasets[Int(record)] }
        standings.put(Int(record), at: slot, of: blocking)
        filter?.take(Int(record), at: slot)
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

/// Draws about so many pairs by their numbers, evenly spread: each stretch of `step` pairs gives one, hashed from a seed.
struct PairDraw {
    private let step: Double
    private let seed: UInt64
    private var number = 0
    private var position = 0

    /// `nil` where all are wanted.
    init?(_ wanted: Int, of pairs: Int, seed: UInt64) {
        guard pairs > wanted, wanted > 0 else { return nil }
        step = Double(pairs) / Double(wanted)
        self.seed = seed
    }

    mutating func begin(at pair: Int) {
        number = Int(Double(pair) / step)
        place()
        while position < pair { advance() }
    }

    func skips(_ pairs: Int, from pair: Int) -> Bool { position >= pair + pairs }

    /// Whether fewer records are drawn of so many pairs than they are pairs of.
    func isSparse(_ pairs: Int, _ records: Int) -> Bool { Double(pairs) / step * 2 < Double(records) }

    /// The next pair drawn, if it is below `end`.
    mutating func next(below end: Int) -> Int? {
        guard position < end else { return nil }
        defer { advance() }
        return position
    }

    private mutating func advance() {
        number += 1
        place()
    }

    private mutating func place() {
        let share = Double(mix(mix(seed) &+ UInt64(number)) >> 11) * 0x1p-53
        position = Int((Double(number) + share) * step)
    }
}

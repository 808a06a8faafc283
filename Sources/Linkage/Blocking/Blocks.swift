/// The blocks of one blocking rule over all records.
struct Blocks: Sendable {
    /// One record in one block.
    struct Entry: Sendable {
        var key: UInt64
        var record: UInt32
        /// Which part of a split block; 0: unsplit, or without the splitting key and so compared with every part.
        var part: UInt32 = 0
    }

    /// One record's standing in one block, as the "who made this pair first" test needs it.
    struct Standing: Sendable {
        var block: UInt32
        var part: UInt32
    }

    /// Entries block by block, inside a block by part, then by record.
    private(set) var entries: [Entry] = []
    /// Each block's entries; only blocks of two records or more.
    private(set) var blocks: [Range<Int>] = []
    private(set) var report: BlockingReport
    /// The blocks that are split, by their place in `blocks`, and by which of the model's keys.
    private(set) var splits: [(block: Int, by: Int)] = []
    private var standings: [Standing] = []
    private var starts: [Int]

    init(_ rule: BlockingRule, keys: KeyValues, count: Int, blocking: LinkageModel.Blocking) {
        report = BlockingReport(rule: rule.name, title: rule.title)
        starts = []
        for record in 0..<count {
            keys.combined(rule.keys, of: record) { key in
                entries.append(Entry(key: key, record: UInt32(record)))
            }
        }
        entries = Self.sorted(entries)
        var first = 0
        while first < entries.count {
            var end = first + 1
            while end < entries.count, entries[end].key == entries[first].key { end += 1 }
            if end - first > 1 { add(first..<end, keys: keys, blocking: blocking) }
            first = end
        }
        index(count: count)
    }

    /// By key, then by record, in which order they come: keys are hashes, so they fall evenly into as many heaps as there are
    /// entries, by their upper bits.
    private static func sorted(_ entries: [Entry]) -> [Entry] {
        let bits = UInt64(max(1, Int.bitWidth - entries.count.leadingZeroBitCount))
        var starts = [Int](repeating: 0, count: (1 << Int(bits)) + 1)
        for entry in entries { starts[Int(entry.key >> (64 - bits)) + 1] += 1 }
        for heap in 1..<starts.count { starts[heap] += starts[heap - 1] }
        var next = starts
        var sorted = [Entry](repeating: Entry(key: 0, record: 0), count: entries.count)
        for entry in entries {
            let heap = Int(entry.key >> (64 - bits))
            sorted[next[heap]] = entry
            next[heap] += 1
        }
        for heap in 0..<starts.count - 1 {
            let range = starts[heap]..<starts[heap + 1]
            if range.dropFirst().contains(where: { sorted[$0].key < sorted[$0 - 1].key }) {
                sorted[range].sort { ($0.key, $0.record) < ($1.key, $1.record) }
            }
        }
        return sorted
    }

    /// Whether two blocks' parts are compared with each other.
    static func areCompared(_ a: UInt32, _ b: UInt32) -> Bool { a == b || a == 0 || b == 0 }

    /// The first block in which this rule makes the pair; `nil` if it does not.
    func first(_ i: Int, _ j: Int) -> UInt32? {
        var (a, b) = (starts[i], starts[j])
        while a < starts[i + 1], b < starts[j + 1] {
            let (left, right) = (standings[a], standings[b])
            if left.block == right.block {
                if Self.areCompared(left.part, right.part) { return left.block }
                a += 1
                b += 1
            } else if left.block < right.block {
                a += 1
            } else {
                b += 1
            }
        }
        return nil
    }

    private mutating func add(_ range: Range<Int>, keys: KeyValues, blocking: LinkageModel.Blocking) {
        report.blocks += 1
        report.ownPairs += range.count * (range.count - 1) / 2
        report.largestBlock = max(report.largestBlock, range.count)
        blocks.append(range)
        guard range.count > blocking.limit else { return }
        // The first split that brings the largest part under the limit, else the one that comes nearest.
        var best: (parts: [UInt32], largest: Int) = (Array(repeating: 0, count: range.count), range.count)
        var chosen: Int?
        for (number, split) in blocking.splits.enumerated() where best.largest > blocking.limit {
            let parts = Self.parts(of: entries[range], by: split, keys: keys)
            let largest = Self.largest(parts)
            if largest < best.largest { (best, chosen) = ((parts, largest), number) }
        }
        if let chosen { splits.append((blocks.count - 1, chosen)) }
        for (entry, part) in zip(range, best.parts) { entries[entry].part = part }
        entries[range].sort { ($0.part, $0.record) < ($1.part, $1.record) }
        if best.largest > blocking.limit { report.oversizedBlocks += 1 }
        if best.largest < range.count { report.splitBlocks += 1 }
        let separated = Self.separated(best.parts)
        report.separatedPairs += separated
        report.ownPairs -= separated
    }

    /// Numbers the values of a splitting key from 1, in order of first record; 0 where a record has none or several.
    private static func parts(
        of entries: ArraySlice<Entry>, by split: [BlockingKey], keys: KeyValues
    ) -> [UInt32] {
        var numbers: [UInt64: UInt32] = [:]
        return entries.map { entry in
            var (value, count) = (UInt64(0), 0)
            keys.combined(split, of: Int(entry.record)) {
                value = $0
                count += 1
            }
            guard count == 1 else { return 0 }
            if let known = numbers[value] { return known }
            let number = UInt32(numbers.count + 1)
            numbers[value] = number
            return number
        }
    }

    private static func sizes(_ parts: [UInt32]) -> [UInt32: Int] {
        parts.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    /// Records of the largest part, with those that stand in every part.
    private static func largest(_ parts: [UInt32]) -> Int {
        let sizes = sizes(parts)
        let everywhere = sizes[0] ?? 0
        return everywhere + (sizes.filter { $0.key != 0 }.values.max() ?? 0)
    }

    private static func separated(_ parts: [UInt32]) -> Int {
        let sizes = sizes(parts)
        let named = sizes.filter { $0.key != 0 }.values
        let total = named.reduce(0, +)
        return total * (total - 1) / 2 - named.reduce(0) { $0 + $1 * ($1 - 1) / 2 }
    }

    /// Turns the blocks round: for each record its blocks in ascending order.
    private mutating func index(count: Int) {
        var counts = [Int](repeating: 0, count: count + 1)
        for block in blocks {
            for entry in block { counts[Int(entries[entry].record) + 1] += 1 }
        }
        for record in 0..<count { counts[record + 1] += counts[record] }
        starts = counts
        standings = Array(repeating: Standing(block: 0, part: 0), count: counts[count])
        for (number, block) in blocks.enumerated() {
            for entry in entries[block] {
                standings[counts[Int(entry.record)]] = Standing(block: UInt32(number), part: entry.part)
                counts[Int(entry.record)] += 1
            }
        }
    }
}

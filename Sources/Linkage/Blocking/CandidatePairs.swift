/// The candidate pairs of all blocking rules, streamed block by block and never held together.
///
/// A pair belongs to the first rule that makes it, and there to the first block, so each is made exactly once; pairs of
/// one exclusion group (spine with spine, two rows of a `unique` source) are never made.
struct CandidatePairs: Sendable {
    /// A stretch of one rule's blocks: the unit of work of a thread.
    struct Chunk: Sendable {
        let rule: Int
        let blocks: Range<Int>
    }

    let rules: [Blocks]
    let chunks: [Chunk]
    private let exclusion: [UInt16]

    init(_ columns: RecordColumns, blocking: LinkageModel.Blocking, workers: Workers) {
        let keys = KeyValues(columns)
        let rules = workers.map(blocking.rules.count) { rule in
            Blocks(blocking.rules[rule], keys: keys, count: columns.count, blocking: blocking)
        }
        self.rules = rules
        exclusion = columns.exclusion
        chunks = rules.indices.flatMap { Self.chunks(of: rules[$0], rule: $0) }
    }

    /// Cuts a rule's blocks into stretches of about equal work, independent of the number of threads.
    private static func chunks(of rule: Blocks, rule index: Int) -> [Chunk] {
        var chunks: [Chunk] = []
        var (first, work) = (0, 0)
        for (number, block) in rule.blocks.enumerated() {
            work += block.count * (block.count - 1) / 2
            if work >= 100_000 || number == rule.blocks.count - 1 {
                chunks.append(Chunk(rule: index, blocks: first..<number + 1))
                (first, work) = (number + 1, 0)
            }
        }
        return chunks
    }

    /// Calls `body` with every pair of a chunk that has a new record, the smaller record first, in a fixed order.
    ///
    /// - Parameter isNew: by record; where all are new, every pair comes.
    func forEach(in chunk: Chunk, isNew: [Bool], _ body: (Int, Int) -> Void) {
        let rule = rules[chunk.rule]
        for block in chunk.blocks {
            let entries = rule.blocks[block]
            let new = entries.filter { isNew[Int(rule.entries[$0].record)] }
            // The first of them behind `left`.
            var next = 0
            for left in entries where next < new.count {
                let a = rule.entries[left]
                // Parts ascend: once past the own part nothing more is compared.
                if new[next] == left {
                    next += 1
                    for right in left + 1..<entries.upperBound {
                        guard compare(a, rule.entries[right], in: block, of: chunk.rule, body) else { break }
                    }
                } else {
                    for right in new[next...] {
                        guard compare(a, rule.entries[right], in: block, of: chunk.rule, body) else { break }
                    }
                }
            }
        }
    }

    /// Calls `body` with two entries of a block unless another block makes their pair, or none may.
    ///
    /// - Returns: whether the two parts are compared.
    private func compare(
        _ a: Blocks.Entry, _ b: Blocks.Entry, in block: Int, of rule: Int, _ body: (Int, Int) -> Void
    ) -> Bool {
        guard Blocks.areCompared(a.part, b.part) else { return false }
        let (i, j) = (Int(min(a.record, b.record)), Int(max(a.record, b.record)))
        if exclusion[i] == 0 || exclusion[i] != exclusion[j], belongs(i, j, to: UInt32(block), of: rule) {
            body(i, j)
        }
        return true
    }

    private func belongs(_ i: Int, _ j: Int, to block: UInt32, of rule: Int) -> Bool {
        for earlier in 0..<rule where rules[earlier].first(i, j) != nil { return false }
        return rules[rule].first(i, j) == block
    }
}

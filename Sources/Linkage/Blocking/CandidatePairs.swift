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

    /// Calls `body` with every pair of a chunk, the smaller record first, in a fixed order.
    ///
    /// - Returns: the pairs that the chunk's blocks make, also those that belong to an earlier rule.
    @discardableResult
    func forEach(in chunk: Chunk, _ body: (Int, Int) -> Void) -> Int {
        let rule = rules[chunk.rule]
        var own = 0
        for block in chunk.blocks {
            let entries = rule.blocks[block]
            for left in entries {
                let a = rule.entries[left]
                for right in left + 1..<entries.upperBound {
                    let b = rule.entries[right]
                    // Parts ascend: once past the own part nothing more is compared.
                    if !Blocks.areCompared(a.part, b.part) { break }
                    let (i, j) = (Int(min(a.record, b.record)), Int(max(a.record, b.record)))
                    if exclusion[i] != 0, exclusion[i] == exclusion[j] { continue }
                    guard rule.first(i, j) == UInt32(block) else { continue }
                    own += 1
                    if !isMade(i, j, before: chunk.rule) { body(i, j) }
                }
            }
        }
        return own
    }

    private func isMade(_ i: Int, _ j: Int, before rule: Int) -> Bool {
        for earlier in 0..<rule where rules[earlier].first(i, j) != nil { return true }
        return false
    }
}

/// Proofs over the tree of RFC 6962 §2.1, as runs of leaves whose hashes they give: the trail passes by once, and nothing of it
/// has to be kept.
package enum MerkleProof {
    /// What proves that `events` stand in the tree of `size` leaves: the largest subtrees beside them, from left to right. Of one
    /// event these are its audit path (§2.1.1).
    ///
    /// - Precondition: `events` is not empty and lies in `0..<size`.
    package static func ranges(around events: Range<Int>, size: Int) -> [Range<Int>] {
        precondition(!events.isEmpty && events.lowerBound >= 0 && events.upperBound <= size)
        return beside(events, in: 0..<size)
    }

    /// What proves that the tree of `old` leaves grew into the one of `new` (§2.1.2), in the order of RFC 6962.
    ///
    /// - Precondition: `1...new` contains `old`.
    package static func ranges(from old: Int, to new: Int) -> [Range<Int>] {
        precondition((1...max(1, new)).contains(old))
        return grown(old, in: 0..<new, isWhole: true)
    }

    /// The hash of the tree of `size` leaves in which `leaves` stand from `first` on; `nil` where `hashes` are not as many as
    /// such a proof has.
    package static func root(
        of leaves: [[UInt8]], from first: Int, size: Int, hashes: [[UInt8]]
    ) -> [UInt8]? {
        guard !leaves.isEmpty, first >= 0, size - first >= leaves.count else { return nil }
        let events = first..<first + leaves.count
        var rest = hashes[...]
        func hash(_ range: Range<Int>) -> [UInt8]? {
            if !range.overlaps(events) { return rest.popFirst() }
            if range.count == 1 { return leaves[range.lowerBound - first] }
            let middle = range.lowerBound + split(range.count)
            guard let left = hash(range.lowerBound..<middle), let right = hash(middle..<range.upperBound)
            else { return nil }
            return MerkleHash.node(left, right)
        }
        let root = hash(0..<size)
        return rest.isEmpty ? root : nil
    }

    private static func beside(_ events: Range<Int>, in range: Range<Int>) -> [Range<Int>] {
        if !range.overlaps(events) { return [range] }
        // Whole subtrees of the events themselves are made of the events.
        if events.lowerBound <= range.lowerBound && range.upperBound <= events.upperBound { return [] }
        let middle = range.lowerBound + split(range.count)
        return beside(events, in: range.lowerBound..<middle) + beside(events, in: middle..<range.upperBound)
    }

    private static func grown(_ old: Int, in range: Range<Int>, isWhole: Bool) -> [Range<Int>] {
        if old == range.upperBound { return isWhole ? [] : [range] }
        let middle = range.lowerBound + split(range.count)
        let (left, right) = (range.lowerBound..<middle, middle..<range.upperBound)
        return old <= middle
            ? grown(old, in: left, isWhole: isWhole) + [right]
            : grown(old, in: right, isWhole: false) + [left]
    }
}

/// The largest power of two below `count`, for `count` of 2 or more.
private func split(_ count: Int) -> Int { 1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount) }

/// The hashes of runs of leaves, made while the leaves pass by in order.
package struct RunHashes: Sendable {
    /// The wanted runs from left to right, each with its place among the hashes.
    private let runs: [(range: Range<Int>, place: Int)]
    private var next = 0
    private var position = 0
    private var current = CompactRange()
    /// In the order in which the runs were asked for.
    package private(set) var hashes: [[UInt8]]

    /// - Parameter ranges: disjoint, in any order, none empty.
    package init(_ ranges: [Range<Int>]) {
        runs = ranges.enumerated().map { ($0.element, $0.offset) }
            .sorted { $0.range.lowerBound < $1.range.lowerBound }
        hashes = Array(repeating: MerkleHash.empty, count: ranges.count)
    }

    package mutating func add(leaf: [UInt8]) {
        defer { position += 1 }
        guard next < runs.count, runs[next].range.contains(position) else { return }
        current.append(leaf: leaf)
        guard position + 1 == runs[next].range.upperBound else { return }
        hashes[runs[next].place] = current.root
        current = CompactRange()
        next += 1
    }
}

/// Whether `proof` shows that the tree with `newRoot` grew out of the one with `oldRoot` (RFC 9162 §2.1.4.2).
package func verifyConsistency(
    oldSize: Int, oldRoot: [UInt8], newSize: Int, newRoot: [UInt8], proof: [[UInt8]]
) -> Bool {
    guard oldSize > 0, oldSize <= newSize else { return false }
    guard oldSize < newSize else { return proof.isEmpty && oldRoot == newRoot }
    // A perfect old tree is its own first step; the proof leaves it out.
    var rest = (oldSize.nonzeroBitCount == 1 ? [oldRoot] : [])[...] + proof
    guard let first = rest.popFirst() else { return false }
    var (node, last) = (oldSize - 1, newSize - 1)
    while node & 1 == 1 {
        node >>= 1
        last >>= 1
    }
    var (old, new) = (first, first)
    for sibling in rest {
        guard last > 0 else { return false }
        if node & 1 == 1 || node == last {
            old = MerkleHash.node(sibling, old)
            new = MerkleHash.node(sibling, new)
            while node & 1 == 0, node > 0 {
                node >>= 1
                last >>= 1
            }
        } else {
            new = MerkleHash.node(new, sibling)
        }
        node >>= 1
        last >>= 1
    }
    return last == 0 && old == oldRoot && new == newRoot
}

/// A Merkle tree with all its leaf hashes, for proofs and for checking the whole trail (RFC 6962 §2.1).
package struct MerkleTree: Sendable {
    package let leaves: [[UInt8]]

    package init(leaves: [[UInt8]]) { self.leaves = leaves }

    /// Hash of the first `size` leaves.
    ///
    /// - Precondition: `size` is in `0...leaves.count`.
    package func root(size: Int) -> [UInt8] { hash(0..<size) }

    /// The audit path of leaf `index` in the tree of the first `size` leaves, lowest first (§2.1.1).
    package func inclusionProof(index: Int, size: Int) -> [[UInt8]] {
        precondition((0..<size).contains(index) && size <= leaves.count)
        return path(index, in: 0..<size)
    }

    /// Proof that the tree of `old` leaves is a prefix of the tree of `new` leaves (§2.1.2).
    package func consistencyProof(from old: Int, to new: Int) -> [[UInt8]] {
        precondition((1...max(1, new)).contains(old) && new <= leaves.count)
        return subproof(old, in: 0..<new, isWhole: true)
    }

    private func hash(_ range: Range<Int>) -> [UInt8] {
        switch range.count {
        case 0: return MerkleHash.empty
        case 1: return leaves[range.lowerBound]
        default:
            let middle = range.lowerBound + split(range.count)
            return MerkleHash.node(hash(range.lowerBound..<middle), hash(middle..<range.upperBound))
        }
    }

    private func path(_ index: Int, in range: Range<Int>) -> [[UInt8]] {
        guard range.count > 1 else { return [] }
        let middle = range.lowerBound + split(range.count)
        let (left, right) = (range.lowerBound..<middle, middle..<range.upperBound)
        return index < middle ? path(index, in: left) + [hash(right)] : path(index, in: right) + [hash(left)]
    }

    private func subproof(_ old: Int, in range: Range<Int>, isWhole: Bool) -> [[UInt8]] {
        if old == range.upperBound { return isWhole ? [] : [hash(range)] }
        let middle = range.lowerBound + split(range.count)
        let (left, right) = (range.lowerBound..<middle, middle..<range.upperBound)
        return old <= middle
            ? subproof(old, in: left, isWhole: isWhole) + [hash(right)]
            : subproof(old, in: right, isWhole: false) + [hash(left)]
    }
}

/// The largest power of two below `count`, for `count` of 2 or more.
private func split(_ count: Int) -> Int { 1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount) }

/// Whether `proof` shows that the leaf stands at `index` of the tree with `root` (RFC 9162 §2.1.3.2).
package func verifyInclusion(leaf: [UInt8], index: Int, size: Int, proof: [[UInt8]], root: [UInt8]) -> Bool {
    guard index >= 0, index < size else { return false }
    var (node, last, hash) = (index, size - 1, leaf)
    for sibling in proof {
        guard last > 0 else { return false }
        if node & 1 == 1 || node == last {
            hash = MerkleHash.node(sibling, hash)
            while node & 1 == 0, node > 0 {
                node >>= 1
                last >>= 1
            }
        } else {
            hash = MerkleHash.node(hash, sibling)
        }
        node >>= 1
        last >>= 1
    }
    return last == 0 && hash == root
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

/// A Merkle tree as far as appending needs it: the hashes of its perfect subtrees, largest first.
///
/// Appending and the tree hash cost O(log n); a tree of `size` leaves keeps as many hashes as `size` has one bits.
package struct CompactRange: Sendable, Hashable {
    package private(set) var size: Int
    package private(set) var hashes: [[UInt8]]

    package init() {
        size = 0
        hashes = []
    }

    /// As stored; `nil` unless the number of hashes fits the size.
    package init?(size: Int, hashes: [[UInt8]]) {
        guard size >= 0, hashes.count == size.nonzeroBitCount,
            hashes.allSatisfy({ $0.count == MerkleHash.length })
        else { return nil }
        self.size = size
        self.hashes = hashes
    }

    package mutating func append(leaf: [UInt8]) {
        var hash = leaf
        // Each one bit at the low end is a perfect subtree that the new leaf completes to one of double the size.
        for _ in 0..<(~size).trailingZeroBitCount {
            hash = MerkleHash.node(hashes.removeLast(), hash)
        }
        hashes.append(hash)
        size += 1
    }

    /// The tree hash (RFC 6962 §2.1).
    package var root: [UInt8] {
        guard var hash = hashes.last else { return MerkleHash.empty }
        for left in hashes.dropLast().reversed() { hash = MerkleHash.node(left, hash) }
        return hash
    }
}

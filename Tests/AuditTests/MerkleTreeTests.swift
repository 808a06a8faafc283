import Domain
import TestSupport
import Testing

@testable import Audit

/// The leaves and tree hashes that Certificate Transparency's implementations share as test vectors for RFC 6962.
private let knownLeaves: [[UInt8]] = [
    [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43], Array(0x50...0x57),
    Array(0x60...0x6F),
]
private let knownRoots = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

private func hex(_ bytes: [UInt8]) -> String {
    bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
}

private func leaves(_ count: Int) -> [[UInt8]] {
    var generator = SeededGenerator(seed: testSeed)
    return (0..<count).map { _ in
        let length = Int.random(in: 0...9, using: &generator)
        return MerkleHash.leaf((0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }
}

/// The definition of RFC 6962 §2.1, word for word: the naive twin.
private func naiveRoot(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
    guard leaves.count > 1 else { return leaves.first ?? MerkleHash.empty }
    var k = 1
    while k * 2 < leaves.count { k *= 2 }
    return MerkleHash.node(naiveRoot(leaves.prefix(k)), naiveRoot(leaves.dropFirst(k)))
}

@Test("The known vectors of RFC 6962 come out", arguments: 0...8)
func knownVectors(size: Int) {
    var range = CompactRange()
    for leaf in knownLeaves.prefix(size) { range.append(leaf: MerkleHash.leaf(leaf)) }
    #expect(hex(range.root) == knownRoots[size])
    #expect(hex(naiveRoot(knownLeaves.map(MerkleHash.leaf).prefix(size))) == knownRoots[size])
}

@Test func compactRangeEqualsTheNaiveTreeAtEverySize() throws {
    let all = leaves(130)
    var range = CompactRange()
    for size in 0...all.count {
        #expect(range.root == naiveRoot(all.prefix(size)), "seed \(testSeed) size \(size)")
        #expect(range.hashes.count == size.nonzeroBitCount)
        #expect(CompactRange(size: range.size, hashes: range.hashes) == range)
        if size < all.count { range.append(leaf: all[size]) }
    }
    #expect(CompactRange(size: 3, hashes: [all[0]]) == nil)
}

/// The hashes that a proof asks for, each reckoned by itself.
private func naiveHashes(_ ranges: [Range<Int>], _ leaves: [[UInt8]]) -> [[UInt8]] {
    ranges.map { naiveRoot(leaves[$0]) }
}

/// The same in one pass over the leaves.
private func streamed(_ ranges: [Range<Int>], _ leaves: [[UInt8]]) -> [[UInt8]] {
    var hashes = RunHashes(ranges)
    for leaf in leaves { hashes.add(leaf: leaf) }
    return hashes.hashes
}

@Test func everyRunOfEventsIsProvedAndNoOtherPasses() {
    let all = leaves(20)
    for size in 1...all.count {
        let root = naiveRoot(all.prefix(size))
        for first in 0..<size {
            for end in first + 1...size {
                let ranges = MerkleProof.ranges(around: first..<end, size: size)
                let hashes = streamed(ranges, all)
                #expect(hashes == naiveHashes(ranges, all), "seed \(testSeed) \(first)..<\(end) of \(size)")
                let events = Array(all[first..<end])
                func made(_ events: [[UInt8]], _ first: Int, _ hashes: [[UInt8]]) -> [UInt8]? {
                    MerkleProof.root(of: events, from: first, size: size, hashes: hashes)
                }
                #expect(made(events, first, hashes) == root)
                #expect(made(events.dropLast() + [MerkleHash.leaf([1, 2, 3])], first, hashes) != root)
                #expect(made(events, first, hashes + [root]) == nil)
                #expect(made(events + [MerkleHash.leaf([4])], first, hashes) != root)
                if !hashes.isEmpty { #expect(made(events, first, hashes.dropLast()) == nil) }
                if events.count > 1, events.first != events.last {
                    #expect(made(events.reversed(), first, hashes) != root)
                }
            }
        }
    }
}

@Test func aSingleEventsProofIsItsAuditPath() {
    // RFC 6962 §2.1.3: the paths of d0, d3, d4 and d6 in a tree of seven, here from left to right.
    let ranges = [0, 3, 4, 6].map { MerkleProof.ranges(around: $0..<$0 + 1, size: 7) }
    #expect(ranges[0] == [1..<2, 2..<4, 4..<7])
    #expect(ranges[1] == [0..<2, 2..<3, 4..<7])
    #expect(ranges[2] == [0..<4, 5..<6, 6..<7])
    #expect(ranges[3] == [0..<4, 4..<6])
}

@Test func everyConsistencyProofHoldsAndNoRewrittenPastPasses() {
    let all = leaves(33)
    for new in 1...all.count {
        for old in 1...new {
            let proof = streamed(MerkleProof.ranges(from: old, to: new), all)
            func holds(oldRoot: [UInt8], newRoot: [UInt8]) -> Bool {
                verifyConsistency(
                    oldSize: old, oldRoot: oldRoot, newSize: new, newRoot: newRoot, proof: proof)
            }
            let (oldRoot, newRoot) = (naiveRoot(all.prefix(old)), naiveRoot(all.prefix(new)))
            #expect(holds(oldRoot: oldRoot, newRoot: newRoot), "seed \(testSeed) \(old) to \(new)")
            var rewritten = all
            rewritten[0] = MerkleHash.leaf([9])
            #expect(!holds(oldRoot: oldRoot, newRoot: naiveRoot(rewritten.prefix(new))))
            #expect(!holds(oldRoot: naiveRoot(rewritten.prefix(old)), newRoot: newRoot))
        }
    }
}

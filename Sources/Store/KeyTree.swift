internal import CSodium
internal import Domain

/// A key for every name out of one secret, and any of them can be taken away for good.
///
/// A puncturable tree (Goldreich, Goldwasser, Micali 1986; Boneh, Waters 2013): each of 64 branches of a node is HChaCha20
/// of the node's seed, the subkey derivation of XChaCha20 itself. A name's hash is its way down; what is held at first is
/// the root alone. To take a name's key away, the nodes above it give way to the branches beside the way: all other keys are
/// what they were, and nothing that is left leads to this one.
///
/// Sendable without a lock: nothing changes after `init`.
struct KeyTree: Sendable {
    /// Branches of a way, six bits each; below the last one the whole hash decides. Two names share such a way in one of 2^48
    /// cases. Fewer and wider levels would make a key cheaper, and what takes it away larger.
    static let depth = 8
    static let seedLength = 32
    private static let branches: UInt64 = 64

    /// A place in the tree: how deep, and the digits down to it.
    struct Node: Hashable, Comparable {
        let depth: Int
        let digits: UInt64

        func branch(_ digit: UInt64) -> Node { Node(depth: depth + 1, digits: digits << 6 | digit) }

        static func < (one: Node, other: Node) -> Bool {
            (one.depth, one.digits) < (other.depth, other.digits)
        }
    }

    /// In the order of the nodes; their places in `seeds`.
    private let places: [Node: Int]
    private let seeds: GuardedBytes

    /// The tree that everything is in.
    static func random() throws -> KeyTree {
        try KeyTree([(Node(depth: 0, digits: 0), randomBytes(seedLength))])
    }

    private init(_ held: [(node: Node, seed: [UInt8])]) throws {
        let held = held.sorted { $0.node < $1.node }
        places = Dictionary(uniqueKeysWithValues: held.enumerated().map { ($1.node, $0 * Self.seedLength) })
        var bytes = held.flatMap(\.seed)
        defer { sodium_memzero(&bytes, bytes.count) }
        seeds = try GuardedBytes(bytes)
    }

    /// Calls `body` with the 32 bytes of a name's key, which are wiped behind it.
    ///
    /// - Returns: `nil` where the key was taken away.
    func withKey<Result>(of name: String, _ body: (UnsafePointer<UInt8>) throws -> Result) rethrows -> Result?
    {
        let hash = Self.hash(of: name)
        guard var node = held(above: hash), let place = places[node] else { return nil }
        return try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.seedLength + 16) { buffer in
            guard let seed = buffer.baseAddress else { return nil }
            let branch = seed + Self.seedLength
            branch.initialize(repeating: 0, count: 16)
            defer { sodium_memzero(seed, Self.seedLength) }
            seeds.withBytes { seed.update(from: $0 + place, count: Self.seedLength) }
            while node.depth < Self.depth {
                node = node.branch(Self.digit(node.depth, of: hash))
                Self.step(seed, to: node, by: branch, into: seed)
            }
            // Below the last node there are no branches, but the whole hash.
            _ = crypto_core_hchacha20(seed, hash, seed, nil)
            return try body(UnsafePointer(seed))
        }
    }

    /// Whether there is a key for the name.
    func holds(_ name: String) -> Bool { held(above: Self.hash(of: name)) != nil }

    /// The tree without the keys of some names.
    func without(_ names: [String]) throws -> KeyTree {
        var held = places.reduce(into: [Node: [UInt8]]()) { held, entry in
            held[entry.key] = seeds.withBytes {
                Array(UnsafeBufferPointer(start: $0 + entry.value, count: Self.seedLength))
            }
        }
        for name in names {
            let hash = Self.hash(of: name)
            guard var node = Self.way(of: hash).first(where: { held[$0] != nil }),
                var seed = held.removeValue(forKey: node)
            else { continue }
            while node.depth < Self.depth {
                var next = seed
                let own = Self.digit(node.depth, of: hash)
                for digit in 0..<Self.branches {
                    var branch = [UInt8](repeating: 0, count: Self.seedLength)
                    var place = [UInt8](repeating: 0, count: 16)
                    Self.step(seed, to: node.branch(digit), by: &place, into: &branch)
                    if digit == own { next = branch } else { held[node.branch(digit)] = branch }
                }
                (node, seed) = (node.branch(own), next)
            }
        }
        return try KeyTree(held.map { ($0.key, $0.value) })
    }

    /// How many nodes are held: one, and some 400 for each key that was taken away.
    var count: Int { places.count }

    func write(to writer: inout ByteWriter) {
        writer.put(all: places.keys.sorted()) { writer, node in
            writer.put(node.depth)
            writer.put(Int(node.digits))
            writer.put(
                seeds.withBytes {
                    Array(UnsafeBufferPointer(start: $0 + (places[node] ?? 0), count: Self.seedLength))
                })
        }
    }

    init(from reader: inout ByteReader) throws {
        let held = try reader.all { reader in
            let (depth, digits) = (try reader.int(), try reader.int())
            let seed = try reader.blob()
            guard (0...Self.depth).contains(depth), digits >= 0, digits >> (6 * depth) == 0,
                seed.count == Self.seedLength
            else { throw ByteReader.damaged }
            return (Node(depth: depth, digits: UInt64(digits)), seed)
        }
        guard Set(held.map(\.0)).count == held.count, !held.isEmpty else { throw ByteReader.damaged }
        try self.init(held)
    }

    /// 128 bits of BLAKE2b; the names are opaque or random themselves, so it takes no key.
    private static func hash(of name: String) -> [UInt8] {
        var (name, hash) = (name, [UInt8](repeating: 0, count: 16))
        name.withUTF8 { _ = crypto_generichash(&hash, hash.count, $0.baseAddress, UInt64($0.count), nil, 0) }
        return hash
    }

    private static func digit(_ depth: Int, of hash: [UInt8]) -> UInt64 {
        // Three bytes are four branches.
        let three = depth / 4 * 3
        let bits = UInt64(hash[three]) << 16 | UInt64(hash[three + 1]) << 8 | UInt64(hash[three + 2])
        return bits >> UInt64(18 - depth % 4 * 6) & (branches - 1)
    }

    /// From the root down.
    private static func way(of hash: [UInt8]) -> some Sequence<Node> {
        sequence(first: Node(depth: 0, digits: 0)) { node in
            node.depth < depth ? node.branch(digit(node.depth, of: hash)) : nil
        }
    }

    private func held(above hash: [UInt8]) -> Node? { Self.way(of: hash).first { places[$0] != nil } }

    /// The seed of a branch from the one above it; `from` and `into` may be the same.
    ///
    /// - Parameter place: 16 zeros to write the branch in.
    private static func step(
        _ from: UnsafePointer<UInt8>, to node: Node, by place: UnsafeMutablePointer<UInt8>,
        into seed: UnsafeMutablePointer<UInt8>
    ) {
        place[0] = UInt8(truncatingIfNeeded: node.digits & (branches - 1))
        place[1] = UInt8(truncatingIfNeeded: node.depth)
        _ = crypto_core_hchacha20(seed, place, from, nil)
    }
}

/// Secret bytes in guarded memory: not swapped, wiped when freed.
///
/// Sendable without a lock: the memory is read-only after `init`.
final class GuardedBytes: @unchecked Sendable {
    private let memory: UnsafeMutableRawPointer
    let count: Int

    init(_ bytes: [UInt8]) throws {
        guard sodiumIsReady, let memory = sodium_malloc(bytes.count) else {
            throw Self.noMemory
        }
        memory.copyMemory(from: bytes, byteCount: bytes.count)
        sodium_mprotect_readonly(memory)
        self.memory = memory
        count = bytes.count
    }

    deinit { sodium_free(memory) }

    static let noMemory = Fault(
        .inputOutput, code: "keys.memory", message: "鍵のための保護されたメモリを確保できません。",
        fix: "メモリの空きを確認してください。")

    func withBytes<Result>(_ body: (UnsafePointer<UInt8>) throws -> Result) rethrows -> Result {
        try body(UnsafePointer(memory.assumingMemoryBound(to: UInt8.self)))
    }
}

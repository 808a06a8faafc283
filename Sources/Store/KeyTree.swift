internal import CSodium
internal import Domain

/// A key for every name out of one secret, and any of them can be taken away for good.
///
/// A puncturable tree (Goldreich, Goldwasser, Micali 1986; Boneh, Waters 2013): each of 64 branches of a node is a subkey of the
/// node's seed (`crypto_kdf_derive_from_key`), in a context that names the depth. A name's hash is its way down; what is held
/// at first is the root alone. To take a name's key away, the nodes above it give way to the branches beside the way: all other keys are
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
        // In one piece from the beginning: growing would leave copies behind.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(held.count * Self.seedLength)
        defer { Store.wipe(&bytes) }
        for one in held { bytes += one.seed }
        seeds = try GuardedBytes(bytes)
    }

    /// Calls `body` with the 32 bytes of a name's key, which are wiped behind it.
    ///
    /// - Returns: `nil` where the key was taken away.
    func withKey<Result>(of name: String, _ body: (UnsafePointer<UInt8>) throws -> Result) rethrows -> Result?
    {
        let hash = Self.hash(of: name)
        guard var node = held(above: hash), let place = places[node] else { return nil }
        return try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 2 * Self.seedLength) { buffer in
            guard var seed = buffer.baseAddress else { return nil }
            var next = seed + Self.seedLength
            buffer.initialize(repeating: 0)
            defer { sodium_memzero(buffer.baseAddress, buffer.count) }
            seeds.withBytes { seed.update(from: $0 + place, count: Self.seedLength) }
            while node.depth < Self.depth {
                node = node.branch(Self.digit(node.depth, of: hash))
                Self.step(seed, to: node, into: next)
                swap(&seed, &next)
            }
            // Below the last node there are no branches, but the whole hash.
            _ = crypto_generichash(next, Self.seedLength, hash, UInt64(hash.count), seed, Self.seedLength)
            return try body(UnsafePointer(next))
        }
    }

    /// Whether there is a key for the name.
    func holds(_ name: String) -> Bool { held(above: Self.hash(of: name)) != nil }

    /// The tree without the keys of some names. The seeds that are worked on lie in plain memory meanwhile, and are wiped behind it.
    func without(_ names: [String]) throws -> KeyTree {
        var held = places.reduce(into: [Node: [UInt8]]()) { held, entry in
            held[entry.key] = seeds.withBytes {
                Array(UnsafeBufferPointer(start: $0 + entry.value, count: Self.seedLength))
            }
        }
        defer { for node in places.keys { Self.wipe(node, of: &held) } }
        for name in names {
            let hash = Self.hash(of: name)
            guard var node = Self.way(of: hash).first(where: { held[$0] != nil }),
                var seed = held.removeValue(forKey: node)
            else { continue }
            while node.depth < Self.depth {
                let own = node.branch(Self.digit(node.depth, of: hash))
                for digit in 0..<Self.branches where node.branch(digit) != own {
                    var branch = [UInt8](repeating: 0, count: Self.seedLength)
                    Self.step(seed, to: node.branch(digit), into: &branch)
                    held[node.branch(digit)] = branch
                }
                var next = [UInt8](repeating: 0, count: Self.seedLength)
                Self.step(seed, to: own, into: &next)
                Store.wipe(&seed)
                (node, seed) = (own, next)
            }
            Store.wipe(&seed)
        }
        let tree = try KeyTree(held.map { ($0.key, $0.value) })
        for node in tree.places.keys { Self.wipe(node, of: &held) }
        return tree
    }

    /// How many nodes are held: one, and some 400 for each key that was taken away.
    var count: Int { places.count }

    func write(to writer: inout ByteWriter) {
        writer.put(all: places.keys.sorted()) { writer, node in
            writer.put(node.depth)
            writer.put(Int(node.digits))
            seeds.withBytes {
                writer.put(UnsafeBufferPointer(start: $0 + (places[node] ?? 0), count: Self.seedLength))
            }
        }
    }

    init(from reader: inout ByteReader) throws {
        var held = try reader.all { reader in
            let (depth, digits) = (try reader.int(), try reader.int())
            let seed = try reader.blob()
            guard (0...Self.depth).contains(depth), digits >= 0, digits >> (6 * depth) == 0,
                seed.count == Self.seedLength
            else { throw ByteReader.damaged }
            return (Node(depth: depth, digits: UInt64(digits)), seed)
        }
        guard Set(held.map(\.0)).count == held.count, !held.isEmpty else { throw ByteReader.damaged }
        try self.init(held)
        for index in held.indices { Store.wipe(&held[index].1) }
    }

    private static func wipe(_ node: Node, of held: inout [Node: [UInt8]]) {
        guard var seed = held.removeValue(forKey: node) else { return }
        Store.wipe(&seed)
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

    /// What libsodium mixes into a branch, of eight bytes a level.
    private static let contexts: [CChar] = (0..<depth).flatMap {
        Array("renkei-\($0)".utf8CString.dropLast())
    }

    /// The seed of a branch from the one above it; `from` and `seed` are two places.
    private static func step(
        _ from: UnsafePointer<UInt8>, to node: Node, into seed: UnsafeMutablePointer<UInt8>
    ) {
        contexts.withUnsafeBufferPointer { contexts in
            guard let start = contexts.baseAddress else { return }
            _ = crypto_kdf_derive_from_key(
                seed, seedLength, node.digits & (branches - 1), start + (node.depth - 1) * 8, from)
        }
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

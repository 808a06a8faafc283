internal import CSodium
internal import Domain

/// libsodium must be set up once before anything else of it is called; safe from several threads.
let sodiumIsReady: Bool = sodium_init() >= 0

/// A 256-bit key in guarded memory.
final class SecretKey: Sendable {
    static let length = 32
    private let memory: GuardedBytes
    /// Names the key beside what it sealed: eight hex digits that say nothing about the key itself.
    let id: String

    init(_ bytes: [UInt8]) throws {
        guard bytes.count == Self.length else { throw ByteReader.damaged }
        let memory = try GuardedBytes(bytes)
        self.memory = memory
        id = hexadecimal(Self.mac("key id", [], under: memory).prefix(4))
    }

    static func random() throws -> SecretKey { try SecretKey(randomBytes(length)) }

    /// HMAC-SHA256 over `label` and `parts`, each with its length, so that no two lists of parts look alike and a
    /// value made for one use never equals one made for another.
    func mac(_ label: String, _ parts: [String]) -> [UInt8] { Self.mac(label, parts, under: memory) }

    private static func mac(_ label: String, _ parts: [String], under key: GuardedBytes) -> [UInt8] {
        var message = ByteWriter()
        message.put(label)
        for part in parts { message.put(part) }
        var code = [UInt8](repeating: 0, count: Int(crypto_auth_hmacsha256_BYTES))
        _ = key.withBytes { crypto_auth_hmacsha256(&code, message.bytes, UInt64(message.bytes.count), $0) }
        return code
    }

    /// 128 bits of keyed BLAKE2b (RFC 7693) over the same message: for the million keys of a night, at a tenth of the cost.
    func shortMac(_ label: String, _ parts: [String]) -> [UInt8] {
        var message = ByteWriter(capacity: 128)
        message.put(label)
        for part in parts { message.put(part) }
        var code = [UInt8](repeating: 0, count: 16)
        _ = withBytes {
            crypto_generichash(
                &code, code.count, message.bytes, UInt64(message.bytes.count), $0, Self.length)
        }
        return code
    }

    func withBytes<Result>(_ body: (UnsafePointer<UInt8>) throws -> Result) rethrows -> Result {
        try memory.withBytes(body)
    }
}

/// From the kernel's generator, by libsodium.
func randomBytes(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    randombytes_buf(&bytes, count)
    return bytes
}

/// Compares in a time that does not tell where the first difference is.
func equalInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && sodium_memcmp(left, right, left.count) == 0
}

/// One key of several: BLAKE2b over those behind the first, keyed with the first.
struct JoinedKey {
    private var keys: [UInt8] = []

    /// - Parameter count: how many are joined at most: growing would leave copies behind.
    init(count: Int) { keys.reserveCapacity(count * SecretKey.length) }

    mutating func add(_ key: UnsafePointer<UInt8>) {
        keys.append(contentsOf: UnsafeBufferPointer(start: key, count: SecretKey.length))
    }

    /// - Throws: `Fault` where there is no key to join: what would be sealed so, anybody could open.
    mutating func withKey<Result>(_ body: (UnsafePointer<UInt8>) throws -> Result) throws -> Result {
        guard !keys.isEmpty else { throw ByteReader.damaged }
        var key = [UInt8](repeating: 0, count: SecretKey.length)
        defer {
            Store.wipe(&key)
            wipe()
        }
        keys.withUnsafeBufferPointer { keys in
            guard let first = keys.baseAddress else { return }
            _ = crypto_generichash(
                &key, key.count, first + SecretKey.length, UInt64(keys.count - SecretKey.length), first,
                SecretKey.length)
        }
        return try body(key)
    }

    mutating func wipe() { Store.wipe(&keys) }
}

/// Overwrites secret bytes, in a way that no optimiser takes away.
func wipe(_ bytes: inout [UInt8]) { sodium_memzero(&bytes, bytes.count) }

internal import CSodium
internal import Domain

/// libsodium must be set up once before anything else of it is called; safe from several threads.
let sodiumIsReady: Bool = sodium_init() >= 0

/// A 256-bit key in guarded memory: not swapped, not in a core dump, wiped when freed.
///
/// Sendable without a lock: the memory is read-only after `init`.
final class SecretKey: @unchecked Sendable {
    static let length = 32
    private let memory: UnsafeMutableRawPointer
    /// Names the key beside what it sealed: eight hex digits that say nothing about the key itself.
    private(set) var id = ""

    init(_ bytes: [UInt8]) throws {
        guard sodiumIsReady, bytes.count == Self.length, let memory = sodium_malloc(Self.length) else {
            throw Fault(
                .inputOutput, code: "keys.memory", message: "鍵のための保護されたメモリを確保できません。",
                fix: "メモリの空きを確認してください。")
        }
        memory.copyMemory(from: bytes, byteCount: Self.length)
        sodium_mprotect_readonly(memory)
        self.memory = memory
        id = hexadecimal(mac("key id", []).prefix(4))
    }

    deinit { sodium_free(memory) }

    static func random() throws -> SecretKey { try SecretKey(randomBytes(length)) }

    /// HMAC-SHA256 over `label` and `parts`, each with its length, so that no two lists of parts look alike and a
    /// value made for one use never equals one made for another.
    func mac(_ label: String, _ parts: [String]) -> [UInt8] {
        var message = ByteWriter()
        message.put(label)
        for part in parts { message.put(part) }
        var code = [UInt8](repeating: 0, count: Int(crypto_auth_hmacsha256_BYTES))
        _ = withBytes { crypto_auth_hmacsha256(&code, message.bytes, UInt64(message.bytes.count), $0) }
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
        try body(UnsafePointer(memory.assumingMemoryBound(to: UInt8.self)))
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

internal import CSodium

/// The two hashes of RFC 6962 §2.1: leaves and nodes differ in their first byte, so that neither passes for the other.
package enum MerkleHash {
    package static let length = 32

    /// Hash of a tree without leaves: SHA-256 of nothing.
    package static let empty = sha256([])

    package static func leaf(_ data: [UInt8]) -> [UInt8] { sha256(0x00, data, []) }

    package static func node(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] { sha256(0x01, left, right) }
}

func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var hash = [UInt8](repeating: 0, count: MerkleHash.length)
    crypto_hash_sha256(&hash, bytes, UInt64(bytes.count))
    return hash
}

/// Of the parts one after the other, without copying them into one: millions of events are hashed so.
private func sha256(_ prefix: UInt8, _ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
    var (state, prefix) = (crypto_hash_sha256_state(), prefix)
    crypto_hash_sha256_init(&state)
    crypto_hash_sha256_update(&state, &prefix, 1)
    crypto_hash_sha256_update(&state, first, UInt64(first.count))
    crypto_hash_sha256_update(&state, second, UInt64(second.count))
    var hash = [UInt8](repeating: 0, count: MerkleHash.length)
    crypto_hash_sha256_final(&state, &hash)
    return hash
}

internal import CSodium

/// The two hashes of RFC 6962 §2.1: leaves and nodes differ in their first byte, so that neither passes for the other.
package enum MerkleHash {
    package static let length = 32

    /// Hash of a tree without leaves: SHA-256 of nothing.
    package static let empty = sha256([])

    package static func leaf(_ data: some Collection<UInt8>) -> [UInt8] { sha256([0x00] + data) }

    package static func node(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] { sha256([0x01] + left + right) }
}

func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var hash = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
    crypto_hash_sha256(&hash, bytes, UInt64(bytes.count))
    return hash
}

internal import CSodium
internal import Domain

/// The cell a sealed value belongs to; a ciphertext moved to another cell does not open.
struct SealedCell: Sendable {
    let table: String
    let row: Int
    let column: String
}

/// XChaCha20-Poly1305-IETF (draft-irtf-cfrg-xchacha) with a random nonce in front; the place a value belongs to and the name of its
/// key are authenticated with it.
enum Seal {
    private static let nonceLength = Int(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES)
    private static let tagLength = Int(crypto_aead_xchacha20poly1305_ietf_ABYTES)
    /// By how many bytes a sealed value is longer than the plain one.
    static let length = nonceLength + tagLength

    /// - Parameters:
    ///   - keyName: tells the key from others; no secret.
    ///   - key: 32 bytes.
    static func seal(
        _ plain: [UInt8], in cell: SealedCell, keyName: String, key: UnsafePointer<UInt8>
    ) -> [UInt8] {
        seal(plain, nonce: randomBytes(nonceLength), place: place(cell, keyName), key: key)
    }

    /// With the nonce given: for vectors with known answers alone.
    static func seal(
        _ plain: [UInt8], nonce: [UInt8], place: [UInt8], key: UnsafePointer<UInt8>
    ) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: length + plain.count) { buffer, filled in
            guard let start = buffer.baseAddress else { return }
            start.update(from: nonce, count: nonceLength)
            _ = crypto_aead_xchacha20poly1305_ietf_encrypt(
                start + nonceLength, nil, plain, UInt64(plain.count), place, UInt64(place.count), nil, nonce,
                key)
            filled = length + plain.count
        }
    }

    /// - Throws: `Fault` where the value was changed, moved from another cell, or sealed with another key.
    static func open(
        _ sealed: [UInt8], in cell: SealedCell, keyName: String, key: UnsafePointer<UInt8>
    ) throws -> [UInt8] {
        let place = place(cell, keyName)
        var plain = [UInt8](repeating: 0, count: max(0, sealed.count - length))
        let isGenuine =
            sealed.count >= length
            && sealed.withUnsafeBufferPointer { buffer in
                guard let start = buffer.baseAddress else { return false }
                return crypto_aead_xchacha20poly1305_ietf_decrypt(
                    &plain, nil, nil, start + nonceLength, UInt64(sealed.count - nonceLength), place,
                    UInt64(place.count), start, key) == 0
            }
        guard isGenuine else {
            throw Fault(
                .inputOutput, code: "vault.seal",
                message: "暗号化された値を開けません。書き換えられたか、別の鍵で暗号化されています。",
                field: "\(cell.table).\(cell.column)",
                fix: "鍵フォルダと vault.sqlite が同じ環境のものか確認してください。")
        }
        return plain
    }

    static func place(_ cell: SealedCell, _ keyName: String) -> [UInt8] {
        Array("\(cell.table)|\(cell.row)|\(cell.column)|\(keyName)".utf8)
    }
}

extension SecretKey {
    func seal(_ plain: [UInt8], in cell: SealedCell) -> [UInt8] {
        withBytes { Seal.seal(plain, in: cell, keyName: id, key: $0) }
    }

    /// - Throws: `Fault` where the value was changed, moved from another cell, or sealed with another key.
    func open(_ sealed: [UInt8], in cell: SealedCell) throws -> [UInt8] {
        try withBytes { try Seal.open(sealed, in: cell, keyName: id, key: $0) }
    }
}

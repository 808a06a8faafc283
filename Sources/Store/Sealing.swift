internal import CSodium
internal import Domain

/// The cell a sealed value belongs to; a ciphertext moved to another cell does not open.
struct SealedCell {
    let table: String
    let row: Int
    let column: String
}

extension SecretKey {
    /// XChaCha20-Poly1305-IETF with a random nonce in front; table, row, column and key id are authenticated with it.
    func seal(_ plain: [UInt8], in cell: SealedCell) -> [UInt8] {
        let nonceLength = Int(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES)
        var sealed = [UInt8](repeating: 0, count: nonceLength + plain.count + tagLength)
        let place = authenticated(cell)
        sealed.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            randombytes_buf(start, nonceLength)
            withBytes { key in
                _ = crypto_aead_xchacha20poly1305_ietf_encrypt(
                    start + nonceLength, nil, plain, UInt64(plain.count), place, UInt64(place.count), nil,
                    start, key)
            }
        }
        return sealed
    }

    /// - Throws: `Fault` where the value was changed, moved from another cell, or sealed with another key.
    func open(_ sealed: [UInt8], in cell: SealedCell) throws -> [UInt8] {
        let nonceLength = Int(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES)
        let place = authenticated(cell)
        var plain = [UInt8](repeating: 0, count: max(0, sealed.count - nonceLength - tagLength))
        let isGenuine =
            sealed.count >= nonceLength + tagLength
            && sealed.withUnsafeBufferPointer { buffer in
                guard let start = buffer.baseAddress else { return false }
                return withBytes { key in
                    crypto_aead_xchacha20poly1305_ietf_decrypt(
                        &plain, nil, nil, start + nonceLength, UInt64(sealed.count - nonceLength), place,
                        UInt64(place.count), start, key) == 0
                }
            }
        guard isGenuine else {
            throw Fault(
                .inputOutput, code: "vault.seal",
                message: "暗号化された値を開けません。書き換えられたか、別の鍵で暗号化されています。",
                field: "\(cell.table).\(cell.column)",
                fix: "鍵ファイルと vault.sqlite が同じ環境のものか確認してください。")
        }
        return plain
    }

    private var tagLength: Int { Int(crypto_aead_xchacha20poly1305_ietf_ABYTES) }

    /// By how many bytes a sealed value is longer than the plain one.
    static let sealLength =
        Int(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES) + Int(crypto_aead_xchacha20poly1305_ietf_ABYTES)

    private func authenticated(_ cell: SealedCell) -> [UInt8] {
        Array("\(cell.table)|\(cell.row)|\(cell.column)|\(id)".utf8)
    }
}

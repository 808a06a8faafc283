internal import CSodium
internal import Foundation

/// The audit trail's size and tree hash at a moment; once signed and taken elsewhere, the past cannot be rewritten.
package struct Checkpoint: Sendable, Hashable {
    /// Names the trail, such as `renkei/wakabano`.
    package let origin: String
    package let size: Int
    package let root: [UInt8]

    package init(origin: String, size: Int, root: [UInt8]) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// The signed text: origin, size and tree hash, a line each (C2SP tlog-checkpoint).
    var body: String { "\(origin)\n\(size)\n\(Data(root).base64EncodedString())\n" }
}

/// Signs checkpoints with Ed25519 (RFC 8032) as signed notes (C2SP signed-note).
package struct CheckpointSigner: Sendable {
    package let name: String
    /// For verifiers; goes to the privacy officer and to other machines.
    package let publicKey: [UInt8]
    private let secretKey: [UInt8]

    /// - Parameter seed: 32 secret bytes; `nil` for another length.
    package init?(name: String, seed: [UInt8]) {
        guard seed.count == Int(crypto_sign_ed25519_SEEDBYTES), sodium_init() >= 0 else { return nil }
        var publicKey = [UInt8](repeating: 0, count: Int(crypto_sign_ed25519_PUBLICKEYBYTES))
        var secretKey = [UInt8](repeating: 0, count: Int(crypto_sign_ed25519_SECRETKEYBYTES))
        crypto_sign_ed25519_seed_keypair(&publicKey, &secretKey, seed)
        self.name = name
        self.publicKey = publicKey
        self.secretKey = secretKey
    }

    /// The note: the checkpoint's three lines, an empty line, and the signature line.
    package func sign(_ checkpoint: Checkpoint) -> String {
        let body = Array(checkpoint.body.utf8)
        var signature = [UInt8](repeating: 0, count: Int(crypto_sign_ed25519_BYTES))
        crypto_sign_ed25519_detached(&signature, nil, body, UInt64(body.count), secretKey)
        let blob = Data(keyHash(name: name, publicKey: publicKey) + signature).base64EncodedString()
        return checkpoint.body + "\n\u{2014} \(name) \(blob)\n"
    }
}

extension Checkpoint {
    /// The checkpoint of a signed note; `nil` unless its signature by `name` holds.
    package init?(note: String, name: String, publicKey: [UInt8]) {
        let lines = note.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count == 6, lines[3].isEmpty, lines[5].isEmpty, let size = Int(lines[1]), size >= 0,
            let root = Data(base64Encoded: lines[2]), root.count == MerkleHash.length,
            lines[4].hasPrefix("\u{2014} \(name) "),
            let blob = Data(base64Encoded: String(lines[4].dropFirst(3 + name.count)))
        else { return nil }
        self.init(origin: lines[0], size: size, root: Array(root))
        let (signed, keyHash) = (Array(body.utf8), keyHash(name: name, publicKey: publicKey))
        let signature = Array(blob.dropFirst(keyHash.count))
        guard publicKey.count == Int(crypto_sign_ed25519_PUBLICKEYBYTES), Array(blob.prefix(4)) == keyHash,
            signature.count == Int(crypto_sign_ed25519_BYTES),
            crypto_sign_ed25519_verify_detached(signature, signed, UInt64(signed.count), publicKey) == 0
        else { return nil }
    }
}

/// Four bytes that tell keys of the same name apart (C2SP signed-note, algorithm 1).
private func keyHash(name: String, publicKey: [UInt8]) -> [UInt8] {
    Array(sha256(Array(name.utf8) + [0x0A, 0x01] + publicKey).prefix(4))
}

internal import CSodium
internal import Foundation

/// The audit trail's size and tree hash at a moment; once signed and taken elsewhere, the past cannot be rewritten.
package struct Checkpoint: Sendable, Hashable {
    /// Names the trail, such as `renkei/audit`.
    package let origin: String
    package let size: Int
    package let root: [UInt8]
    /// When it was signed, in milliseconds since 1970-01-01 UTC; `nil` in notes made earlier.
    package let at: Int?

    package init(origin: String, size: Int, root: [UInt8], at: Int? = nil) {
        self.origin = origin
        self.size = size
        self.root = root
        self.at = at
    }

    /// The signed text: origin, size and tree hash, a line each (C2SP tlog-checkpoint), and the time as an extension line.
    var body: String {
        let time = at.map { "time \(timestamp($0))\n" } ?? ""
        return "\(origin)\n\(size)\n\(Data(root).base64EncodedString())\n\(time)"
    }
}

/// What checkpoints are checked with: goes to the privacy officer and to other machines.
package struct CheckpointKey: Sendable, Hashable {
    package let name: String
    /// Ed25519 (RFC 8032).
    let publicKey: [UInt8]

    init(name: String, publicKey: [UInt8]) {
        self.name = name
        self.publicKey = publicKey
    }

    /// As C2SP signed-note writes a verifier key: name, four bytes of its hash, algorithm and key.
    package var text: String {
        "\(name)+\(hexadecimal(hash))+\(Data([0x01] + publicKey).base64EncodedString())"
    }

    /// Reads `text`; `nil` for anything else.
    package init?(text: String) {
        let parts = text.trimmingCharacters(in: .whitespacesAndNewlines)
            .split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let key = Data(base64Encoded: parts[2]), key.first == 0x01,
            key.count == 1 + Int(crypto_sign_ed25519_PUBLICKEYBYTES)
        else { return nil }
        self.init(name: parts[0], publicKey: Array(key.dropFirst()))
        guard parts[1] == hexadecimal(hash) else { return nil }
    }

    /// Tells keys of the same name apart (C2SP signed-note, algorithm 1).
    var hash: [UInt8] { Array(sha256(Array(name.utf8) + [0x0A, 0x01] + publicKey).prefix(4)) }
}

/// Signs checkpoints with Ed25519 (RFC 8032) as signed notes (C2SP signed-note).
package struct CheckpointSigner: Sendable {
    package let key: CheckpointKey
    private let secretKey: [UInt8]

    /// - Parameter seed: 32 secret bytes; `nil` for another length.
    package init?(name: String, seed: [UInt8]) {
        guard seed.count == Int(crypto_sign_ed25519_SEEDBYTES), sodium_init() >= 0 else { return nil }
        var publicKey = [UInt8](repeating: 0, count: Int(crypto_sign_ed25519_PUBLICKEYBYTES))
        var secretKey = [UInt8](repeating: 0, count: Int(crypto_sign_ed25519_SECRETKEYBYTES))
        crypto_sign_ed25519_seed_keypair(&publicKey, &secretKey, seed)
        key = CheckpointKey(name: name, publicKey: publicKey)
        self.secretKey = secretKey
    }

    /// The note: the checkpoint's lines, an empty line, and the signature line.
    package func sign(_ checkpoint: Checkpoint) -> String {
        let body = Array(checkpoint.body.utf8)
        var signature = [UInt8](repeating: 0, count: Int(crypto_sign_ed25519_BYTES))
        crypto_sign_ed25519_detached(&signature, nil, body, UInt64(body.count), secretKey)
        let blob = Data(key.hash + signature).base64EncodedString()
        return checkpoint.body + "\n\u{2014} \(key.name) \(blob)\n"
    }
}

extension Checkpoint {
    /// The checkpoint of a signed note; `nil` unless its signature by `key` holds.
    package init?(note: String, key: CheckpointKey) {
        guard let (checkpoint, blob) = Self.parts(of: note, by: key) else { return nil }
        self = checkpoint
        let (bytes, signature) = (Array(body.utf8), Array(blob.dropFirst(key.hash.count)))
        guard key.publicKey.count == Int(crypto_sign_ed25519_PUBLICKEYBYTES), sodium_init() >= 0,
            Array(blob.prefix(4)) == key.hash, signature.count == Int(crypto_sign_ed25519_BYTES),
            crypto_sign_ed25519_verify_detached(signature, bytes, UInt64(bytes.count), key.publicKey) == 0
        else { return nil }
    }

    /// What a note says, whoever signed it; for one whose signature is told by what keeps it.
    package init?(unverified note: String, key: CheckpointKey) {
        guard let (checkpoint, _) = Self.parts(of: note, by: key) else { return nil }
        self = checkpoint
    }

    private static func parts(of note: String, by key: CheckpointKey) -> (Checkpoint, signature: Data)? {
        let lines = note.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let signed = "\u{2014} \(key.name) "
        guard lines.count == 6 || lines.count == 7, lines[lines.count - 3].isEmpty,
            lines[lines.count - 1].isEmpty, let size = Int(lines[1]), size >= 0,
            let root = Data(base64Encoded: lines[2]), root.count == MerkleHash.length,
            lines[lines.count - 2].hasPrefix(signed),
            let blob = Data(base64Encoded: String(lines[lines.count - 2].dropFirst(signed.count)))
        else { return nil }
        var at: Int?
        if lines.count == 7 {
            guard lines[3].hasPrefix("time "), let time = milliseconds(String(lines[3].dropFirst(5))) else {
                return nil
            }
            at = time
        }
        return (Checkpoint(origin: lines[0], size: size, root: Array(root), at: at), blob)
    }
}

/// Lower-case hex.
func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

import Domain
import Testing

@testable import Audit

private func signer(_ byte: UInt8 = 7) throws -> CheckpointSigner {
    try #require(CheckpointSigner(name: "renkei/wakabano", seed: Array(repeating: byte, count: 32)))
}

private let checkpoint = Checkpoint(origin: "renkei/wakabano", size: 12, root: MerkleHash.leaf([1]))

@Test func aSignedCheckpointReadsBack() throws {
    let signer = try signer()
    let note = signer.sign(checkpoint)
    #expect(note.hasPrefix("renkei/wakabano\n12\n"))
    #expect(Checkpoint(note: note, name: signer.name, publicKey: signer.publicKey) == checkpoint)
}

@Test func noByteOfANoteCanBeChanged() throws {
    let signer = try signer()
    let note = signer.sign(checkpoint)
    let bytes = Array(note.utf8)
    for index in bytes.indices {
        var changed = bytes
        changed[index] ^= 1
        let read = Checkpoint(
            note: String(decoding: changed, as: UTF8.self), name: signer.name, publicKey: signer.publicKey)
        // The last base64 digit has bits that stand for nothing; the content must be the signed one all the same.
        #expect(read == nil || read == checkpoint, "byte \(index)")
    }
}

@Test func anotherKeyOrNameIsRefused() throws {
    let note = try signer().sign(checkpoint)
    let other = try signer(8)
    #expect(Checkpoint(note: note, name: other.name, publicKey: other.publicKey) == nil)
    #expect(Checkpoint(note: note, name: "renkei/other", publicKey: try signer().publicKey) == nil)
    #expect(CheckpointSigner(name: "x", seed: [1, 2]) == nil)
}

@Test func theSecondKnownKeyOfRFC8032SignsWithItsPublicKey() throws {
    let seed: [UInt8] = [
        0x4c, 0xcd, 0x08, 0x9b, 0x28, 0xff, 0x96, 0xda, 0x9d, 0xb6, 0xc3, 0x46, 0xec, 0x11, 0x4e, 0x0f, 0x5b,
        0x8a, 0x31, 0x9f, 0x35, 0xab, 0xa6, 0x24, 0xda, 0x8c, 0xf6, 0xed, 0x4f, 0xb8, 0xa6, 0xfb,
    ]
    let signer = try #require(CheckpointSigner(name: "x", seed: seed))
    #expect(Array(signer.publicKey.prefix(4)) == [0x3d, 0x40, 0x17, 0xc3])
}

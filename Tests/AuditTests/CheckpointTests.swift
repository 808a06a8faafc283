import Domain
import Testing

@testable import Audit

private func signer(_ byte: UInt8 = 7) throws -> CheckpointSigner {
    try #require(CheckpointSigner(name: "renkei/wakabano", seed: Array(repeating: byte, count: 32)))
}

private let checkpoint = Checkpoint(
    origin: "renkei/wakabano", size: 12, root: MerkleHash.leaf([1]), at: 1_790_877_600_123)

@Test func aSignedCheckpointReadsBack() throws {
    let signer = try signer()
    let note = signer.sign(checkpoint)
    #expect(note.hasPrefix("renkei/wakabano\n12\n"))
    #expect(note.contains("\ntime 2026-10-01T18:00:00.123Z\n\n\u{2014} renkei/wakabano "))
    #expect(Checkpoint(note: note, key: signer.key) == checkpoint)
}

@Test func aCheckpointOfEarlierVersionsHasNoTimeAndReadsBack() throws {
    let signer = try signer()
    let old = Checkpoint(origin: "renkei/wakabano", size: 0, root: MerkleHash.empty)
    let note = signer.sign(old)
    #expect(note.split(separator: "\n", omittingEmptySubsequences: false).count == 6)
    #expect(Checkpoint(note: note, key: signer.key) == old)
}

@Test func theKeyReadsBackAndOnlyAsItWasWritten() throws {
    let key = try signer().key
    #expect(key.text.hasPrefix("renkei/wakabano+") && CheckpointKey(text: key.text + "\n") == key)
    for (index, character) in key.text.enumerated() where character != "+" {
        var text = Array(key.text)
        text[index] = character == "A" ? "B" : "A"
        #expect(CheckpointKey(text: String(text)) != key, "character \(index)")
    }
    #expect(CheckpointKey(text: "") == nil && CheckpointKey(text: "a+b+c") == nil)
}

@Test func noByteOfANoteCanBeChanged() throws {
    let signer = try signer()
    let note = signer.sign(checkpoint)
    let bytes = Array(note.utf8)
    for index in bytes.indices {
        var changed = bytes
        changed[index] ^= 1
        let read = Checkpoint(
            note: String(decoding: changed, as: UTF8.self), key: signer.key)
        // The last base64 digit has bits that stand for nothing; the content must be the signed one all the same.
        #expect(read == nil || read == checkpoint, "byte \(index)")
    }
}

@Test func anotherKeyOrNameIsRefused() throws {
    let note = try signer().sign(checkpoint)
    #expect(Checkpoint(note: note, key: try signer(8).key) == nil)
    let other = try #require(CheckpointSigner(name: "renkei/other", seed: Array(repeating: 7, count: 32)))
    #expect(Checkpoint(note: note, key: other.key) == nil)
    #expect(CheckpointSigner(name: "x", seed: [1, 2]) == nil)
}

@Test func theSecondKnownKeyOfRFC8032SignsWithItsPublicKey() throws {
    let seed: [UInt8] = [
        0x4c, 0xcd, 0x08, 0x9b, 0x28, 0xff, 0x96, 0xda, 0x9d, 0xb6, 0xc3, 0x46, 0xec, 0x11, 0x4e, 0x0f, 0x5b,
        0x8a, 0x31, 0x9f, 0x35, 0xab, 0xa6, 0x24, 0xda, 0x8c, 0xf6, 0xed, 0x4f, 0xb8, 0xa6, 0xfb,
    ]
    let signer = try #require(CheckpointSigner(name: "x", seed: seed))
    #expect(Array(signer.key.publicKey.prefix(4)) == [0x3d, 0x40, 0x17, 0xc3])
}

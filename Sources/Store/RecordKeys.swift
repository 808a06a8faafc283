internal import CSodium

/// The keys of a night's records, by the night's number of each: every one is asked for several times, and finding it in the
/// root costs more than sealing with it.
final class RecordKeys {
    /// Of a mebibyte each: growing in one piece would leave copies behind.
    private var pieces: [UnsafeMutablePointer<UInt8>] = []
    private var isKnown: [Bool] = []
    private static let keysInPiece = (1 << 20) / KeyTree.seedLength

    deinit { for piece in pieces { sodium_free(piece) } }

    /// Calls `body` with the key of record number `entity`, found in the root by `name` where it is asked for first.
    ///
    /// - Throws: `Fault` where the key was taken away.
    func withKey<Result>(
        of entity: Int, name: () -> KeyName, in root: KeyRoot,
        _ body: (UnsafePointer<UInt8>) throws -> Result
    ) throws -> Result {
        let (piece, place) = (entity / Self.keysInPiece, entity % Self.keysInPiece * KeyTree.seedLength)
        while pieces.count <= piece {
            guard sodiumIsReady, let memory = sodium_malloc(1 << 20) else { throw GuardedBytes.noMemory }
            pieces.append(memory.assumingMemoryBound(to: UInt8.self))
        }
        if isKnown.count <= entity {
            isKnown += Array(repeating: false, count: entity + 1 - isKnown.count)
        }
        let key = pieces[piece] + place
        if !isKnown[entity] {
            let isHeld: Void? = root.withKey(of: name()) { key.update(from: $0, count: KeyTree.seedLength) }
            guard isHeld != nil else { throw KeyRing.gone }
            isKnown[entity] = true
        }
        return try body(key)
    }
}

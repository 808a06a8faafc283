/// What an operator may know of a workspace's keys: ids, which say nothing about the keys themselves, and counts.
package struct KeyReport: Sendable, Hashable, Encodable {
    package struct File: Sendable, Hashable, Encodable {
        package let name: String
        package let id: String
    }

    /// In a fixed order; every one was there, the owner's alone, and whole.
    package let files: [File]
    package let ring: String
    /// Counts up with every change of the ring.
    package let serial: Int
    package let seeds: Int
    /// Which root seals; counts up with every sealing anew.
    package let root: Int
    /// Whether a sealing anew was stopped, and is still to be ended.
    package let isResealing: Bool
    /// Persons whose keys were taken away.
    package let shredded: Int
    /// Whether what was sealed before there was a ring can still be read.
    package let knowsFormerKey: Bool
}

extension WorkspaceKeys {
    package var report: KeyReport {
        let ring = self.ring
        return KeyReport(
            files: lasting.map { .init(name: $0.file, id: $0.id) }
                + [.init(name: "ring.key", id: ringFile.keyID)],
            ring: ring.id, serial: ring.serial, seeds: ring.seeds, root: ring.root.number,
            isResealing: ring.isResealing, shredded: ring.shredded.count,
            knowsFormerKey: ring.former != nil)
    }
}

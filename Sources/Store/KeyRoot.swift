internal import Domain

/// A secret of which the keys of records and of what cannot be told apart by person are made: everything is sealed by one, and
/// while it is sealed anew (`ServiceStore.reseal`) by one of two.
struct KeyRoot: Sendable {
    /// Counts up from 1; no secret.
    let number: Int
    private let tree: KeyTree

    static func random(number: Int) throws -> KeyRoot { KeyRoot(number: number, tree: try .random()) }

    private init(number: Int, tree: KeyTree) { (self.number, self.tree) = (number, tree) }

    /// The root without some keys.
    func without(_ names: [KeyName]) throws -> KeyRoot {
        KeyRoot(number: number, tree: try tree.without(names.map(\.text)))
    }

    /// How many seeds it holds.
    var seeds: Int { tree.count }

    func holds(_ name: KeyName) -> Bool { tree.holds(name.text) }

    func write(to writer: inout ByteWriter) {
        writer.put(number)
        tree.write(to: &writer)
    }

    init(from reader: inout ByteReader) throws {
        self.init(number: try reader.int(), tree: try KeyTree(from: &reader))
    }
}

// MARK: - Sealing

extension KeyRoot {
    /// - Throws: `Fault` where the key was taken away: of somebody who was shredded nothing is stored again.
    func seal(_ plain: [UInt8], in cell: SealedCell, by name: KeyName) throws -> [UInt8] {
        let sealed = withKey(of: name) { Seal.seal(plain, in: cell, keyName: name.text, key: $0) }
        guard let sealed else { throw KeyRing.gone }
        return sealed
    }

    /// - Returns: `nil` where the key was taken away.
    /// - Throws: `Fault` where the value was changed, moved from another cell, or sealed with another key.
    func open(_ sealed: [UInt8], in cell: SealedCell, by name: KeyName) throws -> [UInt8]? {
        try withKey(of: name) { try Seal.open(sealed, in: cell, keyName: name.text, key: $0) }
    }

    /// - Returns: `nil` where the key was taken away.
    func withKey<Result>(
        of name: KeyName, _ body: (UnsafePointer<UInt8>) throws -> Result
    ) rethrows -> Result? { try tree.withKey(of: name.text, body) }

    /// Calls `body` with the key of a value that several records tell of: whoever of them is shredded, nobody opens it any more.
    ///
    /// - Parameter records: opaque keys of the records, with a space between; at least one.
    /// - Returns: `nil` where one of their keys was taken away.
    func withKey<Result>(
        ofRecords records: String, _ body: (UnsafePointer<UInt8>) throws -> Result
    ) throws -> Result? {
        guard records.isEmpty || records.utf8.contains(0x20) else {
            return try withKey(of: .record(records), body)
        }
        let keys = records.split(separator: " ")
        var joined = JoinedKey(count: keys.count)
        defer { joined.wipe() }
        for key in keys where withKey(of: .record(String(key)), { joined.add($0) }) == nil { return nil }
        return try joined.withKey(body)
    }
}

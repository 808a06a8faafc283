package import Domain

/// What something that is sealed is sealed for: each has a key of its own.
///
/// By record, not by person: sealing comes before anybody knows which records are one person. A person's keys are those of
/// the person's records.
struct KeyName: Sendable, Hashable {
    /// Opaque; stands in what the seal authenticates.
    let text: String

    /// A record, by its opaque key: its identifiers, in every run.
    static func record(_ key: String) -> KeyName { KeyName(text: "record " + key) }
    /// What cannot be told apart by person (what a run compared, rejected rows and their corrections), until somebody is shredded.
    static func common(_ epoch: Int) -> KeyName { KeyName(text: "common \(epoch)") }
}

/// A person whose keys were taken away: ids and keyed hashes, by which the person's rows are known when they come again.
package struct ShreddedPerson: Sendable, Hashable {
    /// Of the proposal.
    package let number: Int
    /// Every id the person ever had.
    package let persons: Set<PersonID>
    package let records: [KeptRecord]
    /// Keyed indexes of the register's households that a measure of protection (支援措置) of this person covered: those who live
    /// there stay protected when no row of this one comes any more.
    package let protectedHomes: Set<String>

    package init(
        number: Int, persons: Set<PersonID>, records: [KeptRecord], protectedHomes: Set<String> = []
    ) {
        self.number = number
        self.persons = persons
        self.records = records
        self.protectedHomes = protectedHomes
    }
}

/// The keys that seal a workspace's identifiers, and whose were taken away; a value that never changes.
///
/// It lies in a file of its own (`KeyRingFile`) and in no database, so that no copy of a database brings back what was taken away.
package final class KeyRing: Sendable {
    /// Names the ring for good, and what was sealed by it; eight hex digits.
    let id: String
    /// Counts up with every change: a ring that is older than the database knows was put back from a copy.
    package let serial: Int
    private let tree: KeyTree
    /// What sealed everything before there was a ring; goes when the first person is shredded.
    let former: SecretKey?
    /// By number.
    package let shredded: [ShreddedPerson]
    private let shreddedPersons: Set<PersonID>

    /// - Parameter former: the one key of a workspace that had no ring.
    static func random(former: [UInt8]? = nil) throws -> KeyRing {
        KeyRing(
            id: hexadecimal(randomBytes(4)), serial: 1, tree: try .random(),
            former: try former.map { try SecretKey($0) }, shredded: [])
    }

    private init(
        id: String, serial: Int, tree: KeyTree, former: SecretKey?, shredded: [ShreddedPerson]
    ) {
        (self.id, self.serial, self.tree, self.former, self.shredded) = (id, serial, tree, former, shredded)
        shreddedPersons = shredded.reduce(into: []) { $0.formUnion($1.persons) }
    }

    /// Of what cannot be told apart by person: another one after each person that was shredded.
    var common: KeyName { .common(shredded.count) }

    var nextCommon: KeyName { .common(shredded.count + 1) }

    /// Whether the person's keys were taken away, under whatever id the person was known.
    func isShredded(_ person: PersonID) -> Bool { shreddedPersons.contains(person) }

    /// The same ring under the next number, to be wrapped anew.
    func next() -> KeyRing {
        KeyRing(id: id, serial: serial + 1, tree: tree, former: former, shredded: shredded)
    }

    /// The ring without the keys of a person's records, and without that of what cannot be told apart by person and may hold
    /// something of this one: nobody can open any more what they sealed.
    func without(_ person: ShreddedPerson) throws -> KeyRing {
        let names = person.records.map { KeyName.record($0.key) } + [common]
        return KeyRing(
            id: id, serial: serial + 1, tree: try tree.without(names.map(\.text)), former: nil,
            shredded: (shredded.filter { $0.number != person.number } + [person]).sorted {
                $0.number < $1.number
            })
    }

    /// How many seeds the ring holds.
    package var seeds: Int { tree.count }

    func write(to writer: inout ByteWriter) {
        writer.put(id)
        writer.put(serial)
        tree.write(to: &writer)
        writer.put(optional: former) { writer, key in
            key.withBytes { writer.put(UnsafeBufferPointer(start: $0, count: SecretKey.length)) }
        }
        writer.put(all: shredded) { writer, person in
            writer.put(person.number)
            writer.put(all: person.persons.sorted()) { $0.put($1.rawValue) }
            writer.put(all: person.records) { writer, record in
                writer.put(record.key)
                writer.put(optional: record.number) { $0.put($1) }
                writer.put(all: record.marks.sorted()) { $0.put($1) }
                writer.put(optional: record.source) { $0.put($1.rawValue) }
            }
            writer.put(all: person.protectedHomes.sorted()) { $0.put($1) }
        }
    }

    convenience init(from reader: inout ByteReader) throws {
        let (id, serial) = (try reader.text(), try reader.int())
        let tree = try KeyTree(from: &reader)
        let former = try reader.optional { try SecretKey($0.blob()) }
        let shredded = try reader.all { reader in
            ShreddedPerson(
                number: try reader.int(), persons: Set(try reader.all { PersonID(try $0.text()) }),
                records: try reader.all { reader in
                    KeptRecord(
                        key: try reader.text(), number: try reader.optional { try $0.text() },
                        marks: Set(try reader.all { try $0.text() }),
                        source: try reader.optional { SourceID(try $0.text()) })
                }, protectedHomes: Set(try reader.all { try $0.text() }))
        }
        guard reader.isAtEnd else { throw ByteReader.damaged }
        self.init(id: id, serial: serial, tree: tree, former: former, shredded: shredded)
    }
}

// MARK: - Sealing

extension KeyRing {
    /// - Throws: `Fault` where the key was taken away: of somebody who was shredded nothing is stored again.
    func seal(_ plain: [UInt8], in cell: SealedCell, by name: KeyName) throws -> [UInt8] {
        let sealed = withKey(of: name) { Seal.seal(plain, in: cell, keyName: name.text, key: $0) }
        guard let sealed else { throw Self.gone }
        return sealed
    }

    /// - Returns: `nil` where the key was taken away.
    /// - Throws: `Fault` where the value was changed, moved from another cell, or sealed with another key.
    func open(_ sealed: [UInt8], in cell: SealedCell, by name: KeyName) throws -> [UInt8]? {
        try withKey(of: name) { try Seal.open(sealed, in: cell, keyName: name.text, key: $0) }
    }

    func holds(_ name: KeyName) -> Bool { tree.holds(name.text) }

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
        let keys = records.split(separator: " ")
        guard keys.count != 1 else { return try withKey(of: .record(records), body) }
        var joined = JoinedKey(count: keys.count)
        defer { joined.wipe() }
        for key in keys where withKey(of: .record(String(key)), { joined.add($0) }) == nil { return nil }
        return try joined.withKey(body)
    }

    static let gone = Fault(
        .internal, code: "vault.shredded", message: "消去済みの方の記録を、もう一度暗号化することはできません。", fix: "開発元に連絡してください。")
}

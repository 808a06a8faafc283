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
    /// A user's secret for the codes of an authenticator.
    static func secondFactor(of user: UserID) -> KeyName { KeyName(text: "second factor " + user.rawValue) }
    /// What cannot be told apart by person (what a run compared, rejected rows and their corrections), until somebody is shredded;
    /// it says of which root it is.
    static func common(_ epoch: Int, of root: Int) -> KeyName { KeyName(text: "common \(root).\(epoch)") }
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
    /// The oldest first, and the last one seals; two only while everything is sealed anew.
    let roots: [KeyRoot]
    /// What sealed everything before there was a ring; goes when the first person is shredded, or everything is sealed anew.
    let former: SecretKey?
    /// By number.
    package let shredded: [ShreddedPerson]
    private let shreddedPersons: Set<PersonID>

    /// - Parameter former: the one key of a workspace that had no ring.
    static func random(former: [UInt8]? = nil) throws -> KeyRing {
        KeyRing(
            id: hexadecimal(randomBytes(4)), serial: 1, roots: [try .random(number: 1)],
            former: try former.map { try SecretKey($0) }, shredded: [])
    }

    private init(
        id: String, serial: Int, roots: [KeyRoot], former: SecretKey?, shredded: [ShreddedPerson]
    ) {
        (self.id, self.serial, self.roots, self.former, self.shredded) = (id, serial, roots, former, shredded)
        shreddedPersons = shredded.reduce(into: []) { $0.formUnion($1.persons) }
    }

    /// What everything is sealed by from now on.
    var root: KeyRoot { roots[roots.count - 1] }

    /// Whether what another root sealed is still to be sealed anew.
    package var isResealing: Bool { roots.count > 1 }

    /// Of what cannot be told apart by person: another one after each person that was shredded.
    var common: KeyName { common(of: root) }

    var nextCommon: KeyName { .common(shredded.count + 1, of: root.number) }

    func common(of root: KeyRoot) -> KeyName { .common(shredded.count, of: root.number) }

    /// The root that a key of what cannot be told apart by person is of; `nil` where it is gone.
    func root(ofCommon name: KeyName) -> KeyRoot? {
        roots.first { name.text.hasPrefix("common \($0.number).") }
    }

    /// Whether the person's keys were taken away, under whatever id the person was known.
    func isShredded(_ person: PersonID) -> Bool { shreddedPersons.contains(person) }

    /// The same ring under the next number, to be wrapped anew.
    func next() -> KeyRing { next(roots: roots, former: former, shredded: shredded) }

    /// The ring with one more root, that seals from now on; whoever was shredded has no keys of it either.
    func withNewRoot() throws -> KeyRing {
        let gone = shredded.flatMap { $0.records.map { KeyName.record($0.key) } }
        return next(
            roots: roots + [try .random(number: root.number + 1).without(gone)], former: former,
            shredded: shredded)
    }

    /// The ring without the roots of before, and without the one key from before there was a ring: nobody can open any more what
    /// they sealed.
    func withoutOldRoots() -> KeyRing { next(roots: [root], former: nil, shredded: shredded) }

    /// The ring without the keys of a person's records, and without that of what cannot be told apart by person and may hold
    /// something of this one: nobody can open any more what they sealed.
    func without(_ person: ShreddedPerson) throws -> KeyRing {
        let records = person.records.map { KeyName.record($0.key) }
        return next(
            roots: try roots.map { try $0.without(records + [common(of: $0)]) }, former: nil,
            shredded: (shredded.filter { $0.number != person.number } + [person]).sorted {
                $0.number < $1.number
            })
    }

    private func next(roots: [KeyRoot], former: SecretKey?, shredded: [ShreddedPerson]) -> KeyRing {
        KeyRing(id: id, serial: serial + 1, roots: roots, former: former, shredded: shredded)
    }

    /// How many seeds the ring holds.
    package var seeds: Int { roots.reduce(0) { $0 + $1.seeds } }

    func write(to writer: inout ByteWriter) {
        writer.put(id)
        writer.put(serial)
        writer.put(all: roots) { $1.write(to: &$0) }
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
        let roots = try reader.all { try KeyRoot(from: &$0) }
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
        guard reader.isAtEnd, !roots.isEmpty else { throw ByteReader.damaged }
        self.init(id: id, serial: serial, roots: roots, former: former, shredded: shredded)
    }
}

// MARK: - Sealing

extension KeyRing {
    /// As `KeyRoot.seal`, by the root that seals now.
    func seal(_ plain: [UInt8], in cell: SealedCell, by name: KeyName) throws -> [UInt8] {
        try root.seal(plain, in: cell, by: name)
    }

    /// As `KeyRoot.open`, of what cannot be told apart by person.
    ///
    /// - Returns: `nil` also where the root is gone.
    func openCommon(_ sealed: [UInt8], in cell: SealedCell, by name: KeyName) throws -> [UInt8]? {
        try root(ofCommon: name)?.open(sealed, in: cell, by: name)
    }

    static let gone = Fault(
        .internal, code: "vault.shredded", message: "消去済みの方の記録を、もう一度暗号化することはできません。", fix: "開発元に連絡してください。")
}

package import Domain
internal import Policy

/// What is known already of households that are as they were, so that they need not be read.
package struct KnownHouseholds {
    /// Of an identity, by number: a print of who it is and where it comes from.
    let identity: (Int) -> ContentPrint
    /// Told each household's members, by id, and a print of all that reading it could give; whether it need not be read.
    let takes: ([PersonID], ContentPrint) throws -> Bool

    package init(
        identity: @escaping (Int) -> ContentPrint,
        takes: @escaping ([PersonID], ContentPrint) throws -> Bool
    ) {
        (self.identity, self.takes) = (identity, takes)
    }
}

/// Makes a print of all that a pass over a household gives for its purposes: members, grants, rejected rows, who they are and
/// what their rows say. Where a row stands in its file is no part of it.
struct HouseholdPrinter {
    /// By person's number.
    let persons: [ContentPrint]
    let purposes: [PurposeAccess]
    let unread: [Int: Set<SourceID>]
    /// By purpose: the grants' prints, each made once.
    private var grants: [[PersonStanding: ContentPrint]]

    init(persons: [ContentPrint], purposes: [PurposeAccess], unread: [Int: Set<SourceID>]) {
        (self.persons, self.purposes, self.unread) = (persons, purposes, unread)
        grants = purposes.map { _ in [:] }
    }

    mutating func print(of household: [SealedPerson]) -> ContentPrint {
        var print = ContentPrint()
        for person in household {
            print.add(person.id.rawValue)
            print.add((person.standing.isProtected ? 1 : 0) + (person.isResident ? 2 : 0))
            for index in purposes.indices { print.add(grant(index, of: person)) }
            for source in (unread[person.number] ?? []).sorted() { print.add(source.rawValue) }
            print.add(persons[person.number])
        }
        return print
    }

    private mutating func grant(_ purpose: Int, of person: SealedPerson) -> ContentPrint {
        let found = purposes[purpose].grant(for: person.id, isProtected: person.standing.isProtected)
        guard let (standing, grant) = found else { return ContentPrint() }
        if let known = grants[purpose][standing] { return known }
        var print = ContentPrint()
        print.add(standing.isProtected ? 1 : 0)
        print.add(standing.consent.rawValue)
        for item in grant.items.sorted() { print.add(item.rawValue) }
        grants[purpose][standing] = print
        return print
    }
}

extension RunStore {
    /// By person's number, a print of who the person's identities are and of what their rows say, row by row in the order in which
    /// they lie, each with its source and the place of its file among the source's.
    func personPrints(_ identity: (Int) -> ContentPrint) throws -> [ContentPrint] {
        let last = try vault.statement("SELECT coalesce(max(id), 0) FROM person").first { $0.int(0) } ?? 0
        var prints = [ContentPrint](repeating: ContentPrint(), count: last + 1)
        var personOf: [Int] = []
        try vault.statement("SELECT entity, person FROM membership ORDER BY entity").rows { row in
            let (entity, person) = (row.int(0), row.int(1))
            prints[person].add(identity(entity))
            while personOf.count < entity { personOf.append(0) }
            personOf.append(person)
        }
        let words = WordPrints(words)
        let files = try filePrints()
        var before = (file: 0, line: 0)
        try facts.statement("SELECT file, line, entity, facts FROM record ORDER BY id").rows { row in
            let (file, line, entity) = (row.int(0), row.int(1), row.int(2))
            defer { before = (file, line) }
            guard personOf.indices.contains(entity) else { return }
            let person = personOf[entity]
            prints[person].add(files[file] ?? ContentPrint())
            prints[person].add(before == (file, line) ? 1 : 0)
            try words.add(row.blob(3), to: &prints[person])
        }
        return prints
    }

    private func filePrints() throws -> [Int: ContentPrint] {
        var files: [Int: ContentPrint] = [:]
        var places: [String: UInt64] = [:]
        try facts.statement("SELECT id, source FROM file ORDER BY source, name, id").rows { row in
            var print = ContentPrint()
            print.add(row.text(1))
            print.add(places[row.text(1), default: 0])
            places[row.text(1), default: 0] += 1
            files[row.int(0)] = print
        }
        return files
    }
}

/// The words of packed facts as prints: two nights number them differently.
private struct WordPrints {
    private let parts: [(print: ContentPrint, type: Int)]
    private let codes: [ContentPrint]

    init(_ words: RunWords) {
        func print(_ texts: [String]) -> ContentPrint {
            texts.reduce(into: ContentPrint()) { $0.add($1) }
        }
        parts = words.parts.all.map { (print([$0.item.rawValue, $0.kind]), $0.type) }
        codes = words.codes.all.map { print([$0]) }
    }

    /// - Throws: `store.damaged` where the bytes are no facts of this run.
    func add(_ packed: [UInt8], to print: inout ContentPrint) throws {
        var reader = ByteReader(packed)
        let count = try reader.int()
        guard count >= 0 else { throw ByteReader.damaged }
        print.add(UInt64(count))
        for _ in 0..<count {
            let number = try reader.int()
            guard parts.indices.contains(number) else { throw ByteReader.damaged }
            let part = parts[number]
            print.add(part.print)
            switch part.type {
            case 0:
                let code = try reader.int()
                guard codes.indices.contains(code) else { throw ByteReader.damaged }
                print.add(codes[code])
            case 1: print.add(try reader.double().bitPattern)
            default: print.add(UInt64(bitPattern: Int64(try reader.int())))
            }
            let held = try reader.optional { try $0.int() }
            print.add(held.map { UInt64(bitPattern: Int64($0)) } ?? .max)
        }
        guard reader.isAtEnd else { throw ByteReader.damaged }
    }
}

internal import CSodium
internal import Domain

/// Since when each fact of one person is known: prints of the facts, by the day of the night that brought them first.
///
/// A print tells nothing to whoever does not hold the key, and two persons' prints of one fact have nothing in common.
struct KnownFacts {
    /// In the table, of what came before such days were kept.
    static let before = 0
    private static let printLength = 8

    /// Whose they are, as the table has it.
    let person: [UInt8]
    private let key: [UInt8]
    private var days: [UInt64: Int] = [:]

    init(of person: PersonID, keys: WorkspaceKeys) {
        self.person = keys.pseudonyms.shortMac("known facts of", [person.rawValue])
        key = keys.pseudonyms.shortMac("known fact", [person.rawValue])
    }

    /// What is kept of the person.
    init(of person: PersonID, keys: WorkspaceKeys, in database: Database) throws {
        self.init(of: person, keys: keys)
        try database.statement("SELECT since, prints FROM known_fact WHERE person = ? ORDER BY since").rows(
            self.person
        ) { row in
            let kept = NewlyKnown(person: self.person, since: row.int(0), prints: row.blob(1))
            guard kept.prints.count.isMultiple(of: Self.printLength) else { throw ByteReader.damaged }
            add(kept)
        }
    }

    /// Whether nothing of the person was ever known since such days are kept.
    var isEmpty: Bool { days.isEmpty }

    /// What a night brings for the first time.
    mutating func add(_ new: NewlyKnown) {
        new.prints.withUnsafeBytes { prints in
            for place in stride(from: 0, to: prints.count, by: Self.printLength) {
                let print = UInt64(littleEndian: prints.loadUnaligned(fromByteOffset: place, as: UInt64.self))
                if days[print] == nil { days[print] = new.since }
            }
        }
    }

    /// The day's number, `before` included; `nil` of what is not known.
    subscript(_ fact: SourcedFact) -> Int? { days[print(of: fact)] }

    /// As people are told it.
    func day(of fact: SourcedFact) -> Day? {
        self[fact].flatMap { $0 == Self.before ? nil : Day(number: $0) }
    }

    /// Of source, item, kind, value and the day it holds for; where it stands in a file is no part of it.
    func print(of sourced: SourcedFact) -> UInt64 {
        let fact = sourced.fact
        var writer = ByteWriter(capacity: 64)
        writer.put(sourced.position.source.rawValue)
        writer.put(fact.item.rawValue)
        writer.put(fact.kind)
        switch fact.value {
        case .code(let label):
            writer.put(0)
            writer.put(label)
        case .number(let number):
            writer.put(1)
            writer.put(number)
        case .day(let day):
            writer.put(2)
            writer.put(day.number)
        }
        writer.put(optional: fact.on) { $0.put(StoredDate.number($1)) }
        var hash = [UInt8](repeating: 0, count: Self.printLength)
        _ = crypto_shorthash(&hash, writer.bytes, UInt64(writer.bytes.count), key)
        return hash.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Prints as the table has them.
    static func bytes(_ prints: [UInt64]) -> [UInt8] {
        prints.flatMap { print in withUnsafeBytes(of: print.littleEndian) { Array($0) } }
    }
}

/// Facts of a person that a night brings for the first time.
struct NewlyKnown {
    let person: [UInt8]
    let since: Int
    let prints: [UInt8]
}

/// What a night brings for the first time.
struct KnownTonight {
    var facts: [NewlyKnown] = []
    /// Sources of which a file came for the first time since such days are kept.
    var sources: [SourceID] = []
}

extension ServiceStore {
    /// What a run brings for the first time, of the persons of whom anything changed; nobody is shown any of it.
    ///
    /// Whoever was taken for somebody else, or is not any more, keeps what was known under the other id. What a source or a person brings
    /// who was there before such days were kept, and stayed away since, may have been known for long.
    func newlyKnown(
        in run: RunStore, _ publication: NewPublication, _ database: Database
    ) throws -> KnownTonight {
        let (sources, unheard) = try firstSources(of: run, in: database)
        let changes = try run.identityChanges()
        let others = publication.otherIDs(changes)
        let returned = changes.reduce(into: Set<PersonID>()) { persons, change in
            if case .returned(let person) = change { persons.insert(person) }
        }
        let reader = try FactReader(run)
        var found: [NewlyKnown] = []
        try run.eachPerson(among: publication.judged) { id, number in
            let facts = try reader.facts(of: run.entities(ofPerson: number)) { _ in true }
            guard !facts.isEmpty else { return }
            let own = try KnownFacts(of: id, keys: keys, in: database)
            let missing = facts.filter { own[$0] == nil }
            guard !missing.isEmpty else { return }
            let theirs = try others.around(id).map { try KnownFacts(of: $0, keys: keys, in: database) }
            let isOld = returned.contains(id) && own.isEmpty && theirs.allSatisfy(\.isEmpty)
            var prints: [Int: Set<UInt64>] = [:]
            for fact in missing {
                let tonight =
                    isOld || unheard.contains(fact.position.source)
                    ? KnownFacts.before : publication.summary.asOf.number
                let since = theirs.compactMap { $0[fact] }.min() ?? tonight
                prints[since, default: []].insert(own.print(of: fact))
            }
            for (since, prints) in prints.sorted(by: { $0.key < $1.key }) {
                found.append(
                    NewlyKnown(
                        person: own.person, since: since, prints: KnownFacts.bytes(prints.sorted())))
            }
        }
        return KnownTonight(
            facts: found.sorted { ($0.person, $0.since) < ($1.person, $1.since) }, sources: sources)
    }

    /// Sources that such days are first kept of tonight, and those of them that came in a publication of before.
    private func firstSources(
        of run: RunStore, in database: Database
    ) throws -> (all: [SourceID], unheard: Set<SourceID>) {
        var all: [SourceID] = []
        try run.facts.statement("SELECT DISTINCT source FROM file ORDER BY source").rows {
            all.append(SourceID($0.text(0)))
        }
        all = try all.filter { source in
            try database.statement("SELECT 1 FROM known_source WHERE source = ?").first(source.rawValue) {
                _ in true
            } == nil
        }
        guard !all.isEmpty else { return ([], []) }
        var earlier: Set<SourceID> = []
        try database.statement(
            """
            SELECT DISTINCT e.value ->> '$.source' FROM publication p, json_each(p.summary, '$.extracts') e
            WHERE e.value ->> '$.file' IS NOT NULL
            """
        ).rows { earlier.insert(SourceID($0.text(0))) }
        return (all, earlier.intersection(all))
    }

    func keep(_ known: KnownTonight, in database: Database) throws {
        for new in known.facts {
            try database.statement(
                """
                INSERT INTO known_fact VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET prints = CAST(prints || excluded.prints AS BLOB)
                """
            ).run(new.person, new.since, new.prints)
        }
        for source in known.sources {
            try database.statement("INSERT OR IGNORE INTO known_source VALUES (?)").run(source.rawValue)
        }
    }

    /// The same flags as cases keep them, with the day on which each of their facts was first known.
    ///
    /// - Parameter tonight: what the run brings, which the database does not have yet.
    func dated(
        _ flags: [Flag], besides tonight: KnownTonight, in run: RunStore, _ database: Database
    ) throws -> [KeptFlag] {
        let reader = try FactReader(run)
        let new = Dictionary(grouping: tonight.facts, by: \.person)
        var dated: [KeptFlag] = []
        var current: (person: PersonID, known: [SourcedFact: Day])?
        for flag in flags.sorted(by: { ($0.person, $0.rule) < ($1.person, $1.rule) }) {
            let known =
                try current?.person == flag.person
                ? current?.known ?? [:] : knownDays(around: flag.person, new, in: run, reader, database)
            current = (flag.person, known)
            dated.append(try KeptFlag(flag.dated { known[$0.withoutOffset] }))
        }
        return dated
    }

    /// Of the facts of a person and of whoever lives there.
    private func knownDays(
        around person: PersonID, _ new: [[UInt8]: [NewlyKnown]], in run: RunStore, _ reader: FactReader,
        _ database: Database
    ) throws -> [SourcedFact: Day] {
        var days: [SourcedFact: Day] = [:]
        for (id, number) in try run.household(of: person) {
            var known = try KnownFacts(of: id, keys: keys, in: database)
            for one in new[known.person] ?? [] { known.add(one) }
            for fact in try reader.facts(of: run.entities(ofPerson: number), permitted: { _ in true }) {
                days[fact.withoutOffset] = known.day(of: fact)
            }
        }
        return days
    }
}

extension RunStore {
    /// Persons by id and number, but those who were shredded.
    ///
    /// - Parameter ids: `nil`: everybody.
    fileprivate func eachPerson(among ids: [PersonID]?, _ body: (PersonID, Int) throws -> Void) throws {
        guard let ids else {
            var all: [(PersonID, Int)] = []
            try vault.statement("SELECT person, id FROM person ORDER BY id").rows {
                all.append((PersonID($0.text(0)), $0.int(1)))
            }
            for (id, number) in all where !ring.isShredded(id) { try body(id, number) }
            return
        }
        for id in ids where !ring.isShredded(id) {
            if let number = try number(of: id) { try body(id, number) }
        }
    }

    /// The person and whoever lives there, by id and number; nobody where the run does not know the person.
    func household(of person: PersonID) throws -> [(id: PersonID, number: Int)] {
        guard !ring.isShredded(person) else { return [] }
        var members: [(id: PersonID, number: Int)] = []
        try vault.statement(
            """
            SELECT o.id, o.person FROM person p JOIN person o ON o.id = p.id OR o.household = p.household
            WHERE p.person = ?
            """
        ).rows(person.rawValue) { members.append((PersonID($0.text(1)), $0.int(0))) }
        return members
    }
}

extension SourcedFact {
    /// The same in the same row, wherever that begins.
    fileprivate var withoutOffset: SourcedFact {
        SourcedFact(fact, from: position.withoutOffset)
    }
}

/// Under which other ids somebody's records were known the night before.
private struct OtherIDs {
    var of: [PersonID: Set<PersonID>] = [:]

    /// All of them, whatever the chain.
    func around(_ person: PersonID) -> [PersonID] {
        var (found, open): (Set<PersonID>, [PersonID]) = ([person], [person])
        while let next = open.popLast() {
            for other in of[next] ?? [] where found.insert(other).inserted { open.append(other) }
        }
        return found.subtracting([person]).sorted()
    }
}

extension NewPublication {
    fileprivate func otherIDs(_ changes: [IdentityChange]) -> OtherIDs {
        var others = OtherIDs()
        for (absorbed, survivor) in aliases { others.of[survivor, default: []].insert(absorbed) }
        for (founder, person) in regained { others.of[person, default: []].insert(founder) }
        for change in changes {
            switch change {
            case .merged(let to, let from), .split(let from, let to), .revived(let to, let from):
                others.of[to, default: []].insert(from)
            case .new, .absent, .returned: break
            }
        }
        return others
    }
}

/// Byte by byte.
private func < (one: ([UInt8], Int), other: ([UInt8], Int)) -> Bool {
    one.0 == other.0 ? one.1 < other.1 : one.0.lexicographicallyPrecedes(other.0)
}

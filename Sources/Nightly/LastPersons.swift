import Domain
import Identity
import Linkage
import Store

/// Who was who last night: as numbers for all, by name for those of whom something may have changed.
struct LastPersons {
    private let run: RunStore?
    private let kept: KeptIdentities
    /// By number.
    private let ids: [PersonID]
    /// By last night's record, its person's number, and its key.
    private let personOf: [Int32]
    private let keys: [ContentPrint]
    private let places: PrintIndex
    private let protected: Set<PersonID>

    /// - Parameter run: `nil` on the first night.
    init(_ run: RunStore?) throws {
        self.run = run
        kept = try run?.keptIdentities() ?? KeptIdentities()
        ids = try run?.personIDs() ?? []
        var (persons, keys) = ([Int32](), [ContentPrint]())
        try run?.members { key, person in
            persons.append(Int32(person) - 1)
            keys.append(Self.print(of: key))
        }
        (personOf, self.keys, places) = (persons, keys, PrintIndex(keys))
        protected = try run?.protectedPersons() ?? []
    }

    private static func print(of key: String) -> ContentPrint {
        var print = ContentPrint()
        print.add(key)
        return print
    }

    /// By tonight's record, which of last night's it is; -1 where it did not come then.
    func records(of entities: Entities) -> [Int32] {
        entities.all.map { places.place(of: Self.print(of: $0.key.rawValue), in: keys).map(Int32.init) ?? -1 }
    }

    /// By tonight's record, the number of the person it was.
    func persons(of records: [Int32]) -> [Int32] { records.map { $0 < 0 ? -1 : personOf[Int($0)] } }

    func untouched(clusters: [[Int]], before: [Int32], judged: Set<Int>) -> UntouchedPersons {
        var sizes = [Int32](repeating: 0, count: ids.count)
        for person in personOf { sizes[Int(person)] += 1 }
        var names = Set(kept.absent.values).union(kept.homes.values).union(kept.aliases.keys)
        names.formUnion(kept.aliases.values.map(\.survivor))
        let entangled = names.isEmpty ? [] : Set(ids.indices.filter { names.contains(ids[$0]) })
        return UntouchedPersons(
            clusters: clusters, before: before, sizes: sizes, entangled: entangled, judged: judged)
    }

    /// What the rule of identity has to know: all but who is untouched.
    func state(besides untouched: UntouchedPersons) throws -> IdentityState {
        var homes = kept.absent
        var present: Set<PersonID> = []
        for (number, id) in ids.enumerated() where !untouched.isUntouched[number] {
            present.insert(id)
            for key in try run?.keys(ofPerson: number + 1) ?? [] { homes[key] = id }
        }
        homes.merge(kept.homes) { $1 }
        return IdentityState(
            homes: Dictionary(
                homes.map { (RecordKey($0.key), $0.value) }, uniquingKeysWith: { first, _ in first }),
            aliases: kept.aliases.mapValues { .init(survivor: $0.survivor, merge: $0.merge) },
            present: present, given: kept.spent)
    }

    /// The ids of those who are untouched: nobody else may be given one of them.
    func ids(of untouched: UntouchedPersons) -> Set<PersonID> {
        Set(ids.indices.lazy.filter { untouched.isUntouched[$0] }.map { ids[$0] })
    }

    func id(_ person: Int32) -> PersonID { ids[Int(person)] }

    func wasProtected(_ id: PersonID) -> Bool { protected.contains(id) }

    /// Stores a person like the one of last night.
    ///
    /// - Returns: `false` where what was kept of it cannot be read.
    func copy(
        _ person: Int32, to store: RunStore, entities: [Int], standing: PersonStanding, isResident: Bool,
        unread: [SourceID]
    ) throws -> Bool {
        guard let run else { return false }
        return try store.addPerson(
            id(person), entities: entities, like: Int(person) + 1, of: run, standing: standing,
            isResident: isResident, unread: unread)
    }
}

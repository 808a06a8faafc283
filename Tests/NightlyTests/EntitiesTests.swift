import Domain
import Identity
import Store
import TestSupport
import Testing

@testable import Nightly

@Suite struct EntitiesTests {
    private static let base = Identifiers(
        names: [NameForm(kind: .legal, family: "若葉", given: "花", written: "若葉　花")],
        birth: .year(2020), sex: .female,
        address: Address(town: "若葉台1", block: "2-3", written: "若葉台1-2-3"),
        number: PersonNumber(space: "atena", number: "12"))

    private func record(
        _ identifiers: Identifiers, line: Int = 2, source: SourceID = "kenshin", subject: Subject = .child
    ) -> Record {
        Record(
            position: RowPosition(source: source, file: "f", line: line, offset: 0), subject: subject,
            identifiers: identifiers, facts: [])
    }

    /// One part of the identifiers changed, each in another way.
    static let changes: [Identifiers] = {
        var list: [Identifiers] = [base]
        func with(_ change: (inout Identifiers) -> Void) {
            var changed = base
            change(&changed)
            list.append(changed)
        }
        // The year 2020 and "completed no year of age on 31 December 2020" are the same span of days.
        with { $0.birth = .age(0, on: Day(2020, 12, 31) ?? Day(number: 0)) }
        with { $0.birth = .month(year: 2020, month: 1) }
        with { $0.birth = (Day(2020, 1, 1)).map(PartialDate.day) }
        with { $0.birth = nil }
        with { $0.address?.building = "コーポ201" }
        with { $0.address?.postcode = "1000001" }
        with { $0.address = nil }
        with { $0.names[0].written = "若葉 花" }
        with { $0.names[0].kind = .alias }
        with { $0.guardians = $0.names }
        with { $0.sex = nil }
        with { $0.phones = ["0312345678"] }
        with { $0.phones = ["03", "12345678"] }
        with { $0.number = PersonNumber(space: "ate", number: "na12") }
        with { $0.household = "12" }
        with { $0.relation = "12" }
        with { $0.school = "12" }
        return list
    }()

    /// Adds a record as the night does.
    private func add(
        _ record: Record, to entities: inout Entities, isSpine: Bool = false, _ keys: WorkspaceKeys
    ) -> (index: Int, newKey: RecordKey?) {
        entities.entity(
            of: record, IdentityDigest(of: record),
            origin: Entities.Origin(source: record.position.source, isSpine: isSpine, isUnique: isSpine),
            on: Day(number: 20_727), keys: keys)
    }

    @Test func identitiesThatDifferInAnyPartHaveKeysOfTheirOwn() throws {
        let scratch = try ScratchFolder()
        let keys = try WorkspaceKeys.create(folder: scratch.file("keys"))
        var entities = Entities()
        var found: Set<RecordKey> = []
        for identifiers in Self.changes {
            for subject in Subject.allCases {
                let entity = add(record(identifiers, subject: subject), to: &entities, keys)
                if let key = entity.newKey { found.insert(key) }
            }
        }
        #expect(found.count == 2 * Self.changes.count)
        let again = add(record(Self.base, line: 99), to: &entities, keys)
        #expect(again.index == 0 && again.newKey == nil)
    }

    @Test func aBetterReaderOfNamesMakesNobodyNew() throws {
        let scratch = try ScratchFolder()
        let keys = try WorkspaceKeys.create(folder: scratch.file("keys"))
        var read = Self.base
        read.names[0].given = "華"
        read.address?.town = "若葉台"
        var (before, after) = (Entities(), Entities())
        let key = add(record(Self.base), to: &before, keys).newKey
        #expect(key != nil && add(record(read), to: &after, keys).newKey == key)
    }

    @Test func theRegisterHasEachNumberForOnePerson() throws {
        let scratch = try ScratchFolder()
        let keys = try WorkspaceKeys.create(folder: scratch.file("keys"))
        var entities = Entities()
        _ = add(record(Self.base, line: 7, source: "jumin"), to: &entities, isSpine: true, keys)
        func first(_ identifiers: Identifiers) -> Int? {
            let record = record(identifiers, line: 8, source: "jumin")
            return entities.rowOfSameNumber(as: record, IdentityDigest(of: record))?.line
        }
        var other = Self.base
        other.names[0].written = "青葉　海"
        #expect(first(other) == 7)
        #expect(first(Self.base) == nil)
        other.number = PersonNumber(space: "atena", number: "13")
        #expect(first(other) == nil)
        other.number = nil
        #expect(first(other) == nil)
    }

    @Test func aChangedAddressLeavesTheRegistersKey() throws {
        let scratch = try ScratchFolder()
        let keys = try WorkspaceKeys.create(folder: scratch.file("keys"))
        var moved = Self.base
        moved.address = nil
        var (before, after) = (Entities(), Entities())
        let key = add(record(Self.base, source: "jumin"), to: &before, isSpine: true, keys).newKey
        #expect(key != nil)
        #expect(add(record(moved, source: "jumin"), to: &after, isSpine: true, keys).newKey == key)
    }
}

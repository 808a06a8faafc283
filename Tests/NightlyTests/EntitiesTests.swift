import Domain
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

    @Test func identitiesThatDifferInAnyPartHaveKeysOfTheirOwn() throws {
        let scratch = try ScratchFolder()
        let keys = try WorkspaceKeys.create(folder: scratch.file("keys"))
        var entities = Entities()
        for (index, identifiers) in Self.changes.enumerated() {
            for subject in Subject.allCases {
                let entity = entities.entity(
                    of: record(identifiers, subject: subject), isSpine: false, isUnique: false, keys: keys)
                #expect(entity.isNew, "change \(index)")
            }
        }
        #expect(Set(entities.keys).count == 2 * Self.changes.count)
        let again = entities.entity(
            of: record(Self.base, line: 99), isSpine: false, isUnique: false, keys: keys)
        #expect(again.index == 0 && !again.isNew)
    }

    @Test func aBetterReaderOfNamesMakesNobodyNew() throws {
        let scratch = try ScratchFolder()
        let keys = try WorkspaceKeys.create(folder: scratch.file("keys"))
        var read = Self.base
        read.names[0].given = "華"
        read.address?.town = "若葉台"
        var (before, after) = (Entities(), Entities())
        _ = before.entity(of: record(Self.base), isSpine: false, isUnique: false, keys: keys)
        _ = after.entity(of: record(read), isSpine: false, isUnique: false, keys: keys)
        #expect(before.keys == after.keys)
    }

    @Test func theRegisterHasEachNumberForOnePerson() throws {
        let scratch = try ScratchFolder()
        let keys = try WorkspaceKeys.create(folder: scratch.file("keys"))
        var entities = Entities()
        _ = entities.entity(
            of: record(Self.base, line: 7, source: "jumin"), isSpine: true, isUnique: true, keys: keys)
        var other = Self.base
        other.names[0].written = "青葉　海"
        #expect(entities.rowOfSameNumber(as: record(other, line: 8, source: "jumin"))?.line == 7)
        #expect(entities.rowOfSameNumber(as: record(Self.base, line: 8, source: "jumin")) == nil)
        other.number = PersonNumber(space: "atena", number: "13")
        #expect(entities.rowOfSameNumber(as: record(other, line: 8, source: "jumin")) == nil)
        other.number = nil
        #expect(entities.rowOfSameNumber(as: record(other, line: 8, source: "jumin")) == nil)
    }

    @Test func aChangedAddressLeavesTheRegistersKey() throws {
        let scratch = try ScratchFolder()
        let keys = try WorkspaceKeys.create(folder: scratch.file("keys"))
        var moved = Self.base
        moved.address = nil
        var (before, after) = (Entities(), Entities())
        _ = before.entity(
            of: record(Self.base, source: "jumin"), isSpine: true, isUnique: true, keys: keys)
        _ = after.entity(of: record(moved, source: "jumin"), isSpine: true, isUnique: true, keys: keys)
        #expect(before.keys == after.keys)
    }
}

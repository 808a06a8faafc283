import Domain
import Mapping
import TestSupport
import Testing

@testable import Nightly

@Suite struct UnreadTests {
    private static func birth(_ text: String) -> PartialDate? { Day(iso: text).map(PartialDate.day) }

    private static func number(_ text: String, in space: String = "atena") -> PersonNumber {
        PersonNumber(space: space, number: text)
    }

    /// Clusters 0: a child with two records, 1: its twin, 2: somebody of an age, 3: without anything.
    private static let records = [
        (
            Entities.Origin(source: "jumin", isSpine: true, isUnique: true),
            Identifiers(birth: birth("2019-05-10"), number: number("1"), household: "7")
        ),
        (
            Entities.Origin(source: "kenshin", isSpine: false, isUnique: false),
            Identifiers(birth: birth("2019-05-10"), number: number("8", in: "kenshin"))
        ),
        (
            Entities.Origin(source: "jumin", isSpine: true, isUnique: true),
            Identifiers(birth: birth("2019-05-10"), number: number("2"), household: "7")
        ),
        (
            Entities.Origin(source: "soudan", isSpine: false, isUnique: false),
            Identifiers(birth: .age(7, on: Day(2026, 10, 1) ?? Day(number: 0)))
        ),
        (Entities.Origin(source: "soudan", isSpine: false, isUnique: false), Identifiers()),
    ]
    private static let clusters = [[0, 1], [2], [3], [4]]

    private func unread(_ clues: [Clue], of source: SourceID = "gakurei") -> Unread {
        var rows = UnreadRows()
        rows.add(clues, of: source, isSpine: source == "jumin")
        return unread(rows)
    }

    private func unread(_ rows: UnreadRows) -> Unread {
        var sought = Sought(rows)
        for (index, (origin, identifiers)) in Self.records.enumerated() {
            sought.look(at: identifiers, of: index, in: origin)
        }
        return Unread(rows, sought, clusters: Self.clusters) { Self.records[$0].0.isSpine }
    }

    @Test(
        arguments: [
            // The number says it, whichever record has it.
            (Clue(number: number("1")), [0], 0, false),
            (Clue(number: number("8", in: "kenshin")), [0], 0, false),
            (Clue(number: number("2"), birth: birth("2019-05-10")), [1], 0, false),
            // The same digits in another space are another number.
            (Clue(number: number("1", in: "kenshin"), birth: birth("2001-01-01")), [], 1, true),
            // A number with another birth is somebody else's, or wrong.
            (Clue(number: number("1"), birth: birth("2001-01-01")), [], 1, true),
            // By the birth everybody who may have been born then.
            (Clue(birth: birth("2019-05-10")), [0, 1, 2], 0, true),
            (Clue(number: number("99"), birth: birth("2019-05-10")), [0, 1, 2], 0, true),
            (Clue(birth: .year(2019)), [0, 1, 2], 0, true), (Clue(birth: birth("2018-11-11")), [2], 0, true),
            (Clue(), [], 1, true),
        ] as [(Clue, [Int], Int, Bool)])
    func aRejectedRowIsAboutWhomItMayBeAbout(clue: Clue, clusters: [Int], unplaced: Int, isDoubtful: Bool) {
        let found = unread([clue])
        #expect(found.sources.keys.sorted() == clusters, "\(clue)")
        #expect(found.sources.values.allSatisfy { $0 == ["gakurei"] })
        #expect(found.unplaced["gakurei", default: 0] == unplaced && found.doubtful.isEmpty != isDoubtful)
    }

    @Test func aRowWithoutAnyColumnMayBeAboutAnybody() {
        let found = unread([])
        #expect(
            found.sources.isEmpty && found.unplaced == ["gakurei": 1] && found.doubtful == ["gakurei"])
    }

    @Test func aRowOfTwoPeopleIsPlacedOnlyWithBoth() {
        let found = unread([Clue(number: Self.number("1")), Clue()])
        #expect(found.sources.keys.sorted() == [0] && found.unplaced == ["gakurei": 1])
    }

    @Test func aRowOfTheRegisterIsAboutThoseOfItsHouseholdToo() {
        let found = unread([Clue(number: Self.number("1"), household: "7")], of: "jumin")
        #expect(found.sources.keys.sorted() == [0, 1] && found.doubtful.isEmpty)
        #expect(Array(found.groups.values) == [[0]] && found.leads.map(\.isByNumber) == [true])
        #expect(unread([Clue(household: "7")], of: "seiho").sources.isEmpty)
    }

    /// One unreadable byte or one field too many, and nobody can tell whose the row is.
    @Test func aRowOfTheRegisterThatLeadsToNobodyMayBeOfWhoeverIsNotOnIt() {
        for clues in [[], [Clue()], [Clue(number: Self.number("99"))]] {
            let found = unread(clues, of: "jumin")
            #expect(found.sources == [2: ["jumin"], 3: ["jumin"]], "\(clues)")
            #expect(found.unplaced == ["jumin": 1] && found.doubtful == ["jumin"])
        }
    }

    @Test func rowsThatSayTheSameAreCounted() {
        var rows = UnreadRows()
        for _ in 0..<3 { rows.add([Clue()], of: "gakurei") }
        rows.add([], of: "gakurei")
        #expect(unread(rows).unplaced == ["gakurei": 4])
    }

    /// With every row beside every entity this would take hours.
    @Test(arguments: ["one household", "one number", "years of birth"])
    func manyRejectedRowsOfOneHouseholdNumberOrYearAreGoneThroughOnce(sameness: String) {
        let count = 20_000
        let register = Entities.Origin(source: "jumin", isSpine: true, isUnique: true)
        func day(_ index: Int) -> PartialDate { .day(Day(number: index % 20_000)) }
        var rows = UnreadRows()
        for index in 0..<count {
            let clue =
                switch sameness {
                case "one household":
                    Clue(number: Self.number("r\(index)"), birth: day(index), household: "7")
                case "one number":
                    Clue(number: Self.number("0"), birth: day(index), household: HouseholdID("\(index)"))
                default: Clue(birth: day(index), household: HouseholdID("\(index)"))
                }
            rows.add([clue], of: "jumin", isSpine: true)
        }
        var sought = Sought(rows)
        for entity in 0..<count {
            let identifiers =
                switch sameness {
                case "one household":
                    Identifiers(birth: day(entity), number: Self.number("e\(entity)"), household: "7")
                case "one number": Identifiers(birth: day(entity), number: Self.number("0"))
                default: Identifiers(birth: .year(1970 + entity % 55))
                }
            sought.look(at: identifiers, of: entity, in: register)
        }
        let found = Unread(rows, sought, clusters: (0..<count).map { [$0] }) { _ in true }
        #expect(found.sources.count == count && found.unplaced.isEmpty)
        #expect(found.leads.reduce(0) { $0 + $1.households.count } == count)
    }

    @Test func anAcceptedRowWithoutOneOfItsFactsIsOfItsOwnPersonAlone() {
        var rows = UnreadRows()
        rows.add(entity: 1, of: "kenshin")
        rows.add(entity: 1, of: "kenshin")
        let found = unread(rows)
        #expect(found.sources == [0: ["kenshin"]] && found.unplaced.isEmpty && found.doubtful.isEmpty)
    }
}

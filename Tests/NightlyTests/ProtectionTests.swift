import Domain
import Mapping
import Store
import TestSupport
import Testing

@testable import Nightly

@Suite struct ProtectionTests {
    /// Entities by source and household number, with the rows of measures; the register is `jumin`.
    private func entities(
        _ list: [(source: SourceID, household: HouseholdID?)], measures: [Int: RowPosition]
    ) throws -> Entities {
        let scratch = try ScratchFolder()
        let keys = try WorkspaceKeys.create(folder: scratch.file("keys"))
        var entities = Entities()
        for (index, one) in list.enumerated() {
            let measure = measures[index]
            let record = Record(
                position: RowPosition(
                    source: one.source, file: measure?.file ?? "f", line: measure?.line ?? index, offset: 0),
                subject: .child, identifiers: Identifiers(school: "\(index)", household: one.household),
                facts: measure == nil
                    ? [] : [Fact(item: protectionItem, kind: "measure", value: .code("有"), on: nil)])
            _ = entities.entity(
                of: record, IdentityDigest(of: record),
                origin: Entities.Origin(
                    source: one.source, isSpine: one.source == "jumin", isUnique: false),
                on: Day(number: 20_727), keys: keys)
        }
        return entities
    }

    private func position(_ line: Int) -> RowPosition {
        RowPosition(source: "shien", file: "shien_20261001.csv", line: line, offset: 0)
    }

    @Test func aMeasureProtectsThePersonAndTheHousehold() throws {
        let protection = try Protection(
            entities(
                [("shien", nil), ("jumin", "7"), ("jumin", "7"), ("jumin", "8")], measures: [0: position(2)]),
            clusters: [[0, 1], [2], [3]], possible: [])
        #expect(protection.clusters == [0, 1])
        #expect(protection.unlinked.isEmpty && protection.notice == nil)
    }

    @Test func aMeasureOfSomebodyWhoWasShreddedProtectsTheHousehold() throws {
        let entities = try entities(
            [("jumin", "7"), ("jumin", "7"), ("jumin", "8"), ("jidofuyo", "7")], measures: [:])
        let home = Entities.Household(source: "jumin", id: "7")
        let protection = Protection(
            entities, clusters: [[0], [1], [2], [3]], possible: [], sheltered: [home])
        #expect(protection.clusters == [0, 1] && protection.outlasting == 2)
        #expect(protection.shelteredNotice?.contains("2人") == true)
        #expect(Protection(entities, clusters: [[0], [1], [2], [3]], possible: []).shelteredNotice == nil)
    }

    /// What the tombstone says holds until a row of tonight says something else.
    @Test(arguments: [(nil, true), ("有", true), ("解除", false)] as [(String?, Bool)])
    func theTombstoneKeepsTheHouseholdUntilTheMeasureEnds(row: String?, isKept: Bool) throws {
        let scratch = try ScratchFolder()
        let keys = try WorkspaceKeys.create(folder: scratch.file("keys"))
        var entities = Entities()
        let day = Day(number: 20_727)
        let mate = Record(
            position: RowPosition(source: "jumin", file: "f", line: 2, offset: 0), subject: .child,
            identifiers: Identifiers(school: "1", household: "7"), facts: [])
        _ = entities.entity(
            of: mate, IdentityDigest(of: mate),
            origin: Entities.Origin(source: "jumin", isSpine: true, isUnique: false), on: day, keys: keys)
        var outlasting = OutlastingMeasures()
        if let row {
            let ended = Fact(item: protectionItem, kind: "ended", value: .day(day), on: nil)
            outlasting.note(
                Record(
                    position: position(2), subject: .child, identifiers: Identifiers(),
                    facts: [Fact(item: protectionItem, kind: "measure", value: .code("有"), on: nil)]
                        + (row == "解除" ? [ended] : [])), of: 1, on: day)
        }
        let gone = ShreddedPerson(
            number: 1, persons: ["P-1"], records: [], protectedHomes: [keys.householdKey("7")])
        let homes = outlasting.households([gone], in: entities, keys: keys)
        #expect(homes == (isKept ? [Entities.Household(source: "jumin", id: "7")] : []))
    }

    @Test func aRejectedRowIsKeptOnlyWhereItsNumberSaysThatItIsSomebodyElses() throws {
        let scratch = try ScratchFolder()
        let keys = try WorkspaceKeys.create(folder: scratch.file("keys"))
        func number(_ text: String) -> PersonNumber { PersonNumber(space: "atena", number: text) }
        let record = KeptRecord(
            key: "a", number: keys.numberKey(source: "jumin", subject: .child, number("1")), marks: ["m"],
            source: "jumin")
        let shredded = ShreddedRecords(
            [ShreddedPerson(number: 1, persons: ["P-1"], records: [record])], keys: keys)
        for (clues, source, may) in [
            ([Clue(number: number("1"))], "jumin", true), ([Clue(number: number("2"))], "jumin", false),
            ([Clue(birth: .year(2019))], "jumin", true), ([], "jumin", true), ([], "kenshin", false),
        ] as [([Clue], SourceID, Bool)] {
            #expect(shredded.mayHold(clues, of: source) == may)
        }
        #expect(!ShreddedRecords([], keys: keys).mayHold([], of: "jumin"))
    }

    @Test func householdsOfSeveralSourcesReachOneAnother() throws {
        // 0 lives with 1 by the register; 1 lives with 2 by another source; 3 has 1's number by chance, elsewhere.
        let protection = try Protection(
            entities(
                [
                    ("jumin", "7"), ("jumin", "7"), ("jidofuyo", "55"), ("jidofuyo", "55"), ("seiho", "7"),
                ], measures: [0: position(2)]),
            clusters: [[0], [1, 2], [3], [4]], possible: [])
        #expect(protection.clusters == [0, 1, 2])
    }

    @Test(arguments: [[[0], [1, 2], [3]], [[3], [1, 2], [0]], [[2, 1], [0], [3]]])
    func whoIsProtectedDoesNotDependOnTheOrderOfClusters(clusters: [[Int]]) throws {
        let protection = try Protection(
            entities([("a", "1"), ("a", "1"), ("b", "2"), ("b", "2")], measures: [0: position(2)]),
            clusters: clusters,
            possible: [])
        #expect(protection.clusters == [0, 1, 2])
    }

    @Test func whoeverAMeasureMayBeAboutIsProtectedAndTheRowIsNotUnlinked() throws {
        let protection = try Protection(
            entities([("shien", nil), ("jumin", "7"), ("jumin", "7")], measures: [0: position(2)]),
            clusters: [[0], [1], [2]], possible: [(left: 1, right: 0)])
        #expect(protection.clusters == [0, 1, 2])
        #expect(protection.unlinked.isEmpty)
    }

    @Test func aMeasureThatReachesNobodyOnTheRegisterIsTold() throws {
        let protection = try Protection(
            entities(
                [
                    ("shien", nil), ("kenshin", nil), ("shien", nil), ("shien", nil), ("jumin", "7"),
                ], measures: [0: position(9), 2: position(4), 3: position(5)]),
            clusters: [[0, 1], [2], [3, 4]], possible: [(left: 0, right: 2)])
        #expect(protection.unlinked.map(\.position.line) == [4, 9])
        #expect(protection.notice?.contains("2行") == true)
        #expect(protection.notice?.contains("4行目、shien_20261001.csv の9行目") == true)
    }

    @Test(
        arguments: [
            (nil, true), ("2026-09-30", false), ("2026-10-01", false), ("2026-10-02", true),
            ("2036-10-02", true),
            ("2025-12-31", true), ("2026-01-01", false),
        ] as [(String?, Bool)])
    func aMeasureEndsOnTheDayOfItsEndAndNeverBeforeItsBeginning(end: String?, isInForce: Bool) throws {
        let scratch = try ScratchFolder()
        let keys = try WorkspaceKeys.create(folder: scratch.file("keys"))
        var entities = Entities()
        let began = try #require(Day(iso: "2026-01-01"))
        var facts = [Fact(item: protectionItem, kind: "measure", value: .code("本措置"), on: .day(began))]
        if let end = end.flatMap({ Day(iso: $0) }) {
            facts.append(Fact(item: protectionItem, kind: "ended", value: .day(end), on: nil))
        }
        let record = Record(
            position: position(2), subject: .child, identifiers: Identifiers(school: "1"), facts: facts)
        _ = entities.entity(
            of: record, IdentityDigest(of: record),
            origin: Entities.Origin(source: "shien", isSpine: false, isUnique: false),
            on: try #require(Day(iso: "2026-10-01")), keys: keys)
        #expect(entities.measures.isEmpty != isInForce)
        #expect(entities.doubtfulEnds.isEmpty == (end == nil || !isInForce))
    }

    /// Cluster 0 is the mother with her measure, 1 a child whose row of the register was rejected, 2 who lives with the
    /// child as another source knows it, 3 somebody on the register.
    private func family(
        _ clues: [Clue]?, wasProtected: Set<Int> = [], of source: SourceID = "jumin"
    ) throws -> Protection {
        let child = Identifiers(birth: .year(2019), number: PersonNumber(space: "atena", number: "1"))
        var rows = UnreadRows()
        if let clues { rows.add(clues, of: source, isSpine: source == "jumin") }
        var sought = Sought(rows)
        for (entity, source) in [(1, "jidofuyo"), (3, "jumin")] as [(Int, SourceID)] {
            sought.look(
                at: entity == 1 ? child : Identifiers(birth: .year(2019)), of: entity,
                in: Entities.Origin(source: source, isSpine: source == "jumin", isUnique: false))
        }
        let clusters = [[0], [1], [2], [3]]
        return try Protection(
            entities(
                [("jumin", "7"), ("jidofuyo", "55"), ("jidofuyo", "55"), ("jumin", "8")],
                measures: [0: position(2)]),
            clusters: clusters, possible: [],
            unread: Unread(rows, sought, clusters: clusters) { $0 == 0 || $0 == 3 },
            wasProtected: wasProtected.contains)
    }

    @Test func whomARejectedRowMayBeAboutLivesWhereTheRowSays() throws {
        #expect(try family(nil).clusters == [0])
        let number = PersonNumber(space: "atena", number: "1")
        #expect(try family([Clue(number: number, household: "7")]).clusters == [0, 1, 2])
        #expect(try family([Clue(number: number, household: "9")]).clusters == [0])
        // Without a known number: of those born then who are not on the register.
        #expect(try family([Clue(birth: .year(2019), household: "7")]).clusters == [0, 1, 2])
    }

    @Test func rejectedRowsOfOneHouseholdReachOneAnother() throws {
        // Two rows with the same birth: of one and the same person, or of two; who lives with either is protected.
        let clues = [
            Clue(birth: .year(2019), household: "7"), Clue(birth: .year(2019), household: "8"),
        ]
        #expect(try family(clues).clusters == [0, 1, 2, 3])
    }

    @Test func nobodysProtectionEndsBecauseARowCouldNotBeRead() throws {
        for clues in [[], [Clue()], [Clue(birth: .year(2019))]] {
            let kept = try family(clues, wasProtected: [1])
            #expect(kept.clusters == [0, 1, 2] && kept.kept == 1, "\(clues)")
            #expect(kept.keptNotice?.contains("1人") == true)
        }
        // What was read counts: who is on the register, and a row that says nothing of who lives with whom.
        #expect(try family([], wasProtected: [3]).clusters == [0])
        #expect(try family([Clue(birth: .year(2019))], wasProtected: [1], of: "kenshin").clusters == [0])
        #expect(try family(nil, wasProtected: [1]).clusters == [0])
    }
}

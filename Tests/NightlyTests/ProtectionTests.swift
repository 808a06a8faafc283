import Domain
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
}

import Domain
import Linkage
import Testing

@testable import Nightly

@Suite struct ProtectionTests {
    /// Entities by source and household number; the register is `jumin`.
    private func records(_ list: [(source: SourceID, household: HouseholdID?)]) -> [LinkageRecord] {
        list.map {
            LinkageRecord(
                source: $0.source, isSpine: $0.source == "jumin", isUnique: false,
                identifiers: Identifiers(household: $0.household))
        }
    }

    private func position(_ line: Int) -> RowPosition {
        RowPosition(source: "shien", file: "shien_20261001.csv", line: line, offset: 0)
    }

    @Test func aMeasureProtectsThePersonAndTheHousehold() {
        let protection = Protection(
            measures: [0: position(2)],
            records: records([("shien", nil), ("jumin", "7"), ("jumin", "7"), ("jumin", "8")]),
            clusters: [[0, 1], [2], [3]], possible: [])
        #expect(protection.clusters == [0, 1])
        #expect(protection.unlinked.isEmpty && protection.notice == nil)
    }

    @Test func householdsOfSeveralSourcesReachOneAnother() {
        // 0 lives with 1 by the register; 1 lives with 2 by another source; 3 has 1's number by chance, elsewhere.
        let protection = Protection(
            measures: [0: position(2)],
            records: records([
                ("jumin", "7"), ("jumin", "7"), ("jidofuyo", "55"), ("jidofuyo", "55"), ("seiho", "7"),
            ]),
            clusters: [[0], [1, 2], [3], [4]], possible: [])
        #expect(protection.clusters == [0, 1, 2])
    }

    @Test(arguments: [[[0], [1, 2], [3]], [[3], [1, 2], [0]], [[2, 1], [0], [3]]])
    func whoIsProtectedDoesNotDependOnTheOrderOfClusters(clusters: [[Int]]) {
        let protection = Protection(
            measures: [0: position(2)],
            records: records([("a", "1"), ("a", "1"), ("b", "2"), ("b", "2")]), clusters: clusters,
            possible: [])
        #expect(protection.clusters == [0, 1, 2])
    }

    @Test func whoeverAMeasureMayBeAboutIsProtectedAndTheRowIsNotUnlinked() {
        let protection = Protection(
            measures: [0: position(2)], records: records([("shien", nil), ("jumin", "7"), ("jumin", "7")]),
            clusters: [[0], [1], [2]], possible: [(left: 1, right: 0)])
        #expect(protection.clusters == [0, 1, 2])
        #expect(protection.unlinked.isEmpty)
    }

    @Test func aMeasureThatReachesNobodyOnTheRegisterIsTold() {
        let protection = Protection(
            measures: [0: position(9), 2: position(4), 3: position(5)],
            records: records([
                ("shien", nil), ("kenshin", nil), ("shien", nil), ("shien", nil), ("jumin", "7"),
            ]),
            clusters: [[0, 1], [2], [3, 4]], possible: [(left: 0, right: 2)])
        #expect(protection.unlinked.map(\.line) == [4, 9])
        #expect(protection.notice?.contains("2行") == true)
        #expect(protection.notice?.contains("4行目、shien_20261001.csv の9行目") == true)
    }
}

import Domain
import TestSupport
import Testing

@testable import Linkage

/// What people say of two records holds against every weight, but not against what cannot be.
@Suite struct VerdictTests {
    private func record(
        _ source: SourceID, _ given: (String, String), birth: String, spine: Bool = false,
        family: (String, String) = ("佐藤", "サトウ"), block: String = "3-4"
    ) throws -> LinkageRecord {
        LinkageRecord(
            source: source, isSpine: spine, isUnique: spine || source == "gakurei",
            identifiers: Identifiers(
                names: [
                    NameForm(
                        kind: .legal, family: family.0, given: given.0, familyKana: family.1,
                        givenKana: given.1)
                ], birth: .day(try #require(Day(iso: birth))), sex: .male,
                address: Address(town: "若葉台2", block: block, building: "")))
    }

    private let crowd = InventedTown(households: 60, seed: 7).records

    private func link(
        _ records: [LinkageRecord], same: [(Int, Int)] = [], different: [(Int, Int)] = []
    ) throws -> (clusters: [[Int]], review: [Link], conflicts: [VerdictConflict]) {
        let outcome = try Linker(model: try shippedModel(), threads: 1).link(
            records + crowd,
            verdicts: PairVerdicts(
                same: Set(same.map { .init($0.0, $0.1) }), different: Set(different.map { .init($0.0, $0.1) })
            ))
        let own = outcome.clusters.map { $0.filter { $0 < records.count } }.filter { !$0.isEmpty }
        return (own, outcome.review.filter { $0.right < records.count }, outcome.conflicts)
    }

    private func family() throws -> [LinkageRecord] {
        try [
            record("jumin", ("悠真", "ユウマ"), birth: "2018-05-12", spine: true),
            record("hoiku", ("悠真", "ユウマ"), birth: "2018-05-12"),
            record("kenshin", ("", "ユウマ"), birth: "2018-05-12"),
            // Another name, another house, another day.
            record("soudan", ("翔", "ショウ"), birth: "2017-01-30", family: ("鈴木", "スズキ"), block: "9-9"),
            record("jumin", ("陽菜", "ヒナ"), birth: "2015-11-03", spine: true, block: "8-1"),
        ]
    }

    @Test func whatPeopleSayIsTheSameIsOnePersonWhateverItLooksLike() throws {
        let records = try family()
        #expect(try link(records).clusters == [[0, 1, 2], [3], [4]])
        let linked = try link(records, same: [(3, 0)])
        #expect(linked.clusters == [[0, 1, 2, 3], [4]] && linked.conflicts.isEmpty)
    }

    @Test func whatPeopleSayIsNotTheSameStaysApartAlsoThroughAThird() throws {
        let records = try family()
        let linked = try link(records, different: [(0, 1)])
        #expect(!linked.clusters.contains { $0.contains(0) && $0.contains(1) })
        #expect(!linked.review.contains { $0.left == 0 && $0.right == 1 })
        // The third joins one of them, and both only if nothing is said.
        #expect(linked.clusters.count == 4)
    }

    @Test func twoRowsOfTheRegisterAreToldNotJoined() throws {
        let records = try family()
        let linked = try link(records, same: [(0, 4)])
        #expect(linked.clusters == [[0, 1, 2], [3], [4]])
        #expect(linked.conflicts == [VerdictConflict(pair: .init(0, 4), reason: .unique)])
        // Nobody knows which of the two is wrong: neither counts, both are told.
        let through = try link(records, same: [(3, 4), (0, 3)])
        #expect(through.clusters == [[0, 1, 2], [3], [4]])
        #expect(through.conflicts.map(\.pair) == [.init(0, 3), .init(3, 4)])
    }

    @Test func verdictsThatContradictEachOtherAreTold() throws {
        let linked = try link(try family(), same: [(0, 3), (1, 3)], different: [(0, 1)])
        #expect(linked.conflicts.map(\.reason) == [.contradicted, .contradicted])
        #expect(!linked.clusters.contains { $0.contains(0) && $0.contains(1) })
    }

    /// A verdict on one twin says nothing of the other.
    @Test func theTwinGuardStays() throws {
        let twins = try [
            record("jumin", ("悠真", "ユウマ"), birth: "2018-05-12", spine: true),
            record("jumin", ("悠人", "ユウト"), birth: "2018-05-12", spine: true),
            record("hoiku", ("悠真", "ユウマ"), birth: "2018-05-12"),
            record("hoiku", ("悠人", "ユウト"), birth: "2018-05-12"),
            record("soudan", ("翔", "ショウ"), birth: "2017-01-30", family: ("鈴木", "スズキ"), block: "9-9"),
        ]
        #expect(try link(twins, same: [(0, 4)]).clusters == [[0, 2, 4], [1, 3]])
    }

    @Test func verdictsHoldInAnyOrderOfRecordsAndOnAnyNumberOfThreads() throws {
        let town = InventedTown(households: 80, seed: testSeed)
        let model = try shippedModel()
        var random = SeededGenerator(seed: testSeed)
        func pairs(_ count: Int) -> Set<PairVerdicts.Pair> {
            Set(
                (0..<count).compactMap { _ in
                    let one = Int.random(in: town.records.indices, using: &random)
                    let other = Int.random(in: town.records.indices, using: &random)
                    return one == other ? nil : PairVerdicts.Pair(one, other)
                })
        }
        let plain = try Linker(model: model, threads: 1).link(town.records)
        // Some against what linkage would do, some anywhere.
        let joined = plain.clusters.filter { $0.count > 1 }.prefix(12).map { PairVerdicts.Pair($0[0], $0[1]) }
        let verdicts = PairVerdicts(same: pairs(30), different: pairs(10).union(joined))
        let one = try Linker(model: model, threads: 1).link(town.records, verdicts: verdicts)
        let four = try Linker(model: model, threads: 4).link(town.records, verdicts: verdicts)
        #expect(four.clusters == one.clusters && four.links == one.links, "seed \(testSeed)")
        for pair in verdicts.different {
            #expect(
                !one.clusters.contains { $0.contains(pair.left) && $0.contains(pair.right) },
                "seed \(testSeed)")
        }
        let refused = Set(one.conflicts.map(\.pair))
        for pair in verdicts.same where !refused.contains(pair) {
            #expect(
                one.clusters.contains { $0.contains(pair.left) && $0.contains(pair.right) },
                "seed \(testSeed)")
        }
        for cluster in one.clusters { #expect(cluster.count { town.records[$0].isSpine } <= 1) }
        for seed in testSeed..<testSeed + 3 {
            let (other, origin) = town.shuffled(seed: seed)
            var place = Array(repeating: 0, count: origin.count)
            for (new, old) in origin.enumerated() { place[old] = new }
            func moved(_ pairs: Set<PairVerdicts.Pair>) -> Set<PairVerdicts.Pair> {
                Set(pairs.map { .init(place[$0.left], place[$0.right]) })
            }
            let found = try Linker(model: model, threads: 2).link(
                other.records,
                verdicts: PairVerdicts(same: moved(verdicts.same), different: moved(verdicts.different)))
            #expect(
                Set(found.clusters.map { Set($0.map { origin[$0] }) }) == Set(one.clusters.map(Set.init)),
                "seed \(seed)")
            #expect(
                Set(found.conflicts.map { PairVerdicts.Pair(origin[$0.pair.left], origin[$0.pair.right]) })
                    == refused, "seed \(seed)")
        }
    }
}

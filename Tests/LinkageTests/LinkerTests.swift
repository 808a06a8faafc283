import Domain
import TestSupport
import Testing

@testable import Linkage

@Suite struct LinkerTests {
    @Test func anyNumberOfThreadsGivesTheSameOutcome() throws {
        let town = InventedTown(households: 120, seed: testSeed)
        let model = try shippedModel()
        let one = try Linker(model: model, threads: 1).link(town.records)
        for threads in [2, 4] {
            let many = try Linker(model: model, threads: threads).link(town.records)
            #expect(many.clusters == one.clusters && many.links == one.links, "seed \(testSeed)")
            #expect(many.review == one.review && many.blocking == one.blocking, "seed \(testSeed)")
        }
        #expect(one.clusters.flatMap { $0 }.sorted() == Array(town.records.indices))
        #expect(one.clusters.map { $0[0] } == one.clusters.map { $0[0] }.sorted())
    }

    @Test func theOrderOfTheRecordsDoesNotMatter() throws {
        let town = InventedTown(households: 120, seed: testSeed)
        let linker = Linker(model: try shippedModel(), threads: 2)
        let expected = Set(try linker.link(town.records).clusters.map(Set.init))
        for seed in testSeed..<testSeed + 3 {
            let (other, origin) = town.shuffled(seed: seed)
            let found = try linker.link(other.records).clusters.map { Set($0.map { origin[$0] }) }
            #expect(Set(found) == expected, "seed \(seed)")
        }
    }

    @Test func aClusterHoldsOneSpineRecordAndOneRowOfAUniqueSource() throws {
        let town = InventedTown(households: 120, seed: testSeed)
        let outcome = try Linker(model: try shippedModel(), threads: 2).link(town.records)
        for cluster in outcome.clusters {
            let records = cluster.map { town.records[$0] }
            #expect(records.count(where: \.isSpine) <= 1)
            #expect(records.count { $0.source == "gakurei" } <= 1)
        }
    }

    /// An invented town is no measure of quality, but a broken linker shows.
    @Test func almostEverybodyIsFoundAndAlmostNobodyConfused() throws {
        let town = InventedTown(households: 200, seed: testSeed)
        let outcome = try Linker(model: try shippedModel(), threads: 2).link(town.records)
        let predicted = LinkageEvaluation.predicted(outcome.clusters, records: town.records.count)
        let measured = LinkageEvaluation.measure(
            truth: town.truth, predicted: predicted, sources: town.records.map(\.source))
        #expect(measured.pairs.precision > 0.999, "seed \(testSeed)")
        #expect(measured.pairs.recall > 0.8, "seed \(testSeed), \(measured.pairs.recall)")
    }

    @Test func explanationLinesAddUpToTheWeight() throws {
        let town = InventedTown(households: 40, seed: testSeed)
        let outcome = try Linker(model: try shippedModel(), threads: 1).link(town.records)
        for link in outcome.links + outcome.review {
            let lines = outcome.explain(link)
            #expect(abs(lines.reduce(0) { $0 + $1.weight } - link.weight) < 1e-9)
            #expect(lines.allSatisfy { !$0.comparison.isEmpty && !$0.level.isEmpty })
        }
    }

    @Test func nobodyIsNothing() throws {
        let outcome = try Linker(model: try shippedModel(), threads: 4).link([])
        #expect(outcome.clusters.isEmpty && outcome.links.isEmpty && outcome.candidatePairs == 0)
    }

    @Test func anUnsoundModelIsRefused() throws {
        var model = try shippedModel()
        model.thresholds.automatic = -1
        let linker = Linker(model: model, threads: 1)
        #expect(throws: Faults.self) { try linker.link([]) }
    }
}

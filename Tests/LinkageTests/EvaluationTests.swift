import Domain
import TestSupport
import Testing

@testable import Linkage

@Suite struct EvaluationTests {
    @Test func countsAgreeWithListingEveryPair() {
        var random = SeededGenerator(seed: testSeed)
        let count = 120
        let truth = (0..<count).map { _ in Int.random(in: 0..<30, using: &random) }
        let predicted = (0..<count).map { _ in Int.random(in: 0..<25, using: &random) }
        let sources = (0..<count).map { _ in SourceID(["a", "b", "c"].randomElement(using: &random) ?? "a") }
        let marks = (0..<count).map { _ in Int.random(in: 0..<4, using: &random) == 0 }
        let measured = LinkageEvaluation.measure(
            truth: truth, predicted: predicted, sources: sources, groups: [("双子", marks)])
        var (all, group) = (LinkageEvaluation.Pairs(), LinkageEvaluation.Pairs())
        var (allAcross, groupAcross) = (LinkageEvaluation.Pairs(), LinkageEvaluation.Pairs())
        var table: [Set<SourceID>: LinkageEvaluation.Pairs] = [:]
        for i in 0..<count {
            for j in i + 1..<count {
                var pair = LinkageEvaluation.Pairs()
                pair.actual = truth[i] == truth[j] ? 1 : 0
                pair.predicted = predicted[i] == predicted[j] ? 1 : 0
                pair.common = pair.actual * pair.predicted
                add(pair, to: &all)
                if marks[i] || marks[j] { add(pair, to: &group) }
                if sources[i] != sources[j] {
                    add(pair, to: &allAcross)
                    if marks[i] || marks[j] { add(pair, to: &groupAcross) }
                }
                add(pair, to: &table[[sources[i], sources[j]], default: LinkageEvaluation.Pairs()])
            }
        }
        #expect(measured.pairs == all && measured.groups[0].pairs == group, "seed \(testSeed)")
        let across = LinkageEvaluation.measure(
            truth: truth, predicted: predicted, sources: sources, groups: [("双子", marks)], isAcross: true)
        #expect(across.pairs == allAcross && across.groups[0].pairs == groupAcross, "seed \(testSeed)")
        #expect(allAcross != all && groupAcross != group)
        #expect(measured.sourcePairs.count == 6)
        for pair in measured.sourcePairs {
            #expect(pair.pairs == table[[pair.first, pair.second]], "seed \(testSeed)")
        }
    }

    /// Twins 1 and 2 share a cluster in one record each; siblings 1, 2 and 3 besides.
    @Test func pairsOfKinPutTogetherAreCounted() {
        let measured = LinkageEvaluation.measure(
            truth: [1, 1, 2, 2, 3], predicted: [9, 9, 9, 8, 7], sources: Array(repeating: "a", count: 5),
            kin: [("twins", [[1, 2]]), ("siblings", [[1, 2, 3]]), ("none", [])])
        #expect(measured.kin.map(\.pairs) == [4, 8, 0] && measured.kin.map(\.together) == [2, 2, 0])
        #expect(measured.kin.map(\.share) == [0.5, 0.25, 0])
    }

    @Test func theCurveAtTheModelsThresholdIsTheLinkageItself() throws {
        let town = InventedTown(households: 60, seed: testSeed)
        let model = try shippedModel()
        let outcome = try Linker(model: model, threads: 2).link(town.records)
        let measured = LinkageEvaluation.measure(
            truth: town.truth,
            predicted: LinkageEvaluation.predicted(outcome.clusters, records: town.records.count),
            sources: town.records.map(\.source))
        let curve = try Linker(model: model, threads: 2).curve(
            town.records, truth: town.truth, thresholds: [model.thresholds.automatic, 60])
        #expect(curve[0].pairs == measured.pairs, "seed \(testSeed)")
        #expect(curve[1].pairs.predicted <= measured.pairs.predicted, "seed \(testSeed)")
    }

    private func add(_ pair: LinkageEvaluation.Pairs, to sum: inout LinkageEvaluation.Pairs) {
        sum.actual += pair.actual
        sum.predicted += pair.predicted
        sum.common += pair.common
    }

    /// Two persons of three and two records; one record of the first stands with the second.
    @Test func figuresOfAWorkedExample() {
        let measured = LinkageEvaluation.measure(
            truth: [1, 1, 1, 2, 2], predicted: [9, 9, 8, 8, 8], sources: Array(repeating: "a", count: 5))
        #expect(measured.pairs.actual == 4 && measured.pairs.predicted == 4 && measured.pairs.common == 2)
        #expect(measured.pairs.precision == 0.5 && measured.pairs.recall == 0.5 && measured.pairs.f1 == 0.5)
        #expect(abs(measured.bCubed.precision - (1 + 1 + 1.0 / 3 + 2.0 / 3 + 2.0 / 3) / 5) < 1e-12)
        #expect(abs(measured.bCubed.recall - (2.0 / 3 + 2.0 / 3 + 1.0 / 3 + 1 + 1) / 5) < 1e-12)
    }

    @Test func perfectAndEmptyLinkage() {
        let perfect = LinkageEvaluation.measure(
            truth: [5, 5, 7], predicted: LinkageEvaluation.predicted([[0, 1], [2]], records: 3),
            sources: ["a", "b", "a"])
        #expect(perfect.pairs.f1 == 1 && perfect.bCubed.f1 == 1)
        let alone = LinkageEvaluation.measure(truth: [5, 5], predicted: [0, 1], sources: ["a", "b"])
        #expect(alone.pairs.precision == 1 && alone.pairs.recall == 0 && alone.bCubed.recall == 0.5)
    }
}

import Domain
import TestSupport
import Testing

@testable import Linkage

@Suite struct TrainingTests {
    /// Two records a person, made with known probabilities; what is estimated must come near them.
    private func records(persons: Int) -> (records: [LinkageRecord], truth: [Int]) {
        var random = SeededGenerator(seed: testSeed)
        var records: [LinkageRecord] = []
        var truth: [Int] = []
        for person in 0..<persons {
            // 40 given names and 20 families that share no reading, uniformly: u is 1/40 and 1/20.
            let (given, family) = (
                Int.random(in: 0..<40, using: &random), Int.random(in: 0..<20, using: &random)
            )
            let isMale = Bool.random(using: &random)
            for copy in 0..<2 {
                var (ownGiven, ownFamily, ownSex) = (given, family, isMale)
                if copy == 1 {
                    if Int.random(in: 0..<100, using: &random) < 5 { ownGiven = (given + 1) % 40 }
                    if Int.random(in: 0..<100, using: &random) < 10 { ownFamily = (family + 1) % 20 }
                    if Int.random(in: 0..<100, using: &random) < 2 { ownSex.toggle() }
                }
                truth.append(person)
                records.append(
                    LinkageRecord(
                        source: copy == 0 ? "hoiku" : "kenshin", isSpine: false, isUnique: false,
                        identifiers: Identifiers(
                            names: [
                                NameForm(
                                    kind: .legal, family: Self.word(0x6000 + ownFamily),
                                    given: Self.word(0x7000 + ownGiven))
                            ], sex: ownSex ? .male : .female, phones: ["\(person)-\(copy)"])))
            }
        }
        return (records, truth)
    }

    private static func word(_ point: Int) -> String {
        String(
            String.UnicodeScalarView(
                [Unicode.Scalar(UInt32(point)), Unicode.Scalar(UInt32(point + 100))].compactMap { $0 }))
    }

    private func level(_ model: LinkageModel, _ kind: ComparisonKind, _ name: String) throws
        -> LinkageModel.Level
    {
        try #require(model[kind]?.levels.first { $0.level == name })
    }

    @Test func recoversTheProbabilitiesTheDataWereMadeWith() throws {
        let (records, truth) = records(persons: 1500)
        let model = try ModelEstimation.estimate(
            records: records, truth: truth, base: try shippedModel(), seed: testSeed, sampledPairs: 40_000)
        let expected: [(ComparisonKind, String, m: Double, u: Double)] = [
            (.given, "kanjiEqual", 0.95, 1.0 / 40), (.given, "different", 0.05, 39.0 / 40),
            (.family, "kanjiEqual", 0.90, 1.0 / 20), (.family, "different", 0.10, 19.0 / 20),
            (.sex, "same", 0.98, 0.5),
        ]
        for (kind, name, m, u) in expected {
            let found = try level(model, kind, name)
            #expect(abs(found.m - m) < 0.03 && abs(found.u - u) < 0.02, "\(kind) \(name), seed \(testSeed)")
        }
        #expect(abs(model.prior.partnersPerRecord - 1) < 0.001)
        #expect(model.faults().isEmpty)
    }

    @Test func whatWasNeverSeenKeepsItsWeightAndIsNamed() throws {
        let (records, truth) = records(persons: 200)
        let base = try shippedModel()
        let model = try ModelEstimation.estimate(
            records: records, truth: truth, base: base, seed: testSeed, sampledPairs: 2000)
        #expect(model[.birth] == base[.birth])
        let (phone, old) = (try level(model, .household, "phone"), try level(base, .household, "phone"))
        #expect(abs(phone.weight - old.weight) < 0.001 && phone.m < 0.005)
        let unseen = try #require(model.provenance.unseen)
        #expect(unseen.contains("birth.sameDay") && unseen.contains("household.phone"))
        #expect(!unseen.contains("sex.same"))
        #expect(model.provenance.kind == .labelled && model.provenance.matchingPairs == 200)
        // Everybody's telephone differs here: the level says nothing.
        #expect(abs(try level(model, .household, "different").weight) < 0.1)
        #expect(model.blocking == base.blocking && model.thresholds == base.thresholds)
    }

    /// All of one sex: neither rounding nor a small number of pairs may make an agreement certain.
    @Test(arguments: [2, 100, 10_000_000])
    func noLevelIsCertainHoweverManyPairsAgree(pairs: Int) throws {
        var model = try shippedModel()
        var counts = AgreementPatternCounts()
        counts.add(AgreementPattern(levels: [0, 0, 0, 1, 0, 0, 0]), times: pairs)
        let index = try #require(model.comparisons.firstIndex { $0.comparison == .sex })
        let old = try level(model, .sex, "different")
        let unseen = ModelEstimation.fill(&model.comparisons[index], matches: counts, others: counts)
        #expect(unseen == ["sex.different"] && model.faults().isEmpty)
        #expect(abs(try level(model, .sex, "different").weight - old.weight) < 0.001)
        #expect(try level(model, .sex, "same").u <= ModelEstimation.almostOne)
    }

    /// Nobody's sex is ever wrong here, but some day somebody's will be.
    @Test func noSlipIsImpossibleHoweverCleanTheLabels() throws {
        let town = InventedTown(households: 60, seed: testSeed)
        let model = try ModelEstimation.estimate(
            records: town.records, truth: town.truth, base: try shippedModel(), seed: 1, sampledPairs: 5000)
        #expect(try level(model, .sex, "different").m >= ModelEstimation.leastError)
        #expect(try level(model, .number, "different").m >= ModelEstimation.leastError)
        #expect(try level(model, .sex, "different").weight < -5)
    }

    @Test func theSameSeedGivesTheSameModelInAnyOrder() throws {
        let town = InventedTown(households: 60, seed: testSeed)
        let (other, _) = town.shuffled(seed: testSeed)
        func estimate(_ town: InventedTown, seed: UInt64) throws -> LinkageModel {
            try ModelEstimation.estimate(
                records: town.records, truth: town.truth, base: try shippedModel(), seed: seed,
                sampledPairs: 5000)
        }
        #expect(try estimate(town, seed: 1) == estimate(other, seed: 1))
        #expect(try estimate(town, seed: 1) != estimate(town, seed: 2))
    }

    @Test func withoutPairsThereIsNothingToLearn() throws {
        let base = try shippedModel()
        #expect(throws: Fault.self) {
            try ModelEstimation.estimate(records: [], truth: [], base: base, seed: 1)
        }
        #expect(throws: Fault.self) {
            try ModelEstimation.estimate(records: [], truth: [1], base: base, seed: 1)
        }
    }
}

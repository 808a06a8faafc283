import Domain
import TestSupport
import Testing

@testable import Linkage

@Suite struct ScoringTests {
    @Test func packedScoresEqualNaiveScores() throws {
        let town = InventedTown(households: 40, seed: testSeed)
        let model = try shippedModel()
        let packed = PairScorer(RecordColumns(town.records), model: model)
        let naive = NaiveScorer(town.records, model: model)
        var random = SeededGenerator(seed: testSeed)
        var pairs = (0..<caseCount(1500)).map { _ in
            (
                Int.random(in: 0..<town.records.count, using: &random),
                Int.random(in: 0..<town.records.count, using: &random)
            )
        }
        // Random pairs hardly ever agree; pairs of one household do.
        for i in town.records.indices {
            for j in i + 1..<min(i + 6, town.records.count) { pairs.append((i, j)) }
        }
        let prior = packed.weights.prior
        for (i, j) in pairs where i != j && naive.mayMeet(i, j) {
            let score = packed.score(i, j)
            let levels = naive.levels(i, j)
            for comparison in model.comparisons {
                let level = Int(score.pattern.level(comparison.comparison))
                let name = level == 0 ? nil : comparison.levels[level - 1].level
                #expect(
                    name == levels[comparison.comparison.rawValue],
                    "\(comparison.comparison), pair \(i) \(j), seed \(testSeed)")
            }
            #expect(score.weight == packed.score(j, i).weight)
        }
        for (i, j) in pairs.suffix(60) where i != j && naive.mayMeet(i, j) {
            #expect(
                abs(packed.score(i, j).weight - naive.weight(i, j)) < 1e-9, "pair \(i) \(j), seed \(testSeed)"
            )
        }
        #expect(prior < 0)
    }

    @Test func weightRisesWithTheAgreementOfTheShippedModel() throws {
        for comparison in try shippedModel().comparisons {
            #expect(comparison.levels.first.map { $0.weight > 0 } == true, "\(comparison.comparison)")
            #expect(
                comparison.levels.last { $0.level == "different" }.map { $0.weight < 0 } == true,
                "\(comparison.comparison)")
        }
    }

    @Test(arguments: [(0.0, 0.5), (10, 0.999_024_39), (-10, 0.000_975_609_75), (2000, 1), (-2000, 0)])
    func probabilityOfAWeight(weight: Double, probability: Double) {
        #expect(abs(matchProbability(weight: weight) - probability) < 1e-8)
    }

    @Test func aRareNameSaysMoreThanACommonOne() throws {
        let names = Array(repeating: "太郎", count: 90) + ["宇宙", "宇宙", "一花"]
        let records = names.map {
            LinkageRecord(
                source: "hoiku", isSpine: false, isUnique: false,
                identifiers: Identifiers(names: [NameForm(kind: .legal, given: $0)]))
        }
        let columns = RecordColumns(records)
        let frequency = TermFrequency({ $0.given }, of: columns, floor: 0.02)
        let ids = columns.forms.map(\.given)
        func adjustments(_ frequency: TermFrequency) throws -> [Double] {
            try (0..<3).map { try #require(frequency.adjustment(ids[$0], ids[$0])) }
        }
        let weights = try adjustments(frequency)
        // Two of 93 lie just above the floor of two in a hundred, one below it.
        #expect(weights[0] < 0 && weights[1] > weights[0] && weights[2] > weights[1])
        #expect(weights[2] - weights[1] < 0.2)
        // Below a floor all names are equally rare.
        let floored = try adjustments(TermFrequency({ $0.given }, of: columns, floor: 0.05))
        #expect(floored[1] == floored[2] && floored[1] > floored[0])
        #expect(frequency.adjustment(0, 0) == nil)
    }
}

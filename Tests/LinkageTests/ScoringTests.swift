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

    @Test func aRareNameSaysMoreThanACommonOne() {
        let names = Array(repeating: "太郎", count: 90) + ["宇宙", "宇宙", "一花"]
        let records = names.map {
            LinkageRecord(
                source: "hoiku", isSpine: false, isUnique: false,
                identifiers: Identifiers(names: [NameForm(kind: .legal, given: $0)]))
        }
        let columns = RecordColumns(records)
        let frequency = TermFrequency({ $0.given }, of: columns, floor: 0.02)
        let ids = columns.forms.map(\.given)
        let common = frequency.adjustment(ids[0], ids[0]) ?? 0
        let rare = frequency.adjustment(ids[1], ids[1]) ?? 0
        #expect(rare > common)
        #expect(frequency.adjustment(ids[2], ids[2]) == frequency.adjustment(ids[1], ids[1]) || rare > 0)
        // Both rare names lie at or under the floor of two in a hundred.
        #expect(abs((frequency.adjustment(ids[2], ids[2]) ?? 0) - rare) < 0.2)
        #expect(frequency.adjustment(0, 0) == nil)
    }
}

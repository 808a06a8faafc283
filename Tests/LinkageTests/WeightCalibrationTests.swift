import Domain
import TestSupport
import Testing

@testable import Linkage

@Suite struct ShareIntervalTests {
    /// Clopper and Pearson's intervals of 95 % as tables have them.
    @Test(arguments: [
        (0, 10, 0, 0.308497), (1, 10, 0.002529, 0.445016), (5, 10, 0.187086, 0.812914), (10, 10, 0.691503, 1),
        (0, 100, 0, 0.036217), (5, 100, 0.016432, 0.112835), (0, 1_000, 0, 0.003682),
        (10, 10_000, 0.000480, 0.001838),
    ])
    func theExactIntervalIsThatOfTables(count: Int, total: Int, lower: Double, upper: Double) {
        let interval = ShareInterval(count, of: total)
        #expect(abs(interval.low - lower) < 2e-6 && abs(interval.high - upper) < 2e-6, "\(interval)")
        #expect(interval.middle == Double(count) / Double(total))
    }

    /// Wilson's intervals of 95 % as tables have them.
    @Test(arguments: [
        (0, 10, 0, 0.277533), (1, 10, 0.017876, 0.404150), (5, 10, 0.236593, 0.763407),
        (10, 10, 0.722467, 1), (1, 20, 0.008881, 0.236131), (5, 100, 0.021543, 0.111750),
    ])
    func theScoreIntervalIsThatOfTables(count: Int, total: Int, lower: Double, upper: Double) {
        let interval = ShareInterval.wilson(count, of: total)
        #expect(abs(interval.low - lower) < 2e-6 && abs(interval.high - upper) < 2e-6, "\(interval)")
        #expect(interval.middle == Double(count) / Double(total))
    }

    @Test func theIncompleteBetaIsASumOfBinomials() {
        // I_x(a, n - a + 1) is the chance of a or more of n.
        for n in [3, 20, 60] {
            for a in 1...n {
                for x in [0.01, 0.3, 0.5, 0.9] {
                    var (chance, term) = (0.0, 1.0)
                    for k in 0...n {
                        if k > 0 { term *= Double(n - k + 1) / Double(k) }
                        if k >= a { chance += term * power(x, k) * power(1 - x, n - k) }
                    }
                    let beta = ShareInterval.incompleteBeta(x, Double(a), Double(n - a + 1))
                    #expect(abs(beta - chance) < 1e-9, "\(n) \(a) \(x)")
                }
            }
        }
    }

    private func power(_ base: Double, _ exponent: Int) -> Double {
        (0..<exponent).reduce(1.0) { value, _ in value * base }
    }
}

@Suite struct WeightCalibrationTests {
    private func counts(seed: UInt64) -> [WeightCalibration.Count] {
        var random = SeededGenerator(seed: seed)
        return (0..<Int.random(in: 1...30, using: &random)).map { _ in
            WeightCalibration.Count(
                weight: Double(Int.random(in: -10...10, using: &random)),
                matches: Int.random(in: 0...4, using: &random), others: Int.random(in: 0...4, using: &random))
        }
    }

    @Test func probabilitiesAreTheLeastOfTheGreatestMeans() throws {
        // The isotonic regression at x is the max over a <= x of the min over b >= x of the mean of a...b.
        for round in 0..<UInt64(caseCount(500)) {
            let counts = counts(seed: testSeed &+ round)
            let calibration = WeightCalibration(counts)
            let weights = Set(counts.filter { $0.matches + $0.others > 0 }.map(\.weight)).sorted()
            func mean(_ a: Double, _ b: Double) -> Double {
                let within = counts.filter { (a...b).contains($0.weight) }
                let matches = within.reduce(0) { $0 + $1.matches }
                return Double(matches) / Double(within.reduce(matches) { $0 + $1.others })
            }
            for weight in weights {
                let expected = weights.filter { $0 <= weight }.map { a in
                    weights.filter { $0 >= weight }.map { mean(a, $0) }.min() ?? 0
                }.max()
                let found = try #require(calibration.probability(of: weight))
                #expect(abs(found - (expected ?? -1)) < 1e-12, "seed \(testSeed &+ round)")
            }
        }
    }

    @Test func probabilitiesRiseWithTheWeight() {
        for round in 0..<UInt64(caseCount(500)) {
            let steps = WeightCalibration(counts(seed: testSeed &+ round)).steps
            for (low, high) in zip(steps, steps.dropFirst()) {
                #expect(low.weight < high.weight && low.probability < high.probability)
            }
        }
    }

    @Test func aThresholdKeepsToTheWrongLinksThatAreAllowed() throws {
        let calibration = WeightCalibration([
            .init(weight: 10, matches: 9_990, others: 0), .init(weight: 5, matches: 9_995, others: 5),
            .init(weight: 0, matches: 50, others: 50),
        ])
        let strict = try #require(calibration.threshold(wrongPer10000: 0))
        #expect(strict.weight == 10 && strict.wrong == 0 && strict.links == 9_990)
        let usual = try #require(calibration.threshold(wrongPer10000: 5))
        #expect(usual.weight == 5 && usual.wrong == 5 && usual.links == 19_990)
        #expect(usual.interval.low < 5.0 / 19_990 && usual.interval.high > 5.0 / 19_990)
        #expect(WeightCalibration([]).probability(of: 1) == nil)
        #expect(WeightCalibration([]).threshold(wrongPer10000: 10) == nil)
    }
}

import Domain
import Linkage
import Store
import Testing

@testable import Nightly

@Suite struct SampleEstimateTests {
    private func verdict(
        _ id: Int, _ pair: ReviewSample.Pair, isSame: Bool, needsSecond: Bool = false
    ) -> KeptVerdict {
        KeptVerdict(
            id: id, left: KeptRecord(key: pair.left, number: nil),
            right: KeptRecord(key: pair.right, number: nil), isSame: isSame, needsSecond: needsSecond,
            steps: [])
    }

    private let sample = ReviewSample(
        seed: 1, joined: 1000, apart: 50,
        pairs: (0..<100).map { ReviewSample.Pair(left: "a\($0)", right: "b\($0)", isJoined: true) }
            + (0..<20).map { ReviewSample.Pair(left: "c\($0)", right: "d\($0)", isJoined: false) })

    @Test func nothingIsSaidBeforeAnybodyJudged() {
        let estimate = SampleEstimate(sample, verdicts: [])
        #expect(estimate.joined.drawn == 100 && estimate.apart.drawn == 20 && estimate.joined.open == 100)
        #expect(estimate.precision == nil && estimate.recall == nil && estimate.falseLinks == nil)
    }

    @Test func precisionAndRecallFollowFromVerdictsOnBothParts() throws {
        let verdicts = sample.pairs.enumerated().map { place, pair in
            // 99 of 100 joined ones are right; 5 of 20 left apart are one person.
            verdict(place + 1, pair, isSame: pair.isJoined ? place > 0 : place % 4 == 0)
        }
        let estimate = SampleEstimate(sample, verdicts: verdicts)
        let precision = try #require(estimate.precision)
        #expect(precision.middle == 0.99 && precision.low < 0.97 && precision.high > 0.995)
        let recall = try #require(estimate.recall)
        #expect(abs(recall.middle - 990 / (990 + 12.5)) < 1e-12)
        #expect(recall.low < recall.middle && recall.middle < recall.high && recall.high <= 1)
        let wrong = try #require(estimate.falseLinks)
        #expect(wrong.judged == 100 && wrong.middle == 100 && wrong.low < 20 && wrong.high > 500)
    }

    @Test func ofAPartThatNobodySawNothingIsSaid() {
        let joined = ReviewSample(
            seed: 1, joined: 30, apart: 0,
            pairs: [ReviewSample.Pair(left: "a", right: "b", isJoined: true)])
        for isSame in [true, false] {
            let estimate = SampleEstimate(joined, verdicts: [verdict(1, joined.pairs[0], isSame: isSame)])
            #expect(estimate.precision != nil && estimate.recall == nil)
        }
    }

    @Test func verdictsThatWaitForASecondPersonDoNotCountYet() {
        let waiting = verdict(1, sample.pairs[0], isSame: true, needsSecond: true)
        #expect(SampleEstimate(sample, verdicts: [waiting]).joined.judged == 0)
    }
}

import Domain
import Foundation
import Policy
import TestSupport
import Testing

@testable import Store

@Suite struct ReviewSampleTests {
    private let sample = ReviewSample(
        seed: 7, joined: 10, apart: 2,
        pairs: [
            ReviewSample.Pair(left: "b", right: "a", isJoined: true),
            ReviewSample.Pair(left: "c", right: "d", isJoined: false),
        ])

    @Test func theLastSampleIsTheOneThatIsJudgedAndAllAreKept() throws {
        let world = try World()
        #expect(try world.service.reviewSample() == nil)
        try world.run("one", [Invented("P-1")])
        _ = try world.publish("one", [])
        try world.service.keep(sample, actor: staff, decision: grant(.review), at: noon)
        #expect(try world.service.reviewSample() == sample)
        let next = ReviewSample(seed: 8, joined: 11, apart: 0, pairs: [])
        try world.service.keep(next, actor: staff, decision: grant(.review), at: noon)
        #expect(try world.service.reviewSample() == next)
        #expect(try world.service.reviewSamples() == [sample, next])
        #expect(try world.count("SELECT count(*) FROM audit_event WHERE event LIKE '%review.sample%'") == 2)
        #expect(throws: (any Error).self) { try world.count("DELETE FROM review_sample RETURNING 1") }
    }
}

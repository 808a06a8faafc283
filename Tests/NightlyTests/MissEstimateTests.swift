import Domain
import Linkage
import TestSupport
import Testing

@testable import Nightly

@Suite struct MissEstimateTests {
    private func tally(
        _ month: String, _ children: Int, _ nothing: Int, _ support: Int, _ unreached: Int = 0
    ) -> SpotCheckTally {
        SpotCheckTally(
            month: month, children: children, drawn: 30,
            answers: [.nothing: nothing, .support: support, .unreached: unreached])
    }

    @Test func whoCouldNotBeReachedSaysNothing() throws {
        let estimate = MissEstimate(tally("2026-10", 1000, 19, 1, 5))
        #expect(estimate.rests == 20 && estimate.needing == 1 && estimate.unanswered == 5)
        let (share, number) = (try #require(estimate.share), try #require(estimate.number))
        #expect(share.middle == 0.05 && abs(share.low - 0.0089) < 0.0001 && abs(share.high - 0.2361) < 0.0001)
        #expect(number == ShareInterval(middle: 50, low: 9, high: 236))
        #expect(MissEstimate(tally("2026-10", 1000, 0, 0, 9)).share == nil)
    }

    @Test func monthsTogetherAreOfTheNewestChildren() throws {
        #expect(MissEstimate([]) == nil)
        let all = try #require(
            MissEstimate([tally("2026-09", 900, 10, 0), tally("2026-10", 1000, 18, 2)]))
        #expect(all.month == nil && all.children == 1000 && all.drawn == 60 && all.rests == 30)
        #expect(all.needing == 2)
    }
}

@Suite struct RuleGroupsTests {
    @Test func whoHasNoGroupsIsNotCountedAndEachDivisionAddsUpToAllOthers() {
        var tally = RuleGroups.Tally(
            groups: [
                "P-1": [.age: "小学生", .sex: "女"], "P-2": [.age: "中学生", .sex: "女"],
                "P-3": [.age: "小学生", .sex: "男"],
            ])
        for person in ["P-1", "P-2", "P-3", "P-9"] as [PersonID] {
            tally.add(person, "S1") { $0.children += 1 }
        }
        tally.add("P-2", "S1") { $0.flagged += 1 }
        let lines = tally.sorted
        #expect(lines.map(\.division) == [.age, .age, .sex, .sex])
        for division in [RuleGroups.Division.age, .sex] {
            let own = lines.filter { $0.division == division }
            #expect(own.map(\.children).reduce(0, +) == 3 && own.map(\.flagged).reduce(0, +) == 1)
        }
        #expect(lines.first { $0.group == "中学生" }?.flagged == 1)
    }

    @Test func hiddenCountsAreTogetherNeverFewWhereAnythingElseIsThere() {
        var generator = SeededGenerator(seed: testSeed)
        for _ in 0..<caseCount(500) {
            let counts = Dictionary(
                uniqueKeysWithValues: (0..<Int.random(in: 0...6, using: &generator)).map {
                    ("\($0)", Int.random(in: 0...25, using: &generator))
                })
            let told = SmallCounts.told(counts, hidingSums: true)
            let hidden = told.filter { $0.value == nil }.map { counts[$0.key] ?? 0 }
            #expect(told.allSatisfy { $0.value.map { $0 == 0 || $0 >= SmallCounts.least } ?? true })
            guard !hidden.isEmpty else { continue }
            let isSafe = hidden.count > 1 && hidden.reduce(0, +) >= SmallCounts.least
            let isAll = told.allSatisfy { $0.value == nil }
            #expect(isSafe || isAll, "\(counts) seed \(testSeed)")
        }
    }
}

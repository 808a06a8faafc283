import Domain
import Testing

@testable import Nightly

@Suite struct GateTests {
    private func summary(rows: Int, rejected: Int = 0, flags: Int = 0, split: Int = 0) throws -> RunSummary {
        var summary = RunSummary(run: "r", asOf: try #require(Day(2026, 10, 1)))
        var ledger = RowLedger()
        ledger.accepted = rows - rejected
        ledger.rejected = rejected
        summary.extracts = [
            ExtractSummary(
                source: "jumin", title: "住民記録", file: "jumin_20261001.csv", sha256: "", asOf: nil,
                ledger: ledger, rejections: [])
        ]
        summary.flags = [RuleCount(rule: "U1", title: "健診", count: flags)]
        summary.persons.total = rows
        summary.persons.split = split
        return summary
    }

    private func failed(_ summary: RunSummary, after previous: RunSummary?, stored: RowLedger? = nil) throws
        -> [String]
    {
        let limits = GateLimits(rejectedShare: 0.05, identityChurn: 0.01, flagGrowth: 3)
        let gates = Gates(
            limits: limits, rowDropLimits: ["jumin": 0.3], protecting: ["shien"], previous: previous)
        let ledger = try #require(summary.extracts.first?.ledger)
        return gates.check(summary, ledgersInStore: ["jumin": stored ?? ledger]).filter { !$0.passed }.map(
            \.gate)
    }

    @Test func anOrdinaryNightPassesEveryGate() throws {
        #expect(
            try failed(summary(rows: 1000, rejected: 50, flags: 30), after: summary(rows: 1000, flags: 10))
                == [])
    }

    @Test func theFirstNightHasNothingToBeComparedWith() throws {
        #expect(try failed(summary(rows: 1000, flags: 900, split: 900), after: nil) == [])
    }

    @Test func aRowThatIsNotInTheStoreFailsTheLedger() throws {
        var stored = RowLedger()
        stored.accepted = 999
        #expect(try failed(summary(rows: 1000), after: nil, stored: stored) == ["row-ledger"])
    }

    @Test func tooManyRejectedRowsAreRefused() throws {
        #expect(try failed(summary(rows: 1000, rejected: 51), after: nil) == ["rejected-rows"])
    }

    @Test(arguments: [(700, true), (699, false)])
    func anExtractMayShrinkAsFarAsItsMappingSays(rows: Int, passes: Bool) throws {
        #expect(try failed(summary(rows: rows), after: summary(rows: 1000)).isEmpty == passes)
    }

    @Test(arguments: [(30, true), (31, false)])
    func aRuleMayNotGrowBeyondItsLimit(flags: Int, passes: Bool) throws {
        #expect(
            try failed(summary(rows: 1000, flags: flags), after: summary(rows: 1000, flags: 10)).isEmpty
                == passes)
    }

    @Test func tooManySplitPersonsAreRefused() throws {
        #expect(try failed(summary(rows: 1000, split: 11), after: summary(rows: 1000)) == ["identity-churn"])
    }
}

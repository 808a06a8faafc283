import Domain
import Policy
import Store
import Testing

@testable import Nightly

@Suite struct GateTests {
    private func summary(rows: Int, rejected: Int = 0, flags: Int = 0, split: Int = 0, protected: Int = 0)
        throws -> RunSummary
    {
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
        summary.persons.protected = protected
        return summary
    }

    private func failed(
        _ summary: RunSummary, after previous: RunSummary?, stored: RowLedger? = nil,
        files: [RowLedger]? = nil, newlyUnlinked: [RowPosition] = []
    ) throws -> [String] {
        let limits = GateLimits(
            rejectedShare: 0.05, identityChurn: 0.01, flagGrowth: 3, flagFall: 0.5, protectionFall: 0.1)
        let gates = Gates(
            limits: limits, rowDropLimits: ["jumin": 0.3], rowRiseLimits: ["jumin": 0.5],
            protecting: ["shien"],
            previous: previous, newlyUnlinked: newlyUnlinked)
        let ledger = try #require(summary.extracts.first?.ledger)
        let files = (files ?? [stored ?? ledger]).map {
            FileLedger(source: "jumin", file: "jumin.csv", ledger: $0, rejections: [])
        }
        return gates.check(summary, files: files).filter { !$0.passed }.map(\.gate)
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

    @Test func aFileOfChangesThatIsRejectedAsAWholeDoesNotHideBehindItsFullFile() throws {
        let (full, changes) = (try summary(rows: 1000).extracts[0].ledger, try summary(rows: 9, rejected: 9))
        var both = try summary(rows: 1000)
        both.extracts[0].ledger += changes.extracts[0].ledger
        #expect(
            try failed(both, after: nil, files: [full, changes.extracts[0].ledger]) == ["rejected-rows"])
    }

    @Test(arguments: [(700, true), (699, false)])
    func anExtractMayShrinkAsFarAsItsMappingSays(rows: Int, passes: Bool) throws {
        #expect(try failed(summary(rows: rows), after: summary(rows: 1000)).isEmpty == passes)
    }

    @Test(arguments: [(1500, true), (1501, false)])
    func anExtractMayGrowAsFarAsItsMappingSays(rows: Int, passes: Bool) throws {
        #expect(try failed(summary(rows: rows), after: summary(rows: 1000)) == (passes ? [] : ["row-rise"]))
    }

    @Test func rowsThatALaterOneReplacedAreNoGrowth() throws {
        var grown = try summary(rows: 1000)
        grown.extracts[0].ledger.superseded = 9_000
        #expect(try failed(grown, after: summary(rows: 1000)).isEmpty)
        #expect(try failed(summary(rows: 1000), after: grown).isEmpty)
    }

    @Test(arguments: [(30, true), (31, false)])
    func aRuleMayNotGrowBeyondItsLimit(flags: Int, passes: Bool) throws {
        #expect(
            try failed(summary(rows: 1000, flags: flags), after: summary(rows: 1000, flags: 10)).isEmpty
                == passes)
    }

    @Test(arguments: [(20, 10, true), (20, 9, false), (9, 0, true)])
    func aRuleMayNotFallBeyondItsLimit(before: Int, flags: Int, passes: Bool) throws {
        let failed = try failed(summary(rows: 1000, flags: flags), after: summary(rows: 1000, flags: before))
        #expect(failed == (passes ? [] : ["flag-fall"]))
    }

    @Test func aNightOfAnEarlierDayThanThePublishedOneStops() throws {
        let published = try summary(rows: 1000)
        var (older, newer) = (published, published)
        older.asOf = published.asOf.adding(days: -1)
        newer.asOf = published.asOf.adding(days: 1)
        #expect(try failed(older, after: published) == ["older-day"])
        #expect(try failed(newer, after: published) == [] && failed(published, after: published) == [])
    }

    @Test func aRuleThatIsGoneHasFallen() throws {
        var without = try summary(rows: 1000)
        without.flags = []
        #expect(try failed(without, after: summary(rows: 1000, flags: 10)) == ["flag-fall"])
    }

    /// A late source makes rules undecided; what they found before stands and has not fallen.
    @Test func flagsThatStandHaveNotFallenAndAreComparedWithOnTheNextNight() throws {
        var late = try summary(rows: 1000, flags: 0)
        late.flags[0].standing = 20
        #expect(try failed(late, after: summary(rows: 1000, flags: 20)) == [])
        #expect(try failed(summary(rows: 1000, flags: 20), after: late) == [])
        #expect(try failed(summary(rows: 1000, flags: 2), after: late) == ["flag-fall"])
        #expect(try failed(summary(rows: 1000, flags: 61), after: late) == ["flag-growth"])
    }

    @Test(arguments: [(100, 90, true), (100, 89, false), (3, 2, false), (3, 3, true), (0, 0, true)])
    func protectedPersonsMayNotFallBeyondTheirLimit(before: Int, now: Int, passes: Bool) throws {
        let failed = try failed(
            summary(rows: 1000, protected: now), after: summary(rows: 1000, protected: before))
        #expect(failed == (passes ? [] : ["protection-fall"]))
    }

    /// Who was published so before, somebody has looked at; how many there are does not matter.
    @Test func aRowOfProtectionThatReachesNobodyAndIsNewStopsTheNight() throws {
        var summary = try summary(rows: 1000)
        summary.persons.unlinkedProtection = 3
        #expect(try failed(summary, after: nil) == [])
        let row = RowPosition(source: "shien", file: "shien_20261001.csv", line: 4, offset: 0)
        #expect(try failed(summary, after: nil, newlyUnlinked: [row]) == ["unlinked-protection"])
    }

    /// Few rows say nothing about a share; three that are all rejected do.
    @Test(arguments: [
        (3, 1, true), (3, 2, true), (3, 3, false), (40, 2, true), (60, 3, true), (59, 3, false),
    ])
    func aSlipInASmallFileStopsNoNight(rows: Int, rejected: Int, passes: Bool) throws {
        #expect(
            try failed(summary(rows: rows, rejected: rejected), after: nil)
                == (passes ? [] : ["rejected-rows"]))
    }

    @Test func anExtractIsComparedWithTheNightItLastCame() throws {
        var away = try summary(rows: 1000)
        away.extracts[0].file = nil
        away.extracts[0].ledger = RowLedger()
        // Two nights without it.
        let once = away.extracts[0].carrying(try summary(rows: 1000))
        away.extracts = [once]
        let twice = once.carrying(away)
        #expect(twice.rowsWhenLastSeen == 1000)
        away.extracts = [twice]
        #expect(try failed(summary(rows: 699), after: away) == ["row-drop"])
        #expect(try failed(summary(rows: 700), after: away) == [])
    }

    @Test func anExtractOfWhichNothingWasAcceptedStopsTheNight() throws {
        #expect(try failed(summary(rows: 1, rejected: 1), after: nil) == ["rejected-rows"])
        #expect(try failed(summary(rows: 2, rejected: 2), after: nil) == ["rejected-rows"])
        #expect(try failed(summary(rows: 3, rejected: 2), after: nil) == [])
        #expect(try failed(summary(rows: 0), after: nil) == [])
    }

    @Test func tooManySplitPersonsAreRefused() throws {
        #expect(try failed(summary(rows: 1000, split: 11), after: summary(rows: 1000)) == ["identity-churn"])
    }

    /// The pages show the message to everybody who is logged in.
    @Test func aNightStoppedForItsChangesOfPersonsNamesNobody() throws {
        var gates = Gates(
            limits: GateLimits(
                rejectedShare: 0.05, identityChurn: 0.01, flagGrowth: 3, flagFall: 0.5, protectionFall: 0.1),
            rowDropLimits: [:], protecting: [], previous: try summary(rows: 1000))
        gates.changesOfCases = 3
        let result = gates.check(try summary(rows: 1000, split: 11), files: [])
            .first { $0.gate == "identity-churn" }
        let message = try #require(result?.message)
        #expect(
            message.contains("分割11") && message.contains("3件") && message.contains("review changes --run r"))
        #expect(!message.contains("P-"))
    }

    @Test func theChangesOfPersonsWithCasesComeFirst() {
        let changes = IdentityChanges(
            run: "r",
            changes: [
                .new("P-5"), .split(from: "P-1", to: "P-2"), .merged(survivor: "P-3", absorbed: "P-4"),
                .absent("P-6"), .split(from: "P-7", to: "P-8"),
            ], cases: ["P-8": ["C-1"]])
        #expect(changes.list.prefix(3).map(\.person) == ["P-7", "P-4", "P-1"])
        #expect(changes.touching.map(\.person) == ["P-7"])
        #expect(changes.list.map(\.what).suffix(2) == ["absent", "new"])
        #expect(changes.notice?.contains("1件") == true && changes.notice?.contains("P-") == false)
        #expect(changes.counts == ["new": 1, "split": 2, "merged": 1, "absent": 1])
    }

    @Test func aGateThatSomebodyAcceptsStopsThisNightNoMore() throws {
        let accepted = try AcceptedGates(
            ["flag-fall"], reason: "規則の改正で減った", actor: .user("cli:tanaka"))
        let seen = [
            GateResult(gate: "flag-fall", passed: false, message: "減った"),
            GateResult(gate: "row-drop", passed: true, message: ""),
        ]
        let results = seen.accepting(accepted, asSeenIn: seen)
        #expect(results.fault(report: "r") == nil && results.map(\.stops) == [false, false])
        #expect(results[0].acceptance?.actor == "user:cli:tanaka" && results[1].acceptance == nil)
        let both = [
            GateResult(gate: "flag-fall", passed: false, message: "減った"),
            GateResult(gate: "row-drop", passed: false, message: "欠けた"),
        ]
        let fault = try #require(both.accepting(accepted, asSeenIn: both).fault(report: "r"))
        #expect(fault.code == "gate.row-drop" && fault.fix.contains("--accept-gate row-drop "))
        let open = [GateResult(gate: "protection-rows", passed: false, message: "支援措置")]
        #expect(try !#require(open.fault(report: "r")).fix.contains("--accept-gate"))
    }

    @Test func onlyWhatAnEarlierRunStoppedWithIsAccepted() throws {
        let accepted = try AcceptedGates(["flag-fall"], reason: "規則の改正で減った", actor: .user("cli:tanaka"))
        let seen = [
            GateResult(gate: "row-drop", passed: false, message: "欠けた"),
            GateResult(gate: "flag-fall", passed: true, message: ""),
        ]
        for seen in [[], seen] {
            let fault = #expect(throws: Fault.self) { try accepted.require(seen) }
            #expect(fault?.code == "gate.unseen" && fault?.kind == .usage)
            #expect(fault?.message.contains("flag-fall") == true)
        }
        let failed = [GateResult(gate: "flag-fall", passed: false, message: "5→1人")]
        try accepted.require(failed)
        // The publication it is measured against may have changed meanwhile.
        let other = [GateResult(gate: "flag-fall", passed: false, message: "9→1人")]
        #expect(other.accepting(accepted, asSeenIn: failed).map(\.stops) == [true])
    }

    @Test(arguments: [
        (["flag-fell"], "確かめました", "gate.unknown"), (["row-ledger"], "確かめました", "gate.unacceptable"),
        (["flag-fall", "protection-rows"], "確かめました", "gate.unacceptable"),
        (["flag-fall"], "ok", "gate.reason"), (["flag-fall"], "          ", "gate.reason"),
        (["flag-fall"], "確かめた\n行を足す", "gate.reason"),
        (["flag-fall"], String(repeating: "あ", count: 201), "gate.reason"),
        (["flag-fall"], "個人番号 123456789018 の方を確かめた", "gate.reason-number"),
        (["flag-fall"], "０９０－１１１１－２２２２ に電話した", "gate.reason-number"),
    ])
    func onlyAKnownGateIsAcceptedAndOnlyWithAReason(gates: [String], reason: String, code: String) {
        let fault = #expect(throws: Fault.self) {
            _ = try AcceptedGates(gates, reason: reason, actor: .user("cli:tanaka"))
        }
        #expect(fault?.code == code && fault?.kind == .usage)
    }

    @Test func everyGateHasItsName() throws {
        let gates = Gates(
            limits: GateLimits(
                rejectedShare: 0.05, identityChurn: 0.01, flagGrowth: 3, flagFall: 0.5, protectionFall: 0.1),
            rowDropLimits: [:], protecting: [], previous: nil)
        #expect(gates.check(try summary(rows: 1), files: []).map(\.gate) == Gates.names)
    }
}

import Domain
import Foundation
import Linkage
import Store
import TestSupport
import Testing

@testable import Nightly

@Suite struct SmallCountTests {
    @Test(
        arguments: [
            // What there is, what is told; a single hidden count takes the next smallest with it.
            (["甲": 12, "乙": 30], ["甲": 12, "乙": 30]), (["甲": 3, "乙": 30, "丙": 12], ["乙": 30]),
            (["甲": 3, "乙": 4, "丙": 12], ["丙": 12]), (["甲": 9], [:]), (["甲": 0, "乙": 10], ["甲": 0, "乙": 10]),
            ([:], [:]),
        ] as [([String: Int], [String: Int])])
    func whatIsSmallOrWouldGiveItAwayIsNotTold(counts: [String: Int], told: [String: Int]) {
        #expect(SmallCounts.told(counts).compactMapValues { $0 } == told)
    }

    @Test(
        arguments: [
            ([40, 30, 20], [40, 30, 20]), ([40, 38, 30], [40, nil, 30]), ([40, 40, 9], [40, 40, nil]),
            ([12, 3, 0], [12, nil, 0]), ([0, 9, 10], [0, nil, 10]), ([20, 11, 10], [20, nil, 10]),
        ] as [([Int], [Int?])])
    func countsOfTheSameBySeveralMeasuresTellNoFewBetweenThem(counts: [Int], told: [Int?]) {
        #expect(SmallCounts.told(apart: counts) == told)
    }

    @Test func noHiddenCountFollowsFromTheTotal() {
        var generator = SeededGenerator(seed: testSeed)
        for _ in 0..<caseCount(500) {
            let counts = Dictionary(
                uniqueKeysWithValues: (0..<Int.random(in: 0...6, using: &generator)).map {
                    ("\($0)", Int.random(in: 0...25, using: &generator))
                })
            let told = SmallCounts.told(counts)
            let hidden = told.filter { $0.value == nil }.map { counts[$0.key] ?? 0 }
            #expect(told.allSatisfy { $0.value.map { $0 == 0 || $0 >= SmallCounts.least } ?? true })
            if hidden.count == 1 {
                #expect(counts.values.count { $0 >= SmallCounts.least } == 0, "\(counts)")
            }
        }
    }
}

@Suite struct SchoolAreaTests {
    private func areas(_ text: String?) throws -> SchoolAreas {
        let scratch = try ScratchFolder()
        if let text { try scratch.write(Array(text.utf8), to: "areas.json5") }
        return try SchoolAreas(folder: scratch.path)
    }

    @Test func aTownBelongsToTheAreaOfItsLongestName() throws {
        let two = try areas(
            "{ areas: [{ area: '甲小', towns: ['東台'] }, { area: '乙小', towns: ['東台町', '西台'] }] }")
        #expect(two.area(of: "東台2") == "甲小" && two.area(of: "東台町1") == "乙小" && two.area(of: "西台") == "乙小")
        #expect(two.area(of: "南台") == nil && !two.isEmpty)
        #expect(try areas(nil).isEmpty)
    }

    @Test func aTownInTwoAreasIsRefused() {
        for towns in ["['東台', '東台']", "['']"] {
            #expect(throws: Fault.self) { try areas("{ areas: [{ area: '甲小', towns: \(towns) }] }") }
        }
    }
}

@Suite struct RuleMeasureTests {
    private func disposition(
        _ state: CaseState, _ rule: RuleID = "S1", raised: String = "2026-10-05", touched: Int? = nil,
        why: NotApplicableReason? = nil
    ) throws -> Disposition {
        let day = try #require(Day(iso: raised))
        return Disposition(
            person: "P-1", state: state, rule: rule, version: 1, raisedOn: day,
            firstTouch: touched.map { Date(timeIntervalSince1970: Double((day.number + $0) * 86_400)) },
            endReason: why)
    }

    @Test func reasonsOfNotApplicableAreCountedByRuleAndMonthAndOldOnesAreInNone() throws {
        let measure = RuleMeasure([
            try disposition(.notApplicable, why: .wrongData),
            try disposition(.notApplicable, raised: "2026-11-01", why: .wrongData),
            try disposition(.notApplicable), try disposition(.supported),
            try disposition(.notApplicable, "U1", why: .unfitRule),
        ])
        #expect(measure.rules.map(\.reasons) == [[.wrongData: 2], [.unfitRule: 1]])
        #expect(measure.rules.map(\.uncoded) == [1, 0])
        #expect(measure.months.map(\.reasons) == [[.wrongData: 1], [.wrongData: 1], [.unfitRule: 1]])
    }

    @Test func everyCaseIsAssessedWithdrawnOrStillWaiting() throws {
        let all = try CaseState.allCases.map { try disposition($0, touched: 3) }
        let measure = RuleMeasure(all)
        let line = try #require(measure.rules.first)
        #expect(measure.rules.count == 1 && line.fired == all.count && line.month == nil)
        #expect(line.assessed + line.backlog + line.withdrawn == all.count)
        #expect(line.assessed == 5 && line.withdrawn == 1 && line.helped == 2 && line.medianDays == 3)
        #expect(line.share.map { $0.low < 0.4 && $0.high > 0.4 } == true)
    }

    @Test func monthsAreThoseInWhichTheFlagWasRaised() throws {
        let measure = RuleMeasure([
            try disposition(.supported), try disposition(.candidate, raised: "2026-11-01"),
            try disposition(.watching, "U1"),
        ])
        #expect(
            measure.months.map { "\($0.rule) \($0.month ?? "")" } == [
                "S1 2026-10", "S1 2026-11", "U1 2026-10",
            ])
        #expect(measure.rules.map(\.fired) == [2, 1] && measure.months[1].backlog == 1)
        #expect(measure.months[1].share == nil && measure.months[1].medianDays == nil)
    }

    /// Whoever adds and subtracts what is told, by rows and by months, until nothing more follows, finds no count below ten.
    @Test func noSmallCountFollowsFromThoseThatAreTold() throws {
        let ends: [CaseState] = [
            .supported, .watching, .notApplicable, .alreadySupported, .referred, .withdrawn, .candidate,
        ]
        for seed in 1...UInt64(caseCount(300)) {
            var random = SeededGenerator(seed: seed)
            var all: [Disposition] = []
            for month in 1...Int.random(in: 1...4, using: &random) {
                for state in ends {
                    let count = [0, 0, 3, 9, 10, 12, 25].randomElement(using: &random) ?? 0
                    for _ in 0..<count { all.append(try disposition(state, raised: "2026-0\(month)-05")) }
                }
            }
            let measure = RuleMeasure(all)
            let lines = measure.rules + measure.months
            let hidden = measure.rules.map(\.hidden) + measure.hiddenMonths
            var known: [[RuleMeasure.Column: Int]] = zip(lines, hidden).map { line, hidden in
                Dictionary(
                    uniqueKeysWithValues: RuleMeasure.Column.allCases.filter { !hidden.contains($0) }.map {
                        ($0, line.count($0))
                    })
            }
            typealias Cell = (line: Int, column: RuleMeasure.Column)
            var sums: [(whole: Cell, parts: [Cell])] = []
            for line in lines.indices {
                sums.append(((line, .fired), [.assessed, .backlog, .withdrawn].map { (line, $0) }))
                sums.append(
                    (
                        (line, .assessed),
                        [.supported, .watching, .notApplicable, .elsewhere].map { (line, $0) }
                    ))
            }
            for column in RuleMeasure.Column.allCases where !measure.rules.isEmpty {
                sums.append(((0, column), lines.indices.dropFirst().map { ($0, column) }))
            }
            var isMore = true
            while isMore {
                isMore = false
                for (whole, parts) in sums {
                    let open = parts.filter { known[$0.line][$0.column] == nil }
                    let told = parts.compactMap { known[$0.line][$0.column] }.reduce(0, +)
                    if let sum = known[whole.line][whole.column], open.count == 1 {
                        known[open[0].line][open[0].column] = sum - told
                        isMore = true
                    } else if known[whole.line][whole.column] == nil, open.isEmpty {
                        known[whole.line][whole.column] = told
                        isMore = true
                    }
                }
            }
            for (line, cells) in known.enumerated() {
                for (column, count) in cells {
                    #expect(
                        count == 0 || count >= SmallCounts.least,
                        "seed \(seed), line \(line), \(column): \(count)")
                }
            }
        }
    }
}

@Suite struct RuleApprovalTests {
    private func proposal(_ rule: RuleID, _ sha256: String, approver: String?) -> RuleProposal {
        RuleProposal(
            id: 1, rule: rule, version: 1, sha256: sha256, base: "", text: "", proposer: "user:a",
            proposedAt: Date(timeIntervalSince1970: 0), reason: "", approver: approver, approvedAt: nil)
    }

    @Test func aRuleThatWasApprovedOnceRunsOnlyAsItWasApprovedLast() throws {
        let scratch = try ScratchFolder()
        try FileManager.default.createDirectory(
            atPath: scratch.file("Guidelines/rules"), withIntermediateDirectories: true)
        try scratch.write(Array("{}".utf8), to: "Guidelines/rules/S1.json5")
        let workspace = Workspace(root: scratch.path)
        let hash = try workspace.hash(ofRule: "S1")
        func standing(_ proposals: [RuleProposal], first: [RuleID: String] = [:]) throws
            -> RuleApprovals.Standing
        {
            try RuleApprovals(proposals, first: first).standing(of: "S1", in: workspace)
        }
        #expect(try standing([]) == .never)
        #expect(try standing([proposal("S1", "x", approver: nil)]) == .never)
        #expect(
            try standing([proposal("S1", "x", approver: "user:b"), proposal("S1", hash, approver: "user:b")])
                == .approved)
        let changed = RuleApprovals([proposal("S1", "x", approver: "user:b")], first: [:])
        #expect(try changed.standing(of: "S1", in: workspace) == .changed)
        let told = #expect(throws: Faults.self) { try changed.requireAsApproved(in: workspace) }
        #expect(told?.all.map(\.code) == ["rule.unapproved"] && told?.all.first?.file == "rules/S1.json5")
        // Taking the file away is a change too.
        #expect(throws: Faults.self) {
            try RuleApprovals([proposal("S2", "x", approver: "user:b")], first: [:]).requireAsApproved(
                in: workspace)
        }
        // Nor does one that never was approved change after the first night, come or go.
        #expect(try standing([], first: ["S1": hash]) == .never)
        #expect(
            try standing([], first: ["S1": "x"]) == .changed && standing([], first: ["U1": "x"]) == .changed)
        #expect(throws: Faults.self) {
            try RuleApprovals([], first: ["S1": hash, "U1": "x"]).requireAsApproved(in: workspace)
        }
        try RuleApprovals([], first: ["S1": hash]).requireAsApproved(in: workspace)
    }
}

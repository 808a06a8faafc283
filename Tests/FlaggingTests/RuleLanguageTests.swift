import Domain
import Foundation
import TestSupport
import Testing

@testable import Flagging

/// A rule about school children whose condition, and what else is given, stands in a file of its own.
private func rule(_ id: String, _ condition: String, items: String, more: String = "") -> String {
    """
    { id: "\(id)", version: 1, title: "確認", purpose: "support", items: [\(items)], difficulties: ["不登校"],
    urgency: "normal", population: { grade: { from: 1, to: 9 } },
    when: \(condition),
    \(more) suppress: [], confirm: ["理由"], rationale: { why: "試験", source: "試験" }, author: "甲", approver: "乙",
    effective: { from: "2026-04-01" }, expected: { share: 0.1 } }
    """
}

private func load(_ files: [String: String]) throws -> RuleSet {
    let scratch = try ScratchFolder()
    for folder in ["rules", "wording"] {
        try FileManager.default.createDirectory(
            atPath: scratch.file(folder), withIntermediateDirectories: true)
    }
    let wording = try String(contentsOfFile: Fixture.guidelines + "/wording/flagging.json5", encoding: .utf8)
    try scratch.write(Array(wording.utf8), to: "wording/flagging.json5")
    for (name, text) in files { try scratch.write(Array(text.utf8), to: "rules/\(name).json5") }
    return try RuleSet.load(folder: scratch.path, catalogue: Fixture.catalogue, purposes: ["support"])
}

private func codes(_ files: [String: String]) -> [String] {
    do {
        _ = try load(files)
        return []
    } catch {
        return ((error as? Faults)?.all ?? []).filter { $0.line != nil && !$0.fix.isEmpty }.map(\.code)
    }
}

private let say = "say: \"{source}の{date}の記録です。\""
private let absent = "of: [\"F03.absent_days\"], within: { months: 6 }"

@Suite struct RuleLanguageTests {
    @Test(
        arguments: [
            ("{ sum: { \(absent), halfBefore: { months: 6 }, atLeast: 3 }, \(say) }", "rule.look-back"),
            (
                "{ change: { \(absent), halfBefore: { months: 2 }, atLeast: 3, times: 2 }, \(say) }",
                "rule.condition"
            ),
            ("{ consecutive: { \(absent), atLeast: 1, months: 7 }, \(say) }", "rule.number"),
            ("{ exists: { \(absent), atLeast: 5, atMost: 3 }, \(say) }", "rule.number"),
            ("{ exists: { \(absent), atLeast: -1 }, \(say) }", "rule.number"),
            ("{ latest: { \(absent), atLeast: 0 }, \(say) }", "rule.number"),
            ("{ sum: { \(absent), atLeast: 0 }, \(say) }", "rule.number"),
            ("{ trend: { \(absent), times: 1, by: 2, direction: \"rising\" }, \(say) }", "rule.number"),
            ("{ trend: { \(absent), times: 3, by: 0, direction: \"rising\" }, \(say) }", "rule.number"),
            ("{ trend: { \(absent), times: 3, by: 1, direction: \"up\" }, \(say) }", "configuration.value"),
            ("{ flagged: { rules: [\"T9\"] }, say: \"{titles}。\" }", "rule.unknown-rule"),
            ("{ flagged: { rules: [\"T1\"] }, say: \"{titles}。\" }", "rule.cycle"),
            ("{ flagged: { rules: [] }, say: \"{titles}。\" }", "rule.number"),
            ("{ flagged: { rules: [\"T1\", \"T1\"], atLeast: 2 }, say: \"{titles}。\" }", "rule.number"),
            ("{ flagged: { rules: [\"T1\"] } }", "rule.no-reason"),
            ("{ all: [{ exists: { \(absent) }, \(say) }, { age: {} }] }", "rule.condition"),
            (
                "{ all: [{ exists: { \(absent) }, \(say) }, { age: { grade: { from: 7 }, years: { to: 9 } } }] }",
                "rule.population"
            ),
            ("{ age: { years: { from: 3 } } }", "rule.no-reason"),
        ])
    func whatCannotHoldOrDoesNotEndIsRefused(condition: String, code: String) {
        let items = condition.contains("F03") ? "\"F03\"" : ""
        #expect(codes(["T1": rule("T1", condition, items: items)]).contains(code), "\(condition)")
    }

    @Test func wordsAreNoNumbers() {
        let trend =
            "{ trend: { of: [\"B06.18m\"], within: { months: 6 }, times: 3, by: 1, direction: \"rising\" }, \(say) }"
        #expect(codes(["T1": rule("T1", trend, items: "\"B06\"")]).contains("rule.type"))
        let months =
            "{ consecutive: { of: [\"B06.18m\"], within: { months: 6 }, is: [\"未受診\"], months: 2 }, \(say) }"
        #expect(codes(["T1": rule("T1", months, items: "\"B06\"")]).contains("rule.type"))
    }

    @Test func nobodyLooksBackBeyondWhatIsKept() throws {
        let kept = Fixture.catalogue["F03"]?.retentionYears ?? 0
        #expect(kept == 3)
        let item = Item(
            code: "F03", title: "欠席", holder: "学校", sensitivity: .normal, difficulties: [],
            justification: "試験",
            retentionYears: 1, kinds: Fixture.catalogue["F03"]?.kinds ?? [])
        let text = rule(
            "T1", "{ exists: { of: [\"F03.absent_days\"], within: { months: 13 } }, \(say) }",
            items: "\"F03\"")
        var reader = RuleReader(
            wording: try FlaggingWording.load(folder: Fixture.guidelines), catalogue: Catalogue([item]),
            purposes: nil, permits: nil)
        let file = try ConfigurationFile.read(text, name: "T1.json5")
        let told = #expect(throws: Faults.self) { try reader.read(file, stem: "T1") }
        #expect(told?.all.map(\.code) == ["rule.retention"] && told?.all.first?.fix.contains("12か月") == true)
    }

    @Test func askingForHelpIsNoReasonEvenAsPartOfAnItem() {
        func asks(_ part: String) -> [String] {
            codes([
                "T1": rule(
                    "T1", "{ exists: { of: [\"F07.\(part)\"], is: [\"有\"], within: { months: 3 } }, \(say) }",
                    items: "\"F07\"")
            ])
        }
        #expect(asks("asks_help") == ["rule.help-seeking"] && asks("recognised").isEmpty)
    }

    @Test func aLongCircleIsFoundInEveryRuleOfIt() {
        func looks(_ id: String, at other: String) -> String {
            rule(id, "{ flagged: { rules: [\"\(other)\"] }, say: \"{titles}。\" }", items: "")
        }
        let circle = ["T1": looks("T1", at: "T2"), "T2": looks("T2", at: "T3"), "T3": looks("T3", at: "T1")]
        #expect(codes(circle) == ["rule.cycle", "rule.cycle", "rule.cycle"])
    }

    private static let months = [
        "F03.absent_days=1@2026-06", "F03.absent_days=4@2026-07", "F03.absent_days=6@2026-09",
    ]

    /// Somebody of twelve with a younger and an older child around.
    @Test(
        arguments: [
            ("trend: { \(absent), times: 3, by: 5, direction: \"rising\" }", true),
            ("trend: { \(absent), times: 3, by: 6, direction: \"rising\" }", false),
            ("trend: { \(absent), times: 3, by: 1, direction: \"falling\" }", false),
            ("trend: { \(absent), times: 4, by: 1, direction: \"rising\" }", false),
            ("sum: { \(absent), atLeast: 11 }", true),
            // 1/2 + 4/2 + 6: the summer counts half.
            ("sum: { \(absent), halfBefore: { months: 2 }, atLeast: 8.5 }", true),
            ("sum: { \(absent), halfBefore: { months: 2 }, atLeast: 8.6 }", false),
            ("count: { \(absent), times: 3 }", true),
            ("count: { \(absent), halfBefore: { months: 2 }, times: 3 }", false),
            ("sum: { of: [\"F03.absent_days\"], within: { schoolYear: true }, atLeast: 11 }", true),
        ])
    func conditionsHoldAsTheyAreWritten(condition: String, holds: Bool) throws {
        let set = try load(["T1": rule("T1", "{ \(condition), \(say) }", items: "\"F03\"")])
        let test = RuleCase("T1", "", born: "2014-06-01", Self.months, "")
        #expect((test.outcome(set)?.summary.hasPrefix("該当") ?? false) == holds)
        // Late or missing, the extract makes no "no" of it.
        for change in [\RuleCase.stale, \RuleCase.absent] {
            var late = test
            late[keyPath: change] = ["shukketsu"]
            #expect(late.outcome(set)?.summary != "なし", "\(condition)")
        }
    }

    @Test(
        arguments: [
            ("siblings", 1, 6, 12, true), ("siblings", 2, 6, 12, true), ("siblings", 3, 6, 12, false),
            ("siblings", 1, 13, 17, false), ("all", 3, 3, 17, true), ("adults", 1, 0, 120, false),
        ])
    func membersOfAHouseholdAreCountedByAge(
        members: String, least: Int, from: Int, to: Int, holds: Bool
    ) throws {
        let condition = """
            { household: { members: "\(members)", atLeast: \(least), where: { all: [
            { age: { years: { from: \(from), to: \(to) } } }, { exists: { \(absent), atLeast: 5 }, \(say) }] } } }
            """
        let set = try load(["T1": rule("T1", condition, items: "\"F03\"")])
        let around: [(born: String?, facts: [String])] = [
            ("2016-06-01", Self.months), ("2018-06-01", Self.months), ("1985-06-01", []),
        ]
        let test = RuleCase("T1", "", born: "2014-06-01", Self.months, around: around, "")
        #expect(
            test.outcome(set)?.summary.hasPrefix("該当") == holds, "\(String(describing: test.outcome(set)))")
    }

    @Test func whatCouldNotBeToldStandsBesideTheReasons() throws {
        let condition = """
            { any: [{ exists: { \(absent), atLeast: 5 }, \(say) },
            { exists: { of: ["B08.untreated"], within: { months: 6 }, atLeast: 3 }, \(say) }] }
            """
        let set = try load(["T1": rule("T1", condition, items: "\"F03\", \"B08\"")])
        var test = RuleCase("T1", "", born: "2014-06-01", Self.months, "")
        func missing() -> [String] {
            guard case .flag(let flag)? = test.outcome(set) else { return ["no flag"] }
            return flag.missing.flatMap { [$0.sentence] + $0.items.map(\.rawValue) }
        }
        #expect(missing().isEmpty)
        test.absent = ["B08"]
        #expect(missing() == ["歯科健診は、新しい記録が届いていないため、見ていない条件があります。", "B08"])
        // That policy holds something back would tell that there is something to hold back.
        test.absent = []
        test.withheld = ["B08"]
        #expect(missing().isEmpty)
    }

    @Test func whatSpeaksForAFamilyIsShownAndChangesNothing() throws {
        let protective =
            "protective: [{ exists: { of: [\"F08.consulted\"], within: { months: 6 } }, \(say) }],"
        let condition = "{ exists: { \(absent), atLeast: 5 }, \(say) }"
        let with = try load(["T1": rule("T1", condition, items: "\"F03\", \"F08\"", more: protective)])
        let without = try load(["T1": rule("T1", condition, items: "\"F03\"")])
        let helped = RuleCase("T1", "", born: "2014-06-01", Self.months + ["F08.consulted@2026-08-01"], "")
        guard case .flag(let one)? = helped.outcome(with), case .flag(let other)? = helped.outcome(without)
        else {
            Issue.record("not flagged")
            return
        }
        #expect(one.protective.map(\.items) == [["F08"]] && other.protective.isEmpty)
        #expect(one.reasons == other.reasons && one.since == other.since && one.urgency == other.urgency)
        let silent = "protective: [{ exists: { of: [\"F08.consulted\"], within: { months: 6 } } }],"
        #expect(
            codes(["T1": rule("T1", condition, items: "\"F03\", \"F08\"", more: silent)]) == [
                "rule.protective"
            ])
    }

    @Test func aRuleWithoutItsSourceWaitsForIt() throws {
        let set = try Fixture.shipped()
        let delivered = Set(Fixture.sources.sources.filter { $0.id.rawValue.count > 3 }.flatMap(\.items))
        let waiting = set.waiting { delivered.contains($0) }
        #expect(waiting.keys.sorted() == ["E2", "E3", "F1", "H3", "H4", "S3", "S4", "U5"])
        #expect(waiting["F1"] == ["D03", "D04"] && waiting["U5"] == ["B05"])
        #expect(set.waiting { _ in true }.isEmpty)
        // Whoever looks only at rules that wait, waits too.
        let looks = try load([
            "T1": rule(
                "T1", "{ exists: { of: [\"B08.untreated\"], within: { months: 6 } }, \(say) }",
                items: "\"B08\""),
            "T2": rule("T2", "{ flagged: { rules: [\"T1\"] }, say: \"{titles}。\" }", items: ""),
        ])
        #expect(looks.waiting { delivered.contains($0) }.keys.sorted() == ["T1", "T2"])
        #expect(looks.rules(reading: ["B08"], on: Fixture.night) == ["T1", "T2"])
    }

    @Test func aThresholdIsTriedUnderAnotherName() throws {
        let set = try Fixture.shipped()
        let rule = try #require(set.rule("S1"))
        #expect(rule.thresholds == [30])
        let tried = set.replacing(rule.trying(20, at: 0, as: "S1@20"))
        var test = try #require(Fixture.cases.first { $0.rule == "S1" && $0.name == "29日" })
        #expect(test.outcome(tried)?.summary == "なし")
        test = RuleCase("S1@20", "", born: test.own.born, test.own.facts, "")
        #expect(test.outcome(tried)?.summary == "該当 2026-04-01")
    }
}

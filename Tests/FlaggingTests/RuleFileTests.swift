import Domain
import Foundation
import TestSupport
import Testing

@testable import Flagging

/// A sound rule as text; tests change one thing in it.
private let sound = """
    {
      id: "T1",
      version: 1,
      title: "欠席の確認",
      purpose: "support",
      items: ["F03"],
      difficulties: ["不登校"],
      urgency: "normal",
      population: { grade: { from: 1, to: 9 } },
      when: {
        count: { of: ["F03.absent_days"], within: { months: 6 }, atLeast: 5, times: 2 },
        say: "{source}では、{date}までに{value}あります。",
      },
      suppress: [],
      confirm: ["欠席の理由"],
      rationale: { why: "試験のため", source: "試験" },
      author: "担当",
      approver: "課長",
      effective: { from: "2026-04-01" },
      expected: { share: 0.01 },
    }
    """

@Test func thePurposesOfRulesAreToldThoughOneOfThemCannotBeRead() throws {
    let scratch = try ScratchFolder()
    try FileManager.default.createDirectory(
        atPath: scratch.file("rules"), withIntermediateDirectories: true)
    for (name, text) in [
        ("T1", sound), ("T2", "{ id: \"T2\", purpose: \"programmes\", when: 3 }"), ("T3", "{ id: "),
    ] {
        try Data(text.utf8).write(to: URL(filePath: scratch.file("rules/\(name).json5")))
    }
    let told = RuleSet.purposes(folder: scratch.file(""))
    #expect(told.known == ["T1": "support", "T2": "programmes"] && told.unread == ["T3.json5"])
}

/// The sound rule with another condition.
private func sound(when condition: String) -> String {
    guard let start = sound.range(of: "when: "), let end = sound.range(of: "suppress") else { return "" }
    return sound.replacingCharacters(in: start.upperBound..<end.lowerBound, with: condition + ",\n  ")
}

private func load(_ text: String, permits: ((ItemCode, PurposeID) -> Bool)? = nil) throws -> RuleSet {
    let scratch = try ScratchFolder()
    for folder in ["rules", "wording"] {
        try FileManager.default.createDirectory(
            atPath: scratch.file(folder), withIntermediateDirectories: true)
    }
    let wording = try String(contentsOfFile: Fixture.guidelines + "/wording/flagging.json5", encoding: .utf8)
    try scratch.write(Array(wording.utf8), to: "wording/flagging.json5")
    try scratch.write(Array(text.utf8), to: "rules/T1.json5")
    return try RuleSet.load(
        folder: scratch.path, catalogue: Fixture.catalogue, purposes: ["support", "programmes"],
        permits: permits)
}

private func faults(_ text: String, permits: ((ItemCode, PurposeID) -> Bool)? = nil) -> [Fault] {
    do {
        _ = try load(text, permits: permits)
        return []
    } catch let faults as Faults {
        return faults.all
    } catch let fault as Fault {
        return [fault]
    } catch {
        return []
    }
}

@Suite("Rule files")
struct RuleFileTests {
    struct Change: Sendable, CustomTestStringConvertible {
        let old: String
        let new: String
        let code: String
        /// Words of the message or the fix.
        let says: String
        var testDescription: String { "\(code): \(new)" }

        init(_ old: String, _ new: String, _ code: String, _ says: String) {
            self.old = old
            self.new = new
            self.code = code
            self.says = says
        }
    }

    static let changes: [Change] = [
        Change("version: 1,", "version: 0,", "rule.number", "版"),
        Change("{ from: 1, to: 9 }", "{ from: 1, to: 10 }", "rule.number", "学年"),
        Change("{ from: 1, to: 9 }", "{ from: 9, to: 1 }", "rule.number", "from より小さく"),
        Change("grade: { from: 1, to: 9 }", "ageMonths: { from: -1 }", "rule.number", "0から216"),
        Change("grade: { from: 1, to: 9 }", "ageMonths: { to: 217 }", "rule.number", "月齢"),
        Change("grade: { from: 1, to: 9 }", "ageYears: { to: 121 }", "rule.number", "年齢"),
        Change("id: \"T1\"", "id: \"T2\"", "rule.id", "T1.json5"),
        Change("approver: \"課長\"", "approver: \"担当\"", "rule.people", "別の人"),
        Change("approver: \"課長\"", "approver: \" 担　当 \"", "rule.people", "別の人"),
        Change("{ from: 1, to: 9 }", "{}", "rule.population", "だれにでも"),
        Change("approver: \"課長\"", "approver: \"  \"", "rule.people", "空"),
        Change("  approver: \"課長\",\n", "", "configuration.missing-key", "approver"),
        Change("share: 0.01", "share: 2", "rule.number", "0から1"),
        Change("from: \"2026-04-01\"", "from: \"2026-04-01\", to: \"2026-03-01\"", "rule.effective", "前"),
        Change("suppress: []", "supress: []", "configuration.missing-key", "suppress"),
        Change("version: 1,", "version: 1, wersion: 2,", "configuration.unknown-key", "version"),
        Change("purpose: \"support\"", "purpose: \"suport\"", "rule.purpose", "「support」の書き誤り"),
        Change("items: [\"F03\"]", "items: [\"F03\", \"D07\"]", "rule.items", "使われていません"),
        Change("suppress: []", "suppress: [\"alreadySupported\"]", "rule.items", "「D07」が items にありません"),
        Change("items: [\"F03\"]", "items: [\"F03\", \"F33\"]", "rule.unknown-item", "書き誤り"),
        Change("F03.absent_days", "F03.absence_days", "rule.unknown-kind", "「F03.absent_days」の書き誤り"),
        Change("F03.absent_days", "Z03.absent_days", "rule.unknown-item", "「F03.absent_days」の書き誤り"),
        Change("within: { months: 6 }, ", "", "rule.look-back", "within"),
        Change("months: 6", "months: 120", "rule.look-back", "36か月"),
        Change("months: 6", "months: 6, days: 3", "rule.look-back", "どれか1つ"),
        Change("within: { months: 6 }", "within: { sinceBirth: true }", "rule.look-back", "出生まで"),
        Change("times: 2", "times: 0.5", "rule.number", "整数"),
        Change("atLeast: 5, times", "is: [\"多い\"], times", "rule.unknown-code", "多い"),
        Change("F03.absent_days", "B06.18m", "rule.type", "数ではない"),
        Change("F03.absent_days", "A06.measure", "rule.never-read", "支援措置"),
        Change("F03.absent_days", "A05.nationality", "rule.never-read", "国籍"),
        Change("F03.absent_days", "X01.nationality", "rule.never-read", "国籍"),
        Change("F03.absent_days", "D05.consultation", "rule.help-seeking", "相談"),
        Change("F03.absent_days", "C02.status", "rule.help-seeking", "支援を受けている"),
        Change("grade: {", "sex: \"女\", grade: {", "configuration.unknown-key", "sex"),
        Change("count: {", "counts: {", "rule.condition", "「count」の書き誤り"),
        Change("count: {", "any: [], count: {", "rule.condition", "1種類だけ"),
        Change("欠席の確認", "虐待の疑いの確認", "rule.wording", "状況確認"),
        Change("欠席の理由", "安全の確認", "rule.wording", "安全"),
        Change("{value}あります。", "{value}あり、リスクがあります。", "rule.wording", "リスク"),
        Change("{value}あります。", "80%です。", "rule.wording", "日数"),
        Change("{value}あります。", "{valu}あります。", "rule.sentence", "{value}"),
        Change("{value}あります。", "{baseline}あります。", "rule.sentence", "差し込めません"),
        Change("{source}では、", "", "rule.sentence", "{source}"),
        Change("{date}までに", "", "rule.sentence", "日付"),
        Change("{value}あります。", "{value}", "rule.sentence", "。"),
        Change("{value}あります。", "{value}{あります。", "rule.sentence", "対"),
        Change("    say: \"{source}では、{date}までに{value}あります。\",\n", "", "rule.no-reason", "say"),
        Change("urgency: \"normal\"", "urgency: \"urgent\"", "configuration.value", "immediate"),
    ]

    @Test("that are sound are read")
    func soundRule() throws {
        let rule = try #require(try load(sound).rules.first)
        #expect(rule.id == "T1" && rule.items == ["F03"] && rule.expectedShare == 0.01)
        #expect(try load(sound).purposes == ["support"])
    }

    @Test("are refused for each mistake, with the place and the cure", arguments: changes)
    func mistake(_ change: Change) throws {
        let text = sound.replacingOccurrences(of: change.old, with: change.new)
        try #require(text != sound)
        let found = faults(text)
        let fault = try #require(
            found.first { $0.code == change.code && ($0.message + $0.fix).contains(change.says) }, "\(found)")
        #expect(fault.kind == .configuration && fault.file == "rules/T1.json5" && fault.line != nil)
    }

    @Test("may not use an item that their purpose does not cover")
    func itemOutsidePurpose() {
        #expect(faults(sound) { item, purpose in item == "F03" && purpose == "support" }.isEmpty)
        #expect(faults(sound) { _, _ in false }.map(\.code) == ["rule.item-purpose"])
    }

    @Test("may look for missing help, and offer help to those who receive some")
    func helpIsNoConcern() {
        let missing = sound.replacingOccurrences(of: "[\"F03\"]", with: "[\"D05\"]").replacingOccurrences(
            of: "count: { of: [\"F03.absent_days\"], within: { months: 6 }, atLeast: 5, times: 2 }",
            with: "missing: { of: [\"D05.consultation\"], within: { months: 6 }, due: [{ ageMonths: 36 }] }"
        ).replacingOccurrences(of: "{date}までに{value}あります。", with: "データがありません（{asOf}現在）。")
        #expect(faults(missing).isEmpty)
        let offer = sound.replacingOccurrences(of: "\"normal\"", with: "\"offer\"")
            .replacingOccurrences(of: "[\"F03\"]", with: "[\"C02\"]")
            .replacingOccurrences(of: "F03.absent_days", with: "C02.status")
            .replacingOccurrences(of: "atLeast: 5, times", with: "is: [\"全部支給\"], times")
        #expect(faults(offer).isEmpty)
        // Twice denied is affirmed.
        let hidden = sound(
            when: "{ not: { not: { exists: { of: [\"D05.consultation\"], within: { months: 1 } } } }, "
                + "say: \"{source}にデータがありません（{asOf}現在）。\" }"
        ).replacingOccurrences(of: "[\"F03\"]", with: "[\"D05\"]")
        #expect(faults(hidden).map(\.code) == ["rule.help-seeking"])
    }

    @Test("that say something is missing must say that there is no data, and since when it is due")
    func missingSaysNoData() {
        func missing(_ say: String, due: String = "[{ ageMonths: 36 }]") -> [String] {
            faults(
                sound.replacingOccurrences(
                    of: "count: { of: [\"F03.absent_days\"], within: { months: 6 }, atLeast: 5, times: 2 }",
                    with: "missing: { of: [\"F03.absent_days\"], within: { months: 6 }, due: \(due) }"
                ).replacingOccurrences(of: "{source}では、{date}までに{value}あります。", with: say)
            ).map(\.code)
        }
        #expect(missing("{source}にデータがありません（{asOf}現在）。").isEmpty)
        #expect(missing("{source}に行っていません（{asOf}現在）。") == ["rule.sentence"])
        #expect(missing("{source}にデータがありません。") == ["rule.sentence"])
        #expect(missing("{source}にデータがありません（{asOf}現在）。", due: "[]") == ["rule.due"])
        #expect(missing("{source}にデータがありません（{asOf}現在）。", due: "[{}]") == ["rule.due"])
    }

    @Test(
        "have a range for the age and the grace of what is missing, named by line",
        arguments: [
            ("[{ ageMonths: 36 }]", "", nil), ("[{ ageMonths: 216 }]", "grace: { months: 36 },", nil),
            ("[{ ageMonths: 217 }]", "", "0から216"), ("[{ ageMonths: -1 }]", "", "起点の月齢"),
            ("[{ ageMonths: 36 }]", "grace: { days: -1 },", "猶予の日数"),
            ("[{ ageMonths: 36 }]", "grace: { days: 1117 },", "0から1116"),
            ("[{ ageMonths: 36 }]", "grace: { months: 37 },", "猶予の月数"),
            ("[{ ageMonths: 36 }]", "grace: {},", "days か months"),
        ] as [(String, String, String?)])
    func dueRanges(_ due: String, _ grace: String, _ says: String?) {
        let found = faults(
            sound(
                when:
                    "{ missing: { of: [\"F03.absent_days\"], within: { months: 6 },\n due: \(due), \(grace) },"
                    + " say: \"{source}にデータがありません（{asOf}）。\" }"))
        #expect(
            found.map { ["rule.number", "rule.grace"].contains($0.code) && $0.line == 11 }
                == (says == nil ? [] : [true]), "\(found)")
        if let says { #expect(found.first?.description.contains(says) == true, "\(found)") }
    }

    @Test("are named for the wrong line")
    func lineOfMistake() {
        let text = sound.replacingOccurrences(of: "F03.absent_days", with: "F03.absence_days")
        #expect(faults(text).map(\.line) == [11])
    }

    @Test("are all read before the faults are told")
    func faultsOfAllFiles() throws {
        let text = sound.replacingOccurrences(of: "課長", with: "担当").replacingOccurrences(
            of: "months: 6", with: "months: 99")
        #expect(Set(faults(text).map(\.code)) == ["rule.people", "rule.look-back"])
    }

    @Test("must be there")
    func noRules() throws {
        let scratch = try ScratchFolder()
        #expect(throws: (any Error).self) {
            try RuleSet.load(folder: scratch.path, catalogue: Fixture.catalogue, purposes: nil)
        }
    }

    /// Conditions that no shipped rule uses yet.
    @Test(
        "can ask for several facts, months in a row, siblings, and the opposite",
        arguments: [
            (
                "{ count: { of: [\"F03.absent_days\"], within: { months: 6 }, atLeast: 5, times: 2 }, say: \"{source} {date} {value}。\" }",
                "出欠 令和8年9月 2件。"
            ),
            (
                "{ consecutive: { of: [\"F03.absent_days\"], within: { months: 6 }, atLeast: 5, months: 2 }, say: \"{source} {from} {date} {value}。\" }",
                "出欠 令和8年7月 令和8年9月 2か月。"
            ),
            (
                "{ consecutive: { of: [\"F03.absent_days\"], within: { months: 6 }, atLeast: 5, months: 3 }, say: \"{source} {from} {date} {value}。\" }",
                nil
            ),
            (
                "{ household: { members: \"siblings\", where: { exists: { of: [\"F03.absent_days\"], within: { days: 62 }, atLeast: 9 }, say: \"{source} {date} {value}。\" } } }",
                "出欠 令和8年9月 9日。"
            ),
            (
                "{ household: { members: \"adults\", where: { exists: { of: [\"F03.absent_days\"], within: { days: 62 }, atLeast: 9 }, say: \"{source} {date} {value}。\" } } }",
                nil
            ),
            (
                "{ not: { exists: { of: [\"F03.absent_days\"], within: { months: 6 }, atLeast: 20 } }, say: \"{source}にデータがありません（{asOf}）。\" }",
                "出欠にデータがありません（令和8年10月1日）。"
            ),
            (
                "{ not: { exists: { of: [\"F03.absent_days\"], within: { months: 6 }, atLeast: 5 } }, say: \"{source}にデータがありません（{asOf}）。\" }",
                nil
            ),
            (
                "{ latest: { of: [\"F03.absent_days\"], within: { months: 6 }, atLeast: 1, atMost: 6 }, say: \"{source} {date} {value}。\" }",
                "出欠 令和8年9月 6日。"
            ),
        ] as [(String, String?)])
    func conditions(_ condition: String, _ sentence: String?) throws {
        let ruleCase = RuleCase(
            "T1", "", born: "2014-06-01",
            ["F03.absent_days=1@2026-06", "F03.absent_days=5@2026-07", "F03.absent_days=6@2026-09"],
            around: [("2016-06-01", ["F03.absent_days=9@2026-09"]), ("1988-06-01", [])], "")
        let outcome = try ruleCase.outcome(load(sound(when: condition)))
        if case .flag(let flag)? = outcome {
            #expect(flag.reasons.map(\.sentence) == [sentence])
        } else {
            #expect(sentence == nil && outcome == .noFinding)
        }
    }
}

@Suite("Dates in 和暦")
struct WarekiTests {
    @Test(
        "change on the first day of an era",
        arguments: [
            ("2026-10-01", "令和8年10月1日"), ("2019-05-01", "令和元年5月1日"), ("2019-04-30", "平成31年4月30日"),
            ("1989-01-08", "平成元年1月8日"), ("1989-01-07", "昭和64年1月7日"), ("1926-12-25", "昭和元年12月25日"),
            ("1926-12-24", "大正15年12月24日"), ("1912-07-30", "大正元年7月30日"), ("1912-07-29", "明治45年7月29日"),
            ("1868-01-24", "西暦1868年1月24日"),
        ])
    func days(_ iso: String, _ text: String) {
        #expect(Day(iso: iso)?.wareki == text)
    }

    @Test("are as precise as they are known")
    func partial() {
        #expect(PartialDate.month(year: 2026, month: 9).wareki == "令和8年9月")
        #expect(PartialDate.year(2026).wareki == "令和8年")
        #expect(PartialDate.age(5, on: Fixture.night).wareki == "令和8年10月1日時点で5歳")
    }
}

@Suite("School entry")
struct SchoolEntryTests {
    @Test(
        "is the first 1 April on or after which the child is six",
        arguments: [
            ("2020-04-01", "2026-04-01"), ("2020-04-02", "2027-04-01"), ("2020-01-15", "2026-04-01"),
            ("2020-12-31", "2027-04-01"),
        ])
    func entry(_ birth: String, _ expected: String) {
        #expect(Fixture.day(birth).schoolEntry == Fixture.day(expected))
        #expect(Fixture.day(birth).schoolGrade(on: Fixture.day(expected)) == 1)
    }
}

@Test func aRuleSaysInWordsWhomItIsAboutWhatItLooksAtAndWhatItTells() throws {
    let rule = try #require(try load(sound).rule("T1"))
    #expect(rule.populationWords == "小学1年から中学3年まで")
    #expect(rule.sentences == ["{source}では、{date}までに{value}あります。"])
    #expect(rule.looks.count == 1 && rule.looks[0].hasPrefix("F03 ") && rule.looks[0].hasSuffix(": 直近6か月"))
    #expect(rule.titledItems.count == 1 && rule.titledItems[0].hasPrefix("F03 "))
    #expect(rule.suppressionWords.isEmpty)
}

@Test func everyShippedRuleSaysSomethingInWords() throws {
    for rule in try Fixture.shipped().rules {
        #expect(!rule.sentences.isEmpty && !rule.populationWords.isEmpty, "\(rule.id)")
        #expect(rule.looks.isEmpty == rule.items.isEmpty, "\(rule.id) \(rule.looks)")
    }
}

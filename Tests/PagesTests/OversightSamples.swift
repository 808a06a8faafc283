import Domain

@testable import Pages

/// What overseers look at beside the trail, invented.
extension Samples {
    static let analysis = AuditAnalysisPage(
        from: "2026-09-01", to: "2026-10-01", events: 1200,
        findings: [
            .init(
                what: "夜間", who: "架空 はな子（hanako）", path: "/audit?user=hanako", day: "2026-09-03", count: 4,
                limit: 1, events: "12 13")
        ], hasLimits: true)

    static let users = UsersPage(lines: [
        .init(
            id: "hanako", path: "/audit?user=hanako", name: "架空 はな子", roles: "こども家庭センター職員", scopes: "",
            hasSecondFactor: true, state: nil, logIns: 1, used: "令和8年10月1日 9時5分"),
        .init(
            id: "jiro", path: "/audit?user=jiro", name: "架空 次郎", roles: "学校管理職（学校の範囲）",
            scopes: "school:みなみ小学校", hasSecondFactor: false, state: "令和8年9月1日に外した", logIns: 0, used: nil),
    ])

    private static let oneRule = RulesPage.Rule(
        id: "H1", version: 2, title: "3歳児健診が未受診", urgency: .normal, author: "健康課",
        approver: "こども家庭センター",
        from: today, to: nil, rationale: "健診を受けていないこどもの様子を確かめます。", source: "母子保健法第12条",
        confirm: ["受診の予定を聞いてください。"], expected: 0.02, proceed: "結果の出たケース50件からみて、30.0% 以上")

    private static let measured = PrintedTables.Section(
        title: "測った結果", text: "10件に満たない数は示しません。", columns: ["規則", "該当"], rows: [["H1", "示さない"]])

    static let rules = RulesPage(
        rules: [oneRule], measured: measured,
        proposals: [.init(hash: "3fa94b0c2d11", title: "提案: H1 第3版（3fa94b0c2d11）")])

    static let rule = RulePage(
        rule: oneRule, purpose: "こどもの状況確認と支援", difficulties: [.abuse], population: "生後42か月から48か月まで",
        items: ["B06 乳幼児健診"], looks: ["B06 3歳児健診: 生まれてから"],
        sentences: ["3歳児健診の記録は、{source}にデータがありません（{asOf}現在）。"], suppressions: ["転出・死亡"],
        lastNight: .init(persons: 10, applied: 480), measured: measured,
        history: ["令和8年9月1日 9時5分 kikaku（コマンド） 第2版（3fa94b0c2d11）を提案した「審議会の意見による」"], approval: "2人で承認",
        text: "// 3歳児健診\n{ id: \"H1\" }\n")

    static let trial = RuleTrialPage(
        state: .finished(
            .init(
                asOf: today, tried: "今の規則", persons: 40,
                lines: [
                    .init(
                        rule: "H1", version: 2, title: "3歳児健診が未受診", persons: 40, expected: 36,
                        suppressed: nil,
                        notEvaluated: 0, waiting: [],
                        areas: .init(counts: [("若葉台", 22)], rest: "ほかは、10人に満たないなどのため示しません。"),
                        schools: .init(counts: [], rest: "10人に満たないなどのため示しません。"),
                        groups: .init(counts: [("3歳〜就学前", 40)], rest: nil)),
                    .init(
                        rule: "U1", version: 1, title: "新生児訪問の記録がない", persons: nil, expected: 2,
                        suppressed: 0,
                        notEvaluated: nil, waiting: ["B02"], areas: .init(counts: [], rest: "示しません。"),
                        schools: nil,
                        groups: .init(counts: [], rest: "示しません。")),
                ], week: "1週間に20件なら、今週確認できるのは20人、残るのは20人です。"), by: "架空 次郎", at: "令和8年10月1日 9時5分"),
        proposals: [])

    static let verified = AuditVerifyPage(
        state: .finished(
            .init(
                isIntact: true, isCompared: true,
                sentences: ["書きかえは見つかりませんでした（出来事 1200件、検査点 4件）。", "はじめの1190件は、外に控えた検査点とも合っています。"],
                remarks: [], key: "renkei-1a2b+AAAA"), by: "架空 はな子", at: "令和8年10月1日 9時5分"),
        last: "監査記録の確かめ: …")

    static let broken = AuditVerifyPage(
        state: .finished(
            .init(
                isIntact: false, isCompared: false, sentences: ["監査記録の内容が、保存されているハッシュ値と一致しません。"],
                remarks: ["確かめたことを、監査記録に残せませんでした。"], key: "renkei-1a2b+AAAA"), by: "架空 はな子",
            at: "令和8年10月1日 9時5分"), last: "")

    static let verifying = AuditVerifyPage(
        state: .running(by: "架空 はな子", since: "令和8年10月1日 9時5分", done: "65536件まで"), last: "")
}

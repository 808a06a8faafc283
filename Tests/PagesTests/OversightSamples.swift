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

    static let rules = RulesPage(
        rules: [
            .init(
                id: "H1", version: 2, title: "3歳児健診が未受診", urgency: .normal, author: "健康課",
                approver: "こども家庭センター",
                from: today, to: nil, rationale: "健診を受けていないこどもの様子を確かめます。", source: "母子保健法第12条",
                confirm: ["受診の予定を聞いてください。"], expected: 0.02, proceed: "結果の出たケース50件からみて、0.3 以上")
        ],
        measured: PrintedTables.Section(
            title: "測った結果", text: "10件に満たない数は示しません。", columns: ["規則", "該当"], rows: [["H1", "示さない"]]))
}

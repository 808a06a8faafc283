import Domain
import Flagging
import Foundation
import Mapping
import Nightly
import Policy
import Store

/// `renkei rules …`: flag rules from the draft to the day they count.
enum RulesCommand {
    private static let with = Option("with", "PATH", "試す規則のファイル、またはそのフォルダ（同じ名前の規則と入れ替えます）")

    static let all = [
        Command(
            usage: Usage(
                "rules check", "判定規則を確かめ、一覧にします", options: [.workspace, with],
                discussion: """
                    規則ごとに、版、利用目的、項目、所管と承認者、効力の期間、見込み、続ける目安、承認の記録、まだない記録元を示します。
                    続ける目安（proceed）のない規則は、注意として示します。
                    誤りは、ファイル・行・直し方をまとめて表示します。個人のデータは読みません。

                    例: renkei rules check --with S1.json5
                    """), run: check),
        Command(
            usage: Usage(
                "rules test", "判定規則を、試しの例に当てます", arguments: ["DIR"], options: [.workspace, with],
                discussion: """
                    例（samples/rules の形）のとおりの結果になるかを確かめます。まだない記録元の項目は、届いたものとして試します。
                    違う例があれば、その例と結果を示し、終了コード65で終わります。個人のデータは読みません。

                    例: renkei rules test samples/rules
                    """), run: test),
        Command(
            usage: Usage(
                "rules dry-run", "公開中の結果に規則を当て、該当する人数を示します（ケースは作りません）",
                options: [
                    .workspace, with, Option("rule", "ID", "しきい値を変えて試す規則"),
                    Option("at-least", "LIST", "試すしきい値（20,25,30 のように並べます。--rule と使います）"),
                    Option("threshold", "N", "規則の何番目の数を変えるか（省略時は1番目）"),
                    Option("capacity", "N", "1週間に確認できる件数"),
                ],
                discussion: """
                    規則、地域（町）、通学区域（Guidelines/areas.json5 があれば）、年齢層ごとの人数を示します。10人に満たない数と、そこから逆算できる数は示しません。
                    試したことは、実行した人の名前で監査記録に残ります。
                    --capacity を付けると、急ぐ順に並べたときに今週確認できる人と、残る人の数を示します。

                    例: renkei rules dry-run --capacity 20
                    例: renkei rules dry-run --rule S1 --at-least 20,25,30,35 --capacity 20
                    """), run: dryRun),
        Command(
            usage: Usage(
                "rules diff", "規則を変えると、該当がどう変わるかを示します", arguments: ["PATH"], options: [.workspace],
                discussion: """
                    規則のファイル（またはそのフォルダ）を、作業フォルダの規則と入れ替えたときに、新しく該当する人と該当しなくなる人の数を、
                    規則、地域（町）、年齢層ごとに示します。10人に満たない数と、そこから逆算できる数は示しません。

                    例: renkei rules diff S1.json5
                    """), run: diff),
        Command(
            usage: Usage(
                "rules backtest", "規則の該当が、その後どうなったかを示します", options: [.workspace, with],
                discussion: """
                    規則と版ごとに、ケースの数、人が結果を出した数、そのうち支援接続・見守りの割合、最初に人が動くまでの日数（中央値）と、
                    今の規則（--with の規則）でも見つかる人数を示します。

                    例: renkei rules backtest --with S1.json5
                    """), run: backtest),
        Command(
            usage: Usage(
                "rules measure", "規則の該当が、月ごとにどう確認され、どうなったかを示します",
                options: [
                    .workspace, with, .signed,
                    Option("groups", nil, "年齢・通学区域・性別・ひとり親・障害の集まりごとに、偏りがないかを示します（--user が要ります）"),
                ],
                discussion: """
                    規則ごとと規則・月ごとに、該当した件数、人が結果を出した件数とその内訳（対象外は理由ごと）、まだだれも確認していない件数、最初に人が動くまでの
                    日数（中央値）、支援接続・見守りの割合と95%の区間を示します。規則に「続ける目安」（proceed）があれば、届いているかも
                    示します。届かない規則は、夜の注意にも出ます。10件に満たない数は示しません。
                    抜き取り確認（rules sample）があれば、見落としの割合と人数の見積もりを、95%の区間とともに示します。
                    --groups は、利用目的「規則の点検」で数えます。その目的で許されない項目は、見ていないものとして理由を示します。

                    例: renkei rules measure
                    例: renkei rules measure --groups --user manager
                    """), run: measure),
        Command(
            usage: Usage(
                "rules propose", "規則のファイルを提案します（別の人が承認します）", arguments: ["FILE"],
                options: [
                    .workspace, .signed, Option("reason", "TEXT", "変える理由（個人が分かることは書きません）"),
                ],
                discussion: """
                    規則を確かめ、中身のハッシュとともに残します。承認されるまで、夜間処理には使いません。

                    例: renkei rules propose S1.json5 --reason "審議会の意見により、しきい値を25日にする"
                    """), run: propose),
        Command(
            usage: Usage(
                "rules approve", "提案された規則を承認し、夜間処理に使えるようにします", arguments: ["HASH"],
                options: [
                    .workspace, .signed, Option("reason", "TEXT", "承認する理由（個人が分かることは書きません）"),
                ],
                discussion: """
                    提案した人とは別の人が、提案に示されたハッシュ（12桁以上）を書いて承認します。規則のファイルは、提案のとおりに置きかわります。
                    承認の後でファイルが変わると、夜間処理は始まりません。

                    例: renkei rules approve 3fa94b0c2d11 --reason "例とdry-runの結果を確かめた"
                    """), run: approve),
    ]

    // MARK: what is written

    struct Opened {
        let workspace: Workspace
        let service: ServiceStore
        let rulebook: Rulebook
        let rules: RuleSet
    }

    static func open(_ arguments: ParsedArguments, with path: String? = nil) throws -> Opened {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let service = try workspace.openService()
        // Before any guideline is in force, rules can be looked at by the folder's; nothing is proposed or approved by it.
        let rulebook = try Rulebook.load(
            workspace, GuidelineInForce.orFolder(workspace, service))
        guard let path = path ?? arguments.values["with"] else {
            return Opened(
                workspace: workspace, service: service, rulebook: rulebook, rules: rulebook.rules)
        }
        return Opened(
            workspace: workspace, service: service, rulebook: rulebook,
            rules: try rulebook.rules(in: workspace, with: try drafts(path)))
    }

    /// The rule files of a path: itself, or those in it.
    private static func drafts(_ path: String) throws -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw Fault(
                .notFound, code: "rule.not-found", message: "規則のファイルがありません。", file: path,
                fix: "ファイルの場所を確かめてください。")
        }
        guard isFolder.boolValue else { return [path] }
        let files = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
            .filter { $0.hasSuffix(".json5") }.map { path + "/" + $0 }
        guard !files.isEmpty else {
            throw Fault(
                .notFound, code: "rule.not-found", message: "このフォルダに規則のファイル（.json5）が1つもありません。", file: path,
                fix: "規則のファイルのあるフォルダか、ファイルを指定してください。")
        }
        return files
    }

    private struct RuleView: Encodable {
        let id: String
        let version: Int
        let title: String
        let purpose: String
        let items: [String]
        let owner: String
        let approver: String
        let from: String
        let to: String?
        let expectedShare: Double
        /// What it must reach to go on; `nil`: nothing was agreed.
        let proceed: Agreed?
        /// `approved`, `never`, `changed`.
        let approval: String
        let waiting: [String]
    }

    private struct Agreed: Encodable {
        let share: Double
        let assessed: Int
    }

    @Sendable private static func check(_ arguments: ParsedArguments, _ console: Console) throws {
        let opened = try open(arguments)
        let approvals = try RuleApprovals(opened.service)
        let supplied = opened.rulebook.mappings.sourcesOfItems
        let waiting = opened.rules.waiting { supplied[$0] != nil }
        let views = try opened.rules.rules.map { rule in
            let standing = try approvals.standing(of: rule.id, in: opened.workspace)
            return RuleView(
                id: rule.id.rawValue, version: rule.version, title: rule.title,
                purpose: rule.purpose.rawValue,
                items: rule.items.map(\.rawValue), owner: rule.author, approver: rule.approver,
                from: rule.effectiveFrom.description, to: rule.effectiveTo?.description,
                expectedShare: rule.expectedShare,
                proceed: rule.proceed.map { Agreed(share: $0.share, assessed: $0.assessed) },
                approval: "\(standing)",
                waiting: (waiting[rule.id] ?? []).map(\.rawValue))
        }
        struct Waiting: Encodable {
            let rule, hash, proposer: String
            let version: Int
        }
        struct Result: Encodable {
            let outcome = "ok"
            let rules: [RuleView]
            let proposals: [Waiting]
        }
        let proposals = approvals.waiting.map {
            Waiting(rule: $0.rule.rawValue, hash: $0.sha256, proposer: $0.proposer, version: $0.version)
        }
        try console.result(Result(rules: views, proposals: proposals))
        let words = ["approved": "2人で承認", "never": "はじめのまま", "changed": "承認と違う"]
        console.say(
            TextTable.text(
                ["規則", "版", "題名", "利用目的", "項目", "所管", "承認", "待っている記録元"],
                views.map {
                    [
                        $0.id, "\($0.version)", $0.title, $0.purpose, $0.items.joined(separator: " "),
                        $0.owner,
                        words[$0.approval] ?? "", $0.waiting.joined(separator: " "),
                    ]
                }, limit: 36))
        for proposal in proposals {
            console.say(
                "承認待ち: 規則 \(proposal.rule) 第\(proposal.version)版 \(proposal.hash.prefix(16))（\(proposal.proposer)）"
            )
        }
        let open = views.filter { $0.proceed == nil }.map(\.id)
        if !open.isEmpty {
            console.say(
                "注意: 続ける目安（proceed）のない規則: \(open.joined(separator: "、"))。結果を見る前に、何件の結果が出たら、支援接続・見守りがどの割合に届いているかを見るかを決めて、規則に書いてください（docs/rules.md）。"
            )
        }
        // Where the shipped cases are not beside the program, there is nothing to test by yet.
        let shipped = (try? Templates.folder(nil)).map { $0 + "/samples/rules" }
        let cases = ["samples/rules", shipped].compactMap(\.self).first(where: FileManager.default.fileExists)
        let next = cases.map { "rules test \($0)" } ?? "rules dry-run"
        console.say("誤りはありません（規則 \(views.count)件）。次に: \(console.program) \(next)")
    }

    @Sendable private static func test(_ arguments: ParsedArguments, _ console: Console) throws {
        let opened = try open(arguments)
        let catalogue = opened.rulebook.guideline.catalogue
        let sources = CaseSources(
            opened.rulebook.mappings.all.map { .init($0.source, $0.title, $0.items.sorted()) },
            supposed: catalogue.items.values.sorted { $0.code < $1.code })
        let folder = arguments.positionals[0]
        let cases = try RuleCaseFile.load(folder: folder, catalogue: catalogue, sources: sources)
        let failures = cases.compactMap {
            test -> (rule: RuleID, name: String, expected: String, outcome: String)? in
            let outcome = opened.rules.outcome(of: test, sources: sources)?.summary ?? "規則がありません"
            return outcome == test.expected ? nil : (test.rule, test.name, test.expected, outcome)
        }
        let untried = opened.rules.rules.filter { rule in
            !rule.items.isEmpty && !cases.contains { $0.rule == rule.id }
        }
        guard !cases.isEmpty else {
            throw Fault(
                .notFound, code: "rule-case.none", message: "試しの例がありません。", file: folder,
                fix: "例のファイル（<規則のid>.json5）のあるフォルダを指定してください。")
        }
        let faults = failures.map {
            Fault(
                .gate, code: "rule-case.failed",
                message: "例「\($0.name)」の結果が「\($0.outcome)」になりました（書かれている結果「\($0.expected)」）。",
                file: "\(folder)/\($0.rule).json5", fix: "規則か例を直してください。")
        }
        if let faults = Faults(faults) { throw faults }
        struct Result: Encodable {
            let outcome = "ok"
            let cases: Int
            let untried: [String]
        }
        try console.result(Result(cases: cases.count, untried: untried.map(\.id.rawValue)))
        if !untried.isEmpty { console.say("例のない規則: \(untried.map(\.id.rawValue).joined(separator: "、"))") }
        console.say("\(cases.count)件の例が、すべて書かれたとおりの結果になりました。")
    }

    // MARK: what it finds

    @Sendable private static func dryRun(_ arguments: ParsedArguments, _ console: Console) throws {
        let opened = try open(arguments)
        let capacity = try arguments.number("capacity", in: 1...100_000)
        if let id = arguments.values["rule"] {
            return try tryThresholds(of: RuleID(id), opened, capacity, arguments, console)
        }
        let trial = try RuleTrial.run(
            opened.workspace, opened.service, rulebook: opened.rulebook, rules: opened.rules, for: .operating,
            now: { Date() })
        let view = TrialView(trial, opened.rules, capacity: capacity)
        try console.result(view)
        console.say(view.text)
    }

    private static func tryThresholds(
        of id: RuleID, _ opened: Opened, _ capacity: Int?, _ arguments: ParsedArguments, _ console: Console
    ) throws {
        guard let rule = opened.rules.rule(id) else {
            let near = nearest(id.rawValue, in: opened.rules.rules.map(\.id.rawValue))
            throw usageFault(
                "規則「\(id)」はありません。", near.map { "「\($0)」のことでしょうか。" } ?? "「renkei rules check」で確かめてください。")
        }
        let place = try arguments.number("threshold", in: 1...99) ?? 1
        let words = (arguments.values["at-least"] ?? "").split(separator: ",")
        // More than any count or sum of a child's facts; neither NaN nor without end.
        let numbers = words.compactMap { Double($0) }.filter { (0...1_000_000).contains($0) }
        guard !numbers.isEmpty, numbers.count == words.count, rule.thresholds.indices.contains(place - 1)
        else {
            throw usageFault(
                "試すしきい値がないか、規則「\(id)」に\(place)番目の数がありません（今の数: \(rule.thresholds.map(\.plain).joined(separator: "、"))）。",
                "「--at-least 20,25,30」の形で書き、数が2つ以上ある規則では「--threshold 2」で選んでください。")
        }
        let variants = numbers.map { number in
            (number, rule.trying(number, at: place - 1, as: RuleID("\(id)@\(number.plain)")))
        }
        let rules = variants.reduce(opened.rules) { $0.replacing($1.1) }
        let trial = try RuleTrial.run(
            opened.workspace, opened.service, rulebook: opened.rulebook, rules: rules, for: .operating,
            now: { Date() })
        struct Tried: Encodable {
            let atLeast: Double
            /// `nil`: too few to be told, or too near to another's.
            let persons: Int?
            let weeks: Double?
        }
        struct Result: Encodable {
            let outcome = "ok"
            let rule: String
            let current: Double
            let tried: [Tried]
        }
        let counts = SmallCounts.told(apart: variants.map { trial.found[$0.1.id]?.count ?? 0 })
        let tried = zip(variants, counts).map { variant, persons in
            Tried(
                atLeast: variant.0, persons: persons,
                weeks: persons.flatMap { persons in
                    capacity.map { (Double(persons) / Double($0) * 10).rounded() / 10 }
                })
        }
        try console.result(Result(rule: id.rawValue, current: rule.thresholds[place - 1], tried: tried))
        console.say("規則 \(id)（\(rule.title)）の\(place)番目の数。今は \(rule.thresholds[place - 1].plain)。")
        console.say(
            TextTable.text(
                ["しきい値", "該当（人）", "確認にかかる週"],
                tried.map {
                    [
                        $0.atLeast.plain, $0.persons.map(String.init) ?? "示さない",
                        $0.weeks.map { "\($0)" } ?? "—",
                    ]
                }))
    }

    @Sendable private static func diff(_ arguments: ParsedArguments, _ console: Console) throws {
        let opened = try open(arguments, with: arguments.positionals[0])
        func trial(_ rules: RuleSet, _ wanted: Set<PersonID> = []) throws -> RuleTrial {
            try RuleTrial.run(
                opened.workspace, opened.service, rulebook: opened.rulebook, rules: rules, for: .operating,
                wanted: wanted, now: { Date() })
        }
        let before = try trial(opened.rulebook.rules)
        let after = try trial(opened.rules, Set(before.queue.map(\.person)))
        let view = DiffView(before: before, after: after, old: opened.rulebook.rules, new: opened.rules)
        try console.result(view)
        console.say(view.text)
    }

    @Sendable private static func measure(_ arguments: ParsedArguments, _ console: Console) throws {
        if arguments.has("groups") { return try groups(arguments, console) }
        let opened = try open(arguments)
        let view = MeasureView(
            RuleMeasure(try opened.service.dispositions()), opened.rules,
            misses: try opened.service.spotCheckTallies())
        try console.result(view)
        console.say(view.text)
    }

    private static func groups(_ arguments: ParsedArguments, _ console: Console) throws {
        guard let user = arguments.values["user"] else {
            throw usageFault(
                "「--user」がありません。", "集まりごとの数は、利用目的「規則の点検」で数えられる利用者が見ます。あなたの利用者IDを書いてください。")
        }
        let opened = try open(arguments)
        let view = GroupsView(
            try RuleGroups.run(
                opened.workspace, rulebook: opened.rulebook, rules: opened.rules, user: UserID(user),
                password: Password.read(console), now: { Date() }))
        try console.result(view)
        console.say(view.text)
    }

    @Sendable private static func backtest(_ arguments: ParsedArguments, _ console: Console) throws {
        let opened = try open(arguments)
        let dispositions = try opened.service.dispositions()
        let trial = try RuleTrial.run(
            opened.workspace, opened.service, rulebook: opened.rulebook, rules: opened.rules, for: .operating,
            wanted: Set(dispositions.map(\.person)), now: { Date() })
        let view = BacktestView(RuleBacktest(dispositions, trial: trial))
        try console.result(view)
        console.say(view.text)
    }
}

extension Double {
    /// Days and times are whole: 10, not 10.0.
    fileprivate var plain: String { self == rounded() ? String(Int(self)) : String(self) }
}

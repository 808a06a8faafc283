import Domain
import Foundation
import Nightly
import Pages
import Policy
import Programmes
import Store

/// `renkei support …`: programmes that families may miss.
enum SupportCommand {
    private static let about = PersonArgument.options

    static let all = [
        Command(
            usage: Usage(
                "support check", "支援制度のレジストリを読めるか確かめます（取り込みません）", arguments: ["FILE"],
                options: [.workspace, Option("all", nil, "読み替えた所も、すべて示します")],
                discussion: """
                    子育て支援制度レジストリのJSONを読み、使えない記録、分からない所、読み替えた所を、制度の番号・項目・直し方とともに示します。
                    作業フォルダの Guidelines/programmes/matching.json5 も確かめます。個人のデータは読みません。

                    例: renkei support check seido.json
                    """), run: check),
        Command(
            usage: Usage(
                "support import", "支援制度のレジストリを取り込みます", arguments: ["FILE"],
                options: [
                    .workspace, .signed, Option("source", "TEXT", "レジストリの名前と入手元"),
                    Option("date", "YYYY-MM-DD", "レジストリの内容の日"),
                    Option("attribution", "TEXT", "表示する出典の一文（ライセンスの求めるもの）"),
                ],
                discussion: """
                    取り込んだものは、次に見るときから使われます。これまでのものも残ります。誰がいつ取り込んだかは監査記録に残ります。

                    例: renkei support import seido.json --source "子育て支援制度レジストリ（東京都オープンデータ）" --date 2025-08-20
                          --attribution "出典: …（CC BY 4.0）" --user center
                    """), run: importFile),
        Command(
            usage: Usage(
                "support list", "取り込んだ支援制度を一覧にします", options: [.workspace],
                discussion: """
                    この市の制度の番号・名前・対象の年齢・期限と、レジストリの出典を示します。個人のデータは読みません。

                    例: renkei support list
                    """), run: list),
        Command(
            usage: Usage(
                "support missed", "受けていない可能性のある制度がある世帯を、一覧にします",
                options: [
                    .workspace, .signed, Option("limit", "N", "世帯の数（1〜200、省略時は50）"),
                    Option("after", "TEXT", "前の一覧の終わりに示された「続き」"),
                ],
                discussion: """
                    対象になりそうで、受けている記録のない制度を、こどもごとに示します。利用停止（renkei consent）の方は出ません。見たことは監査記録に残ります。

                    例: renkei support missed --user center
                    """), run: missed),
        Command(
            usage: Usage(
                "support show", "一人のこどもについて、制度ごとの答えと理由、案内の文を示します",
                options: [.workspace, .signed] + about,
                discussion: """
                    例: renkei support show --person P-XXXXXXXXXXXXX --user center
                    """), run: show),
        Command(
            usage: Usage(
                "support draft", "制度の案内の文を作ります（個人のデータは使いません）", arguments: ["PSID"],
                options: [.workspace, Option("channel", "text|letter", "メールなどの短い文（500文字まで）か、手紙（省略時は text）")],
                discussion: """
                    制度の言葉だけで作ります。だれあてでも同じ文です。

                    例: renkei support draft psid3.0+9990000990160+0001+UM1 --channel letter
                    """), run: draft),
        Command(
            usage: Usage(
                "support record", "案内した結果を記録します", arguments: ["PSID"],
                options: [
                    .workspace, .signed,
                    Option(
                        "outcome", "WORD",
                        "sent 送った、applied 申請した、receives 受けている、declined 希望しない、notReached 連絡がつかない"),
                    Option("channel", "text|letter|spoken", "方法（省略できます）"),
                ] + about,
                discussion: """
                    申請した・受けている・希望しない制度は、もう案内しません。案内そのものを望まない方は、利用停止（renkei consent record --refuse
                    --purpose programmes）を記録してください。

                    例: renkei support record psid3.0+9990000990160+0001+UM1 --person P-XXXXXXXXXXXXX --outcome sent --user center
                    """), run: record),
    ]

    // MARK: the registry

    @Sendable static func check(_ arguments: ParsedArguments, _ console: Console) throws {
        let folder: String
        let guideline: Guideline
        if let workspace = try workspace(arguments) {
            folder = workspace.guidelines
            guideline = try GuidelineInForce.orFolder(workspace, workspace.openService()).guideline
        } else {
            folder = try Templates.folder(nil) + "/Guidelines"
            guideline = try GuidelineFiles(folder: folder).guideline()
        }
        let reading = try SupportDesk.read(
            arguments.positionals[0], guidelines: folder, guideline: guideline)
        let view = RegistryView("checked", reading, showsAll: arguments.has("all"))
        console.say(view.text)
        try SupportDesk.requireProgrammes(reading, in: arguments.positionals[0])
        try console.result(view)
    }

    /// `nil` where none is named and this folder is none: then the shipped table is tried.
    private static func workspace(_ arguments: ParsedArguments) throws -> Workspace? {
        if let named = arguments.values["workspace"] { return try Workspace.open(named) }
        do {
            return try Workspace.open(".")
        } catch  where error.code == "workspace.missing" {
            return nil
        }
    }

    @Sendable static func importFile(_ arguments: ParsedArguments, _ console: Console) throws {
        guard let source = arguments.values["source"], let attribution = arguments.values["attribution"],
            let asOf = try arguments.day("date")
        else {
            throw usageFault(
                "レジストリの名前、内容の日、出典の一文がそろっていません。",
                "「--source」「--date」「--attribution」を書いてください。出典の一文は、案内の画面に必ず示します。")
        }
        let (_, desk) = try open(arguments, console)
        let (reading, kept) = try desk.importRegistry(
            arguments.positionals[0], source: source, asOf: asOf, attribution: attribution)
        let view = RegistryView("imported", reading, showsAll: false)
        try console.result(view)
        console.say(
            "\(view.text)\n取り込みました。この市で使う制度: \(kept.registry.programmes.count)件（全体 \(kept.total)件）\n"
                + "次に: \(console.program) support missed --user ID --workspace \(arguments.values["workspace"] ?? ".")"
        )
    }

    @Sendable static func list(_ arguments: ParsedArguments, _ console: Console) throws {
        let (kept, day) = try registry(arguments)
        let view = ProgrammeListView(kept, on: day)
        try console.result(view)
        console.say(view.text)
    }

    @Sendable static func draft(_ arguments: ParsedArguments, _ console: Console) throws {
        let (kept, day) = try registry(arguments)
        guard let channel = Draft.Channel(rawValue: arguments.values["channel"] ?? "text") else {
            throw usageFault("「--channel」の言葉が違います。", "text か letter を書いてください。")
        }
        let psid = arguments.positionals[0]
        guard let programme = kept.registry.programmes.first(where: { $0.psid == psid }) else {
            throw Fault(
                .notFound, code: "support.programme", message: "取り込んだレジストリに、この番号の制度はありません。",
                fix: "「renkei support list」で番号を確かめてください。")
        }
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let draft = Draft(
            programme, channel: channel,
            municipality: try NightSettings.load(path: workspace.settings).municipality,
            attribution: kept.registry.attribution)
        let isOver = programme.isOver(on: day)
        try console.result(
            DraftView(programme: psid, channel: channel.rawValue, text: draft.text, isOver: isOver))
        if isOver {
            console.say("注意: この制度は期限（\(SupportWording.deadline(programme.period))）を過ぎています。案内には出しません。\n")
        }
        console.say(draft.text)
    }

    private struct DraftView: Encodable {
        let programme: String
        let channel: String
        let text: String
        let isOver: Bool
    }

    // MARK: families

    @Sendable static func missed(_ arguments: ParsedArguments, _ console: Console) throws {
        let limit = try arguments.number("limit", in: 1...200) ?? 50
        let after = try arguments.values["after"].map { text throws -> SupportCursor in
            guard let cursor = SupportCursor(text) else {
                throw usageFault(
                    "「--after」が、一覧の続きの場所ではありません。", "前の一覧の終わりに示された「続き」をそのまま書くか、「--after」を消してください。")
            }
            return cursor
        }
        let (guideline, desk) = try open(arguments, console)
        let page = try desk.missed(after: after, limit: limit)
        let view = MissedView(page, guideline.catalogue)
        try console.result(view)
        console.say(view.text)
        if let next = page.next { console.say("続き: --after \(next.text)") }
    }

    @Sendable static func show(_ arguments: ParsedArguments, _ console: Console) throws {
        let whom = try person(arguments)
        let (guideline, desk) = try open(arguments, console)
        let view = SupportedChildView(try desk.detail(whom), guideline.catalogue)
        try console.result(view)
        console.say(view.text)
    }

    @Sendable static func record(_ arguments: ParsedArguments, _ console: Console) throws {
        guard let what = arguments.values["outcome"].flatMap(SupportOutcome.What.init(rawValue:)) else {
            throw usageFault(
                "結果の言葉がないか、違います。",
                "「--outcome」に \(SupportOutcome.What.allCases.map(\.rawValue).joined(separator: "、")) のどれかを書いてください。"
            )
        }
        let channel = try arguments.values["channel"].map { word throws -> SupportOutcome.Channel in
            guard let channel = SupportOutcome.Channel(rawValue: word) else {
                throw usageFault("「--channel」の言葉が違います。", "text、letter、spoken のどれかを書いてください。")
            }
            return channel
        }
        let whom = try person(arguments)
        let (_, desk) = try open(arguments, console)
        try desk.record(what, channel: channel, psid: arguments.positionals[0], of: whom)
        try console.result(Recorded(programme: arguments.positionals[0], result: what.rawValue))
        console.say("「\(what.title)」を記録しました。")
    }

    private struct Recorded: Encodable {
        let outcome = "recorded"
        let programme: String
        let result: String
    }

    // MARK: arguments

    private static func open(
        _ arguments: ParsedArguments, _ console: Console
    ) throws -> (guideline: Guideline, desk: SupportDesk) {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let user = try arguments.user()
        let service = try workspace.openService()
        let desk = try SupportDesk(
            workspace, service, user: user, password: Password.read(console), at: Date())
        return (desk.guideline, desk)
    }

    private static func person(_ arguments: ParsedArguments) throws -> Whom {
        switch try PersonArgument(arguments, of: "案内") {
        case .person(let id): .person(id)
        case .row(let file, let line): .row(file: file, line: line)
        }
    }

    /// The registry that counts, and the day on which it is looked at.
    private static func registry(_ arguments: ParsedArguments) throws -> (kept: KeptRegistry, day: Day) {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let (service, now) = (try workspace.openService(), Date())
        guard let kept = try service.registry() else {
            throw Fault(
                .notFound, code: "registry.none", message: "レジストリが、まだ取り込まれていません。", file: workspace.root,
                fix: "「renkei support import FILE」で取り込んでください。")
        }
        return (kept, try service.currentPublication()?.day(ofAsking: now) ?? Day(inJapanAt: now))
    }
}

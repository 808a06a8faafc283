import Domain
import Foundation
import Nightly
import Store

/// `renkei review`: whether two records are one person's, where linkage leaves it to people.
enum ReviewCommand {
    static let usage = Usage(
        "review", "同じ人かどうかを人が確かめ、判断を残します",
        arguments: ["list|show|decide|withdraw|export|import|sample|estimate|changes", "[ID]"],
        options: [
            .workspace,
            Option("user", "ID", "あなたの利用者ID（renkei user）。パスワードは標準入力の1行目から読みます"),
            Option("person", "P-…", "この人の記録の組だけを示します（list）"),
            Option("decided", nil, "判断の済んだ組を、判断の番号の順に示します（list）"),
            Option("run", "ID", "公開中でない実行の変化を示します（changes）。点検で止まった夜も見られます"),
            Option("same", nil, "同じ人と判断します（decide）"), Option("different", nil, "別の人と判断します（decide）"),
            Option("reason", "TEXT", "判断や取消しの理由。監査記録に残ります。氏名や番号は書かないでください"),
            Option("output", "FILE", "書き出す .csv のファイル（export、changes）"),
            Option("sample", nil, "無作為の標本の組だけを示します（list）、書き出します（export）"),
            Option("size", "N", "標本の組の数（sample、省略時は300）"), Option("seed", "S", "標本を選ぶ乱数の種（sample、省略時は1）"),
            Option("again", nil, "判断の途中の標本があっても、引き直します（sample）"),
        ],
        discussion: """
            list      確かめる組を、判断の効き目の大きいものから示します。氏名などは出しません
                      例: renkei review list
            show      組の本人確認情報を並べ、重みの内訳を言葉で示します。見たことは監査記録に残ります
                      例: renkei review show R-0123456789abcdef
            decide    同じ人か別の人かを判断します。次の夜間処理から、取り消すまでずっと使います
                      例: renkei review decide R-0123456789abcdef --different --reason "生年月日を窓口で確認"
            withdraw  判断を取り消します        例: renkei review withdraw V-3 --reason "取り違え"
            export    表計算ソフトで判断するためのCSVを書き出します
                      例: renkei review export --output kakunin.csv
            import    「判断」の列に「同じ」か「別」、「判断の理由」の列に理由を書いたCSVを受け取ります
                      例: renkei review import kakunin.csv
            sample    結んだ組と結ばなかった組から、確かめる組を無作為に選びます
                      例: renkei review sample --size 300 --seed 1
            estimate  標本についての判断から、適合率と再現率を区間とともに見積もります。この判断はモデルの学習に使いません
            changes   公開中の夜に、人の番号がどう変わったかを示します（統合・分割など）
                      例: renkei review changes --output henkou.csv

            支援措置の対象者の住所・電話・保護者・学校は伏せ、重みとその内訳も示しません。標本の組は、判断が済むまで、重み・内訳・
            結んだかどうかを示しません（どの一覧でも、書き出しでも）。
            設定（renkei.json5）で review: { twoPersons: true } とすると、別の2人が同じ判断をするまで使いません。2人は、それぞれ自分の
            利用者IDを --user に書きます（役割に review の許可が要ります）。
            """)

    private static let words = [
        "list", "show", "decide", "withdraw", "export", "import", "sample", "estimate", "changes",
    ]

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let what = try arguments.word(of: "review", in: words)
        if what == "changes" {
            let changes = try IdentityChanges.read(
                workspace, run: arguments.values["run"].map(RunID.init(_:)))
            if let output = arguments.values["output"] { try changes.export(to: output) }
            let view = IdentityChangesView(changes)
            try console.result(view)
            console.say(view.text)
            return
        }
        let reviewer: Asker =
            if let user = arguments.values["user"] {
                .user(UserID(user), password: try Password.read(console))
            } else { .operating(.operating) }
        let review = try Review.open(workspace, as: reviewer, at: Date())
        let next = { (words: String) in
            console.say("次に: \(console.program) \(words) --workspace \(workspace.root)")
        }
        switch what {
        case "list" where arguments.has("decided"):
            guard arguments.values["person"] == nil else {
                throw usageFault(
                    "「--decided」と「--person」は、一緒には使えません。", "判断の番号から人は分かりません。どちらか一方を書いてください。")
            }
            let view = VerdictListView(try review.decided(), titles: review.titles)
            try console.result(view)
            console.say(view.text)
            if let first = view.pairs.first { next("review show \(first.verdict)") }
        case "list":
            let queue = try review.queue(
                person: arguments.values["person"].map(PersonID.init(_:)), sample: arguments.has("sample"))
            let view = ReviewListView(queue.items, hidden: queue.hidden, titles: review.titles)
            try console.result(view)
            console.say(view.text)
            if let first = queue.items.first { next("review show \(first.pair.id)") }
        case "show":
            let id = try id(arguments)
            if let number = number(id) {
                let view = VerdictView(try review.verdict(number), titles: review.titles)
                try console.result(view)
                console.say(view.text)
                return
            }
            let (item, seen) = try review.show(id)
            let view = ReviewPairView(item, seen, titles: review.titles)
            try console.result(view)
            console.say(view.text)
            next("review decide \(id) --same または --different --reason 理由")
        case "decide":
            guard arguments.has("same") != arguments.has("different") else {
                throw usageFault("同じ人か別の人かが決まりません。", "「--same」か「--different」のどちらか一方を書いてください。")
            }
            let verdict = try review.decide(
                id(arguments), isSame: arguments.has("same"), reason: arguments.values["reason"] ?? "")
            try tell(verdict, review, console, next)
        case "withdraw":
            guard let number = number(try id(arguments)) else {
                throw usageFault("判断の番号が読めません。", "「V-3」のように書いてください。番号は「renkei review list --decided」で分かります。")
            }
            try tell(
                review.withdraw(number, reason: arguments.values["reason"] ?? ""), review, console, next)
        case "sample":
            let size = try arguments.number("size", in: 2...100_000) ?? 300
            let view = SampleView(
                try review.drawSample(
                    size: size, seed: arguments.number("seed", in: 0...1 << 53) ?? 1,
                    isAgain: arguments.has("again")),
                outcome: "drawn")
            try console.result(view)
            console.say(view.text)
            next("review list --sample")
        case "estimate":
            let view = SampleView(try review.estimate(), outcome: "estimated")
            try console.result(view)
            console.say(view.text)
        case "export":
            guard let output = arguments.values["output"] else {
                throw usageFault("書き出し先がありません。", "「--output」で .csv のファイルを指定してください。")
            }
            let view = ReviewExportView(
                path: output, try review.export(to: output, sample: arguments.has("sample")))
            try console.result(view)
            console.say(view.text)
            next("review import 判断を書いたファイル")
        default:
            let file = try id(arguments)
            let view = ReviewImportView(try review.importVerdicts(file))
            if let faults = Faults(view.faults(file)), view.kept == 0 { throw faults }
            try console.result(view)
            console.say(view.text)
            if view.kept > 0 { next("run") }
        }
    }

    private static func tell(
        _ verdict: KeptVerdict, _ review: Review, _ console: Console, _ next: (String) -> Void
    ) throws {
        let view = VerdictView(verdict, titles: review.titles)
        try console.result(view)
        console.say(view.text)
        if !verdict.isWaiting { next("run") }
    }

    private static func id(_ arguments: ParsedArguments) throws(Fault) -> String {
        guard arguments.positionals.count == 2 else {
            throw usageFault("番号かファイルがありません。", "「renkei review --help」の例のように書いてください。")
        }
        return arguments.positionals[1]
    }

    private static func number(_ id: String) -> Int? { id.hasPrefix("V-") ? Int(id.dropFirst(2)) : nil }
}

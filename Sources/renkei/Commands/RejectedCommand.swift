import Domain
import Foundation
import Nightly
import Policy
import Store

/// `renkei rejected`: the rows that were not accepted, to their department and back.
enum RejectedCommand {
    static let usage = Usage(
        "rejected", "却下された行を調べ、担当課に戻し、直された行を受け取ります",
        arguments: ["list|show|export|reload|ledger", "[FILE]"],
        options: [
            .workspace, Option("run", "ID", "実行の番号（省略時は最も新しい実行。公開されなかったものを含みます）"),
            Option("user", "ID", "あなたの利用者ID。付けると、その役割と範囲の課の行だけを扱います（パスワードは標準入力の1行目）"),
            Option("source", "S", "抽出の種類（jumin など）だけにします"),
            Option("code", "C", "理由コードだけにします（list）"),
            Option("output", "PATH", "書き出すフォルダ（なければ作ります）、または .csv のファイル（export）"),
            Option("other-person", nil, "別の人の行になる直しや、ほとんど空になる直しも受け取ります（reload。担当課に確かめてから）"),
        ],
        discussion: """
            list    却下された行を、理由ごとに示します。値は出しません
                    例: renkei rejected list --source kenshin
            show    1行の中身を示します。見たことは監査記録に残ります
                    例: renkei rejected show kenshin_20261001.csv:12
            export  担当課に戻すCSV（UTF-8 BOM付き）を書き出します
                    例: renkei rejected export --source kenshin --output kenshin_rejected.csv
            reload  担当課が直したCSVを受け取ります。次の夜間処理が、却下された行のかわりに使います
                    例: renkei rejected reload kenshin_rejected.csv
            ledger  抽出ごとに、受け取った行と受け取れなかった行の数を示します
                    例: renkei rejected ledger --user gakumu

            担当課の人は「--user」で名のり、自分の課の抽出の行だけを扱います（docs/users.md）。ほかの課の行は、ないのと同じ答えになります。
            show と export では、住所・電話・保護者・学校の列と受け取らない列を伏せます（だれの行か決まらず、支援措置の有無が
            分からないため）。伏せたまま戻された列は、もとの値のまま使います。
            reload は、番号が変わった行や、氏名と生年月日がともに変わった行を、別の人の行になるものとして受け取りません。
            列を見分けられなかった行（列の数が違う行など）も、同じ人の行か確かめられないため、同じように尋ねます。
            埋まっていた列の半分より多くが空になる直しも、そうします。新しい抽出が届くと、前の抽出の行の直しは終わります（list が件数を示します）。
            """)

    private static let words = ["list", "show", "export", "reload", "ledger"]

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let what = try arguments.word(of: "rejected", in: words)
        let file = arguments.positionals.dropFirst().first
        let asker: Asker =
            if let user = arguments.values["user"] {
                .user(UserID(user), password: try Password.read(console))
            } else { .operating(.operating) }
        let quarantine = try Quarantine.open(
            workspace, run: arguments.values["run"], as: asker, at: Date())
        let next = { (words: String) in
            console.say("次に: \(console.program) rejected \(words) --workspace \(workspace.root)")
        }
        switch what {
        case "list":
            let view = try RejectedListView(
                quarantine, source: arguments.values["source"].map(SourceID.init(_:)),
                code: arguments.values["code"])
            try console.result(view)
            console.say(view.text)
            if view.count > 0 { next("export --output フォルダ") }
        case "ledger":
            let view = ExtractLedgersView(quarantine)
            try console.result(view)
            console.say(view.text)
        case "show":
            let (name, line) = try place(file)
            let view = RejectedRowView(try quarantine.row(file: name, line: line))
            try console.result(view)
            console.say(view.text)
        case "export":
            guard let output = arguments.values["output"] else {
                throw usageFault("書き出し先がありません。", "「--output」でファイルかフォルダを指定してください。")
            }
            let view = RejectedExportView(
                try quarantine.export(source: arguments.values["source"].map(SourceID.init(_:)), to: output))
            try console.result(view)
            console.say(view.text)
            next("reload 直されたファイル")
        default:
            guard let file else {
                throw usageFault("戻されたファイルがありません。", "「renkei rejected reload ファイル」の形で書いてください。")
            }
            let rows = try quarantine.reload(file, allowsOtherPersons: arguments.has("other-person"))
            let view = ReloadView(rows, waiting: try quarantine.waiting())
            // Nothing kept and something wrong: who calls from a script must see it.
            if let faults = Faults(view.faults(file)), !rows.contains(where: \.isKept) { throw faults }
            try console.result(view)
            console.say(view.text)
            if rows.contains(where: \.isKept) {
                console.say("次に: \(console.program) run --workspace \(workspace.root)")
            }
        }
    }

    private static func place(_ id: String?) throws -> (file: String, line: Int) {
        guard let id, let colon = id.lastIndex(of: ":"), let line = Int(id[id.index(after: colon)...]),
            line > 0
        else {
            throw usageFault("行の指定が読めません。", "「ファイル名:行番号」の形で書いてください（例 kenshin_20261001.csv:12）。")
        }
        return (String(id[..<colon]), line)
    }
}

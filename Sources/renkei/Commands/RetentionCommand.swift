import Domain
import Foundation
import Nightly
import Policy
import Store

/// `renkei retention`: what is past its period (保存年数), and who approves that it is deleted.
enum RetentionCommand {
    static let all = [
        Command(usage: listing, run: list), Command(usage: proposing, run: propose),
        Command(usage: approving, run: approve),
    ]

    private static let date = Option("date", "YYYY-MM-DD", "この日に過ぎているもの（省略時は公開中の基準日）")
    private static let reason = Option("reason", "TEXT", "何を確かめたか。監査記録に残ります。氏名や番号は書かないでください")

    private static let listing = Usage(
        "retention list", "保存年数を過ぎたものを数えます（何も消しません）", options: [.workspace, date],
        discussion: """
            公開中の実行にある事実を項目ごとに数え、終わったケース、古い実行のフォルダの数と、一覧の番号（ハッシュ）を示します。
            事実は自分の日付から、日付のないものは抽出の日から数えます。個人の情報は出ません。

            例: renkei retention list --workspace /srv/renkei
            """)
    private static let proposing = Usage(
        "retention propose", "保存年数を過ぎたものの一覧を、消す案として出します", options: [.workspace, date, .user, reason],
        discussion: """
            パスワードは標準入力の1行目から読みます。役割に propose の許可が要ります。別の人が承認するまで、何も消しません。

            例: renkei retention propose --user officer --reason "文書取扱規程の年数と照らした"
            """)
    private static let approving = Usage(
        "retention approve", "出された一覧を承認します。次の夜間処理から消します", arguments: ["HASH"],
        options: [.workspace, .user, reason],
        discussion: """
            パスワードは標準入力の1行目から読みます。役割に approve の許可が要り、自分の案は承認できません。

            承認すると、次の夜間処理から毎晩、一覧の日に保存年数を過ぎていた事実を取り込まず、一覧の終わったケースから人とのつながりと経過を消し、承認より前の
            実行のフォルダを消します。Guidelines/items の年数を変えたら、もう一度、案と承認が要ります。

            例: renkei retention approve 3f0c2a9d81be --user manager --reason "一覧の件数を確かめた"
            """)

    private struct Result: Encodable {
        let outcome: String
        let hash: String
        let list: RetentionList
        /// Of the list that is followed now.
        let approved: String?
    }

    @Sendable private static func list(_ arguments: ParsedArguments, _ console: Console) throws {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let desk = try RetentionDesk(workspace, at: Date())
        let (list, hash) = try desk.list(on: try arguments.day("date"), actor: .operating)
        let approved = try desk.approved()
        try console.result(Result(outcome: "listed", hash: hash, list: list, approved: approved?.hash))
        console.say(text(list, hash))
        console.say(
            approved.map { "今は、\($0.list.day)の一覧（\($0.hash.prefix(12))）が承認されています。" }
                ?? "承認された一覧はありません。何も消していません。")
        guard list.day <= Day(inJapanAt: Date()) else {
            console.say("まだ来ていない日の一覧のため、案にはできません。")
            return
        }
        console.say(
            "次に: \(console.program) retention propose --date \(list.day) --user ID --reason 理由 --workspace \(workspace.root)"
        )
    }

    @Sendable private static func propose(_ arguments: ParsedArguments, _ console: Console) throws {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let (user, reason) = try signer(arguments)
        let desk = try RetentionDesk(workspace, at: Date())
        let (list, hash) = try desk.propose(
            on: try arguments.day("date"), reason: reason, user: user, password: Password.read(console))
        try console.result(
            Result(outcome: "proposed", hash: hash, list: list, approved: try desk.approved()?.hash))
        console.say(text(list, hash))
        console.say("この一覧を、消す案として出しました。別の人が承認するまで、何も消しません。")
        console.say(
            "次に: \(console.program) retention approve \(hash.prefix(12)) --user ID --reason 理由 --workspace \(workspace.root)"
        )
    }

    @Sendable private static func approve(_ arguments: ParsedArguments, _ console: Console) throws {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let (user, reason) = try signer(arguments)
        let kept = try RetentionDesk(workspace, at: Date()).approve(
            arguments.positionals[0].lowercased(), reason: reason, user: user,
            password: Password.read(console))
        try console.result(
            Result(outcome: "approved", hash: kept.hash, list: kept.list, approved: kept.hash))
        console.say(text(kept.list, kept.hash))
        console.say("承認しました。次の夜間処理から消します。")
        console.say("次に: \(console.program) run --workspace \(workspace.root)")
    }

    private static func signer(_ arguments: ParsedArguments) throws(Fault) -> (UserID, String) {
        (try arguments.user(), arguments.values["reason"] ?? "")
    }

    private static func text(_ list: RetentionList, _ hash: String) -> String {
        let lines = list.lines.filter { $0.facts > 0 }
        let table =
            lines.isEmpty
            ? "保存年数を過ぎた事実はありません。"
            : TextTable.text(
                ["項目", "持っている課", "年数", "事実", "人"],
                lines.map {
                    ["\($0.item) \($0.title)", $0.holder, "\($0.years)", "\($0.facts)", "\($0.persons)"]
                })
        return """
            \(list.day)に保存年数を過ぎているもの（実行 \(list.run)）
            \(table)
            終わったケース \(list.cases)件、答えのないまま過ぎた抜き取り確認のこども \(list.unansweredDraws.map { "\($0)人" } ?? "（この一覧では数えていません）")、古い実行のフォルダ \(list.folders)個
            一覧の番号: \(hash)
            """
    }
}

import Domain
import Foundation
import Nightly
import Pages
import Policy
import Store

/// `renkei user totp`: the second factor of log-ins by page.
enum UserTotpCommand {
    static let usage = Usage(
        "user totp", "利用者の確認コード（認証アプリの6桁）を登録し、外します", arguments: ["[reset]", "ID"],
        options: [.workspace],
        discussion: """
            ID だけのときは、その利用者の認証アプリに読み取らせる図（QRコード）と鍵、回復コードを表示します。一度だけです。本人が
            見ているところで行い、画面と出力を残さないでください。ふだんは、本人が次のログインで登録するので、このコマンドは要りません。
            reset は、電話機をなくしたときや替えるときに登録を外します。役割に確認コードが要れば、次のログインで登録し直します。
            どちらも、その利用者のログインを切り、監査記録に残ります。

            アプリは SHA-256 を使えるものにしてください（docs/users.md に一覧があります）。
            例: renkei user totp tanaka
                renkei user totp reset tanaka
            """)

    private struct Result: Encodable {
        let outcome: String
        let user: String
        var address: String?
        var key: String?
        var recovery: [String]?
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let words = arguments.positionals
        guard words.count == 1 || words[0] == "reset" else {
            throw usageFault(
                "「\(words[0])」という操作はありません。", "「renkei user totp ID」か「renkei user totp reset ID」と書いてください。")
        }
        let user = UserID(words[words.count - 1])
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let service = try workspace.openService()
        guard words.count == 1 else {
            try service.resetSecondFactor(of: user, by: .operating, at: Date())
            try console.result(Result(outcome: "reset", user: user.rawValue))
            console.say(
                "「\(user)」の確認コードの登録を外し、ログインを切りました。\n次に: \(console.program) user list --workspace \(workspace.root)"
            )
            return
        }
        let (offer, recovery) = try service.registerSecondFactor(of: user, by: .operating, at: Date())
        try console.result(
            Result(
                outcome: "registered", user: user.rawValue, address: offer.address, key: offer.key,
                recovery: recovery))
        if let code = QRCode(offer.address) { console.say(code.text) }
        console.say(
            """
            「\(user)」の認証アプリで上の図を読み取るか、次の鍵を入れます（時刻方式、SHA-256、6桁、30秒）。
              鍵: \(SecondFactorPage.grouped(offer.key))
              \(offer.address)
            回復コード（一つは一度だけ使えます。紙に控えて本人に渡します）:
            \(recovery.map { "  \($0)" }.joined(separator: "\n"))
            次のログインから確認コードが要ります。これまでのログインは切れました。この表示は二度と出ません。
            次に: \(console.program) user list --workspace \(workspace.root)
            """)
    }
}

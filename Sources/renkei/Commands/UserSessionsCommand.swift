import Domain
import Foundation
import Nightly
import Policy
import Store

/// `renkei user sessions`: who is logged in, and the end of it.
enum UserSessionsCommand {
    static let usage = Usage(
        "user sessions", "画面にログインしている人を一覧し、ログインを切ります", arguments: ["[end]", "[ID|番号]"],
        options: [.workspace],
        discussion: """
            いまのログインを新しい順に一覧します。ID を書くと、その利用者のものだけです。
            end のあとに番号を書くとそのログインを、利用者ID を書くとその利用者のすべてのログインを、すぐに切ります。
            切ったことも、一覧したことも、監査記録に残ります。トークンは「renkei user token end」で終わらせます。

            例: renkei user sessions
                renkei user sessions end tanaka
            """)

    private struct List: Encodable {
        struct Session: Encodable {
            let number: Int
            let user: String
            let createdAt: Date
            let usedAt: Date
        }
        let outcome = "listed"
        let sessions: [Session]
    }

    private struct Ended: Encodable {
        let outcome = "ended"
        let count: Int
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let words = arguments.positionals
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let service = try workspace.openService()
        let next = "次に: \(console.program) user sessions --workspace \(workspace.root)"
        guard words.first == "end" else {
            guard words.count < 2 else {
                throw usageFault("「\(words[0])」という操作はありません。", "切るときは「renkei user sessions end 番号」と書いてください。")
            }
            let found = try service.logIns(of: words.first.map { UserID($0) }, by: .operating, at: Date())
            try console.result(
                List(
                    sessions: found.map {
                        .init(
                            number: $0.number, user: $0.user.rawValue, createdAt: $0.createdAt,
                            usedAt: $0.usedAt)
                    }))
            for one in found {
                console.say(
                    "\(one.number)  \(one.user)  \(one.displayName)  \(one.createdAt.japaneseTime)から  最後の操作 \(one.usedAt.japaneseTime)"
                )
            }
            if found.isEmpty { console.say("ログインしている人はいません。") }
            console.say("次に: \(console.program) user sessions end 番号 --workspace \(workspace.root)")
            return
        }
        guard words.count == 2 else {
            throw usageFault("番号か利用者IDがありません。", "「end」のあとに、一覧の番号か利用者IDを書いてください。")
        }
        let count: Int
        if let number = Int(words[1]) {
            guard try service.endLogIn(number, of: nil, by: .operating, at: Date()) != nil else {
                throw Fault(
                    .notFound, code: "session.unknown", message: "ログイン \(number) はないか、もう切れています。",
                    fix: "「renkei user sessions」で番号を確かめてください。")
            }
            count = 1
        } else {
            count = try service.endLogIns(of: UserID(words[1]), by: .operating, at: Date())
        }
        try console.result(Ended(count: count))
        console.say("\(count)件のログインを切りました。\n\(next)")
    }
}

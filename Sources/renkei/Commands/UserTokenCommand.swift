import Domain
import Foundation
import Nightly
import Policy
import Store

/// `renkei user token`: tokens by which programs ask the API.
enum UserTokenCommand {
    static let usage = Usage(
        "user token", "プログラムがAPIを使うためのトークンを作り、一覧し、終わらせます",
        arguments: ["create|list|end", "[ID]"],
        options: [
            .workspace, Option("scope", "SCOPE", "できること（create。いくつかあるときは , で区切る）"),
            Option("days", "N", "使える日数（create。1〜365）"),
        ],
        discussion: """
            create  利用者 ID の名でAPIを使うトークンを作ります。表示は一度だけです
                      例: renkei user token create toukei --scope runs:read --days 90
            list    トークンの一覧（番号、利用者、できること、期限、最後に使われた日）
            end     番号のトークンを、すぐに終わらせます      例: renkei user token end T-3

            できること: \(TokenScope.allCases.map(\.rawValue).joined(separator: "、"))
            そのうえで、利用者の役割と範囲で許されることだけができます。役割を変えると、次の呼出しから効きます。プログラムごとに
            専用の利用者を作ってください。呼出しのたびに、利用者とトークンの番号が監査記録に残ります。
            プログラムは「Authorization: Bearer トークン」を付けて /api/v1/… を呼びます。トークンの控えは、ハッシュ値しか残りません。
            """)

    private struct Result: Encodable {
        let outcome: String
        let number: Int
        var user: String?
        var token: String?
        var scopes: [String]?
        var expiresAt: Date?
    }

    private struct List: Encodable {
        struct Token: Encodable {
            let number: Int
            let user: String
            let start: String
            let scopes: [String]
            let expiresAt: Date
            let usedOn: String?
            let endedAt: Date?
            let isUsable: Bool
        }
        let outcome = "listed"
        let tokens: [Token]
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        switch arguments.positionals[0] {
        case "create": try create(workspace, arguments, console)
        case "list": try list(workspace, arguments, console)
        case "end": try end(workspace, arguments, console)
        default:
            let verbs = ["create", "list", "end"]
            throw usageFault(
                "「\(arguments.positionals[0])」という操作はありません。",
                nearest(arguments.positionals[0], in: verbs).map { "「\($0)」のことでしょうか。" }
                    ?? "次のどれかを書いてください: \(verbs.joined(separator: "、"))")
        }
    }

    private static func create(
        _ workspace: Workspace, _ arguments: ParsedArguments, _ console: Console
    ) throws {
        let user = UserID(try named(arguments, "利用者ID"))
        let scopes = try scopes(arguments.values["scope"] ?? "")
        guard let days = try arguments.number("days", in: ServiceStore.tokenDays) else {
            throw usageFault("使える日数がありません。", "「--days」に1〜365を書いてください。")
        }
        let (token, kept) = try workspace.openService().createToken(
            for: user, scopes: scopes, days: days, by: .operating, at: Date())
        try console.result(
            Result(
                outcome: "created", number: kept.number, user: user.rawValue, token: token,
                scopes: kept.scopes.map(\.rawValue), expiresAt: kept.expiresAt))
        console.say(
            """
            トークン T-\(kept.number) を作りました（利用者 \(user)、\(kept.scopes.map(\.rawValue).joined(separator: "、"))、\(kept.expiresAt.japaneseTime)まで）。
              \(token)
            この表示は二度と出ません。プログラムの設定に、ほかの人が読めない形で置いてください。
            次に: \(console.program) user token list --workspace \(workspace.root)
            """)
    }

    private static func list(
        _ workspace: Workspace, _ arguments: ParsedArguments, _ console: Console
    ) throws {
        guard arguments.positionals.count == 1 else { throw usageFault("list に番号は要りません。", "番号を除いてください。") }
        let now = Date()
        let tokens = try workspace.openService().tokens(by: .operating, at: now)
        try console.result(
            List(
                tokens: tokens.map {
                    .init(
                        number: $0.number, user: $0.user.rawValue, start: $0.start,
                        scopes: $0.scopes.map(\.rawValue), expiresAt: $0.expiresAt,
                        usedOn: $0.usedOn?.description, endedAt: $0.endedAt, isUsable: $0.isUsable(at: now))
                }))
        for token in tokens {
            let state =
                token.endedAt != nil ? "終わっています" : token.isUsable(at: now) ? "使えます" : "期限が切れています"
            let used = token.usedOn.map { "最後に使われた日 \($0)" } ?? "使われていません"
            console.say(
                "T-\(token.number)  \(token.user)  \(token.start)…  \(token.scopes.map(\.rawValue).joined(separator: "、"))  \(token.expiresAt.japaneseTime)まで  \(used)  \(state)"
            )
        }
        if tokens.isEmpty { console.say("トークンはまだありません。") }
        console.say(
            "次に: \(console.program) user token create ID --scope runs:read --days 90 --workspace \(workspace.root)"
        )
    }

    private static func end(
        _ workspace: Workspace, _ arguments: ParsedArguments, _ console: Console
    ) throws {
        let text = try named(arguments, "番号")
        guard let number = Int(text.hasPrefix("T-") ? String(text.dropFirst(2)) : text) else {
            throw usageFault("番号を読み取れません。", "「renkei user token list」の番号（T-3 など）を書いてください。")
        }
        try workspace.openService().endToken(number, by: .operating, at: Date())
        try console.result(Result(outcome: "ended", number: number))
        console.say(
            "トークン T-\(number) を終わらせました。次の呼出しから使えません。\n次に: \(console.program) user token list --workspace \(workspace.root)"
        )
    }

    private static func named(_ arguments: ParsedArguments, _ what: String) throws -> String {
        guard arguments.positionals.count == 2 else {
            throw usageFault("\(what)がありません。", "操作のあとに、\(what)を書いてください。")
        }
        return arguments.positionals[1]
    }

    private static func scopes(_ text: String) throws -> Set<TokenScope> {
        let known = TokenScope.allCases.map(\.rawValue)
        let words = text.split(separator: ",").map(String.init)
        guard !words.isEmpty else {
            throw usageFault("できること（--scope）がありません。", "次のどれかを書いてください: \(known.joined(separator: "、"))")
        }
        return Set(
            try words.map { word in
                guard let scope = TokenScope(rawValue: word) else {
                    throw usageFault(
                        "「\(word)」という範囲はありません。",
                        nearest(word, in: known).map { "「\($0)」のことでしょうか。" }
                            ?? "次のどれかを書いてください: \(known.joined(separator: "、"))")
                }
                return scope
            })
    }
}

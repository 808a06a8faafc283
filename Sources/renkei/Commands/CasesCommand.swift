import Domain
import Foundation
import Nightly
import Store

/// `renkei cases …`: what is done with cases at a command.
enum CasesCommand {
    static let all = [
        Command(
            usage: Usage(
                "cases open", "こどものケースを手で開きます", arguments: ["P-…"],
                options: [
                    .workspace, .signed,
                    Option(
                        "difficulty", "WORD",
                        "困難の類型（\(Difficulty.allCases.map(\.rawValue).joined(separator: "、"))）"),
                    Option("reason", "TEXT", "何に気付き、何を確かめてほしいか"),
                ],
                discussion: """
                    判定規則に当てはまらないこどもについて、気付いたことがあるときに使います（抜き取り確認の「支援が要る」も）。
                    開いたケースは「候補」に入り、夜間処理では取り下げられず、あとの該当は同じケースに加わります。
                    自分の見る範囲の外のこどもと、いない番号には、同じ答えを返します。監査記録に残ります。

                    例: renkei cases open P-… --difficulty 不登校 --reason "訪問した保健師から" --user center
                    """), run: open)
    ]

    @Sendable static func open(_ arguments: ParsedArguments, _ console: Console) throws {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let user = try arguments.user()
        guard case .person(let person)? = Whom(arguments.positionals[0]) else {
            throw usageFault("こどもの番号が読めません。", "「P-…」の形で書いてください。")
        }
        guard
            let difficulty = arguments.values["difficulty"].flatMap(Difficulty.init(rawValue:))
        else {
            throw usageFault(
                "「--difficulty」がないか、違います。",
                "\(Difficulty.allCases.map(\.rawValue).joined(separator: "、")) のどれかを書いてください。")
        }
        let reason = (arguments.values["reason"] ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        let id = try CaseOpeningDesk(
            workspace, workspace.openService(), user: user, password: Password.read(console),
            at: Date()
        ).open(CaseOpening(difficulty: difficulty, reason: reason), for: person)
        struct Result: Encodable {
            let outcome = "opened"
            let id: String
        }
        try console.result(Result(id: id.rawValue))
        console.say("ケース \(id) を開きました。「候補」にあります。")
    }
}

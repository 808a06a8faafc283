import Domain
import Foundation
import Nightly
import Policy
import Store

/// `renkei user`: adds a person who may log in.
enum UserCommand {
    static let usage = Usage(
        "user", "画面を使う人を加えます", arguments: ["ID"],
        options: [
            .workspace, Option("name", "NAME", "画面に出る名前"),
            Option("role", "ROLE", "役割（Guidelines/roles の id。いくつかあるときは , で区切る）"),
        ],
        discussion: """
            パスワードは標準入力の1行目から読みます（12文字以上）。コマンドの引数や記録には残りません。

            例: renkei user tanaka --name 田中 --role center-staff --workspace /srv/renkei
            """)

    private struct Result: Encodable {
        let outcome = "added"
        let user: String
        let roles: [String]
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let rulebook = try Rulebook.load(workspace)
        let roles = (arguments.values["role"] ?? "").split(separator: ",").map { RoleID(String($0)) }
        let known = rulebook.guideline.roles.values.filter { !$0.isSystem }.map(\.id.rawValue).sorted()
        guard !roles.isEmpty, let id = arguments.positionals.first else {
            throw usageFault("役割がありません。", "「--role」に次のどれかを書いてください: \(known.joined(separator: "、"))")
        }
        for role in roles where !known.contains(role.rawValue) {
            let near = nearest(role.rawValue, in: known)
            throw usageFault(
                "役割「\(role)」は指針にありません。",
                near.map { "「\($0)」のことでしょうか。" } ?? "次のどれかを書いてください: \(known.joined(separator: "、"))")
        }
        let password = try Password.read(console)
        try workspace.openService().addUser(
            UserID(id), displayName: arguments.values["name"] ?? id, roles: roles, password: password,
            at: Date())
        try console.result(Result(user: id, roles: roles.map(\.rawValue)))
        console.say("「\(id)」を加えました。\n次に: \(console.program) serve --workspace \(workspace.root)")
    }
}

/// A password typed or piped in; never an argument, which other processes could see.
enum Password {
    static let shortest = 12

    static func read(_ console: Console) throws(Fault) -> String {
        var settings = termios()
        let isTerminal = tcgetattr(STDIN_FILENO, &settings) == 0
        if isTerminal {
            console.note("パスワード（\(shortest)文字以上、表示されません）:")
            var silent = settings
            silent.c_lflag &= ~tcflag_t(ECHO)
            tcsetattr(STDIN_FILENO, TCSANOW, &silent)
        }
        defer { if isTerminal { tcsetattr(STDIN_FILENO, TCSANOW, &settings) } }
        guard let password = readLine(), password.count >= shortest else {
            throw usageFault("パスワードが短すぎます。", "\(shortest)文字以上にして、もう一度実行してください。")
        }
        return password
    }
}

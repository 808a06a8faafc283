import Domain
import Foundation
import Nightly
import Policy

/// `renkei policy propose`, `renkei policy approve`, `renkei policy withdraw`: a change of the guideline by two persons.
enum PolicyApproveCommand {
    private static let options = [
        Option.workspace, .user,
        Option("reason", "TEXT", "理由。監査記録に残ります。氏名や番号は書かないでください"),
    ]

    static let proposing = Usage(
        "policy propose", "Guidelines フォルダの決まりを、案として出します", options: options,
        discussion: """
            パスワードは標準入力の1行目から読みます。役割に propose の許可が要ります。
            案は、その中身（ハッシュ）のまま、別の人が承認するまで何も変えません。誤りのある案は出せません。
            別の人が同じ中身の案をもう出していれば、出せません（出した人だけが承認できなくなるためです）。取り下げるのは policy withdraw です。

            例: renkei policy propose --user officer --reason "保育料の項目を加える" --workspace /srv/renkei
            """)

    static let approving = Usage(
        "policy approve", "ほかの人が出した案を承認し、効かせます", arguments: ["REVISION"], options: options,
        discussion: """
            REVISION は「renkei policy check」に出る、案の版の番号です（12文字以上）。フォルダをその後で書きかえても、
            承認されるのは案を出したときの中身です。自分の出した案は承認できません。役割に approve の許可が要ります。
            作業フォルダの Guidelines/cases の表（なければ renkei に付く表）のとおりに答えない案は、違う行を示して承認しません（65）。
            動いている serve には1秒ほどで、夜間処理には次の回から効きます。

            例: renkei policy approve 1a2b3c4d5e6f --user privacy --reason "差分と問い直しを確かめた" --workspace /srv/renkei
            """)

    static let withdrawing = Usage(
        "policy withdraw", "自分の出した案を取り下げます", arguments: ["REVISION"], options: options,
        discussion: """
            REVISION は「renkei policy check」に出る、案の版の番号です（12文字以上）。取り下げられるのは、案を出した人だけです。
            だれが、いつ、なぜ取り下げたかが監査記録に残ります。同じ中身の案は、だれでももう一度出せます。
            効いている決まりは変わりません。

            例: renkei policy withdraw 1a2b3c4d5e6f --user officer --reason "別の案に直すため" --workspace /srv/renkei
            """)

    private struct Result: Encodable {
        let outcome: String
        let revision: String
        /// How many cases it answered as officials expect; of an approval.
        var cases: Int?
    }

    @Sendable static func propose(_ arguments: ParsedArguments, _ console: Console) throws {
        let (workspace, proposal) = try proposal(arguments, console)
        let guideline = try proposal.propose(reason: arguments.values["reason"] ?? "")
        try console.result(Result(outcome: "proposed", revision: guideline.revision))
        console.say(
            """
            案を出しました（版 \(guideline.revision.prefix(12))）。別の人が承認するまで、何も変わりません。
            次に: 別の人が \(console.program) policy approve \(guideline.revision.prefix(12)) --user ID --reason 理由 --workspace \(workspace.root)
            """)
    }

    @Sendable static func approve(_ arguments: ParsedArguments, _ console: Console) throws {
        let (workspace, proposal) = try proposal(arguments, console)
        var cases = 0
        let guideline = try proposal.approve(
            arguments.positionals[0], reason: arguments.values["reason"] ?? ""
        ) { guideline in
            cases = try PolicyCases(of: workspace).require(guideline, on: Day(inJapanAt: Date()))
        }
        try console.result(Result(outcome: "approved", revision: guideline.revision, cases: cases))
        console.say(
            """
            表の \(cases)件のとおりに答えることを確かめ、承認しました（版 \(guideline.revision.prefix(12))）。次の操作と、次の夜間処理から効きます。
            次に: \(console.program) policy check --workspace \(workspace.root)
            """)
    }

    @Sendable static func withdraw(_ arguments: ParsedArguments, _ console: Console) throws {
        let (workspace, proposal) = try proposal(arguments, console)
        let guideline = try proposal.withdraw(
            arguments.positionals[0], reason: arguments.values["reason"] ?? "")
        try console.result(Result(outcome: "withdrawn", revision: guideline.revision))
        console.say(
            """
            案を取り下げました（版 \(guideline.revision.prefix(12))）。効いている決まりは変わりません。
            次に: \(console.program) policy check --workspace \(workspace.root)
            """)
    }

    private static func proposal(
        _ arguments: ParsedArguments, _ console: Console
    ) throws -> (Workspace, GuidelineProposal) {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let user = try arguments.user()
        let proposal = try GuidelineProposal(
            workspace, workspace.openService(), user: user, password: Password.read(console),
            at: Date())
        return (workspace, proposal)
    }
}

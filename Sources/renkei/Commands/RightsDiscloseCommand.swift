import Domain
import Foundation
import Nightly
import Policy
import Store

/// `renkei rights disclose`: the copy of what is held about a person, for somebody who asked for it.
enum RightsDiscloseCommand {
    static let usage = Usage(
        "rights disclose", "開示の請求に応じて、一人の記録の写しを2人で作ります",
        options: [
            .workspace, PersonArgument.options[0], PersonArgument.options[1],
            Option("request", "TEXT", "請求書の受付番号。氏名は書かないでください"),
            Option("requester", "self|guardian|agent", "請求した人: 本人・法定代理人・任意代理人"),
            Option("adult-guardianship", nil, "法定代理人が成年後見人であることを、登記事項証明書で確かめました"),
            Option("reason", "TEXT", "何を確かめて開示するか。監査記録に残ります。氏名や番号は書かないでください"),
            .user,
            Option("second", "ID", "いっしょに作る、もう1人の利用者ID"),
            Option("output", "DIR", "写しを置くフォルダ。まだないフォルダを書いてください"),
        ],
        discussion: """
            パスワードは標準入力から、1行目に --user の人、2行目に --second の人のものを読みます。2人とも、請求した人に応じた
            disclose・discloseToGuardian・discloseToAgent の許可が要ります（見本の市では個人情報保護担当とデータ管理責任者）。

            フォルダ（持ち主だけが見られます）に、印刷する写し kaiji.html と、同じ内容の kaiji.json を作ります。
            どの項目を示すかは Guidelines/policies/rights.json5 で決まります。示さない項目は、記録があってもなくても同じ文になります。
            本人か同じ世帯の人が支援措置の対象で、請求した人が代理人のときは、何も作らず、することを示します。
            作ったことも、断られたことも、読む前に監査記録に残ります。

            例: renkei rights disclose --request 令和8年第3号 --requester self --row jumin_20261001.csv:12
                  --reason "運転免許証で本人を確かめた" --user privacy --second manager --output kaiji-R8-3
            """)

    private struct Result: Encodable {
        struct Withheld: Encodable {
            let item: ItemCode
            let title: String
            let facts: Int
            let why: String
        }
        let outcome = "made"
        let person: PersonID
        let files: [String]
        let facts: Int
        let isProtected: Bool
        let withheld: [Withheld]
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        func needed(_ name: String, _ fix: String) throws(Fault) -> String {
            guard let value = arguments.values[name], !value.isEmpty else {
                throw usageFault("「--\(name)」がありません。", fix)
            }
            return value
        }
        let number = try needed("request", "請求書の受付番号（「令和8年第3号」など）を書いてください。")
        guard let requester = arguments.values["requester"].flatMap(Requester.init(rawValue:)) else {
            throw usageFault(
                "だれが請求したかが分かりません。", "「--requester」に self（本人）、guardian（法定代理人）、agent（任意代理人）のどれかを書いてください。")
        }
        let subject: Disclosure.Request.Subject =
            switch try PersonArgument(arguments, of: "請求") {
            case .person(let id): .person(id)
            case .row(let file, let line): .row(file: file, line: line)
            }
        let user = try arguments.user()
        let second = try needed("second", "開示の写しは2人で作ります。もう1人の利用者IDを書いてください。")
        let output = try needed("output", "写しを置くフォルダ（まだないもの）を書いてください。")
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let password = try Password.read(console)
        let secondPassword = try Password.read(console)
        let made = try Disclosure(
            workspace, user: user, password: password, second: UserID(second),
            secondPassword: secondPassword, at: Date()
        ).make(
            Disclosure.Request(
                number: number, requester: requester, subject: subject,
                reason: arguments.values["reason"] ?? "",
                isUnderGuardianship: arguments.has("adult-guardianship")),
            into: output)
        try tell(made, console, workspace)
    }

    private static func tell(_ made: Disclosure.Made, _ console: Console, _ workspace: Workspace) throws {
        try console.result(
            Result(
                person: made.person, files: made.files, facts: made.facts, isProtected: made.isProtected,
                withheld: made.withheld.map {
                    Result.Withheld(item: $0.item, title: $0.title, facts: $0.facts, why: $0.why)
                }))
        console.say("写しを作りました（記録 \(made.facts)件）。")
        for file in made.files { console.say("  \(file)") }
        if made.isProtected {
            console.say("この方か同じ世帯の人は、支援措置の対象です。渡す前に、支援措置担当に請求者を確かめてもらってください。")
        }
        if !made.withheld.isEmpty {
            console.say("示さなかった記録（事務の控え。請求者には、あるかないかも伝えないでください）")
            console.say(
                TextTable.text(
                    ["項目", "件数", "理由"],
                    made.withheld.map { ["\($0.item) \($0.title)", "\($0.facts)", $0.why] }))
        }
        console.say(
            "渡す前に2人で中を読み、写しに写っていてはいけないもの（ほかの人の氏名など）がないかを確かめてください。渡したら、フォルダを消してください。")
        console.say("次に: \(console.program) audit who-read \(made.person) --workspace \(workspace.root)")
    }
}

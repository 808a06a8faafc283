import Domain
import Foundation
import Nightly
import Pages
import Store

/// `renkei rules sample …`: children drawn at random from those whom no rule applied to (抜き取り確認).
enum RulesSampleCommand {

    static let all = [
        Command(
            usage: Usage(
                "rules sample list", "抜き取り確認のこどもを一覧にします", options: [.workspace, .signed],
                discussion: """
                    どの規則にも当てはまらなかったこどもを、月ごとにくじで選んだものです。疑って選んだのではありません。
                    何人選ぶかは、利用目的「support」の spotCheck に書き、2人で承認します（docs/rules.md）。見たことは監査記録に残ります。

                    例: renkei rules sample list --user center
                    """), run: list),
        Command(
            usage: Usage(
                "rules sample answer", "抜き取り確認の答えを残します", arguments: ["NUMBER"],
                options: [
                    .workspace, .signed,
                    Option(
                        "answer", "WORD",
                        SpotCheckAnswer.allCases.map { "\($0) \($0.rawValue)" }.joined(separator: "、")),
                    Option("note", "TEXT", "このあとどうするか（support では必ず書きます）"),
                ],
                discussion: """
                    答えは改められ、最後のものを「renkei rules measure」が数えます。

                    例: renkei rules sample answer 12 --answer support --note "保健師が訪問する" --user center
                    """), run: answer),
    ]

    private struct Line: Encodable {
        let number: Int
        let month, person, name: String
        let birth: [String]?
        let answer: String?
    }

    @Sendable static func list(_ arguments: ParsedArguments, _ console: Console) throws {
        struct Result: Encodable {
            let outcome = "ok"
            let month: String?
            let items: [Line]
            let isWithheld: Bool
        }
        let list = try open(arguments, console).list()
        let lines = list.lines.map { line in
            Line(
                number: line.number, month: line.month, person: line.person.rawValue, name: line.name,
                birth: (line.birth?.range).map { [$0.lowerBound.description, $0.upperBound.description] },
                answer: line.answers.last?.answer.rawValue)
        }
        try console.result(Result(month: list.month, items: lines, isWithheld: list.isWithheld))
        guard !lines.isEmpty else {
            console.say(
                list.isWithheld
                    ? SpotCheckListPage.withheld : "抜き取り確認のこどもはいません（決まりにないか、まだ選ばれていません）。")
            return
        }
        console.say("どの規則にも当てはまらなかったこどもを、くじで選んだものです。疑って選んだのではありません。")
        console.say(
            TextTable.text(
                ["番号", "月", "こども", "氏名", "答え"],
                lines.map { ["\($0.number)", $0.month, $0.person, $0.name, $0.answer ?? "まだ"] }))
    }

    @Sendable static func answer(_ arguments: ParsedArguments, _ console: Console) throws {
        guard let number = Int(arguments.positionals[0]), number > 0,
            let answer = SpotCheckAnswer.allCases.first(where: { "\($0)" == arguments.values["answer"] })
        else {
            throw usageFault(
                "番号か、答えの言葉（--answer）がないか、違います。",
                "「--answer」に \(SpotCheckAnswer.allCases.map { "\($0)" }.joined(separator: "、")) のどれかを書いてください。"
            )
        }
        try open(arguments, console).answer(
            number, answer,
            note: (arguments.values["note"] ?? "").trimmingCharacters(in: .whitespacesAndNewlines))
        struct Result: Encodable {
            let outcome = "recorded"
            let number: Int
            let answer: String
        }
        try console.result(Result(number: number, answer: answer.rawValue))
        console.say("「\(answer.rawValue)」を残しました。")
    }

    private static func open(_ arguments: ParsedArguments, _ console: Console) throws -> SpotCheckDesk {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let user = try arguments.user()
        return try SpotCheckDesk(
            workspace, workspace.openService(), user: user, password: Password.read(console),
            at: Date())
    }
}

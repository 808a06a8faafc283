import Domain
import Foundation
import Nightly
import Policy

/// `renkei policy test`: does policy answer as officials expect?
enum PolicyTestCommand {
    static let usage = Usage(
        "policy test", "決まりの答えを、職員が書いた表（問いと答え）と比べます", arguments: ["[PATH]"],
        options: [.workspace, NamedGuideline.option, Option("date", "YYYY-MM-DD", "この日の答え（省略時は今日）")],
        discussion: """
            PATH は表（CSV）か、表のあるフォルダです。省略すると作業フォルダの Guidelines/cases の表、なければ renkei に付く
            samples/policy の表を使います。「renkei policy approve」は、同じ表のとおりに答えない案を承認しません。
            列は \(PolicyCase.columns.joined(separator: "・")) です。書き方は docs/policy.md にあります。
            違う答えがあれば、ファイルと行を示して 65 で終わります。

            例: renkei policy test samples/policy --workspace /srv/renkei
            """)

    private struct Result: Encodable {
        let outcome = "ok"
        let cases: Int
        let revision: String
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let named = try NamedGuideline.load(arguments, usual: .folder)
        let day = try arguments.day("date") ?? Day(inJapanAt: Date())
        let cases =
            try arguments.positionals.first.map { path throws(Fault) in try PolicyCases(at: path) }
            ?? PolicyCases(of: NamedGuideline.workspace(arguments))
        let count = try cases.require(named.guideline, on: day)
        try console.result(Result(cases: count, revision: named.guideline.revision))
        console.say("\(named.title)は、表の \(count)件すべてに、書いてあるとおりに答えます。")
    }
}

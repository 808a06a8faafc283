import Domain
import Foundation
import Nightly
import Store

/// `renkei run`: the night.
enum RunCommand {
    static let usage = Usage(
        "run", "夜間処理を行い、ケースの一覧を公開します",
        options: [
            .workspace, Option("date", "YYYY-MM-DD", "処理の基準日（省略時は設定、なければ今日）"),
            Option("threads", "N", "名寄せに使うスレッド数（結果は変わりません）"),
            Option("rebuild", nil, "公開中の実行のフォルダが失われたとき、以前の公開をもとに作り直します"),
            Option("accept-gate", "GATE", "止まった点検を、今夜だけ承認して通します（いくつかあるときは , で区切る）"),
            Option("reason", "TEXT", "承認の理由。監査記録と実行報告に残ります。氏名や番号は書かないでください"),
        ],
        discussion: """
            受け取りフォルダの抽出ファイルを固定し、読み込み、名寄せし、規則で判定し、公開前の点検を通ったら公開します。
            公開は一度に切り替わります。途中で止まっても、前回の公開はそのまま使えます。
            同じ入力・設定・プログラムでもう一度実行しても、何もしません。

            例: renkei run --workspace /srv/renkei
            例: renkei run --accept-gate flag-fall --reason "規則U1の改正で減るのは予定どおり" --workspace /srv/renkei
            """)

    private struct Result: Encodable {
        let outcome: String
        let summary: RunSummary
        let report: String?
        var support: MissedSupportView?
    }

    /// A line for the rows that wait to be mended, or nothing.
    private static func rejected(
        _ summary: RunSummary, _ console: Console, _ workspace: Workspace
    ) -> String {
        let count = summary.extracts.reduce(0) { $0 + $1.ledger.rejected }
        return count == 0
            ? "" : "却下された行 \(count)行: \(console.program) rejected list --workspace \(workspace.root)\n"
    }

    private static func accepted(_ arguments: ParsedArguments) throws -> AcceptedGates? {
        let (gates, reason) = (arguments.values["accept-gate"], arguments.values["reason"])
        guard let gates else {
            guard reason == nil else {
                throw usageFault("「--reason」だけでは何も承認しません。", "「--accept-gate 点検の名前」も書いてください。")
            }
            return nil
        }
        return try AcceptedGates(
            gates.split(separator: ",").map(String.init), reason: reason ?? "", actor: .operating)
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let display = ProgressDisplay(console, now: { Date() })
        let night = try Night(
            workspace: workspace, asOf: try arguments.day("date"),
            threads: try arguments.number("threads", in: 1...64), program: try ownHash(),
            isRebuilding: arguments.has("rebuild"), accepting: try accepted(arguments), now: { Date() },
            listener: display.show)
        switch try night.run() {
        case .unchanged(let summary):
            try console.result(Result(outcome: "unchanged", summary: summary, report: nil))
            console.say(
                """
                前回から何も変わっていないため、何もしませんでした（公開中: \(summary.run)、基準日 \(summary.asOf)）。
                次に: \(console.program) serve --workspace \(workspace.root)
                """)
        case .published(let summary, let report, let missed):
            let support = MissedSupportView(missed)
            try console.result(
                Result(outcome: "published", summary: summary, report: report, support: support))
            console.say(
                """

                \(SummaryText(summary: summary).text)

                公開しました（\(summary.run)、基準日 \(summary.asOf)）。
                実行報告: \(report)
                \(rejected(summary, console, workspace))\
                \(support.text("\(console.program) support missed --user ID --workspace \(workspace.root)"))\
                次に: \(console.program) serve --workspace \(workspace.root) を実行し、\(ServeCommand.defaultURL) を開いてください。
                \(SampleLogins.hint(in: workspace))
                """)
        }
    }
}

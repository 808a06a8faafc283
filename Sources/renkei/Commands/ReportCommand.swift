import Domain
import Foundation
import Nightly
import Pages
import Store

/// `renkei report`: the charts of the publication in service as a file.
enum ReportCommand {
    static let usage = Usage(
        "report", "公開中の実行の名寄せの図を、1つのHTMLファイルに書きます",
        options: [.workspace, Option("linkage", "FILE", "書き出すHTMLファイル")],
        discussion: """
            重みの分布、一致の段階、比べる組の選び方、組の例、基準を動かしたときの見込み、手がかりの足りない記録、結ばれた割合を、
            図と表で示します。個人の情報は出ません。通信のないところでも、ブラウザで開けます。読み方は docs/linkage-charts.md にあります。

            例: renkei report --workspace /srv/renkei --linkage linkage.html
            """)

    private struct Result: Encodable {
        let outcome = "written"
        let file: String
        let run: RunID
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        guard let file = arguments.values["linkage"] else {
            throw usageFault("書き出し先がありません。", "「--linkage」でHTMLファイルを指定してください。")
        }
        guard let publication = try workspace.openService().currentPublication() else {
            throw Fault(
                .notFound, code: "publication.none", message: "まだ公開されたものがありません。", file: workspace.root,
                fix: "「renkei run --workspace \(workspace.root)」を実行してください。")
        }
        do {
            try LinkagePage.render(publication.summary).write(toFile: file, atomically: true, encoding: .utf8)
        } catch is CocoaError {
            throw Fault(
                .inputOutput, code: "report.unwritable", message: "図のファイルを書けません。", file: file,
                fix: "フォルダがあるか、書く権限と空き容量があるかを確かめてください。")
        }
        try console.result(Result(file: file, run: publication.run))
        console.say("名寄せの図を「\(file)」に書きました（公開中の実行 \(publication.run)、基準日 \(publication.asOf)）。")
    }
}

import Domain
import Flagging
import Foundation
import Mapping
import Nightly
import Policy
import Store

/// `renkei check`: the static check of everything officials write.
enum CheckCommand {
    static let usage = Usage(
        "check", "設定・対応づけ・指針・規則を、実行せずに確かめます", options: [.workspace],
        discussion: """
            誤りは、ファイル・行・項目・直し方をまとめて表示します。個人のデータは読みません。

            例: renkei check --workspace /srv/renkei
            """)

    private struct Result: Encodable {
        let outcome = "ok"
        let mappings: Int
        let items: Int
        let rules: Int
        let revision: String
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        _ = try NightSettings.load(path: workspace.settings)
        let guideline = try GuidelineFiles(folder: workspace.guidelines).guideline()
        let rulebook = try Rulebook.load(workspace, GuidelineInForce(proposed: guideline))
        try rulebook.requireUsable(on: Day(inJapanAt: Date()))
        let service = try workspace.openService()
        try RuleApprovals(service).requireAsApproved(in: workspace)
        let result = Result(
            mappings: rulebook.mappings.all.count, items: rulebook.guideline.catalogue.items.count,
            rules: rulebook.rules.rules.count, revision: rulebook.revision)
        try console.result(result)
        console.say(
            """
            誤りはありません（対応づけ \(result.mappings)件、データ項目 \(result.items)件、規則 \(result.rules)件）。
            次に: \(console.program) run --workspace \(workspace.root)
            """)
        for notice in try GuidelineInForce.orFolder(workspace, service).notices {
            console.note("注意: \(notice)")
        }
    }
}

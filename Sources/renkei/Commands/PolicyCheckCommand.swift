import Domain
import Foundation
import Nightly
import Policy
import Store

/// `renkei policy check`: is what officials wrote sound, and what is in force?
enum PolicyCheckCommand {
    static let usage = Usage(
        "policy check", "決まり（Guidelines）の誤りを確かめ、どの版が効いているかを示します", options: [.workspace],
        discussion: """
            Guidelines の items・purposes・roles・policies を読み、二つの判定（表と、規定の言葉どおりの計算）を、役割・操作・利用目的・
            項目・本人の状態のすべての組で比べます。食い違う決まりは使えません。作業フォルダの外では、もとになる決まりを確かめます。

            例: renkei policy check --workspace /srv/renkei
            """)

    private struct Result: Encodable {
        let outcome = "ok"
        let folder: String
        let points: Int
        let statements: Int
        let inForce: String?
        let proposed: String?
        let notices: [String]
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let folder = try NamedGuideline.load(arguments, usual: .folder)
        let points = try folder.guideline.compareEvaluators()
        _ = try folder.guideline.analysisLimits
        let workspace =
            try arguments.values["workspace"].map { try Workspace.open($0) } ?? (try? Workspace.open("."))
        var (inForce, proposed): (KeptGuideline?, KeptGuideline?) = (nil, nil)
        var notices: [String] = []
        if let workspace {
            let service = try workspace.openService()
            notices = try GuidelineInForce.orFolder(workspace, service).notices
            let revision = try service.guidelineInForce()
            inForce = try revision.flatMap { try service.guideline(beginning: $0) }
            proposed = try service.guidelineProposed()
            try Rulebook.load(workspace, GuidelineInForce(proposed: folder.guideline))
                .requireUsable(on: Day(inJapanAt: Date()))
        }
        try console.result(
            Result(
                folder: folder.guideline.revision, points: points,
                statements: folder.guideline.statementCount,
                inForce: inForce?.revision, proposed: proposed?.revision, notices: notices))
        console.say(
            """
            誤りはありません（規定 \(folder.guideline.statementCount)件）。二つの判定は \(points) の組のすべてで同じ答えです。
            \(folder.title): 版 \(folder.guideline.revision.prefix(12))
            """)
        guard let workspace else { return }
        console.say("効いている決まり: \(inForce.map(line) ?? "まだありません。二人が案と承認をするまで、run も serve も始まりません。")")
        if let proposed { console.say("承認を待つ案: \(line(proposed))") }
        for notice in notices { console.say("注意: \(notice)") }
        let next =
            proposed.map { "policy approve \($0.revision.prefix(12)) --user 別の人 --reason 理由" }
            ?? (inForce == nil
                ? "policy propose --user ID --reason 理由"
                : (try? PolicyCases(of: workspace)) == nil ? "run" : "policy test")
        console.say("次に: \(console.program) \(next) --workspace \(workspace.root)")
    }

    private static func line(_ kept: KeptGuideline) -> String {
        let steps = kept.steps.map { step in
            let what =
                switch step.what {
                case .proposed: "案を出した"
                case .approved: "承認した"
                case .withdrawn: "取り下げた"
                }
            return "\(step.at.japaneseTime) \(step.actor) \(what)「\(step.reason)」"
        }
        return "版 \(kept.revision.prefix(12))（\(steps.joined(separator: "、"))）"
    }
}

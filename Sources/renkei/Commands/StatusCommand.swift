import AdminAPI
import Domain
import Foundation
import Nightly
import Policy
import Store

/// `renkei status`: what is in service, and whether the last night failed.
enum StatusCommand {
    static let usage = Usage(
        "status", "公開中の実行と、失敗した実行の有無を示します", options: [.workspace],
        discussion: """
            公開中の実行の基準日と件数、そのあとに失敗した実行があればその理由、監査記録にいま書けるかを表示します。個人の情報は出ません。

            例: renkei status --workspace /srv/renkei
            """)

    private struct Result: Encodable {
        let publication: RunSummary?
        let publishedAt: Date?
        let failure: String?
        /// Corrections that wait for the next night.
        let waitingCorrections: Int
        /// When a night began that has neither published nor failed since.
        let unfinishedSince: Date?
        /// People to be told of a correction who were not told yet.
        let waitingTellings: Int
        /// How far the audit trail is signed outside the database, and what is wrong with that.
        let audit: CheckpointState
        /// Why the trail takes no event now, so that nobody is answered; absent where it does.
        let auditObstacle: String?
        /// Emergencies that run, and those that wait for somebody to look at them.
        let emergencies: DeclarationCounts
        /// Approved guidelines that are newer than the one that decides and cannot be used; also where none can.
        let guidelineProblems: [String]
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let service = try workspace.openService(evenRestored: true)
        let current = try service.currentPublication()
        let failure = try service.lastFailure()
        let waiting = try service.correctedPlaces().values.count {
            $0 > (current?.publishedAt ?? .distantPast)
        }
        let tellings = try service.waitingTellings()
        let unfinished = try service.unfinishedNight()
        let audit = try CheckpointKeeper(
            service, CheckpointFolder(workspace, NightSettings.load(path: workspace.settings), of: service)
        ).state()
        let obstacle = service.trailObstacle(at: Date())
        let emergencies = try service.declarationCounts(at: Date())
        let passedOver = passedOver(workspace, service)
        try console.result(
            Result(
                publication: current?.summary, publishedAt: current?.publishedAt, failure: failure?.message,
                waitingCorrections: waiting, unfinishedSince: unfinished, waitingTellings: tellings,
                audit: audit,
                auditObstacle: obstacle?.description, emergencies: emergencies, guidelineProblems: passedOver)
        )
        if let current {
            console.say(
                "公開中: \(current.run)（基準日 \(current.asOf)）\n\n\(SummaryText(summary: current.summary).text)")
        } else {
            console.say("まだ公開されたものがありません。")
        }
        for count in current?.summary.corrections ?? [] where count.lapsed > 0 {
            let title = current?.summary.extracts.first { $0.source == count.source }?.title
            console.say(
                "「\(title ?? count.source.rawValue)」は新しい抽出に替わったため、前の抽出の行の直し\(count.lapsed)件は使いませんでした。")
        }
        if waiting > 0 { console.say("直された行 \(waiting)行が、次の夜間処理を待っています。") }
        if emergencies != .init(running: 0, awaitingReview: 0, overdue: 0) {
            console.say(
                "緊急の申告: 続いているもの \(emergencies.running)件、後の確かめを待っているもの \(emergencies.awaitingReview)件"
                    + (emergencies.overdue > 0
                        ? "（うち\(Declaration.reviewDays)日の期限を過ぎたもの \(emergencies.overdue)件）" : "")
                    + "。確かめるには: \(console.program) emergency list --user ID --workspace \(workspace.root)")
        }
        for problem in passedOver { console.say("決まりの問題: \(problem)") }
        if tellings > 0 { console.say("まだ知らせていない訂正や取消しが\(tellings)件あります（renkei rights told）。") }
        console.say(text(audit))
        console.say(
            obstacle.map { "  監査記録の問題: いまは出来事を書けないため、画面もコマンドも個人の情報を出しません。\($0.message)" }
                ?? "  いま、出来事を書けます。")
        if let failure { console.say("\nそのあとの実行は失敗しています:\n\(failure.message)") }
        if let unfinished {
            console.say(
                "\n夜間処理が\(unfinished.japaneseTime)に始まり、まだ終わっていません。動いていないときは、途中で止められたものです。"
                    + "もう一度実行すれば、はじめからやり直します。公開中のものは変わっていません。")
        }
        if let obstacle {
            console.say("\n次に: \(obstacle.fix)")
            return
        }
        console.say(
            "\n次に: \(console.program) \(current == nil || failure != nil || unfinished != nil ? "run" : "serve") --workspace \(workspace.root)"
        )
    }

    /// Nothing before the first guideline came into force: that is no problem.
    private static func passedOver(_ workspace: Workspace, _ service: ServiceStore) -> [String] {
        do { return try GuidelineInForce.load(workspace, service).passedOver } catch let fault as Fault {
            return fault.code == "policy.not-begun" ? [] : [fault.message]
        } catch { return ["効いている決まりを読めません。「renkei policy check」で確かめてください。"] }
    }

    private static func text(_ audit: CheckpointState) -> String {
        let head =
            "監査記録: \(audit.events)件、外に控えた検査点 \(audit.checkpoints)件"
            + (audit.lastAt.map { "（最後は\($0.japaneseTime)）" } ?? "")
            + (audit.uncovered > 0 ? "、そのあとの\(audit.uncovered)件はまだ控えがありません" : "")
        let lost =
            audit.lost > 0 ? ["  控えから戻したことが認められています（外の検査点 \(audit.lost)件は、失われた記録のものです）。"] : []
        return ([head] + lost + audit.problems.map { "  監査記録の問題: \($0)" }).joined(separator: "\n")
    }
}

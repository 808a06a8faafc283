import Domain
import Foundation
import JapaneseText
import Nightly
import Policy
import Store

/// `renkei keys check` and `renkei keys rotate`: the keys of a workspace.
enum KeysCommand {
    static let all = [
        Command(usage: checking, run: check), Command(usage: rotating, run: rotate),
    ]

    private static let checking = Usage(
        "keys check", "鍵ファイルの権限と中身、鍵束を確かめます", options: [.workspace],
        discussion: """
            鍵ファイルがそろっていること、権限が 0600（フォルダは 0700）で持ち主が実行する利用者であること、鍵束（ring.sealed）が
            鍵（ring.key）で開き、データベースの知るものより古くないことを確かめます。鍵の中身は表示しません。
            どのコマンドも、始めるときに同じことを確かめます。問題があれば、何も開かずに終わります（終了コード 78）。

            例: renkei keys check --workspace /srv/renkei
            鍵の置き場所・控え・入替え・消去は docs/keys.md にあります。
            """)

    private static let rotating = Usage(
        "keys rotate", "鍵束を包む鍵（ring.key）を入れ替えます",
        options: [
            .workspace, Option("reason", "TEXT", "理由。監査記録に残ります。氏名や番号は書かないでください"),
            Option("reseal", nil, "鍵束そのものも作り直し、すべてを新しい鍵で暗号化し直します"),
        ],
        discussion: """
            鍵束を新しい鍵で包み直し、古い鍵を捨てます。人数によらず1秒ほどで終わり、途中で止まっても、前か後のどちらかの
            鍵で必ず開けます。氏名などを暗号化した値はそのままです。漏れたおそれがあるとき、担当者が替わったとき、年に1回などに行います。
            入れ替えたら、ring.key と ring.sealed の控えを取り直し、古い控えを捨ててください。

            ring.sealed と ring.key の両方が、一緒に漏れたおそれがあるときは「--reseal」を付けます。鍵のもと（根）を新しくし、公開中の
            結果の氏名など、却下された行、比較の記録、職員の直しと訂正を、すべて新しい鍵で暗号化し直し、古い根を捨てます。
            100万人で1分ほどかかり、公開中の vault.sqlite と comparisons.sealed を合わせた大きさの1.25倍の空きが要ります。画面は止めなくて構いません。
            途中で止まっても、それまでのものが読めます。もう一度実行するか、次の夜間処理が、続きを終えます。
            消去した方は、新しい鍵でも消去されたままです。公開中でない実行のフォルダは、読めなくなるため消します。
            終わったら、鍵とデータベースの控えを取り直し、古い控えを捨ててください。古いデータベースの控えは、新しい鍵では開けません。

            例: renkei keys rotate --reason "担当者の異動" --workspace /srv/renkei
                renkei keys rotate --reseal --reason "鍵の控えの紛失" --workspace /srv/renkei
            linkage.key・pseudonym.key・audit.key を入れ替えない理由は docs/keys.md にあります。
            """)

    private struct Rotated: Encodable {
        let outcome = "rotated"
        let serial: Int
        let key: String
        /// Of the rotation alone.
        let seconds: Double
    }

    private struct Sealed: Encodable {
        let outcome = "resealed"
        let serial: Int
        let root: Int
        let key: String
        let records: Int
        let persons: Int
        let rejectedRows: Int
        let corrections: Int
        let hasComparisons: Bool
        let removedRuns: Int
        let isInLog: Bool
        let seconds: Double
    }

    private struct Checked: Encodable {
        let outcome = "checked"
        let keys: KeyReport
    }

    @Sendable private static func check(_ arguments: ParsedArguments, _ console: Console) throws {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let keys = try WorkspaceKeys.load(folder: workspace.keys, service: workspace.service)
        _ = try workspace.openService(evenRestored: true)
        let report = keys.report
        try console.result(Checked(keys: report))
        console.say(
            TextTable.text(["鍵", "鍵の番号"], report.files.map { [$0.name, $0.id] })
                + "\n鍵束 \(report.ring): \(report.serial)番、消去した方 \(report.shredded)人"
                + "、根 \(report.root)番"
                + (report.knowsFormerKey ? "、前の版の鍵（vault.key）で暗号化した値も読めます" : "")
                + "\n鍵ファイルはすべてそろい、持ち主だけが読めます。"
                + (report.isResealing
                    ? "\n鍵束の作り直しが途中で止まっています。「\(console.program) keys rotate --reseal」をもう一度実行してください（次の夜間処理も終わらせます）。"
                    : ""))
    }

    @Sendable private static func rotate(_ arguments: ParsedArguments, _ console: Console) throws {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let reason = arguments.values["reason"] ?? ""
        try StatedReason.require(
            reason, of: "鍵の入替え", code: "keys.reason", shortest: 5, example: "「--reason」に、なぜ入れ替えるか")
        let lock = try RunLock(path: workspace.lock)
        defer { withExtendedLifetime(lock) {} }
        let service = try workspace.openService()
        guard !arguments.has("reseal") else { return try reseal(workspace, service, reason, console) }
        let start = Date()
        let serial = try service.rotateRing(reason: reason, actor: .operating, at: start)
        let seconds = Date().timeIntervalSince(start)
        let report = try WorkspaceKeys.load(folder: workspace.keys).report
        try console.result(Rotated(serial: serial, key: report.files.last?.id ?? "", seconds: seconds))
        console.say(
            """
            鍵を入れ替えました（鍵束は\(serial)番）。
            次に: ring.key と ring.sealed の控えを取り直し、古い控えを捨ててください。
            """)
    }

    private static func reseal(
        _ workspace: Workspace, _ service: ServiceStore, _ reason: String, _ console: Console
    ) throws {
        let threads = try NightSettings.load(path: workspace.settings).threads
        let display = ProgressDisplay(console, now: { Date() })
        let start = Date()
        let done: Resealed
        do {
            done = try service.reseal(
                reason: reason, actor: .operating, at: start, threads: threads, progress: display.show)
        } catch {
            if service.isResealing {
                console.note("鍵束の作り直しは途中です。これまでの結果はそのまま読めます。原因を除いてから、もう一度実行してください（次の夜間処理も終わらせます）。")
            }
            throw error
        }
        display.end()
        let seconds = Date().timeIntervalSince(start)
        let report = try WorkspaceKeys.load(folder: workspace.keys).report
        try console.result(
            Sealed(
                serial: done.serial, root: done.root, key: report.files.last?.id ?? "", records: done.records,
                persons: done.persons, rejectedRows: done.rejected, corrections: done.corrections,
                hasComparisons: done.hasComparisons, removedRuns: done.removedRuns, isInLog: done.isInLog,
                seconds: seconds))
        console.say(
            """
            すべてを新しい鍵で暗号化し直しました（根 \(done.root)番、鍵束は\(done.serial)番）。
            記録 \(done.records)件、人 \(done.persons)人、却下された行 \(done.rejected)行、直しと訂正 \(done.corrections)件。
            """)
        if done.removedRuns > 0 {
            console.say("公開中でない実行のフォルダ\(done.removedRuns)個は、新しい鍵では読めないため消しました。")
        }
        if !done.hasComparisons { console.say("比較の記録はありません。次の夜間処理は、すべての組を比べます。") }
        if done.isInLog {
            console.say("注意: 古い鍵で暗号化した直しが、service.sqlite-wal にまだ残っています。画面（serve）を一度止めて、始め直してください。")
        }
        console.say(
            """
            次に: ring.key と ring.sealed の控え、データベース（service.sqlite と runs/）の控えを取り直し、どちらも古い控えを捨ててください。
            古いデータベースの控えは、新しい鍵では開けず、漏れた古い鍵では読めます。
            """)
    }
}

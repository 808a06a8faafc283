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
        options: [.workspace, Option("reason", "TEXT", "理由。監査記録に残ります。氏名や番号は書かないでください")],
        discussion: """
            鍵束を新しい鍵で包み直し、古い鍵を捨てます。人数によらず1秒ほどで終わり、途中で止まっても、前か後のどちらかの
            鍵で必ず開けます。氏名などを暗号化した値はそのままです。漏れたおそれがあるとき、担当者が替わったとき、年に1回などに行います。
            入れ替えたら、ring.key と ring.sealed の控えを取り直し、古い控えを捨ててください。

            例: renkei keys rotate --reason "担当者の異動" --workspace /srv/renkei
            linkage.key・pseudonym.key・audit.key を入れ替えない理由は docs/keys.md にあります。
            """)

    private struct Rotated: Encodable {
        let outcome = "rotated"
        let serial: Int
        let key: String
        /// Of the rotation alone.
        let seconds: Double
    }

    private struct Checked: Encodable {
        let outcome = "checked"
        let keys: KeyReport
    }

    @Sendable private static func check(_ arguments: ParsedArguments, _ console: Console) throws {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let keys = try WorkspaceKeys.load(folder: workspace.keys, service: workspace.service)
        _ = try workspace.openService()
        let report = keys.report
        try console.result(Checked(keys: report))
        console.say(
            TextTable.text(["鍵", "鍵の番号"], report.files.map { [$0.name, $0.id] })
                + "\n鍵束 \(report.ring): \(report.serial)番、消去した方 \(report.shredded)人"
                + (report.knowsFormerKey ? "、前の版の鍵（vault.key）で暗号化した値も読めます" : "")
                + "\n鍵ファイルはすべてそろい、持ち主だけが読めます。")
    }

    @Sendable private static func rotate(_ arguments: ParsedArguments, _ console: Console) throws {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let reason = arguments.values["reason"] ?? ""
        try StatedReason.require(
            reason, of: "鍵の入替え", code: "keys.reason", shortest: 5, example: "「--reason」に、なぜ入れ替えるか")
        let lock = try RunLock(path: workspace.lock)
        defer { withExtendedLifetime(lock) {} }
        let service = try workspace.openService()
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
}

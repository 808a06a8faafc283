import AdminAPI
import Domain
import Foundation
import JapaneseText
import Nightly
import Policy
import Store

/// `renkei audit verify`: is the trail what it was when it was signed?
enum AuditVerifyCommand {
    static let usage = Usage(
        "audit verify", "監査記録が書きかえられていないことを確かめます",
        options: [
            .workspace,
            Option("checkpoint", "PATH", "別の場所に控えておいた検査点のファイルかフォルダ（省略時は設定の場所）"),
            Option("save", "FILE", "今の検査点を書き出します（別の機械に控えてください）"),
        ],
        discussion: """
            すべての出来事のハッシュ木と、データベースの中と外の署名つきの検査点を確かめます。1文字の書きかえ、削除、追加、入れ替え、
            末尾の切り捨てのどれも、それより後の検査点が外にあれば見つかります。
            データベースにある承認・確認・申出・消去・訂正・判断が、一つずつ監査記録にあるか（逆も）も比べます。

            この機械の中だけの検査点では、鍵とデータの両方をもつ人の書きかえは見つけられません。検査点は、設定
            audit.checkpoints で別の機械の共有に置くか、「--save」で書き出して個人情報保護担当が控えてください。

            例: renkei audit verify --workspace /srv/renkei
            例: renkei audit verify --checkpoint /media/usb/checkpoint.txt --workspace /srv/renkei
            """)

    private struct Result: Encodable {
        let outcome = "intact"
        let events: Int
        let root: String
        let checkpoints: Int
        /// Events that a checkpoint from outside the database stands for.
        let covered: Int
        /// Approvals, confirmations and other steps of people in the database that the trail tells of.
        let steps: Int
        /// Whether all of the trail but the newest events stands under a checkpoint from outside.
        let isComplete: Bool
        let key: String
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let desk = try AuditDesk(arguments)
        let folder = try desk.folder
        let external = try arguments.values["checkpoint"].map(CheckpointFolder.notes(at:)) ?? folder.kept()
        // What cannot be recorded is checked all the same: the result says so.
        try? desk.service.beginVerification(by: .operating, at: desk.now)
        let found = try desk.service.verifyTrail(
            external: external, isChosen: folder.isChosen || arguments.values["checkpoint"] != nil,
            actor: .operating, clock: { Date() }
        ) { events in
            if console.isTerminal { console.write(note: "\r\(events)件まで確かめました") }
        }
        if console.isTerminal { console.write(note: "\r\u{1B}[K") }
        for remark in VerificationViews.remarks(found) { console.note(remark) }
        let report = found.report
        guard found.isIntact else {
            throw Fault(
                .gate, code: "audit.broken", message: report.problems.joined(separator: "\n"),
                file: desk.workspace.service, fix: VerificationViews.remedy)
        }
        if let path = arguments.values["save"] {
            try desk.service.auditCheckpoint(at: Date()).write(
                toFile: path, atomically: true, encoding: .utf8)
        }
        try console.result(
            Result(
                events: report.events, root: report.root, checkpoints: report.checkpoints,
                covered: report.covered, steps: report.steps, isComplete: found.isCompared,
                key: found.key))
        console.say(VerificationViews.sentences(found).joined(separator: "\n"))
        console.say(
            """
            公開鍵: \(found.key)
            次に: \(console.program) audit analyse --workspace \(desk.workspace.root) で、ふだんと違う閲覧がないかを確かめられます。
            """)
    }
}

/// `renkei audit accept-clock`: the clock as it is now is right.
enum AuditClockCommand {
    static let usage = Usage(
        "audit accept-clock", "戻った時計を、確かめたうえで認めます",
        options: [.workspace, Option("reason", "TEXT", "認める理由。監査記録に残ります。氏名や番号は書かないでください")],
        discussion: """
            機械の時計が監査記録の最後の時刻より2分を超えて戻ると、時刻の信じられない記録を残さないため、閲覧も夜間処理も止まります。
            まず時計（時刻同期）を直してください。前の時計が進みすぎていて、いまの時計が正しいときだけ、これで認めます。
            だれが、いつ、なぜ認めたかが監査記録に残り、以前の記録は変わりません。

            例: renkei audit accept-clock --reason "10月3日まで時計が1年進んでいたため" --workspace /srv/renkei
            """)

    private struct Result: Encodable {
        let outcome = "accepted"
        let at: Date
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let desk = try AuditDesk(arguments)
        let reason = arguments.values["reason"] ?? ""
        try StatedReason.require(
            reason, of: "時計を認めること", code: "clock.reason", shortest: 4, example: "時計がなぜ進んでいたか")
        try desk.service.acceptClock(reason: reason, actor: .operating, at: desk.now)
        try console.result(Result(at: desk.now))
        console.say(
            """
            いまの時計を認めました。閲覧と夜間処理をふたたび行えます。
            次に: \(console.program) audit verify --workspace \(desk.workspace.root)
            """)
    }
}

/// `renkei audit accept-restore`: this database was put back from a copy on purpose.
enum AuditRestoreCommand {
    static let usage = Usage(
        "audit accept-restore", "データベースを控えから戻したことを、理由を付けて認めます",
        options: [.workspace, Option("reason", "TEXT", "戻した理由。監査記録に残ります。氏名や番号は書かないでください")],
        discussion: """
            外に控えた検査点より監査記録が短いと、古い控えに戻されたか、書きかえられています。閲覧も夜間処理も、認められるまで始まりません。
            控えから戻したのが確かなときだけ、これで認めます。ログインはすべて終わります。
            戻したデータベースは、控えを取ったあとのことを知りません。次のものを、もう一度行ってください:
            利用者の追加・削除・パスワード・役割、確認コードの登録と登録外し（回復コードは、すべて使えなくなります）、利用停止・同意、決まりの承認、訂正、保存年数の承認、規則の承認、名寄せの判断、ケースの経過。
            消去（person shred）は、鍵束が覚えているため、次の夜間処理がもう一度行います。

            例: renkei audit accept-restore --reason "ディスクの故障のため前夜の控えに戻した" --workspace /srv/renkei
            """)

    private struct Result: Encodable {
        let outcome = "accepted"
        /// Checkpoints outside that the trail does not fit.
        let lost: Int
        /// Events that the longest of them stands for.
        let events: Int
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let desk = try AuditDesk(arguments)
        let reason = arguments.values["reason"] ?? ""
        try StatedReason.require(
            reason, of: "控えから戻したことを認めること", code: "restore.reason", shortest: 5, example: "なぜ控えに戻したか")
        let keeper = CheckpointKeeper(desk.service, try desk.folder)
        let lost = try keeper.state().unfitting
        guard !lost.isEmpty else {
            throw Fault(
                .usage, code: "restore.none", message: "外に控えた検査点と監査記録は合っています。認めることはありません。",
                fix: "「renkei audit verify」で確かめられます。")
        }
        try desk.service.acceptRestore(lost: lost, reason: reason, actor: .operating, at: desk.now)
        let events = lost.map(\.size).max() ?? 0
        try console.result(Result(lost: lost.count, events: events))
        console.say(
            """
            控えから戻したことを認めました。外の検査点で\(events)件あった監査記録のうち、控えのあとの分が失われています。
            次に: 控えのあとの利用者の削除・パスワード・確認コードの登録外し・利用停止・決まりの承認・訂正を、もう一度行ってください（docs/keys.md）。
            そのあと: \(console.program) run --workspace \(desk.workspace.root)
            """)
    }
}

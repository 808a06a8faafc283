import Domain
import Foundation
import Nightly
import Store

/// `renkei audit`: checks the audit trail, or lists who read what.
enum AuditCommand {
    static let usage = Usage(
        "audit", "監査記録を確かめ、だれが何を見、何を変えたかを一覧します", arguments: ["[reads|changes]"],
        options: [
            .workspace, Option("checkpoint", "FILE", "別の場所に控えておいた検査点のファイル"),
            Option("save", "FILE", "今の検査点を書き出します（別の機械に控えてください）"),
            Option("person", "ID", "この人についての閲覧だけ（reads）"),
            Option("user", "NAME", "この利用者によるものだけ（reads、changes）"),
            Option("case", "ID", "このケースとその人についての閲覧だけ（reads）"),
            Option("from", "YYYY-MM-DD", "この日から（reads、changes）"),
            Option("to", "YYYY-MM-DD", "この日まで（reads、changes）"),
        ],
        discussion: """
            すべての出来事のハッシュ木と、署名つきの検査点を確かめます。この機械の中だけの検査点では、鍵とデータの両方を
            もつ人の書きかえは見つけられません。「--save」で書き出した検査点を、別の機械に控えてください。

            reads をつけると、だれが、いつ、何の目的で、何を見たかを新しいものから一覧します。記録の内容は出しません。
            changes をつけると、だれが、いつ、利用者・役割・規定を変え、却下された行の直しを受け取り、同じ人かどうかを判断し、
            止まった点検を承認したかを一覧します。一覧したことも監査記録に残ります。

            例: renkei audit --workspace /srv/renkei --checkpoint /media/usb/checkpoint.txt
            例: renkei audit changes --user cli:tanaka --from 2026-10-01 --workspace /srv/renkei
            例: renkei audit reads --case C-… --from 2026-10-01 --to 2026-10-31 --workspace /srv/renkei
            """)

    private struct Result: Encodable {
        let outcome = "intact"
        let events: Int
        let root: String
        let checkpoints: Int
        let isComplete: Bool
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        if let verb = arguments.positionals.first {
            guard let kind = AccessFilter.Kind(rawValue: verb) else {
                throw usageFault("「\(verb)」という操作はありません。", "「reads」か「changes」と書いてください。")
            }
            for name in ["person", "case"] where kind == .changes && arguments.values[name] != nil {
                throw usageFault(
                    "オプション「--\(name)」は、閲覧の一覧だけで使えます。", "「renkei audit reads --\(name) …」と書いてください。")
            }
            return try AuditReads.run(kind, arguments, workspace, console)
        }
        for name in ["person", "user", "case", "from", "to"] where arguments.values[name] != nil {
            throw usageFault("オプション「--\(name)」は、一覧だけで使えます。", "「renkei audit reads --\(name) …」と書いてください。")
        }
        let service = try workspace.openService()
        let external = try arguments.values["checkpoint"].map(read)
        let report = try service.auditVerify(external: [external].compactMap(\.self))
        guard report.problems.isEmpty else {
            throw Fault(
                .gate, code: "audit.broken", message: report.problems.joined(separator: "\n"),
                file: workspace.service, fix: "このデータベースをそのまま保全し、個人情報保護担当に知らせてください。")
        }
        if let path = arguments.values["save"] {
            try service.auditCheckpoint().write(toFile: path, atomically: true, encoding: .utf8)
        }
        try console.result(
            Result(
                events: report.events, root: report.root, checkpoints: report.checkpoints,
                isComplete: external != nil))
        console.say(
            """
            書きかえは見つかりませんでした（出来事 \(report.events)件、検査点 \(report.checkpoints)件）。
            \(external == nil ? "別の場所の検査点と比べていないため、完全な確認ではありません。「--save」で控えを作ってください。" : "別の場所の検査点とも合っています。")
            次に: \(console.program) audit reads --workspace \(workspace.root) で、だれが何を見たかを確かめられます。
            """)
    }

    private static func read(_ path: String) throws -> String {
        do {
            return try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw Fault(
                .notFound, code: "checkpoint.unreadable", message: "検査点のファイルを読めません。", file: path,
                fix: "「renkei audit --save」で書き出したファイルを指定してください。")
        }
    }
}

import Domain
import Foundation
import Nightly
import Store

/// `renkei audit prove` and `audit export`: events as they stand in the trail, with what proves it to others.
enum AuditProofCommands {
    private static let format = """
        ファイルは、1行に1つの出来事（JSON）と、最後の1行の証明です。最後の行には、署名つきの検査点と、出来事からその検査点の
        ハッシュ値を計算し直すためのハッシュ値があります。renkei を使わずに確かめる方法は docs/audit.md にあります。
        すでにあるファイルには書きません。ファイルは書いた人だけが読めます。
        """

    static let proving = Usage(
        "audit prove", "1つの出来事が監査記録にあることの証明を書き出します", arguments: ["EVENT"],
        options: [
            .workspace, Option("output", "FILE", "書き出すファイル（省略時は event-番号.jsonl）"),
            Option("checkpoint", "FILE", "控えておいた検査点のもとで証明します（省略時は今の検査点）"),
        ],
        discussion: """
            EVENT は出来事の番号です（「renkei audit reads --json」の sequence）。
            \(format)

            例: renkei audit prove 120 --output shoumei.jsonl --workspace /srv/renkei
            """)

    static let exporting = Usage(
        "audit export", "監査記録を、証明をつけて書き出します",
        options: [
            .workspace, AuditCommand.from, AuditCommand.to, Option("output", "FILE", "書き出すファイル"),
            Option("checkpoint", "FILE", "控えておいた検査点のもとで証明します（省略時は今の検査点）"),
        ],
        discussion: """
            期間の出来事を、もれなく、順に書き出します。だれが書き出したかも監査記録に残ります。
            \(format)

            例: renkei audit export --from 2026-10-01 --to 2026-10-31 --output 2026-10.jsonl --workspace /srv/renkei
            """)

    private struct Result: Encodable {
        let outcome: String
        let file: String
        let first: Int
        let events: Int
        /// Events that the checkpoint stands for.
        let size: Int
    }

    @Sendable static func prove(_ arguments: ParsedArguments, _ console: Console) throws {
        guard let sequence = Int(arguments.positionals[0]), sequence >= 0 else {
            throw usageFault("出来事の番号が数ではありません。", "「renkei audit reads --json」の sequence の数を書いてください。")
        }
        try write(
            .event(sequence), to: arguments.values["output"] ?? "event-\(sequence).jsonl", "proved",
            arguments,
            console)
    }

    @Sendable static func export(_ arguments: ParsedArguments, _ console: Console) throws {
        guard let output = arguments.values["output"] else {
            throw usageFault("書き出すファイル（--output）がありません。", "「renkei audit export --output FILE」の形で書いてください。")
        }
        try write(
            .days(from: try arguments.day("from"), to: try arguments.day("to")), to: output, "exported",
            arguments, console)
    }

    private static func write(
        _ part: TrailPart, to path: String, _ outcome: String, _ arguments: ParsedArguments,
        _ console: Console
    ) throws {
        let desk = try AuditDesk(arguments)
        let note = try arguments.values["checkpoint"].map { path in
            guard let note = try CheckpointFolder.notes(at: path).last else {
                throw usageFault("検査点のフォルダが空です。", "検査点のファイル（.checkpoint）を指定してください。")
            }
            return note.text
        }
        let file = try TrailFile(path: path)
        let proof = try desk.service.exportTrail(
            part, under: note, actor: .operating, deciding: desk.deciding().decide, at: desk.now,
            body: file.add)
        try file.finish(with: proof.line(key: desk.service.auditKey))
        let size = desk.service.signedState(of: proof.checkpoint)?.size ?? 0
        try console.result(
            Result(outcome: outcome, file: path, first: proof.first, events: proof.count, size: size))
        console.say(
            """
            監査記録の\(proof.first)番目から\(proof.count)件を「\(path)」に書き出しました（\(size)件目までの検査点のもと）。
            次に: \(console.program) audit compare \(path) \(desk.workspace.root) で、この作業フォルダの記録と合うことを確かめられます。
            """)
    }
}

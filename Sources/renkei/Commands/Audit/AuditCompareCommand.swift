import Domain
import Foundation
import Nightly
import Store

/// `renkei audit compare`: did one state of the trail grow out of the other?
enum AuditCompareCommand {
    static let usage = Usage(
        "audit compare", "2つの検査点や写しが、同じ監査記録の前と後であることを確かめます", arguments: ["A", "B"],
        options: [.workspace, Option("output", "FILE", "2つの検査点が前と後であることの証明を書き出します")],
        discussion: """
            A と B は、検査点のファイル、書き出した監査記録（audit export）、作業フォルダのどれかです。
            作業フォルダどうしは、出来事を1つずつ比べ、はじめて違うところを示します。検査点は、作業フォルダ（なければ --workspace）の
            記録から計算し直したハッシュ値と比べます。

            例: renkei audit compare 10月.checkpoint 11月.checkpoint --workspace /srv/renkei
            例: renkei audit compare /srv/renkei /mnt/backup/renkei
            """)

    private struct Result: Encodable {
        let outcome = "consistent"
        /// Events of the older and of the newer one.
        let older: Int
        let newer: Int
    }

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let sides = arguments.positionals
        let folders = sides.filter { FileManager.default.fileExists(atPath: $0 + "/renkei.json5") }
        let (older, newer): (Int, Int)
        if folders.count == 2 {
            guard arguments.values["output"] == nil else {
                throw usageFault("証明を書き出せるのは、検査点どうしのときだけです。", "検査点のファイルを2つ書いてください。")
            }
            (older, newer) = try copies(folders)
        } else {
            (older, newer) = try notes(sides.filter { !folders.contains($0) }, folders.first, arguments)
        }
        try console.result(Result(older: older, newer: newer))
        console.say(
            older == newer
                ? "2つは、同じ\(older)件の監査記録です。"
                : "2つは同じ監査記録の前と後です。はじめの\(older)件は同じで、そのあとに\(newer - older)件加わっています。")
        console.say("次に: \(console.program) audit verify で、いまの記録の全体を確かめられます。")
    }

    private static func copies(_ folders: [String]) throws -> (Int, Int) {
        let (left, right) = (
            try Workspace.open(folders[0]).openService(evenRestored: true),
            try Workspace.open(folders[1]).openService(evenRestored: true)
        )
        let sizes = [try left.auditSize(), try right.auditSize()]
        if let place = try left.firstDifference(from: right) {
            throw Fault(
                .gate, code: "audit.differs",
                message: "2つの写しの監査記録が、\(place)番目から違います（\(place)件目までは同じ）。",
                fix: "どちらも動かさずに保全し、外に控えた検査点とそれぞれ「renkei audit verify」で比べて、個人情報保護担当に知らせてください。")
        }
        return (sizes.min() ?? 0, sizes.max() ?? 0)
    }

    /// - Parameter folder: the workspace among the two, where there is one.
    private static func notes(
        _ paths: [String], _ folder: String?, _ arguments: ParsedArguments
    ) throws -> (Int, Int) {
        let workspace = try Workspace.open(folder ?? arguments.values["workspace"] ?? ".")
        let service = try workspace.openService(evenRestored: true)
        let notes = try paths.flatMap { path in
            try TrailNotes.all(at: path).map { AuditNote(place: path, text: $0) }
        }
        let report = try service.auditVerify(external: notes)
        guard report.problems.isEmpty else {
            throw Fault(
                .gate, code: "audit.broken", message: report.problems.joined(separator: "\n"),
                file: workspace.service, fix: "検査点と作業フォルダのどちらも保全し、個人情報保護担当に知らせてください。")
        }
        let sizes = notes.compactMap { service.signedState(of: $0.text)?.size }
        let older = sizes.min() ?? 0
        let newer = folder == nil ? sizes.max() ?? 0 : report.events
        if let path = arguments.values["output"] {
            guard folder == nil, let first = notes.min(by: { size($0, service) < size($1, service) }),
                let last = notes.max(by: { size($0, service) < size($1, service) })
            else {
                throw usageFault("証明を書き出せるのは、検査点どうしのときだけです。", "検査点のファイルを2つ書いてください。")
            }
            let file = try TrailFile(path: path)
            try file.finish(with: try service.consistencyLine(from: first.text, to: last.text))
        }
        return (older, newer)
    }

    private static func size(_ note: AuditNote, _ service: ServiceStore) -> Int {
        service.signedState(of: note.text)?.size ?? 0
    }
}

/// The checkpoint that a file holds, by itself or at the end of an export.
private enum TrailNotes {
    private struct Line: Decodable {
        let checkpoint: String
    }

    static func all(at path: String) throws -> [String] {
        try CheckpointFolder.notes(at: path).map { note in
            guard let last = note.text.split(separator: "\n").last, last.hasPrefix("{"),
                let line = try? JSONDecoder().decode(Line.self, from: Data(last.utf8))
            else { return note.text }
            return line.checkpoint
        }
    }
}

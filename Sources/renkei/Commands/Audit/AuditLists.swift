import AdminAPI
import Domain
import Foundation
import Nightly
import Pages
import Policy
import Store

/// `renkei audit who-read`, `user`, `reads` and `changes`: what stands in the trail, newest first, for people.
enum AuditLists {
    private static let recorded = "記録の内容は出しません。一覧したことも監査記録に残ります。"

    static let whoRead = Usage(
        "audit who-read", "ある人やケースを、だれが、いつ、何の目的で見たかを一覧します", arguments: ["PERSON|CASE"],
        options: [.workspace, AuditCommand.from, AuditCommand.to],
        discussion: """
            人の番号（P-…）なら、その人の記録を見た閲覧を、名寄せで変わる前の番号のものも含めてすべて示します。
            ケースの番号（C-…）なら、そのケースの閲覧と、そのこどもの記録を見た閲覧を示します。本人からの開示の求めにも使えます。
            \(recorded)

            例: renkei audit who-read C-… --from 2026-10-01 --to 2026-10-31 --workspace /srv/renkei
            """)
    static let user = Usage(
        "audit user", "ある利用者がしたことを、すべて一覧します", arguments: ["NAME"],
        options: [.workspace, AuditCommand.from, AuditCommand.to],
        discussion: """
            閲覧、変更、ログイン、断られた操作のすべてです。コマンドを使う人は「cli:名前」と書きます。
            \(recorded)

            例: renkei audit user tanaka --from 2026-10-01 --workspace /srv/renkei
            例: renkei audit user cli:yamada --workspace /srv/renkei
            """)
    static let reads = Usage(
        "audit reads", "だれが、いつ、何の目的で、何を見たかを一覧します",
        options: [.workspace, AuditCommand.from, AuditCommand.to],
        discussion: """
            すべての利用者と夜間処理の閲覧を、新しいものから示します。\(recorded)

            例: renkei audit reads --from 2026-10-01 --to 2026-10-31 --workspace /srv/renkei
            """)
    static let changes = Usage(
        "audit changes", "だれが、いつ、何を変えたかを一覧します",
        options: [.workspace, AuditCommand.from, AuditCommand.to],
        discussion: """
            利用者・役割・規定を変え、ケースを進め、却下された行の直しを受け取り、同じ人かどうかを判断し、止まった点検を承認した
            記録です。\(recorded)

            例: renkei audit changes --from 2026-10-01 --workspace /srv/renkei
            """)

    private struct Result: Encodable {
        struct Record: Encodable {
            let sequence: Int
            /// `nil`: the event cannot be read.
            let at: Date?
            let actor: String
            let what: String
            let purpose: String?
            let isPermitted: Bool
            let persons: Int
            let caseID: String?
            let row: String?
            let rows: Int?
            let fields: [String]
            let references: [String: String]
        }
        let outcome = "listed"
        let records: [Record]
    }

    @Sendable static func runWhoRead(_ arguments: ParsedArguments, _ console: Console) throws {
        let id = arguments.positionals[0]
        var filter = AccessFilter(.reads)
        switch id.prefix(2) {
        case "P-": filter.person = PersonID(id)
        case "C-": filter.caseID = CaseID(id)
        default:
            throw usageFault("人の番号（P-…）でもケースの番号（C-…）でもありません。", "一覧や「renkei explain」に出る番号を書いてください。")
        }
        try run(filter, "閲覧", arguments, console)
    }

    @Sendable static func runUser(_ arguments: ParsedArguments, _ console: Console) throws {
        try run(
            AccessFilter(nil, user: UserID(arguments.positionals[0])), "記録", arguments, console)
    }

    @Sendable static func runReads(_ arguments: ParsedArguments, _ console: Console) throws {
        try run(AccessFilter(.reads), "閲覧", arguments, console)
    }

    @Sendable static func runChanges(_ arguments: ParsedArguments, _ console: Console) throws {
        try run(AccessFilter(.changes), "変更", arguments, console)
    }

    private static func run(
        _ filter: AccessFilter, _ word: String, _ arguments: ParsedArguments, _ console: Console
    ) throws {
        var filter = filter
        (filter.from, filter.to) = (try arguments.day("from"), try arguments.day("to"))
        let desk = try AuditDesk(arguments)
        let (guideline, decide) = try desk.deciding()
        let records = try desk.service.accessRecords(
            filter, before: nil, limit: .max, actor: .operating, deciding: decide, at: desk.now
        ).records
        try console.result(Result(records: records.map(record)))
        for record in records { console.say(AccessViews.line(record, in: guideline).sentence) }
        console.say(
            """
            \(records.isEmpty ? "当てはまる\(word)はありません。番号・名前・日付を確かめてください。" : "\(word) \(records.count)件。新しいものから並んでいます。")
            次に: \(console.program) audit verify --workspace \(desk.workspace.root) で、記録が書きかえられていないことを確かめてください。
            """)
    }

    private static func record(_ record: AccessRecord) -> Result.Record {
        .init(
            sequence: record.sequence, at: record.at, actor: record.actor, what: record.what,
            purpose: record.purpose?.rawValue, isPermitted: record.isPermitted, persons: record.persons,
            caseID: record.caseID?.rawValue, row: record.row, rows: record.rows, fields: record.fields,
            references: record.references)
    }
}

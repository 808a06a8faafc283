import AdminAPI
import Domain
import Foundation
import Nightly
import Pages
import Policy
import Store

/// `renkei audit reads`: who read what, when, for what purpose; `renkei audit changes`: who changed what.
enum AuditReads {
    private struct Result: Encodable {
        struct Read: Encodable {
            let sequence: Int
            let at: Date
            let actor: String
            let what: String
            let purpose: String?
            let isPermitted: Bool
            let persons: Int
            let caseID: String?
            let row: String?
            let fields: [String]
        }
        let outcome = "listed"
        let reads: [Read]
    }

    private struct Changes: Encodable {
        struct Change: Encodable {
            let sequence: Int
            let at: Date
            let actor: String
            let what: String
            let isPermitted: Bool
            let rows: Int?
            let references: [String: String]
        }
        let outcome = "listed"
        let changes: [Change]
    }

    static func run(
        _ kind: AccessFilter.Kind, _ arguments: ParsedArguments, _ workspace: Workspace, _ console: Console
    ) throws {
        let guideline = try GuidelineInForce.load(workspace, workspace.openService()).guideline
        let filter = AccessFilter(
            kind, person: arguments.values["person"].map(PersonID.init(_:)),
            user: arguments.values["user"].map(UserID.init(_:)),
            caseID: arguments.values["case"].map(CaseID.init(_:)), from: try arguments.day("from"),
            to: try arguments.day("to"))
        let now = Date()
        let decide = guideline.decisions(
            for: AccessRequest(
                actor: .operating, roles: [ServiceStore.oversight], action: .audit, items: [],
                purpose: "operations",
                standing: nil, on: Day(inJapanAt: now)))
        let reads = try workspace.openService().accessRecords(
            filter, before: nil, limit: .max, actor: .operating, deciding: decide, at: now
        ).records
        try console.result(result(reads, kind))
        let word = kind == .reads ? "閲覧" : "変更"
        for read in reads { console.say(AccessViews.line(read, in: guideline).sentence) }
        console.say(
            """
            \(reads.isEmpty ? "当てはまる\(word)はありません。番号と日付を確かめてください。" : "\(word) \(reads.count)件。新しいものから並んでいます。")
            次に: \(console.program) audit --workspace \(workspace.root) で、記録が書きかえられていないことを確かめてください。
            """)
    }

    private static func result(_ records: [AccessRecord], _ kind: AccessFilter.Kind) -> any Encodable {
        if kind == .changes {
            return Changes(
                changes: records.map {
                    .init(
                        sequence: $0.sequence, at: $0.at, actor: $0.actor, what: $0.what,
                        isPermitted: $0.isPermitted, rows: $0.rows, references: $0.references)
                })
        }
        return Result(
            reads: records.map {
                .init(
                    sequence: $0.sequence, at: $0.at, actor: $0.actor, what: $0.what,
                    purpose: $0.purpose?.rawValue, isPermitted: $0.isPermitted, persons: $0.persons,
                    caseID: $0.caseID?.rawValue, row: $0.row, fields: $0.fields)
            })
    }
}

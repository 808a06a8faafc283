import AdminAPI
import Domain
import Foundation
import Nightly
import Pages
import Policy
import Store

/// `renkei policy diff`: every decision that changes, and past reads asked again.
enum PolicyDiffCommand {
    static let usage = Usage(
        "policy diff", "二つの決まりで答えの変わる組をすべて示し、これまでの閲覧を新しい決まりで問い直します",
        arguments: ["[FROM]", "[TO]"],
        options: [
            .workspace, Option("date", "YYYY-MM-DD", "この日の答え（省略時は今日）"),
            Option("from", "YYYY-MM-DD", "この日からの閲覧を問い直す（省略時は90日前）"),
        ],
        discussion: """
            FROM と TO は in-force（効いているもの）、folder（Guidelines フォルダ）、版の番号です。省略すると in-force から folder です。
            はじめに、支援措置・利用停止・同意の守りがいくつ外れるか、だれに何が開くか、いくつ狭まるかを示します。続けて、
            役割・操作・利用目的・項目・場合のすべての組を比べます。閲覧と断りの問い直しは、今の役割で数えます。監査記録を見たことも記録に残ります。

            例: renkei policy diff --workspace /srv/renkei
            """)

    private struct Result: Encodable {
        struct Change: Encodable {
            let kind: String
            let role: String
            let action: String
            let purpose: String
            let item: String?
            let situation: String
            let before: [String]
            let after: [String]
        }
        struct Drawn: Encodable {
            let before, after: String
        }
        struct Read: Encodable {
            let sequence: Int
            let isRefused: Bool
            let lost: [String]
        }
        struct Missing: Encodable {
            let user: String
            let scopes: [String]
        }
        struct Headline: Encodable {
            struct Gain: Encodable {
                let role: String
                let purpose: String
                let actions: [String]
                let items: [String]
            }
            let masksFallen: Int
            let openedToProtected: Int
            let refusalsFallen: Int
            let consentsFallen: Int
            let gains: [Gain]
            let narrowed: Int
            /// Whether other reading counts as unusual.
            let isAnalysisChanged: Bool
        }
        let outcome = "compared"
        let from: String
        let to: String
        let headline: Headline
        let changes: [Change]
        /// How children are drawn for 抜き取り確認, where that changes.
        let spotCheck: Drawn?
        let replayed: Int
        let refused: Int
        /// Refusals that were asked again, and the places in the trail of those that would be granted.
        let refusals: Int
        let granted: [Int]
        /// Reads that could have shown more.
        let widened: Int
        let unknown: Int
        /// Users who lack a range that the new guideline demands, and would see nothing.
        let missing: [Missing]
        let reads: [Read]
    }

    /// Reads that are told one by one.
    private static let shown = 20

    @Sendable static func run(_ arguments: ParsedArguments, _ console: Console) throws {
        let workspace = try Workspace.open(arguments.values["workspace"] ?? ".")
        let words = arguments.positionals
        let old = try NamedGuideline.load(words.first ?? "in-force", workspace)
        let new = try NamedGuideline.load(words.count > 1 ? words[1] : "folder", workspace)
        let now = Date()
        let day = try arguments.day("date") ?? Day(inJapanAt: now)
        let difference = GuidelineDifference(from: old.guideline, to: new.guideline, on: day)
        let service = try workspace.openService()
        let users = try service.users(by: .operating, at: now).filter { $0.removedAt == nil }
        let missing = users.compactMap { user in
            let kinds = new.guideline.reach(of: user.roles, given: user.scopes).missing.sorted()
            return kinds.isEmpty ? nil : (user: user.id, kinds: kinds)
        }
        let reads = try replay(
            workspace, service, users, old.guideline, new.guideline,
            since: try arguments.day("from") ?? day.adding(days: -90), now)
        let drawn = GuidelineViews.drawn(old.guideline, new.guideline).map(Result.Drawn.init)
        try console.result(
            result(
                difference, reads, old, new, drawn,
                missing: missing.map { .init(user: $0.user.rawValue, scopes: $0.kinds.map(\.rawValue)) }))
        console.say(
            "\(old.title)（版 \(old.guideline.revision.prefix(12))）から\(new.title)（版 \(new.guideline.revision.prefix(12))）へ"
        )
        for line in GuidelineViews.headline(difference.headline, old.guideline, new.guideline) {
            console.say(line)
        }
        console.say("")
        for line in GuidelineViews.lines(difference, old.guideline, new.guideline) { console.say(line) }
        if let drawn {
            console.say("抜き取り確認: \(drawn.before) から \(drawn.after) へ")
        }
        console.say(difference.changes.isEmpty ? "答えの変わる組はありません。" : "答えの変わる組: \(difference.changes.count)")
        console.say(GuidelineViews.sentence(reads))
        for line in GuidelineViews.lines(reads, old.guideline, atMost: shown) { console.say("  \(line)") }
        for one in missing {
            console.say(
                "範囲（\(one.kinds.map(\.title).joined(separator: "、"))）がないため、何も見えなくなる利用者: \(one.user)"
                    + "（「renkei user set-roles \(one.user) --role 役割 --scope 範囲」で、承認の前に付けられます）")
        }
        console.say(
            "次に: \(console.program) policy propose --user ID --reason 理由 --workspace \(workspace.root)")
    }

    private static func replay(
        _ workspace: Workspace, _ service: ServiceStore, _ users: [UserAccount], _ old: Guideline,
        _ new: Guideline, since: Day, _ now: Date
    ) throws -> ReplayedReads {
        let deciding = try GuidelineInForce.orFolder(workspace, service).guideline.decisions(
            for: AccessRequest(
                actor: .operating, roles: [ServiceStore.oversight], action: .audit, items: [],
                purpose: "operations", standing: nil, on: Day(inJapanAt: now)))
        let records = try service.accessRecords(
            AccessFilter(from: since), before: nil, limit: .max, actor: .operating, deciding: deciding,
            at: now
        ).records
        return ReplayedReads(
            records, users: Dictionary(users.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first }),
            from: old, to: new)
    }

    private static func result(
        _ difference: GuidelineDifference, _ reads: ReplayedReads, _ old: NamedGuideline,
        _ new: NamedGuideline, _ drawn: Result.Drawn?, missing: [Result.Missing]
    ) -> Result {
        Result(
            from: old.guideline.revision, to: new.guideline.revision,
            headline: Result.Headline(
                masksFallen: difference.headline.masksFallen,
                openedToProtected: difference.headline.openedToProtected,
                refusalsFallen: difference.headline.refusalsFallen,
                consentsFallen: difference.headline.consentsFallen,
                gains: difference.headline.gains.map {
                    .init(
                        role: $0.role.rawValue, purpose: $0.purpose.rawValue,
                        actions: $0.actions.map(\.rawValue),
                        items: $0.items.map(\.rawValue))
                },
                narrowed: difference.headline.narrowed,
                isAnalysisChanged: GuidelineViews.isAnalysisChanged(old.guideline, new.guideline)),
            changes: difference.changes.map {
                .init(
                    kind: $0.kind.rawValue, role: $0.role.rawValue, action: $0.action.rawValue,
                    purpose: $0.purpose.rawValue, item: $0.item?.rawValue, situation: "\($0.situation)",
                    before: $0.before.map(\.rawValue), after: $0.after.map(\.rawValue))
            },
            spotCheck: drawn,
            replayed: reads.replayed, refused: reads.refused, refusals: reads.refusals,
            granted: reads.granted.map(\.sequence), widened: reads.widened, unknown: reads.unknown,
            missing: missing,
            reads: reads.changes.map {
                .init(sequence: $0.record.sequence, isRefused: $0.isRefused, lost: $0.lost)
            })
    }
}

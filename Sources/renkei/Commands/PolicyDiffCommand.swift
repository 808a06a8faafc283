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
        let drawn = drawn(old.guideline, new.guideline)
        try console.result(
            result(
                difference, reads, old, new, drawn,
                missing: missing.map { .init(user: $0.user.rawValue, scopes: $0.kinds.map(\.rawValue)) }))
        console.say(
            "\(old.title)（版 \(old.guideline.revision.prefix(12))）から\(new.title)（版 \(new.guideline.revision.prefix(12))）へ"
        )
        for line in headline(difference.headline, old.guideline, new.guideline) { console.say(line) }
        console.say("")
        for line in lines(difference, old.guideline, new.guideline) { console.say(line) }
        if let drawn {
            console.say("抜き取り確認: \(drawn.before) から \(drawn.after) へ")
        }
        console.say(difference.changes.isEmpty ? "答えの変わる組はありません。" : "答えの変わる組: \(difference.changes.count)")
        console.say(
            "これまでの閲覧 \(reads.replayed)件を問い直すと、\(reads.refused)件が拒まれ、\(reads.changes.count - reads.refused)件で見える項目が減り、\(reads.widened)件で見えるものが増えます。断られた閲覧 \(reads.refusals)件のうち、\(reads.granted.count)件が許されます。"
        )
        for record in reads.granted.prefix(shown) {
            console.say("  許される: \(AccessViews.line(record, in: old.guideline).sentence)")
        }
        for change in reads.changes.prefix(shown) {
            let sentence = AccessViews.line(change.record, in: old.guideline).sentence
            let lost = change.lost.map { AccessWording.part($0) ?? old.guideline.title(ItemCode($0)) }
            console.say("  \(change.isRefused ? "拒まれる" : "減る（\(lost.joined(separator: "、"))）"): \(sentence)")
        }
        if reads.changes.count > shown {
            console.say("  ほか \(reads.changes.count - shown)件（--json ですべて示します）")
        }
        for one in missing {
            console.say(
                "範囲（\(one.kinds.map(\.title).joined(separator: "、"))）がないため、何も見えなくなる利用者: \(one.user)"
                    + "（「renkei user set-roles \(one.user) --role 役割 --scope 範囲」で、承認の前に付けられます）")
        }
        if reads.unknown > 0 { console.say("役割が分からないため問い直せない閲覧: \(reads.unknown)件") }
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

    /// What no point of the decisions shows: who is drawn at random.
    private static func drawn(_ old: Guideline, _ new: Guideline) -> Result.Drawn? {
        func words(_ guideline: Guideline) -> String {
            guideline.purposes[SpotCheckDesk.purpose]?.spotCheck.map {
                "毎月\($0.perMonth)人（\($0.ages.lowerBound)〜\($0.ages.upperBound)歳）"
            } ?? "行わない"
        }
        let (before, after) = (words(old), words(new))
        return before == after ? nil : Result.Drawn(before: before, after: after)
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
                isAnalysisChanged: isAnalysisChanged(old.guideline, new.guideline)),
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

    private static func isAnalysisChanged(_ old: Guideline, _ new: Guideline) -> Bool {
        (try? old.analysisLimits) != (try? new.analysisLimits)
    }

    /// What matters most, first.
    private static func headline(_ headline: GuidelineHeadline, _ old: Guideline, _ new: Guideline)
        -> [String]
    {
        func line(_ count: Int, _ words: String) -> String { "\(count == 0 ? "  " : "★ ")\(words): \(count)" }
        var lines = [
            "まず確かめること（★は守りが弱くなるところ。数は 役割 × 操作 × 利用目的 × 項目 の組）",
            line(headline.masksFallen, "支援措置の対象者について、伏せなくなるもの"),
            line(headline.openedToProtected, "支援措置の対象者にも新しく開くもの"),
            line(headline.refusalsFallen, "利用停止を求めた人について、止まらなくなるもの"),
            line(headline.consentsFallen, "同意がなくてもできるようになるもの"),
            line(headline.gains.count, "できることの増える役割と利用目的"),
        ]
        for gain in headline.gains {
            let role = (new.roles[gain.role] == nil ? old : new).title(gain.role)
            let purpose = (new.purposes[gain.purpose] == nil ? old : new).title(gain.purpose)
            let items = gain.items.map { (new.catalogue[$0] == nil ? old : new).title($0) }
            lines.append(
                "    \(role) / \(purpose): \(gain.actions.map(\.title).joined(separator: "・"))"
                    + (items.isEmpty ? "" : "（\(items.joined(separator: "、"))）"))
        }
        lines.append("  狭まるもの: \(headline.narrowed)")
        let relieved = new.roles.keys.sorted().filter {
            (old.roles[$0] == nil || old.demandsSecondFactor(of: [$0])) && !new.demandsSecondFactor(of: [$0])
        }
        if !relieved.isEmpty {
            lines.append(
                "★ 確認コードなし（パスワードだけ）でログインできるようになる役割: " + relieved.map(new.title).joined(separator: "、"))
        }
        if isAnalysisChanged(old, new) { lines.append("★ 監査記録の分析の基準（audit/analysis.json5）が変わります") }
        return lines
    }

    /// What changes in the same way in the same situations is one line.
    private static func lines(_ difference: GuidelineDifference, _ old: Guideline, _ new: Guideline)
        -> [String]
    {
        struct Point: Hashable {
            let kind: GuidelineDifference.Kind
            let role: RoleID
            let action: Action
            let purpose: PurposeID
            let before: [Obligation]
            let after: [Obligation]
            let situations: [Situation]
        }
        struct Place: Hashable {
            let point: Point
            let item: ItemCode?
        }
        var situations: [Place: [Situation]] = [:]
        var order: [Place] = []
        for change in difference.changes {
            let place = Place(
                point: Point(
                    kind: change.kind, role: change.role, action: change.action, purpose: change.purpose,
                    before: change.before, after: change.after, situations: []), item: change.item)
            if situations[place] == nil { order.append(place) }
            situations[place, default: []].append(change.situation)
        }
        var items: [Point: [ItemCode]] = [:]
        var points: [Point] = []
        for place in order {
            let point = Point(
                kind: place.point.kind, role: place.point.role, action: place.point.action,
                purpose: place.point.purpose, before: place.point.before, after: place.point.after,
                situations: situations[place] ?? [])
            if items[point] == nil { points.append(point) }
            items[point, default: []] += [place.item].compactMap(\.self)
        }
        return points.map { point in
            let told = new.roles[point.role] == nil ? old : new
            let what = (items[point] ?? []).map { (new.catalogue[$0] == nil ? old : new).title($0) }
            let change =
                switch point.kind {
                case .gained: "できるようになる" + (point.after.isEmpty ? "" : "（\(point.after.titles)）")
                case .revoked: "できなくなる"
                case .obliged: "義務が変わる（\(words(point.before)) → \(words(point.after))）"
                }
            let purpose = (new.purposes[point.purpose] == nil ? old : new).title(point.purpose)
            var parts: [String] = [told.title(point.role), point.action.title, purpose]
            if !what.isEmpty { parts.append(what.joined(separator: "、")) }
            let when = point.situations.map(\.description)
            var cases = when.prefix(2).joined(separator: " ｜ ")
            if when.count > 2 { cases += " ほか\(when.count - 2)通り" }
            return "  \(change): \(parts.joined(separator: " / "))（\(cases)）"
        }
    }

    private static func words(_ obligations: [Obligation]) -> String {
        obligations.isEmpty ? "なし" : obligations.titles
    }
}

package import Domain
package import Foundation
import JapaneseText
package import Policy
package import Store

/// What is kept too long, and who says that it may be deleted.
package struct RetentionDesk: Sendable {
    private let workspace: Workspace
    private let service: ServiceStore
    private let guideline: Guideline
    private let at: Date

    package init(_ workspace: Workspace, at: Date) throws {
        service = try workspace.openService()
        guideline = try GuidelineInForce.load(workspace, service).guideline
        (self.workspace, self.at) = (workspace, at)
    }

    /// The list that was approved last.
    package func approved() throws -> KeptRetention? { try service.approvedRetention() }

    /// The dry run: what is past the guideline's periods on a day.
    ///
    /// - Parameter day: `nil`: that of the publication in service.
    /// - Throws: `Fault`: `.denied`; nothing is published.
    package func list(on day: Day?, actor: Actor) throws -> (list: RetentionList, hash: String) {
        let decision = guideline.decide(
            AccessRequest(
                actor: actor, roles: ["linkage-officer"], action: .operate, items: [], purpose: "operations",
                standing: PersonStanding(), on: Day(inJapanAt: at), hasReason: true))
        let list = try list(on: day, actor, .operate, decision)
        return (list, try list.hash)
    }

    /// Proposes the list of a day.
    ///
    /// - Throws: `policy.log-in`; `Fault`: `.denied`; `retention.reason`, `retention.future`, `retention.proposed`.
    package func propose(
        on day: Day?, reason: String, user: UserID, password: String
    ) throws -> (list: RetentionList, hash: String) {
        try StatedReason.require(
            reason, of: "提案", code: "retention.reason", shortest: 5, example: "「--reason」に、何を確かめて消すか")
        let signed = try signed(user, password)
        if let day, day > Day(inJapanAt: at) {
            throw Fault(
                .usage, code: "retention.future", message: "まだ来ていない日の一覧は、案にできません。",
                fix: "「--date」を今日か、それより前の日にしてください。")
        }
        let list = try list(on: day, signed.actor, .propose, signed.decision(.propose))
        try service.propose(
            retention: list, reason: reason, actor: signed.actor, decision: signed.decision(.propose), at: at)
        return (list, try list.hash)
    }

    /// - Throws: `policy.log-in`; `Fault`: `.denied`; `retention.reason`; what `ServiceStore.approve` throws.
    package func approve(
        _ prefix: String, reason: String, user: UserID, password: String
    ) throws -> KeptRetention {
        try StatedReason.require(
            reason, of: "承認", code: "retention.reason", shortest: 5, example: "「--reason」に、何を確かめたか")
        let signed = try signed(user, password)
        return try service.approve(
            retention: prefix, reason: reason, actor: signed.actor, decision: signed.decision(.approve),
            at: at)
    }

    private func signed(_ user: UserID, _ password: String) throws -> SignedIn {
        try SignedIn(workspace, service, user: user, password: password, for: "operations", at: at)
    }

    private func list(
        on day: Day?, _ actor: Actor, _ action: Action, _ decision: Decision
    ) throws -> RetentionList {
        let day = try day ?? service.currentPublication()?.asOf ?? Day(inJapanAt: at)
        let counts = try service.retentionCounts(
            guideline.retention(on: day), actor: actor, action: action, decision: decision, at: at)
        return RetentionList(
            day: day, run: counts.run,
            lines: guideline.catalogue.items.values.sorted { $0.code < $1.code }.map { item in
                RetentionList.Line(
                    item: item.code, title: item.title, holder: item.holder, years: item.retentionYears,
                    lasting: item.kinds.filter { $0.lasting == true }.map(\.kind).sorted(),
                    facts: counts.facts[item.code]?.facts ?? 0,
                    persons: counts.facts[item.code]?.persons ?? 0)
            }, endedCases: counts.endedCases, unansweredDraws: counts.unansweredDraws,
            folders: counts.folders)
    }
}

/// The periods that a night follows: those that two persons approved, and never shorter than the guideline's.
struct RetentionInForce {
    /// Counted on the day of the approved list: what passes its period later waits for another list.
    let periods: RetentionPeriods
    /// The same, counted on the night's day.
    let tonight: RetentionPeriods
    /// The ended cases that were on the list.
    let endedCases: Set<CaseID>
    /// Whether the list counted who was drawn and never answered about.
    let countsDraws: Bool
    /// Whether the night is of a day that has not come.
    let isEarly: Bool
    let approvedAt: Date
    let hash: String
    /// Items whose years the guideline has changed since.
    let changed: [ItemCode]

    /// `nil` where nothing was approved: nothing is deleted.
    ///
    /// - Parameter today: by the clock; nothing is counted on a later day, whatever the night's is.
    init?(_ approved: KeptRetention?, _ guideline: Guideline, on day: Day, today: Day) {
        guard let approved, let approvedAt = approved.approvedAt else { return nil }
        let list = approved.list
        let counted = min(list.day, day, today)
        let (then, now) = (list.periods(on: counted), guideline.retention(on: counted))
        periods = then.keepingMore(now)
        tonight = list.periods(on: min(day, today)).keepingMore(now)
        endedCases = Set(list.endedCases ?? [])
        countsDraws = list.unansweredDraws != nil
        isEarly = day > today
        (self.approvedAt, hash) = (approvedAt, approved.hash)
        changed = now.years.keys.filter {
            then.years[$0] != now.years[$0] || then.lasting[$0] ?? [] != now.lasting[$0] ?? []
        }.sorted()
    }

    /// What of it decides a night's result.
    var revision: String {
        "\(periods.day) "
            + periods.years.sorted { $0.key < $1.key }.map { item, years in
                "\(item)=\(years)" + (periods.lasting[item] ?? []).sorted().joined(separator: "+")
            }.joined(separator: ",")
    }
}

extension Guideline {
    fileprivate func retention(on day: Day) -> RetentionPeriods {
        RetentionPeriods(
            years: catalogue.items.mapValues(\.retentionYears),
            lasting: catalogue.items.mapValues { Set($0.kinds.filter { $0.lasting == true }.map(\.kind)) },
            on: day)
    }
}

extension Night {
    /// Tells what was not taken in since its period is over, what would be on a new list, and which changed periods nobody has
    /// approved.
    func noticeExpired(
        _ retention: RetentionInForce?, _ expired: [ExpiredCount], overdue: Int, _ service: ServiceStore
    ) throws {
        if !expired.isEmpty {
            log.notice(
                "保存年数を過ぎた事実 \(expired.reduce(0) { $0 + $1.facts })件（"
                    + expired.map { "\($0.item) \($0.facts)件" }.joined(separator: "、")
                    + "）は、承認された一覧のとおり取り込んでいません。")
        }
        guard let retention else { return }
        let cases = try service.endedCases(retention.tonight, besides: retention.endedCases)
        let others = try service.ownRecords(
            past: retention.tonight, besides: retention.periods, drawsOfApproved: retention.countsDraws)
        if overdue > 0 || cases > 0 || others > 0 {
            log.notice(
                "承認された一覧の日よりあとに保存年数を過ぎた事実が\(overdue)件、終わったケースが\(cases)件、抜き取り確認と案内の記録が\(others)件あります。"
                    + "消すには、新しい一覧の案と承認が要ります（「renkei retention list」）。")
        }
        guard !retention.changed.isEmpty else { return }
        log.notice(
            "保存年数の変わった項目（\(retention.changed.map(\.rawValue).joined(separator: "、"))）は、承認された年数と今の年数の長いほうまで残します。"
                + "「renkei retention list」で確かめ、案を出してください。")
    }

    /// Takes persons and notes from ended cases past their period, and removes the folders of runs from before the approval.
    func clearExpired(_ retention: RetentionInForce?, _ service: ServiceStore) throws {
        if let retention { try erase(retention, service) }
        try foldErasures(service)
    }

    /// Takes what is deleted out of the database's log; also what an earlier night, or a shredding, could not.
    func foldErasures(_ service: ServiceStore) throws {
        if try !service.foldErasures() {
            log.notice(
                "消した記録（終わったケースの経過、抜き取り確認・案内の結果、消去した方のもの）が、データベースの書きかけの記録に残っています。"
                    + "次の夜間処理で、もう一度片付けます。急ぐときは、ほかの renkei を止めて夜間処理をしてください。")
        }
    }

    private func erase(_ retention: RetentionInForce, _ service: ServiceStore) throws {
        guard !retention.isEarly else {
            return log.notice("基準日が今日より後のため、承認された一覧のものを消していません。")
        }
        _ = try service.eraseEndedCases(
            retention.periods, listed: retention.endedCases, approved: retention.hash, at: now())
        _ = try service.eraseOwnRecords(
            retention.periods, approved: retention.hash, unanswered: retention.countsDraws, at: now())
        for name in try service.foldersReplaced(publishedBefore: retention.approvedAt)
        where FileManager.default.fileExists(atPath: folder(name)) {
            try FileManager.default.removeItem(atPath: folder(name))
        }
    }
}

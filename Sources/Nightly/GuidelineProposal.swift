package import Domain
package import Foundation
import JapaneseText
package import Policy
package import Store

/// A change of the guideline on its way into force: one person proposes, another approves the very same files.
///
/// The first one of a workspace is judged by itself: there is no other yet.
package struct GuidelineProposal: Sendable {
    private let workspace: Workspace
    private let service: ServiceStore
    private let session: Session
    /// `nil`: nothing came into force so far.
    private let inForce: Guideline?
    /// The newest revision in force as this looked.
    private let newest: String?
    private let at: Date

    private var actor: Actor { .user(session.user) }

    /// - Throws: `policy.log-in` where name and password fit nobody.
    package init(
        _ workspace: Workspace, _ service: ServiceStore, user: UserID, password: String, at: Date
    ) throws {
        newest = try service.guidelineInForce()
        inForce =
            try newest == nil
            ? nil : GuidelineInForce.load(workspace, service).guideline
        let session = try service.identify(user: user, password: password, at: at)
        (self.workspace, self.service, self.session, self.at) = (workspace, service, session, at)
    }

    /// Proposes what the folder holds.
    ///
    /// - Throws: everything that is wrong with it; `policy.mismatch`; `Fault` of kind `.denied`.
    package func propose(reason: String) throws -> Guideline {
        try StatedReason.require(
            reason, of: "提案", code: "policy.reason", shortest: 5, example: "「--reason」に、何をなぜ変えるか")
        let files = try GuidelineFiles(folder: workspace.guidelines)
        let guideline = try files.guideline()
        try requireSound(guideline)
        try requireHolders(guideline, besides: .propose)
        try service.propose(
            guideline: files.canonicalBytes, revision: guideline.revision, reason: reason, actor: actor,
            decision: decision(.propose, on: guideline), at: at)
        return guideline
    }

    /// Puts a proposed guideline in force.
    ///
    /// - Parameters:
    ///   - prefix: at least twelve characters of its revision.
    ///   - checking: takes the proposal before it is approved, and throws what officials expect otherwise of it.
    /// - Throws: `policy.unproposed`, `policy.own`; whatever `propose` refuses; what `checking` throws; `Fault` of kind `.denied`.
    package func approve(
        _ prefix: String, reason: String, checking: (Guideline) throws -> Void = { _ in }
    ) throws -> Guideline {
        try StatedReason.require(
            reason, of: "承認", code: "policy.reason", shortest: 5, example: "「--reason」に、何を確かめたか")
        let guideline = try proposed(prefix)
        try requireSound(guideline)
        try requireHolders(guideline, besides: .approve)
        try checking(guideline)
        try service.approve(
            guideline: guideline.revision, after: newest, reason: reason, actor: actor,
            decision: decision(.approve, on: guideline), at: at)
        return guideline
    }

    /// Withdraws what the same person proposed.
    ///
    /// - Parameter prefix: at least twelve characters of its revision.
    /// - Throws: what `ServiceStore.withdraw` throws.
    package func withdraw(_ prefix: String, reason: String) throws -> Guideline {
        try StatedReason.require(
            reason, of: "取下げ", code: "policy.reason", shortest: 5, example: "「--reason」に、なぜ取り下げるか")
        let guideline = try proposed(prefix)
        try service.withdraw(
            guideline: guideline.revision, reason: reason, actor: actor,
            decision: decision(.propose, on: guideline), at: at)
        return guideline
    }

    private func proposed(_ prefix: String) throws -> Guideline {
        guard prefix.count >= 12 else {
            throw Fault(
                .usage, code: "policy.revision", message: "版の番号が短すぎます。",
                fix: "「renkei policy check」に出る番号を、12文字以上書いてください。")
        }
        guard let kept = try service.guideline(beginning: prefix),
            let guideline = try GuidelineFiles(canonicalBytes: kept.bytes)?.guideline(),
            guideline.revision == kept.revision
        else {
            throw Fault(
                .notFound, code: "policy.unproposed", message: "版 \(prefix) の案は出ていません。",
                fix: "「renkei policy check」で、承認を待つ案の版を確かめてください。")
        }
        return guideline
    }

    /// Refuses what two evaluators read differently, and what the next night could not run with.
    private func requireSound(_ guideline: Guideline) throws {
        _ = try guideline.analysisLimits
        try guideline.compareEvaluators()
        try Rulebook.load(workspace, GuidelineInForce(proposed: guideline)).requireUsable(on: today)
    }

    /// Refuses what could never be changed again, or looked into: somebody must be able to propose, another to approve, and somebody
    /// to read the trail.
    ///
    /// - Parameter action: who may not do it is told that first, by the store.
    private func requireHolders(_ guideline: Guideline, besides action: Action) throws {
        guard decision(action, on: guideline).grant != nil else { return }
        let users = try service.users(by: actor, at: at).filter { $0.removedAt == nil }
        func holders(_ action: Action) -> Set<UserID> {
            Set(
                users.filter { user in
                    guideline.decide(
                        AccessRequest(
                            actor: .user(user.id), roles: user.roles, action: action, items: [],
                            purpose: "operations", standing: PersonStanding(), on: today, hasReason: true,
                            scopes: user.scopes)
                    ).grant != nil
                }.map(\.id))
        }
        let (proposers, approvers) = (holders(.propose), holders(.approve))
        let isChangeable = approvers.contains { !proposers.subtracting([$0]).isEmpty }
        guard !isChangeable || holders(.audit).isEmpty else { return }
        throw Fault(
            .configuration, code: "policy.nobody",
            message: isChangeable
                ? "この決まりでは、監査記録を見られる（audit）利用者がいなくなります。"
                : "この決まりでは、次の決まりを提案する（propose）人と承認する（approve）別の人がそろわず、二度と変えられなくなります。",
            file: workspace.guidelines, field: "policies",
            fix: "許可を残すか、先に「renkei user add」でその役割の利用者を加えてください。")
    }

    private var today: Day { Day(inJapanAt: at) }

    private func decision(_ action: Action, on proposed: Guideline) -> Decision {
        (inForce ?? proposed).decide(
            AccessRequest(
                actor: actor, roles: session.roles, action: action, items: [], purpose: "operations",
                standing: PersonStanding(), on: today, hasReason: true))
    }
}

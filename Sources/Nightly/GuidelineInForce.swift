import Domain
import Foundation
package import Policy
package import Store

/// The guideline that decides: the newest that came into force, of which the trail tells, and that can still be read, whatever the
/// folder holds.
package struct GuidelineInForce: Sendable {
    package let guideline: Guideline
    /// Sentences for officials: what was passed over, and what the folder holds instead.
    package let notices: [String]
    /// Of those, what was passed over although it is newer: what decides may be wider.
    package let passedOver: [String]
    /// Whether it decides, and not merely would.
    package let isInForce: Bool

    private init(guideline: Guideline, notices: [String], passedOver: [String] = [], isInForce: Bool) {
        self.passedOver = passedOver
        self.guideline = guideline
        self.notices = notices
        self.isInForce = isInForce
    }

    /// As if a proposed guideline were in force, to find out what would come of it.
    package init(proposed guideline: Guideline) {
        self.init(guideline: guideline, notices: [], isInForce: false)
    }

    /// The one that `watch` holds: it was compared when it was adopted.
    package init(watched watch: GuidelineWatch) {
        self.init(guideline: watch.guideline, notices: [], isInForce: true)
    }

    /// Both evaluators are compared on it again: no command obeys what a night and `serve` would refuse.
    ///
    /// - Throws: `policy.not-begun` where nothing was put in force so far; `policy.none` where nothing that was can be read.
    package static func load(
        _ workspace: Workspace, _ service: ServiceStore
    ) throws -> GuidelineInForce {
        let kept = try service.guidelinesPutInForce()
        guard !kept.isEmpty else { throw try notBegun(workspace, service) }
        var notices: [String] = []
        for one in kept {
            guard try service.isApprovalInTrail(ofGuideline: one.revision) else {
                notices.append(
                    "決まり（版 \(one.revision.prefix(12))）の承認が監査記録にないため、使いません。「renkei audit verify」で確かめ、個人情報保護担当に知らせてください。"
                )
                continue
            }
            guard let guideline = one.guideline(comparing: true) else {
                notices.append(
                    "承認された決まり（版 \(one.revision.prefix(12))）を読めないか、二つの判定が食い違います。その前の版で続けます（新しい版で狭めたことがあれば、効いていません）。"
                        + "「renkei policy check」で確かめ、案を出し直してください。")
                continue
            }
            let passedOver = notices
            if let notice = edit(in: workspace.guidelines, besides: guideline) { notices.append(notice) }
            return GuidelineInForce(
                guideline: guideline, notices: notices, passedOver: passedOver, isInForce: true)
        }
        throw Fault(
            .configuration, code: "policy.none",
            message: (["承認された決まりを、どれも使えません。"] + notices).joined(separator: "\n"), file: workspace.service,
            fix: "データベースと renkei の版を確かめてください。前の版の renkei では読めるかもしれません。")
    }

    /// As `load`; before the first one came into force what the folder holds, for who only looks and for what must be done first.
    package static func orFolder(
        _ workspace: Workspace, _ service: ServiceStore
    ) throws -> GuidelineInForce {
        guard try service.guidelineInForce() == nil else { return try load(workspace, service) }
        let waiting = try notBegun(workspace, service)
        return GuidelineInForce(
            guideline: try GuidelineFiles(folder: workspace.guidelines).guideline(),
            notices: [waiting.message + waiting.fix], isInForce: false)
    }

    /// Nobody may do anything yet; says how that ends.
    private static func notBegun(_ workspace: Workspace, _ service: ServiceStore) throws -> Fault {
        let waiting = try service.guidelineProposed().map { String($0.revision.prefix(12)) }
        let approve = "「renkei policy approve \(waiting ?? "版の番号") --user ID --reason 理由」で承認してください。"
        return Fault(
            .configuration, code: "policy.not-begun",
            message: waiting.map { "最初の決まり（版 \($0)）が、承認を待っています。" } ?? "効いている決まりが、まだありません。",
            file: workspace.guidelines,
            fix: waiting == nil
                ? "「renkei user add」で利用者を加え、一人が「renkei policy propose --user ID --reason 理由」で案を出し、別の人が\(approve)"
                : "案を出した人とは別の人が\(approve)")
    }

    /// What somebody wrote into the folder that does not decide.
    private static func edit(in folder: String, besides guideline: Guideline) -> String? {
        let now = "承認された決まり（版 \(guideline.revision.prefix(12))）で続けます。"
        let files = try? GuidelineFiles(folder: folder)
        // What was approved has been read already.
        if let files, Digest.sha256(files.canonicalBytes) == guideline.revision { return nil }
        guard let edited = try? files?.guideline() else {
            return "Guidelines に誤りがあるため、\(now)「renkei policy check」で誤りを確かめてください。"
        }
        return "Guidelines の変更（版 \(edited.revision.prefix(12))）は承認されていないため、\(now)"
            + "「renkei policy diff」で違いを確かめ、「renkei policy propose」で案を出してください。"
    }
}

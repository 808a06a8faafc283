package import Domain
package import Foundation
package import Policy
package import Store

/// The guideline that decides: the newest that came into force and can still be read, whatever the folder holds.
package struct GuidelineInForce: Sendable {
    package let guideline: Guideline
    /// Sentences for officials: what was passed over, and what the folder holds instead.
    package let notices: [String]
    /// The folder's files where nothing was put in force so far: they decide until the first night or `serve`.
    private let beginning: GuidelineFiles?

    private init(guideline: Guideline, notices: [String], beginning: GuidelineFiles?) {
        self.guideline = guideline
        self.notices = notices
        self.beginning = beginning
    }

    /// As if a proposed guideline were in force, to find out what would come of it.
    package init(proposed guideline: Guideline) {
        self.init(guideline: guideline, notices: [], beginning: nil)
    }

    /// - Parameter comparing: whether both evaluators are compared on it again, as a night and `serve` do before they begin.
    /// - Throws: `Faults` of the folder where nothing was put in force; `policy.none` where nothing that was can be read.
    package static func load(
        _ workspace: Workspace, _ service: ServiceStore, comparing: Bool = false
    ) throws -> GuidelineInForce {
        let kept = try service.guidelinesPutInForce()
        guard !kept.isEmpty else {
            let files = try GuidelineFiles(folder: workspace.guidelines)
            return GuidelineInForce(guideline: try files.guideline(), notices: [], beginning: files)
        }
        var notices: [String] = []
        for one in kept {
            guard let guideline = one.guideline(comparing: comparing) else {
                notices.append(
                    "承認された決まり（版 \(one.revision.prefix(12))）を読めないか、二つの判定が食い違います。その前の版で続けます。"
                        + "「renkei policy check」で確かめ、案を出し直してください。")
                continue
            }
            if let notice = edit(in: workspace.guidelines, besides: guideline) { notices.append(notice) }
            return GuidelineInForce(guideline: guideline, notices: notices, beginning: nil)
        }
        throw Fault(
            .configuration, code: "policy.none", message: "承認された決まりを、どれも読めません。", file: workspace.service,
            fix: "データベースと renkei の版を確かめてください。前の版の renkei では読めるかもしれません。")
    }

    /// Puts the folder's guideline in force where none ever was, after both evaluators agreed on it.
    package func begin(in service: ServiceStore, actor: Actor, at: Date) throws {
        guard let beginning else { return }
        try guideline.compareEvaluators()
        try service.begin(
            guideline: beginning.canonicalBytes, revision: guideline.revision, actor: actor, at: at)
    }

    /// What somebody wrote into the folder that does not decide.
    private static func edit(in folder: String, besides guideline: Guideline) -> String? {
        let now = "承認された決まり（版 \(guideline.revision.prefix(12))）で続けます。"
        guard let edited = try? GuidelineFiles(folder: folder).guideline() else {
            return "Guidelines に誤りがあるため、\(now)「renkei policy check」で誤りを確かめてください。"
        }
        guard edited.revision != guideline.revision else { return nil }
        return "Guidelines の変更（版 \(edited.revision.prefix(12))）は承認されていないため、\(now)"
            + "「renkei policy diff」で違いを確かめ、「renkei policy propose」で案を出してください。"
    }
}

extension GuidelineFiles {
    /// - Throws: everything that is wrong with them.
    package func guideline() throws(Faults) -> Guideline {
        try Guideline.load(self, digest: { Digest.sha256($0) })
    }
}

extension KeptGuideline {
    /// What its files say; `nil` where they are not what was approved, cannot be read, or are read in two ways.
    package func guideline(comparing: Bool) -> Guideline? {
        guard let guideline = try? GuidelineFiles(canonicalBytes: bytes)?.guideline(),
            guideline.revision == revision,
            !comparing || (try? guideline.compareEvaluators()) != nil
        else { return nil }
        return guideline
    }
}

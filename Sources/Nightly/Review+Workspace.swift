package import Domain
package import Foundation
import Linkage
import Mapping
import Policy
package import Store

/// The review at the command line, and its random sample.
extension Review {
    /// In which role whoever operates the machine compares identifiers.
    package static let role: RoleID = "link-reviewer"

    /// - Throws: `Fault` where nothing is published or the rulebook is unsound; `policy.log-in`.
    package static func open(_ workspace: Workspace, as reviewer: Asker, at: Date) throws -> Review {
        let service = try workspace.openService()
        guard let publication = try service.currentPublication() else {
            throw Fault(
                .notFound, code: "publication.none", message: "まだ公開されたものがありません。", file: workspace.root,
                fix: "「renkei run --workspace \(workspace.root)」を実行してください。")
        }
        let rulebook = try Rulebook.load(workspace, passesOverBroken: true)
        let settings = try NightSettings.load(path: workspace.settings)
        let (actor, roles, scopes) = try reviewer.rights(in: service, as: role, at: at)
        return Review(
            of: publication,
            automatic: publication.summary.linkage.threshold ?? rulebook.model.thresholds.automatic,
            titles: Dictionary(
                rulebook.mappings.all.map { ($0.source, $0.title) }, uniquingKeysWith: { first, _ in first }),
            twoPersons: settings.review?.twoPersons ?? false, in: service, by: actor, roles: roles,
            scopes: scopes, guideline: rulebook.guideline, at: at)
    }

    /// Draws pairs at random, of those the night joined and of those it left to people, and keeps them to be judged.
    ///
    /// - Parameters:
    ///   - size: pairs at most; two thirds of them joined ones.
    ///   - seed: the same seed draws the same pairs of the same publication.
    /// - Throws: `Fault`: `.denied`, `.notFound` where there is nothing to draw from.
    package func drawSample(size: Int, seed: Int, isAgain: Bool = false) throws -> SampleEstimate {
        if !isAgain, let sample = try service.reviewSample() {
            let before = SampleEstimate(sample, verdicts: try service.verdicts())
            let (judged, open) = (
                before.joined.judged + before.apart.judged, before.joined.open + before.apart.open
            )
            guard judged == 0 || open == 0 else {
                throw Fault(
                    .usage, code: "review.sample-open",
                    message: "今の標本に、判断の済んだ組が\(judged)組、まだの組が\(open)組あります。引き直すと、済んだ判断は見積りに入りません。",
                    fix: "残りを判断してください。それでも引き直すときは「--again」を付けてください（監査記録に残ります）。")
            }
        }
        let pairs = try service.reviewPairs(.all, actor: actor, deciding: deciding, at: at).pairs
        let verdicts = try service.verdicts().filter { !$0.isWithdrawn }
        let judged = Set(verdicts.map { [$0.left.key, $0.right.key] })
        // What people joined or parted is not the night's doing.
        let own = pairs.filter { !judged.contains([$0.sampled.left, $0.sampled.right]) }
        let joined = own.filter { $0.isJoined && $0.weight >= automatic }
        let apart = own.filter { !$0.isJoined }
        guard !joined.isEmpty || !apart.isEmpty else {
            throw Fault(
                .notFound, code: "review.none", message: "標本を取り出す組がありません。", fix: "「renkei run」の後で実行してください。")
        }
        func draw(_ pairs: [ReviewPair], _ count: Int) -> [ReviewSample.Pair] {
            pairs.map { (Fingerprint.order($0.id, seed: UInt64(bitPattern: Int64(seed))), $0) }
                .sorted { ($0.0, $0.1.id) < ($1.0, $1.1.id) }.prefix(count).map(\.1.sampled)
        }
        let first = draw(joined, max(size - size / 3, size - apart.count))
        let sample = ReviewSample(
            seed: seed, joined: joined.count, apart: apart.count,
            pairs: first + draw(apart, size - first.count))
        try service.keep(sample, actor: actor, decision: deciding(PersonStanding()), at: at)
        return SampleEstimate(sample, verdicts: [])
    }

    /// What people's verdicts on the sample drawn last tell.
    ///
    /// - Throws: `Fault` of kind `.notFound` where no sample was drawn.
    package func estimate() throws -> SampleEstimate {
        guard let sample = try service.reviewSample() else {
            throw Fault(
                .notFound, code: "review.no-sample", message: "標本がまだありません。",
                fix:
                    "「renkei review sample --size 300 --seed 1」で取り出し、「renkei review list --sample」の組を確かめてください。"
            )
        }
        return SampleEstimate(sample, verdicts: try service.verdicts())
    }
}

package import Domain
package import Foundation
import Linkage
import Mapping
package import Policy
package import Store

/// The clerical review (名寄せの確認) of the publication in service: what people must decide, and what they decided.
package struct Review {
    /// A pair that somebody should look at, and why.
    package struct Item: Sendable {
        package enum Why: String, Sendable {
            /// In the grey band.
            case grey
            /// Heavy enough, but a constraint or a guard forbade it.
            case refused
            /// Joined, but with little more than the threshold.
            case weak
            /// Joined because somebody said so; or looked for by person.
            case asked
        }

        package let pair: ReviewPair
        package let why: Why
        /// log2; `nil` of somebody protected: from the other parts it would follow whether the hidden ones agree.
        package let weight: Double?
        /// How far the weight is from the automatic threshold, in bits: the nearer, the more a verdict tells; `nil` likewise.
        package let distance: Double?
        /// The last verdict of the pair that stands or waits for a second person.
        package let verdict: KeptVerdict?
    }

    package let publication: PublicationInfo
    package let automatic: Double
    package let titles: [SourceID: String]
    let twoPersons: Bool
    let service: ServiceStore
    let actor: Actor
    let at: Date
    private let decide: @Sendable (PersonStanding) -> Decision

    /// Joined pairs within so many bits of the threshold are looked at too.
    private static let margin = 3.0
    /// Which role may compare identifiers, and for which purpose.
    package static let role: RoleID = "link-reviewer"
    package static let purpose: PurposeID = "operations"

    /// - Throws: `Fault` where nothing is published or the rulebook is unsound.
    package static func open(_ workspace: Workspace, actor: Actor, at: Date) throws -> Review {
        let service = try workspace.openService()
        guard let publication = try service.currentPublication() else {
            throw Fault(
                .notFound, code: "publication.none", message: "まだ公開されたものがありません。", file: workspace.root,
                fix: "「renkei run --workspace \(workspace.root)」を実行してください。")
        }
        let rulebook = try Rulebook.load(workspace, passesOverBroken: true)
        let settings = try NightSettings.load(path: workspace.settings)
        let guideline = rulebook.guideline
        return Review(
            publication: publication, automatic: rulebook.model.thresholds.automatic,
            titles: Dictionary(
                rulebook.mappings.all.map { ($0.source, $0.title) }, uniquingKeysWith: { first, _ in first }),
            twoPersons: settings.review?.twoPersons ?? false, service: service, actor: actor, at: at,
            decide: guideline.decisions(
                for: AccessRequest(
                    actor: actor, roles: [role], action: .review,
                    items: Set(guideline.identifierItems.values), purpose: purpose, standing: nil,
                    on: Day(inJapanAt: at))))
    }

    /// The queue, the most informative pairs first: nearest the threshold, then by id; before them those of somebody
    /// protected, by id, since their place would tell their weight.
    ///
    /// - Parameters:
    ///   - person: all compared pairs of whoever is called so now instead, decided or not.
    /// - Returns: the items, and how many pairs policy hides.
    /// - Throws: `Fault`: `.denied`; `person.unknown`.
    package func queue(person: PersonID? = nil) throws -> (items: [Item], hidden: Int) {
        let (items, hidden) = try compared(person.map(ReviewChoice.person) ?? open)
        let listed = items.filter { person != nil || $0.verdict?.isWaiting ?? true }
        return (
            listed.sorted { ($0.distance ?? -1, $0.pair.id) < ($1.distance ?? -1, $1.pair.id) }, hidden
        )
    }

    /// The verdicts that stand, also of pairs that are compared no more, by number.
    package func decided() throws -> [KeptVerdict] {
        try service.reviewVerdicts(actor: actor, deciding: decide, at: at)
    }

    private var open: ReviewChoice { .open(joinedBelow: automatic + Self.margin) }

    private func compared(_ choice: ReviewChoice) throws -> (items: [Item], hidden: Int) {
        let (pairs, hidden) = try service.reviewPairs(choice, actor: actor, deciding: decide, at: at)
        let verdicts = try service.standingVerdicts(on: pairs)
        return (pairs.map { item($0, verdicts[$0.id]) }, hidden)
    }

    /// All pairs that a review file may hold, decided or not, by id; read once, since a city's pairs are many.
    func comparedPairs() throws -> [String: ReviewPair] {
        Dictionary(
            try compared(open).items.map { ($0.pair.id, $0.pair) }, uniquingKeysWith: { first, _ in first })
    }

    /// A pair with what may be seen of it.
    ///
    /// - Throws: `Fault`: `.notFound`, `.denied`.
    package func show(_ id: String) throws -> (item: Item, seen: ReviewedPair) {
        let pair = try pair(id)
        guard
            let seen = try service.reviewRead(
                [pair], isExport: false, actor: actor, deciding: decide, at: at
            ).first
        else { throw unknown(id) }
        return (item(pair, try service.standingVerdicts(on: [pair])[pair.id]), seen)
    }

    /// What may be seen of `items`, for a file that leaves the service.
    func read(_ items: [Item]) throws -> [ReviewedPair] {
        try service.reviewRead(items.map(\.pair), isExport: true, actor: actor, deciding: decide, at: at)
    }

    /// Keeps a verdict, or confirms the one that waits for a second person.
    ///
    /// - Throws: `Fault`: `.notFound`, `.denied`, `.usage` where the reason is missing or another verdict stands.
    package func decide(_ id: String, isSame: Bool, reason: String) throws -> KeptVerdict {
        try decide(pair(id), isSame: isSame, reason: reason)
    }

    func decide(_ pair: ReviewPair, isSame: Bool, reason: String) throws -> KeptVerdict {
        try requireReason(reason)
        let sides = try service.verdictSides(of: pair)
        return try service.decide(
            sides.left, sides.right, isSame: isSame, reason: reason, needsSecond: twoPersons, actor: actor,
            decision: decide(pair.standing), at: at)
    }

    /// Takes a verdict back; the next night decides as if it had never been.
    package func withdraw(_ verdict: Int, reason: String) throws -> KeptVerdict {
        try requireReason(reason)
        return try service.withdraw(
            verdict: verdict, reason: reason, actor: actor, decision: decide(PersonStanding()), at: at)
    }

    /// A verdict with all that was done about it.
    ///
    /// - Throws: `Fault`: `.denied`, `verdict.unknown`.
    package func verdict(_ number: Int) throws -> KeptVerdict {
        guard let verdict = try service.reviewVerdicts(number, actor: actor, deciding: decide, at: at).first
        else { preconditionFailure("INVARIANT: a verdict that is not there is told") }
        return verdict
    }

    func requireReason(_ reason: String) throws(Fault) {
        try StatedReason.require(
            reason, of: "判断", code: "verdict.reason", shortest: 1, example: "「--reason」に、何で確かめたか")
    }

    func pair(_ id: String) throws -> ReviewPair {
        let found = try service.reviewPairs(.pair(id), actor: actor, deciding: decide, at: at).pairs
        guard let pair = found.first else { throw unknown(id) }
        return pair
    }

    func unknown(_ id: String) -> Fault {
        Fault(
            .notFound, code: "review.unknown", message: "公開中の結果に、組「\(id)」はありません。",
            fix: "「renkei review list」で組の番号（R-…）を確かめてください。")
    }

    private func item(_ pair: ReviewPair, _ verdict: KeptVerdict?) -> Item {
        let why: Item.Why =
            switch (pair.isJoined, pair.weight >= automatic) {
            case (true, false): .asked
            case (true, true): pair.weight < automatic + Self.margin ? .weak : .asked
            case (false, true): .refused
            case (false, false): .grey
            }
        let weight = pair.standing.isProtected ? nil : pair.weight
        return Item(
            pair: pair, why: why, weight: weight, distance: weight.map { abs($0 - automatic) },
            verdict: verdict)
    }
}

extension Review.Item {
    /// Japanese sentence: why somebody should look at the pair.
    package var sentence: String {
        let bits = distance.map { String(format: " %.1f ", $0) }
        return switch why {
        case .grey: "自動で結ぶ基準に\(bits ?? "")足りません。"
        case .refused: "基準を\(bits ?? "")超えていますが、双子の確認か、1人に1行という決まりが止めました。"
        case .weak: bits.map { "自動で結びましたが、基準を\($0)しか超えていません。" } ?? "自動で結びましたが、基準を少ししか超えていません。"
        case .asked: pair.isJoined ? "同じ人とされています。" : "別の人とされています。"
        }
    }
}

package import Domain
package import Foundation
import JapaneseText
import Linkage
import Mapping
import Policy
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
            /// Joined, and no other pair of the threshold or more joins the two groups of records on its sides.
            case bridge
            /// Joined as the weakest of a person's records, less than half of whose pairs reach the threshold.
            case sparse
            /// Any of these, of somebody protected: what it is would tell how near the weight is, and so whether hidden parts agree.
            case withheld
            /// Drawn at random, so that the verdict tells how good all links are.
            case sample
            /// Joined because somebody said so; or looked for by person.
            case asked
        }

        package let pair: ReviewPair
        /// `sample`, and nothing nearer, as long as the pair is blind.
        package let why: Why
        /// Of the random sample.
        package let isDrawn: Bool
        /// Of the random sample and not judged yet: who judges it must not know what the engine says, neither by its weight nor by
        /// whether it joined the two.
        package let isBlind: Bool
        /// log2; `nil` of a blind pair and where `PersonStanding.hidesWeights` says so.
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
    private let decide: Decisions

    /// Joined pairs within so many bits of the threshold are looked at too.
    private static let margin = 3.0
    /// Which role may compare identifiers, and for which purpose.
    package static let role: RoleID = "link-reviewer"
    package static let purpose: PurposeID = "operations"

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
        let guideline = rulebook.guideline
        let (actor, roles, scopes) = try reviewer.rights(in: service, as: role, at: at)
        return Review(
            publication: publication,
            automatic: publication.summary.linkage.threshold ?? rulebook.model.thresholds.automatic,
            titles: Dictionary(
                rulebook.mappings.all.map { ($0.source, $0.title) }, uniquingKeysWith: { first, _ in first }),
            twoPersons: settings.review?.twoPersons ?? false, service: service, actor: actor, at: at,
            decide: guideline.decisions(
                for: AccessRequest(
                    actor: actor, roles: roles, action: .review,
                    items: Set(guideline.identifierItems.values), purpose: purpose, standing: nil,
                    on: Day(inJapanAt: at), scopes: scopes)))
    }

    /// The queue, the most informative pairs first: nearest the threshold, then by id; before them those whose weight stays untold,
    /// by id, since their place would tell it.
    ///
    /// - Parameters:
    ///   - person: all compared pairs of whoever is called so now instead, decided or not.
    ///   - sample: the pairs of the random sample only, by id.
    /// - Returns: the items, and how many pairs policy hides.
    /// - Throws: `Fault`: `.denied`; `person.unknown`.
    package func queue(
        person: PersonID? = nil, sample: Bool = false
    ) throws -> (items: [Item], hidden: Int) {
        var (items, hidden): ([Item], Int) = ([], 0)
        if !sample {
            (items, hidden) = try compared(
                person.map(ReviewChoice.person) ?? open)
        }
        if person == nil {
            let known = Set(items.map(\.pair.id))
            items += try drawn().filter { !known.contains($0.pair.id) }
        }
        let listed = items.filter { person != nil || $0.verdict?.isWaiting ?? true }
        return (
            listed.sorted { ($0.distance ?? -1, $0.pair.id) < ($1.distance ?? -1, $1.pair.id) }, hidden
        )
    }

    /// The verdicts that stand, also of pairs that are compared no more, by number.
    package func decided() throws -> [KeptVerdict] {
        try service.reviewVerdicts(actor: actor, deciding: decide, at: at)
    }

    private var open: ReviewChoice {
        .open(joinedBelow: automatic + Self.margin)
    }

    private func compared(
        _ choice: ReviewChoice
    ) throws -> (items: [Item], hidden: Int) {
        let (pairs, hidden) = try service.reviewPairs(choice, actor: actor, deciding: decide, at: at)
        let verdicts = try service.standingVerdicts(on: pairs)
        let drawn = try drawnKeys()
        let items = pairs.map { pair in
            item(
                pair, verdicts[pair.id], isDrawn: drawn.contains([pair.sampled.left, pair.sampled.right]))
        }
        return (items, hidden)
    }

    private func drawnKeys() throws -> Set<[String]> {
        Set(try service.reviewSample()?.pairs.map { [$0.left, $0.right] } ?? [])
    }

    /// What the run in service still has of the sample drawn last.
    private func drawn() throws -> [Item] {
        try drawnKeys().isEmpty ? [] : compared(.all).items.filter(\.isDrawn)
    }

    /// All pairs that a review file may hold, decided or not, by id; read once, since a city's pairs are many.
    func comparedPairs() throws -> [String: ReviewPair] {
        Dictionary(
            try (compared(open).items + drawn()).map { ($0.pair.id, $0.pair) },
            uniquingKeysWith: { first, _ in first })
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
        let pairs = try service.reviewPairs(.all, actor: actor, deciding: decide, at: at).pairs
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
        try service.keep(sample, actor: actor, decision: decide(PersonStanding()), at: at)
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

    /// A pair with what may be seen of it.
    ///
    /// - Throws: `Fault`: `.notFound`, `.denied`.
    package func show(_ id: String) throws -> (item: Item, seen: ReviewedPair) {
        let pair = try pair(id)
        let item = item(
            pair, try service.standingVerdicts(on: [pair])[pair.id],
            isDrawn: try drawnKeys().contains([pair.sampled.left, pair.sampled.right]))
        guard let seen = try read([item], isExport: false).first else { throw unknown(id) }
        return (item, seen)
    }

    /// What may be seen of `items`, on this machine or in a file that leaves the service.
    func read(_ items: [Item], isExport: Bool) throws -> [ReviewedPair] {
        try service.reviewRead(
            items.map(\.pair), blind: Set(items.filter(\.isBlind).map(\.pair.id)), isExport: isExport,
            actor: actor, deciding: decide, at: at)
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
            reason, of: "判断", code: "verdict.reason", shortest: 1,
            example: "理由（「--reason」か、「判断の理由」の列）に、何で確かめたか")
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

    private func item(
        _ pair: ReviewPair, _ verdict: KeptVerdict?, isDrawn: Bool
    ) -> Item {
        let isBlind = isDrawn && verdict?.isInForce != true
        let why: Item.Why =
            switch (pair.isJoined, pair.weight >= automatic) {
            case _ where isBlind: .sample
            case _ where pair.standing.hidesWeights: .withheld
            case (true, false): .asked
            case (true, true) where pair.thinness == .bridge: .bridge
            case (true, true) where pair.thinness == .sparse: .sparse
            case (true, true) where pair.weight < automatic + Self.margin: .weak
            case (true, true): isDrawn ? .sample : .asked
            case (false, true): .refused
            case (false, false): .grey
            }
        let weight = pair.standing.hidesWeights || isBlind ? nil : pair.weight
        return Item(
            pair: pair, why: why, isDrawn: isDrawn, isBlind: isBlind, weight: weight,
            distance: weight.map { abs($0 - automatic) }, verdict: verdict)
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
        case .bridge: "自動で結びましたが、いくつかの記録のまとまりどうしを、この組だけがつないでいます\(bits.map { "（基準を\($0)超過）" } ?? "")。"
        case .sparse:
            "自動で結びましたが、この人の記録どうしには基準に届かない組が多く、これはその中でいちばん弱い結び付きです\(bits.map { "（基準を\($0)超過）" } ?? "")。"
        case .withheld: "支援措置の対象者の組です。確かめる理由と重みは示しません。"
        case .sample: "無作為に選んだ組です。名寄せの確かさを見積もるために確かめます。"
        case .asked: pair.isJoined ? "同じ人とされています。" : "別の人とされています。"
        }
    }
}

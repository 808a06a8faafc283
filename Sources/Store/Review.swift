package import Domain
package import Foundation
internal import JapaneseText
package import Policy

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
    package let twoPersons: Bool
    package let service: ServiceStore
    package let actor: Actor
    package let at: Date
    package let deciding: Decisions

    /// Joined pairs within so many bits of the threshold are looked at too.
    private static let margin = 3.0
    /// For what identifiers are compared.
    package static let purpose: PurposeID = "operations"

    /// - Parameters:
    ///   - automatic: from which weight on the night joins by itself.
    ///   - titles: of the extracts, by source.
    ///   - twoPersons: whether a verdict counts only when a second person has said the same.
    ///   - roles: of `actor`, who may see what these permit.
    package init(
        of publication: PublicationInfo, automatic: Double, titles: [SourceID: String], twoPersons: Bool,
        in service: ServiceStore, by actor: Actor, roles: [RoleID], scopes: Set<Scope>,
        guideline: Guideline, at: Date
    ) {
        self.publication = publication
        self.automatic = automatic
        self.titles = titles
        self.twoPersons = twoPersons
        self.service = service
        self.actor = actor
        self.at = at
        deciding = guideline.decisions(
            for: AccessRequest(
                actor: actor, roles: roles, action: .review,
                items: Set(guideline.identifierItems.values), purpose: Self.purpose, standing: nil,
                on: Day(inJapanAt: at), scopes: scopes))
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
        return (listed.sorted { $0.place < $1.place }, hidden)
    }

    /// The pair to look at after the one at `place`: the next one of the queue that waits for this person, from the beginning where
    /// there is none behind it.
    package func next(after place: ReviewPlace) throws -> Item? {
        let waiting = try queue().items.filter { !($0.verdict?.isBy(actor) ?? false) && $0.place != place }
        return waiting.first { place < $0.place } ?? waiting.first
    }

    /// How far people have come; counts alone.
    package func progress() throws -> ReviewProgress {
        let verdicts = try service.verdicts().filter { !$0.isWithdrawn }
        let judged = Set(verdicts.filter(\.isInForce).map { [$0.left.key, $0.right.key] })
        let drawn = try drawnKeys()
        return ReviewProgress(
            decided: verdicts.count, drawn: drawn.count, judged: drawn.intersection(judged).count)
    }

    /// The verdicts that stand, also of pairs that are compared no more, by number.
    package func decided() throws -> [KeptVerdict] {
        try service.reviewVerdicts(actor: actor, deciding: deciding, at: at)
    }

    private var open: ReviewChoice {
        .open(joinedBelow: automatic + Self.margin)
    }

    private func compared(
        _ choice: ReviewChoice
    ) throws -> (items: [Item], hidden: Int) {
        let (pairs, hidden) = try service.reviewPairs(choice, actor: actor, deciding: deciding, at: at)
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
    package func comparedPairs() throws -> [String: ReviewPair] {
        Dictionary(
            try (compared(open).items + drawn()).map { ($0.pair.id, $0.pair) },
            uniquingKeysWith: { first, _ in first })
    }

    /// A pair with what may be seen of it.
    ///
    /// - Throws: `Fault`: `.notFound`, `.denied`.
    package func show(_ id: String) throws -> (item: Item, seen: ReviewedPair) {
        let item = try item(id)
        guard let seen = try read([item], isExport: false).first else { throw unknown(id) }
        return (item, seen)
    }

    /// A pair without what its records hold.
    ///
    /// - Throws: as `show`.
    package func item(_ id: String) throws -> Item {
        let pair = try pair(id)
        return item(
            pair, try service.standingVerdicts(on: [pair])[pair.id],
            isDrawn: try drawnKeys().contains([pair.sampled.left, pair.sampled.right]))
    }

    /// What may be seen of `items`, on this machine or in a file that leaves the service.
    package func read(_ items: [Item], isExport: Bool) throws -> [ReviewedPair] {
        try service.reviewRead(
            items.map(\.pair), blind: Set(items.filter(\.isBlind).map(\.pair.id)), isExport: isExport,
            actor: actor, deciding: deciding, at: at)
    }

    /// Keeps a verdict, or confirms the one that waits for a second person.
    ///
    /// - Throws: `Fault`: `.notFound`, `.denied`, `.usage` where the reason is missing or another verdict stands.
    package func decide(_ id: String, isSame: Bool, reason: String) throws -> KeptVerdict {
        try decide(pair(id), isSame: isSame, reason: reason)
    }

    package func decide(_ pair: ReviewPair, isSame: Bool, reason: String) throws -> KeptVerdict {
        try requireReason(reason)
        let sides = try service.verdictSides(of: pair)
        return try service.decide(
            sides.left, sides.right, isSame: isSame, reason: reason, needsSecond: twoPersons, actor: actor,
            decision: deciding(pair.standing), at: at)
    }

    /// Takes a verdict back; the next night decides as if it had never been.
    package func withdraw(_ verdict: Int, reason: String) throws -> KeptVerdict {
        try requireReason(reason)
        return try service.withdraw(
            verdict: verdict, reason: reason, actor: actor, decision: deciding(PersonStanding()), at: at)
    }

    /// A verdict with all that was done about it.
    ///
    /// - Throws: `Fault`: `.denied`, `verdict.unknown`.
    package func verdict(_ number: Int) throws -> KeptVerdict {
        guard let verdict = try service.reviewVerdicts(number, actor: actor, deciding: deciding, at: at).first
        else { preconditionFailure("INVARIANT: a verdict that is not there is told") }
        return verdict
    }

    private func requireReason(_ reason: String) throws(Fault) {
        try StatedReason.require(
            reason, of: "判断", code: "verdict.reason", shortest: 1,
            example: "理由（「--reason」か、「判断の理由」の列）に、何で確かめたか")
    }

    private func pair(_ id: String) throws -> ReviewPair {
        let found = try service.reviewPairs(.pair(id), actor: actor, deciding: deciding, at: at).pairs
        guard let pair = found.first else { throw unknown(id) }
        return pair
    }

    package func unknown(_ id: String) -> Fault {
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

/// Where a pair stands in the queue: nearest the threshold first, then by id; before them those whose weight stays untold.
package struct ReviewPlace: Comparable, Hashable, Sendable {
    private let distance: Double
    private let pair: String

    fileprivate init(_ item: Review.Item) { (distance, pair) = (item.distance ?? -1, item.pair.id) }

    /// As `text` wrote it.
    package init?(text: String) {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 2, let distance = Double(parts[0]), distance.isFinite,
            parts[1].wholeMatch(of: /R-[0-9a-f]{16}/) != nil
        else { return nil }
        (self.distance, pair) = (distance, String(parts[1]))
    }

    /// For an address; tells what the queue tells.
    package var text: String { "\(distance)_\(pair)" }

    package static func < (one: ReviewPlace, other: ReviewPlace) -> Bool {
        (one.distance, one.pair) < (other.distance, other.pair)
    }
}

/// How far the review has come.
package struct ReviewProgress: Sendable, Hashable {
    /// Verdicts that stand, those that wait for a second person among them.
    package let decided: Int
    /// Pairs of the random sample, and of those the ones with a verdict in force.
    package let drawn: Int
    package let judged: Int
}

extension KeptVerdict {
    /// Whether `actor` is who decided or confirmed it.
    package func isBy(_ actor: Actor) -> Bool { steps.contains { $0.actor == actor.description } }
}

extension Review.Item {
    package var place: ReviewPlace { ReviewPlace(self) }

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

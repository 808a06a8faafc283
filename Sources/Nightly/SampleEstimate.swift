import Domain
package import Linkage
package import Store

/// How good the links are, by what people said of a random sample: the only estimate that needs no truth and trusts no model.
package struct SampleEstimate: Sendable, Hashable {
    /// One part of the sample.
    package struct Stratum: Sendable, Hashable, Codable {
        /// Pairs to draw from, pairs drawn, and of those the ones judged.
        package var population = 0
        package var drawn = 0
        package var same = 0
        package var different = 0

        package var judged: Int { same + different }
        package var open: Int { drawn - judged }
        fileprivate func share(_ count: Int, confidence: Double) -> ShareInterval? {
            judged > 0 ? ShareInterval(count, of: judged, confidence: confidence) : nil
        }
    }

    /// What the night joined, and what it left to people.
    package let joined: Stratum
    package let apart: Stratum

    package init(_ sample: ReviewSample, verdicts: [KeptVerdict]) {
        let inForce = Dictionary(
            verdicts.filter(\.isInForce).map { ([$0.left.key, $0.right.key], $0.isSame) },
            uniquingKeysWith: { _, last in last })
        var (joined, apart) = (
            Stratum(population: sample.joined), Stratum(population: sample.apart)
        )
        for pair in sample.pairs {
            func count(_ stratum: inout Stratum) {
                stratum.drawn += 1
                guard let isSame = inForce[[pair.left, pair.right]] else { return }
                if isSame { stratum.same += 1 } else { stratum.different += 1 }
            }
            if pair.isJoined { count(&joined) } else { count(&apart) }
        }
        (self.joined, self.apart) = (joined, apart)
    }

    /// Share of the joined pairs that are one person's, 95 %; `nil` until one was judged.
    package var precision: ShareInterval? { joined.share(joined.same, confidence: 0.95) }

    /// Of the pairs of one person that the night joined or left to people, the share it joined, at least 95 %; `nil` until pairs of
    /// both parts were judged. What was never compared, or weighed too little for review, nobody has seen.
    package var recall: ShareInterval? {
        // Each part at 97.5 %: both ends hold together.
        guard let right = joined.share(joined.same, confidence: 0.975),
            let missed = apart.share(apart.same, confidence: 0.975), joined.same + apart.same > 0
        else { return nil }
        func recall(_ right: Double, _ missed: Double) -> Double {
            let (found, lost) = (right * Double(joined.population), missed * Double(apart.population))
            return found + lost > 0 ? found / (found + lost) : 1
        }
        return ShareInterval(
            middle: recall(right.middle, missed.middle), low: recall(right.low, missed.high),
            high: recall(right.high, missed.low))
    }

    /// For the run's summary: wrong ones among 10,000 joined pairs.
    var falseLinks: SampledShare? {
        precision.map {
            SampledShare(
                judged: joined.judged, middle: Self.rounded(10_000 * (1 - $0.middle)),
                low: Self.rounded(10_000 * (1 - $0.high)), high: Self.rounded(10_000 * (1 - $0.low)))
        }
    }

    private static func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}

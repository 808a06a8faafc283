/// Two records linked, or put to a person's decision, with the reasons.
package struct Link: Sendable, Hashable {
    /// Record indices, `left < right`.
    package let left: Int
    package let right: Int
    /// log2 odds that the two are one person, prior included.
    package let weight: Double
    /// The same as a probability, 0...1.
    package let probability: Double
    /// Level of each comparison in the order of `ComparisonKind.allCases`, 1 the strongest; 0: nothing to compare.
    package let levels: [UInt8]
    /// Bits of `weight` that come from how rare the agreed names are.
    package let givenRarity: Double
    package let familyRarity: Double
}

/// One line of the sum that makes a link's weight, in words.
package struct EvidenceLine: Sendable, Hashable {
    /// Japanese name of the comparison.
    package let comparison: String
    /// Japanese sentence: how far the two agree.
    package let level: String
    /// Bits, positive for the same person.
    package let weight: Double
}

/// What linkage found.
package struct LinkageOutcome: Sendable {
    /// Every record in exactly one cluster; each sorted, in order of the first member.
    package let clusters: [[Int]]
    /// The links that hold the clusters together, automatic or by a verdict, in order of the records.
    package let links: [Link]
    /// Those of the links that hold together what little else does.
    package let thin: [ThinLink]
    /// Pairs for clerical review, best first: the grey band, and links that a guard or a constraint refused.
    package let review: [Link]
    /// "The same" that could not be done, sorted.
    package let conflicts: [VerdictConflict]
    /// Wrong ones among 10,000 automatic links, by the model's own probabilities.
    package let expectedFalseLinks: Double
    /// One for each blocking rule, in order.
    package let blocking: [BlockingReport]
    package let profile: LinkageProfile
    /// What was left out of comparison because too many people share it, by kind.
    package let shared: [SharedValues]
    /// With the thresholds that were used.
    package let model: LinkageModel
    /// What the next night needs to compare only what changes until then.
    package let comparisons: KeptComparisons
    /// What became of those of the night before.
    package let kept: KeptUse
    /// By record, which record of the night before says the same; -1 for those that were encoded tonight.
    package let takenFrom: [Int32]
    /// Candidate pairs whose comparison was kept; all others were compared.
    package let keptPairs: Int
    let weights: PatternWeights

    /// The automatic threshold that was used, log2 odds.
    package var threshold: Double { model.thresholds.automatic }

    /// Bits of any pair before anything is compared.
    package var prior: Double { weights.prior }

    package var candidatePairs: Int { blocking.reduce(0) { $0 + $1.pairs } }

    /// The link's weight line by line: the prior, each comparison, rarity of names, guard; the lines add up to it.
    package func explain(_ link: Link) -> [EvidenceLine] {
        let pattern = AgreementPattern(levels: link.levels)
        var lines = [EvidenceLine(comparison: "事前の見込み", level: "何も比べる前の見込み", weight: weights.prior)]
        for comparison in model.comparisons {
            let level = Int(pattern.level(comparison.comparison))
            let title = level > 0 ? comparison.levels[level - 1].title : comparison.missingTitle
            lines.append(
                EvidenceLine(
                    comparison: comparison.title, level: title,
                    weight: weights.weight(of: comparison.comparison, in: pattern)))
            let rarity =
                switch comparison.comparison {
                case .given: link.givenRarity
                case .family: link.familyRarity
                case .birth, .sex, .household, .school, .number: 0.0
                }
            if rarity != 0, let frequency = comparison.termFrequency {
                lines.append(
                    EvidenceLine(comparison: comparison.title, level: frequency.title, weight: rarity))
            }
        }
        if pattern.isTwin {
            lines.append(
                EvidenceLine(comparison: "双子の確認", level: model.guards.twinTitle, weight: weights.twinWeight))
        }
        return lines
    }
}

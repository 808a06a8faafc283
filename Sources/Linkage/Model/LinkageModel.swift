/// What linkage knows: which records to compare, what an agreement is worth, and where the thresholds lie.
///
/// The Fellegi-Sunter model (JASA 1969): for each comparison and level m, the probability of the level among pairs of
/// one person, and u, among pairs of two; the weight is log2(m/u). Shipped in `Guidelines/linkage/model.json`.
package struct LinkageModel: Codable, Sendable, Hashable {
    /// Raised whenever the file changes; links name it.
    package var version: Int
    package var provenance: Provenance
    package var prior: Prior
    package var thresholds: Thresholds
    package var guards: Guards
    package var similarity: Similarity
    package var blocking: Blocking
    /// All comparisons, each once; in the order of `ComparisonKind.allCases` after `load`.
    package var comparisons: [Comparison]

    /// Where the probabilities come from; a model may not claim more than it knows.
    package struct Provenance: Codable, Sendable, Hashable {
        package enum Kind: String, Codable, Sendable {
            /// Set by judgement, measured on nothing.
            case provisional
            /// Counted on labelled records.
            case labelled
            /// Inferred from a city's own records, with people's verdicts where there are some.
            case refined
        }
        package var kind: Kind
        /// Japanese: on which data, and what it is not good for.
        package var note: String
        package var records: Int?
        /// Pairs of one person that m was counted on.
        package var matchingPairs: Int?
        /// Random pairs of two persons that u was counted on.
        package var sampledPairs: Int?
        package var seed: UInt64?
        /// Levels seen in neither (`family.swapped`), which kept the weight of the model before.
        package var unseen: [String]?
    }

    /// How many pairs are matches before anything is compared.
    package struct Prior: Codable, Sendable, Hashable {
        /// Other records of the same person that a record has on average. Relative to the records, so that one model
        /// serves towns of every size.
        package var partnersPerRecord: Double
    }

    /// Match weights (log2 odds, prior included) that part links, grey band and no link.
    package struct Thresholds: Codable, Sendable, Hashable {
        /// From here a pair may be linked automatically.
        package var automatic: Double
        /// From here to `automatic` a person decides.
        package var review: Double
        /// A record is linked to a spine record only if the next best one is at least so much worse.
        package var margin: Double
        /// False links among 10,000 automatic ones that may be expected, by the model's own probabilities: where `automatic` would let
        /// more through, a higher threshold is taken. `nil`: `automatic` as it stands.
        package var falseLinks: Double?

        /// Below it a pair is of no use to anybody: neither linked nor reviewed, nor near one that is linked.
        var lowest: Double { min(review, automatic - margin) }
    }

    /// What families need beyond the weights.
    package struct Guards: Codable, Sendable, Hashable {
        /// Added where birth day and household agree and the given name does not; negative.
        package var twinWeight: Double
        package var twinTitle: String
    }

    package struct Similarity: Codable, Sendable, Hashable {
        /// Jaro-Winkler similarity, 0...1, from which two readings are close.
        package var kanaCloseness: Double
    }

    package struct Blocking: Codable, Sendable, Hashable {
        /// Records of a block from which it is split.
        package var limit: Int
        /// In order; a pair belongs to the first that makes it.
        package var rules: [BlockingRule]
        /// Keys by which an oversized block is split; the first that suffices is taken.
        package var splits: [[BlockingKey]]

        package init(limit: Int, rules: [BlockingRule], splits: [[BlockingKey]]) {
            self.limit = limit
            self.rules = rules
            self.splits = splits
        }
    }

    /// A comparison with its levels.
    package struct Comparison: Codable, Sendable, Hashable {
        package var comparison: ComparisonKind
        /// Japanese name for people.
        package var title: String
        /// Japanese words for "one side has no value".
        package var missingTitle: String
        /// As `ComparisonKind.levels` lists them.
        package var levels: [Level]
        /// Only of given and family name.
        package var termFrequency: TermFrequency?
    }

    package struct Level: Codable, Sendable, Hashable {
        package var level: String
        /// Japanese sentence for people.
        package var title: String
        /// Probability of the level among pairs of one person, where both sides have a value.
        package var m: Double
        /// The same among pairs of two persons.
        package var u: Double

        /// log2 of m/u.
        package var weight: Double { matchWeight(m: m, u: u) }
    }

    /// Agreement on a rare name says more than on a common one.
    package struct TermFrequency: Codable, Sendable, Hashable {
        /// Japanese words for the line that explains the adjustment.
        package var title: String
        /// Share of the records below which a name counts as no rarer: a name seen once may be a typing slip.
        package var floor: Double
    }

    package subscript(kind: ComparisonKind) -> Comparison? { comparisons.first { $0.comparison == kind } }
}

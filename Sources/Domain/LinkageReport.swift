/// By what a night's linkage is judged: counts, weights, and places of rows; nothing that somebody is known by.
///
/// Weights are bits (log2 odds), rounded to a thousandth, so that equal nights give equal bytes on any machine.
package struct LinkageReport: Sendable, Hashable, Codable {
    package var model: ModelReport
    /// Pairs of records that may be one person at all.
    package var comparablePairs: Int
    /// All candidate pairs by weight, from the lowest weight that occurs to the highest.
    package var weights: [WeightBin]
    /// From the lowest threshold to the highest.
    package var thresholds: [ThresholdPoint]
    /// Pairs of one person among all candidate pairs, as the model expects them.
    package var expectedSame: Double
    /// What people have said of pairs that came tonight, by where the pairs' weights lie; empty where nobody has.
    package var judged: [JudgedCount]
    /// One for each blocking rule, in order.
    package var blocking: [BlockingCount]
    /// Pairs that reach the automatic threshold but for the twin guard.
    package var heldBack: Int
    package var examples: [PairExample]
    /// Of each source's records, those that reach the automatic threshold against a copy of themselves.
    package var reach: [NamedShare]
    /// Of each source's records, those whose person is on the resident register; the register itself is left out.
    package var linkedSources: [NamedShare]
    /// The same of the records of each group (`LinkageGroup`), the register's left out; the first line is the sum of `linkedSources`.
    package var linkedGroups: [NamedShare]
    /// Of the children on the register, those with a record of another source; the first line is all of them.
    package var foundChildren: [NamedShare]
    /// Persons by how many records they have, from one on.
    package var clusterSizes: [ClusterSize]

    package init(
        model: ModelReport, comparablePairs: Int, weights: [WeightBin], thresholds: [ThresholdPoint],
        expectedSame: Double, judged: [JudgedCount], blocking: [BlockingCount], heldBack: Int,
        examples: [PairExample], reach: [NamedShare], linkedSources: [NamedShare],
        linkedGroups: [NamedShare], foundChildren: [NamedShare], clusterSizes: [ClusterSize]
    ) {
        self.model = model
        self.comparablePairs = comparablePairs
        self.weights = weights
        self.thresholds = thresholds
        self.expectedSame = expectedSame
        self.judged = judged
        self.blocking = blocking
        self.heldBack = heldBack
        self.examples = examples
        self.reach = reach
        self.linkedSources = linkedSources
        self.linkedGroups = linkedGroups
        self.foundChildren = foundChildren
        self.clusterSizes = clusterSizes
    }

    /// The model as it was that night.
    package struct ModelReport: Sendable, Hashable, Codable {
        package var version: Int
        /// Whether its probabilities were counted on labelled records, not set by judgement.
        package var isMeasured: Bool
        /// Japanese: on which data.
        package var note: String
        /// Bits of any pair before anything is compared.
        package var prior: Double
        /// From here a pair may be linked automatically, and from here on a person decides; bits.
        package var automatic: Double
        package var review: Double
        package var comparisons: [ComparisonReport]

        package init(
            version: Int, isMeasured: Bool, note: String, prior: Double, automatic: Double, review: Double,
            comparisons: [ComparisonReport]
        ) {
            self.version = version
            self.isMeasured = isMeasured
            self.note = note
            self.prior = prior
            self.automatic = automatic
            self.review = review
            self.comparisons = comparisons
        }
    }

    package struct ComparisonReport: Sendable, Hashable, Codable {
        package var title: String
        package var levels: [LevelReport]

        package init(title: String, levels: [LevelReport]) {
            self.title = title
            self.levels = levels
        }
    }

    /// One level of a comparison, with its probabilities among pairs of one person (m) and of two (u).
    package struct LevelReport: Sendable, Hashable, Codable {
        package var title: String
        package var m: Double
        package var u: Double
        package var weight: Double

        package init(title: String, m: Double, u: Double, weight: Double) {
            self.title = title
            self.m = m
            self.u = u
            self.weight = weight
        }
    }

    /// Pairs from `from` up to `binWidth` bits more.
    package struct WeightBin: Sendable, Hashable, Codable {
        package var from: Double
        package var pairs: Int

        package init(from: Double, pairs: Int) {
            self.from = from
            self.pairs = pairs
        }
    }

    /// Bits from one bin to the next; one of them begins at the automatic threshold.
    package static let binWidth = 2.0

    /// All candidate pairs of `threshold` or more, and how many of them are of one person, as the model expects it.
    package struct ThresholdPoint: Sendable, Hashable, Codable {
        package var threshold: Double
        package var pairs: Int
        package var expectedSame: Double

        package init(threshold: Double, pairs: Int, expectedSame: Double) {
            self.threshold = threshold
            self.pairs = pairs
            self.expectedSame = expectedSame
        }
    }

    package struct JudgedCount: Sendable, Hashable, Codable {
        package var zone: WeightZone
        package var same: Int
        package var different: Int

        package init(zone: WeightZone, same: Int, different: Int) {
            self.zone = zone
            self.same = same
            self.different = different
        }
    }

    /// What a blocking rule made; never a key's value.
    package struct BlockingCount: Sendable, Hashable, Codable {
        package var title: String
        /// Pairs it makes, also those that an earlier rule has made; and those it makes first.
        package var pairs: Int
        package var first: Int
        /// Blocks of two records or more, and the records of the largest.
        package var blocks: Int
        package var largestBlock: Int
        /// Blocks that were split for their size, and the pairs that this set apart.
        package var splitBlocks: Int
        package var separatedPairs: Int
        /// Blocks that no further key could bring under the limit.
        package var oversizedBlocks: Int

        package init(
            title: String, pairs: Int, first: Int, blocks: Int, largestBlock: Int, splitBlocks: Int,
            separatedPairs: Int, oversizedBlocks: Int
        ) {
            self.title = title
            self.pairs = pairs
            self.first = first
            self.blocks = blocks
            self.largestBlock = largestBlock
            self.splitBlocks = splitBlocks
            self.separatedPairs = separatedPairs
            self.oversizedBlocks = oversizedBlocks
        }
    }

    /// A pair that teaches, of nobody under 支援措置: where its rows stand, and what its weight is made of.
    package struct PairExample: Sendable, Hashable, Codable {
        package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
            case weakestLink, strongestUnlinked, heldBack, grey
        }

        package struct Place: Sendable, Hashable, Codable {
            package var source: SourceID
            package var file: String
            package var line: Int

            package init(source: SourceID, file: String, line: Int) {
                self.source = source
                self.file = file
                self.line = line
            }
        }

        /// One bar of the waterfall, in Japanese words.
        package struct Line: Sendable, Hashable, Codable {
            package var comparison: String
            package var level: String
            package var weight: Double

            package init(comparison: String, level: String, weight: Double) {
                self.comparison = comparison
                self.level = level
                self.weight = weight
            }
        }

        package var kind: Kind
        package var left: Place
        package var right: Place
        package var weight: Double
        /// The prior first; they add up to `weight`, rounding aside.
        package var lines: [Line]

        package init(kind: Kind, left: Place, right: Place, weight: Double, lines: [Line]) {
            self.kind = kind
            self.left = left
            self.right = right
            self.weight = weight
            self.lines = lines
        }
    }

    package struct NamedShare: Sendable, Hashable, Codable {
        /// A source's id or a `LinkageGroup`.
        package var name: String
        package var share: GuardedShare

        package init(name: String, share: GuardedShare) {
            self.name = name
            self.share = share
        }
    }

    package struct ClusterSize: Sendable, Hashable, Codable {
        package var records: Int
        package var persons: Int

        package init(records: Int, persons: Int) {
            self.records = records
            self.persons = persons
        }
    }
}

/// Where a pair's weight lies between the model's thresholds.
package enum WeightZone: String, Sendable, Hashable, Codable, CaseIterable {
    case automatic, review, none
}

/// People whose records are harder to link than others', as the night's records themselves show them.
package enum LinkageGroup: String, Sendable, Hashable, Codable, CaseIterable {
    case all
    /// A name in Latin letters or in katakana alone, or a 通称.
    case foreignName
    /// A former family name, or guardians of another one.
    case changedFamilyName
    case twins
    /// On the register for less than three years, and not by birth.
    case movedIn
}

/// How many of some records have a property, without telling of fewer than ten: no count from one to nine is exact, nor
/// one that would follow from it.
package struct GuardedShare: Sendable, Hashable, Codable {
    /// A count that lies between two bounds; exact where they are equal.
    package struct Count: Sendable, Hashable, Codable {
        package var least: Int
        package var most: Int

        package init(_ least: Int, _ most: Int) {
            self.least = least
            self.most = most
        }
    }

    package let all: Count
    package let with: Count
    package let without: Count

    /// The smallest count that is told.
    package static let limit = 10

    package init(all: Int, with: Int) {
        let without = all - with
        func isSmall(_ count: Int) -> Bool { (1..<Self.limit).contains(count) }
        let few = Count(1, Self.limit - 1)
        guard !isSmall(all) else {
            (self.all, self.with, self.without) = (few, Count(0, few.most), Count(0, few.most))
            return
        }
        self.all = Count(all, all)
        // Where both may be small, each would follow from the other and the rule.
        let isNarrow = all < 2 * Self.limit
        func told(_ count: Int, beside other: Int) -> Count {
            guard isSmall(count) || isSmall(other) else { return Count(count, count) }
            if isNarrow { return Count(1, all - 1) }
            return isSmall(count) ? few : Count(all - few.most, all - 1)
        }
        self.with = told(with, beside: without)
        self.without = told(without, beside: with)
    }

    /// The sum of shares that are told beside it: no closer than they are, so that none follows from the others.
    package init(sumOf shares: [GuardedShare]) {
        func sum(_ part: (GuardedShare) -> Count) -> Count {
            shares.map(part).reduce(Count(0, 0)) { Count($0.least + $1.least, $0.most + $1.most) }
        }
        (all, with, without) = (sum(\.all), sum(\.with), sum(\.without))
    }
}

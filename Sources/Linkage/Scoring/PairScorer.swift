/// A candidate pair with its weight, before it is a link or not.
struct ScoredPair: Sendable, Hashable {
    /// Record indices, `left < right`.
    var left: UInt32
    var right: UInt32
    /// log2 odds, everything included.
    var weight: Double
    var pattern: AgreementPattern
}

/// Scores candidate pairs: pattern, table look-up, and the names' frequency where it can matter.
struct PairScorer: Sendable {
    let comparison: PairComparison
    let weights: PatternWeights
    private let given: TermFrequency?
    private let givenKana: TermFrequency?
    private let family: TermFrequency?
    private let familyKana: TermFrequency?

    init(_ columns: RecordColumns, model: LinkageModel) {
        comparison = PairComparison(columns, similarity: model.similarity)
        weights = PatternWeights(model, records: columns.count, comparablePairs: columns.comparablePairs)
        func frequency(_ kind: ComparisonKind, _ part: (EncodedName) -> UInt32) -> TermFrequency? {
            model[kind]?.termFrequency.map { TermFrequency(part, of: columns, floor: $0.floor) }
        }
        given = frequency(.given) { $0.given }
        givenKana = frequency(.given) { $0.givenKana }
        family = frequency(.family) { $0.family }
        familyKana = frequency(.family) { $0.familyKana }
    }

    func score(_ i: Int, _ j: Int) -> ScoredPair { score(i, j, comparison.pattern(i, j)) }

    /// - Parameters:
    ///   - i: the smaller record.
    ///   - pattern: the two records' own.
    func score(_ i: Int, _ j: Int, _ pattern: AgreementPattern) -> ScoredPair {
        let rarity = givenRarity(pattern, i, j) + familyRarity(pattern, i, j)
        return ScoredPair(
            left: UInt32(i), right: UInt32(j), weight: weights[pattern] + rarity, pattern: pattern)
    }

    /// What the agreed given name's frequency adds; nought unless it is equal in kanji or kana.
    func givenRarity(_ pattern: AgreementPattern, _ i: Int, _ j: Int) -> Double {
        switch pattern.given {
        case .kanjiEqual: rarity(given, i, j, { $0.given }, { $0.relations($1.kanji, $2.kanji).given })
        case .kanaEqual: rarity(givenKana, i, j, { $0.givenKana }, { $0.relations($1.kana, $2.kana).given })
        case .missing, .swapped, .kanjiNear, .kanaClose, .different, .sole: 0
        }
    }

    func familyRarity(_ pattern: AgreementPattern, _ i: Int, _ j: Int) -> Double {
        switch pattern.family {
        case .kanjiEqual: rarity(family, i, j, { $0.family }, { $0.relations($1.kanji, $2.kanji).family })
        case .kanaEqual:
            rarity(familyKana, i, j, { $0.familyKana }, { $0.relations($1.kana, $2.kana).family })
        case .missing, .formerOrGuardian, .kanjiNear, .kanaClose, .different: 0
        }
    }

    /// The best adjustment over the pairs of forms that agree: the rarest name both bear.
    private func rarity(
        _ frequency: TermFrequency?, _ i: Int, _ j: Int, _ part: (EncodedName) -> UInt32,
        _ relation: (NameComparison, EncodedName, EncodedName) -> NameComparison.Relation
    ) -> Double {
        guard let frequency else { return 0 }
        let columns = comparison.columns
        var best: Double?
        for left in columns.names.range(i) {
            let a = columns.forms[Int(columns.names.values[left])]
            for right in columns.names.range(j) {
                let b = columns.forms[Int(columns.names.values[right])]
                guard relation(comparison.name, a, b) == .equal,
                    let adjustment = frequency.adjustment(part(a), part(b))
                else { continue }
                best = max(best ?? adjustment, adjustment)
            }
        }
        return best ?? 0
    }
}

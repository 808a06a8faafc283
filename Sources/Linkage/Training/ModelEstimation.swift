package import Domain

/// Estimates a model's probabilities from records whose persons are known.
package enum ModelEstimation {
    /// A disagreement is never rarer than this among records of one person: labelled data can be cleaner than next
    /// year's extracts, and no single slip may rule a link out.
    static let leastError = 0.0005
    /// Nor is a slip of an ear or a hand (a close reading, one kanji, a date with one number wrong) rarer than this.
    static let leastSlip = 0.003
    private static let slips: [ComparisonKind: Set<String>] = [
        .given: ["kanjiNear", "kanaClose"], .family: ["kanjiNear", "kanaClose"],
        .birth: ["slip", "sameMonth", "yearOff"],
    ]
    /// Only reached where birth day and family agree, so that no random pair can tell what it is worth.
    private static let presupposing: [ComparisonKind: Set<String>] = [.given: ["sole"]]
    /// No level is certain, however many pairs agree: a probability of 1 would leave none for the others.
    static let almostOne = 0.999999

    /// m from the pairs of one person, u from random pairs of two, the prior from how many records a person has.
    ///
    /// Words, blocking rules, guards and thresholds stay as `base` has them. The sample is drawn in order of the
    /// records' content, so the same records and seed give the same model in any order.
    ///
    /// - Parameters:
    ///   - truth: the person of each record, any number that is equal for one person only.
    ///   - sampledPairs: how many random pairs u is counted on; a level rarer than one in so many cannot be told.
    ///   - note: Japanese words for the provenance: which records these were.
    /// - Throws: `Fault` where there is nothing to count on.
    package static func estimate(
        records: [LinkageRecord], truth: [Int], base: LinkageModel, seed: UInt64,
        sampledPairs: Int = 2_000_000,
        note: String = "正解付きの記録で数えた値です。しきい値の精度は、別の正解付きの記録で確かめてください。"
    ) throws(Fault) -> LinkageModel {
        guard records.count == truth.count else {
            throw Fault(
                .configuration, code: "training.truth", message: "記録と正解の件数が違います。",
                fix: "同じ取込みから作った正解を使ってください。")
        }
        let columns = RecordColumns(records)
        let comparison = PairComparison(columns, similarity: base.similarity)
        let order = Self.byContent(records)
        let matches = Self.matches(order, truth: truth, comparison: comparison)
        let others = Self.sample(
            order, truth: truth, comparison: comparison, seed: seed, count: sampledPairs)
        guard matches.total > 0, others.total > 0 else {
            throw Fault(
                .configuration, code: "training.empty", message: "同一人物の組か別人の組がなく、学習できません。",
                fix: "同じ人の記録を複数含む正解付きの記録を使ってください。")
        }
        var model = base
        var unseen: [String] = []
        for index in model.comparisons.indices {
            unseen += Self.fill(&model.comparisons[index], matches: matches, others: others)
        }
        model.prior.partnersPerRecord = rounded(2 * Double(matches.total) / Double(records.count))
        model.provenance = LinkageModel.Provenance(
            kind: .labelled, note: note, records: records.count, matchingPairs: matches.total,
            sampledPairs: others.total, seed: seed, unseen: unseen)
        return model
    }

    /// m, u and prior from records whose persons nobody has told, with what people said of pairs of them.
    ///
    /// Expectation-maximisation over the pairs that the blocking rules make (Winkler 1988): each pair counts by the probability the
    /// last round's model gives it, a judged one by its verdict. u is counted on random pairs, nearly all of which are of two
    /// persons. Words, rules, guards and thresholds stay as `base` has them.
    ///
    /// - Parameters:
    ///   - rounds: how often; a few, since what the guards forbid keeps the rest from drifting.
    /// - Throws: `Fault` where there is nothing to count on.
    package static func refine(
        records: [LinkageRecord], verdicts: PairVerdicts, base: LinkageModel, seed: UInt64, threads: Int,
        rounds: Int = 3, sampledPairs: Int = 2_000_000
    ) throws -> LinkageModel {
        let columns = RecordColumns(records)
        let others = sample(
            byContent(records), truth: Array(records.indices),
            comparison: PairComparison(columns, similarity: base.similarity),
            seed: seed, count: sampledPairs)
        var model = base
        var (unseen, expected) = ([String](), 0.0)
        for _ in 0..<rounds {
            var reading = model
            // Below this a pair counts for nothing.
            reading.thresholds.review = -7
            let linker = Linker(model: reading, threads: threads)
            let scorer = PairScorer(columns, model: reading)
            let scored = linker.score(
                CandidatePairs(columns, blocking: model.blocking, workers: linker.workers), with: scorer)
            var matches = AgreementPatternCounts()
            for pair in scored.scored {
                let judged = PairVerdicts.Pair(Int(pair.left), Int(pair.right))
                if verdicts.same.contains(judged) || verdicts.different.contains(judged) { continue }
                if pair.pattern.isContradiction { continue }
                let share = matchProbability(weight: pair.weight)
                matches.add(pair.pattern, times: Int((share * Double(parts)).rounded()))
            }
            for pair in verdicts.same {
                matches.add(scorer.comparison.pattern(pair.left, pair.right), times: parts)
            }
            guard matches.total > 0, others.total > 0 else {
                throw Fault(
                    .configuration, code: "training.empty", message: "同じ人らしい組がなく、学習できません。",
                    fix: "いくつかの抽出を取り込んだ後で実行してください。")
            }
            unseen = []
            for index in model.comparisons.indices {
                unseen += fill(&model.comparisons[index], matches: matches, others: others)
            }
            expected = Double(matches.total) / Double(parts)
            model.prior.partnersPerRecord = rounded(2 * expected / Double(records.count))
        }
        model.provenance = LinkageModel.Provenance(
            kind: .refined,
            note: "正解のない自分の市の記録から推し量った値です（人の判断 \(verdicts.same.count + verdicts.different.count)組を含みます）。"
                + "標本の確認（renkei review estimate）で確かさを確かめてください。",
            records: records.count, matchingPairs: Int(expected.rounded()), sampledPairs: others.total,
            seed: seed,
            unseen: unseen)
        return model
    }

    /// A pair of uncertain standing counts in so many parts.
    private static let parts = 1024

    private static func byContent(_ records: [LinkageRecord]) -> [Int] {
        let fingerprints = records.map(Fingerprint.of)
        return records.indices.sorted { (fingerprints[$0], $0) < (fingerprints[$1], $1) }
    }

    private static func matches(
        _ order: [Int], truth: [Int], comparison: PairComparison
    ) -> AgreementPatternCounts {
        var persons: [Int: [Int]] = [:]
        for record in order { persons[truth[record], default: []].append(record) }
        var counts = AgreementPatternCounts()
        for members in persons.values {
            for (place, i) in members.enumerated() {
                for j in members[(place + 1)...] where isComparable(i, j, comparison.columns) {
                    counts.add(comparison.pattern(i, j))
                }
            }
        }
        return counts
    }

    private static func sample(
        _ order: [Int], truth: [Int], comparison: PairComparison, seed: UInt64, count: Int
    ) -> AgreementPatternCounts {
        var counts = AgreementPatternCounts()
        guard order.count > 1 else { return counts }
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<count {
            let i = order[Int.random(in: 0..<order.count, using: &generator)]
            let j = order[Int.random(in: 0..<order.count, using: &generator)]
            guard i != j, truth[i] != truth[j], isComparable(i, j, comparison.columns) else { continue }
            counts.add(comparison.pattern(i, j))
        }
        return counts
    }

    private static func isComparable(_ i: Int, _ j: Int, _ columns: RecordColumns) -> Bool {
        columns.exclusion[i] == 0 || columns.exclusion[i] != columns.exclusion[j]
    }

    /// Writes one comparison's probabilities; half a pair is added to each level (Jeffreys), so that a level seen on one
    /// side only is improbable on the other, not impossible.
    ///
    /// A level seen on neither side keeps its weight, which nothing spoke against, at probabilities too small to have
    /// been seen.
    ///
    /// - Returns: those levels; all of them where the comparison was never asked, which then stays as it is.
    static func fill(
        _ comparison: inout LinkageModel.Comparison, matches: AgreementPatternCounts,
        others: AgreementPatternCounts
    ) -> [String] {
        let kind = comparison.comparison
        let (m, u) = (matches.levels(of: kind).dropFirst(), others.levels(of: kind).dropFirst())
        let slips = slips[kind] ?? []
        let kept = comparison.levels.indices.filter {
            presupposing[kind]?.contains(comparison.levels[$0].level) ?? false
        }
        let counted = comparison.levels.indices.filter { !kept.contains($0) }
        let (askedM, askedU) = (
            Double(counted.reduce(0) { $0 + m[$1 + 1] }), Double(counted.reduce(0) { $0 + u[$1 + 1] })
        )
        let seen = counted.filter { m[$0 + 1] + u[$0 + 1] > 0 }
        let unseen = counted.filter { !seen.contains($0) }
        if askedM > 0, askedU > 0 {
            var (restM, restU) = kept.reduce((1.0, 1.0)) {
                ($0.0 - comparison.levels[$1].m, $0.1 - comparison.levels[$1].u)
            }
            for level in unseen {
                let (oldM, oldU) = (comparison.levels[level].m, comparison.levels[level].u)
                let scale = min(1, 0.5 / (askedM * oldM), 0.5 / (askedU * oldU))
                comparison.levels[level].m = rounded(oldM * scale)
                comparison.levels[level].u = rounded(oldU * scale)
                (restM, restU) = (restM - oldM * scale, restU - oldU * scale)
            }
            let halves = 0.5 * Double(seen.count)
            for level in seen {
                let own = (Double(m[level + 1]) + 0.5) / (askedM + halves) * restM
                let strangers = (Double(u[level + 1]) + 0.5) / (askedU + halves) * restU
                let least =
                    slips.contains(comparison.levels[level].level) ? leastSlip : min(leastError, strangers)
                comparison.levels[level].m = min(rounded(max(own, least)), almostOne)
                comparison.levels[level].u = min(rounded(strangers), almostOne)
            }
        }
        return unseen.map { "\(kind.rawValue).\(comparison.levels[$0].level)" }
    }

    /// Six significant digits, since a model file is read by people.
    private static func rounded(_ value: Double) -> Double {
        guard value > 0, value.isFinite else { return value }
        var scale = 1.0
        while value * scale < 100_000 { scale *= 10 }
        return (value * scale).rounded() / scale
    }
}

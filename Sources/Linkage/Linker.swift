internal import Domain

/// Where a linkage run is.
package enum LinkageStage: String, Sendable, CaseIterable {
    case encoding, blocking, scoring, clustering
}

/// Finds which records are the same person.
///
/// Records → columns → blocks → candidate pairs → agreement patterns → match weights → clusters. Same records and model:
/// same outcome, bit for bit, on any number of threads; the clusters do not depend on the order of the records either.
package struct Linker: Sendable {
    private let model: LinkageModel
    private let workers: Workers

    package init(model: LinkageModel, threads: Int) {
        self.model = model
        workers = Workers(threads: threads)
    }

    /// - Parameters:
    ///   - verdicts: what people have said of pairs of `records`.
    ///   - progress: called on this thread as each stage begins.
    /// - Throws: `Faults` where the model is unsound.
    package func link(
        _ records: [LinkageRecord], verdicts: PairVerdicts = PairVerdicts(),
        progress: ((LinkageStage) -> Void)? = nil
    ) throws -> LinkageOutcome {
        try link({ records.forEach($0) }, verdicts: { verdicts }, progress: progress)
    }

    /// Links records that come one by one, numbered as they come; none is kept but as columns.
    ///
    /// - Parameters:
    ///   - eachRecord: hands every record to its argument.
    ///   - verdicts: what people have said of pairs of them, asked when all have come.
    ///   - progress: called on this thread as each stage begins.
    /// - Throws: `Faults` where the model is unsound, and whatever `eachRecord` throws.
    package func link(
        _ eachRecord: ((LinkageRecord) -> Void) throws -> Void,
        verdicts: () -> PairVerdicts = { PairVerdicts() }, progress: ((LinkageStage) -> Void)? = nil
    ) throws -> LinkageOutcome {
        if let faults = Faults(model.faults()) { throw faults }
        progress?(.encoding)
        var encoding = RecordEncoding()
        var fingerprints: [UInt64] = []
        var spaces = NumberSpaces()
        try eachRecord { record in
            encoding.append(record)
            fingerprints.append(Fingerprint.of(record))
            spaces.append(record)
        }
        let columns = encoding.finish()
        progress?(.blocking)
        let candidates = CandidatePairs(columns, blocking: model.blocking, workers: workers)
        progress?(.scoring)
        let scorer = PairScorer(columns, model: model)
        let scored = score(candidates, with: scorer)
        progress?(.clustering)
        let verdicts = verdicts()
        var clustering = ConstrainedClustering(
            scored.pairs, scorer: scorer, thresholds: model.thresholds, fingerprints: fingerprints,
            verdicts: verdicts)
        let clusters = clustering.clusters()
        return LinkageOutcome(
            clusters: clusters,
            links: clustering.links.sorted { ($0.left, $0.right) < ($1.left, $1.right) }
                .map { Self.link($0, scorer: scorer) },
            review: clustering.review.map { Self.link($0, scorer: scorer) },
            conflicts: clustering.conflicts, blocking: scored.reports,
            profile: LinkageProfile(
                scored.tally, scorer: scorer, spaces: spaces, verdicts: verdicts,
                automatic: model.thresholds.automatic, workers: workers
            ) { Self.link($0, scorer: scorer) },
            model: model, weights: scorer.weights)
    }

    /// Scores every candidate pair and keeps those of the review threshold or more, in the chunks' order.
    private func score(
        _ candidates: CandidatePairs, with scorer: PairScorer
    ) -> (pairs: [ScoredPair], reports: [BlockingReport], tally: PairTally) {
        let review = model.thresholds.review
        let empty = PairTally(scorer.weights, automatic: model.thresholds.automatic)
        // Counts only, which no order changes: one tally for all threads.
        let tally = Guarded(empty)
        let results = workers.map(candidates.chunks.count) { number in
            var kept: [ScoredPair] = []
            var (count, own) = (0, empty)
            let made = candidates.forEach(in: candidates.chunks[number]) { i, j in
                count += 1
                let pair = scorer.score(i, j)
                own.add(pair)
                if pair.weight >= review { kept.append(pair) }
            }
            tally.withLock { $0 += own }
            return (kept: kept, count: count, made: made)
        }
        var reports = candidates.rules.map(\.report)
        for (chunk, result) in zip(candidates.chunks, results) {
            reports[chunk.rule].pairs += result.count
            reports[chunk.rule].ownPairs += result.made
        }
        return (results.flatMap(\.kept), reports, tally.withLock { $0 })
    }

    private static func link(_ pair: ScoredPair, scorer: PairScorer) -> Link {
        let (i, j) = (Int(pair.left), Int(pair.right))
        return Link(
            left: i, right: j, weight: pair.weight, probability: matchProbability(weight: pair.weight),
            levels: pair.pattern.levels, givenRarity: scorer.givenRarity(pair.pattern, i, j),
            familyRarity: scorer.familyRarity(pair.pattern, i, j))
    }
}

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
    let model: LinkageModel
    let workers: Workers

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
        try eachRecord { record in
            encoding.append(record)
            fingerprints.append(Fingerprint.of(record))
        }
        let columns = encoding.finish()
        progress?(.blocking)
        let candidates = CandidatePairs(columns, blocking: model.blocking, workers: workers)
        progress?(.scoring)
        let scorer = PairScorer(columns, model: model)
        let scored = score(candidates, with: scorer)
        progress?(.clustering)
        var thresholds = model.thresholds
        if let limit = thresholds.falseLinks {
            thresholds.automatic = ExpectedFalseLinks.threshold(
                scored.pairs, automatic: thresholds.automatic, limit: limit)
        }
        var clustering = ConstrainedClustering(
            scored.pairs, scorer: scorer, thresholds: thresholds, fingerprints: fingerprints,
            verdicts: verdicts())
        let clusters = clustering.clusters()
        return LinkageOutcome(
            clusters: clusters,
            links: clustering.links.sorted { ($0.left, $0.right) < ($1.left, $1.right) }
                .map { Self.link($0, scorer: scorer) },
            review: clustering.review.map { Self.link($0, scorer: scorer) },
            conflicts: clustering.conflicts,
            threshold: thresholds.automatic,
            expectedFalseLinks: ExpectedFalseLinks.per10000(
                clustering.links.map(\.weight).filter { $0 >= thresholds.automatic }),
            blocking: scored.reports, shared: columns.shared, model: model, weights: scorer.weights)
    }

    /// Scores every candidate pair and keeps those of the review threshold or more, in the chunks' order.
    func score(
        _ candidates: CandidatePairs, with scorer: PairScorer
    ) -> (pairs: [ScoredPair], reports: [BlockingReport]) {
        let review = model.thresholds.review
        let results = workers.map(candidates.chunks.count) { number in
            var kept: [ScoredPair] = []
            var count = 0
            candidates.forEach(in: candidates.chunks[number]) { i, j in
                count += 1
                let pair = scorer.score(i, j)
                if pair.weight >= review { kept.append(pair) }
            }
            return (kept: kept, count: count)
        }
        var reports = candidates.rules.map(\.report)
        for (chunk, result) in zip(candidates.chunks, results) { reports[chunk.rule].pairs += result.count }
        return (results.flatMap(\.kept), reports)
    }

    private static func link(_ pair: ScoredPair, scorer: PairScorer) -> Link {
        let (i, j) = (Int(pair.left), Int(pair.right))
        return Link(
            left: i, right: j, weight: pair.weight, probability: matchProbability(weight: pair.weight),
            levels: pair.pattern.levels, givenRarity: scorer.givenRarity(pair.pattern, i, j),
            familyRarity: scorer.familyRarity(pair.pattern, i, j))
    }
}

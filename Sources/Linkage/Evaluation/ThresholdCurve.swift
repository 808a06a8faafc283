/// How good the links are at one automatic threshold.
package struct ThresholdPoint: Sendable, Hashable {
    /// log2 odds
    package let threshold: Double
    /// Pairs of records in one cluster.
    package let pairs: LinkageEvaluation.Pairs
    /// Of each kind of kin, in order of the argument.
    package let kin: [LinkageEvaluation.Kin]
}

extension Linker {
    /// Links the records once more at each threshold; compared and scored once, clustered each time.
    ///
    /// - Parameters:
    ///   - truth: the person of each record.
    ///   - kin: as `LinkageEvaluation.measure` takes them.
    /// - Throws: `Faults` where the model is unsound.
    package func curve(
        _ records: [LinkageRecord], truth: [Int], thresholds: [Double],
        kin: [(name: String, sets: [[Int]])] = []
    ) throws -> [ThresholdPoint] {
        precondition(records.count == truth.count)
        var lowest = model
        lowest.thresholds.automatic = thresholds.reduce(model.thresholds.automatic, min)
        lowest.thresholds.review = min(model.thresholds.review, lowest.thresholds.automatic)
        let linker = Linker(model: lowest, threads: workers.threads)
        let columns = RecordColumns(records)
        let fingerprints = records.map(Fingerprint.of)
        let scorer = PairScorer(columns, model: lowest)
        let scored = linker.score(
            CandidatePairs(columns, blocking: lowest.blocking, workers: workers), with: scorer)
        return thresholds.map { threshold in
            var thresholds = model.thresholds
            (thresholds.automatic, thresholds.review) = (threshold, min(threshold, thresholds.review))
            let near = scored.scored.filter { $0.weight >= thresholds.lowest }
            var clustering = ConstrainedClustering(
                near, scorer: scorer, thresholds: thresholds, fingerprints: fingerprints)
            let predicted = LinkageEvaluation.predicted(clustering.clusters(), records: records.count)
            return ThresholdPoint(
                threshold: threshold, pairs: LinkageEvaluation.pairs(truth: truth, predicted: predicted),
                kin: kin.map { LinkageEvaluation.together($0, truth: truth, predicted: predicted) })
        }
    }
}

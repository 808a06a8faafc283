internal import Domain

/// Where a linkage run is.
package enum LinkageStage: String, Sendable, CaseIterable {
    case encoding, blocking, scoring, clustering
}

/// Finds which records are the same person.
///
/// Records → columns → blocks → candidate pairs → agreement patterns → match weights → clusters. Same records and model:
/// same outcome, bit for bit, on any number of threads; the clusters do not depend on the order of the records either.
/// Pairs of records that are as they were when comparisons were kept are not compared again: a full linkage is one with
/// nothing kept, and the outcome is the same.
package struct Linker: Sendable {
    let model: LinkageModel
    let workers: Workers

    package init(model: LinkageModel, threads: Int) {
        self.model = model
        workers = Workers(threads: threads)
    }

    /// - Parameters:
    ///   - verdicts: what people have said of pairs of `records`.
    ///   - kept: what an earlier linkage of other records, or of these, left for this one.
    ///   - progress: called on this thread as each stage begins.
    /// - Throws: `Faults` where the model is unsound.
    package func link(
        _ records: [LinkageRecord], verdicts: PairVerdicts = PairVerdicts(), kept: KeptComparisons? = nil,
        progress: ((LinkageStage) -> Void)? = nil
    ) throws -> LinkageOutcome {
        try link(
            kept: kept,
            { encoding in
                for record in records {
                    let content = ContentPrint(record.identifiers)
                    let known = encoding.take(
                        content, source: record.source, isSpine: record.isSpine, isUnique: record.isUnique)
                    if known == nil { encoding.add(record, content: content) }
                }
            }, verdicts: { verdicts }, progress: progress)
    }

    /// Links records that come one by one, numbered as they come; none is kept but as columns.
    ///
    /// - Parameters:
    ///   - kept: what an earlier linkage left for this one.
    ///   - eachRecord: hands every record to its argument, or has it taken over from the earlier linkage.
    ///   - verdicts: what people have said of pairs of them, asked when all have come.
    ///   - progress: called on this thread as each stage begins.
    /// - Throws: `Faults` where the model is unsound, and whatever `eachRecord` throws.
    package func link(
        kept: KeptComparisons? = nil, _ eachRecord: (inout RecordEncoding) throws -> Void,
        verdicts: () -> PairVerdicts = { PairVerdicts() },
        progress: ((LinkageStage) -> Void)? = nil
    ) throws -> LinkageOutcome {
        if let faults = Faults(model.faults()) { throw faults }
        progress?(.encoding)
        let encoded = kept?.encoded()
        var encoding = RecordEncoding(last: encoded)
        try eachRecord(&encoding)
        let columns = encoding.finish()
        let (records, sources, takenFrom) = (encoding.records, encoding.sources, encoding.takenFrom)
        encoding = RecordEncoding()
        progress?(.blocking)
        let candidates = CandidatePairs(columns, blocking: model.blocking, workers: workers)
        progress?(.scoring)
        let scorer = PairScorer(columns, model: model)
        let prints = candidates.prints(of: columns)
        let compared = compare(
            candidates, prints, with: scorer, kept: kept, isDamaged: kept != nil && encoded == nil)
        progress?(.clustering)
        let verdicts = verdicts()
        var used = model
        if let limit = model.thresholds.falseLinks {
            used.thresholds.automatic = ExpectedFalseLinks.threshold(
                compared.pairs.scored, automatic: model.thresholds.automatic, limit: limit)
        }
        let thresholds = used.thresholds
        var clustering = ConstrainedClustering(
            compared.pairs.scored, scorer: scorer, thresholds: thresholds, fingerprints: records.fingerprints,
            verdicts: verdicts)
        let clusters = clustering.clusters()
        return LinkageOutcome(
            clusters: clusters,
            links: clustering.links.sorted { ($0.left, $0.right) < ($1.left, $1.right) }
                .map { Self.link($0, scorer: scorer) },
            thin: ThinLink.all(
                of: clusters, links: clustering.links, pairs: compared.pairs.scored,
                threshold: thresholds.automatic, records: columns.count),
            review: clustering.review.map { Self.link($0, scorer: scorer) },
            conflicts: clustering.conflicts,
            expectedFalseLinks: ExpectedFalseLinks.per10000(
                clustering.links.map(\.weight).filter { $0 >= thresholds.automatic }),
            blocking: zip(candidates.rules, compared.pairs.counts).map { rule, pairs in
                var report = rule.report
                report.pairs = pairs
                return report
            },
            profile: LinkageProfile(
                compared.pairs.tally, scorer: scorer,
                spaces: NumberSpaces(columns.numberSpaces, sources: sources), verdicts: verdicts,
                automatic: thresholds.automatic, workers: workers
            ) { Self.link($0, scorer: scorer) },
            shared: columns.shared, model: used,
            comparisons: KeptComparisons(
                basis: model.comparisonBasis, records: prints, encoded: records,
                pairs: compared.pairs.packed),
            kept: compared.use, takenFrom: takenFrom, keptPairs: compared.pairs.keptPairs,
            weights: scorer.weights)
    }

    /// Scores every candidate pair by comparing it.
    func score(_ candidates: CandidatePairs, with scorer: PairScorer) -> AllComparedPairs {
        let prints = [ContentPrint](repeating: ContentPrint(), count: scorer.comparison.columns.count)
        return compare(candidates, prints, with: scorer, kept: nil).pairs
    }

    /// Scores every candidate pair: those of unchanged records by their kept patterns, then all others by comparing them.
    private func compare(
        _ candidates: CandidatePairs, _ prints: [ContentPrint], with scorer: PairScorer,
        kept: KeptComparisons?, isDamaged: Bool = false
    ) -> (pairs: AllComparedPairs, use: KeptUse) {
        let usable = kept?.basis == model.comparisonBasis && !isDamaged ? kept : nil
        var use: KeptUse =
            kept == nil ? .none : isDamaged ? .damaged : usable == nil ? .otherModel : .used
        var unchanged = UnchangedRecords(from: usable?.records ?? [], to: prints)
        let empty = PairTally(scorer.weights, automatic: model.thresholds.automatic)
        var all = AllComparedPairs(rules: candidates.rules.count, tally: empty)
        if let usable {
            // Counts only, which no order changes: one tally for all threads.
            let tally = Guarded(empty)
            if let found = rescore(
                usable, unchanged, with: scorer, rules: candidates.rules.count, tally, empty)
            {
                all.append(found)
                all.tally += tally.withLock { $0 }
                all.keptPairs = all.counts.reduce(0, +)
            } else {
                use = .damaged
                unchanged = UnchangedRecords(from: [], to: prints)
            }
        }
        let isNew = unchanged.isNew
        let tally = Guarded(empty)
        all.append(
            workers.map(candidates.chunks.count) { number in
                let chunk = candidates.chunks[number]
                var found = ComparedPairs(rules: candidates.rules.count, thresholds: model.thresholds)
                var own = empty
                candidates.forEach(in: chunk, isNew: isNew) { i, j in
                    let pair = scorer.score(i, j)
                    own.add(pair)
                    found.add(pair, rule: chunk.rule)
                }
                tally.withLock { $0 += own }
                return found
            })
        all.tally += tally.withLock { $0 }
        return (all, use)
    }

    /// Weighs the kept pairs of unchanged records by tonight's names and numbers; `nil` where not all could be read.
    private func rescore(
        _ kept: KeptComparisons, _ unchanged: UnchangedRecords, with scorer: PairScorer, rules: Int,
        _ tally: Guarded<PairTally>, _ empty: PairTally
    ) -> [ComparedPairs]? {
        let stretches = workers.map(kept.stretches) { number -> ComparedPairs? in
            guard let bytes = kept.stretch(number) else { return nil }
            var found = ComparedPairs(rules: rules, thresholds: model.thresholds)
            var own = empty
            let tonight = unchanged.tonight.span
            let isWhole = PackedPairs.forEach(in: bytes, records: tonight.count, rules: rules) {
                let (a, b) = (Int(tonight[$0]), Int(tonight[$1]))
                if a >= 0, b >= 0 {
                    let pair = scorer.score(min(a, b), max(a, b), $3)
                    own.add(pair)
                    found.add(pair, rule: $2)
                }
            }
            tally.withLock { $0 += own }
            return isWhole ? found : nil
        }
        let found = stretches.compactMap(\.self)
        return found.count == stretches.count ? found : nil
    }

    private static func link(_ pair: ScoredPair, scorer: PairScorer) -> Link {
        let (i, j) = (Int(pair.left), Int(pair.right))
        return Link(
            left: i, right: j, weight: pair.weight, probability: matchProbability(weight: pair.weight),
            levels: pair.pattern.levels, givenRarity: scorer.givenRarity(pair.pattern, i, j),
            familyRarity: scorer.familyRarity(pair.pattern, i, j))
    }
}

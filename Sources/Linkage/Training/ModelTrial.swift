internal import Domain
internal import Foundation

/// A model that a city taught, beside the one it is to replace, on pairs that taught neither.
///
/// Half of the birth days teach a model as the whole would; the other half's pairs judge it and the model in force. Whether such a
/// pair is one person is known from something that neither may look at: a number that both records have, or a person's verdict on
/// a random sample.
package struct ModelTrial: Sendable, Hashable {
    /// How one model did.
    package struct Score: Sendable, Hashable {
        /// Bits that its probabilities fall short of the truth, on the mean of the pairs (logarithmic score).
        package fileprivate(set) var loss = 0.0
        /// Pairs of one person, and of two, that it would link.
        package fileprivate(set) var right = 0
        package fileprivate(set) var wrong = 0
    }

    package enum Outcome: Sendable, Hashable {
        /// The city's own is better, or as good as can be told.
        case good
        case worse
        /// Too few pairs are known to tell.
        case unknown
    }

    /// Known pairs of one person, and of two.
    package private(set) var matches = 0
    package private(set) var others = 0
    package private(set) var inForce = Score()
    package private(set) var own = Score()
    /// Sum of the own model's losses over the other's, and of its squares.
    private var (excess, squares) = (0.0, 0.0)

    /// Fewer known pairs of one person tell nothing.
    static let least = 50
    /// Records judged at most; their pairs suffice.
    static let mostRecords = 20_000

    package var outcome: Outcome {
        guard matches >= Self.least else { return .unknown }
        let count = Double(matches + others)
        let mean = excess / count
        let deviation = max(squares / count - mean * mean, 0) / count
        // One-sided, 95 %.
        return mean > 1.645 * deviation.squareRoot() ? .worse : .good
    }

    /// - Parameters:
    ///   - verdicts: that may teach.
    ///   - sampled: on random samples, which judge.
    /// - Returns: a trial without pairs where half of the records teach nothing.
    /// - Throws: `Faults` where `base` is unsound.
    package static func run(
        records: [LinkageRecord], verdicts: PairVerdicts, sampled: PairVerdicts, base: LinkageModel,
        seed: UInt64, threads: Int, sampledPairs: Int = 2_000_000
    ) throws -> ModelTrial {
        let draws = records.map { record in
            let day = record.identifiers.birth?.exactDay
            return mix(day.map { UInt64(bitPattern: Int64($0.number)) } ?? Fingerprint.of(record))
        }
        let teaching = records.indices.filter { draws[$0] & 1 == 0 }
        let half = records.count - teaching.count
        let parts = UInt64(max(1, (half + mostRecords - 1) / mostRecords))
        let judging = records.indices.filter { draws[$0] & 1 == 1 && (draws[$0] >> 1) % parts == 0 }
        var trial = ModelTrial()
        let own: LinkageModel
        do {
            own = try ModelEstimation.refine(
                records: teaching.map { records[$0] }, verdicts: verdicts.among(teaching), base: base,
                seed: seed, threads: threads, sampledPairs: sampledPairs)
        } catch let fault as Fault where fault.code == "training.empty" {
            return trial
        }
        trial.judge(
            own, judging.map { records[$0] }, base: base, sampled: sampled.among(judging), threads: threads)
        return trial
    }

    private mutating func judge(
        _ model: LinkageModel, _ records: [LinkageRecord], base: LinkageModel, sampled: PairVerdicts,
        threads: Int
    ) {
        let columns = RecordColumns(records)
        let scorers = [base, model].map { PairScorer(columns, model: $0) }
        let candidates = CandidatePairs(columns, blocking: base.blocking, workers: Workers(threads: threads))
        let all = [Bool](repeating: true, count: records.count)
        for chunk in candidates.chunks {
            candidates.forEach(in: chunk, isNew: all) { i, j in
                let pattern = scorers[0].comparison.pattern(i, j)
                let pair = PairVerdicts.Pair(i, j)
                let known =
                    sampled.same.contains(pair)
                    ? true : sampled.different.contains(pair) ? false : pattern.number.isSame
                guard let isSame = known else { return }
                let weights = scorers.map { $0.score(i, j, pattern.without(.number)).weight }
                let isAgreement = pattern.without(.number).mayBeAutomatic
                add(weights, isSame: isSame, isAgreement: isAgreement, base.thresholds.automatic)
            }
        }
        let count = Double(max(matches + others, 1))
        (inForce.loss, own.loss) = (inForce.loss / count, own.loss / count)
    }

    private mutating func add(_ weights: [Double], isSame: Bool, isAgreement: Bool, _ automatic: Double) {
        if isSame { matches += 1 } else { others += 1 }
        let losses = weights.map { weight in
            // No model is surer than one in a million.
            -log2(matchProbability(weight: max(-20, min(20, isSame ? weight : -weight))))
        }
        inForce.loss += losses[0]
        own.loss += losses[1]
        excess += losses[1] - losses[0]
        squares += (losses[1] - losses[0]) * (losses[1] - losses[0])
        for (weight, score) in zip(weights, [\ModelTrial.inForce, \ModelTrial.own])
        where isAgreement && weight >= automatic {
            if isSame { self[keyPath: score].right += 1 } else { self[keyPath: score].wrong += 1 }
        }
    }
}

extension NumberLevel {
    /// `nil` where there is nothing to compare.
    fileprivate var isSame: Bool? {
        switch self {
        case .missing: nil
        case .same: true
        case .different: false
        }
    }
}

extension PairVerdicts {
    /// Those on two of some records, by their places among those.
    fileprivate func among(_ records: [Int]) -> PairVerdicts {
        let places = Dictionary(uniqueKeysWithValues: zip(records, records.indices))
        func among(_ pairs: Set<Pair>) -> Set<Pair> {
            Set(
                pairs.compactMap { pair in
                    guard let left = places[pair.left], let right = places[pair.right] else { return nil }
                    return Pair(left, right)
                })
        }
        return PairVerdicts(same: among(same), different: among(different))
    }
}

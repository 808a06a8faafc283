package import Domain
package import Foundation
package import Linkage
import Store

/// Counts a linkage model's probabilities on the publication in service, where the truth is known.
///
/// The base is the workspace's own model: its words, blocking rules, guards and thresholds stay, since labelled records
/// can say how probable an agreement is, but not how much a wrong link costs.
package struct ModelTraining: Sendable {
    package let model: LinkageModel
    /// Identities the model was counted on.
    package let records: Int
    /// Identities left out: the truth does not know them, or two persons share them, or policy denies them.
    package let leftOut: Int
    /// Verdicts the model learnt from.
    package let verdicts: Int
    /// How it does beside the model in force, where nobody knows the truth; `nil` where it was counted on the truth.
    package let trial: ModelTrial?

    /// - Parameters:
    ///   - user: who reads the identifiers; the audit trail names them.
    ///   - seed: of the sample of random pairs.
    /// - Throws: `Fault` where nothing is published, policy denies the reading, or there is nothing to count on.
    package static func train(
        _ workspace: Workspace, truth: Truth, user: UserID, seed: UInt64, at: Date
    ) throws -> ModelTraining {
        let labelled = try LabelledRecords.read(workspace, truth: truth, user: user, at: at)
        var model = try ModelEstimation.estimate(
            records: labelled.records, truth: labelled.truth, base: labelled.model, seed: seed)
        model.version += 1
        return ModelTraining(
            model: model, records: labelled.records.count, leftOut: labelled.leftOut, verdicts: 0, trial: nil)
    }

    /// Infers the model from the publication in service itself and from people's verdicts; never from those on random samples, by
    /// which the model will be judged.
    ///
    /// - Throws: as `train`.
    package static func refine(
        _ workspace: Workspace, user: UserID, seed: UInt64, at: Date
    ) throws -> ModelTraining {
        let run = try workspace.openPublishedRun()
        let service = try workspace.openService()
        let sampled = Set(try service.reviewSamples().flatMap(\.pairs).map { [$0.left, $0.right] })
        let inForce = try service.verdicts().filter(\.isInForce)
        let learnt = inForce.filter { !sampled.contains([$0.left.key, $0.right.key]) }
        let judging = inForce.filter { sampled.contains([$0.left.key, $0.right.key]) }
        let identities = try IdentityReading.open(workspace, user: user, at: at)
        let keys = try WorkspaceKeys.load(folder: workspace.keys)
        var matching = [learnt, judging].map { VerdictMatching($0, keys: keys) }
        var records: [LinkageRecord] = []
        try identities.forEach(of: run) { identity, record in
            for place in matching.indices {
                matching[place].look(
                    at: (identity.key, record.identifiers), of: records.count,
                    in: Entities.Origin(
                        source: record.source, isSpine: record.isSpine, isUnique: record.isUnique),
                    // A guardian's record is known by its key alone.
                    subject: .child)
            }
            records.append(record)
        }
        let threads = try NightSettings.load(path: workspace.settings).threads
        var model = try ModelEstimation.refine(
            records: records, verdicts: matching[0].pairs, base: identities.model, seed: seed,
            threads: threads)
        let trial = try ModelTrial.run(
            records: records, verdicts: matching[0].pairs, sampled: matching[1].pairs, base: identities.model,
            seed: seed, threads: threads)
        model.version += 1
        return ModelTraining(
            model: model, records: records.count, leftOut: 0, verdicts: learnt.count, trial: trial)
    }
}

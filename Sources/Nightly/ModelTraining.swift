package import Domain
package import Foundation
package import Linkage
import Mapping
import Policy
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

    /// Which role may compare identifiers, and for which purpose.
    package static let role: RoleID = "link-reviewer"
    package static let purpose: PurposeID = "operations"

    /// - Parameters:
    ///   - user: who reads the identifiers; the audit trail names them.
    ///   - seed: of the sample of random pairs.
    /// - Throws: `Fault` where nothing is published, policy denies the reading, or there is nothing to count on.
    package static func train(
        _ workspace: Workspace, truth: Truth, user: UserID, seed: UInt64, at: Date
    ) throws -> ModelTraining {
        let rulebook = try Rulebook.load(workspace)
        let service = try workspace.openService()
        let run = try workspace.openPublishedRun()
        let persons = try persons(of: run, truth: truth)
        let flags = Dictionary(
            rulebook.mappings.all.map { ($0.source, (isSpine: $0.isSpine, isUnique: $0.isUnique)) },
            uniquingKeysWith: { first, _ in first })

        let actor = Actor.user(user)
        let guideline = rulebook.guideline
        let request = AccessRequest(
            actor: actor, roles: [role], action: .review, items: Set(guideline.identifierItems.values),
            purpose: purpose, standing: nil, on: Day(inJapanAt: at))
        let decide = guideline.decisions(for: request)
        let read = try service.auditedRead(.identities, of: run, actor: actor, purposes: [decide], at: at)
        if case .deny(let denial) = decide(PersonStanding()) { throw denial.fault }

        var (records, trueness) = ([LinkageRecord](), [Int]())
        try run.identities(read) { identity in
            guard let flags = flags[identity.source], let person = persons[identity.entity] ?? nil else {
                return
            }
            records.append(
                LinkageRecord(
                    source: identity.source, isSpine: flags.isSpine, isUnique: flags.isUnique,
                    identifiers: identity.identifiers))
            trueness.append(person)
        }
        var model = try ModelEstimation.estimate(
            records: records, truth: trueness, base: rulebook.model, seed: seed)
        model.version += 1
        return ModelTraining(
            model: model, records: records.count, leftOut: max(0, persons.count - records.count))
    }

    /// The true person of each identity; `nil` where it is none's or several's.
    private static func persons(of run: RunStore, truth: Truth) throws -> [Int: Int?] {
        var persons: [Int: Int?] = [:]
        try run.placements { place in
            let known = truth.persons[
                Truth.Place(file: place.file, line: place.line, subject: place.subject)]
            if let seen = persons[place.entity] {
                if seen != known { persons[place.entity] = .some(nil) }
            } else {
                persons[place.entity] = .some(known)
            }
        }
        return persons
    }
}

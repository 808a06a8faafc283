import Domain
import Foundation
import Linkage
import Mapping
import Policy
import Store

/// The identities in service whose person the truth knows, as linkage takes them.
struct LabelledRecords {
    let records: [LinkageRecord]
    /// The person of each record.
    let truth: [Int]
    /// Identities left out: the truth does not know them, or two persons share them, or policy denies them.
    let leftOut: Int
    /// The workspace's own.
    let model: LinkageModel

    /// - Parameter user: who reads the identifiers; the audit trail names them.
    /// - Throws: `Fault` where nothing is published or policy denies the reading.
    static func read(
        _ workspace: Workspace, truth: Truth, user: UserID, at: Date
    ) throws -> LabelledRecords {
        let run = try workspace.openPublishedRun()
        let persons = try persons(of: run, truth: truth)
        let identities = try IdentityReading.open(workspace, user: user, at: at)
        var (records, trueness) = ([LinkageRecord](), [Int]())
        try identities.forEach(of: run) { identity, record in
            guard let person = persons[identity.entity] ?? nil else { return }
            records.append(record)
            trueness.append(person)
        }
        return LabelledRecords(
            records: records, truth: trueness, leftOut: max(0, persons.count - records.count),
            model: identities.model)
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

/// The one way to read all identities in service for measuring and training: within policy, and with an audit event.
struct IdentityReading {
    /// Which role may compare identifiers, and for which purpose.
    static let role: RoleID = "link-reviewer"
    static let purpose: PurposeID = "operations"

    let model: LinkageModel
    private let flags: [SourceID: (isSpine: Bool, isUnique: Bool)]
    private let service: ServiceStore
    private let decide: Decisions
    private let actor: Actor
    private let at: Date

    static func open(_ workspace: Workspace, user: UserID, at: Date) throws -> IdentityReading {
        let rulebook = try Rulebook.load(workspace)
        let guideline = rulebook.guideline
        let actor = Actor.user(user)
        return IdentityReading(
            model: rulebook.model,
            flags: Dictionary(
                rulebook.mappings.all.map { ($0.source, ($0.isSpine, $0.isUnique)) },
                uniquingKeysWith: { first, _ in first }),
            service: try workspace.openService(),
            decide: guideline.decisions(
                for: AccessRequest(
                    actor: actor, roles: [role], action: .review,
                    items: Set(guideline.identifierItems.values), purpose: purpose, standing: nil,
                    on: Day(inJapanAt: at))), actor: actor, at: at)
    }

    /// Hands each identity to `body`, in the night's order; the trail knows of it first.
    ///
    /// - Throws: `Fault` where policy denies the reading.
    func forEach(of run: RunStore, _ body: (StoredIdentity, LinkageRecord) throws -> Void) throws {
        let read = try service.auditedRead(.identities, of: run, actor: actor, purposes: [decide], at: at)
        if case .deny(let denial) = decide(PersonStanding()) { throw denial.fault }
        try run.identities(read) { identity in
            guard let flags = flags[identity.source] else { return }
            try body(
                identity,
                LinkageRecord(
                    source: identity.source, isSpine: flags.isSpine, isUnique: flags.isUnique,
                    identifiers: identity.identifiers))
        }
    }
}

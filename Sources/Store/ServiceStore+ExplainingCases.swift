internal import Audit
package import Domain
package import Foundation
package import Policy

/// Why a case is in the queue: rules, and the rows their facts stand on; never what the rows say.
package struct CaseExplanation: Sendable, Hashable {
    package let id: CaseID
    package let person: PersonExplanation
    package let state: CaseState
    /// In the order of the rules' ids.
    package let flags: [FlagExplanation]
}

/// The lineage of one flag.
package struct FlagExplanation: Sendable, Hashable {
    package let rule: RuleID
    package let version: Int
    package let since: Day
    /// Facts behind it, sorted by file and line; empty where the flag is about an absence, or about other flags.
    package let facts: [FactExplanation]
    /// Rules whose flags it rests on, in order.
    package let others: [RuleID]
    /// The sources that were looked at, sorted.
    package let sources: [SourceFreshness]
}

/// Which part of which item stands in which row.
package struct FactExplanation: Sendable, Hashable {
    package let item: ItemCode
    package let kind: String
    /// When it was so.
    package let on: PartialDate?
    /// The day of the night that first brought it; `nil` where that was before such days were kept.
    package let known: Day?
    package let position: RowPosition
}

extension ServiceStore {
    /// The lineage of a case. `deciding` is asked about `Action.explain`.
    ///
    /// - Returns: `nil` where the case is unknown or policy denies its person's standing, or nothing is published.
    /// - Throws: `Fault` of kind `.denied` where even a person without protection is denied.
    package func explainCase(
        _ id: CaseID, actor: Actor, deciding: Decisions, at: Date
    ) throws -> CaseExplanation? {
        try explaining(.caseExplain, actor: actor, deciding: deciding, at: at) {
            database, run, standings, event in
            guard let row = try caseRow(id, in: database) else { return nil }
            event.references["case"] = id.rawValue
            guard let person = try run.person(row.person) else { return nil }
            // Either source says it: what the queue remembers, or what the current run holds.
            let standing = PersonStanding(isProtected: row.isProtected || person.standing.isProtected)
            guard try standings.grant(for: standing) != nil else { return nil }
            event.subjects = [keys.pseudonym(of: row.person, domain: "audit")]
            let flags = try CaseFlag.all(of: id, in: database).filter { !$0.isGone }.map {
                FlagExplanation($0.flag)
            }
            return CaseExplanation(
                id: id, person: try explanation(of: person, standing: standing, in: run, database),
                state: row.state, flags: flags)
        }
    }
}

extension FlagExplanation {
    fileprivate init(_ flag: Flag) {
        rule = flag.rule
        version = flag.version
        since = flag.since
        others = flag.others
        facts = Set(flag.reasons.flatMap(\.facts)).map {
            FactExplanation(
                item: $0.fact.item, kind: $0.fact.kind, on: $0.fact.on, known: $0.known, position: $0.position
            )
        }.sorted { ($0.position, $0.item, $0.kind) < ($1.position, $1.item, $1.kind) }
        sources = Set(flag.reasons.flatMap(\.sources)).sorted { $0.source < $1.source }
    }
}

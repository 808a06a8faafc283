internal import Audit
package import Domain
package import Foundation
package import Policy

extension ServiceStore {
    /// A page of the open cases: by urgency, then by number of difficulties (more first), then by age of the oldest
    /// signal, then by id; read along an index.
    ///
    /// `deciding` is asked about `Action.list`, once for each standing; cases of a standing that it denies are neither
    /// listed nor counted. The audit event names every listed person's pseudonym and is committed before this returns.
    /// - Parameter limit: 1...200.
    /// - Throws: `Fault` of kind `.denied` where every standing is denied.
    package func cases(
        actor: Actor, deciding: @escaping (PersonStanding) -> Decision, after: CaseCursor?, limit: Int,
        at: Date
    ) throws -> CasePage {
        let limit = min(max(limit, 1), 200)
        let answer: Result<CasePage, Denial> = try transaction { database in
            var standings = Standings(actor: actor, actions: [.list], deciding: deciding)
            var event = AuditEvent(.casesList, actor: actor.description, at: at.milliseconds)
            let everybody = [false, true].map(PersonStanding.init(isProtected:))
            let visible = try everybody.filter { try standings.grant(for: $0) != nil }
            if visible.isEmpty, case .deny(let denial) = standings.decisions[everybody[0]] {
                standings.describe(in: &event, fields: [])
                try append(event, in: database)
                return .failure(denial)
            }
            let flags = visible.map(\.isProtected)
            let rows = try CaseRow.page(
                after: after, limit: limit + 1, protected: flags.contains(true),
                others: flags.contains(false),
                in: database)
            let total = try flags.reduce(0) { try $0 + CaseRow.count(protected: $1, in: database) }
            let run = try currentPublication(in: database).map(run(of:))
            var fields: Set<String> = []
            var items: [CaseSummary] = []
            for row in rows.prefix(limit) {
                guard let view = try view(of: row, in: run, standings: &standings, database) else { continue }
                items.append(view.summary)
                fields.formUnion(view.fields)
                event.subjects.append(keys.pseudonym(of: row.person, domain: "audit"))
            }
            event.counts = ["cases": items.count, "total": total]
            standings.describe(in: &event, fields: fields)
            try append(event, in: database)
            let last = rows.count > limit ? rows[limit - 1] : nil
            return .success(CasePage(items: items, next: last?.cursor, total: total))
        }
        switch answer {
        case .success(let page): return page
        case .failure(let denial): throw denial.fault
        }
    }

    /// What a summary line may show of a case; `nil` where the person's standing is denied.
    func view(
        of row: CaseRow, in run: RunStore?, standings: inout Standings, _ database: Database
    ) throws -> CaseSummaryView? {
        let person = try run?.person(row.person)
        // Either source says it: what the queue remembers, or what the current run holds.
        let standing = PersonStanding(isProtected: row.isProtected || person?.standing.isProtected == true)
        guard let grant = try standings.grant(for: standing) else { return nil }
        let flags = VisibleFlags(try flags(of: row.id, in: database), permitted: grant.permits)
        // A case all of whose reasons are withheld would tell by its mere presence what must not be told.
        if flags.shown.isEmpty, flags.withheldReasons > 0 { return nil }
        let name = grant.visibility(of: .name) == .shown ? person?.display.displayName : nil
        let birth = grant.visibility(of: .birth) == .shown ? person?.display.birth : nil
        return CaseSummaryView(
            summary: CaseSummary(
                id: row.id, person: row.person, name: name?.written ?? "", nameKana: name?.writtenKana ?? "",
                birth: birth, state: row.state,
                urgency: flags.shown.map(\.urgency).min() ?? row.urgency,
                difficulties: Set(flags.shown.flatMap(\.difficulties)).sorted(),
                ruleTitles: flags.shown.map(\.title),
                since: flags.shown.map(\.since).min() ?? Day(number: row.since),
                openedOn: Day(number: row.openedOn), isProtected: standing.isProtected),
            grant: grant, person: person, flags: flags)
    }

    private func flags(of id: CaseID, in database: Database) throws -> [Flag] {
        var flags: [Flag] = []
        try database.statement("SELECT flag FROM case_flag WHERE case_id = ? ORDER BY rule").rows(id.rawValue)
        {
            flags.append(try decoded(Flag.self, $0.text(0)))
        }
        return flags
    }
}

/// A case's summary with what it was made from.
struct CaseSummaryView {
    let summary: CaseSummary
    let grant: Grant
    /// `nil` where the current run does not know the person.
    let person: VaultPerson?
    let flags: VisibleFlags

    /// Names of what was shown, for the audit event.
    var fields: Set<String> {
        var fields = Set(flags.shown.flatMap { $0.reasons.flatMap { $0.items.map(\.rawValue) } })
        for part in [IdentifierPart.name, .birth] where grant.visibility(of: part) == .shown {
            fields.insert(part.rawValue)
        }
        return fields
    }
}

/// Flags cut down to the reasons whose items are all granted.
struct VisibleFlags {
    let shown: [Flag]
    let withheldReasons: Int

    init(_ flags: [Flag], permitted: (ItemCode) -> Bool) {
        var withheld = 0
        shown = flags.compactMap { flag in
            let reasons = flag.reasons.filter { reason in
                reason.items.allSatisfy(permitted) && reason.facts.allSatisfy { permitted($0.fact.item) }
            }
            withheld += flag.reasons.count - reasons.count
            guard !reasons.isEmpty else { return nil }
            return Flag(
                rule: flag.rule, version: flag.version, title: flag.title, person: flag.person,
                urgency: flag.urgency, difficulties: flag.difficulties, reasons: reasons,
                confirm: flag.confirm,
                since: flag.since)
        }
        withheldReasons = withheld
    }
}

extension Identifiers {
    /// The name people read: the legal one, else the first there is.
    var displayName: NameForm? { names.first { $0.kind == .legal } ?? names.first }
}

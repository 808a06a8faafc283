internal import Audit
package import Domain
package import Foundation
package import Policy

extension ServiceStore {
    /// A page of the open cases: by urgency, then by independent kinds of difficulty (more first), then by age of
    /// the oldest signal, then by id; or of the ended ones, the last first. Order, counts and cursor follow from what this reader may see,
    /// and from nothing else.
    ///
    /// `deciding` is asked about `Action.list`, once for each standing; cases of a standing that it denies, or outside the
    /// asker's range, are neither listed nor counted. The audit event names every listed person's pseudonym and is committed before this returns.
    /// - Parameter limit: up to what the medium takes; 0: nobody, but counts and what a list can be narrowed down to.
    /// - Throws: `Fault` of kind `.denied` where every standing is denied, of kind `.usage` where a file would not hold all.
    package func cases(
        actor: Actor, deciding: Decisions, only filter: CaseFilter = CaseFilter(),
        after: CaseCursor?, limit: Int, on medium: ListMedium = .screen, at: Date
    ) throws -> CasePage {
        let limit = min(max(limit, 0), medium.most)
        let answer: Result<CasePage, Fault> = try audited { database in
            var standings = try standings(actor, [.list], deciding, at: at, in: database)
            var event = AuditEvent(medium.event, actor: actor.description, at: at.milliseconds)
            if let denial = try standings.denialOfEverybody() {
                standings.describe(in: &event, fields: [])
                try append(event, in: database)
                return .failure(denial.fault)
            }
            let publication = try currentPublication(in: database)
            let run = try publication.map(run(of:))
            func ordered(_ queue: OpenQueue) throws -> QueueOrder {
                try queue.order(&standings) { try remit(of: $0, for: deciding.reach, in: run, publication) }
            }
            let open = try ordered(queue(of: publication, in: database))
            let asked = try queue(filter.part == .ended ? .ended : .open, of: publication, in: database)
            let order = try filter.part == .ended ? ordered(asked) : open
            let fitting =
                filter == CaseFilter()
                ? nil
                : try asked.places(filter, of: order) { try run?.person($0)?.display.birth }
            let total = fitting?.count ?? order.places.count
            guard medium != .file || total <= limit else {
                event.counts = ["cases": 0, "total": total]
                standings.describe(in: &event, fields: [])
                try append(event, in: database)
                return .failure(Self.tooManyForFile)
            }
            // One more tells whether there is another page.
            let shown = order.places(after: after, among: fitting, most: limit + 1)
            var fields: Set<String> = []
            var items: [CaseSummary] = []
            for place in shown.prefix(limit) {
                guard
                    let line = try listed(
                        place, of: asked, in: run, publication, standings: &standings, database)
                else { continue }
                items.append(line.summary)
                fields.formUnion(line.fields)
                event.subjects.append(line.pseudonym)
            }
            event.counts = ["cases": items.count, "total": total]
            standings.describe(in: &event, fields: fields)
            try append(event, in: database)
            let next = limit > 0 && shown.count > limit ? shown[limit - 1].key : nil
            let user = actor.user
            return .success(
                CasePage(
                    items: items, next: next, total: total, queues: open.queues,
                    mine: user.flatMap { open.hands[$0] } ?? 0, overdue: open.overdue(on: Day(inJapanAt: at)),
                    holders: order.holders, rules: order.rules))
        }
        switch answer {
        case .success(let page): return page
        case .failure(let fault): throw fault
        }
    }

    private static var tooManyForFile: Fault {
        Fault(
            .usage, code: "list.long", message: "\(ListMedium.file.most)件を超える一覧は、書き出せません。", field: "queue",
            fix: "範囲を狭めてください。")
    }

    /// A line of the list: decided anew each time, and made anew where another grant comes of it than last time.
    private func listed(
        _ place: QueueOrder.Place, of open: OpenQueue, in run: RunStore?, _ publication: PublicationInfo?,
        standings: inout Standings, _ database: Database
    ) throws -> ListedCase? {
        guard let row = open.row(place) else { return nil }
        if let kept = open.listed(place) {
            let standing = standings.standing(
                of: row.person, isProtected: row.isProtected || kept.isProtected)
            let remit = try remit(of: row.person, for: standings.reach, in: run, publication)
            if let grant = try standings.grant(for: standing, remit), grant.shows(thatOf: kept.grant) {
                return kept
            }
        }
        guard let view = try view(of: row, in: run, publication, standings: &standings, database) else {
            return nil
        }
        let line = ListedCase(
            isProtected: view.person?.standing.isProtected == true, grant: view.grant, summary: view.summary,
            fields: view.fields, pseudonym: keys.pseudonym(of: row.person, domain: "audit"))
        open.keep(line, at: place)
        return line
    }

    /// `nil` of no case, and of one whose person was shredded: a database that came back from a copy still has it.
    func caseRow(_ id: CaseID, in database: Database) throws -> CaseRow? {
        guard var row = try CaseRow.one(id, in: database) else { return nil }
        if let publication = try currentPublication(in: database) {
            // Either source says it: what the queue remembers, or what the run in service holds.
            let standing = try run(of: publication).standing(of: row.person)
            row.isProtected = row.isProtected || standing?.isProtected == true
        }
        return keys.ring.isShredded(row.person) ? nil : row
    }

    /// What a summary line may show of a case; `nil` where the person's standing is denied.
    func view(
        of row: CaseRow, in run: RunStore?, _ publication: PublicationInfo?, standings: inout Standings,
        _ database: Database
    ) throws -> CaseSummaryView? {
        let person = try run?.person(row.person)
        // Either source says it: what the queue remembers, or what the current run holds.
        let standing = standings.standing(
            of: row.person, isProtected: row.isProtected || person?.standing.isProtected == true)
        let remit = try remit(of: row.person, for: standings.reach, in: run, publication)
        guard let grant = try standings.grant(for: standing, remit) else { return nil }
        let stored = try CaseFlag.all(of: row.id, in: database)
        guard let sight = CaseSight(row, stored.map(FlagOutline.init), permitted: grant.permits) else {
            return nil
        }
        let flags = VisibleFlags(stored, permitted: grant.permits)
        let name = grant.visibility(of: .name) == .shown ? person?.display.displayName : nil
        let birth = person?.display.birth?.told(grant.visibility(of: .birth))
        return try CaseSummaryView(
            summary: CaseSummary(
                id: row.id, person: row.person, name: name?.written ?? "", nameKana: name?.writtenKana ?? "",
                birth: birth, state: sight.state, urgency: sight.urgency, difficulties: sight.difficulties,
                ruleTitles: flags.shown.map(\.title), since: sight.since, openedOn: sight.openedOn,
                isProtected: standing.isProtected,
                work: row.isTouched
                    ? work(row.work, of: row.id, readBy: sight.rules, in: database)
                    : CaseWork(state: sight.state),
                version: row.version,
                holderName: row.isTouched ? row.holderName : nil, endedOn: row.endedOn),
            grant: grant, person: person, flags: flags, rules: sight.rules)
    }
}

extension ListMedium {
    fileprivate var event: AuditEvent.What {
        switch self {
        case .screen: .casesList
        case .paper: .casesPrint
        case .file: .casesExport
        }
    }
}

/// A case's summary with what it was made from.
struct CaseSummaryView {
    let summary: CaseSummary
    let grant: Grant
    /// `nil` where the current run does not know the person.
    let person: VaultPerson?
    let flags: VisibleFlags
    /// Rules whose flags the reader may see or could see before.
    let rules: Set<RuleID>

    /// Names of what was shown, for the audit event.
    var fields: Set<String> {
        var fields = Set(
            flags.shown.flatMap {
                ($0.reasons + $0.protective + $0.missing).flatMap { $0.items.map(\.rawValue) }
            })
        for part in [IdentifierPart.name, .birth] where grant.visibility(of: part) == .shown {
            fields.insert(part.rawValue)
        }
        return fields
    }
}

/// The flags of the publication in service, cut down to the reasons whose items are all granted.
struct VisibleFlags {
    let shown: [Flag]
    /// For the audit trail only: what is withheld is told to no reader.
    let withheldReasons: Int

    init(_ stored: [CaseFlag], permitted: (ItemCode) -> Bool) {
        let current = stored.filter { !$0.isGone }
        shown = current.compactMap { stored in
            let flag = stored.flag
            return FlagOutline(stored).seen(permitted).map { seen in
                var shown = flag
                shown.reasons = seen.reasons.map { flag.reasons[$0] }
                shown.since = seen.since
                shown.protective = flag.protective.filter { $0.items.allSatisfy(permitted) }
                shown.missing = flag.missing.filter { $0.items.allSatisfy(permitted) }
                (shown.ground, shown.others) = ([], [])
                return shown
            }
        }
        withheldReasons =
            current.map(\.flag.reasons.count).reduce(0, +) - shown.map(\.reasons.count).reduce(0, +)
    }
}

extension Identifiers {
    /// The name people read: the legal one, else the first there is.
    var displayName: NameForm? { names.first { $0.kind == .legal } ?? names.first }
}

extension ServiceStore {
    /// The cases that a person founded or has, open or not; ids alone.
    package func casesByPerson() throws -> [PersonID: Set<CaseID>] {
        try exclusively { database in
            var cases: [PersonID: Set<CaseID>] = [:]
            try database.statement("SELECT id, person, founder FROM cases").rows { row in
                for person in [PersonID(row.text(1)), PersonID(row.text(2))] {
                    cases[person, default: []].insert(CaseID(row.text(0)))
                }
            }
            return cases
        }
    }
}

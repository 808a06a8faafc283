internal import Audit
package import Domain
package import Foundation
package import Policy

extension ServiceStore {
    /// A case as its page shows it; the audit event is committed before this returns.
    ///
    /// `deciding` is asked about `Action.read`, for the person and for each other member of the household: whom it
    /// denies has no line. Address, phones, guardians and school of a protected person are masked whatever it grants.
    ///
    /// - Parameter form: on which it goes to paper, which the trail tells apart: what does not stand there is not read.
    /// - Returns: `nil` where there is no such case.
    /// - Throws: `Fault` of kind `.denied` where the person's standing is denied.
    package func caseDetail(
        _ id: CaseID, on form: CaseForm? = nil, actor: Actor, deciding: Decisions, at: Date
    ) throws -> CaseDetail? {
        var event = AuditEvent(
            form == nil ? .caseRead : .casePrint, actor: actor.description, at: at.milliseconds)
        event.references["form"] = form?.code
        return try readingCase(id, event, actor: actor, deciding: deciding, at: at) {
            (found, standings, event) in
            let view = found.view
            let household =
                form?.tellsParticulars == false
                ? []
                : try household(
                    of: view.person, grant: view.grant, in: found.run, standings: &standings,
                    asOf: found.publication.asOf)
            event.subjects += household.map { keys.pseudonym(of: $0.person, domain: "audit") }
            let records =
                try form != nil
                ? []
                : view.person.map {
                    try found.run.recordLines(
                        of: $0, standing: PersonStanding(isProtected: view.summary.isProtected),
                        permitted: view.grant.permits)
                } ?? []
            let particulars = Particulars(
                grant: view.grant, person: found.row.person, isProtected: view.summary.isProtected,
                display: view.person?.display)
            let drafts = try form == nil ? drafts(of: actor, on: id, at: at, in: found.database) : []
            event.counts = [
                "cases": 1, "household": household.count, "records": records.count,
                "withheld": view.flags.withheldReasons,
            ]
            event.counts["drafts"] = drafts.isEmpty ? nil : drafts.count
            let detail = CaseDetail(
                summary: view.summary, particulars: particulars, household: household.map(\.line),
                flags: view.flags.shown,
                history: try history(
                    of: id, rules: view.rules, permitted: view.grant.permits, in: found.database),
                records: records, drafts: drafts, publication: found.publication)
            return (
                detail, view.fields.union(form?.tellsParticulars == false ? [] : particulars.fields)
            )
        }
    }

    /// Who else lives there, each as far as policy lets its own line go.
    func household(
        of person: VaultPerson?, grant: Grant, in run: RunStore, standings: inout Standings, asOf: Day
    ) throws -> [(person: PersonID, line: HouseholdLine)] {
        guard grant.visibility(of: .household) == .shown, let person, let household = person.household else {
            return []
        }
        var lines: [(PersonID, HouseholdLine)] = []
        for member in try run.persons(inHousehold: household) where member.id != person.id {
            // Who may see the child may see who lives with the child, wherever those belong.
            guard
                let grant = try standings.grant(
                    for: member.id, through: person.id, isProtected: member.standing.isProtected,
                    standings.reach.inside)
            else { continue }
            func shown(_ part: IdentifierPart) -> Bool { grant.visibility(of: part) == .shown }
            lines.append(
                (
                    member.id,
                    HouseholdLine(
                        // Where guardians are hidden, the household's adults would name them all the same.
                        name: shown(.name)
                            && (member.isMinor(on: asOf)
                                || shown(.guardians)
                                    && !(member.standing.isProtected && !grant.unlocks(person.id)))
                            ? member.display.displayName?.written ?? "" : "",
                        birth: member.display.birth?.told(grant.visibility(of: .birth)),
                        relation: shown(.household) ? member.display.relation : nil)
                ))
        }
        return lines
    }

    /// - Parameter rules: those whose flags the reader may see; events about others are left out.
    private func history(
        of id: CaseID, rules: Set<RuleID>, permitted: (ItemCode) -> Bool, in database: Database
    ) throws -> [CaseEvent] {
        var events: [CaseEvent] = []
        let first = try firstReadable(of: id, by: rules, in: database)
        try database.statement(
            """
            SELECT at, actor, what, note, rule, change, (SELECT display_name FROM user WHERE 'user:' || id = actor), items, plain
            FROM case_event WHERE case_id = ? AND id >= ? ORDER BY case_event.id
            """
        ).rows(id.rawValue, first) { row in
            guard row.optionalText(4).map({ rules.contains(RuleID($0)) }) != false else { return }
            let change = try row.optionalText(5).map { try decoded(Change.self, $0) }
            var (what, note): (String, String?) = (row.text(2), row.text(3))
            if let items = try row.optionalText(7).map({ try decoded([ItemCode].self, $0) }),
                !items.allSatisfy(permitted)
            {
                // That a flag is gone is told; what became of records that the reader may not see is not.
                (what, note) = (Docket.What.signalGone.rawValue, row.optionalText(8))
            }
            guard let note else { return }
            events.append(
                CaseEvent(
                    at: Date(milliseconds: row.int(0)), actor: row.text(1), actorName: row.optionalText(6),
                    what: what, note: note, changes: change?.changes ?? []))
        }
        return events
    }

    /// From which event on somebody reads what people wrote on a case.
    ///
    /// Who sees it only by what people opened another case with, which came over when the two were merged, reads nothing of before: it
    /// was written of somebody whose case was not theirs to see.
    ///
    /// - Parameter rules: those whose flags the reader may see.
    func firstReadable(of id: CaseID, by rules: Set<RuleID>, in database: Database) throws -> Int {
        guard rules.allSatisfy(\.isByHand) else { return 0 }
        return try rules.map { rule in
            try database.statement(
                "SELECT coalesce(max(id), 0) FROM case_event WHERE case_id = ? AND rule = ? AND what = ?"
            ).first(id.rawValue, rule.rawValue, Docket.What.moved.rawValue) { $0.int(0) } ?? 0
        }.min() ?? 0
    }

    /// The work as who reads from an event on may see it: without the words of an end that was proposed before.
    func work(
        _ work: CaseWork, of id: CaseID, readBy rules: Set<RuleID>, in database: Database
    ) throws -> CaseWork {
        guard let closing = work.closing, rules.allSatisfy(\.isByHand) else { return work }
        let proposed = try database.statement(
            """
            SELECT coalesce(max(id), 0) FROM case_event
            WHERE case_id = ? AND change -> '$.after.closing' <> coalesce(change -> '$.before.closing', 'null')
            """
        ).first(id.rawValue) { $0.int(0) }
        guard try proposed ?? 0 < firstReadable(of: id, by: rules, in: database) else { return work }
        var work = work
        work.closing = closing.withoutWords
        return work
    }
}

extension CaseWork.Closing {
    fileprivate var withoutWords: CaseWork.Closing {
        CaseWork.Closing(
            state: state, reason: "（まとめる前に書かれたため、表示しません）", quietUntil: quietUntil, why: why,
            proposer: proposer)
    }
}

/// The parts of who a person is, as far as grant and protection let them through.
package struct Particulars: Sendable, Hashable {
    package let sex: Sex?
    package let address: Shown<String>
    package let phones: Shown<[String]>
    package let guardians: Shown<[String]>
    package let school: Shown<String>
    /// Names of what was shown.
    let fields: Set<String>

    init(grant: Grant, person: PersonID, isProtected: Bool, display: Identifiers?) {
        let isHidden = isProtected && !grant.unlocks(person)
        var fields: Set<String> = []
        func shown<Value>(_ part: IdentifierPart, hides: Bool, _ value: Value?, coarse: Value? = nil)
            -> Shown<Value>
        {
            let visibility = grant.visibility(of: part)
            switch visibility {
            case .withheld: return .withheld
            case .masked: return .masked
            case .shown, .generalised:
                // The policy may forget the obligation; protection does not.
                if hides && isHidden { return .masked }
                guard let value else { return .absent }
                guard let told = visibility == .shown ? value : coarse else { return .masked }
                fields.insert(part.rawValue)
                return .shown(told)
            }
        }
        if case .shown(let value) = shown(.sex, hides: false, display?.sex) { sex = value } else { sex = nil }
        let town = display?.address.flatMap { $0.town.isEmpty ? nil : $0.town }
        address = shown(.address, hides: true, display?.address?.fullText, coarse: town)
        phones = shown(.phone, hides: true, display?.phones.nonEmpty)
        guardians = shown(.guardians, hides: true, display?.guardians.map(\.written).nonEmpty)
        school = shown(.school, hides: true, display?.school)
        self.fields = fields
    }
}

extension Address {
    /// As written, building and all; `nil` where the source gives none.
    fileprivate var fullText: String? { written.isEmpty ? nil : written }
}

extension Array {
    fileprivate var nonEmpty: Self? { isEmpty ? nil : self }
}

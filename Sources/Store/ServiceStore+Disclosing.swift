internal import Audit
internal import Domain
package import Foundation
package import Policy
internal import Programmes

extension ServiceStore {
    /// What is held about a person, for a copy to be handed out (開示); the audit event is committed before this returns.
    ///
    /// Both persons' decisions must grant it for the person's standing, and only what both grant is given. Protection counts of
    /// the person, of anybody in the household, and as any of their cases remembers it.
    /// - Parameters:
    ///   - deciding: the actor's decisions, about the requester's action; `confirming`: the second person's.
    /// - Throws: `Fault`: `.denied`; `rights.adult`; `rights.pending`; `person.unknown`, which nobody hears who may give nothing of anybody. The event of
    ///   each is in the trail.
    package func heldRecords(
        _ order: DisclosureOrder, actor: Actor, deciding: Decisions, confirming: Decisions, at: Date
    ) throws -> HeldRecords {
        var event = AuditEvent(.recordsDisclose, actor: actor.description, at: at.milliseconds)
        event.references = [
            "request": order.number, "requester": order.requester.rawValue, "reason": order.reason,
            "second": order.second.description,
        ]
        if order.isUnderGuardianship { event.references["guardianship"] = "adult" }
        return try recording(event) { database, event in
            if let denial = [deciding, confirming].compactMap(\.denial).first {
                throw refusal(denial, &event)
            }
            guard let publication = try currentPublication(in: database) else { throw Self.nothingPublished }
            let run = try run(of: publication)
            event.references["run"] = publication.run.rawValue
            guard let id = try run.person(now: order.person), let person = try run.person(id) else {
                event.counts = ["persons": 0]
                throw Self.unknown(person: order.person)
            }
            event.subjects = subjects([id])
            let isProtected = try isAnyProtected(around: person, in: run, database)
            let action = order.requester.action
            var first = Standings(actor: actor, actions: [action], deciding: deciding)
            var second = Standings(actor: order.second, actions: [action], deciding: confirming)
            let standing = PersonStanding(isProtected: isProtected)
            let grants = (try first.grant(for: standing), try second.grant(for: standing))
            first.describe(in: &event, fields: [])
            second.describe(asSecondIn: &event)
            guard let grant = grants.0, let confirmed = grants.1 else {
                let denial = [first, second].compactMap { $0.denial(of: standing) }.first
                throw denial?.fault ?? ByteReader.damaged
            }
            // Parents speak for minors alone (76条2項).
            if order.requester == .guardian, !order.isUnderGuardianship,
                !person.isMinor(on: Day(inJapanAt: at))
            {
                throw Self.adult
            }
            if let waiting = try waitingRectification(of: person, in: run, publication, database) {
                throw Fault(
                    .conflict, code: "rights.pending", message: "この方の記録の訂正（N-\(waiting)）が、まだ使われていません。",
                    fix: "次の夜間処理（renkei run）のあとで、写しを作ってください。")
            }
            let held = try held(
                of: person, order, grant, confirmed: confirmed, isProtected: isProtected, publication, run,
                database)
            event.counts = [
                "facts": held.facts.count, "records": held.identities.count,
                "withheld": held.withheld.values.reduce(0, +),
            ]
            let parts = IdentifierPart.allCases.filter { grant.visibility(of: $0) == .shown }
            event.fields = Set(held.facts.map(\.fact.item.rawValue)).union(
                held.identities.isEmpty ? [] : parts.map(\.rawValue)
            ).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            return held
        }
    }

    private static let adult = Fault(
        .denied, code: "rights.adult", message: "この方は18歳以上か、18歳未満と確かめられないため、法定代理人として開示できません。",
        fix: "本人か、委任状を持つ任意代理人（--requester agent）の請求として受けてください。成年後見人のときは、登記事項証明書で確かめて"
            + "「--adult-guardianship」を付けてください。")

    /// Until somebody decided otherwise, the measure of one is that of the household.
    private func isAnyProtected(
        around person: VaultPerson, in run: RunStore, _ database: Database
    ) throws -> Bool {
        if person.standing.isProtected { return true }
        if let household = person.household, try run.isAnyProtected(inHousehold: household) { return true }
        let persons = try run.standings(around: person)
        if persons.contains(where: \.isProtected) { return true }
        return try database.statement(
            "SELECT 1 FROM cases WHERE protected AND person IN (SELECT value FROM json_each(?)) LIMIT 1"
        ).first(try json(persons.map(\.id))) { _ in true } ?? false
    }

    private func held(
        of person: VaultPerson, _ order: DisclosureOrder, _ grant: Grant, confirmed: Grant,
        isProtected: Bool, _ publication: PublicationInfo, _ run: RunStore, _ database: Database
    ) throws -> HeldRecords {
        let items = grant.items.intersection(confirmed.items)
        func isGiven(_ item: ItemCode) -> Bool { items.contains(item) }
        let reader = try FactReader(run)
        var identities: [HeldRecords.Identity] = []
        var facts: [SourcedFact] = []
        var withheld: [ItemCode: Int] = [:]
        let entities = try run.entities(ofPerson: person.number)
        for entity in entities {
            let own = try reader.facts(of: [entity]) { _ in true }
            let given = own.filter { isGiven($0.fact.item) }
            for fact in own where !isGiven(fact.fact.item) { withheld[fact.fact.item, default: 0] += 1 }
            facts += given
            // A row of which nothing may be told would tell by its source alone what must not be told.
            let telling = Set(given.map(\.position))
            let rows = try run.rows(ofEntity: entity).filter {
                telling.contains($0) || order.wholeSources.contains($0.source)
            }
            guard let source = rows.first?.source else { continue }
            identities.append(
                HeldRecords.Identity(
                    source: source, rows: rows,
                    identifiers: try run.storedIdentifiers(ofEntity: entity).within { part in
                        let both = [grant.visibility(of: part), confirmed.visibility(of: part)]
                        return both == [.shown, .shown] ? .shown : .withheld
                    }))
        }
        identities.sort { ($0.source, $0.rows[0]) < ($1.source, $1.rows[0]) }
        facts.sort {
            ($0.fact.item, $0.fact.kind, $0.day, $0.position) < (
                $1.fact.item, $1.fact.kind, $1.day, $1.position
            )
        }
        return HeldRecords(
            person: person.id, publication: publication, items: items, isProtected: isProtected,
            identities: identities, facts: facts, files: try run.extractFiles(),
            findings: isGiven(.findings) ? try findings(of: person.id, resting: facts, database) : [],
            readings: isGiven(.readings) ? try readings(of: person.id, in: run, database) : [],
            wishes: isGiven(.wishes) ? try wishes(of: person.id, in: database) : [],
            spotChecks: isGiven(.spotChecks) ? try spotChecks(of: person.id, in: run, database) : [],
            outcomes: isGiven(.supportOutcomes) ? try outcomes(of: person.id, in: run, database) : [],
            withheld: withheld)
    }

    private func spotChecks(
        of person: PersonID, in run: RunStore, _ database: Database
    ) throws -> [HeldRecords.SpotCheck] {
        var found: [HeldRecords.SpotCheck] = []
        try database.statement(
            """
            SELECT s.month, a.answer, a.at FROM spot_check s LEFT JOIN spot_check_answer a ON a.id = (
                SELECT max(id) FROM spot_check_answer WHERE spot_check = s.id)
            WHERE s.person IN (SELECT value FROM json_each(?)) ORDER BY s.month, s.id
            """
        ).rows(try json(ids(of: person, now: run, in: database))) { row in
            found.append(
                HeldRecords.SpotCheck(
                    month: row.text(0), answer: row.optionalText(1).flatMap(SpotCheckAnswer.init(rawValue:)),
                    at: row.optionalInt(2).map(Date.init(milliseconds:))))
        }
        return found
    }

    private func outcomes(
        of person: PersonID, in run: RunStore, _ database: Database
    ) throws -> [HeldRecords.Outcome] {
        let names = Dictionary(
            (try keptRegistry(in: database)?.registry.programmes ?? []).map { ($0.psid, $0.name) },
            uniquingKeysWith: { first, _ in first })
        return try supportOutcomes(of: person, in: run, database).map {
            HeldRecords.Outcome(psid: $0.psid, name: names[$0.psid], what: $0.what, at: $0.at)
        }
    }

    /// What rules found, with the reasons that rest on nothing but `facts`.
    private func findings(
        of person: PersonID, resting facts: [SourcedFact], _ database: Database
    ) throws -> [Flag] {
        let own = Set(facts.map(\.undated))
        let items = Set(facts.map(\.fact.item))
        var flags: [Flag] = []
        try database.statement(
            "SELECT f.flag FROM case_flag f JOIN cases c ON c.id = f.case_id WHERE c.person = ? ORDER BY f.rule, c.id"
        ).rows(person.rawValue) { flags.append(try decoded(Flag.self, $0.text(0))) }
        return flags.compactMap { flag -> Flag? in
            // What people opened a case with is theirs to say, and no rule's finding.
            guard flag.rule.isOfRule else { return nil }
            let reasons = flag.reasons.filter {
                !$0.isErased && own.isSuperset(of: $0.facts.map(\.undated))
                    && items.isSuperset(of: $0.items)
            }
            guard !reasons.isEmpty else { return nil }
            var told = flag
            (told.reasons, told.protective, told.missing) = (reasons, [], [])
            (told.ground, told.others) = ([], [])
            return told
        }
    }

    private func readings(
        of person: PersonID, in run: RunStore, _ database: Database
    ) throws -> [HeldRecords.Reading] {
        let page = try page(
            AccessFilter(.reads, person: person), as: ids(of: person, now: run, in: database), before: nil,
            limit: Int.max, in: database)
        return try page.records.reversed().compactMap { record in
            // Whose reading it was cannot be told: a copy without it would be wrong.
            guard let at = record.at else { throw Self.brokenTrail }
            guard record.isPermitted, let purpose = record.purpose else { return nil }
            var roles: [RoleID] = []
            try database.statement("SELECT role FROM user_role WHERE 'user:' || user = ? ORDER BY role").rows(
                record.actor
            ) { roles.append(RoleID($0.text(0))) }
            return HeldRecords.Reading(at: at, purpose: purpose, roles: roles)
        }
    }

    private func wishes(of person: PersonID, in database: Database) throws -> [KeptConsent] {
        let reach = try consentReach(in: database)
        return try consents(in: database).filter { reach[$0.id]?.contains(person) == true }
    }
}

extension Standings {
    /// Says what decided about the second person, beside what decided about the first.
    fileprivate func describe(asSecondIn event: inout AuditEvent) {
        var second = AuditEvent(event.what, actor: event.actor, at: event.at)
        describe(in: &second, fields: [])
        event.references["secondStatements"] = second.statements.joined(separator: " ")
        event.references["secondRevision"] = second.revision
        event.purpose = event.purpose ?? second.purpose
    }
}

extension SourcedFact {
    /// For order alone; undated ones first.
    fileprivate var day: Int { fact.on?.range.lowerBound.number ?? Int.min }
}

extension RunStore {
    /// The person and everybody of the household, with whether they are protected.
    fileprivate func standings(around person: VaultPerson) throws -> [(id: PersonID, isProtected: Bool)] {
        var found = [(id: person.id, isProtected: person.standing.isProtected)]
        guard let household = person.household else { return found }
        try vault.statement("SELECT person, protected FROM person WHERE household = ? ORDER BY person").rows(
            household
        ) { found.append((PersonID($0.text(0)), $0.bool(1))) }
        return found
    }

    /// Where an identity stands, sorted.
    fileprivate func rows(ofEntity entity: Int) throws -> [RowPosition] {
        var rows: [RowPosition] = []
        try facts.statement(
            "SELECT d.source, d.name, r.line, r.offset FROM record r JOIN file d ON d.id = r.file WHERE r.entity = ?"
        ).rows(entity) { row in
            rows.append(
                RowPosition(
                    source: SourceID(row.text(0)), file: row.text(1), line: row.int(2), offset: row.int(3)))
        }
        return rows.sorted()
    }

    fileprivate func extractFiles() throws -> [String: HeldRecords.File] {
        var files: [String: HeldRecords.File] = [:]
        try facts.statement("SELECT name, title, as_of FROM file").rows { row in
            files[row.text(0)] = HeldRecords.File(
                title: row.text(1), asOf: row.optionalInt(2).map(Day.init(number:)))
        }
        return files
    }
}

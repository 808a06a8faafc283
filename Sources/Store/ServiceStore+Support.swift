internal import Audit
internal import Domain
package import Foundation
package import Policy
package import Programmes

/// Nothing of this is stored: what may be missed follows from registry, records and policy at the moment of asking, so that a refusal, a
/// shredding or a protection counts at once.
extension ServiceStore {
    /// How many households are looked at for one page at most: a page may be short, and says where the next begins.
    private static let most = 500

    /// Households of the register in which a child seems to miss a programme; the audit event is committed before this returns.
    ///
    /// `deciding` is asked about `Action.list`, once for each standing; persons of a standing it denies are left out, and nothing is
    /// concluded from what they have no record of.
    /// - Parameters:
    ///   - after: `next` of the page before; `nil`: from the beginning.
    ///   - limit: 1...200.
    /// - Throws: `Fault`: `.denied` where every standing is denied.
    package func missedSupport(
        actor: Actor, deciding: Decisions, after: SupportCursor?, limit: Int, at: Date
    ) throws -> SupportPage {
        let limit = min(max(limit, 1), 200)
        return try recording(event(.supportList, actor, deciding, at)) { database, event in
            if let denial = deciding.denial { throw refusal(denial, &event) }
            var standings = try standings(actor, [.list], deciding, at: at, in: database)
            if let denial = try standings.denialOfEverybody() { throw refusal(denial, &event) }
            guard let publication = try currentPublication(in: database) else { throw Self.nothingPublished }
            let kept = try keptRegistry(in: database)
            var households: [SupportedHousehold] = []
            var fields: Set<String> = []
            var next: SupportCursor?
            var untold = Untold()
            if let kept {
                let reading = try HouseholdReading(
                    self, try run(of: publication), publication, kept, database, at: at)
                var (key, looked, shown) = (after?.key, 0, after?.key)
                while let place = try reading.nextHousehold(after: key) {
                    let found = try reading.read(place, standings: &standings)
                    let missing = found.household.children.filter { !$0.offers(.missed).isEmpty }
                    // That something follows is told by what may be shown alone.
                    if !missing.isEmpty, households.count == limit {
                        next = shown.map(SupportCursor.init(key:))
                        break
                    }
                    untold.count(found.household.children.map(\.offers), in: reading.sources)
                    fields.formUnion(missing.isEmpty ? found.matched : found.fields)
                    if !missing.isEmpty {
                        households.append(
                            SupportedHousehold(children: missing, isProtected: found.household.isProtected))
                        event.subjects += missing.map { keys.pseudonym(of: $0.id, domain: "audit") }
                        shown = place
                    }
                    (key, looked) = (place, looked + 1)
                    if looked == Self.most {
                        next = SupportCursor(key: place)
                        break
                    }
                }
            }
            event.counts = [
                "households": households.count, "persons": households.reduce(0) { $0 + $1.children.count },
            ]
            event.references = ["run": publication.run.rawValue]
            standings.describe(in: &event, fields: fields)
            return SupportPage(
                households: households, next: next, registry: kept, asOf: publication.asOf, untold: untold)
        }
    }

    /// What may be offered to a person's household; the audit event is committed before this returns.
    ///
    /// `deciding` is asked about `Action.read`.
    /// - Returns: `nil` where nobody is called so, nothing is imported, or the person may be no child.
    /// - Throws: `Fault` of kind `.denied` where the person's standing, or every standing, is denied.
    package func support(
        of whom: Whom, actor: Actor, deciding: Decisions, at: Date
    ) throws -> SupportDetail? {
        try recording(event(.supportRead, actor, deciding, at)) { database, event in
            if let denial = deciding.denial { throw refusal(denial, &event) }
            var standings = try standings(actor, [.read], deciding, at: at, in: database)
            event.counts = ["persons": 0]
            guard let publication = try currentPublication(in: database),
                let kept = try keptRegistry(in: database),
                let found = try person(whom, in: database)
            else { return nil }
            let run = try run(of: publication)
            event.subjects = subjects([found.id])
            event.references = ["run": publication.run.rawValue]
            let remit = try remit(of: found.id, for: standings.reach, in: run, publication)
            guard let grant = try standings.grant(for: found.id, isProtected: found.isProtected, remit) else {
                standings.describe(in: &event, fields: [])
                guard let denial = standings.anyDenial else { return nil }
                throw refusal(denial, &event)
            }
            let reading = try HouseholdReading(self, run, publication, kept, database, at: at)
            let read = try reading.read(around: found.kept, standings: &standings)
            let household = read.household
            event.subjects = subjects(household.children.map(\.id) + [found.id])
            let parts = Particulars(
                grant: grant, person: found.id, isProtected: found.isProtected || household.isProtected,
                display: found.kept.display)
            event.counts = ["persons": household.children.count]
            guard let child = household.children.first(where: { $0.id == found.id }) else {
                standings.describe(in: &event, fields: read.matched)
                return nil
            }
            standings.describe(
                in: &event,
                fields: read.fields.union(parts.fields.intersection([IdentifierPart.address.rawValue])))
            return SupportDetail(
                child: child, household: household, address: parts.address, registry: kept,
                publication: publication)
        }
    }

    /// Keeps what somebody did about an offer, or heard of it.
    ///
    /// `deciding` is asked about `Action.record`, before anybody is looked for.
    /// - Throws: `Fault`: `.denied`; `person.unknown`; `support.programme` where the registry has no such programme.
    package func record(
        _ outcome: SupportOutcome, of whom: Whom, actor: Actor, deciding: Decisions, at: Date
    ) throws {
        try recording(event(.supportRecord, actor, deciding, at)) { database, event in
            if let denial = deciding.denial { throw refusal(denial, &event) }
            var standings = try standings(actor, [.record], deciding, at: at, in: database)
            event.references = ["outcome": outcome.what.rawValue]
            guard let found = try person(whom, in: database) else {
                if case .person(let id) = whom { throw Self.unknown(person: id) }
                throw Self.nothingPublished
            }
            event.subjects = subjects([found.id])
            let remit = try remit(of: found.id, for: standings.reach, in: database)
            guard try standings.grant(for: found.id, isProtected: found.isProtected, remit) != nil else {
                guard let denial = standings.anyDenial else { throw Self.unknown(person: found.id) }
                throw refusal(denial, &event)
            }
            standings.describe(in: &event, fields: [])
            let programmes = try keptRegistry(in: database)?.registry.programmes ?? []
            guard programmes.contains(where: { $0.psid == outcome.psid }) else {
                throw Fault(
                    .usage, code: "support.programme", message: "取り込んだレジストリに、この番号の制度はありません。",
                    field: "programme", fix: "「renkei support list」で番号を確かめてください。")
            }
            if outcome.channel == .letter, try isWithoutLetter(found, in: database) {
                throw Fault(
                    .usage, code: "support.letter", message: "この世帯には手紙を作りません（住所を伏せています）。", field: "channel",
                    fix: "ほかの方法で伝えたときは、その方法を選んでください。")
            }
            event.references["programme"] = outcome.psid
            try database.statement(
                "INSERT INTO support_outcome(person, psid, what, channel, actor, at) VALUES (?, ?, ?, ?, ?, ?)"
            ).run(
                found.id.rawValue, outcome.psid, outcome.what.rawValue, outcome.channel?.rawValue,
                actor.description, at.milliseconds)
        }
    }

    /// Whether no letter goes to the person's household, since somebody there is under 支援措置.
    private func isWithoutLetter(
        _ found: (id: PersonID, isProtected: Bool, kept: VaultPerson), in database: Database
    ) throws -> Bool {
        guard !found.isProtected, let household = found.kept.household,
            let publication = try currentPublication(in: database)
        else { return found.isProtected }
        return try run(of: publication).isAnyProtected(inHousehold: household)
    }

    /// How many may miss a programme, for whoever runs the night: counts alone are told.
    ///
    /// `deciding` is asked about `Action.join`; the audit event is committed before anything is read. Nobody else waits meanwhile.
    /// - Returns: `nil` where no registry was imported, or nothing is published.
    package func supportCounts(actor: Actor, deciding: Decisions, at: Date) throws -> SupportCounts? {
        let found = try exclusively { database in
            try currentPublication(in: database).flatMap { publication in
                try keptRegistry(in: database).map { (publication, $0, try run(of: publication)) }
            }
        }
        guard let (publication, kept, run) = found else { return nil }
        _ = try auditedRead(of: run, actor: actor, purposes: [deciding], at: at)
        return try exclusively { database in
            var standings = try standings(actor, [.join], deciding, at: at, in: database)
            let reading = try HouseholdReading(self, run, publication, kept, database, at: at)
            var counts = SupportCounts()
            var key: [UInt8]?
            while let next = try reading.nextHousehold(after: key) {
                key = next
                let children = try reading.read(next, standings: &standings).household.children
                let missing = children.count { !$0.offers(.missed).isEmpty }
                counts.untold.count(children.map(\.offers), in: reading.sources)
                counts.children += missing
                counts.households += missing > 0 ? 1 : 0
            }
            return counts
        }
    }

    /// What became of offers to a person, oldest first: under every id the person had, and nobody else has now.
    func supportOutcomes(
        of person: PersonID, in run: RunStore, _ database: Database
    ) throws -> [SupportOutcome] {
        var outcomes: [SupportOutcome] = []
        try database.statement(
            """
            SELECT psid, what, channel, actor, at FROM support_outcome
            WHERE person IN (SELECT value FROM json_each(?)) ORDER BY id
            """
        ).rows(try json(ids(of: person, now: run, in: database))) { row in
            guard let what = SupportOutcome.What(rawValue: row.text(1)) else { throw ByteReader.damaged }
            outcomes.append(
                SupportOutcome(
                    psid: row.text(0), what: what,
                    channel: row.optionalText(2).flatMap(SupportOutcome.Channel.init(rawValue:)),
                    actor: row.text(3), at: Date(milliseconds: row.int(4))))
        }
        return outcomes
    }

    /// Of whoever asks, whatever comes of it.
    private func event(
        _ what: AuditEvent.What, _ actor: Actor, _ deciding: Decisions, _ at: Date
    ) -> AuditEvent {
        var event = AuditEvent(what, actor: actor.description, at: at.milliseconds)
        event.purpose = deciding.purpose
        return event
    }
}

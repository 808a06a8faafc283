internal import Audit
package import Domain
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
    /// - Throws: `Fault`: `.denied` where every standing is denied; `support.cursor` where nobody is called `after` any more.
    package func missedSupport(
        actor: Actor, deciding: Decisions, after: PersonID?, limit: Int, at: Date
    ) throws -> SupportPage {
        let limit = min(max(limit, 1), 200)
        let answer: Result<SupportPage, Denial> = try transaction { database in
            var standings = try standings(actor, [.list], deciding, at: at, in: database)
            var event = AuditEvent(.supportList, actor: actor.description, at: at.milliseconds)
            if let denial = try denialOfAll(&standings) {
                standings.describe(in: &event, fields: [])
                try append(event, in: database)
                return .failure(denial)
            }
            guard let publication = try currentPublication(in: database) else { throw Self.nothingPublished }
            let kept = try keptRegistry(in: database)
            var households: [SupportedHousehold] = []
            var last: PersonID?
            if let kept {
                let reading = try HouseholdReading(
                    self, try run(of: publication), publication, kept, database)
                var key = try after.map { try reading.household(of: $0) }
                var looked = 0
                while let next = try reading.nextHousehold(after: key) {
                    key = next
                    looked += 1
                    let (found, first) = try reading.read(next, standings: &standings)
                    let missing = found.children.filter { !$0.offers(.missed).isEmpty }
                    if !missing.isEmpty {
                        households.append(
                            SupportedHousehold(children: missing, isProtected: found.isProtected))
                        event.subjects += missing.map { keys.pseudonym(of: $0.id, domain: "audit") }
                    }
                    if households.count == limit || looked == Self.most {
                        last = try reading.nextHousehold(after: next) == nil ? nil : first
                        break
                    }
                }
            }
            event.counts = [
                "households": households.count, "persons": households.reduce(0) { $0 + $1.children.count },
            ]
            event.references = ["run": publication.run.rawValue]
            standings.describe(in: &event, fields: fields(kept))
            try append(event, in: database)
            return .success(
                SupportPage(households: households, next: last, registry: kept, asOf: publication.asOf))
        }
        return try answer.mapError(\.fault).get()
    }

    /// What may be offered to a person's household; the audit event is committed before this returns.
    ///
    /// `deciding` is asked about `Action.read`.
    /// - Returns: `nil` where nobody is called so, nothing is imported, or the person may be no child.
    /// - Throws: `Fault` of kind `.denied` where the person's standing is denied.
    package func support(
        of whom: Whom, actor: Actor, deciding: Decisions, at: Date
    ) throws -> SupportDetail? {
        let answer: Result<SupportDetail, Denial>? = try transaction { database in
            var standings = try standings(actor, [.read], deciding, at: at, in: database)
            var event = AuditEvent(.supportRead, actor: actor.description, at: at.milliseconds)
            guard let publication = try currentPublication(in: database),
                let kept = try keptRegistry(in: database),
                let found = try person(whom, in: database)
            else {
                event.counts = ["persons": 0]
                try append(event, in: database)
                return nil
            }
            let run = try run(of: publication)
            event.subjects = [keys.pseudonym(of: found.id, domain: "audit")]
            event.references = ["run": publication.run.rawValue]
            let remit = try remit(of: found.id, for: standings.reach, in: run, publication)
            guard let grant = try standings.grant(for: found.id, isProtected: found.isProtected, remit) else {
                standings.describe(in: &event, fields: [])
                try append(event, in: database)
                return standings.anyDenial.map(Result.failure)
            }
            let reading = try HouseholdReading(self, run, publication, kept, database)
            let household = try reading.read(around: found.kept, standings: &standings)
            event.subjects = household.children.map { keys.pseudonym(of: $0.id, domain: "audit") }
            let parts = ShownParts(
                grant: grant, person: found.id, isProtected: found.isProtected || household.isProtected,
                display: found.kept.display)
            event.counts = ["persons": household.children.count]
            standings.describe(
                in: &event,
                fields: fields(kept).union(parts.fields.intersection([IdentifierPart.address.rawValue])))
            try append(event, in: database)
            guard let child = household.children.first(where: { $0.id == found.id }) else { return nil }
            return .success(
                SupportDetail(
                    child: child, household: household, address: parts.address, registry: kept,
                    publication: publication))
        }
        return try answer?.mapError(\.fault).get()
    }

    /// Keeps what somebody did about an offer, or heard of it.
    ///
    /// `deciding` is asked about `Action.record`.
    /// - Throws: `Fault`: `.denied`; `person.unknown`; `support.programme` where the registry has no such programme.
    package func record(
        _ outcome: SupportOutcome, of whom: Whom, actor: Actor, deciding: Decisions, at: Date
    ) throws {
        let answer: Result<Void, Denial> = try transaction { database in
            var standings = try standings(actor, [.record], deciding, at: at, in: database)
            var event = AuditEvent(.supportRecord, actor: actor.description, at: at.milliseconds)
            guard let found = try person(whom, in: database) else {
                if case .person(let id) = whom { throw Self.unknown(person: id) }
                throw Self.nothingPublished
            }
            event.subjects = [keys.pseudonym(of: found.id, domain: "audit")]
            let remit = try remit(of: found.id, for: standings.reach, in: database)
            guard try standings.grant(for: found.id, isProtected: found.isProtected, remit) != nil else {
                standings.describe(in: &event, fields: [])
                try append(event, in: database)
                guard let denial = standings.anyDenial else { throw Self.unknown(person: found.id) }
                return .failure(denial)
            }
            guard
                try keptRegistry(in: database)?.registry.programmes.contains(where: {
                    $0.psid == outcome.psid
                }) == true
            else {
                throw Fault(
                    .usage, code: "support.programme", message: "取り込んだレジストリに、この番号の制度はありません。",
                    field: "programme", fix: "「renkei support list」で番号を確かめてください。")
            }
            try database.statement(
                "INSERT INTO support_outcome(person, psid, what, channel, actor, at) VALUES (?, ?, ?, ?, ?, ?)"
            ).run(
                found.id.rawValue, outcome.psid, outcome.what.rawValue, outcome.channel?.rawValue,
                actor.description, at.milliseconds)
            event.references = ["programme": outcome.psid, "outcome": outcome.what.rawValue]
            standings.describe(in: &event, fields: [])
            try append(event, in: database)
            return .success(())
        }
        try answer.mapError(\.fault).get()
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
            let reading = try HouseholdReading(self, run, publication, kept, database)
            var counts = SupportCounts()
            var key: [UInt8]?
            while let next = try reading.nextHousehold(after: key) {
                key = next
                let children = try reading.read(next, standings: &standings).household.children
                let missing = children.count { !$0.offers(.missed).isEmpty }
                counts.children += missing
                counts.households += missing > 0 ? 1 : 0
            }
            return counts
        }
    }

    /// The items that matching reads.
    private func fields(_ kept: KeptRegistry?) -> Set<String> {
        Set((kept?.table.items ?? []).map(\.rawValue))
    }

    private func denialOfAll(_ standings: inout Standings) throws -> Denial? {
        let everybody = [false, true].map { PersonStanding(isProtected: $0) }
        let inside = standings.reach.inside
        for standing in everybody where try standings.grant(for: standing, inside) != nil { return nil }
        return standings.denial(of: everybody[0], inside)
    }
}

internal import Audit
package import Domain
package import Foundation
package import JapaneseText
package import Policy

/// A person whom a search found, within the reader's grant.
package struct FoundPerson: Sendable, Hashable {
    package let id: PersonID
    package let name: String
    package let nameKana: String
    /// `nil` where the grant does not cover it or no source gives it.
    package let birth: PartialDate?
    package let isProtected: Bool
    /// The open case, where the reader sees it in the queue.
    package let caseID: CaseID?
}

/// A page of what a search found, in the order of readings.
package struct PersonPage: Sendable, Hashable {
    package let persons: [FoundPerson]
    /// The last person, where there are more; `nil` on the last page.
    package let next: PersonID?
    /// The day of the data; `nil` before the first publication.
    package let asOf: Day?
}

extension ServiceStore {
    /// Persons whom a query fits, as far as this reader may find them: each is decided upon by itself, and who may not be listed is neither
    /// shown nor counted, nor moves order or paging. The audit event names who is listed, never what was looked for.
    ///
    /// Only who may see a person's name finds the person; a guardian's name or a birth finds nobody by what the reader may not see of it.
    /// - Parameters:
    ///   - deciding: about `Action.list`.
    ///   - after: `next` of the page before; `nil`: from the beginning.
    ///   - limit: 1...50.
    ///   - reason: as typed, empty where none was asked for; stays in the trail.
    /// - Throws: `Fault` of kind `.denied` where every standing is denied; `search.cursor` where `after` is nobody this reader may find.
    package func searchPersons(
        _ query: NameQuery, actor: Actor, deciding: Decisions, after: PersonID?, limit: Int, reason: String,
        at: Date
    ) throws -> PersonPage {
        let limit = min(max(limit, 1), 50)
        while true {
            let answer: Result<PersonPage?, Denial> = try audited { database in
                var standings = try standings(actor, [.list], deciding, at: at, in: database)
                var event = AuditEvent(.personsSearch, actor: actor.description, at: at.milliseconds)
                if !reason.isEmpty { event.references["reason"] = reason }
                if let denial = try standings.denialOfEverybody() {
                    standings.describe(in: &event, fields: [])
                    try append(event, in: database)
                    return .failure(denial)
                }
                let publication = try currentPublication(in: database)
                guard let publication else {
                    standings.describe(in: &event, fields: [])
                    try append(event, in: database)
                    return .success(PersonPage(persons: [], next: nil, asOf: nil))
                }
                let run = try run(of: publication)
                event.references["run"] = publication.run.rawValue
                guard let names, names.isOf(publication, run.ring) else { return .success(nil) }
                let remits = names.remits(for: deciding.reach)
                if deciding.reach.needsPlaces, remits == nil { return .success(nil) }
                var search = PersonSearch(
                    store: self, database: database, run: run, publication: publication, index: names.index,
                    remits: remits,
                    standings: standings)
                let page = try search.page(query, after: after, limit: limit)
                event.subjects = search.shown.map { keys.pseudonym(of: $0, domain: "audit") }
                event.counts = ["persons": page.persons.count]
                search.standings.describe(in: &event, fields: search.fields)
                try append(event, in: database)
                return .success(page)
            }
            switch answer {
            case .success(let page?): return page
            // Publication or ring is another one since.
            case .success(nil): try renewNames(for: deciding.reach)
            case .failure(let denial): throw denial.fault
            }
        }
    }
}

/// One search on its way through the index and, person by person, through policy and the vault.
private struct PersonSearch {
    let store: ServiceStore
    let database: Database
    let run: RunStore
    let publication: PublicationInfo
    let index: NameIndex
    /// By slot; `nil`: the same for everybody.
    let remits: [Remit]?
    var standings: Standings
    /// Who is told of.
    var shown: [PersonID] = []
    var fields: Set<String> = []

    private struct Seen {
        let person: VaultPerson
        let grant: Grant
        let isProtected: Bool
    }

    mutating func page(_ query: NameQuery, after: PersonID?, limit: Int) throws -> PersonPage {
        var slot = try after.map { try self.slot(after: $0) } ?? 0
        let births = remits == nil && query.birth == nil ? [:] : try birthsTold()
        let (own, guardians) = index.candidates(
            query, isByMonth: births.values.contains { $0.contains(.generalised) })
        var either = own
        either.add(guardians)
        var found: [Seen] = []
        while found.count <= limit, let next = either.next(from: slot) {
            slot = next + 1
            if let remits, births[remits[next]] == nil { continue }
            guard let seen = try seen(next, born: query.birth) else { continue }
            let isByGuardian = !own.contains(next)
            // The policy may forget the obligation; protection does not.
            let showsGuardians =
                seen.grant.visibility(of: .guardians) == .shown
                && (!seen.isProtected || seen.grant.unlocks(seen.person.id))
            guard !isByGuardian || showsGuardians else { continue }
            if isByGuardian, found.count < limit { fields.insert(IdentifierPart.guardians.rawValue) }
            found.append(seen)
        }
        let cases = try openCases()
        let persons = found.prefix(limit).map { told($0, cases) }
        shown = persons.map(\.id)
        return PersonPage(
            persons: persons, next: found.count > limit ? persons.last?.id : nil, asOf: publication.asOf)
    }

    /// Where the page after a person begins; who may not be found is as nobody.
    private mutating func slot(after id: PersonID) throws -> Int {
        guard let slot = try run.number(of: id).flatMap(index.slot(ofNumber:)), try seen(slot) != nil else {
            throw Fault(
                .conflict, code: "search.cursor", message: "検索の続きを示せません。あいだにデータが新しくなったようです。",
                fix: "はじめから検索し直してください。")
        }
        return slot + 1
    }

    /// Where anybody at all may be listed, and how much of their births is told: the others need not even be read. It is some thirty
    /// questions to policy.
    private func birthsTold() throws -> [Remit: Set<Visibility>] {
        var asked = standings
        var told: [Remit: Set<Visibility>] = [:]
        for remit in remits == nil ? [standings.reach.remit(of: nil)] : Remit.allCases {
            for consent in Consent.allCases {
                for isProtected in [false, true] {
                    let standing = PersonStanding(isProtected: isProtected, consent: consent)
                    guard let permitted = try asked.permitted(.init(standing: standing, remit: remit)) else {
                        continue
                    }
                    told[remit, default: []].insert(permitted.birth)
                }
            }
        }
        return told
    }

    /// `nil` where this reader may not find the person, or nobody can read of them any more.
    ///
    /// - Parameter born: looked for, by what the reader is told of the birth and by nothing else; `nil`: whenever.
    private mutating func seen(_ slot: Int, born: PartialDate? = nil) throws -> Seen? {
        guard let sealed = try run.sealedPerson(number: Int(index.numbers[slot])) else { return nil }
        // Either source says it: what the queue remembers, or what the run in service holds.
        let isKnownProtected = try database.statement("SELECT max(protected) FROM cases WHERE person = ?")
            .first(sealed.id.rawValue) { $0.optionalInt(0) == 1 }
        let isProtected = sealed.standing.isProtected || isKnownProtected == true
        let remit = remits?[slot] ?? standings.reach.remit(of: nil)
        guard let grant = try standings.grant(for: sealed.id, isProtected: isProtected, remit),
            grant.visibility(of: .name) == .shown
        else { return nil }
        // Before the person is opened, which costs the most.
        if let born {
            guard let told = index.birth(at: slot)?.told(grant.visibility(of: .birth)),
                told.range.overlaps(born.range)
            else { return nil }
        }
        guard let person = try store.names?.person(sealed, in: run) else { return nil }
        return Seen(person: person, grant: grant, isProtected: isProtected)
    }

    /// The open cases that this reader sees, by person; `nil`: none.
    private mutating func openCases() throws -> (PersonID) -> CaseID? {
        let open = try store.queue(of: publication, in: database)
        let (run, publication, store, reach) = (run, publication, store, standings.reach)
        let order = try open.order(&standings) { try store.remit(of: $0, for: reach, in: run, publication) }
        return { open.openCase(of: $0, in: order) }
    }

    private mutating func told(_ seen: Seen, _ cases: (PersonID) -> CaseID?) -> FoundPerson {
        let name = seen.person.display.displayName
        fields.insert(IdentifierPart.name.rawValue)
        let birth = seen.person.display.birth?.told(seen.grant.visibility(of: .birth))
        if birth != nil { fields.insert(IdentifierPart.birth.rawValue) }
        return FoundPerson(
            id: seen.person.id, name: name?.written ?? "", nameKana: name?.writtenKana ?? "", birth: birth,
            isProtected: seen.isProtected, caseID: cases(seen.person.id))
    }
}

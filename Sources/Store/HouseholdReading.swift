package import Domain
package import Foundation
internal import Policy
internal import Programmes

/// Reads households of the register as programmes are matched to them, each member as far as policy lets it through.
///
/// Lives inside one transaction.
struct HouseholdReading {
    private let service: ServiceStore
    private let run: RunStore
    private let publication: PublicationInfo
    private let kept: KeptRegistry
    private let database: Database
    private let facts: FactReader
    private let unread: [Int: Set<SourceID>]
    let sources: SourceState
    private let items: Set<ItemCode>

    init(
        _ service: ServiceStore, _ run: RunStore, _ publication: PublicationInfo, _ kept: KeptRegistry,
        _ database: Database, at: Date
    ) throws {
        self.service = service
        self.run = run
        self.publication = publication
        self.kept = kept
        self.database = database
        facts = try FactReader(run)
        unread = try run.unread()
        sources = SourceState(publication.summary, on: publication.day(ofAsking: at))
        items = kept.table.items.union(["A02"])
    }

    /// The household behind another in the fixed order of the keyed numbers, which tells nothing; `nil` after the last.
    func nextHousehold(after key: [UInt8]?) throws -> [UInt8]? {
        try run.vault.statement(
            "SELECT household FROM person WHERE household > ? ORDER BY household LIMIT 1"
        ).first(key ?? [0]) { $0.blob(0) }
    }

    /// A household with what is shown of it, by the names that the trail has for it.
    struct Read {
        let household: SupportedHousehold
        /// Items that were matched.
        let matched: Set<String>
        /// These, and what is shown of children.
        let fields: Set<String>
    }

    func read(_ key: [UInt8], standings: inout Standings) throws -> Read {
        let persons = try run.persons(inHousehold: key)
        let count = try run.vault.statement("SELECT count(*) FROM person WHERE household = ?").first(key) {
            $0.int(0)
        }
        return try read(
            persons, isWhole: count == persons.count, isProtected: run.isAnyProtected(inHousehold: key),
            &standings)
    }

    /// The household of a person; of nobody else where the register knows of none.
    func read(
        around person: VaultPerson, standings: inout Standings
    ) throws -> Read {
        if let key = person.household { return try read(key, standings: &standings) }
        return try read(
            [person], isWhole: false, isRegistered: false, isProtected: person.standing.isProtected,
            &standings)
    }

    private func read(
        _ persons: [VaultPerson], isWhole: Bool, isRegistered: Bool = true, isProtected: Bool,
        _ standings: inout Standings
    ) throws -> Read {
        let day = sources.day
        // Nobody of whom programmes could be for, nothing to read.
        guard
            persons.contains(where: { ($0.display.birth?.range.upperBound.schoolGrade(on: day) ?? 0) <= 12 })
        else {
            return Read(
                household: SupportedHousehold(children: [], isProtected: isProtected), matched: [], fields: []
            )
        }
        var seen: [(person: VaultPerson, grant: Grant, member: SupportMember)] = []
        for person in persons {
            let remit = try service.remit(of: person.id, for: standings.reach, in: run, publication)
            guard
                let grant = try standings.grant(
                    for: person.id, isProtected: person.standing.isProtected, remit)
            else { continue }
            let unread = unread[person.number] ?? []
            let member = SupportMember(
                id: person.id, birth: person.display.birth,
                isResident: person.isResident ? true : unread.isEmpty ? false : nil,
                facts: try facts.facts(of: run.entities(ofPerson: person.number)) {
                    items.contains($0) && grant.permits($0)
                }, permitted: grant.items, unread: unread)
            seen.append((person, grant, member))
        }
        let household = SupportHousehold(
            members: seen.map(\.member), isWhole: isWhole && seen.count == persons.count,
            isRegistered: isRegistered, sources: sources)
        let offers = Dictionary(
            grouping: household.offers(kept.registry.programmes, by: kept.table), by: \.child)
        let matched = Set(seen.flatMap { $0.grant.items.intersection(items) }.map(\.rawValue))
        var fields = matched
        let children = try seen.filter { $0.member.mayBeChild(on: day) }.map { person, grant, _ in
            let outcomes = try service.supportOutcomes(of: person.id, in: run, database)
            // Of a programme the last word counts.
            let answered = Set(
                Dictionary(grouping: outcomes, by: \.psid).filter { $0.value.last?.what.isAnswer == true }
                    .keys)
            let name = grant.visibility(of: .name) == .shown ? person.display.displayName : nil
            let birth = person.display.birth?.told(grant.visibility(of: .birth))
            if name != nil { fields.insert(IdentifierPart.name.rawValue) }
            if birth != nil { fields.insert(IdentifierPart.birth.rawValue) }
            return SupportedChild(
                id: person.id, name: name?.written ?? "", nameKana: name?.writtenKana ?? "", birth: birth,
                offers: (offers[person.id] ?? []).filter { !answered.contains($0.programme.psid) },
                outcomes: outcomes)
        }
        return Read(
            household: SupportedHousehold(children: children, isProtected: isProtected), matched: matched,
            fields: fields)
    }
}

extension PublicationInfo {
    /// The day on which somebody asks: today, however long ago the last night was.
    ///
    /// A city whose night was given another day than its own (the sample's) goes on from that one.
    package func day(ofAsking at: Date) -> Day {
        // A night that ends after midnight is of the day before.
        let behind = Day(inJapanAt: publishedAt).number - asOf.number
        return max(asOf, Day(inJapanAt: at).adding(days: behind > 1 ? -behind : 0))
    }
}

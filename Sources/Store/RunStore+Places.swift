package import Domain
package import Policy

extension RunStore {
    /// Where a person belongs; `nil` where the run does not know the person. Who calls owes the reader only what follows from it.
    func place(
        of id: PersonID, toldBy tellers: [ItemCode: ScopeKind], asOf: Day
    ) throws -> PersonPlace? {
        guard let person = try person(id) else { return nil }
        var place = PersonPlace(birth: person.display.birth, asOf: asOf)
        for entity in try entities(ofPerson: person.number) {
            var kinds: Set<ScopeKind> = []
            try facts.statement("SELECT facts FROM record WHERE entity = ?").rows(entity) {
                kinds.formUnion(try self.kinds($0.blob(0), tellers))
            }
            if kinds.contains(.age) { place.isMother = true }
            if kinds.contains(.school), let school = try storedIdentifiers(ofEntity: entity).school {
                place.schools.insert(school)
            }
        }
        return place
    }

    /// The same of everybody in one pass, by number in the vault, but for the birth: who is not among them has no record that tells.
    func places(toldBy tellers: [ItemCode: ScopeKind], asOf: Day) throws -> [Int: PersonPlace] {
        var telling: [Int: Set<ScopeKind>] = [:]
        try facts.statement("SELECT entity, facts FROM record").rows {
            let kinds = try kinds($0.blob(1), tellers)
            if !kinds.isEmpty { telling[$0.int(0), default: []].formUnion(kinds) }
        }
        var places: [Int: PersonPlace] = [:]
        for (entity, kinds) in telling {
            let number = try vault.statement("SELECT person FROM membership WHERE entity = ?").first(entity) {
                $0.int(0)
            }
            guard let number, let identifiers = try readableIdentifiers(ofEntity: entity) else { continue }
            var place = places[number] ?? PersonPlace(birth: nil, asOf: asOf)
            if kinds.contains(.age) { place.isMother = true }
            if kinds.contains(.school), let school = identifiers.school { place.schools.insert(school) }
            places[number] = place
        }
        return places
    }

    /// Names of the schools that pupils go to: of places, never of a person.
    func schools(toldBy tellers: [ItemCode: ScopeKind]) throws -> Set<String> {
        var pupils: Set<Int> = []
        try facts.statement("SELECT entity, facts FROM record").rows {
            if try kinds($0.blob(1), tellers).contains(.school) { pupils.insert($0.int(0)) }
        }
        return Set(try pupils.compactMap { try readableIdentifiers(ofEntity: $0)?.school })
    }

    /// What a record tells of where its person belongs.
    private func kinds(_ packed: [UInt8], _ tellers: [ItemCode: ScopeKind]) throws -> Set<ScopeKind> {
        Set(try words.unpack(packed) { tellers[$0] != nil }.compactMap { tellers[$0.fact.item] })
    }
}

extension ServiceStore {
    /// Names of the schools that pupils of the publication in service go to; `nil` where nothing is published.
    package func schools(toldBy tellers: [ItemCode: ScopeKind]) throws -> Set<String>? {
        try exclusively { database in
            try currentPublication(in: database).map { try run(of: $0).schools(toldBy: tellers) }
        }
    }
}

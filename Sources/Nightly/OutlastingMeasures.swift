import Domain
import Mapping
import Store

/// Measures of protection (支援措置) of persons who were shredded. Their rows are taken in no more, but who lived with them would give
/// the address away all the same: the household stays protected until a row says that the measure has ended.
///
/// Household numbers are held for the night alone; a tombstone knows the household by a keyed hash.
struct OutlastingMeasures {
    /// By number of the tombstone.
    private var homes: [Int: Set<Entities.Household>] = [:]
    private var isInForce: [Int: Bool] = [:]

    /// - Parameters:
    ///   - record: one that is not taken in.
    ///   - person: the number of its tombstone.
    ///   - day: what the extract is of.
    mutating func note(_ record: Record, of person: Int, on day: Day) {
        if let id = record.identifiers.household {
            homes[person, default: []].insert(Entities.Household(source: record.position.source, id: id))
        }
        guard let measure = Measure(record.facts, on: day) else { return }
        isInForce[person] = measure != .ended || isInForce[person] == true
    }

    /// Where who lives there stays protected; of a person of whom no row told anything tonight, the tombstone says it.
    func households(
        _ shredded: [ShreddedPerson], in entities: Entities, keys: WorkspaceKeys
    ) -> Set<Entities.Household> {
        var found: Set<Entities.Household> = []
        var kept: Set<String> = []
        for person in shredded where isInForce[person.number] ?? !person.protectedHomes.isEmpty {
            found.formUnion(homes[person.number] ?? [])
            kept.formUnion(person.protectedHomes)
        }
        guard !kept.isEmpty else { return found }
        for entity in 0..<entities.count where entities.origin(of: entity).isSpine {
            guard let home = entities.household(of: entity), !found.contains(home) else { continue }
            if kept.contains(keys.householdKey(home.id)) { found.insert(home) }
        }
        return found
    }
}

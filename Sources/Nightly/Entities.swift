import Domain
import Identity
import Linkage
import Store

/// The distinct identities of tonight: rows of one source that say the same about who somebody is are one.
///
/// Repeated sources (check-ups, vaccinations) have many rows a child; linking each identity once keeps linkage small.
struct Entities {
    private(set) var records: [LinkageRecord] = []
    /// Stable keyed hashes, one per entity, by which the next night knows it again.
    private(set) var keys: [RecordKey] = []
    /// Entities with a protection measure nobody has ended.
    private(set) var protected: Set<Int> = []
    /// Spine entities whose register row says they live here.
    private(set) var resident: Set<Int> = []
    /// By digest: to hash and to keep the identifiers themselves a second time would cost more than the reading.
    private var index: [IdentityDigest: Int] = [:]

    /// The entity `record` belongs to; `isNew` where it is the first row of it.
    mutating func entity(
        of record: Record, isSpine: Bool, isUnique: Bool, keys hash: WorkspaceKeys
    ) -> (index: Int, isNew: Bool) {
        let source = record.position.source
        let digest = IdentityDigest(source: source, subject: record.subject, record.identifiers)
        let entity = index[digest] ?? records.count
        let isNew = entity == records.count
        if isNew {
            index[digest] = entity
            records.append(
                LinkageRecord(
                    source: source, isSpine: isSpine, isUnique: isUnique, identifiers: record.identifiers))
            keys.append(
                RecordKey(
                    hash.recordKey(source: source, canonical: canonical(record, isSpine: isSpine))))
        }
        note(record.facts, of: entity)
        return (entity, isNew)
    }

    private mutating func note(_ facts: [Fact], of entity: Int) {
        // A measure ends only where the register says so, never by a date (支援措置 of the resident register standard).
        if facts.contains(where: { $0.item == protectionItem && $0.kind == "measure" }),
            !facts.contains(where: { $0.item == protectionItem && $0.kind == "ended" })
        {
            protected.insert(entity)
        }
        if facts.contains(where: { $0.item == "A07" && $0.value == .code("住登") }) { resident.insert(entity) }
    }

    /// What stays the same about an entity from night to night: the register's number, else all identifiers.
    private func canonical(_ record: Record, isSpine: Bool) -> String {
        if isSpine, let number = record.identifiers.number { return "\(number.space)|\(number.number)" }
        return "\(record.subject.rawValue)|" + record.identifiers.canonical
    }
}

extension Identifiers {
    /// One unambiguous line; field and list separators cannot occur in names.
    fileprivate var canonical: String {
        func join(_ forms: [NameForm]) -> String {
            forms.map { "\($0.kind.rawValue)\u{1}\($0.written)\u{1}\($0.writtenKana)" }.joined(
                separator: "\u{2}")
        }
        let birthText = birth.map { "\($0.range.lowerBound)/\($0.range.upperBound)" } ?? ""
        return [
            join(names), birthText, sex?.rawValue ?? "", address?.written ?? "", address?.postcode ?? "",
            phones.joined(separator: "\u{2}"), join(guardians), school ?? "",
            number.map { "\($0.space)\u{1}\($0.number)" } ?? "", household?.rawValue ?? "", relation ?? "",
        ].joined(separator: "\u{3}")
    }
}

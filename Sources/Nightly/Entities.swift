import Domain
import Identity
import Linkage
import Store

/// The distinct identities of tonight: rows of one source that write the same about who somebody is are one.
///
/// Repeated sources (check-ups, vaccinations) have many rows a child; linking each identity once keeps linkage small.
struct Entities {
    private(set) var records: [LinkageRecord] = []
    /// Stable keyed hashes, one per entity and no two alike, by which the next night knows it again.
    private(set) var keys: [RecordKey] = []
    /// The first row of each entity with a protection measure nobody has ended.
    private(set) var measures: [Int: RowPosition] = [:]
    /// Spine entities whose register row says they live here.
    private(set) var resident: Set<Int> = []
    /// By digest: to keep the identifiers themselves a second time would cost more than the reading.
    private var index: [IdentityDigest: Int] = [:]
    private var numbered: [RegisterNumber: (digest: IdentityDigest, position: RowPosition)] = [:]

    private struct RegisterNumber: Hashable {
        let number: PersonNumber
        let subject: Subject
    }

    /// The row of the register that has `record`'s number for somebody else; the register has each person once.
    func rowOfSameNumber(as record: Record) -> RowPosition? {
        guard let number = record.identifiers.number,
            let known = numbered[RegisterNumber(number: number, subject: record.subject)]
        else { return nil }
        return known.digest == digest(of: record) ? nil : known.position
    }

    /// The entity `record` belongs to; `isNew` where it is the first row of it.
    ///
    /// A row of the spine must have passed `rowOfSameNumber`.
    mutating func entity(
        of record: Record, isSpine: Bool, isUnique: Bool, keys hash: WorkspaceKeys
    ) -> (index: Int, isNew: Bool) {
        let source = record.position.source
        let digest = digest(of: record)
        let entity = index[digest] ?? records.count
        let isNew = entity == records.count
        if isNew {
            index[digest] = entity
            records.append(
                LinkageRecord(
                    source: source, isSpine: isSpine, isUnique: isUnique, identifiers: record.identifiers))
            // What stays the same about an entity from night to night: the register's number, else all that is written.
            var canonical = "\(record.subject.rawValue)|\(digest.hex)"
            if isSpine, let number = record.identifiers.number {
                canonical = "\(record.subject.rawValue)|\(number.space)|\(number.number)"
                numbered[RegisterNumber(number: number, subject: record.subject)] = (
                    digest, record.position
                )
            }
            keys.append(RecordKey(hash.recordKey(source: source, canonical: canonical)))
        }
        note(record, of: entity)
        return (entity, isNew)
    }

    private func digest(of record: Record) -> IdentityDigest {
        IdentityDigest(source: record.position.source, subject: record.subject, record.identifiers)
    }

    private mutating func note(_ record: Record, of entity: Int) {
        let facts = record.facts
        // A measure ends only where the register says so, never by a date (支援措置 of the resident register standard).
        if facts.contains(where: { $0.item == protectionItem && $0.kind == "measure" }),
            !facts.contains(where: { $0.item == protectionItem && $0.kind == "ended" }),
            measures[entity] == nil
        {
            measures[entity] = record.position
        }
        if facts.contains(where: { $0.item == "A07" && $0.value == .code("住登") }) { resident.insert(entity) }
    }
}

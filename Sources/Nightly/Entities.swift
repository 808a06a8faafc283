import Domain
import Identity
import Linkage
import Store

/// The distinct identities of tonight: rows of one source that write the same about who somebody is are one.
///
/// Repeated sources (check-ups, vaccinations) have many rows a child; linking each identity once keeps linkage small. The
/// identifiers themselves are in the store: to hold them here too would cost more than reading those that changed.
struct Entities {
    /// What must be known of an entity before it is read again.
    struct Traits {
        /// Its place in `origins`.
        let origin: UInt16
        let subject: Subject
        let household: HouseholdID?
        let birth: PartialDate?
        let number: PersonNumber?
        /// By which the next night knows it again.
        let key: RecordKey
        /// Of all its identifiers.
        let content: ContentPrint

        /// What is told of it here.
        var identifiers: Identifiers { Identifiers(birth: birth, number: number, household: household) }
    }

    /// Where an entity comes from.
    struct Origin: Hashable {
        let source: SourceID
        let isSpine: Bool
        let isUnique: Bool
    }

    /// Who lives together, as one source numbers it: numbers of different sources are different numbers.
    struct Household: Hashable {
        let source: SourceID
        let id: HouseholdID
    }

    private(set) var all: [Traits] = []
    private(set) var origins: [Origin] = []
    /// The first row of each entity with a protection measure nobody has ended.
    private(set) var measures: [Int: RowPosition] = [:]
    /// Rows whose end of a measure does not count: it lies ahead, or before the measure's beginning.
    private(set) var doubtfulEnds: [RowPosition] = []
    /// Spine entities whose register row says they live here.
    private(set) var resident: Set<Int> = []
    /// Spine entities on the register for less than three years, and not by birth.
    private(set) var newcomers: Set<Int> = []
    private var index: [IdentityDigest: UInt32] = [:]
    /// Spine entities by their number.
    private var numbered: [IdentityDigest: Numbered] = [:]

    private struct Numbered {
        let entity: UInt32
        let line: UInt32
        let file: UInt16
    }
    private var files: [String] = []

    var count: Int { all.count }

    func isKnown(_ identity: IdentityDigest) -> Bool { index[identity] != nil }

    func origin(of entity: Int) -> Origin { origins[Int(all[entity].origin)] }

    /// Of who an entity is and where it comes from.
    func print(of entity: Int) -> ContentPrint {
        let origin = origin(of: entity)
        var print = all[entity].content
        print.add(origin.source.rawValue)
        print.add(origin.isSpine ? 1 : 0)
        return print
    }

    func household(of entity: Int) -> Household? {
        all[entity].household.map { Household(source: origin(of: entity).source, id: $0) }
    }

    /// The row of the register that has `record`'s number for somebody else; the register has each person once.
    func rowOfSameNumber(as record: Record, _ identity: IdentityDigest) -> (file: String, line: Int)? {
        guard let number = Self.number(of: record), let known = numbered[number] else { return nil }
        return index[identity] == known.entity ? nil : (files[Int(known.file)], Int(known.line))
    }

    /// The entity `record` belongs to, and the key by which the next night knows it again where it is new.
    ///
    /// A row of the spine must have passed `rowOfSameNumber`.
    ///
    /// - Parameter day: what the extract is of; a measure that ends later has not ended.
    mutating func entity(
        of record: Record, _ identity: IdentityDigest, origin: Origin, on day: Day, keys: WorkspaceKeys
    ) -> (index: Int, newKey: RecordKey?) {
        var newKey: RecordKey?
        let entity = index[identity].map(Int.init) ?? all.count
        if entity == all.count {
            index[identity] = UInt32(entity)
            if origin.isSpine, let number = Self.number(of: record) {
                numbered[number] = Numbered(
                    entity: UInt32(entity), line: UInt32(clamping: record.position.line),
                    file: Self.number(of: record.position.file, in: &files))
            }
            let key = Self.key(of: record, identity, origin: origin, keys: keys)
            newKey = key
            all.append(
                Traits(
                    origin: Self.number(of: origin, in: &origins), subject: record.subject,
                    household: record.identifiers.household, birth: record.identifiers.birth,
                    number: record.identifiers.number, key: key, content: ContentPrint(record.identifiers)))
        }
        note(record, of: entity, on: day)
        return (entity, newKey)
    }

    /// What stays the same about an entity from night to night: the register's number, else all that is written.
    static func key(
        of record: Record, _ identity: IdentityDigest, origin: Origin, keys: WorkspaceKeys
    ) -> RecordKey {
        let own = origin.isSpine ? record.identifiers.number.map { "\($0.space)|\($0.number)" } : nil
        return RecordKey(
            keys.recordKey(
                source: origin.source, canonical: "\(record.subject.rawValue)|\(own ?? identity.hex)"))
    }

    private static func number(of record: Record) -> IdentityDigest? {
        record.identifiers.number.map {
            IdentityDigest(source: "", subject: record.subject, Identifiers(number: $0))
        }
    }

    /// The place of `value` in `list`, at whose end it is added; rows come file by file, so it is nearly always the last.
    private static func number<Value: Equatable>(of value: Value, in list: inout [Value]) -> UInt16 {
        if let last = list.lastIndex(of: value) { return UInt16(last) }
        list.append(value)
        return UInt16(list.count - 1)
    }

    private mutating func note(_ record: Record, of entity: Int, on day: Day) {
        let facts = record.facts
        // A measure ends only where the register says so, never by a date (支援措置 of the resident register standard).
        let measure = Measure(facts, on: day)
        if measure == .doubtfulEnd { doubtfulEnds.append(record.position) }
        if let measure, measure != .ended, measures[entity] == nil { measures[entity] = record.position }
        if facts.contains(where: { $0.item == "A07" && $0.value == .code("住登") }) { resident.insert(entity) }
        for fact in facts where fact.item == "A02" && fact.kind == "resident_since" {
            guard case .day(let since) = fact.value, day.number - since.number < 3 * 365 else { continue }
            // Who is born here is on the register from that day.
            if record.identifiers.birth.map({ since > $0.range.upperBound }) ?? true {
                newcomers.insert(entity)
            }
        }
    }
}

/// What a row says of a measure of protection (支援措置).
enum Measure {
    case inForce
    /// An end that lies ahead or before the beginning is a slip of the pen as likely as an end: the measure stands.
    case doubtfulEnd
    case ended

    /// `nil` where the row says nothing of any.
    ///
    /// - Parameter day: what the extract is of.
    init?(_ facts: [Fact], on day: Day) {
        guard let measure = facts.first(where: { $0.item == protectionItem && $0.kind == "measure" }) else {
            return nil
        }
        guard let end = facts.first(where: { $0.item == protectionItem && $0.kind == "ended" }) else {
            self = .inForce
            return
        }
        if case .day(let last) = end.value,
            last > day || measure.on.map({ last < $0.range.lowerBound }) ?? false
        {
            self = .doubtfulEnd
        } else {
            self = .ended
        }
    }
}

extension IdentityDigest {
    init(of record: Record) {
        self.init(source: record.position.source, subject: record.subject, record.identifiers)
    }
}

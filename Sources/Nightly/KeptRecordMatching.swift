import Domain
import Identity
import Store

/// Finds tonight's records of those that something people said is about.
struct KeptRecordMatching {
    private let kept: [KeptRecord]
    private let keys: WorkspaceKeys
    /// By key of a record, the places of kept ones it stands for; likewise by key of a number.
    private var byKey: [String: [Int]] = [:]
    private var byNumber: [String: [Int]] = [:]
    /// By place of the kept record.
    private(set) var found: [Found]

    /// What came tonight of one kept record.
    struct Found {
        /// Records that say what it said.
        fileprivate(set) var same: Set<Int> = []
        /// Records of the same person that say something else now: with the number, and with birth and given name.
        fileprivate(set) var edited: Set<Int> = []
        /// The number came with somebody else's birth or given name.
        fileprivate(set) var hasStranger = false

        /// While the very record comes, another one with its number is another record.
        var records: Set<Int> { same.isEmpty ? edited : same }
        var isStranger: Bool { records.isEmpty && hasStranger }
    }

    init(_ kept: [KeptRecord], keys: WorkspaceKeys) {
        self.kept = kept
        self.keys = keys
        found = Array(repeating: Found(), count: kept.count)
        for (place, record) in kept.enumerated() {
            byKey[record.key, default: []].append(place)
            if let number = record.number { byNumber[number, default: []].append(place) }
        }
    }

    /// Whether any kept record may be this one, by what costs no reading.
    func mayConcern(
        _ key: RecordKey, _ number: PersonNumber?, in origin: Entities.Origin, subject: Subject
    ) -> Bool {
        guard !kept.isEmpty else { return false }
        if byKey[key.rawValue] != nil { return true }
        guard !byNumber.isEmpty, let number else { return false }
        return byNumber[keys.numberKey(source: origin.source, subject: subject, number)] != nil
    }

    /// A record is known by what it says, or, where an address or a family name in it has changed since, by its source's
    /// number; but a number that goes with somebody else's birth or given name now is that person's.
    mutating func look(
        at entity: (key: String, identifiers: Identifiers), of record: Int, in origin: Entities.Origin,
        subject: Subject
    ) {
        guard !kept.isEmpty else { return }
        for place in byKey[entity.key] ?? [] { found[place].same.insert(record) }
        guard !byNumber.isEmpty, let number = entity.identifiers.number,
            let places = byNumber[keys.numberKey(source: origin.source, subject: subject, number)]
        else { return }
        let marks = keys.marks(source: origin.source, entity.identifiers)
        for place in places {
            if kept[place].marks.isDisjoint(with: marks) {
                found[place].hasStranger = true
            } else {
                found[place].edited.insert(record)
            }
        }
    }
}

import Domain
import Identity
import Mapping
import Store

/// Knows the records of persons who were shredded when their rows come again, by keyed hashes alone.
struct ShreddedRecords: Sendable {
    private let keys: WorkspaceKeys
    private var records: Set<String> = []
    /// By key of the source's own number: marks of whom it was, as `KeptRecord` has them.
    private var marks: [String: Set<String>] = [:]

    init(_ persons: [ShreddedPerson], keys: WorkspaceKeys) {
        self.keys = keys
        for record in persons.flatMap(\.records) {
            records.insert(record.key)
            if let number = record.number { marks[number, default: []].formUnion(record.marks) }
        }
    }

    var isEmpty: Bool { records.isEmpty }

    /// Whether a record is such a person's: it says what one said, or has the number of one with the same birth and given name.
    func hold(_ record: Record, key: RecordKey) -> Bool {
        if records.contains(key.rawValue) { return true }
        guard !marks.isEmpty, let number = record.identifiers.number else { return false }
        let source = record.position.source
        guard let own = marks[keys.numberKey(source: source, subject: record.subject, number)] else {
            return false
        }
        return !own.isDisjoint(with: keys.marks(source: source, record.identifiers))
    }

    /// Whether a rejected row may be such a person's: what it says is not kept then.
    func mayHold(_ clues: [Clue], of source: SourceID) -> Bool {
        guard !marks.isEmpty else { return false }
        return clues.compactMap(\.number).contains { number in
            Subject.allCases.contains {
                marks[keys.numberKey(source: source, subject: $0, number)] != nil
            }
        }
    }
}

import Domain
import Identity
import Mapping
import Store

/// Knows the records of persons who were shredded when their rows come again, by keyed hashes alone.
struct ShreddedRecords: Sendable {
    private let keys: WorkspaceKeys
    /// By key, the number of the tombstone.
    private var records: [String: Int] = [:]
    /// By key of the source's own number: marks of whom it was, as `KeptRecord` has them.
    private var marks: [String: [(person: Int, marks: Set<String>)]] = [:]
    /// That had a record of one; `nil`: of some it is not known.
    private var sources: Set<SourceID>? = []

    init(_ persons: [ShreddedPerson], keys: WorkspaceKeys) {
        self.keys = keys
        for person in persons {
            for record in person.records {
                records[record.key] = person.number
                if let source = record.source { sources?.insert(source) } else { sources = nil }
                if let number = record.number {
                    marks[number, default: []].append((person.number, record.marks))
                }
            }
        }
    }

    var isEmpty: Bool { records.isEmpty }

    /// The number of the tombstone of whom a record is: it says what one said, or has the number of one with the same birth and
    /// given name. `nil`: of nobody who was shredded.
    func person(of record: Record, key: RecordKey) -> Int? {
        if let person = records[key.rawValue] { return person }
        guard !marks.isEmpty, let number = record.identifiers.number else { return nil }
        let source = record.position.source
        guard let kept = marks[keys.numberKey(source: source, subject: record.subject, number)] else {
            return nil
        }
        let own = keys.marks(source: source, record.identifiers)
        return kept.first { !$0.marks.isDisjoint(with: own) }?.person
    }

    /// Whether a rejected row may be such a person's: what it says is not kept then. Names are not read of a rejected row: where
    /// a number does not say that everybody in it is somebody else, it may be of anybody the source knew.
    func mayHold(_ clues: [Clue], of source: SourceID) -> Bool {
        guard !isEmpty, sources?.contains(source) ?? true else { return false }
        let numbers = clues.compactMap(\.number)
        guard !clues.isEmpty, numbers.count == clues.count else { return true }
        return numbers.contains { number in
            Subject.allCases.contains {
                marks[keys.numberKey(source: source, subject: $0, number)] != nil
            }
        }
    }
}

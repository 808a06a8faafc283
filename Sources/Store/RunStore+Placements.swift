package import Domain

/// Where a record stands and whose it was taken to be; numbers and ids, no value.
package struct Placement: Sendable {
    package let source: SourceID
    package let file: String
    package let line: Int
    package let subject: Subject
    /// The distinct identifiers the record has, as numbered by the night.
    package let entity: Int
    /// A number that is equal for one person only, meaningful within this run.
    package let person: Int
}

extension RunStore {
    /// Calls `body` for every record of the run, in the order the rows came.
    package func placements(_ body: (Placement) throws -> Void) throws {
        var persons: [Int: Int] = [:]
        try vault.statement("SELECT entity, person FROM membership").rows { persons[$0.int(0)] = $0.int(1) }
        var files: [Int: (source: SourceID, name: String)] = [:]
        try facts.statement("SELECT id, source, name FROM file").rows {
            files[$0.int(0)] = (SourceID($0.text(1)), $0.text(2))
        }
        try facts.statement("SELECT file, line, subject, entity FROM record ORDER BY id").rows { row in
            guard let file = files[row.int(0)], let person = persons[row.int(3)],
                Subject.allCases.indices.contains(row.int(2))
            else { throw ByteReader.damaged }
            try body(
                Placement(
                    source: file.source, file: file.name, line: row.int(1),
                    subject: Subject.allCases[row.int(2)], entity: row.int(3), person: person))
        }
    }
}

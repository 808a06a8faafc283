internal import Domain
internal import Foundation

extension RunStore {
    /// Keys of the records of somebody, of those that did not come.
    func absentKeys(of person: PersonID) throws -> [String] {
        var keys: [String] = []
        try vault.statement("SELECT key FROM absent WHERE person = ? ORDER BY key").rows(person.rawValue) {
            keys.append($0.text(0))
        }
        return keys
    }

    /// The rows of a person that stand as they were corrected.
    func correctedPlaces(of person: PersonID) throws -> Set<ExtractPlace> {
        guard let number = try self.person(person)?.number else { return [] }
        var places: Set<ExtractPlace> = []
        for entity in try entities(ofPerson: number) {
            try facts.statement(
                """
                SELECT d.sha256, r.line FROM record r JOIN file d ON d.id = r.file
                JOIN corrected c ON c.file = r.file AND c.line = r.line WHERE r.entity = ?
                """
            ).rows(entity) { places.insert(ExtractPlace(sha256: $0.text(0), line: $0.int(1))) }
        }
        return places
    }

    /// Empties what rows say of some records in every finished run on the disk, and removes what the runs compared, which holds
    /// everybody's identifiers; a run keeps its rows, fates and numbers, so that its ledger still holds.
    ///
    /// - Parameter records: opaque keys.
    /// - Returns: how many rows were emptied.
    static func removeFacts(of records: Set<String>, fromRunsIn folder: String) throws -> Int {
        var count = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
            let run = folder + "/" + name
            try ComparisonFile.remove(folder: run)
            let (facts, vault) = (run + "/facts.sqlite", run + "/vault.sqlite")
            guard access(facts, F_OK) == 0, access(vault, F_OK) == 0 else { continue }
            var entities: [Int] = []
            let wanted = try json(records.sorted())
            do {
                try Database(path: vault, mode: .readOnly).statement(
                    "SELECT id FROM entity WHERE key IN (SELECT value FROM json_each(?))"
                ).rows(wanted) { entities.append($0.int(0)) }
            } catch {
                // What a stopped night left is no run, and is removed by the next one.
                continue
            }
            guard !entities.isEmpty else { continue }
            let database = try Database(path: facts, mode: .removing)
            try database.transaction {
                let emptied = try database.statement(
                    """
                    UPDATE record SET facts = ?1 WHERE entity IN (SELECT value FROM json_each(?2)) AND facts <> ?1
                    RETURNING 1
                    """)
                var nothing = RunWords()
                try emptied.rows(nothing.pack([]), try json(entities)) { _ in count += 1 }
            }
        }
        return count
    }
}

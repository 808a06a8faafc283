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

    /// Where the rows of some records stand: as departments number them, and as extracts are known.
    ///
    /// - Parameter records: opaque keys.
    func places(
        ofRecords records: Set<String>
    ) throws -> (rows: Set<RowPosition>, extracts: Set<ExtractPlace>) {
        var entities: [Int] = []
        try vault.statement("SELECT id FROM entity WHERE key IN (SELECT value FROM json_each(?))").rows(
            try json(records.sorted())
        ) { entities.append($0.int(0)) }
        var (rows, extracts) = (Set<RowPosition>(), Set<ExtractPlace>())
        for entity in entities {
            try facts.statement(
                "SELECT d.sha256, r.line, d.source, d.name FROM record r JOIN file d ON d.id = r.file WHERE r.entity = ?"
            ).rows(entity) { row in
                extracts.insert(ExtractPlace(sha256: row.text(0), line: row.int(1)))
                rows.insert(
                    RowPosition(
                        source: SourceID(row.text(2)), file: row.text(3), line: row.int(1), offset: 0))
            }
        }
        return (rows, extracts)
    }

    /// Removes copies of extracts, and runs but the `kept` ones: those that no publication knows, since their records may have keys
    /// that nothing else names; where everything is sealed anew, all that are not in service.
    ///
    /// - Returns: how many runs went.
    @discardableResult
    static func removeRuns(inFolder folder: String, besides kept: [String]) throws -> Int {
        var count = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
            let path = folder + "/" + name + (kept.contains(name) ? "/frozen" : "")
            guard access(path, F_OK) == 0 else { continue }
            if !kept.contains(name) { count += 1 }
            do {
                try FileManager.default.removeItem(atPath: path)
            } catch {
                throw Fault(
                    .inputOutput, code: "run.remove", message: "要らなくなった実行の控えを消せません。", file: path,
                    fix: "権限を確かめてから、もう一度実行してください。")
            }
        }
        return count
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
            try KeptFile.remove(folder: run)
            let (facts, vault) = (run + "/facts.sqlite", run + "/vault.sqlite")
            guard access(facts, F_OK) == 0, access(vault, F_OK) == 0 else { continue }
            // Also where the rows were emptied before a stop.
            try Database.eraseJournal(of: facts)
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
            try remove(entities, from: facts, &count)
            try Database.eraseJournal(of: facts)
        }
        return count
    }

    /// Closes the file behind it.
    private static func remove(_ entities: [Int], from facts: String, _ count: inout Int) throws {
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
}

internal import Domain
internal import Foundation

/// How far the sealing anew of a workspace has come.
package struct ResealingProgress: Sendable {
    /// Its steps, in order.
    package enum Step: String, Sendable, CaseIterable {
        case records, persons, rejected, comparisons, corrections
    }
    package let step: Step
    package let done: Int
    /// 0 where it is not known, or not worth counting.
    package let total: Int
}

/// A column of a run's vault that is sealed.
private struct SealedColumn: Sendable {
    let step: ResealingProgress.Step
    let table: String
    /// Row number, value, keys of the records that seal it (NULL: what cannot be told apart by person does), file and line.
    let read: String
    /// Takes a row over, its number `?1`, with the value `?2`.
    let write: String
    /// Of row number, file and line.
    let cell: @Sendable (Int, Int, Int) -> SealedCell

    static let all = [
        SealedColumn(
            step: .records, table: "entity",
            read: "SELECT id, identifiers, key, 0, 0 FROM entity ORDER BY id",
            write: "INSERT INTO main.entity SELECT id, source, key, ?2 FROM old.entity WHERE id = ?1"
        ) { row, _, _ in RunStore.cell(ofEntity: row) },
        SealedColumn(
            step: .persons, table: "person",
            read: "SELECT id, display, records, 0, 0 FROM person ORDER BY id",
            write: """
                INSERT INTO main.person SELECT id, person, household, protected, resident, ?2, records
                FROM old.person WHERE id = ?1
                """
        ) { row, _, _ in RunStore.cell(ofPerson: row) },
        SealedColumn(
            step: .rejected, table: "rejected_row",
            read: "SELECT rowid, row, NULL, file, line FROM rejected_row ORDER BY rowid",
            write:
                "INSERT INTO main.rejected_row SELECT file, line, ?2 FROM old.rejected_row WHERE rowid = ?1"
        ) { _, file, line in RunStore.cell(file: file, line: line) },
    ]
}

/// A value of such a column.
private struct SealedValue: Sendable {
    let row: Int
    let cell: SealedCell
    let records: String?
    var sealed: [UInt8]?
}

extension RunStore {
    /// Seals a finished run's vault by the root in use, where another one has: a new file is made beside it, and takes its name when it
    /// is whole. Also where a stop left it half made, or made already.
    ///
    /// - Returns: how many rows of the vault's sealed columns there are, by step.
    /// - Throws: `Fault`: what `open` throws; `.inputOutput`, and then the run is as it was.
    static func reseal(
        _ publication: PublicationInfo, in runsFolder: String, keys: WorkspaceKeys, threads: Int,
        progress: (ResealingProgress) throws -> Void
    ) throws -> [ResealingProgress.Step: Int] {
        let run = try open(published: publication, in: runsFolder, keys: keys)
        // Read once, from the first page to the last.
        try run.vault.execute("PRAGMA mmap_size = 0; PRAGMA cache_size = -4096;")
        let new = vaultPath(run.folder) + ".new"
        unlink(new)
        let counts = try SealedColumn.all.reduce(into: [ResealingProgress.Step: Int]()) { counts, column in
            counts[column.step] = try run.vault.statement(
                "SELECT count(*) FROM \(column.table)"
            ).first { $0.int(0) }
        }
        guard run.root.number != run.ring.root.number else { return counts }
        do {
            try run.writeResealed(to: new, counts, threads: threads, progress: progress)
        } catch {
            unlink(new)
            throw error
        }
        guard rename(new, vaultPath(run.folder)) == 0 else {
            throw Fault(
                .inputOutput, code: "disk.io", message: "暗号化し直した記録を、前のものと入れ替えられません。", file: new,
                fix: "フォルダの権限とディスクの状態を確かめてから、もう一度実行してください。")
        }
        try synchronise(folder: run.folder)
        return counts
    }

    /// Closes the file behind it.
    private func writeResealed(
        to path: String, _ counts: [ResealingProgress.Step: Int], threads: Int,
        progress: (ResealingProgress) throws -> Void
    ) throws {
        let new = try Database(path: path, mode: .building)
        guard chmod(path, 0o600) == 0 else {
            throw Fault(
                .inputOutput, code: "store.open", message: "データベースの権限を 0600 にできません。", file: path,
                fix: "ファイルの所有者を確認してください。")
        }
        var tables: [String] = []
        var indexes = ""
        try vault.statement(
            "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%'"
        ).rows { row in
            if row.text(0) == "table" { tables.append(row.text(1)) }
            if row.text(0) == "table" { try new.execute(row.text(2)) } else { indexes += row.text(2) + ";" }
        }
        try new.statement("ATTACH ? AS old").run(vault.path)
        try new.execute("BEGIN")
        let sealed = SealedColumn.all.map(\.table) + ["marker"]
        for table in tables where !sealed.contains(table) {
            try new.execute("INSERT INTO main.\(table) SELECT * FROM old.\(table)")
        }
        for column in SealedColumn.all {
            try reseal(column, into: new, of: counts[column.step] ?? 0, threads: threads, progress: progress)
        }
        new.forgetStatements()
        try new.execute("COMMIT; DETACH old;")
        try Self.complete(new, indexes: indexes)
        try Self.mark(new, build: build, ring: ring, commonKey: ring.common)
    }

    private func reseal(
        _ column: SealedColumn, into new: Database, of total: Int, threads: Int,
        progress: (ResealingProgress) throws -> Void
    ) throws {
        let (before, now, keyBefore, keyNow) = (root, ring.root, commonKey, ring.common)
        let write = try new.statement(column.write)
        let line = SealingLine(threads: threads) { (batch: [SealedValue]) in
            try batch.map { value in
                var value = value
                value.sealed = try value.sealed.flatMap { sealed in
                    if let records = value.records {
                        // Of somebody who was shredded nothing is left; the row stays.
                        return try RunStore.reseal(
                            sealed, value.cell, ofRecords: records, from: before, to: now) ?? []
                    }
                    guard var plain = try before.open(sealed, in: value.cell, by: keyBefore) else {
                        return nil
                    }
                    defer { wipe(&plain) }
                    return try now.seal(plain, in: value.cell, by: keyNow)
                }
                return value
            }
        } take: { batch in
            for value in batch { try write.run(value.row, value.sealed) }
        }
        var batch: [SealedValue] = []
        var done = 0
        func putBatch() throws {
            done += batch.count
            try line.put(batch)
            batch.removeAll(keepingCapacity: true)
            try progress(ResealingProgress(step: column.step, done: done, total: total))
        }
        try vault.statement(column.read).rows { row in
            batch.append(
                SealedValue(
                    row: row.int(0), cell: column.cell(row.int(0), row.int(3), row.int(4)),
                    records: row.optionalText(2), sealed: row.optionalBlob(1)))
            if batch.count == 1024 { try putBatch() }
        }
        try putBatch()
        try line.finish()
    }

    /// `nil` where a record is of somebody who was shredded.
    private static func reseal(
        _ sealed: [UInt8], _ cell: SealedCell, ofRecords records: String, from before: KeyRoot,
        to now: KeyRoot
    ) throws -> [UInt8]? {
        let opened = try before.withKey(ofRecords: records) {
            try Seal.open(sealed, in: cell, keyName: records, key: $0)
        }
        guard var plain = opened else { return nil }
        defer { wipe(&plain) }
        return try now.withKey(ofRecords: records) {
            Seal.seal(plain, in: cell, keyName: records, key: $0)
        }
    }
}

internal import CSQLite
internal import Domain
internal import Foundation

/// An open handle to one SQLite file; closes it when nobody uses it any more.
final class Connection {
    let path: String
    let handle: OpaquePointer

    init(path: String, flags: Int32) throws {
        var opened: OpaquePointer?
        let result = sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard result == SQLITE_OK, let opened else {
            let systemError = errno
            sqlite3_close_v2(opened)
            throw databaseFault(
                result, systemError: systemError, detail: String(cString: sqlite3_errstr(result)), path: path)
        }
        self.path = path
        handle = opened
    }

    deinit { sqlite3_close_v2(handle) }

    func check(_ result: Int32) throws {
        guard result == SQLITE_OK else { throw fault(result) }
    }

    func fault(_ result: Int32) -> Fault {
        databaseFault(
            result, systemError: sqlite3_system_errno(handle),
            detail: String(cString: sqlite3_errmsg(handle)),
            path: path)
    }
}

/// One SQLite file with its prepared statements. Not for two threads at a time.
final class Database {
    enum Mode {
        /// Creates the file where it is missing; every commit survives a power cut.
        case durable
        /// A file that nobody reads before it is finished: fast, and worthless after a crash.
        case building
        /// A file that is there, to take something out of it: what goes is overwritten.
        case removing
        case readOnly
    }

    private let connection: Connection
    /// Device and number of the file that is open; another file may come to lie at the path.
    private var place: (dev_t, ino_t)?
    private var statements: [String: Statement] = [:]

    var path: String { connection.path }

    init(path: String, mode: Mode) throws {
        switch mode {
        case .durable, .building:
            connection = try Connection(path: path, flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
        case .removing: connection = try Connection(path: path, flags: SQLITE_OPEN_READWRITE)
        case .readOnly:
            try Self.recover(path)
            connection = try Connection(path: path, flags: SQLITE_OPEN_READONLY)
        }
        try connection.check(renkei_sqlite3_harden(connection.handle))
        try connection.check(sqlite3_busy_timeout(connection.handle, 10_000))
        try execute("PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;")
        switch mode {
        case .durable:
            try execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;")
        case .building:
            // One connection, no reader: a run file is trusted for its marker, not for its journal.
            try execute(
                """
                PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;
                PRAGMA cache_size = -4096;
                """)
        case .removing:
            // The journal holds what goes: it keeps its name, so that `eraseJournal` can overwrite it.
            try execute(
                "PRAGMA secure_delete = ON; PRAGMA synchronous = FULL; PRAGMA journal_mode = PERSIST;")
        case .readOnly:
            try execute("PRAGMA query_only = ON; PRAGMA cache_size = -65536; PRAGMA mmap_size = 1073741824;")
        }
    }

    /// Runs statements that take no values and give no rows.
    func execute(_ sql: String) throws {
        try connection.check(sqlite3_exec(connection.handle, sql, nil, nil, nil))
    }

    /// A prepared statement, kept for the next call with the same text.
    func statement(_ sql: String) throws -> Statement {
        if let kept = statements[sql] { return kept }
        let made = try Statement(sql, on: connection)
        statements[sql] = made
        return made
    }

    /// Brings the log into the file and empties it, so that what was overwritten stands in neither.
    ///
    /// - Returns: `false` where somebody was reading all the while.
    func foldLog() throws -> Bool {
        for _ in 0..<3 {
            // SQLite tells of the busy one in a row, and not as an error.
            if try statement("PRAGMA wal_checkpoint(TRUNCATE)").first(read: { $0.int(0) }) == 0 {
                return true
            }
        }
        return false
    }

    /// Rolls back what a stop left half done: who opens a file only to read it cannot, and would take it for lost.
    private static func recover(_ path: String) throws {
        var status = stat()
        guard stat(path + "-journal", &status) == 0, status.st_size > 0 else { return }
        _ = try Database(path: path, mode: .removing).statement("SELECT count(*) FROM sqlite_schema").first {
            $0.int(0)
        }
    }

    /// Overwrites what `removing` left of what went; nobody may be at the file.
    static func eraseJournal(of path: String) throws {
        try recover(path)
        try erase(path + "-journal")
    }

    /// Forgets every prepared statement, so that the schema may change.
    func forgetStatements() { statements = [:] }

    /// Runs `body` in a write transaction: all of it is in the file afterwards, or nothing.
    func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        try execute("BEGIN IMMEDIATE")
        do {
            let result = try body()
            try requireInPlace()
            try execute("COMMIT")
            return result
        } catch {
            rollBack()
            throw error
        }
    }

    /// Runs `body` within the transaction that is open: all of it is in there afterwards, or nothing.
    func savepoint<Result>(_ body: () throws -> Result) throws -> Result {
        try execute("SAVEPOINT part")
        do {
            let result = try body()
            try execute("RELEASE part")
            return result
        } catch {
            if isInTransaction { try execute("ROLLBACK TO part; RELEASE part") }
            throw error
        }
    }

    /// Ends the transaction that is open.
    func commit() throws {
        do {
            try requireInPlace()
            try execute("COMMIT")
        } catch {
            rollBack()
            throw error
        }
    }

    /// From now on the file must stay where it is (`requireInPlace`).
    func watchPlace() throws { place = try placeOfFile() }

    /// Refuses to go on where the file was deleted, or another one was put in its place, while it is open: what is written into it
    /// from then on is lost with the last process that has it open.
    ///
    /// - Throws: `Fault` of kind `.inputOutput` `store.replaced`.
    func requireInPlace() throws {
        guard let place else { return }
        guard let now = try? placeOfFile(), now == place else {
            throw Fault(
                .inputOutput, code: "store.replaced",
                message: "動いているあいだに、データベースのファイルが消されたか、入れ替えられました。記録が残らないため、何もお見せできません。",
                file: URL(filePath: path).lastPathComponent,
                fix: "画面（renkei serve）を止め、ファイルを確かめてから、始め直してください。控えから戻すときは、先に止めます（docs/keys.md）。")
        }
    }

    private func placeOfFile() throws -> (dev_t, ino_t) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw POSIXError(.ENOENT) }
        return (status.st_dev, status.st_ino)
    }

    var isInTransaction: Bool { sqlite3_get_autocommit(connection.handle) == 0 }

    /// SQLite rolls back by itself on some errors; then there is nothing left to undo.
    private func rollBack() {
        if isInTransaction { try? execute("ROLLBACK") }
    }
}

/// A result code of SQLite as an official's fault. SQLite's own text names tables and columns, never bound values.
func databaseFault(_ result: Int32, systemError: Int32, detail: String, path: String) -> Fault {
    let file = URL(filePath: path).lastPathComponent
    let isFull = [ENOSPC, EDQUOT, EFBIG].contains(systemError)
    switch result & 0xFF {
    case let code where code == SQLITE_FULL || code == SQLITE_IOERR && isFull:
        return Fault(
            .inputOutput, code: "disk.full", message: "ディスクの空きがないため、書き込めませんでした。", file: file,
            fix: "ディスクの空きを増やしてから、もう一度実行してください。これまでの公開内容はそのまま残っています。")
    case SQLITE_IOERR:
        return Fault(
            .inputOutput, code: "disk.io", message: "ファイルの読み書きに失敗しました(\(detail))。", file: file,
            fix: "ディスクの空きと状態を確認してから、もう一度実行してください。")
    case SQLITE_BUSY, SQLITE_LOCKED:
        return Fault(
            .busy, code: "store.busy", message: "ほかの処理が使用中のため、書き込めませんでした。", file: file,
            fix: "ほかの renkei が終わるのを待ってから、もう一度実行してください。")
    case SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH:
        return Fault(
            .inputOutput, code: "store.open", message: "データベースを開けない、または書き込めません。", file: file,
            fix: "ファイルとフォルダの場所・所有者・権限を確認してください。")
    case SQLITE_CORRUPT, SQLITE_NOTADB:
        return Fault(
            .inputOutput, code: "store.corrupt", message: "データベースのファイルが壊れています。", file: file,
            fix: "ファイルを退避し、バックアップから戻してください。")
    default:
        return Fault(
            .internal, code: "store.sql", message: "データベースの処理に失敗しました(\(detail))。", file: file,
            fix: "この表示を添えて、開発元に連絡してください。")
    }
}

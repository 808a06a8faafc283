internal import Foundation

/// One commit that several answers wait for: a disk writes the events of sixteen readers as fast as that of one.
///
/// Unchecked Sendable: `outcome` is touched only under `condition`; `size` only by who holds the store's lock.
final class SharedCommit: @unchecked Sendable {
    /// Answers that wait for one commit at most.
    static let limit = 64

    private let condition = NSCondition()
    private var outcome: Result<Void, any Error>?
    var size = 0

    /// Blocks until it is committed.
    ///
    /// - Throws: why it could not be: none of the answers may be given.
    func wait() throws {
        condition.lock()
        defer { condition.unlock() }
        while outcome == nil { condition.wait() }
        try outcome?.get()
    }

    func settle(_ outcome: Result<Void, any Error>) {
        condition.withLock {
            self.outcome = outcome
            condition.broadcast()
        }
    }
}

/// Lets one thread at a time to the database, and lets those that only add to the trail commit together.
///
/// Whoever leaves while others are waiting leaves the shared transaction open for them; whoever leaves last commits it.
/// Unchecked Sendable: `waiting` is touched only under `entrance`; all else only under `lock`.
final class Turns: @unchecked Sendable {
    private let entrance = NSLock()
    private var waiting = 0
    private let lock = NSLock()
    private let database: Database
    private var shared: SharedCommit?

    init(database: Database) { self.database = database }

    /// Runs `body` alone, after what others have open is committed.
    func alone<Result>(_ body: (Database) throws -> Result) throws -> Result {
        enter()
        defer { leave() }
        commitShared()
        try database.requireInPlace()
        return try body(database)
    }

    /// Runs `body`, which may see what others have not committed yet.
    func glancing<Result>(_ body: (Database) throws -> Result) throws -> Result {
        enter()
        defer { leave() }
        try database.requireInPlace()
        return try body(database)
    }

    /// Runs `body` within a write transaction that others may share, and returns once it is committed; where `body` throws, nothing
    /// of it stays.
    func sharing<Result>(_ body: (Database) throws -> Result) throws -> Result {
        let (result, commit) = try inShared(body)
        try commit.wait()
        return result
    }

    private func inShared<Result>(_ body: (Database) throws -> Result) throws -> (Result, SharedCommit) {
        enter()
        defer { leave() }
        let commit =
            try shared
            ?? {
                try database.execute("BEGIN IMMEDIATE")
                return SharedCommit()
            }()
        shared = commit
        do {
            let result = try database.savepoint { try body(database) }
            return (result, commit)
        } catch {
            // SQLite rolls everything back by itself on some errors: the others' events are gone as well.
            if !database.isInTransaction {
                shared = nil
                commit.settle(.failure(error))
            }
            throw error
        }
    }

    /// Whether somebody waits for a turn.
    var isAwaited: Bool { entrance.withLock { waiting > 0 } }

    private func enter() {
        entrance.withLock { waiting += 1 }
        lock.lock()
        entrance.withLock { waiting -= 1 }
    }

    private func leave() {
        if let shared {
            // Of every turn while it is open: those who only look may not hold it up.
            shared.size += 1
            if shared.size >= SharedCommit.limit || !isAwaited { commitShared() }
        }
        lock.unlock()
    }

    private func commitShared() {
        guard let commit = shared else { return }
        shared = nil
        commit.settle(Swift.Result { try database.commit() })
    }
}

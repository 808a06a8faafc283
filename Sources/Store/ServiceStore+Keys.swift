internal import Audit
internal import Domain
package import Foundation
package import Policy

extension ServiceStore {
    /// Wraps the ring under a fresh key; what was sealed stays as it is, and the key before opens nothing any more.
    ///
    /// The trail knows of it before it is done: where that cannot be written, nothing changes.
    /// - Parameter reason: without names or numbers of persons: it stays in the audit trail.
    /// - Returns: the ring's number now.
    package func rotateRing(reason: String, actor: Actor, at: Date) throws -> Int {
        try exclusively { database in
            var event = AuditEvent(.keysRotate, actor: actor.description, at: at.milliseconds)
            event.references = ["reason": reason, "key": "ring.key"]
            try database.transaction {
                try renewRing(in: database)
                event.counts = ["serial": keys.ring.serial + 1]
                try append(event, in: database)
            }
            try keys.ringFile.replace { $0.next() }
            try database.transaction { try noteRing(in: database) }
            return keys.ring.serial
        }
    }

    /// Changes the ring so that the key of what people corrected goes: that is sealed by another one before, and is so on the disk; then,
    /// in a transaction in which nobody else can keep any, the ring changes. A stop anywhere leaves everything readable, or the
    /// key gone.
    ///
    /// - Parameters:
    ///   - name: the key that outlasts the change.
    ///   - isDone: whether the ring has changed already.
    ///   - reseal: seals what people corrected by that key, and whatever `isLeft` asks for.
    ///   - isLeft: whether anything else is still sealed by what the change takes away.
    func replaceRing(
        sealing name: (KeyRing) -> KeyName, unless isDone: () -> Bool,
        reseal: (Database) throws -> Void, isLeft: (Database) throws -> Bool = { _ in false },
        change: (KeyRing) throws -> KeyRing
    ) throws {
        var isReplaced = false
        while !isReplaced {
            try transaction { database in
                try renewRing(in: database)
                if !isDone() { try reseal(database) }
            }
            isReplaced = try transaction { database in
                try renewRing(in: database)
                guard !isDone() else { return true }
                let stale =
                    try database.statement(
                        """
                        SELECT 1 FROM correction WHERE key IS NOT ?1
                        UNION ALL SELECT 1 FROM rectification WHERE key NOT IN ('', ?1) LIMIT 1
                        """
                    ).first(name(keys.ring).text) { _ in true }
                guard stale == nil, try !isLeft(database) else { return false }
                try keys.ringFile.replace(change)
                try noteRing(in: database)
                return true
            }
        }
    }

    /// Refuses a ring that is older than the one this database has seen, or another one; notes a newer one.
    func requireLatestRing(in database: Database) throws {
        let ring = keys.ring
        let seen = try database.statement("SELECT serial, ring FROM key_ring").first {
            (serial: $0.int(0), id: $0.optionalText(1))
        }
        guard let seen else { return try noteRing(in: database) }
        if let id = seen.id, id != ring.id {
            throw Fault(
                .configuration, code: "keys.ring-other",
                message: "鍵束（ring.sealed、\(ring.id)）が、このデータベースの知るもの（\(id)）ではないため、開きません。",
                file: "ring.sealed", fix: "このデータベースの ring.sealed と ring.key の控えを、一緒に戻してください（docs/keys.md）。")
        }
        guard ring.serial >= seen.serial else {
            throw Fault(
                .configuration, code: "keys.ring-older",
                message: "鍵束（ring.sealed、\(ring.serial)番）が、このデータベースの知るもの（\(seen.serial)番）より古いため、開きません。"
                    + "古い鍵束では、消去した方の記録が読めてしまうおそれがあります。",
                file: "ring.sealed",
                fix: "いちばん新しい ring.sealed と ring.key の控えを、一緒に戻してください（docs/keys.md）。")
        }
        if ring.serial > seen.serial || seen.id == nil { try noteRing(in: database) }
    }

    /// Refuses keys that are not those this database was made with: other ids of everybody would forget who was shredded, who
    /// refused, and who read what.
    func requireOwnKeys(in database: Database) throws {
        var seen: [String: String] = [:]
        try database.statement("SELECT name, id FROM workspace_key").rows { seen[$0.text(0)] = $0.text(1) }
        let own = keys.lasting
        for (file, id) in own {
            if let known = seen[file], known != id {
                throw Fault(
                    .configuration, code: "keys.other",
                    message: "鍵（\(file)、\(id)）が、このデータベースの知るもの（\(known)）ではないため、開きません。"
                        + "別の鍵では、消去した方、利用停止、だれが見たかが分からなくなります。",
                    file: file, fix: "この作業フォルダの \(file) の控えを戻してください（docs/keys.md）。")
            }
            if let twin = own.first(where: { $0.file != file && $0.id == id }) {
                throw Fault(
                    .configuration, code: "keys.same", message: "鍵 \(file) と \(twin.file) が、同じ中身です。",
                    file: file, fix: "取り違えた鍵の控えを、正しいものに戻してください（docs/keys.md）。")
            }
        }
        for (file, id) in own where seen[file] == nil {
            try database.statement("INSERT OR IGNORE INTO workspace_key VALUES (?, ?)").run(file, id)
        }
    }

    /// Notes which ring this database has seen last.
    func noteRing(in database: Database) throws {
        try database.statement(
            """
            INSERT INTO key_ring(one, serial, ring) VALUES (1, ?, ?)
            ON CONFLICT DO UPDATE SET serial = max(serial, excluded.serial), ring = excluded.ring
            """
        ).run(keys.ring.serial, keys.ring.id)
    }

    /// Whether the database at `path` has seen a ring; nothing is changed, and one of an earlier form has not.
    static func knowsRing(_ path: String) -> Bool {
        guard access(path, F_OK) == 0, let database = try? Database(path: path, mode: .readOnly) else {
            return false
        }
        let known = try? database.statement("SELECT 1 FROM key_ring").first { _ in true }
        return known.flatMap(\.self) ?? false
    }
}

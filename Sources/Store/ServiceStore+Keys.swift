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
            event.counts = ["serial": keys.ring.serial + 1]
            try database.transaction { try append(event, in: database) }
            try keys.ringFile.replace { $0.next() }
            try database.transaction { try noteRing(in: database) }
            return keys.ring.serial
        }
    }

    /// Refuses a ring that is older than the one this database has seen.
    func requireLatestRing(in database: Database) throws {
        let seen = try database.statement("SELECT serial FROM key_ring").first { $0.int(0) } ?? 0
        guard keys.ring.serial < seen else { return }
        throw Fault(
            .denied, code: "keys.ring-older",
            message: "鍵束（ring.sealed、\(keys.ring.serial)番）が、このデータベースの知るもの（\(seen)番）より古いため、開きません。"
                + "古い鍵束では、消去した方の記録が読めてしまうおそれがあります。",
            file: "ring.sealed",
            fix: "いちばん新しい ring.sealed と ring.key の控えを、一緒に戻してください（docs/keys.md）。")
    }

    /// Notes which ring this database has seen last.
    func noteRing(in database: Database) throws {
        try database.statement(
            "INSERT INTO key_ring VALUES (1, ?) ON CONFLICT DO UPDATE SET serial = max(serial, excluded.serial)"
        ).run(keys.ring.serial)
    }
}

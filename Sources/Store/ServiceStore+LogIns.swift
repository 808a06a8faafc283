internal import Audit
package import Domain
package import Foundation
package import Policy

/// Log-ins as people look at them and end them.
extension ServiceStore {
    /// Log-ins that are not over, the newest first.
    ///
    /// - Parameters:
    ///   - user: whose; `nil`: everybody's.
    ///   - actor: leaves an event where they are not one's own; `nil` where they are.
    package func logIns(of user: UserID?, by actor: Actor?, at: Date) throws -> [LogIn] {
        try transaction { database in
            var found: [LogIn] = []
            try database.statement(
                """
                SELECT s.number, s.user, u.display_name, s.created_at, s.used_at, s.token
                FROM session s JOIN user u ON u.id = s.user
                WHERE (?1 IS NULL OR s.user = ?1) AND s.created_at > ?2 AND s.used_at > ?3 ORDER BY s.number DESC
                """
            ).rows(
                user?.rawValue, at.milliseconds - Self.absoluteMilliseconds,
                at.milliseconds - Self.idleMilliseconds
            ) {
                found.append(
                    LogIn(
                        number: $0.int(0), user: UserID($0.text(1)), displayName: $0.text(2),
                        createdAt: Date(milliseconds: $0.int(3)), usedAt: Date(milliseconds: $0.int(4)),
                        mark: $0.blob(5)))
            }
            guard let actor else { return found }
            var event = AuditEvent(.sessionList, actor: actor.description, at: at.milliseconds)
            event.counts = ["sessions": found.count]
            if let user { event.references = ["user": user.rawValue] }
            try append(event, in: database)
            return found
        }
    }

    /// Ends one log-in, with what was declared in it.
    ///
    /// - Parameter owner: whose it must be; `nil`: anybody's.
    /// - Returns: whose it was; `nil` where there is none such.
    @discardableResult
    package func endLogIn(_ number: Int, of owner: UserID?, by actor: Actor, at: Date) throws -> UserID? {
        try transaction { database in
            let found = try database.statement(
                "DELETE FROM session WHERE number = ?1 AND (?2 IS NULL OR user = ?2) RETURNING user, token"
            ).first(number, owner?.rawValue) { (user: UserID($0.text(0)), mark: $0.blob(1)) }
            guard let (user, mark) = found else { return UserID?.none }
            try endDeclarations(of: user, from: mark, at: at, in: database)
            var event = AuditEvent(.sessionEnd, actor: actor.description, at: at.milliseconds)
            event.references = ["user": user.rawValue, "session": String(number)]
            try append(event, in: database)
            return user
        }
    }

    /// Ends every log-in of a user.
    ///
    /// - Returns: how many there were.
    package func endLogIns(of user: UserID, by actor: Actor, at: Date) throws -> Int {
        let all = try logIns(of: user, by: actor, at: at)
        return try all.count { try endLogIn($0.number, of: user, by: actor, at: at) != nil }
    }
}

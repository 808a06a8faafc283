package import Domain
package import Foundation

/// Where a request that bears a key of its sender's (`Idempotency-Key`) stands.
package enum KeyedRequest: Sendable, Hashable {
    /// Not seen before: to be done now.
    case new
    /// Done before, with what it said of its result.
    case done(String)
    /// Begun before, and nobody knows whether it was done: it is under way, or the machine stopped in between.
    case begun
}

extension ServiceStore {
    private static let keyMilliseconds = 86_400_000

    /// Notes that a request begins; kept for a day.
    ///
    /// - Parameter request: what is asked, by its print; the same key may not stand for another.
    /// - Throws: `Fault` of kind `.usage` with the field where it does.
    package func begin(request: String, key: String, by user: UserID, at: Date) throws -> KeyedRequest {
        // Keyed, since a body may be a password's, or a few words that can be guessed.
        let request = keys.contentPrint(request)
        return try transaction { database in
            try database.statement("DELETE FROM keyed_request WHERE at < ?").run(
                at.milliseconds - Self.keyMilliseconds)
            let before = try database.statement(
                "SELECT request, result FROM keyed_request WHERE user = ? AND key = ?"
            ).first(user.rawValue, key) { (request: $0.text(0), result: $0.optionalText(1)) }
            guard let before else {
                try database.statement("INSERT INTO keyed_request VALUES (?, ?, ?, NULL, ?)").run(
                    user.rawValue, key, request, at.milliseconds)
                return .new
            }
            guard before.request == request else {
                throw Fault(
                    .usage, code: "request.key", message: "同じ Idempotency-Key が、別の操作に使われています。",
                    field: "Idempotency-Key", fix: "操作ごとに新しい値を付けてください。")
            }
            return before.result.map(KeyedRequest.done) ?? .begun
        }
    }

    /// Notes what became of it.
    ///
    /// - Parameter result: names what it made, and is nobody's value; `nil`: nothing was done, so that it may be sent again.
    package func finish(key: String, by user: UserID, result: String?) throws {
        try transaction { database in
            guard let result else {
                return try database.statement("DELETE FROM keyed_request WHERE user = ? AND key = ?").run(
                    user.rawValue, key)
            }
            try database.statement("UPDATE keyed_request SET result = ? WHERE user = ? AND key = ?").run(
                result, user.rawValue, key)
        }
    }
}

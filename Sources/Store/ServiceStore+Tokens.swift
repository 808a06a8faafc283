internal import Audit
package import Domain
package import Foundation
package import Policy

/// Tokens by which machines ask the API in a user's name.
extension ServiceStore {
    /// Days a token may be in force.
    package static let tokenDays = 1...365
    /// Wrong tokens of all kinds together, after which further wrong ones are not even written down for a minute.
    private static let wrongLimit = 20
    private static let wrongWait = 60_000
    /// Every token begins so, so that one is recognised wherever it turns up.
    private static let start = "renkei_"

    /// - Parameters:
    ///   - scopes: at least one.
    ///   - days: of `tokenDays`.
    /// - Returns: the token, told now and never again: 256 random bits.
    /// - Throws: `user.unknown`.
    package func createToken(
        for user: UserID, scopes: Set<TokenScope>, days: Int, by actor: Actor, at: Date
    ) throws -> (token: String, kept: APIToken) {
        precondition(!scopes.isEmpty && Self.tokenDays.contains(days), "checked by who asks")
        let token = Self.start + base64url(randomBytes(32))
        var kept: APIToken?
        try changing(user) { database in
            let words = scopes.map(\.rawValue).sorted().joined(separator: " ")
            let expires = at.milliseconds + days * 86_400_000
            let number = try database.statement(
                """
                INSERT INTO api_token(user, mark, start, scopes, created_at, expires_at)
                VALUES (?, ?, ?, ?, ?, ?) RETURNING number
                """
            ).first(
                user.rawValue, keys.tokenMark(token), String(token.prefix(Self.start.count + 4)), words,
                at.milliseconds, expires
            ) { $0.int(0) }
            try append(
                .tokenCreate, of: user,
                [
                    "token": Self.name(number ?? 0), "scopes": words,
                    "until": Day(inJapanAt: Date(milliseconds: expires)).description,
                ], by: actor, at: at, in: database)
            kept = try tokens(in: database).first { $0.number == number }
        }
        guard let kept else { preconditionFailure("INVARIANT: what was written is there") }
        return (token, kept)
    }

    /// All tokens there ever were, the newest first.
    package func tokens(by actor: Actor, at: Date) throws -> [APIToken] {
        try transaction { database in
            let all = try tokens(in: database)
            var event = AuditEvent(.tokenList, actor: actor.description, at: at.milliseconds)
            event.counts = ["tokens": all.count]
            try append(event, in: database)
            return all
        }
    }

    /// Ends a token at once; it counts from the next request on.
    ///
    /// - Throws: `token.unknown` where there is none such, or it was ended before.
    package func endToken(_ number: Int, by actor: Actor, at: Date) throws {
        try transaction { database in
            let user = try database.statement(
                "UPDATE api_token SET ended_at = ? WHERE number = ? AND ended_at IS NULL RETURNING user"
            ).first(at.milliseconds, number) { UserID($0.text(0)) }
            guard let user else {
                throw Fault(
                    .notFound, code: "token.unknown", message: "トークン \(Self.name(number)) はないか、もう終わっています。",
                    fix: "「renkei user token list」で番号を確かめてください。")
            }
            try append(
                .tokenEnd, of: user, ["token": Self.name(number)], by: actor, at: at, in: database)
        }
    }

    /// Those of somebody who is removed.
    func endTokens(of user: UserID, at: Date, in database: Database) throws {
        try database.statement("UPDATE api_token SET ended_at = ? WHERE user = ? AND ended_at IS NULL").run(
            at.milliseconds, user.rawValue)
    }

    /// Who asks with a token, with the user's roles of this moment. Every use leaves an event before it is answered.
    ///
    /// - Parameters:
    ///   - route: what is asked, such as `GET /api/v1/cases`; stands in the trail.
    ///   - scope: `nil`: no token may.
    package func useToken(
        _ token: String, for route: String, scope: TokenScope?, at: Date
    ) throws -> TokenAnswer {
        let mark = keys.tokenMark(String(token.prefix(256)))
        return try audited { database in
            let found = try database.statement(
                """
                SELECT t.number, t.user, u.display_name, t.scopes, t.used_on,
                    t.ended_at IS NULL AND t.expires_at > ?2 AND u.removed_at IS NULL
                FROM api_token t JOIN user u ON u.id = t.user WHERE t.mark = ?1
                """
            ).first(mark, at.milliseconds) {
                (
                    number: $0.int(0), user: UserID($0.text(1)), name: $0.text(2), scopes: $0.text(3),
                    usedOn: $0.optionalText(4), isInForce: $0.int(5) != 0
                )
            }
            guard let found, found.isInForce else {
                return try refuse(token: found.map { ($0.user, $0.number) }, route, at: at, in: database)
            }
            let isWithin = scope.map { found.scopes.split(separator: " ").contains(Substring($0.rawValue)) }
            var event = AuditEvent(.tokenUse, actor: "user:\(found.user)", at: at.milliseconds)
            event.references = ["token": Self.name(found.number), "route": route]
            event.isPermitted = isWithin == true
            try append(event, in: database)
            let today = Day(inJapanAt: at).description
            if found.usedOn != today {
                try database.statement("UPDATE api_token SET used_on = ? WHERE number = ?").run(
                    today, found.number)
            }
            guard event.isPermitted else { return .outside }
            return .welcome(
                Session(
                    user: found.user, displayName: found.name, roles: try roles(of: found.user, in: database),
                    scopes: try scopes(of: found.user, in: database), csrf: "", machine: found.number))
        }
    }

    /// - Parameter token: whose and which, where it was one once.
    private func refuse(
        token: (user: UserID, number: Int)?, _ route: String, at: Date, in database: Database
    ) throws -> TokenAnswer {
        let now = at.milliseconds
        let isWaiting =
            try database.statement("SELECT locked_until FROM log_in_failure WHERE name = ?").first(
                keys.wrongTokens
            ) { $0.int(0) > now } ?? false
        guard !isWaiting else { return .wait }
        try countFailure(
            keys.wrongTokens, limit: Self.wrongLimit, wait: Self.wrongWait, at: now, in: database)
        var event = AuditEvent(
            .tokenRefuse, actor: token.map { "user:\($0.user)" } ?? "user:unknown", at: now)
        event.isPermitted = false
        event.references = ["route": route]
        if let token { event.references["token"] = Self.name(token.number) }
        try append(event, in: database)
        return .wrong
    }

    private static func name(_ number: Int) -> String { "T-\(number)" }

    private func tokens(in database: Database) throws -> [APIToken] {
        var all: [APIToken] = []
        try database.statement(
            """
            SELECT number, user, start, scopes, created_at, expires_at, used_on, ended_at FROM api_token
            ORDER BY number DESC
            """
        ).rows { row in
            all.append(
                APIToken(
                    number: row.int(0), user: UserID(row.text(1)), start: row.text(2),
                    scopes: row.text(3).split(separator: " ").compactMap { TokenScope(rawValue: String($0)) },
                    createdAt: Date(milliseconds: row.int(4)), expiresAt: Date(milliseconds: row.int(5)),
                    usedOn: row.optionalText(6).flatMap(Day.init(iso:)),
                    endedAt: row.optionalInt(7).map(Date.init(milliseconds:))))
        }
        return all
    }
}

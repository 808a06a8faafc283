internal import Audit
internal import CSodium
package import Domain
package import Foundation

/// What a log-in comes to; neither refusal tells whether there is such a user.
package enum LogInAnswer: Sendable, Hashable {
    case welcome(NewSession)
    /// Unknown user, removed user, wrong password, or wrong code where there is a second factor.
    case wrong
    /// Too many failures under this name; even the right password is refused for five minutes.
    case wait

    package var session: NewSession? {
        if case .welcome(let session) = self { session } else { nil }
    }
}

extension ServiceStore {
    /// Failures after which a name must wait.
    private static let failureLimit = 5
    private static let lockMilliseconds = 5 * 60_000
    /// After this long without one, failures are forgotten.
    private static let memoryMilliseconds = 3_600_000
    static let idleMilliseconds = 30 * 60_000
    static let absoluteMilliseconds = 12 * 3_600_000
    /// A session's last use is written no more often than this.
    private static let useMilliseconds = 60_000

    /// By page. Every answer costs one password hash and the look at a code, so that its time tells nothing; a name that belongs
    /// to nobody is counted and shut out like any other, a wrong code like a wrong password.
    ///
    /// - Parameter code: of the authenticator, or a recovery code; counts where the user has registered a second factor.
    package func logIn(user: UserID, password: String, code: String = "", at: Date) throws -> LogInAnswer {
        try enter(user, password: password, code: code, at: at)
    }

    /// - Parameter code: `nil`: none is asked for, since the person sits at the machine's terminal.
    private func enter(_ user: UserID, password: String, code: String?, at: Date) throws -> LogInAnswer {
        passwords.lock()
        defer { passwords.unlock() }
        let (hash, isShut, factor) = try exclusively { database in
            let hash = try database.statement(
                "SELECT password FROM user WHERE id = ? AND removed_at IS NULL"
            ).first(user.rawValue) { $0.text(0) }
            return (
                hash, try isShutOut(user, at: at, in: database), try secondFactor(of: user, in: database)
            )
        }
        let proof = proof(code ?? "", of: user, factor, at: at)
        let needsProof = code != nil && factor.isRegistered
        let isRight = passwordFits(password, hash: hash) && (!needsProof || proof != nil)
        var session: NewSession?
        if isRight, !isShut {
            session = try transaction { database in
                // The hash took its time; who was removed or got another password meanwhile is not let in.
                let still = try database.statement(
                    "SELECT 1 FROM user WHERE id = ? AND password = ? AND removed_at IS NULL"
                ).first(user.rawValue, hash) { _ in true }
                guard still == true else { return nil }
                // Registered, used or reset meanwhile: asked anew.
                let isRegistered = try isFactorRegistered(of: user, in: database)
                guard isRegistered == factor.isRegistered else { return nil }
                if needsProof, let proof {
                    guard try spend(proof, of: user, in: database) else { return nil }
                }
                try forgetFailures(of: user, in: database)
                var event = AuditEvent(.logIn, actor: "user:\(user)", at: at.milliseconds)
                switch proof {
                case .step where needsProof: event.references = ["by": "code"]
                case .recovery where needsProof: event.references = ["by": "recovery"]
                default: break
                }
                try append(event, in: database)
                return try begin(user, at: at, in: database)
            }
        }
        if let session { return .welcome(session) }
        return try refuse(user, isKnown: hash != nil, at: at) ? .wait : .wrong
    }

    private func isFactorRegistered(of user: UserID, in database: Database) throws -> Bool {
        try database.statement("SELECT 1 FROM second_factor WHERE user = ?").first(user.rawValue) { _ in true
        }
            ?? false
    }

    /// Begins a log-in under a new token, and forgets those that are over.
    func begin(_ user: UserID, at: Date, in database: Database) throws -> NewSession {
        let token = base64url(randomBytes(32))
        try database.statement("DELETE FROM session WHERE created_at <= ? OR used_at <= ?").run(
            at.milliseconds - Self.absoluteMilliseconds, at.milliseconds - Self.idleMilliseconds)
        try database.statement("INSERT INTO session(token, user, created_at, used_at) VALUES (?, ?, ?, ?)")
            .run(sessionMark(token), user.rawValue, at.milliseconds, at.milliseconds)
        return NewSession(token: token, csrf: csrf(for: token))
    }

    /// Who a person at a command says to be, with the roles of this moment. No code is asked for: whoever has the terminal can
    /// change passwords and reset second factors there.
    ///
    /// - Throws: `policy.log-in` where name and password fit nobody; `policy.log-in-wait` after too many failures.
    package func identify(user: UserID, password: String, at: Date) throws -> Session {
        let answer = try enter(user, password: password, code: nil, at: at)
        if case .wait = answer {
            throw Fault(
                .denied, code: "policy.log-in-wait",
                message: "続けて失敗したため、利用者「\(user)」としてログインできません。正しいパスワードでも、いまは入れません。",
                fix: "しばらくしてから（5分ほど）、もう一度お試しください。")
        }
        guard let new = answer.session, let session = try session(token: new.token, at: at) else {
            throw Fault(
                .denied, code: "policy.log-in", message: "利用者「\(user)」としてログインできません。",
                fix: "利用者IDとパスワードを確かめてください。失敗が続いたときは、5分待ってください。")
        }
        try logOut(token: new.token, at: at)
        return session
    }

    /// The session of a token, with the user's roles of this moment; `nil` after 30 minutes without use, 12 hours in
    /// all, a log-out, a new password or the user's removal.
    package func session(token: String, at: Date) throws -> Session? {
        try glancing { database in
            let now = at.milliseconds
            let found = try database.statement(
                """
                SELECT s.user, u.display_name, s.used_at, f.user IS NOT NULL, k.user IS NULL FROM session s
                JOIN user u ON u.id = s.user LEFT JOIN second_factor f ON f.user = s.user
                LEFT JOIN keys_off k ON k.user = s.user
                WHERE s.token = ? AND s.created_at > ? AND s.used_at > ? AND u.removed_at IS NULL
                """
            ).first(sessionMark(token), now - Self.absoluteMilliseconds, now - Self.idleMilliseconds) {
                (
                    user: $0.text(0), name: $0.text(1), used: $0.int(2), hasFactor: $0.int(3) != 0,
                    hasKeys: $0.bool(4)
                )
            }
            guard let found else { return nil }
            if now - found.used >= Self.useMilliseconds {
                try database.statement("UPDATE session SET used_at = ? WHERE token = ?").run(
                    now, sessionMark(token))
            }
            let user = UserID(found.user)
            return Session(
                user: user, displayName: found.name, roles: try roles(of: user, in: database),
                scopes: try scopes(of: user, in: database), csrf: csrf(for: token),
                hasSecondFactor: found.hasFactor, hasKeys: found.hasKeys)
        }
    }

    /// Keeps whether keys do something on a user's pages.
    package func setKeys(_ isOn: Bool, of user: UserID) throws {
        try transaction { database in
            try database.statement(
                isOn ? "DELETE FROM keys_off WHERE user = ?" : "INSERT OR IGNORE INTO keys_off VALUES (?)"
            ).run(user.rawValue)
        }
    }

    /// When a log-in is over, however much it is used; `nil`: no such log-in.
    package func logInEnds(token: String) throws -> Date? {
        try exclusively { database in
            try database.statement("SELECT created_at FROM session WHERE token = ?").first(sessionMark(token))
            {
                Date(milliseconds: $0.int(0) + Self.absoluteMilliseconds)
            }
        }
    }

    /// Ends the session; an unknown token is no error.
    package func logOut(token: String, at: Date) throws {
        try transaction { database in
            let user = try database.statement("DELETE FROM session WHERE token = ? RETURNING user").first(
                sessionMark(token)
            ) {
                $0.text(0)
            }
            guard let user else { return }
            try endDeclarations(of: UserID(user), from: sessionMark(token), at: at, in: database)
            try append(AuditEvent(.logOut, actor: "user:\(user)", at: at.milliseconds), in: database)
        }
    }

    func isShutOut(_ user: UserID, at: Date, in database: Database) throws -> Bool {
        try database.statement("SELECT locked_until FROM log_in_failure WHERE name = ?").first(
            keys.logInIndex(user)
        ) { $0.int(0) > at.milliseconds } ?? false
    }

    func forgetFailures(of user: UserID, in database: Database) throws {
        try database.statement("DELETE FROM log_in_failure WHERE name = ?").run(keys.logInIndex(user))
    }

    /// With whatever was declared in them.
    func endSessions(of user: UserID, at: Date, in database: Database) throws {
        try endDeclarations(of: user, at: at, in: database)
        try database.statement("DELETE FROM session WHERE user = ?").run(user.rawValue)
    }

    /// Counts a failure; one during the wait does not lengthen it.
    ///
    /// - Returns: whether the name must wait now.
    private func refuse(_ user: UserID, isKnown: Bool, at: Date) throws -> Bool {
        let now = at.milliseconds
        return try transaction { database in
            try countFailure(
                keys.logInIndex(user), limit: Self.failureLimit, wait: Self.lockMilliseconds, at: now,
                in: database)
            // An unknown name is not written down: it may be a password typed into the wrong field.
            let actor = isKnown ? "user:\(user)" : "user:unknown"
            var event = AuditEvent(.logInRefused, actor: actor, at: now)
            event.isPermitted = false
            try append(event, in: database)
            return try isShutOut(user, at: at, in: database)
        }
    }

    /// - Parameters:
    ///   - name: keyed index of what is counted.
    ///   - wait: milliseconds that it has to wait after `limit` failures.
    func countFailure(_ name: [UInt8], limit: Int, wait: Int, at now: Int, in database: Database) throws {
        try database.statement("DELETE FROM log_in_failure WHERE last_at <= ?").run(
            now - Self.memoryMilliseconds)
        try database.statement(
            """
            INSERT INTO log_in_failure VALUES (?1, 1, ?2, 0) ON CONFLICT DO UPDATE SET
                failures = iif(failures + 1 >= ?3, 0, failures + 1), last_at = ?2,
                locked_until = iif(failures + 1 >= ?3, ?4, 0)
            WHERE locked_until <= ?2
            """
        ).run(name, now, limit, now + wait)
    }
}

/// Whether the password fits; without a hash, `false` after the same work.
private func passwordFits(_ password: String, hash: String?) -> Bool {
    // A password beyond the limit of `addUser` fits nothing; it is cut so that nobody can make the hash expensive.
    let tried = String(password.prefix(257))
    guard let hash else {
        _ = try? passwordHash(tried)
        return false
    }
    return crypto_pwhash_str_verify(hash, tried, UInt64(tried.utf8.count)) == 0
}

/// What the file keeps of a token: who reads the file cannot use the session.
func sessionMark(_ token: String) -> [UInt8] {
    var stream = DigestStream()
    stream.add("renkei session|\(token)".utf8)
    return stream.bytes
}

/// The token of the session's forms: follows from the session's token, and tells nothing of it.
private func csrf(for token: String) -> String {
    var stream = DigestStream()
    stream.add("renkei form|\(token)".utf8)
    return base64url(stream.bytes)
}

func base64url(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
        "=", with: "")
}

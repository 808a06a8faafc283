internal import Audit
internal import CSodium
package import Domain
package import Foundation

extension ServiceStore {
    /// Failures after which a user must wait.
    private static let failureLimit = 5
    private static let lockMilliseconds = 5 * 60_000
    private static let idleMilliseconds = 30 * 60_000
    private static let absoluteMilliseconds = 12 * 3_600_000
    /// A session's last use is written no more often than this.
    private static let useMilliseconds = 60_000

    /// - Throws: `Fault` where the id is taken or the password is shorter than 12 or longer than 256 characters.
    package func addUser(
        _ id: UserID, displayName: String, roles: [RoleID], password: String, at: Date
    ) throws {
        guard (12...256).contains(password.count) else {
            throw Fault(
                .configuration, code: "user.password", message: "パスワードは12文字以上256文字以下にしてください。",
                fix: "別のパスワードを指定してください。")
        }
        let hash = try passwordHash(password)
        try transaction { database in
            let isTaken = try database.statement("SELECT 1 FROM user WHERE id = ?").first(id.rawValue) { _ in
                true
            }
            guard isTaken == nil else {
                throw Fault(
                    .configuration, code: "user.exists", message: "利用者「\(id)」はすでに登録されています。",
                    fix: "別の利用者IDを指定してください。")
            }
            try database.statement(
                "INSERT INTO user(id, display_name, password, created_at) VALUES (?, ?, ?, ?)"
            ).run(id.rawValue, displayName, hash, at.milliseconds)
            for role in Set(roles).sorted() {
                try database.statement("INSERT INTO user_role VALUES (?, ?)").run(id.rawValue, role.rawValue)
            }
            var event = AuditEvent(.userAdd, actor: "system:operator", at: at.milliseconds)
            event.references = [
                "user": id.rawValue, "roles": Set(roles).sorted().map(\.rawValue).joined(separator: " "),
            ]
            try append(event, in: database)
        }
    }

    /// `nil`: unknown user, wrong password, or too many failures in a row (five, then five minutes); every answer costs
    /// one password hash, so that its time tells nothing.
    package func logIn(user: UserID, password: String, at: Date) throws -> NewSession? {
        passwords.lock()
        defer { passwords.unlock() }
        let known = try exclusively { database in
            try database.statement("SELECT password, locked_until FROM user WHERE id = ?").first(
                user.rawValue
            ) {
                (hash: $0.text(0), lockedUntil: $0.int(1))
            }
        }
        let isRight = passwordFits(password, hash: known?.hash)
        guard let known, known.lockedUntil <= at.milliseconds, isRight else {
            try refuse(user, isKnown: known != nil, at: at.milliseconds)
            return nil
        }
        let token = base64url(randomBytes(32))
        try transaction { database in
            try database.statement("UPDATE user SET failures = 0, locked_until = 0 WHERE id = ?").run(
                user.rawValue)
            try database.statement("DELETE FROM session WHERE created_at <= ? OR used_at <= ?").run(
                at.milliseconds - Self.absoluteMilliseconds, at.milliseconds - Self.idleMilliseconds)
            try database.statement("INSERT INTO session VALUES (?, ?, ?, ?)").run(
                stored(token), user.rawValue, at.milliseconds, at.milliseconds)
            try append(AuditEvent(.logIn, actor: "user:\(user)", at: at.milliseconds), in: database)
        }
        return NewSession(token: token, csrf: csrf(for: token))
    }

    /// The session of a token, with the user's roles of this moment; `nil` after 30 minutes without use, 12 hours in
    /// all, or a log-out.
    package func session(token: String, at: Date) throws -> Session? {
        try exclusively { database in
            let now = at.milliseconds
            let found = try database.statement(
                """
                SELECT s.user, u.display_name, s.used_at FROM session s JOIN user u ON u.id = s.user
                WHERE s.token = ? AND s.created_at > ? AND s.used_at > ?
                """
            ).first(stored(token), now - Self.absoluteMilliseconds, now - Self.idleMilliseconds) {
                (user: $0.text(0), name: $0.text(1), used: $0.int(2))
            }
            guard let found else { return nil }
            if now - found.used >= Self.useMilliseconds {
                try database.statement("UPDATE session SET used_at = ? WHERE token = ?").run(
                    now, stored(token))
            }
            var roles: [RoleID] = []
            try database.statement("SELECT role FROM user_role WHERE user = ? ORDER BY role").rows(found.user)
            {
                roles.append(RoleID($0.text(0)))
            }
            return Session(
                user: UserID(found.user), displayName: found.name, roles: roles, csrf: csrf(for: token))
        }
    }

    /// Ends the session; an unknown token is no error.
    package func logOut(token: String, at: Date) throws {
        try transaction { database in
            let user = try database.statement("DELETE FROM session WHERE token = ? RETURNING user").first(
                stored(token)
            ) {
                $0.text(0)
            }
            guard let user else { return }
            try append(AuditEvent(.logOut, actor: "user:\(user)", at: at.milliseconds), in: database)
        }
    }

    private func refuse(_ user: UserID, isKnown: Bool, at: Int) throws {
        try transaction { database in
            // An unknown name is not written down: it may be a password typed into the wrong field.
            let actor = isKnown ? "user:\(user)" : "user:unknown"
            try database.statement(
                """
                UPDATE user SET failures = iif(failures + 1 >= ?1, 0, failures + 1),
                    locked_until = iif(failures + 1 >= ?1, ?2, locked_until)
                WHERE id = ?3 AND locked_until <= ?4
                """
            ).run(Self.failureLimit, at + Self.lockMilliseconds, user.rawValue, at)
            try append(AuditEvent(.logInRefused, actor: actor, at: at), in: database)
        }
    }
}

/// Argon2id (RFC 9106) with libsodium's limits for interactive use: 64 MiB, two passes.
private func passwordHash(_ password: String) throws -> String {
    var hash = [CChar](repeating: 0, count: Int(crypto_pwhash_STRBYTES))
    let result = crypto_pwhash_str(
        &hash, password, UInt64(password.utf8.count), UInt64(crypto_pwhash_OPSLIMIT_INTERACTIVE),
        Int(crypto_pwhash_MEMLIMIT_INTERACTIVE))
    guard sodiumIsReady, result == 0 else {
        throw Fault(
            .inputOutput, code: "user.memory", message: "パスワードの計算に必要なメモリがありません。",
            fix: "メモリの空きを確認してください。")
    }
    return String(decoding: hash.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
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
private func stored(_ token: String) -> [UInt8] {
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

private func base64url(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
        "=", with: "")
}

internal import Audit
internal import CSodium
package import Domain
package import Foundation
package import Policy

/// A person who may, or might once, log in.
package struct UserAccount: Sendable, Hashable {
    package let id: UserID
    package let displayName: String
    /// Sorted.
    package let roles: [RoleID]
    /// What the user is bound to.
    package let scopes: Set<Scope>
    /// Shut out for the moment, after failed log-ins.
    package let isLocked: Bool
    /// Recovery codes left; `nil`: no second factor is registered.
    package let recoveryCodes: Int?
    /// `nil`: may log in.
    package let removedAt: Date?
}

/// Who may log in, and as what. Every change is an audit event and counts from the user's next request on.
extension ServiceStore {
    /// Names of users for people, by actor; also of those who were removed.
    package func displayNames() throws -> [String: String] {
        try exclusively { database in
            var names: [String: String] = [:]
            try database.statement("SELECT id, display_name FROM user").rows {
                names[Actor.user(UserID($0.text(0))).description] = $0.text(1)
            }
            return names
        }
    }

    /// All users, in the order of their ids; those who were removed too, since the audit trail speaks of them.
    package func users(by actor: Actor, at: Date) throws -> [UserAccount] {
        try transaction { database in
            var roles: [String: [RoleID]] = [:]
            try database.statement("SELECT user, role FROM user_role ORDER BY role").rows {
                roles[$0.text(0), default: []].append(RoleID($0.text(1)))
            }
            let factors = try secondFactors(in: database)
            var users: [UserAccount] = []
            try database.statement("SELECT id, display_name, removed_at FROM user ORDER BY id").rows { row in
                let id = UserID(row.text(0))
                users.append(
                    UserAccount(
                        id: id, displayName: row.text(1), roles: roles[id.rawValue] ?? [],
                        scopes: try scopes(of: id, in: database),
                        isLocked: try isShutOut(id, at: at, in: database),
                        recoveryCodes: factors[id.rawValue],
                        removedAt: row.optionalInt(2).map(Date.init(milliseconds:))))
            }
            var event = AuditEvent(.userList, actor: actor.description, at: at.milliseconds)
            event.counts = ["users": users.count]
            try append(event, in: database)
            return users
        }
    }

    /// - Throws: `Fault` where the id is taken, now or ever before, the name might be taken for something else in a list of
    ///   who read what, or the password is too short or too long.
    package func addUser(
        _ id: UserID, displayName: String, roles: [RoleID], scopes: Set<Scope> = [], password: String,
        by actor: Actor, at: Date
    ) throws {
        guard Self.isPlainName(displayName) else {
            throw Fault(
                .usage, code: "user.name", message: "名前に使えない文字があるか、長すぎます。",
                fix: "かな、漢字、英数字、空白、「・」「-」「.」だけで、1文字から40文字までにしてください。")
        }
        let hash = try checkedHash(password, names: [id.rawValue, displayName])
        try transaction { database in
            let removedAt = try database.statement("SELECT removed_at FROM user WHERE id = ?").first(
                id.rawValue
            ) { $0.optionalInt(0) }
            switch removedAt {
            case .some(.some):
                // The audit trail names users by their ids: an id means one person for ever.
                throw Fault(
                    .configuration, code: "user.removed", message: "利用者ID「\(id)」は、以前の利用者が使っていました。",
                    fix: "監査記録で別の人と取り違えないよう、別の利用者IDを指定してください。")
            case .some(nil):
                throw Fault(
                    .configuration, code: "user.exists", message: "利用者「\(id)」はすでに登録されています。",
                    fix: "別の利用者IDを指定してください。")
            case nil: break
            }
            try database.statement(
                "INSERT INTO user(id, display_name, password, created_at) VALUES (?, ?, ?, ?)"
            ).run(id.rawValue, displayName, hash, at.milliseconds)
            let written = try write(roles, scopes, of: id, in: database)
            try append(.userAdd, of: id, written, by: actor, at: at, in: database)
        }
    }

    /// A name on one line, without brackets and marks by which a line of the list of reads could be forged.
    private static func isPlainName(_ name: String) -> Bool {
        (1...40).contains(name.count) && !name.allSatisfy(\.isWhitespace)
            && name.unicodeScalars.allSatisfy { scalar in
                switch scalar.properties.generalCategory {
                case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
                    .nonspacingMark, .spacingMark, .decimalNumber:
                    true
                default: [" ", "\u{3000}", "・", "-", ".", "'"].contains(scalar)
                }
            }
    }

    /// The role that sees who read what. Once somebody has it, somebody keeps it.
    package static let oversight: RoleID = "privacy-officer"

    /// - Throws: `user.last-officer` where nobody else would be left to see who reads what.
    private func requireAnotherOfficer(than id: UserID, in database: Database) throws {
        var officers: [String] = []
        try database.statement(
            "SELECT user FROM user_role JOIN user u ON u.id = user WHERE role = ? AND u.removed_at IS NULL"
        ).rows(Self.oversight.rawValue) { officers.append($0.text(0)) }
        guard officers == [id.rawValue] else { return }
        throw Fault(
            .configuration, code: "user.last-officer",
            message: "「\(id)」は、だれが何を見たかを確かめられる最後の人（役割 \(Self.oversight)）です。",
            fix: "先に「renkei user add」か「renkei user set-roles」で、ほかの人にこの役割を付けてください。")
    }

    /// Replaces the user's roles and ranges.
    package func setRoles(
        _ roles: [RoleID], scopes: Set<Scope> = [], of id: UserID, by actor: Actor, at: Date
    ) throws {
        try changing(id) { database in
            if !roles.contains(Self.oversight) { try requireAnotherOfficer(than: id, in: database) }
            let written = try write(roles, scopes, of: id, in: database)
            try append(.userRoles, of: id, written, by: actor, at: at, in: database)
        }
    }

    /// Replaces the password, ends the user's sessions and lets the user try again at once.
    package func setPassword(_ password: String, of id: UserID, by actor: Actor, at: Date) throws {
        let name = try exclusively { database in
            try database.statement("SELECT display_name FROM user WHERE id = ?").first(id.rawValue) {
                $0.text(0)
            }
        }
        let hash = try checkedHash(password, names: [id.rawValue, name ?? ""])
        try changing(id) { database in
            try database.statement("UPDATE user SET password = ? WHERE id = ?").run(hash, id.rawValue)
            try endSessions(of: id, at: at, in: database)
            try forgetFailures(of: id, in: database)
            try append(.userPassword, of: id, by: actor, at: at, in: database)
        }
    }

    /// Lets the user try again at once after failed log-ins.
    package func unlock(_ id: UserID, by actor: Actor, at: Date) throws {
        try changing(id) { database in
            try forgetFailures(of: id, in: database)
            try append(.userUnlock, of: id, by: actor, at: at, in: database)
        }
    }

    /// Ends the user's sessions and takes password and roles away; the id and the name stay for the audit trail.
    package func removeUser(_ id: UserID, by actor: Actor, at: Date) throws {
        try changing(id) { database in
            try requireAnotherOfficer(than: id, in: database)
            try database.statement("UPDATE user SET removed_at = ?, password = '' WHERE id = ?").run(
                at.milliseconds, id.rawValue)
            _ = try write([], [], of: id, in: database)
            try endSessions(of: id, at: at, in: database)
            try database.statement("DELETE FROM recovery_code WHERE user = ?").run(id.rawValue)
            try database.statement("DELETE FROM second_factor WHERE user = ?").run(id.rawValue)
            for table in ["case_draft", "case_view"] {
                try database.statement("DELETE FROM \(table) WHERE user = ?").run(id.rawValue)
            }
            try endTokens(of: id, at: at, in: database)
            try append(.userRemove, of: id, by: actor, at: at, in: database)
        }
    }

    func changing(_ id: UserID, _ change: (Database) throws -> Void) throws {
        try transaction { database in
            let isThere = try database.statement("SELECT 1 FROM user WHERE id = ? AND removed_at IS NULL")
                .first(
                    id.rawValue
                ) { _ in true }
            guard isThere == true else {
                throw Fault(
                    .notFound, code: "user.unknown", message: "利用者「\(id)」はいません。",
                    fix: "「renkei user list」で利用者IDを確かめてください。")
            }
            try change(database)
        }
    }

    /// Sorted.
    func roles(of user: UserID, in database: Database) throws -> [RoleID] {
        var roles: [RoleID] = []
        try database.statement("SELECT role FROM user_role WHERE user = ? ORDER BY role").rows(user.rawValue)
        {
            roles.append(RoleID($0.text(0)))
        }
        return roles
    }

    /// What the user is bound to; what this program cannot read binds nobody.
    func scopes(of user: UserID, in database: Database) throws -> Set<Scope> {
        var scopes: Set<Scope> = []
        try database.statement("SELECT scope FROM user_scope WHERE user = ?").rows(user.rawValue) {
            if let scope = Scope(text: $0.text(0)) { scopes.insert(scope) }
        }
        return scopes
    }

    /// - Returns: roles and ranges as the audit trail writes them.
    private func write(
        _ roles: [RoleID], _ scopes: Set<Scope>, of id: UserID, in database: Database
    ) throws -> [String: String] {
        try database.statement("DELETE FROM user_scope WHERE user = ?").run(id.rawValue)
        let scopes = scopes.map(\.text).sorted()
        for scope in scopes {
            try database.statement("INSERT INTO user_scope VALUES (?, ?)").run(id.rawValue, scope)
        }
        try database.statement("DELETE FROM user_role WHERE user = ?").run(id.rawValue)
        let roles = Set(roles).sorted().map(\.rawValue)
        for role in roles {
            try database.statement("INSERT INTO user_role VALUES (?, ?)").run(id.rawValue, role)
        }
        let written = ["roles": roles.joined(separator: " ")]
        return scopes.isEmpty ? written : written.merging(["scopes": scopes.joined(separator: ",")]) { $1 }
    }

    func append(
        _ what: AuditEvent.What, of id: UserID, _ more: [String: String] = [:], by actor: Actor, at: Date,
        in database: Database
    ) throws {
        var event = AuditEvent(what, actor: actor.description, at: at.milliseconds)
        event.references = more.merging(["user": id.rawValue]) { $1 }
        try append(event, in: database)
    }
}

/// - Parameter names: the user's id and name.
private func checkedHash(_ password: String, names: [String]) throws -> String {
    guard (12...256).contains(password.count) else {
        throw Fault(
            .configuration, code: "user.password", message: "パスワードは12文字以上256文字以下にしてください。",
            fix: "別のパスワードを指定してください。")
    }
    if let weakness = WeakPassword(password, names: names) {
        throw Fault(
            .usage, code: "user.password-weak", message: "推測されやすいパスワードです（\(weakness.rawValue)）。",
            fix: "関係のない言葉をいくつか並べるなどして、別のパスワードを指定してください。")
    }
    return try passwordHash(password)
}

/// Argon2id (RFC 9106) with libsodium's limits for interactive use: 64 MiB, two passes.
func passwordHash(_ password: String) throws -> String {
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

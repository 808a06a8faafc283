internal import Audit
package import Domain
package import Foundation
package import Policy

/// The second factor of log-ins by page: an authenticator's codes, and codes on paper for the day it is lost.
///
/// The shared secret lies sealed by a key of its own of the ring; of a recovery code only a keyed hash is kept.
extension ServiceStore {
    /// What is compared with a code; of somebody without a second factor too, so that it costs the same.
    struct SecondFactor {
        fileprivate var secret: [UInt8]
        fileprivate let step: Int
        fileprivate let recovery: Set<[UInt8]>
        /// Whether there is one at all.
        let isRegistered: Bool
    }

    /// What a code proved.
    enum FactorProof: Hashable {
        /// An authenticator's code of this step.
        case step(Int)
        /// Hash of a recovery code.
        case recovery([UInt8])
    }

    private static let recoveryCodes = 10

    func secondFactor(of user: UserID, in database: Database) throws -> SecondFactor {
        var recovery: Set<[UInt8]> = []
        try database.statement("SELECT mark FROM recovery_code WHERE user = ?").rows(user.rawValue) {
            recovery.insert($0.blob(0))
        }
        let row = try database.statement("SELECT secret, root, step FROM second_factor WHERE user = ?").first(
            user.rawValue
        ) { (secret: $0.blob(0), root: $0.int(1), step: $0.int(2)) }
        let none = [UInt8](repeating: 0, count: TimeCode.secretLength)
        guard let row else {
            return SecondFactor(secret: none, step: 0, recovery: recovery, isRegistered: false)
        }
        try renewRing(in: database)
        // Of a root that is gone, the codes on paper still let the user in.
        let secret = try keys.ring.roots.first { $0.number == row.root }?
            .open(row.secret, in: Self.cell, by: .secondFactor(of: user))
        return SecondFactor(
            secret: secret ?? randomBytes(TimeCode.secretLength), step: row.step, recovery: recovery,
            isRegistered: true)
    }

    /// What a typed code proves; `nil`: nothing. The same work whatever it is.
    func proof(_ typed: String, of user: UserID, _ factor: SecondFactor, at: Date) -> FactorProof? {
        // Longer than any code: cut, so that nobody makes it expensive.
        let code = TimeCode.plain(String(typed.prefix(64)))
        let step = TimeCode.match(code, factor.secret, at: at)
        let mark = recoveryMark(code, of: user)
        if let step, step > factor.step { return .step(step) }
        return factor.recovery.contains(mark) ? .recovery(mark) : nil
    }

    /// Uses a proof up; `false` where it was used meanwhile.
    func spend(_ proof: FactorProof, of user: UserID, in database: Database) throws -> Bool {
        let statement =
            switch proof {
            case .step(let step):
                try database.statement(
                    "UPDATE second_factor SET step = ?2 WHERE user = ?1 AND step < ?2 RETURNING 1"
                ).first(user.rawValue, step) { _ in true }
            case .recovery(let mark):
                try database.statement("DELETE FROM recovery_code WHERE user = ? AND mark = ? RETURNING 1")
                    .first(user.rawValue, mark) { _ in true }
            }
        return statement == true
    }

    // MARK: registering

    /// What somebody who is logged in gives an authenticator. It follows from the log-in's token: the same for whoever looks twice,
    /// nothing is kept until a code of it was typed, and a token is told to nobody else.
    package func secondFactorOffer(for user: UserID, token: String) -> SecondFactorOffer {
        SecondFactorOffer(secret: offered(token), user: user)
    }

    /// Registers the offered secret once its code was typed; ends every log-in of the user and begins one anew, since it may more now.
    ///
    /// - Returns: the log-in and the recovery codes, told once; `nil` where the code does not fit, or the log-in is over.
    /// - Throws: `second-factor.registered` where there is one already.
    package func registerSecondFactor(
        token: String, code: String, at: Date
    ) throws -> (session: NewSession, recovery: [String])? {
        var secret = offered(token)
        defer { wipe(&secret) }
        guard let step = TimeCode.match(TimeCode.plain(String(code.prefix(64))), secret, at: at),
            let session = try session(token: token, at: at)
        else { return nil }
        return try transaction { database in
            // The log-in may have been ended, or the password changed, since it was looked at.
            let stands = try database.statement(
                "SELECT 1 FROM session s JOIN user u ON u.id = s.user WHERE s.token = ? AND u.removed_at IS NULL"
            ).first(sessionMark(token)) { _ in true }
            guard stands == true else { return nil }
            let recovery = try write(secret, step: step, of: session.user, at: at, in: database)
            try endSessions(of: session.user, at: at, in: database)
            var event = AuditEvent(.userSecondFactor, actor: "user:\(session.user)", at: at.milliseconds)
            event.references = ["user": session.user.rawValue]
            try append(event, in: database)
            return (try begin(session.user, at: at, in: database), recovery)
        }
    }

    /// Registers a second factor for somebody, who gets what is returned into their hands; ends the user's log-ins.
    ///
    /// - Throws: `second-factor.registered` where there is one already; `user.unknown`.
    package func registerSecondFactor(
        of user: UserID, by actor: Actor, at: Date
    ) throws -> (offer: SecondFactorOffer, recovery: [String]) {
        var secret = randomBytes(TimeCode.secretLength)
        defer { wipe(&secret) }
        var recovery: [String] = []
        try changing(user) { database in
            recovery = try write(secret, step: 0, of: user, at: at, in: database)
            try endSessions(of: user, at: at, in: database)
            try append(.userSecondFactor, of: user, by: actor, at: at, in: database)
        }
        return (SecondFactorOffer(secret: secret, user: user), recovery)
    }

    /// Takes a second factor away, with its recovery codes, and ends the user's log-ins; whose role demands one registers it anew.
    ///
    /// - Throws: `second-factor.none` where there is none; `user.unknown`.
    package func resetSecondFactor(of user: UserID, by actor: Actor, at: Date) throws {
        try changing(user) { database in
            try database.statement("DELETE FROM recovery_code WHERE user = ?").run(user.rawValue)
            let was = try database.statement("DELETE FROM second_factor WHERE user = ? RETURNING 1").first(
                user.rawValue
            ) { _ in true }
            guard was == true else {
                throw Fault(
                    .configuration, code: "second-factor.none", message: "利用者「\(user)」には、確認コードの登録がありません。",
                    fix: "「renkei user list」で確かめてください。")
            }
            try endSessions(of: user, at: at, in: database)
            try append(.userSecondFactorReset, of: user, by: actor, at: at, in: database)
        }
    }

    /// Which users have a second factor, with how many recovery codes left.
    func secondFactors(in database: Database) throws -> [String: Int] {
        var left: [String: Int] = [:]
        try database.statement(
            """
            SELECT f.user, (SELECT count(*) FROM recovery_code r WHERE r.user = f.user) FROM second_factor f
            """
        ).rows { left[$0.text(0)] = $0.int(1) }
        return left
    }

    /// Seals every secret by the ring's newest root.
    func resealSecondFactors(in database: Database) throws {
        var sealed: [(user: UserID, secret: [UInt8], root: Int)] = []
        try database.statement("SELECT user, secret, root FROM second_factor").rows {
            sealed.append((UserID($0.text(0)), $0.blob(1), $0.int(2)))
        }
        for one in sealed where one.root != keys.ring.root.number {
            let name = KeyName.secondFactor(of: one.user)
            guard let root = keys.ring.roots.first(where: { $0.number == one.root }),
                var plain = try root.open(one.secret, in: Self.cell, by: name)
            else {
                // It opens no more, now or later; what lets nobody in is not asked for again.
                try database.statement("UPDATE second_factor SET root = ? WHERE user = ?").run(
                    keys.ring.root.number, one.user.rawValue)
                continue
            }
            defer { wipe(&plain) }
            try database.statement("UPDATE second_factor SET secret = ?, root = ? WHERE user = ?").run(
                keys.ring.seal(plain, in: Self.cell, by: name), keys.ring.root.number, one.user.rawValue)
        }
    }

    private static let cell = SealedCell(table: "second_factor", row: 0, column: "secret")

    private func offered(_ token: String) -> [UInt8] {
        Array(keys.pseudonyms.mac("second factor", [token]).prefix(TimeCode.secretLength))
    }

    private func recoveryMark(_ code: String, of user: UserID) -> [UInt8] {
        Array(keys.pseudonyms.mac("recovery code", [user.rawValue, code]).prefix(16))
    }

    /// - Returns: recovery codes, each 50 random bits as `ABCDE-FGHJK`.
    private func write(
        _ secret: [UInt8], step: Int, of user: UserID, at: Date, in database: Database
    ) throws -> [String] {
        let isThere = try database.statement("SELECT 1 FROM second_factor WHERE user = ?").first(
            user.rawValue
        ) { _ in true }
        guard isThere == nil else {
            throw Fault(
                .conflict, code: "second-factor.registered", message: "確認コードは、もう登録されています。",
                fix: "登録し直すときは、端末を使える人が「renkei user totp reset 利用者ID」で外してください。")
        }
        try renewRing(in: database)
        try database.statement("INSERT INTO second_factor VALUES (?, ?, ?, ?, ?)").run(
            user.rawValue,
            keys.ring.seal(secret, in: Self.cell, by: .secondFactor(of: user)), keys.ring.root.number, step,
            at.milliseconds)
        let codes = (0..<Self.recoveryCodes).map { _ in
            // 13 characters hold 65 bits; ten of them 50.
            let text = crockford(randomBytes(9)).prefix(10)
            return "\(text.prefix(5))-\(text.suffix(5))"
        }
        for code in codes {
            try database.statement("INSERT INTO recovery_code VALUES (?, ?)").run(
                user.rawValue, recoveryMark(TimeCode.plain(code), of: user))
        }
        return codes
    }
}

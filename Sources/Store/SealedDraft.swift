internal import CSodium
internal import Domain

/// A draft as the database has it, sealed by the keys of all the records that its case's person had: whoever of them is shredded,
/// nobody opens it any more. User, case and form are authenticated with it: in another row it does not open.
struct SealedDraft {
    let user: UserID
    let id: CaseID
    let form: String
    var version: Int
    let at: Int
    /// Opaque keys, with a space between.
    let records: String
    /// Number of the ring's root.
    let root: Int
    let text: [UInt8]

    /// - Returns: `nil` where the person has no record, or a key was taken away.
    init?(
        _ text: String, of user: UserID, on id: CaseID, form: String, version: Int, at: Int,
        records: String, by root: KeyRoot
    ) throws {
        guard !records.isEmpty else { return nil }
        var plain = Array(text.utf8)
        defer { wipe(&plain) }
        let cell = Self.cell(user, id, form)
        let sealed = try root.withKey(ofRecords: records) {
            Seal.seal(plain, in: cell, keyName: records, key: $0)
        }
        guard let sealed else { return nil }
        (self.user, self.id, self.form, self.version, self.at) = (user, id, form, version, at)
        (self.records, self.root, self.text) = (records, root.number, sealed)
    }

    private init(_ row: Statement) {
        (user, id, form) = (UserID(row.text(0)), CaseID(row.text(1)), row.text(2))
        (version, at) = (row.int(3), row.int(4))
        (records, root, text) = (row.text(5), row.int(6), row.blob(7))
    }

    /// - Returns: `nil` where a key was taken away, or the root is gone.
    func opened(by ring: KeyRing) throws -> String? {
        guard let root = ring.roots.first(where: { $0.number == root }) else { return nil }
        let plain = try root.withKey(ofRecords: records) {
            try Seal.open(text, in: Self.cell(user, id, form), keyName: records, key: $0)
        }
        return plain.map { String(decoding: $0, as: UTF8.self) }
    }

    func write(in database: Database) throws {
        try database.statement("INSERT OR REPLACE INTO case_draft VALUES (?, ?, ?, ?, ?, ?, ?, ?)").run(
            user.rawValue, id.rawValue, form, version, at, records, root, text)
    }

    func drop(in database: Database) throws { try Self.drop(form, of: user, on: id, in: database) }

    /// None is no error.
    static func drop(_ form: String, of user: UserID, on id: CaseID, in database: Database) throws {
        try database.statement("DELETE FROM case_draft WHERE user = ? AND case_id = ? AND form = ?").run(
            user.rawValue, id.rawValue, form)
    }

    /// - Parameter id: `nil`: of every case.
    static func all(of id: CaseID? = nil, in database: Database) throws -> [SealedDraft] {
        var drafts: [SealedDraft] = []
        try database.statement(
            """
            SELECT user, case_id, form, version, at, records, root, text FROM case_draft
            WHERE ?1 IS NULL OR case_id = ?1 ORDER BY case_id, user, form
            """
        ).rows(id?.rawValue) { drafts.append(SealedDraft($0)) }
        return drafts
    }

    private static func cell(_ user: UserID, _ id: CaseID, _ form: String) -> SealedCell {
        SealedCell(table: "case_draft", row: 0, column: "\(form)|\(id)|\(user)")
    }
}

internal import Audit
internal import Domain
internal import Foundation

/// Result of checking the whole audit trail.
package struct AuditReport: Sendable, Hashable {
    package let events: Int
    /// Merkle tree hash over all events, lower-case hex.
    package let root: String
    /// Signed checkpoints that were checked.
    package let checkpoints: Int
    /// Japanese sentences; empty when everything holds.
    package let problems: [String]

    package init(events: Int, root: String, checkpoints: Int, problems: [String]) {
        self.events = events
        self.root = root
        self.checkpoints = checkpoints
        self.problems = problems
    }
}

extension ServiceStore {
    private static let origin = "renkei/audit"

    /// Adds an event to the trail, in the caller's transaction: no event, no effect and no answer.
    func append(_ event: AuditEvent, in database: Database) throws {
        var range = try storedRange(in: database)
        let text = event.canonical(sequence: range.size)
        try database.statement("INSERT INTO audit_event VALUES (?, ?)").run(range.size, text)
        range.append(leaf: MerkleHash.leaf(Array(text.utf8)))
        try database.statement(
            "INSERT INTO audit_range VALUES (1, ?, ?) ON CONFLICT DO UPDATE SET size = excluded.size, hashes = excluded.hashes"
        ).run(range.size, range.hashes.flatMap { $0 })
    }

    /// Signs the trail as it stands, in the caller's transaction.
    @discardableResult
    func signCheckpoint(in database: Database) throws -> String {
        let range = try storedRange(in: database)
        let note = signer.sign(Checkpoint(origin: Self.origin, size: range.size, root: range.root))
        try database.statement("INSERT OR REPLACE INTO audit_checkpoint VALUES (?, ?)").run(range.size, note)
        return note
    }

    /// A signed checkpoint of the trail as it stands, to be kept on another machine.
    package func auditCheckpoint() throws -> String {
        try transaction { try signCheckpoint(in: $0) }
    }

    /// Checks the whole trail: every event's place, the tree hash, and every signed checkpoint kept here.
    ///
    /// - Parameter external: signed checkpoints from other machines. Without one, an operator who holds key and
    ///   database could have rewritten everything.
    package func auditVerify(external: [String] = []) throws -> AuditReport {
        try exclusively { database in
            var problems: [String] = []
            var leaves: [[UInt8]] = []
            try database.statement("SELECT sequence, event FROM audit_event ORDER BY sequence").rows { row in
                let text = row.text(1)
                if row.int(0) != leaves.count || !text.contains(",\"seq\":\(row.int(0)),") {
                    problems.append("監査記録の\(leaves.count)番目が欠けているか、番号が書き換えられています。")
                }
                leaves.append(MerkleHash.leaf(Array(text.utf8)))
            }
            let tree = MerkleTree(leaves: leaves)
            let root = tree.root(size: leaves.count)
            let range = try storedRange(in: database)
            if range.size != leaves.count || range.root != root {
                problems.append("監査記録の内容が、保存されているハッシュ値と一致しません。")
            }
            var notes = external
            try database.statement("SELECT note FROM audit_checkpoint ORDER BY size").rows {
                notes.append($0.text(0))
            }
            for note in notes {
                guard let checkpoint = Checkpoint(note: note, name: signer.name, publicKey: signer.publicKey)
                else {
                    problems.append("署名が正しくないチェックポイントがあります。")
                    continue
                }
                if checkpoint.origin != Self.origin || checkpoint.size > leaves.count
                    || tree.root(size: checkpoint.size) != checkpoint.root
                {
                    problems.append("\(checkpoint.size)件目までの監査記録が、署名された時点の内容と一致しません。")
                }
            }
            return AuditReport(
                events: leaves.count, root: hexadecimal(root), checkpoints: notes.count, problems: problems)
        }
    }

    private func storedRange(in database: Database) throws -> CompactRange {
        let stored = try database.statement("SELECT size, hashes FROM audit_range").first { row in
            let hashes = row.blob(1)
            return CompactRange(
                size: row.int(0),
                hashes: stride(from: 0, to: hashes.count, by: MerkleHash.length).map {
                    Array(hashes[$0..<min($0 + MerkleHash.length, hashes.count)])
                })
        }
        guard let stored else { return CompactRange() }
        guard let range = stored else { throw ByteReader.damaged }
        return range
    }
}

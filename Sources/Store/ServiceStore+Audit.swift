package import Audit
package import Domain
package import Foundation
package import Policy

/// Result of checking the whole audit trail.
package struct AuditReport: Sendable, Hashable {
    package let events: Int
    /// Merkle tree hash over all events, lower-case hex.
    package let root: String
    /// Signed checkpoints that were checked.
    package let checkpoints: Int
    /// How many events, from the first on, a checkpoint from outside the database stands for.
    package let covered: Int
    /// Steps of people that were held against the trail.
    package let steps: Int
    /// Japanese sentences; empty when everything holds.
    package let problems: [String]
}

/// A signed checkpoint of the trail.
package struct AuditNote: Sendable, Hashable {
    /// Where it lies, as people are told.
    package let place: String
    package let text: String

    package init(place: String, text: String) {
        self.place = place
        self.text = text
    }
}

/// A checkpoint whose signature holds.
package struct SignedState: Sendable, Hashable {
    /// Events that it stands for.
    package let size: Int
    /// Lower-case hex.
    package let root: String
    /// `nil` in checkpoints made earlier.
    package let at: Date?
}

extension ServiceStore {
    static let auditOrigin = "renkei/audit"

    /// How far the clock may step back, as time servers let it, in milliseconds.
    static let clockTolerance = 120_000

    /// Adds events in one transaction, for measuring long trails.
    package func appendAll(_ events: some Sequence<AuditEvent>) throws {
        try transaction { database in for event in events { try append(event, in: database) } }
    }

    /// Adds an event to the trail, in the caller's transaction: no event, no effect and no answer.
    ///
    /// - Throws: `Fault` `audit.clock` where the clock went back: a trail whose times cannot be trusted tells nobody anything.
    func append(_ event: AuditEvent, in database: Database) throws {
        let (stored, latest) = try storedTrail(in: database)
        var range = stored
        let isReset = event.what == .clockAccept
        guard isReset || event.at >= latest - Self.clockTolerance else {
            throw Self.clockWentBack(from: latest, to: event.at)
        }
        let text = event.canonical(sequence: range.size)
        try database.statement("INSERT INTO audit_event VALUES (?, ?)").run(range.size, text)
        // Whatever is done under a declaration stands beside it, for its review.
        if let number = event.references["declaration"].flatMap({ Int($0.dropFirst(2)) }) {
            try database.statement("INSERT INTO declaration_event VALUES (?, ?)").run(number, range.size)
        }
        range.append(leaf: MerkleHash.leaf(Array(text.utf8)))
        try database.statement(
            """
            INSERT INTO audit_range VALUES (1, ?, ?, ?)
            ON CONFLICT DO UPDATE SET size = excluded.size, hashes = excluded.hashes, latest = excluded.latest
            """
        ).run(range.size, range.hashes.flatMap { $0 }, isReset ? event.at : max(latest, event.at))
    }

    /// Takes the clock as it is now, after somebody looked at it: it was wrong before. Ends every log-in and all that was declared.
    ///
    /// - Parameter reason: in the person's words; stays in the trail.
    /// - Throws: `Fault` `clock.right` where no clock went back: nothing is to be accepted, and everybody's work would end.
    package func acceptClock(reason: String, actor: Actor, at: Date) throws {
        try transaction { database in
            var event = AuditEvent(.clockAccept, actor: actor.description, at: at.milliseconds)
            let latest = try storedTrail(in: database).latest
            guard at.milliseconds < latest - Self.clockTolerance else { throw Self.clockIsRight(latest) }
            event.references = ["reason": reason, "before": timestamp(latest)]
            // What began by the wrong clock would end by it, perhaps in a year: everybody signs in again.
            try database.execute("DELETE FROM session")
            try endEveryDeclaration(at: at, in: database)
            try append(event, in: database)
        }
    }

    /// Says that this database was put back from a copy on purpose: what the checkpoints outside stand for is lost.
    ///
    /// - Parameters:
    ///   - lost: checkpoints that the trail does not fit.
    ///   - reason: in the person's words; stays in the trail.
    package func acceptRestore(lost: [SignedState], reason: String, actor: Actor, at: Date) throws {
        try transaction { database in
            var event = AuditEvent(.restoreAccept, actor: actor.description, at: at.milliseconds)
            event.references = [
                "reason": reason, "events": String(lost.map(\.size).max() ?? 0),
                "lost": Set(lost).sorted { ($0.size, $0.root) < ($1.size, $1.root) }
                    .map { "\($0.size):\($0.root)" }.joined(separator: " "),
            ]
            event.counts = ["checkpoints": lost.count]
            for state in lost {
                try database.statement("INSERT OR IGNORE INTO lost_checkpoint VALUES (?, ?)").run(
                    state.size, state.root)
            }
            // Of log-ins and tokens that were ended since, and of recovery codes that were used, the copy knows nothing.
            try database.execute("DELETE FROM session; DELETE FROM recovery_code")
            try database.statement("UPDATE api_token SET ended_at = ? WHERE ended_at IS NULL").run(
                at.milliseconds)
            try endEveryDeclaration(at: at, in: database)
            try append(event, in: database)
        }
    }

    /// Whether somebody said of a checkpoint outside that it is of a trail that was lost.
    package func isKnownLost(_ state: SignedState) throws -> Bool {
        try exclusively { database in
            try database.statement("SELECT 1 FROM lost_checkpoint WHERE size = ? AND root = ?").first(
                state.size, state.root
            ) { _ in true } ?? false
        }
    }

    /// Signs the trail as it stands, in the caller's transaction; what was signed once stays as it was.
    @discardableResult
    func signCheckpoint(at: Date, in database: Database) throws -> String {
        let range = try storedTrail(in: database).range
        let kept = try database.statement("SELECT note FROM audit_checkpoint WHERE size = ?").first(
            range.size
        ) { $0.text(0) }
        if let kept, let checkpoint = Checkpoint(note: kept, key: signer.key),
            checkpoint.root == range.root
        {
            return kept
        }
        let note = signer.sign(
            Checkpoint(origin: Self.auditOrigin, size: range.size, root: range.root, at: at.milliseconds))
        try database.statement("INSERT OR REPLACE INTO audit_checkpoint VALUES (?, ?)").run(range.size, note)
        return note
    }

    /// A signed checkpoint of the trail as it stands, to be kept on another machine.
    package func auditCheckpoint(at: Date) throws -> String {
        try transaction { try signCheckpoint(at: at, in: $0) }
    }

    /// What checkpoints are checked with, as C2SP signed-note writes it.
    package var auditKey: String { signer.key.text }

    /// The signed checkpoints in the database, oldest first.
    package func auditNotes() throws -> [AuditNote] {
        try exclusively { try notes(in: $0) }
    }

    /// What a note says; `nil` where this workspace's key did not sign it for its trail.
    ///
    /// - Parameter isKept: whether the database keeps the same bytes: thousands of signatures, each of which was made or checked before
    ///   it came there and is checked by `auditVerify`, are not checked at every start.
    package func signedState(of note: String, isKept: Bool = false) -> SignedState? {
        let checkpoint =
            isKept ? Checkpoint(unverified: note, key: signer.key) : Checkpoint(note: note, key: signer.key)
        guard let checkpoint, checkpoint.origin == Self.auditOrigin else { return nil }
        return SignedState(
            size: checkpoint.size, root: hexadecimal(checkpoint.root),
            at: checkpoint.at.map(Date.init(milliseconds:)))
    }

    /// What keeps the trail from taking an event now: a disk without room, a file that cannot be written, a clock that went back;
    /// `nil`: nothing does. It is tried with an event that is undone: nothing of it stays.
    package func trailObstacle(at: Date) -> Fault? {
        struct Undone: Error {}
        do {
            try transaction { database -> Void in
                try append(
                    AuditEvent(.auditVerify, actor: "system:status", at: at.milliseconds), in: database)
                throw Undone()
            }
            return nil
        } catch is Undone {
            // What is undone takes no room on the disk.
            var room = statvfs()
            guard statvfs(path, &room) == 0, UInt64(room.f_bavail) * UInt64(room.f_frsize) < Self.leastRoom
            else { return nil }
            return Fault(
                .inputOutput, code: "disk.low", message: "データベースのディスクに、ほとんど空きがありません。",
                file: URL(filePath: path).lastPathComponent, fix: "不要なファイルを消して空きを作ってください。")
        } catch {
            return error as? Fault
                ?? Fault(
                    .inputOutput, code: "store.open", message: "監査記録に書けません。",
                    file: URL(filePath: path).lastPathComponent, fix: "ディスクの空きと、ファイルの権限を確かめてください。")
        }
    }

    /// In bytes; an event takes under one thousand, a night some millions.
    private static let leastRoom: UInt64 = 16 << 20

    /// How many events the trail has.
    package func auditSize() throws -> Int {
        try exclusively { try storedTrail(in: $0).range.size }
    }

    /// Checks the whole trail: every event's place, the tree hash, and every signed checkpoint; and whether it tells of every step
    /// that the database keeps of people, and the other way round.
    ///
    /// - Parameters:
    ///   - external: signed checkpoints from outside the database. Without one, an operator who holds key and
    ///     database could have rewritten everything.
    ///   - progress: called now and then with the number of events checked so far.
    package func auditVerify(
        external: [AuditNote] = [], progress: (Int) -> Void = { _ in }
    ) throws -> AuditReport {
        // The whole trail is read: nobody's answer waits for it.
        try beside { database in
            // One reading of everything: what is added meanwhile is not half seen.
            try database.execute("BEGIN")
            defer { try? database.execute("COMMIT") }
            let inside = try notes(in: database).map {
                TrailCheck.Note(place: $0.place, text: $0.text, isOutside: false)
            }
            let outside = external.map {
                TrailCheck.Note(place: $0.place, text: $0.text, isOutside: true)
            }
            var check = TrailCheck(
                notes: inside + outside, key: signer.key, origin: Self.auditOrigin,
                stored: try storedTrail(in: database).range)
            var steps = try storedSteps(in: database)
            try database.statement("SELECT sequence, event FROM audit_event ORDER BY sequence").rows { row in
                let (sequence, event) = (row.int(0), row.blob(1))
                check.add(sequence: sequence, event: event)
                steps.add(event: event)
                if sequence & 0xFFFF == 0xFFFF { progress(sequence + 1) }
            }
            let outcome = check.outcome()
            // Where everything holds, only what nothing signed stands for yet can be none.
            let signed = try notes(in: database).map(\.text) + external.map(\.text)
            let unreadable = try unreadableEvents(
                from: outcome.problems.isEmpty
                    ? signed.compactMap { signedState(of: $0, isKept: true)?.size }.max() ?? 0 : 0,
                in: database)
            return AuditReport(
                events: outcome.events, root: hexadecimal(outcome.root), checkpoints: outcome.checkpoints,
                covered: outcome.covered, steps: steps.compared,
                problems: try outcome.problems.map(\.sentence) + unreadable
                    + findings(of: steps, in: database))
        }
    }

    /// Events that are none, in Japanese, from a place on. Each is decoded for it, which a trail that holds does not take.
    private func unreadableEvents(from first: Int, in database: Database) throws -> [String] {
        var places: [Int] = []
        try database.statement(
            "SELECT sequence, event FROM audit_event WHERE sequence >= ? ORDER BY sequence"
        )
        .rows(first) { row in
            if RecordedEvent(canonical: row.blob(1)) == nil { places.append(row.int(0)) }
        }
        return places.prefix(Self.namedEvents).map { "監査記録の\($0)番目は、出来事として読み取れません。書きかえられています。" }
            + (places.count > Self.namedEvents
                ? ["ほかに\(places.count - Self.namedEvents)件、読み取れない出来事があります。"] : [])
    }

    private static let namedEvents = 5

    private func notes(in database: Database) throws -> [AuditNote] {
        var notes: [AuditNote] = []
        try database.statement("SELECT size, note FROM audit_checkpoint ORDER BY size").rows {
            notes.append(AuditNote(place: "データベースの中の\($0.int(0))件目の検査点", text: $0.text(1)))
        }
        return notes
    }

    func storedTrail(in database: Database) throws -> (range: CompactRange, latest: Int) {
        let stored = try database.statement("SELECT size, hashes, latest FROM audit_range").first { row in
            let hashes = row.blob(1)
            let range = CompactRange(
                size: row.int(0),
                hashes: stride(from: 0, to: hashes.count, by: MerkleHash.length).map {
                    Array(hashes[$0..<min($0 + MerkleHash.length, hashes.count)])
                })
            return (range: range, latest: row.int(2))
        }
        guard let stored else { return (CompactRange(), 0) }
        guard let range = stored.range else { throw ByteReader.damaged }
        return (range, stored.latest)
    }

    private static func clockIsRight(_ latest: Int) -> Fault {
        Fault(
            .usage, code: "clock.right",
            message:
                "時計は戻っていません。監査記録の最後の時刻（\(Date(milliseconds: latest).japaneseTime)）に合っているため、認めるものがありません。何も変えていません。",
            fix: "このまま使えます。いまの時計が進みすぎているときは、まず機械の時計（時刻同期）を直してください。")
    }

    private static func clockWentBack(from latest: Int, to now: Int) -> Fault {
        Fault(
            .inputOutput, code: "audit.clock",
            message:
                "この機械の時計（\(Date(milliseconds: now).japaneseTime)）が、監査記録の最後の時刻（\(Date(milliseconds: latest).japaneseTime)）より前に戻っています。"
                + "時刻の信じられない記録を残さないため、何もお見せできません。",
            fix: "時計を確かめて直してください。前の時計が進みすぎていたときは、renkei audit accept-clock --reason \"理由\" で、いまの時計を認めてください。")
    }
}

extension TrailCheck.Problem {
    /// For officials.
    fileprivate var sentence: String {
        switch self {
        case .misplaced(let place): "監査記録の\(place)番目が欠けているか、番号が書き換えられています。"
        case .storedHashDiffers: "監査記録の内容が、保存されているハッシュ値と一致しません。"
        case .unsigned(let place): "\(place): 署名が正しくない検査点です。"
        case .rewritten(let size, let place): "\(place): \(size)件目までの監査記録が、署名された時点の内容と一致しません。"
        case .truncated(let size, let place): "\(place): 署名された時点では\(size)件あった監査記録が、それより減っています。"
        }
    }
}

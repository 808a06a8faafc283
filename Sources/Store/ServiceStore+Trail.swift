package import Audit
package import Domain
package import Foundation
package import Policy

/// Events of the trail as they stand there, with what proves that they do.
package struct TrailProof: Sendable, Hashable {
    /// The first event's place, and how many they are.
    package let first: Int
    package let count: Int
    /// The hashes beside them, from left to right.
    package let hashes: [[UInt8]]
    /// The signed note under which they stand.
    package let checkpoint: String

    /// One line of JSON, the last of a file whose other lines are the events: an independent program checks it.
    ///
    /// - Parameter key: what checks the note.
    package func line(key: String) throws -> String {
        try json(
            ProofLine(
                format: "renkei-audit-proof/1", key: key, first: first, count: count,
                hashes: hashes.map { Data($0).base64EncodedString() }, checkpoint: checkpoint))
    }
}

/// Which events somebody wants out of the trail.
package enum TrailPart: Sendable, Hashable {
    case event(Int)
    /// From the first to the last day, in Japan; `nil`: without end.
    case days(from: Day?, to: Day?)
}

/// What looking through the trail came to.
package struct AnalysedTrail: Sendable, Hashable {
    /// Events of the days asked for.
    package let events: Int
    package let findings: [AuditFinding]
    /// Places of events that cannot be read, whatever their day.
    package let unreadable: [Int]
}

extension ServiceStore {
    /// Takes events out of the trail, oldest first, each as its bytes stand there; who did is in the trail before.
    ///
    /// - Parameters:
    ///   - note: the checkpoint to prove them under; `nil`: one of now.
    ///   - body: called at each event.
    /// - Throws: `Fault` of kind `.denied`, `.notFound` where no such event stands under the checkpoint, `.gate` where the trail
    ///   is another than was signed.
    package func exportTrail(
        _ part: TrailPart, under note: String? = nil, actor: Actor,
        deciding: Decisions, at: Date, body: ([UInt8]) throws -> Void
    ) throws -> TrailProof {
        var references: [String: String] = [:]
        let what: AuditEvent.What
        switch part {
        case .event(let sequence):
            what = .auditProve
            references["event"] = "\(sequence)"
        case .days(let from, let to):
            what = .auditExport
            references = ["from": from?.description, "to": to?.description].compactMapValues(\.self)
        }
        let now = try readingTrail(what, references, actor: actor, deciding: deciding, at: at) {
            try signCheckpoint(at: at, in: $0)
        }
        guard let checkpoint = Checkpoint(note: note ?? now, key: signer.key),
            checkpoint.origin == Self.auditOrigin
        else {
            throw Fault(
                .gate, code: "checkpoint.unsigned", message: "この検査点は、この作業フォルダの鍵で署名されたものではありません。",
                fix: "renkei が控えた検査点のファイル（.checkpoint）を指定してください。")
        }
        return try exclusively { database in
            let events = try places(of: part, below: checkpoint.size, in: database)
            var beside = RunHashes(MerkleProof.ranges(around: events, size: checkpoint.size))
            var range = CompactRange()
            try database.statement("SELECT event FROM audit_event WHERE sequence < ? ORDER BY sequence").rows(
                checkpoint.size
            ) { row in
                let event = row.blob(0)
                let leaf = MerkleHash.leaf(event)
                if events.contains(range.size) { try body(event) }
                beside.add(leaf: leaf)
                range.append(leaf: leaf)
            }
            guard range.root == checkpoint.root else { throw Self.brokenTrail }
            return TrailProof(
                first: events.lowerBound, count: events.count, hashes: beside.hashes,
                checkpoint: note ?? now)
        }
    }

    /// Looks through the trail for what somebody should ask about; who did is in the trail before.
    ///
    /// - Throws: `Fault` of kind `.denied`.
    package func analyseTrail(
        _ guideline: AnalysisGuideline, from: Day?, to: Day?, actor: Actor,
        deciding: Decisions, at: Date
    ) throws -> AnalysedTrail {
        let relatives = try readingTrail(
            .auditAnalyse,
            ["from": from?.description, "to": to?.description].compactMapValues(\.self), actor: actor,
            deciding: deciding, at: at
        ) { try self.relatives(in: $0) }
        var analysis = AuditAnalysis(guideline, relatives: relatives)
        var events = 0
        var unreadable: [Int] = []
        let (first, end) = (
            from.map { $0.startInJapan * 1000 } ?? .min,
            to.map { $0.adding(days: 1).startInJapan * 1000 } ?? .max
        )
        // The whole trail is looked through: nobody's answer waits for it.
        try beside { database in
            try database.statement("SELECT event, sequence FROM audit_event ORDER BY sequence").rows { row in
                guard let event = RecordedEvent(canonical: row.blob(0)) else {
                    unreadable.append(row.int(1))
                    return
                }
                guard event.at >= first, event.at < end else { return }
                events += 1
                analysis.add(event)
            }
        }
        return AnalysedTrail(events: events, findings: analysis.findings(), unreadable: unreadable)
    }

    /// Where the trail first differs from another copy of it; `nil` where the shorter one is the beginning of the longer.
    package func firstDifference(from other: ServiceStore) throws -> Int? {
        var place = 0
        let limit = min(try auditSize(), try other.auditSize())
        // A piece at a time: neither copy has to fit into memory.
        while place < limit {
            let range = place..<min(place + 65_536, limit)
            let (mine, theirs) = (try events(in: range), try other.events(in: range))
            if let difference = range.indices.first(where: {
                let index = $0 - range.lowerBound
                return index >= mine.count || index >= theirs.count || mine[index] != theirs[index]
            }) {
                return difference
            }
            place = range.upperBound
        }
        return nil
    }

    private func events(in range: Range<Int>) throws -> [[UInt8]] {
        try exclusively { database in
            var events: [[UInt8]] = []
            try database.statement(
                "SELECT event FROM audit_event WHERE sequence >= ? AND sequence < ? ORDER BY sequence"
            ).rows(range.lowerBound, range.upperBound) { events.append($0.blob(0)) }
            return events
        }
    }

    /// One line of JSON that proves that the trail of one signed note grew into that of the other.
    ///
    /// - Throws: `Fault` of kind `.gate` where it did not, or the notes are not this workspace's.
    package func consistencyLine(from older: String, to newer: String) throws -> String {
        guard let old = Checkpoint(note: older, key: signer.key),
            let new = Checkpoint(note: newer, key: signer.key), (1...max(1, new.size)).contains(old.size)
        else {
            throw Fault(
                .gate, code: "checkpoint.unsigned", message: "この検査点は、この作業フォルダの鍵で署名されたものではないか、空です。",
                fix: "renkei が控えた検査点のファイル（.checkpoint）を2つ指定してください。")
        }
        var hashes = RunHashes(MerkleProof.ranges(from: old.size, to: new.size))
        try exclusively { database in
            try database.statement("SELECT event FROM audit_event WHERE sequence < ? ORDER BY sequence").rows(
                new.size
            ) { hashes.add(leaf: MerkleHash.leaf($0.blob(0))) }
        }
        guard
            verifyConsistency(
                oldSize: old.size, oldRoot: old.root, newSize: new.size, newRoot: new.root,
                proof: hashes.hashes)
        else { throw Self.brokenTrail }
        return try json(
            ConsistencyLine(
                format: "renkei-audit-consistency/1", key: signer.key.text, older: older, checkpoint: newer,
                hashes: hashes.hashes.map { Data($0).base64EncodedString() }))
    }

    /// Tells of a user who the user, or whose family, is: whose household's records the user should not look at.
    ///
    /// - Parameter user: as the trail names people, without `user:`.
    /// - Returns: how many persons are told of the user now.
    /// - Throws: `Fault` of kind `.notFound` where there is no such user.
    package func relate(_ user: UserID, to persons: [PersonID], by actor: Actor, at: Date) throws -> Int {
        try transaction { database in
            guard try isUser(user, in: database) else {
                throw Fault(
                    .notFound, code: "user.unknown", message: "その利用者はいません。",
                    fix: "「renkei user list」で利用者IDを確かめてください。コマンドを使う人は「cli:名前」です。")
            }
            if let publication = try currentPublication(in: database) {
                // A mistyped number would leave the check without anybody.
                let run = try run(of: publication)
                for person in persons where try run.person(now: person) == nil {
                    throw Self.unknown(person: person)
                }
            }
            try database.statement("DELETE FROM user_relative WHERE user = ?").run(user.rawValue)
            for person in Set(persons).sorted() {
                try database.statement("INSERT INTO user_relative VALUES (?, ?)").run(
                    user.rawValue, person.rawValue)
            }
            var event = AuditEvent(.userRelate, actor: actor.description, at: at.milliseconds)
            event.references = ["user": user.rawValue]
            event.subjects = Set(persons.map { keys.pseudonym(of: $0, domain: "audit") }).sorted()
            try append(event, in: database)
            return Set(persons).count
        }
    }

    /// By actor: the user's own and the family's pseudonyms, under every id they ever had, and their households'.
    func relatives(in database: Database) throws -> [String: Set<Pseudonym>] {
        var told: [(user: String, person: PersonID)] = []
        try database.statement("SELECT user, person FROM user_relative").rows {
            told.append(($0.text(0), PersonID($0.text(1))))
        }
        guard !told.isEmpty else { return [:] }
        let run = try currentPublication(in: database).map(run(of:))
        var relatives: [String: Set<Pseudonym>] = [:]
        for (user, person) in told {
            var persons = [person]
            if let run, let household = try run.person(person)?.household {
                persons += try run.persons(inHousehold: household).map(\.id)
            }
            for id in try persons.flatMap({ try ids(of: $0, in: database) }) {
                relatives["user:\(user)", default: []].insert(keys.pseudonym(of: id, domain: "audit"))
            }
        }
        return relatives
    }

    /// Asks policy about `Action.audit` and leaves the event, before anything of the trail is read.
    private func readingTrail<Answer>(
        _ what: AuditEvent.What, _ references: [String: String], actor: Actor,
        deciding: Decisions, at: Date, _ body: (Database) throws -> Answer
    ) throws -> Answer {
        try recording(what, .audit, actor, deciding(PersonStanding()), at, references) { database, _ in
            try body(database)
        }
    }

    private func places(of part: TrailPart, below size: Int, in database: Database) throws -> Range<Int> {
        switch part {
        case .event(let sequence):
            guard (0..<size).contains(sequence) else {
                throw Fault(
                    .notFound, code: "audit.event", message: "この検査点の下に、その番号の出来事はありません（0から\(size - 1)まで）。",
                    fix: "番号は「renkei audit reads --json」などの sequence で確かめてください。")
            }
            return sequence..<sequence + 1
        case .days(let from, let to):
            // The clock may step back a little: from the first that is in to the last that is in.
            let ends = try database.statement(
                """
                SELECT min(sequence), max(sequence) FROM audit_event
                WHERE sequence < ?1 AND unixepoch(\(Self.member("at"))) >= ?2
                    AND unixepoch(\(Self.member("at"))) < ?3
                """
            ).first(
                size, from.map(\.startInJapan) ?? Int.min,
                to.map { $0.adding(days: 1).startInJapan } ?? Int.max
            ) { row -> Range<Int>? in
                guard let first = row.optionalInt(0), let last = row.optionalInt(1) else { return nil }
                return first..<last + 1
            }
            guard let events = ends.flatMap(\.self) else {
                throw Fault(
                    .notFound, code: "audit.period", message: "この期間の監査記録はありません。",
                    fix: "「--from」と「--to」の日付を確かめてください。")
            }
            return events
        }
    }

    static var brokenTrail: Fault {
        Fault(
            .gate, code: "audit.broken", message: "監査記録が、署名された時点の内容と一致しません。",
            fix: "データベースをそのまま保全し、「renkei audit verify」で確かめて、個人情報保護担当に知らせてください。")
    }
}

/// What a proof of growth holds.
private struct ConsistencyLine: Encodable {
    let format: String
    let key: String
    let older: String
    let checkpoint: String
    let hashes: [String]
}

/// The last line of an export.
private struct ProofLine: Encodable {
    let format: String
    let key: String
    let first: Int
    let count: Int
    let hashes: [String]
    let checkpoint: String
}

internal import Audit
package import Domain
package import Foundation
package import Policy

/// A person's verdict on two records, as it is kept for ever.
package struct KeptVerdict: Sendable, Hashable {
    package enum What: String, Sendable, Codable {
        case decided, confirmed, withdrawn
    }

    /// One step in a verdict's life; steps are only added.
    package struct Step: Sendable, Hashable {
        package let what: What
        /// As audit events name actors.
        package let actor: String
        package let at: Date
        package let reason: String
    }

    /// Counts up from 1; `V-1` for people.
    package let id: Int
    package let left: KeptRecord
    package let right: KeptRecord
    package let isSame: Bool
    /// Whether a second person must say the same.
    package let needsSecond: Bool
    package let steps: [Step]

    package init(
        id: Int, left: KeptRecord, right: KeptRecord, isSame: Bool, needsSecond: Bool, steps: [Step]
    ) {
        self.id = id
        self.left = left
        self.right = right
        self.isSame = isSame
        self.needsSecond = needsSecond
        self.steps = steps
    }

    package var isWithdrawn: Bool { steps.contains { $0.what == .withdrawn } }
    package var isWaiting: Bool {
        needsSecond && !isWithdrawn && !steps.contains { $0.what == .confirmed }
    }
    package var isInForce: Bool { !isWithdrawn && !isWaiting }
    /// The id of the pair it was said of.
    package var pair: String { ReviewPair.id(of: left.key, right.key) }

    /// What of it decides a night's result.
    package var revision: String {
        (["\(id)", isSame ? "same" : "different"] + left.revision + right.revision).joined(separator: " ")
    }
}

extension ServiceStore {
    /// Every verdict there ever was, by number; keys alone.
    package func verdicts() throws -> [KeptVerdict] {
        try exclusively { try verdicts(in: $0) }
    }

    /// Keeps a verdict on two records; the same word of a second person confirms one that waits for it.
    ///
    /// - Parameters:
    ///   - reason: without names or numbers of persons: it stays in the audit trail.
    ///   - needsSecond: whether it waits until another person says the same.
    ///   - decision: about `Action.review`, of the pair's standing.
    /// - Throws: `Fault`: `.denied`; `verdict.stands` where another verdict of the pair stands; `verdict.own` where the one who
    ///   decided would confirm.
    package func decide(
        _ left: KeptRecord, _ right: KeptRecord, isSame: Bool, reason: String, needsSecond: Bool,
        actor: Actor, decision: Decision, at: Date
    ) throws -> KeptVerdict {
        try recording(.verdictDecide, .review, actor, decision, at, ["reason": reason]) { database, event in
            let sides = left.key < right.key ? (left, right) : (right, left)
            if let standing = try standingVerdicts(about: [left, right], in: database).of(left, right) {
                guard standing.isSame == isSame, standing.isWaiting else { throw Self.stands(standing) }
                guard !standing.steps.contains(where: { $0.actor == actor.description }) else {
                    event.references["verdict"] = "V-\(standing.id)"
                    throw Self.own(standing)
                }
                return try step(.confirmed, of: standing.id, actor, reason, at, &event, in: database)
            }
            try database.statement(
                """
                INSERT INTO verdict(left_key, left_number, left_marks, left_source, right_key, right_number,
                    right_marks, right_source, is_same, needs_second)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
            ).run(
                sides.0.key, sides.0.number, try json(sides.0.marks.sorted()), sides.0.source?.rawValue,
                sides.1.key, sides.1.number, try json(sides.1.marks.sorted()), sides.1.source?.rawValue,
                isSame, needsSecond)
            let id = try database.statement("SELECT last_insert_rowid()").first { $0.int(0) } ?? 0
            return try step(.decided, of: id, actor, reason, at, &event, in: database)
        }
    }

    /// Takes a verdict back; it stays to be read.
    ///
    /// - Throws: `Fault`: `.denied`, `verdict.unknown`, `verdict.withdrawn`.
    package func withdraw(
        verdict id: Int, reason: String, actor: Actor, decision: Decision, at: Date
    ) throws -> KeptVerdict {
        try recording(
            .verdictWithdraw, .review, actor, decision, at, ["verdict": "V-\(id)", "reason": reason]
        ) { database, event in
            guard let verdict = try verdicts([id], in: database).first else {
                throw Self.unknown(verdict: id)
            }
            guard !verdict.isWithdrawn else {
                throw Fault(
                    .usage, code: "verdict.withdrawn", message: "判断 V-\(id) は、すでに取り消されています。",
                    fix: "もう一度判断するときは「renkei review decide」を使ってください。")
            }
            return try step(.withdrawn, of: id, actor, reason, at, &event, in: database)
        }
    }

    private func step(
        _ what: KeptVerdict.What, of id: Int, _ actor: Actor, _ reason: String,
        _ at: Date, _ event: inout AuditEvent, in database: Database
    ) throws -> KeptVerdict {
        try database.statement(
            "INSERT INTO verdict_step(verdict, what, actor, at, reason) VALUES (?, ?, ?, ?, ?)"
        ).run(id, what.rawValue, actor.description, at.milliseconds, reason)
        guard let verdict = try verdicts([id], in: database).first else { throw ByteReader.damaged }
        event.what =
            switch what {
            case .decided: .verdictDecide
            case .confirmed: .verdictConfirm
            case .withdrawn: .verdictWithdraw
            }
        event.references = [
            "verdict": "V-\(id)", "answer": verdict.isSame ? "same" : "different", "reason": reason,
        ]
        return verdict
    }

    /// - Parameter ids: only these; `nil`: all there ever were.
    func verdicts(_ ids: [Int]? = nil, in database: Database) throws -> [KeptVerdict] {
        let chosen = { (column: String) in
            ids == nil ? "WHERE ?1 IS NULL" : "WHERE \(column) IN (SELECT value FROM json_each(?1))"
        }
        let list = try ids.map { try json($0) }
        var steps: [Int: [KeptVerdict.Step]] = [:]
        try database.statement(
            "SELECT verdict, what, actor, at, reason FROM verdict_step \(chosen("verdict")) ORDER BY id"
        ).rows(list) { row in
            guard let what = KeptVerdict.What(rawValue: row.text(1)) else { throw ByteReader.damaged }
            steps[row.int(0), default: []].append(
                KeptVerdict.Step(
                    what: what, actor: row.text(2), at: Date(milliseconds: row.int(3)), reason: row.text(4)))
        }
        func side(_ row: Statement, from column: Int32) throws -> KeptRecord {
            KeptRecord(
                key: row.text(column), number: row.optionalText(column + 1),
                marks: try row.optionalText(column + 2).map { try decoded(Set<String>.self, $0) } ?? [],
                source: row.optionalText(column + 3).map(SourceID.init(_:)))
        }
        var verdicts: [KeptVerdict] = []
        try database.statement(
            """
            SELECT id, is_same, needs_second, left_key, left_number, left_marks, left_source,
                right_key, right_number, right_marks, right_source
            FROM verdict \(chosen("id")) ORDER BY id
            """
        ).rows(list) { row in
            verdicts.append(
                KeptVerdict(
                    id: row.int(0), left: try side(row, from: 3), right: try side(row, from: 7),
                    isSame: row.bool(1), needsSecond: row.bool(2), steps: steps[row.int(0)] ?? []))
        }
        return verdicts
    }

    static func unknown(verdict id: Int) -> Fault {
        Fault(
            .notFound, code: "verdict.unknown", message: "判断 V-\(id) はありません。",
            fix: "「renkei review list --decided」で番号を確かめてください。")
    }

    /// That another verdict of the pair is in the way; not which: who judges as the second is not to learn it by asking.
    package static func stands(_ verdict: KeptVerdict) -> Fault {
        Fault(
            .usage, code: "verdict.stands",
            message: "この組には、別の判断 V-\(verdict.id) があります。",
            fix: "変えるときは、先に「renkei review withdraw V-\(verdict.id)」で取り消してください。")
    }

    private static func own(_ verdict: KeptVerdict) -> Fault {
        Fault(
            .usage, code: "verdict.own", message: "判断 V-\(verdict.id) は、もう1人の判断を待っています。",
            fix: "判断した人とは別の人が、自分の利用者IDを「--user」に書いて、同じ「renkei review decide」を実行してください。")
    }
}

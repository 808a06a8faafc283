internal import Audit
internal import Domain
package import Foundation
package import Policy

/// A guideline as it was proposed, with who said what of it; neither is ever changed.
package struct KeptGuideline: Sendable, Hashable {
    /// One step in its life; steps are only added.
    package struct Step: Sendable, Hashable {
        package enum What: String, Sendable, Codable {
            case proposed, approved, withdrawn
        }
        package let what: What
        /// As audit events name actors.
        package let actor: String
        package let at: Date
        package let reason: String
    }

    /// Digest of `bytes`; what is approved is this and nothing else.
    package let revision: String
    /// `GuidelineFiles.canonicalBytes`.
    package let bytes: [UInt8]
    /// Oldest first.
    package let steps: [Step]

    /// Who proposed it, since it was last in force or withdrawn; nobody where it does not wait.
    package var proposers: [String] { steps.reversed().prefix { $0.what == .proposed }.map(\.actor) }
}

extension ServiceStore {
    /// The revision of the guideline in force; `nil` before the first one was approved.
    package func guidelineInForce() throws -> String? {
        try exclusively { try $0.statement(Self.newestSQL + " LIMIT 1").first { $0.text(0) } }
    }

    /// Guidelines that were put in force, the newest first.
    package func guidelinesPutInForce() throws -> [KeptGuideline] {
        try exclusively { database in
            var revisions: [String] = []
            try database.statement(Self.newestSQL).rows {
                if !revisions.contains($0.text(0)) { revisions.append($0.text(0)) }
            }
            return try revisions.compactMap { try kept($0, in: database) }
        }
    }

    /// The guideline whose revision begins so; `nil` where there is none or are several.
    package func guideline(beginning prefix: String) throws -> KeptGuideline? {
        try exclusively { database in
            var revisions: [String] = []
            try database.statement("SELECT revision FROM guideline_set WHERE substr(revision, 1, ?) = ?")
                .rows(
                    prefix.utf8.count, prefix
                ) { revisions.append($0.text(0)) }
            guard revisions.count == 1, let revision = revisions.first else { return nil }
            return try kept(revision, in: database)
        }
    }

    /// The newest guideline that was proposed and is not in force yet.
    package func guidelineProposed() throws -> KeptGuideline? {
        try exclusively { database in
            // A proposal that was withdrawn is none.
            let newest = try database.statement(
                """
                SELECT revision, what FROM guideline_step s WHERE what NOT IN ('begun', 'withdrawn') AND NOT EXISTS (
                    SELECT 1 FROM guideline_step w WHERE w.revision = s.revision AND w.what = 'withdrawn' AND w.id > s.id)
                ORDER BY id DESC LIMIT 1
                """
            ).first { ($0.text(0), $0.text(1)) }
            guard let newest, newest.1 == KeptGuideline.Step.What.proposed.rawValue else { return nil }
            return try kept(newest.0, in: database)
        }
    }

    /// Keeps a guideline that somebody proposes; it decides nothing.
    ///
    /// - Parameters:
    ///   - reason: without names or numbers of persons: it stays in the audit trail.
    ///   - decision: about `Action.propose`.
    /// - Throws: `Fault`: `.denied`; `policy.in-force` where it decides already; `policy.proposed` where somebody else proposed it: each
    ///   one more who proposes is one fewer who may approve.
    package func propose(
        guideline bytes: [UInt8], revision: String, reason: String, actor: Actor, decision: Decision, at: Date
    ) throws {
        try recording(
            .guidelinePropose, .propose, actor, decision, at, ["guideline": revision, "reason": reason]
        ) { database, _ in
            let newest = try database.statement(Self.newestSQL + " LIMIT 1").first { $0.text(0) }
            guard newest != revision else {
                throw Fault(
                    .usage, code: "policy.in-force", message: "この決まり（版 \(revision.prefix(12))）は、すでに効いています。",
                    fix: "Guidelines を書きかえてから、案を出してください。")
            }
            let waiting = try kept(revision, in: database)
            if let first = waiting?.proposers.last, first != actor.description {
                throw Fault(
                    .conflict, code: "policy.proposed",
                    message: "この決まり（版 \(revision.prefix(12))）の案は、\(first) がもう出しています。",
                    fix: "案はそのままで、あなたか別の人が「renkei policy approve \(revision.prefix(12))」で承認してください。")
            }
            try keep(bytes, revision, in: database)
            try add(.proposed, of: revision, reason, actor, at, in: database)
        }
    }

    /// Puts a proposed guideline in force, by the hash of all its files.
    ///
    /// - Parameter decision: about `Action.approve`, under the guideline in force; of the first, under itself.
    /// - Throws: `Fault`: `.denied`; `policy.unproposed`; `policy.own` where the approver proposed it.
    package func approve(
        guideline revision: String, after deciding: String?, reason: String, actor: Actor, decision: Decision,
        at: Date
    ) throws {
        try recording(
            .guidelineApprove, .approve, actor, decision, at, ["guideline": revision, "reason": reason]
        ) { database, _ in
            guard try database.statement(Self.newestSQL + " LIMIT 1").first(read: { $0.text(0) }) == deciding
            else {
                throw Fault(
                    .conflict, code: "policy.moved", message: "確かめている間に、ほかの決まりが効くようになりました。",
                    fix: "「renkei policy diff」で違いを確かめ、もう一度承認してください。")
            }
            guard let newest = try kept(revision, in: database),
                let last = newest.steps.last, last.what == .proposed
            else { throw Self.unproposed(revision) }
            guard !newest.proposers.contains(actor.description) else {
                throw Fault(
                    .denied, code: "policy.own", message: "自分の出した案は承認できません。",
                    fix: "役割のある別の人が「renkei policy approve」を実行してください。")
            }
            try add(.approved, of: revision, reason, actor, at, in: database)
        }
    }

    /// Withdraws a proposal; it can be proposed again, by anybody.
    ///
    /// - Parameter decision: about `Action.propose`, as of its proposal.
    /// - Throws: `Fault`: `.denied`; `policy.unproposed`; `policy.others` where somebody else proposed it.
    package func withdraw(
        guideline revision: String, reason: String, actor: Actor, decision: Decision, at: Date
    ) throws {
        try recording(
            .guidelineWithdraw, .propose, actor, decision, at, ["guideline": revision, "reason": reason]
        ) { database, _ in
            guard let waiting = try kept(revision, in: database), let first = waiting.proposers.last else {
                throw Self.unproposed(revision)
            }
            guard waiting.proposers.contains(actor.description) else {
                throw Fault(
                    .denied, code: "policy.others", message: "この案は \(first) が出したもので、取り下げられるのは出した人だけです。",
                    fix: "出した人に取り下げてもらうか、承認しないままにしてください。承認されるまで何も変わりません。")
            }
            try add(.withdrawn, of: revision, reason, actor, at, in: database)
        }
    }

    private static func unproposed(_ revision: String) -> Fault {
        Fault(
            .notFound, code: "policy.unproposed", message: "版 \(revision.prefix(12)) の案は出ていません。",
            fix: "「renkei policy check」で、承認を待つ案の版を確かめてください。")
    }

    /// What an earlier renkei put in force without a second person ('begun') is not.
    private static let newestSQL =
        "SELECT revision FROM guideline_step WHERE what = 'approved' ORDER BY id DESC"

    private func keep(_ bytes: [UInt8], _ revision: String, in database: Database) throws {
        try database.statement("INSERT OR IGNORE INTO guideline_set VALUES (?, ?)").run(revision, bytes)
    }

    private func add(
        _ what: KeptGuideline.Step.What, of revision: String, _ reason: String, _ actor: Actor, _ at: Date,
        in database: Database
    ) throws {
        try database.statement(
            "INSERT INTO guideline_step(revision, what, actor, at, reason) VALUES (?, ?, ?, ?, ?)"
        )
        .run(revision, what.rawValue, actor.description, at.milliseconds, reason)
    }

    private func kept(_ revision: String, in database: Database) throws -> KeptGuideline? {
        let bytes = try database.statement("SELECT files FROM guideline_set WHERE revision = ?").first(
            revision
        ) {
            $0.blob(0)
        }
        guard let bytes else { return nil }
        var steps: [KeptGuideline.Step] = []
        try database.statement(
            "SELECT what, actor, at, reason FROM guideline_step WHERE revision = ? AND what <> 'begun' ORDER BY id"
        )
        .rows(revision) { row in
            guard let what = KeptGuideline.Step.What(rawValue: row.text(0)) else { throw ByteReader.damaged }
            steps.append(
                .init(what: what, actor: row.text(1), at: Date(milliseconds: row.int(2)), reason: row.text(3))
            )
        }
        return KeptGuideline(revision: revision, bytes: bytes, steps: steps)
    }
}

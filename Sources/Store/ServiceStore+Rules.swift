internal import Audit
package import Domain
package import Foundation
package import Policy

/// One flag of a case and where the case stands: ids, states and days alone.
package struct Disposition: Sendable, Hashable {
    package let person: PersonID
    package let state: CaseState
    package let rule: RuleID
    package let version: Int
    package let raisedOn: Day
    /// When a person first did anything with the case.
    package let firstTouch: Date?
    /// Of 対象外; `nil` of those ended before reasons were coded.
    package let endReason: NotApplicableReason?

    package init(
        person: PersonID, state: CaseState, rule: RuleID, version: Int, raisedOn: Day, firstTouch: Date?,
        endReason: NotApplicableReason? = nil
    ) {
        self.person = person
        self.state = state
        self.rule = rule
        self.version = version
        self.raisedOn = raisedOn
        self.firstTouch = firstTouch
        self.endReason = endReason
    }

    /// Whether a person has come to a result; what the night withdrew says nothing.
    package var isAssessed: Bool {
        switch state {
        case .supported, .watching, .notApplicable, .alreadySupported, .referred: true
        case .candidate, .awaitingAssessment, .checking, .conference, .withdrawn: false
        }
    }
}

/// A rule file that somebody proposed, bound to its bytes.
package struct RuleProposal: Sendable, Hashable {
    package let id: Int
    package let rule: RuleID
    package let version: Int
    package let sha256: String
    /// Of the file it replaces; empty for a new rule.
    package let base: String
    package let text: String
    package let proposer: String
    package let proposedAt: Date
    package let reason: String
    /// `nil`: nobody yet.
    package let approver: String?
    package let approvedAt: Date?
    /// Whether the trail tells of the approval; `true` where there is none yet.
    package let isInTrail: Bool

    package init(
        id: Int, rule: RuleID, version: Int, sha256: String, base: String, text: String, proposer: String,
        proposedAt: Date, reason: String, approver: String?, approvedAt: Date?, isInTrail: Bool = true
    ) {
        self.isInTrail = isInTrail
        self.id = id
        self.rule = rule
        self.version = version
        self.sha256 = sha256
        self.base = base
        self.text = text
        self.proposer = proposer
        self.proposedAt = proposedAt
        self.reason = reason
        self.approver = approver
        self.approvedAt = approvedAt
    }
}

extension ServiceStore {
    /// The flags there ever were with what became of their cases.
    package func dispositions() throws -> [Disposition] {
        // Every flag is read: nobody's answer waits for it.
        try beside { database in
            var found: [Disposition] = []
            try database.statement(
                """
                SELECT c.person, c.state, f.rule, json_extract(f.flag, '$.version'), f.raised_on,
                    (SELECT min(at) FROM case_event e WHERE e.case_id = c.id AND e.actor <> '\(Docket.actor)'),
                    c.end_reason
                FROM case_flag f JOIN cases c ON c.id = f.case_id
                WHERE f.rule NOT LIKE '\(RuleID.handPrefix)%' AND f.rule NOT LIKE '\(RuleID.erasedPrefix)%'
                ORDER BY c.id, f.rule
                """
            ).rows { row in
                guard let state = CaseState(rawValue: row.text(1)) else { throw ByteReader.damaged }
                found.append(
                    Disposition(
                        person: PersonID(row.text(0)), state: state, rule: RuleID(row.text(2)),
                        version: row.int(3), raisedOn: Day(number: row.int(4)),
                        firstTouch: row.optionalInt(5).map(Date.init(milliseconds:)),
                        endReason: row.optionalText(6).flatMap(NotApplicableReason.init(rawValue:))))
            }
            return found
        }
    }

    /// The hashes of the rule files that the first night found; empty before it.
    package func firstRules() throws -> [RuleID: String] {
        try exclusively { database in
            var first: [RuleID: String] = [:]
            try database.statement("SELECT rule, sha256 FROM rule_first").rows {
                first[RuleID($0.text(0))] = $0.text(1)
            }
            return first
        }
    }

    /// Keeps what the first night found; nothing where that is kept already.
    package func keepFirstRules(_ hashes: [RuleID: String]) throws {
        try transaction { database in
            let isKept = try database.statement("SELECT 1 FROM rule_first LIMIT 1").first { _ in true }
            guard isKept == nil else { return }
            for (rule, hash) in hashes.sorted(by: { $0.key < $1.key }) {
                try database.statement("INSERT INTO rule_first VALUES (?, ?)").run(rule.rawValue, hash)
            }
        }
    }

    /// Every proposal of a rule there ever was, oldest first.
    package func ruleProposals() throws -> [RuleProposal] {
        try exclusively { try ruleProposals(in: $0) }
    }

    /// Keeps a rule file for another person to approve; the same bytes again are the same proposal.
    ///
    /// - Parameter reason: without names or numbers of persons: it stays in the audit trail.
    package func propose(
        rule: RuleID, version: Int, text: String, base: String, reason: String, actor: Actor, at: Date
    ) throws -> RuleProposal {
        try transaction { database in
            let sha256 = Digest.sha256(text.utf8)
            let known = try ruleProposals(in: database).last {
                $0.rule == rule && $0.sha256 == sha256 && $0.base == base && $0.approver == nil
            }
            if let known { return known }
            try database.statement(
                """
                INSERT INTO rule_proposal(rule, version, sha256, base, text, actor, at, reason)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
            ).run(
                rule.rawValue, version, sha256, base, text, actor.description, at.milliseconds, reason)
            var event = AuditEvent(.rulePropose, actor: actor.description, at: at.milliseconds)
            event.references = [
                "rule": rule.rawValue, "version": "\(version)", "hash": sha256, "reason": reason,
            ]
            try append(event, in: database)
            guard let kept = try ruleProposals(in: database).last else { throw ByteReader.damaged }
            return kept
        }
    }

    /// Approves a proposal; whoever proposed it cannot.
    ///
    /// - Parameters:
    ///   - hash: the beginning of the proposal's hash, at least twelve digits, as its proposer told it.
    ///   - current: the hash of the rule's file as it is now; empty where there is none.
    ///   - check: whether the rule can be used; what it throws leaves the proposal waiting.
    ///   - put: puts the file in place, when the approval is kept: a stop between them leaves a rule that no night runs, and approving
    ///     again puts the file.
    /// - Throws: `Fault`: `rule.proposal-unknown`, `rule.proposal-own`, `rule.proposal-stale`.
    package func approveRule(
        hash: String, current: (RuleID) throws -> String, reason: String, actor: Actor, at: Date,
        check: (RuleProposal) throws -> Void, put: (RuleProposal) throws -> Void
    ) throws -> RuleProposal {
        var event = AuditEvent(.ruleApprove, actor: actor.description, at: at.milliseconds)
        event.references = ["hash": hash, "reason": reason]
        let approved = try recording(event) { database, event -> RuleProposal in
            let proposals = try ruleProposals(in: database)
            guard hash.count >= 12, let proposal = proposals.last(where: { $0.sha256.hasPrefix(hash) }),
                // Approved already: only where its file did not come in place.
                try proposal.approver == nil
                    || (current(proposal.rule) == proposal.base
                        && proposals.last { $0.rule == proposal.rule && $0.approver != nil } == proposal)
            else {
                throw Fault(
                    .notFound, code: "rule.proposal-unknown", message: "承認を待っている、このハッシュの提案はありません。",
                    fix: "「renkei rules check」に示されるハッシュを、12桁以上で書いてください。")
            }
            event.references = [
                "rule": proposal.rule.rawValue, "version": "\(proposal.version)", "hash": proposal.sha256,
                "reason": reason,
            ]
            guard proposal.proposer != actor.description else {
                throw Fault(
                    .denied, code: "rule.proposal-own", message: "提案した人は、自分の提案を承認できません。",
                    fix: "別の人が、自分の利用者で「renkei rules approve」を実行してください。")
            }
            guard try current(proposal.rule) == proposal.base else {
                throw Fault(
                    .configuration, code: "rule.proposal-stale",
                    message: "提案の後で、規則「\(proposal.rule)」のファイルが変わりました。",
                    file: "rules/\(proposal.rule).json5",
                    fix: "今のファイルとの違いを確かめて、もう一度「renkei rules propose」から始めてください。")
            }
            // Its step stands in the trail already.
            if proposal.approver != nil { event.references["again"] = "1" }
            try check(proposal)
            try database.statement(
                "INSERT OR IGNORE INTO rule_approval(proposal, actor, at, reason) VALUES (?, ?, ?, ?)"
            ).run(proposal.id, actor.description, at.milliseconds, reason)
            guard let approved = try ruleProposals(in: database).first(where: { $0.id == proposal.id }) else {
                throw ByteReader.damaged
            }
            return approved
        }
        try put(approved)
        return approved
    }

    private func ruleProposals(in database: Database) throws -> [RuleProposal] {
        var proposals: [RuleProposal] = []
        let told = Set(try approvals(.ruleApprove, in: database))
        try database.statement(
            """
            SELECT p.id, p.rule, p.version, p.sha256, p.base, p.text, p.actor, p.at, p.reason, a.actor, a.at
            FROM rule_proposal p LEFT JOIN rule_approval a ON a.proposal = p.id ORDER BY p.id
            """
        ).rows { row in
            let approval = row.optionalText(9).map {
                RecordedStep(
                    .ruleApprove, [row.text(1), String(row.int(2)), row.text(3)], actor: $0, at: row.int(10))
            }
            proposals.append(
                RuleProposal(
                    id: row.int(0), rule: RuleID(row.text(1)), version: row.int(2), sha256: row.text(3),
                    base: row.text(4), text: row.text(5), proposer: row.text(6),
                    proposedAt: Date(milliseconds: row.int(7)), reason: row.text(8),
                    approver: row.optionalText(9),
                    approvedAt: row.optionalInt(10).map(Date.init(milliseconds:)),
                    isInTrail: approval.map(told.contains) ?? true))
        }
        return proposals
    }
}

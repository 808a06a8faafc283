import Domain
import Foundation
import TestSupport
import Testing

@testable import Policy
@testable import Store

private let officer = Actor.user("officer")
private let manager = Actor.user("manager")

extension World {
    /// Everything that two persons do together, honestly done, with something of each kind that still waits for the second.
    fileprivate func live() throws {
        try run("r", [Invented("P-1"), Invented("P-2", isProtected: true), Invented("P-3")])
        try publish("r", [flag("P-1"), flag("P-2")])
        try service.addUser(
            "sato", displayName: "架空", roles: ["center-staff"], password: "架空の合言葉 夜明けの若葉野", by: operating,
            at: noon)
        try putInForce("最初の決まり")
        for text in ["{ version: 2 }", "{ version: 3 }"] {
            _ = try service.propose(
                rule: "S1", version: 2, text: text, base: "", reason: "下げる", actor: officer, at: noon)
        }
        _ = try service.approveRule(
            hash: Digest.sha256("{ version: 2 }".utf8), current: { _ in "" }, reason: "確かめた", actor: manager,
            at: noon, check: { _ in }, put: { _ in })
        for day in [today, today.adding(days: 1)] { try propose(listOn: day) }
        _ = try approve(listOn: today)
        try sayOfUses()
        try decideOnPairs()
        try correct()
        try declare()
        try closeACase()
        // As if it had stood a day ahead.
        try sql("UPDATE audit_range SET latest = latest + 86400000")
        try service.acceptClock(reason: "時計が進んでいた", actor: operating, at: noon)
        try service.acceptRestore(
            lost: [SignedState(size: 900, root: "ab", at: nil), SignedState(size: 901, root: "cd", at: nil)],
            reason: "前夜の控えに戻した", actor: operating, at: noon)
        for (person, isDone) in [("P-1", false), ("P-3", true)] as [(PersonID, Bool)] {
            let asked = try service.proposeShredding(
                of: person, reason: "請求を認めた", actor: officer, decision: grant(.register, actor: officer),
                at: noon)
            guard isDone else { continue }
            _ = try service.shred(
                asked.id, reason: "決裁を確かめた", actor: manager, decision: grant(.register, actor: manager),
                at: noon)
        }
    }

    fileprivate func putInForce(_ text: String) throws {
        let bytes = Array(text.utf8)
        let revision = Digest.sha256(bytes)
        try service.propose(
            guideline: bytes, revision: revision, reason: "案", actor: officer,
            decision: grant(.propose, actor: officer), at: noon)
        try service.approve(
            guideline: revision, after: service.guidelineInForce(), reason: "確かめた", actor: manager,
            decision: grant(.approve, actor: manager), at: noon)
    }

    private func list(on day: Day) -> RetentionList {
        RetentionList(day: day, run: "r", lines: [], endedCases: [], unansweredDraws: 0, folders: 0)
    }

    private func propose(listOn day: Day) throws {
        try service.propose(
            retention: list(on: day), reason: "規程と照らした", actor: officer,
            decision: grant(.propose, actor: officer), at: noon)
    }

    private func approve(listOn day: Day) throws -> KeptRetention {
        try service.approve(
            retention: list(on: day).hash, reason: "件数を確かめた", actor: manager,
            decision: grant(.approve, actor: manager), at: noon)
    }

    /// M-1: a refusal that stands. M-2: a consent. M-3: a refusal that two ended.
    private func sayOfUses() throws {
        for (purpose, isRefusal) in [("support", true), ("support", false), ("programmes", true)]
            as [(PurposeID, Bool)]
        {
            _ = try service.record(
                NewConsent(
                    purpose: purpose, isRefusal: isRefusal, giver: .guardian, evidence: "令和8年第3号", from: nil,
                    until: nil, person: isRefusal ? "P-1" : "P-3"),
                purposes: [:], reason: "書面を受けた", actor: officer,
                decision: grant(.register, actor: officer), at: noon)
        }
        _ = try service.confirm(
            consent: 2, reason: "原本を確かめた", actor: manager, decision: grant(.register, actor: manager),
            at: noon)
        func end(_ actor: Actor) throws {
            _ = try service.end(
                consent: 3, purposes: [:], reason: "取下げの書面", actor: actor,
                decision: grant(.register, actor: actor), at: noon)
        }
        try end(officer)
        _ = try service.keep(
            consent: 3, reason: "別の方の書面", actor: officer, decision: grant(.register, actor: officer), at: noon
        )
        try end(officer)
        try end(manager)
    }

    /// V-1: two said so. V-2: one did, and took it back. V-3 waits.
    private func decideOnPairs() throws {
        func decide(_ left: String, _ right: String, by actor: Actor) throws {
            _ = try service.decide(
                KeptRecord(key: left, number: nil), KeptRecord(key: right, number: nil), isSame: true,
                reason: "窓口で確認", needsSecond: true, actor: actor, decision: grant(.review, actor: actor),
                at: noon)
        }
        try decide("a", "b", by: officer)
        try decide("a", "b", by: manager)
        try decide("c", "d", by: officer)
        _ = try service.withdraw(
            verdict: 2, reason: "取り違え", actor: officer, decision: grant(.review, actor: officer), at: noon)
        try decide("e", "f", by: officer)
    }

    /// N-1 stands, N-2 was taken back, N-3 lapsed.
    private func correct() throws {
        for (number, content) in ["aa", "bb", "cc"].enumerated() {
            _ = try service.rectify(
                NewRectification(
                    source: "kenshin", content: content,
                    position: RowPosition(
                        source: "kenshin", file: "kenshin_20261001.csv", line: 3, offset: 150),
                    patch: ["3歳児健診": "受診"], request: "令和8年第\(number)号", reason: "原本と照らした"),
                actor: officer, decision: grant(.rectify, actor: officer), at: noon,
                checking: { _, _ in false })
        }
        try service.endRectification(
            2, reason: "原本を見直した", actor: manager, decision: grant(.rectify, actor: manager), at: noon)
        let lapsed = try service.rectifications().entries["kenshin"]?["cc"]
        try service.transaction { try service.lapse([lapsed].compactMap(\.self), at: noon, in: $0) }
    }

    /// K-1: an emergency that was looked at. K-2: opened by two. K-3 waits for its second person, K-4 for somebody's eyes.
    private func declare() throws {
        func desk(_ user: UserID) -> DeclarationDesk {
            DeclarationDesk(user: user, token: "token of \(user)") { action, running in
                Decisions(for: running.purpose) { _ in grant(action, actor: .user(user)) }
            }
        }
        func declare(_ kind: Declaration.Kind, _ person: PersonID) throws {
            let new = NewDeclaration(
                kind: kind, whom: .person(person), reason: "通報を受けた", minutes: 5, overrides: false)
            guard case .declared = try service.declare(new, at: desk("officer"), at: noon) else {
                Issue.record("not declared")
                return
            }
        }
        try declare(.emergency, "P-3")
        _ = try service.end(declaration: 1, by: "officer", auditing: refusal, at: noon)
        _ = try service.review(
            declaration: 1, isAppropriate: true, words: "通話の記録と照らした", by: "manager",
            decision: grant(.audit, actor: manager), at: noon)
        try declare(.unlock, "P-2")
        _ = try service.confirm(declaration: 2, at: desk("manager"), at: noon)
        _ = try service.end(declaration: 2, by: "officer", auditing: refusal, at: noon)
        try declare(.unlock, "P-2")
        try declare(.emergency, "P-3")
    }

    private func closeACase() throws {
        let id = try firstCase()
        func act(_ step: CaseStep, by user: UserID) throws {
            let desk = CaseDesk(
                actor: user, recording: .support { _ in grant(.record, actor: .user(user)) },
                reading: .support { _ in grant(.read, actor: .user(user)) }, mayWork: { _, _, _ in true },
                needsSecond: true)
            let version = try count("SELECT version FROM cases WHERE id = '\(id)'")
            #expect(
                try service.act(
                    CaseRequest(.step(step), note: "理由", version: version), on: id, at: desk, at: noon)
                    != nil)
        }
        try act(.claim, by: "sato")
        try act(.move(.awaitingAssessment), by: "sato")
        try act(.propose(.alreadySupported, quietUntil: nil), by: "sato")
        try act(.approve, by: "manager")
    }
}

/// What only somebody at the database can do, and what of it is named.
private let forgeries: [(named: String, sql: String)] = [
    (
        "guideline_step の 3",
        """
        INSERT INTO guideline_step(revision, what, actor, at, reason)
        SELECT revision, 'approved', 'user:manager', 1790823600000, 'x' FROM guideline_set
        """
    ),
    ("guideline_set", "DROP TRIGGER guideline_set_kept; UPDATE guideline_set SET files = x'00'"),
    ("rule_approval の 2", "INSERT INTO rule_approval VALUES (2, 'user:manager', 1790823600000, 'x')"),
    ("rule_proposal", "DROP TRIGGER rule_proposal_kept; UPDATE rule_proposal SET text = '{}' WHERE id = 1"),
    (
        "retention_approval",
        """
        INSERT INTO retention_approval(retention, actor, at, reason)
        SELECT hash, 'user:manager', 1790823600000, 'x' FROM retention
        WHERE hash NOT IN (SELECT retention FROM retention_approval)
        """
    ),
    (
        "consent_step の M-1",
        """
        INSERT INTO consent_step(consent, what, actor, at, reason) VALUES
            (1, 'ending', 'user:officer', 1790823600000, 'x'), (1, 'ended', 'user:manager', 1790823600000, 'x')
        """
    ),
    ("consent_step の M-1", "DROP TRIGGER consent_kept; UPDATE consent SET is_refusal = 0 WHERE id = 1"),
    ("consent_step の M-1", "DROP TRIGGER consent_kept; UPDATE consent SET person = 'P-3' WHERE id = 1"),
    (
        "consent_step の M-1",
        "DROP TRIGGER consent_record_stays; DELETE FROM consent_record WHERE consent = 1"
    ),
    (
        "consent_step の M-1",
        "DROP TRIGGER consent_record_kept; UPDATE consent_record SET key = key || 'x' WHERE consent = 1"
    ),
    ("consent_step の M-1", "DROP TRIGGER consent_kept; UPDATE consent SET until_day = 1 WHERE id = 1"),
    ("declaration の K-1", "DROP TRIGGER declaration_kept; UPDATE declaration SET reason = 'x' WHERE id = 1"),
    (
        "declaration の K-4",
        "DROP TRIGGER declaration_kept; UPDATE declaration SET overrides = '[\"support\"]' WHERE id = 4"
    ),
    (
        "declaration_step の K-1",
        "DROP TRIGGER declaration_step_kept; UPDATE declaration_step SET words = 'x' WHERE what = 'appropriate'"
    ),
    (
        "consent.confirm M-2",
        "DROP TRIGGER consent_step_stays; DELETE FROM consent_step WHERE what = 'confirmed'"
    ),
    (
        "consent の M-9",
        "INSERT INTO consent(id, purpose, is_refusal, giver, evidence, person) VALUES (9, 'support', 1, 'person', 'x', 'P-1')"
    ),
    (
        "shredding_step の S-1",
        """
        INSERT INTO shredding_step(shredding, what, actor, at, reason)
        VALUES (1, 'approved', 'user:manager', 1790823600000, 'x')
        """
    ),
    (
        "rectification_end の N-1",
        "INSERT INTO rectification_end VALUES (1, 'user:manager', 1790823600000, 'x')"
    ),
    ("rectification_use の N-1", "UPDATE rectification_use SET is_used = 0 WHERE rectification = 1"),
    (
        "declaration_step の K-3",
        """
        INSERT INTO declaration_step(declaration, what, user, at, words)
        VALUES (3, 'confirmed', 'manager', 1790823600000, '')
        """
    ),
    (
        "declaration_step の K-4",
        """
        INSERT INTO declaration_step(declaration, what, user, at, words)
        VALUES (4, 'appropriate', 'manager', 1790823600000, 'x')
        """
    ),
    (
        "declaration の K-3",
        "DROP TRIGGER declaration_kept; UPDATE declaration SET needs_second = 0 WHERE id = 3"
    ),
    ("declaration の K-4", "DROP TRIGGER declaration_kept; UPDATE declaration SET minutes = 60 WHERE id = 4"),
    (
        "verdict_step の V-3",
        """
        INSERT INTO verdict_step(verdict, what, actor, at, reason)
        VALUES (3, 'confirmed', 'user:manager', 1790823600000, 'x')
        """
    ),
    (
        "verdict の V-9",
        "INSERT INTO verdict(id, left_key, right_key, is_same, needs_second) VALUES (9, 'x', 'y', 1, 0)"
    ),
    (
        "case_event",
        """
        INSERT INTO case_event(case_id, at, actor, what, note)
        SELECT id, 1790823600001, 'user:manager', '終了の承認', '' FROM cases
        """
    ),
    ("lost_checkpoint の 7", "INSERT INTO lost_checkpoint VALUES (7, 'ef')"),
    ("audit_range", "UPDATE audit_range SET latest = latest - 1"),
]

@Suite("Steps of two persons in the database and in the trail")
struct StepTests {
    @Test("a whole life, honestly led, gives no finding")
    func honest() throws {
        let world = try World()
        try world.live()
        let report = try world.service.auditVerify()
        #expect(report.problems.isEmpty && report.steps > 30, "\(report.problems)")
        try world.service.requireGuidelineInTrail()
    }

    @Test(
        "what was added, changed or taken away at the database is found and named",
        arguments: forgeries.indices)
    func forged(_ index: Int) throws {
        let (named, sql) = forgeries[index]
        let world = try World()
        try world.live()
        try world.sql(sql)
        let problems = try world.service.auditVerify().problems
        #expect(problems.contains { $0.contains(named) && $0.hasSuffix("。") }, "\(named): \(problems)")
    }

    @Test("one person's two steps are found even where the trail tells of both")
    func alone() throws {
        let world = try World()
        try world.live()
        // Whoever has the signing key too can write both; not that one person is two.
        try world.sql("DROP TRIGGER consent_step_kept; DROP TRIGGER audit_event_kept")
        try world.sql("UPDATE consent_step SET actor = 'user:officer' WHERE what IN ('confirmed', 'ended')")
        try world.sql(
            """
            UPDATE audit_event SET event = replace(event, 'user:manager', 'user:officer')
            WHERE event LIKE '%"consent.%'
            """)
        let problems = try world.service.auditVerify().problems
        for number in ["M-2", "M-3"] {
            #expect(problems.contains { $0.contains(number) && $0.contains("一人") }, "\(problems)")
        }
    }

    @Test(
        "a guideline is not obeyed where the trail tells of no approval, until two persons approve one anew")
    func guideline() throws {
        let world = try World()
        try world.sql(
            """
            INSERT INTO guideline_set VALUES ('f00d', x'00');
            INSERT INTO guideline_step(revision, what, actor, at, reason) VALUES ('f00d', 'begun', 'system:x', 1, 'x')
            """)
        #expect(try world.service.guidelineInForce() == nil && world.service.guidelineProposed() == nil)
        try world.service.requireGuidelineInTrail()
        try world.putInForce("一つ目")
        try world.service.requireGuidelineInTrail()
        let first = try #require(try world.service.guidelineInForce())
        try world.sql(
            """
            INSERT INTO guideline_step(revision, what, actor, at, reason)
            VALUES ('f00d', 'approved', 'user:manager', 1790823600000, 'x')
            """)
        #expect(fault { try world.service.requireGuidelineInTrail() }?.code == "policy.forged")
        #expect(try !world.service.isApprovalInTrail(ofGuideline: "f00d"))
        #expect(try world.service.isApprovalInTrail(ofGuideline: first))
        try world.putInForce("二つ目")
        try world.service.requireGuidelineInTrail()
        // The other way round: what was approved last is gone, and an older one would decide.
        try world.sql(
            "DROP TRIGGER guideline_step_stays; DELETE FROM guideline_step WHERE id IN (SELECT max(id) FROM guideline_step)"
        )
        #expect(fault { try world.service.requireGuidelineInTrail() }?.code == "policy.forged")
    }

    @Test(
        "who proposed first stays alone; only they withdraw it, the trail tells, and then anybody proposes it again"
    )
    func withdrawn() throws {
        let world = try World()
        let revision = Digest.sha256(Array("案".utf8))
        func propose(by actor: Actor) throws {
            try world.service.propose(
                guideline: Array("案".utf8), revision: revision, reason: "案", actor: actor,
                decision: grant(.propose, actor: actor), at: noon)
        }
        func withdraw(by actor: Actor) throws {
            try world.service.withdraw(
                guideline: revision, reason: "別の案にする", actor: actor,
                decision: grant(.propose, actor: actor), at: noon)
        }
        func approve(by actor: Actor) throws {
            try world.service.approve(
                guideline: revision, after: nil, reason: "確かめた", actor: actor,
                decision: grant(.approve, actor: actor), at: noon)
        }
        #expect(fault { try withdraw(by: officer) }?.code == "policy.unproposed")
        try propose(by: officer)
        let second = fault { try propose(by: manager) }
        #expect(second?.code == "policy.proposed" && second?.message.contains("user:officer") == true)
        #expect(fault { try withdraw(by: manager) }?.code == "policy.others")
        try withdraw(by: officer)
        #expect(try world.service.guidelineProposed() == nil)
        #expect(fault { try approve(by: manager) }?.code == "policy.unproposed")
        // Whoever proposed it before it was withdrawn proposes nothing now.
        try propose(by: manager)
        try approve(by: officer)
        #expect(try world.service.guidelineInForce() == revision)
        let problems = try world.service.auditVerify().problems
        #expect(problems.isEmpty, "\(problems)")
        #expect(
            try world.count(
                "SELECT count(*) FROM audit_event WHERE event ->> '$.what' = 'guideline.withdraw'")
                == 3)
    }

    @Test("of a rule's approval it is known whether the trail tells of it")
    func rule() throws {
        let world = try World()
        try world.live()
        #expect(try world.service.ruleProposals().map(\.isInTrail) == [true, true])
        try world.sql("INSERT INTO rule_approval VALUES (2, 'user:manager', 1790823600000, 'x')")
        #expect(try world.service.ruleProposals().map(\.isInTrail) == [true, false])
    }
}

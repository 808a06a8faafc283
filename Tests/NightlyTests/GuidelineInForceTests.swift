import Domain
import Foundation
import Policy
import Store
import TestSupport
import Testing

@testable import Nightly

/// A guideline comes into force by two persons, and stays there until another does.
@Suite final class GuidelineInForceTests {
    private static let checkout = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path
    private static let password = "架空の合言葉 夜明けの若葉野"
    private let scratch: ScratchFolder
    private let workspace: Workspace
    private let service: ServiceStore
    private let now = Date(timeIntervalSince1970: 1_790_788_000)

    init() throws {
        scratch = try ScratchFolder()
        workspace = try Workspace.initialise(
            scratch.file("ws"), templates: Self.checkout, municipality: "若葉野市", asOf: nil, inboxFrom: nil)
        service = try workspace.openService()
        for (user, role) in [
            ("officer", "linkage-officer"), ("privacy", "privacy-officer"), ("center", "center-staff"),
        ] {
            try service.addUser(
                UserID(user), displayName: "架空", roles: [RoleID(role)], password: Self.password,
                by: .user("cli:root"),
                at: now)
        }
    }

    private func begin() throws -> String {
        let first = try proposal("officer").propose(reason: "最初の決まり").revision
        return try proposal("privacy").approve(first, reason: "最初の決まり").revision
    }

    private func proposal(_ user: UserID, password: String = GuidelineInForceTests.password) throws
        -> GuidelineProposal
    {
        try GuidelineProposal(workspace, service, user: user, password: password, at: now)
    }

    private func edit(_ name: String, _ old: String, _ new: String) throws {
        let path = "\(workspace.guidelines)/\(name)"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.contains(old))
        try text.replacing(old, with: new).write(toFile: path, atomically: true, encoding: .utf8)
    }

    private func fault(_ body: () throws -> Void) -> Fault? {
        do {
            try body()
            return nil
        } catch {
            return error as? Fault ?? (error as? Faults)?.all.first
        }
    }

    private var decides: String {
        get throws { try GuidelineInForce.load(workspace, service).guideline.revision }
    }

    @Test func nothingDecidesUntilTwoPersonsPutTheFirstInForce() throws {
        let before = fault { _ = try self.decides }
        #expect(before?.code == "policy.not-begun" && before?.kind == .configuration)
        #expect(
            before?.fix.contains("policy propose") == true && before?.fix.contains("policy approve") == true)
        let folder = try GuidelineInForce.orFolder(workspace, service)
        #expect(!folder.isInForce && folder.notices.count == 1)
        // The folder itself says who may propose and approve.
        #expect(fault { _ = try self.proposal("center").propose(reason: "最初の決まり") }?.kind == .denied)
        let revision = try proposal("officer").propose(reason: "最初の決まり").revision
        let waiting = fault { _ = try self.decides }
        #expect(waiting?.code == "policy.not-begun" && waiting?.fix.contains(revision.prefix(12)) == true)
        for user: UserID in ["officer", "center"] {
            #expect(
                fault { _ = try self.proposal(user).approve(revision, reason: "最初の決まり") }?.kind == .denied)
        }
        #expect(try service.guidelineInForce() == nil)
        let night = try Night(
            workspace: workspace, asOf: nil, threads: 1, program: "test",
            now: { Date(timeIntervalSince1970: 1_790_788_000) }
        ) { _ in }
        #expect(fault { _ = try night.run() }?.code == "policy.not-begun")
        #expect(try begin() == revision)
        #expect(try decides == revision)
    }

    @Test func theFolderIsADraftOnceSomethingIsInForce() throws {
        try edit("policies/casework.json5", "候補となったこどもの状況を確かめるためです。", "状況を確かめるためです。")
        let first = try begin()
        try edit("policies/casework.json5", "状況を確かめるためです。", "確かめるためです。")
        let later = try GuidelineInForce.load(workspace, service)
        #expect(later.guideline.revision == first)
        #expect(later.notices.count == 1 && later.notices[0].contains("承認されていないため"))
        try edit("policies/casework.json5", "effect: \"permit\"", "effect: \"permitt\"")
        let broken = try GuidelineInForce.load(workspace, service)
        #expect(broken.guideline.revision == first && broken.notices[0].contains("誤りがあるため"))
    }

    @Test func oneProposesAnotherApprovesTheVeryFiles() throws {
        let first = try begin()
        try edit("purposes/support.json5", "\"C06\", ", "")
        try FileManager.default.removeItem(atPath: workspace.guidelines + "/rules/C6.json5")
        let proposed = try proposal("officer").propose(reason: "園の登園は使わないことにした").revision
        #expect(try decides == first)
        #expect(try service.guidelineProposed()?.revision == proposed)
        // Whoever writes into the folder meanwhile changes nothing of it.
        try edit("purposes/support.json5", "\"C07\", ", "")
        let approved = try proposal("privacy").approve(String(proposed.prefix(12)), reason: "差分を確かめた")
        #expect(approved.revision == proposed)
        #expect(try decides == proposed)
        let items = try GuidelineInForce.load(workspace, service).guideline.purposes["support"]?.items ?? []
        #expect(!items.contains("C06") && items.contains("C07"))
        #expect(try service.guidelineProposed() == nil)
        let kept = try service.guidelinesPutInForce()
        #expect(kept.map(\.revision) == [proposed, first])
        #expect(kept[0].steps.map(\.actor) == ["user:officer", "user:privacy"])
        #expect(try service.auditVerify().problems.isEmpty)
    }

    @Test func nobodyApprovesTheirOwnChangeWhateverTheirRoles() throws {
        _ = try begin()
        let roles = try GuidelineInForce.load(workspace, service).guideline.roles.values.filter {
            !$0.isSystem
        }.map(\.id)
        try service.setRoles(roles.sorted(), of: "privacy", by: .user("cli:root"), at: now)
        try edit("policies/casework.json5", "候補となった", "候補の")
        // Every prohibition on one of these roles holds for whoever has them all.
        #expect(fault { _ = try self.proposal("privacy").propose(reason: "言葉を直した") }?.kind == .denied)
        try service.setRoles(
            ["privacy-officer", "data-manager"], of: "privacy", by: .user("cli:root"), at: now)
        let revision = try proposal("privacy").propose(reason: "言葉を直した").revision
        #expect(
            fault { _ = try self.proposal("privacy").approve(revision, reason: "自分で確かめた") }?.code
                == "policy.own")
        // Nor is there a way round by somebody else's proposing the same: it is proposed, by the first.
        let second = fault { _ = try self.proposal("officer").propose(reason: "言葉を直した") }
        #expect(second?.code == "policy.proposed" && second?.message.contains("privacy") == true)
        #expect(
            fault { _ = try self.proposal("privacy").approve(revision, reason: "自分で確かめた") }?.code
                == "policy.own")
        #expect(try decides != revision)
        let trail = try service.accessRecords(
            AccessFilter(.changes), before: nil, limit: 3, actor: .user("officer"),
            deciding: GuidelineInForce.load(workspace, service).guideline.decisions(
                for: AccessRequest(
                    actor: .user("officer"), roles: ["privacy-officer"], action: .audit, items: [],
                    purpose: "operations", standing: nil, on: Day(inJapanAt: now))), at: now
        ).records
        #expect(trail.map(\.isPermitted) == [false, false, false])
    }

    @Test func whoMayNotIsDeniedAndTheTrailSaysSo() throws {
        _ = try begin()
        try edit("policies/casework.json5", "候補となった", "候補の")
        #expect(fault { _ = try self.proposal("center").propose(reason: "言葉を直した") }?.kind == .denied)
        let revision = try proposal("privacy").propose(reason: "言葉を直した").revision
        #expect(
            fault { _ = try self.proposal("officer").approve(revision, reason: "確かめました") }?.kind == .denied)
        #expect(fault { _ = try self.proposal("officer", password: "違う合言葉です 違います") }?.code == "policy.log-in")
        let deciding = try GuidelineInForce.load(workspace, service).guideline.decisions(
            for: AccessRequest(
                actor: .user("privacy"), roles: ["privacy-officer"], action: .audit, items: [],
                purpose: "operations", standing: nil, on: Day(inJapanAt: now)))
        let changes = try service.accessRecords(
            AccessFilter(.changes), before: nil, limit: 3, actor: .user("privacy"), deciding: deciding,
            at: now
        ).records
        #expect(changes.map(\.what) == ["guideline.approve", "guideline.propose", "guideline.propose"])
        #expect(changes.map(\.isPermitted) == [false, true, false])
        #expect(changes.map(\.purpose) == ["operations", "operations", "operations"])
        let inForce = try decides
        #expect(changes.allSatisfy { $0.references["revision"] == inForce })
    }

    @Test(arguments: [
        ("policies/casework.json5", "effect: \"permit\"", "effect: \"permitt\""),
        ("policies/casework.json5", "\"center-staff\"", "\"center-stuff\""),
        ("purposes/operations.json5", "\"A06\", ", ""),
        ("purposes/support.json5", "\"C06\", ", ""),
    ])
    func whatTheNextNightCouldNotRunWithIsNoProposal(name: String, old: String, new: String)
        throws
    {
        let first = try begin()
        try edit(name, old, new)
        let refused = fault { _ = try self.proposal("officer").propose(reason: "試しに変えてみる") }
        #expect(refused?.kind == .configuration, "\(String(describing: refused))")
        #expect(try decides == first && service.guidelineProposed() == nil)
    }

    @Test func aHashIsNeitherTooShortNorUnknown() throws {
        _ = try begin()
        #expect(
            fault { _ = try self.proposal("privacy").approve("abc", reason: "確かめました") }?.code
                == "policy.revision")
        #expect(
            fault { _ = try self.proposal("privacy").approve("0123456789ab", reason: "確かめました") }?.code
                == "policy.unproposed")
        let first = try decides
        #expect(
            fault { _ = try self.proposal("privacy").approve(first, reason: "確かめました") }?.code
                == "policy.unproposed")
        #expect(
            fault { _ = try self.proposal("privacy").propose(reason: "同じものを出す") }?.code == "policy.in-force")
        #expect(
            fault { _ = try self.proposal("privacy").propose(reason: "電話090-1234-5678の件") }?.code
                == "policy.reason-number")
    }

    @Test func aServiceTakesOverWhatComesIntoForceAndKeepsTheLastGoodOne() throws {
        let first = try begin()
        let watch = GuidelineWatch(
            service, beginningWith: try GuidelineInForce.load(workspace, service).guideline)
        func look() throws -> String {
            switch try watch.look(adopting: { _ in }) {
            case .same: "same"
            case .adopted(let guideline): "adopted \(guideline.revision)"
            case .refused(let revision): "refused \(revision)"
            }
        }
        #expect(try look() == "same")
        try edit("policies/casework.json5", "候補となった", "候補の")
        let revision = try proposal("officer").propose(reason: "言葉を直した").revision
        #expect(try look() == "same" && watch.guideline.revision == first)
        _ = try proposal("privacy").approve(revision, reason: "確かめました")
        struct Unwritable: Error {}
        #expect(throws: Unwritable.self) { _ = try watch.look { _ in throw Unwritable() } }
        #expect(watch.guideline.revision == first)
        #expect(try look() == "adopted \(revision)" && watch.guideline.revision == revision)
        #expect(try look() == "same")
    }

    @Test func whatCannotBeReadAnyMoreLeavesTheOneBeforeInForce() throws {
        let first = try begin()
        // As a newer renkei might refuse what an older one approved.
        let bytes = Array("nonsense".utf8)
        let ask = { (action: Action, user: UserID) in
            try GuidelineInForce.load(self.workspace, self.service).guideline.decide(
                AccessRequest(
                    actor: .user(user), roles: ["data-manager"], action: action, items: [],
                    purpose: "operations",
                    standing: PersonStanding(), on: Day(inJapanAt: self.now)))
        }
        try service.propose(
            guideline: bytes, revision: "f00d", reason: "試しに壊す", actor: .user("a"),
            decision: ask(.propose, "a"), at: now)
        try service.approve(
            guideline: "f00d", after: service.guidelineInForce(), reason: "試しに壊す", actor: .user("b"),
            decision: ask(.approve, "b"), at: now)
        let later = try GuidelineInForce.load(workspace, service)
        #expect(later.guideline.revision == first)
        #expect(later.notices.count == 1 && later.notices[0].contains("前の版で続けます"))
        let watch = GuidelineWatch(service, beginningWith: later.guideline)
        guard case .refused = try watch.look(adopting: { _ in }) else {
            Issue.record("adopted what cannot be read")
            return
        }
        #expect(watch.guideline.revision == first)
        guard case .same = try watch.look(adopting: { _ in }) else {
            Issue.record("told twice")
            return
        }
    }
}

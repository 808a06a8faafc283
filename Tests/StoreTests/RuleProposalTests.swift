import Domain
import Foundation
import Policy
import TestSupport
import Testing

@testable import Store

private let second = Actor.user("second")

private func propose(
    _ world: borrowing World, text: String = "{ version: 2 }", base: String = "b"
) throws -> RuleProposal {
    try world.service.propose(
        rule: "S1", version: 2, text: text, base: base, reason: "しきい値を下げる", actor: staff, at: noon)
}

private func approve(
    _ world: borrowing World, _ hash: String, current: String = "b", by actor: Actor = second,
    check: (RuleProposal) throws -> Void = { _ in }, put: (RuleProposal) throws -> Void = { _ in }
) throws -> RuleProposal {
    try world.service.approveRule(
        hash: hash, current: { _ in current }, reason: "例を確かめた", actor: actor, at: noon, check: check,
        put: put)
}

@Test func aRuleIsProposedByOneAndApprovedByAnotherBoundToItsBytes() throws {
    let world = try World()
    let proposal = try propose(world)
    #expect(proposal.approver == nil && proposal.sha256 == Digest.sha256("{ version: 2 }".utf8))
    // The same bytes again are the same proposal.
    #expect(try propose(world).id == proposal.id)
    #expect(fault { _ = try approve(world, proposal.sha256, by: staff) }?.code == "rule.proposal-own")
    #expect(try world.refusals("rule.approve") == 1)
    #expect(
        fault { _ = try approve(world, String(proposal.sha256.prefix(11))) }?.code == "rule.proposal-unknown")
    #expect(
        fault { _ = try approve(world, proposal.sha256, current: "other") }?.code == "rule.proposal-stale")
    var put: [String] = []
    let approved = try approve(world, String(proposal.sha256.prefix(12)), put: { put.append($0.text) })
    #expect(approved.approver == second.description && put == ["{ version: 2 }"])
    // The file is in place: nothing is left to approve.
    #expect(
        fault { _ = try approve(world, proposal.sha256, current: proposal.sha256) }?.code
            == "rule.proposal-unknown")
    for what in ["rule.propose", "rule.approve"] {
        #expect(
            try world.count(
                "SELECT count(*) FROM audit_event WHERE event ->> '$.what' = '\(what)' AND event ->> '$.outcome' <> 'deny'"
            ) == 1, "\(what)")
    }
}

@Test func aRuleFileThatCannotBeUsedIsNotApproved() throws {
    let world = try World()
    let proposal = try propose(world)
    let unfit = Fault(.configuration, code: "rule.item", message: "項目がありません。", fix: "直してください。")
    #expect(
        fault { _ = try approve(world, proposal.sha256, check: { _ in throw unfit }) }?.code == "rule.item")
    #expect(try world.service.ruleProposals().map(\.approver) == [nil])
}

/// No file without an approval, whatever stops: the other way round, approving again puts it.
@Test func aRuleFileThatDidNotComeInPlaceIsPutThereByApprovingAgain() throws {
    let world = try World()
    let proposal = try propose(world)
    let stopped = Fault(.inputOutput, code: "disk.low", message: "空きがありません。", fix: "空けてください。")
    #expect(
        fault { _ = try approve(world, proposal.sha256, put: { _ in throw stopped }) }?.code == "disk.low")
    #expect(try world.service.ruleProposals().map(\.approver) == [second.description])
    var put: [String] = []
    _ = try approve(world, proposal.sha256, put: { put.append($0.text) })
    #expect(put == ["{ version: 2 }"])
    #expect(try world.count("SELECT count(*) FROM rule_approval") == 1)
}

@Test func whatBecameOfFlagsIsToldByRuleAndVersionWithTheFirstTouch() throws {
    let world = try World()
    try world.run("r1", [])
    try world.publish("r1", [flag("P-1"), flag("P-2")])
    let told = try world.service.dispositions()
    #expect(
        told.map(\.person).sorted() == ["P-1", "P-2"]
            && told.allSatisfy { $0.firstTouch == nil && !$0.isAssessed })
    #expect(Set(told.map(\.rule)) == ["U1"] && told.allSatisfy { $0.state == .candidate })
}

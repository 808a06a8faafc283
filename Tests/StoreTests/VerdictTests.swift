import Domain
import Foundation
import Policy
import TestSupport
import Testing

@testable import Store

private let left = VerdictSide(key: "a", number: "n-a")
private let right = VerdictSide(key: "b", number: nil)
private let second = Actor.user("second")

private func grantTo(_ actor: Actor) -> Decision {
    actor == staff ? grant(.review) : grant(.review, actor: actor)
}

private func decide(
    _ world: borrowing World, isSame: Bool = true, needsSecond: Bool = false, by actor: Actor = staff
) throws -> KeptVerdict {
    try world.service.decide(
        right, left, isSame: isSame, reason: "窓口で確認", needsSecond: needsSecond, actor: actor,
        decision: grantTo(actor), at: noon)
}

@Test func aVerdictIsKeptWithWhoWhenAndWhyAndStandsUntilItIsWithdrawn() throws {
    let world = try World()
    let verdict = try decide(world)
    #expect(verdict.id == 1 && verdict.isInForce && verdict.isSame)
    #expect(verdict.left == left && verdict.right == right)
    #expect(verdict.steps.map(\.actor) == [staff.description] && verdict.steps.map(\.at) == [noon])
    #expect(verdict.steps.map(\.reason) == ["窓口で確認"])

    let withdrawn = try world.service.withdraw(
        verdict: 1, reason: "取り違え", actor: staff, decision: grant(.review), at: noon)
    #expect(!withdrawn.isInForce && withdrawn.steps.map(\.what) == [.decided, .withdrawn])
    #expect(try world.service.verdicts() == [withdrawn])
    #expect(
        fault {
            _ = try world.service.withdraw(
                verdict: 1, reason: "x", actor: staff, decision: grant(.review), at: noon)
        }?.code == "verdict.withdrawn")
    #expect(try decide(world, isSame: false).id == 2)
    for what in ["verdict.decide", "verdict.withdraw"] {
        #expect(
            try world.count("SELECT count(*) FROM audit_event WHERE event LIKE '%\"\(what)\"%'") > 0,
            "\(what)")
    }
}

@Test func whereTwoPersonsDecideOneAloneChangesNothing() throws {
    let world = try World()
    let waiting = try decide(world, needsSecond: true)
    #expect(waiting.isWaiting && !waiting.isInForce)
    #expect(fault { _ = try decide(world, needsSecond: true) }?.code == "verdict.own")
    // The second says something else: the two must talk.
    #expect(fault { _ = try decide(world, isSame: false, by: second) }?.code == "verdict.stands")
    let verdict = try decide(world, by: second)
    #expect(verdict.id == waiting.id && verdict.isInForce && verdict.steps.count == 2)
}

@Test func aVerdictThatStandsIsNotOverwritten() throws {
    let world = try World()
    _ = try decide(world)
    #expect(fault { _ = try decide(world, isSame: false) }?.code == "verdict.stands")
    #expect(fault { _ = try decide(world) }?.code == "verdict.stands")
}

@Test func whoMayNotReviewDecidesNothingAndTheTrailKnows() throws {
    let world = try World()
    #expect(
        fault {
            _ = try world.service.decide(
                left, right, isSame: true, reason: "x", needsSecond: false, actor: staff, decision: refusal,
                at: noon)
        }?.kind == .denied)
    #expect(try world.service.verdicts().isEmpty)
    #expect(
        try world.count(
            "SELECT count(*) FROM audit_event WHERE event LIKE '%verdict.decide%' AND event LIKE '%deny%'")
            == 1)
}

@Test func verdictsAndTheirStepsCannotBeRewritten() throws {
    let world = try World()
    _ = try decide(world)
    for sql in [
        "UPDATE verdict SET is_same = 0", "DELETE FROM verdict", "UPDATE verdict_step SET actor = 'x'",
        "DELETE FROM verdict_step",
    ] { #expect(throws: Fault.self, "\(sql)") { try world.sql(sql) } }
}

@Test func pairsAreListedWithoutContentAndReadWithinTheGrant() throws {
    let world = try World()
    let people = [Invented("P-1"), Invented("P-2", isProtected: true)]
    let run = try world.run("r", people, finished: false)
    try run.addLink(left: 0, right: 3, weight: 3.5, isAutomatic: false, levels: [("氏名", "一致", 3.5)])
    try run.finish()
    try world.publish("r", [])
    let masking: (PersonStanding) -> Decision = {
        $0.isProtected
            ? grant(.review, obligations: [.maskAddress, .maskPhone, .maskGuardians, .maskSchool])
            : grant(.review)
    }
    let open = try world.service.reviewPairs(
        .open(joinedBelow: 13), actor: staff, deciding: masking, at: noon)
    #expect(open.pairs.map(\.weight).sorted() == [3.5, 12.5, 12.5] && open.hidden == 0)
    let near = try world.service.reviewPairs(
        .open(joinedBelow: 12), actor: staff, deciding: masking, at: noon)
    #expect(near.pairs.map(\.weight) == [3.5])
    let hidden = try world.service.reviewPairs(
        .open(joinedBelow: 13), actor: staff, deciding: { $0.isProtected ? refusal : grant(.review) },
        at: noon)
    #expect(hidden.pairs.map(\.weight) == [12.5] && hidden.hidden == 2)

    let seen = try world.service.reviewRead(
        near.pairs + hidden.pairs, isExport: false, actor: staff, deciding: masking, at: noon)
    // Who is compared with somebody protected is shown as if protected: an address that agrees is that address.
    #expect(seen[0].left.address == nil && seen[0].right.address == nil && seen[0].levels.isEmpty)
    #expect(seen[0].left.names == people[0].identifiers.names && seen[0].masked.contains(.address))
    #expect(seen[1].left == people[0].identifiers && seen[1].levels.map(\.weight) == [7, 5.5])
    #expect(throws: Fault.self) {
        _ = try world.service.reviewPairs(
            .open(joinedBelow: 10), actor: staff, deciding: { _ in refusal }, at: noon)
    }
    let sides = try world.service.verdictSides(of: open.pairs[0])
    #expect([sides.left.key, sides.right.key].allSatisfy { $0.contains("-P-") })
    #expect(try world.count("SELECT count(*) FROM audit_event WHERE event LIKE '%review.%'") == 5)
}

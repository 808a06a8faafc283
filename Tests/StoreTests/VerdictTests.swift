import Domain
import Foundation
import Policy
import TestSupport
import Testing

@testable import Store

private let left = KeptRecord(key: "a", number: "n-a")
private let right = KeptRecord(key: "b", number: nil)
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
    try run.addLink(
        left: 0, right: 3, weight: 3.5, isAutomatic: false, levels: [(run.agreement("氏名", "一致"), 3.5)])
    try run.finish()
    try world.publish("r", [])
    let masking: Decisions = .support {
        $0.isProtected
            ? grant(.review, obligations: [.maskAddress, .maskPhone, .maskGuardians, .maskSchool])
            : grant(.review)
    }
    let open = try world.service.reviewPairs(
        .open(joinedBelow: 13), actor: staff, deciding: masking, at: noon)
    #expect(open.pairs.map(\.weight).sorted() == [3.5, 12.5, 12.5] && open.hidden == 0)
    #expect(open.pairs.map(\.thinness) == [nil, nil, nil])
    let near = try world.service.reviewPairs(
        .open(joinedBelow: 12), actor: staff, deciding: masking, at: noon)
    #expect(near.pairs.map(\.weight) == [3.5])
    let hidden = try world.service.reviewPairs(
        .open(joinedBelow: 13), actor: staff,
        deciding: .support { $0.isProtected ? refusal : grant(.review) },
        at: noon)
    #expect(hidden.pairs.map(\.weight) == [12.5] && hidden.hidden == 2)

    let seen = try world.service.reviewRead(
        near.pairs + hidden.pairs, blind: [], isExport: false, actor: staff, deciding: masking, at: noon)
    // Who is compared with somebody protected is shown as if protected: an address that agrees is that address.
    #expect(seen[0].left.address == nil && seen[0].right.address == nil && seen[0].levels.isEmpty)
    #expect(seen[0].left.names == people[0].identifiers.names && seen[0].masked.contains(.address))
    #expect(seen[1].left == people[0].identifiers && seen[1].levels.map(\.weight) == [7, 5.5])
    #expect(throws: Fault.self) {
        _ = try world.service.reviewPairs(
            .open(joinedBelow: 10), actor: staff, deciding: .support { _ in refusal }, at: noon)
    }
    let sides = try world.service.verdictSides(of: open.pairs[0])
    #expect([sides.left.key, sides.right.key].allSatisfy { $0.contains("-P-") })
    #expect(try world.count("SELECT count(*) FROM audit_event WHERE event LIKE '%review.%'") == 5)
}

/// Two people whose register rows were compared; the run is published.
private func compared(
    _ world: borrowing World, _ run: String, _ people: [Invented] = [Invented("P-1"), Invented("P-2")]
) throws -> ReviewPair {
    let store = try world.run(run, people, finished: false)
    try store.addLink(
        left: 0, right: 2, weight: 3.5, isAutomatic: false, levels: [(store.agreement("氏名", "一致"), 3.5)])
    try store.finish()
    try world.publish(run, [])
    let pairs = try world.service.reviewPairs(
        .open(joinedBelow: 0), actor: staff, deciding: .support { _ in grant(.review) }, at: noon
    ).pairs
    return try #require(pairs.first)
}

/// Entities are numbered anew each night: with one person fewer, a pair's number is the next person's.
@Test func aPairThatWasListedBeforeAnotherNightNamesNobodyAnyMore() throws {
    let world = try World()
    let pair = try compared(world, "r1")
    #expect(try world.service.verdictSides(of: pair).left.key == "jumin-P-1")
    _ = try compared(world, "r2", [Invented("P-2"), Invented("P-3")])
    #expect(fault { _ = try world.service.verdictSides(of: pair) }?.code == "review.moved")
    #expect(
        fault {
            _ = try world.service.reviewRead(
                [pair], blind: [], isExport: false, actor: staff, deciding: .support { _ in grant(.review) },
                at: noon)
        }?.code == "review.moved")
}

/// What `of` says when `before` was judged and comes as `after` now.
private func standing(
    _ before: Identifiers, _ after: Identifiers, goneKeys: [String], in world: borrowing World
) throws -> (known: KeptVerdict?, refusal: String?) {
    func people(_ identifiers: Identifiers, _ id: PersonID) -> [Invented] {
        var child = Invented(id)
        child.identifiers = identifiers
        return [child, Invented("P-2")]
    }
    let first = try compared(world, "r1", people(before, "P-1"))
    let sides = try world.service.verdictSides(of: first)
    _ = try world.service.decide(
        sides.left, sides.right, isSame: true, reason: "窓口で確認", needsSecond: false, actor: staff,
        decision: grant(.review), at: noon)
    // The record has another key now, the one before did not come.
    let run = try world.run("r2", people(after, "P-9"), finished: false)
    for key in goneKeys { try run.addAbsent(key: key, person: "P-1") }
    try run.addLink(left: 0, right: 2, weight: 3.5, isAutomatic: false, levels: [])
    try run.finish()
    try world.publish("r2", [])
    let pair = try #require(
        try world.service.reviewPairs(
            .open(joinedBelow: 0), actor: staff, deciding: .support { _ in grant(.review) }, at: noon
        ).pairs.first)
    let edited = try world.service.verdictSides(of: pair)
    let fault = fault {
        _ = try world.service.decide(
            edited.left, edited.right, isSame: false, reason: "別の家族", needsSecond: false, actor: staff,
            decision: grant(.review), at: noon)
    }
    return (try world.service.standingVerdicts(on: [pair])[pair.id], fault?.code)
}

private func numbered(_ change: (inout Identifiers) -> Void = { _ in }) -> Identifiers {
    var identifiers = Invented("P-1").identifiers
    identifiers.names[0].given = "花"
    identifiers.number = PersonNumber(space: "ate", number: "12")
    change(&identifiers)
    return identifiers
}

@Test func aPairWhoseRowWasEditedTakesNoOppositeVerdict() throws {
    let world = try World()
    let edited = numbered { $0.address?.written = "若葉台三丁目" }
    let found = try standing(numbered(), edited, goneKeys: ["jumin-P-1"], in: world)
    #expect(found.known?.id == 1 && found.refusal == "verdict.stands")
}

@Test func aVerdictStandsForNobodyWhoHasOnlyTheNumber() throws {
    let world = try World()
    let other = numbered { $0.birth = .day(Day(number: 18_000)) }
    let found = try standing(numbered(), other, goneKeys: ["jumin-P-1"], in: world)
    #expect(found.known?.id == 2 && found.refusal == nil)
}

@Test func whileTheVeryRecordComesAnotherOneWithItsNumberIsAnotherRecord() throws {
    let world = try World()
    let found = try standing(
        numbered(), numbered { $0.address?.written = "若葉台三丁目" }, goneKeys: [], in: world)
    #expect(found.known?.id == 2 && found.refusal == nil)
}

@Test func theVerdictsThatStandAreReadWithTheirPairsAndTheTrailKnows() throws {
    let world = try World()
    let pair = try compared(world, "r1")
    let sides = try world.service.verdictSides(of: pair)
    for isSame in [true, false] {
        let verdict = try world.service.decide(
            sides.left, sides.right, isSame: isSame, reason: "窓口で確認", needsSecond: false, actor: staff,
            decision: grant(.review), at: noon)
        #expect(verdict.pair == pair.id && verdict.left.source == "jumin")
        if isSame {
            _ = try world.service.withdraw(
                verdict: 1, reason: "取り違え", actor: staff, decision: grant(.review), at: noon)
        }
    }
    let events = "SELECT count(*) FROM audit_event WHERE event LIKE '%\"review.list\"%'"
    let before = try world.count(events)
    let list = try world.service.reviewVerdicts(
        actor: staff, deciding: .support { _ in grant(.review) }, at: noon)
    #expect(list.map(\.id) == [2])
    let one = try world.service.reviewVerdicts(
        1, actor: staff, deciding: .support { _ in grant(.review) }, at: noon)
    #expect(one.map(\.isWithdrawn) == [true])
    #expect(try world.count(events) == before + 2)
    #expect(try world.count(events + " AND event LIKE '%\"V-1\"%'") == 1)
    #expect(
        fault {
            _ = try world.service.reviewVerdicts(
                9, actor: staff, deciding: .support { _ in grant(.review) }, at: noon)
        }?.code == "verdict.unknown")
    #expect(
        fault {
            _ = try world.service.reviewVerdicts(
                1, actor: staff, deciding: .support { _ in refusal }, at: noon)
        }?.kind == .denied)
}

@Test func thePairsOfWhomSomebodyWasMergedWithAreFoundUnderBothIds() throws {
    let world = try World()
    let store = try world.run("r1", [Invented("P-1"), Invented("P-2")], finished: false)
    try store.addAlias(of: "P-0", survivor: "P-1", merge: 1)
    try store.finish()
    try world.publish("r1", [])
    func pairs(_ person: PersonID) throws -> [String] {
        try world.service.reviewPairs(
            .person(person), actor: staff, deciding: .support { _ in grant(.review) }, at: noon
        ).pairs.map(\.id)
    }
    #expect(try pairs("P-0") == pairs("P-1") && pairs("P-0").count == 1)
    let unknown = fault { _ = try pairs("P-7") }
    #expect(unknown?.code == "person.unknown" && unknown?.kind == .notFound)
}

/// However heavy it is; a run from before such links were kept has none.
@Test func aLinkThatAloneHoldsAPersonTogetherIsOpen() throws {
    let world = try World()
    let run = try world.run("r", [Invented("P-1"), Invented("P-2")], finished: false)
    try run.addThin(left: 2, right: 3, why: .bridge)
    try run.finish()
    try world.publish("r", [])
    func open() throws -> [ReviewPair] {
        try world.service.reviewPairs(
            .open(joinedBelow: 1), actor: staff, deciding: .support { _ in grant(.review) }, at: noon
        ).pairs
    }
    #expect(try open().map(\.thinness) == [.bridge] && open().map(\.weight) == [12.5])
    try Database(path: world.folder.file("runs/r/vault.sqlite"), mode: .durable).execute("DROP TABLE thin")
    #expect(try open().isEmpty)
}

/// Thousands of rows of an old review file must not keep the night from publishing.
@Test func aReadingOfPairsLeavesTheDatabaseFreeUntilItsEventIsWritten() throws {
    let world = try World()
    _ = try compared(world, "r1")
    let path = world.folder.file("service.sqlite")
    _ = try world.service.reviewPairs(
        .open(joinedBelow: 0), actor: staff,
        deciding: .support { _ in
            // Somebody else writes meanwhile.
            try? Database(path: path, mode: .durable).execute(
                "BEGIN IMMEDIATE; CREATE TABLE meanwhile(a); COMMIT;")
            return grant(.review)
        }, at: noon)
    #expect(try world.count("SELECT count(*) FROM sqlite_schema WHERE name = 'meanwhile'") == 1)
}

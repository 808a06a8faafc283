import Domain
import Foundation
import TestSupport
import Testing

@testable import Policy
@testable import Store

private func list(_ world: borrowing World, after: CaseCursor? = nil, limit: Int = 50) throws -> CasePage {
    try world.service.cases(
        actor: staff, deciding: .support { _ in grant(.list) }, after: after, limit: limit, at: noon)
}

@Test func theQueueIsOrderedByUrgencyThenDifficultiesThenAge() throws {
    let world = try World()
    let people = (1...6).map { Invented(PersonID("P-\($0)")) }
    try world.run("r", people)
    let old = today.adding(days: -90)
    try world.publish(
        "r",
        [
            flag("P-1"), flag("P-2", since: old), flag("P-3", difficulties: [.abuse, .poverty]),
            flag("P-4", urgency: .immediate), flag("P-5", urgency: .offer, since: old),
            flag("P-6"), flag("P-6", "U2", difficulties: [.truancy]),
            // A second rule on the same difficulty adds none.
            flag("P-1", "U2"),
        ])
    let page = try list(world)
    // Two kinds of one flag are one finding; two flags without a common kind are two.
    #expect(Array(page.items.map(\.person).prefix(3)) == ["P-4", "P-6", "P-2"])
    #expect(Set(page.items.map(\.person)[3...4]) == ["P-1", "P-3"])
    #expect(page.items.last?.person == "P-5")
    #expect(page.total == 6 && page.next == nil)
    let first = try #require(page.items.first { $0.person == "P-6" })
    #expect(first.name == "若葉 P-6子" && first.nameKana == "ワカバ P-6コ" && first.birth != nil)
    #expect(first.ruleTitles == ["規則U1", "規則U2"] && first.difficulties == [.truancy, .abuse].sorted())
    #expect(first.state == .candidate && first.openedOn == today)
}

@Test func pagingNeitherSkipsNorRepeatsWhileCasesAreOpened() throws {
    let world = try World()
    var generator = SeededGenerator(seed: testSeed)
    var flags: [Flag] = []
    func openMore(_ count: Int) throws {
        for _ in 0..<count {
            let urgencies: [Urgency] = [.immediate, .normal, .offer]
            let difficulties: [[Difficulty]] = [[.abuse], [.poverty, .abuse], []]
            let numbers = (0..<3).map { _ in Int.random(in: 0...2, using: &generator) }
            flags.append(
                flag(
                    PersonID("P-\(flags.count)"), urgency: urgencies[numbers[0]],
                    difficulties: difficulties[numbers[1]], since: today.adding(days: -numbers[2])))
        }
        try world.run("r\(flags.count)", [])
        try world.publish("r\(flags.count)", flags)
    }
    try openMore(60)
    let before = try list(world, limit: 200).items.map(\.id)
    #expect(before.count == 60)
    var (seen, cursor): ([CaseID], CaseCursor?) = ([], nil)
    repeat {
        let page = try list(world, after: cursor, limit: 7)
        seen += page.items.map(\.id)
        try openMore(3)
        // As a link would carry it.
        cursor = try page.next.map { try #require(CaseCursor(text: $0.text)) }
    } while cursor != nil
    #expect(Set(seen).count == seen.count, "seed \(testSeed)")
    #expect(Set(before).isSubset(of: seen), "seed \(testSeed)")
    #expect(seen.filter(Set(before).contains) == before, "seed \(testSeed)")
}

@Test(
    "What no page gave is no cursor",
    arguments: ["", "1.2.3", "a.b.c.d", "1.2.3.", String(repeating: "1", count: 99)])
func badCursors(text: String) {
    #expect(CaseCursor(text: text) == nil)
}

@Test func casesOfADeniedStandingAreNeitherListedNorCounted() throws {
    let world = try World()
    try world.run("r", [Invented("P-1"), Invented("P-2", isProtected: true), Invented("P-3")])
    try world.publish("r", [flag("P-1"), flag("P-2"), flag("P-3")])
    let page = try world.service.cases(
        actor: staff, deciding: .support { $0.isProtected ? refusal : grant(.list) }, after: nil, limit: 1,
        at: noon)
    #expect(page.total == 2)
    let rest = try world.service.cases(
        actor: staff, deciding: .support { $0.isProtected ? refusal : grant(.list) }, after: page.next,
        limit: 9,
        at: noon)
    #expect(Set((page.items + rest.items).map(\.person)) == ["P-1", "P-3"])
    let fault = fault {
        _ = try world.service.cases(
            actor: staff, deciding: .support { _ in refusal }, after: nil, limit: 9, at: noon)
    }
    #expect(fault?.kind == .denied)
    #expect(try world.count("SELECT count(*) FROM audit_event WHERE event LIKE '%\"deny\"%cases.list%'") == 1)
}

@Test func whatTheGrantDoesNotCoverIsNotInTheList() throws {
    let world = try World()
    try world.run("r", [Invented("P-1")])
    try world.publish("r", [flag("P-1", reasons: [["D01"]]), flag("P-1", "U2", difficulties: [.poverty])])
    let page = try world.service.cases(
        actor: staff, deciding: .support { _ in grant(.list, items: ["B06"], parts: []) }, after: nil,
        limit: 9,
        at: noon)
    let line = try #require(page.items.first)
    #expect(line.name.isEmpty && line.nameKana.isEmpty && line.birth == nil)
    #expect(line.ruleTitles == ["規則U2"] && line.difficulties == [.poverty])
}

@Test func withoutAnAuditEventThereIsNoAnswer() throws {
    let world = try World()
    try world.run("r", [Invented("P-1")])
    try world.publish("r", [flag("P-1")])
    let id = try world.firstCase()
    try world.sql("CREATE TRIGGER stop BEFORE INSERT ON audit_event BEGIN SELECT RAISE(ABORT, 'no'); END")
    #expect(throws: Fault.self) { _ = try list(world) }
    #expect(throws: Fault.self) {
        _ = try world.service.caseDetail(id, actor: staff, deciding: .support { _ in grant(.read) }, at: noon)
    }
    try world.sql("DROP TRIGGER stop; PRAGMA query_only = ON;")
    #expect(throws: Fault.self) { _ = try list(world) }
    try world.sql("PRAGMA query_only = OFF")
    #expect(try list(world).items.count == 1)
}

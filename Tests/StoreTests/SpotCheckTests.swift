import Domain
import Foundation
import TestSupport
import Testing

@testable import Policy
@testable import Store

private let plan = SpotCheckPlan(perMonth: 3, ages: 0...17)
private let needed: Set<ItemCode> = ["A01", "B06"]

private func deciding(
    _ action: Action, _ actor: Actor = staff, items: Set<ItemCode> = ["A01", "A07", "B06"],
    _ decide: @escaping @Sendable (PersonStanding) -> Decision? = { _ in nil }
) -> Decisions {
    .support { decide($0) ?? grant(action, items: items, actor: actor) }
}

extension World {
    fileprivate func draw(_ plan: SpotCheckPlan = plan, _ decisions: Decisions? = nil) throws -> Int? {
        try service.drawSpotChecks(
            plan, actor: .system("nightly"), deciding: decisions ?? deciding(.join, .system("nightly")),
            at: noon)
    }

    fileprivate func list(_ decisions: Decisions = deciding(.list)) throws -> SpotCheckList {
        try service.spotChecks(actor: staff, deciding: decisions, needing: needed, at: noon)
    }

    fileprivate func answer(
        _ number: Int, _ answer: SpotCheckAnswer, note: String = "", reading: Decisions = deciding(.read)
    ) throws -> Bool {
        try service.answerSpotCheck(
            number, answer, note: note, actor: staff, deciding: deciding(.record), reading: reading,
            needing: needed, at: noon)
    }

    fileprivate func drawn() throws -> [PersonID] {
        try service.exclusively { database in
            var drawn: [PersonID] = []
            try database.statement("SELECT person FROM spot_check ORDER BY person").rows {
                drawn.append(PersonID($0.text(0)))
            }
            return drawn
        }
    }
}

/// Invented children of 2022, the first ones otherwise where asked.
private func children(_ count: Int, _ change: (Int, inout Invented) -> Void = { _, _ in }) -> [Invented] {
    (0..<count).map { index in
        var child = Invented(PersonID("P-\(index)"))
        change(index, &child)
        return child
    }
}

@Suite("Children drawn at random")
struct SpotCheckTests {
    @Test("a month is drawn once, whatever runs again, and no row of it can be changed")
    func once() throws {
        let world = try World()
        try world.run("r", children(9))
        #expect(try world.draw() == nil)
        try world.publish("r", [])
        #expect(try world.draw() == 3)
        let drawn = try world.drawn()
        #expect(try world.draw() == nil && world.draw(.init(perMonth: 9, ages: 0...17)) == nil)
        try world.run("s", children(20))
        try world.publish("s", [])
        #expect(try world.draw() == nil && world.drawn() == drawn)
        for table in ["spot_check", "spot_check_draw"] {
            #expect(throws: Fault.self) { try world.sql("DELETE FROM \(table)") }
            #expect(throws: Fault.self) { try world.sql("UPDATE \(table) SET month = '2020-01'") }
        }
        #expect(
            try world.service.spotCheckTallies() == [
                SpotCheckTally(month: "2026-10", children: 9, drawn: 3, answers: [:])
            ])
    }

    @Test(
        "nobody is drawn who has a flag, a case or 支援措置, lives with who has, refused, is grown up or not permitted"
    )
    func whom() throws {
        let world = try World()
        try world.run(
            "r",
            children(8) { index, child in
                switch index {
                case 0: child.isProtected = true
                case 1: child.household = "H-1"
                case 2: (child.household, child.isProtected) = ("H-1", true)
                case 3: child.identifiers.birth = .day(Day(number: 9_000))
                case 4: child.identifiers.birth = nil
                default: break
                }
            })
        try world.publish("r", [flag("P-5")])
        let all = SpotCheckPlan(perMonth: 50, ages: 0...17)
        #expect(try world.draw(all, deciding(.join, .system("nightly")) { _ in refusal }) == 0)
        let second = try World()
        try second.run(
            "r",
            children(8) { index, child in
                switch index {
                case 0: child.isProtected = true
                case 1: child.household = "H-1"
                case 2: (child.household, child.isProtected) = ("H-1", true)
                case 3: child.identifiers.birth = .day(Day(number: 9_000))
                case 4: child.identifiers.birth = nil
                default: break
                }
            })
        try second.publish("r", [flag("P-5")])
        #expect(try second.draw(all) == 2 && second.drawn() == ["P-6", "P-7"])
        #expect(try second.service.spotCheckTallies().map(\.children) == [2])
    }

    @Test("every child is as likely as every other: none is left out or always in over many workspaces")
    func uniform() throws {
        var times: [PersonID: Int] = [:]
        let rounds = caseCount(60)
        for _ in 0..<rounds {
            let world = try World()
            try world.run("r", children(6))
            try world.publish("r", [])
            _ = try world.draw()
            for person in try world.drawn() { times[person, default: 0] += 1 }
        }
        // Half of them each time, by keys that are made anew: none of six in all of many is out of all proportion.
        #expect(times.count == 6 && times.values.reduce(0, +) == 3 * rounds)
        #expect(times.values.allSatisfy { $0 > rounds / 8 && $0 < rounds * 7 / 8 }, "\(times)")
    }

    @Test("an answer is kept under who gave it, the last one counts, and support needs words")
    func answers() throws {
        let world = try World()
        try world.run("r", children(3))
        try world.publish("r", [])
        _ = try world.draw()
        let first = try #require(try world.list().lines.first)
        #expect(first.month == "2026-10" && first.answers.isEmpty && first.name.hasPrefix("若葉"))
        #expect(fault { _ = try world.answer(first.number, .support) }?.field == "note")
        #expect(try world.answer(first.number, .unreached))
        #expect(try world.answer(first.number, .support, note: "保健師が訪問する"))
        let detail = try world.service.spotCheck(
            first.number, actor: staff, deciding: deciding(.read), needing: needed, at: noon)
        #expect(detail?.line.answers.map(\.answer) == [.unreached, .support])
        #expect(detail?.records.count == 2 && detail?.line.answers.last?.actor == staff.description)
        #expect(try world.service.spotCheckTallies().map(\.answers) == [[.support: 1]])
        #expect(try world.answer(99, .nothing) == false)
        #expect(throws: Fault.self) { try world.sql("DELETE FROM spot_check_answer") }
    }

    @Test("who may not see every item that rules read learns nothing, and nobody answers of the own family")
    func rights() throws {
        let world = try World()
        try world.run("r", children(3))
        try world.publish("r", [])
        _ = try world.draw()
        let number = try #require(try world.list().lines.first?.number)
        let person = try #require(try world.list().lines.first?.person)
        let few: Set<ItemCode> = ["A01", "A07"]
        #expect(try world.list(deciding(.list, items: few)).lines.isEmpty)
        #expect(
            try world.service.spotCheck(
                number, actor: staff, deciding: deciding(.read, items: few), needing: needed, at: noon) == nil
        )
        #expect(try world.answer(number, .nothing, reading: deciding(.read, items: few)) == false)
        #expect(fault { _ = try world.list(.support { _ in refusal }) }?.kind == .denied)
        try world.service.addUser(
            "tanaka", displayName: "架空 田中", roles: ["center-staff"], password: "架空の合言葉 夜明けの若葉野",
            by: operating, at: noon)
        _ = try world.service.relate("tanaka", to: [person], by: operating, at: noon)
        #expect(fault { _ = try world.answer(number, .nothing) }?.code == "case.family")
        #expect(try world.count("SELECT count(*) FROM spot_check_answer") == 0)
        for what in ["spot-check.draw", "spot-check.list", "spot-check.read"] {
            #expect(
                try world.count(
                    "SELECT count(*) FROM audit_event WHERE event ->> '$.what' = '\(what)' AND event ->> '$.purpose' = 'support'"
                ) > 0, "\(what)")
        }
        #expect(try world.refusals("spot-check.list") == 1 && world.refusals("spot-check.answer") == 2)
    }
}

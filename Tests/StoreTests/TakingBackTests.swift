import Domain
import Foundation
import TestSupport
import Testing

@testable import Policy
@testable import Store

/// A flag whose ground a department took back, or that was somebody else's, is told to whoever acted on it.
@Suite struct TakingBackTests {
    /// Every person of `World.run` has 未受診 for May 2026.
    private func resting(on value: String, month: Int?) -> Flag {
        let on = month.map { PartialDate.month(year: 2026, month: $0) }
        let fact = Fact(item: "B06", kind: "3y", value: .code(value), on: on)
        let position = RowPosition(source: "kenshin", file: "kenshin_20260901.csv", line: 2, offset: 0)
        return Flag(
            rule: "U1", version: 1, title: "規則U1", person: "P-1", urgency: .normal, difficulties: [.abuse],
            reasons: [
                Reason(
                    sentence: "理由", facts: [SourcedFact(fact, from: position)], items: ["B06"], sources: [])
            ], confirm: [], since: today)
    }

    /// A night that raises the flag, somebody who works on it, and a night that does not raise it.
    private func world(
        _ flag: Flag, isTouched: Bool = true, isEnded: Bool = false, isNextNight: Bool = true
    ) throws -> World {
        let world = try World()
        try world.run("r", [Invented("P-1")])
        try world.service.addUser(
            "sato", displayName: "架空 佐藤", roles: ["center-staff"], password: "架空の合言葉 夜明けの若葉野",
            by: operating, at: noon)
        try world.publish("r", [flag])
        let id = try world.firstCase()
        if isTouched { try world.sql("UPDATE cases SET holder = 'sato', state = '確認中'") }
        if isEnded {
            try world.sql(
                """
                INSERT INTO case_event(case_id, at, actor, what, note) VALUES ('\(id)', 1, 'user:sato', '記録', '訪問した');
                UPDATE cases SET holder = NULL, state = '支援接続'
                """)
        }
        guard isNextNight else { return world }
        try world.run("r2", [Invented("P-1")])
        try world.publish("r2", [], at: noon + 86_400)
        return world
    }

    private func tellings(_ world: borrowing World) throws -> [Telling] {
        let privacy = Actor.user("privacy")
        return try world.service.tellings(
            actor: privacy, decision: grant(.rectify, actor: privacy), at: noon + 90_000)
    }

    private func events(_ world: borrowing World, _ what: String) throws -> Int {
        try world.count("SELECT count(*) FROM case_event WHERE what = '\(what)'")
    }

    @Test(arguments: [("要精密", 5, "別の内容"), ("未受診", 4, "もうありません")])
    func whoHoldsTheCaseIsToldWhatBecameOfTheGround(value: String, month: Int, why: String) throws {
        let world = try world(resting(on: value, month: month))
        let told = try tellings(world)
        try #require(told.count == 1)
        #expect(told[0].number == "B-1" && told[0].user == "sato" && told[0].told == nil)
        guard case .takenBack(let rule, let reason) = told[0].cause else {
            Issue.record("\(told[0].cause)")
            return
        }
        #expect(rule == "U1" && reason.contains(why))
        #expect(try events(world, "根拠の取消し") == 1 && events(world, "きっかけの解消") == 0)
        #expect(try world.service.waitingTellings() == 1)
        let privacy = Actor.user("privacy")
        let done = try world.service.tell(
            "B-1", how: "電話", actor: privacy, decision: grant(.rectify, actor: privacy), at: noon + 90_001)
        #expect(done.told?.how == "電話")
        #expect(try world.service.waitingTellings() == 0)
    }

    @Test(arguments: [false, true]) func whatWasTakenBackIsKeptNowhere(isEnded: Bool) throws {
        let world = try world(resting(on: "要精密", month: 5), isEnded: isEnded)
        #expect(try world.count("SELECT count(*) FROM case_flag WHERE instr(flag, '要精密')") == 0)
        #expect(try world.count("SELECT count(*) FROM case_flag WHERE is_gone AND rule = 'U1'") == 1)
    }

    @Test func aCombinedFlagThatCannotBeToldTonightSaysThatItsGroundWasTakenBack() throws {
        let base = resting(on: "要精密", month: 5)
        var combined = flag("P-1", "M1")
        combined.others = ["U1"]
        let world = try world(base, isNextNight: false)
        try world.run("r1", [Invented("P-1")])
        try world.publish("r1", [base, combined], at: noon + 1)
        try world.run("r2", [Invented("P-1")])
        try world.publish("r2", [], undecided: ["P-1": ["M1"]], at: noon + 86_400)
        #expect(try world.count("SELECT count(*) FROM case_flag WHERE rule = 'M1' AND NOT is_gone") == 1)
        #expect(
            try world.count("SELECT count(*) FROM case_event WHERE what = '根拠の取消し' AND rule = 'M1'") == 1)
        let rules = try tellings(world).map { telling -> RuleID? in
            if case .takenBack(let rule, _) = telling.cause { rule } else { nil }
        }
        #expect(rules == ["U1", "M1"])
    }

    @Test func whatOnlyPassedTellsNobody() throws {
        // The record still says it, and a state without a day was no mistake.
        for raised in [resting(on: "未受診", month: 5), resting(on: "要精密", month: nil), flag("P-1")] {
            let world = try world(raised)
            #expect(try tellings(world).isEmpty)
            #expect(try events(world, "きっかけの解消") == 1 && events(world, "根拠の取消し") == 0)
        }
    }

    @Test func whoBecameSomebodyElseWithTheSameRecordsLostNothing() throws {
        let world = try world(resting(on: "未受診", month: 5), isNextNight: false)
        try world.run("r2", [Invented("P-2")])
        try world.publish("r2", [], aliases: ["P-1": "P-2"], at: noon + 86_400)
        #expect(try tellings(world).isEmpty)
        #expect(try events(world, "根拠の取消し") == 0)
    }

    @Test func whoseRecordsDidNotComeTookNothingBack() throws {
        let world = try world(resting(on: "要精密", month: 5), isNextNight: false)
        try world.run("r2", [Invented("P-2")])
        try world.publish("r2", [], at: noon + 86_400)
        #expect(try tellings(world).isEmpty)
        #expect(try events(world, "根拠の取消し") == 0)
    }

    @Test func whoActedOnAnEndedCaseIsToldToo() throws {
        let world = try world(resting(on: "要精密", month: 5), isEnded: true)
        #expect(try tellings(world).map(\.user) == ["sato"])
        #expect(try world.states() == ["P-1": "支援接続"])
    }

    @Test func aCaseThatNobodyTouchedIsWithdrawnAndSaysWhy() throws {
        let world = try world(resting(on: "要精密", month: 5), isTouched: false)
        #expect(try tellings(world).isEmpty)
        #expect(try world.states() == ["P-1": "取下げ"] && events(world, "根拠の取消し") == 1)
    }
}

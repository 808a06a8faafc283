import Domain
import Foundation
import TestSupport
import Testing

@testable import Policy
@testable import Store

private let privacy = Actor.user("privacy")
private let manager = Actor.user("manager")

extension World {
    /// As the rules' files tell.
    fileprivate static let purposes: [RuleID: PurposeID] = [
        "U1": "support", "S1": "support", "M1": "programmes",
    ]

    fileprivate func record(
        _ person: PersonID, refusing purpose: PurposeID = "support", isRefusal: Bool = true,
        from: Day? = nil, until: Day? = nil, by actor: Actor = privacy
    ) throws -> KeptConsent {
        try service.record(
            NewConsent(
                purpose: purpose, isRefusal: isRefusal, giver: .guardian, evidence: "利用停止請求 令和8年第3号",
                from: from, until: until, person: person),
            purposes: World.purposes, reason: "審査のうえ認めた", actor: actor,
            decision: grant(.register, actor: actor), at: noon)
    }

    fileprivate func end(_ consent: KeptConsent, by actor: Actor, at: Date = noon) throws -> KeptConsent {
        try service.end(
            consent: consent.id, purposes: World.purposes, reason: "取下げの書面を受けた", actor: actor,
            decision: grant(.register, actor: actor), at: at)
    }

    fileprivate func keep(_ consent: KeptConsent) throws -> KeptConsent {
        try service.keep(
            consent: consent.id, reason: "別の方の書面だった", actor: privacy,
            decision: grant(.register, actor: privacy), at: noon)
    }

    fileprivate func confirm(_ consent: KeptConsent, by actor: Actor) throws -> KeptConsent {
        try service.confirm(
            consent: consent.id, reason: "原本を確かめた", actor: actor,
            decision: grant(.register, actor: actor), at: noon)
    }

    /// Persons that a list shows where a refusal denies.
    fileprivate func listed() throws -> [PersonID] {
        try service.cases(
            actor: staff, deciding: .support { $0.consent == .refused ? refusal : grant(.list) }, after: nil,
            limit: 9, at: noon
        ).items.map(\.person)
    }

    /// Persons a pass over the run joins, and what the trail says of how many.
    fileprivate func joined(_ run: RunStore, purpose: PurposeID = "support") throws -> Set<PersonID> {
        let read = try service.auditedRead(
            of: run, actor: staff,
            purposes: [Decisions(for: purpose) { $0.consent == .refused ? refusal : grant(.join) }], at: noon)
        var persons: Set<PersonID> = []
        try run.households(read) { for household in $0 { persons.formUnion(household.members.map(\.id)) } }
        return persons
    }
}

@Suite("What people said of the use of their data")
struct ConsentStoreTests {
    private func world() throws -> World {
        let world = try World()
        try world.run(
            "r", [Invented("P-1", household: "h"), Invented("P-2", household: "h"), Invented("P-3")])
        try world.publish("r", [flag("P-1"), flag("P-1", "M1", urgency: .offer), flag("P-2")])
        return world
    }

    @Test(
        "a refusal holds at once: no list, no join, no flag is left, and a case that stood on it alone is ended"
    )
    func atOnce() throws {
        let world = try world()
        #expect(try world.listed().sorted() == ["P-1", "P-2"])
        let one = try world.record("P-1")
        let two = try world.record("P-2")
        #expect(one.isInForce(on: today) && two.id == one.id + 1)
        #expect(try world.listed().isEmpty)
        let run = try RunStore.open(folder: world.folder.file("runs/r"), keys: world.keys)
        #expect(try world.joined(run) == ["P-3"])
        #expect(try world.joined(run, purpose: "programmes") == ["P-1", "P-2", "P-3"])
        #expect(try world.count("SELECT count(*) FROM case_flag WHERE rule = 'U1'") == 0)
        // P-1's case has an offer of another purpose left.
        #expect(try world.states() == ["P-1": "候補", "P-2": "取下げ"])
        #expect(try world.count("SELECT count(*) FROM case_event WHERE what = '利用停止'") == 2)
    }

    @Test(
        "a refusal takes what a rule found that nobody can tell the purpose of, and leaves what is known to be another's"
    )
    func unknownRules() throws {
        let world = try world()
        try world.run("s", [Invented("P-1")])
        try world.publish("s", [flag("P-1", "X9"), flag("P-1", "M1", urgency: .offer)])
        _ = try world.record("P-1")
        #expect(try world.count("SELECT count(*) FROM case_flag WHERE rule = 'X9'") == 0)
        #expect(try world.count("SELECT count(*) FROM case_flag WHERE rule = 'M1'") == 1)
    }

    @Test(
        "what rows of who refused say leaves the cases of the family at once, and what another purpose found stays"
    )
    func family() throws {
        let world = try self.world()
        // P-1's row is the second line of each file; U1 of P-2 rests on it, S1 on the own one.
        try world.run(
            "s", [Invented("P-1", household: "h"), Invented("P-2", household: "h"), Invented("P-3")])
        try world.publish(
            "s",
            [
                flag("P-1"), flag("P-2", "U1", restingOn: 2), flag("P-2", "S1", restingOn: 3),
                flag("P-2", "M1", urgency: .offer, restingOn: 2), flag("P-3", "U1", restingOn: 2),
            ], at: noon + 1)
        let kept = try world.record("P-1")
        #expect(!kept.isEnded)
        let left = try world.service.exclusively { database in
            var left: [String] = []
            try database.statement(
                "SELECT c.person || ' ' || f.rule FROM case_flag f JOIN cases c ON c.id = f.case_id WHERE NOT f.is_gone ORDER BY 1"
            ).rows { left.append($0.text(0)) }
            return left
        }
        #expect(left == ["P-2 M1", "P-2 S1"])
        #expect(try world.states()["P-3"] == "取下げ")
        #expect(try world.count("SELECT count(*) FROM case_event WHERE note LIKE '%若葉%'") == 0)
    }

    @Test(
        "a case that people work on stays readable with its history where all it stood on was a relative's, and says neither what nor whose"
    )
    func workedOnOfTheFamily() throws {
        let world = try self.world()
        try world.run("s", [Invented("P-1", household: "h"), Invented("P-2", household: "h")])
        try world.publish("s", [flag("P-2", "U1", restingOn: 2)], at: noon + 1)
        try world.sql(
            """
            INSERT INTO case_event(case_id, at, actor, what, note) SELECT id, 1, 'user:sato', '記録', '電話した' FROM cases WHERE person = 'P-2';
            UPDATE cases SET state = '確認中' WHERE person = 'P-2'
            """)
        let id = CaseID(
            try world.service.exclusively { database in
                try database.statement("SELECT id FROM cases WHERE person = 'P-2'").first { $0.text(0) } ?? ""
            })
        func read(_ items: Set<ItemCode>) throws -> CaseDetail? {
            try world.service.caseDetail(
                id, actor: staff, deciding: .support { _ in grant(.read, items: items) }, at: noon + 2)
        }
        _ = try world.record("P-1")
        let detail = try #require(try read(["B06"]))
        #expect(detail.flags.isEmpty && detail.summary.state == .checking)
        #expect(detail.history.map(\.note).contains("電話した"))
        #expect(detail.history.map(\.what).contains("記録の除外"))
        #expect(!detail.history.contains { $0.note.contains("規則U1") || $0.note.contains("停止") })
        #expect(try world.listed() == ["P-2"])
        #expect(try world.count("SELECT count(*) FROM case_flag WHERE instr(flag, '未受診')") == 0)
        // Who could not read what was raised reads no more than before, and no rule is measured by it.
        #expect(try read(["A01"]) == nil)
        #expect(try !world.service.dispositions().contains { $0.person == "P-2" })
        // A later night raises nothing by it and leaves the case to people.
        try world.run("t", [Invented("P-1", household: "h"), Invented("P-2", household: "h")])
        try world.publish("t", [], at: noon + 86_400)
        #expect(try world.states()["P-2"] == "確認中")
    }

    @Test("a refusal ends a case that people work on, and keeps what they wrote")
    func endsWork() throws {
        let world = try world()
        try world.sql(
            "INSERT INTO case_event(case_id, at, actor, what, note) SELECT id, 1, 'user:sato', '記録', '電話した' FROM cases WHERE person = 'P-2'"
        )
        try world.sql("UPDATE cases SET state = '確認中' WHERE person = 'P-2'")
        _ = try world.record("P-2")
        #expect(try world.states()["P-2"] == "取下げ")
        #expect(try world.count("SELECT count(*) FROM case_event WHERE note = '電話した'") == 1)
    }

    @Test("later nights keep a refusal with the records, whatever their person is called now")
    func durable() throws {
        let world = try world()
        let refused = try world.record("P-2")
        try world.run("s", [Invented("P-1"), Invented("P-9"), Invented("P-3")])
        // A flag that was raised while the refusal was written opens nothing.
        try world.publish("s", [flag("P-9"), flag("P-3")], consentReach: [refused.id: ["P-9"]])
        #expect(try world.states()["P-9"] == nil)
        #expect(try world.listed() == ["P-1", "P-3"].filter { $0 == "P-3" })
        // None of the records came: it stays with who that was, under the id that person has now.
        try world.run("t", [Invented("P-1"), Invented("P-8")])
        try world.publish("t", [flag("P-8")], aliases: ["P-9": "P-8"])
        #expect(try world.states()["P-8"] == nil)
        #expect(try world.service.consentsInForce(at: noon).persons("support") == ["P-8": .refused])
    }

    @Test("what was refused while a night ran holds for whoever has the records after it")
    func duringASplit() throws {
        let world = try world()
        try world.run(
            "s", [Invented("P-1"), Invented("P-2", recordsOf: "P-7"), Invented("P-9", recordsOf: "P-2")])
        _ = try world.record("P-2")
        // The night knew nothing of it.
        try world.publish("s", [flag("P-9"), flag("P-1")])
        #expect(try world.service.consentsInForce(at: noon).persons("support") == ["P-9": .refused])
        #expect(try world.listed() == ["P-1"])
    }

    @Test("a consent that ends takes with it at once what rules found by it, and nothing of other purposes")
    func endedConsent() throws {
        let world = try world()
        let given = try world.record("P-1", isRefusal: false)
        _ = try world.confirm(given, by: manager)
        #expect(try world.count("SELECT count(*) FROM case_flag WHERE rule = 'U1'") == 2)
        _ = try world.end(given, by: privacy)
        #expect(try world.count("SELECT count(*) FROM case_flag WHERE rule = 'U1'") == 1)
        #expect(try world.states() == ["P-1": "候補", "P-2": "候補"])
    }

    @Test("the history tells of what was stopped only with the rule that it was found by")
    func historyOfARefusal() throws {
        let world = try world()
        _ = try world.record("P-1")
        #expect(
            try world.count("SELECT count(*) FROM case_event WHERE what = '利用停止' AND rule = 'U1'") == 1)
        #expect(
            try world.count("SELECT count(*) FROM case_event WHERE what = '利用停止' AND rule IS NULL") == 0)
    }

    @Test("a rule that cannot tell tonight keeps no flag of somebody who refused")
    func undecidedKeepsNothing() throws {
        let world = try world()
        let refused = try world.record("P-2")
        try world.run("s", [Invented("P-1"), Invented("P-2")])
        try world.publish(
            "s", [flag("P-1")], undecided: ["P-2": ["U1"]], consentReach: [refused.id: ["P-2"]])
        #expect(try world.states()["P-2"] == "取下げ")
    }

    @Test("a refusal ends when two persons say so, a consent begins when two do; neither by one alone")
    func twoPersons() throws {
        let world = try world()
        let refused = try world.record("P-1")
        #expect(try world.end(refused, by: privacy).isInForce(on: today))
        #expect(fault { _ = try world.end(refused, by: privacy) }?.code == "consent.own")
        #expect(try world.refusals("consent.end") == 1)
        #expect(try world.end(refused, by: manager).isEnded)
        #expect(fault { _ = try world.end(refused, by: manager) }?.code == "consent.step")
        #expect(try world.service.consentsInForce(at: noon).persons("support").isEmpty)

        let given = try world.record("P-3", isRefusal: false, until: today)
        #expect(given.isWaiting(at: noon) && !given.isInForce(on: today))
        #expect(fault { _ = try world.confirm(given, by: privacy) }?.code == "consent.own")
        #expect(try world.refusals("consent.confirm") == 1)
        let confirmed = try world.confirm(given, by: manager)
        #expect(confirmed.isInForce(on: today) && !confirmed.isInForce(on: Day(number: today.number + 1)))
        #expect(try world.service.consentsInForce(at: noon).persons("support") == ["P-3": .given])
        #expect(fault { _ = try world.confirm(given, by: manager) }?.code == "consent.step")
        #expect(try world.end(given, by: privacy).isEnded)
    }

    @Test("one person's word that a refusal is to end counts for thirty days, and can be taken back")
    func halfAnEnd() throws {
        let world = try world()
        let (one, two) = (try world.record("P-1"), try world.record("P-2"))
        #expect(fault { _ = try world.keep(one) }?.code == "consent.step")
        for refused in [one, two] { _ = try world.end(refused, by: privacy) }
        #expect(try !world.keep(one).isWaiting(at: noon))
        #expect(try world.end(one, by: manager).isWaiting(at: noon))
        let later = noon.addingTimeInterval(Double(KeptConsent.patience) * 86_400)
        let again = try world.end(two, by: manager, at: later)
        #expect(!again.isEnded && again.isInForce(on: today))
        #expect(try world.end(two, by: privacy, at: later).isEnded)
    }

    @Test("a refusal wins over a consent, and a consent that may be about several persons is about nobody")
    func narrow() throws {
        let world = try world()
        let given = try world.record("P-3", isRefusal: false)
        _ = try world.confirm(given, by: manager)
        let refused = try world.record("P-3")
        let both = [given.id: Set<PersonID>(["P-3"]), refused.id: ["P-3"]]
        let all = try world.service.consents()
        #expect(ConsentsInForce(all, reach: both, on: today).persons("support") == ["P-3": .refused])
        let apart: [Int: Set<PersonID>] = [given.id: ["P-3", "P-4"], refused.id: ["P-5", "P-6"]]
        #expect(
            ConsentsInForce(all, reach: apart, on: today).persons("support") == [
                "P-5": .refused, "P-6": .refused,
            ])
    }

    @Test(
        "who may not register is told so, and the trail keeps it; what is recorded twice or of nobody is refused"
    )
    func refusedRecords() throws {
        let world = try world()
        let before = try world.count("SELECT count(*) FROM audit_event")
        #expect(
            fault {
                _ = try world.service.record(
                    NewConsent(
                        purpose: "support", isRefusal: true, giver: .person, evidence: "請求書", from: nil,
                        until: nil, person: "P-1"), purposes: [:], reason: "理由", actor: staff,
                    decision: refusal,
                    at: noon)
            }?.kind == .denied)
        #expect(try world.count("SELECT count(*) FROM audit_event") == before + 1)
        #expect(try world.count("SELECT count(*) FROM consent") == 0)
        #expect(fault { _ = try world.record("P-none") }?.code == "person.unknown")
        _ = try world.record("P-1")
        #expect(fault { _ = try world.record("P-1") }?.code == "consent.stands")
        #expect(throws: (any Error).self) { try world.sql("DELETE FROM consent") }
        #expect(throws: (any Error).self) { try world.sql("UPDATE consent_step SET what = 'ended'") }
    }
}

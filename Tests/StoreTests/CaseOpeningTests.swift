import Domain
import Foundation
import TestSupport
import Testing

@testable import Policy
@testable import Store

private let words = CaseOpening(difficulty: .truancy, reason: "架空の保健師から")

extension World {
    fileprivate func desk(
        _ user: UserID = "sato", items: Set<ItemCode> = ["A01", "A07", "B06"], mayRecord: Bool = true,
        mayRead: @escaping @Sendable (PersonStanding) -> Bool = { _ in true }
    ) -> CaseDesk {
        CaseDesk(
            actor: user,
            recording: .support {
                mayRecord && mayRead($0) ? grant(.record, actor: .user(user)) : refusal
            },
            reading: .support { mayRead($0) ? grant(.read, items: items, actor: .user(user)) : refusal },
            mayWork: { _, _, _ in true }, needsSecond: true)
    }

    fileprivate func open(
        _ person: PersonID, _ opening: CaseOpening = words, _ desk: CaseDesk? = nil
    ) throws -> CaseID {
        try service.open(opening, for: person, at: desk ?? self.desk(), at: noon)
    }

    fileprivate func list(items: Set<ItemCode> = ["A01", "A07", "B06"]) throws -> CasePage {
        try service.cases(
            actor: staff, deciding: .support { _ in grant(.list, items: items) }, after: nil, limit: 50,
            at: noon)
    }

    fileprivate func detail(
        _ id: CaseID, items: Set<ItemCode> = ["A01", "A07", "B06"], at: Date = noon
    ) throws -> CaseDetail? {
        try service.caseDetail(
            id, actor: staff, deciding: .support { _ in grant(.read, items: items) }, at: at)
    }
}

@Suite("Cases opened by hand")
struct CaseOpeningTests {
    /// Nobody flagged but those named.
    private func world(_ flags: [Flag] = []) throws -> World {
        let world = try World()
        try world.run("r", [Invented("P-1"), Invented("P-2"), Invented("P-3", isProtected: true)])
        try world.publish("r", flags)
        try world.service.addUser(
            "sato", displayName: "架空 佐藤", roles: ["center-staff"], password: "架空の合言葉 夜明けの若葉野",
            by: operating, at: noon)
        return world
    }

    @Test("it stands in one queue with who opened it and why, and no night takes it back")
    func opened() throws {
        let world = try world()
        let id = try world.open("P-1")
        let page = try world.list()
        #expect(page.items.map(\.id) == [id] && page.queues == [.candidates: 1])
        #expect(page.items[0].difficulties == [.truancy] && page.items[0].ruleTitles == ["職員が開きました"])
        let detail = try #require(try world.detail(id))
        #expect(detail.flags.flatMap(\.reasons).map(\.sentence) == ["架空の保健師から"])
        #expect(detail.history.map(\.actorName) == ["架空 佐藤"])
        #expect(
            try world.count(
                "SELECT count(*) FROM audit_event WHERE event ->> '$.what' = 'case.work' AND event ->> '$.references.step' = 'open' AND event ->> '$.references.case' = '\(id)'"
            ) == 1)
        for night in ["s", "t"] {
            try world.run(night, [Invented("P-1"), Invented("P-2")])
            try world.publish(night, [])
            #expect(try world.list().items.map(\.id) == [id])
            #expect(try world.detail(id)?.flags.count == 1)
        }
        #expect(try world.service.dispositions().isEmpty)
    }

    @Test("what a rule finds later joins the same case, and goes again without it")
    func joins() throws {
        let world = try world()
        let id = try world.open("P-1")
        try world.run("s", [Invented("P-1")])
        let counts = try world.publish("s", [flag("P-1")])
        #expect(counts.new == 0 && counts.open == 1)
        #expect(try world.detail(id)?.flags.map(\.rule) == ["U1", .byHand(1)])
        try world.run("t", [Invented("P-1")])
        try world.publish("t", [])
        #expect(try world.detail(id)?.flags.map(\.rule) == [.byHand(1)])
    }

    @Test("who has an open case is refused with its number, and the refusal is kept")
    func twice() throws {
        let world = try world([flag("P-2")])
        let open = try world.firstCase()
        let refused = fault { _ = try world.open("P-2") }
        #expect(refused?.code == "case.open" && refused?.message.contains(open.rawValue) == true)
        #expect(try world.refusals("case.work") == 1)
        #expect(try world.count("SELECT count(*) FROM cases") == 1)
    }

    @Test("an open case that the asker may not see is not told of: the answer is that of a child without one")
    func hidden() throws {
        let with = try world([flag("P-2")])
        let without = try world()
        let hidden = try with.firstCase()
        let few: Set<ItemCode> = ["A01"]
        // As of nobody: what others wrote there is not this person's to see, nor that there is anything.
        #expect(fault { _ = try with.open("P-2", words, with.desk(items: few)) } == asOfNobody(with))
        #expect(try without.open("P-2", words, without.desk(items: few)) != hidden)
        #expect(try with.count("SELECT count(*) FROM cases") == 1)
        #expect(try with.detail(hidden)?.flags.map(\.rule) == ["U1"])
        #expect(try with.detail(hidden, items: few) == nil)
    }

    private func asOfNobody(_ world: borrowing World) -> Fault? { fault { _ = try world.open("P-9", words) } }

    @Test("what somebody wrote is read by nobody who may see less than they may")
    func less() throws {
        let world = try world()
        let id = try world.open("P-1")
        #expect(try world.list(items: ["A01"]).total == 0)
        #expect(try world.detail(id, items: ["A01"]) == nil)
        #expect(fault { _ = try world.open("P-1", words, world.desk(items: ["A01"])) } == asOfNobody(world))
        #expect(try world.detail(id)?.flags.map(\.rule) == [.byHand(1)])
    }

    @Test(
        "nobody of that number, somebody out of reach, and somebody under 支援措置 whom the asker may not see look alike"
    )
    func nobody() throws {
        let world = try world()
        let faults = try ["P-9", "P-3"].map { id in
            try #require(
                fault {
                    _ = try world.open(
                        PersonID(id), words, world.desk(mayRead: { !$0.isProtected }))
                })
        }
        #expect(faults[0] == faults[1] && faults[0].code == "case.nobody")
        // Before anything that was typed is judged.
        let empty = fault {
            _ = try world.open("P-9", .init(difficulty: .abuse, reason: ""), world.desk())
        }
        #expect(empty == faults[0])
        #expect(try world.refusals("case.work") == 3)
        #expect(fault { _ = try world.open("P-1", words, world.desk(mayRecord: false)) }?.kind == .denied)
        #expect(try world.count("SELECT count(*) FROM cases") == 0)
    }

    @Test("a reason is needed, the own family is nobody's to open, and a protected child's case is protected")
    func conditions() throws {
        let world = try world()
        let lacking = fault { _ = try world.open("P-1", .init(difficulty: .abuse, reason: "")) }
        #expect(lacking?.code == "case.incomplete" && lacking?.field == "reason")
        let id = try world.open("P-3")
        #expect(try world.count("SELECT protected FROM cases WHERE id = '\(id)'") == 1)
        try world.sql(
            "INSERT INTO user_relative VALUES ('sato', 'P-1')")
        #expect(fault { _ = try world.open("P-1") }?.code == "case.family")
    }

    @Test("of two persons who are one, the case that stays says why both were opened")
    func merged() throws {
        let world = try world()
        try world.run("r2", [Invented("P-1"), Invented("P-2")])
        let first = try world.open("P-1")
        let second = try world.open("P-2", .init(difficulty: .poverty, reason: "架空の学校から"))
        try world.publish("r2", [], aliases: ["P-2": "P-1"], at: noon + 1)
        let page = try world.list()
        #expect(page.items.count == 1)
        #expect(
            Set(try world.detail(page.items[0].id)?.flags.flatMap(\.reasons).map(\.sentence) ?? [])
                == ["架空の保健師から", "架空の学校から"])
        // Opened at the same time, either is the older one.
        #expect([first, second].contains(page.items[0].id))
    }

    @Test("who sees the case that stays only by what came over reads nothing that was written before")
    func before() throws {
        let world = try world()
        let kept = try world.open("P-1")
        func note(_ words: String, _ at: Date) throws {
            _ = try world.service.act(
                CaseRequest(.step(.note), note: words, version: 0), on: kept, at: world.desk(), at: at)
        }
        try note("前の経過", noon)
        // Later, so that the first one is kept.
        let later = noon + 3 * 86_400
        let few: Set<ItemCode> = ["A01"]
        let other = try world.service.open(
            .init(difficulty: .poverty, reason: "架空の学校から"), for: "P-2", at: world.desk(items: few),
            at: later)
        #expect(try world.detail(kept, items: few, at: later + 12) == nil)
        try world.run("r2", [Invented("P-1"), Invented("P-2")])
        try world.publish("r2", [], aliases: ["P-2": "P-1"], at: later + 10)
        try note("後の経過", later + 11)
        func words(_ id: CaseID, _ items: Set<ItemCode>) throws -> [String]? {
            try world.detail(id, items: items, at: later + 12)?.history.filter { $0.actor != "nightly" }.map(
                \.note)
        }
        #expect(try words(kept, few) == ["後の経過"])
        #expect(
            try world.detail(kept, items: few, at: later + 12)?.flags.flatMap(\.reasons).map(\.sentence) == [
                "架空の学校から"
            ])
        #expect(try words(kept, ["A01", "A07", "B06"]) == ["架空の保健師から", "前の経過", "後の経過"])
        // Parted again: each has its own, and who saw by what came over sees the case no more.
        try world.run("r3", [Invented("P-1"), Invented("P-2")])
        try world.publish("r3", [], regained: ["P-2": "P-2"], at: later + 12)
        #expect(try world.detail(kept, items: few, at: later + 12) == nil)
        #expect(try words(other, few) == ["架空の学校から"])
    }

    @Test("who refuses the purpose of cases has no such case any more; who refuses another one keeps it")
    func stopped() throws {
        let world = try world()
        let id = try world.open("P-1")
        try world.service.transaction { database in
            let docket = Docket(
                database: database, keys: world.service.keys, asOf: today, at: 0, standing: { _ in nil })
            let other = try docket.stop("P-1", rules: docket.rules(of: "programmes", among: [:]))
            let own = try docket.stop("P-1", rules: docket.rules(of: "support", among: [:]))
            #expect(other.isEmpty && own == [id])
        }
        #expect(try world.list().total == 0)
    }
}

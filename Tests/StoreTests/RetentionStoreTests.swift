import Domain
import Foundation
import TestSupport
import Testing

@testable import Policy
@testable import Store

private let officer = Actor.user("officer")
private let manager = Actor.user("manager")
private let years = 5

private func date(_ year: Int, _ month: Int, _ day: Int) -> Day { Day(year, month, day) ?? today }

extension World {
    /// A list with periods of five years, and counts as they come.
    fileprivate func list(on day: Day = today) throws -> RetentionList {
        let periods = RetentionPeriods(years: ["A07": years, "B06": years, .casework: years], on: day)
        let counts = try service.retentionCounts(
            periods, actor: officer, action: .operate, decision: grant(.operate, actor: officer), at: noon)
        return RetentionList(
            day: day, run: counts.run,
            lines: periods.years.keys.sorted().map { item in
                RetentionList.Line(
                    item: item, title: "", holder: "", years: years, facts: counts.facts[item]?.facts ?? 0,
                    persons: counts.facts[item]?.persons ?? 0)
            }, endedCases: counts.endedCases, unansweredDraws: counts.unansweredDraws,
            folders: counts.folders)
    }

    fileprivate func propose(_ list: RetentionList, by actor: Actor = officer) throws {
        try service.propose(
            retention: list, reason: "規程と照らした", actor: actor, decision: grant(.propose, actor: actor),
            at: noon)
    }

    fileprivate func approve(
        _ hash: String, by actor: Actor = manager, at: Date = noon
    ) throws -> KeptRetention {
        try service.approve(
            retention: hash, reason: "件数を確かめた", actor: actor, decision: grant(.approve, actor: actor), at: at)
    }
}

@Suite("What is kept no longer than its period")
struct RetentionStoreTests {
    private func world() throws -> World {
        let world = try World()
        try world.run("r", [Invented("P-1"), Invented("P-2")])
        try world.publish("r", [flag("P-1"), flag("P-2")])
        return world
    }

    @Test("a fact's period is over on the very day, counted from the latest its date may be of")
    func periods() {
        let cases: [(on: PartialDate?, asOf: Day?, day: (Int, Int, Int), isOver: Bool)] = [
            (.day(date(2020, 4, 1)), nil, (2025, 3, 31), false),
            (.day(date(2020, 4, 1)), nil, (2025, 4, 1), true),
            (.month(year: 2020, month: 4), nil, (2025, 4, 29), false),
            (.month(year: 2020, month: 4), nil, (2025, 4, 30), true),
            (.year(2020), nil, (2025, 12, 30), false), (.year(2020), nil, (2025, 12, 31), true),
            (.day(date(2020, 2, 29)), nil, (2025, 2, 28), true), (nil, Day(2020, 4, 1), (2025, 4, 1), true),
            (nil, Day(2020, 4, 2), (2025, 4, 1), false), (nil, nil, (2025, 4, 1), false),
        ]
        for (on, asOf, day, isOver) in cases {
            let periods = RetentionPeriods(years: ["B06": 5], on: date(day.0, day.1, day.2))
            let fact = Fact(item: "B06", kind: "3y", value: .code("受診"), on: on)
            #expect(periods.isOver(fact, asOf: asOf) == isOver, "\(String(describing: on)) \(day)")
            #expect(!periods.isOver(Fact(item: "C01", kind: "k", value: .number(1), on: on), asOf: asOf))
        }
    }

    @Test(
        "a state that still holds counts from its extract, and of two lists the one that keeps more is followed"
    )
    func lasting() {
        let old = Fact(item: "A07", kind: "status", value: .code("住登"), on: .day(date(2010, 1, 1)))
        // What cannot be reckoned is not over: a list from before such years were refused.
        let ever = RetentionPeriods(years: ["A07": 9999, .casework: .max], on: date(2026, 1, 1))
        #expect(!ever.isOver(caseEndedOn: date(1999, 1, 1)))
        #expect(
            !ever.isOver(
                Fact(item: "A07", kind: "status", value: .code("住登"), on: .day(date(1999, 1, 1))), asOf: nil))
        let plain = RetentionPeriods(years: ["A07": 5, "B06": 3], on: date(2026, 1, 1))
        let other = RetentionPeriods(
            years: ["A07": 2, "B06": 9, "C01": 1], lasting: ["A07": ["status"]], on: date(2026, 1, 1))
        #expect(plain.isOver(old, asOf: date(2025, 12, 1)))
        let both = plain.keepingMore(other)
        #expect(!both.isOver(old, asOf: date(2025, 12, 1)) && both.isOver(old, asOf: date(2021, 1, 1)))
        #expect(both.years == ["A07": 5, "B06": 9])
    }

    @Test("another ended case makes another list")
    func casesAreBound() throws {
        let world = try world()
        let end = today.adding(months: 12 * years)
        let before = try world.list(on: end)
        try world.sql("UPDATE cases SET state = '既支援' WHERE id = '\(world.firstCase())'")
        let after = try world.list(on: end)
        #expect((before.cases, after.cases) == (0, 1))
        #expect(try before.hash != after.hash)
    }

    @Test("facts are counted by item, with how many persons have them")
    func counts() throws {
        let world = try world()
        #expect(try world.list().lines.allSatisfy { $0.facts == 0 })
        let later = try world.list(on: today.adding(months: 12 * years)).lines
        #expect(later.map { "\($0.item) \($0.facts) \($0.persons)" } == ["A07 2 2", "B06 4 2", "R02 0 0"])
    }

    @Test("a list is approved by another person, as it was seen, and once")
    func twoPersons() throws {
        let world = try world()
        let list = try world.list()
        #expect(try world.service.approvedRetention() == nil)
        try world.propose(list)
        #expect(fault { try world.propose(list) }?.code == "retention.proposed")
        let hash = try list.hash
        #expect(fault { _ = try world.approve(hash, by: officer) }?.code == "retention.own")
        #expect(try world.refusals("retention.approve") == 1)
        #expect(fault { _ = try world.approve("0123456789abcdef") }?.code == "retention.unproposed")
        #expect(fault { _ = try world.approve(String(hash.prefix(11))) }?.code == "retention.unproposed")
        #expect(try world.service.approvedRetention() == nil)
        #expect(try world.approve(String(hash.prefix(12))).approver == "user:manager")
        #expect(try world.service.approvedRetention()?.list == list)
        #expect(fault { _ = try world.approve(hash) }?.code == "retention.approved")
        #expect(try world.list(on: today.adding(months: 1)).hash != hash)
    }

    @Test("the list that was approved last is followed, also where the clock was ahead before")
    func lastOne() throws {
        let world = try world()
        let (first, second) = (try world.list(), try world.list(on: today.adding(months: 1)))
        for list in [second, first] { try world.propose(list) }
        _ = try world.approve(first.hash, at: noon.addingTimeInterval(86_400))
        try world.service.acceptClock(reason: "時計が一日進んでいた", actor: operating, at: noon)
        _ = try world.approve(second.hash)
        #expect(try world.service.approvedRetention()?.list == second)
    }

    @Test(
        "an ended case past its period keeps counts alone: no person, no note, and a new case of the person is another"
    )
    func tombstone() throws {
        let world = try world()
        let id = try world.firstCase()
        let person = try world.service.exclusively { database in
            try database.statement("SELECT person FROM cases WHERE id = ?").first(id.rawValue) { $0.text(0) }
                ?? ""
        }
        try world.sql(
            "INSERT INTO case_event(case_id, at, actor, what, note) VALUES ('\(id)', 1, 'user:tanaka', '記録', '鯨岡の件')"
        )
        try world.sql("UPDATE cases SET state = '既支援' WHERE id = '\(id)'")
        let end = today.adding(months: 12 * years)
        let list = try world.list(on: end)
        #expect(list.endedCases == [id] && list.cases == 1)
        try world.propose(list)
        _ = try world.approve(try list.hash)
        func erase(_ day: Day, listed: Set<CaseID>? = nil) throws -> Int {
            let erased = try world.service.eraseEndedCases(
                RetentionPeriods(years: [.casework: years], on: day), listed: listed ?? [id],
                approved: list.hash, at: noon)
            #expect(try world.service.foldErasures())
            return erased
        }
        // What nobody saw on the list stays, and waits for another.
        let periods = RetentionPeriods(years: [.casework: years], on: end)
        #expect(try erase(end, listed: []) == 0)
        #expect(try world.service.endedCases(periods, besides: []) == 1)
        #expect(try world.service.endedCases(periods, besides: [id]) == 0)
        // Without a tombstone nothing goes.
        #expect(fault { try world.sql("DELETE FROM case_event WHERE case_id = '\(id)'") } != nil)
        #expect(try erase(end.adding(days: -1)) == 0)
        #expect(try erase(end) == 1)
        #expect(try erase(end) == 0)
        #expect(try world.count("SELECT count(*) FROM case_event WHERE case_id = '\(id)'") == 0)
        #expect(try world.count("SELECT count(*) FROM case_flag WHERE case_id = '\(id)'") == 0)
        #expect(
            try world.count("SELECT count(*) FROM cases WHERE person = '\(person)' OR founder = '\(person)'")
                == 0)
        #expect(try world.count("SELECT events FROM case_tombstone WHERE case_id = '\(id)'") == 2)
        let bytes = try Data(contentsOf: URL(filePath: world.folder.file("service.sqlite")))
        #expect(bytes.range(of: Data("鯨岡の件".utf8)) == nil)
        // An open case stays whole.
        #expect(try world.count("SELECT count(*) FROM queue") == 1)

        try world.run("s", [Invented("P-1"), Invented("P-2")])
        try world.publish("s", [flag("P-1"), flag("P-2")])
        #expect(try world.count("SELECT count(*) FROM queue WHERE person = '\(person)'") == 1)
        #expect(try world.count("SELECT count(*) FROM queue WHERE id = '\(id)'") == 0)
    }

    @Test("only folders of publications from before a moment are told, and never the one in service")
    func folders() throws {
        let world = try world()
        try world.run("s", [Invented("P-1")])
        try world.publish("s", [], at: noon.addingTimeInterval(60))
        #expect(try world.service.foldersReplaced(publishedBefore: noon).isEmpty)
        #expect(try world.service.foldersReplaced(publishedBefore: noon.addingTimeInterval(30)) == ["r"])
        #expect(try world.service.foldersReplaced(publishedBefore: noon.addingTimeInterval(90)) == ["r"])
        #expect(try world.list().folders == 1)
        try FileManager.default.removeItem(atPath: world.folder.file("runs/r"))
        #expect(try world.list().folders == 0, "only what is on the disk is counted")
    }
}

import Domain
import Foundation
import TestSupport
import Testing

@testable import Policy
@testable import Store

/// A night's flags: those of the world as the reader may see it, and the withheld ones beside them.
private struct Night {
    var visible: [Flag] = []
    var withheld: [Flag] = []
}

/// What of a page may depend on a reader's sight; ids of cases differ between two workspaces' keys.
private struct Seen: Hashable {
    let person: PersonID
    let state: CaseState
    let urgency: Urgency
    let difficulties: [Difficulty]
    let titles: [String]
    let since: Day
    let openedOn: Day
    let total: Int
    let cursor: [Int]?

    init(_ line: CaseSummary, of page: CasePage) {
        (person, state, urgency, difficulties) = (line.person, line.state, line.urgency, line.difficulties)
        (titles, since, openedOn, total) = (line.ruleTitles, line.since, line.openedOn, page.total)
        cursor = page.next.map { [$0.urgency, $0.rank, $0.since] }
    }
}

/// Visible flags come once and go once; withheld ones come and go as they like.
private func nights(_ generator: inout SeededGenerator, people: Int) -> [Night] {
    var nights = [Night](repeating: Night(), count: 3)
    func any<Value>(_ values: [Value]) -> Value { values[Int.random(in: values.indices, using: &generator)] }
    func made(_ person: Int, _ rule: RuleID, _ items: [[ItemCode]]) -> Flag {
        flag(
            PersonID("P-\(person)"), rule, urgency: any([.immediate, .normal, .offer]),
            difficulties: any([[.abuse], [.poverty], [.abuse, .truancy]]),
            // Every person's own days, so that no tie falls to the ids.
            since: today.adding(days: -10 * person - Int.random(in: 0..<10, using: &generator)),
            reasons: items)
    }
    for person in 1...people {
        for rule: RuleID in ["U1", "U2"] where Bool.random(using: &generator) {
            let flag = made(person, rule, any([[["B06"]], [["B06"], ["A07"]]]))
            let first = Int.random(in: 0..<3, using: &generator)
            for night in first...Int.random(in: first..<3, using: &generator) {
                nights[night].visible.append(flag)
            }
        }
        for rule: RuleID in ["X1", "X2"] {
            for night in 0..<3 where Int.random(in: 0..<3, using: &generator) == 0 {
                nights[night].withheld.append(made(person, rule, any([[["D01"]], [["B06", "D01"]]])))
            }
        }
    }
    return nights
}

private func pages(_ world: borrowing World) throws -> [Seen] {
    var (seen, cursor): ([Seen], CaseCursor?) = ([], nil)
    repeat {
        let page = try world.service.cases(
            actor: staff, deciding: .support { _ in grant(.list, items: ["B06", "A07"]) }, after: cursor,
            limit: 3,
            at: noon)
        seen += page.items.map { Seen($0, of: page) }
        cursor = page.next
    } while cursor != nil
    return seen
}

@Suite struct SightTests {
    @Test("Flags that a reader may not see change nothing in what the reader sees, night after night")
    func withheldFlagsChangeNothing() throws {
        for round in 0..<UInt64(caseCount(12)) {
            var generator = SeededGenerator(seed: testSeed &+ round)
            let people = (1...8).map { Invented(PersonID("P-\($0)")) }
            let nights = nights(&generator, people: people.count)
            let bare = try World()
            let full = try World()
            for (index, night) in nights.enumerated() {
                for (withheld, world) in [(false, 0), (true, 1)] {
                    let flags = withheld ? night.visible + night.withheld : night.visible
                    if world == 0 {
                        try bare.run("r\(index)", people)
                        try bare.publish("r\(index)", flags)
                    } else {
                        try full.run("r\(index)", people)
                        try full.publish("r\(index)", flags)
                    }
                }
                #expect(try pages(bare) == pages(full), "seed \(testSeed), round \(round), night \(index)")
            }
        }
    }

    @Test func aReasonThatIsCutAwayTakesItsAgeWithIt() throws {
        let world = try World()
        try world.run("r", [Invented("P-1")])
        let old = today.adding(days: -400)
        try world.publish("r", [flag("P-1", since: old, reasons: [["B06"], ["D01"]])])
        func since(_ items: Set<ItemCode>) throws -> Day? {
            try world.service.cases(
                actor: staff, deciding: .support { _ in grant(.list, items: items) }, after: nil, limit: 9,
                at: noon
            ).items.first?.since
        }
        #expect(try since(["B06", "D01"]) == old)
        #expect(try since(["B06"]) == today)
    }

    @Test func theHistoryTellsOnlyOfFlagsTheReaderMaySee() throws {
        let world = try World()
        for run in ["r1", "r2"] { try world.run(run, [Invented("P-1")]) }
        try world.publish("r1", [flag("P-1", "X1", reasons: [["D01"]])])
        try world.publish("r2", [flag("P-1"), flag("P-1", "X2", reasons: [["D01"]])])
        func notes(_ items: Set<ItemCode>) throws -> [String] {
            let detail = try world.service.caseDetail(
                world.firstCase(), actor: staff, deciding: .support { _ in grant(.read, items: items) },
                at: noon)
            return detail?.history.map { "\($0.what) \($0.note.contains("規則X"))" } ?? []
        }
        #expect(try notes(["B06"]) == ["きっかけの確認 false"])
        #expect(try notes(["B06", "D01"]).count == 4)
        #expect(try notes(["A07"]).isEmpty)
    }

    @Test func aCaseThatPeopleWorkOnStaysForThoseWhoCouldSeeItsFlags() throws {
        let world = try World()
        for run in ["r1", "r2"] { try world.run(run, [Invented("P-1")]) }
        try world.publish("r1", [flag("P-1"), flag("P-1", "X1", reasons: [["D01"]])])
        try world.sql(
            """
            INSERT INTO case_event(case_id, at, actor, what, note) SELECT id, 0, 'user:tanaka', 'メモ', '' FROM cases;
            UPDATE cases SET state = '確認中'
            """)
        try world.publish("r2", [])
        func list(_ items: Set<ItemCode>) throws -> CasePage {
            try world.service.cases(
                actor: staff, deciding: .support { _ in grant(.list, items: items) }, after: nil, limit: 9,
                at: noon)
        }
        #expect(
            try list(["B06"]).items.map(\.state) == [.checking] && list(["B06"]).items[0].ruleTitles.isEmpty)
        #expect(try list(["D01"]).total == 1)
        #expect(try list(["A07"]).total == 0)
    }

    @Test func aFileOfTheFirstSchemaIsTakenOver() throws {
        let folder = try ScratchFolder()
        let path = folder.file("service.sqlite")
        let keys = try WorkspaceKeys.create(folder: folder.file("keys"))
        let old = try Database(path: path, mode: .durable)
        try old.migrate([serviceMigrations[0]])
        try old.execute(
            """
            INSERT INTO cases VALUES ('C-1', 'P-1', 'P-1', 1, '候補', 1, 1, 20000, 20700, 0);
            INSERT INTO case_flag VALUES ('C-1', 'U1', '\(json(flag("P-1")))');
            INSERT INTO case_event(case_id, at, actor, what, note) VALUES ('C-1', 0, 'nightly', '候補登録', '2件'), ('C-1', 0, 'user:a', 'メモ', '');
            INSERT INTO user(id, display_name, password, created_at) VALUES ('a', 'あ', 'x', 0);
            """)
        let store = try ServiceStore(path: path, keys: keys, runsFolder: folder.file("runs"))
        #expect(try store.users(by: operating, at: noon).map(\.displayName) == ["あ"])
        try store.exclusively { database in
            let row = try #require(try CaseRow.one("C-1", in: database))
            let flags = try CaseFlag.all(of: "C-1", in: database)
            #expect(row.isTouched && flags.map(\.raisedOn) == [Day(number: 20_700)] && !flags[0].isGone)
            let hidden = try database.statement("SELECT count(*) FROM case_event WHERE rule = ''").first {
                $0.int(0)
            }
            #expect(hidden == 1)
        }
    }
}

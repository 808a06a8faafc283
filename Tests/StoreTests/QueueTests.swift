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

extension World {
    fileprivate func addWorker() throws {
        try service.addUser(
            "sato", displayName: "架空 sato", roles: [], password: "架空の合言葉 夜明けの若葉野", by: operating, at: noon)
    }
}

// MARK: - Narrowed down

@Test("a list is narrowed down by what the reader sees, and by nothing else")
func filters() throws {
    let world = try World()
    var people = (1...4).map { Invented(PersonID("P-\($0)")) }
    for (index, age) in [2, 5, 9, 14].enumerated() {
        people[index].identifiers.birth = .day(today.adding(days: -365 * age - 60))
    }
    try world.run("r", people)
    try world.publish(
        "r",
        [
            flag("P-1"), flag("P-2", difficulties: [.poverty]), flag("P-3", "S1", reasons: [["A07"]]),
            flag("P-4", difficulties: [.poverty]),
            flag("P-4", "S1", difficulties: [.truancy], reasons: [["A07"]]),
        ])
    try world.addWorker()
    try world.sql("UPDATE cases SET holder = 'sato', due_on = \(today.number - 1) WHERE person = 'P-1'")
    try world.sql("UPDATE cases SET offered_to = 'sato', due_on = \(today.number) WHERE person = 'P-2'")
    func found(
        _ filter: CaseFilter, items: Set<ItemCode> = ["A07", "B06"],
        parts: Set<IdentifierPart> = Set(IdentifierPart.allCases)
    ) throws -> Set<PersonID> {
        let page = try world.service.cases(
            actor: staff, deciding: .support { _ in grant(.list, items: items, parts: parts) }, only: filter,
            after: nil, limit: 50, at: noon)
        #expect(page.total == page.items.count && page.queues.values.reduce(0, +) >= page.total)
        return Set(page.items.map(\.person))
    }
    #expect(try found(.init(difficulty: .poverty)) == ["P-2", "P-4"])
    #expect(try found(.init(rule: "S1")) == ["P-3", "P-4"])
    #expect(try found(.init(.mine("sato"))) == ["P-1", "P-2"])
    #expect(try found(.init(.overdue(today))) == ["P-1"])
    #expect(try found(.init(holder: .user("sato"))) == ["P-1"])
    #expect(try found(.init(holder: .nobody)) == ["P-2", "P-3", "P-4"])
    #expect(try found(.init(ages: .init(5...9, on: today))) == ["P-2", "P-3"])
    #expect(
        try found(.init(holder: .nobody, difficulty: .poverty, ages: .init(10...20, on: today))) == ["P-4"])
    // Who sees 住登 alone sees neither the other rule's flag nor its difficulty; who is told no birth, no age.
    #expect(try found(.init(), items: ["A07"]) == ["P-3", "P-4"])
    #expect(try found(.init(rule: "U1"), items: ["A07"]).isEmpty)
    #expect(try found(.init(difficulty: .poverty), items: ["A07"]).isEmpty)
    #expect(try found(.init(ages: .init(0...20, on: today)), parts: [.name]).isEmpty)
}

@Test("ended cases stand in a list of their own, the last ended first, as far as the reader may see them")
func endedCases() throws {
    let world = try World()
    try world.run("r", (1...4).map { Invented(PersonID("P-\($0)")) })
    try world.publish("r", [flag("P-1"), flag("P-2"), flag("P-3", "S1", reasons: [["A07"]]), flag("P-4")])
    for (person, days) in [("P-1", 1), ("P-2", 3), ("P-3", 2)] {
        let at = noon.addingTimeInterval(Double(days) * 86_400).milliseconds
        try world.sql("UPDATE cases SET state = '支援接続' WHERE person = '\(person)'")
        // A note that follows does not end it anew.
        for (before, note, at) in [("確認中", "終える", at), ("支援接続", "あとの話", at + 90 * 86_400_000)] {
            try world.sql(
                """
                INSERT INTO case_event(case_id, at, actor, what, note, change)
                SELECT id, \(at), 'user:sato', '記録', '\(note)',
                    '{"before":{"state":"\(before)"},"after":{"state":"支援接続"},"isUndo":false}'
                FROM cases WHERE person = '\(person)'
                """)
        }
    }
    func ended(_ items: Set<ItemCode>? = nil, after: CaseCursor? = nil, limit: Int = 50) throws -> CasePage {
        try world.service.cases(
            actor: staff, deciding: .support { _ in items.map { grant(.list, items: $0) } ?? grant(.list) },
            only: .init(.ended), after: after, limit: limit, at: noon)
    }
    let all = try ended()
    #expect(all.items.map(\.person) == ["P-2", "P-3", "P-1"] && all.total == 3)
    #expect(all.items.map(\.endedOn) == [3, 2, 1].map { today.adding(days: $0) })
    #expect(all.queues.values.reduce(0, +) == 1)
    let first = try ended(limit: 2)
    #expect(
        try first.items.map(\.person) + ended(after: first.next).items.map(\.person)
            == all.items.map(\.person))
    #expect(try ended(["A07"]).items.map(\.person) == ["P-3"])
    // Opened again, it is of the other list.
    try world.sql("UPDATE cases SET state = '確認中' WHERE person = 'P-2'")
    #expect(try ended().items.map(\.person) == ["P-3", "P-1"] && list(world).total == 2)
}

@Test(
    "an ended case is listed, counted and narrowed down by the 支援措置 of today, not by that of the day it ended"
)
func endedUnderProtection() throws {
    let world = try World()
    try world.run("r", [Invented("P-1"), Invented("P-2")])
    try world.publish("r", [flag("P-1"), flag("P-2")])
    try world.sql(
        """
        UPDATE cases SET state = '支援接続';
        INSERT INTO case_event(case_id, at, actor, what, note, change) SELECT id, \(noon.milliseconds), 'user:sato', '記録', '終える',
            '{"before":{"state":"確認中"},"after":{"state":"支援接続"},"isUndo":false}' FROM cases;
        """)
    func ended() throws -> CasePage {
        try world.service.cases(
            actor: staff, deciding: .support { $0.isProtected ? refusal : grant(.list) }, only: .init(.ended),
            after: nil, limit: 1, at: noon)
    }
    #expect(try ended().total == 2)
    try world.run("s", [Invented("P-1"), Invented("P-2", isProtected: true)])
    try world.publish("s", [])
    let page = try ended()
    #expect(page.total == 1 && page.items.map(\.person) == ["P-1"] && page.next == nil)
    // Brought up anew where the case changes after that night.
    try world.sql("UPDATE cases SET due_on = \(today.number) WHERE person = 'P-2'")
    #expect(try ended().total == 1)
}

@Test("what somebody keeps is their own: 20 lists at most, names of up to 40 characters")
func keptLists() throws {
    let world = try World()
    for user in ["sato", "tanaka"] as [UserID] {
        try world.service.addUser(
            user, displayName: "架空", roles: [], password: "架空の合言葉 夜明けの若葉野", by: operating, at: noon)
    }
    for number in 1...20 { try world.service.keep("queue=mine", as: "一覧\(number)", of: "sato") }
    #expect(throws: Fault.self) { try world.service.keep("queue=mine", as: "もう一つ", of: "sato") }
    try world.service.keep("queue=ended", as: "一覧1", of: "sato")
    for name in ["", String(repeating: "長", count: 41)] {
        #expect(throws: Fault.self) { try world.service.keep("queue=mine", as: name, of: "tanaka") }
    }
    try world.service.keep("queue=mine", as: String(repeating: "長", count: 40), of: "tanaka")
    try world.service.forgetCaseView("一覧2", of: "sato")
    try world.service.forgetCaseView("一覧3", of: "tanaka")
    let kept = try world.service.caseViews(of: "sato")
    #expect(kept.count == 19 && kept.first == KeptCaseView(name: "一覧1", query: "queue=ended"))
    try world.service.removeUser("tanaka", by: operating, at: noon)
    #expect(try world.service.caseViews(of: "tanaka").isEmpty)
}

// MARK: - Kept from one list to the next

@Test(
    "a list kept from before, or made ahead, says what one made anew says, whatever another process changed")
func keptOrdersAreTheOrdersOfNow() throws {
    let world = try World()
    try world.addWorker()
    var generator = SeededGenerator(seed: testSeed)
    var people = (1...9).map { Invented(PersonID("P-\($0)")) }
    for index in people.indices {
        people[index].identifiers.birth = .day(
            today.adding(days: -Int.random(in: 0...5000, using: &generator)))
    }
    func flags() -> [Flag] {
        people.flatMap { person in
            (["U1", "S1"] as [RuleID]).compactMap { rule -> Flag? in
                guard Int.random(in: 0...2, using: &generator) > 0 else { return nil }
                return flag(
                    person.id, rule,
                    urgency: [Urgency.immediate, .normal, .offer].randomElement(using: &generator) ?? .normal,
                    since: today.adding(days: -Int.random(in: 0...3, using: &generator)),
                    reasons: [[rule == "U1" ? "B06" : "A07"]])
            }
        }
    }
    try world.run("r", people)
    try world.publish("r", flags())
    let readers: [Decisions] = [
        .support { _ in grant(.list) }, .support { _ in grant(.list, items: ["A07"]) },
        .support { $0.isProtected ? refusal : grant(.list) },
    ]
    func pages(_ service: ServiceStore, _ reader: Decisions, _ filter: CaseFilter) throws -> [CasePage] {
        var (pages, cursor): ([CasePage], CaseCursor?) = ([], nil)
        repeat {
            let page = try service.cases(
                actor: staff, deciding: reader, only: filter, after: cursor, limit: 3, at: noon)
            pages.append(page)
            cursor = page.next
        } while cursor != nil
        return pages
    }
    func another() throws -> ServiceStore {
        try ServiceStore(
            path: world.folder.file("service.sqlite"),
            keys: WorkspaceKeys.load(folder: world.folder.file("keys")),
            runsFolder: world.folder.file("runs"))
    }
    let other = try another()
    var madeAhead = 0
    for step in 0..<60 {
        let person = "'P-\(Int.random(in: 1...9, using: &generator))'"
        let its = "(SELECT id FROM cases WHERE person = \(person))"
        let state = ["候補", "確認中", "見守り", "対象外", "取下げ"].randomElement(using: &generator) ?? ""
        let changes = [
            "UPDATE OR IGNORE cases SET state = '\(state)' WHERE person = \(person)",
            "UPDATE cases SET protected = 1 - protected WHERE person = \(person)",
            "UPDATE cases SET holder = 'sato', due_on = \(today.number - 1) WHERE person = \(person)",
            "UPDATE cases SET holder = NULL, offered_to = 'sato' WHERE person = \(person)",
            "UPDATE case_flag SET is_gone = 1 - is_gone WHERE case_id IN \(its)",
            "DELETE FROM case_flag WHERE rule = 'U1' AND case_id IN \(its)",
            "INSERT INTO case_event(case_id, at, actor, what, note) SELECT id, 1, 'user:sato', '記録', 'x' FROM cases WHERE person = \(person)",
            "",
        ]
        let change = changes.randomElement(using: &generator) ?? ""
        if change.isEmpty {
            try world.run("r\(step)", people)
            _ = try other.publish(
                NewPublication(
                    summary: RunSummary(run: RunID("r\(step)"), asOf: today), folder: "r\(step)",
                    flags: flags(), standings: [:], aliases: [:]), at: noon)
        } else {
            try other.exclusively { try $0.execute(change) }
        }
        // With the births of the index of names, and without.
        if Bool.random(using: &generator) { try other.renewNames() }
        if Bool.random(using: &generator), try world.service.prepareQueue() { madeAhead += 1 }
        var filter = CaseFilter()
        filter.part =
            [.open, .ended, .queue(.checking), .mine("sato"), .overdue(today)].randomElement(
                using: &generator) ?? .open
        filter.holder = [nil, nil, .nobody, .user("sato")].randomElement(using: &generator) ?? nil
        filter.rule = [nil, nil, "U1", "S1"].randomElement(using: &generator) ?? nil
        filter.difficulty = [nil, nil, .poverty].randomElement(using: &generator) ?? nil
        filter.ages = [nil, .init(0...6, on: today)].randomElement(using: &generator) ?? nil
        for (index, reader) in readers.enumerated() {
            for filter in [CaseFilter(), filter] {
                let (kept, anew) = (
                    try pages(world.service, reader, filter), try pages(another(), reader, filter)
                )
                #expect(kept == anew, "reader \(index), step \(step), seed \(testSeed): \(change) \(filter)")
            }
        }
        #expect(try !world.service.prepareQueue(), "there is a list already")
    }
    #expect(madeAhead > 0, "seed \(testSeed)")
}

@Test("a list made ahead of another publication, or beside somebody sooner, is not put into service")
func aListMadeAheadTooLate() throws {
    let world = try World()
    try world.run("r", [Invented("P-1"), Invented("P-2")])
    try world.publish("r", [flag("P-1")])
    func people() throws -> [PersonID] { try list(world).items.map(\.person) }
    let late = try #require(try world.service.queueAhead())
    #expect(try world.service.queueAhead() == nil, "it is tried once")
    try world.run("r2", [Invented("P-1"), Invented("P-2")])
    try world.publish("r2", [flag("P-1"), flag("P-2")])
    try world.service.adopt(late)
    #expect(try people() == ["P-1", "P-2"])
    #expect(try world.service.queueAhead() == nil, "somebody was sooner")
    // Who is shredded while it is made is not in it.
    try world.run("r3", [Invented("P-1"), Invented("P-2")])
    try world.publish("r3", [flag("P-1"), flag("P-2")])
    let before = try #require(try world.service.queueAhead())
    let (officer, manager) = (Actor.user("privacy"), Actor.user("manager"))
    let proposed = try world.service.proposeShredding(
        of: "P-2", reason: "認めた", actor: officer, decision: grant(.register, actor: officer), at: noon)
    _ = try world.service.shred(
        proposed.id, reason: "確かめた", actor: manager, decision: grant(.register, actor: manager), at: noon)
    try world.service.adopt(before)
    #expect(try people() == ["P-1"])
}

@Test("answers that share a commit are given after it, each with its own event")
func sharedCommits() async throws {
    let world = try World()
    try world.run("r", [Invented("P-1")])
    try world.publish("r", [flag("P-1")])
    let (service, before) = (world.service, try world.service.auditSize())
    let answered = try await withThrowingTaskGroup(of: Int.self) { group in
        for thread in 0..<24 {
            group.addTask {
                // Every third is refused: what it wrote must not take the others along.
                let at = thread % 3 == 0 ? noon.addingTimeInterval(-3600) : noon
                let page = try? service.cases(
                    actor: staff, deciding: .support { _ in grant(.list) }, after: nil, limit: 9, at: at)
                return page?.items.count ?? 0
            }
        }
        return try await group.reduce(0, +)
    }
    #expect(try answered == 16 && world.service.auditSize() == before + 16)
    #expect(try world.service.auditVerify().problems.isEmpty)
}

@Test("where a shared commit fails, none of its answers is given")
func aSharedCommitThatFails() async throws {
    let folder = try ScratchFolder()
    let database = try Database(path: folder.file("x.sqlite"), mode: .durable)
    try database.execute(
        "CREATE TABLE a(id INTEGER PRIMARY KEY); CREATE TABLE b(a REFERENCES a DEFERRABLE INITIALLY DEFERRED)"
    )
    let turns = Turns(database: database)
    let first = Task.detached {
        try turns.sharing { database in
            try database.execute("INSERT INTO a VALUES (1)")
            while !turns.isAwaited { usleep(1000) }
        }
    }
    let second = Task.detached {
        // What no commit takes: the row that it points to is not there.
        try turns.sharing { try $0.execute("INSERT INTO b VALUES (7)") }
    }
    for outcome in [await first.result, await second.result] {
        #expect(throws: Fault.self) { try outcome.get() }
    }
    #expect(try turns.alone { try $0.statement("SELECT count(*) FROM a").first { $0.int(0) } } == 0)
}

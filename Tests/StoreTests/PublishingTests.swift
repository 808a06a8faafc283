import Domain
import Foundation
import TestSupport
import Testing

@testable import Store

private let people = [Invented("P-1"), Invented("P-2"), Invented("P-3")]

@Test func publishingOpensACaseForEachFlaggedPersonAndIsIdempotentByRun() throws {
    let world = try World()
    try world.run("r1", people)
    let counts = try world.publish("r1", [flag("P-2"), flag("P-1"), flag("P-1", "U2")])
    #expect((counts.new, counts.open, counts.withdrawn) == (2, 2, 0))
    let events = try world.count("SELECT count(*) FROM audit_event")
    #expect(try world.publish("r1", []) == counts)
    #expect(try world.count("SELECT count(*) FROM audit_event") == events)
    let publication = try #require(try world.service.currentPublication())
    #expect(publication.sequence == 1 && publication.run == "r1" && publication.publishedAt == noon)
    #expect(publication.summary.cases == counts)
    let expected = world.keys.caseID(person: "P-1", sequence: 1)
    #expect(try world.count("SELECT count(*) FROM cases WHERE id = '\(expected)'") == 1)
}

@Test func theNextNightRenewsWithdrawsAndLeavesWhatPeopleTouched() throws {
    let world = try World()
    for run in ["r1", "r2", "r3"] { try world.run(run, people) }
    try world.publish("r1", [flag("P-1"), flag("P-2"), flag("P-3")])
    try world.sql(
        "INSERT INTO case_event(case_id, at, actor, what, note) SELECT id, 0, 'user:tanaka', 'メモ', '' FROM cases WHERE person = 'P-3'"
    )
    let counts = try world.publish("r2", [flag("P-1", "U2", urgency: .immediate)])
    #expect((counts.new, counts.open, counts.withdrawn) == (0, 2, 1))
    #expect(try world.states() == ["P-1": "候補", "P-2": "取下げ", "P-3": "候補"])
    #expect(try world.count("SELECT count(*) FROM case_flag WHERE NOT is_gone") == 1)
    func history(_ person: String) throws -> [String] {
        try world.service.exclusively { database in
            var words: [String] = []
            try database.statement(
                "SELECT what FROM case_event WHERE case_id IN (SELECT id FROM cases WHERE person = ?) ORDER BY id"
            ).rows(person) { words.append($0.text(0)) }
            return words
        }
    }
    #expect(try history("P-1") == ["きっかけの確認", "きっかけの確認", "きっかけの解消"])
    #expect(try history("P-2") == ["きっかけの確認", "きっかけの解消"])
    #expect(try history("P-3") == ["きっかけの確認", "メモ", "きっかけの解消"])
    // Flagged again: a second case, not the old one; unchanged flags write no event.
    try world.publish("r3", [flag("P-1", "U2", urgency: .immediate), flag("P-2")])
    #expect(try history("P-1").count == 3)
    #expect(try world.count("SELECT count(*) FROM cases WHERE person = 'P-2'") == 2)
    #expect(try history("P-3").count == 3)
}

@Test func aFlagThatIsGoneDoesNotStandWhenItsRuleCannotTell() throws {
    let world = try World()
    for run in ["r1", "r2"] { try world.run(run, people) }
    try world.publish("r1", [flag("P-1"), flag("P-1", "U2")])
    try world.publish("r2", [flag("P-1", "U2")])
    let standing = try world.service.standingFlags(
        undecided: ["P-1": ["U1", "U2"]], besides: [], aliases: [:])
    #expect(standing == ["U2": 1])
}

@Test func aCaseFollowsAnAbsorbedPerson() throws {
    let world = try World()
    for run in ["r1", "r2"] { try world.run(run, people) }
    try world.publish("r1", [flag("P-1")])
    try world.publish("r2", [flag("P-3")], aliases: ["P-1": "P-2", "P-2": "P-3"])
    #expect(try world.states() == ["P-3": "候補"])
    #expect(try world.count("SELECT count(*) FROM case_event WHERE what = '名寄せによる引継ぎ'") == 1)
}

@Test func aCaseGoesBackWhenAMergeIsTakenBack() throws {
    let world = try World()
    for run in ["r1", "r2", "r3"] { try world.run(run, people) }
    try world.publish("r1", [flag("P-1")])
    try world.publish("r2", [flag("P-2")], aliases: ["P-1": "P-2"])
    #expect(try world.states() == ["P-2": "候補"])
    try world.publish("r3", [flag("P-1")], regained: ["P-1": "P-1"])
    #expect(try world.states() == ["P-1": "候補"])
    #expect(try world.count("SELECT count(*) FROM cases") == 1)
    #expect(try world.count("SELECT count(*) FROM case_event WHERE note LIKE '%別の人とされたため%'") == 1)
}

/// The merge is taken back, and the person is found to be a third one the same night.
@Test func aCaseThatGoesToSomebodyWithAnOpenCaseLeavesTheOlderOpen() throws {
    let world = try World()
    for run in ["r1", "r2", "r3"] { try world.run(run, people) }
    try world.publish("r1", [flag("P-1"), flag("P-3")])
    try world.publish("r2", [flag("P-2"), flag("P-3")], aliases: ["P-1": "P-2"])
    let counts = try world.publish(
        "r3", [flag("P-3")], aliases: ["P-1": "P-3"], regained: ["P-1": "P-3"])
    #expect(counts.open == 1)
    #expect(try world.count("SELECT count(*) FROM cases WHERE person = 'P-3'") == 2)
}

@Test func ofTwoOpenCasesOfOnePersonTheOlderStays() throws {
    let world = try World()
    for run in ["r1", "r2", "r3"] { try world.run(run, people) }
    try world.publish("r1", [flag("P-2")])
    try world.sql("UPDATE cases SET opened_on = opened_on - 30")
    try world.publish("r2", [flag("P-2"), flag("P-1")])
    let older = world.keys.caseID(person: "P-2", sequence: 1)
    let newer = world.keys.caseID(person: "P-1", sequence: 1)
    // The absorbed person's case is the older one here, and must survive its person.
    let counts = try world.publish("r3", [flag("P-1")], aliases: ["P-2": "P-1"])
    #expect(counts.open == 1)
    #expect(try world.firstCase() == older)
    #expect(try world.count("SELECT count(*) FROM cases WHERE person = 'P-1'") == 2)
    #expect(
        try world.count("SELECT count(*) FROM case_event WHERE case_id = '\(newer)' AND what = '取下げ'") == 1)
}

/// Both were being worked on; the merge was wrong.
@Test func aMergeOfTwoOpenCasesThatIsTakenBackGivesBothAsTheyWere() throws {
    let world = try World()
    for run in ["r1", "r2", "r3", "r4"] { try world.run(run, people) }
    try world.publish("r1", [flag("P-1")])
    try world.sql("UPDATE cases SET opened_on = opened_on - 30")
    try world.publish("r2", [flag("P-1"), flag("P-2", "U2")])
    let older = world.keys.caseID(person: "P-1", sequence: 1)
    let newer = world.keys.caseID(person: "P-2", sequence: 1)
    try world.sql(
        """
        UPDATE cases SET state = '支援会議' WHERE id = '\(older)'; UPDATE cases SET state = '見守り' WHERE id = '\(newer)';
        INSERT INTO case_event(case_id, at, actor, what, note) SELECT id, 0, 'user:tanaka', 'メモ', '' FROM cases;
        """)
    func state(_ id: CaseID) throws -> String {
        try world.service.exclusively {
            try $0.statement("SELECT person || ' ' || state FROM cases WHERE id = ?").first(id.rawValue) {
                $0.text(0)
            } ?? ""
        }
    }
    // Whichever of the two ids lives on.
    try world.publish("r3", [flag("P-2"), flag("P-2", "U2")], aliases: ["P-1": "P-2"])
    #expect(try state(older) == "P-2 支援会議" && state(newer) == "P-2 取下げ")
    let counts = try world.publish("r4", [flag("P-1"), flag("P-2", "U2")], regained: ["P-1": "P-1"])
    #expect(try state(older) == "P-1 支援会議" && state(newer) == "P-2 見守り")
    #expect(counts.open == 2 && counts.new == 0)
    #expect(
        try world.count(
            "SELECT count(*) FROM case_flag WHERE case_id = '\(newer)' AND rule = 'U2' AND NOT is_gone") == 1)
    #expect(
        try world.count("SELECT count(*) FROM case_event WHERE case_id = '\(newer)' AND note LIKE '%見守り%'")
            == 1)
    #expect(try world.count("SELECT count(*) FROM case_joined") == 0)
}

/// While the source is away, nothing speaks against what it said of each of the two.
@Test func flagsThatStoodWhenCasesWereJoinedAreEachTheirPersonsAgain() throws {
    let world = try World()
    for run in ["r1", "r2", "r3"] { try world.run(run, people) }
    try world.publish("r1", [flag("P-1"), flag("P-2", "U2")])
    let away: [PersonID: Set<RuleID>] = ["P-1": ["U2"], "P-2": ["U2"]]
    try world.publish("r2", [flag("P-1")], aliases: ["P-2": "P-1"], undecided: away)
    try world.publish("r3", [flag("P-1")], regained: ["P-2": "P-2"], undecided: away)
    for (person, rules) in [("P-1", "U1"), ("P-2", "U2")] as [(PersonID, String)] {
        let standing = try world.service.exclusively { database in
            try database.statement(
                """
                SELECT group_concat(f.rule) FROM queue q JOIN case_flag f ON f.case_id = q.id
                WHERE q.person = ? AND NOT f.is_gone
                """
            ).first(person.rawValue) { $0.text(0) }
        }
        #expect(standing == rules, "\(person)")
    }
}

@Test func ofTwoOpenCasesTheOneThatPeopleWorkOnStays() throws {
    let world = try World()
    for run in ["r1", "r2", "r3"] { try world.run(run, people) }
    try world.publish("r1", [flag("P-1")])
    try world.sql("UPDATE cases SET opened_on = opened_on - 30")
    try world.publish("r2", [flag("P-1"), flag("P-2")])
    let newer = world.keys.caseID(person: "P-2", sequence: 1)
    try world.sql(
        "INSERT INTO case_event(case_id, at, actor, what, note) VALUES ('\(newer)', 0, 'user:tanaka', 'メモ', '')"
    )
    try world.publish("r3", [flag("P-1")], aliases: ["P-2": "P-1"])
    #expect(try world.firstCase() == newer && world.count("SELECT count(*) FROM queue") == 1)
}

@Test func aFlagThatStandsGoesToTheOlderCaseOfThePersonItWasMergedWith() throws {
    let world = try World()
    for run in ["r1", "r2", "r3"] { try world.run(run, people) }
    try world.publish("r1", [flag("P-1")])
    try world.sql("UPDATE cases SET opened_on = opened_on - 30")
    try world.publish("r2", [flag("P-1"), flag("P-2", "U2"), flag("P-2", "U3")])
    let undecided: [PersonID: Set<RuleID>] = ["P-1": ["U2"]]
    let standing = try world.service.standingFlags(
        undecided: undecided, besides: [flag("P-1")], aliases: ["P-2": "P-1"])
    #expect(standing == ["U2": 1])
    let counts = try world.publish("r3", [flag("P-1")], aliases: ["P-2": "P-1"], undecided: undecided)
    #expect(counts.open == 1)
    let older = world.keys.caseID(person: "P-1", sequence: 1)
    for (rule, expected) in [("U1", 1), ("U2", 1), ("U3", 0)] {
        #expect(
            try world.count(
                "SELECT count(*) FROM case_flag WHERE case_id = '\(older)' AND rule = '\(rule)' AND NOT is_gone"
            ) == expected, "\(rule)")
    }
    #expect(
        try world.count(
            "SELECT count(*) FROM case_event WHERE case_id = '\(older)' AND rule = 'U2' AND what = '名寄せによる引継ぎ'"
        ) == 1)
}

@Test func aCircleOfAliasesDoesNotHang() throws {
    let world = try World()
    for run in ["r1", "r2"] { try world.run(run, people) }
    try world.publish("r1", [flag("P-1")])
    try world.publish("r2", [flag("P-1")], aliases: ["P-1": "P-2", "P-2": "P-1"])
    #expect(try world.count("SELECT count(*) FROM queue") == 1)
}

@Test(
    "A publishing that fails at any table leaves the old publication",
    arguments: [
        "cases", "case_flag", "case_event", "publication", "audit_event", "audit_checkpoint",
    ])
func aFailureLeavesTheOldPublication(table: String) throws {
    let world = try World()
    for run in ["r1", "r2"] { try world.run(run, people) }
    try world.publish("r1", [flag("P-1")])
    let cases = try world.states()
    try world.sql("CREATE TRIGGER stop BEFORE INSERT ON \(table) BEGIN SELECT RAISE(ABORT, 'stopped'); END")
    #expect(throws: Fault.self) { try world.publish("r2", [flag("P-2")]) }
    #expect(try world.service.currentPublication()?.run == "r1")
    #expect(try world.states() == cases)
    try world.sql("DROP TRIGGER stop")
    try world.publish("r2", [flag("P-2")])
    #expect(try world.states() == ["P-1": "取下げ", "P-2": "候補"])
    #expect(try world.service.auditVerify().problems.isEmpty)
}

@Test func aFullDiskIsSaidSoAndTheOldPublicationStaysReadable() throws {
    let world = try World()
    for run in ["r1", "r2"] { try world.run(run, people) }
    try world.publish("r1", [flag("P-1")])
    try world.service.exclusively { database in
        let pages = try database.statement("PRAGMA page_count").first { $0.int(0) } ?? 0
        try database.execute("PRAGMA max_page_count = \(pages)")
    }
    let many = (0..<200).map { flag(PersonID("P-\($0)"), reasons: Array(repeating: ["B06"], count: 20)) }
    let fault = fault { try world.publish("r2", many) }
    #expect(fault?.code == "disk.full" && fault?.kind == .inputOutput)
    #expect(try world.service.currentPublication()?.run == "r1")
    #expect(try world.states() == ["P-1": "候補"])
    try world.service.exclusively { try $0.execute("PRAGMA max_page_count = 1000000") }
    #expect(try world.publish("r2", many).open == 200)
}

@Test func aPublisherThatIsKilledLeavesTheOldPublication() async throws {
    let world = try World()
    for run in ["r1", "r2"] { try world.run(run, people) }
    try world.publish("r1", [flag("P-1")])
    // Publishing never gets beyond its last table, so the kill always hits it in its transaction.
    try world.sql(
        """
        CREATE TRIGGER stop AFTER INSERT ON audit_checkpoint BEGIN
            SELECT count(*) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n);
        END
        """)
    let folder = world.folder.path
    await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String] in
        let thread = Thread {
            Thread.sleep(forTimeInterval: 1)
            kill(getpid(), SIGKILL)
        }
        thread.start()
        let keys = try WorkspaceKeys.load(folder: folder + "/keys")
        let service = try ServiceStore(
            path: folder + "/service.sqlite", keys: keys, runsFolder: folder + "/runs")
        _ = try service.publish(
            NewPublication(
                summary: RunSummary(run: "r2", asOf: today), folder: "r2", flags: [flag("P-2")],
                standings: [:]),
            at: noon)
    }
    #expect(try world.service.currentPublication()?.run == "r1")
    #expect(try world.states() == ["P-1": "候補"])
    try world.sql("DROP TRIGGER stop")
    try world.publish("r2", [flag("P-2")])
    #expect(try world.service.currentPublication()?.run == "r2")
}

@Test func aFailureIsShownUntilANewerPublication() throws {
    let world = try World()
    try world.run("r1", people)
    try world.service.recordFailedRun(run: "r0", message: "抽出が届いていません。", at: noon)
    #expect(try world.service.lastFailure()?.message == "抽出が届いていません。")
    try world.publish("r1", [], at: noon.addingTimeInterval(60))
    #expect(try world.service.lastFailure() == nil)
    try world.service.recordFailedRun(run: "r2", message: "関門", at: noon.addingTimeInterval(120))
    #expect(
        try world.service.lastFailure()
            == FailedRun(run: "r2", at: noon.addingTimeInterval(120), message: "関門"))
}

@Test func protectionReachesOpenCasesAndIsNotLostWhenTheNightKnowsNothing() throws {
    let world = try World()
    try world.run("r1", [Invented("P-1"), Invented("P-2")])
    try world.publish("r1", [flag("P-1"), flag("P-2")])
    try world.sql(
        "INSERT INTO case_event(case_id, at, actor, what, note) SELECT id, 0, 'user:tanaka', 'メモ', '' FROM cases"
    )
    func protected() throws -> Int { try world.count("SELECT sum(protected) FROM cases") }
    #expect(try protected() == 0)
    // Not flagged tonight, but protected: the touched case must know.
    try world.run("r2", [Invented("P-1", isProtected: true), Invented("P-2")])
    try world.publish("r2", [])
    #expect(try protected() == 1)
    try world.run("r3", [Invented("P-2")])
    try world.publish("r3", [])
    #expect(try protected() == 1)
    try world.run("r4", [Invented("P-1"), Invented("P-2")])
    try world.publish("r4", [])
    #expect(try protected() == 0)
}

@Test("a night that began and neither published nor failed is unfinished")
func aNightThatWasKilledIsTold() throws {
    let world = try World()
    try world.run("r1", [Invented("P-1")])
    #expect(try world.service.unfinishedNight() == nil)
    try world.service.recordStart(run: "r1", extracts: [:], at: noon)
    #expect(try world.service.unfinishedNight() == noon)
    try world.service.recordFailedRun(run: "r1", message: "関門", at: noon)
    #expect(try world.service.unfinishedNight() == nil)
    try world.service.recordStart(run: "r1", extracts: [:], at: noon.addingTimeInterval(60))
    #expect(try world.service.unfinishedNight() == noon.addingTimeInterval(60))
    try world.publish("r1", [])
    #expect(try world.service.unfinishedNight() == nil)
}

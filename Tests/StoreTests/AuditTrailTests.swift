import Domain
import Foundation
import Policy
import TestSupport
import Testing

@testable import Store

/// A trail of some length: nights, lists, reads and refusals.
private func busyWorld() throws -> World {
    let world = try World()
    let people = (1...3).map { Invented(PersonID("P-\($0)"), household: "h", isProtected: $0 == 2) }
    for night in 1...3 {
        let run = try world.run("r\(night)", people)
        let read = try world.service.auditedRead(
            of: run, actor: staff, purposes: [.support { _ in grant(.join) }], at: noon)
        try run.households(read) { _ in }
        try world.publish("r\(night)", people.map { flag($0.id) }, at: noon.addingTimeInterval(Double(night)))
        _ = try world.service.cases(
            actor: staff, deciding: .support { _ in grant(.list) }, after: nil, limit: 9, at: noon)
        _ = try world.service.caseDetail(
            world.firstCase(), actor: staff, deciding: .support { _ in grant(.read) }, at: noon)
    }
    return world
}

@Test func anUntouchedTrailHolds() throws {
    let world = try busyWorld()
    let report = try world.service.auditVerify()
    #expect(report.problems.isEmpty)
    #expect(report.events == 12 && report.checkpoints == 3 && report.root.count == 64)
    let note = try world.service.auditCheckpoint(at: noon)
    let held = try world.service.auditVerify(external: [AuditNote(place: "控え", text: note)])
    #expect(held.problems.isEmpty && held.covered == 12 && report.covered == 0)
}

@Test func theTrailIsCheckedWhileSomebodyElseHasTheTurnToWrite() throws {
    let world = try busyWorld()
    let (entered, checked) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let waited = Guarded<DispatchTimeoutResult?>(nil)
    let store = world.service
    let done = DispatchGroup()
    DispatchQueue.global().async(group: done) {
        try? store.exclusively { _ in
            entered.signal()
            let result = checked.wait(timeout: .now() + 20)
            waited.withLock { $0 = result }
        }
    }
    entered.wait()
    #expect(try store.auditVerify().problems.isEmpty)
    checked.signal()
    done.wait()
    #expect(waited.withLock { $0 } == .success)
}

@Test func whatOneFindsIsToldWithWhatWasLostAndStandsInTheTrail() throws {
    let world = try busyWorld()
    let note = AuditNote(place: "控え", text: try world.service.auditCheckpoint(at: noon))
    try world.service.beginVerification(by: staff, at: noon)
    let found = try world.service.verifyTrail(
        external: [note], isChosen: true, actor: staff, clock: { noon })
    #expect(found.isIntact && found.isRecorded && found.lost == 0)
    #expect(found.report.covered == 12 && found.uncovered == 1, "what began it came after the checkpoint")
    let last = try #require(try world.service.lastVerification().found)
    #expect(last.events == 13 && last.covered == 12 && last.problems == 0)
    let state = try #require(world.service.signedState(of: note.text))
    try world.service.acceptRestore(lost: [state], reason: "控えに戻した", actor: staff, at: noon)
    let after = try world.service.verifyTrail(external: [note], isChosen: true, actor: staff, clock: { noon })
    #expect(after.isIntact && after.lost == 1 && after.report.covered == 0)
}

@Test func theTrailGoesOnWhenTheServiceIsOpenedAgain() throws {
    let world = try busyWorld()
    let again = try ServiceStore(
        path: world.folder.file("service.sqlite"), keys: world.keys, runsFolder: world.folder.file("runs"))
    _ = try again.cases(
        actor: staff, deciding: .support { _ in grant(.list) }, after: nil, limit: 9, at: noon)
    let report = try again.auditVerify()
    #expect(report.events == 13 && report.problems.isEmpty)
}

@Test(
    "Every way of changing the past is found",
    arguments: [
        "UPDATE audit_event SET event = replace(event, 'tanaka', 'sato') WHERE sequence = 2",
        "DELETE FROM audit_event WHERE sequence = 5",
        "DELETE FROM audit_event WHERE sequence = (SELECT max(sequence) FROM audit_event)",
        "INSERT INTO audit_event SELECT max(sequence) + 1, '{}' FROM audit_event",
        "UPDATE audit_event SET event = (SELECT event FROM audit_event WHERE sequence = 3) WHERE sequence = 4",
        "UPDATE audit_range SET hashes = zeroblob(length(hashes))",
        "UPDATE audit_checkpoint SET note = replace(note, 'renkei/audit', 'renkei/other')",
    ])
func tampering(sql: String) throws {
    let world = try busyWorld()
    #expect(throws: Fault.self) { try world.sql("UPDATE audit_event SET event = ''") }
    #expect(throws: Fault.self) { try world.sql("DELETE FROM case_event") }
    try world.sql("DROP TRIGGER audit_event_kept; DROP TRIGGER audit_event_stays;")
    #expect(try world.service.auditVerify().problems.isEmpty)
    try world.sql(sql)
    #expect(try !world.service.auditVerify().problems.isEmpty)
}

@Test(
    "An event that was overwritten is named by the check, stands in its place in every list, and keeps nothing else from being read",
    arguments: ["'読めない'", "'{}'", "'null'", "replace(event, '\"at\":\"2', '\"at\":\"x')"])
func unreadable(event: String) throws {
    let world = try busyWorld()
    _ = try world.service.verifyTrail(external: [], isChosen: false, actor: staff, clock: { noon + 9 })
    try world.sql("DROP TRIGGER audit_event_kept; UPDATE audit_event SET event = \(event) WHERE sequence = 6")
    #expect(try world.service.auditVerify().problems.contains { $0.contains("監査記録の6番目は、出来事として読み取れません") })
    let deciding = Decisions.support { _ in grant(.audit, items: []) }
    for filter in [
        AccessFilter(), AccessFilter(.changes), AccessFilter(user: "nobody"), AccessFilter(person: "P-9"),
        AccessFilter(from: Day(iso: "2001-01-01"), to: Day(iso: "2001-01-02")),
    ] {
        let found = try world.service.accessRecords(
            filter, before: nil, limit: 100, actor: staff, deciding: deciding, at: noon + 10)
        #expect(found.records.filter { $0.at == nil }.map(\.sequence) == [6], "\(filter)")
        #expect(found.records.map(\.sequence) == found.records.map(\.sequence).sorted(by: >))
    }
    let last = try world.service.lastVerification()
    #expect(last.found?.events == 12 && last.unreadable == nil, "the check came after it")
    try world.sql("UPDATE audit_event SET event = \(event) WHERE sequence = 12")
    let none = try world.service.lastVerification()
    #expect(none.found == nil && none.unreadable == 12, "it may have been a check")
    #expect(try world.service.unfinishedNight() == nil)
}

@Test func aTrailThatWasRebuiltFromTheStartIsFoundByACheckpointKeptElsewhere() throws {
    let world = try busyWorld()
    let note = try world.service.auditCheckpoint(at: noon)
    let other = try busyWorld()
    // Everything consistent in itself, but with another past than the one that was signed.
    try #require(try other.service.auditVerify().problems.isEmpty)
    #expect(try other.service.auditVerify(external: [AuditNote(place: "控え", text: note)]).problems.count == 1)
}

@Test func noPersonalValueStandsInTheServiceFile() throws {
    let world = try busyWorld()
    try world.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    let data = try Data(contentsOf: URL(filePath: world.folder.file("service.sqlite")))
    for number in 1...3 {
        let person = Invented(PersonID("P-\(number)"))
        for text in person.contacts + ["若葉 P-\(number)子", "ワカバ"] {
            #expect(data.range(of: Data(text.utf8)) == nil, "\(text)")
        }
    }
    // Person ids stand in the cases, but the trail speaks of pseudonyms only.
    #expect(try world.count("SELECT count(*) FROM audit_event WHERE event LIKE '%P-%'") == 0)
    let pseudonym = world.keys.pseudonym(of: "P-1", domain: "audit")
    #expect(try world.count("SELECT count(*) FROM audit_event WHERE event LIKE '%\(pseudonym)%'") > 0)
}

@Test func whatIsTypedWhereAnIdBelongsDoesNotGetIntoTheTrail() throws {
    let world = try busyWorld()
    let filter = AccessFilter(nil, person: "P-若葉はるか", user: "若葉はるか", caseID: "若葉はるか")
    _ = try world.service.accessRecords(
        filter, before: nil, limit: 9, actor: staff, deciding: .support { _ in grant(.audit) }, at: noon)
    _ = try world.service.explainCase(
        "若葉はるか", actor: staff, deciding: .support { _ in grant(.explain) }, at: noon)
    _ = try world.service.caseDetail(
        "若葉はるか", actor: staff, deciding: .support { _ in grant(.read) }, at: noon)
    _ = try world.service.explainRow(
        file: "若葉はるか", line: 2, actor: staff, deciding: .support { _ in grant(.explain) }, at: noon)
    #expect(fault { _ = try world.service.relate("若葉はるか", to: [], by: staff, at: noon) }?.kind == .notFound)
    #expect(try world.count("SELECT count(*) FROM audit_event WHERE event LIKE '%若葉はるか%'") == 0)
    #expect(
        try world.count("SELECT count(*) FROM audit_event WHERE event LIKE '%\"user\":\"unknown\"%'") == 1)
}

// MARK: - The clock

@Test func aClockThatWentBackStopsEverythingUntilSomebodyLooked() throws {
    let world = try busyWorld()
    let (events, cases) = (try world.service.auditSize(), try world.states())
    let early = noon.addingTimeInterval(-3600)
    func list(at: Date) throws -> Int {
        try world.service.cases(
            actor: staff, deciding: .support { _ in grant(.list) }, after: nil, limit: 9, at: at
        ).items.count
    }
    for _ in 0..<2 {
        let fault = try #require(throws: Fault.self) { try list(at: early) }
        #expect(fault.code == "audit.clock" && fault.fix.contains("accept-clock"))
    }
    #expect(throws: Fault.self) { try world.publish("r1", [], at: early) }
    #expect(try world.service.auditSize() == events && world.states() == cases)
    // Where it did not go back there is nothing to accept, and nobody's work ends.
    #expect(
        fault { try world.service.acceptClock(reason: "念のため", actor: staff, at: noon) }?.code == "clock.right"
    )
    // A time server may step a little.
    #expect(try list(at: noon.addingTimeInterval(-60)) == 3)
    // What began by the wrong clock would not end for as long as it was wrong.
    try world.sql(
        """
        INSERT INTO user(id, display_name, password, created_at) VALUES ('u', '利用者', '', 0);
        INSERT INTO session(token, user, created_at, used_at) VALUES (x'01', 'u', 9999999999999, 9999999999999);
        """)
    try world.service.acceptClock(reason: "進みすぎていた", actor: staff, at: early)
    #expect(try world.count("SELECT count(*) FROM session") == 0)
    #expect(try list(at: early) == 3)
    #expect(throws: Fault.self) { try list(at: early.addingTimeInterval(-3600)) }
    #expect(try world.service.auditVerify().problems.isEmpty)
    let changes = try world.service.accessRecords(
        AccessFilter(.changes), before: nil, limit: 9, actor: staff,
        deciding: .support { _ in grant(.audit) },
        at: early)
    #expect(changes.records.map(\.what) == ["clock.accept"])
    #expect(changes.records.first?.references["reason"] == "進みすぎていた")
}

// MARK: - No audit write, no answer

/// As a full disk, a read-only one, and a trail somebody locked would be met at any read.
@Test(
    "Where the trail takes no event, nothing is answered and nothing changes",
    arguments: [
        "PRAGMA query_only = ON",
        "CREATE TEMP TRIGGER full BEFORE INSERT ON main.audit_event BEGIN SELECT RAISE(ABORT, 'x'); END",
        "DROP TABLE audit_event",
    ])
func noRecordNoAnswer(sql: String) throws {
    let world = try busyWorld()
    let (id, run) = (
        try world.firstCase(), try RunStore.open(folder: world.runFolder("r3"), keys: world.keys)
    )
    let size = try world.service.auditSize()
    #expect(world.service.trailObstacle(at: noon) == nil)
    #expect(try world.service.auditSize() == size)
    #expect(world.service.trailObstacle(at: noon.addingTimeInterval(-3600))?.code == "audit.clock")
    try world.sql(sql)
    #expect(world.service.trailObstacle(at: noon) != nil)
    let answers: [(String, () throws -> Void)] = [
        (
            "cases",
            {
                _ = try world.service.cases(
                    actor: staff, deciding: .support { _ in grant(.list) }, after: nil, limit: 9, at: noon)
            }
        ),
        (
            "caseDetail",
            {
                _ = try world.service.caseDetail(
                    id, actor: staff, deciding: .support { _ in grant(.read) }, at: noon)
            }
        ),
        (
            "explainCase",
            {
                _ = try world.service.explainCase(
                    id, actor: staff, deciding: .support { _ in grant(.explain) }, at: noon)
            }
        ),
        (
            "explainPerson",
            {
                _ = try world.service.explainPerson(
                    "P-1", actor: staff, deciding: .support { _ in grant(.explain) }, at: noon)
            }
        ),
        (
            "explainRow",
            {
                _ = try world.service.explainRow(
                    file: "jumin_20261001.csv", line: 2, actor: staff,
                    deciding: .support { _ in grant(.explain) },
                    at: noon)
            }
        ),
        (
            "auditedRead",
            {
                _ = try world.service.auditedRead(
                    of: run, actor: staff, purposes: [.support { _ in grant(.join) }], at: noon)
            }
        ),
        (
            "accessRecords",
            {
                _ = try world.service.accessRecords(
                    AccessFilter(), before: nil, limit: 9, actor: staff,
                    deciding: .support { _ in grant(.audit) },
                    at: noon)
            }
        ),
        (
            "exportTrail",
            {
                _ = try world.service.exportTrail(
                    .event(0), actor: staff, deciding: .support { _ in grant(.audit) }, at: noon
                ) { _ in Issue.record("an event came out") }
            }
        ),
        ("users", { _ = try world.service.users(by: staff, at: noon) }),
        ("relate", { _ = try world.service.relate("cli:tanaka", to: ["P-1"], by: staff, at: noon) }),
        ("recordStart", { try world.service.recordStart(run: "r9", extracts: [:], at: noon) }),
    ]
    for (name, answer) in answers {
        #expect(throws: (any Error).self, "\(name)") { try answer() }
    }
    #expect(try world.count("SELECT count(*) FROM user_relative") == 0)
}

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
    let note = try world.service.auditCheckpoint()
    #expect(try world.service.auditVerify(external: [note]).problems.isEmpty)
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

@Test func aTrailThatWasRebuiltFromTheStartIsFoundByACheckpointKeptElsewhere() throws {
    let world = try busyWorld()
    let note = try world.service.auditCheckpoint()
    let other = try busyWorld()
    // Everything consistent in itself, but with another past than the one that was signed.
    try #require(try other.service.auditVerify().problems.isEmpty)
    #expect(try other.service.auditVerify(external: [note]).problems.count == 1)
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

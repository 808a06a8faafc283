import Domain
import Foundation
import Policy
import TestSupport
import Testing

@testable import Store

private func rejection(_ line: Int, _ code: String) -> RowFate {
    .rejected(
        Rejection(
            position: RowPosition(source: "jumin", file: "f", line: line, offset: 0), code: code,
            column: "生年月日",
            message: "日付を読めません。", fix: "元の値を確かめてください。"))
}

@Test func ledgersAreCountedFromTheStoredRows() throws {
    let world = try World()
    let run = try RunStore.create(folder: world.runFolder("r"), keys: world.keys)
    let first = try run.addFile(source: "jumin", title: "住民記録", file: "a.csv", sha256: "", asOf: today)
    let second = try run.addFile(source: "hoiku", title: "保育", file: "b.csv", sha256: "", asOf: nil)
    let fates: [RowFate] = [
        .outside(reason: "見出し"), .accepted, .accepted, rejection(4, "date.unreadable"), .duplicate(ofLine: 2),
        rejection(6, "date.unreadable"), rejection(7, "a.first"), .outside(reason: "合計"),
    ]
    for (index, fate) in fates.enumerated() {
        try run.addRow(file: first, line: index + 1, offset: index * 10, fate: fate)
    }
    try run.addRow(file: second, line: 1, offset: 0, fate: .accepted)
    let ledgers = try run.ledgers()
    #expect(ledgers.map(\.file) == ["a.csv", "b.csv"])
    let ledger = ledgers[0].ledger
    #expect(
        (ledger.rows, ledger.accepted, ledger.rejected, ledger.duplicate, ledger.outside) == (6, 2, 3, 1, 2))
    #expect(
        ledgers[0].rejections == [
            RejectionCount(code: "a.first", count: 1), RejectionCount(code: "date.unreadable", count: 2),
        ])
    #expect(ledgers[1].ledger.accepted == 1)
    #expect(throws: Fault.self, "a line has one fate") {
        try run.addRow(file: second, line: 1, offset: 0, fate: .duplicate(ofLine: 1))
    }
}

@Test func aRunThatWasNotFinishedCannotBeOpenedReadOrPublished() throws {
    let world = try World()
    let run = try world.run("r", [Invented("P-1")], finished: false)
    #expect(fault { _ = try RunStore.open(folder: run.folder, keys: world.keys) }?.code == "run.unfinished")
    #expect(fault { try world.publish("r", [flag("P-1")]) }?.code == "run.unfinished")
    #expect(
        fault {
            _ = try world.service.auditedRead(
                of: run, actor: staff, purposes: [.support { _ in grant(.join) }], at: noon)
        }?.code == "run.unfinished")
    #expect(try world.service.currentPublication() == nil)
    try run.finish()
    try world.publish("r", [flag("P-1")])
    #expect(try world.service.currentPublication()?.folder == "r")
}

@Test func oneFinishedFileDoesNotMakeARun() throws {
    let world = try World()
    let (one, two) = (try world.run("r1", [Invented("P-1")]), try world.run("r2", [Invented("P-1")]))
    // The vault of one build beside the facts of another.
    try FileManager.default.removeItem(atPath: one.folder + "/vault.sqlite")
    #expect(fault { _ = try RunStore.open(folder: one.folder, keys: world.keys) }?.code == "run.unfinished")
    try FileManager.default.copyItem(
        atPath: two.folder + "/vault.sqlite", toPath: one.folder + "/vault.sqlite")
    #expect(fault { _ = try RunStore.open(folder: one.folder, keys: world.keys) }?.code == "run.unfinished")
}

@Test func anInterruptedBuildIsReplacedAndAFinishedRunIsNot() throws {
    let world = try World()
    try world.run("r", [Invented("P-1")], finished: false)
    try Data("not a database".utf8).write(to: URL(filePath: world.folder.file("runs/r/vault.sqlite")))
    try world.run("r", [Invented("P-2")])
    #expect(fault { try world.run("r", [Invented("P-3")]) }?.code == "run.finished")
    let run = try RunStore.open(folder: world.folder.file("runs/r"), keys: world.keys)
    var members: [String: PersonID] = [:]
    let ids = try run.personIDs()
    try run.members { members[$0] = ids[$1 - 1] }
    #expect(members == ["jumin-P-2": "P-2", "kenshin-P-2": "P-2"])
}

@Test func aRunOfOtherKeysIsRefused() throws {
    let world = try World()
    try world.run("r", [Invented("P-1")])
    let others = try WorkspaceKeys.create(folder: world.folder.file("others"))
    #expect(
        fault { _ = try RunStore.open(folder: world.folder.file("runs/r"), keys: others) }?.code
            == "keys.other")
}

@Test func noIdentifierStandsInPlainTextInEitherFileAndNoPersonIDInTheFacts() throws {
    let world = try World()
    let person = Invented("P-7QX", household: "H-4711")
    try world.run("r", [person])
    for file in ["facts.sqlite", "vault.sqlite"] {
        let data = try Data(contentsOf: URL(filePath: world.folder.file("runs/r/" + file)))
        for text in person.contacts + ["ワカバ", "H-4711"] {
            #expect(data.range(of: Data(text.utf8)) == nil, "\(text) in \(file)")
        }
        #expect((data.range(of: Data("P-7QX".utf8)) == nil) == (file == "facts.sqlite"))
        let mode = try FileManager.default.attributesOfItem(atPath: world.folder.file("runs/r/" + file))
        #expect(mode[.posixPermissions] as? Int == 0o600)
    }
}

@Test func householdsComeInOneOrderWithFactsWithinTheGrantOfEachStanding() throws {
    let world = try World()
    let people = [
        Invented("P-4"), Invented("P-2", household: "h1"),
        Invented("P-1", household: "h1", isProtected: true),
        Invented("P-3", household: "h2", isProtected: true), Invented("P-0"),
    ]
    let run = try world.run("r", people)
    func pass(_ deciding: @escaping @Sendable (PersonStanding) -> Decision) throws -> [[MemberFacts]] {
        var households: [[MemberFacts]] = []
        let read = try world.service.auditedRead(
            of: run, actor: staff, purposes: [.support(deciding)], at: noon)
        try run.households(read) { households += $0.map(\.members) }
        return households
    }
    let all = try pass { _ in grant(.join) }
    #expect(Set(all.map { $0.map(\.id) }) == [["P-0"], ["P-4"], ["P-1", "P-2"], ["P-3"]])
    #expect(all.prefix(2).map { $0.map(\.id) } == [["P-0"], ["P-4"]])
    #expect(try pass { _ in grant(.join) }.map { $0.map(\.id) } == all.map { $0.map(\.id) })
    let facts = try #require(all.first?.first).facts
    #expect(facts.map { "\($0.fact.item) \($0.fact.kind)" } == ["A07 status", "B06 3y", "B06 encouraged"])
    #expect(facts[0].fact == Fact(item: "A07", kind: "status", value: .code("住登"), on: .day(today)))
    #expect(
        facts[1].position
            == RowPosition(source: "kenshin", file: "kenshin_20261001.csv", line: 6, offset: 300))

    // Protected: one item only. Others: denied.
    let some = try pass { $0.isProtected ? grant(.join, items: ["A07"]) : refusal }
    #expect(Set(some.map { $0.map(\.id) }) == [["P-1"], ["P-3"]])
    #expect(some.allSatisfy { $0.allSatisfy { $0.facts.map(\.fact.item) == ["A07"] && $0.birth != nil } })
    #expect(try pass { _ in refusal }.isEmpty)
}

@Test func onePassForSeveralPurposesShowsEachWhatItsOwnGrantPermits() throws {
    let world = try World()
    let run = try world.run(
        "r", [Invented("P-1", household: "h"), Invented("P-2", household: "h", isProtected: true)])
    let purposes: [@Sendable (PersonStanding) -> Decision] = [
        { _ in grant(.join) }, { $0.isProtected ? refusal : grant(.join, items: ["A07"]) }, { _ in refusal },
    ]
    func alone(_ deciding: @escaping @Sendable (PersonStanding) -> Decision) throws -> [[SourcedFact]] {
        var facts: [[SourcedFact]] = []
        let read = try world.service.auditedRead(
            of: run, actor: staff, purposes: [.support(deciding)], at: noon)
        try run.households(read) { facts += $0[0].members.map(\.facts) }
        return facts
    }
    let before = try world.service.auditVerify().events
    let read = try world.service.auditedRead(
        of: run, actor: staff, purposes: purposes.map { .support($0) }, at: noon)
    #expect(try world.service.auditVerify().events == before + 3)
    var seen: [[[SourcedFact]]] = []
    try run.households(read) { seen += $0.map { $0.members.map(\.facts) } }
    #expect(try seen == purposes.map(alone))
    #expect(seen.map(\.count) == [2, 1, 0])
    #expect(seen[1][0].map(\.fact.item) == ["A07"])
}

@Test func aTokenServesItsOwnRunAndItsOwnActionOnly() throws {
    let world = try World()
    let (one, two) = (try world.run("r1", [Invented("P-1")]), try world.run("r2", [Invented("P-1")]))
    let read = try world.service.auditedRead(
        of: one, actor: staff, purposes: [.support { _ in grant(.join) }], at: noon)
    do {
        try two.households(read) { _ in Issue.record("a household was read") }
        Issue.record("the token was taken")
    } catch let fault as Fault { #expect(fault.code == "store.token") }
    for decision in [grant(.list), grant(.join, actor: .user("sato"))] {
        #expect(
            fault {
                _ = try world.service.auditedRead(
                    of: one, actor: staff, purposes: [.support { _ in decision }], at: noon)
            }?.code == "store.grant")
    }
}

@Test func thePassIsInTheAuditTrailBeforeTheFirstHouseholdIsRead() throws {
    let world = try World()
    let run = try world.run("r", [Invented("P-1"), Invented("P-2", isProtected: true)])
    let read = try world.service.auditedRead(
        of: run, actor: staff, purposes: [.support { $0.isProtected ? refusal : grant(.join) }], at: noon)
    let event = try world.service.exclusively {
        try $0.statement("SELECT event FROM audit_event ORDER BY sequence DESC").first { $0.text(0) }
    }
    let text = try #require(event)
    #expect(text.contains(#""counts":{"denied":1,"persons":1},"fields":["A01","A07","B06"]"#))
    #expect(text.contains(#""purpose":"support""#) && text.contains(#""what":"households.read""#))
    try run.households(read) { _ in }

    try world.sql("CREATE TRIGGER stop BEFORE INSERT ON audit_event BEGIN SELECT RAISE(ABORT, 'no'); END")
    #expect(throws: Fault.self) {
        _ = try world.service.auditedRead(
            of: run, actor: staff, purposes: [.support { _ in grant(.join) }], at: noon)
    }
}

@Test func equalContentGivesEqualHashesAndEveryChangeAnother() throws {
    let world = try World()
    let people = [Invented("P-2", household: "h"), Invented("P-1")]
    func hash(_ name: String, _ people: [Invented], _ flags: [Flag]) throws -> String {
        try publicationHash(run: world.run(name, people), flags: flags)
    }
    let flags = [flag("P-1"), flag("P-2"), flag("P-1", "U0")]
    let one = try hash("r1", people, flags)
    #expect(try hash("r2", people, flags.reversed()) == one)
    #expect(try hash("r3", people.reversed(), flags) == one)
    var changed = people
    changed[0].identifiers.phones = ["0"]
    #expect(try hash("r4", changed, flags) != one)
    changed = people
    changed[1].isProtected = true
    #expect(try hash("r5", changed, flags) != one)
    #expect(
        try hash("r6", people, [flag("P-1", since: today.adding(days: 1)), flag("P-2"), flag("P-1", "U0")])
            != one)
    #expect(one.count == 64)
}

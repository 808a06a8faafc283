import Domain
import Foundation
import Policy
import TestSupport
import Testing

@testable import Store

/// Two people in service, one of them shredded; and everything as it was before put back from a copy.
@Suite struct ShreddingTests {
    private let officer = Actor.user("privacy")
    private let manager = Actor.user("manager")
    private let gone = Invented("P-1", household: "H1")
    private let stays = Invented("P-2", household: "H1")

    private func right(_ actor: Actor) -> Decision { grant(.register, actor: actor) }
    private let lists = Decisions.support { _ in grant(.list) }
    private let reads = Decisions.support { _ in grant(.read) }
    private let explains = Decisions.support { _ in grant(.explain, actor: operating) }

    private func published() throws -> World {
        let world = try World()
        try world.run("r1", [gone, stays])
        try world.publish("r1", [flag("P-1"), flag("P-2")])
        try KeptFile.write(
            [Array("若葉".utf8)], .comparisons, program: "p", folder: world.runFolder("r1"), keys: world.keys)
        return world
    }

    private func shred(_ world: borrowing World) throws -> ShreddingCounts {
        let proposed = try world.service.proposeShredding(
            of: "P-1", reason: "消去の請求を認めた", actor: officer, decision: right(officer), at: noon)
        return try world.service.shred(
            proposed.id, reason: "決裁を確かめた", actor: manager, decision: right(manager), at: noon
        ).done
    }

    /// Every door: nothing of the one, everything of the other.
    private func expectGone(_ service: ServiceStore, _ run: RunStore, _ case: CaseID) throws {
        let page = try service.cases(actor: staff, deciding: lists, after: nil, limit: 10, at: noon)
        #expect(page.items.map(\.person) == ["P-2"] && page.total == 1)
        #expect(page.items.first?.name == stays.identifiers.displayName?.written)
        #expect(try service.caseDetail(`case`, actor: staff, deciding: reads, at: noon) == nil)
        let other = try #require(page.items.first)
        let detail = try #require(try service.caseDetail(other.id, actor: staff, deciding: reads, at: noon))
        #expect(detail.household.isEmpty && !detail.records.isEmpty)
        #expect(
            try service.explainCase(`case`, actor: operating, deciding: explains, at: noon) == nil)
        #expect(
            try service.explainPerson("P-1", actor: operating, deciding: explains, at: noon) == nil)
        let row = try #require(
            try service.explainRow(
                file: "jumin_20261001.csv", line: 2, actor: operating, deciding: explains, at: noon))
        #expect(row.records.map(\.person) == [nil] && row.records.allSatisfy(\.items.isEmpty))
        let joins = Decisions.support { _ in grant(.join, actor: .system("nightly")) }
        let read = try service.auditedRead(
            of: run, actor: .system("nightly"), purposes: [joins], at: noon)
        var members: [PersonID] = []
        try run.households(read) { members += $0.flatMap { $0.members.map(\.id) } }
        #expect(members == ["P-2"])
        let reviews = Decisions.support { _ in grant(.review, actor: .system("nightly")) }
        let pass = try service.auditedRead(
            .identities, of: run, actor: .system("nightly"), purposes: [reviews], at: noon)
        var seen: [Identifiers] = []
        try run.identities(pass) { seen.append($0.identifiers) }
        #expect(seen == [stays.identifiers, stays.identifiers])
        let pairs = try service.reviewPairs(
            .all, actor: .system("nightly"), deciding: reviews, at: noon
        ).pairs
        #expect(Set(pairs.flatMap { [$0.left.person, $0.right.person] }) == ["P-2"])
    }

    @Test func ofAShreddedPersonNoDoorTellsAnything() throws {
        let world = try published()
        let `case` = try caseOf("P-1", world)
        let done = try shred(world)
        #expect(done == ShreddingCounts(records: 2, facts: 2, cases: 1))
        let folder = world.folder.file("runs/r1")
        let run = try RunStore.open(folder: folder, keys: world.keys)
        try expectGone(world.service, run, `case`)
        #expect(try world.count("SELECT count(*) FROM case_flag WHERE case_id = '\(`case`)'") == 0)
        #expect(try world.states()["P-1"] == CaseState.withdrawn.rawValue)
        #expect(try KeptFile.open(.comparisons, folder: folder, keys: world.keys) == nil)
        #expect(
            try world.count(
                "SELECT count(*) FROM audit_event WHERE event ->> '$.what' IN ('shredding.propose', 'person.shred')"
            )
                == 3)
    }

    @Test func whatANightJoinedToThePersonSinceTheProposalIsNotShredded() throws {
        let world = try published()
        let proposed = try world.service.proposeShredding(
            of: "P-1", reason: "消去の請求を認めた", actor: officer, decision: right(officer), at: noon)
        try world.run("r2", [Invented("P-1", recordsOf: "P-5"), stays])
        try world.publish("r2", [flag("P-2")])
        let refused = fault {
            _ = try world.service.shred(
                proposed.id, reason: "決裁を確かめた", actor: manager, decision: right(manager), at: noon)
        }
        #expect(refused?.code == "shredding.changed")
        #expect(world.service.shredded.isEmpty)
    }

    /// Somebody who was taken for the person for a night, and is somebody else again.
    @Test(arguments: [true, false])
    func whoWasTakenForThePersonOnceIsNotShreddedWithThem(isTold: Bool) throws {
        let world = try published()
        try world.run("r2", [gone])
        try world.publish("r2", [flag("P-1")], aliases: ["P-2": "P-1"])
        try world.run("r3", [gone, stays])
        try world.publish("r3", [flag("P-1"), flag("P-2")], regained: ["P-2": "P-2"])
        // As databases hold it that knew of merges alone.
        if !isTold { try world.sql("INSERT INTO person_merge VALUES ('P-2', 'P-1')") }
        _ = try shred(world)
        #expect(world.service.shredded.map(\.persons) == [["P-1"]])
        let page = try world.service.cases(actor: staff, deciding: lists, after: nil, limit: 10, at: noon)
        #expect(page.items.map(\.person) == ["P-2"])
    }

    @Test func anApprovedShreddingThatWasStoppedDoesNotReachWhomANightJoinedToThePerson() throws {
        let world = try published()
        try approve(1, "P-1", world)
        try world.run("r2", [Invented("P-1", recordsOf: "P-5"), stays])
        try world.publish("r2", [flag("P-2")])
        let finished = try world.service.finishShreddings(at: noon)
        #expect(finished.ended == 0 && finished.open == [1] && world.service.shredded.isEmpty)
        let again = try world.service.withdrawShredding(
            1, reason: "別の方の記録が結ばれた", actor: officer, decision: right(officer), at: noon)
        #expect(again.state == .withdrawn)
    }

    @Test func whatWasAnsweredOfAChildDrawnAtRandomGoesWithTheChildAndNotBefore() throws {
        let world = try published()
        try world.sql(
            """
            INSERT INTO spot_check_draw VALUES ('2026-10', 'r1', 2, 2, 0);
            INSERT INTO spot_check VALUES (1, '2026-10', 'P-1'), (2, '2026-10', 'P-2');
            INSERT INTO spot_check_answer VALUES (1, 1, '気になる点なし', '', 'user:sato', 0),
                (2, 2, '気になる点なし', '', 'user:sato', 0);
            """)
        #expect(throws: Fault.self) { try world.sql("DELETE FROM spot_check_answer WHERE id = 1") }
        #expect(throws: Fault.self) { try world.sql("DELETE FROM spot_check WHERE id = 1") }
        _ = try shred(world)
        #expect(try world.count("SELECT sum(id) FROM spot_check") == 2)
        #expect(try world.count("SELECT sum(id) FROM spot_check_answer") == 2)
    }

    @Test func sinceWhenFactsWereKnownGoesWithThePerson() throws {
        let world = try published()
        let before = try world.count("SELECT count(*) FROM known_fact")
        _ = try shred(world)
        #expect(try world.count("SELECT count(*) FROM known_fact") == before - 1)
        let left = KnownFacts(of: gone.id, keys: world.keys)
        #expect(
            try world.service.exclusively { database in
                try database.statement("SELECT count(*) FROM known_fact WHERE person = ?").first(left.person)
                {
                    $0.int(0)
                }
            } == 0)
    }

    @Test func whatAFamilysCaseSaysBecauseOfTheShreddedOnesRecordsGoesAtOnce() throws {
        let world = try published()
        try world.run("r2", [gone, stays])
        try world.publish(
            "r2", [flag("P-1"), flag("P-2", "U1", restingOn: 2), flag("P-2", "S1", restingOn: 3)],
            at: noon + 1)
        _ = try shred(world)
        #expect(try world.count("SELECT count(*) FROM case_flag WHERE rule = 'U1'") == 0)
        #expect(try world.count("SELECT count(*) FROM case_flag WHERE rule = 'S1'") == 1)
    }

    /// What the law of erasure stands on: a copy of all databases, with the ring of now.
    @Test func anOldCopyOfTheDatabasesDoesNotBringThePersonBack() throws {
        let world = try published()
        let `case` = try caseOf("P-1", world)
        try world.service.exclusively { try $0.execute("PRAGMA wal_checkpoint(TRUNCATE)") }
        let copy = try ScratchFolder()
        for name in ["service.sqlite", "runs"] {
            try FileManager.default.copyItem(atPath: world.folder.file(name), toPath: copy.file(name))
        }
        _ = try shred(world)
        let keys = try WorkspaceKeys.load(folder: world.folder.file("keys"))
        let service = try ServiceStore(
            path: copy.file("service.sqlite"), keys: keys, runsFolder: copy.file("runs"))
        let run = try RunStore.open(folder: copy.file("runs/r1"), keys: keys)
        try expectGone(service, run, `case`)
        // The file of comparisons came back with it, and is closed for good.
        #expect(throws: Fault.self) {
            try KeptFile.open(.comparisons, folder: copy.file("runs/r1"), keys: keys)
        }
        // The next night does it all again, and says so once.
        #expect(try service.finishShreddings(at: noon).ended == 1)
        #expect(try service.finishShreddings(at: noon) == FinishedShreddings())
        try expectGone(service, RunStore.open(folder: copy.file("runs/r1"), keys: keys), `case`)
        let left = try service.exclusively {
            try $0.statement("SELECT count(*) FROM case_flag WHERE case_id = ?").first(`case`.rawValue) {
                $0.int(0)
            }
        }
        #expect(left == 0)
        // A new proposal never takes the number of one that the copy has forgotten.
        let next = try service.proposeShredding(
            of: "P-2", reason: "消去の請求を認めた", actor: officer, decision: right(officer), at: noon)
        #expect(next.id == 2)
    }

    @Test func anOldRingIsRefusedByADatabaseThatKnowsANewerOne() throws {
        let world = try published()
        let copy = try ScratchFolder()
        try FileManager.default.copyItem(
            atPath: world.folder.file("keys"), toPath: copy.file("keys"))
        _ = try shred(world)
        let old = try WorkspaceKeys.load(folder: copy.file("keys"))
        let refused = fault {
            _ = try ServiceStore(
                path: world.folder.file("service.sqlite"), keys: old, runsFolder: world.folder.file("runs"))
        }
        #expect(refused?.code == "keys.ring-older" && refused?.kind == .configuration)
    }

    @Test func anotherProcessThatHadEverythingOpenTellsNothingMore() throws {
        let world = try published()
        let other = try ServiceStore(
            path: world.folder.file("service.sqlite"),
            keys: WorkspaceKeys.load(folder: world.folder.file("keys")),
            runsFolder: world.folder.file("runs"))
        #expect(try other.cases(actor: staff, deciding: lists, after: nil, limit: 10, at: noon).total == 2)
        let `case` = try caseOf("P-1", world)
        _ = try shred(world)
        #expect(
            try other.cases(actor: staff, deciding: lists, after: nil, limit: 10, at: noon).items.map(
                \.person)
                == ["P-2"])
        #expect(try other.caseDetail(`case`, actor: staff, deciding: reads, at: noon) == nil)
    }

    @Test func onePersonAloneShredsNobody() throws {
        let world = try published()
        let propose = { (actor: Actor, decision: Decision) in
            try world.service.proposeShredding(
                of: "P-1", reason: "消去の請求を認めた", actor: actor, decision: decision, at: noon)
        }
        #expect(fault { _ = try propose(staff, refusal) }?.kind == .denied)
        let proposed = try propose(officer, right(officer))
        #expect(fault { _ = try propose(manager, right(manager)) }?.code == "shredding.stands")
        let approve = { (actor: Actor) in
            _ = try world.service.shred(
                proposed.id, reason: "決裁を確かめた", actor: actor, decision: right(actor), at: noon)
        }
        #expect(fault { try approve(officer) }?.code == "shredding.own")
        #expect(try world.refusals("person.shred") == 1)
        #expect(world.keys.ring.serial == 1)
        #expect(
            try world.service.withdrawShredding(
                proposed.id, reason: "請求が取り下げられた", actor: officer, decision: right(officer), at: noon
            ).state == .withdrawn)
        #expect(fault { try approve(manager) }?.code == "shredding.step")
        let again = try propose(officer, right(officer))
        _ = try world.service.shred(
            again.id, reason: "決裁を確かめた", actor: manager, decision: right(manager), at: noon)
        #expect(fault { _ = try propose(officer, right(officer)) }?.code == "person.unknown")
        #expect(
            fault {
                _ = try world.service.shred(
                    again.id, reason: "決裁を確かめた", actor: manager, decision: right(manager), at: noon)
            }?.code == "shredding.step")
    }

    @Test func aShreddingThatWasStoppedIsTakenUpWhereItWas() throws {
        let world = try published()
        let `case` = try caseOf("P-1", world)
        let proposed = try world.service.proposeShredding(
            of: "P-1", reason: "消去の請求を認めた", actor: officer, decision: right(officer), at: noon)
        // The keys went, and then the machine.
        let records = try world.service.exclusively { database in
            try database.statement(
                "INSERT INTO shredding_step(shredding, what, actor, at, reason) VALUES (1, 'approved', 'user:manager', 0, 'x')"
            ).run()
            let publication = try #require(try world.service.currentPublication(in: database))
            let run = try world.service.run(of: publication)
            return try run.keptRecords(of: #require(try run.person("P-1")))
        }
        try world.keys.ringFile.replace {
            try $0.without(ShreddedPerson(number: proposed.id, persons: ["P-1"], records: records))
        }
        #expect(try world.service.finishShreddings(at: noon).ended == 1)
        let run = try RunStore.open(folder: world.folder.file("runs/r1"), keys: world.keys)
        try expectGone(world.service, run, `case`)
        #expect(
            try world.service.shreddings(actor: officer, decision: right(officer), at: noon).map(\.state)
                == [.done])
    }

    /// Approved, and the machine stopped before the keys went: the night ends it, and what others corrected stays readable.
    @Test func anApprovedShreddingWhoseKeysAreStillThereIsEndedByTheNextNight() throws {
        let world = try published()
        let `case` = try caseOf("P-1", world)
        try approve(1, "P-1", world)
        // In between somebody keeps a correction of another's row, and another shredding is done.
        try correct(world, line: 99)
        let proposed = try world.service.proposeShredding(
            of: "P-2", reason: "消去の請求を認めた", actor: officer, decision: right(officer), at: noon)
        _ = try world.service.shred(
            proposed.id, reason: "決裁を確かめた", actor: manager, decision: right(manager), at: noon)
        try correct(world, line: 98)
        let first = try world.service.finishShreddings(at: noon)
        #expect(first.ended == 1 && first.open.isEmpty && !first.isInLog)
        #expect(world.keys.ring.isShredded("P-1") && world.keys.ring.isShredded("P-2"))
        #expect(try world.service.caseDetail(`case`, actor: staff, deciding: reads, at: noon) == nil)
        #expect(try corrections(world).keys.map(\.line).sorted() == [98, 99])
        #expect(
            try world.service.shreddings(actor: officer, decision: right(officer), at: noon).map(\.state)
                == [.done, .done])
    }

    @Test func anApprovalThatIsGivenAgainAfterAStopLosesNoCorrection() throws {
        let world = try published()
        try correct(world, line: 99)
        try approve(1, "P-1", world)
        try correct(world, line: 98)
        _ = try world.service.shred(
            1, reason: "決裁を確かめた", actor: manager, decision: right(manager), at: noon)
        #expect(try corrections(world).keys.map(\.line).sorted() == [98, 99])
    }

    @Test func correctionsOfAcceptedRowsStayButThoseOfThePersonsOwn() throws {
        let world = try published()
        for (content, line) in [("aa", 2), ("bb", 3)] {
            _ = try world.service.rectify(
                NewRectification(
                    source: "kenshin", content: content,
                    position: RowPosition(
                        source: "kenshin", file: "kenshin_20261001.csv", line: line, offset: line * 50),
                    patch: ["3歳児健診": "受診"], request: "令和8年第4号", reason: "原本と照らした"),
                actor: officer, decision: grant(.rectify, actor: officer), at: noon,
                checking: { _, _ in false })
        }
        _ = try shred(world)
        let left = try world.service.rectifications().entries["kenshin"]
        #expect(left?.keys.sorted() == ["bb"] && left?["bb"]?.patch == ["3歳児健診": "受診"])
        #expect(try world.count("SELECT count(*) FROM rectification WHERE patch = x'' AND key = ''") == 1)
        #expect(throws: Fault.self) { try world.sql("DELETE FROM rectification") }
        #expect(throws: Fault.self) { try world.sql("UPDATE rectification SET content = 'x'") }
    }

    @Test func aHouseholdStaysProtectedWhenTheOneWithTheMeasureIsShredded() throws {
        let world = try World()
        let run = try world.run("r1", [Invented("P-1", household: "H1", isProtected: true), stays])
        try world.publish("r1", [flag("P-1"), flag("P-2")])
        _ = try shred(world)
        let now = try RunStore.open(folder: world.folder.file("runs/r1"), keys: world.keys)
        let home = try #require(try now.person("P-2")?.household)
        #expect(try now.isAnyProtected(inHousehold: home))
        #expect(try !now.isAnyProtected(inHousehold: world.keys.householdIndex("H2")))
        withExtendedLifetime(run) {}
    }

    @Test func copiesOfExtractsAndRunsThatNobodyPublishedGo() throws {
        let world = try published()
        try world.run("refused", [gone], finished: false)
        for name in ["r1", "killed"] {
            let frozen = try world.runFolder(name) + "/frozen"
            try FileManager.default.createDirectory(atPath: frozen, withIntermediateDirectories: true)
            try Data("若葉".utf8).write(to: URL(filePath: frozen + "/jumin.csv"))
        }
        _ = try shred(world)
        let runs = world.folder.file("runs")
        #expect(try FileManager.default.contentsOfDirectory(atPath: runs) == ["r1"])
        let left = try FileManager.default.contentsOfDirectory(atPath: runs + "/r1").sorted()
        #expect(left == ["facts.sqlite", "names.sealed", "vault.sqlite"])
    }

    private func approve(_ number: Int, _ person: PersonID, _ world: borrowing World) throws {
        _ = try world.service.proposeShredding(
            of: person, reason: "消去の請求を認めた", actor: officer, decision: right(officer), at: noon)
        try world.sql(
            "INSERT INTO shredding_step(shredding, what, actor, at, reason) VALUES (\(number), 'approved', 'user:manager', 0, 'x')"
        )
    }

    private func correct(_ world: borrowing World, line: Int) throws {
        let row = CorrectedRow(
            place: ExtractPlace(sha256: "bb", line: line), source: "kenshin", fields: ["若葉", "受診"])
        try world.service.keepCorrections(
            [row], actor: staff, decision: grant(.mend), references: [:], at: noon)
    }

    private func corrections(_ world: borrowing World) throws -> [ExtractPlace: Corrections.Entry] {
        try world.service.corrections(
            for: ["bb"], replaced: [], actor: staff, decision: grant(.collect), at: noon
        ).entries
    }

    private func caseOf(_ person: PersonID, _ world: borrowing World) throws -> CaseID {
        CaseID(
            try world.service.exclusively {
                try $0.statement("SELECT id FROM queue WHERE person = ?").first(person.rawValue) {
                    $0.text(0)
                } ?? ""
            })
    }
}

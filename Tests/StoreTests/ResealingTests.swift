import Domain
import Foundation
import Policy
import TestSupport
import Testing

@testable import Store

/// Some people in service, an earlier publication, a night that was stopped, corrections; and everything sealed anew.
@Suite struct ResealingTests {
    private let officer = Actor.user("privacy")
    private let manager = Actor.user("manager")
    private let reads = Decisions.support { _ in grant(.read) }
    private let row = KeptRow(bytes: Array("若葉,秘密".utf8), length: 13)
    private let pieces: [[UInt8]] = [Array("若葉".utf8), [], Array(repeating: 7, count: 70_000)]

    private func published(_ count: Int = 3) throws -> World {
        let people = (1...count).map { Invented(PersonID("P-\($0)"), household: HouseholdID("H\($0 / 2)")) }
        let world = try World()
        try world.run("r0", people)
        try world.publish("r0", [flag("P-1")])
        let run = try world.run("r1", people, finished: false)
        // Of the first person's rows it is kept how they came, before they were corrected.
        for (file, kept) in [(1, row), (2, nil)] {
            try run.keep(kept, file: file, line: 2)
            try run.addCorrected(RowCorrection(actor: "user:a", on: today), file: file, line: 2)
        }
        try run.finish()
        try world.publish("r1", people.map { flag($0.id) })
        try world.run("stopped", people, finished: false)
        try KeptFile.write(
            pieces, .comparisons, program: "p", folder: world.runFolder("r1"), keys: world.keys)
        try world.service.keepCorrections(
            [
                CorrectedRow(
                    place: ExtractPlace(sha256: "bb", line: 99), source: "kenshin", fields: ["若葉", "受診"])
            ], actor: staff, decision: grant(.mend), references: [:], at: noon)
        _ = try world.service.rectify(
            NewRectification(
                source: "kenshin", content: "cc",
                position: RowPosition(source: "kenshin", file: "kenshin_20261001.csv", line: 98, offset: 0),
                patch: ["3歳児健診": "受診"], request: "令和8年第4号", reason: "原本と照らした"),
            actor: officer, decision: grant(.rectify, actor: officer), at: noon,
            checking: { _, _ in false })
        return world
    }

    private func reseal(
        _ world: borrowing World, threads: Int = 2,
        progress: (ResealingProgress) throws -> Void = { _ in }
    ) throws -> Resealed {
        try world.service.reseal(
            reason: "鍵の控えの紛失", actor: operating, at: noon, threads: threads, progress: progress)
    }

    private func shred(_ person: PersonID, _ service: ServiceStore) throws {
        let right = { (actor: Actor) in grant(.register, actor: actor) }
        let proposed = try service.proposeShredding(
            of: person, reason: "消去の請求を認めた", actor: officer, decision: right(officer), at: noon)
        _ = try service.shred(
            proposed.id, reason: "決裁を確かめた", actor: manager, decision: right(manager), at: noon)
    }

    /// What another process makes of the workspace: whatever is sealed of whoever is there, and of nobody else.
    private func expectReadable(
        _ world: borrowing World, of count: Int = 3, gone: Set<Int> = [], _ why: Comment
    ) throws {
        let keys = try WorkspaceKeys.load(folder: world.folder.file("keys"))
        let service = try ServiceStore(
            path: world.folder.file("service.sqlite"), keys: keys, runsFolder: world.folder.file("runs"))
        let current = try #require(try service.currentPublication())
        let run = try RunStore.open(published: current, in: world.folder.file("runs"), keys: keys)
        for number in 1...count {
            let person = Invented(PersonID("P-\(number)"), household: HouseholdID("H\(number / 2)"))
            let isGone = gone.contains(number)
            let found = try run.person(person.id)
            #expect(found?.display == (isGone ? nil : person.identifiers), why)
            for entity in [2 * number - 2, 2 * number - 1] {
                #expect(
                    try run.readableIdentifiers(ofEntity: entity) == (isGone ? nil : person.identifiers), why)
            }
        }
        // What cannot be told apart by person goes with whoever is shredded, and is made again by the night.
        #expect(try run.keptRow(file: 1, line: 2) == (gone.isEmpty ? row : nil), why)
        #expect(try run.keptRow(file: 2, line: 2) == nil, why)
        let file = try KeptFile.open(.comparisons, folder: run.folder, keys: keys)
        let compared = file.map { file in (0..<file.count).compactMap(file.piece) }
        #expect(compared == (gone.isEmpty ? pieces : nil), why)
        let kept = try service.corrections(
            for: ["bb"], replaced: [], actor: staff, decision: grant(.collect), at: noon
        ).entries
        #expect(kept.values.map(\.fields) == [["若葉", "受診"]], why)
        #expect(try service.rectifications().entries["kenshin"]?["cc"]?.patch == ["3歳児健診": "受診"], why)
    }

    private func expectEnded(_ world: borrowing World, root: Int = 2, _ why: Comment) throws {
        let keys = try WorkspaceKeys.load(folder: world.folder.file("keys"))
        #expect(!keys.ring.isResealing && keys.ring.root.number == root, why)
        #expect(try FileManager.default.contentsOfDirectory(atPath: world.folder.file("runs")) == ["r1"], why)
        let left = try FileManager.default.contentsOfDirectory(atPath: world.folder.file("runs/r1"))
        #expect(
            Set(left).isSubset(of: ["facts.sqlite", "vault.sqlite", "comparisons.sealed", "names.sealed"]),
            why)
    }

    /// Every sealed value of the workspace, as it lies on the disk, tried with a root.
    private func opened(_ world: borrowing World, by keys: WorkspaceKeys) throws -> (all: Int, opened: Int) {
        var (all, opened) = (0, 0)
        func attempt(_ open: () throws -> [UInt8]?) {
            all += 1
            if let plain = try? open(), !plain.isEmpty { opened += 1 }
        }
        let root = keys.ring.root
        let vault = try Database(path: world.folder.file("runs/r1/vault.sqlite"), mode: .readOnly)
        for (sql, cell) in [
            ("SELECT id, identifiers, key FROM entity", RunStore.cell(ofEntity:)),
            ("SELECT id, display, records FROM person", RunStore.cell(ofPerson:)),
        ] {
            try vault.statement(sql).rows { row in
                let (number, sealed, records) = (row.int(0), row.blob(1), row.text(2))
                attempt {
                    try root.withKey(ofRecords: records) {
                        try Seal.open(sealed, in: cell(number), keyName: records, key: $0)
                    }
                }
            }
        }
        let names = (1...3).flatMap { root in (0...3).map { KeyName.common($0, of: root) } }
        func tryAll(_ sealed: [UInt8], _ cell: SealedCell) {
            attempt { names.lazy.compactMap { try? root.open(sealed, in: cell, by: $0) }.first }
        }
        try vault.statement("SELECT file, line, row FROM rejected_row WHERE row IS NOT NULL").rows { row in
            tryAll(row.blob(2), RunStore.cell(file: row.int(0), line: row.int(1)))
        }
        try world.service.exclusively { database in
            try database.statement("SELECT fields FROM correction").rows {
                tryAll($0.blob(0), ServiceStore.cell(ExtractPlace(sha256: "bb", line: 99)))
            }
            try database.statement("SELECT id, patch FROM rectification").rows {
                tryAll($0.blob(1), SealedCell(table: "rectification", row: $0.int(0), column: "patch"))
            }
        }
        attempt {
            (try KeptFile.open(.comparisons, folder: world.folder.file("runs/r1"), keys: keys))?.piece(0)
        }
        return (all, opened)
    }

    @Test func everythingOpensUnderTheNewRootAndNothingUnderTheOld() throws {
        var random = SeededGenerator(seed: testSeed)
        for _ in 0..<caseCount(3) {
            // More than a batch goes through the line at once only in the last.
            let count = Int.random(in: 1...30, using: &random)
            let world = try published(count)
            let copy = try ScratchFolder()
            try FileManager.default.copyItem(atPath: world.folder.file("keys"), toPath: copy.file("keys"))
            let done = try reseal(world, threads: Int.random(in: 1...3, using: &random))
            #expect(done.records == 2 * count && done.persons == count && done.rejected == 2)
            #expect(done.corrections == 2 && done.hasComparisons && done.removedRuns == 2 && done.serial == 3)
            let now = try opened(world, by: WorkspaceKeys.load(folder: world.folder.file("keys")))
            #expect(now.all == 3 * count + 4 && now.opened == now.all, "seed \(testSeed)")
            let leaked = try WorkspaceKeys.load(folder: copy.file("keys"))
            #expect(try opened(world, by: leaked).opened == 0, "seed \(testSeed)")
            try expectReadable(world, of: count, "seed \(testSeed)")
            try expectEnded(world, "seed \(testSeed)")
            let refused = fault {
                _ = try ServiceStore(
                    path: world.folder.file("service.sqlite"), keys: leaked,
                    runsFolder: world.folder.file("runs"))
            }
            #expect(refused?.code == "keys.ring-older")
        }
    }

    @Test func manyBatchesAreSealedInOrderAndTheVaultIsOtherwiseTheSame() throws {
        let world = try published(1_300)
        let tables = [
            ("entity", "id, source, key"), ("person", "id, person, hex(household), records"),
            ("membership", "entity, person"), ("link", "left_entity, right_entity, weight, hex(levels)"),
            ("agreement", "id, comparison, level"), ("sqlite_schema", "type, name, sql"),
            ("rejected_row", "file, line"),
        ]
        func rows(_ path: String) throws -> [String] {
            let vault = try Database(path: path, mode: .readOnly)
            return try tables.map { table, columns in
                var stream = DigestStream()
                try vault.statement("SELECT json_array(\(columns)) FROM \(table) ORDER BY 1").rows {
                    stream.add(Array($0.text(0).utf8))
                }
                return stream.hex
            }
        }
        let before = try rows(world.folder.file("runs/r1/vault.sqlite"))
        var steps: [ResealingProgress.Step: [Int]] = [:]
        _ = try reseal(world) { steps[$0.step, default: []].append($0.done) }
        #expect(try rows(world.folder.file("runs/r1/vault.sqlite")) == before)
        #expect(steps[.records] == [1024, 2048, 2600] && steps[.persons] == [1024, 1300])
        try expectReadable(world, of: 1_300, "many")
    }

    /// Wherever the work says how far it is, the machine stops; also with somebody shredded before it goes on.
    @Test(arguments: 0..<5, [false, true])
    func aStopAnywhereLeavesWhatCanBeReadAndIsEnded(calls: Int, shredding: Bool) throws {
        let world = try published()
        var left = calls
        #expect(throws: CancellationError.self) {
            _ = try reseal(world) { _ in
                if left == 0 { throw CancellationError() }
                left -= 1
            }
        }
        try expectReadable(world, "stopped at \(calls)")
        let keys = try WorkspaceKeys.load(folder: world.folder.file("keys"))
        #expect(keys.ring.isResealing && keys.report.isResealing)
        let service = try ServiceStore(
            path: world.folder.file("service.sqlite"), keys: keys, runsFolder: world.folder.file("runs"))
        if shredding { try shred("P-2", service) }
        #expect(try service.finishResealing(at: noon, threads: 2)?.root == 2)
        #expect(try service.finishResealing(at: noon, threads: 2) == nil)
        try expectReadable(world, gone: shredding ? [2] : [], "ended after \(calls)")
        try expectEnded(world, "ended after \(calls)")
    }

    /// States that no word of progress stands between: a fresh root and nothing else; everything sealed but the old root not gone.
    @Test func aStopBesideARingThatChangesIsEndedByASecondCall() throws {
        let world = try published()
        try world.keys.ringFile.replace { try $0.withNewRoot() }
        try expectReadable(world, "a fresh root")
        try world.service.transaction { database in
            try world.service.renewRing(in: database)
            _ = try world.service.resealCorrections(by: world.keys.ring.common, in: database)
        }
        try expectReadable(world, "corrections first")
        try Data("half".utf8).write(to: URL(filePath: world.folder.file("runs/r1/vault.sqlite.new")))
        try Data("half".utf8).write(to: URL(filePath: world.folder.file("runs/r1/comparisons.sealed.new")))
        #expect(try reseal(world).root == 2)
        try expectReadable(world, "ended")
        try expectEnded(world, "ended")
        // And once more, to a third root.
        #expect(try reseal(world).root == 3)
        try expectReadable(world, "again")
        try expectEnded(world, root: 3, "again")
    }

    @Test func whoWasShreddedStaysShreddedUnderTheNewRoot() throws {
        let world = try published()
        try shred("P-1", world.service)
        let copy = try ScratchFolder()
        try FileManager.default.copyItem(atPath: world.folder.file("keys"), toPath: copy.file("keys"))
        _ = try reseal(world)
        try expectReadable(world, gone: [1], "shredded before")
        let ring = world.keys.ring
        #expect(ring.isShredded("P-1") && !ring.root.holds(.record("jumin-P-1")))
        let cell = RunStore.cell(ofEntity: 0)
        #expect(
            fault { _ = try ring.seal([1], in: cell, by: .record("jumin-P-1")) }?.code == "vault.shredded")
        // The vault holds nothing of the person any more, not even sealed.
        let vault = try Database(path: world.folder.file("runs/r1/vault.sqlite"), mode: .readOnly)
        #expect(
            try vault.statement("SELECT count(*) FROM entity WHERE identifiers = x''").first { $0.int(0) }
                == 2)
        // The next one goes as ever.
        try shred("P-2", world.service)
        try expectReadable(world, gone: [1, 2], "shredded after")
        #expect(world.keys.ring.shredded.map(\.number) == [1, 2])
    }

    @Test func anOldCopyOfTheDatabasesDoesNotOpenAndSaysWhy() throws {
        let world = try published()
        try world.service.exclusively { try $0.execute("PRAGMA wal_checkpoint(TRUNCATE)") }
        let copy = try ScratchFolder()
        for name in ["service.sqlite", "runs"] {
            try FileManager.default.copyItem(atPath: world.folder.file(name), toPath: copy.file(name))
        }
        _ = try reseal(world)
        let keys = try WorkspaceKeys.load(folder: world.folder.file("keys"))
        let service = try ServiceStore(
            path: copy.file("service.sqlite"), keys: keys, runsFolder: copy.file("runs"))
        let lists = Decisions.support { _ in grant(.list) }
        let refused = fault {
            _ = try service.cases(actor: staff, deciding: lists, after: nil, limit: 9, at: noon)
        }
        #expect(refused?.code == "publication.other-root")
        #expect(refused?.message.contains("作り直す前") == true && refused?.fix.contains("--rebuild") == true)
        #expect(throws: Fault.self) {
            try KeptFile.open(.comparisons, folder: copy.file("runs/r1"), keys: keys)
        }
        let kept = try service.corrections(
            for: ["bb"], replaced: [], actor: staff, decision: grant(.collect), at: noon)
        #expect(kept.entries.isEmpty)
        #expect(try service.rectifications().entries.isEmpty)
    }

    @Test func whoReadsMeanwhileGoesOnAndSeesTheNewRootAtOnce() throws {
        let world = try published()
        let other = try ServiceStore(
            path: world.folder.file("service.sqlite"),
            keys: WorkspaceKeys.load(folder: world.folder.file("keys")),
            runsFolder: world.folder.file("runs"))
        let `case` = try world.firstCase()
        func expectRead() throws {
            let detail = try other.caseDetail(`case`, actor: staff, deciding: reads, at: noon)
            #expect(detail?.summary.name.isEmpty == false)
        }
        try expectRead()
        _ = try reseal(world) { _ in
            try expectRead()
            try other.keepCorrections(
                [
                    CorrectedRow(
                        place: ExtractPlace(sha256: "bb", line: 99), source: "kenshin", fields: ["若葉", "受診"])
                ], actor: staff, decision: grant(.mend), references: [:], at: noon)
        }
        try expectRead()
        try expectReadable(world, "read meanwhile")
    }

    @Test func theTrailTellsOfItBeforeAndBehind() throws {
        let world = try published()
        _ = try reseal(world)
        #expect(
            try world.count(
                "SELECT count(*) FROM audit_event WHERE event ->> '$.what' = 'keys.reseal' AND event ->> '$.references.step' IN ('begun', 'sealed')"
            ) == 2)
        #expect(
            try world.count(
                "SELECT event ->> '$.counts.records' FROM audit_event WHERE event ->> '$.references.step' = 'sealed'"
            ) == 6)
        #expect(try world.service.auditVerify().problems.isEmpty)
    }

    @Test func aWorkspaceWithoutAPublicationGetsANewRootToo() throws {
        let world = try World()
        #expect(try reseal(world).serial == 3)
        #expect(world.keys.ring.root.number == 2 && !world.keys.ring.isResealing)
    }
}

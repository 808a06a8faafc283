import Domain
import Foundation
import Policy
import TestSupport
import Testing

@testable import Store

private let rejected = RowFate.rejected(
    Rejection(
        position: RowPosition(source: "kenshin", file: "k.csv", line: 3, offset: 40), code: "date.unreadable",
        column: "受診日", message: "日付として読めません。", fix: "直してください。"))
private let secret = Array("0001,若葉　秘密,".utf8) + [0x81, 0x00]

/// A run of one extract with one accepted and one rejected row.
private func build(_ world: borrowing World, _ change: (RunStore, Int) throws -> Void = { _, _ in }) throws
    -> RunStore
{
    let run = try RunStore.create(folder: world.runFolder("r"), keys: world.keys)
    let file = try run.addFile(source: "kenshin", title: "乳幼児健診", file: "k.csv", sha256: "aa", asOf: today)
    try run.addForm(FileForm(lines: "{}", header: ["番号", "受診日"], numbers: "[]"), of: file)
    try run.addRow(file: file, line: 2, offset: 20, fate: .accepted)
    try run.addRow(file: file, line: 3, offset: 40, fate: rejected)
    try run.keep(KeptRow(bytes: secret, length: 99), file: file, line: 3)
    try run.addRecord(file: file, line: 2, offset: 20, subject: .child, entity: 0, facts: [])
    try run.addIntake(FileIntake(lines: 2, bytes: 60, size: 60), of: file)
    try change(run, file)
    return run
}

private func read(
    _ world: borrowing World, _ run: RunStore, _ decision: Decision = grant(.mend)
) throws -> [KeptRow?] {
    try world.service.rejectedRows(
        [(1, 3), (1, 2)], of: run, isExport: false, actor: staff, decision: decision,
        references: ["file": "k.csv"], at: noon)
}

@Test func aRejectedRowIsKeptAsItCameAndOnlySealed() throws {
    let world = try World()
    try build(world).finish()
    let run = try RunStore.open(folder: world.folder.file("runs/r"), keys: world.keys)
    let files = try run.rejectedFiles()
    #expect(files.map(\.file) == ["k.csv"] && files[0].rows.map(\.position.offset) == [40])
    #expect(try run.form(of: 1) == FileForm(lines: "{}", header: ["番号", "受診日"], numbers: "[]"))
    #expect(try read(world, run) == [KeptRow(bytes: secret, length: 99), nil])
    for file in ["facts.sqlite", "vault.sqlite"] {
        let data = try Data(contentsOf: URL(filePath: world.folder.file("runs/r/" + file)))
        #expect(data.range(of: Data("若葉　秘密".utf8)) == nil)
    }
}

@Test func nobodyReadsARejectedRowWithoutADecisionAndTheTrailTellsOfBoth() throws {
    let world = try World()
    let run = try build(world)
    try run.finish()
    #expect(fault { _ = try read(world, run, refusal) }?.kind == .denied)
    #expect(fault { _ = try read(world, run, grant(.read)) }?.code == "store.grant")
    _ = try read(world, run)
    let events = try world.count(
        "SELECT count(*) FROM audit_event WHERE event LIKE '%\"what\":\"rejected.read\"%'")
    #expect(events == 2)
    #expect(
        try world.count("SELECT count(*) FROM audit_event WHERE event LIKE '%\"outcome\":\"deny\"%'") == 1)
    #expect(try world.count("SELECT count(*) FROM audit_event WHERE event LIKE '%秘密%'") == 0)
}

@Test func aRowSealedForAnotherPlaceDoesNotOpen() throws {
    let world = try World()
    let run = try build(world) { run, file in
        try run.vault.execute("UPDATE rejected_row SET line = 2; UPDATE rejected_row SET file = 1;")
        try run.facts.execute(
            "UPDATE row SET line = 9 WHERE line = 2; UPDATE row SET line = 2 WHERE line = 3;")
        try run.facts.execute("UPDATE rejection SET line = 2; UPDATE record SET line = 9;")
    }
    try run.finish()
    #expect(fault { _ = try run.keptRow(file: 1, line: 2) }?.code == "vault.seal")
}

/// Each: what goes wrong with the rows, which a finished run must never have.
private let breaks: [(name: String, change: @Sendable (RunStore, Int) throws -> Void)] = [
    ("a line that was not stored", { run, _ in try run.facts.execute("UPDATE intake SET lines = 3") }),
    ("bytes that are no line's", { run, _ in try run.facts.execute("UPDATE intake SET bytes = 59") }),
    ("a file that was not counted", { run, _ in try run.facts.execute("DELETE FROM intake") }),
    ("a rejected row without a reason", { run, _ in try run.facts.execute("DELETE FROM rejection") }),
    ("a reason without a rejected row", { run, _ in try run.facts.execute("UPDATE row SET fate = 0") }),
    ("a rejected row that is not kept", { run, _ in try run.vault.execute("DELETE FROM rejected_row") }),
    ("a kept row that was accepted", { run, file in try run.keep(nil, file: file, line: 2) }),
    ("a duplicate of no row", { run, _ in try run.facts.execute("UPDATE row SET fate = 2 WHERE line = 2") }),
    (
        "a duplicate of a later row",
        { run, _ in try run.facts.execute("UPDATE row SET fate = 2, of_line = 3 WHERE line = 2") }
    ),
    (
        "a line without a reason to be outside",
        { run, _ in try run.facts.execute("UPDATE row SET fate = 3 WHERE line = 2") }
    ),
    ("an accepted row without a record", { run, _ in try run.facts.execute("DELETE FROM record") }),
    (
        "a record of a rejected row",
        { run, file in
            try run.addRecord(file: file, line: 3, offset: 40, subject: .child, entity: 0, facts: [])
        }
    ),
    (
        "an accepted row whose correction counts as refused",
        { run, file in try run.addRefused(at: noon, file: file, line: 2) }
    ),
    (
        "a rejected row that counts as corrected",
        { run, file in try run.addCorrected(RowCorrection(actor: "user:x", on: today), file: file, line: 3) }
    ),
]

@Test(arguments: breaks.indices)
func aRunWhoseRowsDoNotAddUpIsNeverFinished(_ index: Int) throws {
    let world = try World()
    let run = try build(world, breaks[index].change)
    #expect(fault { try run.finish() }?.code == "ledger.broken", "\(breaks[index].name)")
    #expect(fault { _ = try RunStore.open(folder: run.folder, keys: world.keys) }?.code == "run.unfinished")
}

private func keep(
    _ world: borrowing World, _ line: Int, _ fields: [String], _ decision: Decision = grant(.mend)
) throws {
    try world.service.keepCorrections(
        [CorrectedRow(place: ExtractPlace(sha256: "aa", line: line), source: "kenshin", fields: fields)],
        actor: staff, decision: decision, references: [:], at: noon)
}

private func take(
    _ world: borrowing World, _ sha256: String, replaced: Set<String> = [],
    _ decision: Decision = grant(.collect)
) throws -> Corrections {
    try world.service.corrections(
        for: [sha256], replaced: replaced, actor: staff, decision: decision, at: noon)
}

@Test func correctionsStandForTheirExtractAndTheLastOneOfARowCounts() throws {
    let world = try World()
    #expect(try take(world, "aa").revision == nil)
    try keep(world, 3, ["0001", "若葉　秘密"])
    let first = try take(world, "aa")
    try keep(world, 3, ["0001", "2024-04-01"])
    let second = try take(world, "aa")
    #expect(second.entries[ExtractPlace(sha256: "aa", line: 3)]?.fields == ["0001", "2024-04-01"])
    #expect(second.entries.count == 1 && second.lapsed.isEmpty)
    #expect(first.revision != nil && first.revision != second.revision)
    #expect(try take(world, "aa").revision == second.revision)
    let place = ExtractPlace(sha256: "aa", line: 3)
    func isKept(_ fields: [String], besides hidden: Set<Int> = []) throws -> Bool {
        try world.service.isKept(
            CorrectedRow(place: place, source: "kenshin", fields: fields), besides: hidden)
    }
    #expect(try isKept(["0001", "2024-04-01"]) && !isKept(["0001", "2024-04-02"]))
    // What is masked is not compared, right or wrong.
    #expect(
        try isKept(["0001", "2024-04-02"], besides: [1]) && !isKept(["0002", "2024-04-01"], besides: [1]))
    #expect(fault { try keep(world, 4, ["x"], refusal) }?.kind == .denied)
    #expect(try world.service.correctedPlaces().count == 1)
    for name in try FileManager.default.contentsOfDirectory(atPath: world.folder.path)
    where name.hasPrefix("service") {
        let data = try Data(contentsOf: URL(filePath: world.folder.file(name)))
        #expect(data.range(of: Data("若葉　秘密".utf8)) == nil, "\(name)")
    }
}

@Test func theCellsThatACorrectionChangesAreKeptWithIt() throws {
    let world = try World()
    let places = [3, 4].map { ExtractPlace(sha256: "aa", line: $0) }
    try world.service.keepCorrections(
        [CorrectedRow(place: places[0], source: "kenshin", fields: ["0001", "若葉"], changed: [1, 2])],
        actor: staff, decision: grant(.mend), references: [:], at: noon)
    #expect(try world.service.changedCells(at: places) == [places[0]: [1, 2]])
    let kept = try #require(try world.service.keptCorrection(at: places[0]))
    #expect(kept.fields == ["0001", "若葉"] && kept.changed == [1, 2])
    #expect(try world.service.keptCorrection(at: places[1]) == nil)
    #expect(try take(world, "aa").entries[places[0]] == kept)
}

/// A night published before any other test of the store would: of its summary nothing but extracts and corrections counts.
private func publish(
    _ world: borrowing World, _ sequence: Int, _ extracts: [String: String], lapsed: [String: Int] = [:]
) throws {
    var summary = RunSummary(run: "r", asOf: today)
    summary.extracts = extracts.sorted { $0.key < $1.key }.map { source, sha256 in
        ExtractSummary(
            source: SourceID(source), title: source + "の表", file: sha256 + ".csv", sha256: sha256,
            asOf: today,
            ledger: RowLedger(), rejections: [])
    }
    if !lapsed.isEmpty {
        summary.corrections = lapsed.map {
            CorrectionCount(source: SourceID($0.key), taken: 0, lapsed: $0.value)
        }
    }
    let json = String(decoding: try JSONEncoder().encode(summary), as: UTF8.self)
    try world.sql(
        """
        INSERT INTO publication(sequence, run, published_at, folder, summary) VALUES (\(sequence), 'r', 0, 'r', '\(json)');
        INSERT OR REPLACE INTO current_publication VALUES (1, \(sequence));
        """)
}

@Test func correctionsThatANewExtractEndedAreToldAsLongAsItStands() throws {
    let world = try World()
    func told() throws -> [String] {
        try world.service.lapsedCorrections().map { "\($0.source) \($0.title) \($0.file) \($0.count)" }
    }
    #expect(try told() == [])
    try publish(world, 1, ["kenshin": "a", "jumin": "j"])
    try publish(world, 2, ["kenshin": "b", "jumin": "j"], lapsed: ["kenshin": 3, "jumin": 0])
    #expect(try told() == ["kenshin kenshinの表 b.csv 3"])
    // Nights in which other extracts came, or which used corrections, end none.
    try publish(world, 3, ["kenshin": "b", "jumin": "k"], lapsed: ["jumin": 2])
    #expect(try told() == ["jumin juminの表 k.csv 2", "kenshin kenshinの表 b.csv 3"])
    // The next extract ended none.
    try publish(world, 4, ["kenshin": "c", "jumin": "k"])
    #expect(try told() == ["jumin juminの表 k.csv 2"])
    // An earlier publication in service knows nothing of later ones.
    try world.sql("UPDATE current_publication SET sequence = 1")
    #expect(try told() == [])
}

@Test func correctionsLapseWithTheirExtractAndNotBefore() throws {
    let world = try World()
    try keep(world, 3, ["a"])
    #expect(try world.service.correctedExtracts().map(\.sha256) == ["aa"])
    #expect(try take(world, "bb").lapsed.isEmpty, "another extract alone ends nothing")
    let replaced = try take(world, "bb", replaced: ["aa"])
    #expect(replaced.entries.isEmpty && replaced.lapsed == ["kenshin": 1] && replaced.revision == nil)
    #expect(replaced.replaced == ["aa"])
    try world.service.removeCorrections(of: ["bb"], actor: staff, at: noon)
    #expect(try take(world, "aa").entries.count == 1)
    try world.service.removeCorrections(of: ["aa"], actor: staff, at: noon)
    #expect(try take(world, "aa").entries.isEmpty)
}

@Test func aNightThatMayNotTakeCorrectionsLeavesThatInTheTrail() throws {
    let world = try World()
    try keep(world, 3, ["a"])
    #expect(fault { _ = try take(world, "aa", refusal) }?.kind == .denied)
    let query = "SELECT count(*) FROM audit_event WHERE event LIKE '%\"what\":\"corrections.take\"%'"
    #expect(try world.count(query + " AND event LIKE '%\"outcome\":\"deny\"%'") == 1)
    #expect(try take(world, "aa").entries.count == 1)
}

@Test func aRunTellsWhichCorrectionsItUsedAndStillRejected() throws {
    let world = try World()
    try build(world) { run, file in try run.addRefused(at: noon, file: file, line: 3) }.finish()
    let files = try RunStore.open(folder: world.folder.file("runs/r"), keys: world.keys).rejectedFiles()
    #expect(files.map(\.refused) == [[3: noon]])
}

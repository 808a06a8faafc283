import Domain
import Foundation
import Policy
import Store
import TestSupport
import Testing

@testable import Nightly

/// A workspace with an empty trail, and the place outside for its checkpoints.
private final class Kept {
    let scratch: ScratchFolder
    let workspace: Workspace
    let service: ServiceStore
    let folder: CheckpointFolder
    let keeper: CheckpointKeeper

    /// - Parameter place: as the settings name it; `nil`: beside the workspace.
    init(place: String? = nil) throws {
        let made = try ScratchFolder()
        workspace = try Workspace.initialise(
            made.file("ws"), templates: checkout, municipality: "架空市", asOf: nil, inboxFrom: nil)
        if let place {
            let text = try String(contentsOfFile: workspace.settings, encoding: .utf8)
            try text.replacing("{\n  // 画面", with: "{\n  audit: { checkpoints: \"\(place)\" },\n  // 画面")
                .write(
                    toFile: workspace.settings, atomically: true, encoding: .utf8)
        }
        service = try workspace.openService()
        folder = CheckpointFolder(workspace, try NightSettings.load(path: workspace.settings), of: service)
        keeper = CheckpointKeeper(service, folder)
        scratch = made
    }

    func event(_ second: Int = 0) throws {
        try service.recordStart(run: "r", extracts: [:], at: start + Double(second))
    }

    var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    }

    func verify() throws -> AuditReport { try service.auditVerify(external: folder.notes()) }
}

private let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path
private let start = Date(timeIntervalSince1970: 1_790_823_600)

@Test func checkpointsGoBesideTheWorkspaceAndStandForItsEvents() throws {
    let kept = try Kept()
    try kept.event()
    try kept.keeper.keep(at: start)
    try kept.event()
    #expect(kept.folder.path.hasPrefix(kept.scratch.file("ws.checkpoints/renkei-")))
    #expect(kept.names.count == 2 && kept.names[0].hasPrefix("000000000001-"))
    #expect(kept.names[1].hasSuffix(".vkey"))
    let report = try kept.verify()
    #expect(report.covered == 1 && report.events == 2 && report.problems.isEmpty)
    let state = try kept.keeper.state()
    #expect(state.uncovered == 1 && state.checkpoints == 1 && state.lastAt == start && state.problems.isEmpty)
    // Nothing new, nothing written; what is there is not written again.
    let bytes = try Data(contentsOf: URL(filePath: kept.folder.path + "/" + kept.names[0]))
    try kept.keeper.keep(at: start + 5)
    try kept.keeper.keep(at: start + 9)
    #expect(kept.names.count == 3)
    #expect(try Data(contentsOf: URL(filePath: kept.folder.path + "/" + kept.names[0])) == bytes)
}

@Test func aPlaceThatIsMissingIsToldNeverMadeAndCaughtUpWith() throws {
    let kept = try Kept(place: "../share")
    #expect(try !kept.keeper.state().problems.isEmpty)
    for second in 0..<3 {
        try kept.event(second)
        let fault = #expect(throws: Fault.self) { try kept.keeper.keep(at: start) }
        #expect(fault?.code == "checkpoints.unwritable" && fault?.fix.contains("マウント") == true)
    }
    #expect(!FileManager.default.fileExists(atPath: kept.scratch.file("share")))
    let state = try kept.keeper.state()
    #expect(state.isChosen && state.uncovered == 3 && state.problems.count == 1)
    try FileManager.default.createDirectory(
        atPath: kept.scratch.file("share"), withIntermediateDirectories: false)
    try kept.keeper.keep(at: start)
    #expect(kept.names.filter { $0.hasSuffix(".checkpoint") }.count == 3)
    #expect(try kept.keeper.state().problems.isEmpty)
    #expect(try kept.verify().covered == 3)
}

@Test func aPlaceThatCannotBeWrittenIsTold() throws {
    let kept = try Kept(place: "../share")
    // A file where the folder should be: as unwritable for everybody as a share that is write-protected.
    try kept.scratch.write([1], to: "share")
    try kept.event()
    let fault = #expect(throws: Fault.self) { try kept.keeper.keep(at: start) }
    #expect(fault?.kind == .inputOutput)
}

@Test func everyHourHasItsCheckpointAndNoMore() throws {
    let kept = try Kept()
    var seconds: [Int] = []
    for second in stride(from: 0, to: 3 * 3600, by: 600) {
        try kept.event(second)
        let before = kept.names.count
        try kept.keeper.keepHourly(at: start + Double(second))
        if kept.names.count > before { seconds.append(second) }
    }
    // The test begins on the hour.
    #expect(seconds == [0, 3600, 7200])
}

@Test func aTrailThatLostItsEndIsFoundWithoutReadingItAll() throws {
    let kept = try Kept()
    let copy = kept.scratch.file("copy.sqlite")
    for second in 0..<4 {
        try kept.event(second)
        try kept.keeper.keep(at: start)
        if second == 1 {
            try FileManager.default.copyItem(atPath: kept.workspace.service, toPath: copy)
            try FileManager.default.copyItem(atPath: kept.workspace.service + "-wal", toPath: copy + "-wal")
        }
    }
    // An old backup in the place of the database.
    let old = try ServiceStore(
        path: copy, keys: WorkspaceKeys.load(folder: kept.workspace.keys), runsFolder: kept.workspace.runs)
    let state = try CheckpointKeeper(old, kept.folder).state()
    #expect(state.problems.count == 1 && state.problems[0].contains("4件あった監査記録が、2件に減っています"))
    #expect(try old.auditVerify(external: kept.folder.notes()).problems.count == 2)
    // Another past under the same number: both checkpoints stand side by side.
    try old.recordStart(run: "other", extracts: [:], at: start)
    try CheckpointKeeper(old, kept.folder).keep(at: start)
    #expect(kept.names.filter { $0.hasPrefix("000000000003-") }.count == 2)
    #expect(try CheckpointKeeper(old, kept.folder).state().problems.contains { $0.contains("3件目まで") })
}

@Test func aTrailThatWasPutBackDoesNotFitHoweverLongItGrowsAgain() throws {
    let kept = try Kept()
    let copy = kept.scratch.file("copy.sqlite")
    for second in 0..<4 {
        try kept.event(second)
        if second == 1 {
            try kept.keeper.keep(at: start)
            try FileManager.default.copyItem(atPath: kept.workspace.service, toPath: copy)
            try FileManager.default.copyItem(atPath: kept.workspace.service + "-wal", toPath: copy + "-wal")
        }
    }
    try kept.keeper.keep(at: start)
    let old = try ServiceStore(
        path: copy, keys: WorkspaceKeys.load(folder: kept.workspace.keys), runsFolder: kept.workspace.runs)
    // As every start that fails leaves an event: as long as it was, and longer.
    for second in 4..<8 {
        try old.recordStart(run: "again", extracts: [:], at: start + Double(second))
        let refused = #expect(throws: Fault.self) { try CheckpointKeeper(old, kept.folder).requireWhole() }
        #expect(refused?.code == "audit.restored", "\(second)")
    }
    try kept.keeper.requireWhole()
}

@Test func aDatabaseThatWasPutBackOpensForWhoLooksIntoItAlone() throws {
    let kept = try Kept()
    try kept.event()
    let copy = kept.scratch.file("copy")
    try FileManager.default.copyItem(atPath: kept.workspace.root, toPath: copy)
    try kept.event(1)
    try kept.keeper.keep(at: start)
    try FileManager.default.copyItem(atPath: kept.workspace.checkpoints, toPath: copy + ".checkpoints")
    let old = try Workspace.open(copy)
    let refused = #expect(throws: Fault.self) { _ = try old.openService() }
    #expect(refused?.code == "audit.restored")
    _ = try old.openService(evenRestored: true)
}

@Test func anotherKeyUnderTheSameNameAndAForgedCheckpointAreTold() throws {
    let kept = try Kept()
    try kept.event()
    try kept.keeper.keep(at: start)
    let note = try kept.folder.notes()[0]
    try Data(note.text.replacing("\n1\n", with: "\n2\n").utf8).write(
        to: URL(filePath: kept.folder.path + "/000000000002-forged00.checkpoint"))
    #expect(try kept.keeper.state().problems.count == 1)
    #expect(try kept.verify().problems.count == 1)
    let key = try #require(kept.names.first { $0.hasSuffix(".vkey") })
    try Data("renkei+00+AA\n".utf8).write(to: URL(filePath: kept.folder.path + "/" + key))
    let fault = #expect(throws: Fault.self) { try kept.keeper.keep(at: start) }
    #expect(fault?.code == "checkpoints.key")
}

import Domain
import Foundation
import TestSupport
import Testing

@testable import Nightly

@Suite struct WorkspaceTests {
    private static let checkout = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    private func initialise(_ root: String, _ municipality: String = "若葉野市") throws -> Workspace {
        try Workspace.initialise(
            root, templates: Self.checkout, municipality: municipality, asOf: nil, inboxFrom: nil)
    }

    @Test(arguments: [
        "若葉野市", "市\"の\"町", "C:\\市", "改\n行", "タブ\t", "'一重'", "// 注", "市\u{2028}村", "𠮷野町", "\u{7}鈴", "",
        "a, threads: 99",
    ])
    func anyNameComesBackFromTheSettings(name: String) throws {
        let scratch = try ScratchFolder()
        let workspace = try initialise(scratch.file("ws"), name)
        let settings = try NightSettings.load(path: workspace.settings)
        #expect(settings.municipality == name)
        #expect(settings.threads == 2 && settings.gates.flagFall == 0.5)
    }

    @Test func whatInitDidNotMakeItDoesNotRemove() throws {
        let scratch = try ScratchFolder()
        try FileManager.default.createDirectory(
            atPath: scratch.file("ws.init"), withIntermediateDirectories: false)
        try scratch.write([1], to: "ws.init/thesis.txt")
        let fault = #expect(throws: Fault.self) { _ = try initialise(scratch.file("ws")) }
        #expect(fault?.code == "workspace.draft" && fault?.file == scratch.file("ws.init"))
        #expect(FileManager.default.fileExists(atPath: scratch.file("ws.init/thesis.txt")))
        #expect(!FileManager.default.fileExists(atPath: scratch.file("ws")))
    }

    @Test func anInitThatFailsLeavesNothingBehind() throws {
        let scratch = try ScratchFolder()
        let fault = #expect(throws: Fault.self) {
            _ = try Workspace.initialise(
                scratch.file("ws"), templates: scratch.file("none"), municipality: "", asOf: nil,
                inboxFrom: nil)
        }
        #expect(fault?.code == "workspace.unwritable")
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == [])
    }

    @Test func anEmptyFolderMakesWay() throws {
        let scratch = try ScratchFolder()
        try FileManager.default.createDirectory(
            atPath: scratch.file("ws"), withIntermediateDirectories: false)
        _ = try initialise(scratch.file("ws/"))
        #expect(throws: Fault.self) { _ = try initialise(scratch.file("ws")) }
    }

    @Test(arguments: [
        ("threads: 2", "threads: 65", "threads"), ("keepRuns: 7", "keepRuns: 1", "keepRuns"),
        ("flagFall: 0.5", "flagFall: 50", "gates.flagFall"),
        ("protectionFall: 0.1", "protectionFall: -0.1", "gates.protectionFall"),
        // Within 0 and 1, but one person alone would open 支援措置 by it.
        ("protectionFall: 0.1", "protectionFall: 0.9", "gates.protectionFall"),
    ])
    func aSettingOutsideItsRangeIsNamed(part: String, replacement: String, field: String) throws {
        let scratch = try ScratchFolder()
        let path = try initialise(scratch.file("ws")).settings
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try #require(text.contains(part))
        try text.replacing(part, with: replacement).write(toFile: path, atomically: true, encoding: .utf8)
        let faults = #expect(throws: Faults.self) { _ = try NightSettings.load(path: path) }
        #expect(faults?.all.map(\.field) == [field])
    }

    @Test func settingsMadeBeforeALimitWasThereHaveTheStrictOne() throws {
        let scratch = try ScratchFolder()
        let path = try initialise(scratch.file("ws")).settings
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let older = text.split(separator: "\n").filter {
            !$0.contains("Fall:")
        }.joined(separator: "\n").replacing("rejectedShare:", with: "unlinkedProtection: 2, rejectedShare:")
        try older.write(toFile: path, atomically: true, encoding: .utf8)
        let gates = try NightSettings.load(path: path).gates
        #expect(gates.flagFall == 0.5 && gates.protectionFall == 0.1)
    }
}

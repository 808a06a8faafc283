import Audit
import Domain
import Foundation
import Policy
import TestSupport
import Testing

@testable import Store

/// The independent verifier, run on files.
private enum Verifier {
    static let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "verify_audit.py").path

    /// Whether it finds everything intact; anything but a clear answer is an issue.
    static func holds(_ words: [String]) throws -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [script] + words
        let (output, errors) = (Pipe(), Pipe())
        (process.standardOutput, process.standardError) = (output, errors)
        try process.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let wrong = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let isIntact = process.terminationStatus == 0
        #expect(isIntact ? said.hasPrefix("intact:") : wrong.hasPrefix("NOT intact:"), "\(said)\(wrong)")
        return isIntact
    }
}

/// A trail of 30 reads over three days, and its key in a file.
private func tracedWorld() throws -> World {
    let world = try World()
    for number in 0..<30 {
        _ = try world.service.cases(
            actor: staff, deciding: .support { _ in grant(.list) }, after: nil, limit: 9,
            at: noon.addingTimeInterval(Double(number / 10) * 86_400 + Double(number)))
    }
    try Data((world.service.auditKey + "\n").utf8).write(to: URL(filePath: world.folder.file("key")))
    return world
}

private let later = noon.addingTimeInterval(4 * 86_400)

extension World {
    /// The lines of an export, the proof last.
    fileprivate func export(_ part: TrailPart, under note: String? = nil) throws -> [String] {
        var lines: [String] = []
        let proof = try service.exportTrail(
            part, under: note, actor: staff, deciding: .support { _ in grant(.audit) }, at: later
        ) { lines.append(String(decoding: $0, as: UTF8.self)) }
        #expect(proof.count == lines.count)
        return lines + [try proof.line(key: service.auditKey)]
    }

    fileprivate func holds(_ bytes: Data) throws -> Bool {
        try bytes.write(to: URL(filePath: folder.file("export")))
        return try Verifier.holds(["--key", folder.file("key"), folder.file("export")])
    }

    fileprivate func holds(_ lines: [String]) throws -> Bool {
        try holds(Data(lines.map { $0 + "\n" }.joined().utf8))
    }
}

@Test func anIndependentProgramAcceptsWhatIsExportedAndProved() throws {
    let world = try tracedWorld()
    let note = try world.service.auditCheckpoint(at: later)
    #expect(try world.holds(try world.export(.days(from: nil, to: nil))))
    let second = try world.export(.days(from: today.adding(days: 1), to: today.adding(days: 1)))
    #expect(second.count == 11 && second[0].contains("\"seq\":10,"))
    #expect(try world.holds(second))
    for event in [0, 15, 29] {
        let proof = try world.export(.event(event), under: note)
        #expect(proof.count == 2 && proof[0].contains("\"seq\":\(event),"))
        #expect(try world.holds(proof))
    }
    // The export is in the trail, and under the checkpoint that it makes.
    #expect(try world.export(.event(31)).first?.contains("\"what\":\"audit.export\"") == true)
}

@Test func anIndependentProgramRefusesEveryTamperedExport() throws {
    let world = try tracedWorld()
    let honest = try world.export(.days(from: today.adding(days: 1), to: nil))
    let bytes = Data(honest.map { $0 + "\n" }.joined().utf8)
    var generator = SeededGenerator(seed: testSeed)
    let events = honest.count - 1
    for number in 0..<caseCount(24) {
        var (lines, flipped) = (honest, bytes)
        let place = Int.random(in: 0..<events, using: &generator)
        switch number % 5 {
        case 0:
            // Events only: base64 has bits that stand for nothing, and white space of the last line is nobody's statement.
            let end = honest.prefix(events).reduce(0) { $0 + $1.utf8.count + 1 }
            flipped[Int.random(in: 0..<end, using: &generator)] ^=
                1 << UInt8.random(in: 0..<8, using: &generator)
            #expect(try !world.holds(flipped), "seed \(testSeed) number \(number)")
            continue
        case 1: lines.remove(at: place)
        case 2: lines.insert(lines[place], at: Int.random(in: 0...events, using: &generator))
        case 3: lines.swapAt(place, (place + 1) % events)
        default: lines.removeSubrange(place..<events)
        }
        #expect(try !world.holds(lines), "seed \(testSeed) number \(number)")
    }
    // Another's key, another's signature, and a checkpoint of another trail.
    let other = try tracedWorld()
    let foreign = try other.export(.days(from: today.adding(days: 1), to: nil))
    #expect(try !world.holds(foreign))
    #expect(try !world.holds(Array(honest.dropLast()) + foreign.suffix(1)))
}

@Test func theIndependentProgramAndRenkeiAgreeOnTheWholeTrail() throws {
    let world = try tracedWorld()
    let note = try world.service.auditCheckpoint(at: later)
    try Data(note.utf8).write(to: URL(filePath: world.folder.file("note")))
    func both() throws -> [Bool] {
        try world.sql("PRAGMA wal_checkpoint(TRUNCATE)")
        let ours = try world.service.auditVerify(external: [AuditNote(place: "控え", text: note)])
        return [
            ours.problems.isEmpty,
            try Verifier.holds([
                "--key", world.folder.file("key"), world.folder.file("service.sqlite"),
                world.folder.file("note"),
            ]),
        ]
    }
    #expect(try both() == [true, true])
    try world.sql("DROP TRIGGER audit_event_kept; DROP TRIGGER audit_event_stays;")
    let tampers = [
        "UPDATE audit_event SET event = replace(event, 'tanaka', 'tanaki') WHERE sequence = 7",
        "DELETE FROM audit_event WHERE sequence = 29",
        "DELETE FROM audit_event WHERE sequence = 4; UPDATE audit_event SET sequence = sequence - 1 WHERE sequence > 4",
        "UPDATE audit_event SET event = (SELECT event FROM audit_event WHERE sequence = 3) WHERE sequence = 4",
    ]
    for tamper in tampers {
        try world.sql("CREATE TABLE kept AS SELECT * FROM audit_event; \(tamper)")
        #expect(try both() == [false, false], "\(tamper)")
        try world.sql("DELETE FROM audit_event; INSERT INTO audit_event SELECT * FROM kept; DROP TABLE kept")
        #expect(try both() == [true, true])
    }
}

@Test func twoCheckpointsAreProvedToBeBeforeAndAfter() throws {
    let world = try World()
    func read() throws {
        _ = try world.service.cases(
            actor: staff, deciding: .support { _ in grant(.list) }, after: nil, limit: 9, at: noon)
    }
    try Data(world.service.auditKey.utf8).write(to: URL(filePath: world.folder.file("key")))
    var notes: [String] = []
    for _ in 0..<9 {
        try read()
        notes.append(try world.service.auditCheckpoint(at: noon))
    }
    for (old, new) in [(0, 0), (0, 8), (1, 2), (2, 6), (3, 7), (4, 8), (6, 8)] {
        #expect(
            try world.holds([try world.service.consistencyLine(from: notes[old], to: notes[new])]),
            "\(old + 1) to \(new + 1)")
    }
    #expect(throws: Fault.self) { try world.service.consistencyLine(from: notes[5], to: notes[2]) }
    let honest = try world.service.consistencyLine(from: notes[2], to: notes[6])
    let other = try world.service.consistencyLine(from: notes[3], to: notes[6])
    func member(_ line: String, _ name: String) throws -> String {
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return String(
            decoding: try JSONSerialization.data(
                withJSONObject: object?[name] ?? "", options: [.fragmentsAllowed, .withoutEscapingSlashes]),
            as: UTF8.self)
    }
    let mixed = honest.replacing(try member(honest, "hashes"), with: try member(other, "hashes"))
    try #require(mixed != honest)
    #expect(try !world.holds([mixed]))
}

@Test func copiesOfATrailAreComparedEventByEvent() throws {
    let world = try tracedWorld()
    let path = world.folder.file("copy.sqlite")
    try world.sql("VACUUM INTO '\(path)'")
    let copy = try ServiceStore(path: path, keys: world.keys, runsFolder: world.folder.file("runs"))
    #expect(try world.service.firstDifference(from: copy) == nil)
    _ = try copy.users(by: staff, at: later)
    #expect(try world.service.firstDifference(from: copy) == nil)
    try copy.exclusively {
        try $0.execute(
            "DROP TRIGGER audit_event_kept; UPDATE audit_event SET event = event || ' ' WHERE sequence = 17")
    }
    #expect(try world.service.firstDifference(from: copy) == 17)
    #expect(try copy.firstDifference(from: world.service) == 17)
}

@Test func whoMayNotAskGetsNoEventAndTheAttemptIsRecorded() throws {
    let world = try tracedWorld()
    #expect(throws: Fault.self) {
        try world.service.exportTrail(
            .event(0), actor: staff, deciding: .support { _ in refusal }, at: later
        ) { _ in Issue.record("an event came out") }
    }
    #expect(
        try world.count("SELECT count(*) FROM audit_event WHERE event LIKE '%deny%audit.prove%'") == 1)
    #expect(throws: Fault.self) { try world.export(.event(4000)) }
    #expect(throws: Fault.self) { try world.export(.days(from: today.adding(days: 900), to: nil)) }
}

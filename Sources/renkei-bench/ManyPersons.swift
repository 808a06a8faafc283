import Domain
import Foundation
import Nightly
import SampleCity
import Store

/// Publishes a run of `count` invented persons, 2.8 records each as in the invented city, into a workspace that has a publication: what
/// sealing it anew, shredding one of them (`.ci/bench-reseal`) and searching them by name (`.ci/bench-serve`) cost. The persons are `P-B0` and so on, without cases.
func publishPersons(_ count: Int, in root: String, namesTo list: String? = nil) throws {
    let workspace = try Workspace.open(root)
    let keys = try WorkspaceKeys.load(folder: workspace.keys)
    let store = try workspace.openService()
    let day = Day(number: 20_727)
    let name = "bench-\(count)"
    let folder = workspace.runs + "/" + name
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let run = try RunStore.create(folder: folder, keys: keys)
    let file = try run.addFile(
        source: "jumin", title: "住民", file: "jumin_\(day).csv", sha256: "0", asOf: day)
    var generator = SeededGenerator(seed: 11)
    let fact = Fact(item: "A07", kind: "status", value: .code("住登"), on: .day(day))
    var people: [(entities: [Int], display: Identifiers)] = []
    let names = DrawnNames(seed: 11)
    var entities = 0
    var line = 2
    for index in 0..<count {
        var person = invented(index, day, &generator)
        let drawn = names.person(index)
        (person.names, person.guardians) = ([drawn.name], drawn.guardian.map { [$0] } ?? [])
        let own = entities..<entities + [1, 2, 3, 5, 3][index % 5]
        for entity in own {
            try run.addRow(file: file, line: line, offset: line * 100, fate: .accepted)
            try run.addEntity(entity, source: "jumin", key: key(of: entity), identifiers: person)
            try run.addRecord(
                file: file, line: line, offset: line * 100, subject: .child, entity: entity, facts: [fact])
            if line % 500 == 0 {
                try run.keep(
                    KeptRow(bytes: Array(repeating: 0x41, count: 300), length: 300), file: file, line: line)
                try run.addCorrected(RowCorrection(actor: "user:bench", on: day), file: file, line: line)
            }
            line += 1
        }
        entities = own.upperBound
        people.append((Array(own), person))
    }
    for (index, person) in people.enumerated() {
        try run.addPerson(
            PersonID("P-B\(index)"), entities: person.entities, display: person.display,
            household: HouseholdID("H-\(index / 2)"), standing: PersonStanding(), isResident: true)
    }
    try run.addIntake(FileIntake(lines: line - 2), of: file)
    let begun = ContinuousClock.now
    try run.finish()
    print("finish: \(ContinuousClock.now - begun)")
    if let list {
        // As a table of anybody else has them.
        let lines = people.enumerated().map { index, person in
            let name = person.display.names[0]
            return
                "P-B\(index),\(name.written),\(name.writtenKana),\(person.display.birth?.exactDay.map(String.init(describing:)) ?? "")\n"
        }
        try Data(lines.joined().utf8).write(to: URL(filePath: list))
    }
    // As large as a night's: some 1,080 bytes a person (docs/benchmarks.md).
    let piece = (0..<count * 1_080 / 64).map { UInt8(truncatingIfNeeded: $0 &* 167) }
    try KeptFile.write(
        Array(repeating: piece, count: 64), .comparisons, program: "bench", folder: folder, keys: keys)
    _ = try store.publish(
        NewPublication(
            summary: RunSummary(run: RunID(name), asOf: day), folder: name, flags: [], standings: [:]),
        at: Date())
    let sizes = try ["vault.sqlite", "facts.sqlite", "comparisons.sealed"].map { file in
        let size = try FileManager.default.attributesOfItem(atPath: folder + "/" + file)[.size] as? NSNumber
        return "\(file) \((size?.intValue ?? 0) >> 20) MiB"
    }
    print("persons: \(count), records: \(entities), \(sizes.joined(separator: ", "))")
}

/// Opaque and as long as the night's.
private func key(of entity: Int) -> String {
    let digits = String(UInt64(entity) &* 0x9E37_79B9_7F4A_7C15, radix: 16)
    return String(repeating: "0", count: 32 - digits.count) + digits
}

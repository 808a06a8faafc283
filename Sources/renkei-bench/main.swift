// Times the hot paths with a fixed seed: renkei-bench [--json] [--children N] [--model FILE] [--register MEGABYTES]
// or only the whole ingest of a register: renkei-bench --only-ingest MEGABYTES
// or only all flag rules over many children, beside SQL: renkei-bench --only-rules CHILDREN [--threads N]
// or only policy: renkei-bench --only-policy
// or only support programmes against households: renkei-bench --only-support CHILDREN
// or only the verification of an audit trail: renkei-bench --only-audit EVENTS
// or only a publication, while somebody else writes: renkei-bench --only-publish FLAGS
// or a queue to measure the pages with: renkei-bench --open-cases COUNT --workspace DIR (.ci/bench-serve)
// or many persons to seal anew or to search: renkei-bench --persons COUNT --workspace DIR (.ci/bench-reseal, .ci/bench-serve)
import Domain
import Foundation
import SampleCity

let words = Array(CommandLine.arguments.dropFirst())

func value(of option: String) -> String? {
    words.firstIndex(of: option).flatMap { words.indices.contains($0 + 1) ? words[$0 + 1] : nil }
}

func bench() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/renkei-bench-\(getpid())"
    let city = BenchCity(
        folder: folder, children: value(of: "--children").flatMap(Int.init) ?? 10_000, seed: 7)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try SampleCity(CityParameters(children: city.children, seed: city.seed, asOf: city.asOf))
        .write(to: folder)
    var watch = Stopwatch()
    try watch.timePolicy(guidelines: value(of: "--guidelines") ?? "Guidelines", seed: city.seed)
    try watch.timeTexts(city)
    try watch.timeExtracts(city)
    try watch.timeLinkage(city, model: value(of: "--model") ?? "Guidelines/linkage/model.json")
    let megabytes = value(of: "--register").flatMap(Int.init) ?? 60
    let race = try Race(bytes: megabytes * 1_000_000, folder: folder, seed: city.seed, asOf: city.asOf)
    let table = Table(
        seed: city.seed, children: city.children, measurements: watch.measurements, race: race,
        peakMebibytes: peakMebibytes())
    if words.contains("--json") {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        print(String(decoding: try encoder.encode(table), as: UTF8.self))
    } else {
        print(table.text)
    }
}

/// All flag rules over invented children, and the same indicators as SQL.
func benchRules(children: Int) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/renkei-bench-\(getpid())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let threads = value(of: "--threads").flatMap(Int.init) ?? 2
    print(try RuleRace(children: children, threads: threads, folder: folder).text)
}

/// Policy alone: decisions a second on one core.
func benchPolicy() throws {
    var watch = Stopwatch()
    try watch.timePolicy(guidelines: value(of: "--guidelines") ?? "Guidelines", seed: 7)
    for measured in watch.measurements {
        let perSecond = Int(1000 / measured.nanosecondsPerItem)
        print("\(measured.name): \(measured.items), \(perSecond) million/s")
    }
}

/// The whole ingest alone, of a register of any size: what does memory grow by?
func benchIngest(bytes: Int) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/renkei-bench-\(getpid())"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let city = try Race.city(bytes: bytes, folder: folder, seed: 7, asOf: Day(number: 20_727))
    for threads in [1, 2] { print(try Ingest.measure(city, threads: threads).text) }
}

do {
    if let workspace = value(of: "--ingest") {
        try Ingest.run(workspace: workspace, threads: value(of: "--threads").flatMap(Int.init) ?? 1)
    } else if let megabytes = value(of: "--only-ingest").flatMap(Int.init) {
        try benchIngest(bytes: megabytes * 1_000_000)
    } else if let children = value(of: "--only-rules").flatMap(Int.init) {
        try benchRules(children: children)
    } else if let children = value(of: "--only-support").flatMap(Int.init) {
        try benchSupport(children: children)
    } else if let events = value(of: "--only-audit").flatMap(Int.init) {
        try benchAudit(events: events)
    } else if let count = value(of: "--only-publish").flatMap(Int.init) {
        try benchPublish(flags: count)
    } else if let count = value(of: "--open-cases").flatMap(Int.init) {
        try openCases(count, in: value(of: "--workspace") ?? "workspace")
    } else if let count = value(of: "--persons").flatMap(Int.init) {
        try publishPersons(
            count, in: value(of: "--workspace") ?? "workspace", namesTo: value(of: "--names"))
    } else if words.contains("--only-policy") {
        try benchPolicy()
    } else {
        try bench()
    }
} catch {
    FileHandle.standardError.write(Data("\(error)\n".utf8))
    exit(1)
}

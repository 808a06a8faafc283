import Domain
import Foundation
import Store
import Synchronization

/// Publishes `count` flags, and again with one of a hundred changed, while somebody else writes: how long a publication takes, and how
/// long that other one waits at most.
func benchPublish(flags count: Int) throws {
    let root = FileManager.default.temporaryDirectory.path + "/renkei-bench-\(getpid())"
    defer { try? FileManager.default.removeItem(atPath: root) }
    try FileManager.default.createDirectory(atPath: root + "/runs", withIntermediateDirectories: true)
    let keys = try WorkspaceKeys.create(folder: root + "/keys")
    func open() throws -> ServiceStore {
        try ServiceStore(path: root + "/service.sqlite", keys: keys, runsFolder: root + "/runs")
    }
    let (service, other) = (try open(), try open())
    for (night, name) in ["all are new", "one of a hundred changed", "nothing changed"].enumerated() {
        let day = Day(number: 20_727 + night)
        try town(count, on: day, in: root + "/runs/\(night)", keys: keys)
        let flags = (0..<count).map { flag($0, changed: night > 0 && $0 % 100 == 0) }
        let publication = NewPublication(
            summary: RunSummary(run: RunID("\(night)"), asOf: day), folder: "\(night)", flags: flags,
            judged: night == 0 ? nil : [], standings: [:])
        let neighbour = Neighbour(other)
        let start = ContinuousClock.now
        neighbour.start()
        _ = try service.publish(publication, at: Date())
        let took = ContinuousClock.now - start
        print("\(name): \(took.seconds) s, the longest wait of a neighbour \(neighbour.stop().seconds) s")
    }
}

private func town(_ count: Int, on day: Day, in folder: String, keys: WorkspaceKeys) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let run = try RunStore.create(folder: folder, keys: keys)
    let file = try run.addFile(
        source: "kyushoku", title: "給食費", file: "kyushoku.csv", sha256: "0", asOf: day)
    var generator = SeededGenerator(seed: 11)
    for index in 0..<count {
        let child = invented(index, day, &generator)
        try run.addRow(file: file, line: index + 2, offset: index * 100, fate: .accepted)
        try run.addEntity(index, source: "kyushoku", key: "bench-\(index)", identifiers: child)
        try run.addRecord(
            file: file, line: index + 2, offset: index * 100, subject: .child, entity: index,
            facts: (1...12).map { fact(index, month: $0).fact })
        try run.addPerson(
            PersonID("P-B\(index)"), entities: [index], display: child,
            household: HouseholdID("H-\(index / 2)"), standing: PersonStanding(isProtected: false),
            isResident: true)
    }
    try run.addIntake(FileIntake(lines: count), of: file)
    try run.finish()
}

private func fact(_ index: Int, month: Int) -> SourcedFact {
    SourcedFact(
        Fact(
            item: "F01", kind: "arrears", value: .number(Double(index % 7)),
            on: .month(year: 2026, month: month)
        ),
        from: RowPosition(source: "kyushoku", file: "kyushoku.csv", line: index + 2, offset: 0))
}

private func flag(_ index: Int, changed: Bool) -> Flag {
    Flag(
        rule: "B1", version: 1, title: "給食費の滞納", person: PersonID("P-B\(index)"), urgency: .normal,
        difficulties: [.poverty],
        reasons: [
            Reason(
                sentence: changed ? "4か月の滞納があります。" : "3か月の滞納があります。",
                facts: (1...3).map { fact(index, month: $0) }, items: ["F01"],
                sources: [
                    SourceFreshness(
                        source: "kyushoku", title: "給食費", asOf: Day(number: 20_727), limit: 45)
                ])
        ], confirm: ["様子を確かめてください。"], since: Day(number: 20_700))
}

/// Somebody who writes to the same database all the while, as `serve` does.
private final class Neighbour: Sendable {
    private let service: ServiceStore
    private let state = Mutex((isDone: false, longest: Duration.zero))
    private let finished = DispatchSemaphore(value: 0)

    init(_ service: ServiceStore) { self.service = service }

    func start() {
        Thread { [self] in
            while !state.withLock({ $0.isDone }) {
                let start = ContinuousClock.now
                // Whoever waits too long is refused, and comes again.
                while (try? service.recordStart(run: "neighbour", extracts: [:], at: Date())) == nil {}
                let wait = ContinuousClock.now - start
                state.withLock { $0.longest = max($0.longest, wait) }
                usleep(5_000)
            }
            finished.signal()
        }.start()
    }

    /// - Returns: its longest wait.
    func stop() -> Duration {
        state.withLock { $0.isDone = true }
        finished.wait()
        return state.withLock { $0.longest }
    }
}

extension Duration {
    fileprivate var seconds: String {
        String(format: "%.2f", Double(components.seconds) + Double(components.attoseconds) / 1e18)
    }
}

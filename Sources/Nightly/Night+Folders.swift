import Domain
package import Foundation
import Identity
import Pages
import Store

extension Night {
    /// The hash of everything that decides the result: inputs, rulebook, gates' settings, day and program.
    func runID(_ chosen: [InboxExtract], _ rulebook: Rulebook) -> RunID {
        var lines = chosen.map { "\($0.file) \($0.sha256)" }
        lines.append("rulebook \(rulebook.revision)")
        lines.append("day \(asOf)")
        lines.append("program \(program)")
        return RunID(String(Digest.sha256(Array(lines.joined(separator: "\n").utf8)).prefix(16)))
    }

    /// - Throws: `Fault` where the disk has less room than the settings ask for.
    func requireFreeSpace() throws {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: workspace.root)
        guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value else { return }
        guard free >= Int64(settings.freeSpace) << 20 else {
            throw Fault(
                .inputOutput, code: "disk.low",
                message: "空き容量が足りません（空き \(free >> 20) MiB、必要 \(settings.freeSpace) MiB）。",
                file: workspace.root,
                fix: "不要なファイルを消して空きを作ってください。前回の公開はそのまま使えます。")
        }
    }

    /// Removes what a stopped run left in `folder`, and old runs beyond the settings' number.
    ///
    /// The run in service is never touched.
    func clear(_ folder: String, keeping current: String?) throws {
        let files = FileManager.default
        if files.fileExists(atPath: folder) {
            log.notice("同じ入力の前回の実行は、公開まで進んでいません。はじめからやり直します。")
            try files.removeItem(atPath: folder)
        }
        func modified(_ name: String) -> Date {
            (try? files.attributesOfItem(atPath: "\(workspace.runs)/\(name)")[.modificationDate] as? Date)
                .flatMap(\.self) ?? .distantPast
        }
        let old = try files.contentsOfDirectory(atPath: workspace.runs).filter { $0 != current }
            .sorted { modified($0) > modified($1) }
            .dropFirst(settings.keepRuns - 1)
        for name in old { try files.removeItem(atPath: "\(workspace.runs)/\(name)") }
    }

    /// Who was who in the publication in service.
    func memberships(of previous: PublicationInfo?, _ keys: WorkspaceKeys) throws -> [RecordKey: PersonID] {
        guard let previous else { return [:] }
        let store = try RunStore.open(folder: "\(workspace.runs)/\(previous.folder)", keys: keys)
        return Dictionary(
            try store.memberships().map { (RecordKey($0.key), $0.value) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Writes summary and report beside the run; returns the report's path.
    func writeReport(_ summary: RunSummary, _ rejected: [Rejection], to folder: String) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(summary).write(to: URL(filePath: folder + "/summary.json"), options: .atomic)
        let path = folder + "/report.html"
        try RunReportPage.render(summary, rejectedRows: rejected)
            .write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    func readCounts(_ result: ReadResult) -> [(name: String, value: Int)] {
        let ledgers = result.extracts.map(\.ledger)
        return [
            ("行", ledgers.map(\.rows).reduce(0, +)), ("受付", ledgers.map(\.accepted).reduce(0, +)),
            ("却下", ledgers.map(\.rejected).reduce(0, +)), ("重複", ledgers.map(\.duplicate).reduce(0, +)),
        ]
    }

    func linkCounts(_ result: LinkResult) -> [(name: String, value: Int)] {
        [
            ("記録", result.linkage.records), ("候補の組", result.linkage.candidatePairs),
            ("自動", result.linkage.automatic), ("確認待ち", result.linkage.grey), ("人", result.persons.total),
        ]
    }
}

extension Day {
    /// The calendar day in Japan, whatever the machine's time zone: a night at two o'clock is that day's.
    package init(inJapanAt date: Date) {
        self.init(number: Int(((date.timeIntervalSince1970 + 9 * 3600) / 86_400).rounded(.down)))
    }
}

import Domain
import Flagging
import Foundation
import Identity
import Mapping
import Pages
import Policy
import Store

extension Night {
    /// The hash of everything that decides the result: inputs, rulebook, gates' settings, day and program.
    func runID(
        _ chosen: [InboxExtract], _ corrections: Corrections, _ rectifications: Rectifications,
        _ retention: RetentionInForce?, _ verdicts: [KeptVerdict], _ consents: [KeptConsent],
        ended: Int, _ shredded: [ShreddedPerson], _ rulebook: Rulebook
    ) -> RunID {
        var lines = chosen.map { "\($0.file) \($0.sha256)" }
        if let revision = corrections.revision { lines.append("corrections \(revision)") }
        if let revision = rectifications.revision { lines.append("rectifications \(revision)") }
        if let retention { lines.append("retention \(retention.revision)") }
        lines += verdicts.map { "verdict \($0.revision)" }
        lines += consents.map { "consent \($0.revision(on: asOf))" }
        // What an ended one took away at once comes back with a night, although all else is as it was before.
        if ended > 0 { lines.append("consents ended \(ended)") }
        lines += shredded.map { "shredded \($0.number)" }
        lines.append("rulebook \(rulebook.revision)")
        lines.append("day \(asOf)")
        lines.append("program \(program)")
        return RunID(String(Digest.sha256(Array(lines.joined(separator: "\n").utf8)).prefix(16)))
    }

    /// Ends what a stop left of shreddings, or a database from a copy brought back, and tells of it.
    ///
    /// - Returns: everybody who was shredded.
    func finishShreddings(_ service: ServiceStore) throws -> [ShreddedPerson] {
        let finished = try service.finishShreddings(at: now())
        if finished.ended > 0 {
            log.notice("消去した方の記録が途中のまま残っていたか、古い控えから戻されていたため、\(finished.ended)人について、もう一度消しました。")
        }
        if !finished.open.isEmpty {
            log.notice(
                "承認された消去（\(finished.open.map { "S-\($0)" }.joined(separator: "、"))）は、その方の記録が見付からないため、まだ終わっていません。この夜のあとで、もう一度承認してください。"
            )
        }
        if finished.isInLog {
            log.notice("消した内容が、データベースの作業用のファイル（service.sqlite-wal）にまだ残っています。次の夜までに、画面とほかの renkei を一度止めてください。")
        }
        return service.shredded
    }

    /// Ends what a stop left of a sealing anew, and tells of it; where the run in service is lost, a night that builds it anew comes first.
    func finishResealing(_ service: ServiceStore) throws {
        do {
            guard let done = try service.finishResealing(at: now(), threads: threads) else { return }
            log.notice("途中で止まっていた鍵束の作り直し（根\(done.root)番）を終えました。ring.key と ring.sealed の控えを取り直し、古い控えを捨ててください。")
        } catch let fault as Fault where isRebuilding && Self.mended.contains(fault.code) {
            log.notice("鍵束の作り直しは、公開中の実行を読めないため、まだ終わっていません。次の夜間処理で終えます。")
        }
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

    /// Tonight's extracts; what else lies in the inbox is told.
    func choose(_ mappings: MappingSet) throws -> [InboxExtract] {
        let inbox = Inbox(folder: workspace.inbox, asOf: asOf)
        do {
            let chosen = try inbox.choose(mappings)
            for notice in try inbox.notices(mappings, chosen: chosen) { log.notice(notice) }
            return chosen
        } catch let faults as Faults {
            // Why an extract is missing may be that it is there under a wrong name.
            for notice in try inbox.notices(mappings, chosen: []) { log.notice(notice) }
            throw faults
        }
    }

    /// Tells what is wrong with the checkpoints outside the database, before the night adds to the trail.
    func tellOfCheckpoints(_ service: ServiceStore) {
        guard let state = try? checkpoints(service).state() else { return }
        for problem in state.alarms { log.notice(problem) }
    }

    /// Keeps a checkpoint of this run outside the database; that it cannot be written stops nothing, and is told.
    func keepCheckpoint(_ service: ServiceStore) {
        do {
            try checkpoints(service).keep(at: now())
        } catch {
            log.notice((error as? Fault)?.description ?? "監査記録の検査点を控えられませんでした。")
        }
    }

    func checkpoints(_ service: ServiceStore) -> CheckpointKeeper {
        CheckpointKeeper(service, CheckpointFolder(workspace, settings, of: service))
    }

    /// Tells of rejected rows that nobody can tell whose they are: every absence their source speaks of is in doubt.
    func noticeUnplaced(in extracts: [ExtractSummary]) {
        for extract in extracts {
            guard let rows = extract.unplaced else { continue }
            log.notice(
                "「\(extract.title)」の却下された行のうち\(rows)行は、だれの記録か分かりません。この抽出に「データがありません」とする理由には、その数を書き添えます。"
                    + "「renkei rejected list」で確かめ、直してください。")
        }
    }

    /// Rules that find many more or, of many expected, none: either the rule or what it was expected to find is wrong.
    func noticeUnexpected(_ counts: [RuleCount], _ rules: RuleSet) {
        for count in counts {
            guard count.waiting == nil, let applied = count.applied, let rule = rules.rule(count.rule) else {
                continue
            }
            let expected = rule.expectedShare * Double(applied)
            let isMany = Double(count.count) > max(2 * expected, expected + 10)
            guard isMany || (count.count == 0 && expected >= 20) else { continue }
            log.notice(
                "規則「\(count.rule)」（\(count.title)）の該当は\(count.count)人で、見込み（対象\(applied)人の約\(Int(expected.rounded()))人）と"
                    + "\(isMany ? "大きく違います" : "違い、だれもいません")。記録の届き方と規則を確かめてください。")
        }
    }

    /// Rows of 支援措置 that lead to nobody and were not published so before: nobody has looked at those.
    func newlyUnlinked(_ linked: LinkResult, _ known: RunStore?) throws -> [RowPosition] {
        let looked = try known?.unlinkedMeasures() ?? []
        return linked.unlinked.filter { !looked.contains($0.key.rawValue) }.map(\.position)
    }

    /// Tells which items of tonight's extracts no active purpose uses: they are dropped at landing.
    func noticeUnused(_ rulebook: Rulebook, _ chosen: [InboxExtract]) {
        let active = rulebook.guideline.activeItems(for: Self.actor, roles: Self.roles, on: asOf)
        let arrived = Set(chosen.map(\.mapping.source))
        for mapping in rulebook.mappings.all where arrived.contains(mapping.source) {
            let unused = mapping.items.subtracting(active).sorted()
            guard !unused.isEmpty else { continue }
            let titles = unused.map { "\(rulebook.guideline.catalogue[$0]?.title ?? "")（\($0)）" }
            log.notice(
                "「\(mapping.title)」の\(titles.joined(separator: "、"))は、有効な利用目的がないため取り込みません。"
                    + "使うなら Guidelines/purposes に、使わないなら対応付けの drop に書いてください。")
        }
    }

    func noticeUnusedAcceptance(_ gates: [GateResult]) {
        let unused = gates.filter { accepted?.gates.contains($0.gate) == true && $0.passed }.map(\.gate)
        if !unused.isEmpty { log.notice("点検「\(unused.joined(separator: "」「"))」は合格したため、承認は使いませんでした。") }
    }

    func folder(_ name: String) -> String { "\(workspace.runs)/\(name)" }

    /// Removes the plain copies of what departments sent: once read, nobody reads them again.
    func removeCopies() {
        let files = FileManager.default
        for name in (try? files.contentsOfDirectory(atPath: workspace.runs)) ?? [] {
            try? files.removeItem(atPath: folder(name) + "/frozen")
        }
    }

    /// The folder in which run `id` is to be built, and was where it stopped before.
    ///
    /// A folder that was ever published is never built in again: what it holds stays whole until the next publication
    /// has replaced it, and a run may come back after another one.
    func shadow(of id: RunID, published: [String]) -> String {
        let taken = Set(published)
        let name = (1...).lazy.map { $0 == 1 ? id.rawValue : "\(id)-\($0)" }.first { !taken.contains($0) }
        guard let name else { preconditionFailure("INVARIANT: fewer publications than numbers") }
        return name
    }

    /// The gates of the run that stopped in `folder`; none where none came so far.
    func gates(in folder: String) -> [GateResult] {
        let summary = try? Data(contentsOf: URL(filePath: folder + "/summary.json"))
        return summary.flatMap { try? JSONDecoder().decode(RunSummary.self, from: $0) }?.gates ?? []
    }

    /// Removes what is in the way of a run in the folder `name`, and what stopped or refused runs left beyond the settings'
    /// number.
    func clear(_ name: String, published: [String]) throws {
        let taken = Set(published)
        let files = FileManager.default
        if files.fileExists(atPath: folder(name)) {
            log.notice("同じ入力の前回の実行は、公開まで進んでいません。はじめからやり直します。")
            try files.removeItem(atPath: folder(name))
        }
        func modified(_ name: String) -> Date {
            (try? files.attributesOfItem(atPath: folder(name))[.modificationDate] as? Date).flatMap(\.self)
                ?? .distantPast
        }
        let left = try files.contentsOfDirectory(atPath: workspace.runs).filter { !taken.contains($0) }
        for old in left.sorted(by: { modified($0) > modified($1) }).dropFirst(settings.keepRuns) {
            try files.removeItem(atPath: folder(old))
        }
    }

    /// Removes the folders of publications beyond the settings' number, never the one in service.
    ///
    /// - Parameter published: the newest first, which is in service.
    func removeOldPublications(_ published: [String]) throws {
        for old in published.dropFirst(settings.keepRuns)
        where FileManager.default.fileExists(atPath: folder(old)) {
            try FileManager.default.removeItem(atPath: folder(old))
        }
    }

    /// Removes what every run but the one that has just come into service kept for the next night: only that one is built upon.
    /// Where an earlier one comes into service again, the night after it compares and judges everything.
    func removeOldKeptFiles(besides name: String) throws {
        for other in try FileManager.default.contentsOfDirectory(atPath: workspace.runs) where other != name {
            try KeptFile.remove(folder: folder(other))
        }
    }

    /// The run that knows who was who: the one in service; where its folder is lost and may be built anew, the newest
    /// publication's before it that is whole.
    ///
    /// - Throws: `publication.lost`, `publication.other-form` or `publication.other-root`, which say what to do.
    func lastKnownRun(
        _ previous: PublicationInfo?, _ service: ServiceStore, _ keys: WorkspaceKeys
    ) throws -> RunStore? {
        guard let previous else { return nil }
        do {
            return try RunStore.open(published: previous, in: workspace.runs, keys: keys)
        } catch let fault as Fault where isRebuilding && Self.mended.contains(fault.code) {
            for name in try service.publishedFolders() where name != previous.folder {
                guard let run = try? RunStore.open(folder: folder(name), keys: keys) else { continue }
                log.notice("公開中の実行を読めないため、以前の公開（\(name)）の人の番号をもとに作り直します。\(Self.lookAtCases)")
                return run
            }
            log.notice("読める公開が1つもないため、人の番号を付け直します。\(Self.lookAtCases)")
            return nil
        }
    }

    /// What `--rebuild` mends.
    private static let mended = [
        "publication.lost", "publication.other-form", "publication.other-root",
    ]
    private static let lookAtCases =
        "番号が前と違う方では、手を付けていないケースは取り下げて新しいケースにし、手を付けたケースは残しますが氏名などを示せません。対応中のケースが正しい方のものかを、1件ずつ確かめてください。"

    /// Who was who in a run.
    /// Writes summary, report and the linkage's charts beside the run; returns the report's path.
    func writeReport(_ summary: RunSummary, _ read: ReadResult, to folder: String) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(summary).write(to: URL(filePath: folder + "/summary.json"), options: .atomic)
        let path = folder + "/report.html"
        try RunReportPage.render(summary, rejectedRows: read.rejected, warnedRows: read.warned)
            .write(toFile: path, atomically: true, encoding: .utf8)
        try LinkagePage.render(summary)
            .write(toFile: "\(folder)/\(LinkagePage.file)", atomically: true, encoding: .utf8)
        return path
    }

    func readCounts(_ result: ReadResult) -> [(name: String, value: Int)] {
        let ledgers = result.extracts.map(\.ledger)
        return [
            ("行", ledgers.map(\.rows).reduce(0, +)), ("受付", ledgers.map(\.accepted).reduce(0, +)),
            ("却下", ledgers.map(\.rejected).reduce(0, +)), ("重複", ledgers.map(\.duplicate).reduce(0, +)),
            ("置換", ledgers.map(\.superseded).reduce(0, +)),
        ]
    }

    func flagCounts(_ result: FlagResult) -> [(name: String, value: Int)] {
        let found = [(name: "該当", value: result.flags.count)]
        return result.known > 0 ? found + [(name: "前の夜のままの世帯", value: result.known)] : found
    }

    func linkCounts(_ result: LinkResult) -> [(name: String, value: Int)] {
        [
            ("記録", result.linkage.records), ("候補の組", result.linkage.candidatePairs),
            ("うち比べた組", result.linkage.candidatePairs - (result.linkage.keptPairs ?? 0)),
            ("自動", result.linkage.automatic), ("確認待ち", result.linkage.grey), ("人", result.persons.total),
        ]
    }
}

extension ExtractSummary {
    /// With the rows it had when it last came, where it did not come tonight.
    func carrying(_ previous: RunSummary?) -> ExtractSummary {
        var carrying = self
        if file == nil {
            carrying.carriedRows = previous?.extracts.first { $0.source == source }?.rowsWhenLastSeen
        }
        return carrying
    }

    /// Says what the extract supplies, for whoever asks later what an absence means: an item that was dropped is not supplied.
    func supplying(_ mappings: MappingSet, of active: Set<ItemCode>) -> ExtractSummary {
        var supplying = self
        let mapping = mappings.all.first { $0.source == source }
        (supplying.items, supplying.freshnessDays) = (
            mapping?.items.intersection(active).sorted(), mapping?.freshnessDays
        )
        return supplying
    }
}

package import Domain
import Flagging
package import Foundation
import Identity
import Linkage
import Mapping
import Pages
package import Policy
import Store

/// How a night ended.
package enum NightOutcome: Sendable {
    /// The same inputs, settings and program are published already; nothing was done.
    case unchanged(RunSummary)
    case published(RunSummary, report: String, missed: MissedSupport)
}

/// The night: raw extracts become a publication, or nothing changes.
///
/// Everything is built in a run folder of its own (the shadow); only the last step, one transaction, makes it the
/// publication in service. A stop anywhere before leaves last night's publication, and the next run begins anew from
/// the inbox. Clock, program hash and listener are parameters, so that a run can be repeated byte for byte.
package struct Night {
    /// Who acts at night, towards policy and in the audit trail.
    package static let actor = Actor.system("nightly")
    package static let roles: [RoleID] = ["nightly"]

    let workspace: Workspace
    let settings: NightSettings
    let asOf: Day
    let threads: Int
    /// Hash of the program that runs; part of the run's id.
    let program: String
    /// Whether a lost run in service may be built anew from what earlier publications know.
    let isRebuilding: Bool
    /// What this night may fail.
    let accepted: AcceptedGates?
    let now: @Sendable () -> Date
    let log: NightLog

    package init(
        workspace: Workspace, asOf: Day?, threads: Int?, program: String, isRebuilding: Bool = false,
        accepting accepted: AcceptedGates? = nil,
        now: @escaping @Sendable () -> Date, listener: @escaping (NightEvent) -> Void
    ) throws {
        self.workspace = workspace
        settings = try NightSettings.load(path: workspace.settings)
        self.asOf = asOf ?? settings.asOf ?? Day(inJapanAt: now())
        self.threads = threads ?? settings.threads
        self.program = program
        self.isRebuilding = isRebuilding
        self.accepted = accepted
        self.now = now
        log = NightLog(seconds: { now().timeIntervalSinceReferenceDate }, listener: listener)
    }

    /// Runs the night.
    ///
    /// - Throws: `Fault`/`Faults`: `.configuration` before anything starts, `.busy`, `.gate` (recorded, so that the
    ///   pages show a banner), `.inputOutput`.
    package func run() throws -> NightOutcome {
        let lock = try RunLock(path: workspace.lock)
        defer { withExtendedLifetime(lock) {} }
        let service = try workspace.openService(evenRestored: true)
        tellOfCheckpoints(service)
        defer { keepCheckpoint(service) }
        var id: RunID = "none"
        do {
            try checkpoints(service).requireWhole()
            try service.requireGuidelineInTrail()
            let inForce = try GuidelineInForce.load(workspace, service)
            let rulebook = try Rulebook.load(workspace, inForce)
            try rulebook.requireUsable(on: asOf)
            for notice in rulebook.notices { log.notice(notice) }
            try RuleApprovals(service).requireAsApproved(in: workspace)
            try service.keepFirstRules(workspace.ruleHashes())
            try requireFreeSpace()
            let chosen = try choose(rulebook.mappings)
            // Before anything is read that a shredding takes away.
            let shredded = try finishShreddings(service)
            try finishResealing(service)
            let corrections = try corrections(for: chosen, rulebook, service)
            let verdicts = try service.verdicts().filter(\.isInForce)
            let said = try service.consents()
            let consents = said.filter { !$0.isEnded }
            let readAt = now()
            var rectifications = try service.rectifications()
            rectifications.readAt = readAt
            let retention = try RetentionInForce(
                service.approvedRetention(), rulebook.guideline, on: asOf, today: Day(inJapanAt: now()))
            id = runID(
                chosen, corrections, rectifications, retention, verdicts, consents,
                ended: said.count - consents.count, shredded,
                rulebook)
            return try run(
                id, chosen, corrections, rectifications, retention, verdicts, consents, rulebook, service)
        } catch let fault as Fault where fault.kind == .usage {
            // Nothing was started: what stopped before is still what there is to tell.
            throw fault
        } catch {
            // A fault's text names no value; any other error's might. The banner must not hide the error itself.
            let told = (error as? Fault)?.description ?? (error as? Faults)?.description
            try? service.recordFailedRun(run: id, message: told ?? "内部エラーが起きました。", at: now())
            throw error
        }
    }

    private func run(
        _ id: RunID, _ chosen: [InboxExtract], _ corrections: Corrections,
        _ rectifications: Rectifications, _ retention: RetentionInForce?, _ verdicts: [KeptVerdict],
        _ consents: [KeptConsent],
        _ rulebook: Rulebook, _ service: ServiceStore
    ) throws -> NightOutcome {
        let keys = try WorkspaceKeys.load(folder: workspace.keys)
        let previous = try service.currentPublication()
        let known = try lastKnownRun(previous, service, keys)
        if let previous, previous.run == id, known?.folder == folder(previous.folder) {
            try service.forgetFailures()
            try foldErasures(service)
            return .unchanged(previous.summary)
        }

        let published = try service.publishedFolders()
        let name = shadow(of: id, published: published)
        let folder = folder(name)
        let seen = gates(in: folder)
        try accepted?.require(seen)
        try service.recordStart(
            run: id, extracts: Dictionary(chosen.map { ($0.file, $0.sha256) }, uniquingKeysWith: { $1 }),
            at: now())
        try clear(name, published: published)
        // Also of nights that were killed, and of this one where it is stopped.
        removeCopies()
        defer { removeCopies() }
        let frozen = try log.stage(.freeze, counts: { [("抽出ファイル", $0.count)] }) {
            try freeze(
                chosen, from: workspace.inbox, into: folder + "/frozen",
                gzip: Gzip(limit: (settings.expandedLimit ?? 4096) << 20), log: log)
        }
        let store = try RunStore.create(folder: folder, keys: keys)
        var summary = RunSummary(run: id, asOf: asOf, municipality: settings.municipality)
        summary.casesPerWeek = settings.casesPerWeek

        noticeUnused(rulebook, chosen)
        let active = rulebook.guideline.activeItems(for: Self.actor, roles: Self.roles, on: asOf)
        let read = try log.stage(.read, counts: readCounts) {
            try ReadExtracts(
                frozen: frozen, mappings: rulebook.mappings, activeItems: active,
                store: store, keys: keys, corrections: corrections, rectifications: rectifications,
                retention: retention, shredded: ShreddedRecords(keys.ring.shredded, keys: keys),
                threads: threads, log: log
            ).run()
        }
        removeCopies()
        let expired = read.expired.sorted { $0.key < $1.key }.map {
            ExpiredCount(item: $0.key, facts: $0.value)
        }
        summary.expired = expired.isEmpty ? nil : expired
        try noticeExpired(retention, expired, overdue: read.overdue, service)
        noticeLapsed(rectifications, read, rulebook.mappings)
        summary.extracts = read.extracts.map {
            $0.carrying(previous?.summary).supplying(rulebook.mappings, of: active)
        }
        summary.corrections = corrections.counts(taken: read.corrected)

        let linked = try log.stage(.link, counts: linkCounts) {
            try LinkPersons(
                entities: read.entities, unread: read.unread, model: rulebook.model, threads: threads,
                before: LastPersons(known),
                sheltered: read.outlasting.households(keys.ring.shredded, in: read.entities, keys: keys),
                verdicts: verdicts, consents: consents,
                last: LastComparisons(known, program: program, keys: keys), program: program, asOf: asOf,
                store: store, keys: keys, log: log
            ).run()
        }
        summary.linkage = linked.linkage
        summary.linkage.sampledFalseLinks = try service.reviewSample().flatMap {
            SampleEstimate($0, verdicts: verdicts).falseLinks
        }
        summary.persons = linked.persons
        for index in summary.extracts.indices {
            summary.extracts[index].unplaced = linked.unread.unplaced[summary.extracts[index].source]
        }
        noticeUnplaced(in: summary.extracts)
        let said = ConsentsInForce(consents, reach: linked.consentReach, on: asOf)
        for (person, refused) in said.refused {
            try store.forget(
                factsOf: linked.consentEntities[person] ?? [],
                except: rulebook.guideline.activeItems(
                    for: Self.actor, roles: Self.roles, on: asOf, besides: refused))
        }
        try store.finish()

        let flagged = try log.stage(.flag, counts: flagCounts) {
            try RaiseFlags(
                rules: rulebook.rules, guideline: rulebook.guideline, mappings: rulebook.mappings,
                extracts: summary.extracts, asOf: asOf, store: store, service: service, now: now, log: log,
                consents: said, absent: linked.absent, doubtful: linked.unread.doubtful, threads: threads,
                memory: RaiseFlags.Memory(
                    last: LastEvaluations(known, program: program, keys: keys),
                    rulebook: rulebook.revision, identity: read.entities.print(of:))
            ).run()
        }
        flagged.tonight?.write(program: program, folder: store.folder, keys: keys, log: log)
        if flagged.known > 0 { summary.knownHouseholds = flagged.known }
        let standing = try service.standingFlags(
            undecided: flagged.undecided, besides: flagged.flags, aliases: linked.aliases)
        noticeUnexpected(flagged.counts, rulebook.rules)
        for notice in RuleMeasure(try service.dispositions()).notices(rulebook.rules) { log.notice(notice) }
        summary.flags = flagged.counts.map { count in
            var count = count
            count.standing = standing[count.rule]
            return count
        }

        try log.stage(.check, counts: { [("点検", summary.gates.count)] }) {
            let changes = IdentityChanges(
                run: id, changes: try store.identityChanges(), cases: try service.casesByPerson())
            if let notice = changes.notice { log.notice(notice) }
            summary.gates = Gates(
                limits: settings.gates, rowDropLimits: rulebook.mappings.rowDropLimits,
                rowRiseLimits: rulebook.mappings.rowRiseLimits,
                protecting: rulebook.mappings.sources(of: protectionItem),
                previous: previous?.summary,
                newlyUnlinked: try newlyUnlinked(linked, known), changesOfCases: changes.touching.count
            )
            .check(summary, files: try store.ledgers()).accepting(accepted, asSeenIn: seen)
            summary.publicationHash = try publicationHash(run: store, flags: flagged.flags)
        }
        noticeUnusedAcceptance(summary.gates)
        summary.notices = log.notices
        // Before publishing, so that a failed or stopped night can be read about too.
        _ = try writeReport(summary, read, to: folder)
        if let fault = summary.gates.fault(report: folder + "/report.html") { throw fault }
        try log.stage(.publish, counts: { [("新しいケース", summary.cases.new)] }) {
            summary.cases = try service.publish(
                NewPublication(
                    summary: summary, folder: name, flags: flagged.flags,
                    undecided: flagged.undecided, judged: flagged.judged, standings: linked.standings,
                    aliases: linked.aliases, regained: linked.regained,
                    consentReach: linked.consentReach, rules: rulebook.rules.rulesByPurpose,
                    lastRectification: rectifications.last,
                    rectificationsReadAt: rectifications.readAt,
                    lapsed: rectifications.lapsed(
                        used: read.unusable.union(read.rectified.keys), arrived: read.arrived),
                    outgrown: { [rules = rulebook.rules, asOf] in rules.outgrown($0, born: $1, on: asOf) }),
                at: now())
        }
        summary.stages = log.timings
        // The publication is in service; what goes wrong now must not make it look failed.
        // Nor may one of it keep the next from being done.
        func afterwards(_ what: String, _ body: () throws -> Void) {
            do { try body() } catch {
                log.notice("公開は終わりましたが、\(what)ができませんでした。空き容量と権限を確かめてください。")
            }
        }
        afterwards("古い直しの片付け") {
            try service.removeCorrections(of: corrections.replaced, actor: Self.actor, at: now())
        }
        afterwards("保存年数を過ぎたものの片付け") { try clearExpired(retention, service) }
        afterwards("抜き取り確認のこどもを選ぶこと") { try drawSpotChecks(rulebook.guideline, service) }
        afterwards("実行報告の書き直し") { _ = try writeReport(summary, read, to: folder) }
        afterwards("古い実行の片付け") {
            try removeOldPublications(service.publishedFolders())
            try removeOldKeptFiles(besides: name)
        }
        // Before the night's checkpoint: the trail says that everybody was read.
        let missed: MissedSupport
        do { missed = try SupportDesk.count(service, rulebook.guideline, at: now()) } catch {
            let why = (error as? Fault)?.description ?? (error as? Faults)?.description
            missed = .failed(why: why ?? "内部エラーが起きました。")
        }
        return .published(summary, report: folder + "/report.html", missed: missed)
    }
}

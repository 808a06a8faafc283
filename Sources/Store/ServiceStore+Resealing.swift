internal import Audit
internal import Domain
package import Foundation
package import Policy

extension ServiceStore {
    /// Seals everything anew, under a root that nobody who has copies of the ring and its key knows: the run in service, what it
    /// compared, what people corrected. Runs that are not in service go, and then the root of before.
    ///
    /// In this order, so that a stop anywhere leaves what can be read, and the next night or another call ends it: the trail, a ring with
    /// both roots, the vault in service, its comparisons, the other runs, this database, the ring without the old root. Nobody else may
    /// be working on the runs meanwhile (`RunLock`); who reads goes on reading.
    /// - Parameters:
    ///   - reason: without names or numbers of persons: it stays in the audit trail.
    ///   - progress: what it throws stops the work, as a stop of the machine would.
    /// - Throws: `publication.lost` and the like, `reseal.form`, `disk.low`, before anything changes; `.inputOutput`.
    package func reseal(
        reason: String, actor: Actor, at: Date, threads: Int,
        progress: (ResealingProgress) throws -> Void = { _ in }
    ) throws -> Resealed {
        try exclusively { database in
            try renewRing(in: database)
            let publication = try currentPublication(in: database)
            let run = try publication.map(run(of:))
            var event = AuditEvent(.keysReseal, actor: actor.description, at: at.milliseconds)
            // Stopped on the way: this ends it.
            guard !keys.ring.isResealing else {
                event.references = ["reason": reason, "step": "resumed"]
                return try database.transaction { try append(event, in: database) }
            }
            if let run { try Self.requireResealable(run) }
            event.references = ["reason": reason, "step": "begun"]
            event.counts = ["serial": keys.ring.serial + 1, "root": keys.ring.root.number + 1]
            try database.transaction { try append(event, in: database) }
            try keys.ringFile.replace { try $0.withNewRoot() }
            try database.transaction { try noteRing(in: database) }
        }
        return try sealAnew(actor: actor, at: at, threads: threads, progress: progress)
    }

    /// Whether a stop left something of `reseal`.
    package var isResealing: Bool { keys.ring.isResealing }

    /// Ends what a stop left of `reseal`, wherever it stopped.
    ///
    /// - Returns: `nil` where nothing was left.
    /// - Throws: as `reseal`.
    package func finishResealing(at: Date, threads: Int) throws -> Resealed? {
        try exclusively { try renewRing(in: $0) }
        guard keys.ring.isResealing else { return nil }
        return try sealAnew(actor: .system("nightly"), at: at, threads: threads) { _ in }
    }

    private func sealAnew(
        actor: Actor, at: Date, threads: Int, progress: (ResealingProgress) throws -> Void
    ) throws -> Resealed {
        var done = Resealed(root: keys.ring.root.number)
        let publication = try currentPublication()
        if let publication {
            let counts = try RunStore.reseal(
                publication, in: runsFolder, keys: keys, threads: threads, progress: progress)
            done.records = counts[.records] ?? 0
            done.persons = counts[.persons] ?? 0
            done.rejected = counts[.rejected] ?? 0
            try progress(ResealingProgress(step: .comparisons, done: 0, total: 0))
            let folder = runsFolder + "/" + publication.folder
            done.hasComparisons = try KeptFile.reseal(.comparisons, folder: folder, keys: keys)
            _ = try KeptFile.reseal(.evaluations, folder: folder, keys: keys)
            _ = try KeptFile.reseal(.names, folder: folder, keys: keys)
        }
        done.removedRuns = try RunStore.removeRuns(
            inFolder: runsFolder, besides: publication.map { [$0.folder] } ?? [])
        try progress(ResealingProgress(step: .corrections, done: 0, total: 0))
        try replaceRing(
            sealing: \.common, unless: { !keys.ring.isResealing },
            reseal: { database in
                done.corrections = try resealCorrections(by: keys.ring.common, in: database)
                done.corrections += try resealRectifications(by: keys.ring.common, in: database)
                try resealSecondFactors(in: database)
                try resealDrafts(in: database)
                var event = AuditEvent(.keysReseal, actor: actor.description, at: at.milliseconds)
                event.references = ["step": "sealed"]
                event.counts = done.counts.merging(["serial": keys.ring.serial + 1]) { $1 }
                try append(event, in: database)
                try noteErasure(in: database)
            }, isLeft: { try hasStale("case_draft", in: $0) || hasStale("second_factor", in: $0) },
            change: { $0.withoutOldRoots() })
        done.serial = keys.ring.serial
        done.isInLog = try !foldErasures()
        return done
    }

    /// Whether a row of the table that can be opened is sealed by an older root than the ring's newest.
    private func hasStale(_ table: String, in database: Database) throws -> Bool {
        let roots = keys.ring.roots.map(\.number).filter { $0 != keys.ring.root.number }
        return try database.statement(
            "SELECT 1 FROM \(table) WHERE root IN (SELECT value FROM json_each(?)) LIMIT 1"
        ).first(json(roots)) { _ in true } ?? false
    }

    /// Refuses, before anything changes, what could not be ended.
    private static func requireResealable(_ run: RunStore) throws {
        guard run.form == RunFiles.form else {
            throw Fault(
                .usage, code: "reseal.form", message: "公開中の実行は、人ごとの鍵がない前の版のものです。",
                fix: "「renkei run」で夜間処理をしてから、もう一度実行してください。")
        }
        let files = FileManager.default
        let free = try? files.attributesOfFileSystem(forPath: run.folder)[.systemFreeSize] as? NSNumber
        let needed = ["vault.sqlite", "comparisons.sealed"].reduce(0) { sum, name in
            let size = try? files.attributesOfItem(atPath: run.folder + "/" + name)[.size] as? NSNumber
            return sum + (size?.intValue ?? 0)
        }
        guard let free, free.intValue < needed + needed / 4 else { return }
        throw Fault(
            .inputOutput, code: "disk.low",
            message: "空き容量が足りません（空き \(free.intValue >> 20) MiB、必要 \((needed + needed / 4) >> 20) MiB）。",
            file: run.folder, fix: "不要なファイルを消して空きを作ってください。何も変えていません。")
    }
}

/// What was sealed anew.
package struct Resealed: Sendable, Hashable {
    /// Number of the root that seals now.
    package var root: Int
    /// Of the ring.
    package var serial = 0
    package var records = 0
    package var persons = 0
    package var rejected = 0
    /// What people corrected: of rejected rows, and of accepted ones.
    package var corrections = 0
    /// Whether there is something that the next night can build upon.
    package var hasComparisons = false
    /// Runs that were not in service.
    package var removedRuns = 0
    /// Whether the database's log still holds what was overwritten, since somebody was reading all the while.
    package var isInLog = false

    init(root: Int) { self.root = root }

    fileprivate var counts: [String: Int] {
        [
            "root": root, "records": records, "persons": persons, "rejected": rejected,
            "corrections": corrections, "removedRuns": removedRuns,
        ]
    }
}

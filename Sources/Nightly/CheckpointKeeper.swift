import Domain
package import Foundation
package import Store

/// How far the trail is signed outside the database.
package struct CheckpointState: Sendable, Hashable, Encodable {
    package let folder: String
    /// Whether the settings name a place of their own; the usual one is on the same machine.
    package let isChosen: Bool
    /// Events in the trail, and those after the last checkpoint outside.
    package let events: Int
    package let uncovered: Int
    /// Checkpoints in the folder, and when the last one was signed.
    package let checkpoints: Int
    package let lastAt: Date?
    /// Those that the trail does not fit, and of which nobody said so: the database was put back from a copy, or rewritten.
    package let unfitting: [SignedState]
    /// How many were said to be of a trail that was lost.
    package let lost: Int
    /// Japanese sentences; empty when everything is as it should be.
    package let problems: [String]

    private enum CodingKeys: CodingKey {
        case folder, isChosen, events, uncovered, checkpoints, lastAt, lost, problems
    }

    /// The problems that are worth telling before the first checkpoint: the usual folder is made with it.
    package var alarms: [String] { checkpoints == 0 && !isChosen ? [] : problems }
}

/// Signs the audit trail and keeps the checkpoints outside the database: after each night, and once an hour while `serve` runs.
///
/// Unchecked Sendable: `lastHour` is touched only under `lock`.
package final class CheckpointKeeper: @unchecked Sendable {
    private let service: ServiceStore
    private let folder: CheckpointFolder
    private let lock = NSLock()
    private var lastHour: Int?

    package init(_ service: ServiceStore, _ folder: CheckpointFolder) {
        self.service = service
        self.folder = folder
    }

    /// Signs the trail as it is, unless it is signed already, and writes what the folder lacks.
    ///
    /// - Throws: `Fault` where it cannot be written; the checkpoint is in the database all the same, and written next time.
    package func keep(at: Date) throws {
        _ = try service.auditCheckpoint(at: at)
        try folder.keep(service)
    }

    /// Keeps a checkpoint where another hour has begun since the last try; the first call always does.
    package func keepHourly(at: Date) throws {
        let hour = Int((at.timeIntervalSince1970 / 3600).rounded(.down))
        let isDue = lock.withLock {
            defer { lastHour = hour }
            return lastHour != hour
        }
        if isDue { try keep(at: at) }
    }

    /// Holds what lies outside against the trail, without reading all of it: a trail that lost its end, or whose checkpoint of the same
    /// size is another, is found here; everything else by `audit verify`.
    package func state() throws -> CheckpointState {
        var problems: [String] = []
        var notes: [AuditNote] = []
        do throws(Fault) {
            notes = try folder.notes()
        } catch {
            problems.append("\(error.message)（\(folder.path)）\(error.fix)")
        }
        // After the folder: others may be writing, and the trail only grows.
        let events = try service.auditSize()
        let kept = Set(try service.auditNotes().map(\.text))
        let inside = Dictionary(
            kept.compactMap { service.signedState(of: $0, isKept: true) }.map { ($0.size, $0.root) },
            uniquingKeysWith: { first, _ in first })
        var outside: [SignedState] = []
        for note in notes {
            if let state = service.signedState(of: note.text, isKept: kept.contains(note.text)) {
                outside.append(state)
            } else {
                problems.append("\(note.place): 署名が正しくない検査点です。")
            }
        }
        let all = outside.count
        outside = try outside.filter { try !service.isKnownLost($0) }
        // Each was in the database before it was written here: where it is not, the trail that it signs is not this one, however long
        // this one has become since.
        let rewritten = outside.filter { $0.size <= events && inside[$0.size] != $0.root }
        for state in rewritten {
            problems.append("\(state.size)件目までの監査記録が、外に控えた検査点と一致しません。「renkei audit verify」で確かめてください。")
        }
        let last = outside.max { $0.size < $1.size }
        if let last, last.size > events {
            problems.append(
                "外に控えた検査点では\(last.size)件あった監査記録が、\(events)件に減っています。個人情報保護担当に知らせてください。")
        }
        let unfitting = rewritten + outside.filter { $0.size > events }
        return CheckpointState(
            folder: folder.path, isChosen: folder.isChosen, events: events,
            uncovered: max(0, events - (last?.size ?? 0)), checkpoints: outside.count, lastAt: last?.at,
            unfitting: unfitting, lost: all - outside.count, problems: problems)
    }

    /// Refuses to go on with a database that was put back from a copy before somebody says that it was: who was removed, refused
    /// or shredded since, it does not know.
    ///
    /// - Throws: `Fault` of kind `.configuration`.
    package func requireWhole() throws {
        let unfitting = try state().unfitting
        guard let last = unfitting.max(by: { $0.size < $1.size }) else { return }
        throw Fault(
            .configuration, code: "audit.restored",
            message: "外に控えた検査点では\(last.size)件あった監査記録が、このデータベースにはありません。古い控えに戻されたか、書きかえられています。",
            file: folder.path,
            fix: "個人情報保護担当に知らせてください。控えから戻したのなら、「renkei audit accept-restore --reason 理由」で認め、"
                + "そのあとの利用者の削除・パスワード・利用停止・決まりの承認・訂正を、もう一度行ってください（docs/keys.md）。")
    }
}

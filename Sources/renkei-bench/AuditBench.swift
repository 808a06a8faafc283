import Audit
import Domain
import Foundation
import Nightly
import Store

/// Verification of a trail of `events` reads, as `renkei audit verify` does it: from the database, with checkpoints outside.
func benchAudit(events: Int) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/renkei-bench-\(getpid())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let keys = try WorkspaceKeys.create(folder: folder + "/keys")
    let store = try ServiceStore(path: folder + "/service.sqlite", keys: keys, runsFolder: folder)
    let start = Date(timeIntervalSince1970: 1_790_823_600)
    var notes: [AuditNote] = []
    let piece = max(1, events / 10)
    let written = try ContinuousClock().measure {
        for first in stride(from: 0, to: events, by: piece) {
            let places = first..<min(first + piece, events)
            try store.appendAll(places.lazy.map { invented($0, start) })
            notes.append(
                AuditNote(
                    place: "\(places.upperBound)", text: try store.auditCheckpoint(at: start + Double(first)))
            )
        }
    }
    let size = try FileManager.default.attributesOfItem(atPath: folder + "/service.sqlite")[.size]
    print(
        "written: \(events) events in \(seconds(written)) s, \(((size as? NSNumber)?.intValue ?? 0) >> 20) MiB"
    )
    var report: AuditReport?
    let verified = try ContinuousClock().measure { report = try store.auditVerify(external: notes) }
    print(
        "verified: \(report?.covered ?? 0) events, \(report?.checkpoints ?? 0) checkpoints in \(seconds(verified)) s"
    )
    print("peak RSS: \(peakMebibytes()) MiB, problems: \(report?.problems.count ?? -1)")
}

/// A case that somebody read, as such events are.
private func invented(_ place: Int, _ start: Date) -> AuditEvent {
    var event = AuditEvent(
        place % 20 == 0 ? .casesList : .caseRead, actor: "user:u\(place % 50)",
        at: Int(start.timeIntervalSince1970) * 1000 + place)
    event.purpose = "outreach"
    event.revision = "0123456789abcdef0123456789abcdef"
    event.statements = ["center-reads", "mask-protected"]
    event.subjects = [Pseudonym(String(place % 100_000, radix: 16) + "-0123456789abcdef")]
    event.fields = ["A01", "B06", "address", "birth", "name"]
    event.counts = ["cases": 1, "household": 3, "records": 4]
    event.references = ["case": "C-\(place % 1000)", "held": "own", "run": "0123456789abcdef"]
    return event
}

private func seconds(_ duration: Duration) -> String {
    String(Double(Int(duration / .milliseconds(10))) / 100)
}

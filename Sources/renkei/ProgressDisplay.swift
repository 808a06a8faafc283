import Domain
import Foundation
import Nightly
import Store

/// Shows how far long work has come: one line that moves on a terminal, JSON lines elsewhere.
final class ProgressDisplay {
    /// A part of the work; `key` for machines.
    private struct Step: Equatable {
        let key: String
        let title: String
        let number: Int
        let total: Int

        var head: String { "[\(number)/\(total)] \(title)" }
    }

    private let console: Console
    private let now: () -> Date
    private var lastDrawn = Date.distantPast
    /// Of work that does not say itself when a step ends.
    private var current: (step: Step, since: Date, done: Int)?

    init(_ console: Console, now: @escaping () -> Date) {
        self.console = console
        self.now = now
    }

    func show(_ event: NightEvent) {
        let step = { (stage: Stage) in
            Step(
                key: stage.rawValue, title: stage.title,
                number: (Stage.allCases.firstIndex(of: stage) ?? 0) + 1, total: Stage.allCases.count)
        }
        switch event {
        case .began(let stage): began(step(stage))
        case .progress(let stage, let done, let total, let what): progress(step(stage), done, total, what)
        case .finished(let stage, let seconds, let counts): finished(step(stage), seconds, counts)
        case .notice(let text):
            if console.isTerminal {
                line("  お知らせ: \(text)", ends: true)
            } else {
                log(["event": "notice", "message": text])
            }
        }
    }

    func show(_ progress: ResealingProgress) {
        let title =
            switch progress.step {
            case .records: "記録"
            case .persons: "人"
            case .rejected: "却下された行"
            case .comparisons: "比較の記録"
            case .corrections: "直しと訂正"
            }
        let step = Step(
            key: progress.step.rawValue, title: title,
            number: (ResealingProgress.Step.allCases.firstIndex(of: progress.step) ?? 0) + 1,
            total: ResealingProgress.Step.allCases.count)
        if current?.step != step {
            end()
            current = (step, now(), 0)
            began(step)
        }
        current?.done = progress.done
        self.progress(step, progress.done, progress.total, "")
    }

    /// The last step is done.
    func end() {
        guard let (step, since, done) = current else { return }
        finished(step, now().timeIntervalSince(since), done > 0 ? [("件", done)] : [])
        current = nil
    }

    private func began(_ step: Step) {
        if console.isTerminal {
            lastDrawn = .distantPast
            line("\(step.head) …", ends: false)
        } else {
            log(["event": "stage.began", "stage": step.key])
        }
    }

    private func progress(_ step: Step, _ done: Int, _ total: Int, _ what: String) {
        guard console.isTerminal, now().timeIntervalSince(lastDrawn) > 0.1 else { return }
        lastDrawn = now()
        let share = total > 0 ? " \(bar(done, total)) \(done)/\(total)" : ""
        line("\(step.head)\(share) \(what)", ends: false)
    }

    private func finished(_ step: Step, _ seconds: Double, _ counts: [(name: String, value: Int)]) {
        if console.isTerminal {
            let figures = counts.map { "\($0.name) \($0.value)" }.joined(separator: "・")
            line("\(step.head) \(String(format: "%.1f", seconds))秒 \(figures)", ends: true)
        } else {
            log([
                "event": "stage.finished", "stage": step.key, "seconds": (seconds * 1000).rounded() / 1000,
                "counts": Dictionary(counts.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }),
            ])
        }
    }

    private func bar(_ done: Int, _ total: Int) -> String {
        let filled = min(20, 20 * done / total)
        return String(repeating: "■", count: filled) + String(repeating: "□", count: 20 - filled)
    }

    private func line(_ text: String, ends: Bool) {
        console.write(note: "\r\u{1B}[K\(text)\(ends ? "\n" : "")")
    }

    private func log(_ entry: [String: Any]) {
        let stamped = entry.merging(["time": now().formatted(.iso8601)]) { $1 }
        let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
        if let data = try? JSONSerialization.data(withJSONObject: stamped, options: options) {
            console.note(String(decoding: data, as: UTF8.self))
        }
    }
}

import Domain
import Foundation
import Nightly

/// Shows the night's events: one line that moves on a terminal, JSON lines elsewhere.
final class NightDisplay {
    private let console: Console
    private let now: () -> Date
    private var lastDrawn = Date.distantPast

    init(_ console: Console, now: @escaping () -> Date) {
        self.console = console
        self.now = now
    }

    func show(_ event: NightEvent) {
        if console.isTerminal { draw(event) } else { log(event) }
    }

    private func draw(_ event: NightEvent) {
        let number = { (stage: Stage) in
            "[\((Stage.allCases.firstIndex(of: stage) ?? 0) + 1)/\(Stage.allCases.count)]"
        }
        switch event {
        case .began(let stage):
            lastDrawn = .distantPast
            line("\(number(stage)) \(stage.title) …", ends: false)
        case .progress(let stage, let done, let total, let what):
            guard now().timeIntervalSince(lastDrawn) > 0.1 else { return }
            lastDrawn = now()
            let share = total > 0 ? " \(bar(done, total)) \(done)/\(total)" : ""
            line("\(number(stage)) \(stage.title)\(share) \(what)", ends: false)
        case .finished(let stage, let seconds, let counts):
            let figures = counts.map { "\($0.name) \($0.value)" }.joined(separator: "・")
            line("\(number(stage)) \(stage.title) \(String(format: "%.1f", seconds))秒 \(figures)", ends: true)
        case .notice(let text):
            line("  お知らせ: \(text)", ends: true)
        }
    }

    private func bar(_ done: Int, _ total: Int) -> String {
        let filled = min(20, 20 * done / total)
        return String(repeating: "■", count: filled) + String(repeating: "□", count: 20 - filled)
    }

    private func line(_ text: String, ends: Bool) {
        console.write(note: "\r\u{1B}[K\(text)\(ends ? "\n" : "")")
    }

    private func log(_ event: NightEvent) {
        var entry: [String: Any] = ["time": now().formatted(.iso8601)]
        switch event {
        case .began(let stage):
            entry["event"] = "stage.began"
            entry["stage"] = stage.rawValue
        case .progress: return
        case .finished(let stage, let seconds, let counts):
            entry["event"] = "stage.finished"
            entry["stage"] = stage.rawValue
            entry["seconds"] = (seconds * 1000).rounded() / 1000
            entry["counts"] = Dictionary(counts.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        case .notice(let text):
            entry["event"] = "notice"
            entry["message"] = text
        }
        let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
        if let data = try? JSONSerialization.data(withJSONObject: entry, options: options) {
            console.note(String(decoding: data, as: UTF8.self))
        }
    }
}

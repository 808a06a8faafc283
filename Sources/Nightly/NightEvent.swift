import Domain

/// What the night tells while it works: for a progress display, a log line, a test.
package enum NightEvent: Sendable {
    /// A stage begins; `title` is Japanese.
    case began(stage: Stage)
    /// How far a stage has come; `total` 0 where it cannot be known.
    case progress(stage: Stage, done: Int, total: Int, what: String)
    case finished(stage: Stage, seconds: Double, counts: [(name: String, value: Int)])
    /// Something an official should read, without any person's value.
    case notice(String)
}

/// The stages of the night, in order.
package enum Stage: String, Sendable, CaseIterable {
    case freeze, read, link, flag, check, publish

    package var title: String {
        switch self {
        case .freeze: "抽出ファイルの固定"
        case .read: "読み込みと対応づけ"
        case .link: "名寄せ"
        case .flag: "規則の判定"
        case .check: "公開前の点検"
        case .publish: "公開"
        }
    }
}

/// Passes events on and times the stages by a clock it is given.
final class NightLog {
    private let listener: (NightEvent) -> Void
    private let seconds: () -> Double
    private(set) var timings: [StageTiming] = []
    /// Kept for the report: not everybody sees the terminal of the night.
    private(set) var notices: [String] = []

    init(seconds: @escaping () -> Double, listener: @escaping (NightEvent) -> Void) {
        self.seconds = seconds
        self.listener = listener
    }

    func notice(_ text: String) {
        notices.append(text)
        listener(.notice(text))
    }

    func progress(_ stage: Stage, _ done: Int, of total: Int, _ what: String) {
        listener(.progress(stage: stage, done: done, total: total, what: what))
    }

    /// Runs one stage between its begin and finish events.
    func stage<Result>(
        _ stage: Stage, counts: (Result) -> [(name: String, value: Int)], _ body: () throws -> Result
    ) rethrows -> Result {
        listener(.began(stage: stage))
        let start = seconds()
        let result = try body()
        let elapsed = seconds() - start
        timings.append(StageTiming(stage: stage.rawValue, seconds: elapsed))
        listener(.finished(stage: stage, seconds: elapsed, counts: counts(result)))
        return result
    }
}

internal import Dispatch
internal import Domain
internal import Foundation

/// Work that takes longer than an answer may: one at a time, in a thread of its own; who asks meanwhile is told how far it is.
///
/// What came of it is kept until the next one, or until the service ends; the trail keeps that it was done.
final class LongWork<Outcome: Sendable>: Sendable {
    struct Job: Sendable {
        /// The user who began it, by the name for people.
        let by: String
        let startedAt: Date
        /// Of whatever is counted.
        var done = 0
    }

    enum State: Sendable {
        case none
        case running(Job)
        case finished(Job, Outcome, at: Date)
        /// With what went wrong, for people.
        case failed(Job, String, at: Date)
    }

    typealias Progress = @Sendable (Int) -> Void

    private let held = Guarded<State>(.none)
    private let queue = DispatchQueue(label: "renkei.long-work", qos: .utility)
    private let clock: @Sendable () -> Date
    private let report: @Sendable (String) -> Void

    init(clock: @escaping @Sendable () -> Date, report: @escaping @Sendable (String) -> Void) {
        self.clock = clock
        self.report = report
    }

    var state: State { held.withLock { $0 } }

    /// Begins, unless it is under way: then whoever asks waits for that one, or is told (`false`).
    ///
    /// - Parameters:
    ///   - record: called first; where it throws, nothing begins.
    ///   - work: tells how far it is.
    @discardableResult
    func begin(
        by: String, record: () throws -> Void, _ work: @escaping @Sendable (Progress) throws -> Outcome
    ) throws -> Bool {
        let job = Job(by: by, startedAt: clock())
        let before = held.withLock { state -> State? in
            if case .running = state { return nil }
            defer { state = .running(job) }
            return state
        }
        guard let before else { return false }
        do {
            try record()
        } catch {
            held.withLock { $0 = before }
            throw error
        }
        queue.async { [self] in run(job, work) }
        return true
    }

    private func run(_ job: Job, _ work: (Progress) throws -> Outcome) {
        var state: State
        do {
            let outcome = try work { [held] done in
                held.withLock { state in
                    guard case .running(var job) = state else { return }
                    job.done = done
                    state = .running(job)
                }
            }
            state = .finished(job, outcome, at: clock())
        } catch {
            let faults = (error as? Faults)?.all ?? (error as? Fault).map { [$0] } ?? []
            if faults.isEmpty || faults.contains(where: { $0.kind == .inputOutput }) {
                report("long work failed: \(faults.first?.code ?? "\(type(of: error))")")
            }
            let more = faults.count > 5 ? ["ほかに\(faults.count - 5)件あります。"] : []
            let told = (faults.prefix(5).map { $0.told + $0.fix } + more).joined(separator: " ")
            state = .failed(job, told.isEmpty ? Problem.unexpected.detail : told, at: clock())
        }
        held.withLock { $0 = state }
    }
}

extension LongWork {
    /// For programs; `result` of what is finished.
    func json(_ result: (Outcome) -> JSON) -> JSON {
        func members(
            _ word: String, _ job: Job? = nil, at end: Date? = nil, _ message: String? = nil,
            _ result: JSON = .null
        ) -> JSON {
            [
                "state": .string(word), "by": .optional(job?.by),
                "startedAt": .optional(job?.startedAt.ISO8601Format()),
                "endedAt": .optional(end?.ISO8601Format()), "done": .integer(job?.done ?? 0),
                "message": .optional(message), "result": result,
            ]
        }
        return switch state {
        case .none: members("none")
        case .running(let job): members("running", job)
        case .finished(let job, let outcome, let at): members("finished", job, at: at, nil, result(outcome))
        case .failed(let job, let message, let at): members("failed", job, at: at, message)
        }
    }
}

extension Schema {
    /// Of what `LongWork.json` makes.
    static func work(_ result: Schema) -> Schema {
        .object([
            "state": .word(["none", "running", "finished", "failed"]), "by": .nullable(.string),
            "startedAt": .nullable(.dateTime), "endedAt": .nullable(.dateTime), "done": .integer,
            "message": .nullable(.string), "result": .nullable(result),
        ])
    }
}

internal import Dispatch
internal import Domain

/// Spreads independent pieces of work over threads; results come back in the pieces' order, whoever made them.
struct Workers: Sendable {
    let threads: Int

    init(threads: Int) { self.threads = max(1, threads) }

    /// `body` of 0..<count, in order of the argument.
    func map<Result: Sendable>(_ count: Int, _ body: @Sendable (Int) -> Result) -> [Result] {
        guard threads > 1, count > 1 else { return (0..<count).map(body) }
        let next = Guarded(0)
        let results = Guarded<[Result?]>(Array(repeating: nil, count: count))
        DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
            while true {
                let piece = next.withLock { piece in
                    defer { piece += 1 }
                    return piece
                }
                guard piece < count else { return }
                let result = body(piece)
                results.withLock { $0[piece] = result }
            }
        }
        return results.withLock { $0 }.compactMap { $0 }
    }

    /// `body` of 0..<count on the threads, and `each` of the results one after the other in order: at most some hundred wait.
    func stream<Result: Sendable>(
        _ count: Int, _ body: @Sendable (Int) -> Result, each: (Result) throws -> Void
    ) rethrows {
        // So many that the threads seldom wait for the last of them.
        let wave = 24 * threads
        for first in stride(from: 0, to: count, by: wave) {
            for result in map(min(wave, count - first), { body(first + $0) }) { try each(result) }
        }
    }
}

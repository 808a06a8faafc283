internal import Foundation
internal import Glibc

/// Requests waiting for a worker thread, bounded.
final class WorkQueue<Work: Sendable>: @unchecked Sendable {
    // Guards `waiting` and `isClosed`.
    private let condition = NSCondition()
    private var waiting: [Work] = []
    private var isClosed = false
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// False where the queue is full: the caller answers 503.
    func offer(_ work: Work) -> Bool {
        condition.withLock {
            guard waiting.count < limit, !isClosed else { return false }
            waiting.append(work)
            condition.signal()
            return true
        }
    }

    /// Blocks until there is work; `nil` once the queue is closed and empty.
    func next() -> Work? {
        condition.withLock {
            while waiting.isEmpty, !isClosed { condition.wait() }
            return waiting.isEmpty ? nil : waiting.removeFirst()
        }
    }

    func close() {
        condition.withLock {
            isClosed = true
            condition.broadcast()
        }
    }
}

/// What other threads tell the loop; a byte in the pipe ends its poll.
final class Mailbox: @unchecked Sendable {
    struct Answer: Sendable {
        let connection: Int
        let response: Response
    }

    // Guards `answers` and `isStopping`.
    private let lock = NSLock()
    private var answers: [Answer] = []
    private var isStopping = false
    /// The end that the loop polls.
    let readable: Socket
    private let writable: Socket

    init() throws(SocketError) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw SocketError(operation: "pipe", code: errno) }
        readable = Socket(owning: ends[0])
        writable = Socket(owning: ends[1])
    }

    func deliver(_ answer: Answer) {
        lock.withLock { answers.append(answer) }
        wake()
    }

    func stop() {
        lock.withLock { isStopping = true }
        wake()
    }

    /// Everything told since the last call.
    func take() -> (answers: [Answer], isStopping: Bool) {
        var drain = [UInt8](repeating: 0, count: 512)
        while read(readable.descriptor, &drain, drain.count) == drain.count {}
        return lock.withLock {
            defer { answers = [] }
            return (answers, isStopping)
        }
    }

    private func wake() {
        var byte: UInt8 = 1
        // A full pipe already wakes the loop.
        _ = write(writable.descriptor, &byte, 1)
    }
}

import Foundation

/// Carries batches from the thread that makes them to the one that takes them, in order and a few at a time: who is
/// faster waits, so memory stays flat and the result does not depend on the timing.
final class Conveyor<Item: Sendable>: @unchecked Sendable {
    /// Batches that may wait to be taken.
    private static var depth: Int { 8 }

    private struct Stopped: Error {}

    // Guards all that follows.
    private let condition = NSCondition()
    private var waiting: [[Item]] = []
    private var end: Result<Void, any Error>?
    private var isStopped = false

    /// Runs `make` on a thread of its own (`threads` > 1) and `take` on this one, until both are done.
    ///
    /// - Parameter make: is given what puts a batch on the conveyor; that throws where nobody takes any more.
    /// - Throws: what `take` throws, else, once all batches before are taken, what `make` throws.
    static func run(
        threads: Int, make: @escaping @Sendable (_ put: ([Item]) throws -> Void) throws -> Void,
        take: (Item) throws -> Void
    ) throws {
        guard threads > 1 else { return try make { try $0.forEach(take) } }
        let conveyor = Conveyor()
        Thread.detachNewThread {
            let end = Result { try make(conveyor.put) }
            conveyor.condition.withLock {
                conveyor.end = end
                conveyor.condition.broadcast()
            }
        }
        // The maker never outlives the call.
        defer { conveyor.stop() }
        while let batch = try conveyor.next() { try batch.forEach(take) }
    }

    private func put(_ batch: [Item]) throws {
        try condition.withLock {
            while waiting.count >= Self.depth, !isStopped { condition.wait() }
            if isStopped { throw Stopped() }
            waiting.append(batch)
            condition.broadcast()
        }
    }

    private func next() throws -> [Item]? {
        try condition.withLock {
            while waiting.isEmpty, end == nil { condition.wait() }
            guard waiting.isEmpty else {
                defer { condition.broadcast() }
                return waiting.removeFirst()
            }
            try end?.get()
            return nil
        }
    }

    private func stop() {
        condition.withLock {
            isStopped = true
            condition.broadcast()
            while end == nil { condition.wait() }
        }
    }
}

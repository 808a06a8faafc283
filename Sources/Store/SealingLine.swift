internal import Dispatch
internal import Domain

/// Makes one thing of each that is put on it, on several threads, and hands them over on the thread that puts, in order; so few
/// wait that memory stays flat, and the result does not depend on the timing.
final class SealingLine<Item: Sendable, Made: Sendable> {
    private let threads: Int
    private let make: @Sendable (Item) throws -> Made
    private let take: (Made) throws -> Void
    private var waiting: [(made: Guarded<Result<Made, any Error>?>, group: DispatchGroup)] = []

    init(
        threads: Int, make: @escaping @Sendable (Item) throws -> Made, take: @escaping (Made) throws -> Void
    ) {
        (self.threads, self.make, self.take) = (threads, make, take)
    }

    /// - Throws: what making or taking of an earlier one threw.
    func put(_ item: Item) throws {
        guard threads > 1 else { return try take(make(item)) }
        let (made, group) = (Guarded<Result<Made, any Error>?>(nil), DispatchGroup())
        DispatchQueue.global().async(group: group) { [make] in
            let result = Result { try make(item) }
            made.withLock { $0 = result }
        }
        waiting.append((made, group))
        if waiting.count > 2 * threads { try takeFirst() }
    }

    /// Hands over what is left.
    func finish() throws {
        while !waiting.isEmpty { try takeFirst() }
    }

    private func takeFirst() throws {
        let (made, group) = waiting.removeFirst()
        group.wait()
        guard let result = made.withLock({ $0 }) else {
            preconditionFailure("INVARIANT: what is done has a result")
        }
        try take(result.get())
    }
}

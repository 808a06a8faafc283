internal import Foundation
internal import Glibc

/// A strict HTTP/1.1 server: one loop owns every connection, worker threads answer complete requests.
///
/// A slow client costs a buffer, never a thread: workers see a request only when its last byte is here. TLS, outside
/// addresses and rates per client belong to the proxy in front.
package final class Server: Sendable {
    private let listener: Socket
    private let mailbox: Mailbox
    private let limits: Limits
    private let workers: Int
    private let refusal: @Sendable (Int) -> Response
    private let tooLarge: @Sendable (Request) -> Response
    private let handler: @Sendable (Request) -> Response

    /// Binds and listens; connections wait in the backlog until `run()`.
    ///
    /// - Parameters:
    ///   - refusal: the answer to what is no valid request, by status.
    ///   - tooLarge: the answer to a request whose body is longer than its path takes, and was not read.
    ///   - handler: called on several threads at once, as `tooLarge` is.
    package init(
        address: ServerAddress, limits: Limits = Limits(), workers: Int = 4,
        refusal: @escaping @Sendable (Int) -> Response = { Response(status: $0) },
        tooLarge: @escaping @Sendable (Request) -> Response = { _ in Response(status: 413) },
        handler: @escaping @Sendable (Request) -> Response
    ) throws(SocketError) {
        listener = try Socket.listening(on: address)
        mailbox = try Mailbox()
        var limits = limits
        limits.connections = min(limits.connections, Socket.spare)
        self.limits = limits
        self.workers = max(1, workers)
        self.refusal = refusal
        self.tooLarge = tooLarge
        self.handler = handler
    }

    /// The TCP port; `nil` on a Unix socket.
    package var port: UInt16? { listener.port }

    /// Asks `run()` to finish the requests at hand and to return. Callable from any thread.
    package func stop() { mailbox.stop() }

    /// Serves until `stop()`; call it once.
    package func run() {
        let queue = WorkQueue<(connection: Int, request: Request, isTooLarge: Bool)>(limit: limits.waiting)
        let running = DispatchGroup()
        for _ in 0..<workers {
            running.enter()
            Thread.detachNewThread { [mailbox, handler, tooLarge] in
                while let (connection, request, isTooLarge) = queue.next() {
                    let response = isTooLarge ? tooLarge(request) : handler(request)
                    mailbox.deliver(.init(connection: connection, response: response))
                }
                running.leave()
            }
        }
        var loop = Loop(
            listener: listener, mailbox: mailbox, limits: limits, refusal: refusal,
            hand: { queue.offer((connection: $0, request: $1, isTooLarge: $2)) })
        loop.run()
        queue.close()
        _ = running.wait(timeout: .now() + .seconds(Int(limits.stop.components.seconds)))
    }
}

/// The thread that reads, writes and counts time for all connections, with poll(2).
private struct Loop {
    typealias Instant = Connection.Instant

    let listener: Socket
    let mailbox: Mailbox
    let limits: Limits
    let refusal: @Sendable (Int) -> Response
    /// Hands a request to the workers; false when they are overloaded.
    let hand: (Int, Request, _ isTooLarge: Bool) -> Bool
    private var connections: [Int: Connection] = [:]
    private var nextID = 0
    private var stopBefore: Instant?

    init(
        listener: Socket, mailbox: Mailbox, limits: Limits, refusal: @escaping @Sendable (Int) -> Response,
        hand: @escaping (Int, Request, _ isTooLarge: Bool) -> Bool
    ) {
        self.listener = listener
        self.mailbox = mailbox
        self.limits = limits
        self.refusal = refusal
        self.hand = hand
    }

    mutating func run() {
        while true {
            let ready = waitForEvents()
            let now = ContinuousClock.now
            takeMail(now)
            if ready.listener { acceptWaiting(now) }
            for (id, events) in ready.connections { advance(id, events, now) }
            for (id, connection) in connections where connection.deadline.map({ $0 <= now }) == true {
                step(id) { [refusal] in $0.expired(now: now, refusal: refusal) }
            }
            if let stopBefore {
                connections = connections.filter { !$0.value.isBetweenRequests }
                if connections.isEmpty || stopBefore <= now { return }
            }
        }
    }

    private func waitForEvents() -> (listener: Bool, connections: [(Int, Int16)]) {
        var polled = [pollfd(fd: mailbox.readable.descriptor, events: Int16(POLLIN), revents: 0)]
        var ids: [Int] = []
        for (id, connection) in connections {
            switch connection.phase {
            // Not polled: a peer that hung up would wake the loop without end.
            case .answering: continue
            case .reading, .draining:
                polled.append(.init(fd: connection.socket.descriptor, events: Int16(POLLIN), revents: 0))
            case .sending:
                polled.append(.init(fd: connection.socket.descriptor, events: Int16(POLLOUT), revents: 0))
            }
            ids.append(id)
        }
        let isAccepting = stopBefore == nil && connections.count < limits.connections
        if isAccepting {
            polled.append(.init(fd: listener.descriptor, events: Int16(POLLIN), revents: 0))
        }
        let deadlines = connections.values.compactMap(\.deadline) + (stopBefore.map { [$0] } ?? [])
        guard poll(&polled, nfds_t(polled.count), Self.milliseconds(until: deadlines.min())) > 0 else {
            return (false, [])
        }
        let events = zip(ids, polled.dropFirst()).filter { $0.1.revents != 0 }.map { ($0, $1.revents) }
        return (isAccepting && polled.last.map { $0.revents != 0 } == true, events)
    }

    private mutating func takeMail(_ now: Instant) {
        let (answers, isStopping) = mailbox.take()
        if isStopping, stopBefore == nil { stopBefore = now + limits.stop }
        for answer in answers {
            step(answer.connection) { [refusal] in
                guard case .answering(let closing, let isHead) = $0.phase else { return .wait }
                $0.send(answer.response, closing: closing || isStopping, isHead: isHead, now: now)
                return $0.writable(now: now, refusal: refusal)
            }
        }
    }

    private mutating func acceptWaiting(_ now: Instant) {
        while connections.count < limits.connections, let socket = listener.accepted() {
            connections[nextID] = Connection(socket, limits: limits, now: now)
            nextID += 1
        }
    }

    private mutating func advance(_ id: Int, _ events: Int16, _ now: Instant) {
        step(id) { [refusal] in
            if case .sending = $0.phase { return $0.writable(now: now, refusal: refusal) }
            return $0.readable(now: now, refusal: refusal)
        }
    }

    /// Takes one connection a step further and does what the step asks for.
    private mutating func step(_ id: Int, _ body: (inout Connection) -> Connection.Step) {
        guard var connection = connections.removeValue(forKey: id) else { return }
        switch body(&connection) {
        case .close: return
        case .wait: break
        case .answer(let request): offer(request, isTooLarge: false)
        case .refuse(let request): offer(request, isTooLarge: true)
        }
        connections[id] = connection

        func offer(_ request: Request, isTooLarge: Bool) {
            guard !hand(id, request, isTooLarge) else { return }
            let now = ContinuousClock.now
            connection.send(refusal(503), closing: true, now: now)
            _ = connection.writable(now: now, refusal: refusal)
        }
    }

    private static func milliseconds(until deadline: Instant?) -> Int32 {
        guard let deadline else { return -1 }
        let (seconds, attoseconds) = ContinuousClock.now.duration(to: deadline).components
        // Rounded up, so that the loop does not spin in the last millisecond.
        return Int32(clamping: max(0, seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1))
    }
}

/// One client's connection as the loop sees it: what is buffered, what is next, and until when.
///
/// Knows the order of an exchange, but no thread and no other connection.
struct Connection {
    typealias Instant = ContinuousClock.Instant

    enum Phase {
        case reading
        /// A worker has the request.
        case answering(closing: Bool, isHead: Bool)
        case sending(bytes: [UInt8], sent: Int, closing: Bool)
        /// Refused or closing: what still arrives is thrown away, so that closing does not destroy the answer.
        case draining
    }

    /// What the loop has to do after a step.
    enum Step {
        case wait
        case answer(Request)
        /// To be answered 413: its body was not read.
        case refuse(Request)
        case close
    }

    let socket: Socket
    private let limits: Limits
    private(set) var phase = Phase.reading
    /// `nil` while a worker has the request.
    private(set) var deadline: Instant?
    private var buffer: [UInt8] = []
    private var needed = 1
    private var inBody = false
    private var requestBegan: Instant

    init(_ socket: Socket, limits: Limits, now: Instant) {
        self.socket = socket
        self.limits = limits
        requestBegan = now
        deadline = now + limits.headDeadline
    }

    /// Nothing of a request is here: may be closed at any time.
    var isBetweenRequests: Bool {
        if case .reading = phase { true } else { false }
    }

    mutating func readable(now: Instant, refusal: (Int) -> Response) -> Step {
        switch phase {
        case .reading:
            let wasIdle = buffer.isEmpty && needed == 0
            let known = buffer.count
            guard socket.receive(into: &buffer) != .ended else { return .close }
            if wasIdle, !buffer.isEmpty { begin(now) }
            // A head that drips in is not read anew at every byte: nothing is decided within a line.
            guard
                buffer.count >= limits.head || buffer[known...].contains(where: { $0 == 0x0A || $0 == 0 })
                    || inBody
            else { return .wait }
            return parsed(now: now, refusal: refusal)
        case .draining:
            var ignored: [UInt8] = []
            return socket.receive(into: &ignored) == .ended ? .close : .wait
        case .answering, .sending: return .wait
        }
    }

    mutating func writable(now: Instant, refusal: (Int) -> Response) -> Step {
        guard case .sending(let bytes, let sent, let closing) = phase else { return .wait }
        switch socket.send(bytes[sent...]) {
        case .ended: return .close
        case .wouldBlock: return .wait
        case .bytes(let count):
            guard sent + count == bytes.count else {
                phase = .sending(bytes: bytes, sent: sent + count, closing: closing)
                return .wait
            }
        }
        guard closing else {
            phase = .reading
            if buffer.isEmpty {
                (needed, deadline) = (0, now + limits.idle)
                return .wait
            }
            begin(now)
            return parsed(now: now, refusal: refusal)
        }
        socket.finishSending()
        (phase, deadline) = (.draining, now + limits.linger)
        return .wait
    }

    /// Begins to send; the caller then calls `writable`.
    mutating func send(_ response: Response, closing: Bool, isHead: Bool = false, now: Instant) {
        phase = .sending(bytes: response.bytes(closing: closing, isHead: isHead), sent: 0, closing: closing)
        deadline = now + limits.exchangeDeadline
    }

    mutating func expired(now: Instant, refusal: (Int) -> Response) -> Step {
        guard case .reading = phase, !buffer.isEmpty else { return .close }
        send(refusal(408), closing: true, now: now)
        return writable(now: now, refusal: refusal)
    }

    private mutating func begin(_ now: Instant) {
        (requestBegan, needed, inBody, deadline) = (now, 1, false, now + limits.headDeadline)
    }

    private mutating func parsed(now: Instant, refusal: (Int) -> Response) -> Step {
        guard !buffer.isEmpty, buffer.count >= needed else { return .wait }
        switch RequestParser(limits: limits).parse(buffer[...]) {
        case .needMore(let total, let inBody):
            needed = total
            self.inBody = inBody
            if inBody { deadline = requestBegan + limits.exchangeDeadline }
            return .wait
        case .request(let request, let consumed):
            buffer.removeFirst(consumed)
            phase = .answering(closing: request.asksToClose, isHead: request.method == "HEAD")
            deadline = nil
            return .answer(request)
        case .tooLarge(let request):
            buffer = []
            phase = .answering(closing: true, isHead: request.method == "HEAD")
            deadline = nil
            return .refuse(request)
        case .reject(let status):
            send(refusal(status), closing: true, now: now)
            return writable(now: now, refusal: refusal)
        }
    }
}

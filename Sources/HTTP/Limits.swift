/// What one server accepts before it refuses: sizes in bytes, times as durations.
///
/// Every wait and every buffer of the server is bounded by one of these.
package struct Limits: Sendable {
    /// Request line and all header fields together, with their line ends.
    package var head = 16 * 1024
    package var target = 8 * 1024
    package var headerFields = 64
    package var body = 1024 * 1024
    /// By path, where more or less than `body` is taken. What is longer still is answered there as the handler's own refusal, not cut off unseen.
    package var bodies: [String: Int] = [:]
    /// From the first byte of a request (or from connecting) to the end of its head.
    package var headDeadline = Duration.seconds(6)
    /// From the first byte of a request to the end of its body, and from the first to the last byte of a response.
    package var exchangeDeadline = Duration.seconds(30)
    /// Quiet time between two requests of one connection.
    package var idle = Duration.seconds(30)
    /// How long a refused client may go on sending before its connection is cut, so that it can read the refusal.
    package var linger = Duration.seconds(1)
    /// Open connections, as far as the process may have descriptors; more of them wait in the kernel's backlog.
    package var connections = 2048
    /// Complete requests waiting for a worker; more of them are answered 503.
    package var waiting = 256
    /// How long `stop()` waits for requests that are being answered.
    package var stop = Duration.seconds(10)

    package init() {}
}

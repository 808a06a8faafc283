import Foundation
import Glibc

@testable import HTTP

/// A client that sends any bytes and reads until the server closes or a whole answer is here.
final class RawClient: Sendable {
    private let descriptor: Int32

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw SocketError(operation: "connect", code: errno) }
        bePatient()
    }

    /// To the Unix socket at `path`.
    init(path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let connected = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard connected == 0 else { throw SocketError(operation: "connect", code: errno) }
        bePatient()
    }

    private func bePatient() {
        // Only so that a defect fails the test instead of hanging it.
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    /// Nothing more will be sent.
    func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

    func send(_ text: String) { send(Array(text.utf8)) }

    /// Everything up to the end of the connection.
    func readToEnd() -> String {
        var all: [UInt8] = []
        while let chunk = readChunk() { all += chunk }
        return String(decoding: all, as: UTF8.self)
    }

    /// Answers with bodies, as many as asked for, told apart by their lengths.
    func read(answers: Int, areHead: Bool = false) -> [(head: String, body: String)] {
        var buffer: [UInt8] = []
        var found: [(String, String)] = []
        while found.count < answers {
            if let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) {
                let head = String(decoding: buffer[..<end.lowerBound], as: UTF8.self)
                let length =
                    head.split(separator: "\r\n").first { $0.hasPrefix("Content-Length: ") }
                    .flatMap { Int($0.dropFirst(16)) } ?? 0
                let bodyEnd = end.upperBound + (areHead ? 0 : length)
                if buffer.count >= bodyEnd {
                    found.append((head, String(decoding: buffer[end.upperBound..<bodyEnd], as: UTF8.self)))
                    buffer.removeFirst(bodyEnd)
                    continue
                }
            }
            guard let chunk = readChunk() else { break }
            buffer += chunk
        }
        return found
    }

    private func readChunk() -> [UInt8]? {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        return count > 0 ? Array(chunk[..<count]) : nil
    }
}

/// Runs a server on a free port for the length of `body`, then stops it and waits for it.
func withServer<Result>(
    limits: Limits = Limits(), workers: Int = 2,
    handler: @escaping @Sendable (Request) -> Response = echo, _ body: (Server, UInt16) throws -> Result
) throws -> Result {
    let server = try Server(address: .loopback(port: 0), limits: limits, workers: workers, handler: handler)
    let running = DispatchGroup()
    running.enter()
    Thread.detachNewThread {
        server.run()
        running.leave()
    }
    defer {
        server.stop()
        running.wait()
    }
    return try body(server, server.port ?? 0)
}

/// Answers with what it was asked.
@Sendable func echo(_ request: Request) -> Response {
    let body = String(decoding: request.body, as: UTF8.self)
    return Response(
        status: 200, type: "text/plain; charset=utf-8", text: "\(request.method) \(request.path) \(body)")
}

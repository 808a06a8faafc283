internal import Glibc

/// Where a server listens. There is no case for an outside address: the network side belongs to the proxy.
package enum ServerAddress: Sendable, Hashable {
    /// TCP on 127.0.0.1; port 0 takes a free one.
    case loopback(port: UInt16)
    /// A Unix socket, made with mode 0660: the proxy's group may connect.
    case unix(path: String)
}

/// A system call that failed while opening a server.
package struct SocketError: Error, CustomStringConvertible {
    package let operation: String
    /// `errno`.
    package let code: Int32

    package var description: String { "\(operation): \(String(cString: strerror(code)))" }
}

/// A non-blocking socket, closed with its last reference.
final class Socket: Sendable {
    let descriptor: Int32

    init(owning descriptor: Int32) {
        self.descriptor = descriptor
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    deinit { close(descriptor) }

    static func listening(on address: ServerAddress) throws(SocketError) -> Socket {
        switch address {
        case .loopback(let port): try loopback(port: port)
        case .unix(let path): try unix(path: path)
        }
    }

    private static func loopback(port: UInt16) throws(SocketError) -> Socket {
        let listener = try open(AF_INET)
        var yes: Int32 = 1
        setsockopt(listener.descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        try listener.bind(to: &name)
        return listener
    }

    private static func unix(path: String) throws(SocketError) -> Socket {
        let listener = try open(AF_UNIX)
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: name.sun_path), !bytes.contains(0) else {
            throw SocketError(operation: "bind", code: ENAMETOOLONG)
        }
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: bytes) }
        // A socket file left by a killed server refuses connections; one that accepts belongs to a living server.
        if connects(to: &name) { throw SocketError(operation: "bind", code: EADDRINUSE) }
        var status = stat()
        if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK { unlink(path) }
        try listener.bind(to: &name)
        guard chmod(path, 0o660) == 0 else { throw SocketError(operation: "chmod", code: errno) }
        return listener
    }

    private static func open(_ family: Int32) throws(SocketError) -> Socket {
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw SocketError(operation: "socket", code: errno) }
        return Socket(owning: descriptor)
    }

    private static func connects(to name: inout sockaddr_un) -> Bool {
        guard let probe = try? open(AF_UNIX) else { return false }
        return withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(probe.descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }

    private func bind<Name>(to name: inout Name) throws(SocketError) {
        let bound = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<Name>.size))
            }
        }
        guard bound == 0 else { throw SocketError(operation: "bind", code: errno) }
        guard listen(descriptor, 1024) == 0 else { throw SocketError(operation: "listen", code: errno) }
    }

    /// The TCP port the socket is bound to; `nil` for a Unix socket.
    var port: UInt16? {
        var name = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let known = withUnsafeMutablePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return known == 0 && name.sin_family == sa_family_t(AF_INET) ? UInt16(bigEndian: name.sin_port) : nil
    }

    /// The next waiting connection, if there is one.
    func accepted() -> Socket? {
        let descriptor = accept(descriptor, nil, nil)
        return descriptor >= 0 ? Socket(owning: descriptor) : nil
    }

    /// How many more the process may have open, with some left for files; accepting where there is none would spin.
    static var spare: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 256 }
        return max(16, Int(clamping: limit.rlim_cur) - 64)
    }

    enum Transfer: Equatable {
        case bytes(Int)
        case wouldBlock
        /// The peer is gone or has said its last.
        case ended
    }

    /// Appends what has arrived, at most 16 KiB.
    func receive(into buffer: inout [UInt8]) -> Transfer {
        let (chunk, transfer) = withUnsafeTemporaryAllocation(byteCount: 16 * 1024, alignment: 1) {
            let count = recv(descriptor, $0.baseAddress, $0.count, 0)
            return (count > 0 ? Array($0[..<count]) : [], Self.transfer(count))
        }
        buffer += chunk
        return transfer
    }

    /// Sends as much as the kernel takes; a broken pipe is an answer here, not a signal.
    func send(_ bytes: ArraySlice<UInt8>) -> Transfer {
        let count = bytes.withUnsafeBytes {
            Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        return Self.transfer(count)
    }

    /// Tells the peer that nothing more will come.
    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    private static func transfer(_ count: Int) -> Transfer {
        if count > 0 { return .bytes(count) }
        return count < 0 && (errno == EAGAIN || errno == EINTR) ? .wouldBlock : .ended
    }
}

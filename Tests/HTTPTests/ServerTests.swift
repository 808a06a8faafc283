import Domain
import Foundation
import TestSupport
import Testing

@testable import HTTP

@Suite("The server on a real socket")
struct ServerTests {
    @Test("malformed requests are answered with their status and the connection ends")
    func malformed() throws {
        try withServer { _, port in
            for probe in Probe.all {
                let client = try RawClient(port: port)
                client.send(probe.bytes)
                let answer = client.readToEnd()
                #expect(answer.hasPrefix("HTTP/1.1 \(probe.status) "), "\(probe.name): \(answer)")
                #expect(answer.contains("Connection: close\r\n"), "\(probe.name)")
            }
        }
    }

    @Test("a request split at any byte is one request")
    func split() throws {
        let bytes = Array("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello".utf8)
        try withServer { _, port in
            for cut in 1..<bytes.count {
                let client = try RawClient(port: port)
                client.send(Array(bytes[..<cut]))
                client.send(Array(bytes[cut...]))
                #expect(client.read(answers: 1).first?.body == "POST /x hello", "cut at \(cut)")
            }
        }
    }

    @Test("a connection is kept for the next request, and ended when asked")
    func keepAlive() throws {
        try withServer { _, port in
            let client = try RawClient(port: port)
            for number in 1...3 {
                client.send("GET /\(number) HTTP/1.1\r\nHost: a\r\n\r\n")
                let answer = client.read(answers: 1).first
                #expect(answer?.body == "GET /\(number) ")
                #expect(answer?.head.contains("Connection: keep-alive") == true)
            }
            client.send("GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(client.readToEnd().contains("Connection: close\r\n\r\nGET /last "))
        }
    }

    @Test("pipelined requests are answered in their order")
    func pipelining() throws {
        try withServer(workers: 4) { _, port in
            let client = try RawClient(port: port)
            client.send((1...20).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
            #expect(client.read(answers: 20).map(\.body) == (1...20).map { "GET /\($0) " })
        }
    }

    @Test("what follows a refused request is never read as a request")
    func smuggled() throws {
        try withServer { _, port in
            let client = try RawClient(port: port)
            client.send(
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                    + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
            let answer = client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 501 ") && !answer.contains("smuggled"))
        }
    }

    @Test("HEAD tells the length and leaves the body out")
    func head() throws {
        try withServer { _, port in
            let client = try RawClient(port: port)
            client.send("HEAD /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let answer = client.readToEnd()
            #expect(answer.contains("Content-Length: 8\r\n") && answer.hasSuffix("\r\n\r\n"))
        }
    }

    @Test("a body of many packets arrives whole, and so does a long answer")
    func largeBodies() throws {
        let body = String(repeating: "若葉野市", count: 60_000)
        try withServer { _, port in
            let client = try RawClient(port: port)
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
            #expect(client.read(answers: 1).first?.body == "POST / \(body)")
        }
    }

    @Test("a head that drips in is refused when its time is over")
    func slowDrip() throws {
        var limits = Limits()
        limits.headDeadline = .milliseconds(200)
        try withServer(limits: limits) { _, port in
            let client = try RawClient(port: port)
            let drip = Thread {
                for byte in "GET / HTTP/1.1\r\nHost: a\r\nX: ".utf8 {
                    client.send([byte])
                    Thread.sleep(forTimeInterval: 0.05)
                }
            }
            drip.start()
            #expect(client.readToEnd().hasPrefix("HTTP/1.1 408 "))
        }
    }

    @Test("a client that says nothing is let go")
    func silence() throws {
        var limits = Limits()
        limits.headDeadline = .milliseconds(50)
        try withServer(limits: limits) { _, port in
            let client = try RawClient(port: port)
            #expect(client.readToEnd().isEmpty)
        }
    }

    @Test("slow clients do not keep others waiting")
    func slowClientsHoldNoWorker() throws {
        try withServer(workers: 1) { _, port in
            let slow = try (0..<50).map { _ in try RawClient(port: port) }
            for client in slow { client.send("GET / HTTP/1.1\r\nHo") }
            let client = try RawClient(port: port)
            client.send("GET /quick HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(client.read(answers: 1).first?.body == "GET /quick ")
            for client in slow { client.send("st: a\r\n\r\n") }
            #expect(slow.allSatisfy { $0.read(answers: 1).first?.body == "GET / " })
        }
    }

    @Test("connections above the cap are served when others end")
    func connectionCap() throws {
        var limits = Limits()
        limits.connections = 2
        try withServer(limits: limits) { _, port in
            for _ in 0..<10 {
                let client = try RawClient(port: port)
                client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                #expect(client.readToEnd().hasSuffix("GET / "))
            }
        }
    }

    @Test("more requests than may wait are answered 503")
    func overload() throws {
        var limits = Limits()
        limits.waiting = 1
        let gate = DispatchSemaphore(value: 0)
        let entered = DispatchSemaphore(value: 0)
        try withServer(
            limits: limits, workers: 1,
            handler: {
                if $0.path == "/slow" {
                    entered.signal()
                    gate.wait()
                }
                return echo($0)
            }
        ) { _, port in
            let slow = try RawClient(port: port)
            slow.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
            entered.wait()
            // One of the two waits, the other finds no room; which of them is the kernel's choice. The worker is
            // held until one has its answer, so that this answer can only be the refusal.
            let answers = Guarded<[Substring]>([])
            let answered = DispatchSemaphore(value: 0)
            for _ in 0..<2 {
                let client = try RawClient(port: port)
                Thread.detachNewThread {
                    client.send("GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    let status = client.readToEnd().prefix(12)
                    answers.withLock { $0.append(status) }
                    answered.signal()
                }
            }
            answered.wait()
            gate.signal()
            answered.wait()
            #expect(answers.withLock { $0 } == ["HTTP/1.1 503", "HTTP/1.1 200"])
        }
    }

    @Test("stopping finishes the request at hand")
    func gracefulStop() throws {
        let entered = DispatchSemaphore(value: 0)
        let gate = DispatchSemaphore(value: 0)
        let client = try withServer(handler: {
            entered.signal()
            gate.wait()
            return echo($0)
        }) { server, port in
            let client = try RawClient(port: port)
            client.send("GET /last HTTP/1.1\r\nHost: a\r\n\r\n")
            entered.wait()
            server.stop()
            gate.signal()
            return client
        }
        let answer = client.readToEnd()
        #expect(answer.contains("Connection: close\r\n") && answer.hasSuffix("GET /last "))
    }

    @Test("a Unix socket is made for the owner and the group, and a dead server's file is taken over")
    func unixSocket() throws {
        let folder = try ScratchFolder()
        let path = folder.file("s")
        for _ in 0..<2 {
            let server = try Server(address: .unix(path: path), handler: echo)
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o660 && server.port == nil)
            #expect(throws: SocketError.self) { _ = try Server(address: .unix(path: path), handler: echo) }
        }
    }
}

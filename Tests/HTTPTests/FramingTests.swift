import Domain
import Foundation
import TestSupport
import Testing

@testable import HTTP

/// nginx on a Unix socket that answers each request with its method and length.
private final class Nginx {
    let scratch: ScratchFolder
    let process = Process()
    var socket: String { scratch.file("n") }

    init() throws {
        scratch = try ScratchFolder()
        let settings = """
            daemon off; pid \(scratch.path)/pid; error_log /dev/null crit; worker_processes 1;
            events { worker_connections 256; }
            http {
                access_log off;
                client_body_temp_path \(scratch.path)/body; proxy_temp_path \(scratch.path)/proxy;
                fastcgi_temp_path \(scratch.path)/f; uwsgi_temp_path \(scratch.path)/u; scgi_temp_path \(scratch.path)/s;
                large_client_header_buffers 4 8k; client_max_body_size 1m; keepalive_requests 1000;
                lingering_close off;
                server {
                    listen unix:\(scratch.path)/n;
                    location / { default_type text/plain; return 200 "$request_method $content_length"; }
                }
            }
            """
        try scratch.write(Array(settings.utf8), to: "nginx.conf")
        process.executableURL = URL(filePath: "/usr/sbin/nginx")
        process.arguments = ["-p", scratch.path, "-c", scratch.file("nginx.conf")]
        process.standardError = FileHandle.nullDevice
        try process.run()
        while (try? RawClient(path: scratch.file("n"))) == nil, process.isRunning { usleep(20_000) }
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
    }
}

@Suite("Where a request ends, nginx and renkei never see differently")
struct FramingTests {
    private static let pieces: [String] = [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /cases?limit=2 HTTP/1.1\r\nHost: a\r\nCookie: a=1\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
        "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
        "POST /b HTTP/1.1\r\nHost: a\r\ncontent-length: 0028\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
        "POST /d HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nhello",
    ]
    private static let end = Array("GET /end HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".utf8)

    /// A stream of two requests, most of them damaged where framing is decided, and one that ends it.
    private static func stream(_ random: inout SeededGenerator) -> [UInt8] {
        let words = [
            "Content-Length: 5", "Content-Length: 28", "Content-Length:", "content-length : 5",
            "Transfer-Encoding: chunked",
            "Transfer-Encoding: identity", "Transfer-Encoding : chunked", "Expect: 100-continue",
            "Connection: close", " 5",
            "\t", "\r\n", "\n", "\r", "\0", "+", "0x", ",", "5\r\n", "0\r\n\r\n", "HTTP/1.0", "\r\n\r\n", ":",
        ].map { Array($0.utf8) }
        var bytes = Array(
            ((pieces.randomElement(using: &random) ?? "") + (pieces.randomElement(using: &random) ?? "")).utf8
        )
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let place = Int.random(in: 0..<max(1, bytes.count), using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0 where place < bytes.count: bytes.remove(at: place)
            case 1: bytes.insert(contentsOf: words.randomElement(using: &random) ?? [], at: place)
            case 2:
                bytes.insert(
                    contentsOf: (words.randomElement(using: &random) ?? []) + [0x0D, 0x0A], at: place)
            default:
                bytes[min(place, bytes.count - 1)] =
                    UInt8(ascii: "0") + UInt8.random(in: 0...9, using: &random)
            }
        }
        return bytes + end
    }

    /// What the answers of one connection say: method and length of each request, up to a refusal.
    private static func requests(_ client: RawClient, _ bytes: [UInt8]) -> [String] {
        client.send(bytes)
        client.finish()
        var rest = client.readToEnd()[...]
        var found: [String] = []
        while let head = rest.range(of: "\r\n\r\n") {
            let lines = rest[..<head.lowerBound].split(separator: "\r\n")
            let length =
                lines.first { $0.hasPrefix("Content-Length: ") }.flatMap { Int($0.dropFirst(16)) } ?? 0
            let body = rest[head.upperBound...].utf8.prefix(length)
            guard lines.first?.hasPrefix("HTTP/1.1 200") == true else { return found + ["refused"] }
            let words = String(body)?.split(separator: " ", omittingEmptySubsequences: false) ?? []
            found.append("\(words.first ?? "") \(words.count > 1 ? Int(words[1]) ?? 0 : 0)")
            rest = rest[head.upperBound...].dropFirst(body.count)
        }
        return found
    }

    @Test("random streams are cut into the same requests, or refused")
    func streams() throws {
        let nginx = try Nginx()
        let answer: @Sendable (Request) -> Response = {
            Response(status: 200, type: "text/plain", text: "\($0.method) \($0.body.count)")
        }
        var random = SeededGenerator(seed: testSeed)
        var both = 0
        var refused = 0
        try withServer(handler: answer) { _, port in
            for _ in 0..<caseCount(1_500) {
                let bytes = Self.stream(&random)
                let ours = try Self.requests(RawClient(port: port), bytes)
                let theirs = try Self.requests(RawClient(path: nginx.socket), bytes)
                for (mine, other) in zip(ours, theirs) {
                    // What either refuses goes no further; before that they must agree.
                    guard mine != "refused", other != "refused" else {
                        refused += 1
                        break
                    }
                    #expect(
                        mine == other,
                        "seed \(testSeed): \(ours) \(theirs) \(String(decoding: bytes, as: UTF8.self).debugDescription)"
                    )
                    both += 1
                }
            }
        }
        #expect(both > 0 && refused > 0, "\(both) \(refused)")
    }
}

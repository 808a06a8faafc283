import Domain
import TestSupport
import Testing

@testable import HTTP

@Suite("The parser decides on bytes alone")
struct RequestParserTests {
    let parser = RequestParser()

    static let valid: [String] = [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /cases?limit=20&after=a%20b+c HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nCookie: a=1; b=2\r\n\r\n",
        "HEAD /cases/C-1 HTTP/1.1\r\nHost: [::1]:80\r\nX-Empty:\r\nX-Name: 若葉\r\n\r\n",
        "POST /login HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n\r\na=%E3+b",
        "POST /x HTTP/1.1\r\nhost:\t a \r\ncontent-length: 0004\r\n\r\n\r\n\r\n",
    ]

    @Test("a malformed request is refused with its status", arguments: Probe.all)
    func malformed(_ probe: Probe) {
        #expect(parser.parse(probe.bytes[...]) == .reject(probe.status))
    }

    @Test("a refusal stays a refusal when more bytes come", arguments: Probe.all)
    func refusalIsFinal(_ probe: Probe) {
        for more in ["\r\n\r\n", "hello", "\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"] {
            #expect(parser.parse((probe.bytes + Array(more.utf8))[...]) == .reject(probe.status))
        }
    }

    @Test("no proper prefix of a valid request is refused or taken for one", arguments: valid)
    func prefixes(_ text: String) {
        let bytes = Array(text.utf8)
        for length in 0..<bytes.count {
            guard case .needMore(let total, _) = parser.parse(bytes[..<length]) else {
                Issue.record("prefix of \(length) bytes")
                return
            }
            #expect(total > length && total <= bytes.count)
        }
        guard case .request(_, let consumed) = parser.parse(bytes[...]) else {
            Issue.record("the whole is refused")
            return
        }
        #expect(consumed == bytes.count)
    }

    @Test("bytes after a request change nothing", arguments: valid)
    func trailingBytes(_ text: String) {
        let alone = parser.parse(Array(text.utf8)[...])
        for more in ["\r\n", "\n\0", "GET / HTTP/1.1\r\nHost: b\r\n\r\n"] {
            #expect(parser.parse(Array((text + more).utf8)[...]) == alone)
        }
    }

    @Test("mutated requests keep the laws and never trap")
    func mutations() {
        var random = SeededGenerator(seed: testSeed)
        let interesting: [UInt8] = Array("\r\n\0 :%/.?&=+;,\t\u{7F}0aHC".utf8) + [0x80, 0xC0, 0xFF]
        for _ in 0..<caseCount(10_000) {
            var bytes = Array((Self.valid.randomElement(using: &random) ?? "").utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<max(1, bytes.count), using: &random)
                let byte = interesting.randomElement(using: &random) ?? 0
                switch Int.random(in: 0..<4, using: &random) {
                case 0 where place < bytes.count: bytes[place] = byte
                case 1 where place < bytes.count: bytes.remove(at: place)
                case 2: bytes.insert(byte, at: place)
                default: bytes.insert(contentsOf: bytes[place...].prefix(8), at: place)
                }
            }
            let whole = parser.parse(bytes[...])
            let cut = Int.random(in: 0...bytes.count, using: &random)
            let front = parser.parse(bytes[..<cut])
            switch front {
            case .reject, .request, .tooLarge: #expect(front == whole, "seed \(testSeed): \(bytes)")
            case .needMore(let total, _): #expect(total > cut, "seed \(testSeed): \(bytes)")
            }
            if case .request(let request, let consumed) = whole {
                #expect(consumed <= bytes.count && request.path.hasPrefix("/"), "seed \(testSeed): \(bytes)")
                #expect(!request.path.utf8.contains(0), "seed \(testSeed): \(bytes)")
            }
        }
    }

    @Test("a request is read into its parts")
    func parts() throws {
        let text =
            "POST /%E5%85%90%E7%AB%A5/1?q=%E8%8B%A5+%2B&empty HTTP/1.1\r\nHost: a\r\nCookie: x=1; sid=abc\r\n"
            + "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\nContent-Length: 19\r\n\r\n"
            + "user=a%40b&note=%0A"
        guard case .request(let request, _) = parser.parse(Array(text.utf8)[...]) else {
            Issue.record("refused")
            return
        }
        #expect(request.method == "POST" && request.path == "/児童/1")
        #expect(request.query("q") == "若 +" && request.query("empty") == "" && request.query("none") == nil)
        #expect(request.cookie("sid") == "abc" && request.cookie("none") == nil)
        #expect(request.form("user") == "a@b" && request.form("note") == "\n")
    }

    @Test("a name given twice has no value")
    func ambiguous() {
        let request = Request(
            method: "GET", path: "/", query: [.init("a", "1"), .init("a", "2")],
            headers: [.init("cookie", "sid=1; sid=2")])
        #expect(request.query("a") == nil && request.cookie("sid") == nil)
    }

    @Test("a line break in a handler's value does not begin a field")
    func responseSplitting() {
        let response = Response(status: 303, headers: [.init("Location", "/\r\nSet-Cookie: a=b")])
        let text = String(decoding: response.bytes(closing: false, isHead: false), as: UTF8.self)
        #expect(text.contains("Location: /Set-Cookie: a=b\r\n"))
    }
}

import Testing

/// A malformed request and the status that refuses it.
struct Probe: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let status: Int

    var testDescription: String { name }

    init(_ name: String, _ text: String, _ status: Int) {
        self.name = name
        bytes = Array(text.utf8)
        self.status = status
    }

    init(_ name: String, line: String = "GET / HTTP/1.1", fields: String, body: String = "", _ status: Int) {
        self.init(name, "\(line)\r\nHost: a\r\n\(fields)\r\n\r\n\(body)", status)
    }

    init(_ name: String, target: String, _ status: Int = 400) {
        self.init(name, "GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n", status)
    }

    /// What lenient servers are known to let through: request smuggling, path confusion, exhausted memory.
    static let all: [Probe] = [
        .init("two lengths", fields: "Content-Length: 5\r\nContent-Length: 6", body: "hello!", 400),
        .init("the same length twice", fields: "Content-Length: 5\r\nContent-Length: 5", body: "hello", 400),
        .init("a list of lengths", fields: "Content-Length: 5, 5", body: "hello", 400),
        .init("a length with a sign", fields: "Content-Length: +5", body: "hello", 400),
        .init("a negative length", fields: "Content-Length: -1", 400),
        .init("a hexadecimal length", fields: "Content-Length: 0x5", body: "hello", 400),
        .init("an empty length", fields: "Content-Length:", 400),
        .init("a length with a blank inside", fields: "Content-Length: 1 2", 400),
        .init("a length of full-width digits", fields: "Content-Length: ５", 400),
        .init("a length above the limit", fields: "Content-Length: 1048577", 413),
        .init("a length that overflows", fields: "Content-Length: 99999999999999999999999", 413),
        .init("chunked and a length", fields: "Transfer-Encoding: chunked\r\nContent-Length: 5", 501),
        .init("chunked", fields: "Transfer-Encoding: chunked", body: "0\r\n\r\n", 501),
        .init("an unknown coding", fields: "Transfer-Encoding: xchunked", 501),
        .init("identity", fields: "Transfer-Encoding: identity", 501),
        .init("an empty coding", fields: "Transfer-Encoding:", 501),
        .init("a huge chunk", fields: "Transfer-Encoding: chunked", body: "fffffffffffffffff\r\n", 501),
        .init("a blank before the colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
        .init("a blank before a length's colon", fields: "Content-Length : 5", body: "hello", 400),
        .init("no host", "GET / HTTP/1.1\r\nAccept: */*\r\n\r\n", 400),
        .init("no field at all", "GET / HTTP/1.1\r\n\r\n", 400),
        .init("an empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400),
        .init("two hosts", fields: "Host: b", 400),
        .init("two hosts, one in capitals", fields: "HOST: a", 400),
        .init("a host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
        .init("a host with a user", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400),
        .init("two hosts in one field", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400),
        .init("two cookie fields", fields: "Cookie: a=1\r\nCookie: a=2", 400),
        .init("two origins", fields: "Origin: http://a\r\nOrigin: http://b", 400),
        .init("bare line feeds", "GET / HTTP/1.1\nHost: a\n\n", 400),
        .init("one bare line feed", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400),
        .init("a bare carriage return", "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", 400),
        .init("a line feed before the end", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400),
        .init("a folded field", fields: "X: b\r\n c", 400),
        .init("a field folded with a tab", fields: "X: b\r\n\tc", 400),
        .init("a blank before the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400),
        .init("NUL in a value", fields: "X: a\u{0}b", 400),
        .init("NUL in a name", fields: "X\u{0}: b", 400),
        .init("a control character in a value", fields: "X: a\u{1}b", 400),
        .init("DEL in a value", fields: "X: a\u{7F}b", 400),
        .init("a field without a colon", fields: "nonsense", 400),
        .init("a field without a name", fields: ": b", 400),
        .init("a bracket in a name", fields: "X(y): b", 400),
        .init("a name that is not ASCII", fields: "名: b", 400),
        .init("%00 in the path", target: "/hello%00.html"),
        .init("%0a in the path", target: "/hello%0a"),
        .init("dot dot", target: "/x/../hello"),
        .init("dot dot at the end", target: "/x/.."),
        .init("an encoded dot dot", target: "/x/%2e%2e/hello"),
        .init("a half-encoded dot dot", target: "/x/.%2E/hello"),
        .init("a dot", target: "/./hello"),
        .init("an encoded slash", target: "/x%2Fhello"),
        .init("an encoded backslash", target: "/x%5chello"),
        .init("a backslash", target: "/x\\hello"),
        .init("a bad escape", target: "/x%zz"),
        .init("a short escape", target: "/x%2"),
        .init("an escape that is no UTF-8", target: "/x%ff"),
        .init("an overlong dot", target: "/%c0%ae%c0%ae/hello"),
        .init("a bad escape in the query", target: "/?a=%g1"),
        .init("%00 in the query", target: "/?a=%00"),
        .init("a fragment", target: "/x#y"),
        .init("an absolute target", target: "http://a/"),
        .init("an asterisk", target: "*"),
        .init("an authority", target: "a:80"),
        .init("an empty target", target: ""),
        .init("raw Japanese in the target", target: "/児童"),
        .init("a quotation mark in the target", target: "/\"x"),
        .init("a target too long", target: "/" + String(repeating: "a", count: 9000), 414),
        .init("HTTP/1.0", line: "GET / HTTP/1.0", fields: "X: b", 505),
        .init("HTTP/2.0", line: "GET / HTTP/2.0", fields: "X: b", 505),
        .init("HTTP/9.9", line: "GET / HTTP/9.9", fields: "X: b", 505),
        .init("a version in lower case", line: "GET / http/1.1", fields: "X: b", 400),
        .init("a version of two digits", line: "GET / HTTP/1.10", fields: "X: b", 400),
        .init("no version", line: "GET /", fields: "X: b", 400),
        .init("two blanks", line: "GET  / HTTP/1.1", fields: "X: b", 400),
        .init("a tab for a blank", line: "GET\t/\tHTTP/1.1", fields: "X: b", 400),
        .init("a blank in front", line: " GET / HTTP/1.1", fields: "X: b", 400),
        .init("a blank behind", line: "GET / HTTP/1.1 ", fields: "X: b", 400),
        .init("a method that is no token", line: "G(T / HTTP/1.1", fields: "X: b", 400),
        .init("an empty line in front", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        .init("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        .init("TLS on a plain port", "\u{16}\u{3}\u{1}\u{0}\u{1}", 400),
        .init("an expectation", fields: "Expect: 100-continue\r\nContent-Length: 5", 417),
        .init("a 40 KB field", fields: "X: " + String(repeating: "a", count: 40_000), 431),
        .init(
            "a head without end", "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "a", count: 20_000),
            431),
        .init(
            "too many fields", fields: (0..<100).map { "X-\($0): b" }.joined(separator: "\r\n"), 431),
    ]
}

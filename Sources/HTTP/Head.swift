/// A refusal while reading a head.
struct HeadError: Error {
    let status: Int
}

/// The request line and the header fields of a request, checked.
struct Head {
    /// Fields that mean one value; a second one is an attempt to be read in two ways.
    static let singletons: Set<String> = [
        "host", "content-length", "content-type", "cookie", "origin", "authorization", "if-match",
        "idempotency-key", "sec-fetch-site",
    ]

    private let method: String
    private let path: String
    private let query: [Request.Field]
    private let headers: [Request.Field]
    let contentLength: Int
    /// Whether the body is longer than its path takes, which has a limit of its own.
    let isTooLarge: Bool

    init(_ lines: [ArraySlice<UInt8>], limits: Limits) throws(HeadError) {
        (method, path, query) = try Self.requestLine(lines[0], limits: limits)
        guard lines.count - 1 <= limits.headerFields else { throw HeadError(status: 431) }
        var headers: [Request.Field] = []
        var seen: Set<String> = []
        for line in lines.dropFirst() {
            let field = try Self.field(line)
            guard seen.insert(field.name).inserted || !Self.singletons.contains(field.name) else {
                throw HeadError(status: 400)
            }
            headers.append(field)
        }
        self.headers = headers
        // Chunked bodies are not part of the subset: no browser sends one, and nginx passes bodies on with a length.
        guard !seen.contains("transfer-encoding") else { throw HeadError(status: 501) }
        guard !seen.contains("expect") else { throw HeadError(status: 417) }
        guard let host = headers.first(where: { $0.name == "host" }), Self.isAuthority(host.value) else {
            throw HeadError(status: 400)
        }
        let length = try Self.length(headers.first { $0.name == "content-length" }?.value)
        let own = limits.bodies[path]
        guard length <= limits.body || own != nil else { throw HeadError(status: 413) }
        contentLength = length
        isTooLarge = length > own ?? limits.body
    }

    func request(body: [UInt8]) -> Request {
        Request(method: method, path: path, query: query, headers: headers, body: body)
    }

    private static func requestLine(
        _ line: ArraySlice<UInt8>, limits: Limits
    ) throws(HeadError) -> (String, String, [Request.Field]) {
        let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, parts[0].allSatisfy(isToken) else {
            throw HeadError(status: 400)
        }
        let version = Array(parts[2])
        guard version.count == 8, version.starts(with: "HTTP/".utf8), isDigit(version[5]),
            version[6] == UInt8(ascii: "."), isDigit(version[7])
        else { throw HeadError(status: 400) }
        guard version == Array("HTTP/1.1".utf8) else { throw HeadError(status: 505) }

        let target = parts[1]
        guard target.count <= limits.target else { throw HeadError(status: 414) }
        guard target.allSatisfy(isTargetByte) else { throw HeadError(status: 400) }
        let mark = target.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
        guard let path = PercentCoding.path(target[..<mark]),
            let query = PercentCoding.fields(target[mark...].dropFirst())
        else { throw HeadError(status: 400) }
        return (String(decoding: parts[0], as: UTF8.self), path, query)
    }

    /// `name: value`; no blank before the colon, no folded line, no control character but tab in the value.
    private static func field(_ line: ArraySlice<UInt8>) throws(HeadError) -> Request.Field {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
            line[..<colon].allSatisfy(isToken)
        else { throw HeadError(status: 400) }
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        var value = line[(colon + 1)...].drop(while: isBlank)
        while let last = value.last, isBlank(last) { value.removeLast() }
        guard value.allSatisfy({ $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }),
            let text = String(validating: value, as: UTF8.self)
        else { throw HeadError(status: 400) }
        return .init(String(decoding: line[..<colon], as: UTF8.self).lowercased(), text)
    }

    private static func length(_ value: String?) throws(HeadError) -> Int {
        guard let value else { return 0 }
        guard !value.isEmpty, value.utf8.allSatisfy(isDigit) else { throw HeadError(status: 400) }
        guard let length = Int(value) else { throw HeadError(status: 413) }
        return length
    }

    /// `host` or `host:port`, IPv6 in brackets.
    private static func isAuthority(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { isAlphanumeric($0) || "-._:[]".utf8.contains($0) }
    }

    /// Printable ASCII without what RFC 3986 forbids in a path or query.
    private static func isTargetByte(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && !"\"#<>\\^`{|}".utf8.contains(byte)
    }

    /// `tchar` of RFC 9110 §5.6.2.
    private static func isToken(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

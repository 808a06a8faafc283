/// What a handler answers.
package struct Response: Sendable, Hashable {
    package var status: Int
    package var headers: [Request.Field]
    package var body: [UInt8]

    package init(status: Int, headers: [Request.Field] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package init(status: Int, type: String, text: String, headers: [Request.Field] = []) {
        self.init(
            status: status, headers: [.init("Content-Type", type)] + headers, body: Array(text.utf8))
    }

    /// The first value of the field, whatever the case of its name.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The bytes on the wire. Framing fields are the server's alone: a handler's own are dropped.
    ///
    /// - Parameter isHead: the body is left out, its length is still told.
    func bytes(closing: Bool, isHead: Bool) -> [UInt8] {
        let framing: Set<String> = ["content-length", "transfer-encoding", "connection"]
        var head = "HTTP/1.1 \(status) \(Self.phrase(status))\r\n"
        for field in headers where !framing.contains(field.name.lowercased()) {
            head += "\(Self.printable(field.name)): \(Self.printable(field.value))\r\n"
        }
        head += "Content-Length: \(body.count)\r\nConnection: \(closing ? "close" : "keep-alive")\r\n\r\n"
        return Array(head.utf8) + (isHead ? [] : body)
    }

    /// Without control characters: a line break in a value would begin a field of its own (response splitting).
    private static func printable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }))
    }

    private static func phrase(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 303: "See Other"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        case 505: "HTTP Version Not Supported"
        default: status < 400 ? "OK" : "Error"
        }
    }
}

/// Reads one request from the front of a buffer: a pure function of the bytes.
///
/// A strict subset of RFC 9112: whatever two HTTP implementations could read differently (two lengths, a bare line
/// feed, a folded line, an encoded slash) is refused, since that disagreement is what request smuggling is made of.
/// Three laws, tested: bytes after the request change nothing; a prefix of a valid request is never refused; and
/// what is refused stays refused when more bytes come.
package struct RequestParser: Sendable {
    package enum Outcome: Sendable, Hashable {
        /// Not refused so far; nothing more can be decided before the buffer holds `total` bytes.
        case needMore(total: Int, inBody: Bool)
        case request(Request, consumed: Int)
        /// A request without its body, which is longer than its path takes (413); the connection cannot be used further.
        case tooLarge(Request)
        /// The status to answer; the connection cannot be used further.
        case reject(Int)
    }

    let limits: Limits

    package init(limits: Limits = Limits()) { self.limits = limits }

    package func parse(_ bytes: ArraySlice<UInt8>) -> Outcome {
        switch Self.headLines(bytes, limit: limits.head) {
        case .refused(let status): return .reject(status)
        case .incomplete: return .needMore(total: bytes.count + 1, inBody: false)
        case .lines(let lines, let end):
            do {
                let head = try Head(lines, limits: limits)
                if head.isTooLarge { return .tooLarge(head.request(body: [])) }
                let total = end - bytes.startIndex + head.contentLength
                guard bytes.count >= total else { return .needMore(total: total, inBody: true) }
                let body = Array(bytes[end..<bytes.startIndex + total])
                return .request(head.request(body: body), consumed: total)
            } catch {
                return .reject(error.status)
            }
        }
    }

    private enum HeadLines {
        case lines([ArraySlice<UInt8>], end: Int)
        case incomplete
        case refused(Int)
    }

    /// Splits the head at CR LF up to the empty line. Refuses a CR or LF on its own and every NUL as soon as seen.
    private static func headLines(_ bytes: ArraySlice<UInt8>, limit: Int) -> HeadLines {
        var lines: [ArraySlice<UInt8>] = []
        var start = bytes.startIndex
        var index = start
        while index < bytes.endIndex {
            guard index - bytes.startIndex < limit else { return .refused(431) }
            switch bytes[index] {
            case 0x0D:
                guard index + 1 < bytes.endIndex else { return .incomplete }
                guard bytes[index + 1] == 0x0A else { return .refused(400) }
                guard start < index else {
                    return lines.isEmpty ? .refused(400) : .lines(lines, end: index + 2)
                }
                lines.append(bytes[start..<index])
                index += 2
                start = index
            case 0x0A, 0x00: return .refused(400)
            default: index += 1
            }
        }
        return .incomplete
    }
}

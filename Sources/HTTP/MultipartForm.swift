/// The body of a form with one file (`multipart/form-data`, RFC 7578): a pure function of the bytes.
///
/// A strict subset, as with heads of requests: whatever two readers could take in two ways is refused and named. No text before the
/// first boundary or behind the last, no parts in parts, no transfer encodings, no header fields but the two that browsers send.
package struct MultipartForm: Sendable, Hashable {
    /// The file's field and its bytes; what its sender calls it is not kept.
    package struct File: Sendable, Hashable {
        package let name: String
        package let bytes: [UInt8]
    }

    /// What is wrong with a body.
    package enum Trouble: String, Error, Sendable, CaseIterable {
        /// Another type, or none.
        case type
        /// None in the type, one that RFC 2046 does not know, or a line that goes on behind it.
        case boundary
        /// Something stands before the first boundary.
        case beginning
        /// The last boundary is missing, or something stands behind it.
        case end
        /// A part's head cannot be read, or has a field that it may not have.
        case head
        /// A part that has parts.
        case nested
        case transferEncoding
        case tooManyParts
        case secondFile
        /// A name that stands twice.
        case secondField
        /// A text that is too long, or no UTF-8.
        case text
    }

    /// Names and texts, in their order; no name stands twice.
    package private(set) var fields: [Request.Field] = []
    package private(set) var file: File?

    static let mostParts = 8
    /// Bytes of a part's head, and of a text.
    static let mostHead = 2048
    static let mostText = 8192

    package init(_ request: Request) throws(Trouble) {
        try self.init(request.body, boundary: Self.boundary(of: request.header("content-type") ?? ""))
    }

    init(_ body: [UInt8], boundary: [UInt8]) throws(Trouble) {
        let opening = Array("--".utf8) + boundary
        guard body.starts(with: opening) else { throw .beginning }
        let delimiter = Self.lineEnd + opening
        var (at, parts) = (opening.count, 0)
        while true {
            let rest = body[at...]
            if rest.starts(with: "--".utf8) {
                guard rest.count == 2 || rest.dropFirst(2).elementsEqual(Self.lineEnd) else { throw .end }
                return
            }
            guard rest.count >= 2 else { throw .end }
            guard rest.starts(with: Self.lineEnd) else { throw .boundary }
            parts += 1
            guard parts <= Self.mostParts else { throw .tooManyParts }
            let part = rest.dropFirst(Self.lineEnd.count)
            guard let end = Self.place(of: delimiter, in: part) else { throw .end }
            try take(part[..<end])
            at = end + delimiter.count
        }
    }

    /// The text of a field.
    package func field(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    private mutating func take(_ part: ArraySlice<UInt8>) throws(Trouble) {
        let blank = Self.lineEnd + Self.lineEnd
        guard let end = Self.place(of: blank, in: part.prefix(Self.mostHead)) else { throw .head }
        let head = try PartHead(part[..<end])
        let content = part[(end + blank.count)...]
        if head.isFile, file != nil { throw .secondFile }
        guard field(head.name) == nil, file?.name != head.name else { throw .secondField }
        if head.isFile {
            file = File(name: head.name, bytes: Array(content))
            return
        }
        guard content.count <= Self.mostText, let text = String(validating: content, as: UTF8.self) else {
            throw .text
        }
        fields.append(.init(head.name, text))
    }

    private static let lineEnd: [UInt8] = [0x0D, 0x0A]

    /// Where `pattern` stands first.
    private static func place(of pattern: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        var rest = bytes
        while let found = rest.firstIndex(of: pattern[0]) {
            if bytes[found...].starts(with: pattern) { return found }
            rest = bytes[(found + 1)...]
        }
        return nil
    }

    /// The boundary in a `Content-Type`: 1 to 70 of RFC 2046's characters but the space, which nobody sends; quoted or not.
    static func boundary(of type: String) throws(Trouble) -> [UInt8] {
        let parts = type.split(separator: ";", maxSplits: 1).map { part in
            part.drop { $0 == " " }
        }
        guard parts.first?.lowercased() == "multipart/form-data" else { throw .type }
        guard parts.count == 2, parts[1].lowercased().hasPrefix("boundary=") else { throw .boundary }
        var text = parts[1].dropFirst("boundary=".count)
        if text.count >= 2, text.first == "\"", text.last == "\"" { text = text.dropFirst().dropLast() }
        let bytes = Array(text.utf8)
        guard (1...70).contains(bytes.count), bytes.allSatisfy(isBoundaryByte) else { throw .boundary }
        return bytes
    }

    private static func isBoundaryByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
            || "'()+_,-./:=?".utf8.contains(byte)
    }
}

/// What a part says of itself.
private struct PartHead {
    private(set) var name = ""
    private(set) var isFile = false

    init(_ bytes: ArraySlice<UInt8>) throws(MultipartForm.Trouble) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .head }
        var seen: Set<String> = []
        // A line end of two bytes is one character; what is left alone is a control character.
        for line in text.split(separator: "\r\n", omittingEmptySubsequences: false) {
            guard let colon = line.firstIndex(of: ":"),
                !line.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
            else { throw .head }
            let field = line[..<colon].lowercased()
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            guard seen.insert(field).inserted else { throw .head }
            switch field {
            case "content-disposition": try read(value)
            case "content-type":
                guard !value.lowercased().hasPrefix("multipart/") else { throw .nested }
            case "content-transfer-encoding": throw .transferEncoding
            default: throw .head
            }
        }
        guard seen.contains("content-disposition") else { throw .head }
    }

    /// `form-data; name="…"`, and for a file `; filename="…"`; browsers write a quote in them as %22.
    private mutating func read(_ value: Substring) throws(MultipartForm.Trouble) {
        guard
            let found = value.wholeMatch(
                of: /(?i:form-data); ?name="(?<name>[^"]{1,64})"(?<file>; ?filename="[^"]*")?/)
        else { throw .head }
        name = String(found.name)
        isFile = found.file != nil
    }
}

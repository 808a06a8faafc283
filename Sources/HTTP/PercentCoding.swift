/// Percent-encoding (RFC 3986 §2.1), read strictly.
enum PercentCoding {
    /// The decoded text; `nil` for a broken escape or bytes that are not UTF-8.
    static func decode(_ bytes: ArraySlice<UInt8>, plusIsSpace: Bool = false) -> String? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            var byte = bytes[index]
            if byte == UInt8(ascii: "%") {
                guard bytes.endIndex - index > 2, let high = hexDigit(bytes[index + 1]),
                    let low = hexDigit(bytes[index + 2])
                else { return nil }
                byte = high << 4 | low
                index += 2
            } else if plusIsSpace, byte == UInt8(ascii: "+") {
                byte = UInt8(ascii: " ")
            }
            decoded.append(byte)
            index += 1
        }
        return String(validating: decoded, as: UTF8.self)
    }

    /// Name and value pairs of a query or a form; `nil` where one cannot be decoded or holds a NUL.
    static func fields(_ bytes: ArraySlice<UInt8>) -> [Request.Field]? {
        var fields: [Request.Field] = []
        for pair in bytes.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decode(parts[0], plusIsSpace: true),
                let value = parts.count == 2 ? decode(parts[1], plusIsSpace: true) : "",
                !hasControl(name), !value.utf8.contains(0)
            else { return nil }
            fields.append(.init(name, value))
        }
        return fields
    }

    /// The path as text; `nil` where two readers could take it for different paths.
    static func path(_ bytes: ArraySlice<UInt8>) -> String? {
        guard bytes.first == UInt8(ascii: "/") else { return nil }
        let slash = UInt8(ascii: "/")
        for segment in bytes.dropFirst().split(separator: slash, omittingEmptySubsequences: false) {
            guard let text = decode(segment), !hasControl(text), text != ".", text != "..",
                !text.utf8.contains(slash), !text.utf8.contains(UInt8(ascii: "\\"))
            else { return nil }
        }
        return decode(bytes)
    }

    private static func hasControl(_ text: String) -> Bool { text.utf8.contains { $0 < 0x20 || $0 == 0x7F } }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

/// The encodings extracts come in.
package enum TextEncoding: String, Codable, Sendable, CaseIterable {
    /// With or without byte order mark.
    case utf8
    /// Windows code page 932, what departments call Shift_JIS: strict Shift_JIS lacks 髙 ① ㈱ ～.
    case cp932

    /// The text of `bytes`, or `nil` where one of them is no character: never a replacement character.
    package func decode(_ bytes: some Collection<UInt8>) -> String? {
        var scratch: [UInt8] = []
        return decode(Array(bytes)[...], scratch: &scratch)
    }

    /// The bytes of `text`, or `nil` where the encoding lacks a character. No byte order mark.
    package func encode(_ text: String) -> [UInt8]? {
        switch self {
        case .utf8: Array(text.utf8)
        case .cp932: CodePage932.shared.encode(text)
        }
    }

    /// As `decode`, with a buffer that the caller keeps from field to field.
    func decode(_ bytes: ArraySlice<UInt8>, scratch: inout [UInt8]) -> String? {
        switch self {
        case .utf8:
            return String(validating: bytes, as: UTF8.self)
        case .cp932:
            scratch.removeAll(keepingCapacity: true)
            guard CodePage932.shared.decode(bytes.span, into: &scratch) else { return nil }
            return String(decoding: scratch, as: UTF8.self)
        }
    }

    /// The length in bytes of the character at `index`, 0 where there is none.
    func length(at index: Int, in bytes: Span<UInt8>) -> Int {
        switch self {
        case .utf8: Self.utf8Length(at: index, in: bytes)
        case .cp932: CodePage932.shared.length(at: index, in: bytes)
        }
    }

    /// Index of the first byte that is no character.
    func firstUndecodable(in bytes: Span<UInt8>) -> Int? {
        var index = 0
        while index < bytes.count {
            let length = length(at: index, in: bytes)
            guard length > 0 else { return index }
            index += length
        }
        return nil
    }

    /// Unicode Standard, table 3-7: well-formed UTF-8 byte sequences.
    private static func utf8Length(at index: Int, in bytes: Span<UInt8>) -> Int {
        let lead = bytes[index]
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch lead {
        case 0...0x7F: return 1
        case 0xC2...0xDF: length = 2
        case 0xE0:
            length = 3
            second = 0xA0...0xBF
        case 0xED:
            length = 3
            second = 0x80...0x9F
        case 0xE1...0xEF: length = 3
        case 0xF0:
            length = 4
            second = 0x90...0xBF
        case 0xF1...0xF3: length = 4
        case 0xF4:
            length = 4
            second = 0x80...0x8F
        default: return 0
        }
        guard index + length <= bytes.count, second.contains(bytes[index + 1]) else { return 0 }
        for next in (index + 2)..<(index + max(length, 2)) where bytes[next] & 0xC0 != 0x80 { return 0 }
        return length
    }
}

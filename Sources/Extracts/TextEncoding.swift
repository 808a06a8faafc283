/// The encodings extracts come in.
package enum TextEncoding: String, Codable, Sendable, CaseIterable {
    /// With or without byte order mark.
    case utf8
    /// Windows code page 932, what departments call Shift_JIS: strict Shift_JIS lacks 髙 ① ㈱ ～.
    case cp932
    /// With the vendors' characters and three-byte JIS X 0212, as old Unix hosts write.
    case eucjp
    /// With or without byte order mark; what spreadsheets save as "Unicode text".
    case utf16le
    case utf16be

    /// As officials know it.
    package var title: String {
        switch self {
        case .utf8: "UTF-8"
        case .cp932: "Shift_JIS(CP932)"
        case .eucjp: "EUC-JP"
        case .utf16le: "UTF-16(LE)"
        case .utf16be: "UTF-16(BE)"
        }
    }

    /// The bytes at the beginning of a file that name the encoding.
    var byteOrderMark: [UInt8] {
        switch self {
        case .utf8: [0xEF, 0xBB, 0xBF]
        case .cp932, .eucjp: []
        case .utf16le: [0xFF, 0xFE]
        case .utf16be: [0xFE, 0xFF]
        }
    }

    /// Whether its characters are made of units of two bytes, which go through `WideText` first.
    var isWide: Bool { self == .utf16le || self == .utf16be }

    /// `nil`: the bytes, or what `WideText` made of them, are UTF-8.
    var codePage: CodePage? {
        switch self {
        case .cp932: .cp932
        case .eucjp: .eucJP
        case .utf8, .utf16le, .utf16be: nil
        }
    }

    /// The text of `bytes`, or `nil` where one of them is no character: never a replacement character.
    package func decode(_ bytes: some Collection<UInt8>) -> String? {
        var narrow: [UInt8] = []
        if isWide {
            var wide = WideText(isBigEndian: self == .utf16be)
            wide.append(Array(bytes), to: &narrow)
            wide.finish(&narrow)
        } else {
            narrow = Array(bytes)
        }
        var decoder = RowDecoder(self)
        guard decoder.decode([.init(start: 0, end: narrow.count)], of: narrow, at: 0) == nil else {
            return nil
        }
        return String(decoding: decoder.text, as: UTF8.self)
    }

    /// The bytes of `text`, or `nil` where the encoding lacks a character. No byte order mark.
    package func encode(_ text: String) -> [UInt8]? {
        switch self {
        case .utf8: Array(text.utf8)
        case .cp932: CodePage.cp932.encode(text)
        case .eucjp: CodePage.eucJP.encode(text)
        case .utf16le: text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        case .utf16be: text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        }
    }
}

/// UTF-8, byte by byte.
enum UTF8Bytes {
    /// The length in bytes of the character at `index` before `end`, 0 where there is none (Unicode Standard, table 3-7:
    /// well-formed UTF-8 byte sequences).
    @inline(__always)
    static func length(at index: Int, in bytes: Span<UInt8>, end: Int) -> Int {
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
        guard index + length <= end, second.contains(bytes[index + 1]) else { return 0 }
        if length > 2, bytes[index + 2] & 0xC0 != 0x80 { return 0 }
        if length > 3, bytes[index + 3] & 0xC0 != 0x80 { return 0 }
        return length
    }
}

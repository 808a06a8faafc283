/// UTF-16 made into UTF-8 block by block, ahead of the scanner, so that only bytes are ever scanned.
///
/// Nothing is lost or mended: a surrogate without its other half becomes the three bytes UTF-8 would give it if it were
/// a character, a byte without its other half becomes 0xFF. Neither is UTF-8, so that their row is rejected, and the
/// place in the file follows from what was made.
struct WideText: Sendable {
    private let isBigEndian: Bool
    /// The bytes at the end of a block whose character is not whole, at most three.
    private var rest: [UInt8] = []

    init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

    mutating func append(_ block: [UInt8], to output: inout [UInt8]) {
        let bytes = rest + block
        var index = 0
        while let first = unit(bytes, at: index) {
            if UTF16.isLeadSurrogate(first) {
                guard let second = unit(bytes, at: index + 2) else { break }
                if UTF16.isTrailSurrogate(second) {
                    Self.put(0x1_0000 + (UInt32(first) & 0x3FF) << 10 + UInt32(second) & 0x3FF, &output)
                    index += 4
                    continue
                }
            }
            Self.put(UInt32(first), &output)
            index += 2
        }
        rest = Array(bytes[index...])
    }

    /// The file is over: what has no other half stands alone.
    mutating func finish(_ output: inout [UInt8]) {
        if let unit = unit(rest, at: 0) { Self.put(UInt32(unit), &output) }
        if rest.count % 2 == 1 { output.append(0xFF) }
        rest = []
    }

    /// How many bytes of UTF-16 `bytes` in `range` were made of.
    static func length(of bytes: [UInt8], _ range: Range<Int>) -> Int {
        var length = 0
        for index in range {
            switch bytes[index] {
            case 0x80...0xBF: break
            case 0xF0...0xF4: length += 4
            case 0xFF: length += 1
            default: length += 2
            }
        }
        return length
    }

    private func unit(_ bytes: [UInt8], at index: Int) -> UInt16? {
        guard index + 1 < bytes.count else { return nil }
        let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
        return isBigEndian ? first << 8 | second : second << 8 | first
    }

    private static func put(_ value: UInt32, _ output: inout [UInt8]) {
        switch value {
        case 0..<0x80: output.append(UInt8(value))
        case 0x80..<0x800:
            output.append(UInt8(0xC0 | value >> 6))
            output.append(UInt8(0x80 | value & 0x3F))
        case 0x800..<0x1_0000:
            output.append(UInt8(0xE0 | value >> 12))
            output.append(UInt8(0x80 | value >> 6 & 0x3F))
            output.append(UInt8(0x80 | value & 0x3F))
        default:
            output.append(UInt8(0xF0 | value >> 18))
            output.append(UInt8(0x80 | value >> 12 & 0x3F))
            output.append(UInt8(0x80 | value >> 6 & 0x3F))
            output.append(UInt8(0x80 | value & 0x3F))
        }
    }
}

internal import Glibc

/// Windows code page 932 as glibc's `iconv` maps it, asked once and kept as two tables.
///
/// Every character of the code page is one or two bytes and one scalar of the basic plane, so that a table answers as
/// iconv would, without a call and a conversion handle for each field. 0x8160 is ～ (U+FF5E) and 0x817C is － (U+FF0D),
/// as Windows has it; 0xF040... are 外字 in the private use area. Where two codes mean one character (NEC and IBM
/// doubles), encoding takes the one iconv takes.
struct CodePage932: Sendable {
    static let shared = CodePage932()

    /// By code (lead byte << 8 | trail byte, or the single byte); 0: no character.
    private let scalars: [UInt16]
    /// By scalar; 0: not in the code page.
    private let codes: [UInt16]

    private init() {
        var scalars = [UInt16](repeating: 0, count: 0x10000)
        var codes = [UInt16](repeating: 0, count: 0x10000)
        for byte in 1...0x7F {
            scalars[byte] = UInt16(byte)
            codes[byte] = UInt16(byte)
        }
        let fromCodePage = Conversion(to: "UTF-16LE", from: "CP932")
        let toCodePage = Conversion(to: "CP932", from: "UTF-16LE")
        // Half-width katakana are the only single bytes above ASCII; the rest of that range is vendors' leftovers.
        let doubles = (0x81...0xFC).filter { !(0xA0...0xDF).contains($0) }
            .flatMap { lead in (0x40...0xFC).map { lead << 8 | $0 } }
        for code in Array(0xA1...0xDF) + doubles {
            let bytes = code > 0xFF ? [UInt8(code >> 8), UInt8(code & 0xFF)] : [UInt8(code)]
            guard let wide = fromCodePage.convert(bytes), wide.count == 2 else { continue }
            scalars[code] = UInt16(wide[0]) | UInt16(wide[1]) << 8
        }
        // Only what reads back as itself: iconv would also take 〜 for ～ and ¥ for a backslash.
        for scalar in Set(scalars) where scalar >= 0x80 {
            guard let bytes = toCodePage.convert([UInt8(scalar & 0xFF), UInt8(scalar >> 8)]) else { continue }
            let code = bytes.reduce(0) { $0 << 8 | Int($1) }
            if scalars[code] == scalar { codes[Int(scalar)] = UInt16(code) }
        }
        self.scalars = scalars
        self.codes = codes
    }

    /// The length in bytes of the character at `index`, 0 where there is none.
    @inline(__always)
    func length(at index: Int, in bytes: Span<UInt8>) -> Int {
        let lead = bytes[index]
        if !Self.isLead(lead) { return lead == 0 || scalars[Int(lead)] != 0 ? 1 : 0 }
        guard index + 1 < bytes.count else { return 0 }
        return scalars[Int(lead) << 8 | Int(bytes[index + 1])] != 0 ? 2 : 0
    }

    /// Appends `bytes` to `output` as UTF-8; `false` at the first byte that is no character.
    func decode(_ bytes: Span<UInt8>, into output: inout [UInt8]) -> Bool {
        var index = 0
        while index < bytes.count {
            let lead = bytes[index]
            if lead < 0x80 {
                output.append(lead)
                index += 1
                continue
            }
            let length = length(at: index, in: bytes)
            guard length > 0 else { return false }
            let scalar = scalars[length == 1 ? Int(lead) : Int(lead) << 8 | Int(bytes[index + 1])]
            if scalar < 0x800 {
                output.append(UInt8(0xC0 | scalar >> 6))
            } else {
                output.append(UInt8(0xE0 | scalar >> 12))
                output.append(UInt8(0x80 | scalar >> 6 & 0x3F))
            }
            output.append(UInt8(0x80 | scalar & 0x3F))
            index += length
        }
        return true
    }

    /// `nil` where a character is not in the code page.
    func encode(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            if scalar.value < 0x80 {
                bytes.append(UInt8(scalar.value))
                continue
            }
            guard scalar.value <= 0xFFFF, case let code = codes[Int(scalar.value)], code != 0 else {
                return nil
            }
            if code > 0xFF { bytes.append(UInt8(code >> 8)) }
            bytes.append(UInt8(code & 0xFF))
        }
        return bytes
    }

    @inline(__always)
    private static func isLead(_ byte: UInt8) -> Bool {
        (0x81...0x9F).contains(byte) || (0xE0...0xFC).contains(byte)
    }
}

/// One `iconv` conversion, strict.
private final class Conversion {
    private let handle: iconv_t?

    init(to target: String, from source: String) {
        let opened = iconv_open(target, source)
        handle = opened == iconv_t(bitPattern: -1) ? nil : opened
    }

    deinit { if let handle { iconv_close(handle) } }

    /// One character; `nil` where it is unknown on either side.
    func convert(_ character: [UInt8]) -> [UInt8]? {
        guard let handle else { return nil }
        var input = character.map { CChar(bitPattern: $0) }
        var output = [CChar](repeating: 0, count: 8)
        let (inputCount, outputCount) = (input.count, output.count)
        let written: Int? = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                var (from, to) = (source.baseAddress, target.baseAddress)
                var (fromLeft, toLeft) = (inputCount, outputCount)
                iconv(handle, nil, nil, nil, nil)
                // A result above 0 counts characters replaced by something like them: not strict.
                let result = iconv(handle, &from, &fromLeft, &to, &toLeft)
                return result == 0 && fromLeft == 0 ? outputCount - toLeft : nil
            }
        }
        return written.map { output.prefix($0).map { UInt8(bitPattern: $0) } }
    }
}

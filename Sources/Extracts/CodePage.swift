internal import Glibc

/// A Japanese encoding as glibc's `iconv` maps it, asked once and kept as tables.
///
/// Every character of these is one to three bytes and one scalar of the basic plane, so that a table answers as iconv
/// would, without a call and a conversion handle for each field. Where two codes mean one character (NEC and IBM
/// doubles), encoding takes the one iconv takes.
struct CodePage: Sendable {
    /// Windows code page 932: 0x8160 is ～ (U+FF5E) and 0x817C is － (U+FF0D), as Windows has it; 0xF040... are 外字 in the
    /// private use area. Half-width katakana are its only single bytes above ASCII; the rest there is vendors' leftovers.
    static let cp932 = CodePage(
        "CP932",
        singles: 0xA1...0xDF, doubles: [0x81...0x9F, 0xE0...0xFC], trails: 0x40...0xFC, triples: nil)
    /// EUC-JP with the vendors' characters (eucJP-ms): ①㈱ and 髙 as in code page 932, JIS X 0212 in three bytes, 外字 in
    /// both. Strict EUC-JP lacks them.
    static let eucJP = CodePage(
        "EUC-JP-MS", singles: nil, doubles: [0x8E...0x8E, 0xA1...0xFE], trails: 0xA1...0xFE, triples: 0x8F)

    /// Bytes of a character by its first byte; 0: none begins so.
    private let lengths: [UInt8]
    /// Characters in UTF-8 by code, see `code`: the first byte lowest, their number highest; 0: no character.
    private let characters: [UInt32]
    /// The bytes of a character by its scalar; 0: not in the encoding.
    private let codes: [UInt32]

    /// - Parameters:
    ///   - name: what iconv calls the encoding.
    ///   - singles: characters of one byte above ASCII.
    ///   - doubles: first bytes of characters of two bytes.
    ///   - trails: bytes behind the first.
    ///   - triples: the first byte of characters of three bytes.
    private init(
        _ name: String, singles: ClosedRange<UInt8>?, doubles: [ClosedRange<UInt8>],
        trails: ClosedRange<UInt8>, triples: UInt8?
    ) {
        var lengths = [UInt8](repeating: 0, count: 0x100)
        var scalars = [UInt16](repeating: 0, count: triples == nil ? 0x1_0000 : 0x2_0000)
        var codes = [UInt32](repeating: 0, count: 0x1_0000)
        for byte in 0..<0x80 {
            lengths[byte] = 1
            scalars[byte] = UInt16(byte)
            codes[byte] = UInt32(byte)
        }
        var candidates: [[UInt8]] = (singles.map(Array.init) ?? []).map { [$0] }
        for lead in doubles.joined() { candidates += trails.map { [lead, $0] } }
        if let triples { for row in trails { candidates += trails.map { [triples, row, $0] } } }

        let fromCodePage = Conversion(to: "UTF-16LE", from: name)
        let toCodePage = Conversion(to: name, from: "UTF-16LE")
        for bytes in candidates {
            guard let wide = fromCodePage.convert(bytes), wide.count == 2 else { continue }
            lengths[Int(bytes[0])] = UInt8(bytes.count)
            scalars[Self.code(bytes.span, at: 0, length: bytes.count)] =
                UInt16(wide[0]) | UInt16(wide[1]) << 8
        }
        // Only what reads back as itself: iconv would also take 〜 for ～ and ¥ for a backslash.
        for scalar in Set(scalars) where scalar >= 0x80 {
            guard let bytes = toCodePage.convert([UInt8(scalar & 0xFF), UInt8(scalar >> 8)]),
                scalars[Self.code(bytes.span, at: 0, length: bytes.count)] == scalar
            else { continue }
            codes[Int(scalar)] = bytes.reduce(0) { $0 << 8 | UInt32($1) }
        }
        self.lengths = lengths
        characters = scalars.map { scalar in
            guard scalar > 0, let bytes = Unicode.Scalar(scalar).map({ Array(String($0).utf8) }) else {
                return 0
            }
            return bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) } | UInt32(bytes.count) << 24
        }
        self.codes = codes
    }

    /// The length in bytes of the character at `index`, 0 where there is none.
    func length(at index: Int, in bytes: Span<UInt8>) -> Int {
        let length = Int(lengths[Int(bytes[index])])
        guard length > 0, index + length <= bytes.count else { return 0 }
        return length == 1 && bytes[index] < 0x80
            || characters[Self.code(bytes, at: index, length: length)] != 0 ? length : 0
    }

    /// Writes the `pieces` of the row that begins at `start` of `block` to `output` as UTF-8, which takes at most three times
    /// their bytes and `slack`, and where each field ends there to `ends`.
    ///
    /// - Returns: where the first byte stands in `block` that is no character, or `nil`.
    func decode(
        _ pieces: [RowScanner.Piece], of block: Span<UInt8>, at start: Int,
        into output: inout [UInt8], ends: inout [Int32]
    ) -> Int? {
        let (lengthOf, characterOf) = (lengths.span, characters.span)
        let raw = block.bytes
        var text = output.mutableSpan
        var bytes = text.mutableBytes
        var count = 0
        for piece in pieces {
            var index = start + Int(piece.start)
            let end = start + Int(piece.end)
            while index < end {
                if index + 8 <= end {
                    let word = raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
                    if word & 0x8080_8080_8080_8080 == 0 {
                        bytes.storeBytes(of: word, toByteOffset: count, as: UInt64.self)
                        count += 8
                        index += 8
                        continue
                    }
                }
                let lead = block[index]
                if lead < 0x80 {
                    bytes.storeBytes(of: lead, toByteOffset: count, as: UInt8.self)
                    count += 1
                    index += 1
                    continue
                }
                let length = Int(lengthOf[Int(lead)])
                guard length > 0, index + length <= end else { return index }
                let character = characterOf[Self.code(block, at: index, length: length)]
                guard character != 0 else { return index }
                // Four bytes at once; what is too many is written over.
                bytes.storeBytes(of: character.littleEndian, toByteOffset: count, as: UInt32.self)
                count += Int(character >> 24)
                index += length
            }
            if piece.endsField { ends.append(Int32(truncatingIfNeeded: count)) }
        }
        return nil
    }

    /// Bytes that `decode` may write behind the last.
    static let slack = 8

    /// `nil` where a character is not in the encoding.
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
            if code > 0xFFFF { bytes.append(UInt8(code >> 16)) }
            if code > 0xFF { bytes.append(UInt8(code >> 8 & 0xFF)) }
            bytes.append(UInt8(code & 0xFF))
        }
        return bytes
    }

    /// The place in `characters` of the `length` bytes at `index`; of three bytes the first is always the same.
    @inline(__always)
    private static func code(_ bytes: Span<UInt8>, at index: Int, length: Int) -> Int {
        switch length {
        case 2: Int(bytes[index]) << 8 | Int(bytes[index + 1])
        case 1: Int(bytes[index])
        default: 0x1_0000 | Int(bytes[index + 1]) << 8 | Int(bytes[index + 2])
        }
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

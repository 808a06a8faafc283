/// How the beginning of a file reads in each encoding, and what follows from it.
struct EncodingEvidence: Sendable {
    enum Verdict: Sendable, Hashable {
        case found(TextEncoding)
        /// Nothing but ASCII: any but UTF-16 will do.
        case ascii
        /// Reads as well in several: somebody who knows must say.
        case ambiguous
        /// Another encoding, or no text at all.
        case none
    }

    /// What a reading of the sample found.
    struct Reading: Sendable {
        /// Characters beyond ASCII; in UTF-16 those of ASCII, which other files do not have so.
        var readable = 0
        /// Places that are no character.
        var broken = 0
        /// Bytes of characters that Japanese extracts in this encoding hardly have.
        var unlikely = 0

        /// Rubbish in a row is a row to reject; rubbish everywhere is another encoding.
        var isPossible: Bool { broken <= readable / 10 + 8 }
        var doubt: Int { 2 * broken + unlikely }
    }

    /// The encoding that the file's first bytes name.
    let mark: TextEncoding?
    let verdict: Verdict
    private let readings: [TextEncoding: Reading]

    /// - Parameter isWhole: the sample is the whole file; else a character cut by its end counts for nothing.
    init(sample: [UInt8], isWhole: Bool) {
        let isUTF32 = sample.starts(with: [0xFF, 0xFE, 0, 0])
        let mark = TextEncoding.allCases.first {
            !$0.byteOrderMark.isEmpty && sample.starts(with: $0.byteOrderMark)
        }
        // In two bytes, characters of ASCII have one that is 0; other text has none.
        let mayBeWide = sample.contains(0)
        var readings: [TextEncoding: Reading] = [:]
        for encoding in TextEncoding.allCases where mayBeWide || !encoding.isWide {
            readings[encoding] =
                encoding.isWide
                ? Self.read(wide: sample.span, isBigEndian: encoding == .utf16be)
                : Self.read(sample.span, as: encoding, isWhole: isWhole)
        }
        self.mark = isUTF32 ? nil : mark
        self.readings = readings
        verdict = isUTF32 ? .none : mark.map(Verdict.found) ?? Self.verdict(sample, readings)
    }

    subscript(encoding: TextEncoding) -> Reading { readings[encoding] ?? Reading() }

    /// Japanese sentence for the run's report: what the verdict rests on, in counts.
    var sentence: String {
        if let mark { return "先頭にBOMがあるため\(mark.title)と判定しました。" }
        let counts = TextEncoding.allCases.filter { !$0.isWide }.map {
            "\($0.title)として読めた全角等の文字\(self[$0].readable)・読めない箇所\(self[$0].broken)"
        }.joined(separator: "、")
        switch verdict {
        case .found(let encoding) where encoding.isWide:
            return "2バイトごとに読むと半角の文字・区切り・改行が\(self[encoding].readable)あるため、\(encoding.title)と判定しました。"
        case .found(let encoding): return "先頭部分の調査結果(\(counts))から\(encoding.title)と判定しました。"
        case .ascii: return "先頭部分が半角英数字のみのため、UTF-8として読みます。"
        case .ambiguous: return "どの文字コードとしても読めてしまいます(\(counts))。"
        case .none: return "UTF-8、Shift_JIS(CP932)、EUC-JP、UTF-16のどれでもありません(\(counts))。"
        }
    }

    private static func verdict(_ sample: [UInt8], _ readings: [TextEncoding: Reading]) -> Verdict {
        // Line ends and delimiters in two bytes do not come about by chance, and then only in one order of the bytes.
        let wide = [TextEncoding.utf16le, .utf16be].filter { encoding in
            let reading = readings[encoding] ?? Reading()
            return reading.readable >= 2 && reading.readable >= sample.count / 100
                && reading.broken <= reading.readable / 10
        }
        if let encoding = wide.first { return wide.count == 1 ? .found(encoding) : .ambiguous }
        guard sample.contains(where: { $0 >= 0x80 }) else {
            // ESC $ begins Japanese in ISO-2022-JP, which would pass for ASCII.
            return zip(sample, sample.dropFirst()).contains { $0 == (0x1B, 0x24) } ? .none : .ascii
        }
        // Nor do characters of three bytes in UTF-8: a file full of them is UTF-8, even with a damaged row in it.
        if let utf8 = readings[.utf8], utf8.readable - utf8.unlikely / 2 > 2 * utf8.broken {
            return .found(.utf8)
        }
        let possible = readings.filter { !$0.key.isWide && $0.value.isPossible }
            .sorted { ($0.value.doubt, $0.key.rawValue) < ($1.value.doubt, $1.key.rawValue) }
        guard let best = possible.first else { return .none }
        let isClear = readings.allSatisfy { encoding, reading in
            encoding == best.key || encoding.isWide || 3 * best.value.doubt + 4 <= reading.doubt
        }
        return isClear ? .found(best.key) : .ambiguous
    }

    private static func read(_ bytes: Span<UInt8>, as encoding: TextEncoding, isWhole: Bool) -> Reading {
        var reading = Reading()
        var index = 0
        let codePage = encoding.codePage
        while index < bytes.count {
            if bytes[index] < 0x80 {
                index += 1
                continue
            }
            let length =
                codePage?.length(at: index, in: bytes)
                ?? UTF8Bytes.length(at: index, in: bytes, end: bytes.count)
            if length > 0 {
                reading.readable += 1
                if isUnlikely(bytes, index, length, encoding) { reading.unlikely += length }
                index += length
            } else {
                if isWhole || index + 4 <= bytes.count { reading.broken += 1 }
                index += 1
            }
        }
        return reading
    }

    /// Half-width punctuation, kanji of the second level and beyond, other alphabets: there are some in every register, but
    /// the wrong reading is full of them.
    private static func isUnlikely(
        _ bytes: Span<UInt8>, _ index: Int, _ length: Int, _ encoding: TextEncoding
    ) -> Bool {
        let lead = bytes[index]
        switch encoding {
        case .utf8: return length == 2
        case .cp932:
            if length == 1 { return lead <= 0xA5 }
            return lead == 0x98 ? bytes[index + 1] >= 0x9F : (0x99...0xEA).contains(lead) || lead >= 0xF0
        case .eucjp: return length == 3 || (0xA6...0xAF).contains(lead) || lead >= 0xD0
        case .utf16le, .utf16be: return false
        }
    }

    private static func read(wide bytes: Span<UInt8>, isBigEndian: Bool) -> Reading {
        var reading = Reading()
        var followsLead = false
        for index in stride(from: 0, to: bytes.count - 1, by: 2) {
            let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
            let unit = isBigEndian ? first << 8 | second : second << 8 | first
            switch unit {
            case 0x09, 0x0A, 0x0D, 0x20...0x7E: reading.readable += 1
            case 0...0x1F: reading.broken += 1
            default: break
            }
            if UTF16.isTrailSurrogate(unit) != followsLead { reading.broken += 1 }
            followsLead = UTF16.isLeadSurrogate(unit)
        }
        return reading
    }
}

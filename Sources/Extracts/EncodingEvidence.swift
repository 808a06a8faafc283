/// How well the beginning of a file reads in each encoding, and what follows from it.
struct EncodingEvidence: Sendable, Hashable {
    enum Verdict: Sendable, Hashable {
        case utf8WithMark, utf8, cp932
        /// Nothing but ASCII: either will do.
        case ascii
        /// UTF-16, EUC-JP, or no text at all.
        case neither
    }

    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    let hasMark: Bool
    let hasWideMark: Bool
    /// Characters beyond ASCII that read well, and bytes that do not.
    private(set) var readable: [TextEncoding: Int] = [:]
    private(set) var broken: [TextEncoding: Int] = [:]

    /// - Parameter isWhole: the sample is the whole file; else a character cut by its end counts for nothing.
    init(sample: [UInt8], isWhole: Bool) {
        hasMark = sample.starts(with: Self.byteOrderMark)
        hasWideMark = sample.starts(with: [0xFF, 0xFE]) || sample.starts(with: [0xFE, 0xFF])
        for encoding in TextEncoding.allCases {
            (readable[encoding], broken[encoding]) = Self.count(sample.span, as: encoding, isWhole: isWhole)
        }
    }

    /// Code page 932 reads nearly any bytes, so its success says little; multi-byte UTF-8 does not come about by chance, so
    /// a file that mostly reads as UTF-8 is UTF-8, even with a damaged row in it.
    var verdict: Verdict {
        if hasWideMark { return .neither }
        if hasMark { return .utf8WithMark }
        if readableCharacters(.utf8) + brokenBytes(.utf8) == 0 { return .ascii }
        if readableCharacters(.utf8) > 2 * brokenBytes(.utf8) { return .utf8 }
        // One row with rubbish in it is a row to reject; rubbish everywhere is another encoding.
        return brokenBytes(.cp932) <= readableCharacters(.cp932) / 10 + 8 ? .cp932 : .neither
    }

    func readableCharacters(_ encoding: TextEncoding) -> Int { readable[encoding, default: 0] }
    func brokenBytes(_ encoding: TextEncoding) -> Int { broken[encoding, default: 0] }

    /// Japanese sentence for the run's report: what the verdict rests on, in counts.
    var sentence: String {
        let counts = TextEncoding.allCases.map {
            "\($0.title)として読めた全角等の文字\(readableCharacters($0))・読めない箇所\(brokenBytes($0))"
        }.joined(separator: "、")
        switch verdict {
        case .utf8WithMark: return "先頭にBOMがあるためUTF-8と判定しました。"
        case .utf8: return "先頭部分の調査結果(\(counts))からUTF-8と判定しました。"
        case .cp932: return "先頭部分の調査結果(\(counts))からShift_JIS(CP932)と判定しました。"
        case .ascii: return "先頭部分が半角英数字のみのため、UTF-8として読みます。"
        case .neither:
            return hasWideMark
                ? "先頭にUTF-16のBOMがあります。"
                : "UTF-8でもShift_JIS(CP932)でもありません(\(counts))。"
        }
    }

    private static func count(
        _ bytes: Span<UInt8>, as encoding: TextEncoding, isWhole: Bool
    ) -> (readable: Int, broken: Int) {
        var (readable, broken, index) = (0, 0, 0)
        while index < bytes.count {
            if bytes[index] < 0x80 {
                index += 1
                continue
            }
            let length = encoding.length(at: index, in: bytes)
            if length > 0 {
                readable += 1
                index += length
            } else {
                if isWhole || index + 4 <= bytes.count { broken += 1 }
                index += 1
            }
        }
        return (readable, broken)
    }
}

extension TextEncoding {
    /// As officials know it.
    var title: String { self == .utf8 ? "UTF-8" : "Shift_JIS(CP932)" }
}

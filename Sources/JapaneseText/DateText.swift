/// A date's text made simple before it is read.
enum DateText {
    /// Words for "there is no date".
    static let absent: Set<String> = [
        "-", "不詳", "不明", "年月日不詳", "生年月日不詳", "なし", "無し", "無", "NULL",
    ]

    /// ASCII digits and capitals, no spaces, no time of day, no weekday, 漢数字 as digits, every dash `-`.
    static func simple(_ text: String) -> String.UnicodeScalarView {
        var folded = KanjiVariants.fold(text).unicodeScalars[...]
        if let colon = folded.firstIndex(of: ":"),
            let gap = folded[..<colon].lastIndex(where: { $0 == " " || $0 == "T" })
        {
            folded = folded[..<gap]
        }
        var output = String.UnicodeScalarView()
        var numeral: [UInt32] = []
        func endNumeral() {
            guard !numeral.isEmpty else { return }
            output.append(contentsOf: KanjiNumeral.digits(numeral).unicodeScalars)
            numeral.removeAll()
        }
        for scalar in folded {
            if KanjiNumeral.isNumeral(scalar.value) {
                numeral.append(scalar.value)
                continue
            }
            endNumeral()
            switch scalar.value {
            case 0x27: break
            case 0x30FC: output.append("-")
            case 0x61...0x7A: output.append(Unicode.Scalar(scalar.value - 0x20) ?? scalar)
            default: if !ComparableText.isSpace(scalar) { output.append(scalar) }
            }
        }
        endNumeral()
        // (月) behind the day.
        if output.last == ")", let open = output.lastIndex(of: "("), open > output.startIndex,
            output.distance(from: open, to: output.endIndex) == 3
        {
            output.removeSubrange(open...)
        }
        return output
    }
}

/// Numbers in kanji: 二〇二四, 三十一.
enum KanjiNumeral {
    private static let values: [UInt32: Int] = [
        0x3007: 0, 0x4E00: 1, 0x4E8C: 2, 0x4E09: 3, 0x56DB: 4, 0x4E94: 5, 0x516D: 6, 0x4E03: 7, 0x516B: 8,
        0x4E5D: 9, 0x5341: 10, 0x767E: 100,
    ]

    static func isNumeral(_ scalar: UInt32) -> Bool {
        scalar >= 0x3007 && scalar <= 0x767E && values[scalar] != nil
    }

    /// ASCII digits of a run of numerals; positional where there is no 十 or 百.
    static func digits(_ numeral: [UInt32]) -> String {
        let values = numeral.compactMap { Self.values[$0] }
        guard values.contains(where: { $0 >= 10 }) else { return values.map(String.init).joined() }
        var (total, pending) = (0, 0)
        for value in values {
            if value < 10 {
                pending = value
            } else {
                total += max(pending, 1) * value
                pending = 0
            }
        }
        return String(total + pending)
    }
}

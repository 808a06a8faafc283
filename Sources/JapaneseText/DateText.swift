/// A date's text made simple before it is read.
enum DateText {
    /// Words for "there is no date", also behind an era (昭和年月日不詳): an era is no year.
    private static let absent: Set<String> = [
        "-", "不詳", "不明", "未詳", "年月日不詳", "年月日不明", "年月日時不詳", "年不詳", "年不明", "生年月日不詳", "生年月日不明", "なし", "無し", "無",
        "該当なし", "未定", "未記入", "NULL",
    ]

    /// Days that systems write for none: the least and the last day of a data base, day zero of a spreadsheet.
    private static let daysOfNone: Set<[Int]> = [
        [1, 1, 1], [1899, 12, 30], [1899, 12, 31], [1900, 1, 0], [9999, 12, 31],
    ]

    /// ASCII digits and capitals, no spaces, no time of day, no weekday, 漢数字 as digits, every dash `-`, ・ between numbers `.`.
    static func simple(_ text: String) -> String.UnicodeScalarView {
        var folded = KanjiVariants.fold(text).unicodeScalars[...]
        if let end = timeOfDay(folded) { folded = folded[..<end] }
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
            case 0x30FB: output.append(".")
            case 0x61...0x7A: output.append(Unicode.Scalar(scalar.value - 0x20) ?? scalar)
            default: if !ComparableText.isSpace(scalar) { output.append(scalar) }
            }
        }
        endNumeral()
        dropWeekday(&output)
        return output
    }

    /// Where the time of day begins that stands behind a date: 0:00:00 or T00:00 behind a gap, 午後3時30分 or 15時 behind a gap
    /// or 日. What comes behind it (頃) speaks of the time.
    private static func timeOfDay(_ text: Substring.UnicodeScalarView) -> String.Index? {
        if let colon = text.firstIndex(of: ":") {
            return text[..<colon].lastIndex { $0 == " " || $0 == "T" }
        }
        guard let hour = text.firstIndex(of: "時") else { return nil }
        var before = text[..<hour]
        while let last = before.last, AddressText.isDigit(last) || KanjiNumeral.isNumeral(last.value) {
            before.removeLast()
        }
        guard before.endIndex < hour else { return nil }
        for word in ["午前", "午後"] where before.suffix(2).elementsEqual(word.unicodeScalars) {
            return before.index(before.endIndex, offsetBy: -2)
        }
        guard let last = before.last, last == "日" || ComparableText.isSpace(last) else { return nil }
        return before.endIndex
    }

    /// (月), (月曜日), 月曜日 behind the day.
    private static func dropWeekday(_ text: inout String.UnicodeScalarView) {
        var day = text[...]
        let isBracketed = day.last == ")"
        if isBracketed { day.removeLast() }
        let whole = day.endIndex
        if day.last == "日" { day.removeLast() }
        if day.last == "曜" { day.removeLast() } else { day = text[..<whole] }
        guard isBracketed || day.endIndex < whole, let name = day.popLast(),
            "日月火水木金土祝休".unicodeScalars.contains(name), !isBracketed || day.popLast() == "(", !day.isEmpty
        else { return }
        text.removeSubrange(day.endIndex...)
    }

    /// Whether the simplified text says that there is no date: a word for it, a form nobody filled in (令和年月日, //), all zeros or
    /// all nines, with or without era and separators; a day that stands for none (0001-01-01, 9999-12-31).
    static func isAbsent(_ text: String.UnicodeScalarView) -> Bool {
        if text.isEmpty { return true }
        let body = withoutEra(text)
        var (digits, zeros, nines, separators) = (0, 0, 0, 0)
        for scalar in body {
            switch scalar {
            case "0": (digits, zeros) = (digits + 1, zeros + 1)
            case "9": (digits, nines) = (digits + 1, nines + 1)
            case "1"..."8": digits += 1
            case "年", "月", "日", "/", ".", "-": separators += 1
            default: return absent.contains(String(body))
            }
        }
        if digits == 0 { return separators >= 2 || body.first == "-" }
        if digits == zeros || digits == nines && digits >= 6 { return true }
        // 5000000 and 5999999: the digit of an era before nothing.
        let behind = text.dropFirst()
        if digits == 7, text.count == 7, behind.allSatisfy({ $0 == "0" }) || behind.allSatisfy({ $0 == "9" })
        {
            return true
        }
        return isDayOfNone(text[...])
    }

    /// Whether the simplified text is a day that systems write for none, its year in four digits.
    static func isDayOfNone(_ text: Substring.UnicodeScalarView) -> Bool {
        guard let first = text.first, first == "0" || first == "1" || first == "9" else { return false }
        var parts = text.split { !isDigit($0) }.map(String.init)
        if parts.count == 1, let whole = parts.first, whole.utf8.count == 8 {
            parts = [String(whole.prefix(4)), String(whole.dropFirst(4).prefix(2)), String(whole.suffix(2))]
        }
        return parts.first?.utf8.count == 4 && daysOfNone.contains(parts.compactMap { Int($0) })
    }

    /// Without the era's name or letter at the beginning.
    private static func withoutEra(_ text: String.UnicodeScalarView) -> Substring.UnicodeScalarView {
        for era in Era.all {
            if text.first == era.letter { return text.dropFirst() }
            if text.starts(with: era.name.unicodeScalars) { return text.dropFirst(2) }
        }
        return text[...]
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { AddressText.isDigit(scalar) }
}

/// Numbers in kanji: 二〇二四, 三十一, 千二百三, and the forms that deeds write (壱, 弐, 参, 拾).
enum KanjiNumeral {
    private static let values: [UInt32: Int] = [
        0x3007: 0, 0x4E00: 1, 0x4E8C: 2, 0x4E09: 3, 0x56DB: 4, 0x4E94: 5, 0x516D: 6, 0x4E03: 7, 0x516B: 8,
        0x4E5D: 9, 0x5341: 10, 0x767E: 100, 0x5343: 1000, 0x58F1: 1, 0x5F10: 2, 0x53C2: 3, 0x62FE: 10,
    ]

    static func isNumeral(_ scalar: UInt32) -> Bool {
        scalar >= 0x3007 && scalar <= 0x767E && values[scalar] != nil
    }

    /// ASCII digits of a run of numerals; positional where there is no 十, 百 or 千.
    static func digits(_ numeral: [UInt32]) -> String {
        let values = numeral.compactMap { Self.values[$0] }
        guard values.contains(where: { $0 >= 10 }) else { return values.map(String.init).joined() }
        var (total, pending) = (0, 0)
        for value in values {
            if value < 10 {
                pending = value
            } else {
                total &+= max(pending, 1) * value
                pending = 0
            }
        }
        return String(total &+ pending)
    }
}

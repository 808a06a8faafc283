internal import Domain

/// Reads a simplified date from left to right: era, year, month, day, and what is said about their certainty.
struct DateReader {
    private var rest: Substring.UnicodeScalarView
    private let asOfYear: Int
    private var lastYear: Int { asOfYear + 50 }

    init(_ text: String.UnicodeScalarView, asOfYear: Int) {
        rest = String(text)[...].unicodeScalars
        self.asOfYear = asOfYear
    }

    mutating func read() -> PartialDate? {
        let isEstimate = take("推定") || take("約")
        guard let (numbers, isClosed) = readNumbers() else { return nil }
        let tail = String(rest)
        let isVague: Bool
        switch tail {
        case "", "生", "生まれ": isVague = isEstimate
        case "頃", "ころ", "ごろ", "上旬", "中旬", "下旬", "初旬", "末", "上旬頃", "中旬頃", "下旬頃", "初旬頃", "末頃", "(推定)":
            isVague = true
        case "不詳", "不明", "日不詳", "月日不詳", "日不明", "月日不明", "日時不詳", "月日時不詳":
            // 令和6年4月日不詳 says no more than 令和6年4月; behind a whole date it would contradict it.
            guard numbers.day == nil else { return nil }
            isVague = false
        default: return isClosed ? span(from: numbers, tail) : nil
        }
        return numbers.date(isVague: isVague, lastYear: lastYear)
    }

    /// Of two days with から or ～ between, what they have in common: the month, or the year.
    private func span(from first: Numbers, _ tail: String) -> PartialDate? {
        guard let word = ["から", "頃から", "~"].first(where: tail.hasPrefix),
            let end = Self.ends.first(where: tail.hasSuffix),
            tail.utf8.count > word.utf8.count + end.utf8.count
        else { return nil }
        let text = tail.dropFirst(word.count).dropLast(end.count).unicodeScalars
        var reader = DateReader(String.UnicodeScalarView(text), asOfYear: asOfYear)
        // 10日, 5月10日: what is not said again is as before.
        var last = first
        if let whole = reader.readNumbers()?.numbers {
            last = whole
        } else {
            reader.rest = text
            var number = reader.takeDigits()
            if reader.take("月") {
                last.month = Int(number)
                number = reader.takeDigits()
            }
            last.day = Int(number)
            guard reader.take("日") else { return nil }
        }
        guard reader.rest.isEmpty, case .day(let from)? = first.date(isVague: false, lastYear: lastYear),
            case .day(let to)? = last.date(isVague: false, lastYear: lastYear), from <= to,
            from.year == to.year
        else { return nil }
        return from.month == to.month ? .month(year: from.year, month: from.month) : .year(from.year)
    }

    private static let ends = ["頃までの間", "までの間", "の間", "頃まで", "まで", "間", "頃"]

    private struct Numbers {
        var year: Int
        /// `nil`, 0 and 99: not known.
        var month: Int?
        var day: Int?

        func date(isVague: Bool, lastYear: Int) -> PartialDate? {
            guard year >= Era.all[0].firstYear, year <= lastYear else { return nil }
            guard let month, month != 0, month != 99 else {
                let isDayKnown = day.map { $0 != 0 && $0 != 99 } ?? false
                return isDayKnown ? nil : .year(year)
            }
            guard (1...12).contains(month) else { return nil }
            guard let day, day != 0, day != 99 else { return .month(year: year, month: month) }
            guard let exact = Day(year, month, day) else {
                return month == 2 && day == 29 ? .month(year: year, month: month) : nil
            }
            return isVague ? .month(year: year, month: month) : .day(exact)
        }
    }

    /// - Returns: the numbers, and whether the day was closed by 日.
    private mutating func readNumbers() -> (numbers: Numbers, isClosed: Bool)? {
        let era = take("西暦") ? nil : takeEra()
        if let era, take("元") { return readMonth(year: era.firstYear) }
        let digits = takeDigits()
        guard let value = Int(digits) else { return nil }
        if let era {
            let first = era.firstYear - 1
            switch digits.utf8.count {
            case 6: return whole(first + value / 10_000, value % 10_000, inEra: value / 10_000)
            case 4: return (Numbers(year: first + value / 100, month: value % 100), false)
            case 1, 2: return value > 0 ? readMonth(year: first + value) : nil
            default: return nil
            }
        }
        switch digits.utf8.count {
        case 14:
            // yyyyMMddHHmmss.
            guard value % 1_000_000 < 240_000, value % 10_000 < 6_000, value % 100 < 60 else { return nil }
            return whole(value / 10_000_000_000, value / 1_000_000 % 10_000, inEra: 1)
        case 8: return whole(value / 10_000, value % 10_000, inEra: 1)
        case 7:
            let era = value / 1_000_000
            guard (1...Era.all.count).contains(era) else { return nil }
            let year = value / 10_000 % 100
            return whole(Era.all[era - 1].firstYear - 1 + year, value % 10_000, inEra: year)
        case 6: return yearAndMonth(value)
        case 4: return readMonth(year: value)
        default: return nil
        }
    }

    /// yyyyMM, unless it may be yyMMdd as well: 191204, 200401.
    private func yearAndMonth(_ value: Int) -> (numbers: Numbers, isClosed: Bool)? {
        let isShortDay = (1...12).contains(value / 100 % 100) && (1...31).contains(value % 100)
        guard !isShortDay, (asOfYear - 120...asOfYear).contains(value / 100) else { return nil }
        return (Numbers(year: value / 100, month: value % 100), false)
    }

    private func whole(_ year: Int, _ monthAndDay: Int, inEra: Int) -> (numbers: Numbers, isClosed: Bool)? {
        inEra > 0 ? (Numbers(year: year, month: monthAndDay / 100, day: monthAndDay % 100), false) : nil
    }

    /// Month and day behind a year, as far as they are there; a date that breaks off behind `/` is none.
    private mutating func readMonth(year: Int) -> (numbers: Numbers, isClosed: Bool)? {
        var numbers = Numbers(year: year)
        guard let afterYear = takeSeparator("年") else { return (numbers, false) }
        let month = takeDigits()
        if month.isEmpty { return afterYear == "年" ? (numbers, false) : nil }
        guard month.utf8.count <= 2 else { return nil }
        numbers.month = Int(month)
        guard let afterMonth = takeSeparator("月") else { return (numbers, false) }
        let day = takeDigits()
        if day.isEmpty { return afterMonth == "月" ? (numbers, false) : nil }
        guard day.utf8.count <= 2 else { return nil }
        numbers.day = Int(day)
        return (numbers, take("日"))
    }

    private mutating func takeEra() -> Era? {
        for era in Era.all {
            if take(era.name) { return era }
            guard let first = rest.first, first == era.letter || first == era.name.unicodeScalars.first else {
                continue
            }
            rest.removeFirst()
            if first == era.letter, rest.first == "." { rest.removeFirst() }
            return era
        }
        return nil
    }

    private mutating func takeDigits() -> String {
        let digits = rest.prefix { (0x30...0x39).contains($0.value) }
        rest = rest[digits.endIndex...]
        return String(digits)
    }

    private mutating func takeSeparator(_ word: Unicode.Scalar) -> Unicode.Scalar? {
        guard let first = rest.first, first == word || first == "." || first == "/" || first == "-" else {
            return nil
        }
        rest.removeFirst()
        return first
    }

    private mutating func take(_ word: String) -> Bool {
        guard rest.starts(with: word.unicodeScalars) else { return false }
        rest.removeFirst(word.unicodeScalars.count)
        return true
    }
}

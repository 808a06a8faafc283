package import Domain

/// Dates as Japanese departments write them, 和暦 and 西暦.
package enum JapaneseDate {
    /// What a date column held.
    package enum Parsed: Sendable, Hashable {
        /// Known to the day, the month or the year; a part that is 不詳 or 頃 is left out, never made up.
        case date(PartialDate)
        /// The source says there is no date: blank, 00000000, 99999999, 年月日不詳.
        case absent
        case unreadable
    }

    /// Reads one date.
    ///
    /// - R060401, R6.4.1, 令和6年4月1日, 令和元年, 令6.4.1, 5060401 (era digit + 6), in either width and with 漢数字;
    ///   2024/4/1, 2024-04-01, 20240401, 2024年4月1日, with or without a time of day or a weekday behind.
    /// - 令和6年4月, 2024-04, 202404, 20240400, 令和6年4月不詳, 令和6年4月上旬 → the month; 平成30年頃, 推定昭和50年 → the year;
    ///   令和6年4月1日から10日頃までの間 → as far as both days agree.
    /// - An era is read beyond its end and before its beginning (平成31年5月1日, 令和元年4月30日): registers hold both.
    ///   29 February of a year without one is on registers too; it is given as the month.
    /// - Two-digit years without an era, and days before months, are unreadable: they would be a guess. So are six digits that
    ///   may be year and month or a two-digit year, month and day (200401), and years and months (202404) that lie after this
    ///   year or more than 120 years before it.
    /// - 0001-01-01, 1899-12-30, 1899-12-31 and 9999-12-31, a data base's or spreadsheet's day zero or last day, are no date.
    /// - Parameters:
    ///   - asOf: the night's day; a year over fifty years later is unreadable, as is one before 1868.
    ///   - serials: whether five digits are the day number a spreadsheet shows instead of a date (45383 = 2024-04-01, counted from
    ///     1899-12-30), up to ten years from now. Elsewhere they are unreadable: 41201 may be 041201 without its zero.
    package static func parse(_ text: String, asOf: Day, serials: Bool = false) -> Parsed {
        if let day = plain(text.utf8) ?? separated(text.utf8),
            (Era.all[0].firstYear...asOf.year + 50).contains(day.year)
        {
            return isZero(day) ? .absent : .date(.day(day))
        }
        let words = DateText.simple(text)
        if DateText.isAbsent(words) { return .absent }
        if serials, let day = serial(words) {
            return day <= asOf.adding(months: 120) ? .date(.day(day)) : .unreadable
        }
        var reader = DateReader(words, asOfYear: asOf.year)
        guard let date = reader.read() else { return .unreadable }
        if case .day(let day) = date, isZero(day) { return .absent }
        return .date(date)
    }

    /// Whether a text stands for a day on which nobody was born: one that systems fill in where they know none (1900-01-01, in
    /// whatever notation, and what `parse` takes for no date beside blanks, words, all zeros and all nines).
    package static func isPlaceholderBirth(_ text: String, asOf: Day) -> Bool {
        switch parse(text, asOf: asOf) {
        case .date(.day(let day)): day.year == 1900 && day.month == 1 && day.day == 1
        case .absent: DateText.isDayOfNone(DateText.simple(text)[...])
        case .date, .unreadable: false
        }
    }

    /// Day zero of a spreadsheet or a data base, however it is written.
    private static func isZero(_ day: Day) -> Bool { day.year == 1899 && day.month == 12 && day.day >= 30 }

    /// yyyyMMdd, by far the most frequent form, without taking the text apart.
    private static func plain(_ text: String.UTF8View) -> Day? {
        guard text.count == 8 else { return nil }
        var number = 0
        for byte in text {
            guard (0x30...0x39).contains(byte) else { return nil }
            number = number * 10 + Int(byte - 0x30)
        }
        return Day(number / 10_000, number / 100 % 100, number % 100)
    }

    /// H30.05.12 and 2018/5/12, the next most frequent, likewise. What is no day here may be something else below.
    private static func separated(_ text: String.UTF8View) -> Day? {
        guard (6...10).contains(text.count), let first = text.first else { return nil }
        let era = Era.all.first { $0.letter.value == UInt32(first) }
        let parts = text.dropFirst(era == nil ? 0 : 1).split(omittingEmptySubsequences: false) {
            (0x2D...0x2F).contains($0)
        }
        guard parts.count == 3, era == nil ? parts[0].count == 4 : parts[0].count <= 2, parts[1].count <= 2,
            parts[2].count <= 2, let year = number(parts[0]), let month = number(parts[1]),
            let day = number(parts[2])
        else { return nil }
        guard let era else { return Day(year, month, day) }
        return year > 0 ? Day(era.firstYear - 1 + year, month, day) : nil
    }

    /// `nil` for no digits at all, and for anything else among them.
    private static func number(_ bytes: Substring.UTF8View) -> Int? {
        var number: Int?
        for byte in bytes {
            guard (0x30...0x39).contains(byte) else { return nil }
            number = (number ?? 0) * 10 + Int(byte - 0x30)
        }
        return number
    }

    /// Five digits, with or without a fraction for the time of day. From 1900-03-01 on both the count and the calendar agree; five
    /// digits begin in 1927.
    private static func serial(_ words: String.UnicodeScalarView) -> Day? {
        let parts = words.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(AddressText.isDigit) }), parts[0].count == 5,
            parts[0].first != "0", let number = Int(String(parts[0]))
        else { return nil }
        // 1899-12-30.
        return Day(number: number - 25_569)
    }
}

/// An era of the modern calendar.
struct Era: Sendable {
    let name: String
    let letter: Unicode.Scalar
    /// The era's year 1.
    let firstYear: Int

    /// In order; an era's index + 1 is the digit that fixed-width extracts write for it.
    static let all = [
        Era(name: "明治", letter: "M", firstYear: 1868),
        Era(name: "大正", letter: "T", firstYear: 1912),
        Era(name: "昭和", letter: "S", firstYear: 1926),
        Era(name: "平成", letter: "H", firstYear: 1989),
        Era(name: "令和", letter: "R", firstYear: 2019),
    ]
}

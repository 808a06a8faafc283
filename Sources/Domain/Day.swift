/// A proleptic Gregorian calendar day, without time or time zone.
///
/// Foundation's `Calendar` is far too slow for millions of rows and depends on the machine's settings;
/// the day-number arithmetic here is Howard Hinnant's `days_from_civil` (public domain description).
package struct Day: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    package let year: Int
    package let month: Int
    package let day: Int

    /// `nil` unless the three numbers name a real day of the years 1 to 9999.
    package init?(_ year: Int, _ month: Int, _ day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month),
            day >= 1, day <= Day.length(ofMonth: month, year: year)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// Reads `yyyy-MM-dd` and nothing else.
    package init?(iso text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 4, parts[1].utf8.count == 2, parts[2].utf8.count == 2,
            text.utf8.allSatisfy({ $0 == 0x2D || (0x30...0x39).contains($0) }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        self.init(year, month, day)
    }

    /// The day `number` days after 1970-01-01.
    package init(number: Int) {
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01.
    package var number: Int {
        let y = month <= 2 ? year - 1 : year
        let era = y / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// `yyyy-MM-dd`.
    package var description: String {
        "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
    }

    package static func < (left: Day, right: Day) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    package func adding(days: Int) -> Day { Day(number: number + days) }

    /// The same day `months` later; a day the month lacks becomes its last day (31 January + 1 = 28 February).
    package func adding(months: Int) -> Day {
        let index = year * 12 + month - 1 + months
        let (y, m) = (index / 12, index % 12 + 1)
        return Day(y, m, Swift.min(day, Day.length(ofMonth: m, year: y))) ?? self
    }

    /// Whole years of age on `date`; a birthday counts on the day itself (29 February: on 1 March).
    package func age(on date: Day) -> Int { Swift.max(0, ageInMonths(on: date) / 12) }

    /// Whole months of age on `date`, negative before birth.
    package func ageInMonths(on date: Day) -> Int {
        let months = (date.year - year) * 12 + date.month - month
        return date.day < day ? months - 1 : months
    }

    /// The school grade index on `date`: 1...6 primary, 7...9 lower secondary, 0 or less before school.
    ///
    /// A child enters school on the first 1 April on or after the day on which it is six; since the law counts a
    /// year as complete on the eve of the birthday, a child born on 1 April belongs to the year before (学校教育法17条).
    package func schoolGrade(on date: Day) -> Int {
        let birthYear = (month, day) <= (4, 1) ? year - 1 : year
        return date.schoolYear - birthYear - 6
    }

    /// The school year (年度) the day lies in, by the calendar year in which it began on 1 April.
    package var schoolYear: Int { month >= 4 ? year : year - 1 }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: Swift.max(0, width - text.count)) + text
    }

    private static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let day = Day(iso: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a yyyy-MM-dd day")
        }
        self = day
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

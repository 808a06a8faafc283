/// A date known to the day, the month, the year, or only as an age on some day.
///
/// Registers hold legal dates that are not complete (`年月日不詳`, `令和○年頃`); a missing part is never invented.
package enum PartialDate: Hashable, Sendable, Codable {
    case day(Day)
    /// `month` is 1...12.
    case month(year: Int, month: Int)
    case year(Int)
    /// Completed years of age on a day, as schools and consultation records often hold instead of a birth date.
    case age(Int, on: Day)

    /// The first and last day the date can be; both ends inclusive.
    package var range: ClosedRange<Day> {
        switch self {
        case .day(let day): return day...day
        case .month(let year, let month):
            let first = Day(year, month, 1) ?? Day(number: 0)
            return first...first.adding(months: 1).adding(days: -1)
        case .year(let year):
            let first = Day(year, 1, 1) ?? Day(number: 0)
            return first...first.adding(months: 12).adding(days: -1)
        case .age(let age, let date):
            let last = date.adding(months: -12 * age)
            return last.adding(months: -12).adding(days: 1)...last
        }
    }

    /// The day, where it is known to the day.
    package var exactDay: Day? {
        if case .day(let day) = self { day } else { nil }
    }
}

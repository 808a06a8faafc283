/// The national holidays of Japan (国民の祝日に関する法律, as of 2022 and later), with substitute holidays and days between two holidays.
///
/// The equinoxes follow the astronomical approximation that holds from 1980 to 2099; the official day is announced in February of the
/// year before. Holidays that one year moves by law are not here: `Guidelines/audit` names them.
package enum Holidays {
    /// Whether the day is a national holiday, in its own right or by the law's rules.
    package static func contains(_ day: Day) -> Bool {
        isNamed(day) || isSubstitute(day) || isBetween(day)
    }

    /// 0: Sunday … 6: Saturday.
    package static func weekday(_ day: Day) -> Int { (day.number % 7 + 11) % 7 }

    private static func isNamed(_ day: Day) -> Bool {
        switch (day.month, day.day) {
        case (1, 1), (2, 11), (2, 23), (4, 29), (5, 3), (5, 4), (5, 5), (8, 11), (11, 3), (11, 23): true
        case (1, _), (10, _): isMonday(2, day)
        case (7, _): isMonday(3, day)
        case (9, let date): isMonday(3, day) || date == equinox(23.2488, day.year)
        case (3, let date): date == equinox(20.8431, day.year)
        default: false
        }
    }

    private static func isMonday(_ nth: Int, _ day: Day) -> Bool {
        weekday(day) == 1 && (day.day - 1) / 7 == nth - 1
    }

    private static func equinox(_ start: Double, _ year: Int) -> Int {
        Int(start + 0.242194 * Double(year - 1980)) - (year - 1980) / 4
    }

    /// The first day after a holiday on a Sunday that is none itself (第3条第2項).
    private static func isSubstitute(_ day: Day) -> Bool {
        var before = day.adding(days: -1)
        while isNamed(before) {
            if weekday(before) == 0 { return true }
            before = before.adding(days: -1)
        }
        return false
    }

    /// A day between two holidays (第3条第3項).
    private static func isBetween(_ day: Day) -> Bool {
        isNamed(day.adding(days: -1)) && isNamed(day.adding(days: 1))
    }
}

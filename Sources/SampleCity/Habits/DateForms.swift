internal import Domain

/// The ways departments write dates.
enum DateForms {
    private static let eras: [(first: Int, letter: String, name: String, code: Int, offset: Int)] = {
        let starts = [
            (Day(2019, 5, 1), "R", "令和", 5, 2018), (Day(1989, 1, 8), "H", "平成", 4, 1988),
            (Day(1926, 12, 25), "S", "昭和", 3, 1925), (Day(1912, 7, 30), "T", "大正", 2, 1911),
        ]
        return starts.compactMap { start in
            start.0.map { ($0.number, start.1, start.2, start.3, start.4) }
        }
    }()

    private static func era(
        _ day: Day
    ) -> (letter: String, name: String, code: Int, year: Int) {
        let number = day.number
        let era = eras.first { $0.first <= number } ?? eras[eras.count - 1]
        return (era.letter, era.name, era.code, day.year - era.offset)
    }

    static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// `H30.05.12`
    static func paddedEra(_ day: Day) -> String {
        let era = era(day)
        return "\(era.letter)\(two(era.year)).\(two(day.month)).\(two(day.day))"
    }
    /// `H30.5.12`
    static func shortEra(_ day: Day) -> String {
        let era = era(day)
        return "\(era.letter)\(era.year).\(day.month).\(day.day)"
    }
    /// `R6.4`
    static func shortEraMonth(_ day: Day) -> String {
        let era = era(day)
        return "\(era.letter)\(era.year).\(day.month)"
    }
    /// `令和6年4月1日`, the first year as 元年.
    static func longEra(_ day: Day) -> String {
        let era = era(day)
        return "\(era.name)\(era.year == 1 ? "元" : "\(era.year)")年\(day.month)月\(day.day)日"
    }
    /// `5060401`: the era's digit (3 昭和, 4 平成, 5 令和) and six digits.
    static func eraDigits(_ day: Day) -> String {
        let era = era(day)
        return "\(era.code)\(two(era.year))\(two(day.month))\(two(day.day))"
    }
    /// `20240401`
    static func compact(_ day: Day) -> String { "\(day.year)\(two(day.month))\(two(day.day))" }
    /// `20240401`, or `99999999` where there is no date.
    static func compact(_ day: Day?) -> String { day.map { compact($0) } ?? "99999999" }
    /// `2024/4/1`
    static func slashed(_ day: Day) -> String { "\(day.year)/\(day.month)/\(day.day)" }
    /// `2024-09`
    static func isoMonth(_ day: Day) -> String { "\(day.year)-\(two(day.month))" }
}

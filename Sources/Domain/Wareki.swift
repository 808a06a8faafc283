extension Day {
    /// The day as officials write it: `令和8年10月1日`, `平成元年1月8日`; before 1868-01-25 in the western calendar.
    package var wareki: String { "\(eraYear)\(month)月\(day)日" }

    /// `令和8年`, by the era in force on this day (an era begins on the day of its change).
    fileprivate var eraYear: String {
        let number = self.number
        // First days: 2019-05-01, 1989-01-08, 1926-12-25, 1912-07-30, 1868-01-25.
        let eras = [
            ("令和", 2019, 18_017), ("平成", 1989, 6947), ("昭和", 1926, -15_713), ("大正", 1912, -20_974),
            ("明治", 1868, -37_231),
        ]
        guard let era = eras.first(where: { number >= $0.2 }) else { return "西暦\(year)年" }
        return year == era.1 ? "\(era.0)元年" : "\(era.0)\(year - era.1 + 1)年"
    }
}

extension PartialDate {
    /// As far as it is known: `令和8年10月1日`, `令和8年10月`, `令和8年`, `令和8年10月1日時点で5歳`.
    ///
    /// A month or year in which the era changed is written by its last day.
    package var wareki: String {
        switch self {
        case .day(let day): day.wareki
        case .month(_, let month): "\(range.upperBound.eraYear)\(month)月"
        case .year: range.upperBound.eraYear
        case .age(let age, let day): "\(day.wareki)時点で\(age)歳"
        }
    }
}

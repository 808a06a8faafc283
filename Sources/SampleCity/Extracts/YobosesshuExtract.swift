internal import Domain
internal import Extracts

/// 予防接種: one row a dose, of children under 8.
///
/// Habits: CP932, yyyyMMdd, rows written twice.
struct YobosesshuExtract: DepartmentExtract {
    static let layout = ExtractLayout("yobosesshu", .cp932, header: "宛名番号,氏名,生年月日,ワクチン,回数,接種日")

    /// Vaccine, dose, age in months. 五種混合 replaced other vaccines for children born since February 2024.
    private static let schedule: [(vaccine: String, dose: Int, month: Int)] = [
        ("五種混合", 1, 2), ("五種混合", 2, 3), ("五種混合", 3, 4), ("BCG", 1, 5), ("五種混合", 4, 13), ("MR", 1, 12),
        ("水痘", 1, 12), ("水痘", 2, 18), ("日本脳炎", 1, 36), ("日本脳炎", 2, 37), ("日本脳炎", 3, 49), ("MR", 2, 66),
    ]

    let city: City

    func write(_ household: Household, to file: ExtractFile) throws(Fault) {
        guard household.isOnRegister, !household.hasLeft else { return }
        var clerk = Clerk(city: city, household: household, stream: .yobosesshu)
        for child in household.people
        where child.role == .child && child.standing == .resident && child.age(on: city.asOf) < 8
            && !child.signs.contains(.recentArrival)
        {
            let entry = clerk.entry(of: child, in: household, .copied)
            let unseenSince =
                child.signs.contains(.unseenAtHome)
                ? city.asOf.adding(months: -13)
                : child.signs.contains(.unseenCheckup)
                    ? Checkup.latest(of: child, in: household, on: city.asOf)?.due : nil
            let hasFiveFold = child.birth.year * 12 + child.birth.month >= 2024 * 12 + 2
            for step in Self.schedule where hasFiveFold || step.vaccine != "五種混合" {
                let day = child.birth.adding(months: step.month).adding(days: clerk.draw.within(0...45))
                let last = unseenSince ?? city.asOf
                guard day <= last, clerk.draw.chance(0.96) else { continue }
                let row = [
                    city.residentNumber(child), entry.name.written("　"), DateForms.compact(entry.birth),
                    step.vaccine, "\(step.dose)", DateForms.compact(day),
                ]
                try file.row(row, about: (.child, child))
                if clerk.draw.chance(clerk.rates.duplicate) { try file.row(row, about: (.child, child)) }
            }
        }
    }
}

internal import Domain
internal import Extracts

/// 就学援助: school children of families that asked for help with school costs.
///
/// Habits: CP932, era letters (H30.5.12), addresses kept loosely.
struct ShugakuenjoExtract: DepartmentExtract {
    static let layout = ExtractLayout(
        "shugakuenjo", .cp932, header: "申請番号,保護者氏名,児童生徒氏名,カナ,生年月日,性別,学校名,学年,住所,電話,認定区分,認定日")

    let city: City

    func write(_ household: Household, to file: ExtractFile) throws(Fault) {
        guard household.isOnRegister, !household.hasLeft else { return }
        var clerk = Clerk(city: city, household: household, stream: .shugakuenjo)
        let isEntitled = household.hasSingleParentAllowance || household.isOnPublicAssistance
        let isEligible = isEntitled || household.hasLowIncome
        let asks = isEntitled || clerk.draw.chance(isEligible ? 0.75 : 0.02)
        guard asks else { return }
        let guardian = clerk.guardianName(household.guardian(preferring: .mother), in: household)
        let status = clerk.draw.chance(isEligible ? 0.96 : 0.1) ? "認定" : clerk.draw.chance(0.7) ? "否認定" : "取消"
        let decided = clerk.draw.day(
            from: max(household.arrived, Day(city.schoolYear, 4, 10) ?? city.asOf), to: city.asOf)
        for child in household.people
        where child.role == .child && child.standing == .resident && !child.signs.contains(.noSchoolAid) {
            guard let school = School(of: child, in: household, city: city) else { continue }
            let entry = clerk.entry(of: child, in: household, .typed)
            try file.row(
                [
                    String(city.residentNumber(child).suffix(5)), guardian.written("　"),
                    entry.name.written("　"), entry.name.kana("　"),
                    clerk.dated(entry.birth, DateForms.shortEra),
                    entry.sex == .male ? "男" : "女", school.name, "\(school.year)", clerk.address(entry),
                    entry.phone, status, DateForms.shortEra(decided),
                ], about: (.child, child))
        }
    }
}

internal import Domain
internal import Extracts

/// 学齢簿: children of school age, one row each.
///
/// Habits: CP932, old characters kept, old addresses, sex 1/2; 受付番号 is a free column that may betray protection.
struct GakureiExtract: DepartmentExtract {
    static let layout = ExtractLayout(
        "gakurei", .cp932, header: "学齢簿番号,児童生徒氏名,フリガナ,性別,生年月日,保護者氏名,保護者続柄,住所,学校名,学年,就学区分,受付番号")

    let city: City

    func write(_ household: Household, to file: ExtractFile) throws(Fault) {
        guard household.isOnRegister else { return }
        var clerk = Clerk(city: city, household: household, stream: .gakurei)
        let guardian = household.guardian(preferring: .father)
        for child in household.people where child.role == .child {
            guard let school = School(of: child, in: household, city: city),
                !child.signs.contains(.notOnSchoolRegister)
            else { continue }
            let entry = clerk.entry(of: child, in: household, .typed, keepsOldCharacters: true)
            let guardianName = clerk.guardianName(guardian, in: household)
            try file.row(
                [
                    "\(city.schoolYear)" + city.residentNumber(child),
                    entry.name.written("　"), entry.name.kana("　"), entry.sex == .male ? "1" : "2",
                    clerk.dated(entry.birth, DateForms.paddedEra), guardianName.written("　"),
                    guardian.role == .father ? "父" : "母",
                    AddressForms.full(entry.home, withBuilding: entry.hasBuilding), school.name,
                    "\(school.year)", enrolment(child, &clerk.draw), note(household, &clerk.draw),
                ], about: (.child, child))
        }
    }

    private func enrolment(_ child: Person, _ draw: inout Draw) -> String {
        if child.standing != .resident { return "転出" }
        return draw.chance(0.998) ? "就学" : draw.chance(0.5) ? "就学猶予" : "就学免除"
    }

    /// Some clerk keeps in the free column what has no column of its own.
    private func note(_ household: Household, _ draw: inout Draw) -> String {
        if household.protection != nil, draw.chance(0.5) { return "住所秘匿（支援措置）" }
        return draw.chance(0.1) ? "第\(draw.within(1...4000))号" : ""
    }
}

/// The public school a child belongs to by age and home.
struct School {
    let name: String
    /// 1...6 or 1...3.
    let year: Int
    /// 1...9.
    let grade: Int

    init?(of child: Person, in household: Household, city: City) {
        grade = child.birth.schoolGrade(on: city.asOf)
        guard (1...9).contains(grade) else { return nil }
        year = grade > 6 ? grade - 6 : grade
        name =
            grade > 6
            ? Towns.lowerSecondarySchool(household.home) : Towns.primarySchool(household.home)
    }
}

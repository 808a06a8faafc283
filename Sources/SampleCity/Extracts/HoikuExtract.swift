internal import Domain
internal import Extracts

/// 保育所等在籍・登園: one row a month for three months.
///
/// Habits: CP932, the name with a half-width space or none, hiragana, M/F, 2024/4/1.
struct HoikuExtract: DepartmentExtract {
    static let layout = ExtractLayout(
        "hoiku", .cp932, header: "施設名,クラス,児童氏名,ふりがな,生年月日,性別,保護者氏名,保護者電話,住所,在籍区分,対象月,登園日数,欠席日数,連絡なし欠席日数")

    /// By age on 1 April.
    private static let classes: [(name: String, share: Double)] = [
        ("ひよこ", 0.2), ("りす", 0.5), ("うさぎ", 0.58), ("きりん", 1), ("ぞう", 1), ("くま", 1),
    ]

    let city: City

    func write(_ household: Household, to file: ExtractFile) throws(Fault) {
        var clerk = Clerk(city: city, household: household, stream: .hoiku)
        let facility = clerk.draw.one(of: Towns.nurseries)
        for child in household.people where child.role == .child {
            let grade = child.birth.schoolGrade(on: city.asOf)
            guard grade < 1, child.signs.isDisjoint(with: [.notEnrolled, .recentArrival, .unseenCheckup])
            else { continue }
            let group = Self.classes[max(0, min(5, grade + 5))]
            guard
                clerk.draw.chance(household.isOnRegister ? group.share : group.share / 2)
                    || child.signs.contains(.unexplainedAbsence)
            else { continue }
            try write(child, household, facility, group.name, to: file, &clerk)
        }
    }

    private func write(
        _ child: Person, _ household: Household, _ facility: String, _ group: String, to file: ExtractFile,
        _ clerk: inout Clerk
    ) throws(Fault) {
        let entry = clerk.entry(of: child, in: household, .typed)
        let guardian = clerk.guardianName(household.guardian(preferring: .mother), in: household)
        let (address, space) = (clerk.address(entry), clerk.draw.chance(0.6) ? " " : "")
        let birth = clerk.dated(entry.birth, DateForms.slashed)
        let kana = clerk.draw.chance(clerk.rates.kanaMissing) ? "" : entry.name.kana(space)
        let isRising = child.signs.contains(.unexplainedAbsence)
        let hasGone = child.standing != .resident || clerk.draw.chance(0.01) && !isRising
        for step in 0..<3 {
            let month = city.asOf.adding(months: step - 3)
            guard child.birth.ageInMonths(on: month) >= 2, household.arrived <= month else { continue }
            let absent = isRising ? 2 + step * 3 + clerk.draw.below(3) : clerk.draw.below(4)
            let unexplained =
                isRising ? min(absent, step * 2 + clerk.draw.below(2)) : clerk.draw.chance(0.03) ? 1 : 0
            let status = hasGone && step == 2 ? "退園" : "在籍"
            try file.row(
                clerk.row([
                    facility, group, entry.name.written(space), KanaForms.hiragana(kana), birth,
                    entry.sex == .male ? "M" : "F", guardian.written(space), entry.phone, address, status,
                    DateForms.isoMonth(month), status == "退園" ? "0" : "\(max(0, 21 - absent))",
                    status == "退園" ? "0" : "\(absent)", status == "退園" ? "0" : "\(min(absent, unexplained))",
                ]), about: (.child, child))
        }
    }
}

internal import Domain
internal import Extracts

/// 児童手当: one row a child, with the parent who gets it.
///
/// Habits: CP932, leading zeros eaten, half-width kana without small letters, yyyyMMdd, 99999999 for no date.
struct JidoteateExtract: DepartmentExtract {
    static let layout = ExtractLayout(
        "jidoteate", .cp932, header: "受給者宛名番号,受給者氏名,児童宛名番号,児童氏名カナ,児童生年月日,性別,認定状況,認定年月日,現況届受付日")

    let city: City

    func write(_ household: Household, to file: ExtractFile) throws(Fault) {
        guard household.isOnRegister else { return }
        var clerk = Clerk(city: city, household: household, stream: .jidoteate)
        // Public servants get theirs from their employer.
        let isPaidByEmployer = clerk.draw.chance(0.07)
        let isStopped = household.people.contains { $0.signs.contains(.allowanceStopped) }
        guard isStopped || !isPaidByEmployer else { return }
        let claimant = household.guardian(preferring: .father)
        let claimantName = clerk.entry(of: claimant, in: household, .copied).name
        for child in household.people where isEligible(child, household) {
            let entry = clerk.entry(of: child, in: household, .copied)
            let first = max(child.birth.adding(days: clerk.draw.within(3...20)), household.arrived)
            let isStopped = child.signs.contains(.allowanceStopped)
            let report = Day(city.schoolYear, 6, clerk.draw.within(1...30))
            let hasReport = clerk.draw.chance(0.15) && !isStopped
            let status = child.standing != .resident ? "消滅" : isStopped ? "差止" : "受給中"
            try file.row(
                [
                    eaten(city.residentNumber(claimant)), claimantName.written("　"),
                    eaten(city.residentNumber(child)), KanaForms.halfWidth(entry.name.kana(" ")),
                    DateForms.compact(entry.birth), entry.sex == .male ? "1" : "2", status,
                    DateForms.compact(min(first, city.asOf)),
                    hasReport ? DateForms.compact(report) : "99999999",
                ], about: (.child, child), (.guardian, claimant))
        }
    }

    private func isEligible(_ person: Person, _ household: Household) -> Bool {
        person.role == .child && person.birth.schoolGrade(on: city.asOf) <= 12
            && !person.signs.contains(.recentArrival)
    }

    /// As a spreadsheet leaves a number.
    private func eaten(_ number: String) -> String { String(number.drop { $0 == "0" }) }
}

/// 児童扶養手当: single parents and their children, without any person number.
///
/// Habits: CP932, era digit and six digits, a total in the last row.
struct JidofuyoExtract: DepartmentExtract {
    static let layout = ExtractLayout(
        "jidofuyo", .cp932, header: "証書番号,受給者氏名,受給者カナ,受給者生年月日,児童氏名,児童カナ,児童生年月日,住所,支給区分,資格取得日")

    let city: City

    func write(_ household: Household, to file: ExtractFile) throws(Fault) {
        guard household.hasSingleParentAllowance else { return }
        var clerk = Clerk(city: city, household: household, stream: .jidofuyo)
        let claimant = household.guardian(preferring: .mother)
        let holder = clerk.entry(of: claimant, in: household, .typed)
        let isSuspended = clerk.draw.chance(0.06) && !household.hasNoSchoolAid
        let kind = household.hasLowIncome ? "全部支給" : isSuspended ? "支給停止" : "一部支給"
        let since = clerk.draw.day(
            from: max(household.arrived, city.asOf.adding(days: -3000)), to: city.asOf.adding(days: -40))
        for child in household.people
        where child.role == .child && child.standing == .resident
            && child.birth.schoolGrade(on: city.asOf) <= 12
        {
            let entry = clerk.entry(of: child, in: household, .typed)
            try file.row(
                [
                    String(household.number(of: city).suffix(6)), holder.name.written("　"),
                    holder.name.kana("　"), clerk.dated(holder.birth, DateForms.eraDigits),
                    entry.name.written("　"), entry.name.kana("　"),
                    clerk.dated(entry.birth, DateForms.eraDigits),
                    AddressForms.full(entry.home, withBuilding: entry.hasBuilding), kind,
                    DateForms.eraDigits(max(since, child.birth)),
                ], about: (.child, child), (.guardian, claimant))
        }
    }

    func finish(_ file: ExtractFile) throws(Fault) {
        try file.total(["合計", "", "", "", "\(file.rows)名", "", "", "", "", ""])
    }
}

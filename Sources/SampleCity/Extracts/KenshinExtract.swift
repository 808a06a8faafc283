internal import Domain
internal import Extracts

/// 乳幼児健診: one row a check-up due, attended or not.
///
/// Habits: CP932, half-width kana, R6.4.1, codes, 99999999 where not attended.
struct KenshinExtract: DepartmentExtract {
    static let layout = ExtractLayout(
        "kenshin", .cp932, header: "宛名番号,氏名カナ,生年月日,性別,健診種別,対象年月,勧奨日,受診日,結果,把握方法")

    let city: City

    private struct Outcome {
        var reminded: Day?
        var attended: Day?
        var result = ""
        var seen = ""
    }

    func write(_ household: Household, to file: ExtractFile) throws(Fault) {
        guard household.isOnRegister, !household.hasLeft else { return }
        var clerk = Clerk(city: city, household: household, stream: .kenshin)
        for child in household.people
        where child.role == .child && child.standing == .resident && child.age(on: city.asOf) < 8
            && !child.signs.contains(.recentArrival)
        {
            let entry = clerk.entry(of: child, in: household, .copied)
            let kana = KanaForms.halfWidth(entry.name.kana(" "))
            let latest = Checkup.latest(of: child, in: household, on: city.asOf)
            for checkup in Checkup.due(for: child, in: household, on: city.asOf) {
                let signs = checkup.due == latest?.due ? child.signs : []
                for outcome in outcomes(checkup, signs, clerk: &clerk) {
                    try file.row(
                        [
                            city.residentNumber(child), kana, DateForms.shortEra(entry.birth),
                            entry.sex == .male ? "1" : "2", checkup.code,
                            DateForms.shortEraMonth(checkup.due),
                            outcome.reminded.map(DateForms.shortEra) ?? "",
                            outcome.attended.map(DateForms.shortEra) ?? "99999999", outcome.result,
                            outcome.seen,
                        ], about: (.child, child))
                }
            }
        }
    }

    /// The check-up, and where a closer look was needed (要精密) the visit that followed, if there was one yet.
    private func outcomes(_ checkup: Checkup, _ signs: Signs, clerk: inout Clerk) -> [Outcome] {
        let first = outcome(checkup, signs, clerk: &clerk)
        guard let attended = first.attended, first.result == "03", !signs.contains(.noFollowUp) else {
            return [first]
        }
        let visit = attended.adding(days: clerk.draw.within(20...80))
        guard visit <= city.asOf else { return [first] }
        return [first, Outcome(attended: visit, result: clerk.draw.chance(0.7) ? "01" : "02")]
    }

    private func outcome(_ checkup: Checkup, _ signs: Signs, clerk: inout Clerk) -> Outcome {
        let reminder = checkup.due.adding(days: clerk.draw.within(50...75))
        if signs.contains(.unseenCheckup) { return Outcome(reminded: reminder) }
        let attended = checkup.due.adding(days: clerk.draw.within(3...40))
        if signs.contains(.noFollowUp) { return Outcome(attended: attended, result: "03") }
        let result = clerk.draw.chance(0.88) ? "01" : clerk.draw.chance(0.75) ? "02" : "03"
        guard clerk.draw.chance(0.05) else {
            // Due this month and not yet there: no failing, no reminder.
            return attended <= city.asOf ? Outcome(attended: attended, result: result) : Outcome()
        }
        guard reminder <= city.asOf else { return Outcome() }
        let late = reminder.adding(days: clerk.draw.within(7...60))
        if clerk.draw.chance(0.5), late <= city.asOf {
            return Outcome(reminded: reminder, attended: late, result: result)
        }
        return Outcome(reminded: reminder, seen: clerk.draw.one(of: ["訪問", "訪問", "園", "園", "電話"]))
    }
}

internal import Domain
internal import Extracts

/// 出欠: one wide row a pupil, months as columns.
///
/// Habits: UTF-8 with byte order mark, one title line, names spaced as each school likes, some schools without birth
/// dates, 通称 for foreign children.
struct ShukketsuExtract: DepartmentExtract {
    static let layout = ExtractLayout(
        "shukketsu", .utf8, hasByteOrderMark: true, titles: ["若葉野市立小・中学校 出欠集計表"],
        header: "学校名,学年,組,出席番号,氏名,ふりがな,性別,生年月日,年齢,4月欠席,4月遅刻,5月欠席,5月遅刻,6月欠席,6月遅刻,7月欠席,7月遅刻,9月欠席,9月遅刻")

    let city: City

    func write(_ household: Household, to file: ExtractFile) throws(Fault) {
        guard !household.hasLeft else { return }
        var clerk = Clerk(city: city, household: household, stream: .shukketsu)
        for child in household.people where child.role == .child && child.standing == .resident {
            guard let school = School(of: child, in: household, city: city),
                !child.signs.contains(.notOnSchoolRegister),
                clerk.draw.chance(0.96) || !child.signs.isDisjoint(with: [.risingAbsence, .longAbsence])
            else { continue }
            let entry = clerk.entry(of: child, in: household, .typed)
            let habits = habits(of: household.home)
            let space = clerk.draw.chance(0.15) ? clerk.draw.one(of: ["", " ", "　"]) : habits.space
            let kana = clerk.draw.chance(clerk.rates.kanaMissing) ? "" : entry.name.kana(space)
            try file.row(
                clerk.row(
                    [
                        school.name, "\(school.year)", "\(clerk.draw.within(1...4))",
                        "\(clerk.draw.within(1...38))", entry.name.written(space), KanaForms.hiragana(kana),
                        entry.sex == .male ? "男" : "女",
                        habits.hasBirth ? clerk.dated(entry.birth, DateForms.slashed) : "",
                        habits.hasBirth ? "" : "\(entry.birth.age(on: city.asOf))",
                    ] + absences(child, &clerk.draw)), about: (.child, child))
        }
    }

    /// Absent and late days of the five months.
    private func absences(_ child: Person, _ draw: inout Draw) -> [String] {
        let isOften = child.signs.contains(.longAbsence)
        return (0..<5).flatMap { step in
            let absent =
                child.signs.contains(.risingAbsence)
                ? 1 + step * (step + 1) / 2 + draw.below(2)
                : isOften ? draw.within(7...16) : draw.chance(0.5) ? draw.below(3) : 0
            let late =
                child.signs.contains(.risingAbsence)
                ? step + draw.below(3) : draw.chance(0.15) ? draw.within(1...2) : 0
            return ["\(min(absent, 18))", "\(late)"]
        }
    }

    /// A school's own habits: the same for all its pupils.
    private func habits(of home: Home) -> (space: String, hasBirth: Bool) {
        var draw = Draw(
            seed: city.parameters.seed, household: home.town / 4, stream: .school)
        return (
            draw.one(of: ["　", "　", " ", ""]), !draw.chance(city.parameters.rates.schoolWithoutBirth)
        )
    }
}

internal import Domain
internal import Extracts

/// 生活保護: all members of households on public assistance.
///
/// Habits: UTF-8 with byte order mark, two title lines, 令和6年4月1日, readings in hiragana or katakana.
struct SeihoExtract: DepartmentExtract {
    static let layout = ExtractLayout(
        "seiho", .utf8, hasByteOrderMark: true, titles: ["被保護世帯員一覧", "出力部署：若葉野市福祉事務所"],
        header: "ケース番号,員番号,氏名,カナ,生年月日,性別,続柄,住所,保護開始日,保護廃止日")

    let city: City

    func write(_ household: Household, to file: ExtractFile) throws(Fault) {
        guard household.isOnPublicAssistance else { return }
        var clerk = Clerk(city: city, household: household, stream: .seiho)
        let since = clerk.draw.day(
            from: max(household.arrived, city.asOf.adding(days: -2500)), to: city.asOf.adding(days: -60))
        let until =
            clerk.draw.chance(0.15) && !household.hasNoSchoolAid
            ? DateForms.longEra(clerk.draw.day(from: since.adding(days: 30), to: city.asOf)) : ""
        let members = household.people.filter { $0.standing == .resident }
        for (place, person) in members.enumerated() {
            let entry = clerk.entry(of: person, in: household, .typed)
            let kana = entry.name.kana("　")
            try file.row(
                [
                    String(household.number(of: city).suffix(5)), "\(place + 1)", entry.name.written("　"),
                    clerk.draw.chance(0.5) ? KanaForms.hiragana(kana) : kana,
                    clerk.dated(entry.birth, DateForms.longEra), entry.sex == .male ? "男" : "女",
                    place == 0 ? "主" : relation(person),
                    AddressForms.full(entry.home, withBuilding: entry.hasBuilding),
                    DateForms.longEra(max(since, person.birth)), until,
                ], about: (.child, person))
        }
    }

    private func relation(_ person: Person) -> String {
        switch person.role {
        case .father: "夫"
        case .mother: "妻"
        case .child: person.sex == .male ? "息子" : "娘"
        case .grandfather: "父"
        case .grandmother: "母"
        }
    }
}

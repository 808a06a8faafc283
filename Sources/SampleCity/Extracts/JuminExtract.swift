internal import Domain
internal import Extracts

/// 住民記録: every registered member of every household, the spine of the linkage.
///
/// Habits: CP932, everything quoted, 和暦 for Japanese and ISO dates for foreign births, 〓 for 外字.
struct JuminExtract: DepartmentExtract {
    static let layout = ExtractLayout(
        "jumin", .cp932, quoting: .always,
        header: "宛名番号,世帯番号,住民種別,住民状態,異動年月日,異動事由,氏名,氏名_フリガナ,氏名_外国人ローマ字,通称,通称_フリガナ,旧氏,旧氏_フリガナ,性別表記,生年月日,続柄表記,"
            + "住所_郵便番号,住所_町字,住所_番地号表記,住所_方書,住民となった年月日,転居前住所,国籍等")

    let city: City

    func write(_ household: Household, to file: ExtractFile) throws(Fault) {
        guard household.isOnRegister else { return }
        let postcode = household.home.postcode
        let former = household.formerHome.map { AddressForms.full($0, withBuilding: true) } ?? ""
        for person in household.people {
            let isForeign = household.nation != nil
            let showsFormer = person.showsFormer ? person.formerFamily : nil
            try file.row(
                [
                    city.residentNumber(person), household.number(of: city),
                    isForeign ? "外国人住民" : "日本人住民", standing(person),
                    DateForms.paddedEra(person.change.day), person.change.reason,
                    person.name.written(isForeign ? " " : "　"), person.name.kana("　"),
                    isForeign ? person.name.written(" ") : "", person.alias?.written("　") ?? "",
                    person.alias?.kana("　") ?? "", showsFormer?.written ?? "", showsFormer?.kana ?? "",
                    person.sex == .male ? "男" : "女",
                    isForeign ? person.birth.description : DateForms.paddedEra(person.birth), person.relation,
                    postcode.prefix(3) + "-" + postcode.suffix(4), AddressForms.town(household.home),
                    AddressForms.lot(household.home), AddressForms.building(household.home),
                    DateForms.paddedEra(person.residentSince), person.change.reason == "転居" ? former : "",
                    household.nation?.name ?? "",
                ], about: (.child, person))
        }
    }

    private func standing(_ person: Person) -> String {
        switch person.standing {
        case .resident: "住登"
        case .movedOut: "転出"
        case .dead: "死亡"
        }
    }
}

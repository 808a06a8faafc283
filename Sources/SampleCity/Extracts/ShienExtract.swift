internal import Domain
internal import Extracts

/// 支援措置: the person who asked for protection and those who asked with them.
///
/// Habits: CP932, 令和6年4月1日; a measure past its end date goes on until somebody ends it.
struct ShienExtract: DepartmentExtract {
    static let layout = ExtractLayout(
        "shien", .cp932, header: "宛名番号,氏名,フリガナ,生年月日,措置区分,申出者宛名番号,支援措置開始年月日,支援措置終了年月日,解除年月日,相手方氏名")

    let city: City

    func write(_ household: Household, to file: ExtractFile) throws(Fault) {
        guard let protection = household.protection, household.isOnRegister else { return }
        let applicant = household.guardian(preferring: .mother)
        let kind = protection.isProvisional ? "仮支援措置" : "本措置"
        for person in household.people {
            try file.row(
                [
                    city.residentNumber(person), person.name.written("　"), person.name.kana("　"),
                    DateForms.longEra(person.birth),
                    person.serial == applicant.serial ? kind : "併せて支援を求める者",
                    city.residentNumber(applicant), DateForms.longEra(protection.from),
                    DateForms.longEra(protection.until), protection.released.map(DateForms.longEra) ?? "",
                    protection.otherParty.written("　"),
                ], about: (.child, person))
        }
    }
}

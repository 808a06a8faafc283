internal import Domain
internal import Extracts

/// 妊娠届・産婦健診: one row a pregnancy; the person is the mother.
///
/// Habits: UTF-8 with byte order mark, 2024/4/1, addresses kept loosely.
struct NinsanpuExtract: DepartmentExtract {
    static let layout = ExtractLayout(
        "ninsanpu", .utf8, hasByteOrderMark: true,
        header: "届出番号,妊婦氏名,妊婦フリガナ,妊婦生年月日,住所,電話,届出日,届出週数,出産予定日,分娩日,産婦健診日,EPDS合計,EPDS10番")

    let city: City

    func write(_ household: Household, to file: ExtractFile) throws(Fault) {
        guard let place = household.mother, !household.hasLeft else { return }
        let mother = household.people[place]
        let deliveries = Pregnancy.delivered(by: mother, in: household, asOf: city.asOf)
        var clerk = Clerk(city: city, household: household, stream: .ninsanpu)
        for (number, delivery) in deliveries.enumerated() {
            // What was planted shows in the last pregnancy.
            let signs = number == deliveries.count - 1 ? mother.signs : []
            try write(mother, household, delivery, signs, to: file, &clerk)
        }
        let isExpecting = mother.signs.contains(.latePregnancy) || clerk.draw.chance(0.03)
        if isExpecting, Pregnancy.mayExpect(mother, in: household, asOf: city.asOf) {
            try write(mother, household, nil, mother.signs, to: file, &clerk)
        }
    }

    private func write(
        _ mother: Person, _ household: Household, _ delivery: Day?, _ signs: Signs, to file: ExtractFile,
        _ clerk: inout Clerk
    ) throws(Fault) {
        let entry = clerk.entry(of: mother, in: household, .typed)
        // Who is still expecting has come as far as the week of the notification.
        let isLate = !signs.isDisjoint(with: [.lateNotification, .latePregnancy])
        let due =
            delivery?.adding(days: clerk.draw.bell(-12...25))
            ?? city.asOf.adding(days: clerk.draw.within(20...(isLate ? 120 : 180)))
        let reached = delivery == nil ? (city.asOf.number - due.number + 274) / 7 : 34
        let week = isLate ? clerk.draw.within(20...min(34, reached)) : clerk.draw.bell(5...13)
        let notified = due.adding(days: -280 + week * 7 + clerk.draw.below(7))
        let examined = delivery?.adding(days: clerk.draw.within(Pregnancy.examination))
        let hasEPDS = examined.map { $0 <= city.asOf } ?? false
        let total = clerk.draw.below(signs.contains(.highEPDS) ? 12 : 6)
        let item10 = signs.contains(.epdsItem10) ? clerk.draw.within(1...3) : 0
        let score = (signs.contains(.highEPDS) ? 9 + total : total + clerk.draw.below(3)) + item10
        try file.row(
            clerk.row([
                "\(notified.year)-\(String(household.number(of: city).suffix(6)))", entry.name.written("　"),
                entry.name.kana("　"), clerk.dated(entry.birth, DateForms.slashed), clerk.address(entry),
                entry.phone, DateForms.slashed(min(notified, city.asOf)), "\(week)", DateForms.slashed(due),
                delivery.map(DateForms.slashed) ?? "",
                hasEPDS ? examined.map(DateForms.slashed) ?? "" : "",
                hasEPDS ? "\(score)" : "", hasEPDS ? "\(item10)" : "",
            ]), about: (.guardian, mother))
    }
}

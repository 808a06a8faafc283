internal import Domain
internal import Extracts

/// 家庭児童相談・要対協台帳: one row a consultation.
///
/// Habits: UTF-8 with byte order mark, an age instead of a birth date, free text with line breaks, names as heard.
struct SoudanExtract: DepartmentExtract {
    static let layout = ExtractLayout(
        "soudan", .utf8, hasByteOrderMark: true,
        header: "No,受付日,児童氏名,フリガナ,性別,生年月日,年齢,住所,保護者氏名,電話,所属,相談種別,要対協区分,主担当,状態,終結日,備考")

    private static let topics = ["養護", "養護", "育成", "育成", "障害", "保健", "非行", "その他"]
    private static let workers = ["相談員Ａ", "相談員Ｂ", "相談員Ｃ", "保健師Ｄ"]
    private static let notes = [
        "", "電話にて受付。\n後日、来所の予定。", "園より連絡あり。\n家庭訪問を実施、\"様子は落ち着いている\"との記録。", "継続して見守り。",
        "学校と情報共有済み\n・担任\n・養護教諭", "母より相談,来所。", "きょうだいについても確認すること。",
    ]

    let city: City

    func write(_ household: Household, to file: ExtractFile) throws(Fault) {
        var clerk = Clerk(city: city, household: household, stream: .soudan)
        let children = household.children(on: city.asOf)
        for place in children {
            let child = household.people[place]
            // Somebody always knows of the first child of a family that is on no register.
            let isKnown = !household.isOnRegister && place == children[0]
            guard isKnown || !child.signs.isDisjoint(with: [.council, .consultation]) else { continue }
            let isCouncil = child.signs.contains(.council)
            if clerk.draw.chance(0.25) {
                try write(child, household, isOpen: false, isCouncil: false, to: file, &clerk)
            }
            let isOpen = isCouncil || clerk.draw.chance(0.25)
            let wasCouncil = !isOpen && clerk.draw.chance(0.1)
            try write(child, household, isOpen: isOpen, isCouncil: isCouncil || wasCouncil, to: file, &clerk)
        }
    }

    private func write(
        _ child: Person, _ household: Household, isOpen: Bool, isCouncil: Bool, to file: ExtractFile,
        _ clerk: inout Clerk
    ) throws(Fault) {
        let entry = clerk.entry(of: child, in: household, .heard)
        let received = clerk.draw.day(
            from: max(child.birth.adding(days: 3), city.asOf.adding(days: isOpen ? -400 : -1100)),
            to: city.asOf.adding(days: -2))
        let closed = isOpen ? nil : clerk.draw.day(from: received, to: city.asOf)
        let hasBirth = !clerk.draw.chance(clerk.rates.birthMissing)
        let hasAge = !hasBirth || clerk.draw.chance(0.5)
        let kana = clerk.draw.chance(clerk.rates.kanaMissing * 5) ? "" : entry.name.kana("　")
        // Heard on the telephone, not yet seen in writing.
        let isHeardOnly = clerk.draw.chance(0.06) && !kana.isEmpty
        let guardian = clerk.guardianName(household.guardian(preferring: .mother), in: household)
        let isAbuse = clerk.draw.chance(isCouncil ? 0.5 : 0.12)
        try file.row(
            clerk.row([
                "\(file.rows + 1)", DateForms.slashed(received),
                isHeardOnly ? KanaForms.hiragana(kana) : entry.name.written("　"), kana,
                clerk.draw.chance(0.05) ? "" : entry.sex == .male ? "男" : "女",
                hasBirth ? clerk.dated(entry.birth, DateForms.slashed) : "",
                hasAge ? "\(child.age(on: received))" : "",
                clerk.draw.chance(0.15) ? "" : clerk.address(entry), guardian.written("　"), entry.phone,
                belonging(child, household), isAbuse ? "虐待" : clerk.draw.one(of: Self.topics),
                isCouncil ? council(child, &clerk.draw) : "", clerk.draw.one(of: Self.workers),
                isOpen ? "継続" : "終結", closed.map(DateForms.slashed) ?? "", clerk.draw.one(of: Self.notes),
            ]), about: (.child, child))
    }

    private func belonging(_ child: Person, _ household: Household) -> String {
        School(of: child, in: household, city: city)?.name
            ?? (child.age(on: city.asOf) < 3 ? "在宅" : "")
    }

    private func council(_ child: Person, _ draw: inout Draw) -> String {
        // Registered before the birth, still on the list under the child's name.
        if child.age(on: city.asOf) < 1, draw.chance(0.4) { return "特定妊婦" }
        return draw.chance(0.6) ? "要保護" : "要支援"
    }
}

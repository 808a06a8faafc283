internal import Domain

/// Names the members of one family: one surname, given names of each generation, none twice.
struct FamilyNamer {
    private let city: City
    private let nation: Nation?
    private let family: NamePart
    private let former: NamePart?
    private let showsFormer: Bool
    private let aliasFamily: NamePart?
    private var used: Set<String> = []
    private var lastChild: (birth: Day, sex: Sex, given: NamePart)?

    init(city: City, nation: Nation?, isSingle: Bool, _ draw: inout Draw) {
        self.city = city
        self.nation = nation
        let rates = city.parameters.families
        let changed = nation == nil && draw.chance(isSingle ? rates.divorceSurname : rates.remarriageSurname)
        family =
            nation.map { draw.one(of: $0.families) }
            ?? Self.registered(city.names.surnames.any(&draw), city, &draw)
        former = changed ? Self.registered(city.names.surnames.any(&draw), city, &draw) : nil
        showsFormer = changed && draw.chance(rates.formerShown)
        aliasFamily =
            nation != nil && draw.chance(rates.alias) ? city.names.surnames.any(&draw) : nil
    }

    /// The name with an old character, as often as the register has one.
    private static func registered(_ name: NamePart, _ city: City, _ draw: inout Draw) -> NamePart {
        guard draw.chance(city.parameters.rates.oldCharacter), KanjiForms.hasOld(name.written) else {
            return name
        }
        return NamePart(written: KanjiForms.old(name.written, &draw), kana: name.kana)
    }

    /// Somebody of the family; where they live and since when is settled later.
    mutating func person(
        _ role: Person.Role, _ sex: Sex, _ birth: Day, isTwin: Bool = false, _ draw: inout Draw
    ) -> Person {
        let given = given(role, sex, birth, isTwin, &draw)
        var person = Person(
            serial: 0, role: role, sex: sex, birth: birth, name: PersonName(family: family, given: given),
            residentSince: birth, change: .init(day: birth, reason: "出生"))
        // A remarriage changes the names of the mother and her children, not the husband's.
        let isMarriedFather = role == .father && former != nil
        if let former, role == .child || role == .mother, !isMarriedFather {
            person.formerFamily = former
            person.showsFormer = showsFormer && role == .mother
        }
        if let aliasFamily {
            // 通称 keep the given name in kana, or take a Japanese one.
            let own = NamePart(written: given.kana, kana: given.kana)
            let japanese = (sex == .male ? city.names.boys : city.names.girls).any(&draw)
            person.alias = PersonName(family: aliasFamily, given: draw.chance(0.6) ? own : japanese)
        }
        return person
    }

    private mutating func given(
        _ role: Person.Role, _ sex: Sex, _ birth: Day, _ isTwin: Bool, _ draw: inout Draw
    ) -> NamePart {
        var given = fresh(role, sex, &draw)
        if isTwin, nation == nil, let lastChild, lastChild.birth == birth, lastChild.sex == sex,
            draw.chance(city.parameters.families.twinNamesAlike),
            let alike = list(role, sex).alike(lastChild.given, &draw), !used.contains(alike.kana)
        {
            given = alike
        }
        used.insert(given.kana)
        if role == .child { lastChild = (birth, sex, given) }
        return given
    }

    private func fresh(_ role: Person.Role, _ sex: Sex, _ draw: inout Draw) -> NamePart {
        var given = NamePart(written: "", kana: "")
        // Brothers and sisters do not share a reading; small lists of foreign names may run out.
        for _ in 0..<8 {
            if let nation {
                given = draw.one(of: sex == .male ? nation.men : nation.women)
            } else {
                given = list(role, sex).any(&draw)
            }
            if !used.contains(given.kana) { break }
        }
        return given
    }

    private func list(_ role: Person.Role, _ sex: Sex) -> NameList {
        switch role {
        case .child: sex == .male ? city.names.boys : city.names.girls
        case .father, .mother: sex == .male ? city.names.men : city.names.women
        case .grandfather, .grandmother: sex == .male ? city.names.grandfathers : city.names.grandmothers
        }
    }
}

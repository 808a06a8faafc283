internal import Domain

/// What one department has on file of one person: what all its rows about that person show.
struct Entry {
    var name: PersonName
    var birth: Day
    var sex: Sex
    var home: Home
    /// Empty where none is on file.
    var phone: String
    var hasBuilding: Bool
}

/// Whoever keeps a department's file: types people in, with the habits of the department and the slips of people.
struct Clerk {
    /// How a department gets to know of people.
    enum Care: Double {
        /// Taken over from the register by number.
        case copied = 0.1
        /// Typed from a form.
        case typed = 1
        /// Written down on the telephone.
        case heard = 2
    }

    let city: City
    var draw: Draw
    /// In a city of other habits.
    private let style: OtherHabits.Style?
    var rates: ErrorRates { city.parameters.rates }

    init(city: City, household: Household, stream: Draw.Stream) {
        self.city = city
        draw = Draw(seed: city.parameters.seed, household: household.index, stream: stream)
        style = city.parameters.habits == .other ? OtherHabits.style(of: stream, in: city) : nil
    }

    mutating func entry(
        of person: Person, in household: Household, _ care: Care, keepsOldCharacters: Bool = false
    ) -> Entry {
        var name = person.name
        if household.nation != nil {
            name = foreignName(person, care)
        } else {
            if care != .copied, let former = person.formerFamily, draw.chance(rates.staleSurname) {
                name.family = former
            }
            name = typed(name, person, care, keepsOldCharacters)
        }
        let isStale = care != .copied && household.formerHome != nil && draw.chance(rates.staleAddress)
        var entry = Entry(
            name: name, birth: birth(person, care),
            sex: draw.chance(rates.sex * care.rawValue)
                ? (person.sex == .male ? .female : .male) : person.sex,
            home: isStale ? household.formerHome ?? household.home : household.home,
            phone: draw.chance(rates.phoneMissing) ? "" : household.phone,
            hasBuilding: !draw.chance(rates.buildingOmitted))
        if let style, care != .copied {
            OtherHabits.change(&entry, of: person, in: household, style, asOf: city.asOf, &draw)
        }
        return entry
    }

    /// A guardian's name as it stands beside the child's.
    mutating func guardianName(_ guardian: Person, in household: Household) -> PersonName {
        entry(of: guardian, in: household, .typed).name
    }

    private mutating func birth(_ person: Person, _ care: Care) -> Day {
        draw.chance(rates.birth * care.rawValue)
            ? Slips.birth(person.birth, asOf: city.asOf, &draw) : person.birth
    }

    /// Latin as on the card where copied; else 通称 or katakana, in a different order or cut short.
    private mutating func foreignName(_ person: Person, _ care: Care) -> PersonName {
        if care == .copied { return person.name }
        if let alias = person.alias, draw.chance(rates.aliasUsed) { return alias }
        var name = person.name
        name.family.written = name.family.kana
        name.given.written = name.given.kana
        if draw.chance(rates.middleNameDropped), let first = name.given.kana.split(separator: " ").first {
            name.given = NamePart(written: String(first), kana: String(first))
        }
        if draw.chance(rates.nameSwapped) { swap(&name.family, &name.given) }
        return name
    }

    private mutating func typed(
        _ name: PersonName, _ person: Person, _ care: Care, _ keepsOldCharacters: Bool
    ) -> PersonName {
        var name = name
        let (family, given) = (city.names.surnames, givenNames(of: person))
        if draw.chance(rates.kanji * care.rawValue) {
            if draw.chance(0.3), let other = family.sameReading(name.family, &draw) {
                name.family = other
            } else if let other = given.sameReading(name.given, &draw) {
                name.given = other
            }
        }
        if draw.chance(rates.reading * care.rawValue) {
            if let other = family.sameSpelling(name.family, &draw) {
                name.family = other
            } else if let other = given.sameSpelling(name.given, &draw) {
                name.given = other
            }
        }
        if draw.chance(rates.kana * care.rawValue) {
            if draw.chance(0.4) {
                name.family.kana = Slips.kana(name.family.kana, &draw)
            } else {
                name.given.kana = Slips.kana(name.given.kana, &draw)
            }
        }
        if !keepsOldCharacters, draw.chance(rates.modernCharacter) {
            name.family.written = KanjiForms.modern(name.family.written)
            name.given.written = KanjiForms.modern(name.given.written)
        }
        return name
    }

    private func givenNames(of person: Person) -> NameList {
        switch (person.role, person.sex) {
        case (.child, .male): city.names.boys
        case (.child, .female): city.names.girls
        case (_, .male): city.names.men
        case (_, .female): city.names.women
        }
    }

    /// A date as the department writes it; rarely one that cannot be read.
    mutating func dated(_ day: Day, _ form: (Day) -> String) -> String {
        let text = style.flatMap { OtherHabits.date(day, $0) } ?? form(day)
        guard draw.chance(rates.unreadableDate) else { return text }
        return text + "?"
    }

    /// An address in one of the loose ways.
    mutating func address(_ entry: Entry) -> String {
        if let style, style.endsAtTown { return AddressForms.town(entry.home) }
        return AddressForms.loose(entry.home, withBuilding: entry.hasBuilding, &draw)
    }
}

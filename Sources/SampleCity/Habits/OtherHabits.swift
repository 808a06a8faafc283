internal import Domain

/// A second city's habits: what its departments do that those of 若葉野市 do not.
///
/// The columns stay, so that the same mappings read both; what stands in them does not. Rates are judgement, as those of
/// `ErrorRates`.
enum OtherHabits {
    /// How one department of that city writes; each keeps to its own way.
    struct Style {
        /// Names without a space between their parts.
        let joinsNames: Bool
        /// Dates as H30.5.12, 平成30年5月12日 or 20180512, or as the extract has them.
        let date: Int
        /// Town and 丁目 only.
        let endsAtTown: Bool
        /// Family and given name are typed the other way round now and then.
        let swaps: Bool
        /// A form of address behind the name.
        let address: String
    }

    static func style(of stream: Draw.Stream, in city: City) -> Style {
        var draw = Draw(seed: city.parameters.seed &+ 1, household: 0, stream: stream)
        return Style(
            joinsNames: draw.chance(0.4), date: draw.below(4), endsAtTown: draw.chance(0.25),
            swaps: draw.chance(0.3),
            address: draw.chance(0.2) ? draw.one(of: [" 様", "ちゃん", "くん"]) : "")
    }

    /// What such a department has on file instead of `entry`.
    static func change(
        _ entry: inout Entry, of person: Person, in household: Household, _ style: Style, asOf: Day,
        _ draw: inout Draw
    ) {
        if style.swaps, draw.chance(0.03) { swap(&entry.name.family, &entry.name.given) }
        if household.nation == nil {
            // A newborn's name is not known yet, a character cannot be printed.
            if person.role == .child, person.birth.age(on: asOf) < 1, draw.chance(0.1) {
                entry.name.given = NamePart(written: "ベビー", kana: "ベビー")
            } else if draw.chance(0.004) {
                let rest = entry.name.family.written.dropFirst()
                entry.name.family.written = draw.one(of: ["●", "■", "?"]) + rest
            }
        }
        // The guardian's name in the child's place.
        if person.role == .child, draw.chance(0.004) {
            entry.name = household.guardian(preferring: .mother).name
        }
        if household.nation == nil {
            entry.name.given.written += style.address
            if style.joinsNames {
                let name = entry.name
                entry.name = PersonName(
                    family: NamePart(written: "", kana: ""),
                    given: NamePart(written: name.written(""), kana: name.kana("")))
            }
        }
        if draw.chance(0.006) { entry.birth = placeholder }
        if draw.chance(0.02) { entry.phone = institution }
    }

    /// What a department types where it knows no birth date.
    private static let placeholder = Day(2000, 1, 1) ?? Day(number: 10_957)
    /// The town hall's own number, where a family has none.
    private static let institution = "099-000-0000"

    static func date(_ day: Day, _ style: Style) -> String? {
        switch style.date {
        case 0: DateForms.shortEra(day)
        case 1: DateForms.longEra(day)
        case 2: DateForms.compact(day)
        default: nil
        }
    }
}

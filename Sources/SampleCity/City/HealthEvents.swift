internal import Domain

/// An infant check-up (乳幼児健診) that fell due while the child lived in the city.
struct Checkup {
    /// 01 four months, 02 one year and six months, 03 three years.
    let code: String
    /// The child reaches the age of the check-up.
    let due: Day

    private static let kinds = [("01", 4), ("02", 18), ("03", 37)]

    /// Those due by `day`, oldest first; what fell due before the family came is not known here.
    static func due(for person: Person, in household: Household, on day: Day) -> [Checkup] {
        kinds.map { Checkup(code: $0.0, due: person.birth.adding(months: $0.1)) }
            .filter { $0.due <= day && $0.due >= household.arrived }
    }

    /// The latest one, if it was due long enough ago for a reminder and its answer, and not too long ago to matter.
    static func latest(of person: Person, in household: Household, on day: Day) -> Checkup? {
        due(for: person, in: household, on: day).last.flatMap {
            (day.adding(months: -23)...day.adding(months: -5)).contains($0.due) ? $0 : nil
        }
    }
}

/// A pregnancy that was notified in the city.
enum Pregnancy {
    /// Days from the delivery to the mother's examination (産婦健診).
    static let examination = 14...32

    /// Young enough to be expecting again, and no delivery of late.
    static func mayExpect(_ mother: Person, in household: Household, asOf: Day) -> Bool {
        mother.standing == .resident && household.isOnRegister && mother.age(on: asOf) < 43
            && delivered(by: mother, in: household, asOf: asOf).isEmpty
    }

    static func lastExamination(after delivery: Day) -> Day {
        delivery.adding(days: examination.upperBound)
    }

    /// Days of delivery in the last 30 months, of a mother who lived here while pregnant.
    static func delivered(by mother: Person, in household: Household, asOf: Day) -> [Day] {
        guard household.isOnRegister else { return [] }
        let first = max(asOf.adding(months: -30), household.arrived.adding(days: 240))
        var days: [Day] = []
        for child in household.people where child.role == .child && child.birth >= first {
            if days.last != child.birth { days.append(child.birth) }
        }
        return days
    }
}

internal import Domain

/// Whom a rule is about, by age, school grade and the resident register; bounds are inclusive.
struct Population: Sendable, Hashable {
    /// Months of age, years and grades a rule may speak of: children, and guardians by their years.
    static let monthsOfChildhood = 0...216
    static let years = 0...120
    static let grades = -6...9

    struct Bounds: Sendable, Hashable {
        let from: Int?
        let to: Int?

        func contains(_ value: Int) -> Bool { value >= from ?? .min && value <= to ?? .max }
    }

    let ageMonths: Bounds?
    let ageYears: Bounds?
    /// 1...6 primary, 7...9 lower secondary, 0 or less before school.
    let grade: Bounds?
    /// Only people on the resident register.
    let resident: Bool?

    /// Whether it says anything about age.
    var hasAges: Bool { ageMonths != nil || ageYears != nil || grade != nil }

    /// Whether nobody can be of these ages together, whenever born.
    var isEmpty: Bool {
        guard ageMonths != nil || ageYears != nil || grade != nil else { return false }
        let day = Day(number: 20_727)
        // Every half month of birth: no bound is finer than a month.
        return !stride(from: 0, through: (Self.years.upperBound + 1) * 366, by: 14).contains {
            isOfAge(day.adding(days: -$0), on: day)
        }
    }

    /// `nil`: the birth date, or whether the person is on the register, is not known well enough to tell.
    func includes(_ person: JoinedPerson, on day: Day) -> Bool? {
        let (registered, ofAge) = (isRegistered(person), isOfAge(person.birth, on: day))
        if registered == false || ofAge == false { return false }
        return registered == nil || ofAge == nil ? nil : true
    }

    /// `nil` where the person's row of the register may have been rejected.
    func isRegistered(_ person: JoinedPerson) -> Bool? { resident == true ? person.isResident : true }

    /// `nil`: the birth date is not known well enough to tell.
    func isOfAge(_ birth: PartialDate?, on day: Day) -> Bool? {
        guard hasAges else { return true }
        guard let range = birth?.range else { return nil }
        let (first, last) = (isOfAge(range.lowerBound, on: day), isOfAge(range.upperBound, on: day))
        guard first == last else { return nil }
        // Who is too old if born on the first day and too young if on the last may be of the age all the same; ages are spans, so
        // that nobody between two who are of it is not.
        let isBetween =
            !first && range.lowerBound < range.upperBound
            && (range.lowerBound.number...range.upperBound.number).contains {
                isOfAge(Day(number: $0), on: day)
            }
        return isBetween ? nil : first
    }

    private func isOfAge(_ birth: Day, on day: Day) -> Bool {
        let months = birth.ageInMonths(on: day)
        return months >= 0 && ageMonths?.contains(months) ?? true && ageYears?.contains(months / 12) ?? true
            && grade?.contains(birth.schoolGrade(on: day)) ?? true
    }
}

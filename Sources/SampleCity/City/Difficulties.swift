internal import Domain

/// Plants the difficulties that flag rules are there to find, among the people they can happen to.
struct Difficulties {
    let city: City

    func plant(into household: inout Household) {
        guard !household.hasLeft else { return }
        let rates = city.parameters.difficulties
        var draw = Draw(seed: city.parameters.seed, household: household.index, stream: .difficulties)
        if let mother = household.mother, household.people[mother].standing == .resident {
            if draw.chance(rates.highEPDS) { household.people[mother].signs.insert(.highEPDS) }
            if draw.chance(rates.epdsItem10) { household.people[mother].signs.insert(.epdsItem10) }
            if draw.chance(rates.lateNotification) {
                household.people[mother].signs.insert(.lateNotification)
            }
            if draw.chance(rates.latePregnancy) { household.people[mother].signs.insert(.latePregnancy) }
        }
        let mayGetSchoolAid = household.hasSingleParentAllowance || household.isOnPublicAssistance
        // Difficulties do not come alone.
        let burden = draw.chance(rates.burdened) ? 20.0 : 1
        let hasNoSchoolAid = draw.chance(rates.noSchoolAid) && mayGetSchoolAid
        for place in household.children(on: city.asOf)
        where household.people[place].standing == .resident {
            household.people[place].signs.formUnion(
                signs(
                    of: household.people[place], in: household, burden: burden,
                    hasNoSchoolAid: hasNoSchoolAid, &draw))
        }
        withdrawTheImpossible(from: &household)
    }

    /// What is planted for a child who lives here, among what its age lets the files show.
    private func signs(
        of child: Person, in household: Household, burden: Double, hasNoSchoolAid: Bool,
        _ draw: inout Draw
    ) -> Signs {
        let rates = city.parameters.difficulties
        var signs: Signs = []
        if draw.chance(rates.council) {
            signs.insert(.council)
        } else if draw.chance(rates.consultation) {
            signs.insert(.consultation)
        }
        // A family the council knows has other difficulties more often.
        let more = max(burden, signs.contains(.council) ? 10 : 1)
        let isNew = child.signs.contains(.recentArrival)
        let grade = child.birth.schoolGrade(on: city.asOf)
        if household.isOnRegister {
            if !isNew, Checkup.latest(of: child, in: household, on: city.asOf) != nil {
                if draw.chance(rates.unseenCheckup * more) {
                    signs.insert(.unseenCheckup)
                } else if draw.chance(rates.noFollowUp * more) {
                    signs.insert(.noFollowUp)
                }
            }
            if grade < 1 { signs.formUnion(atHome(child, isNew: isNew, &draw)) }
            if (1...9).contains(grade) {
                let isMissing =
                    household.nation == nil ? rates.notOnSchoolRegister : rates.foreignNotOnSchoolRegister
                if draw.chance(isMissing) { signs.insert(.notOnSchoolRegister) }
                if hasNoSchoolAid { signs.insert(.noSchoolAid) }
            }
            if child.age(on: city.asOf) < 15, !isNew, draw.chance(rates.allowanceStopped * more) {
                signs.insert(.allowanceStopped)
            }
        }
        return signs.union(absence(child, signs, grade: grade, more: more, household, &draw))
    }

    /// Not enrolled is no difficulty by itself; not seen by anybody for a year is.
    private func atHome(_ child: Person, isNew: Bool, _ draw: inout Draw) -> Signs {
        let rates = city.parameters.difficulties
        guard child.age(on: city.asOf) >= 3, draw.chance(rates.notEnrolled) else { return [] }
        let isPastCheckups = child.birth.ageInMonths(on: city.asOf) >= 57 && !isNew
        return isPastCheckups && draw.chance(rates.unseenAtHome)
            ? [.notEnrolled, .unseenAtHome] : .notEnrolled
    }

    private func absence(
        _ child: Person, _ signs: Signs, grade: Int, more: Double, _ household: Household, _ draw: inout Draw
    ) -> Signs {
        let rates = city.parameters.difficulties
        switch grade {
        case 1...9:
            guard !signs.contains(.notOnSchoolRegister) else { return [] }
            if draw.chance(rates.risingAbsence * more) { return .risingAbsence }
            return draw.chance(rates.longAbsence) ? .longAbsence : []
        case -2...0:
            let isElsewhere =
                !signs.isDisjoint(with: [.notEnrolled, .unseenCheckup])
                || child.signs.contains(.recentArrival)
                // Has not been here for the three months that a list goes back.
                || household.arrived > city.asOf.adding(months: -3)
            return !isElsewhere && draw.chance(rates.unexplainedAbsence * more) ? .unexplainedAbsence : []
        default: return []
        }
    }

    /// For whom a rule should find what was planted, in the order of people and signs.
    func planted(in household: Household) -> [(person: Person, sign: String)] {
        household.people.flatMap { person in
            Signs.all.filter { person.signs.contains($0.sign) }.flatMap { entry in
                concerned(by: entry.sign, of: person, in: household).map { ($0, entry.name) }
            }
        }
    }

    private func concerned(by sign: Signs, of person: Person, in household: Household) -> [Person] {
        switch sign {
        case .highEPDS, .epdsItem10, .lateNotification:
            // Rules look at the child, until its first birthday; a mother's older notes stay in the files.
            let children = household.people.filter { $0.role == .child && $0.standing == .resident }
            guard let last = children.map(\.birth).max(), last.ageInMonths(on: city.asOf) < 12 else {
                return []
            }
            return children.filter { $0.birth == last }
        case .recentArrival:
            // Before that nothing needs to be known yet.
            return household.arrived <= city.asOf.adding(days: -60) ? [person] : []
        default: return [person]
        }
    }

    /// A sign nobody could see is no sign: the summary counts only what the files can show.
    private func withdrawTheImpossible(from household: inout Household) {
        for place in household.people.indices {
            let person = household.people[place]
            if !household.isOnRegister { household.people[place].signs.remove(.recentArrival) }
            guard person.role == .mother else { continue }
            if !Pregnancy.mayExpect(person, in: household, asOf: city.asOf) {
                household.people[place].signs.remove(.latePregnancy)
            }
            let deliveries = Pregnancy.delivered(by: person, in: household, asOf: city.asOf)
            if deliveries.isEmpty { household.people[place].signs.remove(.lateNotification) }
            if deliveries.last.map({ Pregnancy.lastExamination(after: $0) > city.asOf }) ?? true {
                household.people[place].signs.subtract([.highEPDS, .epdsItem10])
            }
        }
    }
}

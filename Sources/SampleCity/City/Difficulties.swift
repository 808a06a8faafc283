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
        }
        let hasNoSchoolAid = household.hasSingleParentAllowance && draw.chance(rates.noSchoolAid)
        for place in household.children(on: city.asOf)
        where household.people[place].standing == .resident {
            var signs = household.people[place].signs
            let age = household.people[place].age(on: city.asOf)
            let isPupil = (1...9).contains(household.people[place].birth.schoolGrade(on: city.asOf))
            if draw.chance(rates.council) {
                signs.insert(.council)
            } else if draw.chance(rates.consultation) {
                signs.insert(.consultation)
            }
            // Difficulties do not come alone: a family the council knows has others more often.
            let more = signs.contains(.council) ? 10.0 : 1
            if household.isOnRegister {
                if age < 6, !signs.contains(.recentArrival), draw.chance(rates.unseenCheckup * more),
                    Checkup.latest(of: household.people[place], in: household, on: city.asOf) != nil
                {
                    signs.insert(.unseenCheckup)
                }
                if age < 6, !isPupil, age >= 3, draw.chance(rates.notEnrolled) { signs.insert(.notEnrolled) }
                if isPupil, draw.chance(rates.notOnSchoolRegister) { signs.insert(.notOnSchoolRegister) }
                if isPupil, hasNoSchoolAid { signs.insert(.noSchoolAid) }
                if draw.chance(rates.allowanceStopped) { signs.insert(.allowanceStopped) }
            }
            let isElsewhere = !signs.isDisjoint(
                with: [.notOnSchoolRegister, .notEnrolled, .unseenCheckup, .recentArrival])
            if isPupil || (3...6).contains(age), !isElsewhere, draw.chance(rates.risingAbsence * more) {
                signs.insert(.risingAbsence)
            }
            household.people[place].signs = signs
        }
        withdrawTheImpossible(from: &household)
    }

    /// A sign nobody could see is no sign: the summary counts only what the files can show.
    private func withdrawTheImpossible(from household: inout Household) {
        for place in household.people.indices {
            let person = household.people[place]
            if !household.isOnRegister { household.people[place].signs.remove(.recentArrival) }
            guard person.role == .mother else { continue }
            let deliveries = Pregnancy.delivered(by: person, in: household, asOf: city.asOf)
            if deliveries.isEmpty { household.people[place].signs.remove(.lateNotification) }
            if deliveries.last.map({ Pregnancy.lastExamination(after: $0) > city.asOf }) ?? true {
                household.people[place].signs.subtract([.highEPDS, .epdsItem10])
            }
        }
    }
}

internal import Domain

/// Where the members come from, where they go, and protection.
extension HouseholdMaker {
    /// Writes arrival, moves, departures and deaths into the members' register history.
    func settle(_ household: inout Household, isRecent: Bool, _ draw: inout Draw) {
        for place in household.people.indices where household.people[place].birth < household.arrived {
            household.people[place].residentSince = household.arrived
            household.people[place].change = .init(day: household.arrived, reason: "転入")
        }
        if !isRecent, draw.chance(rates.movedWithin) {
            household.formerHome = .any(&draw)
            let day = draw.day(from: household.arrived.adding(days: 1), to: city.asOf.adding(days: -1))
            for place in household.people.indices where household.people[place].birth < day {
                household.people[place].change = .init(day: day, reason: "転居")
            }
        }
        if isRecent {
            for place in household.people.indices
            where household.people[place].age(on: city.asOf) < 6
                && household.people[place].birth < household.arrived
            {
                household.people[place].signs.insert(.recentArrival)
            }
        } else if draw.chance(rates.movedOut) {
            leave(&household, &draw)
        }
        for place in household.people.indices { die(&household.people[place], &draw) }
    }

    private func leave(_ household: inout Household, _ draw: inout Draw) {
        let first = household.people.map(\.residentSince).max() ?? household.arrived
        let day = draw.day(
            from: max(first.adding(days: 1), city.asOf.adding(days: -365)), to: city.asOf.adding(days: -1))
        guard first < day else { return }
        for place in household.people.indices {
            household.people[place].standing = .movedOut(day)
            household.people[place].change = .init(day: day, reason: "転出")
        }
    }

    private func die(_ person: inout Person, _ draw: inout Draw) {
        let share =
            switch person.role {
            case .grandfather, .grandmother: 1.0
            case .father, .mother: 0.1
            case .child: 0.01
            }
        guard draw.chance(rates.died * share), person.standing == .resident else { return }
        let day = draw.day(
            from: max(person.residentSince, city.asOf.adding(days: -365)), to: city.asOf.adding(days: -1))
        person.standing = .dead(day)
        person.change = .init(day: day, reason: "死亡")
    }

    /// 支援措置: granted for a year and renewed; a third has run out without having been ended.
    func protect(_ household: inout Household, _ draw: inout Draw) {
        let from = draw.day(
            from: max(household.arrived, city.asOf.adding(days: -900)), to: city.asOf.adding(days: -30))
        let until = from.adding(months: 12)
        let former = household.people[0].formerFamily ?? household.people[0].name.family
        let isReleased = until < city.asOf && draw.chance(0.3)
        household.protection = .init(
            isProvisional: !isReleased && city.asOf.number - from.number < 120 && draw.chance(0.6),
            from: from, until: until, released: isReleased ? until : nil,
            otherParty: PersonName(family: former, given: city.names.men.any(&draw)))
    }
}

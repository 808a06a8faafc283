internal import Domain

/// Invents households, each from the seed and its own index alone.
struct HouseholdMaker {
    let city: City
    var rates: FamilyRates { city.parameters.families }

    /// A household with at least one person under 18.
    func household(_ index: Int) -> Household {
        var draw = Draw(seed: city.parameters.seed, household: index, stream: .family)
        let nation = draw.chance(rates.foreign) ? draw.one(of: Nation.all) : nil
        let isProtected = draw.chance(rates.protected)
        let isSingle = isProtected || draw.chance(rates.singleParent)
        let hasLowIncome = draw.chance(min(1, rates.lowIncome * (isSingle ? 4 : 1)))
        let births = births(&draw)
        let arrived = arrival(firstBirth: births[0].day, isProtected: isProtected, &draw)

        var household = Household(
            index: index, people: [], home: .any(&draw), arrived: arrived.day, phone: phone(index),
            nation: nation, isSingleParent: isSingle, hasLowIncome: hasLowIncome,
            hasPublicAssistance: hasLowIncome && draw.chance(rates.publicAssistance),
            isOnRegister: !draw.chance(rates.offRegister))
        var namer = FamilyNamer(city: city, nation: nation, isSingle: isSingle, &draw)
        let elders = nation == nil && draw.chance(rates.grandparents)
        household.people =
            parents(of: births, isSingle: isSingle, isMother: isProtected || draw.chance(0.86), &namer, &draw)
            + births.flatMap { children($0, &namer, &draw) }
        if elders { household.people += grandparents(of: household.people[0], &namer, &draw) }
        for place in household.people.indices { household.people[place].serial = index * 16 + place }
        Relations.write(into: &household.people, elderIsHead: elders && draw.chance(0.4))
        settle(&household, isRecent: arrived.isRecent, &draw)
        if isProtected { protect(&household, &draw) }
        return household
    }

    /// A day of birth and how many are born on it.
    struct Birth {
        var day: Day
        var sexes: [Sex]
        var isTwins: Bool { sexes.count > 1 }
    }

    /// One to four births with 14 to 60 months between, the youngest under 18 and all before the day.
    private func births(_ draw: inout Draw) -> [Birth] {
        while true {
            let planned = [1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 4][draw.below(16)]
            var births: [Birth] = []
            // The eldest may be grown up and still live at home.
            var day = city.asOf.adding(days: -draw.below(21 * 365))
            for _ in 0..<planned where day <= city.asOf {
                births.append(Birth(day: day, sexes: sexes(&draw)))
                day = day.adding(days: draw.within(420...1800))
            }
            if births[births.count - 1].day.age(on: city.asOf) < 18 { return births }
        }
    }

    private func sexes(_ draw: inout Draw) -> [Sex] {
        let first: Sex = draw.chance(0.513) ? .male : .female
        guard draw.chance(rates.twins) else { return [first] }
        return [first, draw.chance(0.65) ? first : first == .male ? .female : .male]
    }

    private func arrival(
        firstBirth: Day, isProtected: Bool, _ draw: inout Draw
    ) -> (day: Day, isRecent: Bool) {
        let isYoung = firstBirth.age(on: city.asOf) < 6
        if isYoung && draw.chance(city.parameters.difficulties.recentArrival) {
            return (city.asOf.adding(days: -draw.within(5...160)), true)
        }
        let beforeBirth = firstBirth.adding(days: -draw.within(200...2600))
        guard isProtected || draw.chance(rates.movedIn) else { return (beforeBirth, false) }
        return (draw.day(from: firstBirth, to: city.asOf.adding(days: -120)), false)
    }

    /// A number no carrier assigns: 090-0… and 070-0… are unused; below 10,000 households it is 0X0-0000-xxxx.
    private func phone(_ index: Int) -> String {
        func digits(_ number: Int, _ width: Int) -> String {
            String(String(number + 10_000_000).suffix(width))
        }
        let line = index / 10_000 % 1000
        return "0\(index % 2 == 0 ? 9 : 7)0-0\(digits(line, 3))-\(digits(index * 7919 % 10_000, 4))"
    }

    private func parents(
        of births: [Birth], isSingle: Bool, isMother: Bool, _ namer: inout FamilyNamer, _ draw: inout Draw
    ) -> [Person] {
        let motherBirth = births[0].day.adding(days: -365 * draw.bell(18...42) - draw.below(365))
        let fatherBirth = min(
            motherBirth.adding(days: 365 * 4 - draw.bell(0...4400)), births[0].day.adding(days: -18 * 366))
        let mother = namer.person(.mother, .female, motherBirth, &draw)
        let father = namer.person(.father, .male, fatherBirth, &draw)
        guard isSingle else { return [father, mother] }
        return isMother ? [mother] : [father]
    }

    private func children(_ birth: Birth, _ namer: inout FamilyNamer, _ draw: inout Draw) -> [Person] {
        birth.sexes.map { namer.person(.child, $0, birth.day, isTwin: birth.isTwins, &draw) }
    }

    private func grandparents(
        of parent: Person, _ namer: inout FamilyNamer, _ draw: inout Draw
    ) -> [Person] {
        let grandmother = namer.person(
            .grandmother, .female, parent.birth.adding(days: -365 * draw.bell(20...36)), &draw)
        let grandfather = namer.person(
            .grandfather, .male, grandmother.birth.adding(days: -draw.within(-400...2000)), &draw)
        return draw.chance(0.65) ? [grandfather, grandmother] : [grandmother]
    }
}

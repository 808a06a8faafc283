package import Domain

/// Until when what rules say of somebody holds if nothing but the day changes: every look at a day, an age or a period notes
/// when it may come out otherwise.
///
/// Noted is never too late, and may be too early: an evaluation whose looks all come out as before comes out as before.
final class Horizon {
    private let today: Int
    private var end = Int.max

    init(_ day: Day) { today = day.number }

    /// The first day on which something looked at may come out otherwise; `nil`: none ever.
    var day: Day? { end == .max ? nil : Day(number: end) }

    /// Something may come out otherwise from `day` on; days that have passed already say nothing.
    func note(_ day: Day?) {
        guard let number = day?.number, number > today else { return }
        end = min(end, number)
    }

    /// Something may come out otherwise on any night.
    func noteTomorrow() { end = min(end, today + 1) }
}

/// What rules say of a person, and until when.
package struct Assessment: Sendable {
    /// In the order of the rules.
    package let outcomes: [RuleOutcome]
    /// The first day on which one of them may be another although facts, household, grants and rules are the same and every source
    /// is as fresh as it was; `nil`: none ever. What a flag says of its sources may change with these, any night.
    package let holdsUntil: Day?
}

extension LookBack {
    /// The first day on which a fact of `first` is not looked at any more; `nil`: it always is.
    func end(of first: Day, on day: Day) -> Day? {
        switch self {
        case .days(let days): return first.adding(days: days)
        case .months(let months):
            // The day a month lacks is its last one, so that one month back from several days is the same day.
            var end = first.adding(months: months)
            while end.adding(months: -months) < first { end = end.adding(days: 1) }
            while end.adding(days: -1).adding(months: -months) >= first { end = end.adding(days: -1) }
            return end
        case .schoolYear: return Day(day.schoolYear + 1, 4, 1)
        case .sinceBirth: return nil
        }
    }
}

extension Population {
    /// Notes when somebody born then may come into one of the ages, or out of it.
    func note(_ birth: PartialDate?, on day: Day, in horizon: Horizon) {
        guard hasAges, let range = birth?.range else { return }
        note(born: range.lowerBound, in: horizon)
        if range.lowerBound != range.upperBound { note(born: range.upperBound, in: horizon) }
        if grade != nil {
            horizon.note(Day(day.schoolYear + 1, 4, 1))
            // Of the days between, any may come to be of the grade and of the age together.
            if range.lowerBound != range.upperBound, ageMonths != nil || ageYears != nil {
                horizon.noteTomorrow()
            }
        }
    }

    private func note(born: Day, in horizon: Horizon) {
        horizon.note(born)
        if let from = ageMonths?.from { horizon.note(born.reaching(months: from)) }
        if let to = ageMonths?.to { horizon.note(born.reaching(months: to + 1)) }
        if let from = ageYears?.from { horizon.note(born.reaching(months: from * 12)) }
        if let to = ageYears?.to { horizon.note(born.reaching(months: (to + 1) * 12)) }
    }
}

extension Day {
    /// The first day on which somebody born on this day is so many months old.
    func reaching(months: Int) -> Day {
        let then = adding(months: months)
        return then.day < day ? then.adding(days: 1) : then
    }
}

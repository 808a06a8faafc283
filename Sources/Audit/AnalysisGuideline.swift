internal import Domain

/// When reading is usual and how much of it, as the municipality writes it in `Guidelines/audit/analysis.json5` and two
/// persons put it in force.
package struct AnalysisGuideline: Sendable, Decodable, Hashable {
    /// A time of day, `08:30`.
    package struct Time: Sendable, Decodable, Hashable {
        /// Of the day.
        let minutes: Int

        package init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            let text = try container.decode(String.self)
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hours = Int(parts[0]),
                let rest = Int(parts[1]), (0...24).contains(hours), (0...59).contains(rest),
                hours * 60 + rest <= 1440
            else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "「08:30」のような時刻を書いてください")
            }
            minutes = hours * 60 + rest
        }
    }

    /// Office hours, in Japan.
    package struct Hours: Sendable, Decodable, Hashable {
        let from: Time
        let to: Time
    }

    /// Days of one year that differ from the law's rules.
    package struct Exceptions: Sendable, Decodable, Hashable {
        let add: [Day]
        let remove: [Day]
    }

    /// From how many on a finding is told; a person's on one day unless it says otherwise.
    package struct Limits: Sendable, Decodable, Hashable {
        /// Reads outside office hours.
        let night: Int
        /// Reads on Saturdays, Sundays, holidays and closed days.
        let holiday: Int
        /// Different persons.
        let personsPerDay: Int
        /// Persons looked at one by one within an hour.
        let readsPerHour: Int
        /// Look-ups by a number, without the list.
        let byNumber: Int
        /// Reads of cases that somebody else holds.
        let heldByOthers: Int
        /// Reads of the user's own record or the family's.
        let relatives: Int
        /// Refused by policy.
        let refused: Int
    }

    let hours: Hours
    /// Days of every year on which the office is closed, `12-29`.
    let closedDays: [String]
    let holidays: Exceptions
    let limits: Limits

    /// Whether the office is closed all day: weekend, holiday, or closed by its own rule.
    func isClosed(_ day: Day) -> Bool {
        if holidays.remove.contains(day) { return false }
        let weekday = Holidays.weekday(day)
        return weekday == 0 || weekday == 6 || Holidays.contains(day) || holidays.add.contains(day)
            || closedDays.contains(String(day.description.dropFirst(5)))
    }
}

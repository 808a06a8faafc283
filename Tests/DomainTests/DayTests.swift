import Domain
import Testing

@Suite struct DayTests {
    @Test func everyDayOfFourCenturiesSurvivesTheNumberAndTheText() throws {
        let first = try #require(Day(1800, 1, 1)).number
        let last = try #require(Day(2200, 12, 31)).number
        var previous: Day?
        for number in first...last {
            let day = Day(number: number)
            #expect(day.number == number && Day(iso: day.description) == day)
            if let previous { #expect(previous < day) }
            previous = day
        }
    }

    @Test(arguments: [(2023, 2, 29), (2024, 13, 1), (2024, 0, 1), (2024, 4, 31), (0, 1, 1), (1900, 2, 29)])
    func aDayTheCalendarLacksIsRefused(year: Int, month: Int, day: Int) {
        #expect(Day(year, month, day) == nil)
    }

    @Test(arguments: ["2024-1-01", "2024/01/01", "20240101", "2024-01-01 ", "+024-01-01", "2024-02-30", ""])
    func onlyTheIsoFormIsRead(text: String) {
        #expect(Day(iso: text) == nil)
    }

    @Test(arguments: [
        ("2020-05-10", "2026-05-09", 5), ("2020-05-10", "2026-05-10", 6), ("2020-02-29", "2021-02-28", 0),
        ("2020-02-29", "2021-03-01", 1),
    ])
    func ageTurnsOnTheBirthday(birth: String, date: String, age: Int) throws {
        #expect(try #require(Day(iso: birth)).age(on: #require(Day(iso: date))) == age)
    }

    /// 1 April belongs to the school year before, 2 April to the next.
    @Test(arguments: [
        ("2020-04-01", "2026-04-01", 1), ("2020-04-02", "2026-04-01", 0), ("2020-04-02", "2027-03-31", 0),
        ("2020-04-02", "2027-04-01", 1), ("2011-04-02", "2026-10-01", 9), ("2011-04-01", "2026-10-01", 10),
    ])
    func theSchoolYearTurnsBetweenTheFirstAndTheSecondOfApril(birth: String, date: String, grade: Int) throws
    {
        #expect(try #require(Day(iso: birth)).schoolGrade(on: #require(Day(iso: date))) == grade)
    }

    /// 年度: 1 April to 31 March; not the year a child born in it enters school with.
    @Test(arguments: [("2026-03-31", 2025), ("2026-04-01", 2026), ("2026-12-31", 2026), ("2027-01-01", 2026)])
    func theSchoolYearRunsFromAprilToMarch(date: String, year: Int) throws {
        #expect(try #require(Day(iso: date)).schoolYear == year)
    }

    @Test func anAgeOnADayIsTheYearOfBirthdaysItAllows() throws {
        let range = PartialDate.age(7, on: try #require(Day(2026, 10, 1))).range
        #expect(range.lowerBound.description == "2018-10-02")
        #expect(range.upperBound.description == "2019-10-01")
    }
}

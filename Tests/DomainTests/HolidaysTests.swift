import Testing

@testable import Domain

/// As the Cabinet Office publishes them, substitute holidays and days between two holidays included.
@Test(
    "The holidays of a year are those of the law",
    arguments: [
        (
            2024,
            [
                "01-01", "01-08", "02-11", "02-12", "02-23", "03-20", "04-29", "05-03", "05-04", "05-05",
                "05-06",
                "07-15", "08-11", "08-12", "09-16", "09-22", "09-23", "10-14", "11-03", "11-04", "11-23",
            ]
        ),
        (
            2025,
            [
                "01-01", "01-13", "02-11", "02-23", "02-24", "03-20", "04-29", "05-03", "05-04", "05-05",
                "05-06",
                "07-21", "08-11", "09-15", "09-23", "10-13", "11-03", "11-23", "11-24",
            ]
        ),
        (
            2026,
            [
                "01-01", "01-12", "02-11", "02-23", "03-20", "04-29", "05-03", "05-04", "05-05", "05-06",
                "07-20",
                "08-11", "09-21", "09-22", "09-23", "10-12", "11-03", "11-23",
            ]
        ),
        (
            2027,
            [
                "01-01", "01-11", "02-11", "02-23", "03-21", "03-22", "04-29", "05-03", "05-04", "05-05",
                "07-19",
                "08-11", "09-20", "09-23", "10-11", "11-03", "11-23",
            ]
        ),
    ])
func holidays(year: Int, days: [String]) throws {
    let first = try #require(Day(year, 1, 1))
    let found = (0..<366).map { first.adding(days: $0) }.filter { $0.year == year && Holidays.contains($0) }
    #expect(found.map { String($0.description.dropFirst(5)) } == days)
}

@Test func weekdaysFollowTheCalendar() throws {
    #expect(Holidays.weekday(try #require(Day(1970, 1, 1))) == 4)
    #expect(Holidays.weekday(try #require(Day(2026, 11, 22))) == 0)
    #expect(Holidays.weekday(try #require(Day(1969, 12, 28))) == 0)
}

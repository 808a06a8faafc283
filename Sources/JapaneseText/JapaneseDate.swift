package import Domain

/// Dates as Japanese departments write them.
package enum JapaneseDate {
    package enum Parsed: Sendable, Hashable {
        case date(PartialDate)
        /// No date: blank, 00000000, 99999999.
        case absent
        case unreadable
    }
    package static func parse(_ text: String, asOf: Day) -> Parsed {
        if text.isEmpty { return .absent }
        return Day(iso: text).map { .date(.day($0)) } ?? .unreadable
    }
    package static func wareki(_ day: Day) -> String { "令和\(day.year - 2018)年\(day.month)月\(day.day)日" }
}

package import Foundation

extension Day {
    /// The calendar day in Japan, whatever the machine's time zone: a night at two o'clock is that day's.
    package init(inJapanAt date: Date) {
        self.init(number: Int(((date.timeIntervalSince1970 + 9 * 3600) / 86_400).rounded(.down)))
    }
}

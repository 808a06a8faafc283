package import Foundation

extension Day {
    /// The calendar day in Japan, whatever the machine's time zone: a night at two o'clock is that day's.
    package init(inJapanAt date: Date) {
        self.init(number: Int(((date.timeIntervalSince1970 + 9 * 3600) / 86_400).rounded(.down)))
    }
}

extension Date {
    /// `令和8年10月1日 2時5分`, in Japan, which keeps one time zone without summer time.
    package var japaneseTime: String {
        let minutes = Int((timeIntervalSince1970 / 60).rounded(.down)) + 9 * 60
        let minute = (minutes % 1440 + 1440) % 1440
        return "\(Day(inJapanAt: self).wareki) \(minute / 60)時\(minute % 60)分"
    }
}

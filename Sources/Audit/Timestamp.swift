internal import Domain

/// `2026-10-01T18:00:00.000Z`.
package func timestamp(_ milliseconds: Int) -> String {
    let perDay = 86_400_000
    let days = milliseconds >= 0 ? milliseconds / perDay : (milliseconds - perDay + 1) / perDay
    let rest = milliseconds - days * perDay
    func padded(_ value: Int, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    let hours = padded(rest / 3_600_000, 2)
    let minutes = padded(rest / 60_000 % 60, 2)
    let seconds = padded(rest / 1000 % 60, 2)
    return "\(Day(number: days))T\(hours):\(minutes):\(seconds).\(padded(rest % 1000, 3))Z"
}

/// Milliseconds since 1970-01-01 UTC of what `timestamp` writes; `nil` for anything else.
package func milliseconds(_ timestamp: String) -> Int? {
    guard let day = Day(iso: String(timestamp.prefix(10))) else { return nil }
    let parts = timestamp.dropFirst(11).prefix(12).split { $0 == ":" || $0 == "." }.compactMap { Int($0) }
    guard parts.count == 4 else { return nil }
    let value =
        day.number * 86_400_000 + parts[0] * 3_600_000 + parts[1] * 60_000 + parts[2] * 1000 + parts[3]
    // Written back, so that there is one way to write a time.
    return Audit.timestamp(value) == timestamp ? value : nil
}

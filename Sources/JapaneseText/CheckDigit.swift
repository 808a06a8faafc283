/// The check digit modulo 11 with weights 2 to 7 (M11W2-7), by which 住民票コード, 個人番号 and newer 宛名番号 end.
///
/// 住民基本台帳法施行規則 and 平成26年総務省令第85号 5条 have the same formula for different lengths; the resident register's standard
/// has it for 宛名番号 and 世帯番号. Numbers from before that standard keep theirs without one, so a wrong digit is a warning
/// and never a reason to refuse a number.
package enum CheckDigit {
    /// Whether the last digit checks the others; leading zeros change nothing.
    package static func isValid(_ number: UInt64) -> Bool {
        var rest = number / 10
        var sum: UInt64 = 0
        var weight: UInt64 = 2
        while rest > 0 {
            sum += rest % 10 * weight
            rest /= 10
            weight = weight == 7 ? 2 : weight + 1
        }
        let remainder = sum % 11
        return number % 10 == (remainder <= 1 ? 0 : 11 - remainder)
    }

    /// As a department types it, in either width, zeros eaten or not; `nil` where `text` is no whole number of at most 18 digits.
    package static func isValid(_ text: String) -> Bool? { Digits.number(text).map { isValid(UInt64($0)) } }
}

/// Finds what looks like a 個人番号 (My Number): it may not land, in no column and under no name.
///
/// Twelve digits whose last is the check digit of 行政手続における特定の個人を識別するための番号の利用等に関する
/// 法律の規定による通知カード…総務省令 (平成26年総務省令第85号) 5条. One in about ten other twelve-digit numbers, such as
/// a time stamp to the minute, passes the test too: refusing those is the price.
package enum IndividualNumber {
    /// The index of the first field that holds one.
    package static func firstIndex(in fields: [String]) -> Int? { fields.firstIndex(where: isContained) }

    /// Looks for a run of exactly 12 digits, half- or full-width, or three groups of four with one separator between.
    package static func isContained(in field: String) -> Bool {
        guard field.utf8.count >= 12 else { return false }
        var run: (count: Int, value: UInt64) = (0, 0)
        var groups: (count: Int, value: UInt64) = (0, 0)
        for scalar in field.unicodeScalars {
            if let digit = digit(scalar) {
                // A longer run is no 個人番号; the wrapped value of one is never looked at.
                run = (run.count + 1, run.value &* 10 &+ digit)
                continue
            }
            if end(run, &groups) { return true }
            if run.count == 0 || !isSeparator(scalar) { groups = (0, 0) }
            run = (0, 0)
        }
        return end(run, &groups)
    }

    private static func end(
        _ run: (count: Int, value: UInt64), _ groups: inout (count: Int, value: UInt64)
    ) -> Bool {
        guard run.count == 4 else {
            if run.count > 0 { groups = (0, 0) }
            return run.count == 12 && CheckDigit.isValid(run.value)
        }
        groups = (groups.count + 1, groups.value % 100_000_000 * 10_000 + run.value)
        return groups.count >= 3 && CheckDigit.isValid(groups.value)
    }

    private static func digit(_ scalar: Unicode.Scalar) -> UInt64? {
        switch scalar {
        case "0"..."9": UInt64(scalar.value - 0x30)
        case "０"..."９": UInt64(scalar.value - 0xFF10)
        default: nil
        }
    }

    private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20, 0x2D, 0xA0, 0x2010...0x2015, 0x2212, 0x3000, 0x30FC, 0xFF0D: true
        default: false
        }
    }
}

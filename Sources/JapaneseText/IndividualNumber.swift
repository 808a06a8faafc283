/// Finds what looks like a 個人番号 (My Number): it may not land, in no column and under no name.
///
/// Twelve digits whose last is the check digit of 行政手続における特定の個人を識別するための番号の利用等に関する
/// 法律の規定による通知カード…総務省令 (平成26年総務省令第85号) 5条. One in about ten other twelve-digit numbers, such as
/// a time stamp to the minute, passes the test too, and of one that a spreadsheet has cut to eleven digits every
/// 住民票コード would be one: there only the column tells (`IndividualNumberEvidence`). Three years beside each other are none.
package enum IndividualNumber {
    /// Looks for a run of exactly 12 digits, half- or full-width, for three groups of four with separators between, and for
    /// exactly four groups of three with separators of one kind.
    package static func isContained(in field: String) -> Bool {
        guard field.utf8.count >= 12, mayHaveTwelveDigits(field) else { return false }
        var groups = DigitGroups()
        for scalar in field.unicodeScalars {
            if let digit = digit(scalar) {
                groups.take(digit)
            } else if !isInvisible(scalar), groups.take(Separator(scalar)) {
                return true
            }
        }
        return groups.take(nil)
    }

    /// Whether any twelve digits in a row may be one, wherever in a longer run they begin: for text whose columns cannot
    /// be told apart.
    package static func mayBeHidden(in text: String) -> Bool {
        var run: (count: Int, value: UInt64) = (0, 0)
        for scalar in text.unicodeScalars where !isInvisible(scalar) {
            guard let digit = digit(scalar) else {
                run = (0, 0)
                continue
            }
            run = (run.count + 1, run.value % 100_000_000_000 * 10 + digit)
            if run.count >= 12, isOne(run.value) { return true }
        }
        return false
    }

    /// Whether so many bytes may end a digit of either width; most cells have fewer.
    private static func mayHaveTwelveDigits(_ field: String) -> Bool {
        var field = field
        return field.withUTF8 { bytes in
            // ０ to ９ are EF BC 90 to EF BC 99.
            var count = 0
            for byte in bytes where byte &- 0x30 < 10 || byte &- 0x90 < 10 { count += 1 }
            return count >= 12
        }
    }

    /// Padding with zeros checks too, and is nobody's.
    static func isOne(_ number: UInt64) -> Bool { number > 0 && CheckDigit.isValid(number) }

    static func digit(_ scalar: Unicode.Scalar) -> UInt64? {
        switch scalar {
        case "0"..."9": UInt64(scalar.value - 0x30)
        case "０"..."９": UInt64(scalar.value - 0xFF10)
        default: nil
        }
    }

    /// Soft hyphens, joiners, spaces without width: nobody sees them.
    static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xAD, 0x200B...0x200F, 0x2060, 0xFEFF: true
        default: false
        }
    }
}

/// What stands between the groups of digits of one number.
enum Separator {
    case space, hyphen, comma, point, slash, underscore

    init?(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x09, 0x20, 0xA0, 0x2000...0x200A, 0x202F, 0x3000: self = .space
        case 0x2D, 0x2010...0x2015, 0x2212, 0x2500, 0x30FC, 0xFF0D, 0xFF70: self = .hyphen
        case 0x2C, 0x3001, 0xFF0C, 0xFF64: self = .comma
        case 0x2E, 0xB7, 0x30FB, 0xFF0E, 0xFF65: self = .point
        case 0x2F, 0xFF0F: self = .slash
        case 0x5F, 0xFF3F: self = .underscore
        default: return nil
        }
    }
}

/// The digits of a text as they come, in groups of four and of three.
private struct DigitGroups {
    private var run: (count: Int, value: UInt64) = (0, 0)
    private var fours: (count: Int, value: UInt64) = (0, 0)
    /// Groups of four in a row that are years.
    private var years = 0
    private var threes: (count: Int, value: UInt64, separator: Separator) = (0, 0, .space)
    private var gap: (count: Int, separator: Separator) = (0, .space)

    /// Separators between two groups: ` - ` has three, and columns of a print are further apart.
    private static let widestGap = 4

    /// A longer run is no 個人番号; the wrapped value of one is never looked at.
    mutating func take(_ digit: UInt64) { run = (run.count + 1, run.value &* 10 &+ digit) }

    /// Takes what is no digit; `nil`, what separates no groups.
    ///
    /// - Returns: whether a 個人番号 ended here.
    mutating func take(_ separator: Separator?) -> Bool {
        if endRun() { return true }
        gap.count += 1
        if let separator, gap.count <= Self.widestGap {
            if separator != .space { gap.separator = separator }
            return false
        }
        fours = (0, 0)
        return endThrees()
    }

    private mutating func endRun() -> Bool {
        guard run.count > 0 else { return false }
        let (group, before) = (run, gap.separator)
        (run, gap) = ((0, 0), (0, .space))
        if group.count == 12, IndividualNumber.isOne(group.value) { return true }
        fours =
            group.count == 4 ? (fours.count + 1, fours.value % 100_000_000 * 10_000 + group.value) : (0, 0)
        years = fours.count > 0 && (1900...2100).contains(group.value) ? years + 1 : 0
        if fours.count >= 3, years < 3, IndividualNumber.isOne(fours.value) { return true }
        // 123,456-789: the second begins another number.
        let goesOn = group.count == 3 && (threes.count == 1 || threes.separator == before)
        if !goesOn, endThrees() { return true }
        if group.count == 3 { threes = (threes.count + 1, threes.value &* 1000 &+ group.value, before) }
        return false
    }

    /// A longer row of groups is a list or a sum.
    private mutating func endThrees() -> Bool {
        defer { threes = (0, 0, .space) }
        return threes.count == 4 && IndividualNumber.isOne(threes.value)
    }
}

/// Telephone numbers.
package enum PhoneNumber {
    /// Ten or eleven digits beginning with 0, or `nil` where `text` is no Japanese telephone number.
    ///
    /// Takes full width, hyphens, brackets, spaces and +81; gives back the 0 that spreadsheets eat. Mobile and IP numbers
    /// (020, 050 to 090) have eleven digits and others ten (電気通信番号計画); a number of zeros or nines behind its prefix
    /// fills a field that must not be blank, and is none.
    package static func normal(_ text: String) -> String? {
        var digits: [UInt8] = []
        for scalar in KanjiVariants.fold(text).unicodeScalars {
            guard isPart(scalar) else { return nil }
            if AddressText.isDigit(scalar) { digits.append(UInt8(scalar.value)) }
        }
        return number(digits)
    }

    /// The telephone numbers in a cell, in order, each once: cells hold two, or a remark behind one (`（母）`, `内線3`). Of a
    /// cell with more than `most`, the first: nobody has so many.
    package static func all(in text: String) -> [String] {
        if let one = normal(text) { return [one] }
        var found: [String] = []
        func add(_ scalars: Substring.UnicodeScalarView) -> Bool {
            guard let number = normal(String(scalars)) else { return false }
            if !found.contains(number) { found.append(number) }
            return true
        }
        let parts = KanjiVariants.fold(text).unicodeScalars.split { !isPart($0) }
        for part in parts where found.count < most && !add(part) {
            for piece in part.split(separator: " ") where found.count < most { _ = add(piece) }
        }
        return found
    }

    private static let most = 10

    /// A digit, or what stands between digits: hyphens (ー too), brackets, spaces, points, the spreadsheet's apostrophe.
    private static func isPart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x30...0x39, 0x20, 0x28, 0x29, 0x2B, 0x2D, 0x2E, 0x27, 0x30FC: true
        default: false
        }
    }

    private static func number(_ written: [UInt8]) -> String? {
        var digits = written
        if digits.starts(with: [0x38, 0x31]), (11...12).contains(digits.count) { digits.removeFirst(2) }
        if digits.first != 0x30 { digits.insert(0x30, at: 0) }
        guard digits.count >= 10, digits[1] != 0x30 else { return nil }
        let isLong = digits[2] == 0x30 && (digits[1] == 0x32 || digits[1] >= 0x35)
        guard digits.count == (isLong ? 11 : 10) else { return nil }
        let subscriber = digits.suffix(isLong ? 8 : 6)
        guard subscriber.contains(where: { $0 != 0x30 }), subscriber.contains(where: { $0 != 0x39 }) else {
            return nil
        }
        return String(decoding: digits, as: UTF8.self)
    }
}

/// Postcodes.
package enum Postcode {
    /// Seven digits, or `nil` where `text` is no postcode of today: takes 〒, either width, any hyphen, and gives back the one
    /// 0 that spreadsheets eat (060-0001).
    package static func normal(_ text: String) -> String? {
        var digits = String.UnicodeScalarView()
        for scalar in KanjiVariants.fold(text).unicodeScalars {
            switch scalar.value {
            case 0x30...0x39: digits.append(scalar)
            case 0x3012, 0x3020, 0x3036, 0x20, 0x27, 0x2D, 0x30FC: break
            default: return nil
            }
        }
        if digits.count == 6 { digits.insert("0", at: digits.startIndex) }
        return digits.count == 7 ? String(digits) : nil
    }
}

/// An address being taken apart from left to right.
struct AddressText {
    /// What stood behind a number.
    enum Unit: Sendable { case none, chome, ban, banchi, go }

    private(set) var rest: ArraySlice<Unicode.Scalar>

    /// Any run of spaces is one, and none is at either end.
    init(_ written: String) {
        var scalars: [Unicode.Scalar] = []
        scalars.reserveCapacity(written.utf8.count / 2)
        var isBehindSpace = false
        for scalar in KanjiVariants.fold(written).unicodeScalars {
            if ComparableText.isSpace(scalar) {
                isBehindSpace = !scalars.isEmpty
                continue
            }
            if isBehindSpace { scalars.append(" ") }
            isBehindSpace = false
            scalars.append(scalar)
        }
        rest = scalars[...]
    }

    static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        if scalars.isEmpty { return "" }
        return String(unsafeUninitializedCapacity: 4 * scalars.count) { bytes in
            var count = 0
            for scalar in scalars {
                for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
                    bytes[count] = byte
                    count += 1
                }
            }
            return count
        }
    }

    static func isDigit(_ scalar: Unicode.Scalar) -> Bool { (0x30...0x39).contains(scalar.value) }

    /// 〒100-0001 at the beginning, or 100-0001 before a word.
    mutating func takePostcode() -> String {
        var look = rest
        var digits = ""
        if look.first == "〒" {
            look.removeFirst()
            while let next = look.first, digits.utf8.count < 7,
                Self.isDigit(next) || Self.isDash(next) || next == " "
            {
                look.removeFirst()
                if Self.isDigit(next) { digits.unicodeScalars.append(next) }
            }
        } else {
            digits = Self.text(look.prefix(8).filter(Self.isDigit)[...])
            guard let dash = look.dropFirst(3).first, Self.isDash(dash), let next = look.dropFirst(8).first,
                !Self.isDigit(next), !Self.isJoint(next)
            else { return "" }
            look.removeFirst(8)
        }
        guard digits.utf8.count == 7 else { return "" }
        rest = look
        dropSpaces()
        return digits
    }

    /// 東京都.
    mutating func takePrefecture() -> String {
        guard rest.dropFirst(2).prefix(2).contains(where: "都道府県".unicodeScalars.contains),
            let prefecture = Municipalities.prefectures.first(where: { rest.starts(with: $0.unicodeScalars) })
        else { return "" }
        rest.removeFirst(prefecture.unicodeScalars.count)
        dropSpaces()
        return prefecture
    }

    /// City, ward, or county and town or village.
    ///
    /// Without the prefecture only a 市 is believed, the known wards, and a 郡 with its town; not a 市 that belongs to the town's
    /// name (本市場, 古市1丁目).
    mutating func takeMunicipality(isBehindPrefecture: Bool) -> String {
        let name = rest.prefix { !Self.isDigit($0) }
        guard let end = Municipalities.end(in: name, isBehindPrefecture: isBehindPrefecture) else {
            return ""
        }
        let municipality = Self.text(rest[..<end])
        rest = rest[end...]
        dropSpaces()
        return municipality
    }

    /// Kanji numerals that count (before 丁目, 番, 号, 条, or joined by a dash) become digits; の and dashes of any kind between numbers
    /// become `-`.
    mutating func unifyNumbers() {
        let scalars = Array(rest)
        var output: [Unicode.Scalar] = []
        output.reserveCapacity(scalars.count)
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            let isBehindDigit = output.last.map(Self.isDigit) ?? false
            if KanjiNumeral.isNumeral(scalar.value) {
                let end = scalars[index...].firstIndex { !KanjiNumeral.isNumeral($0.value) } ?? scalars.count
                let run = scalars[index..<end]
                if isBehindDigit, run.count == 1, scalar == "一", end < scalars.count,
                    Self.isDigit(scalars[end])
                {
                    // 2一3: the numeral typed for a dash.
                    output.append("-")
                } else if Self.counts(scalars[end...]) || Self.isJoined(output, scalars[end...]) {
                    output.append(contentsOf: KanjiNumeral.digits(run.map(\.value)).unicodeScalars)
                } else {
                    output.append(contentsOf: run)
                }
                index = end
                continue
            }
            index += 1
            if scalar == " " || Self.isJoint(scalar) {
                // 2 - 3: a joint, with spaces around it or not, between two numbers.
                let next = scalars[(index - 1)...].drop { $0 == " " }
                var written = output
                while written.last == " " { written.removeLast() }
                if written.last.map(Self.isDigit) ?? false, let behind = Self.joined(next) {
                    written.append("-")
                    output = written
                    index = behind.startIndex
                    continue
                }
            }
            output.append(scalar)
        }
        rest = output[...]
    }

    /// Everything before the first number that is not part of the name (北1条西, 3番町); without a number, up to the first space.
    mutating func takeTown() -> String {
        var end = rest.startIndex
        var number = rest.firstIndex(where: Self.isDigit)
        while let digit = number, case let behind = rest[digit...].drop(while: Self.isDigit),
            Self.namesTown(behind)
        {
            end = behind.startIndex
            number = behind.firstIndex(where: Self.isDigit)
        }
        let town = rest[..<(number ?? rest[end...].firstIndex(of: " ") ?? rest.endIndex)]
        rest = rest[town.endIndex...]
        return Self.text(town)
    }

    /// The numbers at the beginning, as long as each is joined to the next by a unit or a hyphen.
    mutating func takeNumbers() -> [(digits: String, unit: Unit)] {
        dropSpaces()
        var numbers: [(digits: String, unit: Unit)] = []
        while let first = rest.first, Self.isDigit(first) {
            let digits = rest.prefix(while: Self.isDigit)
            // 301号室 behind a block, 201号棟: a room or house number, not one of the block.
            if !numbers.isEmpty, Self.isRoom(rest[digits.endIndex...]) { break }
            rest = rest[digits.endIndex...]
            let unit = takeUnit()
            let plain = digits.drop { $0 == "0" }
            numbers.append((plain.isEmpty ? "0" : Self.text(plain), unit))
            var look = rest
            let isJoined = look.first.map { Self.isDash($0) || $0 == "の" || $0 == "ノ" } ?? false
            if isJoined { look.removeFirst() }
            if unit == .go, !isJoined { break }
            if unit != .none, look.first == " " { look.removeFirst() }
            guard isJoined || unit != .none, let next = look.first, Self.isDigit(next) else { break }
            rest = look
        }
        dropSpaces()
        return numbers
    }

    private mutating func takeUnit() -> Unit {
        let second = rest.dropFirst().first
        let (unit, count): (Unit, Int) =
            switch rest.first {
            case "丁" where second == "目": (.chome, 2)
            // 丁 alone, as some cities have it; 八丁堀 is a town.
            case "丁" where Self.isChome(rest): (.chome, 1)
            case "番" where second == "地": (.banchi, 2)
            case "番": (.ban, 1)
            case "号": (.go, 1)
            default: (.none, 0)
            }
        rest.removeFirst(count)
        return unit
    }

    private mutating func dropSpaces() { rest = rest.drop(while: ComparableText.isSpace) }
}

/// What the scalars around a number say of it.
extension AddressText {
    fileprivate static func isDash(_ scalar: Unicode.Scalar) -> Bool { scalar == "-" || scalar == "ー" }

    /// What joins two numbers when it stands between them.
    fileprivate static func isJoint(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "-", "ー", "の", "ノ", "之", "~", ".", "・", "/": true
        default: false
        }
    }

    /// The number behind a joint, with spaces around it or not; `nil` where no joint or no number is.
    fileprivate static func joined(_ text: ArraySlice<Unicode.Scalar>) -> ArraySlice<Unicode.Scalar>? {
        let joint = text.drop { $0 == " " }
        guard let first = joint.first, isJoint(first) else { return nil }
        let number = joint.dropFirst().drop { $0 == " " }
        guard let digit = number.first else { return nil }
        if isDigit(digit) { return number }
        guard KanjiNumeral.isNumeral(digit.value) else { return nil }
        return ends(number.drop { KanjiNumeral.isNumeral($0.value) }) ? number : nil
    }

    /// Whether a kanji numeral before `behind` stands alone, not at the beginning of a word (2番の三田ビル).
    private static func ends(_ behind: ArraySlice<Unicode.Scalar>) -> Bool {
        behind.first.map { $0 == " " || isDigit($0) || isJoint($0) || "番号".unicodeScalars.contains($0) }
            ?? true
    }

    /// Whether `behind` follows a kanji numeral that a joint binds to a number or its unit: 2-三, 2番地の三.
    fileprivate static func isJoined(_ output: [Unicode.Scalar], _ behind: ArraySlice<Unicode.Scalar>)
        -> Bool
    {
        guard let joint = output.last, isDash(joint) || joint == "の" || joint == "ノ",
            let before = output.dropLast().last
        else { return false }
        return (isDigit(before) || "目地番号".unicodeScalars.contains(before)) && ends(behind)
    }

    fileprivate static func isRoom(_ behind: ArraySlice<Unicode.Scalar>) -> Bool {
        switch behind.first {
        case "階", "F", "室", "棟": true
        case "号": behind.dropFirst().first.map { $0 == "室" || $0 == "棟" || $0 == "館" } ?? false
        default: false
        }
    }

    /// 丁 alone, as some cities have it; 八丁堀 is a town.
    fileprivate static func isChome(_ behind: some Collection<Unicode.Scalar>) -> Bool {
        guard behind.first == "丁" else { return false }
        guard let next = behind.dropFirst().first else { return true }
        return next == " " || isDigit(next) || isJoint(next) || KanjiNumeral.isNumeral(next.value)
    }

    /// Words that a number before them makes part of a town's name: 北1条, 東3線, 3番町, 第2地割.
    fileprivate static func namesTown(_ behind: some Collection<Unicode.Scalar>) -> Bool {
        switch behind.first {
        case "条", "線": true
        case "番": behind.dropFirst().first.map { $0 == "町" || $0 == "丁" } ?? false
        case "地": behind.dropFirst().first == "割"
        default: false
        }
    }

    /// Whether kanji numerals before `behind` are a number rather than letters of a name.
    fileprivate static func counts(_ behind: ArraySlice<Unicode.Scalar>) -> Bool {
        guard let first = behind.first else { return false }
        if namesTown(behind) || isChome(behind) { return true }
        switch first {
        case "丁": return behind.dropFirst().first == "目"
        case "番", "号", "階": return true
        // 一-2, 一の二; 三の丸 is a name.
        default: return joined(behind) != nil
        }
    }
}

/// An address being taken apart from left to right.
struct AddressText {
    /// What stood behind a number.
    enum Unit: Sendable { case none, chome, ban, go }

    private(set) var rest: Substring.UnicodeScalarView

    init(_ written: String) {
        let words = ComparableText.words(KanjiVariants.fold(written)).joined(separator: " ")
        rest = words[...].unicodeScalars
    }

    static func isDigit(_ scalar: Unicode.Scalar) -> Bool { (0x30...0x39).contains(scalar.value) }

    /// 〒100-0001 at the beginning.
    mutating func takePostcode() -> String {
        var look = rest
        if look.first == "〒" { look.removeFirst() } else { return "" }
        var digits = ""
        while let next = look.first, digits.utf8.count < 7, Self.isDigit(next) || next == "-" || next == " " {
            look.removeFirst()
            if Self.isDigit(next) { digits.unicodeScalars.append(next) }
        }
        guard digits.utf8.count == 7 else { return "" }
        rest = look
        dropSpaces()
        return digits
    }

    /// Removes prefecture and city, town or village.
    ///
    /// Without the prefecture only a 市 is believed, and not one that belongs to the town's name (本市場, 古市1丁目).
    mutating func dropMunicipality() {
        if rest.dropFirst(2).prefix(2).contains(where: "都道府県".unicodeScalars.contains),
            let prefecture = Self.prefectures.first(where: { rest.starts(with: $0.unicodeScalars) })
        {
            rest.removeFirst(prefecture.unicodeScalars.count)
            dropSpaces()
            let name = rest.prefix { !Self.isDigit($0) }
            if let city = Self.cityEnd(name) {
                rest = rest[city...]
            } else if let county = name.dropFirst().firstIndex(of: "郡"),
                let end = name[county...].dropFirst(2).firstIndex(where: { $0 == "町" || $0 == "村" })
            {
                rest = rest[rest.index(after: end)...]
            } else if let end = name.dropFirst().firstIndex(where: { "区町村".unicodeScalars.contains($0) }) {
                rest = rest[rest.index(after: end)...]
            }
        } else if let end = Self.cityEnd(rest.prefix(8)), let next = rest[end...].first, !Self.isDigit(next),
            !"町場丁一二三四五六七八九十".unicodeScalars.contains(next)
        {
            rest = rest[end...]
        }
        dropSpaces()
    }

    /// Kanji numerals before 丁目, 番, 番地, 号 become digits; の and dashes of any kind between digits become `-`.
    mutating func unifyNumbers() {
        let scalars = Array(rest)
        var output = String.UnicodeScalarView()
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            if KanjiNumeral.isNumeral(scalar.value) {
                let end = scalars[index...].firstIndex { !KanjiNumeral.isNumeral($0.value) } ?? scalars.count
                let run = scalars[index..<end]
                if Self.isUnit(scalars[end...]) {
                    output.append(contentsOf: KanjiNumeral.digits(run.map(\.value)).unicodeScalars)
                } else {
                    output.append(contentsOf: run)
                }
                index = end
                continue
            }
            let isBetween = output.last.map(Self.isDigit) ?? false
            let next = index + 1 < scalars.count ? scalars[index + 1] : " "
            let isJoint = "ーのノ之~".unicodeScalars.contains(scalar)
            output.append(isJoint && isBetween && Self.isDigit(next) ? "-" : scalar)
            index += 1
        }
        rest = String(output)[...].unicodeScalars
    }

    /// Everything before the first digit; without a digit, up to the first space.
    mutating func takeTown() -> String {
        let hasDigit = rest.contains(where: Self.isDigit)
        let town = rest.prefix { hasDigit ? !Self.isDigit($0) : $0 != " " }
        rest = rest[town.endIndex...]
        return String(town)
    }

    /// The numbers at the beginning, as long as each is joined to the next by a unit or a hyphen.
    mutating func takeNumbers() -> [(digits: String, unit: Unit)] {
        var numbers: [(digits: String, unit: Unit)] = []
        while let first = rest.first, Self.isDigit(first) {
            let digits = rest.prefix(while: Self.isDigit)
            // 301号室 behind a block, 201号棟: a room or house number, not one of the block.
            if !numbers.isEmpty, Self.isRoom(rest[digits.endIndex...]) { break }
            rest = rest[digits.endIndex...]
            let unit = takeUnit()
            let plain = digits.drop { $0 == "0" }
            numbers.append((plain.isEmpty ? "0" : String(plain), unit))
            if unit == .go, rest.first != "-" { break }
            var look = rest
            let isJoined = look.first == "-" || look.first == "の" || look.first == "ノ"
            if isJoined { look.removeFirst() }
            if unit != .none, look.first == " " { look.removeFirst() }
            guard isJoined || unit != .none, let next = look.first, Self.isDigit(next) else { break }
            rest = look
        }
        dropSpaces()
        return numbers
    }

    private mutating func takeUnit() -> Unit {
        for (word, unit) in [("丁目", Unit.chome), ("番地", .ban), ("番", .ban), ("号", .go)]
        where rest.starts(with: word.unicodeScalars) {
            rest.removeFirst(word.unicodeScalars.count)
            return unit
        }
        return .none
    }

    private mutating func dropSpaces() { rest = rest.drop(while: ComparableText.isSpace) }

    private static func isRoom(_ behind: Substring.UnicodeScalarView) -> Bool {
        ["号室", "号棟", "号館", "階", "F"].contains { behind.starts(with: $0.unicodeScalars) }
    }

    /// 番町 and 番丁 are towns' names.
    private static func isUnit(_ behind: ArraySlice<Unicode.Scalar>) -> Bool {
        guard let first = behind.first else { return false }
        let second = behind.dropFirst().first
        switch first {
        case "丁": return second == "目"
        case "番": return second != "町" && second != "丁"
        case "号": return true
        default: return false
        }
    }

    /// Behind the 市 that ends a city's name: not its first letter (市川市), and the last of two in a row (四日市市).
    private static func cityEnd(_ name: Substring.UnicodeScalarView) -> String.Index? {
        guard let found = name.dropFirst().firstIndex(of: "市") else { return nil }
        var end = name.index(after: found)
        if end < name.endIndex, name[end] == "市" { end = name.index(after: end) }
        return end
    }

    private static let prefectures = [
        "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県", "栃木県", "群馬県", "埼玉県", "千葉県", "東京都", "神奈川県",
        "新潟県", "富山県", "石川県", "福井県", "山梨県", "長野県", "岐阜県", "静岡県", "愛知県", "三重県", "滋賀県", "京都府", "大阪府", "兵庫県",
        "奈良県", "和歌山県", "鳥取県", "島根県", "岡山県", "広島県", "山口県", "徳島県", "香川県", "愛媛県", "高知県", "福岡県", "佐賀県", "長崎県",
        "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
    ]
}

/// What departments write behind a name, for a character they lack, and where they know no name.
enum NameRemarks {
    /// The name without a form of address behind it (若葉　花 様, 若葉　花ちゃん), with 〓 for every mark that stands for a character. In a
    /// reading ちゃん and くん are names too (チャン of Vietnam), so there they stay.
    static func plain(_ name: String) -> String {
        guard let last = name.unicodeScalars.last else { return name }
        var scalars = name.unicodeScalars[...]
        if endings.contains(last), !Kana.isKana(name), let ending = address(behind: scalars) {
            scalars.removeLast(ending)
            while let space = scalars.last, ComparableText.isSpace(space) { scalars.removeLast() }
        }
        guard scalars.contains(where: isMark), scalars.contains(where: { !isMark($0) }) else {
            return scalars.count == name.unicodeScalars.count ? name : String(scalars)
        }
        return String(String.UnicodeScalarView(scalars.map { isMark($0) ? "〓" : $0 }))
    }

    /// Whether `part` says that the name is not known, not yet given or not written down.
    static func isNone(_ part: String) -> Bool {
        if words.contains(part) { return true }
        return !part.isEmpty && part.unicodeScalars.allSatisfy { isMark($0) || isStroke($0) }
    }

    /// The family name of a newborn that has no given name yet: 若葉 of 若葉ベビー.
    static func familyOfNewborn(_ word: String) -> String? {
        for ending in ["ベビー", "べびー", "ﾍﾞﾋﾞｰ"] where word.hasSuffix(ending) && word.count > ending.count {
            return String(word.dropLast(ending.count))
        }
        return nil
    }

    private static let endings = Set("様殿まんさ君".unicodeScalars)
    private static let addresses = ["様", "さま", "ちゃん", "くん", "さん", "殿", "君"].map { Array($0.unicodeScalars) }

    /// How many scalars at the end are a form of address. 殿 and 君 end family and given names too (鵜殿, 王　君): only behind a
    /// whole name with a space.
    private static func address(behind name: Substring.UnicodeScalarView) -> Int? {
        for address in addresses where name.suffix(address.count).elementsEqual(address) {
            let rest = name.dropLast(address.count)
            guard let before = rest.last, rest.count > 1 else { return nil }
            let isWord = ComparableText.isSpace(before)
            let words = ComparableText.words(String(rest)).count
            switch address[0] {
            case "様": return address.count
            case "殿", "君": return isWord && words > 1 ? address.count : nil
            default:
                let isKanji = (0x4E00...0x9FFF).contains(before.value)
                let isPet = address[0] == "ち" || address[0] == "く"
                return isWord || isKanji || isPet && rest.count > 2 ? address.count : nil
            }
        }
        return nil
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x2A, 0x3F, 0x25A0, 0x25A1, 0x25B2...0x25B3, 0x25C6, 0x25C7, 0x25CB, 0x25CF, 0x25EF, 0x3013,
            0xFF0A,
            0xFF1F, 0xFFFD, 0xE000...0xF8FF:
            true
        default: false
        }
    }

    private static func isStroke(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x2D, 0x2E, 0x2F, 0x2010...0x2015, 0x2212, 0x30FB, 0x30FC, 0xFF0D...0xFF0F, 0xFF65, 0xFF70: true
        default: false
        }
    }

    private static let words: Set<String> = [
        "不明", "不詳", "未定", "未命名", "命名前", "未記入", "無記名", "名無し", "なし", "無し", "ナシ", "ﾅｼ", "フメイ", "フショウ", "ミテイ",
        "ﾌﾒｲ",
        "ﾌｼｮｳ", "ﾌｼﾖｳ", "ﾐﾃｲ", "ふめい", "ふしょう", "みてい", "ベビー", "ベイビー", "べびー", "ﾍﾞﾋﾞｰ", "BABY", "Baby", "baby",
        "新生児",
        "児", "男児", "女児", "第一子", "第二子", "第三子", "第１子", "第２子", "第３子", "第1子", "第2子", "第3子", "UNKNOWN", "Unknown",
        "unknown", "NULL", "null", "NONE", "None",
    ]
}

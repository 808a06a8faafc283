internal import Domain
internal import Foundation
internal import JapaneseText

/// What a single cell could be, judged by itself; a cell may look like several things.
struct CellLook: OptionSet, Hashable, Sendable {
    let rawValue: UInt32

    static let number = CellLook(rawValue: 1 << 0)
    static let date = CellLook(rawValue: 1 << 1)
    static let kana = CellLook(rawValue: 1 << 2)
    /// Two or more words, as names are written.
    static let words = CellLook(rawValue: 1 << 3)
    /// Letters of a name and nothing else.
    static let letters = CellLook(rawValue: 1 << 4)
    static let latin = CellLook(rawValue: 1 << 5)
    static let sex = CellLook(rawValue: 1 << 6)
    /// A sex by a word or letter: 1 and 2 may stand for anything.
    static let sexWord = CellLook(rawValue: 1 << 7)
    static let postcode = CellLook(rawValue: 1 << 8)
    static let phone = CellLook(rawValue: 1 << 9)
    /// A town with a number.
    static let address = CellLook(rawValue: 1 << 10)
    static let freeText = CellLook(rawValue: 1 << 11)
    /// Ends like a school's or nursery's name.
    static let school = CellLook(rawValue: 1 << 12)
    static let relation = CellLook(rawValue: 1 << 13)
    /// Letters and digits of ASCII with at least one digit.
    static let identifier = CellLook(rawValue: 1 << 14)
    static let age = CellLook(rawValue: 1 << 15)
    static let yesOrNo = CellLook(rawValue: 1 << 16)
    static let individualNumber = CellLook(rawValue: 1 << 17)
    static let digits = CellLook(rawValue: 1 << 18)
    /// A bare year: most such numbers are something else.
    static let year = CellLook(rawValue: 1 << 19)
    /// Five digits that a spreadsheet would count as a day: most such numbers are something else too.
    static let dayNumber = CellLook(rawValue: 1 << 20)

    /// In the order in which they are told, with their names.
    static let named: [(look: CellLook, name: String)] = [
        (.individualNumber, "個人番号らしい"), (.date, "日付"), (.postcode, "郵便番号"), (.phone, "電話番号"),
        (.sexWord, "性別"), (.kana, "かな"), (.school, "学校・園"), (.relation, "続柄"), (.address, "住所"),
        (.yesOrNo, "有無"), (.number, "数"), (.identifier, "番号"), (.latin, "ローマ字"), (.words, "氏名らしい"),
        (.freeText, "文章"), (.letters, "言葉"),
    ]

    init(rawValue: UInt32) { self.rawValue = rawValue }

    /// - Parameters:
    ///   - date: what the field is as a date.
    ///   - isDayNumber: that is so only if a spreadsheet counted it.
    init(_ field: String, date: JapaneseDate.Parsed, isDayNumber: Bool = false) {
        let text = Cell.folded(field)
        var look: CellLook = []
        if case .date = date { look.insert(isDayNumber ? .dayNumber : Self.isYear(text) ? .year : .date) }
        if Cell.number(text) != nil { look.insert(.number) }
        if Cell.age(text) != nil { look.insert(.age) }
        if IndividualNumber.isContained(in: field) { look.insert(.individualNumber) }
        if SexColumn.usual[text] != nil {
            look.insert(.sex)
            if text.first.map({ !$0.isNumber }) ?? false { look.insert(.sexWord) }
        }
        if Self.marks.contains(text) { look.insert(.yesOrNo) }
        if Self.relations.contains(text) { look.insert(.relation) }
        if Self.isPostcode(text) { look.insert(.postcode) }
        if text.utf8.count >= 10, PhoneNumber.normal(text) != nil, text.hasPrefix("0") || text.contains("-") {
            look.insert(.phone)
        }
        if Self.schools.contains(where: text.hasSuffix) { look.insert(.school) }
        let scalars = text.unicodeScalars
        let hasDigit = scalars.contains { (0x30...0x39).contains($0.value) }
        let isASCII = text.utf8.allSatisfy { $0 < 0x80 }
        if isASCII, hasDigit, !text.contains(" "), text.utf8.count <= 20 { look.insert(.identifier) }
        if hasDigit, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { look.insert(.digits) }
        if Kana.isKana(field) { look.insert(.kana) }
        let isText = text.contains("。") || text.contains("\n") || text.count > 30
        if !look.contains(.date), !isASCII, hasDigit || Self.hasKanjiNumber(text), Self.isPlace(text) {
            look.insert(.address)
        } else if isText {
            look.insert(.freeText)
        }
        if !hasDigit, !isText, scalars.allSatisfy(Self.isNameScalar) {
            look.insert(.letters)
            let words = text.split(separator: " ")
            if (2...5).contains(words.count) { look.insert(.words) }
            if isASCII { look.insert(.latin) }
        }
        self = look
    }

    /// How yes and no are written.
    static let marks: Set<String> = [
        "有", "無", "あり", "なし", "有り", "無し", "○", "〇", "×", "はい", "いいえ", "Y", "N", "済", "未",
    ]
    private static let relations: Set<String> = [
        "世帯主", "主", "本人", "夫", "妻", "子", "長男", "長女", "二男", "次男", "二女", "次女", "三男", "三女", "息子", "娘", "父", "母",
        "祖父", "祖母", "孫", "子の子", "子の妻", "子の夫", "妻の子", "夫の子", "父の母", "兄", "弟", "姉", "妹", "同居人", "縁故者",
    ]
    private static let schools = [
        "学校", "学園", "学院", "保育園", "保育所", "幼稚園", "こども園", "子ども園", "託児所", "保育室",
    ]

    private static func isYear(_ text: String) -> Bool {
        text.utf8.count <= 4 && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func isPostcode(_ text: String) -> Bool {
        let digits = text.utf8.filter { $0 != 0x2D }
        return digits.count == 7 && digits.allSatisfy { (0x30...0x39).contains($0) }
            && text.utf8.count == 8 && Array(text.utf8)[3] == 0x2D
    }

    private static func isPlace(_ text: String) -> Bool {
        if ["丁目", "番地", "番", "号室", "市", "町", "村"].contains(where: text.contains) { return true }
        // 若葉台1-2-3: a word and numbers joined by hyphens.
        let tail = text.drop { !$0.isNumber }
        return tail.contains("-") && tail.count < text.count && tail.count >= 3
    }

    private static func hasKanjiNumber(_ text: String) -> Bool { text.contains("丁目") || text.contains("番地") }

    private static func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20, 0x27, 0x2C, 0x2D, 0x2E, 0x30FB, 0x3005...0x3007, 0x3013: true
        case 0x41...0x5A, 0x61...0x7A, 0xC0...0x24F: true
        case 0x3041...0x30FF, 0x3400...0x9FFF, 0xE000...0xFAFF, 0x20000...0x3FFFF, 0xFE00...0xFE0F,
            0xE0100...0xE01EF:
            true
        default: false
        }
    }
}

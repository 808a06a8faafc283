import Domain
import Testing

@testable import Linkage

/// Table-driven: two records, the level they must reach.
@Suite struct ComparisonTests {
    private func pattern(_ a: Identifiers, _ b: Identifiers) throws -> AgreementPattern {
        let records = [a, b].map {
            LinkageRecord(source: "hoiku", isSpine: false, isUnique: false, identifiers: $0)
        }
        let comparison = PairComparison(RecordColumns(records), similarity: try shippedModel().similarity)
        #expect(comparison.pattern(0, 1) == comparison.pattern(1, 0))
        return comparison.pattern(0, 1)
    }

    private static func name(_ family: String, _ given: String, _ familyKana: String, _ givenKana: String)
        -> NameForm
    {
        NameForm(kind: .legal, family: family, given: given, familyKana: familyKana, givenKana: givenKana)
    }
    private static func unsplit(_ name: String, _ kana: String = "") -> NameForm {
        NameForm(kind: .legal, unsplit: name, unsplitKana: kana)
    }
    private static func latin(_ family: String, _ given: String) -> NameForm {
        NameForm(kind: .latin, family: family, given: given)
    }

    /// As its department wrote it, with its middle names.
    private static func spaced(_ family: String, _ given: String) -> NameForm {
        NameForm(kind: .latin, family: family, given: given, written: family + " " + given)
    }

    struct NameCase: Sendable {
        var what: String
        var left: [NameForm]
        var right: [NameForm]
        var given: GivenLevel
        var family: FamilyLevel
    }

    static let names: [NameCase] = [
        NameCase(
            what: "all equal", left: [name("佐藤", "陽翔", "サトウ", "ハルト")],
            right: [name("佐藤", "陽翔", "サトウ", "ハルト")], given: .kanjiEqual, family: .kanjiEqual),
        NameCase(
            what: "kana only on one side", left: [name("佐藤", "陽翔", "サトウ", "ハルト")],
            right: [name("", "", "サトウ", "ハルト")], given: .kanaEqual, family: .kanaEqual),
        NameCase(
            what: "斎藤 and 斉藤 agree in reading only", left: [name("斎藤", "陽翔", "サイトウ", "ハルト")],
            right: [name("斉藤", "陽斗", "サイトウ", "ハルト")], given: .kanaEqual, family: .kanaEqual),
        NameCase(
            what: "geta mark for an unwritable character", left: [name("佐藤", "〓翔", "サトウ", "")],
            right: [name("佐藤", "陽翔", "サトウ", "ハルト")], given: .kanjiEqual, family: .kanjiEqual),
        NameCase(
            what: "a lone geta mark is no evidence", left: [name("佐藤", "〓", "サトウ", "")],
            right: [name("佐藤", "翔", "サトウ", "ショウ")], given: .missing, family: .kanjiEqual),
        NameCase(
            what: "one kanji off and a close reading", left: [name("佐藤", "健太郎", "サトウ", "ケンタロウ")],
            right: [name("佐藤", "健太朗", "サトウ", "ケンタロー")], given: .kanjiNear, family: .kanjiEqual),
        NameCase(
            what: "close reading", left: [name("", "", "サトウ", "ケンタロウ")],
            right: [name("", "", "サトウ", "ケンタロオ")], given: .kanaClose, family: .kanaEqual),
        NameCase(
            what: "brothers: one kanji off is not enough", left: [name("佐藤", "陽斗", "サトウ", "ハルト")],
            right: [name("佐藤", "陽香", "サトウ", "ハルカ")], given: .different, family: .kanjiEqual),
        NameCase(
            what: "unsplit name compared whole", left: [unsplit("佐藤陽翔", "サトウハルト")],
            right: [name("佐藤", "陽翔", "サトウ", "ハルト")], given: .kanjiEqual, family: .kanjiEqual),
        NameCase(
            what: "unsplit name of a sibling", left: [unsplit("佐藤優太", "サトウユウタ")],
            right: [name("佐藤", "陽翔", "サトウ", "ハルト")], given: .different, family: .kanjiEqual),
        NameCase(
            what: "unsplit name one off tells nothing of the given name", left: [unsplit("佐藤陽斗")],
            right: [name("佐藤", "陽翔", "サトウ", "ハルト")], given: .missing, family: .kanjiEqual),
        NameCase(
            what: "unsplit reading with a slip in the family name", left: [unsplit("", "ミラキララ")],
            right: [name("三浦", "紀麗", "ミウラ", "キララ")], given: .kanaEqual, family: .kanaClose),
        NameCase(
            what: "unsplit reading with another family name", left: [unsplit("", "ヤギヨリマサ")],
            right: [name("山田", "頼政", "ヤマダ", "ヨリマサ")], given: .kanaEqual, family: .different),
        NameCase(
            what: "unsplit reading one off: マリカ is not サトウマ リカ", left: [unsplit("", "サトウマリカ")],
            right: [name("佐藤", "梨花", "サトウ", "リカ")], given: .missing, family: .kanaEqual),
        NameCase(
            what: "a given name alone", left: [unsplit("亨之", "ナオユキ")],
            right: [name("梅田", "亨之", "ウメダ", "ナオユキ")], given: .kanjiEqual, family: .missing),
        NameCase(
            what: "a family name alone", left: [unsplit("柴崎", "シバザキ")],
            right: [name("柴崎", "明来子", "シバザキ", "アキコ")], given: .missing, family: .kanjiEqual),
        NameCase(
            what: "a reading in the place of the kanji speaks as a reading",
            left: [name("イシカワ", "サイシ", "イシカワ", "サイシ")],
            right: [name("石川", "佳史", "イシカワ", "サイシ")], given: .kanaEqual, family: .kanaEqual),
        NameCase(
            what: "cut at another place", left: [name("東", "海林太郎", "ヒガシ", "カイリンタロウ")],
            right: [name("東海林", "太郎", "ショウジ", "タロウ")], given: .kanjiEqual, family: .kanjiEqual),
        NameCase(
            what: "family and given name swapped", left: [name("陽翔", "佐藤", "", "")],
            right: [name("佐藤", "陽翔", "サトウ", "ハルト")], given: .swapped, family: .missing),
        NameCase(
            what: "alias agrees", left: [latin("NGUYEN", "VAN ANH"), name("山川", "杏", "ヤマカワ", "アン")],
            right: [name("山川", "杏", "ヤマカワ", "アン")], given: .kanjiEqual, family: .kanjiEqual),
        NameCase(
            what: "without its middle name, word by word", left: [spaced("SILVA", "ANA CLARA")],
            right: [latin("SILVA", "ANA")], given: .kanjiNear, family: .kanjiEqual),
        NameCase(
            what: "another name that begins alike", left: [spaced("SILVA", "ANABEL LIMA")],
            right: [latin("SILVA", "ANA")], given: .different, family: .kanjiEqual),
        NameCase(
            what: "Latin tokens in another order", left: [latin("NGUYEN", "VAN ANH")],
            right: [NameForm(kind: .latin, unsplit: "VAN ANH NGUYEN")], given: .kanjiEqual,
            family: .kanjiEqual),
        NameCase(
            what: "Latin tokens in another order, in the column of legal names",
            left: [NameForm(kind: .legal, family: "NGUYEN", given: "VAN ANH")],
            right: [NameForm(kind: .legal, family: "VAN", given: "ANH NGUYEN")], given: .kanjiEqual,
            family: .kanjiEqual),
        NameCase(
            what: "former family name",
            left: [
                name("鈴木", "陽翔", "スズキ", "ハルト"), NameForm(kind: .former, family: "佐藤", familyKana: "サトウ"),
            ], right: [name("佐藤", "陽翔", "サトウ", "ハルト")], given: .kanjiEqual, family: .formerOrGuardian),
        NameCase(
            what: "nothing known", left: [], right: [name("佐藤", "陽翔", "サトウ", "ハルト")], given: .missing,
            family: .missing),
    ]

    @Test(arguments: names)
    func namesReachTheirLevel(row: NameCase) throws {
        let found = try pattern(Identifiers(names: row.left), Identifiers(names: row.right))
        #expect(found.given == row.given, "\(row.what)")
        #expect(found.family == row.family, "\(row.what)")
    }

    @Test func familyNameMayBeTheGuardiansAfterADivorce() throws {
        let child = Identifiers(
            names: [Self.name("佐藤", "陽翔", "サトウ", "ハルト")], guardians: [Self.name("鈴木", "遥香", "スズキ", "ハルカ")])
        let other = Identifiers(names: [Self.name("鈴木", "陽翔", "スズキ", "ハルト")])
        #expect(try pattern(child, other).family == .formerOrGuardian)
    }

    @Test(arguments: [
        ("2018-05-12", "2018-05-12", BirthLevel.sameDay), ("2018-05-12", "2018-12-05", .slip),
        ("2018-05-12", "2018-05-13", .slip), ("2018-05-12", "2013-05-12", .slip),
        ("2018-05-12", "2018-05-21", .sameMonth), ("2018-09-12", "2018-10-12", .slip),
        ("2019-05-12", "2020-05-12", .yearOff), ("2018-05-12", "2018-07-23", .different),
        ("2019-05-12", "2021-05-12", .different),
    ])
    func birthDaysReachTheirLevel(a: String, b: String, level: BirthLevel) throws {
        let (x, y) = (try #require(Day(iso: a)), try #require(Day(iso: b)))
        #expect(try pattern(Identifiers(birth: .day(x)), Identifiers(birth: .day(y))).birth == level)
    }

    @Test func anAgeOnlyContradictsOrDoesNot() throws {
        let (birth, on) = (try #require(Day(2018, 5, 12)), try #require(Day(2026, 10, 1)))
        for (age, level) in [(8, BirthLevel.consistent), (7, .different), (9, .different)] {
            let found = try pattern(Identifiers(birth: .age(age, on: on)), Identifiers(birth: .day(birth)))
            #expect(found.birth == level)
        }
        #expect(
            try pattern(Identifiers(birth: .month(year: 2018, month: 5)), Identifiers(birth: .day(birth)))
                .birth
                == .consistent)
        #expect(try pattern(Identifiers(), Identifiers(birth: .day(birth))).birth == .missing)
    }

    @Test func theHouseholdIsOneComparisonAndItsBestPartCounts() throws {
        let home = Address(town: "若葉台2", block: "3-4", building: "若葉荘1")
        let guardian = Self.name("佐藤", "遥香", "サトウ", "ハルカ")
        func level(_ a: Identifiers, _ b: Identifiers) throws -> HouseholdLevel {
            try pattern(a, b).household
        }
        #expect(try level(Identifiers(address: home), Identifiers(address: home)) == .address)
        let other = Address(town: "若葉台2", block: "3-4", building: "若葉荘2")
        #expect(try level(Identifiers(address: home), Identifiers(address: other)) == .building)
        #expect(
            try level(
                Identifiers(address: home, phones: ["1"]), Identifiers(address: other, phones: ["1", "2"]))
                == .phone)
        let away = Address(town: "若葉台2", block: "9")
        #expect(try level(Identifiers(address: home), Identifiers(address: away)) == .town)
        #expect(
            try level(
                Identifiers(address: home, guardians: [guardian]),
                Identifiers(address: away, guardians: [guardian]))
                == .guardian)
        #expect(try level(Identifiers(address: home), Identifiers(phones: ["1"])) == .missing)
        #expect(try level(Identifiers(phones: ["1"]), Identifiers(phones: ["2"])) == .different)
        let townOnly = Address(town: "若葉台2")
        #expect(try level(Identifiers(address: townOnly), Identifiers(address: townOnly)) == .area)
        #expect(try level(Identifiers(address: townOnly), Identifiers(address: home)) == .area)
        let postcode = Address(postcode: "1000001")
        #expect(try level(Identifiers(address: postcode), Identifiers(address: postcode)) == .area)
        #expect(try level(Identifiers(address: postcode), Identifiers(address: home)) == .missing)
    }

    @Test(arguments: [
        ("若葉野市立第一小学校", "第一小学校", SchoolLevel.same), ("若葉野市立 第一小学校", "第一小", .same),
        ("県立若葉高等学校", "若葉高校", .same), ("国立市立国立第一小学校", "国立第一小学校", .same),
        ("立川市立立川小学校", "立川小", .same), ("私立わかば幼稚園", "わかば幼稚園", .same),
        ("第一小学校", "第二小学校", .different), ("第一小学校", "第一中学校", .different),
        ("第一小学校", "在宅", .missing), ("不明", "不明", .missing), ("市立", "市立", .same),
    ])
    func schoolsAreComparedWithoutTheirFounder(a: String, b: String, level: SchoolLevel) throws {
        #expect(try pattern(Identifiers(school: a), Identifiers(school: b)).school == level)
        #expect(try pattern(Identifiers(school: a), Identifiers()).school == .missing)
    }

    @Test func numbersAreComparedOnlyInOneNumberSpace() throws {
        func number(_ space: String, _ text: String) -> Identifiers {
            Identifiers(number: PersonNumber(space: space, number: text))
        }
        #expect(try pattern(number("atena", "12"), number("atena", "12")).number == .same)
        #expect(try pattern(number("atena", "12"), number("atena", "13")).number == .different)
        #expect(try pattern(number("atena", "12"), number("school", "12")).number == .missing)
    }

    @Test func everyPatternSurvivesPacking() {
        for given in GivenLevel.allCases {
            for birth in BirthLevel.allCases {
                for household in HouseholdLevel.allCases {
                    let pattern = AgreementPattern(
                        given: given, family: .kanaClose, birth: birth, sex: .different, household: household,
                        school: .different, number: .same)
                    #expect(
                        pattern.given == given && pattern.birth == birth && pattern.household == household)
                    #expect(
                        pattern.family == .kanaClose && pattern.sex == .different && pattern.number == .same)
                    #expect(pattern.school == .different)
                    #expect(AgreementPattern(levels: pattern.levels) == pattern)
                }
            }
        }
    }
}

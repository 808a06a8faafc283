import Domain
import TestSupport
import Testing

@testable import JapaneseText

@Suite("Searching names")
struct SearchTextTests {
    private static let asOf = Day(number: 20_727)

    @Test(
        "what is written in other ways is looked for in one",
        arguments: [
            ("さとう", "サトウ"), ("ｻﾄｳ", "サトウ"), ("サトー", "サトウ"), ("さとお", "サトウ"), ("コータ", "こうた"), ("コオタ", "ｺｳﾀ"),
            ("けえこ", "ケイコ"), ("ケーコ", "ケイコ"), ("キョウコ", "キヨウコ"), ("しょう", "シヨー"), ("ﾜﾀﾅﾍﾞ", "わたなべ"),
            ("ワタナへ゛", "ワタナベ"),
            ("かづこ", "カズコ"), ("おがわ", "ヲガワ"), ("髙橋", "高橋"), ("渡邉", "渡辺"), ("佐々木", "佐佐木"), ("霞が関", "霞ヶ関"),
            ("関ガ原", "関ケ原"),
            ("ＳＡＮＴＯＳ", "santos"), ("José", "JOSE"), ("マリア・サントス", "マリアサントス"), ("若 葉", "若葉"),
        ])
    func notations(one: String, other: String) {
        #expect(SearchText.folded(one) == SearchText.folded(other))
    }

    @Test(
        "different names stay different",
        arguments: [("小野", "大野"), ("オノ", "オオノ"), ("ハル", "バル"), ("ユキ", "ユウキ"), ("カトウ", "ガトウ")])
    func different(one: String, other: String) {
        #expect(SearchText.folded(one) != SearchText.folded(other))
    }

    @Test("what begins a name begins what is made of it, however long")
    func beginnings() {
        var random = SeededGenerator(seed: testSeed)
        let letters = Array("アイウエオカガサザタダツトナハバパマヤユヨラリルレロワンーッャュョヶ高橋佐々木森関原がのみ").map(String.init)
        for _ in 0..<caseCount(3000) {
            let text = (0..<Int.random(in: 1...9, using: &random)).map { _ in
                letters[Int.random(in: letters.indices, using: &random)]
            }.joined()
            let whole = SearchText.folded(text)
            for length in 1...text.count {
                let part = SearchText.folded(String(text.prefix(length)))
                #expect(whole.utf8.starts(with: part.utf8), "seed \(testSeed) \(text) \(length)")
            }
            #expect(SearchText.folded(whole) == whole, "seed \(testSeed) \(text)")
        }
    }

    @Test(
        "a birth stands beside a name, in any notation and in pieces",
        arguments: [
            "佐藤 令和2年4月10日", "佐藤　R2.4.10", "佐藤 2020-04-10", "2020/4/10 佐藤", "佐藤 令和２年 ４月 １０日", "佐藤 20200410",
            "佐藤 令和二年四月十日", "佐藤 2020年4月10日生まれ", "佐藤 2020 4 10", "佐藤 R2 4 10", "令和2 4 10 佐藤",
        ])
    func births(text: String) throws {
        let query = try NameQuery(text, asOf: Self.asOf)
        #expect(query.birth == Day(2020, 4, 10).map(PartialDate.day))
        #expect(query.words.map(\.beginning) == ["佐藤"] && query.joined == nil)
    }

    @Test("a month and a year narrow a name, and are no search alone")
    func coarse() throws {
        #expect(try NameQuery("サ 令和2年4月", asOf: Self.asOf).birth == .month(year: 2020, month: 4))
        #expect(try NameQuery("サ 令和2年", asOf: Self.asOf).birth == .year(2020))
        #expect(try NameQuery("令和2年4月10日", asOf: Self.asOf).words.isEmpty)
        #expect(throws: NameQuery.Flaw.birthAlone) { try NameQuery("令和2年4月", asOf: Self.asOf) }
        #expect(throws: NameQuery.Flaw.unreadableBirth) { try NameQuery("サ 令和24年", asOf: Self.asOf) }
    }

    @Test(
        "what is no search is told by kind",
        arguments: [
            ("", NameQuery.Flaw.empty), ("　 ", .empty), ("・", .empty), ("佐藤 99.99.99", .unreadableBirth),
            ("12345", .unreadableBirth), ("R2.4.1 佐藤 R3.4.1", .severalBirths),
            (String(repeating: "あ", count: 100), .tooLong), ("あ い う え お か き く け", .tooLong),
        ] as [(String, NameQuery.Flaw)])
    func flaws(text: String, flaw: NameQuery.Flaw) {
        #expect(throws: flaw) { try NameQuery(text, asOf: Self.asOf) }
    }

    @Test("昭和 alone is a name, and an era with a year is none")
    func eras() throws {
        #expect(try NameQuery("昭和", asOf: Self.asOf).words.count == 1)
        #expect(try NameQuery("山田 昭和六十年", asOf: Self.asOf).birth == .year(1985))
    }

    @Test("names that nobody could split, and such that have readings alone, are found by every word")
    func parts() {
        let plain = NameForm(kind: .legal, written: "若葉　みのり", writtenKana: "ワカバ　ミノリ")
        #expect(SearchText.parts(of: plain) == ["若葉", "みのり", "ワカバ", "ミノリ"])
        #expect(SearchText.order(of: plain) == ("ワカバ", "ミノリ"))
        #expect(SearchText.foldedWords(of: "DE SOUZA") == ["DESOUZA", "DE", "SOUZA"])
        let unsplit = NameForm(kind: .legal, unsplit: "若葉ミノリ", written: "若葉みのり")
        #expect(SearchText.parts(of: unsplit) == ["若葉ミノリ"])
    }
}

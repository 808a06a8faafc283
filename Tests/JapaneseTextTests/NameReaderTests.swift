import Domain
import JapaneseText
import Testing

@Suite struct NameReaderTests {
    /// As learned from an invented register.
    private static let register: NameDictionary = {
        var dictionary = NameDictionary()
        for (written, kana) in [
            ("髙橋　花子", "タカハシ　ハナコ"), ("東　一郎", "アズマ　イチロウ"), ("東野　圭", "ヒガシノ　ケイ"), ("中島　美咲", "ナカジマ　ミサキ"),
            ("中嶋　翔", "ナカシマ　ショウ"),
            ("佐々木　蓮", "ササキ　レン"), ("中　山美", "ナカ　ヤマミ"), ("中山　美", "ナカヤマ　ミ"), ("林　太一", "ハヤシ　タイチ"),
            // A register without readings teaches its names all the same.
            ("楠　陽菜", ""),
        ] {
            dictionary.add(
                NameReader.read(kind: .legal, written: written, kana: kana, dictionary: NameDictionary()))
        }
        return dictionary
    }()

    private func read(_ written: String, _ kana: String = "", kind: NameForm.Kind = .legal) -> NameForm {
        NameReader.read(kind: kind, written: written, kana: kana, dictionary: Self.register)
    }

    @Test(
        "空白の有無や幅が違っても同じ氏と名になる",
        arguments: [
            "髙橋　花子", "高橋 花子", "髙橋花子", " 髙橋　 花子 ", "高橋\u{A0}花子",
        ])
    func spacesDoNotMatter(written: String) {
        let form = read(written, "ﾀｶﾊｼ ﾊﾅｺ")
        #expect((form.family, form.given, form.unsplit) == ("高橋", "花子", ""))
        #expect((form.familyKana, form.givenKana, form.unsplitKana) == ("タカハシ", "ハナコ", ""))
    }

    @Test func theWrittenFormIsKeptForPeople() {
        let form = read(" 髙橋　花子 ", "たかはし　はなこ")
        #expect(form.written == "髙橋　花子" && form.writtenKana == "たかはし　はなこ")
    }

    @Test(
        "名簿の氏で分ける",
        arguments: [
            ("東野圭", "", "東野", "圭"), ("東一郎", "", "東", "一郎"), ("佐々木蓮", "", "佐佐木", "蓮"),
            ("林太一", "ハヤシタイチ", "林", "太一"),
            ("中島葵", "ナカジマ　アオイ", "中島", "葵"), ("中嶋葵", "ナカシマアオイ", "中島", "葵"), ("中山美", "ナカヤマ　ミ", "中山", "美"),
            ("中山美", "ﾅｶ ﾔﾏﾐ", "中", "山美"),
            ("髙橋さくら", "タカハシ サクラ", "高橋", "サクラ"), ("楠花子", "", "楠", "花子"), ("楠湊", "", "楠", "湊"),
        ])
    func splitsByTheRegister(written: String, kana: String, family: String, given: String) {
        let form = read(written, kana)
        #expect((form.family, form.given, form.unsplit) == (family, given, ""))
    }

    @Test(
        "決められない氏名は分けない",
        arguments: [
            ("東野圭吾介", ""), ("若葉野太郎", ""), ("中山美", ""), ("若葉野太郎", "ワカバノ　タロウ"), ("高橋", ""),
        ])
    func whatTheRegisterDoesNotSayStaysWhole(written: String, kana: String) {
        let form = read(written, kana)
        #expect((form.family, form.given, form.unsplit) == ("", "", written))
    }

    @Test func readingsAreSplitToo() {
        #expect(read("東野　翼", "ヒガシノツバサ").givenKana == "ツバサ")
        let kanaOnly = read("", "ﾀｶﾊｼﾊﾅｺ")
        #expect((kanaOnly.familyKana, kanaOnly.givenKana, kanaOnly.family) == ("タカハシ", "ハナコ", ""))
        #expect(read("", "ワカバノタロウ").unsplitKana == "ワカバノタロウ")
        #expect(read("さくら　ももこ").familyKana == "サクラ")
    }

    @Test(
        "外国人の氏名",
        arguments: [
            ("SMITH John Paul", "SMITH", "JOHN PAUL", ""), ("Ｓｍｉｔｈ　Ｊｏｈｎ", "SMITH", "JOHN", ""),
            ("Smith, John", "SMITH", "JOHN", ""), ("Nguyễn Thị Hoa", "NGUYEN", "THI HOA", ""),
            ("DE LA CRUZ, MARIA", "DE LA CRUZ", "MARIA", ""), ("O’BRIEN SEAN", "OBRIEN", "SEAN", ""),
            ("SMITH-JONES ANNE-MARIE", "SMITH", "JONES ANNE MARIE", ""),
            ("Đặng Thị Ánh", "DANG", "THI ANH", ""), ("GROß Jürgen", "GROSS", "JURGEN", ""),
            ("Sørensen Åse", "SORENSEN", "ASE", ""), ("ÆGIR Łukasz", "AEGIR", "LUKASZ", ""),
            ("D`SOUZA MARIA", "DSOUZA", "MARIA", ""),
            ("SUKARNO", "", "", "SUKARNO"), ("ﾏﾘｱ･ｻﾝﾄｽ", "マリア", "サントス", ""),
            ("サントス　マリア　アナ", "サントス", "マリアアナ", ""),
        ])
    func foreignNames(written: String, family: String, given: String, unsplit: String) {
        let form = read(written, kind: .latin)
        #expect((form.family, form.given, form.unsplit) == (family, given, unsplit))
    }

    @Test(
        "旧氏は氏だけでも氏として読む",
        arguments: [
            ("髙橋", "ﾀｶﾊｼ", "高橋", "", "タカハシ", ""), ("東野", "ﾋｶﾞｼﾉ", "東野", "", "ヒガシノ", ""),
            ("佐々木　蓮", "ササキ　レン", "佐佐木", "蓮", "ササキ", "レン"),
        ])
    func aFormerFamilyNameIsAFamilyName(
        written: String, kana: String, family: String, given: String, familyKana: String, givenKana: String
    ) {
        let form = read(written, kana, kind: .former)
        #expect((form.family, form.given, form.unsplit) == (family, given, ""))
        #expect((form.familyKana, form.givenKana, form.unsplitKana) == (familyKana, givenKana, ""))
    }

    @Test("通称も氏名と同じに読む", arguments: ["木下　花子", "ｷﾉｼﾀ ﾊﾅｺ", "KINOSHITA Hanako"])
    func anAliasIsReadLikeAName(written: String) {
        let form = read(written, kind: .alias)
        #expect(form.kind == .alias && !form.family.isEmpty && !form.given.isEmpty && form.unsplit.isEmpty)
    }

    @Test func aMissingKanjiStays() {
        let form = read("〓橋　花子")
        #expect((form.family, form.given) == ("〓橋", "花子"))
    }

    /// No cut lies behind the longest family name that is known.
    @Test func aTextOfAMebibyteIsRead() {
        let (written, kana) = (String(repeating: "橋", count: 1 << 18), String(repeating: "ﾊ", count: 1 << 18))
        #expect(read(written, kana).unsplit == written)
        #expect(read("", kana).family.isEmpty)
    }

    @Test func nothingGivesNothing() {
        #expect(read("", "") == NameForm(kind: .legal))
        #expect(read("　", " ") == NameForm(kind: .legal))
    }
}

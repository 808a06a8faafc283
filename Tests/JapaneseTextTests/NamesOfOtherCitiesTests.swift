import Domain
import JapaneseText
import Testing

/// Names as departments elsewhere write them.
@Suite struct NamesOfOtherCitiesTests {
    private func read(
        _ written: String, _ given: String? = nil, _ kana: String = "", _ givenKana: String? = nil
    ) -> NameForm {
        NameReader.read(
            kind: .legal, written: written, given: given, kana: kana, givenKana: givenKana,
            dictionary: NameDictionary())
    }

    @Test(
        "氏と名の列が別でも、1つの列でも同じ名になる",
        arguments: [
            ("髙橋", "花子", "たかはし", "はなこ"), (" 高橋 ", "花子　", "ﾀｶﾊｼ", "ﾊﾅｺ"), ("", "高橋　花子", "", "タカハシ ハナコ"),
            ("高橋　花子", "", "タカハシ　ハナコ", ""), ("高橋　花子", "高橋　花子", "タカハシ　ハナコ", "タカハシ　ハナコ"),
            ("高橋", "高橋　花子", "タカハシ", "タカハシ　ハナコ"), ("高橋", "花子ちゃん", "タカハシ", "ハナコ"),
            ("高橋", "花子 様", "タカハシ", "ハナコ"),
        ])
    func familyAndGivenInAColumnEach(family: String, given: String, familyKana: String, givenKana: String) {
        let form = read(family, given, familyKana, givenKana)
        #expect((form.family, form.given, form.unsplit) == ("高橋", "花子", ""))
        #expect((form.familyKana, form.givenKana, form.unsplitKana) == ("タカハシ", "ハナコ", ""))
    }

    @Test func aBlankColumnStaysUnknown() {
        let family = read("高橋", "", "タカハシ", "")
        #expect((family.family, family.given, family.unsplit) == ("高橋", "", ""))
        #expect((family.familyKana, family.givenKana, family.unsplitKana) == ("タカハシ", "", ""))
        let given = read("", "花子", "", "ハナコ")
        #expect((given.family, given.given, given.familyKana, given.givenKana) == ("", "花子", "", "ハナコ"))
    }

    @Test(arguments: [
        ("DELA CRUZ", "Angel Mae", "DELA CRUZ", "ANGEL MAE"), ("王", "浩宇", "王", "浩宇"),
        ("ＳＩＬＶＡ", "José", "SILVA", "JOSE"),
    ])
    func foreignNamesInAColumnEach(family: String, given: String, readFamily: String, readGiven: String) {
        let form = read(family, given)
        #expect((form.family, form.given) == (readFamily, readGiven))
    }

    @Test func aNameInKanaColumnsIsItsOwnReading() {
        let form = read("わかば", "はな")
        #expect((form.familyKana, form.givenKana) == ("ワカバ", "ハナ"))
    }

    @Test(
        "敬称は氏名ではない",
        arguments: [
            "若葉　花様", "若葉　花 様", "若葉　花さん", "若葉　花 さん", "若葉　花ちゃん", "若葉　花くん", "若葉　花 殿", "若葉　花 君",
        ])
    func aFormOfAddressIsNoName(written: String) {
        let form = read(written)
        #expect((form.family, form.given) == ("若葉", "花"))
        #expect(form.written == written)
    }

    @Test(
        "名の一部は敬称とみない",
        arguments: [
            ("王　君", "", "王", "君"), ("鵜殿　花", "", "鵜殿", "花"), ("グエン　チャン", "", "グエン", "チヤン"),
            ("ぐえん　ちゃん", "", "グエン", "チヤン"),
            ("若葉　あさ", "", "若葉", "アサ"),
        ])
    func aPartOfANameIsNoFormOfAddress(written: String, kana: String, family: String, given: String) {
        let form = read(written, nil, kana)
        #expect((form.family, form.given) == (family, given))
    }

    @Test(
        "まだ決まらない名や分からない名は、ないものとみる",
        arguments: [
            "若葉　ベビー", "若葉ベビー", "若葉　べびー", "若葉　未定", "若葉　不明", "若葉　－", "若葉　***", "若葉　新生児", "若葉　第１子",
        ])
    func aNameNotYetGivenIsNone(written: String) {
        let form = read(written)
        #expect((form.family, form.given, form.unsplit) == ("若葉", "", ""))
    }

    @Test(arguments: ["不明", "＊＊＊", "-", "名無し"]) func aNameNobodyKnowsIsNone(written: String) {
        let form = read(written)
        #expect((form.family, form.given, form.unsplit) == ("", "", ""))
        #expect(form.unsplitKana.isEmpty)
        #expect(form.written == written)
    }

    @Test(
        "出せなかった文字は、どの記号でも何か1文字",
        arguments: ["●橋　花子", "■橋　花子", "?橋　花子", "？橋　花子", "□橋　花子", "\u{E001}橋　花子", "〓橋　花子"])
    func aMarkStandsForACharacter(written: String) {
        let form = read(written)
        #expect((form.family, form.given) == ("〓橋", "花子"))
    }
}

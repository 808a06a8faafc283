import Domain
import TestSupport
import Testing

@testable import JapaneseText

@Suite struct BracketedNameTests {
    private func forms(_ written: String, _ kana: String = "") -> [NameForm] {
        BracketedName.forms(kind: .legal, written: written, kana: kana, dictionary: NameDictionary())
    }

    @Test(arguments: [
        ("金　花子（木下　花子）", "", ["legal 金/花子", "alias 木下/花子"]),
        ("金　花子 (木下　花子)", "キン　ハナコ（キノシタ　ハナコ）", ["legal 金/花子 キン/ハナコ", "alias 木下/花子 キノシタ/ハナコ"]),
        ("田中（旧姓：鈴木）　花子", "", ["legal 田中/花子", "former 鈴木/花子"]),
        ("田中（鈴木）　花子", "タナカ　ハナコ", ["legal 田中/花子 タナカ/ハナコ", "former 鈴木/花子"]),
        ("田中　花子（旧姓鈴木）", "", ["legal 田中/花子", "former 鈴木/"]),
        ("金　花子（通称：木下　花子）", "", ["legal 金/花子", "alias 木下/花子"]),
        ("木下　花子（本名　金　花子）", "", ["legal 木下/花子", "legal 金/花子"]),
        ("若葉　はな(ワカバ ハナ)", "", ["legal 若葉/ハナ ワカバ/ハナ"]),
        ("王　芳（WANG FANG）", "", ["legal 王/芳", "latin WANG/FANG"]),
        ("若葉　花", "ワカバ　ハナ", ["legal 若葉/花 ワカバ/ハナ"]),
    ])
    func aSecondNameInBracketsIsAFormOfItsOwn(written: String, kana: String, expected: [String]) {
        let found = forms(written, kana).map { form in
            let reading = form.familyKana + form.givenKana
            return "\(form.kind.rawValue) \(form.family)/\(form.given)"
                + (reading.isEmpty ? "" : " \(form.familyKana)/\(form.givenKana)")
        }
        #expect(found == expected)
    }

    @Test(arguments: ["（花子", "花子）", "（）", "花子（", "（木下　花子）", "金（木（下）花）子", "a(b)c(d)"])
    func bracketsOfAnotherShapeStayPartOfTheName(written: String) {
        #expect(
            forms(written) == [
                NameReader.read(kind: .legal, written: written, kana: "", dictionary: NameDictionary())
            ])
    }

    @Test func anyTextGivesOneNameOrTwo() {
        var random = SeededGenerator(seed: testSeed)
        let letters = ["（", "）", "(", "]", "金", "花", "　", "ワ", "A", "旧姓", "\u{0}", "👪", ""]
        for _ in 0..<caseCount(2_000) {
            let text = (0..<Int.random(in: 0...8, using: &random))
                .map { _ in letters.randomElement(using: &random) ?? "" }.joined()
            #expect((1...2).contains(forms(text).count), "seed \(testSeed)")
        }
    }
}

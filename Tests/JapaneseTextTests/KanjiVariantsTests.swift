import Domain
import Foundation
import TestSupport
import Testing

@testable import JapaneseText

@Suite struct KanjiVariantsTests {
    @Test(
        "異体字は一つの字に畳む",
        arguments: [
            ("髙橋", "高橋"), ("山﨑", "山崎"), ("山嵜", "山崎"), ("渡邊", "渡辺"), ("渡邉", "渡辺"), ("齋藤", "斎藤"), ("齊藤", "斉藤"),
            ("廣澤", "広沢"), ("濱田", "浜田"),
            ("濵田", "浜田"), ("中嶋", "中島"), ("中嶌", "中島"), ("德田", "徳田"), ("栁田", "柳田"), ("廣瀨", "広瀬"), ("眞子", "真子"),
            ("大舘", "大館"), ("槇原", "槙原"),
            ("𠮷野", "吉野"), ("惠子", "恵子"), ("國分", "国分"), ("櫻井", "桜井"), ("龍一", "竜一"), ("冨田", "富田"), ("土圡", "土土"),
            ("㐂一", "喜一"),
            ("葛\u{E0100}城", "葛城"), ("辻\u{E0101}", "辻"), ("神\u{FE00}", "神"), ("\u{FA10}本", "塚本"),
            ("\u{FA19}田", "神田"), ("\u{FA4F}子", "祐子"), ("佐々木", "佐佐木"),
            ("奈々", "奈奈"), ("佐ゝ木", "佐佐木"), ("みすゞ", "みすゞ"), ("か\u{309B}く", "がく"), ("野々村", "野野村"), ("々", "々"),
            ("霞ヶ関", "霞ケ関"),
            ("霞が関", "霞ケ関"), ("霞ガ関", "霞ケ関"),
            ("三ヵ月", "三ケ月"), ("緑が丘", "緑ケ丘"),
            ("ながの", "ながの"), ("田が", "田が"), ("〓橋", "〓橋"), ("\u{E000}田", "\u{E000}田"), ("ＡＢ１２", "AB12"),
            ("ﾀｶｼ", "タカシ"), ("ﾎﾟﾋﾟｰﾀﾞ", "ポピーダ"), ("㈱若葉", "(株)若葉"),
            ("１－２−３‐４―５", "1-2-3-4-5"), ("一〜二", "一~二"), ("一～二", "一~二"), ("⼀郎", "一郎"), ("abc", "abc"),
            ("", ""), ("コーポ", "コーポ"),
        ])
    func foldedForms(written: String, folded: String) {
        // By scalars: `String` takes composed and decomposed kana for equal, linkage does not.
        #expect(Array(KanjiVariants.fold(written).unicodeScalars) == Array(folded.unicodeScalars))
    }

    @Test(
        "別の字は畳まない",
        arguments: [
            ("斎藤", "斉藤"), ("齋藤", "齊藤"), ("凛", "凜"), ("埼", "崎"), ("坂田", "阪田"), ("岩", "巌"), ("庄司", "荘司"),
            ("園田", "薗田"), ("昌", "晶"), ("太", "大"),
        ])
    func differentKanjiStayApart(one: String, other: String) {
        #expect(KanjiVariants.fold(one) != KanjiVariants.fold(other))
    }

    @Test func noKanjiIsInTwoClasses() {
        var seen: Set<Unicode.Scalar> = []
        #expect(KanjiVariantTable.classes.count > 400)
        for kanji in KanjiVariantTable.classes {
            #expect(kanji.unicodeScalars.count > 1)
            for scalar in kanji.unicodeScalars { #expect(seen.insert(scalar).inserted, "\(scalar)") }
        }
    }

    @Test func everyMemberOfAClassFoldsToTheSameKanji() {
        for kanji in KanjiVariantTable.classes {
            #expect(
                Set(kanji.unicodeScalars.map { KanjiVariants.fold(String($0)) }) == [
                    String(kanji.unicodeScalars.prefix(1))
                ])
        }
    }

    @Test func foldingIsIdempotent() {
        var random = SeededGenerator(seed: testSeed)
        let letters =
            Array("髙﨑邊齋齊𠮷々〻ヶがかガ〓ﾀﾞ゛ゝㇰ・＝㈱①ー－〜～ Ａa〇亜\u{FA10}\u{FA11}\u{E0100}\u{FE00}é⼀丘関".unicodeScalars)
        for _ in 0..<caseCount(3000) {
            let text = String(
                String.UnicodeScalarView(
                    (0..<6).map { _ in letters[Int.random(in: 0..<letters.count, using: &random)] }))
            let folded = KanjiVariants.fold(text)
            #expect(KanjiVariants.fold(folded) == folded, "\(text.debugDescription) seed \(testSeed)")
            let comparable = ComparableText.of(text)
            #expect(ComparableText.of(comparable) == comparable, "\(text.debugDescription) seed \(testSeed)")
        }
    }

    /// The fast path must say what NFKC says, but for what folding is there to change.
    @Test func compatibilityIdeographsGoWhereUnicodeSendsThem() {
        for value in UInt32(0xF900)...0xFAD9 {
            guard let scalar = Unicode.Scalar(value), scalar.properties.generalCategory == .otherLetter else {
                continue
            }
            let unified = String(scalar).precomposedStringWithCompatibilityMapping
            #expect(KanjiVariants.fold(String(scalar)) == KanjiVariants.fold(unified))
        }
    }
}

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
            // What only registers hold: 辺 in its many forms, kanji outside the basic plane.
            ("渡𨘢", "渡辺"), ("渡\u{2E7D6}", "渡\u{2E7D6}"), ("斎\u{2A5F3}", "斎\u{2A5F3}"), ("𪗒藤", "斎藤"),
            ("𪗇藤", "𪗇藤"),
            ("仝道", "同道"), ("俢", "修"), ("刘", "劉"),
            ("嚞也", "哲也"), ("咊子", "和子"), ("髙栁", "高柳"), ("埜口", "野口"), ("袮津", "祢津"), ("中邨", "中村"), ("昻", "昂"),
            ("晴\u{E0100}", "晴"), ("〻", "〻"), ("佐〻木", "佐佐木"),
        ])
    func foldedForms(written: String, folded: String) {
        // By scalars: `String` takes composed and decomposed kana for equal, linkage does not.
        #expect(Array(KanjiVariants.fold(written).unicodeScalars) == Array(folded.unicodeScalars))
    }

    @Test(
        "別の字は畳まない",
        arguments: [
            ("斎藤", "斉藤"), ("齋藤", "齊藤"), ("凛", "凜"), ("埼", "崎"), ("坂田", "阪田"), ("岩", "巌"), ("庄司", "荘司"),
            ("園田", "薗田"), ("昌", "晶"), ("太", "大"), ("斎藤", "齊藤"), ("斉藤", "齋藤"), ("尾崎", "尾碕"), ("湧井", "涌井"),
            ("映子", "暎子"), ("傑", "杰"), ("藤", "籐"), ("伊東", "伊藤"), ("奏", "秦"), ("克", "亥"), ("豕", "亥"),
            ("臍", "斉"),
            ("祐", "祏"), ("冷", "泠"), ("睦", "眭"), ("喜", "垚"), ("傅", "伝"), ("范", "範"), ("后", "後"), ("干", "幹"),
            ("余", "餘田"), ("怜", "零"), ("令", "怜"), ("玲", "怜"), ("翔", "祥"), ("優", "悠"), ("裕", "祐"), ("圭", "恵"),
            ("己", "巳"),
            ("土", "士"), ("末", "未"), ("堀", "掘"), ("萩", "荻"), ("祢", "弥"), ("菅", "管"), ("葵", "蔡"), ("陽", "場"),
            ("太田", "大田"), ("川", "河"), ("阿部", "安部"), ("近藤", "今藤"), ("蓮", "連"), ("侑", "有"), ("唯", "惟"),
            ("凌", "陵"), ("养", "養"), ("养", "美"), ("关", "関"), ("关", "笑"), ("暻", "景"), ("澔", "浩"), ("喆", "哲"),
            ("柰", "奈"),
            ("甪", "角"), ("桉", "案"), ("丌", "其"), ("泻", "潟"),
        ])
    func differentKanjiStayApart(one: String, other: String) {
        #expect(KanjiVariants.fold(one) != KanjiVariants.fold(other))
    }

    private static let words = KanjiVariantTable.classes + RegisterVariantTable.words

    @Test func noKanjiIsFoldedToTwo() {
        #expect(KanjiVariantTable.classes.count > 500 && RegisterVariantTable.words.count > 2000)
        var folded: Set<Unicode.Scalar> = []
        var kept: Set<Unicode.Scalar> = []
        for word in Self.words {
            #expect(word.unicodeScalars.count > 1)
            kept.formUnion(word.unicodeScalars.prefix(1))
            for scalar in word.unicodeScalars.dropFirst() {
                #expect(folded.insert(scalar).inserted, "\(scalar)")
            }
        }
        #expect(folded.isDisjoint(with: kept))
    }

    @Test func everyVariantFoldsToItsKanjiAtOnce() {
        for word in Self.words {
            #expect(
                Set(word.unicodeScalars.map { KanjiVariants.fold(String($0)) }) == [
                    String(word.unicodeScalars.prefix(1))
                ])
        }
    }

    /// No name of common kanji may become another by a line of the register's table.
    @Test func theRegisterTableLeavesAloneWhatEverySystemCanHold() throws {
        for word in RegisterVariantTable.words {
            for scalar in word.unicodeScalars.dropFirst() {
                let code = String(scalar).data(using: .japaneseEUC)
                #expect(code?.count != 2, "\(scalar) is in JIS X 0208")
                #expect(scalar.properties.generalCategory == .otherLetter)
                #expect(
                    Array(String(scalar).precomposedStringWithCanonicalMapping.unicodeScalars) == [scalar])
            }
        }
    }

    /// The table's own size keeps a slip of the generator from joining half the dictionary.
    @Test func noKanjiHasMoreVariantsThanTheRichestOfTheMap() {
        for word in Self.words { #expect(word.unicodeScalars.count <= 30, "\(word)") }
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

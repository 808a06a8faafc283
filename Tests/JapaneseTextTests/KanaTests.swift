import Domain
import JapaneseText
import TestSupport
import Testing

@Suite struct KanaTests {
    @Test(
        "読みを比べる形にそろえる",
        arguments: [
            ("ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダタロウ"), ("やまだ　たろう", "ヤマダタロウ"), ("ジュンイチ", "ジユンイチ"), ("ｼﾞﾕﾝｲﾁ", "ジユンイチ"),
            ("ｼﾞｭﾝｲﾁ", "ジユンイチ"), ("みすゞ", "ミスズ"), ("かなこヽ", "カナココ"), ("マリア・サントス", "マリアサントス"),
            ("ﾏﾘｱ･ｻﾝﾄｽ", "マリアサントス"),
            ("ﾊﾟｰｸ", "パーク"), ("コ－タ", "コータ"), ("コ-タ", "コータ"), ("コ―タ", "コータ"), ("ヅラ", "ズラ"), ("チヂミ", "チジミ"),
            ("ﾁﾁﾞﾐ", "チジミ"),
            ("ヲサム", "オサム"), ("ｦｻﾑ", "オサム"), ("ヱイ", "エイ"), ("ヰ", "イ"), ("か\u{3099}く", "ガク"), ("ハ゜ン", "パン"),
            ("ｳﾞｨｸﾄﾘｱ", "ヴイクトリア"),
            ("ゔぃ", "ヴイ"), ("ﾝﾞ", "ン"), ("ＳＭＩＴＨ", "SMITH"), ("smith-jones", "SMITH-JONES"),
            ("ジャン＝ポール", "ジヤンポール"), ("", ""), ("〓ﾀﾛｳ", "〓タロウ"),
            ("ㇰㇱ", "クシ"), ("ー", "ー"),
        ])
    func normalForms(written: String, normal: String) {
        #expect(Array(Kana.normal(written).unicodeScalars) == Array(normal.unicodeScalars))
    }

    @Test(
        "検索用の緩い形",
        arguments: [
            (["コウタ", "コータ", "こおた", "ｺｵﾀ"], "コタ"), (["ケイコ", "ケーコ"], "ケコ"), (["ゆうき", "ユーキ", "ﾕｷ"], "ユキ"),
            (["ハル", "バル", "パル"], "ハル"),
            (["ヴァレリア", "バレリア"], "ハレリア"), (["ミワ", "ミハ"], "ミハ"), (["ジュン", "シュン"], "シユン"), (["ヴイ", "ビ"], "ヒ"),
            (["オオノ", "オーノ", "オノ"], "オノ"),
            (["カオル"], "カオル"), (["アオイ"], "アオイ"), (["ヷレリア", "ヴァレリア"], "ハレリア"), (["ヲサム", "オサム", "ｵｻﾑ"], "オサム"),
        ] as [([String], String)])
    func looseForms(written: [String], loose: String) {
        for text in written { #expect(Kana.loose(text) == loose) }
    }

    @Test func bothFormsAreIdempotent() {
        var random = SeededGenerator(seed: testSeed)
        let letters = Array("ァアィイゥウヴオカガサザチヂッツヅハバパホボポャユヨワヮヲンー・ゝゞヽヾ゛゜ｱｶﾞﾟｰ-－ a漢〓々".unicodeScalars)
        for _ in 0..<caseCount(3000) {
            let text = String(
                String.UnicodeScalarView(
                    (0..<8).map { _ in letters[Int.random(in: 0..<letters.count, using: &random)] }))
            let (normal, loose) = (Kana.normal(text), Kana.loose(text))
            #expect(Kana.normal(normal) == normal && Kana.loose(loose) == loose, "\(text) seed \(testSeed)")
            #expect(Kana.loose(normal) == loose, "\(text) seed \(testSeed)")
        }
    }

    @Test(arguments: [
        ("やまだ", true), ("ﾔﾏﾀﾞ ﾀﾛｳ", true), ("マリア・サントス", true), ("山田", false), ("", false), ("ー", false),
        ("YAMADA", false), ("佐々木", false),
    ])
    func whatIsKana(text: String, isKana: Bool) {
        #expect(Kana.isKana(text) == isKana)
    }
}

@Suite struct OldKanaTests {
    @Test(arguments: [
        ("\u{1B002}", "ア"), ("\u{1B019}", "カ"), ("\u{1B000}", "エ"), ("\u{1B001}", "エ"), ("\u{1B11F}", "ウ"),
        ("\u{1B120}", "イ"), ("\u{1B164}", "イ"), ("\u{1B167}", "ン"),
        ("ハ\u{1B002}", "ハア"), ("\u{1B019}\u{3099}", "ガ"),
    ])
    func oldKanaAreComparedAsTodays(text: String, expected: String) {
        #expect(Kana.normal(text) == expected)
        #expect(Kana.normal(Kana.normal(text)) == expected && Kana.isKana(text))
    }

    /// Every one with one sound in its name becomes one katakana; those with two stay.
    @Test func allOfThemAreReadAsFarAsTheirNamesTell() throws {
        var (read, kept) = (0, 0)
        for value in UInt32(0x1B002)...0x1B11E {
            let text = String(try #require(Unicode.Scalar(value)))
            if Kana.normal(text) == text { kept += 1 } else { read += 1 }
        }
        #expect(read == 274 && kept == 11)
    }
}

import Domain
import TestSupport
import Testing

@testable import Linkage

@Suite struct StringSimilarityTests {
    private func points(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }

    /// Winkler's own examples (1990) and Census tables.
    @Test(arguments: [
        ("MARTHA", "MARHTA", 0.961111), ("DIXON", "DICKSONX", 0.813333), ("DWAYNE", "DUANE", 0.840000),
        ("JONES", "JOHNSON", 0.832381), ("ABCVWXYZ", "CABVWXYZ", 0.958333), ("", "", 1), ("A", "", 0),
        ("A", "A", 1), ("ハルト", "ハルカ", 0.822222),
    ])
    func jaroWinklerAgreesWithPublishedValues(a: String, b: String, expected: Double) {
        let (left, right) = (points(a), points(b))
        #expect(abs(StringSimilarity.jaroWinkler(left.span, right.span) - expected) < 0.000_001)
    }

    @Test(arguments: [
        ("kitten", "sitting", 3), ("saturday", "sunday", 3), ("", "abc", 3), ("abc", "", 3), ("陽翔", "陽斗", 1),
        ("〓翔", "陽翔", 0), ("〓", "陽", 0), ("〓", "陽翔", 1), ("健太郎", "健太", 1), ("太郎", "郎太", 2),
    ])
    func levenshteinAgreesWithTextbookValues(a: String, b: String, expected: Int) {
        let (left, right) = (points(a), points(b))
        #expect(StringSimilarity.levenshtein(left.span, right.span) == expected)
    }

    @Test func bothAgreeWithTheirNaiveTwinsOnRandomTexts() {
        var random = SeededGenerator(seed: testSeed)
        for _ in 0..<caseCount(3000) {
            let (a, b) = (Self.text(&random), Self.text(&random))
            let (left, right) = (points(a), points(b))
            #expect(
                StringSimilarity.jaroWinkler(left.span, right.span) == naiveJaroWinkler(a, b),
                "seed \(testSeed)")
            #expect(
                StringSimilarity.levenshtein(left.span, right.span) == naiveLevenshtein(a, b),
                "seed \(testSeed)")
            #expect(
                StringSimilarity.levenshtein(left.span, right.span)
                    == StringSimilarity.levenshtein(right.span, left.span), "seed \(testSeed)")
        }
    }

    private static func text(_ random: inout SeededGenerator) -> String {
        let length = Int.random(in: 0...12, using: &random)
        return String((0..<length).map { _ in "アイウカ〓".randomElement(using: &random) ?? "ア" })
    }

    @Test(arguments: [
        ("ガ", "カ"), ("ヂ", "チ"), ("ヅ", "ツ"), ("ド", "ト"), ("バ", "ハ"), ("パ", "ハ"), ("ポ", "ホ"), ("ヴ", "ウ"),
        ("ナ", "ナ"),
        ("ッ", "ッ"), ("マ", "マ"),
    ])
    func looseKanaLosesItsVoicing(kana: String, loose: String) {
        #expect(points(kana).map(KeyValues.loose) == points(loose))
        #expect(KeyValues.loose(0x30FC) == nil)
    }
}

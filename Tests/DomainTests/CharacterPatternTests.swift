import Foundation
import TestSupport
import Testing

@testable import Domain

@Suite struct CharacterPatternTests {
    @Test(arguments: [
        ("[0-9]{10}", "0123456789", true), ("[0-9]{10}", "012345678", false),
        ("[0-9]{10}", "01234567890", false),
        ("[0-9]{1,15}", "7", true), ("[0-9]{1,15}", "", false), ("[A-Z]-?[0-9]+", "N-12", true),
        ("[A-Z]-?[0-9]+", "N12", true), ("[A-Z]-?[0-9]+", "n12", false),
        ("0\\d{1,4}-\\d+-\\d{4}", "090-0000-0001", true),
        ("[^0-9]*", "若葉", true), ("[^0-9]*", "若葉1", false), (".{2}", "若葉", true), ("[ァ-ヶー]+", "ワカバ", true),
        ("[ァ-ヶー]+", "わかば", false), ("R\\.[0-9]", "R.6", true), ("R\\.[0-9]", "Rx6", false), ("", "", true),
        ("", "x", false),
        ("^[0-9]$", "1", true), ("[0-9-]+", "1-2", true), ("a{2,}", "aaaa", true), ("a{2,}", "a", false),
    ])
    func aWholeCellFitsOrDoesNot(pattern: String, text: String, fits: Bool) throws {
        #expect(try #require(CharacterPattern(pattern, isWhole: true)).matches(text) == fits)
    }

    @Test(arguments: [
        "(a)", "a|b", "[", "[]", "a{", "a{x}", "a{3,2}", "a{1,2,3}", "*", "a**", "\\w", "\\1", "[z-a]",
        "a{999}", "[\\S]", "]",
    ])
    func whatIsNotReadIsRefused(pattern: String) { #expect(CharacterPattern(pattern) == nil) }

    /// The pattern that makes backtracking readers hang.
    @Test func aTextThatAlmostFitsIsDecidedAtOnce() throws {
        let pattern = try #require(CharacterPattern("a*a*a*a*a*a*a*a*a*a*a*a*b", isWhole: true))
        #expect(!pattern.matches(String(repeating: "a", count: 10_000)))
    }

    /// Any pattern that is read means what ICU says it means.
    @Test func patternsMeanWhatTheyUsuallyMean() throws {
        var random = SeededGenerator(seed: testSeed)
        let pieces = [
            "a", "b", "若", "[ab]", "[^a]", "[a-c若]", ".", "\\d", "\\S", "\\s", "?", "*", "+", "{2}", "{1,3}",
            "{0,2}", "{2,}",
            "^", "$", "-", "1", "{0,70}",
        ]
        let letters = ["a", "b", "c", "若", "葉", "1", "9", "-", " ", "　"]
        var read = 0
        for _ in 0..<caseCount(3_000) {
            let text = (0..<Int.random(in: 1...6, using: &random))
                .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            guard let pattern = CharacterPattern(text) else { continue }
            // ICU takes `a{2}*` for a quantifier of a quantifier, and `a*+` for a possessive one.
            guard let icu = try? NSRegularExpression(pattern: text) else {
                Issue.record("ICU does not read \(text), seed \(testSeed)")
                continue
            }
            read += 1
            let sample = (0..<Int.random(in: 0...7, using: &random))
                .map { _ in letters.randomElement(using: &random) ?? "" }.joined()
            let whole = NSRange(sample.startIndex..., in: sample)
            #expect(
                pattern.matches(sample) == (icu.firstMatch(in: sample, range: whole) != nil),
                "\(text) on \(sample), seed \(testSeed)")
        }
        #expect(read > caseCount(3_000) / 4)
    }
}

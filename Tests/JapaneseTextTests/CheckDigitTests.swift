import Domain
import JapaneseText
import TestSupport
import Testing

@Suite struct CheckDigitTests {
    /// Published example numbers; none is anybody's.
    @Test(
        arguments: [
            ("123456789018", true), ("123456789019", false), ("１２３４５６７８９０１８", true), ("12343", true),
            ("0000012343", true), ("12340", false), ("0", true), ("", nil), ("A-01", nil), ("12-43", nil),
            ("1234567890123456789", nil),
        ] as [(String, Bool?)])
    func theLastDigitChecksTheOthers(number: String, isValid: Bool?) {
        #expect(CheckDigit.isValid(number) == isValid)
    }

    @Test func everyNumberHasExactlyOneCheckDigit() {
        var random = SeededGenerator(seed: testSeed)
        for _ in 0..<caseCount(2_000) {
            let body = UInt64.random(in: 0..<100_000_000_000, using: &random)
            let valid = (UInt64(0)...9).filter { CheckDigit.isValid(body * 10 + $0) }
            #expect(valid.count == 1, "seed \(testSeed): \(body)")
        }
    }
}

@Suite struct IndividualNumberTests {
    /// Published example numbers and forms they are typed in; none is anybody's.
    @Test(arguments: [
        "123456789018", "１２３４５６７８９０１８", "1234-5678-9018", "1234 5678 9018", "１２３４－５６７８－９０１８",
        "1234—5678‑9018",
        "番号 123456789018 です",
        "a123456789018", "0000 1234-5678-9018", "1\n123456789018\n",
    ])
    func aNumberWithItsCheckDigitIsFound(text: String) {
        #expect(IndividualNumber.isContained(in: text))
    }

    @Test(arguments: [
        "", "123456789019", "12345678901", "1234567890182", "0123456789018", "1234-5678-9019",
        "12345-678-9018",
        "1234--5678-9018", "090-1234-5678", "1234-5678-901", "1234/5678/9018", "0000012345", "99999999",
    ])
    func otherDigitsAreLeftAlone(text: String) {
        #expect(!IndividualNumber.isContained(in: text))
    }

    /// Against the rule as the ordinance words it, digit by digit.
    @Test func exactlyOneLastDigitIsValid() {
        var random = SeededGenerator(seed: testSeed)
        for _ in 0..<caseCount(1_000) {
            let body = UInt64.random(in: 0..<100_000_000_000, using: &random)
            let digits = String(repeating: "0", count: 11 - String(body).count) + String(body)
            var sum = 0
            for (index, digit) in digits.reversed().enumerated() {
                let n = index + 1
                sum += (digit.wholeNumberValue ?? 0) * (n <= 6 ? n + 1 : n - 5)
            }
            let expected = sum % 11 <= 1 ? 0 : 11 - sum % 11
            for last in 0...9 {
                let number = digits + String(last)
                #expect(
                    IndividualNumber.isContained(in: number) == (last == expected),
                    "seed \(testSeed): \(number)")
            }
        }
    }
}

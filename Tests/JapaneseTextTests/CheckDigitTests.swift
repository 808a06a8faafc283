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
        "a123456789018", "0000 1234-5678-9018", "1\n123456789018\n", "123,456,789,018", "１２３，４５６，７８９，０１８",
        "123 456 789 018", "No. 5: 123-456-789-018", "1234  5678  9018", "1234 - 5678 - 9018",
        "1234--5678-9018",
        "1234\t5678\t9018", "1234ｰ5678ｰ9018", "1234\u{200B}5678\u{200B}9018", "12345678\u{2060}9018",
        "1234・5678・9018",
        "1234･5678･9018", "1234/5678/9018", "1234.5678.9018", "1234_5678_9018", "1234、5678、9018",
        "12,123,456,789,018",
    ])
    func aNumberWithItsCheckDigitIsFound(text: String) {
        #expect(IndividualNumber.isContained(in: text))
    }

    @Test(arguments: [
        "", "123456789019", "12345678901", "1234567890182", "0123456789018", "1234-5678-9019",
        "12345-678-9018", "090-1234-5678", "1234-5678-901", "0000012345", "99999999", "000000000000",
        // Further apart than one number's groups, on several lines, or with words between.
        "1234      5678      9018", "1234\n5678\n9018", "1234と5678と9018",
        // Sums, lists, and groups of three with separators of several kinds.
        "12,345,678,901", "1,234,567,890", "123,456,789", "123,456,789,018,123", "123,456-789,018",
        // Dates, times and telephone numbers beside each other.
        "2024/04/01 2024/05/02", "2024-04-01 12:34:56", "2024.04.01 1234-5678", "20240401 1234",
        "R6.4.1 2018/05/12",
        "090-1234-5678 / 080-1234-5678", "03-1234-5678、090-1234-5678", "0120-123-456 0120-456-789",
        "090 1234 5678 (母) 03 1234 5678", "100-0001 03-1234-5678", "045-123-4567 045-123-4568",
    ])
    func otherDigitsAreLeftAlone(text: String) {
        #expect(!IndividualNumber.isContained(in: text))
    }

    /// The usual forms of dates and telephone numbers, whatever their digits.
    @Test func datesAndTelephoneNumbersAreNone() {
        var random = SeededGenerator(seed: testSeed)
        func digits(_ count: Int) -> String {
            (0..<count).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
        }
        for _ in 0..<caseCount(1_000) {
            let forms = [
                "0\(digits(2))-\(digits(4))-\(digits(4)) 0\(digits(1))-\(digits(4))-\(digits(4))",
                "0\(digits(9))/0\(digits(10))",
                "0\(digits(3))-\(digits(2))-\(digits(4))、0\(digits(2)) \(digits(3)) \(digits(4))",
                "\(digits(4))/\(digits(2))/\(digits(2)) \(digits(4))-\(digits(2))-\(digits(2)) \(digits(2)):\(digits(2))",
                "〒\(digits(3))-\(digits(4)) 0\(digits(2))-\(digits(3))-\(digits(4))",
            ]
            for form in forms {
                #expect(!IndividualNumber.isContained(in: form), "seed \(testSeed): \(form)")
            }
        }
    }

    @Test(arguments: [
        ("0000012345123456789018", true), ("x12345678\u{200B}9018", true), ("123456789019", false),
        ("12345678901", false),
        ("123456 789018", false), ("00000000000000", false),
    ])
    func oneMayHideInALongerRun(text: String, mayBe: Bool) {
        #expect(IndividualNumber.mayBeHidden(in: text) == mayBe)
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

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
        // Years, though the check digit is right.
        "1963/1964/1965", "1984-1985-1986", "2015/2016/2017年度",
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

/// What a column says about its numbers.
@Suite struct IndividualNumberEvidenceTests {
    private static func checked(_ body: UInt64) -> UInt64 {
        (UInt64(0)...9).map { body * 10 + $0 }.first { CheckDigit.isValid($0) } ?? 0
    }

    /// As a spreadsheet leaves it, or with all its digits.
    private static func number(_ value: UInt64, eaten: Bool = true) -> String {
        eaten ? String(value) : String(repeating: "0", count: 12 - String(value).count) + String(value)
    }

    private func columns(
        _ cells: [String], header: String = "番号"
    ) -> IndividualNumberColumns {
        var evidence = IndividualNumberEvidence()
        for cell in cells { evidence.look(at: ["x", cell], header: ["氏名", header]) }
        return evidence.columns(of: ["氏名", header])
    }

    private func individuals(_ count: Int, _ random: inout SeededGenerator) -> [UInt64] {
        (0..<count).map { _ in Self.checked(UInt64.random(in: 1_000_000...99_999_999_999, using: &random)) }
    }

    @Test func aColumnOfThemAlsoHoldsThoseWhoseZerosASpreadsheetAte() {
        var random = SeededGenerator(seed: testSeed)
        for _ in 0..<caseCount(100) {
            let numbers = individuals(60, &random).map { Self.number($0) }
            let found = columns(numbers)
            for number in numbers where number.count >= 9 {
                #expect(found.firstIndex(in: ["x", number]) == 1, "seed \(testSeed): \(number)")
            }
            // In the other column nothing says so.
            if let short = numbers.first(where: { $0.count == 11 }) {
                #expect(found.firstIndex(in: [short, "x"]) == nil, "seed \(testSeed)")
            }
        }
    }

    /// 住民票コード have eleven digits and the same check digit.
    @Test func aColumnOfElevenDigitsIsLeftAlone() {
        var random = SeededGenerator(seed: testSeed)
        let codes = (0..<200).map { _ in
            String(Self.checked(UInt64.random(in: 1_000_000_000...9_999_999_999, using: &random)))
        }
        let found = columns(codes)
        for code in codes { #expect(found.firstIndex(in: ["x", code]) == nil, "seed \(testSeed): \(code)") }
    }

    @Test func aColumnOfOtherNumbersKeepsThoseThatAreRightByChance() {
        var random = SeededGenerator(seed: testSeed)
        let times = (0..<2_000).map { _ in
            let parts = [
                Int.random(in: 2019...2026, using: &random), Int.random(in: 1...12, using: &random),
                Int.random(in: 1...28, using: &random), Int.random(in: 0...23, using: &random),
                Int.random(in: 0...59, using: &random),
            ]
            return parts.map { ($0 < 10 ? "0" : "") + String($0) }.joined()
        }
        let found = columns(times)
        let byChance = times.filter { IndividualNumber.isContained(in: $0) }
        #expect(!byChance.isEmpty)
        for time in byChance {
            #expect(found.firstIndex(in: ["x", time]) == nil, "seed \(testSeed): \(time)")
        }
        // Where the cell or the header says so, it is one all the same; and in any other column.
        #expect(found.firstIndex(in: ["x", "マイナンバー 123456789018"]) == 1)
        #expect(found.firstIndex(in: ["x", "個人番号：1234-5678-9018"]) == 1)
        #expect(found.firstIndex(in: ["123456789018", "x"]) == 0)
        #expect(columns(times, header: "個人番号").firstIndex(in: ["x", byChance[0]]) == 1)
    }

    /// Numbers of contracts: every eleventh is right, as chance has it.
    private func others(_ count: Int, _ random: inout SeededGenerator) -> [String] {
        (0..<count).map { index in
            let body = UInt64.random(in: 20_000_000_000...99_999_999_999, using: &random)
            let wrong = CheckDigit.isValid(body * 10) ? body * 10 + 1 : body * 10
            return String(index % 11 == 10 ? Self.checked(body) : wrong)
        }
    }

    /// Real ones among others are found by their number or where they stand together, however late they come.
    @Test func numbersOfPersonsAmongOthersPutTheColumnInDoubt() {
        var random = SeededGenerator(seed: testSeed)
        func real(_ count: Int) -> [String] {
            individuals(count, &random).map { Self.number($0, eaten: false) }
        }
        func mixed(_ count: Int, with part: Int) -> [String] {
            (others(count - part, &random) + real(part)).shuffled(using: &random)
        }
        for (cells, isInDoubt) in [
            (others(2_000, &random), false), (mixed(2_000, with: 100), true),
            // So few are within chance, and no number tells them from the others; of more rows the same part is seen.
            (mixed(2_000, with: 25), false), (mixed(2_000, with: 30), true),
            (mixed(10_000, with: 100), true), (others(2_000, &random) + real(368), true),
            (others(5_000, &random) + real(15), true),
            (others(3_000, &random) + real(15) + others(3_000, &random), true),
        ] {
            #expect(
                (columns(cells).firstIndex(in: ["x", "123456789018"]) == 1) == isInDoubt,
                "seed \(testSeed): \(cells.count)")
        }
    }

    /// A batch writes the same time into many rows.
    @Test func theSameNumberInManyRowsIsOneNumber() {
        var random = SeededGenerator(seed: testSeed)
        let batch = [String](repeating: "123456789018", count: 500)
        let found = columns(others(1_000, &random) + batch + others(1_000, &random))
        #expect(found.firstIndex(in: ["x", "123456789018"]) == nil, "seed \(testSeed)")
        #expect(columns([String](repeating: "202604010900", count: 2_000)).others.isEmpty)
    }

    /// Older systems head the resident's own number of ten digits so, whose check digit is made in the same way.
    @Test func aHeaderAloneDoesNotTurnShorterNumbersIntoThem() {
        var random = SeededGenerator(seed: testSeed)
        let residents = (0..<60).map { _ in
            String(Self.checked(UInt64.random(in: 100_000_000...999_999_999, using: &random)))
        }
        let found = columns(residents, header: "個人番号")
        for number in residents { #expect(found.firstIndex(in: ["x", number]) == nil, "seed \(testSeed)") }
        #expect(found.firstIndex(in: ["x", "123456789018"]) == 1)
        // A single whole one tells what the column holds.
        let mixed = columns(residents + ["123456789018"], header: "本人　個人番号")
        for number in residents { #expect(mixed.firstIndex(in: ["x", number]) == 1, "seed \(testSeed)") }
    }

    /// Without any such number a file need not be looked at to its end, since nothing is let through.
    @Test func theLookGoesOnWhileAColumnMayBeTakenForAnother() {
        func isEnough(_ cells: [String], header: String = "番号") -> Bool {
            var evidence = IndividualNumberEvidence()
            for cell in cells { evidence.look(at: [cell], header: [header]) }
            return evidence.isEnough
        }
        let few = [String](repeating: "0123456789", count: IndividualNumberEvidence.enough)
        #expect(isEnough(few) && !isEnough(few.dropLast()))
        #expect(!isEnough(few + ["202604010900"]) && !isEnough(few, header: "個人番号"))
    }

    /// One in twenty may be one of them: what is in doubt is refused.
    @Test func aColumnThatIsInDoubtIsRefusedAsBefore() {
        var random = SeededGenerator(seed: testSeed)
        let others = (0..<45).map { "9" + String(format12: $0) }
        for mixed in [
            others, Array(others.prefix(3)),
            others + individuals(60, &random).map { Self.number($0, eaten: false) },
        ] {
            #expect(columns(mixed).firstIndex(in: ["x", "123456789018"]) == 1, "seed \(testSeed)")
            #expect(columns(mixed).firstIndex(in: ["x", "12345678901"]) == nil)
        }
    }
}

extension String {
    fileprivate init(format12 number: Int) {
        let digits = String(number * 7_919)
        self = String(repeating: "0", count: 11 - digits.count) + digits
    }
}

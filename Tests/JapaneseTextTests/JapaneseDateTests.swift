import Domain
import JapaneseText
import TestSupport
import Testing

@Suite struct JapaneseDateTests {
    private func parse(_ text: String) throws -> JapaneseDate.Parsed {
        JapaneseDate.parse(text, asOf: try #require(Day(2026, 10, 1)))
    }

    @Test(
        "一日まで分かる日付",
        arguments: [
            ("R060401", 2024, 4, 1), ("R6.4.1", 2024, 4, 1), ("r6.4.1", 2024, 4, 1),
            ("R06.04.01", 2024, 4, 1), ("R6/4/1", 2024, 4, 1), ("R6-4-1", 2024, 4, 1),
            ("R.6.4.1", 2024, 4, 1), ("R 6. 4. 1", 2024, 4, 1), ("令和6年4月1日", 2024, 4, 1),
            ("令和６年４月１日", 2024, 4, 1), ("令和 6年 4月 1日", 2024, 4, 1),
            ("令6.4.1", 2024, 4, 1), ("令和元年5月1日", 2019, 5, 1), ("令和六年四月一日", 2024, 4, 1),
            ("平成三十一年四月三十日", 2019, 4, 30), ("㍻30年5月12日", 2018, 5, 12),
            ("5060401", 2024, 4, 1), ("4300512", 2018, 5, 12), ("3640107", 1989, 1, 7),
            ("H31.4.30", 2019, 4, 30), ("R1.5.1", 2019, 5, 1), ("平成31年5月1日", 2019, 5, 1),
            ("平成31年12月1日", 2019, 12, 1), ("令和元年4月30日", 2019, 4, 30), ("昭和64年1月7日", 1989, 1, 7),
            ("平成元年1月8日", 1989, 1, 8), ("明治45.7.30", 1912, 7, 30),
            ("大正15.12.25", 1926, 12, 25), ("T15.12.25", 1926, 12, 25), ("S1.12.25", 1926, 12, 25),
            ("昭和99年4月1日", 2024, 4, 1), ("2024/4/1", 2024, 4, 1), ("2024-04-01", 2024, 4, 1),
            ("2024.4.1", 2024, 4, 1), ("20240401", 2024, 4, 1), ("２０２４／０４／０１", 2024, 4, 1),
            ("2024年4月1日", 2024, 4, 1), ("2024年4月1日(月)", 2024, 4, 1),
            ("2024/04/01 0:00:00", 2024, 4, 1), ("2024-04-01T00:00:00", 2024, 4, 1),
            ("'2024/4/1", 2024, 4, 1), ("２０２４ー４ー１", 2024, 4, 1), ("平成30年5月12日生", 2018, 5, 12),
            ("H30.05.12", 2018, 5, 12), ("令和6年4月1", 2024, 4, 1), ("2024-02-29", 2024, 2, 29),
        ])
    func days(text: String, year: Int, month: Int, day: Int) throws {
        #expect(try parse(text) == .date(.day(#require(Day(year, month, day)))))
    }

    @Test(
        "月までしか分からない日付",
        arguments: [
            ("令和6年4月", 2024, 4), ("R6.4", 2024, 4), ("R0604", 2024, 4), ("2024-04", 2024, 4),
            ("2024/4", 2024, 4), ("202404", 2024, 4), ("2024年4月", 2024, 4),
            ("20240400", 2024, 4), ("20240499", 2024, 4), ("5060400", 2024, 4), ("令和6年4月日不詳", 2024, 4),
            ("令和6年4月不詳", 2024, 4), ("令和6年4月頃", 2024, 4), ("令和6年4月上旬", 2024, 4),
            ("令和6年4月1日頃", 2024, 4), ("推定令和6年4月1日", 2024, 4), ("令和6年4月1日から10日頃までの間", 2024, 4),
            ("平成31年2月29日", 2019, 2),
        ])
    func months(text: String, year: Int, month: Int) throws {
        #expect(try parse(text) == .date(.month(year: year, month: month)))
    }

    @Test(
        "年までしか分からない日付",
        arguments: [
            ("平成30年頃", 2018), ("平成30年", 2018), ("推定昭和50年", 1975), ("令和元年頃", 2019), ("2024", 2024),
            ("2024年", 2024), ("20240000", 2024), ("令和6年月日不詳", 2024), ("H30", 2018),
            ("4300000", 2018),
        ])
    func years(text: String, year: Int) throws {
        #expect(try parse(text) == .date(.year(year)))
    }

    @Test(
        "日付がないことを表す書き方",
        arguments: [
            "", " ", "　", "00000000", "99999999", "0", "0000000", "0000/00/00", "9999-12-31", "99991231",
            "9999/99/99", "年月日不詳", "不詳", "不明", "-", "－", "5000000", "なし", "null",
        ])
    func absences(text: String) throws {
        #expect(try parse(text) == .absent)
    }

    @Test(
        "読めない書き方は推測しない",
        arguments: [
            "45383", "24/4/1", "R6.13.1", "2024-04-31", "20241301", "令和6年度", "R605", "X6.4.1", "2024/4/",
            "2024/", "2024-4-1-1", "6.4.1", "6000401", "R990401", "令和0年4月1日",
            "18670101", "高橋", "20240401x", "2024//1", "令和6年4月31日", "令和6年4月1日不詳", "2024/0/5", "1/4/2024",
        ])
    func unreadables(text: String) throws {
        #expect(try parse(text) == .unreadable)
    }

    @Test(
        "和暦で表す",
        arguments: [
            ("2026-10-01", "令和8年10月1日"), ("2019-05-01", "令和元年5月1日"), ("2019-04-30", "平成31年4月30日"),
            ("1989-01-08", "平成元年1月8日"), ("1989-01-07", "昭和64年1月7日"),
            ("1926-12-25", "昭和元年12月25日"), ("1926-12-24", "大正15年12月24日"), ("1912-07-30", "大正元年7月30日"),
            ("1912-07-29", "明治45年7月29日"), ("1868-01-24", "西暦1868年1月24日"),
        ])
    func warekiForms(iso: String, wareki: String) throws {
        #expect(try #require(Day(iso: iso)).wareki == wareki)
    }

    @Test func everyDaySurvivesEveryNotation() throws {
        let first = try #require(Day(1900, 1, 1)).number
        let last = try #require(Day(2026, 12, 31)).number
        for number in stride(from: first, through: last, by: 3) {
            let day = Day(number: number)
            for text in [
                day.wareki, day.description, "\(day.year)/\(day.month)/\(day.day)",
                day.description.replacing("-", with: ""),
            ] {
                #expect(try parse(text) == .date(.day(day)), "\(text)")
            }
        }
    }

    @Test func noTextIsTooStrange() throws {
        var random = SeededGenerator(seed: testSeed)
        let letters = Array("令和平昭RHS元年月日頃不詳0123456789./-一十〇(:) T'ー〜から".unicodeScalars)
        for _ in 0..<caseCount(3000) {
            let count = Int.random(in: 0...12, using: &random)
            let text = String(
                String.UnicodeScalarView(
                    (0..<count).map { _ in letters[Int.random(in: 0..<letters.count, using: &random)] }))
            if case .date(let date) = try parse(text) {
                #expect(date.range.lowerBound.year >= 1868, "\(text)")
            }
        }
    }
}

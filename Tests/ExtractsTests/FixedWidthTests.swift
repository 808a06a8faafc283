import Domain
import Foundation
import TestSupport
import Testing

@testable import Extracts

/// Where the columns of files without delimiters are found.
@Suite struct FixedWidthTests {
    private static let asOf = Day(number: 20_727)

    /// A column of a made file: its bytes, its values, and whether they stand at its right end.
    struct Made: Sendable {
        let bytes: Int
        var right = false
        var padding = " "
        let values: [String]
    }

    static let names = ["若葉　花", "若葉　空太", "長谷川　海", "森　陽葵", "佐々木　小百合", "東　樹"]
    static let kana = ["ﾜｶﾊﾞ ﾊﾅ", "ﾜｶﾊﾞ ｿﾗﾀ", "ﾊｾｶﾞﾜ ｳﾐ", "ﾓﾘ ﾋﾏﾘ", "ｻｻｷ ｻﾕﾘ", "ｱｽﾞﾏ ｲﾂｷ"]
    static let dates = ["20180512", "20160130", "99999999", "20190908", "20171224", "20150401", "20141130"]
    static let numbers = (1...7).map { "00\($0 * 137_911 % 1_000_000 + 1_000_000)" }.map {
        String($0.suffix(9))
    }
    static let homes = ["若葉台1-2-3", "青葉町2", "西風花町2丁目24番25号402", "森下10-3 ﾊｲﾂ101", "星月1-20-3"]
    static let towns = ["若葉台一丁目１番２号", "青葉町２", "西風花町二丁目２４番２５号", "森下１０－３"]

    private static func records(_ columns: [Made], count: Int = 60) -> [[UInt8]] {
        var random = SeededGenerator(seed: 7)
        return (0..<count).map { _ in
            columns.flatMap { Self.cell($0, $0.values.randomElement(using: &random) ?? "") }
        }
    }

    private static func cell(_ column: Made, _ value: String) -> [UInt8] {
        let bytes = TextEncoding.cp932.encode(value) ?? []
        var padding: [UInt8] = []
        let unit = TextEncoding.cp932.encode(column.padding) ?? [0x20]
        while bytes.count + padding.count + unit.count <= column.bytes { padding += unit }
        while bytes.count + padding.count < column.bytes { padding.append(0x20) }
        return column.right ? padding + bytes : bytes + padding
    }

    private func find(_ lines: [[UInt8]], end: [UInt8] = [0x0D, 0x0A]) throws -> FixedWidthEvidence? {
        let scratch = try ScratchFolder()
        let path = try scratch.write(Array(lines.map { $0 + end }.joined()), to: "a.csv")
        return try FixedWidthEvidence.find(path: path, file: "a.csv", encoding: .cp932, asOf: Self.asOf)
    }

    struct Layout: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let columns: [Made]
        /// Bytes as found; a column with a doubt behind `?`.
        let found: [String]
    }

    @Test(arguments: [
        Layout(
            testDescription: "左詰めの言葉",
            columns: [
                Made(bytes: 30, values: names), Made(bytes: 20, values: kana), Made(bytes: 40, values: towns),
            ],
            found: ["30", "20", "40"]),
        Layout(
            testDescription: "全角の空白で埋めた言葉",
            columns: [
                Made(bytes: 30, padding: "　", values: names), Made(bytes: 40, padding: "　", values: towns),
                Made(bytes: 20, values: kana),
            ], found: ["30", "40", "20"]),
        Layout(
            testDescription: "番号、氏名、生年月日、性別",
            columns: [
                Made(bytes: 9, values: numbers), Made(bytes: 30, values: names),
                Made(bytes: 8, values: dates),
                Made(bytes: 2, values: ["男", "女"]),
            ], found: ["9", "30", "8", "2"]),
        Layout(
            testDescription: "数字の中の日付",
            columns: [
                Made(bytes: 9, values: numbers), Made(bytes: 8, values: dates),
                Made(bytes: 1, values: ["1", "2", "2"]),
                Made(bytes: 30, values: names),
            ], found: ["9?", "8", "1", "30"]),
        Layout(
            testDescription: "元号の数字の日付",
            columns: [
                Made(bytes: 30, values: names),
                Made(bytes: 7, values: ["4280512", "5010908", "4270130", "4291224", "5020401"]),
                Made(bytes: 20, values: kana),
            ], found: ["30", "7", "20"]),
        Layout(
            testDescription: "続いた番号は1つの列で、不確か",
            columns: [
                Made(bytes: 9, values: numbers), Made(bytes: 9, values: numbers.reversed()),
                Made(bytes: 30, values: names),
            ], found: ["18?", "30"]),
        Layout(
            testDescription: "右詰めの数",
            columns: [
                Made(bytes: 8, values: dates), Made(bytes: 4, right: true, values: ["1", "12", "7", "103"]),
                Made(bytes: 5, right: true, values: ["0", "9", "14"]), Made(bytes: 30, values: names),
            ], found: ["8", "4", "5", "30"]),
        Layout(
            testDescription: "めったに書かれない列",
            columns: [
                Made(bytes: 30, values: names),
                Made(bytes: 8, values: ["", "", "", "20180512", "", "", "20190401", ""]),
                Made(bytes: 20, values: kana),
            ], found: ["30", "8", "20"]),
    ])
    func theColumnsOfALayoutAreFound(layout: Layout) throws {
        let evidence = try #require(try find(Self.records(layout.columns)))
        #expect(evidence.columns.map { "\($0.bytes)\($0.doubt == nil ? "" : "?")" } == layout.found)
        #expect(evidence.titleLines == 0 && evidence.length == layout.columns.reduce(0) { $0 + $1.bytes })
        // The same without line ends.
        #expect(try find(Self.records(layout.columns), end: [])?.columns == evidence.columns)
    }

    /// One spelling of two columns whose values leave no gap is one column with a doubt, never a cut through a value.
    @Test func noCutGoesThroughAValue() throws {
        var random = SeededGenerator(seed: testSeed)
        for number in 0..<caseCount(150) {
            let columns = (0..<Int.random(in: 2...8, using: &random)).map { _ in Self.column(&random) }
            let rows = (0..<Int.random(in: 30...120, using: &random)).map { _ in
                columns.map { $0.values.randomElement(using: &random) ?? "" }
            }
            let lines = rows.map { row in zip(columns, row).flatMap { Self.cell($0, $1) } }
            guard let evidence = try find(lines) else { continue }
            #expect(evidence.columns.reduce(0) { $0 + $1.bytes } == evidence.length)
            let cuts = evidence.columns.map(\.start)
            for row in rows {
                var start = 0
                for (column, value) in zip(columns, row) {
                    let length = TextEncoding.cp932.encode(value)?.count ?? 0
                    let first = column.right ? start + column.bytes - length : start
                    let broken = cuts.filter { $0 > first && $0 < first + length }
                    #expect(broken.isEmpty, "種 \(testSeed)、\(number)例目: \(columns.map(\.bytes))、\(cuts)")
                    start += column.bytes
                }
            }
        }
    }

    private static func column(_ random: inout SeededGenerator) -> Made {
        switch Int.random(in: 0..<7, using: &random) {
        case 0: Made(bytes: .random(in: 18...40, using: &random), padding: "　", values: names)
        case 1: Made(bytes: .random(in: 18...30, using: &random), values: kana)
        case 2: Made(bytes: 8, values: dates)
        case 3: Made(bytes: .random(in: 9...12, using: &random), values: numbers)
        case 4:
            Made(bytes: .random(in: 3...9, using: &random), right: true, values: (0...40).map(String.init))
        case 5: Made(bytes: .random(in: 30...40, using: &random), values: homes)
        default: Made(bytes: .random(in: 30...50, using: &random), values: towns)
        }
    }

    @Test func titlesAndALineOfHeadersAreSeen() throws {
        let columns = [
            Made(bytes: 30, values: Self.names), Made(bytes: 8, values: Self.dates),
            Made(bytes: 9, right: true, values: ["7", "12"]),
        ]
        let header = zip(columns, ["氏名", "生月日", "日数"]).flatMap { column, name in
            Self.cell(Made(bytes: column.bytes, values: []), name)
        }
        let title = TextEncoding.cp932.encode("学童名簿") ?? []
        let evidence = try #require(try find([title, header] + Self.records(columns)))
        #expect(evidence.titleLines == 1 && evidence.columns.map(\.bytes) == [30, 8, 9])
    }

    @Test(arguments: [
        "氏名,生年月日\n若葉　花,20180512\n若葉　空,20160130\n若葉　海,20171224\n若葉　陽,20150401\n若葉　森,20140401\n",
        "0000012345\n0000012346\n0000012347\n0000012348\n0000012349\n0000012350\n",
        "これは\n表では\nありません。\n", "",
    ]) func otherFilesHaveNone(text: String) throws {
        #expect(try find([TextEncoding.cp932.encode(text) ?? []], end: []) == nil)
    }

    @Test(arguments: ["\n", "\r", "\r\n"])
    func aSampleOfLineEndsAloneHasNoColumns(end: String) throws {
        let scratch = try ScratchFolder()
        for size in [1, 2, 64, FixedWidthEvidence.sampleSize] {
            let ends = Array(String(repeating: end, count: size / end.utf8.count + 1).utf8)
            let path = try scratch.write(ends + Array("1,2".utf8), to: "a.csv")
            #expect(
                try FixedWidthEvidence.find(
                    path: path, file: "a.csv", encoding: .cp932, asOf: Self.asOf, sampleSize: size) == nil)
        }
    }

    @Test func widthsThatUTF8LostAreSeen() throws {
        let text = Self.names.map {
            $0 + String(repeating: " ", count: 30 - (TextEncoding.cp932.encode($0)?.count ?? 0))
        }
        let scratch = try ScratchFolder()
        let path = try scratch.write(Array((text.joined(separator: "\n") + "\n").utf8), to: "a.csv")
        #expect(try FixedWidthEvidence.hasLostItsWidths(path: path, file: "a.csv"))
        let other = try scratch.write(Array((Self.names.joined(separator: "\n") + "\n").utf8), to: "b.csv")
        #expect(try !FixedWidthEvidence.hasLostItsWidths(path: other, file: "b.csv"))
    }
}

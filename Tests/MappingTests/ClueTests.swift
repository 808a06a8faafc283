import Domain
import Extracts
import TestSupport
import Testing

@testable import Mapping

/// What a rejected row still says, and whether a corrected one is of somebody else.
@Suite struct ClueTests {
    private static let header = ["宛名番号", "氏名", "フリガナ", "生年月日", "値"]
    private static let row = ["0012345", "若葉　花", "ワカバ　ハナ", "2019-05-10", "1"]
    private let text = mappingText(
        head: "numberSpace: 'atena',",
        people:
            "child: { number: '宛名番号', names: [{ written: '氏名', kana: 'フリガナ' }], birth: '生年月日' },",
        columns: "'値': { item: 'F03', kind: 'absent_days', on: '生年月日' },")

    private func mapper() throws -> Mapper {
        try MappingTests.mapper(
            MappingTests.mapping(text), header: Self.header, asOf: #require(Day(iso: "2026-10-01")))
    }

    private func rejection(_ column: String?) -> Rejection {
        Rejection(
            position: RowPosition(source: "sample", file: "f", line: 2, offset: 0), code: "x", column: column,
            message: "", fix: "")
    }

    private func changed(_ cells: [Int: String]) -> [String] {
        Self.row.enumerated().map { cells[$0.offset] ?? $0.element }
    }

    @Test func aRejectedRowSaysWhatItsOtherColumnsSay() throws {
        var mapper = try mapper()
        let number = PersonNumber(space: "atena", number: "12345")
        let birth = Day(iso: "2019-05-10").map(PartialDate.day)
        #expect(mapper.clues(of: Self.row, rejection("値")) == [Clue(number: number, birth: birth)])
        #expect(mapper.clues(of: Self.row, rejection("宛名番号")) == [Clue(birth: birth)])
        #expect(mapper.clues(of: Self.row, rejection("生年月日")) == [Clue(number: number)])
        #expect(mapper.clues(of: changed([3: "2019-13-45"]), rejection("値")) == [Clue(number: number)])
        #expect(mapper.clues(of: changed([0: "", 3: ""]), rejection("値")) == [Clue()])
        #expect(mapper.clues(of: Self.row + ["余り"], rejection(nil)).isEmpty)
    }

    @Test(
        arguments: [
            ([4: "2"], "値", nil), ([0: "12345"], "値", nil), ([0: "0012346"], "値", "宛名番号"),
            // The number was what was wrong.
            ([0: "0012346"], "宛名番号", nil), ([0: ""], "値", "宛名番号"),
            ([1: "青葉　海", 2: "アオバ　ウミ"], "値", nil), ([3: "2019-05-11"], "値", nil),
            ([1: "青葉　海", 2: "アオバ　ウミ", 3: "2019-05-11"], "値", "氏名"),
            ([1: "青葉　海", 2: "アオバ　ウミ", 3: "2019-05-11"], "生年月日", "氏名"),
            // The reading stayed behind: two rows may have been mixed up.
            ([1: "若葉　華", 3: "2019-05-11"], "値", "氏名"), ([2: "アオバ　ウミ", 3: "2019-05-11"], "値", "氏名"),
            // Nothing speaks against it, or the birth is only better known.
            ([2: "", 3: "2019-05-11"], "値", nil),
            ([1: "青葉　海", 2: "アオバ　ウミ", 3: "R1.5.10"], "値", nil),
        ] as [([Int: String], String, String?)])
    func aCorrectedRowOfSomebodyElseIsKnown(cells: [Int: String], faulty: String, expected: String?) throws {
        var mapper = try mapper()
        #expect(
            mapper.otherPerson(in: changed(cells), than: Self.row, rejection(faulty)) == expected, "\(cells)")
    }

    @Test func aNameThatCouldNotBeReadIsNobodyElses() throws {
        var mapper = try mapper()
        let sent = changed([1: "若葉〓　花", 3: "2019-13-45"])
        #expect(
            mapper.otherPerson(
                in: changed([1: "若葉台　花子", 2: "ワカバダイ　ハナコ"]), than: sent, rejection("生年月日")) == nil)
    }
}

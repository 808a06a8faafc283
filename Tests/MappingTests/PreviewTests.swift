import Domain
import Foundation
import TestSupport
import Testing

@testable import Mapping

/// What `renkei mapping preview` tells of a file.
@Suite struct PreviewTests {
    private static let csv = """
        宛名番号,氏名,カナ,生年月日,性別,支給区分,認定日,備考
        0012345,若葉　花,ﾜｶﾊﾞ ﾊﾅ,H30.5.12,2,全部支給,R6.4.1,
        0012346,若葉　空,ﾜｶﾊﾞ ｿﾗ,H28.5.12,1,一部支給,,電話あり
        0012347,若葉　海,ﾜｶﾊﾞ ｳﾐ,昨日,1,一部支給,R6.4.1,
        0012345,若葉　花,ﾜｶﾊﾞ ﾊﾅ,H30.5.12,2,全部支給,R6.4.1,
        """

    private func preview(masked: Bool, rows: Int = 10) throws -> MappingPreview {
        let mapping = try mapping(
            mappingText(
                people: """
                    child: { number: '宛名番号', names: [{ written: '氏名', kana: 'カナ' }], birth: '生年月日', sex: '性別' },
                    """,
                columns: """
                    '支給区分': { item: 'C02', kind: 'status', on: '認定日' }, '認定日': { usedFor: '支給区分の日付' },
                    '備考': { drop: '使いません。' },
                    """))
        return try preview(Self.csv + "\n", mapping, masked: masked, rows: rows)
    }

    private func preview(_ csv: String, _ mapping: ExtractMapping, masked: Bool, rows: Int = 10) throws
        -> MappingPreview
    {
        let scratch = try ScratchFolder()
        let path = try scratch.write(Array(csv.utf8), to: "x.csv")
        return try MappingPreview.read(
            path: path, file: "x_20261001.csv", mapping: mapping, catalogue: catalogue, asOf: Shipped.asOf,
            shownRows: rows, isMasked: masked)
    }

    /// What `otherwise` takes is on no list, and may be anybody's words.
    @Test func maskedItShowsOnlyTheCodesThatTheMappingLists() throws {
        let mapping = try mapping(
            mappingText(
                columns: "'事由': { item: 'A04', kind: 'move', codes: { '01': '転入' }, otherwise: 'その他' }"))
        let rows = try preview("氏名,事由\n若葉　花,01\n若葉　空,若葉方へ\n", mapping, masked: true).rows
        #expect(rows.map { $0.columns[1].raw } == ["01", "漢漢漢あ"])
        #expect(rows.map { $0.columns[1].read } == [["A04 move = 転入（日付なし）"], ["A04 move = その他（日付なし）"]])
    }

    /// As a night does, by what the column holds to its end.
    @Test func otherNumbersThatLookLikeA個人番号ByChanceAreAccepted() throws {
        let mapping = try mapping(mappingText(columns: "'受付番号': { drop: '使いません。' }"))
        let others = (0..<2_100).map { 202_604_010_000 + $0 * 7_919 }.map(String.init)
        func refused(_ numbers: [String]) throws -> Int {
            let rows = numbers.enumerated().map { "若葉　\($0.offset),\($0.element)\n" }.joined()
            return try preview("氏名,受付番号\n" + rows, mapping, masked: true).ledger.rejected
        }
        #expect(try refused(others + ["123456789018"]) == 0)
        // Behind thousands of others.
        let real = [
            "123456789018", "234567890121", "345678901234", "456789012346", "567890123457", "678901234562",
            "789012345677", "890123456780", "901234567893", "012345678903", "112233445560", "223344556678",
            "334455667785", "445566778892", "556677889908", "667788990019", "778899001126", "889900112235",
        ]
        #expect(try refused(others + real) >= real.count)
    }

    @Test func aNumberOfTooManyDigitsIsNone() throws {
        let mapping = try mapping(mappingText(columns: "'a': { item: 'F03', kind: 'absent_days' }"))
        let csv = "氏名,a\n若葉　花,12345678901234567890\n若葉　空,999999999999999\n若葉　海,1.5\n"
        let shown = try preview(csv, mapping, masked: false)
        #expect(shown.ledger.rejected == 1 && shown.reasons.map(\.example.code) == ["number.unreadable"])
        #expect(
            shown.rows.flatMap { $0.columns[1].read } == [
                "F03 absent_days = 999999999999999日（日付なし）", "F03 absent_days = 1.5日（日付なし）",
            ])
    }

    @Test func eachColumnStandsBesideWhatItIsReadAs() throws {
        let row = try preview(masked: false).rows[0]
        #expect(row.line == 2 && row.outcome == "受け付け")
        #expect(
            row.columns.map { "\($0.header)|\($0.raw)|\($0.read.joined(separator: "、"))" } == [
                "宛名番号|0012345|番号 12345", "氏名|若葉　花|氏名 若葉 花", "カナ|ﾜｶﾊﾞ ﾊﾅ|氏名のかな ワカバ ハナ",
                "生年月日|H30.5.12|生年月日 2018-05-12", "性別|2|性別 女", "支給区分|全部支給|C02 status = 全部支給（2024-04-01）",
                "認定日|R6.4.1|日付や条件に使います", "備考||受け取りません",
            ])
    }

    @Test func maskedItTellsNobodysValue() throws {
        let told = try preview(masked: true).rows.flatMap(\.columns).flatMap { [$0.raw] + $0.read }.joined(
            separator: " ")
        for value in ["若葉", "花", "ﾜｶﾊﾞ", "ワカバ", "12345", "30.5", "2018", "昨日", "電話あり"] {
            #expect(!told.contains(value), "\(value)")
        }
        #expect(told.contains("C02 status = 全部支給（9999-99-99）"))
    }

    @Test func everyRowIsCountedAndEveryRefusalHasItsReason() throws {
        let preview = try preview(masked: true, rows: 1)
        #expect(preview.ledger.accepted == 2 && preview.ledger.rejected == 1 && preview.ledger.duplicate == 1)
        #expect(
            preview.reasons.map { "\($0.example.code) \($0.example.column ?? "") \($0.count)" } == [
                "date.unreadable 生年月日 1"
            ])
        #expect(preview.people == [.child: 2])
        #expect(preview.facts.map { "\($0.item) \($0.kind) \($0.count) \($0.undated)" } == ["C02 status 2 1"])
        // One row as asked, and the first refused one however far down.
        #expect(preview.rows.map(\.line) == [2, 4])
        #expect(preview.rows[1].findings.map(\.code) == ["date.unreadable"])
    }
}

import Domain
import Extracts
import JapaneseText
import TestSupport
import Testing

@testable import Mapping

/// Which columns a file may have.
@Suite struct MapperColumnTests {
    private let asOf = Day(number: 20_727)

    /// Header of the file, and what its refusal speaks of.
    @Test(arguments: [
        (["氏名", "a"], ["「b」がありません"]), (["氏名", "a", "ｂ"], ["「b」がありません", "「ｂ」は対応付けにありません"]),
        (["氏名", "a", "b", "本籍"], ["「本籍」は対応付けにありません"]), (["氏名", "a", "b", "a"], ["「a」が2つ"]),
        (["氏名", "a", "b", "B列"], ["列「b」と列「B列」は、どちらも「b」に当たります"]),
        (["若葉　花", "1", "2"], ["見出しの行が見つかりません"]), ([], ["見出しの行が見つかりません"]),
    ])
    func aFileWithOtherColumnsIsRefused(header: [String], parts: [String]) throws {
        let mapping = try mapping(
            mappingText(head: "synonyms: { b: ['B列'] },", columns: "'a': { drop: '不要' }, 'b': { drop: '不要' }")
        )
        let fault = try #require(throws: Fault.self) { try mapper(mapping, header: header, asOf: asOf) }
        #expect(fault.kind == .gate && fault.code == "mapping.columns")
        for part in parts { #expect(fault.message.contains(part), "\(fault)") }
        #expect(!fault.description.contains("若葉"))
    }

    @Test func columnsMayStandInAnyOrderAndHaveBlanksAround() throws {
        let mapping = try mapping(mappingText(columns: "'a': { item: 'F03', kind: 'absent_days' }"))
        var mapper = try mapper(mapping, header: ["a ", "　氏名"], asOf: asOf)
        #expect(told(mapper.map(row(["3", "若葉"]))) == "child legal:若葉/ | F03.absent_days=3.0")
    }

    @Test(arguments: [
        ["宛名番号", "欠席4月", "欠席5月"], ["住民コード", "４月欠席", "5月欠席"], [" 個人コード", "4月欠席", "欠席5月"],
    ])
    func aColumnIsKnownByAnyOfItsSpellings(header: [String]) throws {
        let head = "synonyms: { '宛名番号': ['住民コード', '個人コード'], '{月}月欠席': ['欠席{月}月'] },"
        let mapping = try mapping(
            mappingText(
                head: head, people: "child: { number: '宛名番号' },",
                columns: "'{月}月欠席': { item: 'F03', kind: 'absent_days' }"))
        var mapper = try mapper(mapping, header: header, asOf: asOf)
        #expect(
            told(mapper.map(row(["012", "1", "2"])))
                == "child  | #sample/12 | F03.absent_days=1.0@2026-4 | F03.absent_days=2.0@2026-5")
    }

    @Test func oneMonthInTwoColumnsIsRefused() throws {
        let mapping = try mapping(
            mappingText(
                head: "synonyms: { '{月}月欠席': ['欠席{月}月'] },",
                columns: "'{月}月欠席': { item: 'F03', kind: 'absent_days' }"))
        let fault = try #require(throws: Fault.self) {
            try mapper(mapping, header: ["氏名", "4月欠席", "欠席4月"], asOf: asOf)
        }
        #expect(fault.message.contains("列「4月欠席」と列「欠席4月」"))
    }
}

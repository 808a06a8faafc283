import Domain
import Foundation
import TestSupport
import Testing

@testable import Linkage

@Suite struct SuspectKeyTests {
    /// Two thousand records of four hundred telephones, surnames as skewed as surnames are, and two sexes.
    private static func table(junk: [String: Int]) -> RecordTable {
        var random = SeededGenerator(seed: testSeed)
        var table = RecordTable(columnNames: ["phone", "surname", "sex"])
        var wrong = junk.sorted { $0.key < $1.key }.flatMap { Array(repeating: $0.key, count: $0.value) }
        for record in 0..<2_000 {
            let rank = Int(exp2(Double.random(in: 0..<8.5, using: &random)))
            let phone = wrong.popLast() ?? "09\(record % 400 + 100)"
            let cells = [phone, "name\(rank)", record % 2 == 0 ? "m" : "f"]
            table.append(dataset: 0) { ArraySlice(cells[$0].utf8) }
        }
        return table
    }

    private static func rules(lists: [String: String] = [:]) throws -> [TableModel.Rule] {
        [
            try TableModel.Rule("l.phone = r.phone AND l.sex = r.sex", lists: lists),
            try TableModel.Rule("l.surname = r.surname"),
        ]
    }

    @Test func aTextThatStandsOutFromAllOthersIsTold() throws {
        #expect(try SuspectKey.find(Self.rules(), in: Self.table(junk: [:])).isEmpty, "seed \(testSeed)")
        let found = try SuspectKey.find(
            Self.rules(), in: Self.table(junk: ["0312345678": 150, "0498765432": 120]))
        #expect(found.map(\.column) == ["phone", "phone"] && found.map(\.records) == [150, 120])
        #expect(found.allSatisfy { $0.reason == .farMore } && abs(found[0].share - 0.075) < 1e-9)
    }

    @Test func ofACellWithSeveralValuesEachIsCounted() throws {
        let junk = ["0312345678;1": 100, "2;0312345678": 60]
        let found = try SuspectKey.find(Self.rules(lists: ["phone": ";"]), in: Self.table(junk: junk))
        #expect(found.map(\.records).first == 160)
    }

    @Test(arguments: [
        "不明", "0000", "000-0000-0000", "1900-01-01", "1900/01/01", "Unknown", "N/A", "9999-12-31",
    ])
    func wordsForNothingArePlaceholders(text: String) { #expect(SuspectKey.isPlaceholder(text)) }

    @Test(arguments: ["佐藤", "0312345678", "2020-01-01", "11", "1", "m", "111a", ""])
    func whatIsSomethingIsNone(text: String) { #expect(!SuspectKey.isPlaceholder(text)) }

    @Test func noTextIsEverTold() throws {
        let found = try SuspectKey.find(Self.rules(), in: Self.table(junk: ["不明": 90]))
        #expect(!found.isEmpty && !"\(found)".contains("不明"))
    }

    @Test func emptyColumnsAndOneTextEverywhereAreNoMistake() throws {
        var table = RecordTable(columnNames: ["phone", "surname", "sex"])
        #expect(try SuspectKey.find(Self.rules(), in: table).isEmpty)
        for _ in 0..<50 { table.append(dataset: 0) { _ in [] } }
        #expect(try SuspectKey.find(Self.rules(), in: table).isEmpty)
        for _ in 0..<50 { table.append(dataset: 0) { _ in ArraySlice("anna".utf8) } }
        #expect(try SuspectKey.find(Self.rules(), in: table).isEmpty)
        for _ in 0..<50 { table.append(dataset: 0) { _ in ArraySlice("不明".utf8) } }
        #expect(
            try SuspectKey.find(Self.rules(), in: table).map(\.reason) == [
                .placeholder, .placeholder, .placeholder,
            ])
    }
}

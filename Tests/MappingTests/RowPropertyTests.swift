import Domain
import TestSupport
import Testing

@testable import Mapping

@Suite struct RowPropertyTests {
    private static let cells = [
        "", "　", "0", "1", "02", "03", "99999999", "R6.4.1", "4300512", "2024/4/1", "令和元年", "平成30年5月",
        "年月日不詳",
        "若葉　花", "ﾜｶﾊﾞ ﾊﾅ", "合計", "虐待", "受給中", "🍃", "〓", "\u{0}", "\"", "e\u{301}", "123456789018", "-1",
        "1e400",
        "７歳", "999999999999999999999", "受診", "要保護", "男", "9", "10月", "\u{FEFF}", "𠮷野", "\r\n",
    ]

    /// Every row of any extract has one fate, and the same rows the same fates on another day's mapper.
    @Test func theLedgerAddsUpForAnyRows() throws {
        var random = SeededGenerator(seed: testSeed)
        let set = try MappingSet.load(folder: mappingsFolder, catalogue: catalogue)
        for mapping in set.all {
            let header = mapping.headers.map { $0.replacing("{月}", with: "9") }
            var first = try mapper(mapping, header: header, asOf: Day(number: 20_727))
            var second = first
            var ledger = RowLedger()
            let count = caseCount(300)
            for line in 0..<count {
                let width =
                    Int.random(in: 0..<10, using: &random) == 0
                    ? Int.random(in: 0...30, using: &random) : header.count
                let fields = (0..<width).map { _ in Self.cells.randomElement(using: &random) ?? "" }
                let outcome = first.map(row(fields, line: line))
                switch outcome {
                case .accepted(let records, _):
                    ledger.accepted += 1
                    #expect(!records.isEmpty && Set(records.map(\.subject)).count == records.count)
                    #expect(
                        records.flatMap(\.facts).allSatisfy { mapping.items.contains($0.item) && isSound($0) }
                    )
                    #expect(
                        records.allSatisfy { !$0.identifiers.names.isEmpty || $0.identifiers.number != nil })
                    #expect(width == header.count)
                case .rejected(let rejection):
                    ledger.rejected += 1
                    #expect(rejection.column.map(header.contains) ?? true)
                case .duplicate(let line):
                    ledger.duplicate += 1
                    #expect(line < ledger.rows + ledger.outside)
                case .outside: ledger.outside += 1
                case .superseded: ledger.superseded += 1
                }
                #expect(second.map(row(fields, line: line)) == outcome, "seed \(testSeed)")
            }
            #expect(ledger.rows + ledger.outside == count && ledger.rejected > 0, "seed \(testSeed)")
        }
    }

    /// A word of the catalogue, a finite number or a day, as the kind says.
    private func isSound(_ fact: Fact) -> Bool {
        guard let kind = catalogue[fact.item]?.kind(fact.kind) else { return false }
        switch (fact.value, kind.type) {
        case (.code(let word), .code): return kind.codes?.contains(word) == true
        case (.number(let number), .number): return number.isFinite
        case (.day, .day): return true
        default: return false
        }
    }

    @Test func digestsTellApartRowsThatDifferOnlyInWhereFieldsEnd() {
        let rows = [
            ["ab", "c"], ["a", "bc"], ["abc"], ["abc", ""], ["", "abc"], ["ab", "", "c"], [], [""], ["", ""],
        ]
        #expect(Set(rows.map(RowDigest.init)).count == rows.count)
        #expect(RowDigest(["若葉", "1"]) == RowDigest(["若葉", "1"]))
    }

    @Test func digestsOfManyNearRowsAreAllDifferent() {
        var seen: Set<RowDigest> = []
        for number in 0..<caseCount(20_000) {
            seen.insert(RowDigest(["0000\(number)", "若葉", String(number % 7)]))
        }
        #expect(seen.count == caseCount(20_000))
    }
}

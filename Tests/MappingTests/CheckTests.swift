import Domain
import TestSupport
import Testing

@testable import Mapping

/// What a mapping's `checks`, record key and deletion mark do with rows.
@Suite struct CheckTests {
    private static let asOf = Day(number: 20_727)

    /// The check of column a, cells of a and b, and what becomes of the row: accepted, or the code.
    @Test(arguments: [
        ("required: true", ["", ""], "× cell.blank a"),
        ("required: true", ["99999999", ""], "× cell.blank a"),
        ("required: true", ["x", ""], ""),
        ("number: { min: 0, max: 30 }", ["30", ""], ""),
        ("number: { min: 0, max: 30 }", ["３１", ""], "× cell.range a"),
        ("number: { min: 0 }", ["-1", ""], "× cell.range a"), ("number: { max: 5 }", ["", ""], ""),
        ("number: { max: 5 }", ["多い", ""], "× number.unreadable a"),
        ("number: { max: 5 }", ["5²", ""], "× number.unreadable a"),
        ("number: { max: 5 }", ["999999", ""], "× cell.range a"),
        ("required: true, number: { min: 0 }", ["999999", ""], ""),
        ("pattern: '[0-9]{3}'", ["12①", ""], "× cell.pattern a"),
        ("date: { from: '2000-01-01', to: 'extract' }", ["2026-10-01", ""], ""),
        ("date: { from: '2000-01-01', to: 'extract' }", ["2026-10-02", ""], "× cell.date-range a"),
        ("date: { from: '2000-01-01', to: 'extract' }", ["H11.12.31", ""], "× cell.date-range a"),
        // The month may hold days on either side.
        ("date: { to: 'extract' }", ["2026-10", ""], ""),
        ("date: { to: 'extract' }", ["2026-11", ""], "× cell.date-range a"),
        ("date: { to: 'extract' }", ["99999999", ""], ""),
        ("date: { to: 'extract' }", ["いつか", ""], "× date.unreadable a"),
        ("pattern: '[0-9]{10}'", ["０１２３４５６７８９", ""], ""),
        ("pattern: '[0-9]{10}'", ["123", ""], "× cell.pattern a"),
        ("pattern: '[0-9]{10}'", ["", ""], ""),
        ("oneOf: ['1', 'ア']", ["ｱ", ""], ""), ("oneOf: ['1', 'ア']", ["2", ""], "× cell.list a"),
        ("notBefore: 'b'", ["2026-04-02", "R8.4.1"], ""),
        ("notBefore: 'b'", ["R8.4.1", "2026-04-02"], "× cell.order a"),
        ("notBefore: 'b'", ["2026-04", "2026-04-30"], ""), ("notBefore: 'b'", ["2026-04-01", ""], ""),
        ("checkDigit: true", ["1234567892", ""], ""), ("checkDigit: true", ["１２３４５６７８９２", ""], ""),
        ("checkDigit: true", ["1234567893", ""], "\n! cell.check-digit a"),
        ("checkDigit: true, onError: 'reject'", ["A12", ""], "\n! cell.check-digit a"),
        ("checkDigit: true", ["", ""], ""),
        ("in: 'jumin'", ["0012", ""], ""), ("in: 'jumin'", ["13", ""], "× reference.unknown a"),
        ("in: 'jumin'", ["", ""], ""),
        ("in: 'shien'", ["13", ""], ""),
        ("required: true, oneOf: ['1']", ["2", ""], "× cell.list a"),
        ("oneOf: ['1'], onError: 'warn'", ["2", ""], "\n! cell.list a"),
        ("oneOf: ['1'], pattern: '[0-9]', onError: 'warn'", ["x", ""], "\n! cell.pattern a\n! cell.list a"),
    ])
    func aRowThatDoesNotPassIsRejectedOrAcceptedWithAWarning(
        check: String, cells: [String], expected: String
    ) throws {
        let mapping = try mapping(
            mappingText(
                head: "checks: { a: { \(check) } },",
                columns: "'a': { drop: '点検だけ' }, 'b': { drop: '点検だけ' }"))
        var mapper = try mapper(
            mapping, header: ["氏名", "a", "b"], asOf: Self.asOf, references: ["jumin": ["12"]])
        let accepted = "child legal:若葉/"
        #expect(
            told(mapper.map(row(["若葉"] + cells)))
                == (expected.hasPrefix("×") ? expected : accepted + expected))
    }

    @Test func eachMonthsColumnIsChecked() throws {
        let mapping = try mapping(
            mappingText(
                head: "checks: { '{月}月欠席': { number: { max: 31 } } },",
                columns: "'{月}月欠席': { item: 'F03', kind: 'absent_days' }"))
        var mapper = try mapper(mapping, header: ["氏名", "4月欠席", "5月欠席"], asOf: Self.asOf)
        #expect(told(mapper.map(row(["若葉", "1", "32"]))) == "× cell.range 5月欠席")
    }

    @Test(arguments: [("12日", ""), ("１２ 日", ""), ("32日", "× cell.range a"), ("12回", "× number.unreadable a")])
    func aCheckReadsANumberAsItsFactDoes(cell: String, expected: String) throws {
        let mapping = try mapping(
            mappingText(
                head: "checks: { a: { required: true, number: { max: 31 } } },",
                columns: "'a': { item: 'F03', kind: 'absent_days' }"))
        var mapper = try mapper(mapping, header: ["氏名", "a"], asOf: Self.asOf)
        #expect(
            told(mapper.map(row(["若葉", cell])))
                == (expected.isEmpty ? "child legal:若葉/ | F03.absent_days=12.0" : expected))
    }

    @Test func aNumberOfNinesIsNoBlankInAColumnOfNumbers() throws {
        let mapping = try mapping(
            mappingText(
                head: "checks: { a: { required: true } },",
                columns: "'a': { item: 'F03', kind: 'absent_days' }"))
        var mapper = try mapper(mapping, header: ["氏名", "a"], asOf: Self.asOf)
        #expect(told(mapper.map(row(["若葉", "999999"]))) == "child legal:若葉/ | F03.absent_days=999999.0")
        #expect(told(mapper.map(row(["若葉", " "]))) == "× cell.blank a")
    }

    @Test func aPartOfAKeyThatIsAllZerosIsAPart() throws {
        let mapping = try mapping(
            mappingText(
                head: "key: ['n', 'k'],", people: "child: { number: ['n', 'k'] },",
                columns: "'a': { drop: '不要' }"))
        var mapper = try mapper(mapping, header: ["n", "k", "a"], asOf: Self.asOf)
        func fate(_ fields: [String], _ line: Int) -> String { told(mapper.map(row(fields, line: line))) }
        #expect(fate(["0012", "00", "x"], 2) == "child  | #sample/12-0")
        #expect(fate(["12", "", "x"], 3) == "× person.unidentified -")
        #expect(fate(["12", "０", "y"], 4) == "× key.twice n")
        #expect(fate(["12①", "1", "x"], 5) == "child  | #sample/12①-1")
        #expect(fate(["121", "1", "x"], 6) == "child  | #sample/121-1")
        #expect(fate(["１２ｶﾞ", "1", "x"], 7) == "child  | #sample/12ガ-1")
    }

    @Test func aNumberInOneColumnThatIsAllZerosIsNone() throws {
        let mapping = try mapping(mappingText(head: "key: 'n',", people: "child: { number: 'n' },"))
        var mapper = try mapper(mapping, header: ["n"], asOf: Self.asOf)
        #expect(told(mapper.map(row(["0000"]))) == "× key.blank n")
    }

    @Test func aSpreadsheetsDayNumberIsADateOnlyWhereTheMappingSaysSo() throws {
        let columns = "'a': { item: 'C01', kind: 'status', on: 'b' }, 'b': { usedFor: '日付' }"
        let people = "child: { names: [{ written: '氏名' }], birth: '生' },"
        func fate(_ head: String, _ fields: [String]) throws -> String {
            let mapping = try mapping(mappingText(head: head, people: people, columns: columns))
            var mapper = try mapper(mapping, header: ["氏名", "生", "a", "b"], asOf: Self.asOf)
            return told(mapper.map(row(fields)))
        }
        let both = ["若葉", "43222", "差止", "45383"]
        #expect(try fate("", both) == "× date.unreadable 生")
        #expect(try fate("serialDates: '生',", both) == "× date.unreadable b")
        #expect(
            try fate("serialDates: ['生', 'b'],", both)
                == "child legal:若葉/ | *2018-05-02 | C01.status=差止@2024-04-01")
        // The same cell in two columns is read in each column's own way.
        #expect(try fate("serialDates: '生',", ["若葉", "43222", "差止", "43222"]) == "× date.unreadable b")
        #expect(
            try fate(
                "serialDates: 'b', checks: { b: { date: { to: 'extract' } } },", ["若葉", "", "差止", "46500"])
                == "× cell.date-range b")
    }

    @Test func aWarningNamesThePlaceAndNeverTheValue() throws {
        let mapping = try mapping(
            mappingText(
                head: "checks: { a: { oneOf: ['1'], onError: 'warn' } },", columns: "'a': { drop: '点検だけ' }"))
        var mapper = try mapper(mapping, header: ["氏名", "a"], asOf: Self.asOf)
        guard case .accepted(_, let warnings) = mapper.map(row(["若葉", "ひみつ"], line: 7)) else {
            Issue.record("rejected")
            return
        }
        #expect(warnings.map(\.position.line) == [7])
        #expect(!"\(warnings)".contains("ひみつ"))
    }

    @Test func aRecordComesOnceInAFullFile() throws {
        let mapping = try mapping(
            mappingText(
                head: "key: ['n', 'k'],", people: "child: { number: 'n' },",
                columns: "'k': { drop: '見分け' }, 'a': { drop: '不要' }"))
        var mapper = try mapper(mapping, header: ["n", "k", "a"], asOf: Self.asOf)
        func fate(_ fields: [String], _ line: Int) -> String { told(mapper.map(row(fields, line: line))) }
        #expect(fate(["1", "01", "x"], 2) == "child  | #sample/1")
        #expect(fate(["1", "02", "x"], 3) == "child  | #sample/1")
        // Written otherwise, and the same record.
        #expect(fate(["001", "１", "y"], 4) == "× key.twice n")
        #expect(fate(["1", "01", "x"], 5) == "= 2")
        #expect(fate(["", "", "x"], 6) == "× key.blank n")
        // A rejected row holds no key.
        #expect(fate(["2", "01"], 7) == "× row.columns -")
        #expect(fate(["2", "01", "x"], 8) == "child  | #sample/2")
    }

    // MARK: Deltas

    private static let delta = mappingText(
        head: "load: 'delta', key: 'n', deleted: { column: 'd', codes: ['削除', 'Ｄ'] },",
        people: "child: { number: 'n' },",
        columns: "'d': { usedFor: '削除の印' }, 'a': { item: 'F03', kind: 'absent_days' }")

    /// The rows of a full file and its changes, and the fates.
    private func fates(_ files: [[[String]]]) throws -> [[String]] {
        let mapping = try mapping(Self.delta)
        var words = LastWords()
        var read: [[(outcome: MappingOutcome, key: RowDigest?)]] = []
        for (number, rows) in files.enumerated() {
            words.begin(file: "f\(number)")
            var mapper = try mapper(mapping, header: ["n", "d", "a"], asOf: Self.asOf)
            read.append([])
            for (index, fields) in rows.enumerated() {
                let outcome = mapper.map(row(fields, line: index + 2))
                words.hear(outcome, key: mapper.key(of: fields), line: index + 2)
                read[number].append((outcome, mapper.key(of: fields)))
            }
        }
        return read.enumerated().map { file, rows in
            rows.enumerated().map { told(words.fate($1.outcome, key: $1.key, file: file, line: $0 + 2)) }
        }
    }

    @Test func theLastWordOfEachRecordStands() throws {
        let found = try fates([
            [["1", "", "1"], ["2", "", "2"], ["3", "", "3"], ["4", "", "4"]],
            [
                ["002", "", "5"], ["3", "D", ""], ["5", "削除", ""], ["6", "", "6"], ["6", "", "7"],
                ["6", "", "6"],
            ],
            [["3", "", "8"], ["4", "", "多い"]],
        ])
        func stands(_ number: Int, _ days: Int) -> String {
            "child  | #sample/\(number) | F03.absent_days=\(days).0"
        }
        #expect(
            found[0] == [
                stands(1, 1), "~ 「f1」2行目の新しい行に置き換わりました。", "~ 「f2」2行目の新しい行に置き換わりました。",
                // What cannot be read takes nothing away.
                stands(4, 4),
            ])
        #expect(
            found[1] == [
                stands(2, 5), "~ 削除の印の行です。", "~ 削除の印の行です。", "~ 「f1」7行目の新しい行に置き換わりました。",
                "~ 「f1」7行目の新しい行に置き換わりました。", stands(6, 6),
            ])
        #expect(found[2] == [stands(3, 8), "× number.unreadable a"])
    }

    @Test func aRowThatCannotBeReadIsAskedNoMoreOnceALaterOneSpeaks() throws {
        let found = try fates([
            [["1", "", "多い"], ["2", "", "多い"], ["3", "", "多い"], ["4", "", "4"]],
            [["1", "", "1"], ["2", "D", ""], ["4", "", "多い"]],
        ])
        #expect(
            found[0].map { $0.prefix(1) } == ["~", "~", "×", "c"]
                && found[0][0].contains("「f1」2行目") && found[0][1].contains("削除"), "\(found)")
        // What comes last and cannot be read is still to be mended.
        #expect(found[1].last == "× number.unreadable a")
    }

    /// Against the naive way: apply every row to a dictionary in turn.
    @Test func whatStandsIsWhatApplyingTheChangesInTurnLeaves() throws {
        var random = SeededGenerator(seed: testSeed)
        for _ in 0..<caseCount(60) {
            let files = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                (0..<Int.random(in: 0...8, using: &random)).map { _ in
                    [
                        "\(Int.random(in: 1...4, using: &random))",
                        ["", "", "", "削除"].randomElement(using: &random) ?? "",
                        ["1", "2", "3", "多い"].randomElement(using: &random) ?? "",
                    ]
                }
            }
            var table: [String: String] = [:]
            for fields in files.joined() {
                if fields[1] == "削除" {
                    table[fields[0]] = nil
                } else if fields[2] != "多い" {
                    table[fields[0]] = "child  | #sample/\(fields[0]) | F03.absent_days=\(fields[2]).0"
                }
            }
            let standing = try fates(files).joined().filter { $0.hasPrefix("child") }
            #expect(standing.sorted() == table.values.sorted(), "seed \(testSeed)")
        }
    }
}

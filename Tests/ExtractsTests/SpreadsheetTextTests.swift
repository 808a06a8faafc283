import Domain
import Extracts
import TestSupport
import Testing

@Suite struct SpreadsheetTextTests {
    @Test(arguments: [
        ("=1+2", "'=1+2"), ("+81", "'+81"), ("-5", "'-5"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"), ("＝1", "'＝1"), ("＋1", "'＋1"), ("－1", "'－1"), ("＠x", "'＠x"), ("'=1", "''=1"),
        ("'", "''"),
        ("", ""), ("a=1", "a=1"), ("若葉", "若葉"), ("=\u{301}", "'=\u{301}"),
    ])
    func noFieldIsTakenForAFormulaAndTheApostropheComesOffAgain(field: String, cell: String) {
        #expect(SpreadsheetText.protected(field) == cell)
        #expect(SpreadsheetText.unprotected(cell).utf8.elementsEqual(field.utf8))
    }

    @Test func whatIsWrittenReadsBackAsTheSameFields() throws {
        var random = SeededGenerator(seed: testSeed)
        let pieces: [String] = [
            "=", "+", "-", "@", "'", "\"", ",", "\r\n", "\n", "\r", "\t", " ", "　", "＝", "若", "髙", "𠮷",
            "か\u{3099}", "\u{301}", "0",
            "〓",
        ]
        for _ in 0..<caseCount(100) {
            let rows = (0..<4).map { _ in
                ["x"]
                    + (0..<5).map { _ in
                        (0..<Int.random(in: 0...6, using: &random)).map { _ in
                            pieces.randomElement(using: &random) ?? ""
                        }.joined()
                    }
            }
            let scratch = try ScratchFolder()
            try scratch.write(SpreadsheetText.bytes([["a", "b", "c", "d", "e", "f"]] + rows), to: "a.csv")
            let reader = try ExtractReader(
                path: scratch.file("a.csv"), source: "s", file: "a.csv", format: ExtractFormat())
            var read: [[String]] = []
            while case .row(let row)? = try reader.next() {
                for cell in row.fields { #expect(!["=", "+", "-", "@"].contains(cell.unicodeScalars.first)) }
                read.append(row.fields.map(SpreadsheetText.unprotected))
            }
            #expect(
                read.map { $0.map { Array($0.utf8) } } == rows.map { $0.map { Array($0.utf8) } },
                "seed \(testSeed)")
        }
    }
}

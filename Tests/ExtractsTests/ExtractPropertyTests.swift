import Domain
import Extracts
import Foundation
import TestSupport
import Testing

@Suite struct ExtractPropertyTests {
    private static let alphabet = Array("aZ09 ,\"\r\n\t';高髙﨑橋①㈱～－ｶﾞ〓ソ表々\u{3000}".unicodeScalars)

    private static func field(_ random: inout SeededGenerator) -> String {
        let count = Int.random(in: 0...6, using: &random)
        return String(
            String.UnicodeScalarView(
                (0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] }))
    }

    @Test func writtenRowsReadBack() throws {
        var random = SeededGenerator(seed: testSeed)
        for _ in 0..<caseCount(60) {
            let width = Int.random(in: 1...5, using: &random)
            let rows = (0..<Int.random(in: 0...8, using: &random)).map { _ in
                (0..<width).map { _ in Self.field(&random) }
            }
            let header = (0..<width).map { "列\($0)" }
            let quoteAll = Bool.random(using: &random)
            let lineEnd = Bool.random(using: &random) ? "\n" : "\r\n"
            let text = csv([header] + rows, quoteAll: quoteAll, lineEnd: lineEnd)
            // A row of blanks alone is a blank line unless it is quoted.
            let expected = quoteAll ? rows : rows.filter { !($0.count == 1 && Self.isBlank($0[0])) }
            for encoding in TextEncoding.allCases {
                let bytes = try #require(encoding.encode(text))
                let reading = try Reading(bytes, ExtractFormat(encoding: encoding))
                #expect(reading.fields == expected, "seed \(testSeed)")
                #expect(reading.header == header && reading.rejections.isEmpty)
            }
        }
    }

    private static func isBlank(_ field: String) -> Bool {
        !field.isEmpty && field.allSatisfy { $0 == " " || $0 == "\t" }
    }

    @Test func aFileCutAnywhereIsAFaultOrAccountsForEveryLine() throws {
        let text = "番号,氏名,備考\r\n1,髙橋,\"改\r\n行\"\r\n\r\n2,﨑山,\"引用\"\"符\"\r\n3,一,二\r\n"
        for encoding in TextEncoding.allCases {
            let whole = try #require(encoding.encode(text))
            for length in 0...whole.count {
                let cut = Array(whole[..<length])
                do {
                    let reading = try Reading(cut, ExtractFormat(encoding: encoding))
                    let all =
                        reading.rows.map(\.position.line) + reading.outside
                        + reading.rejections.map(\.position.line)
                    let begun = try [2, 4, 5, 6].prefix {
                        try Self.offset(ofLine: $0, text, encoding) < length
                    }
                    #expect(all.sorted() == Array(begun), "cut at \(length)")
                } catch let fault as Fault {
                    #expect(fault.kind == .gate)
                }
            }
        }
    }

    /// Of the row that begins on `line` in the test above, in bytes.
    private static func offset(ofLine line: Int, _ text: String, _ encoding: TextEncoding) throws -> Int {
        let above = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).prefix(
            line - 1)
        return try #require(encoding.encode(above.map { String($0) + "\n" }.joined())).count
    }

    /// The rows python's csv module cuts out of the same bytes, and ours; a row with broken quotes is rejected here and
    /// guessed there.
    @Test func rowsAreCutWherePythonCutsThem() throws {
        guard
            let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first(
                where: FileManager.default.isExecutableFile)
        else {
            try Test.cancel("python3 is not installed")
        }
        let folder = try ScratchFolder()
        var random = SeededGenerator(seed: testSeed)
        let letters = Array("ab漢\",\"\n\r".unicodeScalars)
        let texts = (0..<caseCount(300)).map { _ in
            let body = (0..<Int.random(in: 0...30, using: &random)).map { _ in
                letters[Int.random(in: 0..<letters.count, using: &random)]
            }
            return "h\n" + String(String.UnicodeScalarView(body)) + "\n"
        }
        try folder.write(Array(JSONEncoder().encode(texts)), to: "texts.json")
        let script = """
            import csv, io, json, sys
            texts = json.load(open(sys.argv[1], encoding="utf-8"))
            json.dump([list(csv.reader(io.StringIO(t, newline=""))) for t in texts], open(sys.argv[2], "w"))
            """
        try folder.write(Array(script.utf8), to: "cut.py")
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = [folder.file("cut.py"), folder.file("texts.json"), folder.file("rows.json")]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        let expected = try JSONDecoder().decode(
            [[[String]]].self, from: Data(contentsOf: URL(filePath: folder.file("rows.json"))))
        for (text, rows) in zip(texts, expected) {
            guard let reading = try? Reading(Array(text.utf8), ExtractFormat(encoding: .utf8)) else {
                // Ends inside quotes: python gives what there is.
                #expect(fault(Array(text.utf8))?.code == "extract.truncated")
                continue
            }
            // Blank and delimiter-only lines are no rows here; python gives [] or empty fields.
            let comparable = rows.dropFirst().filter { !$0.allSatisfy(\.isEmpty) }
            let ours = reading.fields.filter { !$0.allSatisfy(\.isEmpty) }
            if reading.rejections.isEmpty {
                #expect(ours == Array(comparable), "seed \(testSeed): \(text.debugDescription)")
            } else {
                #expect(ours.allSatisfy(comparable.contains), "seed \(testSeed): \(text.debugDescription)")
                #expect(ours.count + reading.rejections.count == comparable.count, "\(text.debugDescription)")
            }
        }
    }
}

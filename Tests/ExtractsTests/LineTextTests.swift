import Domain
import Extracts
import TestSupport
import Testing

@Suite struct LineTextTests {
    static let cases:
        [(bytes: [UInt8], encoding: TextEncoding, fields: [String], damaged: Set<Int>, unreadable: [Int])] = [
            (Array("1,二,3\r\n".utf8), .utf8, ["1", "二", "3"], [], []),
            (Array("1,\"改\r\n行\",\"引\"\"用\"\"\"\n".utf8), .utf8, ["1", "改\r\n行", "引\"用\""], [], []),
            (Array("1,".utf8) + [0xE5] + Array(",3\r".utf8), .utf8, ["1", "〓", "3"], [1], [2]),
            (Array("1,".utf8) + [0x81] + Array(",3\r\n".utf8), .cp932, ["1", "〓", "3"], [1], [2]),
            ([0x8E, 0x52, 0x81, 0x00, 0x2C, 0xFF], .cp932, ["山〓〓", "〓"], [0, 1], [2, 5]),
            (Array("1,\"x\"y,3\r\n".utf8), .utf8, ["1", "xy", "3"], [], []),
            (Array("1,〓\n".utf8), .utf8, ["1", "〓"], [], []),
        ]

    @Test(arguments: cases.indices)
    func aLineIsMadeOutAsFarAsItCanBe(_ index: Int) {
        let one = Self.cases[index]
        let text = RawLine(bytes: one.bytes, length: one.bytes.count).text(LineForm(one.encoding))
        #expect(text.fields == one.fields)
        #expect(text.damaged == one.damaged && text.unreadable == one.unreadable)
    }

    /// What the reader gives of a row, its raw line gives too.
    @Test func aLineThatCanBeReadGivesTheFieldsOfItsRow() throws {
        var random = SeededGenerator(seed: testSeed)
        let pieces = ["山", "ｱ", "a", "0", " ", "\"\"", ",", "\"", "\r\n", "〓", "髙", "x\"y"]
        for encoding in TextEncoding.allCases {
            for _ in 0..<caseCount(200) {
                let cells = (0..<3).map { _ in
                    let text = (0..<Int.random(in: 0...4, using: &random)).map { _ in
                        pieces.randomElement(using: &random) ?? ""
                    }.joined()
                    return Bool.random(using: &random)
                        ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
                }
                let scratch = try ScratchFolder()
                let file = try #require(
                    encoding.encode("列,二,三\r\n" + cells.joined(separator: ",") + "\r\n4,5,6\r\n"))
                try scratch.write(file, to: "a.csv")
                let reader = try ExtractReader(
                    path: scratch.file("a.csv"), source: "s", file: "a.csv",
                    format: ExtractFormat(encoding: encoding))
                let lines = try RawLines(path: scratch.file("a.csv"), file: "a.csv")
                while case .row(let row)? = try? reader.next() {
                    let raw = try lines.line(at: row.position.offset, length: reader.lineLength)
                    let text = raw.text(reader.lineForm)
                    #expect(text.fields == row.fields, "seed \(testSeed)")
                }
            }
        }
    }
}

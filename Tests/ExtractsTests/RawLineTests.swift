import Domain
import Extracts
import TestSupport
import Testing

@Suite struct RawLineTests {
    @Test func theLinesOfAFileAddUpToTheFile() throws {
        let text =
            "\u{FEFF}表題\r\n番号,備考\r\n1,\"改\r\n行\"\r\n\r\n2,\"x\"y\r\n3,二,三\r\n4,\u{0}\r合計,\n\u{1A}"
        let file = Array(text.utf8)
        let folder = try ScratchFolder()
        try folder.write(file, to: "a.csv")
        let reader = try ExtractReader(
            path: folder.file("a.csv"), source: "sample", file: "a.csv", format: ExtractFormat(titleLines: 1))
        var lines: [RawLine] = []
        let raw = try RawLines(path: folder.file("a.csv"), file: "a.csv")
        while let line = try reader.next() {
            lines.append(try raw.line(at: line.offset, length: reader.lineLength))
        }
        let header = Array("番号,備考\r\n".utf8)
        #expect(reader.preamble == 3 + header.count)
        #expect(file == [0xEF, 0xBB, 0xBF] + lines[0].bytes + header + lines[1...].flatMap(\.bytes))
        #expect(lines[1].bytes == Array("1,\"改\r\n行\"\r\n".utf8))
    }

    @Test func ofALineOverOneMebibyteTheBeginningIsKept() throws {
        let long = [UInt8](repeating: 0x61, count: 3 << 20)
        let folder = try ScratchFolder()
        try folder.write(Array("a,b\n".utf8) + long + Array(",1\n2,3\n".utf8), to: "a.csv")
        let reader = try ExtractReader(
            path: folder.file("a.csv"), source: "sample", file: "a.csv", format: ExtractFormat())
        let raw = try RawLines(path: folder.file("a.csv"), file: "a.csv")
        let line = try raw.line(at: #require(try reader.next()).offset, length: reader.lineLength)
        #expect(line.isCut && line.length == long.count + 3 && line.bytes == Array(long.prefix(1 << 20)))
        let next = try raw.line(at: #require(try reader.next()).offset, length: reader.lineLength)
        #expect(next == RawLine(bytes: Array("2,3\n".utf8), length: 4))
    }
}

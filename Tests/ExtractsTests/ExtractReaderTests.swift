import Domain
import Extracts
import Testing

@Suite struct ExtractReaderTests {
    @Test(
        "部署ごとの書き方の癖を読む",
        arguments: [
            ("a,b\r\n1,2\r\n", [["1", "2"]]),
            ("a,b\n1,2\n", [["1", "2"]]),
            ("a,b\r1,2\r", [["1", "2"]]),
            ("a,b\n1,2", [["1", "2"]]),
            ("a,b\n\"1\",\"2\"\n", [["1", "2"]]),
            ("a,b\n\"1,5\",\"say \"\"hi\"\"\"\n", [["1,5", "say \"hi\""]]),
            ("a,b\n\"x\r\ny\",2\n", [["x\r\ny", "2"]]),
            ("a,b\n身長5\"以上,\"\"\n", [["身長5\"以上", ""]]),
            ("a,b\n,\"\"\n", [["", ""]]),
            ("a,b\n 1 , \"2\"\n", [[" 1 ", " \"2\""]]),
            ("a,b\n1\n1,2,3\n", [["1"], ["1", "2", "3"]]),
            ("a,b\n0001,'012\n", [["0001", "'012"]]),
            ("a,b\n", []),
        ] as [(String, [[String]])])
    func habitsOfDepartments(text: String, rows: [[String]]) throws {
        let reading = try Reading(Array(text.utf8))
        #expect(reading.header == ["a", "b"])
        #expect(reading.fields == rows)
        #expect(reading.rejections.isEmpty)
    }

    @Test func tabsMaySeparate() throws {
        let reading = try Reading(Array("a\tb\n1,5\t\"x\ty\"\n".utf8), ExtractFormat(delimiter: .tab))
        #expect(reading.fields == [["1,5", "x\ty"]])
    }

    @Test func linesAndOffsetsArePhysical() throws {
        let text = "\u{FEFF}a,b\r\n1,\"x\r\ny\nz\rw\"\r\n\r\n2,い\n,\n3,4"
        let reading = try Reading(Array(text.utf8))
        #expect(reading.header == ["a", "b"])
        #expect(reading.rows.map(\.position.line) == [2, 7, 9])
        #expect(reading.outside == [6, 8])
        let bytes = Array(text.utf8)
        #expect(reading.rows.map { bytes[$0.position.offset] } == Array("123".utf8))
    }

    @Test func titleLinesAreOutside() throws {
        let text = "福祉課 保護台帳\r\n\"作成日: 2026/10/01\r\na,b\r\n1,2\r\n"
        let reading = try Reading(Array(text.utf8), ExtractFormat(titleLines: 2))
        #expect(reading.header == ["a", "b"])
        #expect(reading.outside == [1, 2])
        #expect(reading.rows.map(\.position.line) == [4])
    }

    @Test func theEndOfFileMarkOfOldHostsIsNoRow() throws {
        let reading = try Reading(Array("a,b\r\n1,2\r\n\u{1A}".utf8))
        #expect(reading.fields == [["1", "2"]] && reading.outside == [3])
    }

    @Test func anUndecodableRowIsRejectedWithItsOffsetAndTheRestIsRead() throws {
        var bytes = try #require(TextEncoding.cp932.encode("氏名,カナ\r\n"))
        bytes += Array("A,B\r\n\"x\",".utf8) + [0x82, 0x0D, 0x0A]
        bytes += try #require(TextEncoding.cp932.encode("高橋,ﾀｶﾊｼ\r\n"))
        let reading = try Reading(bytes, ExtractFormat(encoding: .cp932))
        #expect(reading.fields == [["A", "B"], ["高橋", "ﾀｶﾊｼ"]])
        let rejection = try #require(reading.rejections.first)
        #expect(rejection.code == "row.encoding" && rejection.position.line == 3)
        #expect(bytes[20] == 0x82 && rejection.message.contains("20バイト目"))
    }

    @Test(arguments: [
        ("a,b\n1,\u{0}2\n3,4\n", "row.nul"), ("a,b\n\"1\"x,2\n3,4\n", "row.quotes"),
        ("a,b\n\"1\" ,2\n3,4\n", "row.quotes"),
    ])
    func aDamagedRowIsRejectedAlone(text: String, code: String) throws {
        let reading = try Reading(Array(text.utf8))
        #expect(reading.rejections.map(\.code) == [code] && reading.rejections[0].position.line == 2)
        #expect(reading.fields == [["3", "4"]])
    }

    @Test func aRowOverOneMebibyteIsRejectedAndTheNextIsRead() throws {
        let long = String(repeating: "長", count: 400_000)
        let reading = try Reading(Array("a,b\n1,\(long)\n\"\(long)\n\",2\n3,4\n".utf8))
        #expect(reading.rejections.map(\.code) == ["row.length", "row.length"])
        #expect(reading.rows.map(\.position.line) == [5] && reading.fields == [["3", "4"]])
    }

    /// In the block it began in, where nothing of it has been let go.
    @Test(arguments: ["x", " "]) func aLongRowWithoutDelimitersIsNoBlankLine(letter: String) throws {
        let long = String(repeating: letter, count: 1_100_000)
        let reading = try Reading(Array("a,b\n\(long)\n3,4\n".utf8))
        #expect(reading.rejections.map(\.code) == ["row.length"] && reading.outside.isEmpty)
        #expect(reading.fields == [["3", "4"]])
    }

    @Test func noMessageRepeatsWhatTheRowHolds() throws {
        let reading = try Reading(Array("a,b\n秘密\u{0},2\n\"秘密\"x,2\n".utf8) + [0xFF, 0x2C, 0x32, 0x0A])
        #expect(reading.rejections.count == 3)
        for rejection in reading.rejections { #expect(!"\(rejection)".contains("秘密")) }
    }
}

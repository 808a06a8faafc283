import Domain
import Extracts
import TestSupport
import Testing

/// What a mapping declares about an extract's form.
@Suite struct FormatTests {
    private func format(_ text: String) throws -> ExtractFormat {
        try ConfigurationFile.read(text, name: "m.json5").decode(ExtractFormat.self)
    }

    private func faults(_ text: String) -> [Fault] {
        do {
            _ = try format(text)
            return []
        } catch {
            return (error as? Faults)?.all ?? []
        }
    }

    // MARK: Columns

    @Test func aFileWithoutHeaderHasTheColumnsOfTheFormat() throws {
        let format = try format(#"{ columnNames: ["番号", "氏名"], titleLines: 1 }"#)
        let reading = try Reading(Array("作成 2026/10/01\r\n1,高橋\r\n2,鈴木\r\n".utf8), format)
        #expect(reading.header == ["番号", "氏名"] && reading.outside == [1])
        #expect(reading.fields == [["1", "高橋"], ["2", "鈴木"]])
        #expect(reading.rows.map(\.position.line) == [2, 3])
        #expect(
            fault(Array("1,高橋\r\n2".utf8), ExtractFormat(columnNames: ["番号", "氏名"]))?.code
                == "extract.truncated")
    }

    @Test(arguments: [
        ("備考,氏名,備考\n", ["備考", "氏名", "備考#2"]), ("備考,備考 ,　備考\n", ["備考", "備考#2", "備考#3"]),
        (",氏名,\n", ["", "氏名", "#2"]),
    ])
    func columnsOfTheSameNameAreNumbered(text: String, header: [String]) throws {
        #expect(try Reading(Array(text.utf8)).header == header)
    }

    @Test(arguments: [
        ("番号\t氏名\n1\t高橋,花子\n", ["番号", "氏名"]), ("番号,氏名\n1,高橋\t花子\n", ["番号", "氏名"]),
        ("番号,氏\t名\n", ["番号", "氏\t名"]), ("\"番,号\"\t氏名\n", ["番,号", "氏名"]), ("番号\n1\n", ["番号"]),
    ])
    func theDelimiterIsFoundOut(text: String, header: [String]) throws {
        #expect(try Reading(Array(text.utf8)).header == header)
    }

    @Test func aFoundTabIsTold() throws {
        #expect(try Reading(Array("番号\t氏名\n1\t2\n".utf8)).evidence.contains("タブ"))
    }

    // MARK: Fixed width

    private static let host = """
        { encoding: "cp932", fixedWidth: [
            { name: "番号", bytes: 5 }, { name: "氏名", bytes: 12 }, { name: "カナ", bytes: 8 }, { name: "区分", bytes: 1 } ] }
        """
    private static let records = ["00001高橋　花子  ﾀｶﾊｼ ﾊﾅｺ1", "00002鈴木        ｽｽﾞｷ    2"]
    private static let recordFields = [
        ["00001", "高橋　花子  ", "ﾀｶﾊｼ ﾊﾅｺ", "1"], ["00002", "鈴木        ", "ｽｽﾞｷ    ", "2"],
    ]

    @Test(arguments: ["\r\n", "\n", ""])
    func recordsOfFixedWidthAreCutByBytes(lineEnd: String) throws {
        let text = Self.records.map { $0 + lineEnd }.joined()
        let bytes = try #require(TextEncoding.cp932.encode(text))
        let reading = try Reading(bytes, format(Self.host))
        #expect(reading.header == ["番号", "氏名", "カナ", "区分"])
        #expect(reading.fields == Self.recordFields && reading.rejections.isEmpty)
        #expect(reading.rows.map(\.position.line) == [1, 2])
        let mark = try Reading(bytes + [0x1A], format(Self.host))
        #expect(mark.fields == Self.recordFields && mark.outside == [3])
        #expect(
            fault(bytes.dropLast(lineEnd.utf8.count + 1), try format(Self.host))?.code == "extract.truncated")
    }

    @Test func aCharacterCutByAColumnRejectsItsRecord() throws {
        // One byte too many before the name: its last character lies half in the next column.
        let text = "00001 高橋花子髙橋ﾀｶﾊｼ ﾊﾅ1" + Self.records[1]
        let bytes = try #require(TextEncoding.cp932.encode(text))
        let reading = try Reading(bytes, format(Self.host))
        #expect(reading.fields == [Self.recordFields[1]])
        let rejection = try #require(reading.rejections.first)
        #expect(rejection.code == "row.encoding" && rejection.message.contains("16バイト目"))
        #expect(rejection.fix.contains("fixedWidth"))
    }

    @Test func aRecordOfAnotherLengthIsRejectedAlone() throws {
        let text = "00001高橋\r\n" + Self.records[1] + "\r\n\r\n" + Self.records[0] + "余り\r\n"
        let bytes = try #require(TextEncoding.cp932.encode(text))
        let reading = try Reading(bytes, format(Self.host))
        #expect(reading.fields == [Self.recordFields[1]] && reading.outside == [3])
        #expect(reading.rejections.map(\.code) == ["row.width", "row.width"])
        #expect(reading.rejections.map(\.position.line) == [1, 4])
    }

    @Test(arguments: ["\r\n", "\n", "\r\n\u{1A}", "\n\n", ""])
    func aLineEndBehindTheLastRecordIsNoLineOfRecords(tail: String) throws {
        let format = ExtractFormat(fixedWidth: [.init("a", bytes: 3), .init("b", bytes: 2)])
        let reading = try Reading(Array("12345abcde67890\(tail)".utf8), format)
        #expect(reading.fields == [["123", "45"], ["abc", "de"], ["678", "90"]])
        #expect(reading.rejections.isEmpty && reading.outside == (tail.isEmpty ? [] : [4]))
    }

    @Test func oneColumnHasALengthToo() throws {
        let format = ExtractFormat(fixedWidth: [.init("a", bytes: 5)])
        let reading = try Reading(Array("12345\n123\n1234567\n\n54321\n".utf8), format)
        #expect(reading.fields == [["12345"], ["54321"]] && reading.outside == [4])
        #expect(reading.rejections.map(\.code) == ["row.width", "row.width"])
        #expect(fault(Array("12345\n123".utf8), format)?.code == "extract.truncated")
        #expect(fault(Array("12345123".utf8), format)?.code == "extract.truncated")
    }

    @Test func quotesAndCommasMeanNothingInRecords() throws {
        let format = ExtractFormat(fixedWidth: [.init("a", bytes: 3), .init("b", bytes: 2)])
        #expect(try Reading(Array("\",\"x,\n".utf8), format).fields == [["\",\"", "x,"]])
    }

    @Test func utf16HasNoRecordsOfFixedWidth() throws {
        let bytes = try #require(TextEncoding.utf16le.encode("\u{FEFF}00001高橋\r\n"))
        #expect(fault(bytes, ExtractFormat(fixedWidth: [.init("a", bytes: 3)]))?.code == "extract.encoding")
    }

    // MARK: 外字

    @Test func theSourcesTableSaysWhatItsGaijiMean() throws {
        let format = try format(#"{ encoding: "cp932", gaiji: { "F040": "髙", "U+E001": "〓", "f0fc": "葛󠄀" } }"#)
        var bytes = try #require(TextEncoding.cp932.encode("氏名,備考\r\n"))
        bytes += [0xF0, 0x40] + (try #require(TextEncoding.cp932.encode("橋,")))
        bytes += [0x82, 0xA0, 0xF0, 0x41, 0x0D, 0x0A, 0xF0, 0xFC, 0x2C, 0xF0, 0x43, 0x0D, 0x0A]
        #expect(try Reading(bytes, format).fields == [["髙橋", "あ〓"], ["葛\u{E0100}", "\u{E003}"]])
    }

    @Test func aCodePointOfAnotherPlaneMayHaveACharacter() throws {
        let format = try format(#"{ gaiji: { "U+F0001": "渡", "U+E000": "邉" } }"#)
        for encoding in [TextEncoding.utf8, .utf16le] {
            let bytes = try #require(encoding.encode("氏名,備考\r\n\u{F0001}辺,豈\u{E000}\r\n"))
            #expect(try Reading(bytes, format).fields == [["渡辺", "豈邉"]])
        }
        let euc = try self.format(#"{ encoding: "eucjp", gaiji: { "F5A1": "髙", "8FF5A1": "﨑" } }"#)
        let bytes = try #require(TextEncoding.eucjp.encode("氏名\r\n"))
        let reading = try Reading(bytes + [0xF5, 0xA1, 0x8F, 0xF5, 0xA1, 0x0D, 0x0A], euc)
        #expect(reading.fields == [["髙﨑"]])
    }

    // MARK: Faults

    @Test(arguments: [
        (#"{ gaiji: { "U+9AD8": "髙" } }"#, "format.gaiji"), (#"{ gaiji: { "889F": "髙" } }"#, "format.gaiji"),
        (#"{ gaiji: { "F0": "髙" } }"#, "format.gaiji"), (#"{ gaiji: { "F07F": "髙" } }"#, "format.gaiji"),
        (#"{ gaiji: { "U+E000": "高橋" } }"#, "format.gaiji"),
        (#"{ gaiji: { "U+E000": "" } }"#, "format.gaiji"),
        (#"{ gaiji: { "U+E000": 1 } }"#, "format.gaiji"),
        (#"{ gaiji: { "U+E000": "髙", "F040": "高" } }"#, "format.gaiji"),
        (#"{ titleLines: -1 }"#, "format.range"), (#"{ columnNames: [] }"#, "format.columns"),
        (#"{ columnNames: ["a", "a"] }"#, "format.columns"), (#"{ fixedWidth: [] }"#, "format.columns"),
        (#"{ fixedWidth: [{ name: "a", bytes: 0 }] }"#, "format.range"),
        (#"{ fixedWidth: [{ name: "a", bytes: 2000000 }] }"#, "format.range"),
        (#"{ fixedWidth: [{ name: "a", bytes: 1 }], delimiter: "tab" }"#, "format.columns"),
        (#"{ fixedWidth: [{ name: "a", bytes: 1 }], columnNames: ["a1"] }"#, "format.columns"),
        (#"{ fixedWidth: [{ name: "a", bytes: 2 }], encoding: "utf16le" }"#, "format.columns"),
        (#"{ encoding: "shift_jis" }"#, "configuration.value"),
        (#"{ titleline: 1 }"#, "configuration.unknown-key"),
    ])
    func whatCannotBeMeantIsAFault(text: String, code: String) throws {
        let fault = try #require(faults(text).first)
        #expect(fault.code == code && fault.line == 1 && fault.kind == .configuration && !fault.fix.isEmpty)
    }

    @Test func allFaultsAreToldWithTheirLines() {
        let text = """
            {
              titleLines: -1,
              gaiji: {
                "U+E000": "髙",
                "X": "高",
              },
              columnNames: [
                "a",
                "a"],
            }
            """
        #expect(faults(text).map(\.line) == [2, 5, 9])
    }
}

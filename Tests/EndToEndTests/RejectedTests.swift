import Domain
import Foundation
import TestSupport
import Testing

/// Rows that a night rejects go to their department and come back, by the program itself.
@Suite struct RejectedTests {
    static let file = "yobosesshu_20261001.csv"

    /// Appends rows that cannot be accepted: a bad date, an undecodable byte, a field too many.
    func plant(in city: borrowing CityWorkspace) throws -> (date: Int, byte: Int, ragged: Int) {
        var bytes = try city.bytes(Self.file)
        let last = bytes.count { $0 == 0x0A }
        let cp932 = { (text: String) in try #require(text.data(using: .shiftJIS)) }
        bytes += try cp932("0090000001,=見本　花,20200216,MR,1,2024年13月45日\r\n")
        bytes += try cp932("0090000002,見本　") + [0x81] + Data(",20200216,MR,1,20240401\r\n".utf8)
        bytes += try cp932("0090000003,見本,空,20200216,MR,1,20240401\r\n")
        try city.write(bytes, to: Self.file)
        return (last + 1, last + 2, last + 3)
    }

    func rejected(_ city: borrowing CityWorkspace, _ words: String...) throws -> Ending {
        try Program.run(["rejected"] + words + ["--workspace", city.path, "--json"])
    }

    func export(_ city: borrowing CityWorkspace, _ name: String = "out.csv") throws -> String {
        let path = city.scratch.file(name)
        let ending = try rejected(city, "export", "--output", path)
        #expect(ending.code == 0, "\(ending.errors)")
        return try String(contentsOfFile: path, encoding: .utf8)
    }

    /// - Parameter isAsked: whether the department has said whose the rows are.
    func reload(
        _ city: borrowing CityWorkspace, _ bytes: Data, isAsked: Bool = true
    ) throws -> Ending {
        let path = city.scratch.file("returned.csv")
        try bytes.write(to: URL(filePath: path))
        return isAsked
            ? try rejected(city, "reload", path, "--other-person") : try rejected(city, "reload", path)
    }

    func ledger(_ ending: Ending, of file: String = file) throws -> [String: Int] {
        let summary = try #require(ending.json["summary"] as? [String: Any], "\(ending.errors)")
        let extracts = try #require(summary["extracts"] as? [[String: Any]])
        return try #require(
            extracts.first { $0["file"] as? String == file }?["ledger"] as? [String: Int])
    }

    /// As the department mends it: the rows that are shown, and the one whose columns are not.
    func mended(_ text: String) -> String {
        let lines = text.split(separator: "\r\n").map { line in
            line.replacing("2024年13月45日", with: "2024-04-05").replacing("〓", with: "髙")
        }
        return lines.map { line in
            line.contains("row.columns")
                ? line.prefix { $0 != "," }
                    + line.dropFirst(line.prefix { $0 != "," }.count).replacing(
                        ",,,,,", with: ",0090000003,見本空,20200216,MR,1,20240401")
                : line
        }.joined(separator: "\r\n") + "\r\n"
    }

    @Test func aDepartmentMendsItsOwnRowsAndKnowsNothingOfOthers() throws {
        let city = try CityWorkspace(published: false)
        let lines = try plant(in: city)
        #expect(try city.run().code == 0)
        let text = try export(city)
        let returned = city.scratch.file("returned.csv")
        try mended(text).write(toFile: returned, atomically: true, encoding: .utf8)
        func asked(_ words: String..., by user: String = "gakumu") throws -> Ending {
            try Program.run(
                ["rejected"] + words + ["--user", user, "--workspace", city.path, "--json"],
                input: city.password(user))
        }
        // 学務課: the rows are the health department's.
        let list = try asked("list")
        #expect(list.code == 0 && (list.json["extracts"] as? [Any])?.isEmpty == true, "\(list.errors)")
        #expect(try asked("show", "\(Self.file):\(lines.date)").faultCodes == ["rejected.unknown"])
        #expect(try asked("show", "\(Self.file):1").faultCodes == ["rejected.unknown"])
        #expect(
            try asked("export", "--output", city.scratch.file("other.csv")).faultCodes == ["rejected.none"])
        let other = try asked("reload", returned, "--other-person")
        #expect(other.json["kept"] as? Int == 0 && (other.json["waiting"] as? [Any])?.isEmpty == true)
        func sources(_ ending: Ending) -> [String] {
            (ending.json["extracts"] as? [[String: Any]] ?? []).compactMap { $0["source"] as? String }
                .sorted()
        }
        #expect(sources(try asked("ledger")) == ["gakurei", "shugakuenjo"])
        #expect(try asked("list", by: "center").code == 77)

        let moved = try Program.run(
            "user", "set-roles", "gakumu", "--role", "department-staff", "--scope", "department:健康課",
            "--workspace", city.path)
        #expect(moved.code == 0, "\(moved.errors)")
        let own = try asked("list")
        #expect(own.output.contains(Self.file) && sources(own) == ["yobosesshu"])
        #expect(try asked("show", "\(Self.file):\(lines.date)").code == 0)
        #expect(sources(try asked("ledger")) == ["kenshin", "ninsanpu", "yobosesshu"])
        let taken = try asked("reload", returned, "--other-person")
        #expect(taken.json["kept"] as? Int == 3, "\(taken.output)\(taken.errors)")
        #expect(try city.run().json["outcome"] as? String == "published")
        let changes = try Program.run("audit", "changes", "--workspace", city.path)
        #expect(changes.output.contains("department:健康課"), "\(changes.output)")
    }

    @Test func rowsGoToTheirDepartmentAndComeBackCorrected() throws {
        let city = try CityWorkspace(published: false)
        let lines = try plant(in: city)
        let first = try city.run()
        #expect(first.code == 0, "\(first.errors)")
        let before = try ledger(first)
        #expect(before["rejected"] == 3)

        let list = try rejected(city, "list")
        let codes = try #require(
            (list.json["extracts"] as? [[String: Any]])?.first?["codes"] as? [[String: Any]])
        #expect(
            codes.compactMap { $0["code"] as? String } == ["date.unreadable", "row.columns", "row.encoding"])
        #expect(!list.output.contains("見本　花") && !list.output.contains("0090000001"))

        let show = try rejected(city, "show", "\(Self.file):\(lines.date)")
        let fields = try #require(show.json["fields"] as? [[String: Any]], "\(show.errors)")
        #expect(fields.filter { $0["isFaulty"] as? Bool == true }.map { $0["column"] as? String } == ["接種日"])
        #expect(fields.compactMap { $0["value"] as? String }.contains("=見本　花"))
        let broken = try rejected(city, "show", "\(Self.file):\(lines.byte)")
        let byte = try #require((broken.json["unreadable"] as? [[String: Any]])?.first)
        let offset = try #require(byte["offset"] as? Int)
        let sent = Array(try city.bytes(Self.file))
        #expect(byte["hex"] as? String == "81" && sent[offset] == 0x81)

        let text = try export(city)
        #expect(text.hasPrefix("抽出,ファイル,ハッシュ,行,") && text.contains(",'=見本　花,"))
        let written = try Data(contentsOf: URL(filePath: city.scratch.file("out.csv")))
        #expect(written.starts(with: [0xEF, 0xBB, 0xBF]))
        let mode = try FileManager.default.attributesOfItem(atPath: city.scratch.file("out.csv"))
        #expect(mode[.posixPermissions] as? Int == 0o600)
        #expect(
            try rejected(city, "export", "--output", city.scratch.file("out.csv")).faultCodes == [
                "output.exists"
            ])

        let taken = try reload(city, Data(mended(text).utf8))
        #expect(taken.code == 0 && taken.json["kept"] as? Int == 3, "\(taken.output)\(taken.errors)")
        #expect(try Program.run("status", "--workspace", city.path).output.contains("3行が、次の夜間処理を待っています"))
        #expect(try rejected(city, "export", "--output", city.scratch.file("none.csv")).code == 66)

        let second = try city.run()
        #expect(second.code == 0 && second.json["outcome"] as? String == "published", "\(second.errors)")
        let after = try ledger(second)
        #expect(after["rejected"] == 0 && after["accepted"] == (before["accepted"] ?? 0) + 3)
        for line in [lines.date, lines.byte, lines.ragged] {
            let row = try Program.run(
                "explain", "row", "\(Self.file):\(line)", "--workspace", city.path, "--json")
            #expect(row.json["fate"] as? String == "受付", "\(row.errors)")
            #expect((row.json["correctedBy"] as? String)?.hasPrefix("user:cli:") == true)
        }
        #expect(try city.run().json["outcome"] as? String == "unchanged")

        // The last correction counts, also after the first was used.
        let again = try reload(city, Data(mended(text).replacing("2024-04-05", with: "2024-04-06").utf8))
        #expect(again.json["kept"] as? Int == 1, "\(again.output)")
        let third = try city.run()
        #expect(
            third.json["outcome"] as? String == "published" && third.publicationHash != nil, "\(third.errors)"
        )
        #expect(try ledger(third) == after)
        let reads = try Program.run("audit", "reads", "--workspace", city.path, "--json").output
        for what in ["rejected.read", "rejected.export"] { #expect(reads.contains("\"what\":\"\(what)\"")) }
        #expect(try Program.run("audit", "verify", "--workspace", city.path).code == 0)
    }

    @Test func aFileThatASpreadsheetSavedAgainIsTakenAllTheSame() throws {
        let city = try CityWorkspace(published: false)
        _ = try plant(in: city)
        _ = try city.run()
        // Shift_JIS without a mark, line ends of another machine, leading zeros gone.
        let saved = mended(try export(city)).replacing("\u{FEFF}", with: "").replacing("\r\n", with: "\n")
            .replacing(",0090000001,", with: ",90000001,").replacing("髙", with: "高")
        let taken = try reload(city, try #require(saved.data(using: .shiftJIS)))
        #expect(taken.json["kept"] as? Int == 3, "\(taken.output)\(taken.errors)")
        let rows = try #require(taken.json["rows"] as? [[String: Any]])
        #expect(rows.first?["restored"] as? [String] == ["宛名番号"])

        // What a spreadsheet calls Unicode text: UTF-16 with tabs.
        let unicode = saved.replacing(",", with: "\t").replacing("2024-04-05", with: "2024-04-06")
        let again = try reload(
            city, Data([0xFF, 0xFE]) + (try #require(unicode.data(using: .utf16LittleEndian))))
        #expect(again.json["kept"] as? Int == 1, "\(again.output)\(again.errors)")
    }

    @Test func whatIsStillWrongIsToldWithItsLineAndNotKept() throws {
        let city = try CityWorkspace(published: false)
        _ = try plant(in: city)
        _ = try city.run()
        let text = try export(city)
        let unchanged = try reload(city, Data(text.utf8))
        #expect(
            unchanged.json["kept"] as? Int == 0 && unchanged.json["refused"] as? Int == 0,
            "\(unchanged.output)")
        // It cannot be told whether the zeros were taken away on purpose.
        let bare = try reload(city, Data(text.replacing(",0090000001,", with: ",90000001,").utf8))
        let first = try #require((bare.json["rows"] as? [[String: Any]])?.first, "\(bare.errors)")
        #expect(first["outcome"] as? String == "unchanged" && first["restored"] as? [String] == ["宛名番号"])
        #expect((first["fix"] as? String)?.contains("抽出し直してください") == true)

        let wrong = try reload(city, Data(text.replacing("2024年13月45日", with: "令和99年").utf8))
        #expect(wrong.code == 65 && wrong.faultCodes == ["returned.refused"], "\(wrong.output)")
        #expect(
            wrong.errors.contains("2行目") && wrong.errors.contains("接種日") && !wrong.errors.contains("令和99年"))
        let half = text.replacing("2024年13月45日", with: "2024-04-05").replacing("20240401", with: "20240402")
        let partly = try reload(city, Data(half.utf8))
        #expect(partly.code == 0 && partly.json["outcome"] as? String == "partly-kept", "\(partly.output)")
        #expect(partly.output.contains("読めない文字"))

        #expect(
            try reload(city, Data(text.replacing("ハッシュ", with: "hash").utf8)).faultCodes == [
                "returned.columns"
            ])
        #expect(
            try reload(city, Data(text.replacing("接種日\r\n", with: "日\r\n").utf8)).faultCodes == [
                "returned.columns"
            ])
        #expect(try reload(city, Data()).faultCodes == ["returned.unusable"])
    }

    @Test func aFolderGetsAFileForEachExtractAndIsMadeWhereItIsMissing() throws {
        let city = try CityWorkspace(published: false)
        _ = try plant(in: city)
        _ = try city.run()
        let there = city.scratch.file("there")
        try FileManager.default.createDirectory(atPath: there, withIntermediateDirectories: false)
        for folder in [there, city.scratch.file("new/folder"), city.scratch.file("slash") + "/"] {
            let ending = try rejected(city, "export", "--output", folder)
            #expect(ending.code == 0, "\(ending.errors)")
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder) == [
                    "yobosesshu_20261001_rejected.csv"
                ])
        }
    }

    /// Rows are easily mixed up in a spreadsheet: one that becomes somebody else's is asked about first.
    @Test func aRowThatBecomesSomebodyElsesIsTakenOnlyAfterAsking() throws {
        let city = try CityWorkspace(published: false)
        _ = try plant(in: city)
        _ = try city.run()
        let text = try export(city).replacing("2024年13月45日", with: "2024-04-05")
        let other = text.replacing(",0090000001,", with: ",0090000009,")
        let asked = try reload(city, Data(other.utf8), isAsked: false)
        #expect(asked.code == 65 && asked.errors.contains("--other-person"), "\(asked.output)\(asked.errors)")
        #expect(!asked.errors.contains("0090000009"))
        let path = city.scratch.file("returned.csv")
        let taken = try rejected(city, "reload", path, "--other-person")
        #expect(taken.json["kept"] as? Int == 1, "\(taken.output)\(taken.errors)")
        // What nobody has mended yet is told, by reason.
        let waiting = try #require(taken.json["waiting"] as? [[String: Any]])
        #expect(waiting.compactMap { $0["code"] as? String } == ["row.columns", "row.encoding"])
        let words = try Program.run("rejected", "reload", path, "--other-person", "--workspace", city.path)
        #expect(words.output.contains("まだ直しを待っている行: 2行"), "\(words.output)\(words.errors)")
    }

    /// A row that says next to nothing any more is hardly what somebody meant.
    @Test func aRowThatIsLeftNearlyEmptyIsTakenOnlyAfterAsking() throws {
        let city = try CityWorkspace(published: false)
        _ = try plant(in: city)
        _ = try city.run()
        let text = try export(city).replacing(
            ",'=見本　花,20200216,MR,（伏せています）,2024年13月45日", with: ",,20200216,,（伏せています）,")
        let asked = try reload(city, Data(text.utf8), isAsked: false)
        #expect(
            asked.code == 65 && asked.errors.contains("埋まっていた5列（伏せた列のほか）のうち、3列が空になります"), "\(asked.errors)")
        #expect(asked.errors.contains("--other-person"), "\(asked.errors)")
        #expect(try reload(city, Data(text.utf8)).json["kept"] as? Int == 1)
        #expect(
            try city.rows(
                "SELECT event ->> '$.references.emptied' FROM audit_event WHERE event LIKE '%\"emptied\"%'")
                == ["1"])
    }

    /// Nothing says whose it was.
    @Test func aRowWhoseColumnsCouldNotBeToldApartIsTakenOnlyAfterAsking() throws {
        let city = try CityWorkspace(published: false)
        let lines = try plant(in: city)
        _ = try city.run()
        let text = mended(try export(city))
        let asked = try reload(city, Data(text.utf8), isAsked: false)
        #expect(asked.json["kept"] as? Int == 2 && asked.json["refused"] as? Int == 1, "\(asked.output)")
        let refused = try #require(
            (asked.json["rows"] as? [[String: Any]])?.first { $0["outcome"] as? String == "refused" })
        #expect(refused["row"] as? Int == lines.ragged)
        #expect((refused["fix"] as? String)?.contains("--other-person") == true)
        #expect(try reload(city, Data(text.utf8)).json["kept"] as? Int == 1)
    }

    @Test func aNewExtractEndsTheCorrectionsOfTheOldOne() throws {
        let city = try CityWorkspace(published: false)
        _ = try plant(in: city)
        _ = try city.run()
        let text = mended(try export(city))
        #expect(try reload(city, Data(text.utf8)).json["kept"] as? Int == 3)
        try city.write(try city.bytes(Self.file) + Data("\r\n".utf8), to: Self.file)
        let ending = try city.run()
        #expect(try ledger(ending)["rejected"] == 3)
        #expect(ending.errors.contains("前の抽出の行の直し3件は使いません"), "\(ending.errors)")
        let status = try Program.run("status", "--workspace", city.path)
        #expect(status.output.contains("前の抽出の行の直し3件は使いませんでした"))
        // The department is told too, also when later nights have nothing to do with it.
        let list = try rejected(city, "list")
        let lapsed = try #require((list.json["lapsed"] as? [[String: Any]])?.first, "\(list.errors)")
        #expect(lapsed["source"] as? String == "yobosesshu" && lapsed["count"] as? Int == 3)
        let words = try Program.run("rejected", "list", "--workspace", city.path).output
        #expect(words.contains("前の抽出の行の直し3件は終わりました"), "\(words)")
        let late = try reload(city, Data(text.utf8))
        let rows = try #require(late.json["rows"] as? [[String: Any]])
        #expect(rows.allSatisfy { $0["outcome"] as? String == "lapsed" })
    }

    @Test func aNightOfAnEarlierDayKeepsTheCorrectionsOfTheNewestExtract() throws {
        let city = try CityWorkspace(published: false)
        let (newest, old) = ("yobosesshu_20261002.csv", try city.bytes(Self.file))
        _ = try plant(in: city)
        try city.write(try city.bytes(Self.file), to: newest)
        try city.write(old, to: Self.file)
        #expect(try ledger(city.run("--date", "2026-10-02"), of: newest)["rejected"] == 3)
        #expect(try reload(city, Data(mended(try export(city)).utf8)).json["kept"] as? Int == 3)
        #expect(try city.run("--date", "2026-10-01").faultCodes == ["gate.older-day"])
        let back = try city.run(
            "--date", "2026-10-01", "--accept-gate", "older-day", "--reason", "前の日に戻してよいと確かめた")
        #expect(try ledger(back)["rejected"] == 0 && !back.errors.contains("使いません"), "\(back.errors)")
        #expect(try ledger(city.run("--date", "2026-10-02"), of: newest)["rejected"] == 0)
    }

    /// The rows that stopped a night are those somebody must mend.
    @Test func theRowsOfANightThatAGateStoppedAreShownFirst() throws {
        let city = try CityWorkspace(published: true)
        try city.write(try city.bytes("shien_20261001.csv") + Data("1,2\r\n".utf8), to: "shien_20261001.csv")
        #expect(try city.run().faultCodes == ["gate.protection-rows"])
        let list = try rejected(city, "list", "--source", "shien")
        #expect(list.json["isInService"] as? Bool == false)
        #expect(list.output.contains("row.columns"), "\(list.errors)")
    }

    /// kill -9 while rows are exported or taken back: a file is whole or not there, and what was taken counts.
    @Test func aKilledExportOrReloadLeavesNothingHalf() throws {
        let city = try CityWorkspace(published: false)
        _ = try plant(in: city)
        _ = try city.run()
        let text = try export(city, "whole.csv")
        let returned = try city.scratch.write(Array(mended(text).utf8), to: "mended.csv")
        var random = SeededGenerator(seed: testSeed)
        for number in 0..<caseCount(4) {
            let path = city.scratch.file("killed-\(number).csv")
            for words in [["export", "--output", path], ["reload", returned, "--other-person"]] {
                let started = try Program.start(["rejected"] + words + ["--workspace", city.path])
                Thread.sleep(forTimeInterval: Double.random(in: 0...0.15, using: &random))
                if started.process.isRunning { kill(started.process.processIdentifier, SIGKILL) }
                started.process.waitUntilExit()
            }
            if let found = try? String(contentsOfFile: path, encoding: .utf8) {
                #expect(found == text, "seed \(testSeed)")
            }
            let list = try rejected(city, "list")
            let count = list.output.components(separatedBy: "\"isCorrected\":true").count - 1
            #expect(list.code == 0 && [0, 3].contains(count), "seed \(testSeed)")
            if count == 3 { break }
        }
        _ = try rejected(city, "reload", returned, "--other-person")
        #expect(try ledger(try city.run())["rejected"] == 0)
        #expect(try Program.run("audit", "verify", "--workspace", city.path).code == 0)
    }
}

import Foundation
import TestSupport
import Testing

/// 訂正, through the real program and over several nights.
@Suite struct RectificationCommandTests {
    private static let file = "shukketsu_20261001.csv"
    private static let zeros = ["4", "5", "6", "7", "9"].flatMap { ["\($0)月欠席,0", "\($0)月遅刻,0"] }

    /// The case of a child who was often absent, and the row that says so.
    private func found(_ city: borrowing CityWorkspace) throws -> (id: String, line: Int) {
        let row = try #require(
            try city.rows(
                """
                SELECT case_id, flag ->> '$.reasons[0].facts[0].position.line' FROM case_flag
                WHERE rule = 'S2' AND flag ->> '$.reasons[0].facts[0].position.file' = '\(Self.file)'
                """
            ).first)
        let parts = row.split(separator: "|")
        return (String(parts[0]), try #require(Int(parts[1])))
    }

    private func correct(
        _ city: borrowing CityWorkspace, line: Int, values: [String] = zeros, file: String = file,
        by user: String = "privacy", more: [String] = [], second: String = ""
    ) throws -> Ending {
        try city.scratch.write(Array((["列,正しい値"] + values).joined(separator: "\n").utf8), to: "naoshi.csv")
        return try Program.run(
            [
                "rights", "correct", "--row", "\(file):\(line)", "--values", city.scratch.file("naoshi.csv"),
                "--request", "令和8年第4号", "--reason", "学校の原本と照らした", "--user", user, "--workspace", city.path,
                "--json",
            ] + more, input: city.password(user) + (second.isEmpty ? "" : city.password(second)))
    }

    private func explained(_ city: borrowing CityWorkspace, _ place: String) throws -> Ending {
        try Program.run("explain", "row", place, "--workspace", city.path, "--json")
    }

    /// The extract of another day, in which `edit` changes a line.
    private func deliver(
        _ city: borrowing CityWorkspace, day: String, editing line: Int, _ old: String, _ new: String
    ) throws {
        var lines = String(decoding: try city.bytes(Self.file), as: UTF8.self).components(separatedBy: "\r\n")
        #expect(lines[line - 1].contains(old))
        lines[line - 1] = lines[line - 1].replacing(old, with: new, maxReplacements: 1)
        try city.write(Data(lines.joined(separator: "\r\n").utf8), to: "shukketsu_\(day).csv")
    }

    @Test func aCorrectedAbsenceTakesItsFlagBackAtOnceAndEveryNightUntilTheRowIsAnother() throws {
        let city = try CityWorkspace(published: true)
        let (id, line) = try found(city)
        #expect(try correct(city, line: line, by: "center").faultCodes == ["policy.notPermitted"])
        let done = try correct(city, line: line)
        #expect(done.code == 0 && done.json["correction"] as? String == "N-1", "\(done.errors)")
        #expect(done.json["flags"] as? Int == 1 && done.json["withdrawn"] as? Int == 1, "\(done.output)")
        // Before any night: nobody's queue holds it, and its timeline says why.
        #expect(try city.rows("SELECT id FROM queue WHERE id = '\(id)'").isEmpty)
        let told = try city.rows("SELECT note FROM case_event WHERE case_id = '\(id)' AND what = '訂正'")
        #expect(told.count == 1 && told[0].contains("根拠の事実が訂正されました"))

        for date in ["2026-10-02", "2026-10-03"] {
            let night = try city.run("--date", date)
            #expect(night.json["outcome"] as? String == "published", "\(night.errors)")
            #expect(try city.rows("SELECT rule FROM case_flag WHERE rule = 'S2' AND NOT is_gone").isEmpty)
            let row = try explained(city, "\(Self.file):\(line)")
            #expect(
                row.json["fate"] as? String == "受付" && row.json["correctedBy"] as? String == "user:privacy")
            #expect(row.json["correction"] as? String == "N-1", "\(row.output)")
            let words = try Program.run(
                "explain", "row", "\(Self.file):\(line)", "--workspace", city.path)
            #expect(
                words.output.contains("訂正しました（N-1") && !words.output.contains("担当課から戻された"), "\(words.output)")
            #expect(try city.run("--date", date).json["outcome"] as? String == "unchanged")
        }

        // Another extract with the same row: another hash, the same words.
        let other = line == 4 ? 5 : 4
        let cells = String(decoding: try city.bytes(Self.file), as: UTF8.self).components(separatedBy: "\r\n")
        let cell = cells[other - 1].split(separator: ",", omittingEmptySubsequences: false).suffix(3)
            .joined(separator: ",")
        try deliver(
            city, day: "20261004", editing: other, cell, cell.replacing(",", with: ",1", maxReplacements: 1))
        #expect(try city.run("--date", "2026-10-04").json["outcome"] as? String == "published")
        #expect(
            try explained(city, "shukketsu_20261004.csv:\(line)").json["correctedBy"] as? String
                == "user:privacy")

    }

    @Test func whoWorkedOnTheCaseIsToldAndTheCaseStaysOpen() throws {
        let city = try CityWorkspace(published: true)
        let (id, line) = try found(city)
        try city.sql(
            "INSERT INTO case_event(case_id, at, actor, what, note) VALUES ('\(id)', 1, 'user:center', '記録', '電話した')",
            in: "service.sqlite")
        try city.sql(
            "UPDATE cases SET holder = 'center', state = '確認中' WHERE id = '\(id)'", in: "service.sqlite")
        let done = try correct(city, line: line)
        #expect(done.json["withdrawn"] as? Int == 0 && done.json["tellings"] as? Int == 1, "\(done.output)")
        #expect(try city.rows("SELECT state FROM queue WHERE id = '\(id)'") == ["確認中"])
        #expect(
            try Program.run("status", "--workspace", city.path, "--json").json["waitingTellings"] as? Int == 1
        )

        func told(_ words: [String]) throws -> Ending {
            try Program.run(
                ["rights", "told"] + words + ["--user", "privacy", "--workspace", city.path, "--json"],
                input: city.password("privacy"))
        }
        let list = try #require(try told([]).json["tellings"] as? [[String: Any]])
        #expect(
            list.count == 1 && list[0]["user"] as? String == "center" && list[0]["caseID"] as? String == id)
        #expect(try told(["T-9", "--how", "電話"]).faultCodes == ["telling.unknown"])
        #expect(try told(["T-1"]).faultCodes == ["telling.how"])
        #expect(try told(["T-1", "--how", "電話"]).json["outcome"] as? String == "told")
        #expect(try told(["T-1", "--how", "電話"]).faultCodes == ["telling.done"])
        #expect(
            try Program.run("status", "--workspace", city.path, "--json").json["waitingTellings"] as? Int == 0
        )
        let night = try city.run("--date", "2026-10-02")
        #expect(night.code == 0, "\(night.errors)")
        #expect(try city.rows("SELECT state FROM queue WHERE id = '\(id)'") == ["確認中"])
        #expect(
            try city.rows("SELECT count(*) FROM case_flag WHERE case_id = '\(id)' AND NOT is_gone") == ["0"])
    }

    @Test func theCorrectedValueRaisesWhatItSaysAndNoLongerWhenItIsTakenBack() throws {
        let city = try CityWorkspace(published: true)
        let flags = """
            SELECT case_id, flag ->> '$.reasons[0].facts[0].position.line', flag ->> '$.reasons[0].sentence'
            FROM case_flag WHERE rule = 'S2' AND NOT is_gone ORDER BY case_id
            """
        let before = try city.rows(flags)
        let quiet = (3...10).filter { line in !before.contains { $0.contains("|\(line)|") } }.prefix(4)
        for line in quiet { #expect(try correct(city, line: line, values: ["9月欠席,17"]).code == 0) }
        #expect(try city.rows(flags) == before, "nothing is raised before a night read it")
        #expect(try city.run("--date", "2026-10-02").json["outcome"] as? String == "published")
        let raised = try city.rows(flags).filter { !before.contains($0) }
        #expect(!raised.isEmpty && raised.allSatisfy { $0.contains("17日") }, "\(raised)")
        let raising = raised.compactMap { Int($0.split(separator: "|")[1]) }
        #expect(Set(raising).isSubset(of: quiet), "\(raised)")
        let cases = raised.map { String($0.split(separator: "|")[0]) }
        for id in cases { #expect(try city.rows("SELECT id FROM queue WHERE id = '\(id)'") == [id]) }

        // Somebody worked on it meanwhile: the case stays, without what was wrong.
        let worked = try #require(cases.first)
        try city.sql(
            "INSERT INTO case_event(case_id, at, actor, what, note) VALUES ('\(worked)', 1, 'user:center', '記録', '電話した')",
            in: "service.sqlite")
        try city.sql(
            "UPDATE cases SET holder = 'center', state = '確認中' WHERE id = '\(worked)'", in: "service.sqlite")
        for number in 1...quiet.count {
            let ended = try Program.run(
                [
                    "rights", "correct", "--end", "N-\(number)", "--reason", "原本を見直した", "--user", "officer",
                    "--workspace", city.path, "--json",
                ], input: city.password("officer"))
            #expect(ended.json["outcome"] as? String == "ended", "\(ended.errors)")
        }
        #expect(try city.run("--date", "2026-10-03").json["outcome"] as? String == "published")
        #expect(try city.rows(flags) == before)
        #expect(try city.rows("SELECT state FROM queue WHERE id = '\(worked)'") == ["確認中"])
        for id in cases.dropFirst() {
            let open = try city.rows(
                "SELECT count(*) FROM case_flag WHERE case_id = '\(id)' AND NOT is_gone")
            #expect(try city.rows("SELECT id FROM queue WHERE id = '\(id)'").isEmpty == (open == ["0"]))
        }
    }

    @Test func anotherContentOfTheRowEndsTheCorrectionAndSaysSo() throws {
        let city = try CityWorkspace(published: true)
        let (_, line) = try found(city)
        #expect(try correct(city, line: line).code == 0)
        let row = String(decoding: try city.bytes(Self.file), as: UTF8.self).components(separatedBy: "\r\n")[
            line - 1]
        let last = try #require(row.split(separator: ",").last)
        try deliver(city, day: "20261002", editing: line, row, String(row.dropLast(last.count)) + "0")
        let night = try city.run("--date", "2026-10-02")
        #expect(night.json["outcome"] as? String == "published", "\(night.errors)")
        let summary = try #require(night.json["summary"] as? [String: Any])
        let notices = try #require(summary["notices"] as? [String])
        #expect(notices.contains { $0.contains("訂正 N-1") }, "\(notices)")
        #expect(try explained(city, "shukketsu_20261002.csv:\(line)").json["correctedBy"] == nil)
        let changes = try Program.run("audit", "changes", "--workspace", city.path, "--json").output
        #expect(changes.contains("row.rectify") && changes.contains("row.lapse"))
        // Told once.
        let next = try city.run("--date", "2026-10-03")
        let again = (next.json["summary"] as? [String: Any])?["notices"] as? [String] ?? []
        #expect(!again.contains { $0.contains("訂正 N-1") })
        // The wrong words come again: nobody has said that they are wrong this time.
        try deliver(city, day: "20261004", editing: line, row, row)
        #expect(try city.run("--date", "2026-10-04").json["outcome"] as? String == "published")
        #expect(try explained(city, "shukketsu_20261004.csv:\(line)").json["correctedBy"] == nil)
        #expect(try city.rows("SELECT rule FROM case_flag WHERE rule = 'S2' AND NOT is_gone") == ["S2"])
    }

    @Test func aWrongCorrectionIsTakenBackByAnotherPersonAndItsFlagComesAgain() throws {
        let city = try CityWorkspace(published: true)
        let (_, line) = try found(city)
        #expect(try correct(city, line: line).code == 0)
        #expect(try city.run("--date", "2026-10-02").json["outcome"] as? String == "published")
        // Accepted rows are in nobody's list to mend.
        #expect(try city.rows("SELECT count(*) FROM corrected", in: "facts.sqlite") == ["1"])
        #expect(
            try city.rows("SELECT count(*) FROM rejected_row", in: "vault.sqlite")
                == city.rows("SELECT count(*) FROM rejection", in: "facts.sqlite"))
        func end(by user: String) throws -> Ending {
            try Program.run(
                [
                    "rights", "correct", "--end", "N-1", "--reason", "原本を見直した", "--user", user, "--workspace",
                    city.path, "--json",
                ], input: city.password(user))
        }
        #expect(try end(by: "privacy").faultCodes == ["rectification.own"])
        #expect(try end(by: "center").faultCodes == ["policy.notPermitted"])
        let ended = try end(by: "officer")
        #expect(ended.json["outcome"] as? String == "ended", "\(ended.errors)")
        #expect(try city.run("--date", "2026-10-03").json["outcome"] as? String == "published")
        #expect(try explained(city, "\(Self.file):\(line)").json["correctedBy"] == nil)
        #expect(try city.rows("SELECT rule FROM case_flag WHERE rule = 'S2' AND NOT is_gone") == ["S2"])
        #expect(
            try Program.run("audit", "changes", "--workspace", city.path, "--json").output.contains(
                "row.restore"))
    }

    @Test func twoHarmlessCorrectionsDoNotMakeARowSomebodyElses() throws {
        let city = try CityWorkspace(published: true)
        let (_, line) = try found(city)
        #expect(try correct(city, line: line, values: ["生年月日,2011/1/1"]).code == 0)
        // Compared with the row as it stands now.
        #expect(try correct(city, line: line, values: ["生年月日,2011/1/1"]).faultCodes == ["rights.same"])
        let name = ["氏名,鯨岡　鰐男", "ふりがな,くじらおか　わにお"]
        #expect(try correct(city, line: line, values: name).faultCodes == ["rights.other-person"])
        let alone = try correct(city, line: line, values: name, more: ["--other-person"])
        #expect(alone.faultCodes == ["rights.second"])
        let both = try correct(
            city, line: line, values: name, more: ["--other-person", "--second", "officer"], second: "officer"
        )
        #expect(both.json["correction"] as? String == "N-2", "\(both.errors)")
    }

    @Test func whatCannotBeUsedIsToldAndNothingIsKept() throws {
        let city = try CityWorkspace(published: true)
        let (_, line) = try found(city)
        let row = String(decoding: try city.bytes(Self.file), as: UTF8.self).components(separatedBy: "\r\n")[
            line - 1]
        let same = "9月遅刻,\(try #require(row.split(separator: ",").last))"
        let cases: [(values: [String], file: String, line: Int, code: String)] = [
            (["組,3"], Self.file, line, "rights.values"), (["ない列,3"], Self.file, line, "rights.values"),
            (["4月欠席,0", "4月欠席,1"], Self.file, line, "rights.values"), ([], Self.file, line, "rights.values"),
            (["\"4月欠席,0"], Self.file, line, "rights.values"),
            ([same], Self.file, line, "rights.same"), (["4月欠席,0"], "nai_20261001.csv", line, "rights.file"),
            (["4月欠席,0"], Self.file, 1, "rights.row"),
            // Whatever the row says, so that no answer tells it.
            (["解除年月日,令和8年9月1日"], "shien_20261001.csv", 2, "rights.protection"),
            (["4月欠席,0"], "shien_20261001.csv", 999, "rights.protection"),
            // A measure may reach whoever lives there.
            (["世帯番号,987654321"], "jumin_20261001.csv", 2, "rights.other-person"),
            (["氏名,鯨岡　鰐男", "ふりがな,くじらおか　わにお", "生年月日,2011/1/1"], Self.file, line, "rights.other-person"),
        ]
        for (values, file, line, code) in cases {
            let ending = try correct(city, line: line, values: values, file: file)
            #expect(ending.faultCodes == [code], "\(values): \(ending.output)")
            #expect(!ending.errors.contains("鯨岡"))
        }
        let wild = try correct(city, line: line, values: ["4月欠席,99"])
        #expect(wild.code == 64 && wild.errors.contains("4月欠席"), "\(wild.output)")
        #expect(try city.rows("SELECT count(*) FROM rectification") == ["0"])
        // The extract is gone: nothing is guessed.
        try FileManager.default.removeItem(atPath: "\(city.inbox)/\(Self.file)")
        #expect(try correct(city, line: line).faultCodes == ["rights.extract"])
    }
}

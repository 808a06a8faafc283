import Foundation
import TestSupport
import Testing

/// What departments cancel, correct and delete, through the real program: the timeline says so, and whoever works on the case is named.
@Suite struct TakingBackCommandTests {
    private struct Ground {
        let caseID: String
        let file: String
        let line: Int
    }

    /// Cases with a flag of the rule whose first reason stands on a row, in the order of rows.
    private func grounds(_ city: borrowing CityWorkspace, _ rule: String) throws -> [Ground] {
        try city.rows(
            """
            SELECT case_id, flag ->> '$.ground[0].sourced.position.file', flag ->> '$.ground[0].sourced.position.line'
            FROM case_flag WHERE rule = '\(rule)' AND NOT is_gone AND flag ->> '$.ground[0]' IS NOT NULL
            ORDER BY CAST(flag ->> '$.ground[0].sourced.position.line' AS INTEGER)
            """
        ).compactMap {
            let parts = $0.split(separator: "|").map(String.init)
            return Int(parts[2]).map { Ground(caseID: parts[0], file: parts[1], line: $0) }
        }
    }

    /// The next day's extract of a source, as the one before but for some lines; `nil` deletes one.
    private func deliver(
        _ city: borrowing CityWorkspace, _ file: String, _ edits: [Int: ([String]) -> [String]?]
    ) throws {
        // Byte by byte: what is edited is plain ASCII in every encoding.
        let text = try #require(String(data: city.bytes(file), encoding: .isoLatin1))
        let separator = text.contains("\r\n") ? "\r\n" : "\n"
        var lines: [String] = []
        for (index, line) in text.components(separatedBy: separator).enumerated() {
            guard let edit = edits[index + 1] else {
                lines.append(line)
                continue
            }
            if let cells = edit(line.components(separatedBy: ",")) {
                lines.append(cells.joined(separator: ","))
            }
        }
        let next = file.replacing("20261001", with: "20261002")
        let bytes = try #require(lines.joined(separator: separator).data(using: .isoLatin1))
        try city.write(bytes, to: next)
    }

    private func setting(_ column: Int, _ value: String) -> ([String]) -> [String]? {
        { cells in
            var cells = cells
            cells[column] = value
            return cells
        }
    }

    @Test func whatWasTakenBackIsToldToWhoeverWorksOnItAndWhatFollowedIsNot() throws {
        let city = try CityWorkspace(children: 400, seed: 5)
        #expect(try city.run().json["outcome"] as? String == "published")
        try city.sql("UPDATE cases SET holder = 'center', state = '確認中'", in: "service.sqlite")
        let nursery = try #require(grounds(city, "C6").first)
        let mothers = try grounds(city, "H1")
        let checkups = try grounds(city, "U1")
        let absences = try grounds(city, "S2")
        let allowance = try #require(grounds(city, "U4").first)
        try #require(mothers.count >= 2 && checkups.count >= 3 && absences.count >= 4)

        let delete: ([String]) -> [String]? = { _ in nil }
        try deliver(city, nursery.file, [nursery.line: delete])
        try deliver(
            city, mothers[0].file,
            [mothers[0].line: { Array($0[..<11]) + ["3", "0"] }, mothers[1].line: delete])
        try deliver(
            city, checkups[0].file,
            [
                // Seen since; deleted; seen before anybody said that nobody was.
                checkups[0].line: setting(7, "R8.10.1"), checkups[1].line: delete,
                checkups[2].line: { cells in
                    var cells = cells
                    cells[7] = cells[5] + ".10"
                    return cells
                },
            ])
        // The last four columns of the roster are two months' absences and lates.
        try deliver(
            city, absences[0].file,
            [
                absences[0].line: { Array($0[..<17]) + ["0", "0"] }, absences[1].line: delete,
            ])
        let changed = try #require(
            "受給中".data(using: .shiftJIS).flatMap { String(data: $0, encoding: .isoLatin1) })
        let stopped = try #require(
            "差止".data(using: .shiftJIS).flatMap { String(data: $0, encoding: .isoLatin1) })
        try deliver(
            city, allowance.file,
            [allowance.line: { $0.map { $0.contains(stopped) ? changed : $0 } }])
        var night = try city.run("--date", "2026-10-02")
        if night.code != 0 {
            // So many flags that are gone stop a night of so few.
            night = try city.run(
                "--date", "2026-10-02", "--accept-gate", "flag-fall", "--reason", "取り消された記録のため")
        }
        #expect(night.json["outcome"] as? String == "published", "\(night.errors)")

        func told(_ rule: String, _ ground: Ground) throws -> String {
            try city.rows(
                """
                SELECT what FROM case_event WHERE case_id = '\(ground.caseID)' AND rule = '\(rule)' AND what <> 'きっかけの確認'
                ORDER BY id
                """
            ).joined(separator: " ")
        }
        let takenBack = [
            ("C6", nursery), ("H1", mothers[0]), ("H1", mothers[1]), ("U1", checkups[1]), ("U1", checkups[2]),
            ("S2", absences[0]), ("S2", absences[1]), ("U4", allowance),
        ]
        for (rule, ground) in takenBack { #expect(try told(rule, ground) == "根拠の取消し", "\(rule) \(ground)") }
        #expect(try told("U1", checkups[0]) == "きっかけの解消")
        for standing in absences[2...] { #expect(try told("S2", standing).isEmpty) }

        let list = try Program.run(
            ["rights", "told", "--user", "privacy", "--workspace", city.path, "--json"],
            input: city.password("privacy"))
        let tellings = try #require(list.json["tellings"] as? [[String: Any]])
        let named = Set(tellings.compactMap { $0["caseID"] as? String })
        #expect(named.isSuperset(of: takenBack.map(\.1.caseID)), "\(list.output)")
        #expect(!named.contains(checkups[0].caseID))
        #expect(tellings.allSatisfy { $0["user"] as? String == "center" })
        #expect(try city.run("--date", "2026-10-03").code == 0)
        // Once, not every night.
        #expect(
            try city.rows("SELECT count(*) FROM taking_back") == ["\(tellings.count)"])
    }

    @Test func anExtractThatStaysAwayTakesNothingBack() throws {
        let city = try CityWorkspace(children: 400, seed: 5)
        #expect(try city.run().json["outcome"] as? String == "published")
        try city.sql("UPDATE cases SET holder = 'center', state = '確認中'", in: "service.sqlite")
        for file in try Set(grounds(city, "S2").map(\.file) + grounds(city, "H1").map(\.file)) {
            try FileManager.default.removeItem(atPath: city.inbox + "/" + file)
        }
        let night = try city.run("--date", "2026-10-02")
        #expect(night.json["outcome"] as? String == "published", "\(night.errors)")
        #expect(try city.rows("SELECT count(*) FROM taking_back") == ["0"])
        #expect(try city.rows("SELECT count(*) FROM case_event WHERE what = '根拠の取消し'") == ["0"])
    }
}

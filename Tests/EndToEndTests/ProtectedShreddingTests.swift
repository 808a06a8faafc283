import Foundation
import TestSupport
import Testing

/// Somebody under 支援措置 is shredded, through the real program and over several nights.
@Suite struct ProtectedShreddingTests {
    /// The line of the register on which somebody's number stands first.
    private func line(of number: String, _ city: borrowing CityWorkspace) throws -> Int {
        let lines = try city.bytes("jumin_20261001.csv").split(separator: 0x0A)
        let prefixes = [number, "\"\(number)\""].map { Data("\($0),".utf8) }
        let index = try #require(lines.firstIndex { line in prefixes.contains { line.starts(with: $0) } })
        return index + 1
    }

    private func person(of number: String, _ city: borrowing CityWorkspace) throws -> String {
        let row = try Program.run(
            "explain", "row", "jumin_20261001.csv:\(line(of: number, city))", "--workspace", city.path,
            "--json")
        let records = try #require(row.json["records"] as? [[String: Any]], "\(row.errors)")
        return try #require(records.compactMap { $0["person"] as? String }.first)
    }

    private func isProtected(_ persons: [String], _ city: borrowing CityWorkspace) throws -> [String] {
        let list = persons.map { "'\($0)'" }.joined(separator: ",")
        return try city.rows(
            "SELECT protected FROM person WHERE person IN (\(list))", in: "vault.sqlite")
    }

    @Test func theHouseholdStaysProtectedNightAfterNight() throws {
        let city = try CityWorkspace(published: false)
        try CrawledCity.script("city", ["plant", city.inbox])
        #expect(try city.run().json["outcome"] as? String == "published")
        // The measure is the mother's alone: of the children nothing is decided yet.
        let mother = try person(of: "0906000011", city)
        let children = [try person(of: "0906000022", city), try person(of: "0906000033", city)]
        #expect(Set(children + [mother]).count == 3)
        #expect(try isProtected(children + [mother], city) == ["1", "1", "1"])
        let measures = "SELECT count(*) FROM outside WHERE reason = '消去済み'"
        #expect(try city.rows(measures, in: "facts.sqlite") == ["0"])

        let words = ["person", "shred", "--workspace", city.path, "--json"]
        let proposed = try Program.run(
            words + ["--person", mother, "--reason", "消去の請求を認めた", "--user", "privacy"],
            input: city.password("privacy"))
        #expect(proposed.json["state"] as? String == "proposed", "\(proposed.errors)")
        let done = try Program.run(
            words + ["S-1", "--reason", "決裁を確かめた", "--user", "manager"], input: city.password("manager"))
        #expect(done.json["state"] as? String == "done", "\(done.errors)")
        #expect(try isProtected(children, city) == ["1", "1"], "before any night")

        for date in ["2026-10-02", "2026-10-03"] {
            let night = try city.run("--date", date)
            #expect(night.json["outcome"] as? String == "published", "\(night.errors)")
            let rows = try city.rows(measures, in: "facts.sqlite")
            #expect(rows != ["0"], "her rows, that of the measure among them, came and were not taken in")
            #expect(
                try city.rows("SELECT 1 FROM person WHERE person = '\(mother)'", in: "vault.sqlite").isEmpty)
            #expect(try isProtected(children, city) == ["1", "1"], "\(date)")
            let cases = try city.rows(
                "SELECT c.protected FROM queue q JOIN cases c ON c.id = q.id WHERE c.person IN ("
                    + children.map { "'\($0)'" }.joined(separator: ",") + ")")
            #expect(!cases.isEmpty && Set(cases) == ["1"], "\(date)")
            // Nothing is written for whoever speaks for them.
            let copy = try Program.run(
                [
                    "rights", "disclose", "--request", "令和8年第3号", "--requester", "guardian", "--person",
                    children[0], "--reason", "戸籍で確かめた", "--user", "privacy", "--second", "manager",
                    "--output", city.scratch.file("kaiji"), "--workspace", city.path, "--json",
                ], input: city.password("privacy") + city.password("manager"))
            #expect(copy.faultCodes == ["rights.refused"], "\(copy.output)")
            #expect(!FileManager.default.fileExists(atPath: city.scratch.file("kaiji")))
        }
    }
}

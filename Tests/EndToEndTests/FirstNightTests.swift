import Foundation
import TestSupport
import Testing

@Suite struct FirstNightTests {
    @Test func aNightIsPublishedOnceAndThenThereIsNothingToDo() throws {
        let city = try CityWorkspace(published: false)
        let first = try city.run()
        #expect(first.code == 0, "\(first.errors)")
        #expect(first.json["outcome"] as? String == "published")
        let report = try #require(first.json["report"] as? String)
        #expect(try String(contentsOfFile: report, encoding: .utf8).contains("住民記録"))

        let second = try city.run()
        #expect(second.code == 0)
        #expect(second.json["outcome"] as? String == "unchanged")
        #expect(second.publicationHash == first.publicationHash)
    }

    @Test func anItemWithoutAPurposeIsDroppedAndTold() throws {
        let city = try CityWorkspace(published: false)
        let path = city.path + "/Guidelines/purposes/support.json5"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let rules = city.path + "/Guidelines/rules"
        for name in ["C6"] { try FileManager.default.removeItem(atPath: "\(rules)/\(name).json5") }
        try text.replacing("\"C06\",", with: "").replacing(", \"C06\"", with: "").write(
            toFile: path, atomically: true, encoding: .utf8)
        let adopted = try city.adoptGuideline()
        #expect(adopted.code == 0, "\(adopted.output)")
        let ending = try city.run()
        #expect(ending.code == 0, "\(ending.errors)")
        let notices = try #require((ending.json["summary"] as? [String: Any])?["notices"] as? [String])
        #expect(
            notices.contains { $0.contains("C06") && $0.contains("有効な利用目的がないため取り込みません") },
            "\(notices)")
        let items = try city.storedItems()
        #expect(items.contains("C04") && !items.contains("C06") && !items.contains("E01"), "\(items)")
    }

    /// What is standing use may neither rest on an occasion nor outlive its purpose.
    @Test(arguments: [
        (
            "basis: \"61_3_CHANGED_PURPOSE\"", "basis: \"69_2_2_ADHOC_INTERNAL\", occasion: \"令和8年の調査\"",
            "臨時的な利用"
        ),
        ("validTo: \"2029-03-31\"", "validTo: \"2026-09-30\"", "この日には有効ではありません"),
        ("basis: \"61_3_CHANGED_PURPOSE\"", "basis: \"69_2_1_CONSENT\"", "同意が確認できません"),
    ])
    func aPurposeThatIsNoneForStandingUseCannotBeProposed(old: String, new: String, told: String) throws {
        let city = try CityWorkspace(published: false)
        let path = city.path + "/Guidelines/purposes/support.json5"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.contains(old))
        try text.replacing(old, with: new).write(toFile: path, atomically: true, encoding: .utf8)
        let ending = try city.adoptGuideline()
        #expect(ending.code == 78 && ending.faultCodes == ["purpose.refused"], "\(ending.errors)")
        #expect(ending.output.contains(told))
    }

    @Test func aNightDoesNotOutliveThePurposesInForce() throws {
        let city = try CityWorkspace(published: false)
        let ending = try city.run("--date", "2029-04-01")
        #expect(ending.code == 78 && Set(ending.faultCodes) == ["purpose.refused"], "\(ending.errors)")
        #expect(try city.caseIDs().isEmpty)
    }

    @Test func theResultDoesNotDependOnTheNumberOfThreads() throws {
        let city = try CityWorkspace(published: false)
        var hashes: Set<String> = []
        for threads in ["1", "2", "4"] {
            for name in ["copy", "copy.checkpoints"] {
                try? FileManager.default.removeItem(atPath: city.scratch.file(name))
            }
            try FileManager.default.copyItem(atPath: city.path, toPath: city.scratch.file("copy"))
            let ending = try Program.run(
                "run", "--workspace", city.scratch.file("copy"), "--json", "--threads", threads)
            hashes.insert(try #require(ending.publicationHash, "\(ending.errors)"))
        }
        #expect(hashes.count == 1)
    }

    @Test func everyRowOfEveryExtractIsAccountedFor() throws {
        let city = try CityWorkspace(published: true)
        let summary = try #require(try city.run().json["summary"] as? [String: Any])
        let extracts = try #require(summary["extracts"] as? [[String: Any]])
        #expect(extracts.count == 13)
        for extract in extracts {
            let ledger = try #require(extract["ledger"] as? [String: Int])
            let file = try #require(extract["file"] as? String)
            // A second count of the file, by line ends: no file here has one inside quotes but soudan.
            guard !file.hasPrefix("soudan") else { continue }
            let lines = try city.bytes(file).count { $0 == 0x0A }
            #expect(ledger.values.reduce(0, +) == lines - 1, "\(file)")
        }
        for gate in try #require(summary["gates"] as? [[String: Any]]) {
            #expect(gate["passed"] as? Bool == true)
        }
    }

    @Test func anUnchangedCityKeepsEveryPersonOnTheNextNight() throws {
        let city = try CityWorkspace(published: true)
        let ending = try city.run("--date", "2026-10-02")
        #expect(ending.code == 0, "\(ending.errors)")
        let persons = try #require(
            (ending.json["summary"] as? [String: Any])?["persons"] as? [String: Int])
        #expect(persons["new"] == 0 && persons["merged"] == 0 && persons["split"] == 0)
    }

    @Test func whoStaysAwayForANightIsTheSamePersonAfterwards() throws {
        let city = try CityWorkspace(published: true)
        let file = "soudan_20261001.csv"
        let bytes = try city.bytes(file)
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").count
        #expect(line > 1)
        let place = ["explain", "row", "\(file):2", "--workspace", city.path, "--json"]
        let before = try Program.run(place).json["records"] as? [[String: Any]]

        try FileManager.default.removeItem(atPath: "\(city.inbox)/\(file)")
        #expect(try city.run("--date", "2026-10-02").code == 0)
        try city.write(bytes, to: file)
        let back = try city.run("--date", "2026-10-03")
        #expect(back.code == 0, "\(back.errors)")
        let persons = try #require((back.json["summary"] as? [String: Any])?["persons"] as? [String: Int])
        #expect(persons["new"] == 0 && persons["split"] == 0)
        let after = try Program.run(place).json["records"] as? [[String: Any]]
        #expect(before?.first?["person"] as? String != nil)
        #expect(after?.first?["person"] as? String == before?.first?["person"] as? String)
    }

    /// A late extract says nothing: what it led to before stays, and nobody is told that it is over.
    @Test func aSourceThatDoesNotComeWithdrawsNoCase() throws {
        let city = try CityWorkspace(published: true)
        let before = try city.caseIDs()
        let checkups = try city.bytes("kenshin_20261001.csv")
        let places = try city.bytes("hoiku_20261001.csv")
        try FileManager.default.removeItem(atPath: city.inbox + "/kenshin_20261001.csv")
        try FileManager.default.removeItem(atPath: city.inbox + "/hoiku_20261001.csv")
        let ending = try city.run("--date", "2026-10-02")
        #expect(ending.code == 0, "\(ending.errors)")
        let cases = try #require((ending.json["summary"] as? [String: Any])?["cases"] as? [String: Int])
        #expect(cases["withdrawn"] == 0)
        // Counted as standing, and compared with when the extracts come again.
        func flags(_ ending: Ending, _ key: String) throws -> [String: Int] {
            let summary = try #require(ending.json["summary"] as? [String: Any])
            let rules = try #require(summary["flags"] as? [[String: Any]])
            return Dictionary(
                uniqueKeysWithValues: rules.compactMap { rule in
                    (rule["rule"] as? String).map { ($0, rule[key] as? Int ?? 0) }
                })
        }
        let (count, standing) = (try flags(ending, "count"), try flags(ending, "standing"))
        #expect(standing.values.contains { $0 > 0 })
        try city.write(checkups, to: "kenshin_20261001.csv")
        try city.write(places, to: "hoiku_20261001.csv")
        let back = try city.run("--date", "2026-10-03")
        #expect(back.code == 0, "\(back.errors)")
        #expect(try flags(back, "count") == count.merging(standing, uniquingKeysWith: +))
        #expect(Set(before).isSubset(of: try city.caseIDs()))
    }

    /// Who is known only from the source that is late is in no household of the night at all.
    @Test func aSourceThatDoesNotComeWithdrawsNoCaseOfSomebodyWhoIsNotOnTheRegister() throws {
        let city = try CityWorkspace(published: false)
        let file = "ninsanpu_20261001.csv"
        let row =
            "2026-999999,架空田　留美子,カクウデン　ルミコ,1999/7/23,隣県遠野町字奥9-87,,2026/9/1,25,2026/12/15,,,,"
        func count(_ ending: Ending) throws -> (flags: Int, standing: Int, withdrawn: Int) {
            let summary = try #require(ending.json["summary"] as? [String: Any], "\(ending.errors)")
            let rules = try #require(summary["flags"] as? [[String: Any]])
            let late = try #require(rules.first { $0["rule"] as? String == "H2P" })
            let cases = try #require(summary["cases"] as? [String: Int])
            return (late["count"] as? Int ?? 0, late["standing"] as? Int ?? 0, cases["withdrawn"] ?? -1)
        }
        try city.write(try city.bytes(file) + Data((row + "\r\n").utf8), to: file)
        let first = try count(city.run("--date", "2026-10-01"))
        try #require(first.flags > 0)
        let bytes = try city.bytes(file)
        try FileManager.default.removeItem(atPath: "\(city.inbox)/\(file)")
        let second = try count(city.run("--date", "2026-10-02"))
        #expect(second.withdrawn == 0 && second.standing == first.flags)
        // The extract comes again, and she is in it no longer: that is said, and the case is withdrawn.
        try city.write(bytes.dropLast(row.utf8.count + 2), to: file)
        let third = try count(city.run("--date", "2026-10-03"))
        #expect(third.withdrawn == 1 && third.flags == first.flags - 1)
    }

    @Test func everyCaseLeadsBackToRowsAndEveryRowToItsFate() throws {
        let city = try CityWorkspace(published: true)
        let row = try Program.run(
            "explain", "row", "jumin_20261001.csv:2", "--workspace", city.path, "--json")
        #expect(row.code == 0 && row.json["fate"] as? String == "受付", "\(row.errors)")
        let person = try #require((row.json["records"] as? [[String: Any]])?.first?["person"] as? String)

        let whole = try Program.run("explain", "person", person, "--workspace", city.path, "--json")
        let records = try #require(whole.json["records"] as? [[String: Any]])
        #expect(records.contains { $0["file"] as? String == "jumin_20261001.csv" && $0["line"] as? Int == 2 })

        let id = try #require(try city.caseIDs().first)
        let lineage = try Program.run("explain", "case", id, "--workspace", city.path, "--json")
        let flags = try #require(lineage.json["flags"] as? [[String: Any]], "\(lineage.errors)")
        let rule = try #require(flags.first?["rule"] as? String)
        let flag = try Program.run("explain", "flag", "\(id)/\(rule)", "--workspace", city.path)
        #expect(flag.code == 0 && flag.output.contains("規則 \(rule)"))
    }

    @Test(arguments: [
        ["row", "jumin_20261001.csv:99999"], ["row", "none.csv:1"], ["person", "P-NONE"], ["case", "C-NONE"],
    ])
    func whatIsNotThereIsSaidSo(words: [String]) throws {
        let city = try CityWorkspace(published: true)
        let ending = try Program.run(["explain"] + words + ["--workspace", city.path])
        #expect(ending.code == 66 && ending.errors.contains("対処:"), "\(ending.errors)")
    }

    /// Neither terminal nor log of a night may hold a name, a birth date or an address.
    @Test func noValueOfAPersonIsPrintedOrLogged() throws {
        let city = try CityWorkspace(published: false)
        let ending = try city.run()
        let text = String(decoding: try city.bytes("hoiku_20261001.csv").filter { $0 < 0x80 }, as: UTF8.self)
        let phones = text.matches(of: /0[789]0-\d{4}-\d{4}/).map { String($0.output) }
        #expect(phones.count > 3)
        for phone in phones { #expect(!ending.output.contains(phone) && !ending.errors.contains(phone)) }
        let names = String(decoding: try city.bytes("soudan_20261001.csv"), as: UTF8.self)
            .split(separator: "\r\n").dropFirst().compactMap { $0.split(separator: ",").dropFirst(2).first }
        for name in names where name.count > 3 {
            #expect(!ending.output.contains(name) && !ending.errors.contains(name))
        }
    }

    @Test func statusTellsWhatIsInService() throws {
        let city = try CityWorkspace(published: true)
        let ending = try Program.run("status", "--workspace", city.path)
        #expect(ending.code == 0)
        #expect(ending.output.contains("公開中") && ending.output.contains("renkei serve --workspace"))
    }

    /// What it learns must be a model the next night takes, and the reading must be in the audit trail.
    @Test func aModelIsCountedWhereTheTruthIsKnown() throws {
        let city = try CityWorkspace(published: true)
        let model = city.path + "/Guidelines/linkage/model.json"
        let words = ["model", "--workspace", city.path, "--out", model, "--json"]
        let ending = try Program.run(words + ["--truth", CityWorkspace.truth(), "--seed", "5"])
        #expect(ending.code == 0, "\(ending.errors)")
        #expect((ending.json["matchingPairs"] as? Int ?? 0) > 100)
        let first = try Data(contentsOf: URL(filePath: model))
        #expect(String(decoding: first, as: UTF8.self).contains("\"kind\" : \"labelled\""))
        let night = try city.run()
        #expect(night.code == 0, "\(night.errors)")
        let audit = try Program.run("audit", "verify", "--workspace", city.path, "--json")
        #expect(audit.code == 0 && audit.json["outcome"] as? String == "intact")
        #expect(try Program.run(words).code == 64)
    }

    @Test func evaluateMeasuresTheLinksAgainstTheTruth() throws {
        let city = try CityWorkspace(published: true)
        let ending = try Program.run(
            "evaluate", "--workspace", city.path, "--truth", CityWorkspace.truth(), "--json")
        #expect(ending.code == 0, "\(ending.errors)")
        let pairwise = try #require(ending.json["pairwise"] as? [String: Double])
        #expect((pairwise["precision"] ?? 0) > 0.99 && (pairwise["recall"] ?? 0) > 0.8)
    }
}

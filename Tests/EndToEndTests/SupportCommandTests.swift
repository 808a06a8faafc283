import Foundation
import TestSupport
import Testing

/// Support programmes, through the real program.
@Suite struct SupportCommandTests {
    private static let registry = Program.checkout + "/samples/wakabano/programmes.json"
    private static let allowance = "psid3.0+9990000990160+0001+UM1"

    private func support(
        _ city: borrowing CityWorkspace, _ words: [String], by user: String? = nil
    ) throws -> Ending {
        var (signed, input): ([String], String) = ([], "")
        if let user { (signed, input) = (["--user", user], try city.password(user)) }
        return try Program.run(
            ["support"] + words + signed + ["--workspace", city.path, "--json"], input: input)
    }

    private func imported(_ city: borrowing CityWorkspace) throws -> Ending {
        try support(
            city,
            ["import", Self.registry, "--source", "見本", "--date", "2026-08-01", "--attribution", "出典: 見本"],
            by: "center")
    }

    /// By child, the programmes that are missed.
    private func missed(_ city: borrowing CityWorkspace) throws -> [String: Set<String>] {
        let ending = try support(city, ["missed", "--limit", "200"], by: "center")
        try #require(ending.code == 0, "\(ending.errors)")
        var found: [String: Set<String>] = [:]
        for household in try #require(ending.json["households"] as? [[String: Any]]) {
            for child in try #require(household["children"] as? [[String: Any]]) {
                let offers = try #require(child["offers"] as? [[String: Any]])
                let names = offers.filter { $0["standing"] as? String == "missed" }.compactMap {
                    $0["programme"] as? String
                }
                found[try #require(child["person"] as? String)] = Set(names)
            }
        }
        return found
    }

    @Test func fromTheRegistryToAnOutcomeAndAnOptOut() throws {
        let city = try CityWorkspace(published: true)
        #expect(try support(city, ["missed"], by: "center").json["households"] as? [String] == [])
        let kept = try imported(city)
        #expect(kept.code == 0, "\(kept.errors)")
        #expect(kept.json["programmes"] as? Int == 22)
        let before = try missed(city)
        let child = try #require(before.first { $0.value.contains(Self.allowance) }?.key)
        // What children have who are found: no record of 児童手当.
        let sent = try support(
            city, ["record", Self.allowance, "--person", child, "--outcome", "sent", "--channel", "text"],
            by: "center")
        #expect(sent.code == 0, "\(sent.errors)")
        #expect(try missed(city)[child]?.contains(Self.allowance) == true)
        _ = try support(
            city, ["record", Self.allowance, "--person", child, "--outcome", "receives"], by: "center")
        #expect(try missed(city)[child]?.contains(Self.allowance) != true)
        // The family wants no more of it: at once.
        let refused = try Program.run(
            [
                "consent", "record", "--refuse", "--purpose", "programmes", "--person", child, "--giver",
                "guardian",
                "--evidence", "申出 第1号", "--reason", "案内を望まない", "--user", "privacy", "--workspace", city.path,
            ], input: city.password("privacy"))
        #expect(refused.code == 0, "\(refused.errors)")
        #expect(try missed(city)[child] == nil)
        // As of nobody at all: that there is such a child would be told otherwise.
        let (gone, nobody) = (
            try support(city, ["show", "--person", child], by: "center"),
            try support(city, ["show", "--person", "P-NOBODY"], by: "center")
        )
        #expect(gone.code == 66 && gone.output == nobody.output && gone.errors == nobody.errors)
        let written = try support(
            city, ["record", Self.allowance, "--person", child, "--outcome", "sent"], by: "center")
        #expect(written.code == 66 && written.faultCodes == gone.faultCodes)
        // Others may not look at all, and every look is in the trail.
        #expect(try support(city, ["missed"], by: "officer").code == 77)
        #expect(try support(city, ["missed", "--after", child], by: "center").code == 64)
        #expect(
            try Program.run("support", "check", Self.registry, "--workspace", city.path + "x").code == 78)
        let trail = try city.rows(
            "SELECT count(*) FROM audit_event WHERE event LIKE '%support.list%'")
        #expect(trail == ["6"])
    }

    @Test func theSampleCityTellsAfterItsNightHowManyMayMissAProgramme() throws {
        let made = try ScratchFolder()
        let workspace = made.file("ws")
        let sample = Program.checkout + "/samples/wakabano"
        let begun = try Program.run("init", workspace, "--sample", sample, "--templates", Program.checkout)
        #expect(begun.code == 0, "\(begun.errors)")
        let night = try Program.run("run", "--workspace", workspace)
        #expect(night.code == 0, "\(night.errors)")
        let line = try #require(night.output.split(separator: "\n").first { $0.contains("受けていない可能性のある支援制度") })
        let households = try #require(line.firstMatch(of: /([0-9]+)世帯/).flatMap { Int($0.1) })
        #expect(households > 0 && line.contains("support missed"))
    }

    @Test("Without the extract that tells, nobody says that nothing is missed")
    func noSilentZero() throws {
        let city = try CityWorkspace(published: true)
        _ = try imported(city)
        let before = try missed(city)
        try #require(before.values.contains { $0.contains(Self.allowance) })
        try FileManager.default.removeItem(atPath: city.inbox + "/jidoteate_20261001.csv")
        let night = try city.run("--date", "2026-10-02")
        #expect(night.code == 0, "\(night.errors)")
        let told = try #require(night.json["support"] as? [String: Any])
        let untold = try #require(told["untold"] as? [String: Any])
        #expect(told["outcome"] as? String == "counted" && (untold["households"] as? Int ?? 0) > 0)
        let extracts = try #require(untold["extracts"] as? [[String: Any]])
        #expect(extracts.contains { $0["item"] as? String == "C01" && $0["asOf"] == nil }, "\(extracts)")
        #expect(try !missed(city).values.contains { $0.contains(Self.allowance) })
        let page = try Program.run(
            ["support", "missed", "--user", "center", "--workspace", city.path],
            input: city.password("center"))
        #expect(page.output.contains("受けていないかどうか分かりません") && page.output.contains("届いていない"))
        #expect(!page.output.contains("見つかりませんでした。\n出典"))
    }

    @Test func aDraftNamesNobodyAndTheRegistrysCreditLineStandsWhereverItIsShown() throws {
        let city = try CityWorkspace(published: true)
        _ = try imported(city)
        let draft = try support(city, ["draft", Self.allowance, "--channel", "letter"])
        #expect(draft.code == 0 && (draft.json["text"] as? String)?.contains("出典: 見本") == true)
        #expect(try support(city, ["list"]).json["attribution"] as? String == "出典: 見本")
        #expect(try support(city, ["draft", "none"]).code == 66)
    }

    @Test("A file that is no registry is refused, and the last one stays")
    func refused() throws {
        let city = try CityWorkspace(published: true)
        _ = try imported(city)
        let bytes = try Data(contentsOf: URL(filePath: Self.registry))
        let cut = city.scratch.file("cut.json")
        try bytes.prefix(bytes.count / 2).write(to: URL(filePath: cut))
        let words = ["--source", "見本", "--date", "2026-08-01", "--attribution", "出典: 見本"]
        #expect(try support(city, ["import", cut] + words, by: "center").code == 78)
        let empty = city.scratch.file("empty.json")
        try Data("[{}]".utf8).write(to: URL(filePath: empty))
        let refusal = try support(city, ["import", empty] + words, by: "center")
        #expect(refusal.code == 65 && refusal.faultCodes == ["registry.empty"])
        #expect(try support(city, ["import", Self.registry], by: "center").code == 64)
        #expect(try support(city, ["check", city.scratch.file("none.json")]).code == 66)
        let checked = try support(city, ["check", empty])
        #expect(checked.code == 65 && checked.faultCodes == ["registry.empty"])
        #expect(try support(city, ["list"]).json["total"] as? Int == 22)
        // A table that names an item of another purpose is refused with the place.
        let path = city.path + "/Guidelines/programmes/matching.json5"
        let table = try String(contentsOfFile: path, encoding: .utf8)
        try table.replacing("item: \"F02\", kind: \"status\"", with: "item: \"D07\", kind: \"registration\"")
            .write(
                toFile: path, atomically: true, encoding: .utf8)
        let other = try support(city, ["check", Self.registry])
        #expect(other.code == 78 && other.faultCodes.contains("matching.item"))
    }
}

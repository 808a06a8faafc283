import Foundation
import TestSupport
import Testing

/// Flag rules from the draft to the day they count, as an official goes about it.
@Suite struct RulesCommandTests {
    private static let folder = "\(Program.checkout)/samples/wakabano"

    @Test func aChangedRuleIsCheckedTriedComparedAndProposed() throws {
        let scratch = try ScratchFolder()
        let workspace = scratch.file("ws")
        func renkei(_ words: String...) throws -> Ending {
            try Program.run(words + ["--workspace", workspace])
        }
        #expect(
            try Program.run("init", workspace, "--sample", Self.folder, "--templates", Program.checkout).code
                == 0)
        #expect(try renkei("run").code == 0)

        let check = try renkei("rules", "check", "--json")
        let rules = try #require(check.json["rules"] as? [[String: Any]])
        #expect(
            check.code == 0 && rules.count > 20 && rules.allSatisfy { $0["approval"] as? String == "never" })
        let waiting = rules.filter { !($0["waiting"] as? [String] ?? []).isEmpty }.compactMap {
            $0["id"] as? String
        }
        #expect(waiting == ["E2", "E3", "F1", "H3", "H4", "S3", "S4", "U5"])

        let cases = try renkei("rules", "test", Program.checkout + "/samples/rules")
        #expect(cases.code == 0 && cases.output.contains("すべて書かれたとおり"), "\(cases.errors)")

        let text = try String(contentsOfFile: workspace + "/Guidelines/rules/S1.json5", encoding: .utf8)
        let draft = text.replacing("version: 1,", with: "version: 2,").replacing(
            "atLeast: 30", with: "atLeast: 20")
        let file = try scratch.write(Array(draft.utf8), to: "S1.json5")
        let tried = try renkei("rules", "test", Program.checkout + "/samples/rules", "--with", file)
        #expect(
            tried.code == 65 && tried.errors.contains("29日") && tried.errors.contains("S1.json5"),
            "\(tried.errors)")

        let before = try renkei("rules", "dry-run", "--capacity", "5", "--json")
        let lines = try #require(before.json["lines"] as? [[String: Any]])
        let week = try #require(before.json["week"] as? [String: Any])
        #expect(before.code == 0 && lines.count == rules.count && week["thisWeek"] as? Int == 5)
        // Who is alone in a town is not told, nor the town.
        for line in lines {
            let areas = try #require((line["areas"] as? [String: Any])?["counts"] as? [String: Int])
            #expect(areas.values.allSatisfy { $0 >= 10 })
        }

        let diff = try renkei("rules", "diff", file, "--json")
        let changed = try #require((diff.json["lines"] as? [[String: Any]])?.first)
        #expect(changed["rule"] as? String == "S1" && changed["gone"] as? Int == 0)
        let thresholds = try renkei(
            "rules", "dry-run", "--rule", "S1", "--at-least", "20,30", "--capacity", "5", "--json")
        let counts = (thresholds.json["tried"] as? [[String: Any]])?.compactMap { $0["persons"] as? Int }
        #expect(counts == [changed["after"] as? Int, changed["before"] as? Int].compactMap { $0 })

        #expect(try renkei("rules", "backtest").code == 0)
        let same = try scratch.write(Array(text.utf8), to: "S1.json5")
        #expect(
            try renkei("rules", "propose", same, "--reason", "x", "--json").faultCodes == ["rule.version"])
        try scratch.write(Array(draft.utf8), to: "S1.json5")
        let proposed = try renkei("rules", "propose", file, "--reason", "早く気付くため", "--json")
        let hash = try #require(proposed.json["hash"] as? String, "\(proposed.errors)")
        #expect(
            try renkei("rules", "approve", hash, "--reason", "確かめた", "--json").faultCodes == [
                "rule.proposal-own"
            ])
        // Waiting changes nothing.
        #expect(try renkei("run", "--json").json["outcome"] as? String == "unchanged")
    }
}

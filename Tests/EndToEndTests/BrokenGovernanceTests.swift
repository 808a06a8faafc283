import Foundation
import TestSupport
import Testing

/// Where what governs is broken or missing, nothing opens, and what is in force stays so.
@Suite struct BrokenGovernanceTests {
    /// Each: what goes wrong with the folder of the guideline, and the words by which the run says so.
    private static let drafts: [(name: String, file: String, old: String, new: String)] = [
        ("no JSON5", "policies/casework.json5", "statements: [", "statements: [[["),
        (
            "an unknown role", "policies/casework.json5", "roles: [\"center-staff\"]",
            "roles: [\"centre-staff\"]"
        ),
        ("an unknown item", "policies/casework.json5", "\"F03\"]", "\"F99\"]"),
        ("an unknown action", "policies/casework.json5", "actions: [\"record\"]", "actions: [\"rekord\"]"),
        (
            "two statements of one name", "policies/casework.json5", "id: \"nurse-records\"",
            "id: \"center-reads\""
        ),
        (
            "a statement that no case meets", "policies/protection.json5", "when: { protected: true },",
            "when: { protected: true, protected: false },"
        ),
    ]

    @Test(arguments: drafts.indices)
    func aBrokenDraftLeavesTheLastGoodOneInForceAndTheRunSaysSo(_ index: Int) throws {
        let draft = Self.drafts[index]
        let city = try CityWorkspace(published: true)
        let path = "\(city.path)/Guidelines/\(draft.file)"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try #require(text.contains(draft.old))
        try text.replacing(draft.old, with: draft.new).write(toFile: path, atomically: true, encoding: .utf8)
        let night = try city.run("--date", "2026-10-02")
        #expect(night.json["outcome"] as? String == "published", "\(draft.name): \(night.errors)")
        #expect(night.errors.contains("承認された"), "\(draft.name): \(night.errors)")
        let check = try Program.run("policy", "check", "--workspace", city.path, "--json")
        #expect(check.code == 78, "\(draft.name): \(check.output)")
        let proposed = try Program.run(
            "policy", "propose", "--user", "officer", "--reason", "試しに変える", "--workspace", city.path,
            "--json",
            input: city.password("officer"))
        #expect(proposed.code == 78 && proposed.json["revision"] == nil, "\(draft.name): \(proposed.output)")
        // As before: who may is answered.
        #expect(try Program.run("explain", "row", "jumin_20261001.csv:2", "--workspace", city.path).code == 0)
    }

    /// Consents, refusals, what is in force and who may log in stand in one file: without it there is no night and no page.
    @Test func aWorkspaceWithoutItsDatabaseBeginsNothing() throws {
        let city = try CityWorkspace(published: true)
        for name in try FileManager.default.contentsOfDirectory(atPath: city.path)
        where name.hasPrefix("service.sqlite") {
            try FileManager.default.removeItem(atPath: "\(city.path)/\(name)")
        }
        for words in [["run"], ["serve", "--socket", city.path + "/s"]] {
            let ending = try Program.run(words + ["--workspace", city.path, "--json"])
            #expect(ending.code == 78, "\(words): \(ending.output)\(ending.errors)")
        }
        let row = try Program.run(
            "explain", "row", "jumin_20261001.csv:2", "--workspace", city.path, "--json")
        #expect(row.code != 0 && row.json["records"] == nil, "\(row.output)")
    }

    /// Each: what keeps the trail from taking an event.
    @Test(arguments: ["refused", "clock"])
    func aCommandThatCannotBeRecordedTellsNothing(_ stop: String) throws {
        let city = try CityWorkspace(published: true)
        let person = try #require(
            try city.rows("SELECT person FROM queue ORDER BY id LIMIT 1").first)
        let caseID = try #require(try city.caseIDs().first)
        let privacy = try city.password("privacy")
        let commands: [(words: [String], input: String)] = [
            (["explain", "row", "jumin_20261001.csv:2"], ""), (["explain", "person", person], ""),
            (["explain", "case", caseID], ""), (["review", "list"], ""), (["rules", "dry-run"], ""),
            (["audit", "reads"], ""),
            (["audit", "export", "--output", city.scratch.file("trail.jsonl")], ""),
            (["emergency", "list", "--user", "privacy"], privacy),
            (["consent", "list", "--user", "privacy"], privacy),
            (["rights", "told", "--user", "privacy"], privacy),
            (
                [
                    "rights", "disclose", "--request", "令和8年第3号", "--requester", "self", "--person", person,
                    "--reason", "運転免許証で確かめた", "--user", "privacy", "--second", "manager", "--output",
                    city.scratch.file("kaiji"),
                ], privacy + (try city.password("manager"))
            ),
        ]
        func run(_ words: [String], _ input: String) throws -> Ending {
            try Program.run(words + ["--workspace", city.path, "--json"], input: input)
        }
        for (words, input) in commands {
            let ending = try run(words, input)
            #expect(ending.code == 0, "\(words): \(ending.errors)")
        }
        for name in ["trail.jsonl", "kaiji"] {
            try FileManager.default.removeItem(atPath: city.scratch.file(name))
        }
        if stop == "clock" {
            try city.sql("UPDATE audit_range SET latest = latest + 86400000", in: "service.sqlite")
        } else {
            try city.sql(
                "CREATE TRIGGER full BEFORE INSERT ON audit_event BEGIN SELECT RAISE(FAIL, 'disk full'); END",
                in: "service.sqlite")
        }
        for (words, input) in commands {
            let ending = try run(words, input)
            #expect(ending.code != 0, "\(words): \(ending.output)")
            #expect(Set(ending.json.keys) == ["faults", "outcome"], "\(words): \(ending.output)")
            #expect(!ending.errors.isEmpty, "\(words)")
        }
        for name in ["trail.jsonl", "kaiji"] {
            #expect(!FileManager.default.fileExists(atPath: city.scratch.file(name)), "\(name)")
        }
    }
}

import Foundation
import TestSupport
import Testing

/// 利用停止, through the real program and over several nights.
@Suite struct ConsentCommandTests {
    private func consent(_ city: borrowing CityWorkspace, _ words: [String], by user: String) throws -> Ending
    {
        return try Program.run(
            ["consent"] + words + ["--user", user, "--workspace", city.path, "--json"],
            input: city.password(user))
    }

    /// How much the run in service holds of what rows say of a person.
    private func factBytes(_ city: borrowing CityWorkspace, of person: String) throws -> Int {
        let entities = try city.rows(
            "SELECT m.entity FROM membership m JOIN person p ON p.id = m.person WHERE p.person = '\(person)'",
            in: "vault.sqlite"
        ).joined(separator: ",")
        let sum = try city.rows(
            "SELECT sum(length(facts)) FROM record WHERE entity IN (\(entities))", in: "facts.sqlite")
        return try #require(sum.first.flatMap { Int($0) })
    }

    private let reasons = ["--evidence", "利用停止請求 令和8年第3号", "--reason", "審査のうえ認めた"]

    @Test func aRefusedChildIsInNoQueueThatNightAndEveryNightAfter() throws {
        let city = try CityWorkspace(published: true)
        // One whose case stands on rules of that purpose alone.
        let chosen = """
            SELECT person FROM queue WHERE id NOT IN (SELECT case_id FROM case_flag WHERE rule IN ('E1', 'E2', 'E3'))
            ORDER BY id
            """
        let person = try #require(try city.rows(chosen).first)
        let before = try factBytes(city, of: person)
        let refusing = [
            "record", "--refuse", "--purpose", "support", "--person", person, "--giver", "guardian",
        ]
        let early = try consent(city, refusing + reasons, by: "center")
        #expect(early.code == 77 && early.faultCodes == ["policy.notPermitted"], "\(early.output)")
        let ending = try consent(city, refusing + reasons, by: "privacy")
        #expect(ending.code == 0 && ending.json["state"] as? String == "recorded", "\(ending.output)")
        let mine = "SELECT count(*) FROM queue WHERE person = '\(person)'"
        #expect(try city.rows(mine) == ["0"])
        let flags = """
            SELECT count(*) FROM case_flag f JOIN cases c ON c.id = f.case_id
            WHERE c.person = '\(person)' AND f.rule NOT IN ('E1', 'E2', 'E3')
            """
        #expect(try city.rows(flags) == ["0"])

        for date in ["2026-10-02", "2026-10-03"] {
            let night = try city.run("--date", date)
            #expect(night.json["outcome"] as? String == "published", "\(night.errors)")
            #expect(try city.rows(mine) == ["0"], "\(date)")
            #expect(try city.rows("SELECT person FROM consent_reach") == [person])
        }
        // The night that knew of it kept nothing of the person but what purposes that go on need.
        #expect(try factBytes(city, of: person) < before)

        #expect(try consent(city, ["list"], by: "privacy").json["consents"] as? [[String: Any]] != nil)
        let first = try consent(city, ["end", "M-1", "--reason", "取下げの書面を受けた"], by: "privacy")
        #expect(first.json["state"] as? String == "waiting")
        let second = try consent(city, ["end", "M-1", "--reason", "取下げの書面を確かめた"], by: "manager")
        #expect(second.json["state"] as? String == "ended", "\(second.output)")
        #expect(try city.run("--date", "2026-10-04").json["outcome"] as? String == "published")
        #expect(try city.rows(mine) == ["1"])
    }

    @Test func aRequestThatFitsNothingSaysWhatWouldFit() throws {
        let city = try CityWorkspace(published: true)
        let base = ["record", "--refuse", "--person", "P-NONE", "--giver", "guardian"]
        let cases: [(words: [String], code: String)] = [
            (base + ["--purpose", "operations"] + reasons, "consent.purpose"),
            (base + ["--purpose", "support"] + reasons, "person.unknown"),
            (base + ["--purpose", "support", "--until", "2027-01-01"] + reasons, "consent.period"),
            (base + ["--purpose", "support", "--evidence", "書", "--reason", "審査のうえ認めた"], "consent.evidence"),
            (
                base + ["--purpose", "support", "--evidence", "請求書 090-1234-5678", "--reason", "審査のうえ認めた"],
                "consent.evidence-number"
            ),
            (base + ["--purpose", "support", "--evidence", "利用停止請求", "--reason", ""], "consent.reason"),
            (
                ["record", "--give", "--purpose", "support", "--person", "P-1", "--giver", "guardian"]
                    + reasons,
                "consent.purpose"
            ),
            (["end", "M-7", "--reason", "取下げの書面"], "consent.unknown"),
        ]
        for (words, code) in cases {
            #expect(try consent(city, words, by: "privacy").faultCodes == [code], "\(words)")
        }
    }
}

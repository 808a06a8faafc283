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

    @Test func theResultDoesNotDependOnTheNumberOfThreads() throws {
        let city = try CityWorkspace(published: false)
        var hashes: Set<String> = []
        for threads in ["1", "2", "4"] {
            try? FileManager.default.removeItem(atPath: city.scratch.file("copy"))
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
            #expect((ledger["accepted"] ?? 0) > 0, "\(extract["source"] ?? "")")
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

    @Test func statusTellsWhatIsInService() throws {
        let city = try CityWorkspace(published: true)
        let ending = try Program.run("status", "--workspace", city.path)
        #expect(ending.code == 0)
        #expect(ending.output.contains("公開中") && ending.output.contains("次に: renkei serve"))
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

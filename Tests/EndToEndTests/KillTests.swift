import Domain
import Foundation
import TestSupport
import Testing

/// kill -9 at random moments of a night: whatever is left, the next run ends at the same publication.
@Suite struct KillTests {
    @Test func aNightKilledAtAnyMomentEndsAtTheSamePublication() throws {
        let city = try CityWorkspace(published: true)
        let day = ["run", "--workspace", city.path, "--json", "--date", "2026-10-02"]
        // The killed nights compare only what changed, this one everything.
        let whole = try city.copied()
        for file in try whole.comparisonFiles() { try FileManager.default.removeItem(atPath: file) }
        let start = Date()
        let expected = try Program.run(day.map { $0 == city.path ? whole.path : $0 })
        let length = Date().timeIntervalSince(start)
        let hash = try #require(expected.publicationHash, "\(expected.errors)")

        var random = SeededGenerator(seed: testSeed)
        var killed = 0
        for _ in 0..<caseCount(4) {
            let copy = try city.copied()
            let words = day.map { $0 == city.path ? copy.path : $0 }
            // Several kills in a row: the rest of a stopped run must not trip the next one either.
            for _ in 0..<2 {
                let started = try Program.start(words)
                let moment = length * Double.random(in: 0...1, using: &random)
                Thread.sleep(forTimeInterval: moment)
                if started.process.isRunning {
                    kill(started.process.processIdentifier, SIGKILL)
                    killed += 1
                }
                started.process.waitUntilExit()
                let status = try Program.run("status", "--workspace", copy.path, "--json")
                #expect(status.code == 0 && status.json["publication"] != nil, "seed \(testSeed)")
            }
            let ending = try Program.run(words)
            #expect(ending.code == 0, "seed \(testSeed): \(ending.errors)")
            #expect(ending.publicationHash == hash, "seed \(testSeed)")
            let audit = try Program.run("audit", "verify", "--workspace", copy.path, "--json")
            #expect(audit.code == 0, "seed \(testSeed): \(audit.errors)")
        }
        #expect(killed > 0)
    }

    /// Everything is sealed anew, and killed: somebody can always read, and the next night ends it and publishes what it would have.
    @Test func aSealingAnewKilledAtAnyMomentLeavesWhatCanBeReadAndIsEnded() throws {
        let city = try CityWorkspace(published: true)
        let day = { (city: String) in ["run", "--workspace", city, "--json", "--date", "2026-10-02"] }
        let twin = try city.copied()
        let hash = try #require(try Program.run(day(twin.path)).publicationHash)
        let words = { (city: String) in
            ["keys", "rotate", "--reseal", "--reason", "鍵の控えの紛失", "--workspace", city, "--json"]
        }
        let timed = try city.copied()
        let start = Date()
        #expect(try Program.run(words(timed.path)).code == 0)
        let length = Date().timeIntervalSince(start)

        var random = SeededGenerator(seed: testSeed)
        var (killed, stopped) = (0, 0)
        for round in 0..<caseCount(4) {
            let copy = try city.copied()
            for _ in 0..<3 {
                let started = try Program.start(words(copy.path))
                Thread.sleep(forTimeInterval: length * Double.random(in: 0.1...1, using: &random))
                if started.process.isRunning {
                    kill(started.process.processIdentifier, SIGKILL)
                    killed += 1
                }
                started.process.waitUntilExit()
                let check = try Program.run("keys", "check", "--workspace", copy.path, "--json")
                #expect(check.code == 0, "seed \(testSeed): \(check.errors)")
                if (check.json["keys"] as? [String: Any])?["isResealing"] as? Bool == true { stopped += 1 }
                let row = try Program.run("explain", "row", "jumin_20261001.csv:2", "--workspace", copy.path)
                #expect(row.code == 0, "seed \(testSeed): \(row.errors)")
            }
            // Ended by hand or by the night.
            if round.isMultiple(of: 2) { #expect(try Program.run(words(copy.path)).code == 0) }
            let night = try Program.run(day(copy.path))
            #expect(night.publicationHash == hash, "seed \(testSeed): \(night.errors)")
            let check = try Program.run("keys", "check", "--workspace", copy.path, "--json")
            #expect((check.json["keys"] as? [String: Any])?["isResealing"] as? Bool == false)
            let audit = try Program.run("audit", "verify", "--workspace", copy.path, "--json")
            #expect(audit.code == 0, "seed \(testSeed): \(audit.errors)")
        }
        #expect(killed > 0, "\(stopped) of them half way")
    }

    /// A run that comes back after another one is built beside what it published before, not over it.
    @Test func aPublishedRunThatComesBackIsReplacedNotDeleted() throws {
        let city = try CityWorkspace(published: true)
        let first = try city.run()
        #expect(first.json["outcome"] as? String == "unchanged")
        let runs = { try FileManager.default.contentsOfDirectory(atPath: city.path + "/runs").sorted() }
        let run = try #require(try runs().first)
        let start = Date()
        #expect(try city.run("--date", "2026-10-02").code == 0)
        let length = Date().timeIntervalSince(start)
        let published = try runs()
        #expect(published.count == 2)

        var random = SeededGenerator(seed: testSeed)
        for _ in 0..<caseCount(4) {
            let started = try Program.start(["run", "--workspace", city.path, "--json"])
            Thread.sleep(forTimeInterval: length * Double.random(in: 0.2...0.9, using: &random))
            if started.process.isRunning { kill(started.process.processIdentifier, SIGKILL) }
            started.process.waitUntilExit()
            #expect(Set(published).isSubset(of: try runs()), "seed \(testSeed)")
            for name in published {
                let marked = try FileManager.default.contentsOfDirectory(atPath: "\(city.path)/runs/\(name)")
                #expect(
                    marked.contains("facts.sqlite") && marked.contains("vault.sqlite"), "seed \(testSeed)")
            }
            #expect(try Program.run("status", "--workspace", city.path).code == 0)
        }
        // The day before comes back only where somebody says so.
        #expect(try city.run().faultCodes == ["gate.older-day"])
        let back = try city.run("--accept-gate", "older-day", "--reason", "前の日に戻してよいと確かめた")
        #expect(back.code == 0 && back.publicationHash == first.publicationHash, "\(back.errors)")
        #expect(try runs().contains("\(run)-2"))
        #expect(try Program.run("explain", "row", "jumin_20261001.csv:2", "--workspace", city.path).code == 0)
    }

    @Test func onlyTheNewestPublicationsStayOnTheDisk() throws {
        let city = try CityWorkspace(published: true)
        try city.set("keepRuns: 7", to: "keepRuns: 2")
        for date in ["2026-10-02", "2026-10-03", "2026-10-04"] {
            #expect(try city.run("--date", date).code == 0)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: city.path + "/runs").count == 2)
        #expect(try city.run("--date", "2026-10-04").json["outcome"] as? String == "unchanged")
    }
}

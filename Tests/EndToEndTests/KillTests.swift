import Domain
import Foundation
import TestSupport
import Testing

/// kill -9 at random moments of a night: whatever is left, the next run ends at the same publication.
@Suite struct KillTests {
    @Test func aNightKilledAtAnyMomentEndsAtTheSamePublication() throws {
        let city = try CityWorkspace(published: true)
        let day = ["run", "--workspace", city.path, "--json", "--date", "2026-10-02"]
        let whole = try CityWorkspaceCopy(of: city)
        let start = Date()
        let expected = try Program.run(day.map { $0 == city.path ? whole.path : $0 })
        let length = Date().timeIntervalSince(start)
        let hash = try #require(expected.publicationHash, "\(expected.errors)")

        var random = SeededGenerator(seed: testSeed)
        var killed = 0
        for _ in 0..<caseCount(4) {
            let copy = try CityWorkspaceCopy(of: city)
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
            let audit = try Program.run("audit", "--workspace", copy.path, "--json")
            #expect(audit.code == 0, "seed \(testSeed): \(audit.errors)")
        }
        #expect(killed > 0)
    }

    private struct CityWorkspaceCopy: ~Copyable {
        let scratch: ScratchFolder
        var path: String { scratch.file("ws") }
        init(of city: borrowing CityWorkspace) throws {
            let made = try ScratchFolder()
            try FileManager.default.copyItem(atPath: city.path, toPath: made.file("ws"))
            scratch = made
        }
    }
}

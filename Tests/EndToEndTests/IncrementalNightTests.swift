import Domain
import Foundation
import TestSupport
import Testing

/// A night that compares only what changed publishes what a full one publishes, through the real program.
@Suite struct IncrementalNightTests {
    private func linkage(_ ending: Ending) throws -> [String: Any] {
        let summary = try #require(ending.json["summary"] as? [String: Any], "\(ending.errors)")
        return try #require(summary["linkage"] as? [String: Any])
    }

    private func notices(_ ending: Ending) -> [String] {
        ((ending.json["summary"] as? [String: Any])?["notices"] as? [String] ?? []).filter {
            $0.contains("すべての組を比べました")
        }
    }

    /// What the run in service says of who is who, without its name.
    private func published(_ city: borrowing CityWorkspace) throws -> [String] {
        try [["changes"], ["list"], ["list", "--decided"]].map { words in
            let ending = try Program.run(["review"] + words + ["--workspace", city.path, "--json"])
            try #require(ending.code == 0, "\(ending.errors)")
            return ending.output.components(separatedBy: "\n").filter { !$0.contains("\"run\"") }.joined()
        }
    }

    /// Rows go, come, and lose a character.
    private func edit(_ city: borrowing CityWorkspace, _ random: inout SeededGenerator) throws {
        for file in try FileManager.default.contentsOfDirectory(atPath: city.inbox).sorted()
        where file.hasSuffix(".csv") && !file.hasPrefix("jumin") {
            guard let text = String(data: try city.bytes(file), encoding: .shiftJIS), !text.contains("\"")
            else { continue }
            var lines = text.components(separatedBy: "\r\n")
            for _ in 0..<2 where lines.count > 20 {
                let place = Int.random(in: 1..<lines.count - 1, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: lines.remove(at: place)
                case 1: lines.swapAt(place, Int.random(in: 1..<lines.count - 1, using: &random))
                default:
                    var cells = lines[place].components(separatedBy: ",")
                    let cell = Int.random(in: cells.indices, using: &random)
                    cells[cell] = String(cells[cell].dropLast())
                    lines[place] = cells.joined(separator: ",")
                }
            }
            let joined = lines.joined(separator: "\r\n")
            try city.write(try #require(joined.data(using: .shiftJIS)), to: file)
        }
    }

    @Test func editedNightsPublishWhatFullNightsPublish() throws {
        let city = try CityWorkspace(published: true)
        try city.set("identityChurn: 0.01", to: "identityChurn: 1")
        try city.set("flagGrowth: 3.0", to: "flagGrowth: 100")
        var random = SeededGenerator(seed: testSeed)
        for night in 2...(1 + caseCount(3)) {
            try edit(city, &random)
            let full = try city.copied()
            for file in try full.comparisonFiles() { try FileManager.default.removeItem(atPath: file) }
            let date = "2026-10-0\(night)"
            let (one, other) = (try city.run("--date", date), try full.run("--date", date))
            let note = Comment(rawValue: "seed \(testSeed), night \(night): \(one.errors)\(other.errors)")
            try #require(one.publicationHash != nil && one.publicationHash == other.publicationHash, note)
            try #require(try published(city) == published(full), note)
            let (mine, theirs) = (try linkage(one), try linkage(other))
            #expect(mine["candidatePairs"] as? Int == theirs["candidatePairs"] as? Int, note)
            #expect(try #require(mine["keptPairs"] as? Int) > 0 && theirs["keptPairs"] == nil, note)
            #expect(notices(one).isEmpty && notices(other).count == 1, note)
        }
    }

    @Test func damagedOrForeignComparisonsCostTimeOnly() throws {
        let city = try CityWorkspace(published: true)
        let whole = try city.copied().run("--date", "2026-10-02")
        let file = try #require(try city.comparisonFiles().first)
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: file)))
        var random = SeededGenerator(seed: testSeed)
        var broken: [[UInt8]] = [[], Array(bytes.prefix(30)), Array(bytes.dropLast())]
        for _ in 0..<2 {
            var changed = bytes
            changed[Int.random(in: bytes.indices, using: &random)] ^= 1
            broken.append(changed)
        }
        for bytes in broken {
            let copy = try city.copied()
            try Data(bytes).write(to: URL(filePath: try #require(try copy.comparisonFiles().first)))
            let ending = try copy.run("--date", "2026-10-02")
            #expect(ending.publicationHash == whole.publicationHash, "\(ending.errors)")
            #expect(notices(ending) == ["前の夜の比較の記録を読めないため、すべての組を比べました。結果は変わりません。"])
            // And the night after that is as fast as ever.
            #expect(notices(try copy.run("--date", "2026-10-03")).isEmpty)
        }
    }

    @Test func onlyTheRunInServiceKeepsItsComparisons() throws {
        let city = try CityWorkspace(published: true)
        let first = try #require(try city.comparisonFiles().first)
        let before = try city.copied()
        #expect(try city.run("--date", "2026-10-02").code == 0)
        let second = try #require(try city.comparisonFiles().first)
        #expect(try city.comparisonFiles() == [second] && second != first)
        // As if the night had been killed before it could tidy up: the next one does.
        try FileManager.default.copyItem(atPath: second, toPath: first)
        #expect(try city.run("--date", "2026-10-03").code == 0)
        #expect(try city.comparisonFiles().count == 1 && !city.comparisonFiles().contains(first))
        // Back to the first run, whose comparisons are gone: all is compared, and nothing comes out otherwise.
        let usual = try before.run("--date", "2026-10-04")
        for name in try FileManager.default.contentsOfDirectory(atPath: city.path)
        where name.hasPrefix("service.sqlite") {
            try FileManager.default.removeItem(atPath: city.path + "/" + name)
        }
        let old = try CityWorkspace(published: true)
        for name in try FileManager.default.contentsOfDirectory(atPath: old.path)
        where name.hasPrefix("service.sqlite") {
            try FileManager.default.copyItem(atPath: old.path + "/" + name, toPath: city.path + "/" + name)
        }
        try city.acceptRestore()
        let back = try city.run("--date", "2026-10-04")
        #expect(
            back.publicationHash != nil && back.publicationHash == usual.publicationHash, "\(back.errors)")
        #expect(notices(back) == ["前の夜の比較の記録がないため、すべての組を比べました。結果は変わりません。"])
    }

    @Test func anotherWayToCompareIsToldAndWeightsAloneAreNot() throws {
        let city = try CityWorkspace(published: true)
        try city.set("identityChurn: 0.01", to: "identityChurn: 1")
        try city.set("flagGrowth: 3.0", to: "flagGrowth: 100")
        let path = city.path + "/Guidelines/linkage/model.json"
        let model = try String(contentsOfFile: path, encoding: .utf8)
        try model.replacing("\"automatic\" : 10", with: "\"automatic\" : 12").write(
            toFile: path, atomically: true, encoding: .utf8)
        let weighed = try city.run("--date", "2026-10-02")
        #expect(try notices(weighed).isEmpty && linkage(weighed)["keptPairs"] as? Int ?? 0 > 0)
        try model.replacing("\"limit\" : 500", with: "\"limit\" : 30").write(
            toFile: path, atomically: true, encoding: .utf8)
        let blocked = try city.run("--date", "2026-10-03")
        #expect(notices(blocked).first?.contains("名寄せモデル") == true, "\(blocked.errors)")
    }
}

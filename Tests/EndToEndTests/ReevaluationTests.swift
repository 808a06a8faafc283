import Domain
import Foundation
import TestSupport
import Testing

/// A night that applies the rules only where something changed publishes what a night over everybody publishes, through the real
/// program.
@Suite struct ReevaluationTests {
    private func notices(_ ending: Ending) -> [String] {
        ((ending.json["summary"] as? [String: Any])?["notices"] as? [String] ?? []).filter {
            $0.contains("全員に規則を当て直しました")
        }
    }

    private func known(_ ending: Ending) -> Int? {
        (ending.json["summary"] as? [String: Any])?["knownHouseholds"] as? Int
    }

    /// What the rules and the queue came to, as the summary tells it.
    private func told(_ ending: Ending) throws -> String {
        let summary = try #require(ending.json["summary"] as? [String: Any], "\(ending.errors)")
        let parts = [summary["flags"] ?? [], summary["cases"] ?? [:], summary["publicationHash"] ?? ""]
        return String(
            decoding: try JSONSerialization.data(withJSONObject: parts, options: .sortedKeys), as: UTF8.self)
    }

    private func eased(_ city: borrowing CityWorkspace) throws {
        try city.set("identityChurn: 0.01", to: "identityChurn: 1")
        try city.set("flagGrowth: 3.0", to: "flagGrowth: 100")
    }

    /// Rows go, come back to front, and lose a character, in the register too.
    private func edit(_ city: borrowing CityWorkspace, _ random: inout SeededGenerator) throws {
        for file in try FileManager.default.contentsOfDirectory(atPath: city.inbox).sorted()
        where file.hasSuffix(".csv") && Bool.random(using: &random) {
            guard let text = String(data: try city.bytes(file), encoding: .shiftJIS), !text.contains("\"")
            else { continue }
            var lines = text.components(separatedBy: "\r\n")
            for _ in 0..<2 where lines.count > 20 {
                let place = Int.random(in: 1..<lines.count - 1, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0 where !file.hasPrefix("jumin"): lines.remove(at: place)
                case 1: lines.swapAt(place, Int.random(in: 1..<lines.count - 1, using: &random))
                default:
                    var cells = lines[place].components(separatedBy: ",")
                    let cell = Int.random(in: cells.indices, using: &random)
                    cells[cell] = String(cells[cell].dropLast())
                    lines[place] = cells.joined(separator: ",")
                }
            }
            try city.write(
                try #require(lines.joined(separator: "\r\n").data(using: .shiftJIS)), to: file)
        }
    }

    /// Most departments deliver anew; who does not gets older.
    private func deliver(
        _ city: borrowing CityWorkspace, on day: Day, _ random: inout SeededGenerator, all: Bool
    ) throws {
        for file in try FileManager.default.contentsOfDirectory(atPath: city.inbox).sorted()
        where file.hasSuffix(".csv") && (all || Int.random(in: 0..<8, using: &random) > 0) {
            let stem = file.prefix(while: { $0 != "_" })
            let next = "\(stem)_\(day.description.replacing("-", with: "")).csv"
            guard next != file else { continue }
            try FileManager.default.moveItem(
                atPath: "\(city.inbox)/\(file)", toPath: "\(city.inbox)/\(next)")
        }
    }

    @Test func nightsOfChangesPublishWhatNightsOverEverybodyPublish() throws {
        let city = try CityWorkspace(published: true)
        try eased(city)
        var random = SeededGenerator(seed: testSeed)
        var (day, taken) = (try #require(Day(iso: "2026-10-01")), 0)
        for night in 1...caseCount(6) {
            let (isQuiet, isFar) = (night.isMultiple(of: 2), night.isMultiple(of: 3))
            day = day.adding(days: isFar ? Int.random(in: 10...60, using: &random) : 1)
            try deliver(city, on: day, &random, all: isQuiet || isFar)
            if !isQuiet { try edit(city, &random) }
            if night == 3 {
                let person = try #require(
                    try city.rows("SELECT person FROM queue ORDER BY id")
                        .first)
                let refused = try Program.run(
                    "consent", "record", "--refuse", "--purpose", "support", "--person", person, "--giver",
                    "guardian", "--evidence", "利用停止請求 令和8年第3号", "--reason", "審査のうえ認めた", "--user",
                    "privacy", "--workspace", city.path, "--json", input: city.password("privacy"))
                #expect(refused.code == 0, "\(refused.errors)")
            }
            let full = try city.copied()
            for file in try full.evaluationFiles() { try FileManager.default.removeItem(atPath: file) }
            let words = ["--date", "\(day)"]
            let (one, other) = (try city.run(words[0], words[1]), try full.run(words[0], words[1]))
            let note = Comment(rawValue: "RENKEI_SEED=\(testSeed), night \(night), \(day): \(one.errors)")
            try #require(try told(one) == told(other), note)
            #expect(known(other) == nil && notices(other).count == 1, note)
            taken += known(one) ?? 0
        }
        #expect(taken > 20, "\(taken) households taken over")
    }

    @Test func aNightWithoutChangesAppliesNoRuleToWhoIsNotFlagged() throws {
        let city = try CityWorkspace(published: true)
        let next = try city.run("--date", "2026-10-02")
        #expect(try #require(known(next), "\(next.errors)") > 20 && notices(next).isEmpty)
    }

    @Test func damagedOrForeignRecordsCostTimeOnly() throws {
        let city = try CityWorkspace(published: true)
        let whole = try told(try city.copied().run("--date", "2026-10-02"))
        let file = try #require(try city.evaluationFiles().first)
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: file)))
        var changed = bytes
        changed[bytes.count / 2] ^= 1
        for bytes in [[], Array(bytes.prefix(30)), Array(bytes.dropLast()), changed] {
            let copy = try city.copied()
            try Data(bytes).write(to: URL(filePath: try #require(try copy.evaluationFiles().first)))
            let ending = try copy.run("--date", "2026-10-02")
            #expect(try told(ending) == whole, "\(ending.errors)")
            #expect(notices(ending) == ["前の夜の判定の記録を読めないため、全員に規則を当て直しました（変わった分だけを当てたときと、同じ結果になります）。"])
        }
    }

    @Test func anotherRuleMeansEverybodyAndIsTold() throws {
        let city = try CityWorkspace(published: true)
        try eased(city)
        let path = city.path + "/Guidelines/rules/S1.json5"
        let rule = try String(contentsOfFile: path, encoding: .utf8)
        let eased = rule.replacing("atLeast: 30", with: "atLeast: 20").replacing(
            "version: 1,", with: "version: 2,")
        // One person's word is none.
        try eased.write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try city.run("--date", "2026-10-02").faultCodes == ["rule.unapproved"])
        #expect(
            try Program.run("check", "--workspace", city.path, "--json").faultCodes == ["rule.unapproved"])
        try rule.write(toFile: path, atomically: true, encoding: .utf8)
        let scratch = try ScratchFolder()
        let file = try scratch.write(Array(eased.utf8), to: "S1.json5")
        let proposed = try Program.run(
            "rules", "propose", file, "--reason", "早く気付くため", "--workspace", city.path, "--json")
        let hash = try #require(proposed.json["hash"] as? String, "\(proposed.errors)")
        let approved = try Program.run(
            "rules", "approve", hash, "--reason", "例を確かめた", "--user", "privacy", "--workspace", city.path,
            input: city.password("privacy"))
        #expect(approved.code == 0, "\(approved.errors)")
        let night = try city.run("--date", "2026-10-02")
        #expect(notices(night) == ["規則、指針か対応付けが前の夜と違うため、全員に規則を当て直しました（変わった分だけを当てたときと、同じ結果になります）。"])
        #expect(known(night) == nil)
    }
}

import Domain
import Foundation
import TestSupport
import Testing

/// Who is who from night to night, through the real program.
@Suite struct IdentityNightTests {
    private func persons(of ending: Ending) throws -> [String: Int] {
        let summary = try #require(ending.json["summary"] as? [String: Any], "\(ending.errors)")
        let persons = try #require(summary["persons"] as? [String: Any])
        return persons.compactMapValues { $0 as? Int }
    }

    private func counts(_ city: borrowing CityWorkspace) throws -> [String: Int] {
        let ending = try Program.run("review", "changes", "--workspace", city.path, "--json")
        return try #require(ending.json["counts"] as? [String: Int], "\(ending.errors)")
    }

    /// The person ids of the run in service.
    private func personIDs(_ city: borrowing CityWorkspace) throws -> Set<String> {
        Set(try city.rows("SELECT person FROM person", in: "vault.sqlite"))
    }

    @Test func anotherNightOnUnchangedInputChangesNobody() throws {
        let city = try CityWorkspace(published: true)
        let before = try personIDs(city)
        #expect(before.count > 100)
        let ending = try city.run("--date", "2026-10-02")
        #expect(ending.json["outcome"] as? String == "published", "\(ending.errors)")
        let persons = try persons(of: ending)
        for change in ["new", "merged", "split", "revived", "absent", "returned"] {
            #expect(persons[change] == 0, "\(change)")
        }
        #expect(try counts(city).isEmpty)
        #expect(try personIDs(city) == before)
    }

    /// Addresses, telephones and readings change in one row of a hundred.
    @Test func editsOfOneRecordInAHundredKeepThePersonsIds() throws {
        let city = try CityWorkspace(children: 2_000, seed: testSeed)
        #expect(try city.run().code == 0)
        try city.set("identityChurn: 0.01", to: "identityChurn: 1")
        let before = try personIDs(city)
        // Nothing changed: nobody does.
        let same = try city.run("--date", "2026-10-02")
        let moved = try persons(of: same).filter { $0.key != "total" && $0.value > 0 }
        for change in ["new", "merged", "split", "revived", "absent", "returned"] {
            #expect(moved[change] == nil, "\(change)")
        }
        #expect(try personIDs(city) == before)
        var random = SeededGenerator(seed: testSeed)
        var edited = 0
        for file in try FileManager.default.contentsOfDirectory(atPath: city.inbox).sorted()
        where file.hasSuffix(".csv") {
            guard let text = String(data: try city.bytes(file), encoding: .shiftJIS) else { continue }
            let lines = text.components(separatedBy: "\r\n")
            let header = lines[0].components(separatedBy: ",")
            let places = header.indices.filter { place in
                ["住所", "電話", "カナ"].contains { header[place].contains($0) }
            }
            guard !places.isEmpty, !text.contains("\"") else { continue }
            let rows = lines.dropFirst().map { line -> String in
                var cells = line.components(separatedBy: ",")
                guard cells.count == header.count, Int.random(in: 0..<100, using: &random) == 0 else {
                    return line
                }
                let place = places[Int.random(in: places.indices, using: &random)]
                guard !cells[place].isEmpty else { return line }
                edited += 1
                cells[place] = String(cells[place].dropLast())
                return cells.joined(separator: ",")
            }
            let joined = ([lines[0]] + rows).joined(separator: "\r\n")
            try city.write(try #require(joined.data(using: .shiftJIS)), to: file)
        }
        let ending = try city.run("--date", "2026-10-03")
        #expect(ending.json["outcome"] as? String == "published", "\(ending.errors)")
        let kept = try personIDs(city).intersection(before).count
        print(
            "identity: seed \(testSeed), \(edited) rows edited, \(kept) of \(before.count) persons keep their id"
        )
        #expect(edited > 50)
        #expect(Double(kept) >= 0.999 * Double(before.count))
    }

    @Test func aVerdictHoldsUntilItIsWithdrawnAndThenAllIsAsBefore() throws {
        let city = try CityWorkspace.doubtful()
        let first = try city.run("--date", "2026-10-02")
        let hash = try #require(first.publicationHash, "\(first.errors)")
        let before = try personIDs(city)
        let waiting = try city.pairs()
        let distances = waiting.compactMap { $0["distance"] as? Double }
        #expect(!distances.isEmpty && distances == distances.sorted())
        let grey = try #require(waiting.first { $0["why"] as? String == "grey" })
        let id = try #require(grey["pair"] as? String)
        let shown = try city.review("show", id)
        #expect((shown.json["steps"] as? [Any])?.isEmpty == false || grey["isProtected"] as? Bool == true)

        #expect(try city.review("decide", id, "--same").code == 64)
        let decided = try city.review("decide", id, "--same", "--reason", "窓口で確認")
        #expect(decided.json["outcome"] as? String == "in-force", "\(decided.errors)")
        let joined = try city.run("--date", "2026-10-02")
        #expect(try persons(of: joined)["merged"] == 1, "\(joined.errors)")
        #expect(try counts(city)["merged"] == 1)
        let file = city.scratch.file("henkou.csv")
        #expect(try city.review("changes", "--output", file).code == 0)
        let rows = try String(contentsOfFile: file, encoding: .utf8).split(whereSeparator: \.isNewline)
        #expect(rows.count == 2 && rows[1].contains("merged") && rows[1].contains("統合"))
        #expect(try city.review("changes", "--output", file).faultCodes == ["output.exists"])
        let verdicts = (joined.json["summary"] as? [String: Any])?["linkage"] as? [String: Any]
        #expect((verdicts?["verdicts"] as? [String: Any])?["heeded"] as? Int == 1)
        // For ever: another night on, too, and the pair waits no more.
        #expect(try persons(of: city.run("--date", "2026-10-03"))["merged"] == 0)
        #expect(try !city.pairs().contains { $0["pair"] as? String == id })
        #expect(try city.pairs("--decided").contains { $0["pair"] as? String == id })
        #expect(
            try city.review("decide", id, "--different", "--reason", "x").faultCodes == ["verdict.stands"])

        #expect(
            try city.review("withdraw", "V-1", "--reason", "取り違え").json["outcome"] as? String == "withdrawn")
        #expect(try city.run("--date", "2026-10-02").faultCodes == ["gate.older-day"])
        let parted = try city.run(
            "--date", "2026-10-02", "--accept-gate", "older-day", "--reason", "取下げを前の日のデータで確かめる")
        #expect(try persons(of: parted)["revived"] == 1)
        #expect(try personIDs(city) == before)
        #expect(parted.publicationHash == hash)
    }

    @Test func whatPeopleSayIsNotTheSameIsTakenApart() throws {
        let city = try CityWorkspace.doubtful()
        #expect(try city.run().code == 0)
        let weak = try #require(try city.pairs().first { $0["why"] as? String == "weak" })
        let person = try #require((weak["persons"] as? [String])?.first)
        let pair = try #require(city.pairs("--person", person).first { $0["why"] as? String == "weak" })
        let id = try #require(pair["pair"] as? String)
        #expect(try city.review("decide", id, "--different", "--reason", "別の家族").code == 0)
        let ending = try city.run("--date", "2026-10-02")
        #expect(ending.json["outcome"] as? String == "published", "\(ending.errors)")
        #expect(try counts(city)["split", default: 0] + counts(city)["revived", default: 0] >= 1)
        #expect(try city.pairs("--person", person).allSatisfy { $0["pair"] as? String != id })
    }

    @Test func aGreyPairThatIsNotTheSameIsNotAskedAgain() throws {
        let city = try CityWorkspace.doubtful()
        #expect(try city.run().code == 0)
        let all = try city.pairs()
        let found = all.lazy.compactMap { grey -> (grey: String, person: String)? in
            guard grey["why"] as? String == "grey", let id = grey["pair"] as? String,
                let person = (grey["persons"] as? [String])?.first
            else { return nil }
            return (id, person)
        }.first
        let (grey, person) = try #require(found)
        #expect(try city.review("decide", grey, "--different", "--reason", "別の家族").code == 0)
        let ending = try city.run("--date", "2026-10-02")
        let summary = try #require(ending.json["summary"] as? [String: Any], "\(ending.errors)")
        let counts = ((summary["linkage"] as? [String: Any])?["verdicts"]) as? [String: Any]
        #expect(counts?["heeded"] as? Int == 1 && (counts?["conflicting"] as? [Int])?.isEmpty == true)
        #expect(try !city.pairs().contains { $0["pair"] as? String == grey })
        #expect(try city.pairs("--person", person).allSatisfy { $0["pair"] as? String != grey })
    }

    @Test func verdictsComeBackFromASpreadsheet() throws {
        let city = try CityWorkspace.doubtful()
        #expect(try city.run().code == 0)
        let file = city.scratch.file("kakunin.csv")
        let written = try city.review("export", "--output", file)
        let count = try #require(written.json["pairs"] as? Int, "\(written.errors)")
        let bytes = try Data(contentsOf: URL(filePath: file))
        #expect(bytes.starts(with: [0xEF, 0xBB, 0xBF]))
        let text = String(decoding: bytes.dropFirst(3), as: UTF8.self)
        #expect(text.hasPrefix("組,"))
        var lines = text.components(separatedBy: "\r\n")
        #expect(lines.count == count + 2)
        #expect(lines[1].hasSuffix(",,"))
        lines[1] = String(lines[1].dropLast()) + "別,窓口で確認"
        lines[2] = String(lines[2].dropLast()) + "たぶん,"
        try lines.joined(separator: "\r\n").write(toFile: file, atomically: true, encoding: .utf8)
        let taken = try city.review("import", file)
        #expect(taken.json["outcome"] as? String == "partly-kept", "\(taken.errors)")
        #expect(taken.json["kept"] as? Int == 1 && taken.json["refused"] as? Int == 1)
        #expect(try city.pairs("--decided").count == 1)
        // Once more: the verdict stands already.
        #expect(try city.review("import", file).faultCodes.contains("verdict.stands"))
    }
}

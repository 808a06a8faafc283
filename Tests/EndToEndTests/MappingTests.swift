import Foundation
import Testing

@Suite struct MappingCommandTests {
    @Test func theCheckTellsWhatIsReceivedForWhichPurposeAndWhatIsNot() throws {
        let city = try CityWorkspace(published: false)
        let ending = try Program.run("mapping", "check", "--workspace", city.path)
        #expect(ending.code == 0, "\(ending.errors)")
        #expect(
            ending.output.contains("C01 児童手当: 認定状況、現況届受付日 → 分析と見直し、緊急の安全確認、支援制度の案内、本人からの請求への対応、こどもの状況確認と支援"))
        #expect(ending.output.contains("受け取らない列 国籍等: 国籍は心配の理由にしません"))
        #expect(ending.output.contains("日付や条件に使うだけの列: 認定年月日"))
        #expect(ending.output.contains("次に:") && !ending.output.contains("目的がない"))
    }

    @Test func anItemWithoutPurposeIsSaidToBeDroppedAtLanding() throws {
        let city = try CityWorkspace(published: false)
        for name in ["support", "programmes"] {
            let path = city.path + "/Guidelines/purposes/\(name).json5"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try text.replacing("\"C01\", ", with: "").write(toFile: path, atomically: true, encoding: .utf8)
        }
        let ending = try Program.run("mapping", "check", "--workspace", city.path)
        #expect(ending.code == 0, "\(ending.errors)")
        #expect(ending.output.contains("C01 児童手当: 認定状況、現況届受付日 → 目的がないため受け取りません"))
        #expect(ending.output.contains("目的がないため受け取らない項目: C01。"))
        let json = try Program.run("mapping", "check", "--workspace", city.path, "--json").json
        let mappings = try #require(json["mappings"] as? [[String: Any]])
        #expect(mappings.count == 13 && mappings.first?["source"] as? String == "jumin")
    }

    @Test func allFaultsOfAllMappingsAreToldAtOnce() throws {
        let city = try CityWorkspace(published: false)
        for (file, old, new) in [
            ("kenko/yobosesshu", "B07", "B77"),
            ("kosodate/jidoteate", "freshnessDays: 35", "freshnessDays: 0"),
            ("soudan/soudan", "drop: \"相談ごと", "dorp: \"相談ごと"),
        ] {
            let path = city.path + "/Mappings/\(file).json5"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try text.replacing(old, with: new).write(toFile: path, atomically: true, encoding: .utf8)
        }
        let ending = try Program.run("mapping", "check", "--workspace", city.path, "--json")
        #expect(ending.code == 78)
        #expect(Set(ending.faultCodes) == ["mapping.item", "configuration.range", "configuration.value"])
        let faults = try #require(ending.json["faults"] as? [[String: Any]])
        #expect(faults.allSatisfy { $0["line"] is Int && $0["file"] is String })
    }
}

/// A source that delivers changes between full files.
@Suite struct DeltaTests {
    private func ledger(_ ending: Ending, _ source: String) throws -> [String: Int] {
        let summary = try #require(ending.json["summary"] as? [String: Any])
        let extracts = try #require(summary["extracts"] as? [[String: Any]])
        let extract = try #require(extracts.first { $0["source"] as? String == source })
        return try #require(extract["ledger"] as? [String: Int])
    }

    @Test func changesAreAppliedToTheFullFileAndEveryRowHasOneFate() throws {
        let city = try CityWorkspace(published: false)
        let mapping = city.path + "/Mappings/kosodate/jidoteate.json5"
        let text = try String(contentsOfFile: mapping, encoding: .utf8)
        try text.replacing(
            "required: false,",
            with: "required: false, load: 'delta', key: '児童宛名番号', deleted: { column: '認定状況', codes: ['9'] },"
        )
        .write(toFile: mapping, atomically: true, encoding: .utf8)
        let full = try city.run("--date", "2026-10-01")
        #expect(full.code == 0, "\(full.errors)")
        let before = try ledger(full, "jidoteate")

        let lines = try city.bytes("jidoteate_20261001.csv").split(separator: 0x0A)
        var deleted = lines[2].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        deleted[6] = Data("9".utf8)
        let changes = [lines[0], lines[1], Data(deleted.joined(separator: [UInt8(ascii: ",")]))]
        try city.write(Data(changes.map { $0 + [0x0A] }.joined()), to: "jidoteate_20261002.delta.csv")
        let night = try city.run("--date", "2026-10-02")
        #expect(night.code == 0, "\(night.errors)")
        let after = try ledger(night, "jidoteate")
        // One row changed (to the same), one taken away, and the mark that took it away.
        #expect(after["accepted"] == (before["accepted"] ?? 0) - 1)
        #expect(after["superseded"] == (before["superseded"] ?? 0) + 3)
        let row = try Program.run("explain", "row", "jidoteate_20261001.csv:3", "--workspace", city.path)
        #expect(
            row.output.contains("置換") && row.output.contains("jidoteate_20261002.delta.csv"), "\(row.errors)")
        // The same inputs again: nothing to do.
        #expect(try city.run("--date", "2026-10-02").json["outcome"] as? String == "unchanged")
    }

    @Test func aFileOfChangesThatNobodyExpectsStopsTheNight() throws {
        let city = try CityWorkspace(published: true)
        try city.write(
            try city.bytes("jidoteate_20261001.csv").prefix(2_000), to: "jidoteate_20261002.delta.csv")
        let ending = try city.run("--date", "2026-10-02")
        #expect(ending.code == 65 && ending.faultCodes == ["extract.delta"], "\(ending.errors)")
        // Tomorrow's file is not tonight's business.
        #expect(try city.run("--date", "2026-10-01").code == 0)
    }
}

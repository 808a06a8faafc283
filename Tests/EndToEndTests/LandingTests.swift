import Foundation
import TestSupport
import Testing

/// What has no purpose in force is not taken in, let alone stored.
@Suite struct LandingTests {
    private func rewrite(
        _ city: borrowing CityWorkspace, _ purpose: String, _ change: (String) -> String
    ) throws {
        let path = "\(city.path)/Guidelines/purposes/\(purpose).json5"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let changed = change(text)
        try #require(changed != text)
        try changed.write(toFile: path, atomically: true, encoding: .utf8)
    }

    @Test(
        arguments: [
            // 69条2項2号 is for an occasion, a night is not.
            (
                "basis: \"61_3_CHANGED_PURPOSE\"",
                "basis: \"69_2_2_ADHOC_INTERNAL\", occasion: \"令和8年の豪雨\"", "purpose.refused"
            ),
            (
                "basis: \"61_3_CHANGED_PURPOSE\"",
                "basis: \"69_2_3_ADHOC_OTHER_ORGAN\", occasion: \"令和8年の豪雨\"", "purpose.refused"
            ),
            ("validTo: \"2029-03-31\"", "validTo: \"2026-09-30\"", "purpose.refused"),
            ("validFrom: \"2024-04-01\"", "validFrom: \"2026-10-02\"", "purpose.refused"),
            ("fileRegister: \"こどもデータ連携ファイル\",", "", "configuration.missing-key"),
            ("fileRegister: \"こどもデータ連携ファイル\"", "fileRegister: \"　\"", "guideline.blank"),
            ("council: \"", "council: \" \", old: \"", "configuration.unknown-key"),
        ])
    func aNightIsRefusedForAPurposeThatIsNone(old: String, new: String, code: String) throws {
        let city = try CityWorkspace(published: false)
        try rewrite(city, "support") { $0.replacing(old, with: new, maxReplacements: 1) }
        // It does not even come into force, or no night begins under it.
        let inForce = try city.adoptGuideline()
        let night = inForce.code == 0 ? try city.run("--date", "2026-10-01") : inForce
        #expect(night.code == 78 && night.faultCodes.contains(code), "\(night.code) \(night.errors)")
        // Nothing was read: no run has any file.
        let runs = try? FileManager.default.contentsOfDirectory(atPath: city.path + "/runs")
        #expect((runs ?? []).filter { !$0.hasPrefix(".") }.isEmpty)
    }

    @Test func anItemWithoutAPurposeInForceIsNeverStored() throws {
        // Consultations, which no rule asks for: in two purposes, of which the night serves one.
        let city = try CityWorkspace(published: false)
        let twin = try city.copied()
        #expect(try city.run().code == 0)
        #expect(try city.storedItems().contains("D05"))
        for purpose in ["support", "emergency"] {
            try rewrite(twin, purpose) { $0.replacing("\"D05\", ", with: "") }
        }
        #expect(try twin.adoptGuideline().code == 0)
        let night = try twin.run()
        #expect(night.code == 0, "\(night.errors)")
        let items = try twin.storedItems()
        #expect(!items.contains("D05") && items.contains("D07"))
        #expect(try words(in: city).contains("consultation") && !words(in: twin).contains("consultation"))
    }

    @Test func whatServesAnotherPurposeThanTheNightsIsNeverStored() throws {
        let city = try CityWorkspace(published: false)
        let twin = try city.copied()
        // Left in the emergency's purpose alone, which no night serves.
        try rewrite(twin, "support") { $0.replacing("\"D05\", ", with: "") }
        #expect(try twin.adoptGuideline().code == 0)
        #expect(try twin.run().code == 0)
        #expect(!(try twin.storedItems().contains("D05")))
    }

    /// Every text that stands readable in the newest run's facts.
    private func words(in city: borrowing CityWorkspace) throws -> String {
        let runs = try FileManager.default.contentsOfDirectory(atPath: city.path + "/runs")
        let run = try #require(runs.first { !$0.hasPrefix(".") })
        return String(
            decoding: try Data(contentsOf: URL(filePath: "\(city.path)/runs/\(run)/facts.sqlite")),
            as: UTF8.self)
    }
}

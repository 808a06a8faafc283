import Foundation
import TestSupport
import Testing

/// From an extract nobody has described to a mapping that loads.
@Suite struct SuggestCommandTests {
    /// The allowance's extract under other words, and the folder of a workspace that has no mapping for it.
    private func newExtract(in city: borrowing CityWorkspace) throws -> String {
        try FileManager.default.removeItem(atPath: city.path + "/Mappings/kosodate/jidoteate.json5")
        var text = try #require(String(data: city.bytes("jidoteate_20261001.csv"), encoding: .shiftJIS))
        for (old, new) in [
            ("受給者宛名番号", "受給者住民コード"), ("児童宛名番号", "児童住民コード"), ("児童氏名カナ", "児童カナ氏名"), ("認定状況", "受給状況"),
        ] { text = text.replacing(old, with: new) }
        try FileManager.default.removeItem(atPath: city.inbox + "/jidoteate_20261001.csv")
        try city.write(Data(text.utf8), to: "teate_20261001.csv")
        return city.inbox + "/teate_20261001.csv"
    }

    @Test func aDraftIsRefusedPreviewedAnsweredAndLoaded() throws {
        let city = try CityWorkspace(published: false)
        let extract = try newExtract(in: city)
        let draft = city.path + "/Mappings/kosodate/teate.json5"
        let suggested = try Program.run(
            "mapping", "suggest", extract, "--output", draft, "--workspace", city.path)
        #expect(suggested.code == 0, "\(suggested.errors)")
        #expect(suggested.output.contains("書きました") && suggested.errors.contains("次に:"))

        // As it is, no night can start with it.
        let refused = try Program.run("mapping", "check", "--workspace", city.path, "--json")
        #expect(refused.code == 78 && Set(refused.faultCodes) == ["mapping.open"])

        // A preview works already, and shows nobody's value.
        let preview = try Program.run(
            "mapping", "preview", extract, "--mapping", draft, "--workspace", city.path, "--rows", "2")
        #expect(preview.code == 0, "\(preview.errors)")
        #expect(preview.output.contains("漢漢") && preview.output.contains("できた事実:"))
        let first = try String(contentsOfFile: extract, encoding: .utf8).split(separator: "\r\n")[1]
        for value in first.split(separator: ",").prefix(4) { #expect(!preview.output.contains(value)) }

        var text = try String(contentsOfFile: draft, encoding: .utf8)
        for key in ["title", "department", "purpose"] {
            text = text.replacing("\(key): \"確かめてください\"", with: "\(key): \"児童手当\"")
        }
        text = text.replacing(#/drop: "確かめてください[^"]*"/#, with: "drop: \"使いません。\"")
        try text.write(toFile: draft, atomically: true, encoding: .utf8)
        let checked = try Program.run("mapping", "check", "--workspace", city.path)
        #expect(checked.code == 0, "\(checked.errors)")
        #expect(checked.output.contains("C01 児童手当: 受給状況"))
        let night = try city.run()
        #expect(night.code == 0, "\(night.errors)")
        let summary = try #require(night.json["summary"] as? [String: Any])
        let extracts = try #require(summary["extracts"] as? [[String: Any]])
        let ledger = try #require(
            extracts.first { $0["source"] as? String == "teate" }?["ledger"] as? [String: Int])
        #expect((ledger["accepted"] ?? 0) > 0 && ledger["rejected"] == 0)
    }

    @Test func nothingIsOverwrittenUnasked() throws {
        let city = try CityWorkspace(published: false)
        let extract = city.inbox + "/jidoteate_20261001.csv"
        let draft = city.scratch.file("draft.json5")
        try "mine".write(toFile: draft, atomically: true, encoding: .utf8)
        let refused = try Program.run(
            "mapping", "suggest", extract, "--output", draft, "--workspace", city.path, "--json")
        #expect(refused.code == 64 && refused.faultCodes == ["draft.exists"])
        #expect(try String(contentsOfFile: draft, encoding: .utf8) == "mine")
        let forced = try Program.run(
            "mapping", "suggest", extract, "--output", draft, "--workspace", city.path, "--json", "--force")
        #expect(forced.code == 0 && forced.json["open"] is Int)
        #expect(try String(contentsOfFile: draft, encoding: .utf8) == forced.json["draft"] as? String)
    }

    @Test func anUnknownMappingIsAnsweredWithTheNearest() throws {
        let city = try CityWorkspace(published: false)
        let ending = try Program.run(
            "mapping", "preview", city.inbox + "/jidoteate_20261001.csv", "--mapping", "jidotete",
            "--workspace",
            city.path)
        #expect(ending.code == 64 && ending.errors.contains("「jidoteate」のことでしょうか"))
    }
}

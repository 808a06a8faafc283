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

    @Test func aDraftIsWrittenPreviewedAnsweredAdoptedAndLoaded() throws {
        let city = try CityWorkspace(published: false)
        let extract = try newExtract(in: city)
        let draft = city.path + "/Mappings/drafts/teate.json5"
        let suggested = try Program.run("mapping", "suggest", extract, "--workspace", city.path)
        #expect(suggested.code == 0, "\(suggested.errors)")
        #expect(suggested.output.contains("書きました") && suggested.errors.contains("mapping adopt teate"))

        // It stops nothing, its questions are listed, and it is not adopted as it is.
        let checked = try Program.run("mapping", "check", "--workspace", city.path)
        #expect(checked.code == 0, "\(checked.errors)")
        #expect(
            checked.output.contains("下書き Mappings/drafts/teate.json5") && checked.output.contains("「title」"))
        let refused = try Program.run(
            "mapping", "adopt", "teate", "kosodate", "--workspace", city.path, "--json")
        #expect(refused.code == 78 && Set(refused.faultCodes) == ["mapping.open"])
        #expect(FileManager.default.fileExists(atPath: draft))

        // A preview works already, and shows nobody's value.
        let preview = try Program.run(
            "mapping", "preview", extract, "--workspace", city.path, "--rows", "2")
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
        let adopted = try Program.run("mapping", "adopt", "teate", "kosodate", "--workspace", city.path)
        #expect(adopted.code == 0, "\(adopted.errors)")
        #expect(!FileManager.default.fileExists(atPath: draft))
        let received = try Program.run("mapping", "check", "--workspace", city.path)
        #expect(received.output.contains("C01 児童手当: 受給状況") && !received.output.contains("下書き"))
        let night = try city.run()
        #expect(night.code == 0, "\(night.errors)")
        let summary = try #require(night.json["summary"] as? [String: Any])
        let extracts = try #require(summary["extracts"] as? [[String: Any]])
        let ledger = try #require(
            extracts.first { $0["source"] as? String == "teate" }?["ledger"] as? [String: Int])
        #expect((ledger["accepted"] ?? 0) > 0 && ledger["rejected"] == 0)
    }

    @Test func aDraftStopsNeitherTheNightNorTheLookBack() throws {
        let city = try CityWorkspace(published: true)
        let extract = city.inbox + "/jidoteate_20261001.csv"
        let suggested = try Program.run(
            "mapping", "suggest", extract, "--workspace", city.path, "--output",
            city.path + "/Mappings/drafts/teate.json5")
        #expect(suggested.code == 0, "\(suggested.errors)")
        // The file has its mapping already.
        #expect(suggested.errors.contains("もう「児童手当」の対応づけ"))
        // Nor does it make another run of the same inputs.
        #expect(try city.run().json["outcome"] as? String == "unchanged")

        // Among the mappings it stops the night, and only that.
        try FileManager.default.moveItem(
            atPath: city.path + "/Mappings/drafts/teate.json5",
            toPath: city.path + "/Mappings/kosodate/teate.json5")
        let stopped = try Program.run("run", "--workspace", city.path)
        #expect(stopped.code == 78 && stopped.errors.contains("Mappings/drafts に移して"), "\(stopped.errors)")
        for words in [
            ["explain", "row", "jidoteate_20261001.csv:2"], ["rejected", "list"], ["status"],
            ["audit", "verify"],
        ] {
            let ending = try Program.run(words + ["--workspace", city.path])
            #expect(ending.code == 0, "\(words): \(ending.errors)")
        }
    }

    /// The mapping of that very file, and not a draft in its place.
    @Test func aBrokenMappingIsToldByThePreviewOfItsFile() throws {
        let city = try CityWorkspace(published: false)
        let path = city.path + "/Mappings/kosodate/jidoteate.json5"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacing("C01", with: "C99").write(toFile: path, atomically: true, encoding: .utf8)
        for words in [[], ["--mapping", "jidoteate"]] {
            let ending = try Program.run(
                [
                    "mapping", "preview", city.inbox + "/jidoteate_20261001.csv", "--workspace", city.path,
                    "--json",
                ]
                    + words)
            #expect(ending.code == 78 && Set(ending.faultCodes) == ["mapping.item"])
            #expect(ending.errors.contains("Mappings/kosodate/jidoteate.json5"))
        }
    }

    @Test func aCompressedExtractIsReadAsANightReadsIt() throws {
        let city = try CityWorkspace(published: false)
        let plain = city.inbox + "/hoiku_20261001.csv"
        let before = try Program.run(
            "mapping", "suggest", plain, "--workspace", city.path, "--output", "-", "--json")
        let gzip = Process()
        gzip.executableURL = URL(filePath: "/usr/bin/gzip")
        gzip.arguments = [plain]
        try gzip.run()
        gzip.waitUntilExit()
        let after = try Program.run(
            "mapping", "suggest", plain + ".gz", "--workspace", city.path, "--output", "-", "--json")
        #expect(after.code == 0, "\(after.errors)")
        #expect(after.json["rows"] as? Int == before.json["rows"] as? Int && after.json["open"] is Int)
        let preview = try Program.run("mapping", "preview", plain + ".gz", "--workspace", city.path)
        #expect(preview.code == 0 && preview.output.contains("できた事実:"), "\(preview.errors)")
        try city.write(Data([0x1F, 0x8B, 8, 0]), to: "hoiku_20261002.csv.gz")
        let cut = try Program.run(
            "mapping", "suggest", city.inbox + "/hoiku_20261002.csv.gz", "--workspace", city.path, "--json")
        #expect(cut.code == 65 && cut.faultCodes == ["extract.gzip"])
    }

    /// kill -9 while it expands: no department's data stay in a folder that nobody clears.
    @Test func aKilledCommandLeavesNothingOfACompressedExtract() throws {
        let city = try CityWorkspace(published: false)
        let plain = try city.scratch.write(
            [UInt8](repeating: 0x0A, count: 64 << 20), to: "hoiku_20261001.csv")
        let gzip = try Process.run(URL(filePath: "/usr/bin/gzip"), arguments: [plain])
        gzip.waitUntilExit()
        let files = FileManager.default
        let folder = city.scratch.file("temporary")
        try files.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let started = try Program.start(
            ["mapping", "suggest", plain + ".gz", "--workspace", city.path, "--output", "-"],
            shell: "export TMPDIR='\(folder)'")
        let descriptors = "/proc/\(started.process.processIdentifier)/fd"
        func isExpanding() -> Bool {
            ((try? files.contentsOfDirectory(atPath: descriptors)) ?? []).contains { name in
                let path = "\(descriptors)/\(name)"
                var state = stat()
                return (try? files.destinationOfSymbolicLink(atPath: path))?.hasPrefix(folder) == true
                    && stat(path, &state) == 0 && state.st_size > 0
            }
        }
        var wasExpanding = false
        while started.process.isRunning, !wasExpanding { wasExpanding = isExpanding() }
        kill(started.process.processIdentifier, SIGKILL)
        started.process.waitUntilExit()
        #expect(wasExpanding)
        #expect(try files.subpathsOfDirectory(atPath: folder) == [])
    }

    @Test func whatIsNoExtractIsToldPlainly() throws {
        let city = try CityWorkspace(published: false)
        try city.write(Data("PK\u{3}\u{4}".utf8) + Data(count: 100), to: "teate_20261001.csv")
        for (file, code, words) in [
            ("/jidoteat_20261001.csv", 66, "「jidoteate_20261001.csv」のことでしょうか"), ("", 64, "フォルダではなく"),
            ("/teate_20261001.csv", 64, "CSVで保存"),
        ] {
            let ending = try Program.run("mapping", "suggest", city.inbox + file, "--workspace", city.path)
            #expect(ending.code == code && ending.errors.contains(words), "\(ending.errors)")
        }
        let elsewhere = try Program.run(
            "mapping", "preview", "jidoteate_20261001.csv", "--workspace", city.path)
        #expect(elsewhere.code == 66 && elsewhere.errors.contains("受け取りフォルダの"), "\(elsewhere.errors)")
    }

    @Test func aDraftIsAdoptedUnderAPlainNameOnly() throws {
        let city = try CityWorkspace(published: false)
        for (words, code, answer) in [
            (["teate", "kosodate"], 66, "mapping suggest"), (["teate"], 64, "mapping adopt NAME FOLDER"),
        ] {
            let ending = try Program.run(["mapping", "adopt"] + words + ["--workspace", city.path])
            #expect(ending.code == code && ending.errors.contains(answer), "\(ending.errors)")
        }
        let extract = try newExtract(in: city)
        _ = try Program.run("mapping", "suggest", extract, "--workspace", city.path)
        for folder in ["../kosodate", "drafts", ".hidden"] {
            let ending = try Program.run("mapping", "adopt", "teate", folder, "--workspace", city.path)
            #expect(ending.code == 64 && ending.errors.contains("1語で"), "\(ending.errors)")
        }
        let near = try Program.run("mapping", "adopt", "taete", "kosodate", "--workspace", city.path)
        #expect(near.code == 66 && near.errors.contains("「teate」のことでしょうか"))
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

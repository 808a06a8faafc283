import Foundation
import Testing

/// What officials' bad days look like. Each case: what is done to the inbox, and the fault that names it.
@Suite struct BadInputTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let code: String
        let file: String
        let damage: @Sendable (borrowing CityWorkspace) throws -> Void
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(name: "a missing extract", code: "extract.missing", file: "jumin") {
            try FileManager.default.removeItem(atPath: $0.inbox + "/jumin_20261001.csv")
        },
        Case(name: "an empty extract", code: "extract.empty", file: "jumin_20261001.csv") {
            try $0.write(Data(), to: "jumin_20261001.csv")
        },
        Case(
            name: "an extract cut in the middle of a row", code: "extract.truncated",
            file: "jumin_20261001.csv"
        ) {
            let bytes = try $0.bytes("jumin_20261001.csv")
            let cut = bytes.prefix(bytes.count / 2)
            let row = cut[...(cut.lastIndex(of: 0x0A) ?? 0)]
            try $0.write(cut.prefix(row.count + 7), to: "jumin_20261001.csv")
        },
        Case(name: "an extract in another encoding", code: "extract.encoding", file: "jumin_20261001.csv") {
            try $0.write(try $0.bytes("ninsanpu_20261001.csv").dropFirst(3), to: "jumin_20261001.csv")
        },
        Case(name: "an extract with a column renamed", code: "mapping.columns", file: "ninsanpu_20261001.csv")
        {
            let text = String(decoding: try $0.bytes("ninsanpu_20261001.csv"), as: UTF8.self)
            try $0.write(
                Data(text.replacing("妊婦生年月日", with: "誕生日").utf8), to: "ninsanpu_20261001.csv")
        },
        Case(name: "two extracts of one night", code: "extract.twice", file: "jumin_20261001 (1).csv") {
            try $0.write(try $0.bytes("jumin_20261001.csv"), to: "jumin_20261001 (1).csv")
        },
    ]

    @Test(arguments: cases)
    func stopsTheRunWithAClearErrorAndLeavesThePublication(_ bad: Case) throws {
        let city = try CityWorkspace(published: true)
        let before = try Program.run("status", "--workspace", city.path, "--json")
        let good = try FileManager.default.contentsOfDirectory(atPath: city.inbox).map {
            ($0, try city.bytes($0))
        }
        try bad.damage(city)

        let ending = try city.run()
        #expect(ending.code == 65, "\(ending.errors)")
        #expect(ending.faultCodes.contains(bad.code), "\(ending.errors)")
        #expect(ending.errors.contains("対処:") && ending.errors.contains(bad.file))
        let after = try Program.run("status", "--workspace", city.path, "--json")
        #expect(
            (after.json["publication"] as? NSDictionary) == (before.json["publication"] as? NSDictionary))
        #expect(after.json["failure"] as? String != nil)
        let left = try FileManager.default.subpathsOfDirectory(atPath: city.path + "/runs")
        #expect(!left.contains { $0.contains("frozen") }, "plain copies of the extracts are left")

        for name in try FileManager.default.contentsOfDirectory(atPath: city.inbox) {
            try FileManager.default.removeItem(atPath: "\(city.inbox)/\(name)")
        }
        for (name, bytes) in good { try city.write(bytes, to: name) }
        let mended = try city.run("--date", "2026-10-02")
        #expect(mended.code == 0, "\(mended.errors)")
        #expect(
            try Program.run("status", "--workspace", city.path, "--json").json["failure"] as? String == nil)
    }

    @Test func aMappingWithAnUnknownItemStopsTheRunBeforeItStarts() throws {
        let city = try CityWorkspace(published: true)
        let mapping = city.path + "/Mappings/kenko/yobosesshu.json5"
        let text = try String(contentsOfFile: mapping, encoding: .utf8)
        try text.replacing("B07", with: "B77").write(toFile: mapping, atomically: true, encoding: .utf8)
        let ending = try city.run()
        #expect(ending.code == 78, "\(ending.errors)")
        #expect(ending.errors.contains("yobosesshu.json5") && ending.errors.contains("行目"))
        #expect(ending.errors.contains("B07"))
        #expect(try Program.run("check", "--workspace", city.path).code == 78)
    }

    @Test func rowsThatCannotBeReadAreRejectedAndTheNightGoesOn() throws {
        let city = try CityWorkspace(published: false)
        var bytes = try city.bytes("yobosesshu_20261001.csv")
        bytes.append(contentsOf: Array("12,\r\n".utf8))
        try city.write(bytes, to: "yobosesshu_20261001.csv")
        let ending = try city.run()
        #expect(ending.code == 0, "\(ending.errors)")
        #expect(ending.output.contains("row.columns"))
    }

    /// Last month's 支援措置 must not stand in for tonight's.
    @Test func aRequiredExtractThatIsTooOldStopsTheRun() throws {
        let city = try CityWorkspace(published: true)
        let ending = try city.run("--date", "2026-11-20")
        #expect(ending.code == 65, "\(ending.errors)")
        #expect(ending.faultCodes.contains("extract.stale") && ending.errors.contains("shien_20261001.csv"))
    }

    @Test func aProtectionRowThatCannotBeReadIsNeverPublishedOver() throws {
        let city = try CityWorkspace(published: true)
        try city.write(try city.bytes("shien_20261001.csv") + Data("1,2\r\n".utf8), to: "shien_20261001.csv")
        let ending = try city.run()
        #expect(ending.code == 65, "\(ending.errors)")
        #expect(ending.faultCodes == ["gate.protection-rows"])
    }

    /// 本措置 for somebody whom no other extract knows.
    private static let measureOfNobody =
        Data("999999999,AOBA UMI,,1901-02-03,".utf8) + Data([0x96, 0x7B, 0x91, 0x5B, 0x92, 0x75])
        + Data(",,2026-04-01,,,\r\n".utf8)

    @Test func aProtectionRowThatReachesNobodyStopsTheNightUntilSomebodyHasLooked() throws {
        let city = try CityWorkspace(published: true)
        let bytes = try city.bytes("shien_20261001.csv")
        let other = Data("8".utf8) + Self.measureOfNobody.dropFirst()
        let accepting = ["--accept-gate", "unlinked-protection", "--reason", "住民でない方と確認"]
        try city.write(bytes + other, to: "shien_20261001.csv")
        #expect(try city.run().faultCodes == ["gate.unlinked-protection"])
        // Without the audit trail, which grows by whatever is tried.
        func told() throws -> NSDictionary {
            var status = try Program.run("status", "--workspace", city.path, "--json").json
            status["audit"] = nil
            return status as NSDictionary
        }
        let before = try told()
        try city.write(bytes + Self.measureOfNobody, to: "shien_20261001.csv")
        // Of these rows nobody has seen a report.
        let unseen = try Program.run(["run", "--workspace", city.path, "--json"] + accepting)
        #expect(unseen.code == 64 && unseen.faultCodes == ["gate.unseen"], "\(unseen.errors)")
        #expect(try told() == before)
        let place = "shien_20261001.csv の\(bytes.count { $0 == 0x0A } + 1)行目"
        let ending = try city.run()
        #expect(ending.code == 65, "\(ending.errors)")
        #expect(ending.faultCodes == ["gate.unlinked-protection"])
        #expect(ending.errors.contains(place) && !ending.errors.contains("AOBA"), "\(ending.errors)")

        #expect(try city.run("--accept-gate", "unlinked-protection").faultCodes == ["gate.reason"])
        #expect(try city.run("--reason", "住民でない方と確認").code == 64)
        let looked = try city.run("--accept-gate", "unlinked-protection", "--reason", "住民でない方と確認")
        #expect(looked.code == 0, "\(looked.errors)")
        let summary = try #require(looked.json["summary"] as? [String: Any])
        #expect((summary["persons"] as? [String: Int])?["unlinkedProtection"] == 1)
        #expect((summary["notices"] as? [String])?.contains { $0.contains(place) } == true)
        let report = try #require(looked.json["report"] as? String)
        let words = try String(contentsOfFile: report, encoding: .utf8)
        #expect(words.contains(place) && words.contains("承認: ") && words.contains("住民でない方と確認"))
        let status = try Program.run("status", "--workspace", city.path)
        #expect(status.output.contains("承認して通した点検: unlinked-protection（user:cli:"))

        // Who was looked at passes from then on; one that comes as this one goes does not.
        #expect(try city.run("--date", "2026-10-02").code == 0)
        try city.write(bytes + other, to: "shien_20261001.csv")
        let again = try city.run("--date", "2026-10-02")
        #expect(again.faultCodes == ["gate.unlinked-protection"], "\(again.errors)")
        #expect(again.errors.contains("--accept-gate unlinked-protection"))
        #expect(try Program.run("audit", "verify", "--workspace", city.path).code == 0)
    }

    @Test func aNumberTheRegisterHasTwiceIsRejectedAndMixesNobodyUp() throws {
        let city = try CityWorkspace(published: true)
        let bytes = try city.bytes("jumin_20261001.csv")
        let lines = bytes.split(separator: 0x0A)
        // The number of the first person with the rest of the second.
        let number = lines[1].prefix { $0 != 0x2C }
        let rest = lines[2].drop { $0 != 0x2C }
        try city.write(bytes + number + rest + Data([0x0A]), to: "jumin_20261001.csv")
        let ending = try city.run()
        #expect(ending.code == 0, "\(ending.errors)")
        let summary = try #require(ending.json["summary"] as? [String: Any])
        let jumin = try #require(
            (summary["extracts"] as? [[String: Any]])?.first { $0["source"] as? String == "jumin" })
        #expect((jumin["ledger"] as? [String: Int])?["rejected"] == 1)
        #expect((summary["persons"] as? [String: Int])?["new"] == 0)
        let row = try Program.run(
            "explain", "row", "jumin_20261001.csv:\(lines.count + 1)", "--workspace", city.path)
        #expect(row.output.contains("2行目と同じ番号") && row.output.contains("宛名番号"), "\(row.output)\(row.errors)")
    }

    @Test func aRequiredExtractUnderAWrongNameIsMissingAndTheNameIsTold() throws {
        let city = try CityWorkspace(published: true)
        try FileManager.default.moveItem(
            atPath: city.inbox + "/jumin_20261001.csv", toPath: city.inbox + "/jumin_2026-10-01.csv")
        let ending = try city.run()
        #expect(ending.code == 65 && ending.faultCodes == ["extract.missing"])
        #expect(ending.errors.contains("「住民記録」の抽出のような名前のもの（jumin_2026…）がありますが"), "\(ending.errors)")
    }

    /// The folder is gone, as after a wrong `rm`: the message says what to do, and doing it works.
    @Test(arguments: [1, 2])
    func aLostRunInServiceIsSaidSoAndCanBeBuiltAnew(nights: Int) throws {
        let city = try CityWorkspace(published: true)
        if nights == 2 { #expect(try city.run("--date", "2026-10-02").code == 0) }
        let day = "2026-10-0\(nights)"
        let (cases, before) = (try city.caseIDs(), try city.run("--date", day))
        #expect(before.json["outcome"] as? String == "unchanged")
        let run = try #require((before.json["summary"] as? [String: Any])?["run"] as? String)
        try FileManager.default.removeItem(atPath: "\(city.path)/runs/\(run)")

        for date in [day, "2026-10-03"] {
            let lost = try city.run("--date", date)
            #expect(lost.code == 74 && lost.faultCodes == ["publication.lost"], "\(lost.errors)")
            #expect(lost.errors.contains(run) && lost.errors.contains("--rebuild"), "\(lost.errors)")
        }
        let anew = try city.run("--date", day, "--rebuild")
        #expect(anew.code == 0 && anew.publicationHash == before.publicationHash, "\(anew.errors)")
        #expect(try city.caseIDs() == cases)
        #expect(try city.run("--date", day).json["outcome"] as? String == "unchanged")
        let row = try Program.run("explain", "row", "jumin_20261001.csv:2", "--workspace", city.path)
        #expect(row.code == 0, "\(row.errors)")
    }

    /// As after an update of renkei that stores runs in another form.
    @Test func aRunOfAnEarlierFormIsSaidSoAndIsBuiltAnew() throws {
        let city = try CityWorkspace(published: true)
        let (cases, before) = (try city.caseIDs(), try city.run())
        let run = try #require((before.json["summary"] as? [String: Any])?["run"] as? String)
        for file in ["facts", "vault"] {
            try city.sql("UPDATE marker SET form = 2", in: "runs/\(run)/\(file).sqlite")
        }
        for ending in [
            try city.run(), try city.run("--date", "2026-10-02"),
            try Program.run("rejected", "list", "--workspace", city.path, "--json"),
        ] {
            #expect(ending.code == 74 && ending.faultCodes == ["publication.other-form"], "\(ending.errors)")
            #expect(ending.errors.contains("--rebuild") && ending.errors.contains("壊れてはいません"))
        }
        let anew = try city.run("--rebuild")
        #expect(anew.code == 0 && anew.publicationHash == before.publicationHash, "\(anew.errors)")
        #expect(anew.errors.contains("人の番号を付け直します"), "\(anew.errors)")
        #expect(try city.caseIDs() == cases)
        #expect(try city.run().json["outcome"] as? String == "unchanged")
    }

    @Test func aGuidelineUnderWhichProtectionWouldNotArriveIsRefused() throws {
        let city = try CityWorkspace(published: true)
        let mapping = city.path + "/Mappings/jumin/shien.json5"
        let text = try String(contentsOfFile: mapping, encoding: .utf8)
        try text.replacing("required: true,\n", with: "required: false,\n", maxReplacements: 1)
            .write(toFile: mapping, atomically: true, encoding: .utf8)
        let ending = try city.run("--date", "2026-10-02")
        #expect(ending.code == 78, "\(ending.errors)")
        #expect(ending.faultCodes == ["protection.missing"])
    }

    @Test func aSecondRunWhileOneIsUnderWayIsToldSo() throws {
        let city = try CityWorkspace(published: true)
        let holder = Process()
        holder.executableURL = URL(filePath: "/usr/bin/flock")
        holder.arguments = [city.path + "/renkei.lock", "sleep", "30"]
        try holder.run()
        defer { holder.terminate() }
        var ending = try city.run()
        for _ in 0..<50 where ending.code != 75 {
            Thread.sleep(forTimeInterval: 0.05)
            ending = try city.run()
        }
        #expect(ending.code == 75)
        #expect(ending.faultCodes == ["run.busy"])
    }

    @Test(arguments: [1, 8, 64, 128])
    func aFullDiskLeavesThePublicationAndTheNextRunCompletes(kibibytes: Int) throws {
        let city = try CityWorkspace(published: true)
        // A file size limit is what a full disk looks like to one process: writes beyond it fail.
        let ending = try Program.wait(
            for: Program.start(
                ["run", "--workspace", city.path, "--json", "--date", "2026-10-03"],
                shell: "ulimit -f \(kibibytes)"))
        #expect(ending.code == 74, "\(ending.code) \(ending.errors)")
        #expect(ending.errors.contains("空き"), "\(ending.errors)")
        let mended = try city.run("--date", "2026-10-03")
        #expect(mended.code == 0, "\(mended.errors)")
    }
}

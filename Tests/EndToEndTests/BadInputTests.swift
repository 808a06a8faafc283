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

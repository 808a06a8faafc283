import Domain
import Foundation
import TestSupport
import Testing

/// The keys of a workspace and shredding, through the real program.
@Suite struct KeyCommandTests {
    private func person(_ city: borrowing CityWorkspace, _ words: [String], by user: String) throws -> Ending
    {
        try Program.run(
            ["person", "shred"] + words + ["--user", user, "--workspace", city.path, "--json"],
            input: city.password(user))
    }

    /// A child with a case, and its case, as the queue of the pages has them.
    private func chosen(_ city: borrowing CityWorkspace) throws -> (person: String, case: String) {
        let row = try #require(
            try city.rows("SELECT person || ' ' || id FROM queue ORDER BY id LIMIT 1").first)
        let words = row.split(separator: " ").map(String.init)
        return (words[0], words[1])
    }

    @Test func keysAreCheckedAndRotatedAndTheNightGoesOn() throws {
        let city = try CityWorkspace(published: true)
        let check = { (city: String) in try Program.run("keys", "check", "--workspace", city, "--json") }
        let before = try check(city.path)
        let keys = try #require(before.json["keys"] as? [String: Any], "\(before.errors)")
        #expect(keys["serial"] as? Int == 1 && keys["shredded"] as? Int == 0)
        let rotated = try Program.run(
            "keys", "rotate", "--reason", "担当者の異動", "--workspace", city.path, "--json")
        #expect(rotated.code == 0 && rotated.json["serial"] as? Int == 2, "\(rotated.errors)")
        #expect(try city.run().json["outcome"] as? String == "unchanged")
        #expect(try city.run("--date", "2026-10-02").json["outcome"] as? String == "published")
        let changes = try Program.run("audit", "changes", "--workspace", city.path, "--json")
        #expect(changes.output.contains("keys.rotate"))
        try #require(chmod(city.path + "/keys/ring.key", 0o640) == 0)
        let open = try check(city.path)
        #expect(open.code == 78 && open.faultCodes == ["keys.mode"], "\(open.output)")
        try #require(unlink(city.path + "/keys/ring.key") == 0)
        for words in [["keys", "check"], ["run"], ["status"], ["serve", "--socket", city.path + "/s"]] {
            let ending = try Program.run(words + ["--workspace", city.path, "--json"])
            #expect(ending.code == 78 && ending.faultCodes == ["keys.missing"], "\(words): \(ending.output)")
        }
    }

    /// kill -9 while keys are rotated again and again: the workspace always opens, and what was sealed too.
    @Test func aRotationKilledAtAnyMomentLeavesAWorkspaceThatOpens() throws {
        let city = try CityWorkspace(published: true)
        let words = ["keys", "rotate", "--reason", "試しの入替え", "--workspace", city.path]
        let start = Date()
        #expect(try Program.run(words).code == 0)
        let length = Date().timeIntervalSince(start)
        var random = SeededGenerator(seed: testSeed)
        for _ in 0..<caseCount(12) {
            let started = try Program.start(words)
            Thread.sleep(forTimeInterval: length * Double.random(in: 0.2...1, using: &random))
            if started.process.isRunning { kill(started.process.processIdentifier, SIGKILL) }
            started.process.waitUntilExit()
            let check = try Program.run("keys", "check", "--workspace", city.path, "--json")
            #expect(check.code == 0, "seed \(testSeed): \(check.errors)")
        }
        let row = try Program.run("explain", "row", "jumin_20261001.csv:2", "--workspace", city.path)
        #expect(row.code == 0, "\(row.errors)")
        #expect(try city.run("--date", "2026-10-02").json["outcome"] as? String == "published")
    }

    /// Two twins with the same keys: one is sealed anew, and the night after gives both the same publication.
    @Test func aSealingAnewChangesNothingThatIsPublished() throws {
        let city = try CityWorkspace(published: true)
        let twin = try city.copied()
        let words = ["keys", "rotate", "--reseal", "--reason", "鍵の控えの紛失", "--workspace", city.path]
        let sealed = try Program.run(words + ["--json"])
        #expect(sealed.code == 0 && sealed.json["outcome"] as? String == "resealed", "\(sealed.errors)")
        #expect(sealed.json["root"] as? Int == 2 && sealed.json["hasComparisons"] as? Bool == true)
        #expect(sealed.errors.contains("stage.finished") && sealed.errors.contains("comparisons"))
        #expect(try city.run().json["outcome"] as? String == "unchanged")
        let night = try city.run("--date", "2026-10-02")
        let other = try twin.run("--date", "2026-10-02")
        #expect(night.publicationHash != nil && night.publicationHash == other.publicationHash)
        // What was compared is built upon, as if nothing had been.
        #expect(!night.errors.contains("すべての組を比べました"), "\(night.errors)")
        let changes = try Program.run("audit", "changes", "--workspace", city.path, "--json")
        #expect(changes.output.contains("keys.reseal"))
        let told = try Program.run(words)
        #expect(
            told.code == 0 && told.output.contains("根 3番") && told.output.contains("次に:"), "\(told.output)")
        // The keys of the twin are those that leaked.
        for name in ["ring.key", "ring.sealed"] {
            try #require(unlink("\(city.path)/keys/\(name)") == 0)
            try FileManager.default.copyItem(
                atPath: "\(twin.path)/keys/\(name)", toPath: "\(city.path)/keys/\(name)")
        }
        let old = try Program.run("keys", "check", "--workspace", city.path, "--json")
        #expect(old.code == 78 && old.faultCodes == ["keys.ring-older"], "\(old.output)")
    }

    @Test(arguments: [1, 64])
    func aFullDiskLeavesWhatWasThereAndTheSealingAnewIsEnded(kibibytes: Int) throws {
        let city = try CityWorkspace(published: true)
        let words = ["keys", "rotate", "--reseal", "--reason", "鍵の控えの紛失", "--workspace", city.path, "--json"]
        let full = try Program.wait(for: Program.start(words, shell: "ulimit -f \(kibibytes)"))
        #expect(full.code == 74 && full.errors.contains("空き"), "\(full.code) \(full.errors)")
        let row = try Program.run("explain", "row", "jumin_20261001.csv:2", "--workspace", city.path)
        #expect(row.code == 0, "\(row.errors)")
        let check = try Program.run("keys", "check", "--workspace", city.path, "--json")
        let keys = try #require(check.json["keys"] as? [String: Any], "\(check.errors)")
        #expect(keys["isResealing"] as? Bool == (kibibytes > 1))
        let night = try city.run("--date", "2026-10-02")
        #expect(night.json["outcome"] as? String == "published", "\(night.errors)")
        #expect(night.errors.contains("鍵束の作り直し") == (kibibytes > 1), "\(night.errors)")
        #expect(try Program.run(words).code == 0)
    }

    @Test func aShreddedChildStaysAwayFromEveryNightAfter() throws {
        let city = try CityWorkspace(published: true)
        let (child, `case`) = try chosen(city)
        let copy = try city.copied()
        let early = try person(
            city, ["--person", child, "--reason", "消去の請求を認めた"], by: "center")
        #expect(early.code == 77, "\(early.output)")
        let proposed = try person(
            city, ["--person", child, "--reason", "消去の請求を認めた"], by: "privacy")
        #expect(proposed.json["state"] as? String == "proposed", "\(proposed.output)")
        let own = try person(city, ["S-1", "--reason", "決裁を確かめた"], by: "privacy")
        #expect(own.faultCodes == ["shredding.own"], "\(own.output)")
        let done = try person(city, ["S-1", "--reason", "決裁を確かめた"], by: "manager")
        #expect(done.json["state"] as? String == "done", "\(done.output)\(done.errors)")

        // Two nights on the same extracts, in which the child still stands, then one on the databases of before.
        func expectGone(_ why: String) throws {
            let explained = try Program.run(
                "explain", "case", `case`, "--workspace", city.path, "--json")
            #expect(explained.code == 66, "\(why): \(explained.output)")
            let open = try city.rows("SELECT count(*) FROM queue WHERE person = '\(child)'")
            #expect(open == ["0"], "\(why)")
        }
        try expectGone("shredded")
        for date in ["2026-10-01", "2026-10-02"] {
            let night = try city.run("--date", date)
            #expect(night.json["outcome"] as? String == "published", "\(night.errors)")
            #expect(night.errors.contains("消去した方の行が"), "\(night.errors)")
            try expectGone(date)
        }
        #expect(
            try city.rows("SELECT count(*) FROM person WHERE person = '\(child)'", in: "vault.sqlite")
                == ["0"])
        let outside = try city.rows(
            "SELECT DISTINCT reason FROM outside WHERE reason = '消去済み'", in: "facts.sqlite")
        #expect(outside == ["消去済み"])

        let files = FileManager.default
        for name in try files.contentsOfDirectory(atPath: city.path)
        where name == "runs" || name.hasPrefix("service.sqlite") {
            try files.removeItem(atPath: "\(city.path)/\(name)")
        }
        for name in try files.contentsOfDirectory(atPath: copy.path)
        where name == "runs" || name.hasPrefix("service.sqlite") {
            try files.copyItem(atPath: "\(copy.path)/\(name)", toPath: "\(city.path)/\(name)")
        }
        try city.acceptRestore()
        let explained = try Program.run("explain", "case", `case`, "--workspace", city.path, "--json")
        #expect(explained.code == 66, "\(explained.output)")
        let night = try city.run("--date", "2026-10-03")
        #expect(night.json["outcome"] as? String == "published", "\(night.errors)")
        #expect(night.errors.contains("もう一度消しました"), "\(night.errors)")
        try expectGone("after the copy")
    }

    /// Keys are in no argument, no environment, no log and no file outside their folder, and no core is dumped.
    @Test func keysAreNowhereButInTheirFolder() throws {
        let city = try CityWorkspace(published: true)
        var needles: [Data] = []
        for name in ["linkage.key", "pseudonym.key", "audit.key", "ring.key"] {
            let text = try String(contentsOfFile: city.path + "/keys/" + name, encoding: .utf8)
                .trimmingCharacters(in: .newlines)
            needles += [Data(text.utf8), Data(text.uppercased().utf8)]
            let digits = Array(text)
            let raw = stride(from: 0, to: digits.count, by: 2).compactMap {
                UInt8(String(digits[$0...$0 + 1]), radix: 16)
            }
            #expect(raw.count == 32)
            needles += [Data(raw), Data(Data(raw).base64EncodedString().utf8)]
        }
        func expectNone(in data: Data, _ place: String) {
            for needle in needles { #expect(data.range(of: needle) == nil, "\(place)") }
        }
        func expectHidden(_ started: borrowing Started, _ what: String) throws {
            let process = "/proc/\(started.process.processIdentifier)/"
            for name in ["cmdline", "environ"] {
                let data = try FileHandle(forReadingFrom: URL(filePath: process + name)).readToEnd() ?? Data()
                #expect(!data.isEmpty)
                expectNone(in: data, "\(what) \(name)")
            }
            let limits =
                try FileHandle(forReadingFrom: URL(filePath: process + "limits")).readToEnd() ?? Data()
            let core = String(decoding: limits, as: UTF8.self).split(separator: "\n").first {
                $0.hasPrefix("Max core file size")
            }
            #expect(core?.split(separator: " ").filter { $0 == "0" }.count == 2, "\(what): \(core ?? "")")
        }
        let night = try Program.start(
            ["run", "--workspace", city.path, "--date", "2026-10-02", "--json"], shell: "ulimit -S -c 1024")
        Thread.sleep(forTimeInterval: 0.4)
        if night.process.isRunning { try expectHidden(night, "run") }
        let nightFolder = night.scratch.file("")
        night.process.waitUntilExit()
        let place = try ScratchFolder()
        let served = try Program.start(
            ["serve", "--workspace", city.path, "--socket", place.file("socket")], shell: "ulimit -S -c 1024")
        Thread.sleep(forTimeInterval: 1.5)
        #expect(served.process.isRunning)
        try expectHidden(served, "serve")
        served.process.terminate()
        served.process.waitUntilExit()
        for folder in [nightFolder, served.scratch.file(""), city.path] {
            let walk = FileManager.default.enumerator(atPath: folder)
            while let name = walk?.nextObject() as? String {
                guard !name.hasPrefix("keys/"),
                    let data = try? Data(contentsOf: URL(filePath: folder + "/" + name)), !data.isEmpty
                else { continue }
                expectNone(in: data, name)
            }
        }
    }
}

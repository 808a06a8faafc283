import Foundation
import TestSupport
import Testing

@Suite struct AuditCommandTests {
    private func audit(_ city: borrowing CityWorkspace, _ words: String...) throws -> Ending {
        try Program.run(["audit"] + words + ["--workspace", city.path, "--json"])
    }

    /// Whether the independent verifier finds everything intact.
    private func holds(_ words: [String]) throws -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [Program.checkout + "/Tests/verify_audit.py"] + words
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    private func outside(_ city: borrowing CityWorkspace) throws -> (
        folder: String, key: String, notes: [String]
    ) {
        let place = city.path + ".checkpoints"
        let folder = try place + "/" + #require(FileManager.default.contentsOfDirectory(atPath: place).first)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        let key = try #require(names.first { $0.hasSuffix(".vkey") })
        return (
            folder, "\(folder)/\(key)", names.filter { $0.hasSuffix(".checkpoint") }.map { "\(folder)/\($0)" }
        )
    }

    /// A night, and what a privacy officer does after it.
    @Test func aNightIsSignedOutsideVerifiedProvedAndExported() throws {
        let city = try CityWorkspace(published: false)
        #expect(try city.run().code == 0)
        let (_, key, notes) = try outside(city)
        #expect(notes.count == 1)
        let whole = try audit(city, "verify")
        #expect(whole.code == 0 && whole.json["isComplete"] as? Bool == true, "\(whole.errors)")
        #expect(
            whole.json["key"] as? String
                == (try String(contentsOfFile: key, encoding: .utf8)).dropLast().description)
        let events = try #require(whole.json["events"] as? Int)
        // All but that the check itself began.
        #expect(whole.json["covered"] as? Int == events - 1)

        let proof = city.scratch.file("proof.jsonl")
        #expect(try audit(city, "prove", "2", "--output", proof, "--checkpoint", notes[0]).code == 0)
        #expect(try holds(["--key", key, proof]))
        #expect(try audit(city, "prove", "2", "--output", proof).faultCodes == ["output.exists"])
        #expect(try audit(city, "prove", "9999").faultCodes == ["audit.event"])
        let export = city.scratch.file("export.jsonl")
        let exported = try audit(city, "export", "--output", export)
        #expect(exported.code == 0 && exported.json["events"] as? Int ?? 0 >= events, "\(exported.errors)")
        #expect(try holds(["--key", key, export]))
        var bytes = try Data(contentsOf: URL(filePath: export))
        bytes[200] ^= 1
        try bytes.write(to: URL(filePath: export))
        #expect(try !holds(["--key", key, export]))
        #expect(try audit(city, "export", "--output", export + "2", "--to", "2020-01-01").code == 66)
        #expect(
            try !FileManager.default.contentsOfDirectory(atPath: city.scratch.path).contains {
                $0.hasSuffix(".part")
            })

        // Another night: another checkpoint, which grew out of the first.
        #expect(try city.run("--date", "2026-10-02").code == 0)
        let later = try outside(city).notes
        // What was proved and exported was signed as well.
        #expect(later.count > 2)
        let grown = city.scratch.file("grown.json")
        let compared = try audit(city, "compare", later[0], later[later.count - 1], "--output", grown)
        #expect(
            compared.code == 0 && compared.json["outcome"] as? String == "consistent", "\(compared.errors)")
        #expect(try holds(["--key", key, grown]))
        #expect(try holds(["--key", key, city.path + "/service.sqlite"] + later))
    }

    @Test func copiesAreComparedAndARewrittenOneIsFound() throws {
        let city = try CityWorkspace(published: true)
        let copy = try city.copied()
        #expect(try Program.run("audit", "compare", city.path, copy.path, "--json").code == 0)
        let saved = city.scratch.file("saved.txt")
        #expect(try audit(city, "verify", "--save", saved).code == 0)
        let rewritten = try #require(
            try copy.rows("SELECT min(sequence) FROM audit_event WHERE event LIKE '%nightly%'").first)
        try copy.sql("DROP TRIGGER audit_event_kept", in: "service.sqlite")
        try copy.sql(
            "UPDATE audit_event SET event = replace(event, 'nightly', 'nightlz') WHERE sequence = \(rewritten)",
            in: "service.sqlite")
        let ending = try Program.run("audit", "compare", city.path, copy.path, "--json")
        #expect(ending.code == 65 && ending.faultCodes == ["audit.differs"], "\(ending.errors)")
        #expect(ending.errors.contains("\(rewritten)番目"), "\(ending.errors)")
        let broken = try audit(copy, "verify", "--checkpoint", saved)
        #expect(broken.code == 65 && broken.errors.contains("saved.txt"), "\(broken.errors)")
        #expect(try Program.run("audit", "compare", saved, copy.path, "--json").code == 65)
        #expect(try Program.run("audit", "compare", saved, city.path, "--json").code == 0)
        #expect(try audit(city, "verify", "--checkpoint", "/none").code == 66)
    }

    /// A copy knows nothing of who was removed or refused since: nobody goes on with it unawares.
    @Test func aDatabasePutBackFromACopyServesNobodyBeforeSomebodySaysSo() throws {
        let city = try CityWorkspace(published: true)
        let copy = try city.copied()
        #expect(try city.run("--date", "2026-10-02").code == 0)
        for file in try FileManager.default.contentsOfDirectory(atPath: city.path)
        where file.hasPrefix("service.sqlite") {
            try FileManager.default.removeItem(atPath: "\(city.path)/\(file)")
        }
        try FileManager.default.copyItem(
            atPath: copy.path + "/service.sqlite", toPath: city.path + "/service.sqlite")
        let commands = [
            ["run", "--date", "2026-10-02"], ["serve", "--port", "0"], ["user", "list"], ["support", "list"],
            ["explain", "row", "jumin_20261001.csv:2"], ["consent", "list", "--user", "privacy"],
        ]
        for words in commands {
            let refused = try Program.run(words + ["--workspace", city.path, "--json"])
            #expect(refused.code == 78 && refused.faultCodes == ["audit.restored"], "\(refused.errors)")
            #expect(refused.errors.contains("accept-restore"))
        }
        for words in [["status"], ["keys", "check"], ["audit", "changes"]] {
            #expect(try Program.run(words + ["--workspace", city.path]).code == 0, "\(words)")
        }
        #expect(try audit(city, "accept-restore").code == 64)
        let accepted = try audit(city, "accept-restore", "--reason", "前夜の控えに戻したため")
        #expect(accepted.code == 0 && accepted.json["lost"] as? Int ?? 0 > 0, "\(accepted.errors)")
        #expect(try audit(city, "accept-restore", "--reason", "前夜の控えに戻したため").code == 64)
        #expect(try city.run("--date", "2026-10-02").code == 0)
        let verified = try audit(city, "verify")
        #expect(verified.code == 0 && verified.errors.contains("失われたと認められた"), "\(verified.errors)")
    }

    /// Whoever can write the database is no second person.
    @Test func anApprovalThatTheTrailDoesNotHoldIsFoundAndNotObeyed() throws {
        let city = try CityWorkspace(published: true)
        #expect(try audit(city, "verify").json["steps"] as? Int ?? 0 >= 2)
        let path = city.path + "/Guidelines/policies/casework.json5"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacing("候補となった", with: "候補の").write(toFile: path, atomically: true, encoding: .utf8)
        let proposed = try Program.run(
            "policy", "propose", "--user", "officer", "--reason", "言葉を直した", "--workspace", city.path,
            "--json",
            input: city.password("officer"))
        let revision = try #require(proposed.json["revision"] as? String, "\(proposed.errors)")
        try city.sql(
            "INSERT INTO guideline_step(revision, what, actor, at, reason) VALUES ('\(revision)', 'approved', 'user:privacy', 1790823600000, 'x')",
            in: "service.sqlite")
        let found = try audit(city, "verify")
        #expect(found.code == 65 && found.faultCodes == ["audit.broken"], "\(found.errors)")
        #expect(found.errors.contains("guideline_step の 4") && found.errors.contains("policy check"))
        for words in [["run", "--date", "2026-10-02"], ["serve", "--port", "0"]] {
            let refused = try Program.run(words + ["--workspace", city.path, "--json"])
            #expect(refused.code == 78 && refused.faultCodes == ["policy.forged"], "\(refused.errors)")
        }
        // Who only looks goes on under the one that two approved, and is told.
        let check = try Program.run("policy", "check", "--workspace", city.path, "--json")
        #expect((check.json["notices"] as? [String])?.first?.contains("監査記録にない") == true, "\(check.errors)")
        // Two persons can mend it.
        try text.replacing("候補となった", with: "候補").write(toFile: path, atomically: true, encoding: .utf8)
        let adopted = try city.adoptGuideline()
        #expect(adopted.code == 0, "\(adopted.errors)")
        let night = try city.run("--date", "2026-10-02")
        #expect(night.code == 0, "\(night.errors)")
        #expect(try audit(city, "verify").code == 65, "what was forged stays to be seen")
    }

    @Test func aKeyOfAnotherWorkspaceOpensNothing() throws {
        let city = try CityWorkspace(published: true)
        let other = try ScratchFolder()
        let made = try Program.run(
            "init", other.file("ws"), "--templates", Program.checkout, "--municipality", "別の市")
        #expect(made.code == 0, "\(made.errors)")
        for key in ["linkage.key", "pseudonym.key", "audit.key"] {
            let own = city.path + "/keys/" + key
            let kept = try Data(contentsOf: URL(filePath: own))
            for (source, code) in [
                (other.file("ws") + "/keys/" + key, "keys.other"),
                (
                    city.path + "/keys/" + (key == "audit.key" ? "linkage.key" : "audit.key"),
                    key == "audit.key" ? "keys.same" : "keys.other"
                ),
            ] {
                try Data(contentsOf: URL(filePath: source)).write(to: URL(filePath: own))
                for words in [["keys", "check"], ["run"], ["status"]] {
                    let refused = try Program.run(words + ["--workspace", city.path, "--json"])
                    #expect(refused.code == 78 && refused.faultCodes == [code], "\(key) \(refused.errors)")
                }
            }
            try kept.write(to: URL(filePath: own))
        }
        #expect(try Program.run("keys", "check", "--workspace", city.path).code == 0)
    }

    @Test func whoReadAndWhatAUserDidAreListed() throws {
        let city = try CityWorkspace(published: true)
        let id = try #require(try city.caseIDs().first)
        #expect(try Program.run("explain", "case", id, "--workspace", city.path).code == 0)
        let me = "cli:\(NSUserName())"
        func whats(_ ending: Ending) throws -> [String] {
            try #require(ending.json["records"] as? [[String: Any]], "\(ending.errors)").compactMap {
                $0["what"] as? String
            }
        }
        #expect(try whats(audit(city, "who-read", id)) == ["case.explain"])
        #expect(try whats(audit(city, "user", me)).prefix(2) == ["audit.read", "case.explain"])
        #expect(try whats(audit(city, "user", me)).contains("user.add"), "changes are told too")
        #expect(try audit(city, "who-read", "tanaka").code == 64)
        let words = try Program.run("audit", "who-read", id, "--workspace", city.path).output
        #expect(words.contains("閲覧 2件") && words.contains("次に:"), "\(words)")
    }

    @Test func unusualReadingIsFoundByIdsAlone() throws {
        let city = try CityWorkspace(published: true)
        let id = try #require(try city.caseIDs().first)
        let lineage = try Program.run("explain", "case", id, "--workspace", city.path, "--json")
        let person = try #require((lineage.json["person"] as? [String: Any])?["person"] as? String)
        let me = "cli:\(NSUserName())"
        #expect(try audit(city, "relate", me, "--person", person).json["persons"] as? Int == 1)
        for _ in 0..<5 { #expect(try Program.run("explain", "case", id, "--workspace", city.path).code == 0) }
        let ending = try audit(city, "analyse")
        #expect(ending.code == 0, "\(ending.errors)")
        let findings = try #require(ending.json["findings"] as? [[String: Any]])
        let kinds = Set(findings.compactMap { $0["kind"] as? String })
        #expect(kinds.isSuperset(of: ["by-number", "relatives"]), "\(findings)")
        #expect(findings.allSatisfy { $0["actor"] as? String == "user:\(me)" })
        #expect(!ending.output.contains(person))
        let words = try Program.run("audit", "analyse", "--workspace", city.path).output
        #expect(words.contains("本人・家族") && words.contains("番号からの直接"), "\(words)")
        #expect(try audit(city, "relate", me).json["persons"] as? Int == 0)
        #expect(try audit(city, "relate", me, "--person", "山田").code == 64)
    }

    /// Whoever is looked for may not say alone what counts as unusual.
    @Test func whatCountsAsUnusualIsSaidByTwo() throws {
        let city = try CityWorkspace(published: true)
        let id = try #require(try city.caseIDs().first)
        for _ in 0..<5 { #expect(try Program.run("explain", "case", id, "--workspace", city.path).code == 0) }
        func kinds() throws -> Set<String> {
            let ending = try audit(city, "analyse")
            let findings = try #require(ending.json["findings"] as? [[String: Any]], "\(ending.errors)")
            return Set(findings.compactMap { $0["kind"] as? String })
        }
        #expect(try kinds().contains("by-number"))
        let path = city.path + "/Guidelines/audit/analysis.json5"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        func write(_ text: String) throws { try text.write(toFile: path, atomically: true, encoding: .utf8) }
        try write(text.replacing("byNumber: 5,", with: "byNumber: 500,"))
        #expect(try kinds().contains("by-number"), "one person's word")
        let difference = try Program.run("policy", "diff", "--workspace", city.path)
        #expect(difference.output.contains("analysis.json5）が変わります"), "\(difference.output)")
        let adopted = try city.adoptGuideline()
        #expect(adopted.code == 0, "\(adopted.errors)")
        #expect(try !kinds().contains("by-number"))
        try write(text.replacing("byNumber: 5,", with: "byNumber: \"few\","))
        #expect(try city.adoptGuideline().code == 78)
        try FileManager.default.removeItem(atPath: path)
        #expect(try !kinds().contains("by-number"), "what is in force stays so")
        #expect(try city.adoptGuideline().code == 0)
        #expect(try audit(city, "analyse").faultCodes == ["audit.no-limits"])
    }

    @Test func aMissingPlaceForCheckpointsStopsNoNightAndStandsInStatus() throws {
        let city = try CityWorkspace(published: false)
        try city.set("{\n  // 画面", to: "{\n  audit: { checkpoints: \"../share\" },\n  // 画面")
        let night = try city.run()
        #expect(night.code == 0 && night.errors.contains("控えられません"), "\(night.errors)")
        let status = try Program.run("status", "--workspace", city.path)
        #expect(status.output.contains("監査記録の問題") && status.output.contains("まだ控えがありません"), "\(status.output)")
        try FileManager.default.createDirectory(
            atPath: city.scratch.file("share"), withIntermediateDirectories: false)
        #expect(try city.run("--date", "2026-10-02").code == 0)
        let state = try #require(
            try Program.run("status", "--workspace", city.path, "--json").json["audit"] as? [String: Any])
        #expect(state["checkpoints"] as? Int == 2 && (state["problems"] as? [String]) == [], "\(state)")
        #expect(state["uncovered"] as? Int == 0)
    }

    /// A disk without room: nothing about anybody is printed, at none of the commands that read.
    @Test func whereTheTrailTakesNoEventNoCommandTellsAnything() throws {
        let city = try CityWorkspace(published: true)
        let id = try #require(try city.caseIDs().first)
        let doors = [
            ["explain", "case", id], ["explain", "row", "jumin_20261001.csv:2"], ["audit", "reads"],
            ["audit", "who-read", id], ["audit", "user", "center"], ["audit", "analyse"], ["user", "list"],
            ["review", "list"], ["review", "export", "--output", city.scratch.file("out.csv")],
            ["rejected", "export", "--output", city.scratch.file("rejected.csv")],
            ["audit", "export", "--output", city.scratch.file("out.jsonl")], ["run", "--date", "2026-10-03"],
        ]
        for door in doors {
            #expect(try Program.run(door + ["--workspace", city.path]).code != 74, "\(door)")
        }
        for name in ["out.csv", "rejected.csv", "out.jsonl"] {
            try? FileManager.default.removeItem(atPath: city.scratch.file(name))
        }
        for door in doors {
            let ending = try Program.wait(
                for: Program.start(door + ["--workspace", city.path], shell: "ulimit -f 1"))
            #expect(ending.code == 74, "\(door) \(ending.code) \(ending.output) \(ending.errors)")
            #expect(ending.output.isEmpty && !ending.errors.contains(id), "\(door) \(ending.output)")
        }
        #expect(!FileManager.default.fileExists(atPath: city.scratch.file("out.csv")))
        #expect(!FileManager.default.fileExists(atPath: city.scratch.file("out.jsonl")))
    }

    @Test func aClockThatWentBackIsExplainedAndAcceptedWithAReason() throws {
        let city = try CityWorkspace(published: true)
        let well = try Program.run("status", "--workspace", city.path)
        #expect(well.output.contains("いま、出来事を書けます"), "\(well.output)")
        // As if the clock had stood a day ahead when the last event was written.
        try city.sql("UPDATE audit_range SET latest = latest + 86400000", in: "service.sqlite")
        let events = try city.rows("SELECT count(*) FROM audit_event")
        let status = try Program.run("status", "--workspace", city.path)
        #expect(status.code == 0 && status.output.contains("いまは出来事を書けない"), "\(status.output)")
        #expect(status.output.contains("次に: 時計を確かめて") && status.output.contains("accept-clock"))
        #expect(try city.rows("SELECT count(*) FROM audit_event") == events)
        let ending = try city.run("--date", "2026-10-02")
        #expect(ending.code == 74 && ending.faultCodes == ["audit.clock"], "\(ending.errors)")
        #expect(try audit(city, "reads").faultCodes == ["audit.clock"])
        #expect(try audit(city, "accept-clock").faultCodes == ["clock.reason"])
        #expect(try audit(city, "accept-clock", "--reason", "昨日まで時計が進んでいた").code == 0)
        #expect(try city.run("--date", "2026-10-02").code == 0)
        #expect(try audit(city, "changes").output.contains("clock.accept"))
    }
}

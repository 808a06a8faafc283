import Foundation
import TestSupport
import Testing

/// 開示, through the real program.
@Suite struct DisclosureCommandTests {
    /// Reads a person's facts from the run's files with nothing of the product: item, part, file and line.
    private static let twin = #"""
        import sqlite3, sys
        ws, person = sys.argv[1:3]
        s = sqlite3.connect(ws + "/service.sqlite")
        run = ws + "/runs/" + s.execute("SELECT folder FROM publication p JOIN current_publication c ON c.sequence=p.sequence").fetchone()[0]
        v, f = sqlite3.connect(run + "/vault.sqlite"), sqlite3.connect(run + "/facts.sqlite")
        entities = {e for (e,) in v.execute("SELECT m.entity FROM membership m JOIN person p ON p.id=m.person WHERE p.person=?", [person])}
        parts = {i: (item, kind, type) for i, item, kind, type in f.execute("SELECT id,item,kind,type FROM part")}
        def whole(b, at):
            shift = value = 0
            while True:
                byte = b[at]; at += 1
                value |= (byte & 127) << shift; shift += 7
                if byte < 128: return (value >> 1) ^ -(value & 1), at
        for entity, name, line, b in f.execute("SELECT r.entity,d.name,r.line,r.facts FROM record r JOIN file d ON d.id=r.file"):
            if entity not in entities: continue
            count, at = whole(b, 0)
            for _ in range(count):
                part, at = whole(b, at)
                item, kind, type = parts[part]
                at = at + 8 if type == 1 else whole(b, at)[1]
                dated, at = whole(b, at)
                if dated: _, at = whole(b, at)
                print(item, kind, name, line)
        """#

    private func disclose(
        _ city: borrowing CityWorkspace, _ requester: String, _ person: String, to folder: String = "kaiji",
        by user: String = "privacy", second: String = "manager", input: String? = nil
    ) throws -> Ending {
        try Program.run(
            [
                "rights", "disclose", "--request", "令和8年第3号", "--requester", requester, "--person", person,
                "--reason", "運転免許証で確かめた", "--user", user, "--second", second, "--output",
                city.scratch.file(folder), "--workspace", city.path, "--json",
            ], input: try input ?? city.password(user) + city.password(second))
    }

    private func pack(_ city: borrowing CityWorkspace, _ folder: String = "kaiji") throws -> [String: Any] {
        let data = try Data(contentsOf: URL(filePath: city.scratch.file(folder + "/kaiji.json")))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    /// Children at school with a record of another source, in whose household nobody is protected.
    private func pupils(_ city: borrowing CityWorkspace, and source: String) throws -> [String] {
        try city.rows(
            """
            SELECT p.person FROM person p JOIN membership m ON m.person = p.id JOIN entity e ON e.id = m.entity
            WHERE NOT p.protected AND NOT EXISTS (SELECT 1 FROM person o WHERE o.household = p.household AND o.protected)
            GROUP BY p.person HAVING sum(e.source = 'shukketsu') > 0 AND sum(e.source = '\(source)') > 0 ORDER BY p.person
            """, in: "vault.sqlite")
    }

    private func inService(_ city: borrowing CityWorkspace) throws -> String {
        let folder = try city.rows(
            "SELECT folder FROM publication p JOIN current_publication c ON c.sequence = p.sequence")
        return "runs/" + (try #require(folder.first))
    }

    private func bytes(_ city: borrowing CityWorkspace, _ folder: String) throws -> [Data] {
        try ["kaiji.html", "kaiji.json"].map {
            try Data(contentsOf: URL(filePath: city.scratch.file("\(folder)/\($0)")))
        }
    }

    @Test func noByteTellsWhetherThePersonIsProtectedOrWasLookedAt() throws {
        let city = try CityWorkspace(published: true)
        let person = try #require(try pupils(city, and: "jumin").first)
        #expect(try disclose(city, "self", person, to: "before").code == 0)
        try city.sql(
            "UPDATE person SET protected = 1 WHERE person = '\(person)'",
            in: "\(inService(city))/vault.sqlite")
        let after = try disclose(city, "self", person, to: "after")
        #expect(after.code == 0 && after.json["isProtected"] as? Bool == true, "\(after.errors)")
        let (one, other) = (try bytes(city, "before"), try bytes(city, "after"))
        #expect(one == other)
    }

    @Test func noByteOfAParentsCopyTellsOfWithheldRecordsOrOfTheOtherParentsWishes() throws {
        let city = try CityWorkspace(published: true)
        // Everything of the counselling desk is withheld from parents.
        let person = try #require(
            try (pupils(city, and: "soudan") + pupils(city, and: "jidoteate") + pupils(city, and: "jumin"))
                .first)
        #expect(try disclose(city, "guardian", person, to: "with").code == 0)
        let entities = try city.rows(
            """
            SELECT m.entity FROM membership m JOIN person p ON p.id = m.person JOIN entity e ON e.id = m.entity
            WHERE p.person = '\(person)' AND e.source IN ('soudan', 'jidoteate', 'jumin')
            """, in: "vault.sqlite")
        #expect(!entities.isEmpty)
        try city.sql(
            "DELETE FROM record WHERE entity IN (\(entities.joined(separator: ",")))",
            in: "\(inService(city))/facts.sqlite")
        let wish = try Program.run(
            [
                "consent", "record", "--person", person, "--purpose", "programmes", "--refuse", "--giver",
                "guardian", "--evidence",
                "申出書R8-1", "--reason", "窓口で受けた", "--user", "privacy", "--workspace", city.path, "--json",
            ], input: city.password("privacy"))
        #expect(wish.code == 0, "\(wish.errors)")
        #expect(try disclose(city, "guardian", person, to: "without").code == 0)
        let (one, other) = (try bytes(city, "with"), try bytes(city, "without"))
        #expect(one == other)
        #expect(try disclose(city, "self", person, to: "own").code == 0)
        let own = String(decoding: try bytes(city, "own").reduce(Data(), +), as: UTF8.self)
        #expect(own.contains("利用停止") && !own.contains("申出書R8-1"))
    }

    @Test func theCopyHoldsExactlyWhatTheGuidelineLetsTheRequesterHave() throws {
        let city = try CityWorkspace(published: true)
        let persons = Set(try pupils(city, and: "jumin").prefix(3) + pupils(city, and: "soudan").prefix(2))
        #expect(persons.count >= 3)
        let never: Set<String> = ["A02", "A06", "D06", "D07"]
        let notToGuardians: Set<String> = [
            "A04", "A07", "B01", "B02", "B03", "B04", "B10", "C01", "C02", "C03", "C04", "C05", "C07", "C08",
            "D01", "D02", "D03", "D04", "D05", "F01", "F02", "F04", "F07", "F08",
        ]
        var told: Set<String> = []
        for (requester, barred) in [("self", never), ("guardian", never.union(notToGuardians))] {
            for person in persons.sorted() {
                let folder = "\(requester)-\(person)"
                let ending = try disclose(city, requester, person, to: folder)
                #expect(ending.code == 0, "\(ending.errors)")
                let records = try #require(try pack(city, folder)["records"] as? [[String: Any]])
                let given = records.map { entry in
                    "\(entry["item"] ?? "") \(entry["kind"] ?? "") \(entry["file"] ?? "") \(entry["line"] ?? "")"
                }
                let held = try Program.python(Self.twin, [city.path, person]).split(separator: "\n").map(
                    String.init)
                #expect(!held.isEmpty)
                #expect(given.sorted() == held.filter { !barred.contains(String($0.prefix(3))) }.sorted())
                told.formUnion(given.map { "\(requester) \($0.prefix(3))" })
            }
        }
        // Something is told to both, and something to one alone.
        #expect(told.isSuperset(of: ["self F03", "guardian F03", "self A07"]), "\(told.sorted())")
    }

    @Test func theCopyIsPrivateMarkedAndSaysTheSameToPeopleAndMachines() throws {
        let city = try CityWorkspace(published: true)
        let person = try #require(
            try city.rows(
                "SELECT person FROM person WHERE NOT protected ORDER BY person LIMIT 1", in: "vault.sqlite"
            ).first)
        let ending = try disclose(city, "self", person)
        #expect(ending.code == 0 && ending.json["outcome"] as? String == "made", "\(ending.errors)")
        let folder = city.scratch.file("kaiji")
        for (path, mode) in [
            (folder, 0o700), (folder + "/kaiji.html", 0o600), (folder + "/kaiji.json", 0o600),
        ] {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == mode, "\(path)")
        }
        let page = try String(contentsOfFile: folder + "/kaiji.html", encoding: .utf8)
        #expect(
            page.contains("受付番号 令和8年第3号") && page.contains("class=\"watermark\"")
                && page.contains("position: fixed"))
        let pack = try pack(city)
        for entry in try #require(pack["records"] as? [[String: Any]]) {
            #expect(page.contains("\(entry["file"] ?? "") \(entry["line"] ?? "")行目"))
        }
        #expect(pack["findings"] == nil && pack["readings"] == nil && pack["wishes"] != nil)
        let unanswered = try #require(pack["unanswered"] as? [[String: Any]])
        #expect(unanswered.contains { ($0["items"] as? [String])?.contains("D06") == true })
        let reads = try Program.run("audit", "who-read", person, "--workspace", city.path, "--json").output
        #expect(reads.contains("records.disclose"))
        // Nothing is written over.
        #expect(try disclose(city, "self", person).faultCodes == ["output.exists"])
    }

    @Test func ofAProtectedHouseholdAGuardianGetsNothingAndTheOfficeIsToldWhatToDo() throws {
        let city = try CityWorkspace(published: true)
        // A child whose measure is somebody else's in the household, and that other person.
        let pair = try #require(
            try city.rows(
                """
                SELECT a.person, b.person FROM person a JOIN person b ON a.household = b.household AND a.id <> b.id
                ORDER BY a.person LIMIT 1
                """, in: "vault.sqlite"
            ).first)
        let protected = pair.split(separator: "|").map(String.init)
        let folder = try #require(
            try city.rows(
                "SELECT folder FROM publication p JOIN current_publication c ON c.sequence = p.sequence"
            ).first)
        try city.sql(
            "UPDATE person SET protected = 1 WHERE person = '\(protected[1])'",
            in: "runs/\(folder)/vault.sqlite")
        for (number, person) in protected.enumerated() {
            for requester in ["guardian", "agent"] {
                let ending = try disclose(city, requester, person, to: "no-\(number)-\(requester)")
                #expect(ending.code == 77 && ending.faultCodes == ["rights.refused"], "\(ending.output)")
                #expect(ending.errors.contains("支援措置担当") && ending.errors.contains("第83条第2項"))
                #expect(
                    !FileManager.default.fileExists(atPath: city.scratch.file("no-\(number)-\(requester)")))
                // No word of any row of the person, in anything that was written.
                let lines = try city.rows(
                    "SELECT d.name, r.line FROM record r JOIN file d ON d.id = r.file WHERE r.entity IN ("
                        + city.rows(
                            "SELECT m.entity FROM membership m JOIN person p ON p.id = m.person WHERE p.person = '\(person)'",
                            in: "vault.sqlite"
                        ).joined(separator: ",") + ")", in: "facts.sqlite")
                #expect(!lines.isEmpty)
                let script = """
                    import re, sys
                    text = sys.argv[2]
                    for place in sys.argv[3:]:
                        name, line = place.split("|")
                        data = open(sys.argv[1] + "/" + name, "rb").read()
                        try: body = data.decode("utf-8-sig")
                        except UnicodeDecodeError: body = data.decode("cp932")
                        for cell in body.splitlines()[int(line) - 1].split(","):
                            if len(cell) > 5 and not re.fullmatch("[0-9/-]{8,10}", cell) and cell in text: print(cell)
                    """
                let hits = try Program.python(script, [city.inbox, ending.output + ending.errors] + lines)
                #expect(hits.isEmpty, "\(hits)")
                let file = try #require(lines.first?.split(separator: "|").first)
                let whole = String(decoding: try city.bytes(String(file)), as: UTF8.self)
                let found = try Program.python(script, [city.inbox, String(whole.prefix(60_000))] + lines)
                #expect(!found.isEmpty || !whole.hasPrefix("宛名"), "the search finds what is there")
            }
        }
        // To themselves: with what tells where they are left out.
        let person = try #require(protected.first)
        let ending = try disclose(city, "self", person, to: "self")
        #expect(ending.code == 0 && ending.json["isProtected"] as? Bool == true, "\(ending.errors)")
        let identities = try #require(try pack(city, "self")["identities"] as? [[String: Any]])
        let titles = Set(
            identities.flatMap { $0["parts"] as? [[String: Any]] ?? [] }.compactMap { $0["title"] as? String }
        )
        #expect(titles.contains("氏名") && titles.isDisjoint(with: ["住所", "電話", "保護者", "所属"]))
    }

    @Test func oneAloneOrWithoutTheRoleMakesNoCopy() throws {
        let city = try CityWorkspace(published: true)
        let person = try #require(
            try city.rows("SELECT person FROM person ORDER BY person LIMIT 1", in: "vault.sqlite").first)
        let cases: [(user: String, second: String, input: String?, code: String)] = [
            ("privacy", "privacy", nil, "rights.second"),
            ("privacy", "center", nil, "policy.notPermitted"),
            ("center", "privacy", nil, "policy.notPermitted"),
            ("privacy", "manager", try city.password("privacy") + "not-the-password\n", "policy.log-in"),
        ]
        for (user, second, input, code) in cases {
            let ending = try disclose(city, "self", person, by: user, second: second, input: input)
            #expect(ending.faultCodes == [code], "\(user) \(second): \(ending.output)")
            #expect(!FileManager.default.fileExists(atPath: city.scratch.file("kaiji")))
        }
        let unknown = try disclose(city, "self", "P-NONE")
        #expect(unknown.faultCodes == ["person.unknown"])
        let help = try Program.run("rights", "disclose", "--help")
        #expect(help.code == 0 && help.output.contains("--second"))
    }
}

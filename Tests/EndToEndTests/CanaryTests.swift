import Foundation
import TestSupport
import Testing

/// An end-to-end night and a day at the pages in a city of unmistakable values: none of them stands in anything that is a log.
@Suite struct CanaryTests {
    /// Makes the inbox unmistakable, or scans files for what makes it so.
    ///
    /// Canaries are every name, reading, telephone, address and number in the extracts, and a word planted in rows that no mapping accepts.
    private static let script = #"""
        import json, os, re, sys
        PLANTED = "鯨岡鰐淵"

        def text(path):
            data = open(path, "rb").read()
            for encoding in ("utf-8-sig", "cp932"):
                try:
                    return data.decode(encoding), encoding
                except UnicodeDecodeError:
                    pass

        def plant(inbox):
            for name in sorted(os.listdir(inbox)):
                if name.startswith(("shien", "jumin")):
                    continue
                body, encoding = text(inbox + "/" + name)
                lines = body.split("\r\n") if "\r\n" in body else body.split("\n")
                end = "\r\n" if "\r\n" in body else "\n"
                # One bad row among few would stop the night, as it should.
                if sum(line.count(",") > 3 for line in lines) < 30:
                    continue
                row = next(line for line in reversed(lines) if line.count(",") > 3)
                planted = ",".join(PLANTED + str(i) if i else "鯨" for i in range(row.count(",") + 1))
                at = len(lines) - 1 - lines[::-1].index(row)
                lines.insert(at + 1, planted)
                open(inbox + "/" + name, "wb").write(end.join(lines).encode(encoding))

        def canaries(inbox):
            found = {PLANTED}
            for name in os.listdir(inbox):
                for cell in re.split(r'[,\r\n"]+', text(inbox + "/" + name)[0]):
                    cell = cell.strip()
                    isname = re.fullmatch(r"[\u3041-\u30ff\u3400-\u9fff\uff66-\uff9fー]+[ 　][\u3041-\u30ff\u3400-\u9fff\uff66-\uff9fー]+", cell)
                    isnumber = re.fullmatch(r"0[5789]0-?\d{4}-?\d{4}|[0-9]{9,}", cell)
                    isaddress = re.search(r"[0-9０-９]+(-|－|番|号)", cell) and re.search(r"[\u4e00-\u9fff]{2}", cell) and "市" in cell
                    if isname or isnumber or isaddress:
                        found.add(cell)
                        if isname:
                            found.add(re.sub(r"[ 　]", "", cell))
            # A file's name, and a time as digits, are no person's.
            return {c for c in found if len(c) >= 4 and not re.fullmatch(r"9+|0+|20\d{6}", c)}

        mode, inbox = sys.argv[1:3]
        if mode == "plant":
            plant(inbox)
        else:
            all = canaries(inbox)
            hits = []
            for path in sys.argv[3:]:
                content = open(path, "rb").read()
                for canary in all:
                    for encoding in ("utf-8", "cp932", "utf-16-le"):
                        try:
                            bytes = canary.encode(encoding)
                        except UnicodeEncodeError:
                            continue
                        if len(bytes) > 3 and bytes in content:
                            hits.append([os.path.basename(path), canary])
            print(json.dumps({"canaries": len(all), "hits": hits}))
        """#

    /// A browser: logs in, reads, writes a note, mistypes, and looks for what is not there. Prints how many answers held a planted or read name.
    private static let browser = #"""
        import http.cookiejar, re, sys, urllib.error, urllib.parse, urllib.request
        url, logins, note = sys.argv[1:4]
        jar = http.cookiejar.CookieJar()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

        def ask(path, form=None):
            data = urllib.parse.urlencode(form).encode() if form is not None else None
            request = urllib.request.Request(url.rstrip("/") + path, data, {"Origin": url.rstrip("/")})
            try:
                return opener.open(request, timeout=60).read().decode()
            except urllib.error.HTTPError as error:
                return error.read().decode()

        users = [line.split(" ") for line in open(logins, encoding="utf-8").read().splitlines()[1:]]
        ask("/login", {"user": note, "password": note})
        seen = 0
        for user, password, _ in users:
            ask("/login", {"user": user, "password": password})
            queue = ask("/cases")
            for case in sorted(set(re.findall(r"C-[0-9A-Z]{13}", queue)))[:5]:
                page = ask("/cases/" + case)
                seen += "氏名" in page or "住所" in page
                csrf = re.search(r'name="csrf" value="([^"]+)"', page)
                version = re.search(r'name="version" value="([^"]+)"', page)
                if csrf and version:
                    ask("/cases/" + case, {"csrf": csrf[1], "version": version[1], "step": "note", "note": note})
                ask("/api/v1/cases/" + case)
            for path in ["/runs/latest", "/runs/latest/linkage", "/audit", "/api/v1/cases", "/api/v1/runs/latest"]:
                ask(path)
            ask("/cases/" + urllib.parse.quote(note))
            ask("/api/v1/cases?after=" + urllib.parse.quote(note))
            ask("/audit?user=" + urllib.parse.quote(note) + "&case=" + urllib.parse.quote(note))
            jar.clear()
        print(seen)
        """#

    @Test func noLogEventErrorOrCheckpointHoldsAnyValueOfAPerson() throws {
        let city = try CityWorkspace(published: false)
        let logs = city.scratch.file("logs")
        try FileManager.default.createDirectory(atPath: logs, withIntermediateDirectories: false)
        var written = 0
        func keep(_ ending: Ending) throws {
            written += 1
            try Data((ending.output + ending.errors).utf8).write(to: URL(filePath: "\(logs)/\(written).log"))
        }
        _ = try Program.python(Self.script, ["plant", city.inbox])
        let night = try city.run()
        #expect(night.code == 0, "\(night.errors)")
        try keep(night)
        try keep(try Program.run("run", "--workspace", city.path, "--date", "2026-10-02"))

        // A day at the pages.
        let serving = try Program.start(["serve", "--workspace", city.path, "--port", "0", "--json"])
        let seen = try Program.python(
            Self.browser, [try serving.url(), city.path + "/sample-logins.txt", "鯨岡鰐淵の母に電話 090-1234-9876"])
        #expect((Int(seen.trimmingCharacters(in: .newlines)) ?? 0) > 0)
        kill(serving.process.processIdentifier, SIGTERM)
        try keep(try Program.wait(for: serving))

        // Commands, some of them wrong.
        let id = try #require(try city.caseIDs().first)
        for words in [
            ["status"], ["explain", "case", id], ["explain", "row", "soudan_20261001.csv:2"],
            ["rejected", "list"],
            ["review", "list"], ["audit", "verify"], ["audit", "reads"], ["audit", "changes"],
            ["audit", "who-read", id],
            ["audit", "user", "center"], ["audit", "analyse"], ["check"], ["rules", "dry-run"],
            ["run", "--date", "2026-12-31"],
        ] {
            try keep(try Program.run(words + ["--workspace", city.path, "--json"]))
        }
        // A night that stops: an extract cut in the middle of a row.
        try city.write(try city.bytes("jumin_20261001.csv").dropLast(90), to: "jumin_20261001.csv")
        let stopped = try city.run("--date", "2026-10-03")
        #expect(stopped.code != 0)
        try keep(stopped)

        // What the database says of the trail and of failed nights, and the checkpoints outside.
        _ = try Program.python(
            """
            import sqlite3, sys
            file = sqlite3.connect(sys.argv[1])
            with open(sys.argv[2], "w", encoding="utf-8") as out:
                for table in ("audit_event", "audit_checkpoint", "failed_run", "publication"):
                    for row in file.execute("SELECT * FROM " + table): out.write(repr(row) + "\\n")
            """, [city.path + "/service.sqlite", "\(logs)/trail.log"])
        let place = city.path + ".checkpoints"
        var files = try FileManager.default.contentsOfDirectory(atPath: logs).map { "\(logs)/\($0)" }
        files += try FileManager.default.subpathsOfDirectory(atPath: place).filter { $0.contains("/") }.map {
            "\(place)/\($0)"
        }
        files += try FileManager.default.subpathsOfDirectory(atPath: city.path + "/runs").filter {
            $0.hasSuffix(".html") || $0.hasSuffix(".json")
        }.map { "\(city.path)/runs/\($0)" }
        #expect(files.count > 20)
        let answer = try Program.python(Self.script, ["scan", city.inbox] + files)
        let found = try #require(try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any])
        #expect((found["canaries"] as? Int ?? 0) > 500)
        let hits = try #require(found["hits"] as? [[String]])
        #expect(hits.isEmpty, "\(hits.prefix(9))")

        // The scan itself finds what is there: in the inbox, and in the note that was written.
        let own = try Program.python(Self.script, ["scan", city.inbox, "\(city.inbox)/soudan_20261001.csv"])
        let there = try #require(try JSONSerialization.jsonObject(with: Data(own.utf8)) as? [String: Any])
        #expect((there["hits"] as? [[String]] ?? []).count > 5)
    }
}

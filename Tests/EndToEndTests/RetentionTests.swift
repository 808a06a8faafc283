import Foundation
import TestSupport
import Testing

/// 保存年数, through the real program and over several nights.
@Suite struct RetentionCommandTests {
    /// Counts what is past its period from the run's files with nothing of the product: item, facts, persons.
    private static let twin = #"""
        import sqlite3, sys, datetime, json
        ws, day = sys.argv[1], datetime.date.fromisoformat(sys.argv[2])
        years = {l["item"]: l["years"] for l in json.loads(sys.argv[3])}
        lasting = {l["item"]: l["lasting"] for l in json.loads(sys.argv[3])}
        s = sqlite3.connect(ws + "/service.sqlite")
        run = ws + "/runs/" + s.execute("SELECT folder FROM publication p JOIN current_publication c ON c.sequence=p.sequence").fetchone()[0]
        f = sqlite3.connect(run + "/facts.sqlite")
        parts = {i: (item, kind, type) for i, item, kind, type in f.execute("SELECT id,item,kind,type FROM part")}
        epoch = datetime.date(1970, 1, 1)
        def whole(b, at):
            shift = value = 0
            while True:
                byte = b[at]; at += 1
                value |= (byte & 127) << shift; shift += 7
                if byte < 128: return (value >> 1) ^ -(value & 1), at
        def plus(d, n):
            try: return d.replace(year=d.year + n)
            except ValueError: return d.replace(year=d.year + n, day=28)
        def last(n):
            v = n >> 2
            if n & 3 == 0: return epoch + datetime.timedelta(v)
            if n & 3 == 1:
                y, m = v // 12, v % 12 + 1
                return (datetime.date(y + m // 12, m % 12 + 1, 1)) - datetime.timedelta(1)
            if n & 3 == 2: return datetime.date(v, 12, 31)
            d = epoch + datetime.timedelta(v >> 10)
            return plus(d, -(v & 1023))
        counts, persons = {}, {}
        for b, asof, who in f.execute("SELECT r.facts,d.as_of,s.pseudonym FROM record r JOIN file d ON d.id=r.file LEFT JOIN subject s ON s.entity=r.entity"):
            count, at = whole(b, 0)
            for _ in range(count):
                part, at = whole(b, at)
                item, kind, type = parts[part]
                at = at + 8 if type == 1 else whole(b, at)[1]
                dated, at = whole(b, at)
                held = epoch + datetime.timedelta(asof) if asof is not None else None
                if dated:
                    n, at = whole(b, at)
                    if kind not in lasting.get(item, []): held = last(n)
                if item in years and held and plus(held, years[item]) <= day:
                    counts[item] = counts.get(item, 0) + 1
                    persons.setdefault(item, set()).add(who)
        for item in sorted(counts): print(item, counts[item], len(persons[item]))
        """#

    private func retention(
        _ city: borrowing CityWorkspace, _ words: [String], by user: String? = nil
    ) throws -> Ending {
        try Program.run(
            ["retention"] + words + (user.map { ["--user", $0, "--reason", "規程と照らした"] } ?? [])
                + ["--workspace", city.path, "--json"],
            input: user.map { try city.password($0) } ?? "")
    }

    /// Lines of the list with anything past its period, as the twin prints them.
    private func lines(_ ending: Ending) throws -> (told: [String], all: String) {
        let list = try #require(ending.json["list"] as? [String: Any], "\(ending.errors)")
        let all = try #require(list["lines"] as? [[String: Any]])
        let told = all.filter { $0["facts"] as? Int != 0 }.map {
            "\($0["item"] ?? "") \($0["facts"] ?? "") \($0["persons"] ?? "")"
        }
        return (told, String(decoding: try JSONSerialization.data(withJSONObject: all), as: UTF8.self))
    }

    @Test func nothingGoesBeforeTwoPersonsApprovedTheListAndThenEveryNightKeepsToIt() throws {
        let city = try CityWorkspace(published: true)
        let listed = try retention(city, ["list"])
        let (told, all) = try lines(listed)
        let naive = try Program.python(Self.twin, [city.path, "2026-10-01", all]).split(separator: "\n").map(
            String.init)
        #expect(told == naive && !told.isEmpty)
        let hash = try #require(listed.json["hash"] as? String)

        // A night without an approved list keeps all.
        #expect(try retention(city, ["propose"], by: "center").faultCodes == ["policy.notPermitted"])
        let proposed = try retention(city, ["propose"], by: "privacy")
        #expect(proposed.json["hash"] as? String == hash, "\(proposed.errors)")
        let flags = try city.rows("SELECT rule FROM case_flag WHERE NOT is_gone ORDER BY rule")
        let before = try city.run("--date", "2026-10-02")
        #expect((before.json["summary"] as? [String: Any])?["expired"] == nil)
        #expect(try lines(retention(city, ["list"])).told.count == told.count)

        #expect(try retention(city, ["approve", hash], by: "privacy").faultCodes == ["retention.own"])
        #expect(
            try retention(city, ["approve", "0123456789abcdef"], by: "manager").faultCodes == [
                "retention.unproposed"
            ])
        #expect(
            try retention(city, ["approve", hash], by: "manager").json["outcome"] as? String == "approved")
        let rows = try city.rows("SELECT count(*) FROM row WHERE fate = 0", in: "facts.sqlite")
        let night = try city.run("--date", "2026-10-03")
        #expect(night.json["outcome"] as? String == "published", "\(night.errors)")
        let summary = try #require(night.json["summary"] as? [String: Any])
        let expired = try #require(summary["expired"] as? [[String: Any]])
        #expect(expired.compactMap { $0["facts"] as? Int }.reduce(0, +) > 0)
        #expect((summary["notices"] as? [String])?.contains { $0.contains("保存年数を過ぎた事実") } == true)
        // Rows are as they were, facts past their period are gone, and so are the runs that held them.
        #expect(try city.rows("SELECT count(*) FROM row WHERE fate = 0", in: "facts.sqlite") == rows)
        #expect(try lines(retention(city, ["list"])).told.isEmpty)
        let folders = try FileManager.default.contentsOfDirectory(atPath: city.path + "/runs")
        #expect(folders.count == 1, "\(folders)")
        // What still holds was not silenced.
        #expect(try city.rows("SELECT rule FROM case_flag WHERE NOT is_gone ORDER BY rule") == flags)
        #expect(try city.run("--date", "2026-10-03").json["outcome"] as? String == "unchanged")
        let changes = try Program.run("audit", "changes", "--workspace", city.path, "--json").output
        #expect(changes.contains("retention.propose") && changes.contains("retention.approve"))
        #expect(try Program.run("audit", "verify", "--workspace", city.path).code == 0)
    }

    @Test func aListThatNobodySawIsNotApproved() throws {
        let city = try CityWorkspace(published: true)
        let first = try retention(city, ["list", "--date", "2026-10-01"])
        let later = try retention(city, ["list", "--date", "2030-10-01"])
        #expect(first.json["hash"] as? String != later.json["hash"] as? String)
        let hash = try #require(later.json["hash"] as? String)
        #expect(try retention(city, ["approve", hash], by: "manager").faultCodes == ["retention.unproposed"])
        let future = try retention(city, ["propose", "--date", "2999-10-01"], by: "privacy")
        #expect(future.faultCodes == ["retention.future"])
        #expect(try Program.run("retention", "list", "--help").output.contains("何も消しません"))
    }
}

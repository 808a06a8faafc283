import Foundation
import TestSupport
import Testing

/// A row is mended on its page, a file goes out and comes back, and the next night has them: without a shell, as a department works.
extension RejectedTests {
    /// Logs in and asks, one line of JSON for each thing asked; a form's token is the log-in's own.
    private static let browser = """
        import base64, http.client, json, re, sys, urllib.parse
        url, user, password, asked = sys.argv[1:5]
        host, sent, csrf = urllib.parse.urlsplit(url).netloc, {}, ""
        def ask(method, path, body=None, **more):
            connection = http.client.HTTPConnection(host, timeout=60)
            connection.request(method, path, body, {"Origin": "http://" + host, "Sec-Fetch-Site": "same-origin", **sent, **more})
            answer = connection.getresponse()
            data = answer.read()
            return answer.status, dict(answer.getheaders()), data
        def form(fields): return urllib.parse.urlencode(fields).encode()
        kind = "application/x-www-form-urlencoded"
        head = ask("POST", "/login", form({"user": user, "password": password}), **{"Content-Type": kind})[1]
        sent["Cookie"] = head["Set-Cookie"].split(";")[0]
        csrf = re.search('name="csrf" value="([^"]+)"', ask("GET", "/sessions")[2].decode())[1]
        for one in json.load(open(asked)):
            body, more = None, {}
            if "form" in one:
                body, more = form({"csrf": csrf, **one["form"]}), {"Content-Type": kind}
            if "file" in one:
                parts = [("csrf", "", csrf.encode())] + [(name, "", text.encode()) for name, text in one.get("fields", {}).items()]
                parts.append(("file", '; filename="直した 行.csv"', base64.b64decode(one["file"])))
                body = b"".join(b'--xx-9\\r\\nContent-Disposition: form-data; name="%s"%s\\r\\n\\r\\n%s\\r\\n' % (name.encode(), more_.encode(), text)
                    for name, more_, text in parts) + b"--xx-9--\\r\\n"
                more = {"Content-Type": "multipart/form-data; boundary=xx-9"}
            if "csv" in one: body, more = base64.b64decode(one["csv"]), {"Content-Type": "text/csv"}
            if "json" in one: body, more = json.dumps(one["json"]).encode(), {"Content-Type": "application/json"}
            status, head, data = ask("POST" if body is not None else "GET", one["path"], body, **more)
            print(json.dumps({"status": status, "head": head, "body": base64.b64encode(data).decode()}))
        """

    private struct Answer {
        let status: Int
        let head: [String: String]
        let body: Data
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    private func ask(
        _ city: borrowing CityWorkspace, _ url: String, _ asked: [[String: Any]]
    ) throws -> [Answer] {
        let path = city.scratch.file("asked.json")
        try JSONSerialization.data(withJSONObject: asked).write(to: URL(filePath: path))
        let password = try city.password("gakumu").trimmingCharacters(in: .newlines)
        let told = try Program.python(Self.browser, [url, "gakumu", password, path])
        return try told.split(separator: "\n").map { line in
            let answer = try #require(
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            return Answer(
                status: answer["status"] as? Int ?? 0, head: answer["head"] as? [String: String] ?? [:],
                body: Data(base64Encoded: answer["body"] as? String ?? "") ?? Data())
        }
    }

    private func upload(_ bytes: Data, otherPerson: Bool = false) -> [String: Any] {
        [
            "path": "/rejected/corrections", "file": bytes.base64EncodedString(),
            "fields": otherPerson ? ["otherPerson": "yes"] : [:],
        ]
    }

    @Test func aDepartmentMendsOnItsPagesWithoutAShell() throws {
        let city = try CityWorkspace(published: false)
        let lines = try plant(in: city)
        #expect(try city.run().code == 0)
        let sheet = Data(mended(try export(city)).utf8)
        let serving = try Program.start(["serve", "--workspace", city.path, "--port", "0", "--json"])
        let program = serving.process.processIdentifier
        defer { kill(program, SIGTERM) }
        let url = try serving.url()
        let listed = try rejected(city, "list").json["extracts"] as? [[String: Any]]
        let sha = try #require(listed?.first?["sha256"] as? String).prefix(12)
        func row(_ line: Int) -> String { "/rejected/\(sha)-\(line)" }

        // 学務課: the rows are the health department's, and are answered as if there were none.
        let strange = try ask(
            city, url,
            [
                ["path": "/rejected"], ["path": row(lines.date)],
                ["path": row(lines.date), "form": ["c5": "2024-04-05"]],
                ["path": "/rejected/sheet?file=\(sha)"], upload(sheet, otherPerson: true),
                [
                    "path": "/api/v1\(row(lines.date))/correction",
                    "json": ["fields": [["column": "接種日", "value": "x"]]],
                ],
            ])
        #expect(strange.map(\.status) == [200, 404, 404, 404, 422, 404], "\(strange.map(\.status))")
        #expect(!strange[0].text.contains(Self.file) && strange[4].text.contains("受け取った直し 0行"))
        let moved = try Program.run(
            "user", "set-roles", "gakumu", "--role", "department-staff", "--scope", "department:健康課",
            "--workspace", city.path)
        #expect(moved.code == 0, "\(moved.errors)")

        // One row on its page: refused with what was typed, taken, and told.
        let own = try ask(
            city, url,
            [
                ["path": "/rejected"], ["path": row(lines.date)],
                ["path": row(lines.date), "form": ["c5": "令和99年"]],
                ["path": row(lines.date), "form": ["c0": "0090000009", "c5": "2024-04-05"]],
                ["path": row(lines.date), "form": ["c5": "2024-04-05"]], ["path": row(lines.date)],
                ["path": row(lines.date), "form": ["c5": "2024-04-05"]],
                ["path": "/rejected/sheet?file=\(sha)"],
            ])
        #expect(own.map(\.status) == [200, 200, 422, 422, 303, 200, 303, 200], "\(own.map(\.status))")
        #expect(own[0].text.contains("の3行をダウンロードする") && own[0].text.contains("multipart/form-data"))
        #expect(own[1].text.contains("2024年13月45日") && own[1].text.contains("aria-invalid"))
        #expect(own[2].text.contains("令和99年") && own[2].text.contains("まだ受け取れません"))
        #expect(own[3].text.contains("name=\"otherPerson\""), "somebody else's row is asked about")
        #expect(!own[2].text.contains("name=\"otherPerson\""))
        #expect(own[5].text.contains("直しを受け取りました") && own[5].text.contains("直した列: 「接種日」"))
        #expect(own[5].text.contains("value=\"2024-04-05\"") && own[5].text.contains("もとの値: 2024年13月45日"))
        #expect(own[7].head["Content-Disposition"]?.contains("yobosesshu") == true)
        #expect(own[7].body.starts(with: [0xEF, 0xBB, 0xBF]))
        #expect(own[7].text.split(separator: "\r\n").count == 3, "the mended row is not asked for again")

        // The file: wrong ones first.
        let extract = try city.bytes(Self.file)
        let front = Data(mended(own[7].text).utf8)
        let many =
            front
            + Data(
                String(repeating: "予防接種,x.csv,\(String(repeating: "0", count: 64)),7,,,,\r\n", count: 10_000)
                    .utf8)
        let huge = Data(repeating: 0x41, count: 4 * 1024 * 1024)
        let wrong = try ask(
            city, url,
            [
                upload(Data()), upload(extract),
                upload(Data([0x50, 0x4B, 3, 4] + (0...255).map { UInt8($0) })),
                upload(Data((0..<4000).map { UInt8(truncatingIfNeeded: $0 &* 151) })), upload(huge),
                ["path": "/rejected/corrections", "form": [:]], ["path": "/rejected"],
            ])
        #expect(wrong.map(\.status) == [422, 422, 422, 422, 413, 415, 200], "\(wrong.map(\.status))")
        #expect(wrong[0].text.contains("ファイルが選ばれていないか、空です"))
        for answer in wrong[1...3] { #expect(answer.text.contains("ファイルを受け取れません"), "\(answer.text)") }
        #expect(wrong[4].text.contains("ファイルが大きすぎます") && wrong[4].text.contains("ログアウト"))
        let right = try ask(
            city, url,
            [
                upload(front), upload(many, otherPerson: true),
                upload(
                    try #require(
                        String(decoding: front, as: UTF8.self).replacing("\u{FEFF}", with: "").replacing(
                            "髙", with: "高"
                        ).data(using: .shiftJIS)), otherPerson: true), ["path": "/rejected"],
            ])
        #expect(right.map(\.status) == [200, 200, 200, 200], "\(right.map(\.status))")
        #expect(right[0].text.contains("受け取った直し 1行、受け取れない行 1行"), "\(right[0].text)")
        #expect(right[1].text.contains("受け取った直し 1行") && right[1].text.contains("そのほか"))
        #expect(right[2].text.contains("直しを待っている行は、もうありません"), "\(right[2].text)")

        // What a file said of a masked column outlasts what is sent from the page, which does not show it.
        let written = String(decoding: sheet, as: UTF8.self).replacing(
            "MR,（伏せています）,2024-04-05", with: "MR,7,2024-04-05")
        let masked = try ask(
            city, url,
            [
                upload(Data(written.utf8), otherPerson: true),
                ["path": row(lines.date), "form": ["c5": "2024-04-06"]], ["path": row(lines.date)],
            ])
        #expect(masked.map(\.status) == [200, 303, 200], "\(masked.map(\.status))")
        #expect(masked[2].text.contains("直した列: 「回数」「接種日」"), "\(masked[2].text)")
        #expect(masked[2].text.contains("受け取った直しのまま使います") && masked[2].text.contains("value=\"2024-04-06\""))
        // Nor is lost what no page shows because something like an address stands where none belongs.
        let misplaced = try ask(
            city, url,
            [
                [
                    "path": row(lines.date),
                    "form": ["c1": "見本　花1-2", "c5": "2024-04-06", "otherPerson": "yes"],
                ],
                ["path": row(lines.date)],
                ["path": row(lines.date), "form": ["c1": "", "c5": "", "otherPerson": "yes"]],
                ["path": row(lines.date)],
            ])
        #expect(misplaced.map(\.status) == [303, 200, 303, 200], "\(misplaced.map(\.status))")
        for answer in [misplaced[1], misplaced[3]] {
            #expect(answer.text.contains("直した列: 「氏名」「回数」「接種日」"), "\(answer.text)")
            #expect(!answer.text.contains("花1-2") && answer.text.contains("空欄なら、受け取った直しのままです"))
        }

        // After a night has used the correction, a form that was still open is answered with what it said.
        let origin =
            #"{"source":"yobosesshu","title":"予防接種","file":"x.csv","line":7,"columns":["宛名番号","氏名"]}"#
        kill(program, SIGTERM)
        _ = try Program.wait(for: serving)
        let night = try city.run()
        #expect(night.code == 0 && night.json["outcome"] as? String == "published", "\(night.errors)")
        #expect(try ledger(night)["rejected"] == 0)
        for line in [lines.date, lines.byte, lines.ragged] {
            let row = try Program.run(
                "explain", "row", "\(Self.file):\(line)", "--workspace", city.path, "--json")
            #expect(row.json["fate"] as? String == "受付", "\(row.errors)")
            #expect(row.json["correctedBy"] as? String == "user:gakumu")
        }
        let again = try Program.start(["serve", "--workspace", city.path, "--port", "0", "--json"])
        defer { kill(again.process.processIdentifier, SIGTERM) }
        let late = try ask(
            city, again.url(),
            [["path": row(lines.date), "form": ["c1": "見本　花子", "origin": origin, "writer": "gakumu"]]])
        #expect(late.map(\.status) == [404] && late[0].text.contains("見本　花子"), "\(late[0].text)")
        #expect(late[0].text.contains("氏名") && late[0].text.contains("いまは却下されていません"))
        #expect(try Program.run("audit", "verify", "--workspace", city.path).code == 0)
    }
}

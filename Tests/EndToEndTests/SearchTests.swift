import Foundation
import TestSupport
import Testing

/// Persons looked up through real sockets, over a night of the real program.
@Suite struct SearchTests {
    /// Logs users in; asks the API for every person of the queue, by each beginning of name and reading; prints what came of it.
    private static let browser = #"""
        import http.client, json, re, sys, urllib.parse
        base, logins, wanted = sys.argv[1].rstrip("/"), sys.argv[2], sys.argv[3]
        host = urllib.parse.urlsplit(base).netloc
        passwords = dict(line.split()[:2] for line in open(logins, encoding="utf-8") if line.strip())
        def ask(connection, method, path, body=None, cookie=""):
            head = {"Origin": "http://" + host, "Sec-Fetch-Site": "same-origin", "Cookie": cookie}
            if body is not None: head["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request(method, path, body, head)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), dict((k.lower(), v) for k, v in answer.getheaders())
        def login(user):
            connection = http.client.HTTPConnection(host, timeout=60)
            fields = urllib.parse.urlencode({"user": user, "password": passwords[user]})
            status, _, head = ask(connection, "POST", "/login", fields)
            assert status == 303, status
            return connection, head["set-cookie"].split(";")[0]
        def search(who, words, **more):
            query = urllib.parse.urlencode({"q": words, **more})
            status, text, _ = ask(who[0], "GET", "/api/v1/persons?" + query, cookie=who[1])
            return status, (json.loads(text) if text else {})
        center, told = login(wanted), {"asked": 0, "missed": 0, "pages": 0, "refused": 0}
        cases = json.loads(ask(center[0], "GET", "/api/v1/cases?limit=200", cookie=center[1])[1])["items"]
        def found(words):
            ids, after = [], None
            while True:
                status, page = search(center, words, **({"after": after} if after else {}))
                assert status == 200, (status, page)
                told["pages"] += 1
                ids += [item["person"] for item in page["items"]]
                after = page["next"]
                if not after:
                    assert len(ids) == len(set(ids))
                    return ids
        for case in cases[:12]:
            for text in (case["name"], case["nameKana"]):
                whole = re.sub(r"[\s\u3000]+", "\u3000", text.strip())
                hiragana = "".join(chr(ord(c) - 96) if "\u30a1" <= c <= "\u30f6" else c for c in whole)
                for form in {whole, whole.replace("\u3000", ""), hiragana, hiragana.replace("\u3000", " ")}:
                    for length in {1, 2, len(form)}:
                        if not form[:length].strip(): continue
                        told["asked"] += 1
                        if case["person"] not in found(form[:length]): told["missed"] += 1
        told["cases"] = len(cases)
        status, page, _ = ask(center[0], "GET", "/search", cookie=center[1])
        csrf = re.search(r'name="csrf" value="([^"]+)"', page).group(1)
        fields = urllib.parse.urlencode({"csrf": csrf, "q": cases[0]["nameKana"]})
        status, page, _ = ask(center[0], "POST", "/search", fields, cookie=center[1])
        told["page"] = status == 200 and "/cases/" + cases[0]["id"] in page
        told["first"] = cases[0]["person"]
        told["words"] = cases[0]["nameKana"].split()[0]
        told["wrong"] = search(center, "1.2.3")[0]
        officer = login("officer")
        told["refused"] = search(officer, cases[0]["nameKana"])[0]
        print(json.dumps(told))
        """#

    @Test func whoeverIsInTheQueueIsFoundByEveryBeginningAndTheTrailHoldsNoWord() throws {
        let city = try CityWorkspace(published: true)
        let serving = try Program.start(["serve", "--workspace", city.path, "--port", "0", "--json"])
        let program = serving.process.processIdentifier
        defer { kill(program, SIGTERM) }
        let answer = try Program.python(
            Self.browser, [try serving.url(), city.path + "/sample-logins.txt", "center"])
        let told = try #require(try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any])
        #expect((told["asked"] as? Int ?? 0) > 50 && told["missed"] as? Int == 0, "\(told)")
        #expect(
            told["page"] as? Bool == true && told["wrong"] as? Int == 400 && told["refused"] as? Int == 403)
        kill(program, SIGTERM)
        let ending = try Program.wait(for: serving)
        let words = try #require(told["words"] as? String)
        #expect(!ending.output.contains(words) && !ending.errors.contains(words))
        let events = try city.rows("SELECT event FROM audit_event WHERE event LIKE '%persons.search%'")
        #expect(events.count == (told["pages"] as? Int ?? 0) + 2)
        #expect(!events.contains { $0.contains(words) } && events.contains { $0.contains("deny") })
        #expect(try Program.run("audit", "verify", "--workspace", city.path).code == 0)
    }
}

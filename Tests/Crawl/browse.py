"""Browsers that go everywhere: every link, every form, every path of the API as it is served, and every way to ask wrongly.

    browse.py URL LOGINS IDS FOLDER          one browser a line of LOGINS (user, password, role), as many at a time as there are cores
    browse.py URL LOGINS IDS FOLDER links    links alone: no form, and nothing asked wrongly

IDS: lines of what somebody may have heard of, cases and persons; everybody tries each. Every distinct body is a file of FOLDER/bodies;
FOLDER/ROLE.asked has a line for each answer: what was asked, the status, the body's file, the head. Prints by role {"pages", "statuses",
"ids"}. Nothing here names a page or an address: links come from the pages, paths from /api/v1/openapi.json, so that a new one is visited
without a change.
"""
import concurrent.futures
import hashlib
import html.parser
import http.client
import json
import os
import re
import sys
import urllib.parse

BASE, LOGINS, IDS, FOLDER = sys.argv[1].rstrip("/"), *sys.argv[2:5]
LINKS_ALONE = "links" in sys.argv[5:]
LIMIT = 12000
# What pages and the API call people and cases; every one seen goes into every path with braces, as numbers do that stand there in links.
ID = re.compile(r"\b[A-Z]-[0-9A-Za-z]{8,}\b")
# What begins or ends a log-in: every role's crawl goes on to its end.
ENDING = re.compile(r"logout|login|/sessions/")
# What a field wants that offers nothing, so that its form is also sent as somebody fills it in. `whom`: every case there is.
WORDS = {"reason": "泣き声の通報があり居場所を確かめる", "minutes": "60", "note": "電話で無事を確かめた", "words": "通話の記録と照らして確かめた",
         "finding": "appropriate", "q": "サ", "name": "見る順"}


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.links, self.forms = [], []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        for key in ("href", "src", "action", "formaction"):
            if given.get(key) and tag != "form":
                self.links.append(given[key])
        if tag == "form":
            self.forms.append({"action": given.get("action") or "", "method": (given.get("method") or "get").lower(), "fields": {}, "files": "multipart" in (given.get("enctype") or "")})
        elif self.forms and given.get("name"):
            values = self.forms[-1]["fields"].setdefault(given["name"], [])
            if tag in ("input", "button"):
                values.append(given.get("value") or "")
            self.name = given["name"]
        elif tag == "option" and self.forms and getattr(self, "name", None):
            self.forms[-1]["fields"].setdefault(self.name, []).append(given.get("value") or "")


class Browser:
    def __init__(self, name):
        self.host = urllib.parse.urlsplit(BASE).netloc
        self.cookie, self.csrf, self.statuses, self.pages, self.ids, self.parsed = "", "", {}, 0, {}, {}
        self.asked = open("%s/%s.asked" % (FOLDER, name), "ab")
        self.connection = http.client.HTTPConnection(self.host, timeout=120)

    def ask(self, method, path, body=None, headers=None):
        """Asks, keeps the answer, and returns it."""
        if self.pages >= LIMIT:
            raise RuntimeError("the crawl does not end: %s" % path)
        sent = {"Origin": "http://" + self.host, "Sec-Fetch-Site": "same-origin"}
        if self.cookie:
            sent["Cookie"] = self.cookie
        sent.update(headers or {})
        try:
            self.connection.request(method, path, body, sent)
            answer = self.connection.getresponse()
            data = answer.read()
        except (http.client.HTTPException, OSError, UnicodeEncodeError) as error:
            self.connection.close()
            return None, b"", {"failure": str(error)}
        self.pages += 1
        self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
        head = {key.lower(): value for key, value in answer.getheaders()}
        name = hashlib.sha256(data).hexdigest()[:24]
        if not os.path.exists("%s/bodies/%s" % (FOLDER, name)):
            open("%s/bodies/%s" % (FOLDER, name), "wb").write(data)
        line = "%s %s %d %s %s %s\n" % (method, path, answer.status, name, body or "", json.dumps(head, ensure_ascii=False))
        self.asked.write(line.encode())
        if "set-cookie" in head:
            self.cookie = head["set-cookie"].split(";")[0]
        return answer.status, data, head

    def form(self, path, fields):
        return self.ask("POST", path, urllib.parse.urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"})

    def upload(self, path, fields):
        """A form with a file: whatever its field is called, the file is one that nobody wrote here."""
        body = "".join('--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n' % (
            name, '; filename="a.csv"' if name == "file" else "", value or "蛸見坂,1\r\n2,3") for name, value in fields.items()) + "--x--\r\n"
        return self.ask("POST", path, body.encode(), {"Content-Type": "multipart/form-data; boundary=x"})

    def read(self, data, kind):
        """Links and forms of an answer; ids and form token are remembered."""
        text = data.decode("utf-8", "replace")
        for one in ID.findall(text):
            self.learn(one)
        if "html" not in kind:
            return [], []
        if data not in self.parsed:
            self.parsed[data] = Page()
            self.parsed[data].feed(text)
        page = self.parsed[data]
        for form in page.forms:
            if form["fields"].get("csrf"):
                self.csrf = form["fields"]["csrf"][0]
        return page.links, page.forms

    def learn(self, one):
        known = self.ids.setdefault(one[0] if "-" in one else "0", [])
        if one not in known:
            known.append(one)


def go(browser, password):
    waiting, visited, posts, sent, uploads = [], set(), {}, set(), set()
    paths = json.loads(browser.ask("GET", "/api/v1/openapi.json")[1])["paths"]
    numbered = [re.compile(re.sub(r"\\\{[^}]*\\\}", r"([0-9]+)", re.escape(path)) + "$") for path in paths if "{" in path]

    def follow(path, links):
        for link in links:
            where = urllib.parse.urlsplit(urllib.parse.urljoin(BASE + path, link))
            if where.netloc == browser.host:
                waiting.append(where.path + ("?" + where.query if where.query else ""))
                for pattern in numbered:
                    for number in pattern.findall(where.path):
                        browser.learn(number)

    def visit():
        """Every page as it is now, and every form on them."""
        visited.clear()
        waiting.extend(["/"] + [path for path, operations in paths.items() if "get" in operations and "{" not in path])
        while waiting:
            path = waiting.pop(0)
            if path in visited or "logout" in path:
                continue
            visited.add(path)
            status, data, head = browser.ask("GET", path)
            links, forms = browser.read(data, head.get("content-type", ""))
            follow(path, links + ([head["location"]] if "location" in head else []))
            for form in forms:
                action = urllib.parse.urlsplit(urllib.parse.urljoin(BASE + path, form["action"])).path
                if form["method"] == "get":
                    base = {name: values[0] if values else "" for name, values in form["fields"].items()}
                    for name, values in form["fields"].items():
                        for value in values + ["", "蛸"]:
                            waiting.append(action + "?" + urllib.parse.urlencode({**base, name: value}))
                elif not ENDING.search(action):
                    posts.setdefault((action, tuple(sorted(form["fields"]))), form["fields"])
                    if form["files"]:
                        uploads.add(action)
            # Ids found meanwhile go into every path that takes one.
            if not waiting:
                for path, operations in paths.items():
                    if "get" in operations and "{" in path:
                        for ids in browser.ids.values():
                            waiting.extend(p for p in (re.sub(r"\{[^}]*\}", one, path) for one in ids) if p not in visited)

    def send(action, fields):
        status, data, head = (browser.upload if action in uploads else browser.form)(action, {**fields, "csrf": browser.csrf})
        browser.read(data, head.get("content-type", ""))
        if "location" in head:
            follow(action, [head["location"]])

    visit()
    if LINKS_ALONE:
        return
    # Forms as they stand on the page, with every value that they offer, and filled in; then the pages as they are afterwards, and the
    # forms that are new on them.
    words = {**WORDS, "password": password}
    for _ in range(2):
        new = [(key, fields) for key, fields in posts.items() if key not in sent][:60]
        if not new:
            break
        for key, fields in new:
            sent.add(key)
            base = {name: values[0] if values else "" for name, values in fields.items()}
            tried = [base] + [{**base, name: value} for name, values in fields.items() if name != "csrf" for value in values[1:6]]
            filled = {name: value or words.get(name, "") for name, value in base.items()}
            tried += [{**filled, "whom": one} for one in browser.ids.get("C", [])] if "whom" in fields else [filled] if filled != base else []
            for attempt in tried:
                send(key[0], attempt)
        visit()
    wrongly(browser, paths)


def wrongly(browser, paths):
    """Every path asked with what it does not take; of ids that are answered alike, one in every way."""
    known = [ids[0] for ids in browser.ids.values()] + ["C-NONE", "蛸見坂", "..%2F..", "'", "%00", "x" * 300]
    for path, operations in sorted(paths.items()):
        met = set()

        def isNew(answer):
            """Whether no other id of the path was answered so."""
            alike = (answer[0], answer[1].replace(browser.csrf.encode() or b"\0", b""))
            return alike not in met and not met.add(alike)

        for one in known if "{" in path else [""]:
            here = re.sub(r"\{[^}]*\}", urllib.parse.quote(one, safe="%"), path)
            if "get" in operations and isNew(browser.ask("GET", here)):
                for name in [p["name"] for p in operations["get"].get("parameters", []) if p["in"] == "query"]:
                    for value in ("", "0", "-1", "999999999999999999999", "x", "サ", "蛸見坂", "<b>", "2026-13-99", "a&%s=b" % name):
                        browser.ask("GET", "%s?%s=%s" % (here, name, urllib.parse.quote(value, safe="&=")))
                browser.ask("GET", here + "?unknown=" + urllib.parse.quote("蛸見坂"))
                for method in ("DELETE", "PUT", "HEAD"):
                    browser.ask(method, here)
            if "post" not in operations or ENDING.search(path):
                continue
            content = operations["post"].get("requestBody", {}).get("content", {})
            names = list(next(iter(content.values()), {}).get("schema", {}).get("properties", {}))
            words = {"csrf": browser.csrf, "version": "1"}
            whole, empty = {**{name: "x" for name in names}, **words}, {**{name: "" for name in names}, **words}
            answer = browser.form(here, whole)
            text = json.dumps({name: whole.get(name, "x") for name in names})
            sent = browser.ask("POST", here, text, {"Content-Type": "application/json", "If-Match": '"1"'})
            if not any([isNew(answer), isNew(sent)]):
                continue
            for fields in ({}, {"csrf": browser.csrf}, empty):
                browser.form(here, fields)
                text = json.dumps({name: fields.get(name, "x") for name in names})
                for headers in ({}, {"If-Match": '"999"'}, {"If-Match": "x"}, {"If-Match": '"1"', "Idempotency-Key": "a" * 80}):
                    browser.ask("POST", here, text, {"Content-Type": "application/json", **headers})
            browser.ask("POST", here, "{", {"Content-Type": "application/json", "If-Match": '"1"'})
            browser.ask("POST", here, "x", {"Content-Type": "text/plain"})
    for path in ("/nowhere", "/api/v1/nowhere", "/cases/a/b/c", "/%E8%9B%B8", "/api/v1/openapi.json?x=1"):
        browser.ask("GET", path)


def one(login):
    user, password, role = login
    browser, stranger = Browser(role), Browser(role)
    stranger.statuses = browser.statuses
    for path in ("/", "/login", "/cases", "/audit", "/api/v1/cases"):
        stranger.ask("GET", path)
    stranger.form("/login", {"user": user, "password": "wrong"})
    status, _, head = browser.form("/login", {"user": user, "password": password})
    if status != 303:
        sys.exit("log-in of %s failed: %s" % (user, status))
    for heard in open(IDS, encoding="utf-8").read().split():
        browser.learn(heard)
    go(browser, password)
    browser.asked.close()
    stranger.asked.close()
    return role, {"pages": browser.pages, "statuses": browser.statuses, "ids": {kind: len(ids) for kind, ids in browser.ids.items()}}


if __name__ == "__main__":
    os.makedirs(FOLDER + "/bodies")
    logins = [line.split() for line in open(LOGINS, encoding="utf-8") if line.strip()]
    with concurrent.futures.ProcessPoolExecutor() as pool:
        print(json.dumps(dict(pool.map(one, logins))))

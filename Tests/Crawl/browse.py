"""A browser that goes everywhere: every link, every form, every path of the API as it is served, and every way to ask wrongly.

    browse.py URL USER PASSWORD FOLDER

Keeps each answer, its address and its head in a file of FOLDER; prints {"answers", "pages", "statuses", "cases"}. Nothing here names a
page or an address: links come from the pages, paths from /api/v1/openapi.json, so that a new one is visited without a change.
"""
import hashlib
import html.parser
import http.client
import json
import os
import re
import sys
import urllib.parse

BASE, USER, PASSWORD, FOLDER = sys.argv[1].rstrip("/"), *sys.argv[2:5]
LIMIT = 12000
# What pages and the API call people and cases; of every id seen, that many go into every path with braces.
ID = re.compile(r"\b[A-Z]-[0-9A-Za-z]{8,}\b")


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
            self.forms.append({"action": given.get("action") or "", "method": (given.get("method") or "get").lower(), "fields": {}})
        elif self.forms and given.get("name"):
            values = self.forms[-1]["fields"].setdefault(given["name"], [])
            if tag in ("input", "button"):
                values.append(given.get("value") or "")
            self.name = given["name"]
        elif tag == "option" and self.forms and getattr(self, "name", None):
            self.forms[-1]["fields"].setdefault(self.name, []).append(given.get("value") or "")


class Browser:
    def __init__(self):
        self.host = urllib.parse.urlsplit(BASE).netloc
        self.cookie, self.csrf, self.seen, self.statuses, self.pages, self.ids = "", "", set(), {}, 0, {}
        self.connection = http.client.HTTPConnection(self.host, timeout=120)

    def ask(self, method, path, body=None, headers=None):
        """Asks, keeps the answer, and returns it; never twice the same without a body."""
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
        text = ("%s %s %s\n%s\n\n" % (method, path, body or "", json.dumps(head, ensure_ascii=False))).encode() if self.keeps(path) else b""
        kept = text + data
        open("%s/%s" % (FOLDER, hashlib.sha256(kept).hexdigest()[:24]), "wb").write(kept)
        if "set-cookie" in head:
            self.cookie = head["set-cookie"].split(";")[0]
        return answer.status, data, head

    def keeps(self, path):
        return True

    def form(self, path, fields):
        return self.ask("POST", path, urllib.parse.urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"})

    def read(self, data, kind):
        """Ids, form token and links of an answer."""
        text = data.decode("utf-8", "replace")
        for one in ID.findall(text):
            self.ids.setdefault(one[0], []).append(one) if one not in self.ids.get(one[0], ()) else None
        if "html" not in kind:
            return [], []
        page = Page()
        page.feed(text)
        for form in page.forms:
            if form["fields"].get("csrf"):
                self.csrf = form["fields"]["csrf"][0]
        return page.links, page.forms


def go(browser):
    waiting, visited, posts = ["/"], set(), {}
    document = json.loads(browser.ask("GET", "/api/v1/openapi.json")[1])
    paths = document["paths"]
    waiting += [path for path, operations in paths.items() if "get" in operations and "{" not in path]

    def crawl():
        while waiting:
            path = waiting.pop(0)
            if path in visited or "logout" in path:
                continue
            visited.add(path)
            status, data, head = browser.ask("GET", path)
            links, forms = browser.read(data, head.get("content-type", ""))
            if "location" in head:
                links.append(head["location"])
            for link in links:
                where = urllib.parse.urlsplit(urllib.parse.urljoin(BASE + path, link))
                if where.netloc == browser.host:
                    waiting.append(where.path + ("?" + where.query if where.query else ""))
            for form in forms:
                action = urllib.parse.urlsplit(urllib.parse.urljoin(BASE + path, form["action"])).path
                if form["method"] == "get":
                    base = {name: values[0] if values else "" for name, values in form["fields"].items()}
                    for name, values in form["fields"].items():
                        for value in values + ["", "蛸"]:
                            waiting.append(action + "?" + urllib.parse.urlencode({**base, name: value}))
                elif "logout" not in action and "login" not in action:
                    posts.setdefault((action, tuple(sorted(form["fields"]))), form["fields"])
            # Ids found meanwhile go into every path that takes one.
            if not waiting:
                for path, operations in paths.items():
                    if "get" in operations and "{" in path:
                        for ids in browser.ids.values():
                            waiting.extend(p for p in (re.sub(r"\{[^}]*\}", one, path) for one in ids) if p not in visited)

    crawl()
    # Forms as they stand on the page, and with every value that they offer; then the pages as they are afterwards.
    for (action, _), fields in list(posts.items())[:60]:
        base = {name: values[0] if values else "" for name, values in fields.items()}
        tried = [base] + [{**base, name: value} for name, values in fields.items() if name != "csrf" for value in values[1:6]]
        for attempt in tried:
            browser.read(*(lambda answer: (answer[1], answer[2].get("content-type", "")))(browser.form(action, attempt)))
    visited.clear()
    waiting.extend(["/"] + [path for path, operations in paths.items() if "get" in operations and "{" not in path])
    crawl()
    wrongly(browser, paths)


def wrongly(browser, paths):
    """Every path asked with what it does not take."""
    some = [ids[0] for ids in browser.ids.values()] + ["C-NONE", "蛸見坂", "..%2F..", "'", "%00", "x" * 300]
    for path, operations in sorted(paths.items()):
        ids = some if "{" in path else [""]
        for one in ids:
            here = re.sub(r"\{[^}]*\}", urllib.parse.quote(one, safe="%"), path)
            for method in ("DELETE", "PUT", "HEAD"):
                browser.ask(method, here)
            query = [p["name"] for p in operations.get("get", {}).get("parameters", []) if p["in"] == "query"]
            if "get" in operations:
                browser.ask("GET", here)
                for name in query + ["unknown"]:
                    for value in ("", "0", "-1", "999999999999999999999", "x", "蛸見坂", "<b>", "2026-13-99", "a&%s=b" % name):
                        browser.ask("GET", "%s?%s=%s" % (here, name, urllib.parse.quote(value, safe="&=")))
            if "post" not in operations or "login" in path or "logout" in path:
                continue
            post = operations["post"]
            content = post.get("requestBody", {}).get("content", {})
            names = list(next(iter(content.values()), {}).get("schema", {}).get("properties", {}))
            words = {"csrf": browser.csrf, "version": "1"}
            for fields in ({}, {"csrf": browser.csrf}, {**{name: "x" for name in names}, **words}, {**{name: "" for name in names}, **words}):
                browser.form(here, fields)
                text = json.dumps({name: fields.get(name, "x") for name in names})
                for headers in ({}, {"If-Match": '"999"'}, {"If-Match": "x"}, {"If-Match": '"1"', "Idempotency-Key": "a" * 80}):
                    browser.ask("POST", here, text, {"Content-Type": "application/json", **headers})
            browser.ask("POST", here, "{", {"Content-Type": "application/json", "If-Match": '"1"'})
            browser.ask("POST", here, "x", {"Content-Type": "text/plain"})
    for path in ("/nowhere", "/api/v1/nowhere", "/cases/a/b/c", "/%E8%9B%B8", "/api/v1/openapi.json?x=1"):
        browser.ask("GET", path)


os.makedirs(FOLDER, exist_ok=True)
browser = Browser()
stranger = Browser()
stranger.statuses = browser.statuses
for path in ("/", "/login", "/cases", "/audit", "/api/v1/cases"):
    stranger.ask("GET", path)
stranger.form("/login", {"user": USER, "password": "wrong"})
status, _, head = browser.form("/login", {"user": USER, "password": PASSWORD})
if status != 303:
    sys.exit("log-in of %s failed: %s" % (USER, status))
go(browser)
print(json.dumps({"answers": len(os.listdir(FOLDER)), "pages": browser.pages, "statuses": browser.statuses,
                  "ids": {kind: len(ids) for kind, ids in browser.ids.items()}}))

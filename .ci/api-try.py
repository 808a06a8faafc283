"""Runs schemathesis once for each who may ask (see .ci/api-try); argument: the work folder, examples an operation."""

import json, os, re, subprocess, sys, urllib.parse, urllib.request

work, examples = sys.argv[1], sys.argv[2]
url = json.load(open(f"{work}/serve.json"))["url"].rstrip("/")
users = {line.split()[0]: line.split()[1] for line in open(f"{work}/ws/sample-logins.txt").readlines()[1:]}


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def ask(path, headers, form=None):
    body = urllib.parse.urlencode(form).encode() if form else None
    request = urllib.request.Request(url + path, body, headers)
    try:
        return urllib.request.build_opener(Stay).open(request)
    except urllib.error.HTTPError as answer:
        return answer


def log_in(user):
    """The cookie of a new log-in, and the token of its forms."""
    answer = ask("/login", {"Origin": url}, {"user": user, "password": users[user]})
    cookie = answer.headers["Set-Cookie"].split(";")[0]
    page = ask("/sessions", {"Cookie": cookie}).read().decode()
    return cookie, re.search(r'name="csrf" value="([^"]+)"', page)[1]


def first(path, headers, place):
    """A number that is there, so that not every path ends at a 404."""
    answer = ask(path, headers)
    text = answer.read().decode()
    found = re.search(place, text) if answer.status == 200 else None
    return found[1] if found else ""


cookie, _ = log_in("center")
case = first("/api/v1/cases", {"Cookie": cookie}, r'"id":"(C-[^"]+)"')
person = first("/api/v1/cases", {"Cookie": cookie}, r'"person":"(P-[^"]+)"')
cookie, _ = log_in("reviewer")
pair = first("/api/v1/review", {"Cookie": cookie}, r'"pair":"(R-[^"]+)"')
cookie, _ = log_in("officer")
row = first("/api/v1/rejected", {"Cookie": cookie}, r'"id":"([^"]+)"')
token = json.load(open(f"{work}/token.json"))["token"]
failed = []
for who in [*users, "token", "nobody"]:
    headers, csrf = {"Sec-Fetch-Site": "same-origin"}, ""
    if who == "token":
        headers = {"Authorization": f"Bearer {token}"}
    elif who != "nobody":
        headers["Cookie"], csrf = log_in(who)
    # Pages are for people.
    only = ["--include-path-regex", "^/api/v1/(cases|support|spot-checks)"] if who == "token" else []
    words = [
        ".build/venv/bin/st", "run", f"{url}/api/v1/openapi.json", "--url", url, "--seed", "20261001", "-n", examples,
        "--phases", "coverage,fuzzing", "--continue-on-failure", "--no-shrink", "--max-redirects", "0",
        "--exclude-path", "/logout", "--suppress-health-check", "all", "--warnings", "off",
        "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
        "response_headers_conformance,unsupported_method,allow_header_conformance",
        *only, *[part for name, value in headers.items() for part in ("-H", f"{name}: {value}")],
    ]
    environment = dict(
        os.environ, SCHEMATHESIS_HOOKS="api_try_hooks", PYTHONPATH=".ci", CASE=case, PERSON=person, PAIR=pair, ROW=row, CSRF=csrf, PYTHONDONTWRITEBYTECODE="1", PYTHONHASHSEED="0")
    done = subprocess.run(words, env=environment, capture_output=True, text=True)
    cases = re.search(r"(\d+) generated.*", done.stdout)
    print(f"{who}: {'as documented' if done.returncode == 0 else 'NOT as documented'} ({cases[0] if cases else 'no cases'})", flush=True)
    if done.returncode != 0:
        failed.append(who)
        print(done.stdout[-12000:], done.stderr[-2000:])
    if who not in ("token", "nobody") and ask("/sessions", headers).status != 200:
        failed.append(who)
        print(f"{who}: the log-in ended on the way, so that the rest asked as nobody")
sys.exit(1 if failed else 0)

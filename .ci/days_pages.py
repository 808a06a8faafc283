"""Every page of every role, found as Tests/Crawl/browse.py finds them: by links and by the served OpenAPI document, so that a new one is
looked at without a change here. No page or address is named."""

import concurrent.futures, json, re, urllib.parse, urllib.request
from days_browser import Browser

# Of what differs in its words alone, as one case from another does, this many by role.
ALIKE = 2
# Parts of an address that are somebody's or something's number.
NUMBER = re.compile(r"\b[A-Z]-[0-9A-Za-z]{8,}\b|(?<=/)\d+\b|(?<==)[^&]+")
# A form that tells what is wrong with it is not filled in wrongly once more: there would be no end.
LINKS = """
return [...document.querySelectorAll('a[href]')].map(e => e.getAttribute('href')).concat(
  [...document.querySelectorAll('form[method=get]')].filter(form => !form.querySelector('[aria-invalid]')).flatMap(form => [...form.elements].filter(e => e.name && e.type !== 'hidden').map(
    e => form.getAttribute('action') + '?' + new URLSearchParams({...Object.fromEntries(new FormData(form)), [e.name]: e.value || '蛸'}))))
"""


def visit(url, login):
    """Every page of one role, each address once; where many are alike, the first of them."""
    browser = Browser(url)
    if login:
        browser.log_in(*login[:2])
    paths = json.load(urllib.request.urlopen(f"{browser.url}/api/v1/openapi.json"))["paths"]
    waiting, visited, alike, looked = ["/", "/nowhere"], set(), {}, 0
    waiting += [path for path, operations in paths.items() if "get" in operations and "{" not in path]
    while waiting:
        path = waiting.pop(0)
        kind = NUMBER.sub("*", path)
        if path in visited or alike.get(kind, 0) >= ALIKE or re.match(r"/(api|assets|healthz)\b", path):
            continue
        visited.add(path)
        alike[kind] = alike.get(kind, 0) + 1
        browser.go(path)
        browser.look(f"{login[2] if login else '-'} {path}", status=None)
        looked += 1
        for link in browser.driver.execute_script(LINKS):
            where = urllib.parse.urlsplit(urllib.parse.urljoin(browser.driver.current_url, link))
            if where.netloc == urllib.parse.urlsplit(url).netloc:
                waiting.append(where.path + ("?" + where.query if where.query else ""))
    browser.close()
    return looked


def visit_all(urls, logins, new):
    """How many pages each role was shown; and before the first night, and to nobody."""
    asked = {"だれでもない": (urls["ws"], None)}
    roles = {}
    for user, (password, role) in logins.items():
        roles.setdefault(role, (user, password, role))
    asked |= {role: (urls["ws"], login) for role, login in roles.items()}
    asked |= {f"{role}、最初の夜の前": (urls["new"], (user, password, f"new {role}")) for user, (password, role) in new.items()}
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return dict(zip(asked, pool.map(lambda one: visit(*one), asked.values())))

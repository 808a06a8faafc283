"""Drives an installed renkei through nginx's TLS as staff and attackers would; run by .ci/deploy-try, standard library only."""
import http.client, json, re, socket, ssl, subprocess, sys, time, urllib.parse

NAME = "renkei.example.lg.jp"
WORKSPACE = "/var/lib/renkei/city"
results = []


def check(name, holds, found=""):
    results.append(bool(holds))
    print(("ok   " if holds else "NOT  ") + name + ("" if holds else f"  [{found}]"), flush=True)


def systemctl(*words):
    return subprocess.run(["systemctl", "--no-pager", *words], capture_output=True, text=True).stdout.strip()


def context(**versions):
    made = ssl.create_default_context(cafile="/etc/renkei/tls/server.pem")
    for key, value in versions.items():
        setattr(made, key, value)
    return made


def connection(tls=None):
    made = http.client.HTTPSConnection(NAME, 443, context=tls or context(), timeout=10)
    made._create_connection = lambda address, timeout, source: socket.create_connection(("127.0.0.1", 443), timeout)
    return made


class Browser:
    def __init__(self):
        self.cookie = None

    def ask(self, method, path, form=None, headers={}):
        sent = {"Origin": f"https://{NAME}", "Sec-Fetch-Site": "same-origin", **headers}
        if self.cookie:
            sent["Cookie"] = self.cookie
        body = None
        if form is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
            body = urllib.parse.urlencode(form)
        wire = connection()
        wire.request(method, path, body, sent)
        answer = wire.getresponse()
        text = answer.read().decode()
        if answer.getheader("Set-Cookie"):
            self.set = answer.getheader("Set-Cookie")
            self.cookie = self.set.split(";")[0]
        wire.close()
        return answer, text

    def log_in(self, user, password):
        return self.ask("POST", "/login", {"user": user, "password": password})[0].status


def until(seconds, body):
    """Seconds until `body` holds; None where it never did."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        try:
            if body():
                return time.monotonic() - began
        except OSError:
            pass
        time.sleep(0.01)


def is_up():
    return Browser().ask("GET", "/healthz")[0].status == 200


check("the pages answer through TLS", until(20, is_up) is not None)
check("the night runs under its hardening", subprocess.run(["systemctl", "start", "renkei-night"]).returncode == 0)
check("and says so", systemctl("show", "renkei-night", "-p", "Result", "--value") == "success", systemctl("show", "renkei-night"))

# TLS
with socket.create_connection(("127.0.0.1", 443)) as plain, context().wrap_socket(plain, server_hostname=NAME) as tls:
    check("it is TLS 1.3", tls.version() == "TLSv1.3", tls.version())
try:
    with socket.create_connection(("127.0.0.1", 443)) as plain:
        context(maximum_version=ssl.TLSVersion.TLSv1_2).wrap_socket(plain, server_hostname=NAME)
    check("TLS 1.2 is refused", False)
except ssl.SSLError:
    check("TLS 1.2 is refused", True)

# A day
logins = open(f"{WORKSPACE}/sample-logins.txt").read()
password = dict(re.findall(r"^\s*(\w+)\s+(\S+)", logins, re.M))
staff = Browser()
check("nobody sees the queue without a log-in", staff.ask("GET", "/cases")[0].getheader("Location") == "/login")
check("staff log in", staff.log_in("center", password["center"]) == 303, logins)
check("the cookie is of this host alone", re.search(r"^__Host-sid=.*Path=/; HttpOnly; SameSite=Strict; Secure", staff.set), staff.set)
answer, queue = staff.ask("GET", "/cases")
check("the queue is there", answer.status == 200 and "/cases/C-" in queue, answer.status)
check("it is kept nowhere", answer.getheader("Cache-Control") == "no-store")
check("browsers keep to TLS", "max-age=" in (answer.getheader("Strict-Transport-Security") or ""))
case = re.search(r"/cases/(C-\w+)", queue)[1]
listed = json.loads(staff.ask("GET", f"/api/v1/cases/{case}")[1])
answer, _ = staff.ask("GET", f"/api/v1/cases/{case}")
check("a case has a version", answer.getheader("ETag"))
step = json.dumps({"step": "note", "note": "電話をかけた"})


def note(key):
    wire = connection()
    tag = staff.ask("GET", f"/api/v1/cases/{case}")[0].getheader("ETag")
    wire.request("POST", f"/api/v1/cases/{case}/steps", step.encode(), {
        "Cookie": staff.cookie, "Origin": f"https://{NAME}", "Content-Type": "application/json",
        "If-Match": tag, "Idempotency-Key": key})
    answer = wire.getresponse()
    return answer.status, answer.read().decode()


status, text = note("deploy-1")
check("a note is taken through TLS", status in (200, 201), f"{status} {text[:200]}")
foreign = staff.ask("POST", "/logout", {"csrf": "x"}, {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"})[0]
check("another site's form is refused", foreign.status == 403, foreign.status)
large = staff.ask("POST", "/rejected/corrections", {"csrf": "a" * 1_500_000})[0].status
check("a returned file may be above a megabyte", large not in (413, 502), large)
check("a body above a megabyte is refused", staff.ask("POST", "/login", {"user": "a" * 1_100_000})[0].status == 413)
for name, raw in {
    "a chunked body with a length": b"POST /login HTTP/1.1\r\nHost: %s\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
    "two lengths": b"POST /login HTTP/1.1\r\nHost: %s\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
    "a head of bare line feeds and a bad name": b"GET / HTTP/1.1\r\nHost : %s\r\n\r\n",
}.items():
    with socket.create_connection(("127.0.0.1", 443)) as plain, context().wrap_socket(plain, server_hostname=NAME) as tls:
        tls.settimeout(10)
        tls.sendall(raw % NAME.encode())
        line = tls.recv(64).split(b"\r\n")[0]
        check(f"{name} gets no answer of ours", b" 200 " not in line and line, line)

# What nginx keeps
log = open("/var/log/nginx/renkei.log").read()
staff.ask("GET", "/cases?limit=5")
check("nothing behind a question mark is logged", "?" not in open("/var/log/nginx/renkei.log").read() and "/cases" in log)

# Killed while it works
pid = systemctl("show", "-p", "MainPID", "--value", "renkei-serve")
subprocess.run(["kill", "-9", pid])
back = until(10, is_up)
# The time is a figure of the machine (goal: under a second), not what decides whether a change is good.
check("killed, it is back by itself", back is not None, back)
print(f"     back after {back * 1000:.0f} ms" if back else "     not back")
check("nobody is logged out by that", staff.ask("GET", "/cases")[0].status == 200)
check("what was acknowledged is there", "電話をかけた" in staff.ask("GET", f"/cases/{case}")[1])

# What the services may do
pid = systemctl("show", "-p", "MainPID", "--value", "renkei-serve")
status = open(f"/proc/{pid}/status").read()
check("the service has no capability", re.search(r"CapEff:\t0+\n", status), status)
check("it cannot gain any, and its calls are filtered", "NoNewPrivs:\t1" in status and "Seccomp:\t2" in status)
check("it leaves no core", re.search(r"core file size +0 +0 ", open(f"/proc/{pid}/limits").read()))
check("it has no network but a loop of its own", subprocess.run(
    ["nsenter", "-t", pid, "-n", "ls", "/sys/class/net"], capture_output=True, text=True).returncode == 0
    and open(f"/proc/{pid}/net/dev").read().count(":") == 1, open(f"/proc/{pid}/net/dev").read())
for unit in ("renkei-serve", "renkei-night"):
    score = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", f"/etc/systemd/system/{unit}.service"],
        capture_output=True, text=True).stdout
    found = re.search(r"exposure level for .*: ([0-9.]+)", score)
    check(f"{unit} is exposed by less than 1 of 10", found and float(found[1]) < 1, score[-200:])
next_night = systemctl("show", "-p", "NextElapseUSecRealtime", "--value", "renkei-night.timer")
check("the next night is planned", next_night not in ("", "n/a"), next_night)

# A flood of log-ins, at the end: it shuts this address out for a while.
answers = [Browser().log_in("nobody", "x") for _ in range(60)]
check("a flood of log-ins is held back", 429 in answers, answers)
check("and the pages go on", staff.ask("GET", "/cases")[0].status == 200)

print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
sys.exit(0 if all(results) else 1)

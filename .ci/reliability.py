"""Workers that change the same cases at the same time, and a count of what became of it (see .ci/reliability).

    reliability.py RENKEI WORKSPACE edits|kills|soak
"""

import http.client, json, os, random, re, signal, subprocess, sys, threading, time

RENKEI, WORKSPACE, PART = sys.argv[1:4]
SEED = int(os.environ.get("SEED", "1"))
EDITS, KILLS = int(os.environ.get("EDITS", "10000")), int(os.environ.get("KILLS", "200"))
MINUTES = float(os.environ.get("MINUTES", "30"))
PORT = 18431


class Server:
    """`serve`, started again wherever it is killed."""

    def __init__(self):
        self.start()

    def start(self):
        began = time.monotonic()
        self.process = subprocess.Popen(
            [RENKEI, "serve", "--workspace", WORKSPACE, "--port", str(PORT)], stdout=subprocess.DEVNULL, stderr=open(f"{WORKSPACE}/serve.log", "ab"))
        while True:
            try:
                ask = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
                ask.request("GET", "/healthz")
                if ask.getresponse().status == 200:
                    return time.monotonic() - began
            except OSError:
                assert self.process.poll() is None, open(f"{WORKSPACE}/serve.log").read()[-2000:]
                assert time.monotonic() - began < 60, "serve does not answer"
                time.sleep(0.01)

    def kill(self, number=signal.SIGKILL):
        self.process.send_signal(number)
        self.process.wait()

    def memory(self):
        return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{self.process.pid}/status").read())[1]) / 1024

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))


class Browser:
    """One connection with a token; asks again where the connection was lost, under the same key."""

    def __init__(self, token):
        self.head = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.wire = None

    def ask(self, method, path, body=None, more={}, patience=60):
        ended = time.monotonic() + patience
        while True:
            try:
                if self.wire is None:
                    self.wire = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
                self.wire.request(method, path, body and json.dumps(body), {**self.head, **more})
                answer = self.wire.getresponse()
                return answer.status, answer.headers, json.loads(answer.read() or b"null")
            except (OSError, http.client.HTTPException):
                self.wire = None
                assert time.monotonic() < ended, "no answer any more"
                time.sleep(0.02)


def token(user):
    made = subprocess.run(
        [RENKEI, "user", "token", "create", user, "--days", "1", "--scope", "cases:read,cases:write", "--workspace", WORKSPACE, "--json"],
        check=True, capture_output=True, text=True)
    return json.loads(made.stdout)["token"]


class Worker(threading.Thread):
    """Sets due dates and writes notes on random cases, each with words of its own, and remembers what was acknowledged."""

    def __init__(self, name, browser, cases, enough):
        super().__init__()
        self.label, self.browser, self.cases, self.enough = name, browser, cases, enough
        self.random = random.Random(f"{SEED}-{name}")
        self.done, self.refused, self.twice, self.error, self.waits = [], 0, 0, None, []
        self.versions, self.pending = {}, None

    def run(self):
        try:
            while not self.enough(len(self.done)):
                self.edit(f"{self.label}-{len(self.done)}")
        except BaseException as error:  # told by who joins
            self.error = error

    def edit(self, words):
        case, attempt = self.random.choice(self.cases), 0
        self.pending = words
        while True:
            attempt += 1
            if case not in self.versions:
                status, head, _ = self.browser.ask("GET", f"/api/v1/cases/{case}")
                assert status == 200, status
                self.versions[case] = head["ETag"]
            due = f"{self.random.randint(2027, 2099)}-{self.random.randint(1, 12):02}-{self.random.randint(1, 28):02}"
            step = {"step": "due", "due": due, "note": words}
            key = {"If-Match": self.versions[case], "Idempotency-Key": f"{words}-{attempt}"}
            began = time.monotonic()
            status, head, body = self.browser.ask("POST", f"/api/v1/cases/{case}/steps", step, key)
            self.waits.append(time.monotonic() - began)
            if status == 200:
                break
            assert status == 412, (status, body)
            # Somebody else was there first: read again, as a person would.
            self.refused += 1
            del self.versions[case]
        self.versions[case] = head["ETag"]
        self.done.append((case, words))
        if self.random.random() < 0.1:
            again, _, body = self.browser.ask("POST", f"/api/v1/cases/{case}/steps", step, key)
            assert again == 200, (again, body)
            self.twice += 1


def begin(names, enough):
    browser = Browser(token("center"))
    status, _, listed = browser.ask("GET", "/api/v1/cases?limit=50")
    assert status == 200
    cases = [item["id"] for item in listed["items"]]
    read = {case: browser.ask("GET", f"/api/v1/cases/{case}") for case in cases}
    before = {case: (len(body["history"]), int(head["ETag"].strip('"'))) for case, (_, head, body) in read.items()}
    return browser, cases, before, [Worker(name, Browser(token("center")), cases, enough) for name in names]


def judge(browser, cases, before, workers):
    """How many acknowledged changes are lost, are there twice or came from nowhere, or do not follow on the one before."""
    for worker in workers:
        worker.join()
        if worker.error:
            raise worker.error
    lost = double = broken = 0
    for case in cases:
        _, head, read = browser.ask("GET", f"/api/v1/cases/{case}")
        steps = read["history"][before[case][0]:]
        written = [step["note"] for step in steps]
        wanted = {words for worker in workers for one, words in worker.done if one == case}
        # What was sent when the server died and never answered may be there, once.
        open_end = {worker.pending for worker in workers}
        lost += len(wanted - set(written))
        double += len(written) - len(set(written)) + len(set(written) - wanted - open_end)
        due = [change for step in steps for change in step["changes"] if change["part"] == "期限"]
        broken += sum(later["before"] != earlier["after"] for earlier, later in zip(due, due[1:]))
        # A day drawn twice in a row is no change of the due date.
        broken += len(due) > len(written) or head["ETag"] != f'"{before[case][1] + len(written)}"'
    return lost, double, broken


def tell(words, outcome):
    lost, double, broken = outcome
    print(f"{PART}: {words}; lost {lost}, double {double}, out of order {broken}", flush=True)
    sys.exit(1 if lost or double or broken else 0)


def percentile(values, share):
    return sorted(values)[int(len(values) * share)] * 1000


def edits():
    browser, cases, before, workers = begin(["a", "b"], lambda done: done >= EDITS)
    began = time.monotonic()
    for worker in workers:
        worker.start()
    outcome = judge(browser, cases, before, workers)
    waits = [wait for worker in workers for wait in worker.waits]
    tell(
        f"{len(workers)} workers, {EDITS} changes each on {len(cases)} cases in {time.monotonic() - began:.0f} s, "
        f"{sum(worker.refused for worker in workers)} refused as changed meanwhile (412) and made again, {sum(worker.twice for worker in workers)} sent twice, "
        f"p50 {percentile(waits, 0.5):.1f} ms, p99 {percentile(waits, 0.99):.1f} ms", outcome)


def kills():
    ended = threading.Event()
    browser, cases, before, workers = begin(["a", "b"], lambda done: ended.is_set())
    moment = random.Random(SEED)
    for worker in workers:
        worker.start()
    back = []
    for _ in range(KILLS):
        time.sleep(moment.uniform(0.05, 1.5))
        server.kill()
        back.append(server.start())
    ended.set()
    outcome = judge(browser, cases, before, workers)
    tell(
        f"{KILLS} times kill -9 under load, {sum(len(worker.done) for worker in workers)} acknowledged changes; "
        f"answering again after p50 {percentile(back, 0.5):.0f} ms, at most {max(back) * 1000:.0f} ms", outcome)


def under_load(minutes, names):
    """Two workers write and one reads; memory and descriptors at each round of reads."""
    began = time.monotonic()
    browser, cases, before, workers = begin(names, lambda done: time.monotonic() - began > minutes * 60)
    for worker in workers:
        worker.start()
    samples, asked = [], 0
    while any(worker.is_alive() for worker in workers):
        for _ in range(50):
            for path in ("/api/v1/cases?limit=50", f"/api/v1/cases/{cases[asked % len(cases)]}", "/api/v1/persons?q=%E3%82%B5"):
                browser.ask("GET", path)
                asked += 1
        samples.append((server.memory(), server.descriptors()))
    return samples, asked, sum(len(worker.done) for worker in workers), judge(browser, cases, before, workers)


def soak():
    # Histories grow with every change, and what a case takes with them: only a server just started over the same data tells what was not given back.
    samples, asked, changed, outcome = under_load(MINUTES, ["a", "b"])
    server.kill(signal.SIGTERM)
    server.start()
    fresh, _, _, after = under_load(max(1, MINUTES / 10), ["c", "d"])
    third = len(samples) // 3
    memory = [sum(memory for memory, _ in part) / len(part) for part in (samples[:third], samples[third:2 * third], samples[2 * third:], fresh[len(fresh) // 3:])]
    descriptors = [max(count for _, count in part) for part in (samples[:third], samples[2 * third:], fresh)]
    tell(
        f"{MINUTES:g} minutes, {asked} reads, {changed} changes; memory by thirds {memory[0]:.1f}, {memory[1]:.1f}, {memory[2]:.1f} MiB, "
        f"of a server just started over the same data under the same load {memory[3]:.1f} MiB; descriptors at most {descriptors[0]} at first, "
        f"{descriptors[1]} at last, {descriptors[2]} of the one just started", [sum(pair) for pair in zip(outcome, after)])


server = Server()
try:
    {"edits": edits, "kills": kills, "soak": soak}[PART]()
finally:
    server.kill(signal.SIGTERM)

"""Types every command that `renkei --help` lists, with every first word, id and option that its own help names, and keeps what is printed and written.

    commands.py RENKEI WORKSPACE FOLDER CHECKOUT CITY LOGINS [all]

Commands and options come from the help, so that a new one is typed without a change. One that never ends well this way stands in `WORKED` with words of
its own, or in `LEFT_OUT` with the reason: else it is told as `unanswered`, and the test fails. LOGINS: lines of user, password, role.
A command takes a second where the program is built for debugging: without `all`, of many ids a few are tried, and not every option with every word.
"""
import itertools
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys

import city

RENKEI, WORKSPACE, FOLDER, CHECKOUT, CITY, LOGINS = sys.argv[1:7]
ALL = "all" in sys.argv[7:]

# What is no door to the city's data, or shows an official the file in the own hand. Each with its reason.
LEFT_OUT = {
    "serve": "browse.py goes through the pages",
    "init": "makes an empty workspace; copies extracts to its inbox",
    "sample": "invents a city; holds nobody",
    "link": "reads tables that the operator names, no workspace and no publication; its outputs are the operator's own files",
}
# What cannot end well here; what it says all the same is kept.
NEVER_ANSWERS = {
    "rules approve": "takes another user of the operating system than the one who proposed",
    "audit accept-clock": "only where the clock went back",
    "audit accept-restore": "only where the database was put back from a copy",
    "rules sample answer": "only where two persons put a draw in force, and a month's first night drew",
    "cases open": "the crawl knows no number of a child without a case",
    "mapping adopt": "a draft waits for answers of the department",
}
LEFT_OUT_OPTIONS = {
    # 抽出を用意した課の人が、自分の手元の抽出を読むためのもので、保存も公開もしない（docs/new-extract.md）。
    ("mapping preview", "unmask"): "shows the file in the official's own hand, asked for word by word",
}

# Words that the help does not spell out, in the order in which they work; after `!` those that are refused, and must be.
WORKED = [
    "explain row {row}", "explain person {person}", "explain case {case}", "explain flag {flag}", "rejected show {rejected}",
    "rejected export --output {out}", "rejected export --source hoiku --output {out}.csv", "! rejected reload {inbox}/hoiku_20261001.csv",
    "review sample --size 20", "review list --sample", "review show {pair}", "review list --person {person}", "review export --output {out}.csv",
    "review export --sample --output {out}.csv", "review decide {pair} --same --reason 窓口で確認", "review withdraw V-1 --reason 取り違え", "review withdraw V-2 --reason 取り違え",
    "review list --decided", "review changes --output {out}.csv", "review estimate",
    "mapping suggest {extract} --output {out}.json5", "mapping suggest {extract} --output -", "mapping preview {extract} --rows 1000",
    "rules test {checkout}/samples/rules", "rules dry-run --capacity 3", "rules dry-run --rule S1 --at-least 10,20,30",
    "rules dry-run --with {ws}/Guidelines/rules", "rules diff {ws}/Guidelines/rules", "rules backtest --with {ws}/Guidelines/rules",
    "rules propose {rule} --reason 数を変えた", "! rules approve {hash} --reason 確かめた",
    "policy test {checkout}/samples/policy --date 2026-10-01", "policy why --role center-staff --action read --purpose support --item A02 --case 支援措置",
    "policy who-can-see A02", "policy diff", "policy propose --user {as:linkage-officer} --reason 言葉を直した", "policy withdraw {revision} --user {as:linkage-officer} --reason 言葉をもう一度直す",
    "policy propose --user {as:linkage-officer} --reason 言葉を直した", "policy approve {revision} --user {as:data-manager} --reason 差分を確かめた",
    "guideline matrix --output {out}", "guideline file-register --output {out}",
    "! consent list --user {as:analyst}", "consent record --refuse --purpose support --row {planted} --giver guardian --evidence 第1号 --reason 審査のうえ認めた --user {as:privacy-officer}",
    "! consent record --give --purpose support --person {person} --giver person --evidence 第2号 --reason 審査のうえ認めた --user {as:privacy-officer}",
    "consent end M-1 --reason 取下げの書面を受けた --user {as:privacy-officer}", "consent keep M-1 --reason 取り違えていたため --user {as:privacy-officer}", "! consent confirm M-2 --reason 原本を見て確かめた --user {as:data-manager}",
    "consent list --user {as:privacy-officer}",
    "emergency list --user {as:privacy-officer}", "! emergency review K-1 --finding appropriate --words 通話の記録と照らして確かめた --user {as:privacy-officer}",
    "rights disclose --person {person} --request 令和8年第3号 --requester self --reason 運転免許証で確かめた --user {as:privacy-officer} --second {as:data-manager} --output {out}",
    "rights disclose --row {planted} --request 令和8年第5号 --requester self --reason 運転免許証で確かめた --user {as:privacy-officer} --second {as:data-manager} --output {out}",
    "! rights disclose --row {planted} --request 令和8年第6号 --requester guardian --reason 戸籍で確かめた --user {as:privacy-officer} --second {as:data-manager} --output {out}",
    "rights correct --row {absence} --values {values} --request 令和8年第4号 --reason 学校の原本と照らした --user {as:privacy-officer}",
    "explain row {absence}", "rights told --user {as:privacy-officer}", "rights told T-1 --how 電話 --user {as:privacy-officer}",
    "rights correct --end N-1 --reason 原本を見直した --user {as:linkage-officer}",
    "rejected list --user {as:department-staff}", "rejected ledger --user {as:department-staff}", "rejected export --source hoiku --output {out}.csv --user {as:department-staff}",
    "keys check", "keys rotate --reason 担当者の異動", "retention list", "retention propose --user {as:linkage-officer} --reason 規程の年数と照らした", "retention approve {hash} --user {as:data-manager} --reason 件数を確かめた",
    "user list", "user add visitor --role center-staff", "audit verify --save {out}.checkpoint", "audit compare {checkpoint} {checkpoint}",
    "audit prove 1 --output {out}.jsonl", "audit export --output {out}.jsonl --from 2020-01-01 --to 2100-01-01", "audit who-read {case}", "audit who-read {person}",
    "audit user {user}", "audit relate visitor --person {person}", "report --linkage {out}.html",
    "evaluate --truth {city}/truth.csv --planted {city}/planted.csv --groups {city}/groups.csv --curve --mistakes {out}.csv",
    "model --truth {city}/truth.csv --out {out}.json", "! model --verdicts --out {out}.json",
    "user set-roles visitor --role school-management --scope school:若葉野市立朝露町小学校", "user set-password visitor", "user unlock visitor",
    "user totp visitor", "user totp reset visitor", "user token create visitor --scope cases:read --days 1", "user token list", "user token end T-1", "user sessions", "user remove visitor",
    "person shred --row {shredded} --reason 消去の請求を認めた --user {as:privacy-officer}", "person shred S-1 --reason 決裁を確かめた --user {as:data-manager}",
    "person shred --list --user {as:privacy-officer}", "explain row {shredded}", "run --date 2026-10-01", "run --rebuild", "! run --date 2026-12-31",
    "user unlock {as:center-staff}", "rules sample list --user {as:center-staff}", "! rules sample answer 1 --answer nothing --user {as:center-staff}", "rules measure --groups --user {as:data-manager}",
    "! cases open P-0000000000000 --difficulty 不登校 --reason 訪問した保健師から --user {as:center-staff}",
    "support check {checkout}/samples/wakabano/programmes.json", "support list", "support missed --user {as:center-staff}",
    "support import {checkout}/samples/wakabano/programmes.json --source 見本 --date 2026-08-01 --attribution 出典 --user {as:center-staff}",
    "support show --row {row} --user {as:center-staff}", "support draft psid3.0+9990000990160+0001+UM1 --channel letter",
    "support record psid3.0+9990000990160+0001+UM1 --row {row} --outcome sent --user {as:center-staff}",
    "mapping suggest {new}", "! mapping adopt shinki hoiku", "! audit accept-clock --reason 直した", "! audit accept-restore --reason 控えに戻した",
]
# Typed only as in `WORKED`, since whatever else one says changes what the others can find.
ONLY_WORKED = {"run", "user", "policy propose", "policy approve", "policy withdraw", "rules propose", "rules approve", "audit accept-clock", "audit accept-restore", "mapping adopt",
    "keys rotate", "person shred", "retention propose", "retention approve"}
EACH = {"row": 24, "person": 12, "case": 40, "flag": 40, "pair": 30, "rejected": 10, "extract": 20, "user": 20, "planted": 20, "absence": 4} if ALL else {
    "row": 2, "person": 1, "case": 2, "flag": 1, "pair": 2, "rejected": 3, "extract": 1, "user": 1, "planted": 2, "absence": 2}


class Typist:
    def __init__(self):
        self.count, self.written, self.found = 0, 0, {}
        self.users = [line.split() for line in open(LOGINS, encoding="utf-8") if len(line.split()) == 3]
        self.password = {user: password for user, password, _ in self.users}
        self.codes = {}

    def type(self, words):
        """Runs the program, keeps words, output, errors and code, and takes the ids from them."""
        command = self.command(words)
        # One line for each user that is named, in their order: some commands take two.
        users = [w for w in words if w in self.password]
        text = "".join(self.password[user] + "\n" for user in users) or "蛸の合言葉 夜明けの若葉野\n"
        done = subprocess.run([RENKEI] + words, input=text.encode(), capture_output=True, cwd=FOLDER, timeout=300)
        self.count += 1
        with open("%s/said-%05d" % (FOLDER, self.count), "wb") as out:
            out.write((" ".join(words) + "\n%d\n" % done.returncode).encode() + done.stdout + b"\n--\n" + done.stderr)
        self.codes.setdefault(command, []).append(done.returncode)
        self.learn(done.stdout.decode("utf-8", "replace"))
        return done

    def learn(self, text):
        for kind, pattern in (("person", r"\bP-[0-9A-Z]{13}\b"), ("case", r"\bC-[0-9A-Z]{13}\b"), ("pair", r"\bR-[0-9a-f]{16}\b")):
            for one in re.findall(pattern, text):
                if one not in self.found.setdefault(kind, []):
                    self.found[kind].append(one)
        for kind, key in (("hash", "hash"), ("revision", "revision")):
            for one in re.findall(r'"%s":"([0-9a-f]{64})"' % key, text):
                self.found[kind] = [one]

    def user(self, role):
        """Who has the role."""
        return next((user for user, _, theirs in self.users if theirs == role), None)

    def command(self, words):
        return next((name for name in sorted(self.names, key=len, reverse=True) if words[:len(name.split())] == name.split()), words[0])

    def fresh(self):
        self.written += 1
        return "%s/written-%d" % (FOLDER, self.written)

    def prepare(self):
        listed = self.help("--help")
        listed = listed.split("コマンド:\n")[1].split("\n\n")[0]
        self.names = re.findall(r"^  ([a-z]+(?: [a-z][a-z-]*){0,2}) +[^a-z]", listed, re.M)
        if len(self.names) != len(listed.splitlines()):
            sys.exit("the list of commands reads otherwise than it did")
        inbox = WORKSPACE + "/inbox"
        extracts = sorted(name for name in os.listdir(inbox) if name.endswith(".csv"))
        lines = {name: open("%s/%s" % (inbox, name), "rb").read().count(b"\n") for name in extracts}
        # The planted rows are the last ones; on the register a mother and her child begin them.
        planted = sum(len(city.rows(family)["jumin"]) for family in city.FAMILIES)
        planted = ["jumin_20261001.csv:%d" % (lines["jumin_20261001.csv"] - planted + 1 + i) for i in range(planted)]
        rows = ["%s:%d" % (name, line) for name in extracts for line in (lines[name], lines[name] - 3) if line > 1]
        database = sqlite3.connect("file:%s/service.sqlite?mode=ro" % WORKSPACE, uri=True)
        cases = [row[0] for row in database.execute("SELECT id FROM cases")]
        flags = ["%s/%s" % row for row in database.execute("SELECT case_id, rule FROM case_flag")]
        database.close()
        checkpoints = [os.path.join(folder, name) for folder, _, names in os.walk(WORKSPACE + ".checkpoints") for name in names if name.endswith(".checkpoint")]
        rule = FOLDER + "/S1.json5"
        text = open(WORKSPACE + "/Guidelines/rules/S1.json5", encoding="utf-8").read()
        open(rule, "w", encoding="utf-8").write(text.replace("version: 1", "version: 2").replace("atLeast: 30", "atLeast: 25"))
        # A guideline to propose, right values for a row, and an extract that no mapping knows.
        open(FOLDER + "/../naoshi.csv", "w", encoding="utf-8").write("列,正しい値\n6月欠席,2\n")
        with open(WORKSPACE + "/Guidelines/roles/using.json5", "a", encoding="utf-8") as file:
            file.write("// 言葉を直した案\n")
        shutil.copy(inbox + "/hoiku_20261001.csv", FOLDER + "/../shinki_20261001.csv")
        self.found = {
            "new": [FOLDER + "/../shinki_20261001.csv"], "values": [FOLDER + "/../naoshi.csv"],
            "planted": planted,
            "absence": ["shukketsu_20261001.csv:%d" % (lines["shukketsu_20261001.csv"] - i) for i in range(4)],
            # The child of the first family.
            "shredded": planted[1:2],
            "row": rows, "case": cases, "flag": flags, "pair": [], "person": [], "extract": ["%s/%s" % (inbox, name) for name in extracts],
            "user": [user for user, _, _ in self.users], "checkpoint": checkpoints[:1], "rule": [rule], "rejected": [], "hash": ["0" * 64],
            "revision": ["0" * 64], "ws": [WORKSPACE], "inbox": [inbox], "checkout": [CHECKOUT], "city": [CITY],
        }
        listed = json.loads(self.type(["rejected", "list", "--json", "--workspace", WORKSPACE]).stdout)
        self.found["rejected"] = ["%s:%d" % (extract["file"], row["line"]) for extract in listed["extracts"] for code in extract["codes"] for row in code["rows"]]

    def help(self, *words):
        """What a command says of itself; kept too."""
        done = subprocess.run([RENKEI, *words], capture_output=True)
        open("%s/help-%s" % (FOLDER, "-".join(words).replace("/", "")), "wb").write(done.stdout + done.stderr)
        return done.stdout.decode()

    def left_out(self, name):
        return name in LEFT_OUT or name.split()[0] in LEFT_OUT

    def at_workspace(self, name, words):
        return words + (["--workspace", WORKSPACE] if "--workspace" in self.options(name) else [])

    def options(self, name):
        if name not in self.known:
            text = self.help(*name.split(), "--help")
            found = re.findall(r"^  --([a-z0-9-]+)(?: (\S+))? ", text, re.M)
            self.known[name] = {"--" + option: value for option, value in found}
            usage = text.splitlines()[0].split("renkei " + name, 1)[1].replace("[オプション]", "").split()
            self.known[name][""] = usage
        return self.known[name]

    known = {}

    # What a placeholder of the help stands for.
    def values(self, placeholder, option=""):
        word = placeholder.strip("[]")
        if re.fullmatch(r"[a-z-]+(\|[a-z-]+)+", word):
            return word.split("|")
        if option in ("--output", "--out", "--save", "--linkage", "--mistakes"):
            return [self.fresh(), self.fresh() + ".csv"]
        if option in ("--user",):
            return self.found["user"]
        if word in ("ID", "FILE", "P-…", "PERSON|CASE", "FILE:LINE", "NAME", "M-番号", "EVENT"):
            some = [self.found[kind][:3] for kind in ("case", "person", "row", "rejected", "pair", "flag")]
            return [one for ones in some for one in ones] + self.found["extract"][:2] + ["M-1", "1", self.found["user"][0], "jumin"]
        return {"N": ["3"], "PERSON|CASE": self.found["case"][:1], "DAY": ["2026-10-01"], "YYYY-MM-DD": ["2026-10-01"], "TEXT": ["確かめた"], "S": ["hoiku"], "C": ["row.columns"],
                "DIR": [WORKSPACE], "PATH": [WORKSPACE + "/Guidelines/rules"], "CODE": ["A02"], "HASH": ["0" * 64]}.get(word, ["蛸", "S1"])

    def everything(self, name):
        """Every first word, id and option of a command, one option at a time."""
        options = self.options(name)
        places = [self.values(place) + ([None] if place.startswith("[") else []) for place in options[""]]
        # Without ids where one may be left out: `list` and its like.
        places = places if ALL else places[:1] + [[None] if None in place else place[:1] for place in places[1:]]
        for given in itertools.islice(itertools.product(*places), 80 if ALL else 9):
            words = name.split() + [one for one in given if one is not None]
            self.type(self.at_workspace(name, words))
            if ALL:
                self.type(self.at_workspace(name, words + ["--json"]))
        if not ALL:
            return
        plain = name.split() + [places[i][0] for i in range(len(places)) if places[i][0] is not None]
        for option, placeholder in options.items():
            if option in ("", "--workspace", "--json", "--help") or (name, option[2:]) in LEFT_OUT_OPTIONS:
                continue
            for value in [None] if not placeholder else self.values(placeholder, option)[:14]:
                first = plain if not places or not places[0] else None
                for words in [first] if first else [name.split() + [word] + plain[len(name.split()) + 1:] for word in places[0][:8]]:
                    self.type(self.at_workspace(name, words + [option] + ([value] if value else []) + ["--json"]))

    def worked(self):
        """Types every line; those that ended otherwise than they should."""
        wrong = []
        for line in WORKED:
            isRefused, ended, said = line.startswith("! "), [], b""
            line = line.removeprefix("! ")
            kinds = [kind for kind in re.findall(r"\{(\w+(?::[\w-]+)?)\}", line) if kind not in ("out",)]
            many = next((kind for kind in kinds if kind in EACH), None)
            for index in range(min(len(self.found.get(many, [])), EACH[many]) if many else 1):
                known = {kind: self.found[kind][index if kind == many else 0] for kind in kinds if self.found.get(kind)}
                known.update({kind: self.user(kind[3:]) for kind in kinds if kind.startswith("as:") and self.user(kind[3:])})
                if len(known) < len(set(kinds)):
                    continue
                name = self.command(line.split())
                for json_too in ([], ["--json"]) if ALL else ([["--json"], []][index % 2],):
                    words = line.replace("{out}", self.fresh())
                    for kind, value in known.items():
                        words = words.replace("{%s}" % kind, value)
                    words = words.split(" ")
                    done = self.type(self.at_workspace(name, words + json_too))
                    ended, said = ended + [done.returncode], done.stderr
            if not ended or (0 in ended) == isRefused:
                wrong.append("%s: %s %s" % (line, sorted(set(ended)), said.decode("utf-8", "replace")))
        return wrong

    def wrongly(self):
        for name in self.names:
            if self.left_out(name):
                continue
            for words in ([], ["蛸"], ["--nothing"], ["蛸", "--json"], ["list", "蛸"], ["show", "C-NONE:0"]) if ALL else (["--nothing"],):
                if name in ONLY_WORKED and not words:
                    continue
                self.type(self.at_workspace(name, name.split() + words))


typist = Typist()
os.makedirs(FOLDER, exist_ok=True)
typist.prepare()
for name in typist.names:
    if typist.left_out(name) or name in ONLY_WORKED:
        continue
    if ALL or not any(line.removeprefix("! ").startswith(name) for line in WORKED):
        typist.everything(name)
wrong = typist.worked()
typist.wrongly()
unanswered = [name for name in typist.names if not typist.left_out(name) and name not in NEVER_ANSWERS and 0 not in typist.codes.get(name, [])]
crashed = sorted({name for name, codes in typist.codes.items() if any(code == 70 or code < 0 for code in codes)})
print(json.dumps({"commands": len(typist.names), "typed": typist.count, "unanswered": unanswered, "wrong": wrong, "crashed": crashed,
                  "leftOut": {name: reason for name, reason in LEFT_OUT.items() if name in typist.names},
                  "codes": {name: {str(c): codes.count(c) for c in sorted(set(codes))} for name, codes in typist.codes.items()}},
                 ensure_ascii=False))

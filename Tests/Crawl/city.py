"""Plants families of every form of 支援措置 in the extracts of an invented city, and knows what must never be seen of them.

Every family has a town, a house, a telephone, a guardian and a school of its own, written with a character that nobody
else in the city has, so that any piece of them that is found anywhere is theirs. Its children have cases of their own, so that
there is a page on which a forgotten mask would show. The last family's measure was ended: what is theirs is found, and shows that
the search can find.

    city.py plant INBOX      adds the rows
    city.py ended INBOX      adds them with every measure ended: a city where all of it may be seen
    city.py children         prints the names of each family's children, by family
"""
import json
import os
import re
import sys
import unicodedata

DAY = "20261001"
CITY = "若葉野市"
# Of the city's own schools, the one to which the crawl's head is bound.
HEADS_SCHOOL = "若葉野市立朝露町小学校"


class Family:
    """One family; `measures` are rows of 支援措置: who, kind, beginning, end, day it was ended."""

    def __init__(self, index, form, mark, kana, measures, *, infant=False, released=False):
        self.index, self.form, self.mark, self.kana = index, form, mark, kana
        self.measures, self.infant, self.released = measures, infant, released
        self.town = mark + "見坂"
        self.block, self.house = 4310 + 7 * index, 6120 + 11 * index
        self.building = "コーポ" + mark + "屋敷"
        self.postcode = "0%d8-76%02d" % (index, index + 10)
        self.phone = "070-91%d7-65%d8" % (index, index)
        self.guardian, self.guardian_kana = mark + "波戸　千鶴", kana + "ナミト　チヅル"
        self.school = "若葉野市立" + mark + "ヶ浜小学校"
        self.other_party = mark + "鬼　剛"
        self.former_home = "霧笛市" + mark + "古里９－８"
        surname, reading = SURNAMES[index]
        self.mother = (surname + "　" + MOTHERS[index][0], reading + "　" + MOTHERS[index][1])
        self.mother_birth = (1980 + index, 1 + index, 27 - 2 * index)
        self.child = (surname + "　" + GIVEN[index][0], reading + "　" + GIVEN[index][1])
        self.sibling = (surname + "　" + SIBLINGS[index][0], reading + "　" + SIBLINGS[index][1])

    def number(self, who):
        return "09%02d00%04d" % (self.index, {"mother": 11, "child": 22, "sibling": 33, "father": 44, "grandmother": 55}[who])

    @property
    def birth(self):
        # Of an infant who is due for the check of three-year-olds, or of a schoolchild.
        return (2023, 3, 4 + self.index) if self.infant else (2015, 6, 4 + self.index)

    @property
    def sibling_birth(self):
        return (2017, 8, 3 + self.index)

    def written(self):
        """The address as departments write it."""
        block, house = self.block, self.house
        wide = str.maketrans("0123456789", "０１２３４５６７８９")
        return {
            "jumin": "%d番%d号" % (block, house),
            "gakurei": CITY + self.town + "二丁目" + ("%d番%d号" % (block, house)).translate(wide) + "　" + self.building + "４０２号室",
            "shugakuenjo": self.town + "2-%d-%d" % (block, house),
            "hoiku": CITY + self.town + "二丁目%d-%d-402" % (block, house),
            "soudan": self.town + ("２－%d－%d" % (block, house)).translate(wide),
            "ninsanpu": self.town + "2丁目%d番%d号 %s402" % (block, house, self.building),
        }


SURNAMES = [
    ("", ""), ("小比類巻", "コヒルイマキ"), ("四十物谷", "アイモノヤ"), ("勅使河原", "テシガワラ"), ("大豆生田", "オオマメウダ"),
    ("左衛門三郎", "サエモンサブロウ"), ("長曽我部", "チョウソカベ"), ("鴨志田", "カモシダ"), ("五百旗頭", "イオキベ"),
    ("波多江", "ハタエ"),
]
GIVEN = [
    ("", ""), ("颯希", "サツキ"), ("澪音", "ミオン"), ("慧悟", "ケイゴ"), ("柚葉", "ユズハ"), ("奏汰", "カナタ"),
    ("莉央", "リオ"), ("湊斗", "ミナト"), ("詩織", "シオリ"), ("蒼介", "ソウスケ"),
]
MOTHERS = [
    ("", ""), ("美沙", "ミサ"), ("多恵", "タエ"), ("冬子", "フユコ"), ("", ""), ("理香", "リカ"), ("由布子", "ユウコ"),
    ("早百合", "サユリ"), ("敬", "ケイ"), ("和歌子", "ワカコ"),
]
SIBLINGS = [
    ("", ""), ("芹菜", "セリナ"), ("丈太郎", "ジョウタロウ"), ("琴乃", "コトノ"), ("鉄平", "テッペイ"), ("万里", "マリ"),
    ("久遠", "クオン"), ("百花", "モモカ"), ("伊吹", "イブキ"), ("千景", "チカゲ"),
]

FAMILIES = [
    Family(1, "approved", "鱧", "ハモ", [
        ("mother", "本措置", "令和8年3月1日", "令和9年3月1日", ""),
        ("child", "併せて支援を求める者", "令和8年3月1日", "令和9年3月1日", "")]),
    Family(2, "provisional", "鰆", "サワラ", [
        ("mother", "仮支援措置", "令和8年9月20日", "", ""),
        ("child", "併せて支援を求める者", "令和8年9月20日", "", "")], infant=True),
    Family(3, "past its date, never ended", "鯔", "ボラ", [
        ("mother", "本措置", "令和5年4月1日", "令和6年4月1日", ""),
        ("child", "併せて支援を求める者", "令和5年4月1日", "令和6年4月1日", "")]),
    # The child lives with a grandmother; who asked for the measure is not of this city.
    Family(4, "accompanying child who lives elsewhere", "鰤", "ブリ", [
        ("child", "併せて支援を求める者", "令和8年1月10日", "令和9年1月10日", "")]),
    # Sent by another municipality: without a number of this one.
    Family(5, "another municipality's", "鱸", "スズキ", [
        ("mother?", "本措置", "令和8年2月2日", "令和9年2月2日", ""),
        ("child?", "併せて支援を求める者", "令和8年2月2日", "令和9年2月2日", "")]),
    # Of the children nothing is decided yet; one goes to a school whose head looks at these pages.
    Family(6, "household until decided", "鯰", "ナマズ", [
        ("mother", "仮支援措置", "令和8年9月28日", "", "")]),
    # The father lives elsewhere, receives the allowance for both children, and must not learn from his own child's record.
    Family(7, "seen by the other parent", "鰯", "イワシ", [
        ("mother", "本措置", "令和8年3月3日", "令和9年3月3日", ""),
        ("child", "併せて支援を求める者", "令和8年3月3日", "令和9年3月3日", "")]),
    Family(8, "to be ended, but not yet", "鰈", "カレイ", [
        ("mother", "本措置", "令和7年5月5日", "令和8年5月5日", "令和8年12月31日"),
        ("child", "併せて支援を求める者", "令和7年5月5日", "令和8年5月5日", "令和8年12月31日")], infant=True),
    Family(9, "ended", "鯱", "シャチ", [
        ("mother", "本措置", "令和6年5月5日", "令和7年5月5日", "令和7年4月30日"),
        ("child", "併せて支援を求める者", "令和6年5月5日", "令和7年5月5日", "令和7年4月30日")], released=True),
]


# Planting

def halfwidth(text):
    """Katakana in half width, as some departments write names."""
    return "".join(HALF.get(c, c) for c in unicodedata.normalize("NFD", text).replace("　", " "))


HALF = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF66, 0xFFA0)}
HALF.update({"\u3099": "ﾞ", "\u309a": "ﾟ"})


def hiragana(text):
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in text)


def era(date, form):
    year, month, day = date
    if form == "R":  # H27.05.09, R5.03.06
        begun = 2018 if year > 2018 else 1988 if year > 1988 else 1925
        return "%s%02d.%02d.%02d" % ({2018: "R", 1988: "H", 1925: "S"}[begun], year - begun, month, day)
    if form == "long":
        return "%s%d年%d月%d日" % ("令和" if year > 2018 else "平成" if year > 1988 else "昭和",
                               year - (2018 if year > 2018 else 1988 if year > 1988 else 1925), month, day)
    return {"/": "%d/%d/%d", "": "%04d%02d%02d"}[form] % (year, month, day)


FATHER_BORN, GRANDMOTHER_BORN = (1984, 2, 3), (1956, 11, 5)


def rows(family):
    """The family's rows by source; of each a list of cells."""
    at, out = family.written(), {}

    def add(source, *cells):
        out.setdefault(source, []).append([str(c) for c in cells])

    def resident(who, name, sex, born, relation, home, place):
        town, block, building, postcode, former = place
        add("jumin", family.number(who), home, "日本人住民", "住登", "R05.04.01", "転入", name[0], name[1], "", "", "", "", "",
            sex, era(born, "R"), relation, postcode, town, block, building, "R05.04.01", former, "")

    home = (family.town + "二丁目", at["jumin"], family.building + "４０２号室", family.postcode, family.former_home)
    head = family.number("grandmother" if family.index == 4 else "mother")
    if family.index == 4:
        resident("grandmother", ("竹林　トメ", "タケバヤシ　トメ"), "女", GRANDMOTHER_BORN, "世帯主", head, home)
    else:
        resident("mother", family.mother, "女", family.mother_birth, "世帯主", head, home)
    resident("child", family.child, "女", family.birth, "子", head, home)
    if family.index == 6:
        resident("sibling", family.sibling, "男", family.sibling_birth, "子", head, home)
    if family.index == 7:
        elsewhere = ("朝露町", "７７１番地３", "", "000-0544", "")
        surname, reading = family.child[0].split("　")[0], family.child[1].split("　")[0]
        father = (surname + "　剛士", reading + "　ツヨシ")
        resident("father", father, "男", FATHER_BORN, "世帯主", family.number("father"), elsewhere)
        resident("sibling", family.sibling, "男", family.sibling_birth, "子", family.number("father"), elsewhere)
        for who, name, born in (("child", family.child, family.birth), ("sibling", family.sibling, family.sibling_birth)):
            add("jidoteate", family.number("father").lstrip("0"), father[0], family.number(who).lstrip("0"), halfwidth(name[1]),
                era(born, ""), 2 if who == "child" else 1, "受給中", "20250601", "20260610")
        school(add, family, "sibling", family.sibling, "男", family.sibling_birth,
               father[0], "若葉野市朝露町７７１番地３", HEADS_SCHOOL)

    if family.infant:
        add("kenshin", family.number("child"), halfwidth(family.child[1]), era(family.birth, "R"), 2, "03", "R8.5", "R8.6.1", "", "", "")
        add("ninsanpu", "2022-%06d" % (880000 + family.index), family.mother[0], family.mother[1], era(family.mother_birth, "/"), at["ninsanpu"],
            family.phone, "2022/9/1", 10, era(family.birth, "/"), era(family.birth, "/"), "2023/5/1", 3, 0)
        for month in ("2026-08", "2026-09"):
            add("hoiku", family.school[5:-3] + "保育園", "ほし", family.child[0].replace("　", " "), hiragana(family.child[1]).replace("　", " "),
                era(family.birth, "/"), "F", family.guardian.replace("　", " "), family.phone, at["hoiku"], "在籍", month, 3, 15, 9)
    else:
        school(add, family, "child", family.child, "女", family.birth, family.guardian, at["gakurei"], family.school)
        add("shugakuenjo", 70000 + family.index, family.guardian, family.child[0], family.child[1], era(family.birth, "R"), "女",
            family.school, 5, at["shugakuenjo"], family.phone, "認定", "R8.6.24")
    if family.index == 6:
        school(add, family, "sibling", family.sibling, "男", family.sibling_birth, family.guardian, at["gakurei"], HEADS_SCHOOL)
    # Somebody who may be this child or not: a misheard name and an age instead of a birth date, for link review.
    add("soudan", 900 + family.index, "2026/9/%d" % (10 + family.index), family.child[0].split("　")[0] + "　" + hiragana(family.child[1].split("　")[1])[:2],
        family.child[1], "女", "", 3 if family.infant else 11, at["soudan"], family.guardian, family.phone, family.school, "養護",
        "", "相談員Ａ", "継続", "", "母の転居先は" + at["ninsanpu"])
    for who, kind, begun, until, ended in family.measures:
        known, name = who.rstrip("?"), family.mother if who.startswith("mother") else family.child
        born = family.mother_birth if known == "mother" else family.birth
        add("shien", "" if who.endswith("?") else family.number(known), name[0], name[1], era(born, "long"), kind,
            "" if who.endswith("?") else family.number("mother"), begun, until, ended, family.other_party)
    return out


def school(add, family, who, name, sex, born, guardian, address, place):
    """A schoolchild who is away a great deal."""
    add("gakurei", "2026" + family.number(who), name[0], name[1], 1 if sex == "男" else 2, era(born, "R"), guardian, "伯母", address, place, 5,
        "就学", "秘匿 " + family.written()["shugakuenjo"] if place == family.school else "")
    add("shukketsu", place, 5, 2, 30 + family.index, name[0], hiragana(name[1]), sex, era(born, "/"), "", 8, 0, 8, 0, 8, 0, 8, 0, 9, 1)


def rejected(family):
    """Rows of the family's child that no night can read, by source: a birth that is no date, a comma that shifts every column, and
    what belongs to one column in another."""
    at = family.written()
    place, name, kana = family.school[5:-3] + "保育園", family.child[0].replace("　", " "), hiragana(family.child[1]).replace("　", " ")
    begin, rest = [place, "ほし", name, kana], ["在籍", "2026-09", "3", "15", "9"]
    return {
        "hoiku": [
            begin + ["きのうごろ", "F", family.guardian.replace("　", " "), family.phone, at["hoiku"]] + rest,
            begin + [era(family.birth, "/"), "F", family.guardian.replace("　", ","), family.phone, at["hoiku"]] + rest,
        ],
        "shugakuenjo": [
            [79999, family.guardian, family.child[0], family.child[1], family.phone, at["hoiku"], family.school, 5, family.building,
             era(family.birth, "R"), "認定", family.guardian],
        ],
    }


def decoded(path):
    data = open(path, "rb").read()
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            pass
    raise ValueError(path)


def plant(inbox, ended=False):
    added = {}
    for family in FAMILIES:
        for source, lines in rows(family).items():
            if ended and source == "shien":
                lines = [line[:8] + ["令和8年9月29日"] + line[9:] for line in lines]
            added.setdefault(source, []).extend(lines)
    for source, lines in rejected(FAMILIES[0]).items():
        added[source] += [[str(cell) for cell in line] for line in lines]
    for source, lines in added.items():
        path = "%s/%s_%s.csv" % (inbox, source, DAY)
        text, encoding = decoded(path)
        end = "\r\n" if "\r\n" in text else "\n"
        quote = (lambda cell: '"%s"' % cell) if text.startswith('"') else (lambda cell: cell)
        body = text.rstrip("\r\n").split(end)
        body += [",".join(map(quote, line)) for line in lines]
        open(path, "wb").write((end.join(body) + end).encode(encoding))


# What must never be seen

def notations(text):
    """The ways a piece of text is written: widths, kana, spaces, hyphens, 丁目・番・号, kanji numbers."""
    wide = str.maketrans("0123456789-", "０１２３４５６７８９－")
    plain = unicodedata.normalize("NFKC", text)
    found = {text, plain, plain.translate(wide), halfwidth(plain), hiragana(plain)}
    for form in list(found):
        found |= {re.sub(r"[ 　]", "", form), re.sub(r"[ 　]+", " ", form), re.sub(r"[ 　]+", "　", form)}
    for form in list(found):
        found |= {form.replace("ヶ", "ケ"), form.replace("ヶ", "が"), form.replace("ヶ", "ｹ")}
        for hyphen in "－‐−ー―":
            found.add(form.replace("-", hyphen))
    return found


def kanji(number):
    """4317 → 四千三百十七 and 四三一七."""
    digits = "〇一二三四五六七八九"
    out = ""
    for power, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            out += ("" if digit == 1 and name else digits[digit]) + name
    return {out, "".join(digits[int(d)] for d in str(number))}


def secrets(family):
    """Everything by which the family could be found, by kind: every notation of it, in the shortest piece that is theirs alone."""
    block, house = str(family.block), str(family.house)
    address = {family.town, family.building[3:], family.former_home[3:6], family.postcode}
    address |= {block + "-" + house, block + "番" + house, block + "番地" + house, block + "番地の" + house, "2-" + block, "二丁目" + block, "2丁目" + block}
    address |= {one + "番" for one in kanji(family.block)} | set(family.written().values())
    digits = family.phone.replace("-", "")
    phone = {family.phone, digits, family.phone[4:], digits[3:], "+81" + digits[1:], "+81-" + family.phone[1:], family.phone.replace("-", "("), family.phone.replace("-", " ")}
    guardian = {family.guardian, family.guardian.split("　")[0], family.guardian_kana, family.guardian_kana.split("　")[0]}
    school = {family.school, family.school[5:8], family.school[5:8] + "保育園"}
    kinds = {"address": address, "phone": phone, "guardian": guardian, "school": school, "other party": {family.other_party, family.other_party.split("　")[0]}}
    return {kind: sorted({form for one in ones for form in notations(one)}) for kind, ones in kinds.items()}


if __name__ == "__main__":
    if sys.argv[1] in ("plant", "ended"):
        plant(sys.argv[2], ended=sys.argv[1] == "ended")
    else:
        print(json.dumps({family.form: [family.child[0], family.sibling[0]] for family in FAMILIES}, ensure_ascii=False))

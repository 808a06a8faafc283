#!/usr/bin/env python3
"""Does Splink read what `link train --for-splink` wrote, and weigh as renkei does: reads_model.py MODEL.json PAIRS.csv INPUT.csv …

PAIRS.csv is what `link predict` wrote by the same model. Pairs whose levels differ are passed over: DuckDB counts bytes where
renkei counts characters.
"""
import csv
import sys

import duckdb
from splink import DuckDBAPI, Linker

model, pairs, inputs = sys.argv[1], sys.argv[2], sys.argv[3:]
database = duckdb.connect()
api = DuckDBAPI(connection=database)
tables = []
for number, path in enumerate(inputs):
    database.execute(f"CREATE TABLE input{number} AS SELECT * FROM read_csv('{path}', all_varchar = true, header = true)")
    tables.append(api.register(f"input{number}"))
linker = Linker(tables if len(tables) > 1 else tables[0], model)
scored = database.execute(f"SELECT * FROM {linker.inference.predict().physical_name}")
names = [column[0] for column in scored.description]
identity = next(name[:-2] for name in names if name.endswith("_l") and not name.startswith("source_dataset"))
levels = [name for name in names if name.startswith("gamma_")]
own = {frozenset((row["id_l"], row["id_r"])): row for row in csv.DictReader(open(pairs))}
compared, farthest = 0, 0.0
for values in scored.fetchall():
    pair = dict(zip(names, values))
    row = own.get(frozenset((pair[identity + "_l"], pair[identity + "_r"])))
    if row is None or any(int(row[level]) != pair[level] for level in levels):
        continue
    compared += 1
    farthest = max(farthest, abs(float(row["match_weight"]) - pair["match_weight"]))
print(f"Splink {compared} pairs, farthest weight {farthest:.9f}")
sys.exit(0 if compared > 0 and farthest < 1e-6 else 1)

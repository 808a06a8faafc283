#!/usr/bin/env python3
"""historical_50k from Splink's data sets (MIT) as CSV: historical.py OUT_FOLDER (historical_50k.csv); needs the network once."""
import sys

from splink import splink_datasets

frame = splink_datasets.historical_50k
frame.fillna("").to_csv(f"{sys.argv[1]}/historical_50k.csv", index=False)

"""Two incidents of one size in made series: whether the first hides the second.

No data is needed. Minutes, five minutes, hours and days, flat or with a season, noise of 50; the
incidents are of one or four values, 12 or 40 times the noise, apart by between hours and weeks. Of
each cadence and length: how many first and second incidents lie above the band at k = 3 with all of
their values, how many second ones have a score of a finding, and how many times as wide the band
above the forecast is at the second as in the same series without the first (median, largest).

usage: second.py [--binary PATH] [--seeds N]
"""
import argparse
import csv
import dataclasses
import io
import statistics
import subprocess

import numpy as np

DAY = 86400
MONDAY = 1_704_067_200  # 2024-01-01T00:00:00Z
NOISE = 50
WEEK_OF_A_JOB = np.array([1, 1, 1, 1.05, 0.95, 0.35, 0.3])


@dataclasses.dataclass
class Cadence:
    step: int
    known: int  # values before the first incident
    apart: tuple  # values from the first to the second
    shapes: tuple


CADENCES = [
    Cadence(60, 14400, (360, 1477, 4431, 10091), ("flat", "season")),
    Cadence(300, 6048, (72, 300, 904, 4051), ("flat", "season")),
    Cadence(3600, 1440, (8, 27, 127, 485), ("flat", "season")),
    Cadence(DAY, 200, (5, 17, 45, 100), ("flat", "job")),
]


def mean_of(shape, at):
    if shape == "season":
        return 1000 + 500 * np.sin(2 * np.pi * at / DAY - 2)
    if shape == "job":
        return 1000 * WEEK_OF_A_JOB[(at - MONDAY) // DAY % 7]
    return np.full(len(at), 1000.0)


def judge(binary, at, values):
    rows = "timestamp,value\n" + "".join(f"{t},{v:.6g}\n" for t, v in zip(at, values))
    done = subprocess.run(
        [binary, "detect", "-", "-q", "--width", "3"], input=rows, capture_output=True, text=True, check=True
    )
    return list(csv.DictReader(io.StringIO(done.stdout)))


def room_above(row):
    return float(row["upper"]) - float(row["expected"])


def try_one(binary, cadence, shape, apart, size, length, seed):
    rng = np.random.default_rng([cadence.step, seed, len(shape)])
    at = MONDAY + cadence.step * np.arange(cadence.known + apart + length)
    mean = mean_of(shape, at)
    calm = mean + NOISE * rng.normal(0, 1, len(at))
    values = calm.copy()
    begins = (cadence.known, cadence.known + apart)
    for begin in begins:
        here = slice(begin, begin + length)
        values[here] = mean[here] + size * NOISE * (1 + 0.05 * rng.normal(0, 1, length))
    rows = judge(binary, at, values)
    incidents = [rows[begin : begin + length] for begin in begins]
    above = [all(float(row["value"]) > float(row["upper"]) for row in rows_of) for rows_of in incidents]
    scored = any(float(row["score"]) >= 0.5 for row in incidents[1])
    wider = room_above(rows[begins[1]]) / room_above(judge(binary, at, calm)[begins[1]])
    return (*above, scored, wider)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--binary", default="build/release/tidemark")
    options.add_argument("--seeds", type=int, default=2)
    args = options.parse_args()
    print(f"{'cadence':>9}{'values':>8}{'of':>6}{'first above':>13}{'second above':>14}{'by score':>10}{'times as wide':>15}")
    for cadence in CADENCES:
        for length in (1, 4):
            tried = [
                try_one(args.binary, cadence, shape, apart, size, length, seed)
                for shape in cadence.shapes
                for apart in cadence.apart
                for size in (12, 40)
                for seed in range(args.seeds)
            ]
            first, second, scored, wider = zip(*tried)
            times = f"{statistics.median(wider):.2f}, {max(wider):.2f}"
            print(
                f"{cadence.step:>8}s{length:>8}{len(tried):>6}{sum(first):>13}{sum(second):>14}{sum(scored):>10}{times:>15}"
            )


if __name__ == "__main__":
    main()

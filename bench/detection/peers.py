"""What plain methods and AWS's Random Cut Forest reach, on the same rows and by the same rules.

Bands: the last value, or the value of a period before, with the 0.5, 2.5, 97.5 and 99.5 %
quantiles of its newest 1000 errors, read anew every 20 rows. KPI: Random Cut Forest, from Maven
(software.amazon.randomcutforest) with the Java that is installed; where either is missing the rows
say so.
"""
import csv
import gzip
import os
import shutil
import subprocess
import time
import warnings

import numpy as np

FOREST_VERSION = "4.2.0"
FOREST = f"software.amazon.randomcutforest:randomcutforest-core:{FOREST_VERSION}"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
# The best of others, for the table. NAB: on the development half, each with its own best threshold; the
# other profiles are published of the whole corpus alone. Bands: naive is the last value, quantiles are
# those of its errors. AutoARIMA (statsforecast, fitted once) was measured on the first series of one corpus.
# False alarms: of a program that is not kept; what is measured here with --peers has more (distance 2.16,
# step over its running mean 1.80, Random Cut Forest 3.83).
NAB_STANDARD = "CAD OSE 67.1, ARTime 65.6 (own thresholds)"
NAB_OTHERS = "whole corpus: CAD OSE 67.0 / 73.2, ARTime 65.1 / 80.4"
MSIS = {"95": "naive + quantiles 5.52", "99": "naive + quantiles 8.28"}
COVERAGE = {"95": "naive + quantiles 0.94", "99": "naive + quantiles 0.41"}
ARIMA_FOLDER, ARIMA_SERIES, ARIMA_MSIS, ARIMA_US = "m4hourly/", 15, {"95": 2.96, "99": 4.58}, 6021
VUS = "seasonal naive 0.13 (0.154 here, distance over deviation of 5000 0.175)"
FALSE_BEST = 1.2
FALSE_ALARMS = "distance from 60 over deviation of 5000: 1.2"
MEMORY, REFRESHED = 1000, 20
TAILS = [0.005, 0.025, 0.975, 0.995]


def quantile_bands(values, lag):
    """lower95, upper95, lower99, upper99 of each row, made of the rows before it."""
    count = len(values)
    forecast = np.concatenate([np.full(lag, np.nan), values[:-lag]])
    errors = np.concatenate([np.full(MEMORY, np.nan), values - forecast])
    starts = np.arange(0, count, REFRESHED)
    windows = np.lib.stride_tricks.sliding_window_view(errors, MEMORY)[starts]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # the first windows are empty
        cuts = np.nanquantile(windows, TAILS, axis=1)
    low99, low95, up95, up99 = np.repeat(cuts, REFRESHED, axis=1)[:, :count] + forecast
    return low95, up95, low99, up99


def naive_bands(data, folder, seasonal):
    """Writes the bands where band_score.py reads them; CPU microseconds a row."""
    spent, rows = 0.0, 0
    with open(f"{data}/bands/manifest.csv", newline="") as file:
        series = list(csv.DictReader(file))
    for one in series:
        with gzip.open(f"{data}/bands/{one['file']}", "rt", newline="") as file:
            table = list(csv.DictReader(file))
        values = np.array([float(r["value"] or "nan") for r in table])
        before = time.process_time()
        bands = quantile_bands(values, int(one["period"]) if seasonal else 1)
        spent += time.process_time() - before
        rows += len(values)
        out = os.path.join(folder, one["file"].removesuffix(".gz"))
        os.makedirs(os.path.dirname(out), exist_ok=True)
        with open(out, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["timestamp", "value", "lower95", "upper95", "lower99", "upper99"])
            for row, *limits in zip(table, *bands):
                writer.writerow([row["timestamp"], row["value"], *limits])
    return 1e6 * spent / rows


def band_rows(data, folder):
    import band_score
    out = []
    for name, seasonal in (("naive", False), ("seasonal naive", True)):
        us = naive_bands(data, f"{folder}/{name}", seasonal)
        rows, _ = band_score.run(f"{folder}/{name}", f"{data}/bands")
        narrow, wide = (band_score.summary(rows, level) for level in ("95", "99"))
        measured = f"{narrow['msis_geo']:.2f} / {wide['msis_geo']:.2f}"
        note = f"coverage error {narrow['cov_err']:.2f} / {wide['cov_err']:.2f}, {us:.1f} us a row in numpy"
        out.append((f"peer {name} + quantiles: MSIS 95 / 99 %", measured, "", "", note))
    return out


def so_far(sizes):
    """Mean of all before each one, and 0 before the first."""
    means = np.cumsum(sizes) / np.arange(1, len(sizes) + 1)
    return np.concatenate([[0.0], means[:-1]])


def moments(values, window):
    """Mean and deviation of the `window` values before each one (of fewer at the beginning)."""
    sums, squares = (np.concatenate([[0.0], np.cumsum(v)]) for v in (values, values * values))
    last = np.arange(len(values))
    first = np.maximum(0, last - window)
    known = np.maximum(1, last - first)
    mean = (sums[last] - sums[first]) / known
    return mean, np.sqrt(np.maximum(0, (squares[last] - squares[first]) / known - mean * mean))


def difference(values, lag):
    return np.abs(values - np.concatenate([np.full(min(lag, len(values)), values[0]), values[:-lag]]))


def over(sizes, usual):
    return sizes / np.maximum(usual, 1e-9)


def filled(values):
    """A missing value is the one before, so that it scores nothing of its own; about the series'
    mean, so that sums of squares keep their digits."""
    at = np.maximum.accumulate(np.where(np.isfinite(values), np.arange(len(values)), 0))
    out = values[at]
    out[~np.isfinite(out)] = np.nanmean(values)
    return out - out.mean()


def distance(values, window):
    values = filled(values)
    return over(np.abs(values - moments(values, 60)[0]), moments(values, window)[1])


PLAIN = {
    "seasonal naive": lambda v, day: difference(filled(v), day),
    "seasonal naive over its running mean": lambda v, day: over(difference(filled(v), day), so_far(difference(filled(v), day))),
    "step over its running mean": lambda v, day: over(difference(filled(v), 1), so_far(difference(filled(v), 1))),
    "distance from 60 over deviation of 60": lambda v, day: distance(v, 60),
    "distance from 60 over deviation of 5000": lambda v, day: distance(v, 5000),
}


def forest_command():
    """The command that runs Rcf.java, or why it cannot be had."""
    for tool in ("java", "mvn"):
        if shutil.which(tool) is None:
            return None, f"{tool} is not installed"
    folder = os.path.abspath("build/random-cut-forest")
    os.makedirs(folder, exist_ok=True)
    jar = os.path.join(folder, FOREST.split(":", 1)[1].replace(":", "-") + ".jar")
    if not os.path.exists(jar):
        got = subprocess.run(["mvn", "-q", "-B", COPY, f"-Dartifact={FOREST}", f"-DoutputDirectory={folder}"],
                             capture_output=True, text=True)
        if got.returncode != 0:
            return None, "Maven cannot fetch it"
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Rcf.java")
    return ["java", "-XX:+UseSerialGC", "-cp", jar, source], ""


def forest_scores(series):
    """Scores in [0, 1) of each series' values, and (CPU microseconds a value, bytes of the largest
    forest); else None and why."""
    command, why = forest_command()
    if command is None:
        return None, why
    text = "".join(f"{len(values)}\n" + "\n".join(repr(float(v)) for v in values) + "\n" for values in series)
    got = subprocess.run(command, input=text, capture_output=True, text=True)
    if got.returncode != 0:
        return None, "it failed: " + got.stderr.strip().splitlines()[0][:90]
    scores = np.array(got.stdout.split(), dtype=float)
    scores = np.split(scores / (1 + scores), np.cumsum([len(values) for values in series])[:-1])
    return scores, tuple(float(word) for word in got.stderr.split()[-2:])

"""The band where a series is new, and after its level has changed for good.

Cold start: points 5 to 50 of a series that begins at a random place of the data (a fixed seed):
minutes of the KPI, and days (sums of the hourly loads, means of the KPI). MSIS against the mean
step of those 50 points; a point without a band counts as in band_score.py, as a miss of one step.
Level shift: a five-minute series of a week's history moves by ten times its mean step; counted are
the points until 18 of 20 are inside of the 95 % band again.
"""
import csv
import glob
import gzip

import numpy as np

SEED, STARTS = 4, 2
FIRST, LAST = 4, 50
HISTORY, AFTER, SHIFT = 2016, 300, 10
RUN, INSIDE = 20, 18
DAY = 86400


def columns(path):
    with gzip.open(path, "rt", newline="") as file:
        rows = list(csv.DictReader(file))
    time = np.array([float(r["timestamp"]) for r in rows])
    return time, np.array([float(r["value"] or "nan") for r in rows])


def bands_of(detect, time, values, confidence):
    """lower and upper of each row; NaN where there is none."""
    text = "timestamp,value\n" + "".join(
        f"{int(t)},{'' if np.isnan(v) else repr(float(v))}\n" for t, v in zip(time, values))
    rows, _ = detect(text.encode(), confidence)
    limits = [[float(r[2] or "nan"), float(r[4] or "nan")] for r in rows]
    return np.array(limits).T


def daily(time, values, total):
    """One value a whole day."""
    day = np.floor(time / DAY)
    days, counts = np.unique(day, return_counts=True)
    days = days[counts >= 0.9 * counts.max()]
    out = np.array([np.nansum(values[day == d]) if total else np.nanmean(values[day == d]) for d in days])
    return days * DAY, out


def minute_series(data):
    for path in sorted(glob.glob(f"{data}/kpi/*/*.csv.gz")):
        time, values = columns(path)
        if np.median(np.diff(time)) == 60:
            yield time, values


def daily_series(data):
    for path in sorted(glob.glob(f"{data}/bands/load/*.csv.gz") + glob.glob(f"{data}/bands/m4hourly/*.csv.gz")):
        yield daily(*columns(path), True)
    for path in sorted(glob.glob(f"{data}/kpi/aiops/*.csv.gz")):
        yield daily(*columns(path), False)


def cold_start(detect, series, level):
    """Geometric-mean MSIS, coverage in per cent, share of points with a band, number of starts."""
    random = np.random.default_rng(SEED)
    alpha = 1 - level
    msis, inside, known, points = [], 0, 0, 0
    for time, values in series:
        for _ in range(STARTS):
            first = int(random.integers(0, max(1, len(values) - LAST)))
            t, y = time[first:first + LAST], values[first:first + LAST]
            steps = np.abs(np.diff(y))
            steps = steps[np.isfinite(steps)]
            if not steps.any():
                continue
            step = steps.mean()
            low, up = (limit[FIRST:] for limit in bands_of(detect, t, y, level))
            y = y[FIRST:]
            low, up, y = low[np.isfinite(y)], up[np.isfinite(y)], y[np.isfinite(y)]
            has = np.isfinite(low)
            cost = np.where(has, (up - low) + 2 / alpha * (np.maximum(low - y, 0) + np.maximum(y - up, 0)),
                            2 / alpha * step)
            msis.append(cost.mean() / step)
            inside += ((low <= y) & (y <= up)).sum()
            known += has.sum()
            points += len(y)
    return np.exp(np.mean(np.log(msis))), 100 * inside / max(1, known), 100 * known / max(1, points), len(msis)


def recovery(detect, data):
    """Points until the band holds again, one for each series that is long enough."""
    random = np.random.default_rng(SEED)
    out = []
    for path in sorted(glob.glob(f"{data}/bands/*5/*.csv.gz")):
        time, values = columns(path)
        if len(values) < HISTORY + AFTER:
            continue
        first = int(random.integers(0, len(values) - HISTORY - AFTER + 1))
        t, y = (column[first:first + HISTORY + AFTER].copy() for column in (time, values))
        y[HISTORY:] += SHIFT * np.nanmean(np.abs(np.diff(y[:HISTORY])))
        low, up = bands_of(detect, t, y, 0.95)
        held = ((low <= y) & (y <= up))[HISTORY:].astype(int)
        runs = np.convolve(held, np.ones(RUN, int), "valid") >= INSIDE
        out.append(int(np.argmax(runs)) if runs.any() else AFTER)
    return np.array(out)


def rows(detect, data):
    out = []
    for name, series in (("a minute metric", list(minute_series(data))), ("a daily job", list(daily_series(data)))):
        for level in (0.95, 0.99):
            msis, coverage, known, starts = cold_start(detect, series, level)
            out.append((f"points 5 to 50 of {name}, {level:.0%}: MSIS", f"{msis:.2f}", "", "",
                        f"coverage {coverage:.1f} %, {known:.0f} % of points have a band, {starts} starts"))
    points = recovery(detect, data)
    out.append(("points until a shifted level is covered, median", f"{np.median(points):.0f}", "", "",
                f"9 of 10 within {np.quantile(points, 0.9):.0f}, never within {AFTER}: {(points == AFTER).sum()}"
                f" of {len(points)}"))
    return out

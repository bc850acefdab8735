"""Would a new series gain by its siblings' season?

A family is made of one real series: three siblings with other scales and their own noise, of which
only what lies before a random start is known, and a new one that begins there. Points 5 to 50 of
the new one, bands of `tidemark detect`, with the siblings' widths as the server mixes them in
(judge/run/model_run.cc), are scored by MSIS against the mean step, as in early.py; once as they
are, once with the siblings' season: the series is divided by their common shape before it is
judged, the band multiplied by it; and once as it is for eight points, then with whichever of the two
has cost less so far, the season only if it saved a tenth. A season is borrowed only where all three
siblings agree on it. Lost is a family whose MSIS is more than a twentieth worse. Families of a kind of their own: the loads of one grid, which
are siblings in truth; siblings whose hours are other ones by three; siblings that are strangers.

Before that, points 3 and 4 apart, of all families: there a series has no band of its own, only one of its
siblings' widths around the middle of its values. Without siblings each counts as a miss of one step.

usage: siblings.py --binary build/release/tidemark --data DATA
"""
import argparse
import glob
import subprocess

import numpy as np

import early

SEED, STARTS, SIBLINGS, NOISE = 11, 1, 3, 0.05
FIRST, LAST = 4, 50
BORROWED, BORROWED_STARTS = (2, 3), 3  # points with a band of borrowed widths alone; starts a series
HOUR, DAY, WEEK = 3600, 86400, 604800
AGREE, TRIAL, MARGIN = 0.9, 8, 0.1
SEED_HALF, SEED_UNTIL = 16, 64


def detect_with(binary):
    def detect(text, confidence):
        done = subprocess.run([binary, "detect", "-", "-q", "--confidence", str(confidence)], input=text,
                              capture_output=True, check=True)
        rows = [line.split(",") for line in done.stdout.decode().splitlines()[1:]]
        return rows, None
    return detect


def bands(detect, time, values, level):
    text = "timestamp,value\n" + "".join(
        f"{int(t)},{'' if np.isnan(v) else repr(float(v))}\n" for t, v in zip(time, values))
    rows, _ = detect(text.encode(), level)
    return np.array([[float(r[i] or "nan") for i in (2, 3, 4)] for r in rows]).T


def resampled(time, values, step):
    slot = np.floor(time / step)
    slots, where = np.unique(slot, return_inverse=True)
    good = np.isfinite(values)
    sums = np.bincount(where[good], values[good], len(slots))
    counts = np.bincount(where[good], minlength=len(slots))
    out = np.full(len(slots), np.nan)
    out[counts > 0] = sums[counts > 0] / counts[counts > 0]
    return slots * step, out


def shape_slots(time, step):
    """Index of each time in the shape: hours (or finer) of the day, or of the week; weekdays."""
    if step >= DAY:
        return (np.floor(time / DAY) % 7).astype(int), 7
    size = max(step, 300)
    return (np.floor(time / size) % (DAY // size)).astype(int), int(DAY // size)


def shape_of(time, values, step):
    """Log shape of the newest four weeks (eight of days); None: a value has no logarithm."""
    newest = time > time[-1] - (8 if step >= DAY else 4) * WEEK
    t, y = time[newest], values[newest]
    y = np.where(np.isfinite(y), y, np.nanmedian(y))
    if not (y > 0).all():
        return None
    slots, count = shape_slots(t, step)
    seen = np.bincount(slots, minlength=count)
    if (seen < 2).any():
        return None
    shape = np.bincount(slots, np.log(y), count) / seen
    return shape - shape.mean()


def common_shape(shapes):
    """The middle of those shapes; None: one is missing, or they do not agree."""
    if any(shape is None for shape in shapes):
        return None
    rows = np.array(shapes)
    if (rows.std(axis=1) < 1e-9).any():
        return None
    alike = np.corrcoef(rows)[np.triu_indices(len(rows), 1)]
    return np.median(rows, axis=0) if alike.min() >= AGREE else None


def lent_widths(detect, siblings, level):
    """Median half-widths of the siblings' newest bands, as a share of what they expect."""
    out = []
    for time, values in siblings:
        low, middle, up = (limit[-1] for limit in bands(detect, time[-1500:], values[-1500:], level))
        if np.isfinite(low) and middle != 0:
            out.append([(middle - low) / abs(middle), (up - middle) / abs(middle)])
    return np.median(np.array(out), axis=0) if out else None


def mixed(values, limits, widths):
    """As ModelRun::outlook_at."""
    low, middle, up = (limit.copy() for limit in limits)
    if widths is None:
        return low, middle, up
    for i in range(2, min(len(values), SEED_UNTIL)):
        before = values[:i][np.isfinite(values[:i])]
        own = len(before) / (len(before) + SEED_HALF)
        below, above = middle[i] - low[i], up[i] - middle[i]
        if not np.isfinite(middle[i]):
            if len(before) < 2:
                continue
            middle[i], own, below, above = np.sort(before)[len(before) // 2], 0, 0, 0
        size = abs(middle[i])
        low[i] = middle[i] - (own * below + (1 - own) * size * widths[0])
        if before.min() >= 0:
            low[i] = max(low[i], 0)
        up[i] = middle[i] + (own * above + (1 - own) * size * widths[1])
    return low, middle, up


def costs(values, low, up, level):
    """Interval score of each point against the mean step; no band: a miss by one step."""
    alpha = 1 - level
    steps = np.abs(np.diff(values))
    step = steps[np.isfinite(steps)].mean()
    cost = (up - low) + 2 / alpha * (np.maximum(low - values, 0) + np.maximum(values - up, 0))
    return np.where(np.isfinite(low), cost, 2 / alpha * step) / step


def scored(detect, time, values, siblings, step, level, shape):
    """MSIS of the new series as it is, with the season, and with it as long as it has done well."""
    widths = lent_widths(detect, siblings, level)
    low, _, up = mixed(values, bands(detect, time, values, level), widths)
    plain = costs(values, low, up, level)
    factor = np.exp(shape[shape_slots(time, step)[0]])
    limits = [limit * factor for limit in bands(detect, time, values / factor, level)]
    low, _, up = mixed(values, limits, widths)
    season = costs(values, low, up, level)
    # Only what was known before a point has a say in whose band it gets.
    gain, spent = (np.concatenate([[0], np.cumsum(np.nan_to_num(cost))[:-1]]) for cost in (plain - season, plain))
    known = np.arange(len(values)) >= FIRST + TRIAL
    chosen = np.where(known & (gain > MARGIN * spent), season, plain)
    scores = []
    for cost in (plain, season, chosen):
        scores.append(np.nanmean(cost[FIRST:LAST]))
    return scores


def noisy(values, random):
    return values * random.uniform(0.1, 10) * np.exp(NOISE * random.standard_normal(len(values)))


def families(series, step, random, kind, starts=STARTS):
    """(time, values) of a new series and its siblings' past."""
    history = 8 * WEEK if step >= DAY else 2 * WEEK
    series = [one for one in series if one[0][-1] - one[0][0] > history + LAST * step]
    for number, (time, values) in enumerate(series):
        for _ in range(starts):
            first = int(random.integers(np.searchsorted(time, time[0] + history), len(time) - LAST))
            new = noisy(values, random)[first:first + LAST]
            steps = np.abs(np.diff(new))
            if not np.nansum(steps) > 0:
                continue
            past = []
            for j in range(SIBLINGS):
                t, y = time, values
                if kind == "strangers":
                    t, y = series[(number + 1 + j * 7) % len(series)]
                    t = t - t[0] + time[first] - (len(t) - 1) * step - (j * 5 + 2) * HOUR * (step < DAY)
                if kind == "three hours later":
                    t = t + 3 * HOUR
                known = t < time[first]
                if known.sum() > 100 * (step < DAY) + 20:
                    past.append((t[known], noisy(y[known], random)))
            if len(past) == SIBLINGS:
                yield time[first:first + LAST], new, past


def real_families(data, step, random):
    """The loads of one grid: each in turn is the new one."""
    loads = [resampled(*early.columns(path), step) for path in sorted(glob.glob(f"{data}/bands/load/pjm*.csv.gz"))]
    for number, (time, values) in enumerate(loads):
        for _ in range(16 * STARTS):
            first = int(random.integers(len(time) // 4, len(time) - LAST))
            past = [(t[t < time[first]], y[t < time[first]]) for i, (t, y) in enumerate(loads) if i != number]
            yield time[first:first + LAST], values[first:first + LAST], past


def borrowed(name, detect, made):
    """MSIS and coverage of the points whose band has borrowed widths alone, and what no band costs."""
    made = list(made)
    for level in (0.95, 0.99):
        means, each = [], []
        for _, values, siblings in made:
            widths = lent_widths(detect, siblings, level)
            none = np.full(len(values), np.nan)
            low, _, up = mixed(values, (none, none, none), widths)
            points = [i for i in BORROWED if np.isfinite(values[i])]
            if points:
                means.append(costs(values, low, up, level)[points].mean())
                each += [(i, np.isfinite(low[i]), low[i] <= values[i] <= up[i]) for i in points]
        shares = [np.mean([inside for i, has, inside in each if i == point and has]) for point in BORROWED]
        print(f"{name:38} {level:.0%}: points 3 and 4: MSIS {np.exp(np.mean(np.log(means))):.2f}, without siblings "
              f"{2 / (1 - level):.0f}; coverage {shares[0]:.1%}, {shares[1]:.1%}; a band at "
              f"{np.mean([has for _, has, _ in each]):.0%} of points, of {len(means)} families", flush=True)


def report(name, detect, made, step):
    made = list(made)
    for level in (0.95, 0.99):
        results, without = [], 0
        for time, values, siblings in made:
            shape = common_shape([shape_of(t, y, step) for t, y in siblings])
            if shape is None:
                without += 1
                continue
            results.append(scored(detect, time, values, siblings, step, level, shape))
        if not results:
            print(f"{name:38} {level:.0%}: no season is shared by any of {without} families", flush=True)
            continue
        logs = np.log(np.array(results))
        means = np.exp(logs.mean(axis=0))
        lost = [(logs[:, i] > logs[:, 0] + np.log(1.05)).sum() for i in (1, 2)]
        print(f"{name:38} {level:.0%}: MSIS {means[0]:.2f}, season {means[1]:.2f} ({lost[0]} lost), chosen {means[2]:.2f}"
              f" ({lost[1]} lost), of {len(results)} families; {without} share none", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", default="build/release/tidemark")
    parser.add_argument("--data", required=True)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    detect = detect_with(options.binary)
    kpi = [early.columns(p) for p in sorted(glob.glob(f"{options.data}/kpi/*/*.csv.gz"))]
    loads = [early.columns(p) for p in sorted(glob.glob(f"{options.data}/bands/load/*.csv.gz"))]
    m4 = [early.columns(p) for p in sorted(glob.glob(f"{options.data}/bands/m4hourly/*.csv.gz"))]
    hours = loads + m4 + [resampled(*one, HOUR) for one in kpi]
    days = [resampled(*one, DAY) for one in loads + kpi]
    minutes = [one for one in kpi if np.median(np.diff(one[0])) == 60]
    for what, series, step in (("a minute metric", minutes, 60), ("a daily job", days, DAY)):
        for kind in ("one shape", "strangers"):
            name = f"{what}, {kind}"
            if options.only in name:
                borrowed(name, detect, families(series, step, np.random.default_rng(SEED), kind, BORROWED_STARTS))
    if options.only in "a daily job, loads of one grid":
        borrowed("a daily job, loads of one grid", detect, real_families(options.data, DAY, np.random.default_rng(SEED)))
    for what, series, step in (("hours", hours, HOUR), ("days", days, DAY), ("minutes", minutes, 60)):
        for kind in ("one shape", "three hours later", "strangers"):
            if step >= DAY and kind == "three hours later":
                continue
            name = f"{what}, {kind}"
            if options.only in name:
                report(name, detect, families(series, step, np.random.default_rng(SEED), kind), step)
    for what, step in (("hours", HOUR), ("days", DAY)):
        name = f"{what}, loads of one grid"
        if options.only in name:
            report(name, detect, real_families(options.data, step, np.random.default_rng(SEED)), step)


if __name__ == "__main__":
    main()

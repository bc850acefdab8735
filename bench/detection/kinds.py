"""Made series of the kinds that pipelines have, each with an incident that nobody should miss.

No data is needed; a seed gives the same series everywhere. Of each kind: how much of the series, the
first quarter apart, lies inside of the 95 and the 99 % band, findings a week while all is well, and
in how many of the seeds the incident, put into the last fifth, is found in one of its rows
(`finding` of `--explain`, default settings).

usage: kinds.py [--binary PATH] [--seeds N] [--flags "--width 3"] [KIND...]
"""
import argparse
import csv
import io
import subprocess
import zlib

import numpy as np

DAY = 86400
MONDAY = 1_704_067_200  # 2024-01-01T00:00:00Z


def clock(days, step):
    return MONDAY + step * np.arange(days * DAY // step)


def daily_loads(rng):
    """Rows a day: a weekday's shape, 5 % of noise."""
    at = clock(700, DAY)
    mean = 1e6 * np.array([1.1, 1, 1, 1.05, .95, .35, .3])[np.arange(len(at)) % 7]
    return at + 2 * 3600, np.round(mean * np.exp(rng.normal(0, .05, len(at))))


def hourly_job(rng):
    """Rows an hour: a large run at 5 and 6, some in working hours."""
    at = clock(200, 3600)
    shape = np.array([.15, .02, .02, .02, .15, 3, 2, .15] + [.6] * 9 + [.15, 1.5] + [.15] * 5)
    mean = 1e5 * shape[np.arange(len(at)) % 24] * np.where(at // DAY % 7 < 2, .5, 1)
    return at, np.round(mean * np.exp(rng.normal(0, .06, len(at))))


def hourly_job_about_the_hour(rng):
    at, values = hourly_job(rng)
    return at + rng.uniform(-60, 60, len(at)).round(), values


def minutes_of_day_and_week(rng):
    at = clock(21, 60)
    turn = 2 * np.pi * at / DAY
    mean = (200 + 100 * np.sin(turn - 2) + 30 * np.sin(2 * turn)) * np.where((at - MONDAY) // DAY % 7 < 5, 1, .6)
    return at, mean * (1 + .05 * rng.normal(0, 1, len(at)))


def job_every_15_minutes(rng):
    at = clock(14, 60)
    mean = np.where(np.arange(len(at)) % 15 == 3, 5000, 30)
    return at, mean * (1 + .05 * rng.normal(0, 1, len(at)))


def nearly_constant(rng):
    at = clock(28, 300)
    return at, 42.0 + (rng.random(len(at)) < .01)


def bursts(rng):
    """Mostly 0; a few minutes of some hundreds now and then."""
    at = clock(28, 60)
    values = np.zeros(len(at))
    for i in np.flatnonzero(rng.random(len(at)) < .002):
        row = values[i:i + rng.integers(1, 6)]
        row[:] = np.round(500 * np.exp(rng.normal(0, .6, len(row))))
    return at, values


def small_counts(rng):
    at = clock(14, 60)
    return at, rng.poisson(5, len(at)).astype(float)


def rare_counts(rng):
    at = clock(90, 3600)
    return at, rng.poisson(2, len(at)).astype(float)


def share_of_valid_rows(rng):
    at = clock(28, 300)
    return at, np.round(100 - np.where(rng.random(len(at)) < .7, 0, rng.exponential(.3, len(at))), 2)


def latency(rng):
    at = clock(21, 60)
    return at, 80 * np.exp(rng.normal(0, .6, len(at)))


def table_that_grows(rng):
    at = clock(400, DAY)
    added = 1e5 * np.array([1.1, 1, 1, 1, 1, .5, .5])[np.arange(len(at)) % 7]
    return at, np.round(3e9 + np.cumsum(added * np.exp(rng.normal(0, .1, len(at)))))


def two_levels_at_random(rng):
    at = clock(28, 300)
    return at, np.where(rng.random(len(at)) < .5, 100., 200.) + 2 * rng.normal(0, 1, len(at))


def young_daily_loads(rng):
    """Two months of a daily job that does less at weekends."""
    at = clock(63, DAY)
    mean = 1000 * np.where(np.arange(len(at)) % 7 < 5, 1, .4)
    return at + 3600, np.round(mean * np.exp(rng.normal(0, .05, len(at))))


def loads_of_month_ends(rng):
    at = clock(500, DAY)
    mean = 1000 * np.where(np.arange(len(at)) % 7 < 5, 1, .4)
    days = at.astype("datetime64[s]").astype("datetime64[D]")
    is_last = (days + 1).astype("datetime64[M]") > days.astype("datetime64[M]")
    return at + 3600, np.round(mean * np.where(is_last, 2.5, 1) * np.exp(rng.normal(0, .05, len(at))))


def one_large_run_a_day(rng):
    at = clock(120, 3600)
    mean = np.where(np.arange(len(at)) % 24 == 2, 5000, 20)
    return at, np.round(mean * np.exp(rng.normal(0, .08, len(at))))


def one_large_hour_a_week(rng):
    at = clock(180, 3600)
    mean = np.where(np.arange(len(at)) % 168 == 122, 20_000, 1000)
    return at, np.round(mean * (1 + .05 * rng.normal(0, 1, len(at))), 1)


def disk_cleaned_each_week(rng):
    at = clock(180, 3600)
    filled = 30 + 50 * ((np.arange(len(at)) + 40) % 168) / 168
    return at, np.round(filled + rng.normal(0, .3, len(at)), 2)


def rare_errors(rng):
    """A share of errors, 0 in 96 of 100 rows."""
    at = clock(28, 300)
    return at, np.where(rng.random(len(at)) < .04, np.round(rng.exponential(.01, len(at)), 4), 0.)


def latency_of_a_day(rng):
    at = clock(28, 300)
    mean = 200 * (1 + .5 * np.sin(2 * np.pi * (at % DAY / 3600 - 8) / 24))
    return at, np.round(mean * np.exp(rng.standard_t(4, len(at)) * .15), 1)


def times(factor):
    return lambda values: values * factor


def to(value):
    return lambda values: np.full(len(values), float(value))


def high(values, i):
    return values[i] > np.quantile(values[:i], .95)


def high_above(values, i):
    return values[i] > 5 * np.median(values[:i])


def rests(values, i):
    return not values[i - 3:i + 3].any()


def ordinary(values, i):
    """A place of the usual height, apart from what is far above it."""
    return .5 < values[i] / np.median(values[:i]) < 1.5


def anywhere(_values, _i):
    return True


# kind, incident, where it may begin, rows, what it makes of the values
INCIDENTS = [
    (daily_loads, "a tenth of the rows", anywhere, 1, times(.1)),
    (daily_loads, "three times the rows", anywhere, 1, times(3)),
    (hourly_job, "the large run lost", high, 1, times(.05)),
    (hourly_job_about_the_hour, "the large run lost", high, 1, times(.05)),
    (minutes_of_day_and_week, "half an hour of 0", anywhere, 30, to(0)),
    (minutes_of_day_and_week, "stuck for two hours", anywhere, 120, lambda values: np.full(len(values), values[0])),
    (job_every_15_minutes, "one run missing", high, 1, to(30)),
    (job_every_15_minutes, "a run at half", high, 1, times(.5)),
    (nearly_constant, "one row of 60", anywhere, 1, to(60)),
    (nearly_constant, "one row of 0", anywhere, 1, to(0)),
    (bursts, "a burst of 50,000", rests, 2, to(50_000)),
    (small_counts, "0 for half an hour", anywhere, 30, to(0)),
    (rare_counts, "0 for a day", anywhere, 24, to(0)),
    (rare_counts, "30 in one hour", anywhere, 1, to(30)),
    (share_of_valid_rows, "80 % for half an hour", anywhere, 6, to(80)),
    (latency, "ten times for 20 minutes", anywhere, 20, times(10)),
    (table_that_grows, "halved for good", anywhere, 80, times(.5)),
    (two_levels_at_random, "one row of 400", anywhere, 1, to(400)),
    (young_daily_loads, "a day at half", ordinary, 1, times(.5)),
    (loads_of_month_ends, "a day of 0", ordinary, 1, to(0)),
    (one_large_run_a_day, "600 at another hour", ordinary, 1, to(600)),
    (one_large_hour_a_week, "the large hour lost", high_above, 1, to(1000)),
    (disk_cleaned_each_week, "not cleaned, 90 for a day", anywhere, 24, to(90)),
    (rare_errors, "a fifth for half an hour", anywhere, 6, to(.2)),
    (latency_of_a_day, "0 for an hour", anywhere, 12, to(0)),
    (share_of_valid_rows, "103 %", anywhere, 1, to(103)),
]


def detect(binary, at, values, *flags):
    text = "timestamp,value\n" + "".join(f"{int(t)},{v!r}\n" for t, v in zip(at, values.tolist()))
    done = subprocess.run([binary, "detect", "-", "-q", "--explain", *flags],
                          input=text, capture_output=True, text=True, check=True)
    return list(csv.DictReader(io.StringIO(done.stdout)))


def covered(rows):
    """Percent of the rows inside of their band, the first quarter apart."""
    later = [row for row in rows[len(rows) // 4:] if row["lower"]]
    inside = [float(row["lower"]) <= float(row["value"]) <= float(row["upper"]) for row in later]
    return 100 * sum(inside) / len(inside)


def made(kind, seed):
    return kind(np.random.default_rng([zlib.crc32(kind.__name__.encode()), seed]))


def print_clean(binary, flags, seeds, kinds):
    print(f"{'kind':28}{'inside of 95 %':>16}{'99 %':>8}{'findings a week':>18}")
    for kind in kinds:
        parts, per_week = [], []
        for seed in range(seeds):
            at, values = made(kind, seed)
            rows = detect(binary, at, values, *flags)
            narrow = detect(binary, at, values, "--confidence", "0.95")
            parts.append((covered(narrow), covered(rows)))
            per_week.append(sum(row["finding"] == "1" for row in rows) / ((at[-1] - at[0]) / DAY / 7))
        narrow, wide = np.mean(parts, axis=0)
        print(f"{kind.__name__:28}{narrow:16.1f}{wide:8.2f}{np.mean(per_week):18.2f}", flush=True)


def print_incidents(binary, flags, seeds, kinds):
    print(f"\n{'kind':28}{'incident':26}{'found':>8}  first reason")
    for kind, name, where, length, change in INCIDENTS:
        if kind not in kinds:
            continue
        found, reasons = 0, []
        for seed in range(seeds):
            at, values = made(kind, seed)
            begin = int(len(values) * (.8 + .02 * seed))
            while not where(values, begin):
                begin += 1
            end = min(begin + length, len(values))
            values[begin:end] = change(values[begin:end])
            rows = detect(binary, at[:end], values[:end], *flags)[begin:]
            told = [row["reason"].split(":")[0] for row in rows if row["finding"] == "1"]
            found += bool(told)
            reasons += told[:1]
        print(f"{kind.__name__:28}{name:26}{found:4} / {seeds}  {', '.join(sorted(set(reasons)))}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--binary", default="build/release/tidemark")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--flags", default="")
    parser.add_argument("kinds", nargs="*")
    args = parser.parse_args()
    known = list(dict.fromkeys(kind for kind, *_ in INCIDENTS))
    kinds = [kind for kind in known if not args.kinds or kind.__name__ in args.kinds]
    print_clean(args.binary, args.flags.split(), args.seeds, kinds)
    print_incidents(args.binary, args.flags.split(), args.seeds, kinds)


if __name__ == "__main__":
    main()

"""Other units and another zero: `tidemark detect` on a series and on the series times 2^k plus a constant.

Values are multiples of 1/1024 below 2^21, factors and constants powers of two, so that what is sent is
exact and any difference is the program's own.
"""
import csv
import io
import subprocess

import pytest

from conftest import BINARY, ROOT

UNIT = 1024
BAND = ("lower", "expected", "upper")


def column(path, time, value):
    with open(ROOT / path, newline="") as file:
        rows = [(row[time], row[value]) for row in csv.DictReader(file)]
    return [(at, round(float(text) * UNIT) / UNIT if text not in ("", "NaN") else None) for at, text in rows]


def flights(name):
    return column("tests/data/flights/nyc_flights_2013_daily.csv", "d", name)


def half_hours():
    return column("tests/fixtures/detect/rows.csv", "timestamp", "value")


def mapped(rows, factor=1.0, summand=0.0):
    return [(at, None if value is None else value * factor + summand) for at, value in rows]


def judged(rows, *flags):
    text = "timestamp,value\n" + "".join(f"{at},{'' if value is None else repr(value)}\n" for at, value in rows)
    done = subprocess.run([BINARY, "detect", "-", "-q", "--explain", *flags], input=text, capture_output=True, text=True,
                          timeout=300, check=True)
    return list(csv.DictReader(io.StringIO(done.stdout)))


def assert_bands_moved(plain, moved, summand):
    """Differences of two values are exact wherever the series stands, but its levels, means and forecasts are
    rounded to the digits that a double has at their height: 2^-52 of it. So equal to the last digit cannot
    be asked for; relative to the height 1e-9 leaves room for a thousand values, and for nothing else."""
    for i, (was, now) in enumerate(zip(plain, moved, strict=True)):
        assert [name for name in BAND if was[name]] == [name for name in BAND if now[name]], i
        for name in BAND:
            if was[name]:
                assert float(now[name]) == pytest.approx(float(was[name]) + summand, rel=1e-9, abs=0), (i, name)


def assert_same_opinion(plain, moved):
    for i, (was, now) in enumerate(zip(plain, moved, strict=True)):
        assert (was["score"], was["finding"]) == (now["score"], now["finding"]), i


SERIES = {"half hours": half_hours(), **{name: flights(name) for name in ("scheduled", "landed", "avg_dep_delay", "miles")}}


@pytest.mark.parametrize("name", SERIES)
@pytest.mark.parametrize("factor", [8.0, 2.0**-10, 2.0**40])
def test_times_a_power_of_two_the_band_is_so_many_times_as_wide_to_the_last_digit(name, factor):
    # No digit of a double changes, so none may change here; also where the band ends at 0.
    plain, scaled = judged(SERIES[name]), judged(mapped(SERIES[name], factor))
    assert any(row["finding"] == "1" for row in plain)
    for i, (was, now) in enumerate(zip(plain, scaled, strict=True)):
        assert [was[b] and float(was[b]) * factor for b in BAND] == [now[b] and float(now[b]) for b in BAND], i
    assert_same_opinion(plain, scaled)


def below_zero(name):
    """The series lowered until all of it is negative: no limit at 0 holds its band."""
    summand = -2.0**(21 if name == "miles" else 11)
    return mapped(SERIES[name], 1, summand), 2 * -summand


@pytest.mark.parametrize("name", SERIES)
@pytest.mark.parametrize("side", [1, -1])
def test_plus_a_constant_the_band_moves_by_it(name, side):
    rows, summand = below_zero(name)
    assert_bands_moved(judged(rows), judged(mapped(rows, 1, side * summand)), side * summand)


@pytest.mark.parametrize("name", SERIES)
@pytest.mark.parametrize("side", [1, -1])
def test_plus_a_constant_scores_and_findings_are_the_same(name, side):
    rows, summand = below_zero(name)
    assert_same_opinion(judged(rows), judged(mapped(rows, 1, side * summand)))


def delays():
    """A series that rests at 0 and was never below: the mean delay, of early days 0."""
    return [(at, max(value, 0.0)) for at, value in SERIES["avg_dep_delay"]]


def test_a_series_that_was_never_negative_has_no_band_below_zero_and_a_moved_one_has_no_limit_there():
    plain, moved = judged(delays()), judged(mapped(delays(), 1, 4096.0))
    known = [i for i, row in enumerate(plain) if row["lower"]]
    assert min(float(plain[i]["lower"]) for i in known) == 0
    at_zero = [i for i in known if float(plain[i]["lower"]) == 0]
    assert len(at_zero) > 100
    assert all(float(moved[i]["lower"]) < 4096 for i in at_zero)
    assert_bands_moved(judged(mapped(delays(), 1, -4096.0)), moved, 8192.0)


@pytest.mark.parametrize("summand", [4096.0, -4096.0])
def test_limits_that_move_with_the_series_leave_the_band_as_it_was(summand):
    for rows, limits in ((delays(), [0.0]), (SERIES["landed"], [256.0, 1024.0])):
        names = ("--lower-limit", "--upper-limit")
        flags, moved_flags = ([f"{name}={limit + by}" for name, limit in zip(names, limits)] for by in (0, summand))
        plain, moved = judged(rows, *flags), judged(mapped(rows, 1, summand), *moved_flags)
        assert min(float(row["lower"]) for row in plain if row["lower"]) == limits[0]
        assert_bands_moved(plain, moved, summand)


def test_a_share_ends_at_100_and_neither_a_moved_nor_a_scaled_one_does():
    """What came back to exactly 1 or 100 from below, and was never beyond, is taken for a share: its band ends there."""
    share = [(60 * i, 100 - (i * 7919 % 13 % 5) / 4) for i in range(400)]
    for factor, summand, end in ((1.0, 0.0, True), (1.0, 1024.0, False), (0.5, 0.0, False)):
        highest = max(float(row["upper"]) for row in judged(mapped(share, factor, summand))[200:])
        top = 100 * factor + summand
        assert highest == top if end else highest > top, (factor, summand)

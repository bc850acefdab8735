"""`tidemark detect` as a process: exit codes, streams, pipes, memory."""
import csv
import io
import math
import os
import signal
import subprocess

import pytest

from conftest import BINARY

HEADER = "timestamp,value,lower,expected,upper,score"


def detect(*args, text=None):
    return subprocess.run([BINARY, "detect", *map(str, args)], input=text, capture_output=True, text=True, timeout=300)


def series(rows, spike_at=None):
    """A 5-minute series with a daily shape, as a CSV text."""
    out = ["timestamp,value"]
    for i in range(rows):
        value = 100 + 30 * math.sin(2 * math.pi * i / 288) + (i * 7919 % 13) / 3
        out.append(f"{1_700_000_000 + 300 * i},{value + (500 if i == spike_at else 0):.3f}")
    return "\n".join(out) + "\n"


def judged(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_file_and_standard_input_give_the_same_rows(tmp_path):
    text = series(3000, spike_at=2500)
    path = tmp_path / "rows.csv"
    path.write_text(text)
    from_file, from_pipe = detect(path), detect("-", text=text)
    assert from_file.returncode == 0 and from_file.stderr == ""
    assert from_file.stdout == from_pipe.stdout
    rows = judged(from_file.stdout)
    assert from_file.stdout.startswith(HEADER + "\n") and len(rows) == 3000
    assert [r["timestamp"] for r in rows] == [line.split(",")[0] for line in text.splitlines()[1:]]
    assert rows[0]["lower"] == rows[0]["expected"] == rows[0]["upper"] == ""
    assert float(rows[2500]["score"]) >= 0.5
    inside = [float(r["lower"]) <= float(r["value"]) <= float(r["upper"]) for r in rows[1000:]]
    assert 0.97 < sum(inside) / len(inside) <= 1
    assert all(0 <= float(r["score"]) <= 1 for r in rows)


def test_confidence_and_explain(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text(series(2000, spike_at=1500))
    narrow, wide = (judged(detect(path, "--confidence", c).stdout)[-1] for c in ("0.8", "0.99"))
    assert float(narrow["upper"]) - float(narrow["lower"]) < float(wide["upper"]) - float(wide["lower"])
    assert judged(detect(path).stdout)[-1] == wide
    explained = judged(detect("--explain", path).stdout)
    assert explained[1500]["finding"] == "1" and explained[1500]["reason"].startswith("spike: ")
    assert explained[3]["reason"].startswith("learning")


def test_json_lines_give_the_rows_csv_gives():
    text = series(500)
    lines = [line.split(",") for line in text.splitlines()[1:]]
    as_json = "".join(f'{{"value": {float(v)}, "timestamp": {t}}}\n' for t, v in lines)
    bands = [[r[k] for k in ("timestamp", "lower", "expected", "upper", "score")] for r in judged(detect("-", text=as_json).stdout)]
    assert bands == [[r[k] for k in ("timestamp", "lower", "expected", "upper", "score")] for r in judged(detect("-", text=text).stdout)]


@pytest.mark.parametrize("text, says", [
    ("", "standard input is empty"),
    ("a,b\n1,2\n", 'standard input:1: no column is called timestamp; the header has "a", "b"'),
    ("timestamp,value\n60,fast\n", 'standard input:2: value: "fast" is not a number'),
    ("timestamp,value\nnoon,1\n", 'standard input:2: timestamp: "noon" is not a time'),
    ("timestamp,value\n1714564800000,1\n", "divide by 1000"),
])
def test_wrong_input_is_exit_code_2_with_place_and_remedy(text, says):
    done = detect("-", text=text)
    assert done.returncode == 2
    assert says in done.stderr and done.stderr.startswith("tidemark: ") and done.stderr.count("\n") == 1


def test_wrong_usage_is_exit_code_2(tmp_path):
    missing = detect(tmp_path / "none.csv")
    assert missing.returncode == 2 and "none.csv: No such file" in missing.stderr
    assert detect(tmp_path).returncode == 2
    assert detect().returncode == 2
    assert detect("-", "--confidence", "1.5", text="").returncode == 2
    assert detect("-", "--confidnce", "0.9", text="").returncode == 2
    assert detect("--help").returncode == 0


def test_choices_by_flag_and_by_configuration_file_are_one(tmp_path):
    path, config = tmp_path / "rows.csv", tmp_path / "tidemark.yaml"
    path.write_text(series(3000, spike_at=2500))
    config.write_text("aws: {access_keys: [{id: a, secret_file: /not/there}]}\n"
                      "calendars: {closed: [sat]}\n"
                      "detectors: [{namespace: Jobs, name: rows, stat: Sum, timezone: Europe/Berlin, watch: below, width: 2,\n"
                      "             lower_limit: -10, calendars: [{name: closed, learn: true}]}]\n")
    from_file = detect(path, "--explain", "--config", config, "--detector-name", "rows")
    from_flags = detect(path, "--explain", "--timezone", "Europe/Berlin", "--watch", "below", "--width", "2",
                        "--lower-limit", "-10", "--calendar", "sat,learn=true")
    assert from_file.returncode == 0 and from_file.stderr == ""
    assert from_file.stdout == from_flags.stdout != detect(path, "--explain").stdout
    assert judged(from_file.stdout)[2500]["reason"].startswith("not watched: spike")
    narrow = detect(path, "--explain", "--config", config, "--width", "1")  # flags come after the file
    assert narrow.stdout == detect(path, "--explain", "--config", config, "--detector-name", "rows", "--width", "1").stdout
    assert narrow.stdout != from_file.stdout
    config.write_text("detectors: [{namespace: Jobs, name: rows, stat: Sum, confidence: 0.9}]\n")
    for by_share, by_width in zip(judged(detect(path, "--explain", "--config", config).stdout),
                                  judged(detect(path, "--explain", "--width", "1.644853626951").stdout)):
        assert by_share["finding"] == by_width["finding"]
        assert float(by_share["upper"] or 0) == pytest.approx(float(by_width["upper"] or 0), rel=1e-9)
    missing = detect(path, "--config", tmp_path / "none.yaml")  # reading failed
    assert missing.returncode == 1 and "none.yaml" in missing.stderr and missing.stdout == ""


@pytest.mark.parametrize("flags, says", [
    (["--width", "11"], "--width 11: width must be 0.1 to 10, not 11"),
    (["--width", "2", "--confidence", "0.9"], "give one"),
    (["--timezone", "Nowhere"], "--timezone Nowhere: no time zone; one is called like Europe/Berlin"),
    (["--timezone", ""], "--timezone '': no time zone"),
    (["--confidence", "abc"], "tidemark: --confidence: must be above 0 and below 1, such as 0.99, not 'abc'"),
    (["--confidence", "1"], "must be above 0 and below 1"),
    (["--exclude", "2026-03-02/2026-03-01"], "must be after the beginning"),
    (["--lower-limit", "5", "--upper-limit", "1"], "lower_limit must be below upper_limit"),
    (["--detector-name", "rows"], "--detector-name needs --config"),
])
def test_a_wrong_choice_is_exit_code_2_with_flag_and_limit(flags, says):
    done = detect("-", *flags, text="timestamp,value\n60,1\n")
    assert done.returncode == 2 and says in done.stderr and done.stdout == "", done.stderr


def test_a_choice_that_the_small_model_has_not_is_said(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text(series(100))
    told = detect(path, "--detector", "always_on", "--adaptation", "fast", "--periodic-spikes")
    assert told.returncode == 0 and told.stdout == detect(path, "--detector", "always_on").stdout
    assert told.stderr.splitlines() == [f"tidemark: --{flag} has no effect with --detector always_on"
                                        for flag in ("adaptation", "periodic-spikes")]
    assert detect(path, "--adaptation", "fast").stderr == ""


def test_fail_on_finding_is_exit_code_3_and_changes_no_row(tmp_path):
    quiet, odd = series(2000), series(2000, spike_at=1500)
    for text, *flags in ((odd,), (odd, "--explain"), (odd, "--plot", tmp_path / "rows.svg")):
        plain, asked = detect("-", *flags, text=text), detect("-", *flags, "--fail-on", "finding", text=text)
        assert (plain.returncode, asked.returncode) == (0, 3), flags
        assert asked.stdout == plain.stdout and asked.stderr == plain.stderr
    rows = judged(detect("-", "--explain", text=quiet).stdout)
    expected = 3 if any(row["finding"] == "1" for row in rows) else 0
    assert detect("-", "--fail-on", "finding", text=quiet).returncode == expected
    # What is muted is none; wrong input and wrong words go before.
    muted = detect("-", "--fail-on", "finding", "--exclude", "1700000000/1800000000", text=odd)
    assert muted.returncode == 0, muted
    assert detect("-", "--fail-on", "finding", text=odd + "x,1\n").returncode == 2
    assert detect("-", "--fail-on", "anything", text=odd).returncode == 2


def test_fail_on_finding_calls_nothing_well_that_was_not_judged():
    head, *rows = series(300).splitlines()
    told = detect("-", "--fail-on", "finding", text="\n".join([head, *reversed(rows)]) + "\n")
    assert told.returncode == 2 and "299 of 300 rows are older" in told.stderr and "sort the file" in told.stderr


def test_the_picture_marks_what_explain_counts(tmp_path):
    # Stuck inside of its band: a finding that no value's own score shows.
    rows = series(6000).splitlines()
    stuck = rows[5000].split(",")[1]
    rows[5001:5040] = [f"{row.split(',')[0]},{stuck}" for row in rows[5001:5040]]
    page = tmp_path / "rows.html"
    done = detect("-", "--explain", "--plot", page, text="\n".join(rows) + "\n")
    found = [row for row in judged(done.stdout) if row["finding"] == "1"]
    assert any(row["reason"].startswith("flat line") for row in found)
    listed = page.read_text().split("<tbody>")[1].split("</tbody>")[0]
    assert listed.count("<tr>") == len(found) and "flat line" in listed


def test_full_disk_is_exit_code_1(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text(series(5000))
    with open("/dev/full", "w") as full:
        done = subprocess.run([BINARY, "detect", path], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 1 and "standard output: cannot write" in done.stderr


def test_one_point_header_only_late_rows_and_no_values():
    assert detect("-", text="timestamp,value\n").stdout == HEADER + "\n"
    assert detect("-", text="timestamp,value\n60,1\n").stdout == HEADER + "\n60,1,,,,0\n"
    late = detect("-", text="timestamp,value\n120,1\n60,1\n")
    assert late.returncode == 0 and "1 of 2 rows are older" in late.stderr
    assert "no row has a value" in detect("-", text="timestamp,value\n60,\n120,\n").stderr


def test_a_reader_that_leaves_ends_it_quietly(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text(series(200_000))
    process = subprocess.Popen([BINARY, "detect", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(60) in (0, -signal.SIGPIPE)


def test_rows_come_out_before_the_input_ends():
    process = subprocess.Popen([BINARY, "detect", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdin.write(b"timestamp,value\n60,1\n")
    process.stdin.flush()
    assert process.stdout.readline().decode().strip() == HEADER
    assert process.stdout.readline() == b"60,1,,,,0\n"
    process.stdin.close()
    assert process.wait(60) == 0


def peak_kib(rows):
    """Largest resident size of one run over `rows` rows written to its standard input."""
    process = subprocess.Popen([BINARY, "detect", "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    process.stdin.write(b"timestamp,value\n")
    for start in range(0, rows, 10_000):
        process.stdin.write(b"".join(b"%d,%d\n" % (60 * i, i * 7919 % 1013) for i in range(start, min(rows, start + 10_000))))
    process.stdin.close()
    _, status, usage = os.wait4(process.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    process.returncode = 0
    return usage.ru_maxrss


def test_memory_does_not_grow_with_the_input():
    small, large = peak_kib(20_000), peak_kib(2_000_000)
    assert large < small + 2048, (small, large)
    assert large < 256 * 1024, large

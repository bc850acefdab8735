"""Findings over the own API: choices, verdicts, why with its receipt, late data, restart."""
import datetime
import json
import re
import subprocess
import urllib.error
import urllib.request

import boto3
import botocore.config
import pytest

from conftest import BINARY

UTC = datetime.timezone.utc
START = datetime.datetime(2013, 11, 1, tzinfo=UTC)
METRIC = {"Namespace": "Glue", "MetricName": "recordsRead", "Dimensions": [{"Name": "Job", "Value": "etl"}]}
API = "/api/tidemark/v1"


def usual(hour):
    return 100 + 50 * (8 <= hour % 24 < 20) + hour * 7 % 5


class World:
    def __init__(self, server, watched=True):
        self.server = server
        self.cloudwatch = boto3.client("cloudwatch", endpoint_url=server.url, region_name="us-east-1",
                                       aws_access_key_id="k", aws_secret_access_key="s",
                                       config=botocore.config.Config(retries={"total_max_attempts": 1}))
        server.advance("21d")
        self.put(range(24 * 21))
        self.metric = server.get(f"{API}/metrics")["metrics"][0]["id"]
        if watched:
            self.detector = self.server.own("POST", "/detectors", {"metric_id": self.metric, "stat": "Sum",
                                                             "periods_s": [3600]})

    def put(self, hours, value=None, minutes=0):
        at = [START + datetime.timedelta(hours=h, minutes=minutes) for h in hours]
        self.cloudwatch.put_metric_data(Namespace="Glue", MetricData=[
            {"MetricName": "recordsRead", "Dimensions": METRIC["Dimensions"], "Timestamp": t,
             "Value": usual(h) if value is None else value} for t, h in zip(at, hours)])

    def hour(self, number, value=None):
        self.put([number], value)
        self.server.advance("1h")

    def findings(self, query=""):
        return self.server.own("GET", f"/findings{query}")["findings"]


@pytest.fixture
def world(frozen):
    return World(frozen)


def test_a_finding_is_explained_and_its_receipt_is_computed_again(world):
    for number in range(24 * 21, 24 * 21 + 5):
        world.hour(number, 900 if number == 24 * 21 + 2 else None)
    found = [f for f in world.findings() if f["value"] == 900]
    assert len(found) == 1, world.findings()
    finding = found[0]
    assert finding["kind"] == "spike" and finding["direction"] == "above", finding
    assert finding["upper"] < 900 and finding["score"] >= 0.5 and finding["severity"] in ("low", "medium", "high")
    assert re.fullmatch(r"spike: 900 on 22 Nov 2013 02:00; [0-9.]+ to [0-9.]+ are usual", finding["reason"]), finding["reason"]
    # Three weeks of hours: n / (n + 20) x w / (w + 0.5), and hardly a miss of late.
    assert 0.6 < finding["confidence"] < 0.83, finding["confidence"]
    assert finding["choices"]["width"] == finding["width"] == 3 and 0.997 < finding["choices"]["confidence"] < 0.998, finding

    why = world.server.own("GET", f"/findings/{finding['id']}/why")
    assert why["reproduced"], why["difference"]
    assert json.dumps(why["receipt"]) == json.dumps(why["recomputed"])
    assert why["receipt"]["learned"] > 400 and why["receipt"]["model"] == "tide", why["receipt"]
    assert why["slot_step"] == "week" and why["timezone"] == "UTC", why
    assert [p["value"] for p in why["same_slot"]] == [usual(24 * 7 * w + 2) for w in (2, 1, 0)]
    assert "Never as high" in why["rarity"], why["rarity"]
    assert why["sureness"].endswith(f"It is {100 * finding['confidence']:.0f} % sure that this is unusual."), why["sureness"]
    assert why["receipt"]["confidence"] == finding["confidence"], why["receipt"]

    # The command line says the same.
    ask = [BINARY, "why", "--url", world.server.url]
    listed = subprocess.run(ask, capture_output=True, text=True, timeout=60)
    assert listed.returncode == 3 and finding["id"] in listed.stdout, listed
    told = subprocess.run([*ask, finding["id"]], capture_output=True, text=True, timeout=60)
    assert told.returncode == 0 and why["sentence"] in told.stdout and why["sureness"] in told.stdout and "to the last byte" in told.stdout, told
    assert "The same hour of past weeks:" in told.stdout, told
    unknown = subprocess.run([*ask, "none.3600.0"], capture_output=True, text=True, timeout=60)
    assert unknown.returncode == 2 and "none.3600.0" in unknown.stderr, unknown

    # The chart's mark leads to it, and a restart changes nothing.
    chart = world.server.own("GET", f"/chart?metric={world.metric}&period=3600&stat=Sum")
    assert finding["id"] in [f["id"] for f in chart["findings"]], chart["findings"]
    world.server.kill()
    world.server.start()
    assert world.server.own("GET", f"/findings/{finding['id']}") == finding
    assert world.server.own("GET", f"/findings/{finding['id']}/why")["receipt"] == why["receipt"]


def test_a_verdict_of_the_file_is_given_once_and_leaves_what_a_person_says_later(start_server):
    server = start_server("--enable-test-api", "--enable-lifecycle", "--clock", "2013-11-01T00:00:00Z", config="{}")
    world = World(server)
    for number in range(24 * 21, 24 * 21 + 5):
        world.hour(number, 900 if number == 24 * 21 + 2 else None)
    [finding] = [f for f in world.findings() if f["value"] == 900]
    path = f"/findings/{finding['id']}"
    file = server.folder / "tidemark.yaml"

    def write(*more, verdict="real"):
        missed = {"verdict": "missed", "namespace": "Glue", "name": "recordsRead", "dimensions": {"Job": "etl"}, "stat": "Sum",
                  "from": "2013-11-10T00:00:00Z", "to": "2013-11-10T02:00:00Z"}
        file.write_text(json.dumps({"verdicts": [{"finding": finding["id"], "verdict": verdict, "comment": "a storm"}, missed, *more]}))

    def verdict_and_revision():
        detector = server.own("GET", f"/detectors/{world.detector['id']}")
        return (server.own("GET", path)["verdict"] or {}).get("verdict"), detector["revision"], detector["marks"]

    write({"finding": "none.3600.0", "verdict": "known"})
    assert server.post("/-/reload") == b"taken over: verdicts; 1 of the verdicts cannot be given: see the log\n"
    assert server.own("GET", path)["verdict"]["comment"] == "a storm"
    assert verdict_and_revision() == ("real", 3, 2)
    assert (server.folder / "server.log").read_text().count("none.3600.0") == 2  # what it is about, and why not
    server.kill()
    server.start()  # an unknown one is no reason not to start
    assert verdict_and_revision() == ("real", 3, 2)

    server.own("POST", f"{path}/verdict", {"verdict": "known"})
    server.kill()
    server.start()
    assert verdict_and_revision() == ("known", 4, 2)
    write(verdict="expected")
    server.post("/-/reload")
    assert verdict_and_revision() == ("expected", 5, 2)
    write(verdict="expect")
    with pytest.raises(urllib.error.HTTPError) as caught:
        server.post("/-/reload")
    assert b"'expect' is none of expected, real" in caught.value.read()
    assert verdict_and_revision() == ("expected", 5, 2)


def test_choices_go_by_both_doors_and_do_not_undo_each_other(world):
    choices = {"width": 4, "watch": "below", "min_deviation": 1, "min_relative_deviation": 0.05, "periodic_spikes": True,
               "lower_limit": 0, "upper_limit": 1000,
               "timezone": "Europe/Berlin", "adaptation": "fast", "filtering": "strict",
               "excluded": [{"from": "2013-11-05T00:00:00Z", "to": "2013-11-06T00:00:00Z", "mute": False, "learn": True}],
               "calendars": [{"name": "holidays", "days": ["12-25", "4th thu of nov"], "mute": True, "learn": False}]}
    changed = world.server.own("PUT", f"/detectors/{world.detector['id']}", {"choices": choices})
    assert {k: changed["choices"][k] for k in choices} == choices
    assert changed["revision"] == 2
    seen = world.cloudwatch.describe_anomaly_detectors(Namespace="Glue")["AnomalyDetectors"][0]
    assert seen["Configuration"]["MetricTimezone"] == "Europe/Berlin", seen
    world.cloudwatch.put_anomaly_detector(
        SingleMetricAnomalyDetector={**METRIC, "Stat": "Sum"},
        Configuration={"ExcludedTimeRanges": [{"StartTime": START, "EndTime": START + datetime.timedelta(days=1)}]})
    after = world.server.own("GET", f"/detectors/{world.detector['id']}")["choices"]
    assert after["width"] == 4 and after["calendars"] == choices["calendars"], after
    assert after["excluded"] == [{"from": "2013-11-01T00:00:00Z", "to": "2013-11-02T00:00:00Z",
                                  "mute": True, "learn": False}], after
    named = world.server.own("PUT", f"/detectors/{world.detector['id']}",
                       {"choices": {"calendars": [{"name": "holidays US", "mute": False}]}})["choices"]["calendars"]
    assert named == [{"name": "holidays US", "days": ["holidays US"], "mute": False, "learn": False}]
    shared = world.server.own("PUT", f"/detectors/{world.detector['id']}", {"choices": {"confidence": 0.99}})
    assert shared["choices"]["width"] == pytest.approx(2.5758293035489, abs=1e-12) == shared["finding_width"]
    # A whole answer can be sent back, and says nothing new.
    whole = world.server.own("PUT", f"/detectors/{world.detector['id']}", {"choices": shared["choices"]})
    assert whole == shared
    for bad, field in (({"width": 0}, "width"), ({"confidence": 99}, "confidence must be 0.08 to 0.999999999999"),
                       ({"width": 3, "confidence": 0.9}, "give one of the two"), ({"calendars": [{"name": "holidays IN"}]}, "known are DE, FR, GB-ENG, NL, US"), ({"watch": "up"}, "watch"),
                       ({"calendars": [{"name": "c", "days": ["noday"]}]}, "noday"),
                       ({"excluded": [{"from": "x"}]}, "excluded[0].from"), ({"lower_limit": 5, "upper_limit": 1}, "lower_limit"),
                       ({"timezone": "Mars/Base"}, "Mars/Base")):
        code, error = world.server.own_refused("PUT", f"/detectors/{world.detector['id']}", {"choices": bad})
        assert code == 400 and field in error["message"], error


def test_verdicts_are_kept_and_can_be_taken_back(world):
    start = 24 * 21
    for number in range(start, start + 5):
        world.hour(number, 900 if number == start + 2 else None)
    finding = next(f for f in world.findings() if f["value"] == 900)
    path = f"/findings/{finding['id']}/verdict"
    marked = world.server.own("POST", path, {"verdict": "real", "comment": "sent twice"})
    assert marked["verdict"]["verdict"] == "real" and marked["verdict"]["comment"] == "sent twice"
    assert world.server.own("GET", f"/detectors/{world.detector['id']}")["marks"] == 1
    world.server.kill()
    world.server.start()
    assert world.server.own("GET", f"/findings/{finding['id']}")["verdict"]["comment"] == "sent twice"
    assert world.server.own("DELETE", path)["verdict"] is None
    assert world.server.own("GET", f"/detectors/{world.detector['id']}")["marks"] == 0
    # The receipt is of what was known then, whatever people said since.
    assert world.server.own("GET", f"/findings/{finding['id']}/why")["reproduced"]

    missed = world.server.own("POST", "/missed", {"metric_id": world.metric, "stat": "Sum",
                                            "from": "2013-11-10T00:00:00Z", "to": "2013-11-10T03:00:00Z"})
    assert missed["finding_width"] < 3 and missed["marks"] == 1, missed
    assert world.server.own_refused("POST", path, {"verdict": "missed"})[0] == 400
    assert world.server.own_refused("POST", "/findings/none.3600.0/verdict", {"verdict": "real"})[0] == 404
    assert world.server.own_refused("GET", "/findings/none/why")[0] == 404


def test_late_data_raise_and_take_back(world):
    start = 24 * 21
    world.hour(start)
    world.hour(start + 1, 2)
    world.hour(start + 2)
    assert [f["value"] for f in world.findings() if f["kind"] == "dip"] == [2]
    world.put([start + 1], usual(start + 1) - 2, minutes=20)  # the rest of that hour
    world.put([start], 800, minutes=20)                       # an hour that was counted twice
    by_value = {f["value"]: f for f in world.findings()}
    assert by_value[2]["retracted"] and by_value[2]["value_now"] == usual(start + 1), by_value
    assert by_value[usual(start) + 800]["late"], by_value


def test_a_metric_that_stops_is_found_without_a_value_and_its_data_take_it_back(world):
    for number in range(24 * 21, 24 * 21 + 8):
        world.hour(number)
    world.server.advance("8h")
    silent = [f for f in world.findings() if f["kind"] == "silence"]
    assert len(silent) == 1, world.findings()
    finding = silent[0]
    assert (finding["value"], finding["direction"], finding["began"]) == (None, None, "2013-11-22T08:00:00Z"), finding
    why = world.server.own("GET", f"/findings/{finding['id']}/why")
    assert why["reproduced"], why["difference"]
    listed = subprocess.run([BINARY, "why", "--url", world.server.url], capture_output=True, text=True, timeout=60)
    assert finding["id"] in listed.stdout and "silence" in listed.stdout and "nan" not in listed.stdout.lower(), listed
    told = subprocess.run([BINARY, "why", "--url", world.server.url, finding["id"]], capture_output=True, text=True,
                          timeout=60)
    assert told.returncode == 0 and why["sentence"] in told.stdout and "nan" not in told.stdout.lower(), told
    world.server.kill()
    world.server.flags[world.server.flags.index("--clock") + 1] = "2013-11-22T16:00:00Z"
    world.server.start()
    assert world.server.own("GET", f"/findings/{finding['id']}") == finding
    world.put(range(24 * 21 + 8, 24 * 21 + 16))
    assert world.server.own("GET", f"/findings/{finding['id']}")["retracted"]


def test_what_nobody_watches_is_found_by_the_always_on_tier(frozen):
    world = World(frozen, watched=False)
    start = 24 * 21
    for number in range(start, start + 5):
        world.hour(number, 5000 if number == start + 2 else None)
    assert world.findings() == []
    found = world.findings("?tier=always_on")
    assert [f["value"] for f in found] == [5000], found
    finding = found[0]
    assert finding["tier"] == "always_on" and finding["kind"] == "spike" and finding["score"] >= 0.7, finding
    assert finding["detector_id"] is None and finding["stat"] == "Sum" and finding["upper"] < 5000, finding
    assert finding["metric"] == "recordsRead" and finding["dimensions"] == [{"name": "Job", "value": "etl"}], finding
    assert world.findings("?tier=all") == found
    code, error = world.server.own_refused("GET", "/findings?tier=both")
    assert code == 400 and "tier" in error["message"], error

    # A value a period and none before its time: what is replayed is what was seen live.
    path = f"/findings/{finding['id']}"
    why = world.server.own("GET", f"{path}/why")
    assert why["reproduced"], why["difference"]
    assert why["receipt"]["model"] == "always_on" and "Never as high" in why["rarity"], why
    verdict = world.server.own("POST", f"{path}/verdict", {"verdict": "real", "comment": "a double load"})
    assert verdict["verdict"]["verdict"] == "real", verdict
    assert 'tidemark_always_on_series 1' in urllib.request.urlopen(frozen.url + "/metrics", timeout=60).read().decode()

    # It is still there after a restart, and the tier goes on from what it has learned.
    before = world.server.own("GET", path)
    frozen.kill()
    frozen.start()
    assert world.server.own("GET", path) == before
    frozen.advance(f"{start + 5}h")  # the clock began anew
    for number in range(start + 5, start + 29):
        world.hour(number)
    world.hour(start + 29, 9000)
    assert [f["value"] for f in world.findings("?tier=always_on")] == [9000, 5000]

    # From here on a detector watches it, and the tier leaves it alone.
    made = world.server.own("POST", "/detectors", finding["detector_form"])
    assert made["metric_id"] == world.metric, made
    for number in range(start + 30, start + 58):
        world.hour(number)
    world.hour(start + 58, 20000)
    assert [f["value"] for f in world.findings("?tier=always_on")] == [9000, 5000]
    assert 20000 in [f["value"] for f in world.findings()]


def test_the_always_on_tier_can_be_switched_off(start_server):
    server = start_server("--enable-test-api", "--enable-lifecycle", "--clock", "2013-11-01T00:00:00Z",
                          config="detection: {always_on: false}\n")
    world = World(server, watched=False)
    for number in range(24 * 21, 24 * 21 + 5):
        world.hour(number, 5000 if number == 24 * 21 + 2 else None)
    assert world.findings("?tier=all") == []


def test_what_nobody_watches_is_found_and_can_be_watched(frozen):
    world = World(frozen, watched=False)
    for number in range(24 * 21, 24 * 21 + 6):
        world.hour(number, 5000 if number == 24 * 21 + 2 else None)
    assert world.findings() == []
    found = [f for f in world.server.own("GET", "/findings?tier=always_on")["findings"] if f["value"] == 5000]
    assert len(found) == 1 and found[0]["tier"] == "always_on" and found[0]["watched"] is False, found
    assert world.server.own("GET", "/status")["always_on"] is True
    metric = found[0]["metric_id"]

    # On the chart of its own statistic and period it is a mark of its own; on others it is none.
    marks = world.server.own("GET", f"/chart?metric={metric}&stat=Sum&period=3600&from=now-1d")
    mark = [m for m in marks["findings"] if m["id"] == found[0]["id"]]
    assert [(m["tier"], m["value"], m["direction"]) for m in mark] == [("always_on", 5000, "above")], marks["findings"]
    assert " UTC: " in marks["sentence"] and mark[0]["upper"] < 5000 and marks["sentence"].endswith(" The always-on watch found 1 point unusual.")
    for other in ("stat=Average&period=3600", "stat=Sum&period=7200"):
        chart = world.server.own("GET", f"/chart?metric={metric}&{other}&from=now-1d")
        assert all(m["tier"] is None for m in chart["findings"]), chart["findings"]
    assert world.server.own("GET", f"/findings?tier=all&metric={metric}&replay=1")["findings"] == found

    # One press: its detector then tells of it, once.
    world.server.own("POST", "/detectors", found[0]["detector_form"])
    assert world.server.own("GET", f"/findings/{found[0]['id']}")["watched"] is True
    marks = world.server.own("GET", f"/chart?metric={metric}&stat=Sum&period=3600&from=now-1d")["findings"]
    assert [m["tier"] for m in marks if m["value"] == 5000] == ["detector"], marks


def test_a_silence_is_on_every_chart_that_it_reaches_into(world):
    first = 24 * 21
    for number in range(first, first + 3):
        world.hour(number)
    chart = f"/chart?metric={world.metric}&stat=Sum&period=3600"
    assert world.server.own("GET", chart)["silences"] == []
    world.server.advance("10h")
    silent = [f for f in world.findings() if f["kind"] == "silence"]
    assert len(silent) == 1, world.findings()

    def at(hour, minutes=0):
        return (START + datetime.timedelta(hours=hour, minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")

    shown = {"id": silent[0]["id"], "from": at(first + 3), "found": silent[0]["at"], "to": None}
    answer = world.server.own("GET", chart)
    assert answer["silences"] == [shown] and silent[0]["began"] == shown["from"], answer["silences"]
    assert answer["sentence"].endswith(" Silent since 22 Nov 2013 03:00, longer than usual."), answer["sentence"]
    # It was found before this chart begins, and nothing else is on it.
    later = world.server.own("GET", f"{chart}&from=now-2h")
    assert later["points"] == [] and later["silences"] == [shown] and "no data. Silent since" in later["sentence"]
    assert world.server.own("GET", f"{chart}&to={at(first + 2)}")["silences"] == []
    assert world.server.own("GET", f"/chart?metric={world.metric}&stat=Average&period=3600")["silences"] == []

    world.put([first + 13], minutes=20)
    world.server.advance("1h")
    world.hour(first + 14)
    over = {**shown, "to": at(first + 13, 20)}
    assert world.server.own("GET", chart)["silences"] == [over]
    assert "Silent from 22 Nov 2013 03:00 to 22 Nov 2013 13:20" in world.server.own("GET", chart)["sentence"]
    assert world.server.own("GET", f"{chart}&from={at(first + 14)}")["silences"] == []
    # Of days, each of which has data.
    assert world.server.own("GET", f"/chart?metric={world.metric}&stat=Sum&period=86400")["silences"] == [over]
    world.server.kill()
    world.server.flags[world.server.flags.index("--clock") + 1] = at(first + 15)
    world.server.start()
    assert world.server.own("GET", chart)["silences"] == [over]
    # Late data that fill the period in which it was found take it back.
    found = int((datetime.datetime.strptime(silent[0]["at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) - START)
                .total_seconds() // 3600)
    world.put([found])
    assert world.server.own("GET", chart)["silences"] == []

"""When an alarm would have fired: what it did live, the API and the command line must say one number."""
import concurrent.futures
import csv
import datetime
import io
import json
import math
import random
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

import boto3
import pytest

from conftest import BINARY

START = datetime.datetime(2013, 11, 1, tzinfo=datetime.timezone.utc)
HOURS = 24 * 16


def backtest(server, *args, **options):
    return subprocess.run([BINARY, "backtest", "--url", server.url, *map(str, args)], capture_output=True, text=True,
                          timeout=300, **options)


def ask(server, **body):
    return json.loads(server.post("/api/tidemark/v1/backtest", body))


def refused(server, **body):
    with pytest.raises(urllib.error.HTTPError) as error:
        ask(server, **body)
    return error.value.code, json.load(error.value)["error"]


def value_at(hour):
    noise = random.Random(hour).uniform(-6, 6)
    if hour in (250, 251, 320) or 340 <= hour < 346:
        return 400.0
    if hour in (280, 330):
        return 5.0
    return 100 + 30 * math.sin(2 * math.pi * hour / 24) + noise


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """A server that lived through 16 days of an hourly metric with four alarms, an hour at a time."""
    from conftest import Server
    server = Server(tmp_path_factory.mktemp("lived"), "--enable-test-api", "--clock", "2013-11-01T00:00:00Z")
    cloudwatch = boto3.client("cloudwatch", endpoint_url=server.url, region_name="us-east-1",
                              aws_access_key_id="x", aws_secret_access_key="x")
    plain = dict(Namespace="Jobs", MetricName="rows", Period=3600, Statistic="Sum")
    cloudwatch.put_metric_alarm(AlarmName="high", ComparisonOperator="GreaterThanThreshold", Threshold=300,
                                EvaluationPeriods=1, **plain)
    cloudwatch.put_metric_alarm(AlarmName="low 2 of 3", ComparisonOperator="LessThanThreshold", Threshold=80,
                                EvaluationPeriods=3, DatapointsToAlarm=2, **plain)
    cloudwatch.put_metric_alarm(AlarmName="silent", ComparisonOperator="LessThanThreshold", Threshold=0,
                                EvaluationPeriods=2, TreatMissingData="breaching", **plain)
    cloudwatch.put_metric_alarm(
        AlarmName="band", ComparisonOperator="LessThanLowerOrGreaterThanUpperThreshold", ThresholdMetricId="b",
        EvaluationPeriods=1, Metrics=[
            {"Id": "m", "MetricStat": {"Metric": {"Namespace": "Jobs", "MetricName": "rows"}, "Period": 3600,
                                       "Stat": "Sum"}},
            {"Id": "b", "Expression": "ANOMALY_DETECTION_BAND(m, 2.5)"}])
    for hour in range(HOURS):
        if not 150 <= hour < 156:  # a gap, for the policy on missing data
            cloudwatch.put_metric_data(Namespace="Jobs", MetricData=[{
                "MetricName": "rows", "Value": value_at(hour), "Timestamp": START + datetime.timedelta(hours=hour)}])
        server.advance("1h")
    yield server
    server.stop()


def live_firings(server, name):
    items = server.get(f"/api/tidemark/v1/alarms/{urllib.parse.quote(name)}/history?limit=1000")["items"]
    return [item["at"] for item in items if item["type"] == "StateUpdate" and item["new_state"] == "ALARM"]


@pytest.mark.parametrize("name, least", [("high", 3), ("low 2 of 3", 5), ("silent", 1), ("band", 3)])
def test_history_api_and_command_line_say_one_number(lived, name, least):
    fired = live_firings(lived, name)
    assert len(fired) >= least, "otherwise this says little"
    api = ask(lived, alarm=name, **{"from": "2013-11-01T00:00:00Z"})  # when they were put
    assert [firing["began"] for firing in api["firings"]] == fired
    assert api["firings_total"] == len(fired)
    done = backtest(lived, "--alarm", name, "--from", "2013-11-01T00:00:00Z", "-o", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert done.returncode == 3 and [row["began"] for row in rows] == fired
    assert done.stderr.splitlines()[0] == api["sentence"]
    assert sum(int(row["seconds"]) for row in rows) == api["alarm_seconds"]


def test_a_rule_that_is_not_saved_counts_like_the_alarm(lived, tmp_path):
    metric = lived.get("/api/tidemark/v1/metrics?search=rows")["metrics"][0]["id"]
    rule = {"metric_id": metric, "stat": "Sum", "period_s": 3600, "kind": "band", "k": 2.5, "direction": "both",
            "evaluation_periods": 1, "datapoints_to_alarm": 1, "treat_missing_data": "missing"}
    saved = ask(lived, alarm="band")
    when = [(firing["began"], firing["ended"]) for firing in saved["firings"]]
    typed = ask(lived, **rule)
    assert [(firing["began"], firing["ended"]) for firing in typed["firings"]] == when
    path = tmp_path / "rule.json"
    path.write_text(json.dumps(rule))
    done = backtest(lived, path, "-o", "json")
    assert json.loads(done.stdout) == typed
    piped = backtest(lived, "-", "-o", "tsv", input=json.dumps(rule))
    assert piped.returncode == 3 and len(piped.stdout.splitlines()) == 1 + saved["firings_total"]
    assert lived.get("/api/tidemark/v1/alarms")["total"] == 4, "nothing was stored"


def test_a_number_of_alarms_a_week_names_a_width(lived):
    some = ask(lived, alarm="band", alarms_per_week=3)
    width = some["width"]
    assert width["k"] and width["firings_total"] <= width["firings_max"]
    counts = {row["k"]: row["firings_total"] for row in width["table"]}
    assert all(count <= width["firings_max"] for k, count in counts.items() if k >= width["k"])
    assert counts[2.5] == some["firings_total"]
    few = ask(lived, alarm="band", alarms_per_week=0.4)["width"]
    assert few["k"] is None and few["words"].startswith("No width"), "six times it was far off"
    done = backtest(lived, "--alarm", "band", "--alarms-per-week", "3", "-o", "table")
    assert width["words"] in done.stderr and f"{width['k']:g} *" in done.stdout


def test_a_team_s_counts_are_one_number_on_every_door(lived):
    """The command line's team, the API's, and POST /backtest of each alarm, which is what its page shows."""
    body = {"prefix": "", "alarms": ["high", "low 2 of 3", "band"], "alarms_per_week": 40, "from": "2013-11-01T00:00:00Z"}
    api = json.loads(lived.post("/api/tidemark/v1/backtest/team", body))
    flags = ["--team", "--alarms-per-week", "40", "--from", "2013-11-01T00:00:00Z"]
    for name in body["alarms"]:
        flags += ["--alarm", name]
    said = backtest(lived, *flags, "--json")
    assert said.returncode == 3 and json.loads(said.stdout) == api and said.stderr == api["words"] + "\n"
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(backtest(lived, *flags, "-o", "csv").stdout))}
    assert sorted(rows) == sorted(body["alarms"])
    for member in api["alarms"]:
        page = ask(lived, alarm=member["name"], **{"from": body["from"]})
        row = rows[member["name"]]
        assert page["firings_total"] == member["firings_total"] == int(row["firings_total"]) >= 3
        assert page["sentence"] == member["sentence"] == row["sentence"]
        assert page["per_week"] == member["per_week"] == float(row["per_week"])
    assert sum(member["per_week"] for member in api["alarms"]) == pytest.approx(api["per_week"])
    assert api["k"] and api["per_week_at_k"] <= 40
    table = backtest(lived, *flags, "-o", "table").stdout.splitlines()
    assert len(table) == 5 and table[0].split()[0] == "ALARM" and table[-1].startswith("together")
    assert f"AT K = {api['k']:g}" in table[0]


@pytest.mark.parametrize("flags, says", [
    (["--team", "--alarms-per-week", "3"], "--team wants --tag"),
    (["--team", "--tag", "team=data"], "--team wants --alarms-per-week"),
    (["--tag", "team=data", "--alarms-per-week", "3"], "add --team"),
    (["--alarm", "high", "--alarm", "band"], "add --team"),
    (["--team", "--tag", "team=none", "--alarms-per-week", "3"], "no such alarm"),
    (["--team", "--alarm", "high", "--alarms-per-week", "-1"], "alarms_per_week"),
])
def test_a_team_that_cannot_be_asked_for_is_exit_code_2(lived, flags, says):
    done = backtest(lived, *flags)
    assert done.returncode == 2 and says in done.stderr and done.stdout == ""


def test_a_quiet_alarm_ends_with_0(lived):
    metric = lived.get("/api/tidemark/v1/metrics?search=rows")["metrics"][0]["id"]
    rule = {"metric_id": metric, "stat": "Sum", "period_s": 3600, "kind": "static", "threshold": 1000,
            "direction": "above", "evaluation_periods": 1, "datapoints_to_alarm": 1, "treat_missing_data": "missing"}
    done = backtest(lived, "-", input=json.dumps(rule))
    assert done.returncode == 0 and done.stdout.splitlines() == ["began\tended\tseconds\tvalue\tlower\tupper\treason"]
    assert done.stderr == "Would not have fired in 28 days.\n"


def test_too_little_history_is_said(lived):
    # The first band comes with the fifth value.
    api = ask(lived, alarm="band", to="2013-11-01T03:00:00Z")
    assert api["past"] == "learning" and api["sentence"].startswith("Too little history")
    assert ask(lived, alarm="high", **{"from": "2013-10-01T00:00:00Z", "to": "2013-10-09T00:00:00Z"})["past"] == "none"
    assert ask(lived, alarm="high")["past"] == "enough"
    short = ask(lived, alarm="high", **{"from": "2013-09-01T00:00:00Z"})
    assert short["past"] == "some" and "Only the last 16 days" in short["past_words"]


def test_a_newer_question_of_a_session_ends_the_one_before(lived):
    metric = lived.get("/api/tidemark/v1/metrics?search=rows")["metrics"][0]["id"]
    # A hundred periods of ten seconds behind each sample: some seconds of work.
    rule = {"metric_id": metric, "stat": "Sum", "period_s": 10, "kind": "static", "threshold": 300,
            "direction": "above", "evaluation_periods": 100, "datapoints_to_alarm": 1,
            "treat_missing_data": "missing", "from": "2013-11-01T00:00:00Z"}

    def send(_):
        call = urllib.request.Request(lived.url + "/api/tidemark/v1/backtest", json.dumps(rule).encode(),
                                      {"Content-Type": "application/json", "x-tidemark-session": "page-1"})
        try:
            return urllib.request.urlopen(call, timeout=60).status
        except urllib.error.HTTPError as error:
            return error.code

    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        asked = []
        for number in range(3):
            asked.append(pool.submit(send, number))
            time.sleep(0.1)
        codes = [each.result() for each in asked]
    assert codes[-1] == 200 and 503 in codes[:-1]


def test_refusals_name_the_field(lived):
    assert refused(lived, alarm="none")[0] == 404
    assert refused(lived, alarm="high", alarms_per_week=1)[1]["field"] == "alarms_per_week"
    assert refused(lived, alarm="band", alarms_per_week=-1)[1]["field"] == "alarms_per_week"
    assert refused(lived, alarm="high", to="noon")[1]["field"] == "to"
    code, error = refused(lived, alarm="high", **{"from": "2013-11-02T00:00:00Z", "to": "2013-11-01T00:00:00Z"})
    assert code == 400 and error["field"] == "from"
    code, error = refused(lived, alarm="high", **{"from": "1900-01-01T00:00:00Z"})
    assert code == 400 and error["field"] == "from" and "ask for a shorter range" in error["message"]
    assert refused(lived, kind="band")[1]["code"] == "missing_field"


def test_exit_codes_of_the_command_line(lived, tmp_path):
    assert backtest(lived, "--alarm", "none").returncode == 2
    assert backtest(lived).returncode == 2, "neither alarm nor rule"
    assert backtest(lived, "--alarm", "high", tmp_path / "rule.json").returncode == 2, "both"
    assert backtest(lived, tmp_path / "none.json").returncode == 2
    assert backtest(lived, "-", input="kind: band").returncode == 2
    assert backtest(lived, "--alarm", "high", "-o", "yaml").returncode == 2
    assert backtest(lived, "--alarm", "high", "--form", "now-1d").returncode == 2
    assert backtest(lived, "--help").returncode == 0
    gone = subprocess.run([BINARY, "backtest", "--alarm", "high", "--url", "http://127.0.0.1:1"], capture_output=True,
                          text=True, timeout=60)
    assert gone.returncode == 4 and gone.stdout == "" and "tidemark serve" in gone.stderr
    with open("/dev/full", "w") as full:
        done = subprocess.run([BINARY, "backtest", "--url", lived.url, "--alarm", "high"], stdout=full,
                              stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 1 and "standard output" in done.stderr

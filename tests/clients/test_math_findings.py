"""A detector on metric math over HTTP: findings, why, verdicts, kill -9 between two inputs, late data, backtest."""
import datetime
import json
import subprocess

import boto3
import botocore.config
import botocore.exceptions
import pytest

from conftest import BINARY

START = datetime.datetime(2013, 11, 1, tzinfo=datetime.timezone.utc)
API = "/api/tidemark/v1"
WEEKS = 24 * 21
TITLE = "100 * errors / requests"
HIGH = {WEEKS + 3, WEEKS + 20}


def errors_at(hour):
    return 400 if hour in HIGH else 20 + hour % 24 + (hour * 2654435761 % 2**32 >> 16) % 9


def requests_at(hour):
    return 1000 + hour % 24 * 10


def queries(expression=TITLE):
    metric = lambda name: {"Id": name, "ReturnData": False, "MetricStat": {
        "Metric": {"Namespace": "Shop", "MetricName": name}, "Period": 3600, "Stat": "Sum"}}
    return [metric("errors"), metric("requests"), {"Id": "share", "Expression": expression, "ReturnData": True}]


class World:
    def __init__(self, server):
        self.server = server
        self.connect()
        server.advance("21d")
        for first in range(0, WEEKS, 24):
            hours = range(first, first + 24)
            self.put([("errors", h, errors_at(h)) for h in hours] + [("requests", h, requests_at(h)) for h in hours])
        self.detector = self.cloudwatch.put_anomaly_detector(
            MetricMathAnomalyDetector={"MetricDataQueries": queries()})["AnomalyDetectorId"]

    def connect(self):
        self.cloudwatch = boto3.client("cloudwatch", endpoint_url=self.server.url, region_name="us-east-1",
                                       aws_access_key_id="k", aws_secret_access_key="s",
                                       config=botocore.config.Config(retries={"total_max_attempts": 1}))

    def put(self, values):
        self.cloudwatch.put_metric_data(Namespace="Shop", MetricData=[
            {"MetricName": name, "Timestamp": START + datetime.timedelta(hours=hour), "Value": value}
            for name, hour, value in values])

    def hour(self, number, between=lambda: None):
        self.put([("errors", number, errors_at(number))])
        between()
        self.put([("requests", number, requests_at(number))])
        self.server.advance("1h")

    def findings(self, **query):
        return self.server.own("GET", "/findings" + ("?replay=1" if query.get("replay") else ""))["findings"]

    def kill(self):
        """kill -9, and a start at the same data time."""
        self.server.flags[self.server.flags.index("--clock") + 1] = self.server.get(f"{API}/status")["now"]
        self.server.kill()
        self.server.start()
        self.connect()


@pytest.fixture
def world(frozen):
    return World(frozen)


def at(hour):
    return (START + datetime.timedelta(hours=hour)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_math_detector_is_whole(world):
    for number in range(WEEKS, WEEKS + 6):
        world.hour(number, world.kill if number == WEEKS + 3 else lambda: None)
    found = world.findings()
    assert [f["at"] for f in found] == [at(WEEKS + 3)], found
    finding = found[0]
    assert finding["tier"] == "detector" and finding["detector_id"] == world.detector, finding
    assert finding["metric_title"] == TITLE and finding["metric_id"] is None and finding["stat"] == "", finding
    assert finding["value"] == 100 * 400 / requests_at(WEEKS + 3) and finding["kind"] == "spike", finding
    detector = world.server.own("GET", f"/detectors/{world.detector}")
    assert detector["metric_title"] == TITLE and detector["state"] == "TRAINED" and detector["periods_s"] == [3600]

    why = world.server.own("GET", f"/findings/{finding['id']}/why")
    assert why["reproduced"], why["difference"]
    assert json.dumps(why["receipt"]) == json.dumps(why["recomputed"])
    assert why["sentence"].startswith(f"{TITLE}: "), why["sentence"]
    told = subprocess.run([BINARY, "why", "--url", world.server.url, finding["id"]],
                          capture_output=True, text=True, timeout=60)
    assert told.returncode == 0 and why["sentence"] in told.stdout and "to the last byte" in told.stdout, told

    world.kill()
    assert world.findings() == found
    assert world.server.own("GET", f"/findings/{finding['id']}/why")["receipt"] == why["receipt"]

    for word in ("reviewed", "real", "known", "expected"):
        judged = world.server.own("POST", f"/findings/{finding['id']}/verdict", {"verdict": word})
        assert judged["verdict"]["verdict"] == word
    missed = world.server.own("POST", "/missed", {"detector_id": world.detector, "from": at(WEEKS), "to": at(WEEKS + 1)})
    assert missed["marks"] == 2 and missed["finding_width"] < 3, missed

    # Late errors make an ordinary hour unusual; late requests take the finding back, and both stay.
    world.put([("errors", WEEKS + 1, 900), ("requests", WEEKS + 3, 400 * 40)])
    world.server.advance("1m")
    late, first = sorted(world.findings(), key=lambda f: f["at"])
    assert late["at"] == at(WEEKS + 1) and late["late"] and not late["retracted"], late
    assert first["retracted"] and first["value"] == finding["value"] and first["upper"] == finding["upper"], first

    world.cloudwatch.delete_anomaly_detector(
        MetricMathAnomalyDetector={"MetricDataQueries": queries()})
    assert world.findings(replay=True) == []


def test_its_alarm_and_the_backtest_say_one_number(world):
    world.cloudwatch.put_metric_alarm(
        AlarmName="share", ComparisonOperator="LessThanLowerOrGreaterThanUpperThreshold", ThresholdMetricId="b",
        EvaluationPeriods=1, Metrics=[
            {"Id": "b", "Expression": "ANOMALY_DETECTION_BAND(share, 3)", "ReturnData": True}, *queries()])
    for number in range(WEEKS, WEEKS + 30):
        world.hour(number, world.kill if number % 7 == 3 else lambda: None)
    items = world.server.own("GET", "/alarms/share/history?limit=1000")["items"]
    fired = [item["at"] for item in items if item["type"] == "StateUpdate" and item["new_state"] == "ALARM"]
    assert len(fired) >= 2, items
    api = world.server.own("POST", "/backtest", {"alarm": "share", "from": at(WEEKS)})
    assert [firing["began"] for firing in api["firings"]] == fired
    assert {f["at"] for f in world.findings()} >= {at(hour) for hour in HIGH}


def own_form(expression=TITLE):
    """The queries in the own API's form, in another order, without what can be left out."""
    metric = lambda name: {"id": name, "return_data": False, "metric_stat": {
        "metric": {"namespace": "Shop", "name": name}, "period_s": 3600, "stat": "Sum"}}
    return [{"id": "share", "expression": expression}, metric("requests"), metric("errors")]


def test_the_own_api_makes_it_too_with_all_choices(world):
    own = world.server.own
    choices = {"width": 4, "watch": "above", "min_deviation": 1, "min_relative_deviation": 0.05, "lower_limit": 0,
               "upper_limit": 100, "timezone": "Europe/Berlin", "adaptation": "fast", "filtering": "strict",
               "periodic_spikes": True, "tags": {"owner": "shop"},
               "calendars": [{"name": "sales", "days": ["11-29"], "mute": True, "learn": False}],
               "excluded": [{"from": at(1), "to": at(2), "mute": False, "learn": True}]}
    # The same expression is the same detector, whatever door asks for it.
    same = own("POST", "/detectors", {"math": own_form(), "choices": {"watch": "below"}})
    assert same["id"] == world.detector and same["choices"]["watch"] == "below", same
    put = own("PUT", f"/detectors/{world.detector}", {"choices": choices})
    del put["choices"]["confidence"]
    assert put["choices"] == choices and put["revision"] == 3 and put["finding_width"] == 4, put
    seen = world.cloudwatch.describe_anomaly_detectors(AnomalyDetectorTypes=["METRIC_MATH"])["AnomalyDetectors"][0]
    assert seen["Configuration"]["AdaptationSpeed"] == "FAST" and seen["MetricCharacteristics"]["PeriodicSpikes"], seen
    assert {q["Id"] for q in seen["MetricMathAnomalyDetector"]["MetricDataQueries"]} == {"share", "errors", "requests"}
    world.kill()
    assert own("GET", f"/detectors/{world.detector}")["choices"]["calendars"] == choices["calendars"]

    # The alarm on it says who watches, and with what form nobody would have to type.
    world.cloudwatch.put_metric_alarm(
        AlarmName="share", ComparisonOperator="GreaterThanUpperThreshold", ThresholdMetricId="b", EvaluationPeriods=1,
        Metrics=[{"Id": "b", "Expression": "ANOMALY_DETECTION_BAND(share, 3)", "ReturnData": True}, *queries()])
    assert own("GET", "/alarms/share")["detector_id"] == world.detector
    own("DELETE", f"/detectors/{world.detector}")
    alarm = own("GET", "/alarms/share")
    assert alarm["detector_id"] is None, alarm
    made = own("POST", "/detectors", alarm["detector_form"])
    assert made["id"] != world.detector and made["state"] == "TRAINED" and made["periods_s"] == [3600], made
    assert made["metric_title"] == TITLE and made["metric_id"] is None and made["choices"]["width"] == 3, made
    assert own("GET", "/alarms/share")["detector_id"] == made["id"]
    assert own("POST", "/detectors", {"math": made["math"]})["id"] == made["id"]


def test_what_the_own_api_cannot_watch_is_refused_at_its_member(world):
    metric = own_form()[1]
    for math, word in (([], "exactly one query"), ({}, "math must be a list"),
                       (own_form("errors / nobody"), "nobody"), (own_form("[errors, requests]"), "single time series"),
                       ([{"id": "a", "expression": "1"}, {"id": "b", "expression": "2"}], "exactly one query"),
                       ([{**metric, "expression": "1"}], "math[0] must have either metric_stat or expression"),
                       ([{**metric, "return_data": "no"}], "math[0].return_data must be true or false"),
                       ([{"id": "m", "metric_stat": {**metric["metric_stat"], "period_s": 61}}],
                        "math[0].metric_stat.period_s must be")):
        code, error = world.server.own_refused("POST", "/detectors", {"math": math})
        assert code == 400 and word in error["message"], error
    code, error = world.server.own_refused("POST", "/detectors", {"math": own_form(), "stat": "Sum"})
    assert code == 400 and error["field"] == "stat", error
    code, error = world.server.own_refused("POST", "/detectors", {"math": own_form(), "periods_s": [60]})
    assert code == 400 and "3600" in error["message"], error


def test_what_cannot_be_watched_is_refused(world):
    for expression, word in (("[errors, requests]", "single time series"), ("errors / nobody", "nobody")):
        with pytest.raises(botocore.exceptions.ClientError) as refused:
            world.cloudwatch.put_anomaly_detector(
                MetricMathAnomalyDetector={"MetricDataQueries": queries(expression)})
        assert word in str(refused.value), refused.value

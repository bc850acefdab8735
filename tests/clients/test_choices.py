"""The choices of a detector by the configuration file and by the pages: what was said is what the detector has."""
import datetime
import json
import urllib.error
import urllib.parse

import boto3
import pytest

from conftest import eventually, run_in_chromium
from test_math_findings import WEEKS, World as MathWorld, queries

DAYS = {"closed": ["12-25", "4th thu of nov", "easter-2"]}
FIRST = {"width": 2.5, "watch": "below", "timezone": "Europe/Berlin", "adaptation": "fast", "filtering": "strict",
         "periodic_spikes": True, "min_deviation": 1.5, "min_relative_deviation": 0.1, "lower_limit": -5,
         "upper_limit": 1000,
         "excluded": [{"from": "2013-11-05T00:00:00Z", "to": "2013-11-06T12:00:00Z", "mute": False, "learn": True}],
         "calendars": ["closed", {"name": "holidays US", "mute": False, "learn": True}],
         "tags": {"owner": "finance", "cost": "7"}}
SECOND = {"confidence": 0.99, "watch": "above", "timezone": "America/New_York", "adaptation": "slow",
          "filtering": "minimal", "periodic_spikes": False, "min_deviation": 0, "min_relative_deviation": 0.25,
          "lower_limit": 0, "upper_limit": 100,
          "excluded": [{"from": "2013-11-07T00:00:00Z", "to": "2013-11-08T00:00:00Z"},
                       {"from": "2013-11-09T00:00:00Z", "to": "2013-11-10T00:00:00Z", "learn": True}],
          "calendars": [{"name": "closed", "learn": True}], "tags": {"owner": "ops"}}
METRIC = {"namespace": "Shop", "name": "errors", "dimensions": {"Shard": "7"}, "stat": "Sum", "periods": ["1h"]}
MATH = {"math": [{"id": "e", "return_data": False, "metric_stat": {
            "stat": "Sum", "period_s": 3600, "metric": {"namespace": "Shop", "name": "errors"}}},
        {"id": "share", "expression": "100 * e"}]}


def file_of(choices):
    """JSON is YAML."""
    return json.dumps({"calendars": DAYS, "detectors": [METRIC | choices, MATH | choices]}, indent=1)


def apart(given):
    return {"mute": True, "learn": False} | given


def shown(choices):
    """As the API shows what the file says."""
    named = [use if isinstance(use, dict) else {"name": use} for use in choices["calendars"]]
    out = {**choices, "excluded": [apart(each) for each in choices["excluded"]],
           "calendars": [apart({"days": DAYS.get(use["name"], [use["name"]]), **use}) for use in named]}
    if "width" in out:
        return out | {"confidence": pytest.approx(0.9875806693484477, abs=1e-15)}
    return out | {"width": pytest.approx(2.5758293035489, abs=1e-12), "confidence": pytest.approx(0.99, abs=1e-15)}


def test_every_choice_of_the_file_is_that_of_the_detector_also_after_a_reload(start_server):
    server = start_server("--enable-lifecycle", config=file_of(FIRST))

    def detectors():
        return sorted(server.own("GET", "/detectors")["detectors"], key=lambda each: each["math"] is not None)

    metric, math = detectors()
    for detector in metric, math:
        # All of them: a choice that is new must be here, too.
        assert detector["choices"] == shown(FIRST)
    assert metric["stat"] == "Sum" and metric["periods_s"] == [3600] and metric["math"] is None, metric
    assert math["metric_title"] == "100 * e" and math["periods_s"] == [3600], math
    assert math["math"][0]["metric_stat"]["metric"]["account"] == "000000000000", math

    file = server.folder / "tidemark.yaml"
    file.write_text(file_of(SECOND))
    assert server.post("/-/reload") == b"taken over: detectors\n"
    after = detectors()
    assert [each["id"] for each in after] == [metric["id"], math["id"]]
    for detector in after:
        assert detector["choices"] == shown(SECOND) and detector["revision"] == 2, detector
    assert server.post("/-/reload") == b"nothing to take over\n"

    # A mistake in the second leaves the first as it is.
    wrong = json.loads(file_of(FIRST))
    wrong["detectors"][1]["confidence"] = 0.9
    file.write_text(json.dumps(wrong))
    with pytest.raises(urllib.error.HTTPError) as caught:
        server.post("/-/reload")
    assert b"give one of the two" in caught.value.read()
    assert detectors() == after

    file.write_text(file_of(SECOND))
    server.kill()
    server.start()
    assert detectors() == after


def job(name, **more):
    return {"namespace": "Glue", "name": "records", "dimensions": {"JobName": name}, "stat": "Sum", "periods": ["1h"]} | more


def shared_file(calendars):
    return json.dumps({"calendars": calendars, "detectors": [job("etl-a"), job("ml-x", tags={"owner": "finance"})]})


BANK = {"days": ["holidays US"], "learn": True, "match": {"dimensions": {"JobName": "etl-*"}}}


def test_a_calendar_given_once_is_of_all_detectors_that_match(start_server):
    server = start_server("--enable-lifecycle", config=shared_file({"bank": BANK}))
    file = server.folder / "tidemark.yaml"

    def inherited():
        found = server.own("GET", "/detectors")["detectors"]
        assert all(each["choices"]["calendars"] == [] for each in found)
        return {each["metric_title"].split("=")[1]: [use["name"] for use in each["inherited"]] for each in found}

    def settled():
        calendars = server.own("GET", "/calendars")["calendars"]
        return all(each["pending"] == 0 for each in calendars) and inherited()

    assert inherited() == {"etl-a": ["bank"], "ml-x": []}
    first = server.own("GET", "/detectors")["detectors"][0]
    assert first["inherited"] == [{"name": "bank", "days": ["holidays US"], "mute": True, "learn": True, "match": BANK["match"]}]
    assert server.own_refused("PUT", "/calendars/bank", BANK)[0] == 409
    assert server.own_refused("DELETE", "/calendars/bank")[0] == 409

    # By the API, beside it; of a name that a path cannot hold as it is.
    made = server.own("PUT", "/calendars/month%2Fend%20", {"days": ["day -1"], "match": {"tags": {"owner": "fin*"}}})
    assert {key: made[key] for key in ("name", "days", "mute", "learn", "source", "detectors")} == {
        "name": "month/end ", "days": ["day -1"], "mute": True, "learn": False, "source": "api", "detectors": 1}
    eventually(lambda: settled() == {"etl-a": ["bank"], "ml-x": ["month/end "]})
    status, error = server.own_refused("PUT", "/calendars/x", {"days": ["day -1"], "match": {"metric": "a"}})
    assert (status, error["message"]) == (400, "match.metric is no member of this")

    # Whom a calendar would be for, before there is one.
    def matching(match):
        answer = server.own("GET", "/detectors?match=" + urllib.parse.quote(json.dumps(match)))
        return [each["metric_title"].split("=")[1] for each in answer["detectors"]], answer["total"]

    assert matching({"tags": {"owner": "f*"}}) == (["ml-x"], 1)
    assert matching({}) == (["etl-a", "ml-x"], 2)
    assert matching({"namespace": "glue"}) == ([], 0)
    for wrong, words in (('{"metric": "a"}', "match.metric is no member of this"), ("[", "match must be an object"), ("[]", "match must be an object")):
        status, error = server.own_refused("GET", "/detectors?match=" + urllib.parse.quote(wrong))
        assert (status, error["message"]) == (400, words), error

    # A reload changes and removes those of the file; those of the API and a restart change nothing.
    file.write_text(shared_file({"bank": BANK | {"match": {}}, "plain": ["sat"]}))
    assert server.post("/-/reload") == b"taken over: calendars\n"
    eventually(lambda: settled() == {"etl-a": ["bank"], "ml-x": ["bank", "month/end "]})
    revisions = [each["revision"] for each in server.own("GET", "/detectors")["detectors"]]
    server.kill()
    server.start()
    assert settled() == {"etl-a": ["bank"], "ml-x": ["bank", "month/end "]}
    assert [each["revision"] for each in server.own("GET", "/detectors")["detectors"]] == revisions
    file.write_text(shared_file({"plain": ["sat"]}))
    server.kill()
    server.start()
    eventually(lambda: settled() == {"etl-a": [], "ml-x": ["month/end "]})
    server.own("DELETE", "/calendars/month%2Fend%20")
    eventually(lambda: inherited() == {"etl-a": [], "ml-x": []})
    assert server.own_refused("GET", "/calendars/bank")[0] == 404


def test_a_calendar_made_in_the_pages_is_with_what_matches_until_it_is_deleted_there(start_server):
    server = start_server("--enable-test-api", "--enable-lifecycle", "--clock", "2013-11-01T00:00:00Z",
                          config=shared_file({"bank": BANK}))
    client = boto3.client("cloudwatch", endpoint_url=server.url, region_name="us-east-1",
                          aws_access_key_id="test", aws_secret_access_key="test")
    server.advance("21d")
    start = datetime.datetime(2013, 11, 1, tzinfo=datetime.timezone.utc)
    for day in range(21):
        client.put_metric_data(Namespace="Glue", MetricData=[
            {"MetricName": "records", "Dimensions": [{"Name": "JobName", "Value": name}], "Value": 100 + hour % 5,
             "Timestamp": start + datetime.timedelta(days=day, hours=hour)} for name in ("etl-a", "ml-x") for hour in range(24)])
    for each in server.own("GET", "/detectors")["detectors"]:
        server.own("PUT", f"/detectors/{each['id']}", {"choices": {"timezone": "America/New_York"}})
    run_in_chromium("calendars.test.mjs", TIDEMARK_URL=server.url)
    assert [each["name"] for each in server.own("GET", "/calendars")["calendars"]] == ["bank"]


def test_cloudwatch_leaves_tags_as_they_are(start_server):
    server = start_server(config=json.dumps({"detectors": [job("a", tags={"owner": "finance"})]}))
    client = boto3.client("cloudwatch", endpoint_url=server.url, region_name="us-east-1",
                          aws_access_key_id="test", aws_secret_access_key="test")
    client.put_anomaly_detector(SingleMetricAnomalyDetector={
        "Namespace": "Glue", "MetricName": "records", "Dimensions": [{"Name": "JobName", "Value": "a"}], "Stat": "Sum"},
        Configuration={"MetricTimezone": "Europe/Berlin"})
    [detector] = server.own("GET", "/detectors")["detectors"]
    assert detector["choices"]["tags"] == {"owner": "finance"} and detector["choices"]["timezone"] == "Europe/Berlin"
    # Tags alone are no revision; wrong ones are refused by field and limit.
    changed = server.own("PUT", f"/detectors/{detector['id']}", {"choices": {"tags": {"owner": "ops"}}})
    assert changed["choices"]["tags"] == {"owner": "ops"} and changed["revision"] == detector["revision"]
    for tags, words in (({"": "a"}, "tags: a key has 1 to 128 bytes"), ({"owner": "v" * 257}, "tags.owner has 257 bytes, limit 256"),
                        ({str(n): "" for n in range(51)}, "tags has 51 keys, limit 50")):
        status, error = server.own_refused("PUT", f"/detectors/{detector['id']}", {"choices": {"tags": tags}})
        assert status == 400 and error["message"].startswith(words), error


def test_what_is_set_in_the_pages_is_there_after_they_are_read_again(frozen):
    world = MathWorld(frozen)
    for number in range(WEEKS, WEEKS + 5):
        world.hour(number)
    frozen.own("DELETE", f"/detectors/{world.detector}")
    world.cloudwatch.put_metric_alarm(
        AlarmName="share", ComparisonOperator="GreaterThanUpperThreshold", ThresholdMetricId="b", EvaluationPeriods=1,
        Metrics=[{"Id": "b", "Expression": "ANOMALY_DETECTION_BAND(share, 3)", "ReturnData": True}, *queries()])
    metric = next(m for m in frozen.own("GET", "/metrics")["metrics"] if m["name"] == "errors")
    frozen.own("POST", "/detectors", {"metric_id": metric["id"], "stat": "Sum", "periods_s": [3600]})
    run_in_chromium("band.test.mjs", TIDEMARK_URL=frozen.url)

"""Bodies of the own API: what is not known is refused, and a refusal names the field as this API names it."""
import urllib.parse

import boto3
import pytest

START = "2013-11-01T00:00:00Z"
TOPIC = "arn:aws:sns:us-east-1:000000000000:team"


@pytest.fixture
def world(frozen):
    aws = {"endpoint_url": frozen.url, "region_name": "us-east-1", "aws_access_key_id": "x", "aws_secret_access_key": "x"}
    boto3.client("cloudwatch", **aws).put_metric_data(Namespace="Jobs", MetricData=[
        {"MetricName": "rows", "Value": 1, "Timestamp": "2013-10-31T23:00:00Z"}])
    boto3.client("sns", **aws).create_topic(Name="team")
    frozen.metric = frozen.own("GET", "/metrics")["metrics"][0]["id"]
    return frozen


def alarm(world, **changed):
    return {"name": "a", "description": "", "metric_id": world.metric, "stat": "Sum", "period_s": 60, "kind": "static",
            "direction": "above", "threshold": 1, "evaluation_periods": 1, "datapoints_to_alarm": 1,
            "treat_missing_data": "missing", "topic_arns": []} | changed


def test_unknown_members_are_refused_in_every_body(world):
    world.own("POST", "/alarms", alarm(world))
    detector = world.own("POST", "/detectors", {"metric_id": world.metric, "stat": "Sum"})["id"]
    for method, path, body in (
            ("POST", "/alarms", alarm(world, name="b")), ("PUT", "/alarms/a", {}), ("POST", "/alarms/a/actions", {"enabled": True}),
            ("PUT", "/alarms/a/width", {"k": 2}), ("PUT", "/mutes/m", {"alarms": ["a"], "for": "1h"}),
            ("POST", "/detectors", {"metric_id": world.metric, "stat": "Sum"}), ("PUT", f"/detectors/{detector}", {}),
            ("POST", "/missed", {"detector_id": detector, "from": START, "to": START}), ("PUT", "/calendars/sat", {"match": {}}),
            ("POST", "/findings/x.60.0/verdict", {"verdict": "real"}), ("POST", "/backtest", {"alarm": "a"}),
            ("POST", "/backtest/team", {"prefix": "", "alarms_per_week": 1})):
        status, error = world.own_refused(method, path, body | {"colour": 1})
        assert (status, error["code"], error["field"]) == (400, "invalid_field", "colour"), (path, error)
    for method, path in (("POST", "/detectors"), ("PUT", f"/detectors/{detector}")):
        target = {"metric_id": world.metric, "stat": "Sum"} if method == "POST" else {}
        status, error = world.own_refused(method, path, target | {"choices": {"widht": 2}})
        assert (status, error["field"]) == (400, "choices.widht") and "'width'" in error["message"], error
    assert [each["name"] for each in world.own("GET", "/alarms")["alarms"]] == ["a"]
    assert world.own("GET", "/mutes")["mutes"] == [] and world.own("GET", "/calendars")["calendars"] == []


def test_only_topics_of_this_server_are_told(world):
    for arns in (["x"], [TOPIC, TOPIC + "s"], ["arn:aws:lambda:us-east-1:000000000000:function:f"]):
        status, error = world.own_refused("POST", "/alarms", alarm(world, topic_arns=arns))
        assert (status, error["field"]) == (400, "topic_arns") and f"'{arns[-1]}' is none" in error["message"], error
    made = world.own("POST", "/alarms", alarm(world, topic_arns=[TOPIC]))
    edit = alarm(world, version=made["version"], topic_arns=[TOPIC, "x"])
    del edit["name"]
    assert world.own_refused("PUT", "/alarms/a", edit)[1]["field"] == "topic_arns"


def test_refusals_name_the_field_as_this_api_does(world):
    for field, wrong in {"name": "", "description": "d" * 1025, "datapoints_to_alarm": 2, "treat_missing_data": "later",
                         "period_s": 45}.items():
        status, error = world.own_refused("POST", "/alarms", alarm(world, **{field: wrong}))
        assert (status, error["field"]) == (400, field) and error["message"].startswith(field), error
    assert world.own_refused("POST", "/alarms", alarm(world, name="n" * 256))[1]["field"] == "name"
    assert world.own_refused("POST", "/backtest", alarm(world, period_s=45))[1]["field"] == "period_s"
    world.own("POST", "/alarms", alarm(world))
    for field, wrong in {"expression": "cron(0 2 * *)", "duration": "1h", "timezone": "Berlin"}.items():
        body = {"alarms": ["a"], "expression": "cron(0 2 * * *)", "duration": "PT1H", field: wrong}
        assert world.own_refused("PUT", "/mutes/m", body)[1]["field"] == field
    target = {"metric_id": world.metric, "stat": "Sum"}
    for choice, wrong in {"width": 11, "timezone": "Berlin"}.items():
        status, error = world.own_refused("POST", "/detectors", target | {"choices": {choice: wrong}})
        assert (status, error["field"]) == (400, f"choices.{choice}") and error["message"].startswith(choice), error


def test_alarms_whose_names_are_dots_have_a_ref_that_a_path_can_hold(world):
    # Browsers and proxies take "." and ".." out of a path, however they are written.
    made = [world.own("POST", "/alarms", alarm(world, name=name)) for name in (".", "..", "...")]
    assert [each["ref"] for each in made] == [made[0]["arn"], made[1]["arn"], "..."]
    assert world.own("GET", "/alarms/" + urllib.parse.quote(made[1]["ref"], safe=""))["name"] == ".."

"""Alarms of one name in two regions: whoever names one reaches that one, and no other."""
from urllib.parse import quote

import boto3
import pytest

from conftest import eventually

NAME = "rows/high"
RUNBOOK = """
runbooks:
  enabled: true
  commands:
    note: {argv: [/bin/cat], timeout: 10s, tries: 1}
"""
BY_NAME = f"/alarms/{quote(NAME, safe='')}"


@pytest.fixture
def world(start_server):
    server = start_server("--enable-test-api", "--clock", "2013-11-01T00:00:00Z", config=RUNBOOK)
    server.clients = {
        region: boto3.client("cloudwatch", endpoint_url=server.url, region_name=region, aws_access_key_id="x", aws_secret_access_key="x")
        for region in ("eu-west-1", "us-east-1")}
    for threshold, client in enumerate(server.clients.values()):
        client.put_metric_data(Namespace="Jobs", MetricData=[{"MetricName": "rows", "Value": 1}])
        client.put_metric_alarm(AlarmName=NAME, Namespace="Jobs", MetricName="rows", Period=60, Statistic="Sum", EvaluationPeriods=1,
                                ComparisonOperator="GreaterThanThreshold", Threshold=threshold + 100,
                                AlarmActions=["runbook:note"])
    return server


def left_in(server):
    return [region for region, client in server.clients.items() if client.describe_alarms(AlarmNames=[NAME])["MetricAlarms"]]


def deliveries(server, ref):
    return server.own("GET", f"/alarms/{quote(ref, safe='')}/deliveries")["deliveries"]


def test_a_name_that_two_have_reaches_neither(world):
    calls = [("GET", ""), ("GET", "/history"), ("GET", "/deliveries"), ("DELETE", ""), ("POST", "/actions", {"enabled": False}),
             ("PUT", "/width", {"k": 3}), ("PUT", "", {"version": "x"})]
    for method, end, *body in calls:
        status, error = world.own_refused(method, BY_NAME + end, *body)
        assert (status, error["code"]) == (409, "ambiguous"), (method, end)
        assert all(f":{region}:" in error["message"] for region in world.clients)
    assert world.own_refused("GET", f"/chart?alarm={quote(NAME, safe='')}")[0] == 409
    assert left_in(world) == ["eu-west-1", "us-east-1"]


def test_each_is_reached_by_what_the_list_calls_it(world):
    listed = world.own("GET", "/alarms")["alarms"]
    assert [each["name"] for each in listed] == [NAME, NAME] and len({each["ref"] for each in listed}) == 2
    european = next(each for each in listed if each["region"] == "eu-west-1")
    assert european["ref"] == european["arn"]
    path = f"/alarms/{quote(european['ref'], safe='')}"
    assert world.own("GET", path)["threshold"] == 100
    assert world.own("POST", f"{path}/actions", {"enabled": False})["region"] == "eu-west-1"
    assert world.own("GET", f"/chart?alarm={quote(european['ref'], safe='')}")["threshold"] == 100
    assert world.own("PUT", "/mutes/quiet", {"alarms": [european["ref"]], "for": "1h"})["alarms"] == [NAME]
    both = [each["ref"] for each in listed]
    assert world.own_refused("PUT", "/mutes/quiet", {"alarms": both, "for": "1h"})[1]["field"] == "alarms"
    history = world.own("GET", f"{path}/history")["items"]

    # Who was told of the one was not told of the other, and what changed lately leads to the right one.
    american = next(each["ref"] for each in listed if each["region"] == "us-east-1")
    world.clients["us-east-1"].set_alarm_state(AlarmName=NAME, StateValue="ALARM", StateReason="drill")
    eventually(lambda: [each["transition"]["new_state"] for each in deliveries(world, american)] == ["ALARM"])
    assert deliveries(world, european["ref"]) == []
    now = world.own("GET", "/now")
    assert [each["ref"] for each in now["in_alarm"]] == [american] and now["recent"][0]["ref"] == american
    world.own("DELETE", path)
    assert left_in(world) == ["us-east-1"]

    # With one left its name is enough, and what was deleted keeps its history.
    assert world.own("GET", BY_NAME)["ref"] == NAME
    assert history and world.own_refused("GET", path)[0] == 404

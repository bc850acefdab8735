"""Lists of the own API page by page, while things come and go."""
import boto3
import pytest


@pytest.fixture
def world(frozen):
    frozen.cloudwatch = boto3.client("cloudwatch", endpoint_url=frozen.url, region_name="us-east-1",
                                     aws_access_key_id="x", aws_secret_access_key="x")
    return frozen


def put_alarm(world, name):
    world.cloudwatch.put_metric_alarm(AlarmName=name, Namespace="Jobs", MetricName="rows", Statistic="Sum", Period=60, EvaluationPeriods=1,
                                      Threshold=1, ComparisonOperator="GreaterThanThreshold")


def put_metrics(world, names):
    world.cloudwatch.put_metric_data(Namespace="Jobs", MetricData=[
        {"MetricName": name, "Value": 1, "Timestamp": "2013-10-31T23:00:00Z"} for name in names])


def pages(world, path, member, between):
    """The names or ids on all pages; `between` is called behind the first, with what stands on it."""
    out, cursor = [], ""
    while cursor is not None:
        page = world.own("GET", f"{path}?limit=4&cursor={cursor}")
        if not out:
            between(page[member])
        out += page[member]
        cursor = page["next"]
    return out


def test_no_alarm_is_passed_over_when_one_is_deleted(world):
    names = [f"a{number:02}" for number in range(10)]
    for name in names:
        put_alarm(world, name)
    seen = pages(world, "/alarms", "alarms", lambda page: world.cloudwatch.delete_alarms(
        AlarmNames=[page[0]["name"], page[-1]["name"]]))
    assert sorted(alarm["name"] for alarm in seen) == names


def test_no_metric_stands_twice_when_one_comes(world):
    names = [f"m{number:02}" for number in range(10)]
    put_metrics(world, names)
    seen = pages(world, "/metrics", "metrics", lambda page: put_metrics(world, ["a"]))
    assert [metric["name"] for metric in seen] == names


def test_no_detector_is_passed_over_when_one_is_removed(world):
    put_metrics(world, [f"m{number:02}" for number in range(10)])
    for metric in world.own("GET", "/metrics")["metrics"]:
        world.own("POST", "/detectors", {"metric_id": metric["id"], "stat": "Sum"})
    seen = pages(world, "/detectors", "detectors", lambda page: world.own("DELETE", f"/detectors/{page[-1]['id']}"))
    assert len({detector["id"] for detector in seen}) == len(seen) == 10


@pytest.mark.parametrize("path", ["/alarms", "/metrics", "/detectors"])
@pytest.mark.parametrize("cursor", ["10", "-1", "x", "AAAA"])
def test_a_cursor_that_no_page_gave_is_refused(world, path, cursor):
    status, error = world.own_refused("GET", f"{path}?cursor={cursor}")
    assert (status, error["code"], error["field"]) == (400, "invalid_field", "cursor")
    assert "must be the next of the page before" in error["message"]

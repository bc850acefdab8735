"""Metrics Insights queries (SELECT ...) over a live server: late data, kill -9, limits, other places, alarms."""
import datetime
import time

import boto3
import botocore.config
import botocore.exceptions
import pytest

START = datetime.datetime(2013, 11, 1, tzinfo=datetime.timezone.utc)
CREDENTIALS = {"aws_access_key_id": "k", "aws_secret_access_key": "s"}


def at(minutes):
    return START + datetime.timedelta(minutes=minutes)


def client(server, region="us-east-1"):
    return boto3.client("cloudwatch", endpoint_url=server.url, region_name=region, **CREDENTIALS,
                        config=botocore.config.Config(retries={"total_max_attempts": 1}))


def put(cloudwatch, rows, name="errors"):
    """rows: (dimensions, minute, value)"""
    data = [{"MetricName": name, "Dimensions": [{"Name": n, "Value": v} for n, v in dimensions.items()],
             "Timestamp": at(minute), "Value": value} for dimensions, minute, value in rows]
    for first in range(0, len(data), 1000):
        cloudwatch.put_metric_data(Namespace="Shop/Front", MetricData=data[first:first + 1000])


def ask(cloudwatch, *queries, minutes=(0, 10)):
    return cloudwatch.get_metric_data(StartTime=at(minutes[0]), EndTime=at(minutes[1]), ScanBy="TimestampAscending",
                                      MetricDataQueries=list(queries))


def select(cloudwatch, text, period=60, minutes=(0, 10)):
    """[(label, values)]"""
    answer = ask(cloudwatch, {"Id": "q1", "Expression": text, "Period": period}, minutes=minutes)
    assert all(result["Id"] == "q1" for result in answer["MetricDataResults"])
    return [(result["Label"], result["Values"]) for result in answer["MetricDataResults"]]


SUM = 'SELECT SUM(errors) FROM "Shop/Front" '


def test_late_data_and_kill_lose_nothing(frozen):
    cloudwatch = client(frozen)
    frozen.advance("1h")
    put(cloudwatch, [({"host": "a"}, 0, 1), ({"host": "b", "zone": "x"}, 0, 2), ({}, 1, 4)])
    assert select(cloudwatch, SUM) == [("q1", [3, 4])]
    put(cloudwatch, [({"host": "a"}, 0, 8), ({"host": "new"}, 0, 16)])
    before = [select(cloudwatch, SUM + tail) for tail in ("", "GROUP BY host", "WHERE host != 'a' GROUP BY zone, host")]
    assert before == [[("q1", [27, 4])],
                      [("Other", [4]), ("a", [9]), ("b", [2]), ("new", [16])],
                      [("Other new", [16]), ("x b", [2])]]
    frozen.kill()
    frozen.start()
    cloudwatch = client(frozen)
    frozen.advance("1h")
    assert before == [select(cloudwatch, SUM + tail)
                      for tail in ("", "GROUP BY host", "WHERE host != 'a' GROUP BY zone, host")]


def test_another_region_sees_nothing(frozen):
    put(client(frozen), [({"host": "a"}, 0, 1)])
    ireland = client(frozen, "eu-west-1")
    assert select(ireland, SUM) == [("q1", [])]
    put(ireland, [({"host": "a"}, 0, 7)])
    assert select(ireland, SUM + "GROUP BY host") == [("a", [7])]
    assert select(client(frozen), SUM + "GROUP BY host") == [("a", [1])]


def test_metric_math_takes_groups(frozen):
    cloudwatch = client(frozen)
    put(cloudwatch, [({"host": "a"}, 0, 1), ({"host": "b"}, 0, 3), ({"host": "b"}, 1, 5)])
    answer = ask(cloudwatch,
                 {"Id": "q1", "Expression": SUM + "GROUP BY host", "Period": 60, "ReturnData": False},
                 {"Id": "e1", "Expression": "100 * q1 / SUM(q1)"}, {"Id": "e2", "Expression": "MAX(q1)"})
    assert [(r["Id"], r["Label"], r["Values"]) for r in answer["MetricDataResults"]] == [
        ("e1", "a", [25, 0]), ("e1", "b", [75, 100]), ("e2", "e2", [3, 5])]


@pytest.mark.parametrize("query, part", [
    ({"Expression": "SELECT SUM(errors)", "Period": 60}, "expected FROM, but the query ends at position 19"),
    ({"Expression": "SELECT SUM(errors) FROM n"}, "the Metrics Insights query 'q1' must have a Period"),
    ({"Expression": "SELECT SUM(errors) FROM n", "Period": 61}, "a multiple of 60"),
])
def test_what_is_wrong_is_a_validation_error(frozen, query, part):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        ask(client(frozen), {"Id": "q1", **query})
    assert caught.value.response["Error"]["Code"] == "ValidationError"
    assert part in caught.value.response["Error"]["Message"]


def test_of_many_metrics_the_first_are_read_and_the_answer_says_so(frozen):
    cloudwatch = client(frozen)
    put(cloudwatch, [({"host": f"{i:05}"}, 0, 1) for i in range(10_001)])
    began = time.monotonic()
    answer = ask(cloudwatch, {"Id": "q1", "Expression": SUM, "Period": 60})
    print(f"SELECT over 10,000 series: {time.monotonic() - began:.2f} s")
    assert answer["MetricDataResults"][0]["Values"] == [10_000]
    assert [m["Code"] for m in answer["Messages"]] == ["MaxMatchingResultsExceeded"]
    answer = ask(cloudwatch, {"Id": "q1", "Expression": SUM + "GROUP BY host", "Period": 60})
    assert len(answer["MetricDataResults"]) == 500
    assert [m["Code"] for m in answer["Messages"]] == ["MaxMatchingResultsExceeded", "MaxQueryResultsExceeded"]
    answer = ask(cloudwatch, {"Id": "q1", "Expression": SUM + "WHERE host = '10000'", "Period": 60})
    assert answer["MetricDataResults"][0]["Values"] == [1] and answer["Messages"] == []


def test_an_alarm_sees_hosts_that_come_later(frozen):
    cloudwatch = client(frozen)
    cloudwatch.put_metric_alarm(
        AlarmName="fleet", ComparisonOperator="GreaterThanThreshold", Threshold=10, EvaluationPeriods=1,
        Metrics=[{"Id": "q1", "Expression": SUM + "WHERE zone = 'x'", "Period": 60}])

    def state():
        alarm = cloudwatch.describe_alarms(AlarmNames=["fleet"])["MetricAlarms"][0]
        return alarm["StateValue"], alarm["StateReason"]

    put(cloudwatch, [({"host": "a", "zone": "x"}, 0, 6), ({"host": "b", "zone": "y"}, 0, 600)])
    frozen.advance("70s")
    assert state()[0] == "OK"
    put(cloudwatch, [({"host": "a", "zone": "x"}, 1, 6), ({"host": "new", "zone": "x"}, 1, 5)])
    frozen.advance("70s")
    assert state()[0] == "ALARM"
    assert "[11.0 (01/11/13 00:01:00)] was greater than the threshold (10.0)" in state()[1]
    frozen.kill()
    frozen.flags[frozen.flags.index("--clock") + 1] = "2013-11-01T00:02:20Z"
    frozen.start()
    cloudwatch = client(frozen)
    assert state()[0] == "ALARM"
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        cloudwatch.put_metric_alarm(
            AlarmName="each", ComparisonOperator="GreaterThanThreshold", Threshold=10, EvaluationPeriods=1,
            Metrics=[{"Id": "q1", "Expression": SUM + "GROUP BY host ORDER BY MAX()", "Period": 60}])
    assert caught.value.response["Error"]["Code"] == "ValidationError"
    assert "GROUP BY returns multi time series" in caught.value.response["Error"]["Message"]


def test_an_alarm_whose_query_was_cut_says_so(frozen):
    cloudwatch = client(frozen)
    cloudwatch.put_metric_alarm(
        AlarmName="fleet", ComparisonOperator="GreaterThanThreshold", Threshold=10, EvaluationPeriods=1,
        Metrics=[{"Id": "q1", "Expression": SUM + "GROUP BY host", "Period": 60, "ReturnData": False},
                 {"Id": "worst", "Expression": "MAX(q1)", "ReturnData": True}])

    def told():
        alarm = cloudwatch.describe_alarms(AlarmNames=["fleet"])["MetricAlarms"][0]
        return alarm.get("EvaluationState"), frozen.own("GET", "/alarms/fleet")["partial"]

    put(cloudwatch, [({"host": f"{i:05}"}, 0, 1) for i in range(500)])
    frozen.advance("70s")
    assert told() == (None, None)
    put(cloudwatch, [({"host": f"{i:05}"}, 1, 1) for i in range(501)])
    frozen.advance("60s")
    state, words = told()
    assert state == "PARTIAL_DATA"
    assert words == ("It watches a part of what its query matches: of a query at most 10,000 metrics are read, "
                     "and at most 500 series made.")

"""What PutMetricAlarm refuses because the alarm could never work: as boto3 hears it, and what a stored one still says."""
import json
import sqlite3

import boto3
import pytest
from botocore.exceptions import ClientError

RUNBOOK = """
runbooks:
  enabled: true
  commands:
    note: {argv: [/bin/cat]}
"""
RULE = {"ComparisonOperator": "GreaterThanThreshold", "Threshold": 5, "EvaluationPeriods": 1}
SINGLE = {**RULE, "Namespace": "Shop", "MetricName": "load", "Statistic": "Sum", "Period": 60}


@pytest.fixture
def world(start_server):
    server = start_server("--enable-test-api", "--clock", "2013-11-01T00:00:00Z", config=RUNBOOK)
    server.cloudwatch = boto3.client("cloudwatch", endpoint_url=server.url, region_name="us-east-1",
                                     aws_access_key_id="x", aws_secret_access_key="x")
    server.cloudwatch.put_metric_data(Namespace="Shop", MetricData=[{"MetricName": "load", "Value": 1}])
    return server


def queries(expression, **between):
    """The expression returns data; `m1` and `m2` are metrics, `between` more expressions by their ids."""
    def stat(metric):
        return {"Metric": {"Namespace": "Shop", "MetricName": metric}, "Period": 60, "Stat": "Sum"}

    return [{"Id": "m1", "MetricStat": stat("load"), "ReturnData": False}, {"Id": "m2", "MetricStat": stat("cost"), "ReturnData": False},
            *({"Id": name, "Expression": text, "ReturnData": False} for name, text in between.items()),
            {"Id": "e", "Expression": expression}]


def refusal(server, **alarm):
    """(code, message) of what is refused; None: it is taken."""
    try:
        server.cloudwatch.put_metric_alarm(AlarmName="a", **alarm)
        return None
    except ClientError as error:
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400
        assert not server.cloudwatch.describe_alarms(AlarmNames=["a"])["MetricAlarms"]
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    finally:
        server.cloudwatch.delete_alarms(AlarmNames=["a"])


NOT_ONE = "Error in expression 'e': the result must be a single time series, not "


@pytest.mark.parametrize("expression, between, message", [
    ("SEARCH('{Shop} load', 'Sum', 60)", {}, "SEARCH is not supported on Metric Alarms."),
    ("m1", {"s": "SUM(SEARCH('{Shop} load', 'Sum', 60))"}, "SEARCH is not supported on Metric Alarms."),
    ("METRICS() * 2", {}, NOT_ONE + "an array of them"),
    ("[m1, m2]", {}, NOT_ONE + "an array of them"),
    ("AVG(m1)", {}, NOT_ONE + "a scalar"),
    ("5", {}, NOT_ONE + "a scalar"),
    ("INSIGHT_RULE_METRIC('a', 'b')", {}, "Error in expression 'e': Function 'INSIGHT_RULE_METRIC' is not supported at position 1"),
    ("FOO(m1)", {}, "Error in expression 'e': Function 'FOO' not found at position 1"),
])
def test_metric_math_that_can_never_be_evaluated_is_refused(world, expression, between, message):
    assert refusal(world, **RULE, Metrics=queries(expression, **between)) == ("ValidationError", message)


@pytest.mark.parametrize("expression", [
    "IF(m1 > 5, m1, 0)", "FILL(m1, 0) / m2", "RATE(m1)", "SUM(METRICS())", "all - AVG(m1)", "m1 + mean"])
def test_metric_math_that_gives_one_series_is_taken(world, expression):
    between = {"all": "MAX([m1, m2])", "mean": "AVG(m2)", "every": "METRICS()"}
    assert refusal(world, **RULE, Metrics=queries(expression, **between)) is None


def test_the_own_api_names_what_an_alarm_watches(world):
    """Also a metric that has sent nothing: where it is looked for is what a person must see then."""
    world.cloudwatch.put_metric_alarm(AlarmName="one", **{**SINGLE, "Namespace": "Shpo"})
    one = world.own("GET", "/alarms/one")
    assert (one["namespace"], one["metric_title"], one["metric_id"], one["queries"]) == ("Shpo", "load", None, None)
    world.cloudwatch.put_metric_alarm(AlarmName="math", **RULE, Metrics=queries("m1 / m2"))
    math = world.own("GET", "/alarms/math")
    assert math["namespace"] is None
    assert [(query["id"], query["return_data"]) for query in math["queries"]] == [("m1", False), ("m2", False), ("e", True)]
    assert math["queries"][2]["expression"] == "m1 / m2"
    stat = math["queries"][1]["metric_stat"]
    assert (stat["metric"]["namespace"], stat["metric"]["name"], stat["stat"], stat["period_s"]) == ("Shop", "cost", "Sum", 60)


def test_a_metric_without_a_namespace_is_refused(world):
    alarm = {name: value for name, value in SINGLE.items() if name != "Namespace"}
    assert refusal(world, **alarm) == ("MissingParameter", "The parameter Namespace is required.")


NO_NAMES = [({"MetricName": "größe"}, "MetricName contains non-ASCII"), ({"MetricName": "a\tb"}, "MetricName contains control"),
            ({"Namespace": "Läden"}, "Namespace contains non-ASCII"),
            ({"Dimensions": [{"Name": "a", "Value": "b"}, {"Name": "c", "Value": "d\x7f"}]}, "Dimensions.member.2.Value contains control"),
            ({"Dimensions": [{"Name": "Straße", "Value": "b"}]}, "Dimensions.member.1.Name contains non-ASCII")]


@pytest.mark.parametrize("names, says", NO_NAMES)
def test_no_call_takes_the_name_of_a_metric_that_put_metric_data_refuses(world, names, says):
    metric = {"Namespace": "Shop", "MetricName": "load", **names}
    stat = {"Id": "m", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}}
    hour = {"StartTime": "2013-10-31T23:00:00Z", "EndTime": "2013-11-01T00:00:00Z"}
    code, message = refusal(world, **{**SINGLE, **names})
    assert code == "InvalidParameterValue" and f"parameter {says}" in message
    code, message = refusal(world, **RULE, Metrics=[stat])
    assert code == "InvalidParameterValue" and f"Metrics.member.1.MetricStat.Metric.{says}" in message
    for call, arguments in [("put_anomaly_detector", {"SingleMetricAnomalyDetector": {**metric, "Stat": "Sum"}}),
                            ("get_metric_statistics", {**metric, **hour, "Period": 60, "Statistics": ["Sum"]}),
                            ("get_metric_data", {"MetricDataQueries": [stat], **hour})]:
        with pytest.raises(ClientError) as refused:
            getattr(world.cloudwatch, call)(**arguments)
        assert refused.value.response["Error"]["Code"] == "InvalidParameterValue", call
        assert says in refused.value.response["Error"]["Message"], call


@pytest.mark.parametrize("names, limit", [({"MetricName": "m" * 256}, "255"), ({"Dimensions": [{"Name": "a", "Value": "b" * 1025}]}, "1024")])
def test_a_name_that_is_too_long_is_refused_with_the_limit(world, names, limit):
    code, message = refusal(world, **{**SINGLE, **names})
    assert code in ("ValidationError", "InvalidParameterValue") and limit in message


def test_an_alarm_with_a_name_that_an_earlier_version_took_stays(world):
    world.cloudwatch.put_metric_alarm(AlarmName="old", **SINGLE)
    world.stop()
    with sqlite3.connect(world.folder / "data/control.db") as database:
        changed = database.execute("UPDATE document SET body = replace(body, '\"load\"', '\"größe\"') WHERE collection = 'alarm'").rowcount
    database.close()
    assert changed == 1
    world.start()
    [described] = world.cloudwatch.describe_alarms()["MetricAlarms"]
    assert described["MetricName"] == "größe" and "EvaluationState" not in described
    world.cloudwatch.delete_alarms(AlarmNames=["old"])
    assert world.cloudwatch.describe_alarms()["MetricAlarms"] == []


@pytest.mark.parametrize("state", ["AlarmActions", "OKActions", "InsufficientDataActions"])
def test_an_action_that_can_never_be_told_is_refused(world, state):
    taken = ["arn:aws:sns:us-east-1:000000000000:later", "arn:aws:automate:us-east-1:ec2:stop",
             "arn:aws:lambda:us-east-1:000000000000:function:f", "runbook:note", "arn:tidemark:runbook:us-east-1:000000000000:note"]
    assert refusal(world, **SINGLE, **{state: taken}) is None
    for action, words in [("foo", "Invalid arn syntax: foo"),
                          ("arn:aws:sns:us-west-2:000000000000:t", "Invalid region us-west-2 specified. Only us-east-1 is supported."),
                          ("arn:tidemark:runbook:us-east-1:000000000000:nope", "There is no runbook 'nope'")]:
        code, message = refusal(world, **SINGLE, **{state: [taken[0], action]})
        assert code == "ValidationError" and words in message


def test_one_that_an_earlier_version_took_is_there_and_never_a_plain_ok(world):
    world.cloudwatch.put_metric_alarm(AlarmName="old", **RULE, Metrics=queries("m1 * 1"))
    world.advance("2m")
    assert world.own("GET", "/alarms/old")["evaluation_error"] is None
    assert world.own("GET", "/now")["sentence"] == "No alarm is on: 1 alarm is OK."
    world.stop()
    with sqlite3.connect(world.folder / "data/control.db") as database:
        [(key, body)] = database.execute("SELECT key, body FROM document WHERE collection = 'alarm'").fetchall()
        rule = json.loads(body.replace("m1 * 1", "AVG(m1)")) | {"alarm_actions": ["foo"]}
        database.execute("UPDATE document SET body = ? WHERE collection = 'alarm' AND key = ?", (json.dumps(rule), key))
    database.close()
    world.start()
    [described] = world.cloudwatch.describe_alarms()["MetricAlarms"]
    assert (described["StateValue"], described["EvaluationState"]) == ("OK", "EVALUATION_ERROR")
    [listed] = world.own("GET", "/alarms")["alarms"]
    assert listed["state"] == "OK" and listed["evaluation_error"] == NOT_ONE + "a scalar"
    now = world.own("GET", "/now")
    assert now["sentence"] == "No alarm is on; 1 of 1 cannot be evaluated."
    assert (now["counts"]["alarms"], now["counts"]["not_evaluated"], now["counts"]["insufficient_data"]) == (1, 1, 0)

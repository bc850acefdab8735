"""PUT /alarms/NAME: what a form changes is changed, and what other clients gave besides stays."""
import datetime

import boto3
import pytest

TOPICS = [f"arn:aws:sns:us-east-1:000000000000:{name}" for name in ("on-call", "team", "ledger")]
START = datetime.datetime(2013, 11, 1, tzinfo=datetime.timezone.utc)
PATH = "/alarms/rows%2Fhigh%201"


@pytest.fixture
def world(start_server):
    """An alarm with all that PutMetricAlarm takes, on a server whose data time stands."""
    server = start_server("--enable-test-api", "--clock", "2013-11-01T00:00:00Z")
    server.cloudwatch = boto3.client("cloudwatch", endpoint_url=server.url, region_name="us-east-1",
                                     aws_access_key_id="x", aws_secret_access_key="x")
    for name in ("rows", "bytes"):
        server.cloudwatch.put_metric_data(Namespace="Jobs", MetricData=[
            {"MetricName": name, "Dimensions": [{"Name": "job", "Value": "etl"}], "Value": 1, "Unit": "Count",
             "Timestamp": START - datetime.timedelta(minutes=1)}])
    server.cloudwatch.put_metric_alarm(
        AlarmName="rows/high 1", Namespace="Jobs", MetricName="rows", Dimensions=[{"Name": "job", "Value": "etl"}], Unit="Count",
        Period=300, ExtendedStatistic="p95", EvaluationPeriods=288, ComparisonOperator="GreaterThanOrEqualToThreshold",
        Threshold=300, EvaluateLowSampleCountPercentile="ignore", ActionsEnabled=False, AlarmActions=TOPICS[:1],
        OKActions=TOPICS[2:], InsufficientDataActions=TOPICS[1:2], Tags=[{"Key": "team", "Value": "data"}])
    return server


def described(server):
    alarm = server.cloudwatch.describe_alarms(AlarmNames=["rows/high 1"])["MetricAlarms"][0]
    tags = server.cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]
    return {"tags": tags} | {k: v for k, v in alarm.items() if "Timestamp" not in k}


def form_of(alarm, **changed):
    return {"version": alarm["version"], "description": alarm["description"], "metric_id": alarm["metric_id"], "stat": alarm["stat"],
            "period_s": alarm["period_s"], "kind": "static", "direction": "at_or_above", "threshold": alarm["threshold"],
            "evaluation_periods": alarm["evaluation_periods"], "datapoints_to_alarm": alarm["datapoints_to_alarm"],
            "treat_missing_data": alarm["treat_missing_data"],
            "topic_arns": [a["arn"] for a in alarm["actions"] if a["on"] == "ALARM"]} | changed


def test_an_edit_changes_what_it_names_and_nothing_else(world):
    before, alarm = described(world), world.own("GET", PATH)
    assert world.own("PUT", PATH, form_of(alarm))["version"] == alarm["version"]
    assert described(world) == before
    assert len(world.own("GET", PATH + "/history")["items"]) == 1, "an edit without a change is none"

    edited = world.own("PUT", PATH, form_of(alarm, description="d", threshold=400, topic_arns=TOPICS[:2]))
    assert edited["version"] != alarm["version"] and edited["threshold"] == 400
    assert described(world) == before | {"AlarmDescription": "d", "Threshold": 400, "AlarmActions": TOPICS[:2],
                                         "OKActions": [TOPICS[2], TOPICS[1]]}
    world.kill()
    world.start()
    assert world.own("GET", PATH)["version"] == edited["version"]


def test_what_was_said_of_a_limit_that_is_another_one_now_is_told_as_of_then(world):
    world.cloudwatch.put_metric_alarm(
        AlarmName="low", Namespace="Jobs", MetricName="rows", Dimensions=[{"Name": "job", "Value": "etl"}], Period=60,
        Statistic="Minimum", EvaluationPeriods=1, ComparisonOperator="LessThanThreshold", Threshold=95)
    alarm = world.own("GET", "/alarms/low")
    assert (alarm["state"], alarm["state_reason_words"]) == ("ALARM", "rows was 1, below the limit of 95.")
    edited = world.own("PUT", "/alarms/low", form_of(alarm, direction="below", description="d"))
    assert edited["state_reason_words"] == alarm["state_reason_words"], "the limit is as it was"
    edited = world.own("PUT", "/alarms/low", form_of(edited, direction="below", threshold=96))
    assert edited["state_reason_words"] == "rows was 1, below the limit of 95. The limit has been changed since."
    assert edited["state_reason"] == alarm["state_reason"], "AWS's words stay"


def test_an_edit_may_change_metric_and_kind_of_limit(world):
    alarm = world.own("GET", PATH)
    other = world.own("GET", "/metrics?search=bytes")["metrics"][0]["id"]
    edited = world.own("PUT", PATH, form_of(alarm, metric_id=other, kind="band", k=2.5, direction="both"))
    assert (edited["band_k"], edited["threshold"], edited["metric_id"]) == (2.5, None, other)
    assert edited["stat"] == "p95" and edited["actions"] == alarm["actions"]
    query = described(world)["Metrics"][0]
    assert "Unit" not in query["MetricStat"], "the unit was a choice among the samples of the other metric"


def test_who_came_second_is_told(world):
    alarm = world.own("GET", PATH)
    # Who is told at all is switched apart: that is no change of the rule.
    world.own("POST", PATH + "/actions", {"enabled": True})
    first = world.own("PUT", PATH, form_of(alarm, threshold=400))
    assert first["actions_enabled"]
    status, error = world.own_refused("PUT", PATH, form_of(alarm, threshold=500))
    assert (status, error["code"], error["field"]) == (409, "changed", "version")
    assert world.own("GET", PATH)["threshold"] == 400
    world.own("DELETE", PATH)
    assert world.own_refused("PUT", PATH, form_of(first))[0] == 404
    assert world.own("GET", "/alarms")["alarms"] == [], "it was not made anew"


def test_what_is_wrong_is_named(world):
    alarm = world.own("GET", PATH)
    for field, wrong in {"name": "other", "metric_id": "s99", "stat": "p101", "direction": "both", "evaluation_periods": 8641,
                         "topic_arns": TOPICS * 2, "threshold": "5"}.items():
        status, error = world.own_refused("PUT", PATH, form_of(alarm, **{field: wrong}))
        assert (status, error["field"]) == (400, field), error
    assert world.own_refused("PUT", PATH, {})[1]["field"] == "version"


def test_a_rule_that_no_form_holds_is_refused(world):
    metric = {"Namespace": "Jobs", "MetricName": "rows", "Dimensions": [{"Name": "job", "Value": "etl"}]}
    world.cloudwatch.put_metric_alarm(
        AlarmName="share", ComparisonOperator="GreaterThanThreshold", EvaluationPeriods=1, Threshold=5, Metrics=[
            {"Id": "m", "ReturnData": False, "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}},
            {"Id": "e", "Expression": "2 * m"}])
    assert world.own("GET", "/alarms/share")["version"] is None
    status, error = world.own_refused("PUT", "/alarms/share", form_of(world.own("GET", PATH)))
    assert (status, error["code"]) == (422, "no_form") and "PutMetricAlarm" in error["message"]


@pytest.fixture
def waiting(world):
    """The alarm of a stack whose job has not run yet, as CloudFormation's clients make it."""
    world.cloudwatch.put_metric_alarm(
        AlarmName="waiting", Namespace="Jobs", MetricName="late", Period=60, Statistic="Sum", Unit="Count",
        Dimensions=[{"Name": "stage", "Value": "load"}, {"Name": "job", "Value": "etl"}],
        ComparisonOperator="GreaterThanOrEqualToThreshold", EvaluationPeriods=1, Threshold=5)
    return world


def named_form(alarm, **changed):
    form = form_of(alarm, metric=alarm["metric"]) | changed
    del form["metric_id"]
    return form


def unit_of(server):
    return server.cloudwatch.describe_alarms(AlarmNames=["waiting"])["MetricAlarms"][0]["Unit"]


def test_an_alarm_is_edited_before_its_metric_has_sent_anything(waiting):
    alarm = waiting.own("GET", "/alarms/waiting")
    assert alarm["metric_id"] is None and alarm["version"] is not None
    assert alarm["metric"] == {"namespace": "Jobs", "name": "late", "region": "us-east-1",
                               "dimensions": [{"name": "job", "value": "etl"}, {"name": "stage", "value": "load"}]}
    assert waiting.own("PUT", "/alarms/waiting", named_form(alarm))["version"] == alarm["version"]
    edited = waiting.own("PUT", "/alarms/waiting", named_form(alarm, threshold=6))
    assert (edited["threshold"], edited["metric"], unit_of(waiting)) == (6, alarm["metric"], "Count")
    assert waiting.own_refused("PUT", "/alarms/waiting", named_form(alarm, threshold=7))[1]["code"] == "changed"
    assert waiting.own("POST", "/backtest", named_form(edited))["past"] == "none"

    # The first sample changes nothing of the rule: a form that was open meanwhile still fits.
    waiting.cloudwatch.put_metric_data(Namespace="Jobs", MetricData=[
        {"MetricName": "late", "Value": 9, "Unit": "Count", "Timestamp": START - datetime.timedelta(minutes=1),
         "Dimensions": [{"Name": "job", "Value": "etl"}, {"Name": "stage", "Value": "load"}]}])
    arrived = waiting.own("GET", "/alarms/waiting")
    assert arrived["metric_id"] is not None and arrived["version"] == edited["version"]
    assert waiting.own("PUT", "/alarms/waiting", named_form(edited, threshold=8))["threshold"] == 8
    by_id = waiting.own("PUT", "/alarms/waiting", form_of(waiting.own("GET", "/alarms/waiting")))
    assert (by_id["threshold"], by_id["metric"], unit_of(waiting)) == (8, alarm["metric"], "Count")


def test_a_band_may_wait_for_its_metric_too(waiting):
    alarm = waiting.own("GET", "/alarms/waiting")
    edited = waiting.own("PUT", "/alarms/waiting", named_form(alarm, kind="band", k=3, direction="above"))
    assert (edited["band_k"], edited["metric_id"], edited["metric"]) == (3, None, alarm["metric"])
    made = waiting.own("POST", "/alarms", {"name": "new"} | {
        k: v for k, v in named_form(alarm, metric={"namespace": "Jobs", "name": "never", "dimensions": {"a": "b"}}).items() if k != "version"})
    assert made["metric_title"] == "never · a=b" and made["version"]


def test_a_name_that_is_no_metric_is_refused(waiting):
    alarm = waiting.own("GET", "/alarms/waiting")
    for metric, words in {"late": "metric must be an object", None: "metric must be an object"}.items():
        assert waiting.own_refused("PUT", "/alarms/waiting", named_form(alarm, metric=metric))[1]["message"] == words
    elsewhere = alarm["metric"] | {"region": "eu-west-1"}
    status, error = waiting.own_refused("PUT", "/alarms/waiting", named_form(alarm, metric=elsewhere))
    assert (status, error["field"]) == (400, "metric") and "us-east-1" in error["message"]
    both = form_of(waiting.own("GET", PATH), version=alarm["version"], metric=alarm["metric"])
    assert waiting.own_refused("PUT", "/alarms/waiting", both)[1]["field"] == "metric"
    neither = named_form(alarm)
    del neither["metric"]
    assert waiting.own_refused("PUT", "/alarms/waiting", neither)[1]["field"] == "metric_id"

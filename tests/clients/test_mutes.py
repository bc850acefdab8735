"""Mute rules as CloudWatch's own client keeps them, and as the own API does; what the sinks see of it."""
import datetime
import time

import boto3
import pytest
from botocore.exceptions import ClientError

RUNBOOK = """
runbooks:
  enabled: true
  commands:
    note: {argv: [/bin/cat], timeout: 10s, tries: 1}
"""
ACTION = "arn:tidemark:runbook:us-east-1:000000000000:note"
START = datetime.datetime(2013, 11, 1, tzinfo=datetime.timezone.utc)


@pytest.fixture
def world(start_server):
    """An alarm with a runbook on a server whose data time stands at 2013-11-01."""
    server = start_server("--enable-test-api", "--clock", "2013-11-01T00:00:00Z", config=RUNBOOK)
    server.cloudwatch = boto3.client("cloudwatch", endpoint_url=server.url, region_name="us-east-1",
                                     aws_access_key_id="x", aws_secret_access_key="x")
    server.cloudwatch.put_metric_alarm(
        AlarmName="rows", Namespace="Jobs", MetricName="rows", Period=60, Statistic="Maximum", EvaluationPeriods=1,
        ComparisonOperator="GreaterThanThreshold", Threshold=300, TreatMissingData="ignore",
        AlarmActions=[ACTION])
    return server


def put(server, minute, value):
    server.cloudwatch.put_metric_data(Namespace="Jobs", MetricData=[{
        "MetricName": "rows", "Value": value, "Timestamp": START + datetime.timedelta(minutes=minute)}])


def state(server):
    return server.cloudwatch.describe_alarms(AlarmNames=["rows"])["MetricAlarms"][0]["StateValue"]


def muted_lines(server):
    items = server.cloudwatch.describe_alarm_history(AlarmName="rows", HistoryItemType="Action",
                                                     ScanBy="TimestampAscending")["AlarmHistoryItems"]
    return [item["HistorySummary"] for item in items if "mute" in item["HistorySummary"]]


def test_boto3_keeps_reads_lists_and_deletes_rules(world):
    cloudwatch = world.cloudwatch
    rule = {"Schedule": {"Expression": "cron(0 2 * * SUN)", "Duration": "PT4H", "Timezone": "Europe/Berlin"}}
    cloudwatch.put_alarm_mute_rule(Name="weekly", Description="backups", Rule=rule, MuteTargets={"AlarmNames": ["rows"]},
                                   Tags=[{"Key": "team", "Value": "data"}],
                                   ExpireDate=START + datetime.timedelta(days=365))
    got = cloudwatch.get_alarm_mute_rule(AlarmMuteRuleName="weekly")
    assert got["Rule"] == rule and got["MuteTargets"] == {"AlarmNames": ["rows"]}
    assert (got["Status"], got["MuteType"], got["Description"]) == ("SCHEDULED", "RECURRING", "backups")
    assert got["LastUpdatedTimestamp"] == START and got["ExpireDate"] == START + datetime.timedelta(days=365)
    arn = "arn:aws:cloudwatch:us-east-1:000000000000:alarm-mute-rule:weekly"
    assert got["AlarmMuteRuleArn"] == arn
    assert cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "team", "Value": "data"}]
    once = {"Schedule": {"Expression": "at(2013-11-01T00:00)", "Duration": "PT2H"}}
    cloudwatch.put_alarm_mute_rule(Name="deploy", Rule=once, MuteTargets={"AlarmNames": ["rows"]})
    listed = cloudwatch.list_alarm_mute_rules(AlarmName="rows", Statuses=["ACTIVE"])["AlarmMuteRuleSummaries"]
    assert [(one["AlarmMuteRuleArn"].rsplit(":", 1)[1], one["MuteType"]) for one in listed] == [("deploy", "ONE_TIME")]
    first = cloudwatch.list_alarm_mute_rules(MaxRecords=1)
    rest = cloudwatch.list_alarm_mute_rules(MaxRecords=1, NextToken=first["NextToken"])
    assert len(rest["AlarmMuteRuleSummaries"]) == 1 and "NextToken" not in rest
    cloudwatch.delete_alarm_mute_rule(AlarmMuteRuleName="weekly")
    cloudwatch.delete_alarm_mute_rule(AlarmMuteRuleName="weekly")
    with pytest.raises(ClientError) as error:
        cloudwatch.get_alarm_mute_rule(AlarmMuteRuleName="weekly")
    assert error.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_refusals_name_what_is_wrong(world):
    schedule = {"Expression": "cron(0 2 * *)", "Duration": "PT4H"}
    with pytest.raises(ClientError, match="five fields") as error:
        world.cloudwatch.put_alarm_mute_rule(Name="x", Rule={"Schedule": schedule})
    assert error.value.response["Error"]["Code"] == "ValidationError"
    with pytest.raises(ClientError, match="no alarm of the name nobody"):
        world.cloudwatch.put_alarm_mute_rule(Name="x", MuteTargets={"AlarmNames": ["nobody"]}, Rule={
            "Schedule": {"Expression": "cron(0 2 * * *)", "Duration": "PT4H"}})
    assert world.own_refused("PUT", "/mutes/x", {"alarms": ["nobody"], "for": "2h"})[1]["field"] == "alarms"
    assert world.own_refused("PUT", "/mutes/x", {"alarms": ["rows"], "for": "20d"})[1]["field"] == "for"
    code, error = world.own_refused("PUT", "/mutes/x", {"alarms": ["rows"], "expression": "at(soon)", "duration": "PT1H"})
    assert code == 400 and "at(soon)" in error["message"] or "'soon'" in error["message"]
    assert world.own_refused("DELETE", "/mutes/x")[0] == 404


@pytest.mark.parametrize("restart", [False, True], ids=["", "kill -9 in the window"])
def test_quiet_for_two_hours(world, restart):
    put(world, 0, 1)
    world.advance("5m")
    assert state(world) == "OK"
    mute = world.own("PUT", "/mutes/now", {"alarms": ["rows"], "for": "2h"})
    assert (mute["status"], mute["muted_until"]) == ("ACTIVE", "2013-11-01T02:05:00Z")
    put(world, 5, 500)
    world.advance("1m")
    assert state(world) == "ALARM"
    assert world.own("GET", "/alarms/rows")["muted_until"] == "2013-11-01T02:05:00Z"
    on = world.own("GET", "/now")["in_alarm"][0]
    assert (on["actions_enabled"], on["muted_by"], on["muted_until"]) == (True, "now", "2013-11-01T02:05:00Z")
    assert muted_lines(world) == ['Actions of state ALARM are muted by rule "now"']
    assert world.own("GET", "/alarms/rows/deliveries")["deliveries"] == []
    if restart:
        world.kill()
        world.flags[world.flags.index("--clock") + 1] = "2013-11-01T00:06:00Z"
        world.start()
    world.advance("3h")
    assert muted_lines(world)[-1] == "No longer muted: actions of state ALARM run"
    for _ in range(200):
        told = world.own("GET", "/alarms/rows/deliveries")["deliveries"]
        if told and told[0]["state"] == "delivered":
            break
        time.sleep(0.05)
    assert [one["state"] for one in told] == ["delivered"]
    # The backtest of the same hours says the same.
    past = world.own("POST", "/backtest", {"alarm": "rows", "from": "2013-11-01T00:05:00Z"})
    assert past["firings_total"] == 1 and past["muted_total"] == 0
    assert past["firings"][0]["told"] == "2013-11-01T02:05:00Z"
    world.own("DELETE", "/mutes/now")
    assert world.own("GET", "/mutes")["mutes"] == []


def test_a_team_s_budget_names_one_width(world):
    for hour in range(24 * 15):
        for name, odd in (("a", 40), ("b", 20)):
            value = 100 + (hour * 37 % 11) + (60 if hour % odd == odd - 1 else 0)
            world.cloudwatch.put_metric_data(Namespace="Team", MetricData=[{
                "MetricName": name, "Value": value, "Timestamp": START - datetime.timedelta(hours=24 * 15 - hour)}])
    for name in "ab":
        world.cloudwatch.put_metric_alarm(
            AlarmName=f"team {name}", ComparisonOperator="GreaterThanUpperThreshold", ThresholdMetricId="b",
            EvaluationPeriods=1, Tags=[{"Key": "team", "Value": "data"}], Metrics=[
                {"Id": "m", "MetricStat": {"Metric": {"Namespace": "Team", "MetricName": name}, "Period": 3600,
                                           "Stat": "Sum"}},
                {"Id": "b", "Expression": "ANOMALY_DETECTION_BAND(m, 1)"}])
    answer = world.own("POST", "/backtest/team", {"tag": "team=data", "alarms_per_week": 14})
    assert [one["name"] for one in answer["alarms"]] == ["team a", "team b"]
    assert answer["per_week"] > answer["alarms_per_week"] >= answer["per_week_at_k"] and answer["k"] > 1
    assert f"with k = {answer['k']:g} for every band" in answer["words"]
    for one in answer["alarms"]:
        alone = world.own("POST", "/backtest", {"alarm": one["name"], "alarms_per_week": 14})
        counts = {row["k"]: row["firings_total"] for row in alone["width"]["table"]}
        assert one["firings_total"] == alone["firings_total"] and one["firings_at_k"] == counts[answer["k"]]
    # What each width would give, of all and of each.
    rates = {row["k"]: row["per_week"] for row in answer["table"]}
    assert rates[answer["k"]] == pytest.approx(answer["per_week_at_k"]) and rates[1] == pytest.approx(answer["per_week"])
    place = [row["k"] for row in answer["table"]].index(answer["k"])
    for one in answer["alarms"]:
        assert one["k"] == 1 and one["firings_by_width"][place] == one["firings_at_k"]
        assert one["per_week"] == pytest.approx(one["firings_total"] * 7 * 86400 / one["judged_s"])
    everybody = world.own("POST", "/backtest/team", {"prefix": "", "alarms_per_week": 14})
    assert {one["name"]: one["k"] for one in everybody["alarms"]} == {"rows": None, "team a": 1, "team b": 1}
    assert world.own_refused("POST", "/backtest/team", {"alarms_per_week": 3})[1]["field"] == "tag"
    assert world.own_refused("POST", "/backtest/team", {"alarms_per_week": 3, "tag": "team=none"})[0] == 404


def test_a_width_is_set_and_nothing_else_changes(world):
    world.cloudwatch.put_metric_alarm(
        AlarmName="by band/1", AlarmDescription="d", ComparisonOperator="GreaterThanUpperThreshold", ThresholdMetricId="b",
        EvaluationPeriods=3, DatapointsToAlarm=2, OKActions=[ACTION], TreatMissingData="breaching",
        Tags=[{"Key": "team", "Value": "data"}], Metrics=[
            {"Id": "m", "ReturnData": True, "MetricStat": {
                "Metric": {"Namespace": "Team", "MetricName": "a"}, "Period": 3600, "Stat": "Sum"}},
            {"Id": "b", "Expression": "ANOMALY_DETECTION_BAND(m)", "Label": "usual"}])
    path = "/alarms/by%20band%2F1/width"

    def described():
        alarm = world.cloudwatch.describe_alarms(AlarmNames=["by band/1"])["MetricAlarms"][0]
        return {k: v for k, v in alarm.items() if "Timestamp" not in k}

    before = described()
    assert world.own("PUT", path, {"k": 2.75, "was": 2})["band_k"] == 2.75
    after = described()
    band = after["Metrics"][1]
    assert band["Expression"] == "ANOMALY_DETECTION_BAND(m, 2.75)" and band["Label"] == "usual"
    before["Metrics"][1]["Expression"] = band["Expression"]
    assert after == before
    assert world.cloudwatch.list_tags_for_resource(ResourceARN=after["AlarmArn"])["Tags"] == [{"Key": "team", "Value": "data"}]
    # Somebody else came first; a width that it has already is no change of the configuration.
    status, error = world.own_refused("PUT", path, {"k": 3, "was": 2})
    assert (status, error["code"], error["field"]) == (409, "changed", "was") and "2.75 by now, not 2" in error["message"]
    changes = len(world.own("GET", "/alarms/by%20band%2F1/history")["items"])
    world.own("PUT", path, {"k": 2.75})
    assert len(world.own("GET", "/alarms/by%20band%2F1/history")["items"]) == changes
    world.kill()
    world.start()
    assert world.own("GET", "/alarms/by%20band%2F1")["band_k"] == 2.75

    status, error = world.own_refused("PUT", "/alarms/rows/width", {"k": 3})
    assert (status, error["code"]) == (422, "no_width") and "'rows' has a fixed limit" in error["message"]
    assert world.own_refused("PUT", "/alarms/none/width", {"k": 3})[0] == 404
    for bad in ({}, {"k": 0}, {"k": 11}, {"k": "3"}):
        assert world.own_refused("PUT", path, bad)[1]["field"] == "k"

"""The main flow of one boto3, old or new: put, detector, data with band, alarm, history, delete.

usage: flow_boto3.py URL      (run by test_clients.py with each boto3's own Python)
"""
import datetime
import json
import sys
import time

import boto3
import botocore
import botocore.config

URL = sys.argv[1]
UTC = datetime.timezone.utc
METRIC = {"Namespace": "Glue", "MetricName": "glue.driver.aggregate.recordsRead",
          "Dimensions": [{"Name": "JobName", "Value": "etl-orders"}]}
cloudwatch = boto3.client("cloudwatch", endpoint_url=URL, region_name="us-east-1",
                          aws_access_key_id="k", aws_secret_access_key="s",
                          config=botocore.config.Config(retries={"total_max_attempts": 1}))


def put(points):
    cloudwatch.put_metric_data(Namespace=METRIC["Namespace"], MetricData=[
        {"MetricName": METRIC["MetricName"], "Dimensions": METRIC["Dimensions"], "Timestamp": at,
         "Value": value, "Unit": "Count"} for at, value in points])


def eventually(what):
    for _ in range(200):
        found = what()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("did not happen within 10 s")


def choices_are_read_back():
    """Words of CloudWatch for how a detector learns; those that this boto3 knows."""
    known = cloudwatch.meta.service_model.shape_for("AnomalyDetectorConfiguration").members
    begin = datetime.datetime(2026, 1, 2, tzinfo=UTC)
    ranges = [{"StartTime": begin, "EndTime": begin + datetime.timedelta(hours=5)}]
    for speed, strength, spikes in (("FAST", "STRICT", True), ("SLOW", "MINIMAL", False)):
        words = {"ExcludedTimeRanges": ranges, "MetricTimezone": "Europe/Berlin", "AdaptationSpeed": speed,
                 "OutlierFilteringStrength": strength}
        words = {name: word for name, word in words.items() if name in known}
        cloudwatch.put_anomaly_detector(SingleMetricAnomalyDetector={**METRIC, "Stat": "Sum"}, Configuration=words,
                                        MetricCharacteristics={"PeriodicSpikes": spikes})
        seen = cloudwatch.describe_anomaly_detectors(Namespace="Glue")["AnomalyDetectors"][0]
        assert seen["Configuration"] == words, seen
        assert seen.get("MetricCharacteristics", {}).get("PeriodicSpikes", False) is spikes, seen


def metrics_are_selected(hour):
    """A Metrics Insights query, its error as this protocol shows it, and an alarm on one."""
    cloudwatch.put_metric_data(Namespace="Shop", MetricData=[
        {"MetricName": "errors", "Dimensions": [{"Name": "host", "Value": host}], "Timestamp": hour, "Value": value}
        for host, value in (("a", 3), ("b", 4), ("b", 8))])

    def select(tail):
        query = {"Id": "q1", "Expression": "SELECT SUM(errors) FROM Shop " + tail, "Period": 3600}
        data = cloudwatch.get_metric_data(MetricDataQueries=[query], StartTime=hour,
                                          EndTime=hour + datetime.timedelta(hours=1))
        return [(r["Id"], r["Label"], r["Timestamps"], r["Values"], r["StatusCode"])
                for r in data["MetricDataResults"]]

    assert select("") == [("q1", "q1", [hour], [15.0], "Complete")], select("")
    assert select("GROUP BY host ORDER BY MAX() DESC") == [
        ("q1", "b", [hour], [12.0], "Complete"), ("q1", "a", [hour], [3.0], "Complete")]
    assert select("WHERE host = 'c' GROUP BY host") == []
    try:
        select("WHERE host LIKE 'a%'")
        raise AssertionError("LIKE was taken")
    except botocore.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == "ValidationError", error
        assert "'LIKE' at position 41" in error.response["Error"]["Message"], error
    wanted = [{"Id": "q1", "Expression": "SELECT MAX(errors) FROM Shop", "Period": 300, "ReturnData": True}]
    cloudwatch.put_metric_alarm(AlarmName="selected", ComparisonOperator="GreaterThanThreshold", Threshold=5,
                                EvaluationPeriods=1, Metrics=wanted)
    assert cloudwatch.describe_alarms(AlarmNames=["selected"])["MetricAlarms"][0]["Metrics"] == wanted
    cloudwatch.delete_alarms(AlarmNames=["selected"])


def main():
    now = datetime.datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    hours = [now - datetime.timedelta(hours=h) for h in range(24 * 21, 0, -1)]
    put([(at, 1000 + 200 * (at.hour in range(8, 20)) + at.minute + (7 * i) % 11)
         for i, at in enumerate(hours)])

    metrics = cloudwatch.list_metrics(Namespace="Glue")["Metrics"]
    assert metrics == [METRIC], metrics

    cloudwatch.put_anomaly_detector(SingleMetricAnomalyDetector={**METRIC, "Stat": "Sum"})
    detector = cloudwatch.describe_anomaly_detectors(Namespace="Glue")["AnomalyDetectors"][0]
    assert detector["StateValue"] == "TRAINED", detector
    assert detector["SingleMetricAnomalyDetector"]["Stat"] == "Sum", detector

    queries = [{"Id": "m1", "MetricStat": {"Metric": METRIC, "Period": 3600, "Stat": "Sum"}},
               {"Id": "ad1", "Expression": "ANOMALY_DETECTION_BAND(m1, 2)"}]
    data = cloudwatch.get_metric_data(MetricDataQueries=queries, StartTime=hours[-48], EndTime=now,
                                      ScanBy="TimestampAscending")["MetricDataResults"]
    assert [r["Id"] for r in data] == ["m1", "ad1", "ad1"], data
    value, upper, lower = data
    assert len(value["Values"]) == 48 and len(upper["Values"]) == 48, data
    inside = sum(lo <= v <= up for v, lo, up in zip(value["Values"], lower["Values"], upper["Values"]))
    assert inside >= 44, (inside, data)

    # At k = 2 one ordinary hour in twenty is outside, and the newest of those sent may be it.
    queries[1]["Expression"] = "ANOMALY_DETECTION_BAND(m1, 6)"
    cloudwatch.put_metric_alarm(
        AlarmName="records-read", ComparisonOperator="LessThanLowerOrGreaterThanUpperThreshold",
        EvaluationPeriods=1, ThresholdMetricId="ad1", TreatMissingData="ignore",
        Tags=[{"Key": "team", "Value": "data"}], Metrics=queries)
    alarm = cloudwatch.describe_alarms(AlarmNames=["records-read"])["MetricAlarms"][0]
    assert cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"] == [
        {"Key": "team", "Value": "data"}]
    # The present hour is still open: its running Sum may break the upper limit, and that counts.
    put([(now, 90_000.0)])
    alarm = eventually(lambda: [a for a in cloudwatch.describe_alarms(StateValue="ALARM")["MetricAlarms"]
                                if a["AlarmName"] == "records-read"])[0]
    assert alarm["StateReason"].startswith("Thresholds Crossed: 1 "), alarm["StateReason"]
    assert json.loads(alarm["StateReasonData"])["recentDatapoints"][-1] == 90_000.0

    history = cloudwatch.describe_alarm_history(AlarmName="records-read", HistoryItemType="StateUpdate")
    assert "to ALARM" in history["AlarmHistoryItems"][0]["HistorySummary"], history
    cloudwatch.set_alarm_state(AlarmName="records-read", StateValue="OK", StateReason="drill")
    cloudwatch.disable_alarm_actions(AlarmNames=["records-read"])
    assert cloudwatch.describe_alarms()["MetricAlarms"][0]["ActionsEnabled"] is False

    try:
        cloudwatch.put_metric_data(Namespace="Glue", MetricData=[
            {"MetricName": "x", "Value": float("nan")}])
        raise AssertionError("NaN was taken")
    except botocore.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == "InvalidParameterValue", error
        assert "MetricData.member.1.Value" in error.response["Error"]["Message"], error

    choices_are_read_back()
    metrics_are_selected(hours[-2])
    cloudwatch.delete_alarms(AlarmNames=["records-read"])
    cloudwatch.delete_anomaly_detector(SingleMetricAnomalyDetector={**METRIC, "Stat": "Sum"})
    assert cloudwatch.describe_alarms()["MetricAlarms"] == []
    assert cloudwatch.describe_anomaly_detectors()["AnomalyDetectors"] == []
    print(f"boto3 {boto3.__version__}: flow done")


main()

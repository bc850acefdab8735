"""Each client its own flow against a live server."""
import pathlib
import subprocess

import pytest

from conftest import ROOT, need

HERE = pathlib.Path(__file__).parent


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("venv", ["venv-clients", "venv-boto3-old"])
def test_boto3_flow(start_server, venv):
    """New boto3 speaks awsJson 1.0, 1.38 the query protocol."""
    out = run([ROOT / "build" / venv / "bin/python", HERE / "flow_boto3.py", start_server().url])
    assert "flow done" in out


def test_go_flow(start_server):
    """Go v2 speaks rpc-v2-cbor."""
    need("go")
    (ROOT / "build/go-client").mkdir(parents=True, exist_ok=True)
    binary = ROOT / "build/go-client/flow"
    run(["go", "build", "-o", binary, "."], cwd=HERE / "go")
    out = run([binary, start_server().url])
    assert "flow done" in out


TOPIC = "arn:aws:sns:us-east-1:000000000000:operators"


def band_metrics(expression, metric, period, **stat):
    return [{"Id": expression, "Expression": f"ANOMALY_DETECTION_BAND({metric}, 2)", "ReturnData": True},
            {"Id": metric, "ReturnData": True, "MetricStat": {
                "Metric": {"MetricName": "CPUUtilization", "Namespace": "app",
                           "Dimensions": [{"Name": "Host", "Value": expression}]}, "Period": period, "Stat": "Average", **stat}}]


# As terraform-provider-aws and the CDK's AnomalyDetectionAlarm write them.
ALARMS = {
    "terraform band": dict(
        ComparisonOperator="GreaterThanUpperThreshold", EvaluationPeriods=3, DatapointsToAlarm=2, ThresholdMetricId="e1",
        AlarmDescription="", ActionsEnabled=True, TreatMissingData="missing", AlarmActions=[TOPIC], OKActions=[TOPIC],
        InsufficientDataActions=[], Metrics=band_metrics("e1", "m1", 120, Unit="Count")),
    "terraform static": dict(
        ComparisonOperator="GreaterThanOrEqualToThreshold", EvaluationPeriods=2, Threshold=80.0, AlarmDescription="too much",
        ActionsEnabled=False, TreatMissingData="notBreaching", AlarmActions=[], OKActions=[], InsufficientDataActions=[TOPIC],
        MetricName="CPUUtilization", Namespace="app", Period=300, ExtendedStatistic="p90", Unit="Percent",
        EvaluateLowSampleCountPercentile="ignore", Dimensions=[{"Name": "Host", "Value": "a"}]),
    "cdk band": dict(
        ComparisonOperator="LessThanLowerOrGreaterThanUpperThreshold", EvaluationPeriods=1, ThresholdMetricId="expr_1",
        Metrics=band_metrics("expr_1", "m0", 300)),
}


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_applied_twice_reads_back_as_it_was_written(start_server, name):
    """An empty second plan: what a provider reads back equals what it wrote (tags, defaults)."""
    import boto3
    server = start_server()
    options = dict(endpoint_url=server.url, region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s")
    cloudwatch = boto3.client("cloudwatch", **options)
    assert boto3.client("sns", **options).create_topic(Name="operators")["TopicArn"] == TOPIC
    wanted = {"AlarmName": name, **ALARMS[name]}
    tags = [{"Key": "env", "Value": "prod"}]
    reads = []
    for _ in range(2):
        cloudwatch.put_metric_alarm(**wanted, Tags=tags)
        alarm = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]
        kept = cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]
        reads.append(({k: v for k, v in alarm.items() if "Timestamp" not in k and not k.startswith("State")}, kept))
    assert reads[0] == reads[1]
    for key, value in wanted.items():
        if key == "AlarmDescription" and value == "":
            assert reads[0][0].get(key, "") == ""
        else:
            assert reads[0][0][key] == value, key
    assert reads[0][1] == tags
    # A provider changes tags by these two.
    cloudwatch.tag_resource(ResourceARN=alarm["AlarmArn"], Tags=[{"Key": "team", "Value": "data"}])
    cloudwatch.untag_resource(ResourceARN=alarm["AlarmArn"], TagKeys=["env"])
    kept = cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]
    assert kept == [{"Key": "team", "Value": "data"}]
    # No detector resource is made beside a band alarm: it brings a default one.
    detectors = cloudwatch.describe_anomaly_detectors(Namespace="app")["AnomalyDetectors"]
    assert len(detectors) == (1 if "Metrics" in wanted else 0)
    for detector in detectors:
        single = detector["SingleMetricAnomalyDetector"]
        (_, metric) = wanted["Metrics"]
        assert (single["MetricName"], single["Dimensions"], single["Stat"]) == (
            "CPUUtilization", metric["MetricStat"]["Metric"]["Dimensions"], "Average")

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


def test_terraform_sequence_applied_twice_changes_nothing(start_server):
    """What terraform-provider-aws reads back must equal what it wrote (tags, defaults)."""
    import boto3
    server = start_server()
    cloudwatch = boto3.client("cloudwatch", endpoint_url=server.url, region_name="us-east-1",
                              aws_access_key_id="k", aws_secret_access_key="s")
    wanted = dict(
        AlarmName="tf", ComparisonOperator="GreaterThanUpperThreshold", EvaluationPeriods=2,
        ThresholdMetricId="e1", AlarmDescription="", ActionsEnabled=True, TreatMissingData="missing",
        Tags=[{"Key": "env", "Value": "prod"}],
        Metrics=[{"Id": "e1", "Expression": "ANOMALY_DETECTION_BAND(m1)", "Label": "band", "ReturnData": True},
                 {"Id": "m1", "ReturnData": True, "MetricStat": {
                     "Metric": {"MetricName": "CPUUtilization", "Namespace": "app"},
                     "Period": 120, "Stat": "Average", "Unit": "Count"}}])
    reads = []
    for _ in range(2):
        cloudwatch.put_metric_alarm(**wanted)
        alarm = cloudwatch.describe_alarms(AlarmNames=["tf"])["MetricAlarms"][0]
        tags = cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]
        reads.append(({k: v for k, v in alarm.items() if "Timestamp" not in k and not k.startswith("State")}, tags))
    assert reads[0] == reads[1]
    alarm, tags = reads[0]
    for key in ["ComparisonOperator", "EvaluationPeriods", "ThresholdMetricId", "ActionsEnabled",
                "TreatMissingData", "Metrics"]:
        assert alarm[key] == wanted[key], key
    assert tags == wanted["Tags"]
    # CDK's AnomalyDetectionAlarm makes no detector resource: the alarm brings a default one.
    detectors = cloudwatch.describe_anomaly_detectors(Namespace="app")["AnomalyDetectors"]
    assert [d["SingleMetricAnomalyDetector"]["MetricName"] for d in detectors] == ["CPUUtilization"]

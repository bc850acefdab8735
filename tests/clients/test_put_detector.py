"""What PutAnomalyDetector refuses, as boto3 hears it."""
import boto3
import pytest
from botocore.exceptions import ClientError

SINGLE = {"Namespace": "Shop", "MetricName": "load", "Stat": "Sum"}


@pytest.fixture
def cloudwatch(frozen):
    return boto3.client("cloudwatch", endpoint_url=frozen.url, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")


def refusal(call, **given):
    with pytest.raises(ClientError) as error:
        call(SingleMetricAnomalyDetector=given)
    return error.value.response["Error"]["Code"], error.value.response["Error"]["Message"]


def test_one_of_another_account_leaves_that_of_this_one_alone(cloudwatch):
    own = {**SINGLE, "AccountId": "000000000000"}
    cloudwatch.put_anomaly_detector(SingleMetricAnomalyDetector=own, Configuration={"MetricTimezone": "Europe/Paris"})
    for call in (cloudwatch.put_anomaly_detector, cloudwatch.delete_anomaly_detector):
        code, message = refusal(call, **SINGLE, AccountId="111111111111")
        assert code == "InvalidParameterValue" and "SingleMetricAnomalyDetector.AccountId" in message and "111111111111" in message
    detector, = cloudwatch.describe_anomaly_detectors()["AnomalyDetectors"]
    assert detector["Configuration"]["MetricTimezone"] == "Europe/Paris"


def test_a_missing_statistic_is_named(cloudwatch):
    assert refusal(cloudwatch.put_anomaly_detector, Namespace="Shop", MetricName="load") == (
        "MissingParameter", "The parameter SingleMetricAnomalyDetector.Stat is required.")
    assert refusal(cloudwatch.put_anomaly_detector, **{**SINGLE, "Stat": "Most"}) == (
        "ValidationError", "The value Most for parameter SingleMetricAnomalyDetector.Stat is not supported.")

"""The own API's list of metrics says which have an alarm that is on."""
import boto3


def test_a_metric_with_an_alarm_that_is_on_comes_first_and_says_so(frozen):
    cloudwatch = boto3.client("cloudwatch", endpoint_url=frozen.url, region_name="us-east-1",
                              aws_access_key_id="x", aws_secret_access_key="x")
    cloudwatch.put_metric_data(Namespace="Jobs", MetricData=[
        {"MetricName": name, "Value": 1, "Timestamp": "2013-10-31T23:00:00Z"} for name in ["a", "b"]])
    assert [metric["in_alarm"] for metric in frozen.own("GET", "/metrics")["metrics"]] == [False, False]
    cloudwatch.put_metric_alarm(AlarmName="late", Namespace="Jobs", MetricName="b", Statistic="Sum", Period=60, EvaluationPeriods=1,
                                Threshold=1, ComparisonOperator="GreaterThanThreshold")
    cloudwatch.set_alarm_state(AlarmName="late", StateValue="ALARM", StateReason="by hand")
    shown = [(metric["name"], metric["in_alarm"]) for metric in frozen.own("GET", "/metrics")["metrics"]]
    assert shown == [("b", True), ("a", False)]

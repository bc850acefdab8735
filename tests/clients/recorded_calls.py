"""The calls whose replies were recorded from AWS (tests/fixtures/aws/recorded), made by whatever boto3 runs this.

usage: recorded_calls.py URL [PROTOCOL]     (run by test_recorded.py with each boto3's own Python)
Prints {case: {step: reply}}. PROTOCOL: json, query or smithy-rpc-v2-cbor; without it the client's own choice.
The server's data clock stands at START; a case that needs time to pass advances it.
"""
import datetime
import json
import sys
import urllib.request

import boto3
import botocore.config
import botocore.exceptions
import botocore.session

from receiver import Receiver

URL = sys.argv[1]
PROTOCOL = sys.argv[2] if len(sys.argv) > 2 else None
START = datetime.datetime(2013, 11, 1, tzinfo=datetime.timezone.utc)
SECOND, MINUTE, HOUR = (datetime.timedelta(seconds=s) for s in (1, 60, 3600))
CASES = {}


def make_clients():
    session = botocore.session.get_session()
    if PROTOCOL:
        loader = session.get_component("data_loader")
        load = loader.load_service_model

        def load_with_protocol(service, kind, api_version=None):
            model = load(service, kind, api_version)
            if service == "cloudwatch" and kind == "service-2":
                model["metadata"] = {**model["metadata"], "protocol": PROTOCOL, "protocols": [PROTOCOL]}
            return model

        loader.load_service_model = load_with_protocol
    maker = boto3.Session(botocore_session=session)
    return (maker.client(service, endpoint_url=URL, region_name="us-east-1", aws_access_key_id="k",
                         aws_secret_access_key="s",
                         config=botocore.config.Config(retries={"total_max_attempts": 1}))
            for service in ("cloudwatch", "sns"))


class Clock:
    """The server's data time."""

    def __init__(self):
        self.now = START

    def advance(self, seconds):
        body = json.dumps({"advance": f"{seconds}s"}).encode()
        request = urllib.request.Request(URL + "/-/clock", data=body, headers={"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=60).read()
        self.now += seconds * SECOND


cloudwatch, sns = make_clients()
clock, receiver = Clock(), Receiver()


def case(function):
    CASES[function.__name__] = function
    return function


def error_of(call, **arguments):
    try:
        call(**arguments)
    except botocore.exceptions.ClientError as error:
        return error.response
    raise AssertionError(f"was taken: {arguments}")


def put(namespace, *data):
    cloudwatch.put_metric_data(Namespace=namespace, MetricData=list(data))


def query(namespace, name, stat="Sum", period=60, dimensions=None, identity="result1", **more):
    metric = {"Namespace": namespace, "MetricName": name}
    if dimensions is not None:
        metric["Dimensions"] = dimensions
    return {"Id": identity, "MetricStat": {"Metric": metric, "Period": period, "Stat": stat, **more}}


def get_data(*queries, around=MINUTE, **more):
    return cloudwatch.get_metric_data(MetricDataQueries=list(queries), StartTime=clock.now - around,
                                      EndTime=clock.now + around, **more)


def statistics(namespace, name, *names, before=MINUTE, after=MINUTE, period=60):
    return cloudwatch.get_metric_statistics(
        Namespace=namespace, MetricName=name, StartTime=clock.now - before, EndTime=clock.now + after, Period=period,
        Statistics=list(names))


SET = {"SampleCount": 10, "Sum": 55, "Minimum": 1, "Maximum": 10}


@case
def test_put_metric_data_values_list():
    put("values", {"MetricName": "test-metric", "Timestamp": clock.now, "Values": [1.0, 10.0], "Counts": [2, 4],
                   "Unit": "Count"})
    return {"get_metric_statistics": statistics("values", "test-metric", "SampleCount", "Sum", "Maximum")}


@case
def test_put_metric_data_validation():
    def refused(**datum):
        return error_of(cloudwatch.put_metric_data, Namespace="validation", MetricData=[
            {"MetricName": "mymetric", "Timestamp": clock.now, "Unit": "Count", **datum}])

    return {"invalid-param-combination": refused(Value=1.5, Values=[1.0, 10.0]),
            "invalid-param-value": refused(Values=[1.0, 10.0], Counts=[2, 4, 5]),
            "invalid-param-combination-2": refused(Value=1.5, StatisticValues=SET)}


@case
def test_get_metric_data_for_multiple_metrics():
    common = {"Unit": "Seconds", "Timestamp": clock.now}
    put("multiple", {"MetricName": "metric1", "Value": 50, **common})
    put("multiple", {"MetricName": "metric2", "Value": 25, **common})
    put("multiple", {"MetricName": "metric3", "StatisticValues": SET, **common})
    return {"get_metric_data": get_data(*(query("multiple", f"metric{i}", identity=f"result{i}") for i in (1, 2, 3)))}


def metric_data_stats(stat):
    common = {"MetricName": "metric1", "Unit": "Seconds", "Timestamp": clock.now}
    put("stats-" + stat, {"Value": 11, **common})
    put("stats-" + stat, {"StatisticValues": SET, **common})
    return {"get_metric_data": get_data(query("stats-" + stat, "metric1", stat))}


for each in ["Sum", "SampleCount", "Minimum", "Maximum", "Average"]:
    CASES[f"test_get_metric_data_stats[{each}]"] = lambda stat=each: metric_data_stats(stat)


@case
def test_get_metric_data_with_dimensions():
    common = {"MetricName": "metric1", "Unit": "Seconds", "Timestamp": clock.now}
    one, two = ([{"Name": "InstanceId", "Value": value}] for value in ("one", "two"))
    put("dimensions", {"Value": 11, "Dimensions": one, **common})
    put("dimensions", {"Value": 11, "Dimensions": two, **common})
    put("dimensions", {"StatisticValues": SET, **common})
    return {"get_metric_data": get_data(query("dimensions", "metric1", dimensions=one))}


MINIMAL = {"EvaluationPeriods": 1, "ComparisonOperator": "GreaterThanThreshold", "Period": 60, "Statistic": "Sum",
           "Threshold": 30}


def described(name):
    return cloudwatch.describe_alarms(AlarmNames=[name])


@case
def test_describe_alarms_converts_date_format_correctly():
    cloudwatch.put_metric_alarm(AlarmName="a-1:test", Namespace="test-ns", MetricName="test-metric", **MINIMAL)
    return {"describe-alarms": described("a-1:test")}


@case
def test_store_tags():
    out = {"put_metric_alarm": cloudwatch.put_metric_alarm(AlarmName="a-2", Namespace="test-ns",
                                                           MetricName="store_tags", **MINIMAL),
           "describe_alarms": described("a-2")}
    arn = out["describe_alarms"]["MetricAlarms"][0]["AlarmArn"]
    out["list_tags_for_resource_empty "] = cloudwatch.list_tags_for_resource(ResourceARN=arn)
    cloudwatch.tag_resource(ResourceARN=arn, Tags=[{"Key": "tag1", "Value": "foo"}, {"Key": "tag2", "Value": "bar"}])
    out["list_tags_for_resource"] = cloudwatch.list_tags_for_resource(ResourceARN=arn)
    cloudwatch.untag_resource(ResourceARN=arn, TagKeys=["tag1"])
    out["list_tags_for_resource_post_untag"] = cloudwatch.list_tags_for_resource(ResourceARN=arn)
    return out


@case
def test_tagging_metric_alarm():
    out = {"put_metric_alarm": cloudwatch.put_metric_alarm(
        AlarmName="a-tagged", Namespace="test-ns", MetricName="tagged",
        Tags=[{"Key": "Environment", "Value": "Production"}], **MINIMAL)}
    arn = described("a-tagged")["MetricAlarms"][0]["AlarmArn"]

    def tags():
        return cloudwatch.list_tags_for_resource(ResourceARN=arn)

    out["list_tags_for_resource_after_creation"] = tags()
    cloudwatch.tag_resource(ResourceARN=arn, Tags=[{"Key": "tag1", "Value": "foo"}, {"Key": "tag2", "Value": "bar"}])
    out["list_tags_for_resource_updated"] = tags()
    cloudwatch.untag_resource(ResourceARN=arn, TagKeys=["tag1"])
    out["list_tags_for_resource_post_untag"] = tags()
    cloudwatch.delete_alarms(AlarmNames=["a-tagged"])
    out["list_tags_for_deleted_resource"] = tags()
    return out


@case
def test_put_metric_alarm_escape_character():
    cloudwatch.put_metric_alarm(
        AlarmName="cpu-mon", AlarmDescription="<", MetricName="CPUUtilization-2", Namespace="AWS/EC2",
        AlarmActions=["arn:aws:sns:us-east-1:111122223333:MyTopic"], **{**MINIMAL, "Period": 600, "Threshold": 1})
    return {"describe-alarms-escaped-character": described("cpu-mon")}


@case
def test_describe_minimal_metric_alarm():
    cloudwatch.put_metric_alarm(AlarmName="a-3", MetricName="m-3", Namespace="n-sp", **{**MINIMAL, "Period": 10})
    return {"describe_minimal_metric_alarm": described("a-3")}


@case
def test_set_alarm_invalid_input():
    cloudwatch.put_metric_alarm(AlarmName="a-4", MetricName="m-4", Namespace="n-sp", **{**MINIMAL, "Period": 10})
    return {"error-invalid-state": error_of(cloudwatch.set_alarm_state, AlarmName="a-4", StateValue="INVALID",
                                            StateReason="test"),
            "error-resource-not-found": error_of(cloudwatch.set_alarm_state, AlarmName="a-4-none", StateValue="OK",
                                                 StateReason="test")}


@case
def test_delete_alarm():
    cloudwatch.put_metric_alarm(AlarmName="test-alarm", Namespace="my-namespace", MetricName="metric1", **MINIMAL)
    return {"describe-alarm": described("test-alarm"),
            "delete-alarm": cloudwatch.delete_alarms(AlarmNames=["test-alarm"]),
            "describe-after-delete": described("test-alarm")}


@case
def test_anomaly_detector_lifecycle():
    metric = {"Namespace": "MyNamespace", "MetricName": "MyMetric", "Stat": "Sum",
              "Dimensions": [{"Name": "DimensionName", "Value": "DimensionValue"}]}
    return {"create_anomaly_detector": cloudwatch.put_anomaly_detector(Configuration={}, **metric),
            "describe_anomaly_detector": cloudwatch.describe_anomaly_detectors(),
            "delete_anomaly_detector": cloudwatch.delete_anomaly_detector(**metric)}


@case
def test_get_metric_data_with_zero_and_labels():
    put("zero", *({"MetricName": "metric1", "Value": value, "Unit": "Seconds"} for value in [0, 2, 4, 3.5, 7, 100]))
    return {"get_metric_data_with_zero_and_labels": get_data(*(
        query("zero", "metric1", stat, identity="result_" + stat) for stat in ("Average", "Sum", "Minimum", "Maximum")))}


@case
def test_get_metric_statistics():
    for value in range(10):
        put("ten", {"MetricName": "metric", "Value": value, "Timestamp": clock.now + SECOND})
    return {"get_metric_statistics": statistics("ten", "metric", "Average", "Sum", "Minimum", "Maximum", "SampleCount")}


@case
def test_handle_different_units():
    common = {"MetricName": "m-test", "Timestamp": clock.now}
    put("units", {"Value": 1, "Unit": "Seconds", **common}, {"Value": 5, "Unit": "Count", **common},
        {"Value": 10, **common})
    reply = statistics("units", "m-test", "Average")
    reply["Datapoints"].sort(key=lambda point: -point["Average"])  # as they were before they were written down
    return {"get_metric_statistics_with_different_units": reply}


@case
def test_get_metric_data_with_different_units():
    common = {"MetricName": "m-test", "Timestamp": clock.now, "Value": 1}
    put("units-asked", {"Unit": "Seconds", **common}, {"Unit": "Count", **common})
    return {"get_metric_data_with_different_units": get_data(
        query("units-asked", "m-test", identity="m1", Unit="Seconds"), MaxDatapoints=10)}


def units_unasked(number):
    common = {"MetricName": "m-test", "Timestamp": clock.now}
    pair = [{"Value": 60000, "Unit": "Milliseconds", **common}, {"Value": 60, "Unit": "Seconds", **common}]
    put(f"units-{number}", *[pair, pair * 2, pair * 2 + [{"Value": 5, "Unit": "Count", **common}]][number])
    return {"get_metric_data_with_no_unit_specified": get_data(
        query(f"units-{number}", "m-test", identity="m1"), MaxDatapoints=10)}


for each in range(3):
    CASES[f"test_get_metric_data_different_units_no_unit_in_query[metric_data{each}]"] = (
        lambda number=each: units_unasked(number))

LABELLED = [[("Sum", 60, "Seconds"), second] for second in [
    ("Minimum", 30, "Seconds"), ("Minimum", 60, "Seconds"), ("Sum", 30, "Seconds"), ("Minimum", 30, "Milliseconds"),
    ("Minimum", 60, "Milliseconds"), ("Sum", 30, "Milliseconds"), ("Sum", 60, "Milliseconds")]]


def labels(number):
    space = f"labels-{number}"
    put(space, *({"MetricName": "metric1", "Value": value, "Unit": "Seconds"} for value in [0, 2, 7, 100]))
    return {"label_generation": get_data(*(
        query(space, "metric1", stat, period, identity=f"result_{stat}_{period}_{unit}", Unit=unit)
        for stat, period, unit in LABELLED[number]))}


for each in range(len(LABELLED)):
    CASES[f"test_label_generation[input_pairs{each}]"] = lambda number=each: labels(number)


@case
def test_get_metric_with_null_dimensions():
    put("null", {"MetricName": "m-test", "Value": 1, "Unit": "Seconds", "Dimensions": [{"Name": "foo", "Value": "bar"}]})
    return {"get_metric_with_null_dimensions": get_data(query("null", "m-test", identity="m1", dimensions=[]),
                                                        around=HOUR)}


@case
def test_get_metric_with_no_results():
    put("none", {"MetricName": "m-none", "Value": 1})
    assert len(cloudwatch.list_metrics(Namespace="none", MetricName="m-none")["Metrics"]) == 1
    return {"result": get_data(query("none", "m-none", identity="result",
                                     dimensions=[{"Name": "foo", "Value": "bar"}]))}


@case
def test_multiple_dimensions_statistics():
    dimensions = [{"Name": name, "Value": value} for name, value in [
        ("error", "none"), ("exception", "none"), ("method", "GET"), ("outcome", "SUCCESS"), ("uri", "/greetings"),
        ("status", "200")]]
    name = "http.server.requests.count"
    for value in (0.0, 5.0):
        put("six", {"MetricName": name, "Value": value, "Unit": "Count", "StorageResolution": 1,
                    "Dimensions": dimensions, "Timestamp": clock.now})
    listed = cloudwatch.list_metrics(Namespace="six", MetricName=name, Dimensions=dimensions)
    for metric in listed["Metrics"]:
        metric["Dimensions"].sort(key=lambda dimension: dimension["Name"])  # as before they were written down
    return {"get-metric-stats-max": get_data(query("six", name, "Maximum", 10, dimensions, Unit="Count")),
            "list-metrics": listed}


@case
def test_invalid_amount_of_datapoints():
    def ask(days, period):
        return dict(Namespace="namespace", MetricName="metric_name", StartTime=clock.now,
                    EndTime=clock.now + days * 24 * HOUR, Period=period, Statistics=["SampleCount"])

    return {"error-invalid-amount-datapoints": error_of(cloudwatch.get_metric_statistics, **ask(1, 1)),
            "error-invalid-time-frame": error_of(cloudwatch.get_metric_statistics, **ask(0, 1)),
            "get-metric-statitics": cloudwatch.get_metric_statistics(**ask(1, 60))}


def topic(name):
    """Its messages come to the receiver's path of this name; the server's configuration confirms it."""
    arn = sns.create_topic(Name=name)["TopicArn"]
    sns.subscribe(TopicArn=arn, Protocol="http", Endpoint=f"{receiver.url}/{name}")
    return arn


def told(name):
    """The next alarm that the topic tells."""
    return json.loads(receiver.next("/" + name)[1]["Message"])


@case
def test_set_alarm():
    cloudwatch.put_metric_alarm(
        AlarmName="test-alarm", AlarmDescription="Test Alarm when CPU exceeds 50 percent", ActionsEnabled=True,
        MetricName="CPUUtilization-3", Namespace="AWS/EC2", Unit="Percent", Statistic="Average", Period=300,
        Dimensions=[{"Name": "InstanceId", "Value": "i-0317828c84edbe100"}], EvaluationPeriods=2, Threshold=50.0,
        ComparisonOperator="GreaterThanThreshold", TreatMissingData="ignore", OKActions=[topic("topic-ok")],
        AlarmActions=[topic("topic-alarm")])
    out = {}
    for step, state, reason in [("triggered-alarm", "ALARM", "testing alarm"), ("reset-alarm", "OK", "resetting alarm")]:
        cloudwatch.set_alarm_state(AlarmName="test-alarm", StateValue=state, StateReason=reason)
        assert told("topic-" + state.lower())["NewStateReason"] == reason
        out[step] = described("test-alarm")
    return out


def seconds_alarm(name, namespace, metric, **more):
    """The rule of three recorded cases."""
    arn = topic("topic-" + name)
    cloudwatch.put_metric_alarm(**{
        "AlarmName": name, "AlarmDescription": "testing cloudwatch alarms", "MetricName": metric,
        "Namespace": namespace, "Period": 10, "Threshold": 2, "Unit": "Seconds", "Statistic": "Average",
        "Dimensions": [{"Name": "InstanceId", "Value": "abc"}], "OKActions": [arn], "AlarmActions": [arn],
        "EvaluationPeriods": 2, "ComparisonOperator": "GreaterThanThreshold", "TreatMissingData": "ignore", **more})


@case
def test_enable_disable_alarm_actions():
    seconds_alarm("switched", "test/enable", "my-metric101")
    out = {"describe_alarm": described("switched")}
    cloudwatch.set_alarm_state(AlarmName="switched", StateValue="ALARM", StateReason="testing alarm")
    out["alarm-state-sqs-msg"] = told("topic-switched")
    out["alarm-state-describe"] = described("switched")
    cloudwatch.disable_alarm_actions(AlarmNames=["switched"])
    cloudwatch.set_alarm_state(AlarmName="switched", StateValue="OK", StateReason="testing OK state")
    out["describe_alarm_disabled"] = described("switched")
    out["ok-state-action-disabled-describe"] = described("switched")
    cloudwatch.enable_alarm_actions(AlarmNames=["switched"])
    out["describe_alarm_enabled"] = described("switched")
    return out


@case
def test_put_metric_alarm():
    dimensions = [{"Name": "InstanceId", "Value": "abc"}]
    seconds_alarm("measured", "test-nsp", "my-metric1", ActionsEnabled=True, Threshold=21, EvaluationPeriods=1)
    out = {"describe-alarm": described("measured")}
    put("test-nsp", *({"MetricName": "my-metric1", "Dimensions": dimensions, "Value": value, "Timestamp": clock.now,
                       "Unit": "Seconds"} for value in (21, 22)))
    clock.advance(60)
    out["alarm-triggered-sqs-msg"] = told("topic-measured")
    out["describe-alarm-history"] = cloudwatch.describe_alarm_history(AlarmName="measured",
                                                                      HistoryItemType="StateUpdate")
    out["describe-alarms-for-metric"] = cloudwatch.describe_alarms_for_metric(
        MetricName="my-metric1", Namespace="test-nsp", Dimensions=dimensions, Statistic="Average")
    return out


@case
def test_breaching_alarm_actions():
    seconds_alarm("breaching", "test/breaching-alarm", "my-metric101", TreatMissingData="breaching")
    clock.advance(60)
    return {"alarm-1-sqs-msg": told("topic-breaching"), "alarm-1-describe": described("breaching")}


def written(value):
    """What JSON has no form for: times."""
    return value.isoformat(timespec="milliseconds")


json.dump({name: function() for name, function in CASES.items()}, sys.stdout, default=written)

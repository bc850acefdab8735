"""Each documented limit of the CloudWatch door, at the limit and one beyond, in every protocol."""
import datetime
import math

import pytest

from conftest import Server, eventually
from raw import Raw

NOW = datetime.datetime(2013, 11, 1, tzinfo=datetime.timezone.utc)
SECOND, MINUTE, HOUR, DAY = (datetime.timedelta(seconds=s) for s in (1, 60, 3600, 86400))
PROTOCOLS = ["json", "query", "smithy-rpc-v2-cbor"]
METRIC = {"Namespace": "limits", "MetricName": "m"}
LIST = {"Dimensions": [{"Name": f"d{i}", "Value": "v"} for i in range(31)]}


@pytest.fixture(scope="module", params=PROTOCOLS)
def shared(request, tmp_path_factory):
    """One server for all calls that leave nothing that another could see."""
    server = Server(tmp_path_factory.mktemp(request.param), "--enable-test-api", "--clock", "2013-11-01T00:00:00Z")
    yield Raw(server, request.param)
    server.stop()


@pytest.fixture(params=PROTOCOLS)
def raw(request, frozen):
    return Raw(frozen, request.param)


def refusal(raw, operation, arguments):
    """(status, code as old clients know it, message)"""
    status, headers, document = raw.call(operation, query_mode=True, **arguments)
    assert status >= 400, f"was taken: {document}"
    if raw.protocol == "query":
        error = document["ErrorResponse"]["Error"]
        return status, error["Code"], error["Message"]
    return status, headers["x-amzn-query-error"].split(";")[0], document["message"]


def result(raw, operation, **arguments):
    status, _, document = raw.call(operation, **arguments)
    assert status == 200, document
    if raw.protocol == "query":
        document = document[operation + "Response"]
        return document.get(operation + "Result") if isinstance(document, dict) else None
    return document


def members(value):
    """A list of either protocol."""
    if isinstance(value, dict):
        value = value["member"]
    return value if isinstance(value, list) else [] if value is None else [value]


def datum(**more):
    return {"Namespace": "limits", "MetricData": [{"MetricName": "m", **more}]}


def entities(count):
    one = {"Entity": {"KeyAttributes": {"Type": "Service", "Name": "shop"}}, "MetricData": [{"MetricName": "m", "Value": 1}]}
    return {"Namespace": "limits", "EntityMetricData": [one] * count}


def statistics(**more):
    return {**METRIC, "StartTime": NOW, "EndTime": NOW + DAY, "Period": 60, "Statistics": ["Sum"], **more}


def query(number=1, **more):
    stat = {"Metric": METRIC, "Period": 60, "Stat": "Sum"}
    return {"StartTime": NOW, "EndTime": NOW + DAY,
            "MetricDataQueries": [{"Id": f"m{i}", "MetricStat": stat} for i in range(number)], **more}


def labelled(label):
    stat = {"Metric": METRIC, "Period": 60, "Stat": "Sum"}
    return {"StartTime": NOW, "EndTime": NOW + DAY, "MetricDataQueries": [{"Id": "m0", "MetricStat": stat, "Label": label}]}


def detector(**configuration):
    return {"SingleMetricAnomalyDetector": {**METRIC, "Stat": "Sum"}, "Configuration": configuration}


def math_form(*returned):
    stat = {"Metric": METRIC, "Period": 60, "Stat": "Sum"}
    return {"MetricMathAnomalyDetector": {"MetricDataQueries": [
        {"Id": f"m{i}", "MetricStat": stat, "ReturnData": back} for i, back in enumerate(returned)]}}


def alarm(**more):
    return {"AlarmName": "a", **METRIC, "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 1, "Threshold": 1.0,
            "ComparisonOperator": "GreaterThanThreshold", **more}


def math_alarm(count):
    """On an expression of so many queries less one."""
    out = {name: value for name, value in alarm().items()
           if name not in (*METRIC, "Statistic", "Period")}
    stat = {"Metric": METRIC, "Period": 60, "Stat": "Sum"}
    metrics = [{"Id": f"m{i}", "MetricStat": stat, "ReturnData": False} for i in range(count - 1)]
    return {**out, "Metrics": [*metrics, {"Id": "e", "Expression": "m0 + 1"}]}


def names(count):
    return [f"a{i}" for i in range(count)]


def tags(count):
    return [{"Key": f"k{i}", "Value": "v"} for i in range(count)]


TOPIC = "arn:aws:sns:us-east-1:000000000000:t"


def insights(text, count=1):
    """So many Metrics Insights queries."""
    return {"StartTime": NOW, "EndTime": NOW + HOUR,
            "MetricDataQueries": [{"Id": f"q{i}", "Expression": text, "Period": 60} for i in range(count)]}


SELECT = 'SELECT SUM(m) FROM "limits"'


def select_alarm(periods):
    return {"AlarmName": "fleet", "EvaluationPeriods": periods, "Threshold": 1.0,
            "ComparisonOperator": "GreaterThanThreshold",
            "Metrics": [{"Id": "q", "Expression": SELECT, "Period": 60, "ReturnData": True}]}


def dimension(name, value):
    return datum(Value=1, Dimensions=[{"Name": name, "Value": value}])


def state(**more):
    """Of an alarm that every test of this module may find."""
    return {"AlarmName": "a", "StateValue": "OK", "StateReason": "r", **more}


def mute(count=1, **rule):
    schedule = {"Expression": "cron(0 22 * * *)", "Duration": "PT8H", **rule}
    return {"Name": "nights", "Rule": {"Schedule": schedule}, "MuteTargets": {"AlarmNames": ["a"] * count}}


def ranges(count):
    return [{"StartTime": NOW + i * DAY, "EndTime": NOW + i * DAY + HOUR} for i in range(count)]


SET = {"SampleCount": 2, "Sum": 4, "Minimum": 2, "Maximum": 2}
# name: (operation, what is taken, what is refused, code, words of the message: the field and the limit)
LIMITS = {
    "metrics in a call": (
        "PutMetricData", {"Namespace": "limits", "MetricData": [{"MetricName": "m", "Value": 1}] * 1000},
        {"Namespace": "limits", "MetricData": [{"MetricName": "m", "Value": 1}] * 1001},
        "InvalidParameterValue", ["MetricData", "1000", "1001"]),
    "values of a metric": (
        "PutMetricData", datum(Values=[1.0] * 150), datum(Values=[1.0] * 151), "InvalidParameterValue",
        ["MetricData.member.1.Values", "150"]),
    "dimensions": (
        "PutMetricData", datum(Value=1, Dimensions=LIST["Dimensions"][:30]), datum(Value=1, **LIST),
        "InvalidParameterValue", ["MetricData.member.1.Dimensions", "30"]),
    "a time in the future": (
        "PutMetricData", datum(Value=1, Timestamp=NOW + 2 * HOUR), datum(Value=1, Timestamp=NOW + 2 * HOUR + SECOND),
        "InvalidParameterValue", ["MetricData.member.1.Timestamp", "two hours", "2013-11-01T02:00:01Z"]),
    "a name space with a colon before it": (
        "PutMetricData", {**datum(Value=1), "Namespace": "a:b"}, {**datum(Value=1), "Namespace": ":b"},
        "InvalidParameterValue", ["Namespace", ":b"]),
    "length of a name space": (
        "PutMetricData", {**datum(Value=1), "Namespace": "n" * 255}, {**datum(Value=1), "Namespace": "n" * 256},
        "ValidationError", ["namespace", "255"]),
    "maximum under minimum": (
        "PutMetricData", datum(StatisticValues=SET), datum(StatisticValues={**SET, "Maximum": 1.5}),
        "InvalidParameterValue", ["MetricData.member.1.StatisticValues.Maximum", "StatisticValues.Minimum"]),
    "no samples": (
        "PutMetricData", datum(StatisticValues={**SET, "SampleCount": 0.5}),
        datum(StatisticValues={**SET, "SampleCount": 0}), "InvalidParameterValue",
        ["MetricData.member.1.StatisticValues.SampleCount", "greater than 0"]),
    "a count of nothing": (
        "PutMetricData", datum(Values=[1.0, 2.0], Counts=[1.0, 0.5]), datum(Values=[1.0, 2.0], Counts=[1.0, 0.0]),
        "InvalidParameterValue", ["MetricData.member.1.Counts.member.2", "greater than 0"]),
    "a count below nothing": (
        "PutMetricData", datum(Values=[1.0], Counts=[1.0]), datum(Values=[1.0], Counts=[-1.0]),
        "InvalidParameterValue", ["MetricData.member.1.Counts.member.1", "-1"]),
    "size of a value": (
        "PutMetricData", datum(Value=-2.0 ** 360), datum(Value=-math.nextafter(2.0 ** 360, math.inf)),
        "InvalidParameterValue", ["MetricData.member.1.Value", "2^360"]),
    "entities": (
        "PutMetricData", entities(2), entities(3), "InvalidParameterValue", ["EntityMetricData", "2", "3"]),
    "datapoints of GetMetricStatistics": (
        "GetMetricStatistics", statistics(), statistics(EndTime=NOW + DAY + SECOND), "InvalidParameterCombination",
        ["1441 datapoints", "1440", "Period"]),
    "a statistic": (
        "GetMetricStatistics", statistics(Statistics=["SampleCount"]), statistics(Statistics=["Median"]),
        "ValidationError", ["statistics", "Median", "SampleCount"]),
    "a percentile": (
        "GetMetricStatistics", {**statistics(ExtendedStatistics=["p99.99"])},
        {**statistics(ExtendedStatistics=["p100.1"])}, "InvalidParameterValue", ["ExtendedStatistics", "p100.1"]),
    "a period": (
        "GetMetricStatistics", statistics(Period=120), statistics(Period=90), "InvalidParameterValue",
        ["Period", "90", "multiple of 60"]),
    "queries": (
        "GetMetricData", query(500), query(501), "ValidationError", ["MetricDataQueries", "500"]),
    "datapoints of GetMetricData": (
        "GetMetricData", query(MaxDatapoints=100800), query(MaxDatapoints=100801), "ValidationError",
        ["MaxDatapoints", "100800"]),
    "datapoints of GetMetricData, none": (
        "GetMetricData", query(MaxDatapoints=1), query(MaxDatapoints=0), "ValidationError", ["MaxDatapoints"]),
    "a page of GetMetricData": (
        "GetMetricData", query(), query(NextToken="0"), "InvalidNextToken", ["NextToken"]),
    "dynamic values of a label": (
        "GetMetricData", labelled("${MAX}" * 50), labelled("${MAX}" * 51), "ValidationError", ["m0", "Label", "51", "50"]),
    "time zone of labels": (
        "GetMetricData", query(LabelOptions={"Timezone": "+2359"}), query(LabelOptions={"Timezone": "+2400"}),
        "ValidationError", ["LabelOptions.Timezone", "+2400"]),
    "a page of ListMetrics": (
        "ListMetrics", {}, {"NextToken": "bm9uZQ=="}, "InvalidParameterValue", ["NextToken"]),
    "recently active": (
        "ListMetrics", {"RecentlyActive": "PT3H"}, {"RecentlyActive": "PT4H"}, "ValidationError",
        ["recentlyActive", "PT4H", "PT3H"]),
    "time zone of a detector": (
        "PutAnomalyDetector", detector(MetricTimezone="Europe/Vienna"), detector(MetricTimezone="x" * 51),
        "ValidationError", ["configuration.metricTimezone", "50"]),
    "excluded ranges": (
        "PutAnomalyDetector", detector(ExcludedTimeRanges=ranges(10)), detector(ExcludedTimeRanges=ranges(11)),
        "InvalidParameterValue", ["ExcludedTimeRanges", "10"]),
    "what a math detector returns": (
        "PutAnomalyDetector", math_form(True, False), math_form(True, True), "ValidationError",
        ["Exactly one element of the metrics list should return data"]),
    "a math detector that returns nothing": (
        "PutAnomalyDetector", math_form(False, True), math_form(False, False), "ValidationError",
        ["Exactly one element of the metrics list should return data"]),
    "single and flat form": (
        "PutAnomalyDetector", {**METRIC, "Stat": "Sum"}, {**detector(), "Namespace": "limits"},
        "InvalidParameterCombination", ["SingleMetricAnomalyDetector", "Namespace"]),
    "single and math form": (
        "PutAnomalyDetector", detector(), {**detector(), **math_form(True)}, "InvalidParameterCombination",
        ["SingleMetricAnomalyDetector", "MetricMathAnomalyDetector"]),
    "math and flat form": (
        "PutAnomalyDetector", math_form(True), {**math_form(True), "Stat": "Sum"}, "InvalidParameterCombination",
        ["MetricMathAnomalyDetector", "Stat"]),
    "a page of detectors": (
        "DescribeAnomalyDetectors", {"MaxResults": 100}, {"MaxResults": 101}, "ValidationError",
        ["maxResults", "101", "100"]),
    "a page of no detectors": (
        "DescribeAnomalyDetectors", {"MaxResults": 1}, {"MaxResults": 0}, "ValidationError", ["maxResults", "1"]),
    "ids of detectors": (
        "DescribeAnomalyDetectors", {"AnomalyDetectorIds": ["x"] * 50}, {"AnomalyDetectorIds": ["x"] * 51},
        "ValidationError", ["anomalyDetectorIds", "50"]),
    "ids beside a filter": (
        "DescribeAnomalyDetectors", {"AnomalyDetectorIds": ["x"]},
        {"AnomalyDetectorIds": ["x"], "MetricName": "m"}, "InvalidParameterCombination", ["AnomalyDetectorIds"]),
    "a page of alarms": (
        "DescribeAlarms", {"MaxRecords": 100}, {"MaxRecords": 101}, "ValidationError", ["maxRecords", "101", "100"]),
    "a page of no alarms": (
        "DescribeAlarms", {"MaxRecords": 1}, {"MaxRecords": 0}, "ValidationError", ["maxRecords", "1"]),
    "names of alarms": (
        "DescribeAlarms", {"AlarmNames": names(100)}, {"AlarmNames": names(101)}, "ValidationError",
        ["alarmNames", "100"]),
    "a page of history": (
        "DescribeAlarmHistory", {"MaxRecords": 100}, {"MaxRecords": 101}, "ValidationError",
        ["maxRecords", "101", "100"]),
    "a page of no history": (
        "DescribeAlarmHistory", {"MaxRecords": 1}, {"MaxRecords": 0}, "ValidationError", ["maxRecords", "1"]),
    "names of alarms that tell nobody": (
        "DisableAlarmActions", {"AlarmNames": names(100)}, {"AlarmNames": names(101)}, "ValidationError",
        ["alarmNames", "100"]),
    "names of alarms that tell people": (
        "EnableAlarmActions", {"AlarmNames": names(100)}, {"AlarmNames": names(101)}, "ValidationError",
        ["alarmNames", "100"]),
    "length of an alarm's name": (
        "PutMetricAlarm", alarm(AlarmName="a" * 255), alarm(AlarmName="a" * 256), "ValidationError",
        ["alarmName", "255"]),
    "length of an alarm's description": (
        "PutMetricAlarm", alarm(AlarmDescription="d" * 1024), alarm(AlarmDescription="d" * 1025), "ValidationError",
        ["alarmDescription", "1024"]),
    "actions of a state": (
        "PutMetricAlarm", alarm(AlarmActions=[TOPIC] * 5), alarm(AlarmActions=[TOPIC] * 6), "ValidationError",
        ["alarmActions", "5"]),
    "tags of an alarm": (
        "PutMetricAlarm", alarm(AlarmName="tagged", Tags=tags(50)), alarm(AlarmName="not", Tags=tags(51)),
        "ValidationError", ["50"]),
    "periods of an alarm": (
        "PutMetricAlarm", alarm(EvaluationPeriods=1), alarm(EvaluationPeriods=0), "ValidationError",
        ["evaluationPeriods", "1"]),
    "datapoints to alarm": (
        "PutMetricAlarm", alarm(EvaluationPeriods=3, DatapointsToAlarm=3),
        alarm(EvaluationPeriods=3, DatapointsToAlarm=4), "ValidationError",
        ["DatapointsToAlarm", "EvaluationPeriods"]),
    "time that an alarm looks back": (
        "PutMetricAlarm", alarm(EvaluationPeriods=1440), alarm(EvaluationPeriods=1441), "ValidationError", ["day"]),
    "queries of an alarm": (
        "PutMetricAlarm", math_alarm(20), math_alarm(21), "ValidationError", ["20"]),
    "actions of the state OK": (
        "PutMetricAlarm", alarm(OKActions=[TOPIC] * 5), alarm(OKActions=[TOPIC] * 6), "ValidationError", ["oKActions", "5"]),
    "actions without data": (
        "PutMetricAlarm", alarm(InsufficientDataActions=[TOPIC] * 5), alarm(InsufficientDataActions=[TOPIC] * 6),
        "ValidationError", ["insufficientDataActions", "5"]),
    "length of a tag's key": (
        "PutMetricAlarm", alarm(AlarmName="key", Tags=[{"Key": "k" * 128, "Value": ""}]),
        alarm(AlarmName="not", Tags=[{"Key": "k" * 129, "Value": ""}]), "ValidationError", ["tags", "key", "128"]),
    "length of a tag's value": (
        "PutMetricAlarm", alarm(AlarmName="value", Tags=[{"Key": "k", "Value": "v" * 256}]),
        alarm(AlarmName="not", Tags=[{"Key": "k", "Value": "v" * 257}]), "ValidationError", ["tags", "value", "256"]),
    "names of alarms to delete": (
        "DeleteAlarms", {"AlarmNames": names(100)}, {"AlarmNames": names(101)}, "ValidationError", ["alarmNames", "100"]),
    "length of a prefix": (
        "DescribeAlarms", {"AlarmNamePrefix": "a" * 255}, {"AlarmNamePrefix": "a" * 256}, "ValidationError",
        ["alarmNamePrefix", "255"]),
    "length of an action's prefix": (
        "DescribeAlarms", {"ActionPrefix": "a" * 1024}, {"ActionPrefix": "a" * 1025}, "ValidationError",
        ["actionPrefix", "1024"]),
    "length of a metric's name": (
        "PutMetricData", datum(MetricName="m" * 255, Value=1), datum(MetricName="m" * 256, Value=1), "ValidationError",
        ["metricName", "255"]),
    "length of a dimension's name": (
        "PutMetricData", dimension("d" * 255, "v"), dimension("d" * 256, "v"), "ValidationError", ["name", "255"]),
    "length of a dimension's value": (
        "PutMetricData", dimension("d", "v" * 1024), dimension("d", "v" * 1025), "ValidationError", ["value", "1024"]),
    "percentiles": (
        "GetMetricStatistics", {**statistics(ExtendedStatistics=[f"p{i}" for i in range(10)])},
        {**statistics(ExtendedStatistics=[f"p{i}" for i in range(11)])}, "InvalidParameterValue",
        ["ExtendedStatistics", "10"]),
    "Metrics Insights queries": (
        "GetMetricData", insights(SELECT), insights(SELECT, 2), "ValidationError", ["Metrics Insights", "one"]),
    "length of a Metrics Insights query": (
        "GetMetricData", insights(SELECT.ljust(2048)), insights(SELECT.ljust(2049)), "ValidationError", ["expression", "2048"]),
    "series of a Metrics Insights query": (
        "GetMetricData", insights(SELECT + " GROUP BY d LIMIT 500"), insights(SELECT + " GROUP BY d LIMIT 501"),
        "ValidationError", ["1 to 500", "501"]),
    "no series of a Metrics Insights query": (
        "GetMetricData", insights(SELECT + " GROUP BY d LIMIT 1"), insights(SELECT + " GROUP BY d LIMIT 0"),
        "ValidationError", ["1 to 500", "0"]),
    "time that an alarm on a Metrics Insights query looks back": (
        "PutMetricAlarm", select_alarm(180), select_alarm(181), "ValidationError", ["three hours"]),
    "length of a reason": (
        "SetAlarmState", state(StateReason="r" * 1023), state(StateReason="r" * 1024), "ValidationError",
        ["stateReason", "1023"]),
    "length of a reason's data": (
        "SetAlarmState", state(StateReasonData="1".ljust(4000)), state(StateReasonData="1".ljust(4001)), "ValidationError",
        ["stateReasonData", "4000"]),
    "targets of a mute rule": (
        "PutAlarmMuteRule", mute(100), mute(101), "ValidationError", ["alarmNames", "100"]),
    "length of a mute": (
        "PutAlarmMuteRule", mute(Duration="P15D"), mute(Duration="P15DT1M"), "ValidationError", ["Duration"]),
    "the token of a page of detectors": (
        "DescribeAnomalyDetectors", {}, {"NextToken": "x"}, "InvalidNextToken", ["NextToken"]),
}


@pytest.mark.parametrize("name", LIMITS)
def test_what_is_at_the_limit_is_taken_and_what_is_beyond_refused(shared, name):
    operation, good, bad, code, words = LIMITS[name]
    if operation in ("SetAlarmState", "PutAlarmMuteRule"):
        result(shared, "PutMetricAlarm", **alarm())
    result(shared, operation, **good)
    status, refused_as, message = refusal(shared, operation, bad)
    assert (status, refused_as) == (400, code), message
    assert all(word in message for word in words), message


TARGET = "GraniteServiceVersion20100801"
# How a PutMetricData of a given size is written: path, headers, beginning, what fills it, end.
PADDED = {
    "json": ("/", {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": TARGET + ".PutMetricData"},
             b'{"Namespace": "n", "MetricData": [{"MetricName": "m", "Value": 1}]', b" ", b"}"),
    "query": ("/", {"Content-Type": "application/x-www-form-urlencoded"},
              b"Action=PutMetricData&Version=2010-08-01&Namespace=n&MetricData.member.1.MetricName=m"
              b"&MetricData.member.1.Value=1&Pad=", b"x", b""),
    # A map without an end in sight, and in it a text without one, filled by empty pieces.
    "smithy-rpc-v2-cbor": (f"/service/{TARGET}/operation/PutMetricData",
                           {"Content-Type": "application/cbor", "Smithy-Protocol": "rpc-v2-cbor"},
                           b"\xbf\x69Namespace\x61n\x6aMetricData\x81\xa2\x6aMetricName\x61m\x65Value\x01\x63Pad\x7f",
                           b"\x60", b"\xff\xff"),
}


@pytest.mark.parametrize("protocol", PADDED)
def test_a_plain_body_of_one_megabyte_is_taken(start_server, protocol):
    raw = Raw(start_server(), protocol)
    path, headers, head, filling, tail = PADDED[protocol]

    def put(size):
        return raw.send(path, head + filling * (size - len(head) - len(tail)) + tail, dict(headers))

    assert put(1 << 20)[0] == 200
    status, _, document = put((1 << 20) + 1)
    assert status == 413
    assert "1048577" in str(document) and "1048576" in str(document)


def test_a_time_may_be_as_far_back_as_it_likes(raw):
    """AWS takes two weeks; a history that is loaded is older."""
    old = NOW - 4000 * DAY
    result(raw, "PutMetricData", **datum(Value=7, Timestamp=old))
    (point,) = members(result(raw, "GetMetricStatistics", **METRIC, StartTime=old, EndTime=old + DAY, Period=60,
                              Statistics=["Sum"])["Datapoints"])
    assert float(point["Sum"]) == 7


def test_a_refused_call_leaves_nothing_behind(raw):
    """Of 1,001 good metrics, and of 999 good ones beside a bad one, none is kept."""
    good = [{"MetricName": f"m{i}", "Value": 1} for i in range(1001)]
    refusal(raw, "PutMetricData", {"Namespace": "limits", "MetricData": good})
    refusal(raw, "PutMetricData", {"Namespace": "limits", "MetricData": good[:999] + [{"MetricName": ":", "Value": 1e300}]})
    assert members(result(raw, "ListMetrics")["Metrics"]) == []


def test_list_metrics_goes_on_where_a_page_of_500_ended(raw):
    for first in (0, 700):
        result(raw, "PutMetricData", Namespace="pages", MetricData=[
            {"MetricName": f"m{i:04}", "Value": 1} for i in range(first, first + 700) if i < 1201])
    names, tokens, more = [], [], {}
    while True:
        page = result(raw, "ListMetrics", Namespace="pages", **more)
        names.append([metric["MetricName"] for metric in members(page["Metrics"])])
        if "NextToken" not in page:
            break
        tokens.append(page["NextToken"])
        more = {"NextToken": page["NextToken"]}
        if len(tokens) == 1:  # what comes meanwhile shifts nothing
            result(raw, "PutMetricData", Namespace="pages", MetricData=[{"MetricName": "a", "Value": 1}])
    assert [len(page) for page in names] == [500, 500, 201]
    assert sum(names, []) == [f"m{i:04}" for i in range(1201)]


def test_recently_active_is_three_hours(raw):
    for name, age in [("new", 0 * HOUR), ("edge", 3 * HOUR), ("old", 3 * HOUR + MINUTE)]:
        result(raw, "PutMetricData", Namespace="n", MetricData=[
            {"MetricName": name, "Value": 1, "Timestamp": NOW - age}])
    recent = members(result(raw, "ListMetrics", RecentlyActive="PT3H")["Metrics"])
    assert sorted(metric["MetricName"] for metric in recent) == ["edge", "new"]
    assert len(members(result(raw, "ListMetrics")["Metrics"])) == 3


def pages_of(raw, operation, member, **arguments):
    """The pages' items, until one has no token."""
    pages, more = [], {}
    while True:
        page = result(raw, operation, **arguments, **more)
        pages.append(members(page[member]))
        if "NextToken" not in page:
            return pages
        more = {"NextToken": page["NextToken"]}


def test_alarms_and_their_history_go_on_where_a_page_ended(raw):
    for name in names(103):
        result(raw, "PutMetricAlarm", **alarm(AlarmName=name))
    for operation, member in [("DescribeAlarms", "MetricAlarms"), ("DescribeAlarmHistory", "AlarmHistoryItems")]:
        for size, want in [(100, [100, 3]), (60, [60, 43]), (103 // 2, [51, 51, 1])]:
            pages = pages_of(raw, operation, member, MaxRecords=size)
            assert [len(page) for page in pages] == want, operation
            assert sorted(one["AlarmName"] for one in sum(pages, [])) == sorted(names(103)), operation


def put_detectors(raw, count):
    return [result(raw, "PutAnomalyDetector", SingleMetricAnomalyDetector={
        "Namespace": "n", "MetricName": f"m{i}", "Stat": "Sum"})["AnomalyDetectorId"] for i in range(count)]


def described(raw, **arguments):
    return members(result(raw, "DescribeAnomalyDetectors", **arguments)["AnomalyDetectors"])


def test_detectors_are_paged_filtered_and_named_by_their_ids(raw):
    ids = put_detectors(raw, 101)
    flat = result(raw, "PutAnomalyDetector", Namespace="flat", MetricName="m", Stat="Average",
                  Dimensions=[{"Name": "d", "Value": "v"}])["AnomalyDetectorId"]
    formula = result(raw, "PutAnomalyDetector", **math_form(True, False))["AnomalyDetectorId"]

    first = result(raw, "DescribeAnomalyDetectors", Namespace="n")
    rest = result(raw, "DescribeAnomalyDetectors", Namespace="n", NextToken=first["NextToken"])
    assert len(members(first["AnomalyDetectors"])) == 100 and "NextToken" not in rest
    pages = members(first["AnomalyDetectors"]) + members(rest["AnomalyDetectors"])
    assert sorted(one["AnomalyDetectorId"] for one in pages) == sorted(ids)
    by_two = result(raw, "DescribeAnomalyDetectors", MaxResults=2)
    assert len(members(by_two["AnomalyDetectors"])) == 2 and "NextToken" in by_two

    def found(**arguments):
        return [one["AnomalyDetectorId"] for one in described(raw, **arguments)]

    assert found(AnomalyDetectorTypes=["METRIC_MATH"]) == [formula]
    assert formula not in found(MaxResults=100) and found(Namespace="flat") == [flat]
    assert found(MetricName="m7") == [ids[7]]
    assert found(Dimensions=[{"Name": "d", "Value": "v"}]) == [flat]
    assert sorted(found(AnomalyDetectorIds=[ids[3], flat, formula, "unknown"])) == sorted([ids[3], flat, formula])
    (one,) = described(raw, Namespace="flat")
    assert one["Stat"] == one["SingleMetricAnomalyDetector"]["Stat"] == "Average"
    assert members(one["Dimensions"]) == [{"Name": "d", "Value": "v"}]

    # The three forms of the key name the same detector.
    single = {"SingleMetricAnomalyDetector": {"Namespace": "flat", "MetricName": "m", "Stat": "Average",
                                              "Dimensions": [{"Name": "d", "Value": "v"}]}}
    assert result(raw, "PutAnomalyDetector", **single)["AnomalyDetectorId"] == flat
    result(raw, "DeleteAnomalyDetector", **single)
    assert found(Namespace="flat") == []


def test_deleting_a_detector_that_is_not_there_is_404(raw):
    for arguments in [{"AnomalyDetectorId": "none"}, detector(), {**METRIC, "Stat": "Sum"}, math_form(True)]:
        arguments.pop("Configuration", None)
        status, code, message = refusal(raw, "DeleteAnomalyDetector", arguments)
        assert (status, code) == (404, "ResourceNotFoundException"), message
        assert "detector" in message


def test_a_detector_that_an_alarm_needs_comes_back_at_its_next_evaluation(raw):
    stat = {"Metric": METRIC, "Period": 60, "Stat": "Sum"}
    result(raw, "PutMetricAlarm", AlarmName="band", EvaluationPeriods=1, ThresholdMetricId="b",
           ComparisonOperator="GreaterThanUpperThreshold",
           Metrics=[{"Id": "m", "MetricStat": stat}, {"Id": "b", "Expression": "ANOMALY_DETECTION_BAND(m)"}])
    (made,) = eventually(lambda: described(raw))
    result(raw, "DeleteAnomalyDetector", AnomalyDetectorId=made["AnomalyDetectorId"])
    assert described(raw) == []
    result(raw, "PutMetricData", **{**datum(Value=1, Timestamp=NOW), "Namespace": "limits"})
    raw.server.advance("5m")
    (again,) = eventually(lambda: described(raw))
    assert again["SingleMetricAnomalyDetector"] == made["SingleMetricAnomalyDetector"]
    # Not while nobody needs it.
    result(raw, "DeleteAlarms", AlarmNames=["band"])
    result(raw, "DeleteAnomalyDetector", AnomalyDetectorId=again["AnomalyDetectorId"])
    result(raw, "PutMetricData", **datum(Value=1, Timestamp=NOW + 5 * MINUTE))
    raw.server.advance("5m")
    assert described(raw) == []


@pytest.mark.parametrize("name, value", [
    ("ActionConfiguration", {"AlarmTagsPropagation": {"Enabled": True}}),
    ("EvaluationCriteria", {"PromQLCriteria": {"Query": "up"}}),
    ("EvaluationInterval", 60),
    ("EvaluationWindow", {"WallClockWindow": {"Timezone": "UTC"}}),
    ("WarmUpConfiguration", {"WarmUpPeriodDurationInMinutes": 5}),
])
def test_what_would_change_an_alarm_and_is_not_served_is_refused_by_name(shared, name, value):
    alarm = {"AlarmName": "plain", **METRIC, "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 1, "Threshold": 1,
             "ComparisonOperator": "GreaterThanThreshold"}
    status, code, message = refusal(shared, "PutMetricAlarm", {**alarm, name: value})
    assert (status, code) == (400, "ValidationError")
    assert name in message
    result(shared, "PutMetricAlarm", **alarm)
    result(shared, "DeleteAlarms", AlarmNames=["plain"])


def test_a_sliding_window_is_how_alarms_are_evaluated(frozen):
    raw = Raw(frozen, "json")
    result(raw, "PutMetricAlarm", AlarmName="plain", **METRIC, Statistic="Sum", Period=60, EvaluationPeriods=1, Threshold=1,
           ComparisonOperator="GreaterThanThreshold", EvaluationWindow={"SlidingWindow": {}})
    result(raw, "DeleteAlarms", AlarmNames=["plain"])

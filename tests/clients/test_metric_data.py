"""GetMetricData and GetMetricStatistics over a live server: where periods begin, pages while data come in, labels."""
import datetime

import boto3
import botocore.config
import botocore.exceptions
import pytest

from test_limits import raw, refusal, result  # noqa: F401

NOW = datetime.datetime(2013, 11, 1, tzinfo=datetime.timezone.utc)  # of the frozen server
SECOND, MINUTE, HOUR, DAY = (datetime.timedelta(seconds=s) for s in (1, 60, 3600, 86400))


def client(server):
    return boto3.client("cloudwatch", endpoint_url=server.url, region_name="us-east-1", aws_access_key_id="k",
                        aws_secret_access_key="s", config=botocore.config.Config(retries={"total_max_attempts": 1}))


def put(cloudwatch, times, name="m", **more):
    """The first value is 0, the next 1 and so on."""
    cloudwatch.put_metric_data(Namespace="N", MetricData=[
        {"MetricName": name, "Timestamp": at, "Value": value, **more} for value, at in enumerate(times)])


def query(name="m", period=60, stat="Sum", identity="a", dimensions=(), **more):
    metric = {"Namespace": "N", "MetricName": name, "Dimensions": list(dimensions)}
    return {"Id": identity, "MetricStat": {"Metric": metric, "Period": period, "Stat": stat}, **more}


def data(cloudwatch, *queries, start, end=NOW, **more):
    """[(label, [(time, value), ...]), ...]"""
    answer = cloudwatch.get_metric_data(MetricDataQueries=list(queries), StartTime=start, EndTime=end,
                                        ScanBy="TimestampAscending", **more)
    return [(r["Label"], list(zip(r["Timestamps"], r["Values"]))) for r in answer["MetricDataResults"]]


def statistics(cloudwatch, start, end=NOW, period=60, stat="Sum"):
    points = cloudwatch.get_metric_statistics(Namespace="N", MetricName="m", StartTime=start, EndTime=end,
                                              Period=period, Statistics=[stat])["Datapoints"]
    return sorted((point["Timestamp"], point[stat]) for point in points)


def refused(call, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**arguments)
    assert caught.value.response["Error"]["Code"] == "ValidationError", caught.value
    return caught.value.response["Error"]["Message"]


def test_the_last_24_hours_are_one_day(frozen):
    cloudwatch = client(frozen)
    noon = NOW - 12 * HOUR
    put(cloudwatch, [noon - (72 - i) * HOUR for i in range(72)])
    for second in (0, 35):  # a day that begins and ends at noon, whatever the second
        start, end = noon - DAY + second * SECOND, noon + second * SECOND
        wanted = [(noon - DAY, sum(range(48, 72)))]
        assert data(cloudwatch, query(period=86400), start=start, end=end) == [("m", wanted)]
        assert statistics(cloudwatch, start, end, 86400) == wanted


def test_periods_begin_at_the_start_and_the_end_is_exclusive(frozen):
    cloudwatch = client(frozen)
    put(cloudwatch, [NOW - (180 - i) * MINUTE for i in range(180)])
    start, end = NOW - 127 * MINUTE, NOW - 3 * MINUTE
    wanted = [(start, sum(range(53, 113))), (start + HOUR, sum(range(113, 173))), (start + 2 * HOUR, 173 + 174 + 175 + 176)]
    assert data(cloudwatch, query(period=3600), start=start, end=end) == [("m", wanted)]
    assert statistics(cloudwatch, start, end, 3600) == wanted
    # Of one request each query by its own period, math at the largest.
    got = data(cloudwatch, query(period=3600), query(period=60, identity="b"), {"Id": "e", "Expression": "a - b"},
               start=start + 13 * SECOND, end=end)
    assert [points[0][0] for _, points in got] == [start, start, start]
    assert got[0][1] == wanted and [value for _, value in got[2][1]] == [0, 0, 0]


@pytest.mark.parametrize("days, rounded", [(10, (12, 34)), (30, (12, 30)), (100, (12, 0))])
def test_an_old_start_is_rounded_further(frozen, days, rounded):
    cloudwatch = client(frozen)
    day = NOW - days * DAY
    put(cloudwatch, [day + 12 * HOUR + i * MINUTE for i in range(60)])
    start = day + 12 * HOUR + 34 * MINUTE + 56 * SECOND
    wanted = [(day.replace(hour=12, minute=minute), minute) for minute in range(rounded[1], 36)]
    assert statistics(cloudwatch, start, start + 90 * SECOND) == wanted
    assert data(cloudwatch, query(), start=start, end=start + 90 * SECOND) == [("m", wanted)]


def test_with_a_band_periods_are_those_of_its_detector(frozen):
    cloudwatch = client(frozen)
    put(cloudwatch, [NOW - (24 * 30 - i) * HOUR for i in range(24 * 30)])
    cloudwatch.put_anomaly_detector(SingleMetricAnomalyDetector={"Namespace": "N", "MetricName": "m", "Stat": "Sum"})
    start = NOW - 26 * HOUR + 7 * MINUTE
    band = {"Id": "b", "Expression": "ANOMALY_DETECTION_BAND(a, 2)"}
    (_, values), (_, upper), (_, lower) = data(cloudwatch, query(period=3600), band, start=start)
    times = [at for at, _ in values]
    assert times == [NOW - (26 - i) * HOUR for i in range(26)]
    assert [at for at, _ in upper] == [at for at, _ in lower] == times
    (_, values), = data(cloudwatch, query(period=3600), start=start)
    assert [at for at, _ in values][:2] == [start, start + HOUR]


def test_pages_repeat_nothing_while_data_come_in(frozen):
    cloudwatch = client(frozen)
    put(cloudwatch, [NOW - (30 - i) * MINUTE for i in range(30)])
    for order, late in (("TimestampDescending", NOW), ("TimestampAscending", NOW - 59 * MINUTE)):
        seen, more = [], {}
        while True:
            page = cloudwatch.get_metric_data(MetricDataQueries=[query()], StartTime=NOW - HOUR, EndTime=NOW + HOUR,
                                              ScanBy=order, MaxDatapoints=10, **more)
            seen += page["MetricDataResults"][0]["Timestamps"]
            if "NextToken" not in page:
                break
            more = {"NextToken": page["NextToken"]}
            put(cloudwatch, [late + len(seen) // 10 * MINUTE])
        assert len(seen) == len(set(seen)), order
        assert {NOW - i * MINUTE for i in range(1, 31)} <= set(seen), order
        assert seen == sorted(seen, reverse=order == "TimestampDescending")


def test_a_token_belongs_to_its_request(raw):
    result(raw, "PutMetricData", Namespace="N", MetricData=[
        {"MetricName": "m", "Timestamp": NOW - i * MINUTE, "Value": i} for i in range(1, 31)])
    asked = {"MetricDataQueries": [query()], "StartTime": NOW - HOUR, "EndTime": NOW, "MaxDatapoints": 10}
    token = result(raw, "GetMetricData", **asked)["NextToken"]
    second = result(raw, "GetMetricData", **asked, NextToken=token)
    assert second["NextToken"] != token and second == result(raw, "GetMetricData", **asked, NextToken=token)
    result(raw, "GetMetricData", **{**asked, "MaxDatapoints": 3}, NextToken=token, LabelOptions={"Timezone": "+0100"})
    for other in ({"MetricDataQueries": [query(stat="Average")]}, {"MetricDataQueries": [query(), query(identity="b")]},
                  {"StartTime": NOW - 2 * HOUR}, {"EndTime": NOW + SECOND}, {"ScanBy": "TimestampAscending"},
                  {"NextToken": "10"}, {"NextToken": token[:-4]}, {"NextToken": token + "AAAA"}):
        status, code, message = refusal(raw, "GetMetricData", {**asked, "NextToken": token, **other})
        assert (status, code) == (400, "InvalidNextToken"), other
        assert message == "The parameter NextToken is invalid."


def test_dynamic_labels(frozen):
    cloudwatch = client(frozen)
    host = [{"Name": "host", "Value": "web-1"}]
    put(cloudwatch, [NOW - (5 - i) * MINUTE for i in range(5)], name="cpu", Dimensions=host)
    asked = query("cpu", stat="Maximum", dimensions=host)

    def label(text, **more):
        return data(cloudwatch, {**asked, "Label": text}, start=NOW - HOUR, **more)[0][0]

    assert label("${PROP('Namespace')}/${PROP('MetricName')} ${PROP('Stat')} ${PROP('Period')} ${PROP('Region')} "
                 "${PROP('AccountId')} ${PROP('Dim.host')} ${PROP('Dim.other')}") == (
        "N/cpu Maximum 60 us-east-1 000000000000 web-1 --")
    assert label("${LABEL}: ${MIN} to ${MAX}, ${AVG}, ${SUM} of ${DATAPOINT_COUNT}") == "cpu: 0 to 4, 2, 10 of 5"
    # Of all points, also those of other pages.
    assert label("${FIRST} ${LAST}", MaxDatapoints=1) == "0 4"
    assert label("${LAST_TIME} ${MAX_TIME_RELATIVE}") == "2013-10-31T23:59:00Z 1m"
    assert label("${LAST_TIME}", LabelOptions={"Timezone": "+0130"}) == "2013-11-01T01:29:00+01:30"
    assert label("${LAST_TIME}", LabelOptions={"Timezone": "-0800"}) == "2013-10-31T15:59:00-08:00"
    assert label("${NOTHING} ${MAX") == "${NOTHING} ${MAX"
    for zone in ("nonsense", "UTC", "0130", "+01:30", "+2400", "+0060", "+130", ""):
        message = refused(label, text="x", LabelOptions={"Timezone": zone})
        assert "LabelOptions.Timezone" in message and "+0130" in message and zone in message
    message = refused(label, text="${MAX}" * 51)
    assert "'a' has 51 dynamic values, limit 50" in message

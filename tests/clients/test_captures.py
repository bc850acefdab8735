"""Every recorded request of every client, sent as it was, in the order of its recording, to a live server."""
import http.client
import re
import socket

import pytest

from conftest import ROOT
from raw import Raw

REQUESTS = ROOT / "tests/fixtures/aws/requests"
NOW = "2026-11-23T13:00:00Z"  # within the hour of the recordings

# The recordings name the account that their server had.
CONFIG = """
aws: {account_id: "123456789012"}
egress: {allow: ["127.0.0.0/8"], allow_http: true}
"""

# What is refused, and how: a part of the file's name -> (status, part of the body, why).
REFUSED = {
    "PutMetricData_nan_err": (400, b"The value NaN for parameter MetricData.member.1.Value is invalid.", "meant so"),
    "PutMetricData_bad": (400, b"MetricData.member.1.Value and MetricData.member.1.Values are mutually", "meant so"),
    "SetAlarmState_missing": (404, b"#ResourceNotFound", "meant so"),
    "Publish_notopic": (404, b"<Code>NotFound</Code>", "meant so"),
    "0039_boto3_DeleteAnomalyDetector": (404, b"#ResourceNotFoundException", "the client's second attempt at 0038"),
    "0004_go_PutAnomalyDetector": (400, b"EndTime 2026-11-23T12:00:00.250Z must be after", "an empty range"),
    "GetMetricStatistics_pct": (400, b"The value tm(1%:99%) for parameter ExtendedStatistics", "not served for plain statistics yet"),
    "GetMetricData_search": (400, b"Function 'SEARCH' is not supported", "not served yet"),
    "PutCompositeAlarm": (400, b"PutCompositeAlarm is not served here. Served are: ", "not served yet"),
    "PutDashboard": (400, b"PutDashboard is not served here. Served are: ", "not served yet"),
    "PublishBatch": (400, b"PublishBatch is not served here. Served are: ", "not served yet"),
}


def requests_of(client):
    return sorted((REQUESTS / client).glob("*.req.http"))


def is_served_here(raw):
    """CloudWatch, SNS and STS; not Logs, CloudTrail and Events."""
    target = re.search(rb"(?i)^x-amz-target: *([A-Za-z0-9_.]+)", raw, re.MULTILINE)
    return target is None or target.group(1).startswith(b"GraniteServiceVersion20100801.")


def send(server, raw):
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.sendall(raw)
        reply = http.client.HTTPResponse(connection)
        reply.begin()
        return reply.status, reply.read()


def refusal_of(name):
    return next((refusal for part, refusal in REFUSED.items() if part in name), (200, b"", ""))


@pytest.mark.parametrize("client", sorted(path.name for path in REQUESTS.iterdir()))
def test_every_request_is_answered_as_it_was_meant(start_server, client):
    server = start_server("--enable-test-api", "--clock", NOW, config=CONFIG)
    faults, sent = [], 0
    for path in requests_of(client):
        raw = path.read_bytes()
        if not is_served_here(raw):
            continue
        sent += 1
        status, body = send(server, raw)
        want, part, _ = refusal_of(path.name)
        if status != want or part not in body:
            faults.append(f"{path.name}: {status} {body[:300]!r}")
    assert not faults, "\n".join(faults)
    assert sent >= 8
    # They did what they say.
    raw = Raw(server, "json")
    assert raw.call("ListMetrics")[2]["Metrics"], "no metric was kept"
    alarms = raw.call("DescribeAlarms")[2]["MetricAlarms"]
    assert any(alarm.get("ThresholdMetricId") for alarm in alarms), "no band alarm was kept"
    assert raw.call("DescribeAnomalyDetectors", AnomalyDetectorTypes=["SINGLE_METRIC"])[2]["AnomalyDetectors"]


@pytest.mark.parametrize("part", REFUSED)
def test_each_refusal_that_is_listed_has_a_request(part):
    assert any(part in path.name for path in REQUESTS.glob("*/*.req.http"))

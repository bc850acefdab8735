"""Replies of the CloudWatch door and pages are compressed only for clients that say they can read that."""
import gzip
import http.client
import urllib.parse

import botocore.serialize
import pytest

from conftest import Server
from raw import model_of

# More than a compression would leave alone for its smallness.
ALARMS = 40


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("replies"), "--enable-test-api", "--clock", "2013-11-01T00:00:00Z")
    for number in range(ALARMS):
        status, *_ = call(server, "json", "PutMetricAlarm", {
            "AlarmName": f"alarm-{number}", "Namespace": "n", "MetricName": "m", "Statistic": "Sum", "Period": 60,
            "EvaluationPeriods": 1, "Threshold": 1, "ComparisonOperator": "GreaterThanThreshold"})
        assert status == 200
    yield server
    server.stop()


def call(server, protocol, operation, arguments, **headers):
    """(status, headers, the reply's own bytes)"""
    serializer = botocore.serialize.create_serializer(protocol, include_validation=False)
    request = serializer.serialize_to_request(arguments, model_of(protocol).operation_model(operation))
    body = request["body"]
    body = urllib.parse.urlencode(body) if isinstance(body, dict) else body
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    # http.client names an encoding of its own, unless it is told one.
    connection.putrequest("POST", request["url_path"], skip_accept_encoding=True)
    body = body.encode() if isinstance(body, str) else body
    sent = {**request["headers"], "Content-Length": str(len(body)), "Authorization":
            "AWS4-HMAC-SHA256 Credential=k/20131101/us-east-1/monitoring/aws4_request, SignedHeaders=host, Signature=00",
            **{name.replace("_", "-"): value for name, value in headers.items()}}
    for name, value in sent.items():
        connection.putheader(name, value)
    connection.endheaders(body)
    reply = connection.getresponse()
    return reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read()


LISTED = ("DescribeAlarms", {"MaxRecords": 100})
REFUSED = ("DescribeAlarms", {"MaxRecords": 101})


@pytest.mark.parametrize("protocol", ["query", "json", "smithy-rpc-v2-cbor"])
@pytest.mark.parametrize("operation, arguments", [LISTED, REFUSED], ids=["listed", "refused"])
def test_a_reply_is_compressed_only_when_it_was_asked_for(server, protocol, operation, arguments):
    status, headers, plain = call(server, protocol, operation, arguments)
    assert status == (200 if (operation, arguments) == LISTED else 400)
    assert "content-encoding" not in headers and int(headers["content-length"]) == len(plain)
    assert b"alarm-0" in plain or status == 400
    for refuses in ["identity", "gzip;q=0", "br", "identity;q=1, gzip;q=0"]:
        again_status, again, body = call(server, protocol, operation, arguments, Accept_Encoding=refuses)
        assert again_status == status and "content-encoding" not in again, refuses
        assert body[:2] != b"\x1f\x8b", refuses
    for accepts in ["gzip", "br, gzip;q=0.5"]:
        again_status, again, body = call(server, protocol, operation, arguments, Accept_Encoding=accepts)
        assert again_status == status
        if again.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        else:
            assert "content-encoding" not in again
        assert len(body) == len(plain), accepts


def page(server, **headers):
    """(Content-Encoding or None, body)"""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.putrequest("GET", "/", skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    reply = connection.getresponse()
    assert reply.status == 200 and reply.headers["Vary"] == "Accept-Encoding"
    return reply.headers["Content-Encoding"], reply.read()


def test_a_page_is_compressed_only_when_it_was_asked_for(server):
    encoding, plain = page(server)
    assert encoding is None and plain.startswith(b"<!doctype html>")
    for refuses in ["identity", "gzip;q=0", "br", "*;q=0", "identity;q=1, gzip;q=0"]:
        assert page(server, Accept_Encoding=refuses) == (None, plain), refuses
    for accepts in ["gzip", "br, gzip;q=0.5", "*"]:
        encoding, packed = page(server, Accept_Encoding=accepts)
        assert encoding == "gzip" and gzip.decompress(packed) == plain, accepts

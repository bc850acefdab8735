"""A repeated request is counted once, and only what is the same request is a repeat."""
import gzip
import http.client
import json

import boto3
import pytest

HOUR = "2013-11-01T00:00:00Z"


def put(server, invocation, value, name="jobs", region="us-east-1", packed=False):
    """Sends one value under an invocation id, as a client that retries does; the status."""
    body = json.dumps({"Namespace": "repeats", "MetricData": [{"MetricName": name, "Value": value}]}).encode()
    headers = {"Content-Type": "application/x-amz-json-1.0",
               "X-Amz-Target": "GraniteServiceVersion20100801.PutMetricData",
               "Authorization": f"AWS4-HMAC-SHA256 Credential=k/20131101/{region}/monitoring/aws4_request, "
                                "SignedHeaders=host, Signature=00",
               "amz-sdk-invocation-id": invocation}
    if packed:
        headers["Content-Encoding"], body = "gzip", gzip.compress(body)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("POST", "/", body, headers)
    status = connection.getresponse().status
    connection.close()
    return status


def kept(server, name="jobs", region="us-east-1"):
    """(sum, count) of what is stored."""
    cloudwatch = boto3.client("cloudwatch", endpoint_url=server.url, region_name=region, aws_access_key_id="k",
                              aws_secret_access_key="s")
    (point,) = cloudwatch.get_metric_statistics(
        Namespace="repeats", MetricName=name, StartTime=HOUR, EndTime="2013-11-01T01:00:00Z", Period=3600,
        Statistics=["Sum", "SampleCount"])["Datapoints"]
    return point["Sum"], point["SampleCount"]


@pytest.mark.parametrize("end", ["kill", "stop"])
def test_what_differs_under_one_id_is_kept_and_a_repeat_is_counted_once(frozen, end):
    assert [put(frozen, "job-1", value) for value in (1, 1, 20, 20, 1)] == [200] * 5
    assert kept(frozen) == (21, 2)
    getattr(frozen, end)()
    frozen.start()
    assert [put(frozen, "job-1", value) for value in (1, 20, 300)] == [200] * 3
    assert kept(frozen) == (321, 3)
    frozen.post("/-/flush")
    getattr(frozen, end)()
    frozen.start()  # known from the checkpoint now
    assert [put(frozen, "job-1", value) for value in (1, 20, 300, 4000)] == [200] * 4
    assert kept(frozen) == (4321, 4)


def test_compression_does_not_make_another_request_and_a_region_does(frozen):
    assert put(frozen, "id", 5) == put(frozen, "id", 5, packed=True) == 200
    assert put(frozen, "id", 5, region="eu-west-1") == put(frozen, "id", 5, name="other") == 200
    assert kept(frozen) == kept(frozen, region="eu-west-1") == kept(frozen, "other") == (5, 1)


def test_an_id_is_forgotten_after_a_quarter_of_an_hour(frozen):
    assert put(frozen, "id", 5) == 200
    frozen.advance("14m")
    assert put(frozen, "id", 5) == 200
    assert kept(frozen) == (5, 1)
    frozen.advance("2m")
    assert put(frozen, "id", 5) == 200
    assert kept(frozen) == (10, 2)

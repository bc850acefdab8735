"""The one port: doors, limits, refusals, start and stop."""
import gzip
import http.client
import json
import re
import signal
import socket
import subprocess
import time
import zlib

import pytest

from conftest import BINARY, ROOT, eventually


def request(server, method, path, body=b"", headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request(method, path, body, headers or {})
    reply = connection.getresponse()
    return reply.status, dict(reply.getheaders()), reply.read()


AWS = {"Content-Type": "application/x-amz-json-1.0"}


def aws(server, operation, body, **headers):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    status, reply_headers, data = request(
        server, "POST", "/", raw,
        {**AWS, "X-Amz-Target": f"GraniteServiceVersion20100801.{operation}",
         "x-amzn-query-mode": "true", **{k.replace("_", "-"): v for k, v in headers.items()}})
    return status, reply_headers, json.loads(data) if data else {}


def test_ready_healthy_and_unknown_paths(start_server):
    server = start_server()
    assert request(server, "GET", "/-/ready")[0] == 200
    assert request(server, "GET", "/-/healthy")[0] == 200
    assert request(server, "GET", "/nowhere")[0] == 404
    assert request(server, "POST", "/-/clock", b"{}")[0] == 404, "test API must be off unless asked"
    assert request(server, "POST", "/-/flush")[0] == 404, "lifecycle must be off unless asked"


BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def test_a_person_at_a_wrong_address_gets_a_page_and_programs_their_error(start_server):
    server = start_server()
    status, headers, body = request(server, "GET", "/nowhere", headers=BROWSER)
    assert (status, headers["Content-Type"]) == (404, "text/html; charset=utf-8") and body.startswith(b"<!doctype html>")
    assert "Content-Security-Policy" in headers
    status, headers, body = request(server, "HEAD", "/nowhere", headers=BROWSER)
    assert (status, headers["Content-Type"], body) == (404, "text/html; charset=utf-8", b"")
    status, headers, _ = request(server, "GET", "/explore/?m=s1", headers=BROWSER)
    assert (status, headers["Location"]) == (308, "/explore?m=s1")
    assert request(server, "GET", "//elsewhere.example/", headers=BROWSER)[0] == 404

    assert request(server, "GET", "/-/healthy", headers=BROWSER)[0] == 200
    assert request(server, "GET", "/metrics", headers=BROWSER)[1]["Content-Type"].startswith("text/plain")
    for path in ("/api", "/api/v1/query", "/api/tidemark/v1/nothing", "/v1/metrics", "/sns/nothing"):
        status, headers, body = request(server, "GET", path, headers=BROWSER)
        assert (status, headers["Content-Type"]) == (404, "application/json"), path
        assert json.loads(body)["error"]["code"] == "not_found"
    for accept in ({}, {"Accept": "*/*"}, {"Accept": "application/json"}):
        assert json.loads(request(server, "GET", "/nowhere", headers=accept)[2])["error"]["code"] == "not_found"
    assert json.loads(request(server, "POST", "/nowhere", headers=BROWSER)[2])["error"]["code"] == "not_found"


def test_the_server_has_each_page_that_the_ui_has(start_server):
    server = start_server()
    routes = re.findall(r"path: '(/[^']*)'", (ROOT / "ui/src/router.tsx").read_text())
    assert "/alarms/$name" in routes
    for route in routes:
        assert request(server, "GET", route.replace("$name", "a"), headers=BROWSER)[0] == 200, route


def test_a_band_over_years_is_refused_and_harms_nobody(start_server):
    server = start_server()
    now = int(time.time())
    assert aws(server, "PutMetricData", {"Namespace": "n", "MetricData": [{"MetricName": "m", "Value": 1}]})[0] == 200
    query = {"StartTime": now - 86400, "EndTime": now, "MetricDataQueries": [
        {"Id": "m", "MetricStat": {"Metric": {"Namespace": "n", "MetricName": "m"}, "Period": 86400 * 400,
                                   "Stat": "Sum"}},
        {"Id": "b", "Expression": "ANOMALY_DETECTION_BAND(m)"}]}
    status, _, reply = aws(server, "GetMetricData", query)
    assert status == 400 and "366 days" in reply["message"]
    assert request(server, "GET", "/-/ready")[0] == 200


def test_a_region_that_is_no_name_is_refused_and_harms_nobody(start_server):
    server = start_server()
    put = {"Namespace": "n", "MetricData": [{"MetricName": "m", "Value": 1}]}
    for region in [b"us-east\xea\xea-1", b"US-EAST-1", b"us_east", b"a" * 65]:
        scope = b"AWS4-HMAC-SHA256 Credential=k/20261123/" + region + b"/monitoring/aws4_request, " \
                b"SignedHeaders=host, Signature=00"
        status, _, reply = aws(server, "PutMetricData", put, Authorization=scope)
        assert status == 403 and reply["__type"].endswith("SignatureDoesNotMatch"), reply
        assert "valid region" in reply["message"]
    assert aws(server, "PutMetricData", put)[0] == 200


KEYS = "aws: {{access_keys: [{{id: {id}, secret: {secret}}}]}}\nstorage: {{retention: {retention}}}\n"


def test_reload_takes_over_keys_and_names_what_waits(start_server):
    import boto3
    from botocore.exceptions import ClientError
    server = start_server("--enable-lifecycle", config=KEYS.format(id="old", secret="s1", retention="1d"))
    file = server.folder / "tidemark.yaml"

    def identity(key, secret):
        return boto3.client("sts", endpoint_url=server.url, region_name="us-east-1", aws_access_key_id=key,
                            aws_secret_access_key=secret).get_caller_identity()

    assert identity("old", "s1")["Account"] == "000000000000"
    file.write_text(KEYS.format(id="new", secret="s2", retention="2d"))
    status, _, body = request(server, "POST", "/-/reload")
    assert (status, body) == (200, b"taken over: aws.access_keys; changed, but need a restart: storage\n")
    assert identity("new", "s2")["Account"] == "000000000000"
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        identity("old", "s1")

    file.write_text("aws: {acces_keys: []}\n")
    status, _, body = request(server, "POST", "/-/reload")
    assert status == 400 and b"did you mean 'access_keys'" in body and b"tidemark.yaml:1" in body
    assert identity("new", "s2"), "a mistake leaves everything as it was"
    assert b"tidemark_config_last_reload_successful 0" in request(server, "GET", "/metrics")[2]

    file.write_text(KEYS.format(id="third", secret="s3", retention="1d"))
    server.process.send_signal(signal.SIGHUP)
    for _ in range(200):
        if b"tidemark_config_last_reload_successful 1" in request(server, "GET", "/metrics")[2]:
            break
        time.sleep(0.05)
    assert identity("third", "s3")


SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
int fdatasync(int fd) {
  if (access(getenv("FAIL_SYNC"), F_OK) == 0) { errno = EIO; return -1; }
  return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd);
}
"""


def test_a_failed_sync_is_never_acknowledged_and_ends_the_server_with_74(start_server, preload, tmp_path, monkeypatch):
    preload(SHIM)
    trigger = tmp_path / "fail"
    monkeypatch.setenv("FAIL_SYNC", str(trigger))
    server = start_server()

    def put(value):
        return aws(server, "PutMetricData", {"Namespace": "n", "MetricData": [
            {"MetricName": "m", "Timestamp": int(time.time()) // 60 * 60 - 60, "Value": value}]})[0]

    assert put(1) == 200
    trigger.touch()
    assert put(2) >= 500
    assert server.process.wait(30) == 74
    trigger.unlink()
    server.start()
    assert put(4) == 200
    _, _, body = aws(server, "GetMetricStatistics", {
        "Namespace": "n", "MetricName": "m", "StartTime": int(time.time()) - 600, "EndTime": int(time.time()) + 60,
        "Period": 600, "Statistics": ["Sum"]})
    total = sum(point["Sum"] for point in body["Datapoints"])
    # The refused point may have reached the disk or not; the acknowledged ones are there.
    assert total in (5, 7)


def test_foreign_host_name_is_refused(start_server):
    status, _, body = request(start_server(), "GET", "/-/ready", headers={"Host": "evil.example"})
    assert status == 421 and b"evil.example" in body


def test_unknown_operation_lists_what_is_served(start_server):
    status, headers, body = aws(start_server(), "PutQuantumMetric", {})
    assert status == 400 and "UnknownOperation" in body["__type"]
    assert "PutMetricData" in body["message"]


def test_errors_carry_the_query_error_header(start_server):
    status, headers, body = aws(start_server(), "SetAlarmState",
                                {"AlarmName": "nope", "StateValue": "OK", "StateReason": "x"})
    assert status == 404 and headers["x-amzn-query-error"] == "ResourceNotFound;Sender"


def test_reserved_namespace_is_refused_unless_configured(start_server):
    body = {"Namespace": "AWS/EC2", "MetricData": [{"MetricName": "m", "Value": 1}]}
    status, _, reply = aws(start_server(), "PutMetricData", body)
    assert status == 400 and "AWS/EC2" in reply["message"]
    allowed = start_server(config="aws:\n  accept_reserved_namespaces: true\n")
    assert aws(allowed, "PutMetricData", body)[0] == 200


def test_repeated_invocation_counts_once(start_server):
    server = start_server()
    body = {"Namespace": "n", "MetricData": [{"MetricName": "m", "Value": 3, "Timestamp": 1_383_264_000}]}
    for _ in range(3):
        assert aws(server, "PutMetricData", body, amz_sdk_invocation_id="one")[0] == 200
    assert aws(server, "PutMetricData", body, amz_sdk_invocation_id="two")[0] == 200
    _, _, reply = aws(server, "GetMetricStatistics", {
        "Namespace": "n", "MetricName": "m", "Period": 60, "Statistics": ["SampleCount", "Sum"],
        "StartTime": 1_383_264_000, "EndTime": 1_383_264_060})
    assert [(d["SampleCount"], d["Sum"]) for d in reply["Datapoints"]] == [(2.0, 6.0)]


def rss_kib(server):
    with open(f"/proc/{server.process.pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def test_gzip_bomb_is_refused_and_memory_returns(start_server):
    server = start_server()
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(1024)) + packer.flush()
    assert aws(server, "PutMetricData", {"Namespace": "n", "MetricData": [{"MetricName": "m", "Value": 1}]})[0] == 200
    before = rss_kib(server)
    status, _, body = aws(server, "PutMetricData", bomb, Content_Encoding="gzip")
    assert status == 413 and "exceeds" in body["message"], body
    assert rss_kib(server) < before + 32 * 1024
    assert aws(server, "ListMetrics", {})[0] == 200


def test_bad_bodies_are_refused_and_do_not_crash(start_server):
    server = start_server()
    for body in [b"", b"{", b"[]", b'{"Namespace": 1}', b"\xff\xfe", b'{"a":' * 100, gzip.compress(b"{}")]:
        status, _, _ = aws(server, "PutMetricData", body)
        assert status in (400, 413), body
    with socket.create_connection(("127.0.0.1", server.port)) as raw:
        raw.sendall(b"POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!")
        assert raw.recv(100).startswith(b"HTTP/1.1 400")
    assert request(server, "GET", "/-/ready")[0] == 200


def test_one_bad_datum_names_its_place_and_takes_nothing(start_server):
    server = start_server()
    status, _, body = aws(server, "PutMetricData", {"Namespace": "n", "MetricData": [
        {"MetricName": "good", "Value": 1}, {"MetricName": "bad", "Value": 1e300}]})
    assert status == 400 and "MetricData.member.2.Value" in body["message"] and "2^360" in body["message"]
    assert aws(server, "ListMetrics", {})[2]["Metrics"] == []


def test_second_process_on_the_data_is_refused(start_server):
    server = start_server()
    second = subprocess.run([BINARY, "serve", "--data", server.folder / "data", "--http", "127.0.0.1:0"],
                            capture_output=True, text=True, timeout=60)
    assert second.returncode == 73 and str(server.process.pid) in second.stderr, second.stderr


def test_open_to_the_network_without_authentication_is_refused(tmp_path):
    done = subprocess.run([BINARY, "serve", "--data", tmp_path / "d", "--http", "0.0.0.0:0"],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 78 and "authentication" in done.stderr


def test_unknown_configuration_key_is_named_with_its_line(tmp_path):
    (tmp_path / "c.yaml").write_text("mail:\n  ulr: smtp://x\n")
    done = subprocess.run([BINARY, "serve", "--data", tmp_path / "d", "--config", tmp_path / "c.yaml"],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and "c.yaml:2:3" in done.stderr and "'url'" in done.stderr, done.stderr


def test_a_configuration_that_cannot_be_taken_ends_with_2(tmp_path):
    def refused(file):
        done = subprocess.run([BINARY, "serve", "--data", tmp_path / "d", "--config", file],
                              capture_output=True, text=True, timeout=60)
        assert done.returncode == 2, done.stderr
        return done.stderr

    assert "none.yaml" in refused(tmp_path / "none.yaml")
    key, file = tmp_path / "key", tmp_path / "c.yaml"
    key.write_text("s3cret")
    file.write_text(f"aws: {{access_keys: [{{id: a, secret_file: {key}}}]}}\n")
    key.chmod(0o644)
    assert "c.yaml:1:42" in (told := refused(file)) and f"chmod o-r {key}" in told and "s3cret" not in told
    file.write_text("aws: {access_keys: [{id: a, secret: s3cret}]}\n")
    file.chmod(0o644)
    assert f"chmod o-r {file}" in (told := refused(file)) and "s3cret" not in told


def test_sigterm_ends_cleanly_and_data_stay(start_server):
    server = start_server()
    aws(server, "PutMetricData", {"Namespace": "n", "MetricData": [{"MetricName": "m", "Value": 1}]})
    assert server.stop() == 0
    server.start()
    assert [m["MetricName"] for m in aws(server, "ListMetrics", {})[2]["Metrics"]] == ["m"]


def test_that_signatures_are_not_checked_is_said_once_a_start(start_server):
    def said(server, starts):
        """How often, when the last line of so many starts is written."""
        log = eventually(lambda: (text := (server.folder / "server.log").read_text()).count("serving") == starts and text)
        return log.count("no access keys are configured")

    server = start_server()
    for _ in range(3):
        assert aws(server, "ListMetrics", {})[0] == 200
        assert aws(server, "ListMetrics", {}, Authorization="AWS4-HMAC-SHA256 Credential=k/20261123/us-east-1/monitoring"
                   "/aws4_request, SignedHeaders=host, Signature=00")[0] == 200
    assert said(server, 1) == 1
    assert server.stop() == 0
    server.start()
    assert aws(server, "ListMetrics", {})[0] == 200
    assert said(server, 2) == 2
    keys = "aws:\n  access_keys:\n    - id: AKIDEXAMPLE\n      secret: s3cret\n"
    assert said(start_server(config=keys), 1) == 0


def test_signatures_are_checked_once_keys_are_configured(start_server):
    import boto3
    import botocore.exceptions
    import pytest
    server = start_server(config="aws:\n  access_keys:\n    - id: AKIDEXAMPLE\n      secret: s3cret\n")

    def client(key, secret):
        return boto3.client("cloudwatch", endpoint_url=server.url, region_name="us-east-1",
                            aws_access_key_id=key, aws_secret_access_key=secret)

    client("AKIDEXAMPLE", "s3cret").put_metric_data(Namespace="n", MetricData=[{"MetricName": "m", "Value": 1}])
    with pytest.raises(botocore.exceptions.ClientError) as wrong:
        client("AKIDEXAMPLE", "guess").list_metrics()
    assert wrong.value.response["Error"]["Code"] == "SignatureDoesNotMatch"
    with pytest.raises(botocore.exceptions.ClientError) as unknown:
        client("NOBODY", "s3cret").list_metrics()
    assert unknown.value.response["Error"]["Code"] == "InvalidClientTokenId"
    assert "s3cret" not in (server.folder / "server.log").read_text()

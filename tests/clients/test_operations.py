"""What an operator must be told: what is lost, full, damaged, refused; in log, metrics and GET /status."""
import http.client
import json
import shutil
import subprocess
import time

from conftest import BINARY, eventually
from test_door import aws, request


def put(server, name="m", at=None, **more):
    datum = {"MetricName": name, "Value": 1, **({"Timestamp": at} if at else {}), **more}
    return aws(server, "PutMetricData", {"Namespace": "n", "MetricData": [datum]})


def put_alarm(server, name):
    status, _, reply = aws(server, "PutMetricAlarm", {
        "AlarmName": name, "Namespace": "n", "MetricName": "m", "Statistic": "Sum", "Period": 60,
        "EvaluationPeriods": 1, "Threshold": 1, "ComparisonOperator": "GreaterThanThreshold"})
    assert status == 200, reply


def alarms(server):
    return sorted(alarm["name"] for alarm in server.own("GET", "/alarms")["alarms"])


def log_of(server):
    return (server.folder / "server.log").read_text()


def refused_start(server, *flags):
    done = subprocess.run([BINARY, "serve", "--data", server.folder / "data", "--http", "127.0.0.1:0", *flags],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 1, done
    return done.stderr


def test_a_lost_control_db_stops_the_start_until_the_loss_is_accepted(start_server):
    server = start_server()
    assert put(server)[0] == 200
    put_alarm(server, "a")
    server.kill()
    data = server.folder / "data"
    for name in ("control.db", "control.db-wal", "control.db-shm"):
        (data / name).rename(data / (name + ".away"))
    said = refused_start(server)
    assert "control.db is missing" in said and "--accept-loss" in said
    assert not (data / "control.db").exists()
    for name in ("control.db", "control.db-wal", "control.db-shm"):
        (data / (name + ".away")).rename(data / name)
    server.start()
    assert alarms(server) == ["a"]
    server.kill()
    (data / "control.db").unlink()
    server.flags.append("--accept-loss")
    server.start()
    assert alarms(server) == []
    assert "going on without the alarms" in log_of(server)


def test_samples_that_are_gone_stop_the_start(start_server):
    server = start_server()
    assert put(server)[0] == 200
    server.kill()
    shutil.rmtree(server.folder / "data/samples")
    said = refused_start(server)
    assert "holds no samples" in said and "--accept-loss" in said


def test_changes_outlive_the_write_ahead_log_after_seconds_and_its_loss_is_told(start_server):
    server = start_server()
    put_alarm(server, "old")
    log = server.folder / "data/control.db-wal"
    eventually(lambda: log.stat().st_size == 0, 30)
    put_alarm(server, "new")
    server.kill()
    log.unlink()
    server.start()
    assert alarms(server) == ["old"]
    assert "the newest changes of alarms, detectors and topics are lost" in log_of(server)
    assert [problem["kind"] for problem in server.own("GET", "/status")["problems"]] == ["lost_changes"]


def test_a_missing_end_of_the_log_stops_the_start(start_server):
    server = start_server()
    assert put(server)[0] == 200
    server.kill()
    newest = sorted((server.folder / "data/samples/log").iterdir())[-1]
    newest.unlink()
    said = refused_start(server)
    assert f"{newest.name} is missing" in said and "--accept-loss" in said
    server.flags.append("--accept-loss")
    server.start()
    assert [problem["kind"] for problem in server.own("GET", "/status")["problems"]] == ["lost_records"]


def test_a_full_disk_is_told(start_server):
    server = start_server(config="storage: {disk_reserve: 900000GiB}\n")
    assert put(server)[0] == 503
    assert "disk full: samples are refused" in log_of(server)
    problem = server.own("GET", "/status")["problems"][0]
    assert problem["kind"] == "disk_full" and "TiB needed" in problem["message"]
    metrics = request(server, "GET", "/metrics")[2].decode()
    assert "tidemark_store_disk_full 1" in metrics and "tidemark_store_disk_free_bytes" in metrics


def test_a_damaged_block_is_told_and_names_no_folder_to_clients(start_server):
    server = start_server("--enable-lifecycle")
    now = int(time.time()) // 60 * 60 - 600
    assert put(server, at=now)[0] == 200
    server.post("/-/flush")
    server.stop()
    block = next((server.folder / "data/samples/blocks").iterdir())
    with open(block, "r+b") as file:
        file.truncate(100)
    server.start()
    status, _, reply = aws(server, "GetMetricStatistics", {
        "Namespace": "n", "MetricName": "m", "StartTime": now - 600, "EndTime": now + 600, "Period": 60,
        "Statistics": ["Sum"]})
    assert status == 500 and block.name in reply["message"] and "/" not in reply["message"]
    problem = server.own("GET", "/status")["problems"][0]
    assert problem["kind"] == "damaged_block" and "/" not in problem["message"]
    lines = [line for line in log_of(server).splitlines() if str(block) in line]
    assert len(lines) == 1 and "level=error" in lines[0]


def test_a_copy_of_the_folder_is_a_backup(start_server):
    server = start_server("--enable-lifecycle")
    data, backup = server.folder / "data", server.folder / "backup"
    now = int(time.time()) // 60 * 60 - 600

    def total():
        status, _, reply = aws(server, "GetMetricStatistics", {
            "Namespace": "n", "MetricName": "m", "StartTime": now - 600, "EndTime": now + 600, "Period": 3600,
            "Statistics": ["Sum"]})
        return sum(point["Sum"] for point in reply["Datapoints"]) if status == 200 else None

    assert put(server, at=now)[0] == 200
    put_alarm(server, "a")
    server.post("/-/flush")
    server.stop()
    shutil.copytree(data, backup)
    block = next((data / "samples/blocks").iterdir())

    server.start()
    assert put(server, at=now + 60)[0] == 200
    server.stop()
    block.write_bytes(block.read_bytes()[:100])
    server.start()
    assert total() is None and server.own("GET", "/status")["problems"]
    server.stop()
    shutil.copy(backup / "samples/blocks" / block.name, block)
    server.start()
    assert total() == 2 and server.own("GET", "/status")["problems"] == [], "one block put back, the newer sample kept"

    server.stop()
    shutil.rmtree(data)
    shutil.copytree(backup, data)
    server.start()
    assert (total(), alarms(server), server.own("GET", "/status")["problems"]) == (1, ["a"], [])


def test_refused_signatures_are_counted_and_logged(start_server):
    keys = "aws: {access_keys: [{id: AK, secret: hidden-away}]}\n"
    server = start_server("--enable-lifecycle", config=keys)
    for _ in range(3):
        assert put(server)[0] == 403
    assert 'tidemark_auth_refused_total{reason="MissingAuthenticationToken"} 3' in \
        request(server, "GET", "/metrics")[2].decode()
    lines = [line for line in log_of(server).splitlines() if "refused for its signature" in line]
    assert len(lines) == 1 and "127.0.0.1" in lines[0]
    (server.folder / "tidemark.yaml").write_text("storage: {shards: 2}\n")
    assert request(server, "POST", "/-/reload")[0] == 200
    assert "AWS signatures are accepted unchecked" in log_of(server)
    assert "hidden-away" not in log_of(server)


def test_connections_over_the_limit_are_answered_and_told(start_server):
    server = start_server(config="limits: {connections: 5}\n")
    held = []
    for _ in range(100):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        connection.request("GET", "/-/healthy")
        reply = connection.getresponse()
        reply.read()
        held.append((connection, reply.status))
    statuses = [status for _, status in held]
    assert statuses.count(200) == 5 and statuses.count(503) == 95
    assert "HTTP connections are refused" in log_of(server)
    for connection, _ in held:
        connection.close()
    eventually(lambda: request(server, "GET", "/-/healthy")[0] == 200)
    assert "tidemark_http_connections_refused_total" in request(server, "GET", "/metrics")[2].decode()


def test_metrics_tell_calls_by_operation_and_outcome(start_server):
    server = start_server()
    assert put(server)[0] == 200
    assert aws(server, "PutMetricData", {"Namespace": "n"})[0] == 400
    server.own("GET", "/status")
    text = request(server, "GET", "/metrics")[2].decode()
    for line in ('tidemark_aws_answers_total{operation="PutMetricData",outcome="ok"} 1',
                 'tidemark_aws_answers_total{operation="PutMetricData",outcome="refused"} 1',
                 'tidemark_aws_answer_seconds_total{operation="PutMetricData"} ',
                 'tidemark_api_requests_total{method="GET",path="/status",outcome="ok"} 1',
                 'tidemark_deliveries{state="dead"} 0', "tidemark_evaluation_lag_seconds ",
                 "tidemark_http_connections_open "):
        assert line in text, line


def test_names_are_ascii_without_control_characters(start_server):
    server = start_server()
    for name in ("a\0b", "a\nb", "a\x7fb"):
        status, _, reply = put(server, name)
        assert status == 400 and "MetricData.member.1.MetricName contains control" in reply["message"]
    status, _, reply = put(server, "größe")
    assert status == 400 and "MetricData.member.1.MetricName contains non-ASCII" in reply["message"]
    status, _, reply = put(server, "m", Dimensions=[{"Name": "a", "Value": "b"}, {"Name": "c", "Value": "d\t"}])
    assert status == 400 and "Dimensions.member.2.Value contains control" in reply["message"]
    status, _, reply = aws(server, "PutMetricData", {"Namespace": "n\0", "MetricData": [{"MetricName": "m", "Value": 1}]})
    assert status == 400 and "parameter Namespace contains control" in reply["message"]


def test_hints_name_what_is_wrong(start_server):
    def run(*arguments):
        done = subprocess.run([BINARY, *arguments], capture_output=True, text=True, timeout=60)
        return done.returncode, done.stderr

    assert run("serve", "--data", "") == (2, "tidemark: --data wants a directory, not ''\n")
    code, said = run("why", "--url", "http://nonexistent.invalid")
    assert code == 4 and "nonexistent.invalid" in said
    server = start_server()
    server.stop()
    pem = server.folder / "data/signing.pem"
    pem.write_text("garbage")
    assert str(pem) in refused_start(server)


def test_an_answer_without_findings_is_no_quiet_end(tmp_path):
    import http.server
    import threading

    class Wrong(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = json.dumps({"findings": 3}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    wrong = http.server.HTTPServer(("127.0.0.1", 0), Wrong)
    threading.Thread(target=wrong.serve_forever, daemon=True).start()
    done = subprocess.run([BINARY, "why", "--url", f"http://127.0.0.1:{wrong.server_address[1]}"],
                          capture_output=True, text=True, timeout=60)
    wrong.shutdown()
    assert done.returncode == 1 and "is there a Tidemark at this address?" in done.stderr

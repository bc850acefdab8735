"""kill -9 under load with an outside ledger: nothing acknowledged is lost, nothing is invented."""
import http.client
import json
import os
import random
import threading
import time
import uuid

CYCLES = int(os.environ.get("KILL_CYCLES", "10"))
TARGET = "GraniteServiceVersion20100801."
START = 1_383_264_000  # 2013-11-01


def call(port, operation, body, invocation=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": TARGET + operation}
    if invocation:
        headers["amz-sdk-invocation-id"] = invocation
    connection.request("POST", "/", json.dumps(body), headers)
    reply = connection.getresponse()
    data = reply.read()
    connection.close()
    return reply.status, json.loads(data) if data else {}


class Writer(threading.Thread):
    """Sends one point a request until the server dies; remembers sent and acknowledged ones."""

    def __init__(self, port, number, first):
        super().__init__()
        self.port, self.number, self.next = port, number, first
        self.sent, self.acked = {}, {}

    def run(self):
        while True:
            minute, value = self.next, random.randint(1, 10**6)
            self.next += 1
            self.sent[minute] = value
            datum = {"MetricName": f"m{self.number}", "Timestamp": START + 60 * minute, "Value": value}
            try:
                status, _ = call(self.port, "PutMetricData", {"Namespace": "kill", "MetricData": [datum]},
                                 str(uuid.uuid4()))
            except OSError:
                return
            except http.client.HTTPException:
                return
            if status == 200:
                self.acked[minute] = value


def stored(port, number, minutes):
    found, token, query = {}, None, [{"Id": "a", "MetricStat": {"Metric": {
        "Namespace": "kill", "MetricName": f"m{number}"}, "Period": 60, "Stat": "Sum"}}]
    while True:
        body = {"MetricDataQueries": query, "StartTime": START, "EndTime": START + 60 * (minutes + 1)}
        if token:
            body["NextToken"] = token
        status, reply = call(port, "GetMetricData", body)
        assert status == 200, reply
        for result in reply["MetricDataResults"]:
            for at, value in zip(result["Timestamps"], result["Values"]):
                found[(int(at) - START) // 60] = value
        token = reply.get("NextToken")
        if not token:
            return found


def test_kill_9_under_load_loses_nothing_acknowledged(start_server):
    server = start_server("--enable-lifecycle")
    sent, acked = [{} for _ in range(4)], [{} for _ in range(4)]
    for cycle in range(CYCLES):
        writers = [Writer(server.port, n, len(sent[n])) for n in range(4)]
        for writer in writers:
            writer.start()
        time.sleep(random.uniform(0.2, 1.0))
        if cycle % 3 == 1:
            server.post("/-/flush")
        server.kill()
        for writer in writers:
            writer.join()
            sent[writer.number].update(writer.sent)
            acked[writer.number].update(writer.acked)
        server.start()
        for n in range(4):
            found = stored(server.port, n, len(sent[n]))
            lost = {m: v for m, v in acked[n].items() if found.get(m) != v}
            invented = {m: v for m, v in found.items() if sent[n].get(m) != v}
            assert not lost and not invented, (cycle, n, lost, invented)
    assert sum(len(a) for a in acked) > CYCLES * 4


def test_kill_9_between_point_and_transition_gives_one_transition(start_server, tmp_path):
    server = start_server("--enable-test-api", "--clock", "2013-11-01T00:00:00Z")
    metric = {"Namespace": "n", "MetricName": "m"}
    values = [100 + (i * 7) % 13 for i in range(60)]
    call(server.port, "PutMetricData", {"Namespace": "n", "MetricData": [
        {"MetricName": "m", "Timestamp": START - 86400 * (60 - i), "Value": v} for i, v in enumerate(values)]})
    call(server.port, "PutMetricAlarm", {
        "AlarmName": "a", "EvaluationPeriods": 1, "ThresholdMetricId": "b",
        "ComparisonOperator": "GreaterThanUpperThreshold",
        "Metrics": [{"Id": "m", "MetricStat": {"Metric": metric, "Period": 86400, "Stat": "Sum"}},
                    {"Id": "b", "Expression": "ANOMALY_DETECTION_BAND(m, 2)"}]})
    server.advance("0s")

    def band():
        status, reply = call(server.port, "GetMetricData", {
            "StartTime": START - 86400 * 30, "EndTime": START + 86400, "MetricDataQueries": [
                {"Id": "m", "MetricStat": {"Metric": metric, "Period": 86400, "Stat": "Sum"}},
                {"Id": "b", "Expression": "ANOMALY_DETECTION_BAND(m, 2)"}]})
        assert status == 200
        return [(r["Id"], r["Timestamps"], r["Values"]) for r in reply["MetricDataResults"]]

    for _ in range(5):
        status, _ = call(server.port, "PutMetricData", {"Namespace": "n", "MetricData": [
            {"MetricName": "m", "Timestamp": START, "Value": 5000}]}, "same-call")
        server.kill()
        assert status == 200
        server.start()
        server.advance("0s")
    before = band()
    server.kill()
    server.start()
    assert band() == before
    status, history = call(server.port, "DescribeAlarmHistory", {"AlarmName": "a", "HistoryItemType": "StateUpdate"})
    to_alarm = [i for i in history["AlarmHistoryItems"] if i["HistorySummary"].endswith("to ALARM")]
    assert len(to_alarm) == 1, history

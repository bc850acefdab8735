"""kill -9 under load with an outside ledger: nothing acknowledged is lost, nothing is invented."""
import http.client
import json
import os
import random
import threading
import time
import uuid

import pytest

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


# Stops the writer of decisions before its first byte, or before its bytes are synced, while HOLD/on is there.
SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static void hold(int fd, const char *step) {
  char link[64], path[4096], marker[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return;
  path[length] = 0;
  if (!strstr(path, "/control.db") || strcmp(getenv("HOLD_AT"), step) != 0) return;
  snprintf(marker, sizeof marker, "%s/on", getenv("HOLD"));
  if (access(marker, F_OK) != 0) return;
  snprintf(marker, sizeof marker, "%s/held", getenv("HOLD"));
  close(open(marker, O_CREAT | O_WRONLY, 0600));
  for (;;) pause();
}
#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
ssize_t write(int fd, const void *b, size_t n) { hold(fd, "write"); return NEXT(write)(fd, b, n); }
ssize_t pwrite(int fd, const void *b, size_t n, off_t at) { hold(fd, "write"); return NEXT(pwrite)(fd, b, n, at); }
ssize_t pwrite64(int fd, const void *b, size_t n, off64_t at) {
  hold(fd, "write");
  return NEXT(pwrite64)(fd, b, n, at);
}
int fsync(int fd) { hold(fd, "sync"); return NEXT(fsync)(fd); }
int fdatasync(int fd) { hold(fd, "sync"); return NEXT(fdatasync)(fd); }
"""
METRIC = {"Namespace": "n", "MetricName": "m"}
QUERIES = [{"Id": "m", "MetricStat": {"Metric": METRIC, "Period": 86400, "Stat": "Sum"}},
           {"Id": "b", "Expression": "ANOMALY_DETECTION_BAND(m, 2)"}]


def put_days(port, first, values, invocation=None):
    status, reply = call(port, "PutMetricData", {"Namespace": "n", "MetricData": [
        {"MetricName": "m", "Timestamp": first + 86400 * i, "Value": v} for i, v in enumerate(values)]}, invocation)
    assert status == 200, reply


def bands(port):
    """(lower, upper) by the day's start, of the 30 days before START and of START's."""
    status, reply = call(port, "GetMetricData", {
        "StartTime": START - 86400 * 30, "EndTime": START + 86400, "MetricDataQueries": QUERIES})
    assert status == 200, reply
    lines = [dict(zip(r["Timestamps"], r["Values"])) for r in reply["MetricDataResults"] if r["Id"] == "b"]
    assert len(lines) == 2 and lines[0].keys() == lines[1].keys()
    return {at: tuple(sorted((lines[0][at], lines[1][at]))) for at in sorted(lines[0])}


def alarms_told(port):
    """StateReasonData of each transition to ALARM."""
    status, reply = call(port, "DescribeAlarmHistory", {"AlarmName": "a", "HistoryItemType": "StateUpdate"})
    assert status == 200, reply
    return [json.loads(item["HistoryData"])["newState"]["stateReasonData"] for item in reply["AlarmHistoryItems"]
            if item["HistorySummary"].endswith("to ALARM")]


def with_band_alarm(start_server):
    """A server whose band for START's day is issued already, and an alarm that waits for that day's point."""
    server = start_server("--enable-test-api", "--clock", "2013-11-01T00:00:00Z")
    put_days(server.port, START - 86400 * 60, [100 + (i * 7) % 13 for i in range(60)])
    status, reply = call(server.port, "PutMetricAlarm", {
        "AlarmName": "a", "EvaluationPeriods": 1, "ThresholdMetricId": "b",
        "ComparisonOperator": "GreaterThanUpperThreshold", "Metrics": QUERIES})
    assert status == 200, reply
    server.advance("0s")
    before = bands(server.port)
    assert before[START][0] < 106 < before[START][1] < 5000, before
    assert alarms_told(server.port) == []
    return server, before


def expect_one_transition(server, before):
    """Exactly one, decided with the very band that stood there before the point came."""
    told = alarms_told(server.port)
    assert len(told) == 1, told
    assert told[0]["recentDatapoints"][-1] == 5000
    assert told[0]["recentUpperThresholds"][-1] == before[START][1]
    assert bands(server.port) == before


def decided(server, copies):
    """Lines of history about transitions to ALARM on the disk of a dead server."""
    import shutil
    import sqlite3
    copies.mkdir()
    for part in (server.folder / "data").glob("control.db*"):
        shutil.copy(part, copies)
    with sqlite3.connect(copies / "control.db") as database:
        return database.execute("SELECT count(*) FROM history WHERE summary LIKE '%to ALARM'").fetchone()[0]


@pytest.mark.parametrize("step, on_disk", [("write", 0), ("sync", 1)])
def test_kill_9_between_point_and_transition_gives_one_transition(
        start_server, preload, tmp_path, monkeypatch, step, on_disk):
    preload(SHIM)
    hold = tmp_path / "hold"
    hold.mkdir()
    monkeypatch.setenv("HOLD", str(hold))
    monkeypatch.setenv("HOLD_AT", step)
    server, before = with_band_alarm(start_server)
    (hold / "on").touch()
    put_days(server.port, START, [5000], "same-call")  # answered, although its decision cannot be kept
    for _ in range(1200):
        if (hold / "held").exists():
            break
        time.sleep(0.025)
    assert (hold / "held").exists(), "the decision was never written"
    server.kill()
    assert decided(server, tmp_path / "copies") == on_disk
    (hold / "on").unlink()
    server.start()
    server.advance("0s")
    expect_one_transition(server, before)
    put_days(server.port, START, [5000], "same-call")  # the client's retry
    server.advance("0s")
    expect_one_transition(server, before)
    server.kill()
    server.start()
    expect_one_transition(server, before)


def test_kill_9_as_soon_as_the_point_is_answered_gives_one_transition(start_server):
    server, before = with_band_alarm(start_server)
    for _ in range(5):
        put_days(server.port, START, [5000], "same-call")
        server.kill()
        server.start()
        server.advance("0s")
        expect_one_transition(server, before)

#!/usr/bin/env python3
"""How much CPU a backtest over 28 days takes, for rules over a metric of a minute.

usage: backtest.py [--binary PATH] [--every SECONDS]

The server's own CPU time, from /proc, around one call of POST /api/tidemark/v1/backtest.
"""
import argparse
import http.client
import json
import math
import os
import pathlib
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
DAYS = 28
BATCH = 1000


class Client:
    def __init__(self, port):
        self.port = port

    def post(self, path, body, headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        connection.request("POST", path, json.dumps(body), headers)
        reply = connection.getresponse()
        data = reply.read()
        assert reply.status == 200, data
        return json.loads(data) if data else {}

    def call(self, operation, body):
        return self.post("/", body, {"Content-Type": "application/x-amz-json-1.0",
                                     "X-Amz-Target": "GraniteServiceVersion20100801." + operation})

    def backtest(self, **body):
        return self.post("/api/tidemark/v1/backtest", body, {"Content-Type": "application/json"})

    def is_ready(self):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            connection.request("GET", "/-/ready")
            return connection.getresponse().status == 200
        except OSError:
            return False

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path)
        return json.loads(connection.getresponse().read())


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def fill(client, every, now):
    at = now - 2 * DAYS * 86400
    while at < now:
        data = []
        for at in range(at, min(at + BATCH * every, now), every):
            shape = 100 + 40 * math.sin(2 * math.pi * at / 86400) + at * 7919 % 13
            data.append({"MetricName": "depth", "Timestamp": at, "StorageResolution": 1 if every < 60 else 60,
                         "Value": shape + (300 if at // 60 % 7001 < 9 else 0)})
        client.call("PutMetricData", {"Namespace": "bench", "MetricData": data})
        at += every


def measure(client, pid):
    metric = client.get("/api/tidemark/v1/metrics?search=depth")["metrics"][0]["id"]
    rule = {"metric_id": metric, "stat": "Average", "period_s": 60, "kind": "static", "threshold": 300,
            "direction": "above", "evaluation_periods": 1, "datapoints_to_alarm": 1,
            "treat_missing_data": "missing"}
    band = {**rule, "kind": "band", "k": 3, "direction": "both"}
    cases = {
        "fixed limit, a minute": rule,
        "fixed limit, a minute, Maximum": {**rule, "stat": "Maximum"},
        "fixed limit, a minute, 3 of 60": {**rule, "evaluation_periods": 60, "datapoints_to_alarm": 3},
        "fixed limit, 5 minutes, p99": {**rule, "stat": "p99", "period_s": 300},
        "fixed limit, a day": {**rule, "stat": "Sum", "period_s": 86400, "threshold": 1e9},
        "band, a minute": band,
        "band, a minute, with 48 widths": {**band, "alarms_per_week": 1},
        "band, 5 minutes, with 48 widths": {**band, "period_s": 300, "alarms_per_week": 1},
    }
    for name, body in cases.items():
        begin, cpu = time.perf_counter(), cpu_seconds(pid)
        answer = client.backtest(**body)
        print(f"{name:<36} {cpu_seconds(pid) - cpu:6.2f} s CPU  {time.perf_counter() - begin:6.2f} s  "
              f"{answer['periods_judged']:6} periods judged, fired {answer['firings_total']}", flush=True)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--binary", default=str(ROOT / "build/release/tidemark"))
    arguments.add_argument("--every", type=int, default=60)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        server = subprocess.Popen([options.binary, "serve", "--data", folder + "/data", "--http", f"127.0.0.1:{port}"],
                                  stdout=subprocess.DEVNULL)
        try:
            client = Client(port)
            for _ in range(400):
                if client.is_ready():
                    break
                time.sleep(0.025)
            fill(client, options.every, int(time.time()) // 60 * 60)
            measure(client, server.pid)
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()

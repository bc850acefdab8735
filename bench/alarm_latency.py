#!/usr/bin/env python3
"""How long from a point sent to its alarm's transition visible over the API, beside what the disk
itself needs for fdatasync.

usage: alarm_latency.py [--binary PATH] [--points N]

Each point goes to a metric with an alarm of its own; Maximum may breach while its period is open, so
no timer has a part in it.
"""
import argparse
import http.client
import json
import os
import pathlib
import socket
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Client:
    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def call(self, operation, body):
        self.connection.request("POST", "/", json.dumps(body), {
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": "GraniteServiceVersion20100801." + operation})
        reply = self.connection.getresponse()
        data = reply.read()
        assert reply.status == 200, data
        return json.loads(data) if data else {}


def fdatasync_ms(folder, rounds=200):
    times = []
    with open(os.path.join(folder, "probe"), "wb", buffering=0) as file:
        for _ in range(rounds):
            begin = time.perf_counter()
            file.write(bytes(4096))
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - begin) * 1000)
    return times


def report(name, times):
    times = sorted(times)
    quantile = lambda q: times[min(len(times) - 1, int(q * len(times)))]
    print(f"{name:<42} n={len(times)}  p50 {statistics.median(times):7.2f}  p90 {quantile(.9):7.2f}  "
          f"p99 {quantile(.99):7.2f}  max {times[-1]:7.2f} ms")


def measure(client, points):
    for number in range(points):
        client.call("PutMetricAlarm", {
            "AlarmName": f"a{number}", "Namespace": "bench", "MetricName": f"m{number}", "Statistic": "Maximum",
            "Period": 60, "EvaluationPeriods": 1, "Threshold": 10, "ComparisonOperator": "GreaterThanThreshold"})
    acked, visible = [], []
    for number in range(points):
        begin = time.perf_counter()
        client.call("PutMetricData", {"Namespace": "bench", "MetricData": [{"MetricName": f"m{number}", "Value": 100}]})
        acked.append((time.perf_counter() - begin) * 1000)
        while client.call("DescribeAlarms", {"AlarmNames": [f"a{number}"]})["MetricAlarms"][0]["StateValue"] != "ALARM":
            pass
        visible.append((time.perf_counter() - begin) * 1000)
    return acked, visible


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", default=str(ROOT / "build/release/tidemark"))
    parser.add_argument("--points", type=int, default=500)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        disk_before = fdatasync_ms(folder)
        server = subprocess.Popen([args.binary, "serve", "--data", folder + "/data", "--http", f"127.0.0.1:{port}"],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(200):
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    time.sleep(0.05)
            time.sleep(0.5)
            acked, visible = measure(Client(port), args.points)
        finally:
            server.terminate()
            server.wait()
        disk_after = fdatasync_ms(folder)
    report("disk: append 4 KiB + fdatasync, before", disk_before)
    report("disk: append 4 KiB + fdatasync, after", disk_after)
    report("point sent -> acknowledged (on disk)", acked)
    report("point sent -> transition visible", visible)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Tidemark's demo: a year of a real daily load, watched through unmodified boto3.

usage: demo.py [--no-wait] [--binary PATH]

Sends the 336,776 flights that left New York in 2013, counted per day, as the record count of a Glue
job; learns a band from January to October; then lives through November and December a day at a time
and shows what the alarm does. With --no-wait it ends by itself: exit code 0 only if the alarm did
what it should and every message arrived once.
"""
import argparse
import csv
import datetime
import fcntl
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import boto3
import botocore.config

import sinks

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = ROOT / "tests/data/flights/nyc_flights_2013_daily.csv"
UTC = datetime.timezone.utc
NAMESPACE, METRIC = "Glue", "glue.driver.aggregate.recordsRead"
DIMENSIONS = [{"Name": "JobName", "Value": "nyc-flights-daily"},
              {"Name": "JobRunId", "Value": "ALL"}, {"Name": "Type", "Value": "count"}]
ALARM = "flights-records-read"
MUST_ALARM = {"2013-11-28": "Thanksgiving", "2013-12-10": "snow", "2013-12-24": "Christmas Eve"}
DAY = 86400


def say(text=""):
    print(text, flush=True)


def read_days():
    with open(DATA, newline="", encoding="utf-8") as file:
        return [(datetime.datetime.fromisoformat(row["d"]).replace(tzinfo=UTC), float(row["records_read"]))
                for row in csv.DictReader(file)]


def free_port(wanted):
    for port in [wanted, 0]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return probe.getsockname()[1]
            except OSError:
                continue
    raise SystemExit("no free port on 127.0.0.1")


class Server:
    """A Tidemark process on frozen data time."""

    def __init__(self, binary, folder, smtp_port):
        self.port = free_port(8470)
        self.url = f"http://127.0.0.1:{self.port}"
        self.tickets = folder / "tickets"
        self.tickets.mkdir(parents=True)
        config = folder / "tidemark.yaml"
        config.write_text(self.config(smtp_port), encoding="utf-8")
        self.log = open(folder / "server.log", "w", encoding="utf-8")
        self.process = subprocess.Popen(
            [binary, "serve", "--data", folder / "data", "--http", f"127.0.0.1:{self.port}",
             "--config", config, "--enable-test-api", "--clock", "2013-11-01T00:00:00Z"],
            stdout=self.log, stderr=self.log)
        self.wait_until_ready()

    def config(self, smtp_port):
        return f"""\
egress:
  allow: ["127.0.0.0/8"]        # the sinks of this demo
mail:
  url: smtp://127.0.0.1:{smtp_port}
  from: Tidemark <tidemark@example.com>
  require_tls: false            # the demo's mail server speaks no TLS
subscriptions:
  auto_confirm_email: true      # nobody is there to click
runbooks:
  enabled: true
  commands:
    open-ticket:
      argv: ["{sys.executable}", "{ROOT}/demo/open_ticket.py", "{self.tickets}"]
"""

    def wait_until_ready(self):
        for _ in range(300):
            if self.process.poll() is not None:
                raise SystemExit(f"the server ended at once; see {self.log.name}")
            try:
                if urllib.request.urlopen(f"{self.url}/-/ready").status == 200:
                    return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("the server did not become ready")

    def advance(self, by):
        request = urllib.request.Request(f"{self.url}/-/clock", method="POST",
                                         data=json.dumps({"advance": by}).encode(),
                                         headers={"Content-Type": "application/json"})
        return json.load(urllib.request.urlopen(request))["now"]

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.log.close()


def client(service, url):
    return boto3.client(service, endpoint_url=url, region_name="us-east-1",
                        aws_access_key_id="demo", aws_secret_access_key="demo",
                        config=botocore.config.Config(retries={"mode": "standard"}))


def put_days(cloudwatch, days):
    for start in range(0, len(days), 500):
        cloudwatch.put_metric_data(Namespace=NAMESPACE, MetricData=[
            {"MetricName": METRIC, "Dimensions": DIMENSIONS, "Timestamp": day, "Value": count,
             "Unit": "Count"} for day, count in days[start:start + 500]])


def make_topic(sns, webhook_port):
    topic = sns.create_topic(Name="data-on-call")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="on-call@example.com")
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=f"http://127.0.0.1:{webhook_port}/hook")
    for _ in range(200):
        listed = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        if all(s["SubscriptionArn"].startswith("arn:") for s in listed):
            return topic
        time.sleep(0.1)
    raise SystemExit("the webhook's subscription was not confirmed")


def make_alarm(cloudwatch, topic):
    storm = {"StartTime": datetime.datetime(2013, 2, 7, tzinfo=UTC),
             "EndTime": datetime.datetime(2013, 2, 11, tzinfo=UTC)}
    metric = {"Namespace": NAMESPACE, "MetricName": METRIC, "Dimensions": DIMENSIONS}
    cloudwatch.put_anomaly_detector(
        SingleMetricAnomalyDetector={**metric, "Stat": "Sum"},
        Configuration={"ExcludedTimeRanges": [storm], "MetricTimezone": "UTC"})
    cloudwatch.put_metric_alarm(
        AlarmName=ALARM, AlarmDescription="Records read by the nightly flights job",
        ComparisonOperator="LessThanLowerOrGreaterThanUpperThreshold", EvaluationPeriods=1,
        ThresholdMetricId="band", AlarmActions=[
            topic, "arn:tidemark:runbook:us-east-1:000000000000:open-ticket"],
        Metrics=[{"Id": "m1", "MetricStat": {"Metric": metric, "Period": DAY, "Stat": "Sum"}},
                 {"Id": "band", "Expression": "ANOMALY_DETECTION_BAND(m1, 2)",
                  "Label": "usual range"}])


def transitions(cloudwatch):
    items = []
    for page in cloudwatch.get_paginator("describe_alarm_history").paginate(
            AlarmName=ALARM, HistoryItemType="StateUpdate", ScanBy="TimestampAscending"):
        items += page["AlarmHistoryItems"]
    return [{"at": item["Timestamp"].astimezone(UTC), "summary": item["HistorySummary"],
             "state": json.loads(item["HistoryData"])["newState"]["stateValue"],
             "reason": json.loads(item["HistoryData"])["newState"]["stateReason"]} for item in items]


def live_through(server, cloudwatch, days):
    """One day at a time: the clock moves to 23:00, the job reports, midnight comes."""
    seen = len(transitions(cloudwatch))
    for day, count in days:
        server.advance("23h")
        put_days(cloudwatch, [(day, count)])
        server.advance("1h")
        found = transitions(cloudwatch)
        for item in found[seen:]:
            mark = "!!" if item["state"] == "ALARM" else "  "
            say(f"  {mark} {item['at']:%a %d %b %H:%M}  {item['state']:<6} {item['reason']}")
        seen = len(found)


def wait_for(what, deadline_s=60):
    end = time.monotonic() + deadline_s
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.1)
    return False


def check(alarms, mails, hooks, tickets):
    """What the demo promises; returns the broken promises as sentences."""
    broken = []
    dates = [f"{item['at']:%Y-%m-%d}" for item in alarms]
    for date, why in MUST_ALARM.items():
        if date not in dates:
            broken.append(f"no ALARM on {date} ({why})")
    early = [d for d in dates if "2013-11-01" <= d <= "2013-11-22"]
    if len(early) > 2:
        broken.append(f"{len(early)} transitions to ALARM on 1-22 November, at most 2 are allowed: {early}")
    if len(dates) > 12:
        broken.append(f"{len(dates)} transitions to ALARM in two months, at most 12 are allowed")
    for name, got in [("mail", mails), ("webhook", hooks), ("ticket", tickets)]:
        if sorted(got) != sorted(dates):
            broken.append(f"{name} saw {sorted(got)}, the alarm went off on {sorted(dates)}")
    return broken


def mail_date(message):
    text = message.get_body(("plain",)).get_content()
    return next((d for d in text.replace(",", " ").split() if d.startswith("2013-")), "?")[:10]


def hook_date(notification):
    return json.loads(notification["Message"])["StateChangeTime"][:10]


def ticket_date(path):
    return json.loads(path.read_text(encoding="utf-8"))["time"][:10]


def take_folder():
    """build/demo, or one of our own while another demo is open; emptied. And the lock to hold."""
    (ROOT / "build").mkdir(exist_ok=True)
    lock = open(ROOT / "build/demo.lock", "w", encoding="utf-8")
    folder = ROOT / "build/demo"
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        folder = ROOT / f"build/demo-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder, lock


def listen_to_signals():
    """Ctrl-C and SIGTERM end it in order, also where a script started it in the background and so had Ctrl-C ignored."""
    def end(_number, _frame):
        raise KeyboardInterrupt
    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)


def run(args):
    listen_to_signals()
    folder, _lock = take_folder()
    mail, hook = sinks.MailSink(free_port(0)), sinks.WebhookSink()
    mail.start()
    hook_port = hook.start()
    server = Server(args.binary, folder, mail.port)
    try:
        return demo(args, server, mail, hook, hook_port)
    finally:
        server.stop()
        hook.stop()
        mail.stop()


def demo(args, server, mail, hook, hook_port):
    cloudwatch, sns = client("cloudwatch", server.url), client("sns", server.url)
    days = read_days()
    past = [d for d in days if d[0].month <= 10]
    live = [d for d in days if d[0].month > 10]
    say("Tidemark demo. Real: the data (336,776 flights from New York in 2013, counted per day), boto3,")
    say("the mail server, the webhook and the ticket command. Not real: the flights stand in for the")
    say("records of a nightly Glue job, and the server's clock stands at 2013 and is moved by the demo.")
    say()
    put_days(cloudwatch, past)
    topic = make_topic(sns, hook_port)
    make_alarm(cloudwatch, topic)
    server.advance("0s")
    say(f"Sent {len(past)} days, January to October, as {NAMESPACE} {METRIC}.")
    say("A band is learned from them (the February storm is excluded); an alarm watches it at k = 2.")
    say()
    say("November and December, a day at a time:")
    live_through(server, cloudwatch, live)
    alarms = [item for item in transitions(cloudwatch) if item["state"] == "ALARM"]
    tickets = lambda: list(server.tickets.glob("*.json"))
    wait_for(lambda: min(len(mail.messages), len(hook.notifications), len(tickets())) >= len(alarms))
    time.sleep(2)  # one that comes twice comes late
    say()
    say(f"{len(alarms)} alarms: {len(mail.messages)} mails, {len(hook.notifications)} webhook calls, "
        f"{len(tickets())} tickets (in {server.tickets.relative_to(ROOT)}).")
    broken = check(alarms, [mail_date(m) for m in mail.messages],
                   [hook_date(n) for n in hook.notifications], [ticket_date(t) for t in tickets()])
    for sentence in broken:
        say(f"BROKEN: {sentence}")
    if not args.no_wait:
        say("Press Ctrl-C to end it. Open:")
        say(f"{server.url}/")
        try:
            server.process.wait()
        except KeyboardInterrupt:
            pass
    return 1 if broken else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--no-wait", action="store_true", help="end by itself, exit code tells")
    parser.add_argument("--binary", default=str(ROOT / "build/release/tidemark"))
    try:
        return run(parser.parse_args())
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())

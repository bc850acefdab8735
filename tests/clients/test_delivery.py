"""Every message arrives, whatever its receiver does: real SMTP and HTTP receivers against the whole server."""
import asyncio
import base64
import collections
import email
import email.policy
import http.server
import json
import subprocess
import threading
import urllib.request

import boto3
from aiosmtpd.controller import Controller

from conftest import eventually, run_in_chromium

CONFIG = """
mail: {{url: "smtp://127.0.0.1:{smtp}", from: tidemark@example.org, require_tls: false}}
subscriptions: {{auto_confirm_email: true, auto_confirm_http: true}}
egress: {{allow: ["127.0.0.0/8"], allow_http: true}}
"""


class Mailbox:
    """A mail server whose addresses behave: `busy@` answers 451 twice, `cut@` takes the message and hangs up, `gone@` refuses for good."""

    def __init__(self, port=0):
        self.taken = collections.defaultdict(list)
        self.refused = collections.Counter()
        self.cut = collections.Counter()
        self.port = port
        self._controller = Controller(self, hostname="127.0.0.1", port=port, ready_timeout=30)

    def start(self):
        self._controller.start()

    def stop(self):
        self._controller.stop()

    async def handle_DATA(self, server, _session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        (receiver,) = envelope.rcpt_tos
        if receiver.startswith("gone@"):
            return "550 5.1.1 no such person"
        subject = message["Subject"]
        if receiver.startswith("busy@") and self.refused[subject] < 2:
            self.refused[subject] += 1
            return "451 4.3.0 try again later"
        self.taken[receiver].append(message)
        if receiver.startswith("cut@") and self.cut[subject] < 1:
            self.cut[subject] += 1
            server.transport.abort()
            await asyncio.sleep(0)
        return "250 taken"


class Hook:
    """A webhook that answers 500 twice, then takes the message and hangs up, then behaves."""

    def __init__(self, port=0):
        self.taken, self.calls = [], 0
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.calls += 1
                if hook.calls <= 2:
                    self.send_error(500)
                    return
                hook.taken.append((dict(self.headers), json.loads(body)))
                if hook.calls == 3:
                    self.close_connection = True
                    return
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.port = self._server.server_address[1]

    def start(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


def free_port():
    import socket
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def set_state(cloudwatch, state, reason):
    cloudwatch.set_alarm_state(AlarmName="records", StateValue=state, StateReason=reason)


def alarm_that_tells(server, people, hook):
    """Makes the alarm `records` with a topic that mails people and posts to a webhook; the client that can set its state."""
    client = dict(endpoint_url=server.url, region_name="us-east-1", aws_access_key_id="k",
                  aws_secret_access_key="s")
    sns, cloudwatch = boto3.client("sns", **client), boto3.client("cloudwatch", **client)
    topic = sns.create_topic(Name="on-call")["TopicArn"]
    for who in people:
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=f"{who}@example.org")
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=hook)
    cloudwatch.put_metric_alarm(
        AlarmName="records", Namespace="Glue", MetricName="records", Statistic="Sum", Period=60,
        EvaluationPeriods=1, Threshold=1, ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="ignore", AlarmActions=[topic])
    return cloudwatch


def verify(message, certificate, folder):
    """As an SNS receiver does, with OpenSSL's own program."""
    members = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
    text = "".join(f"{name}\n{message[name]}\n" for name in members if name in message)
    (folder / "cert.pem").write_bytes(certificate)
    (folder / "text").write_text(text, encoding="utf-8")
    (folder / "signature").write_bytes(base64.b64decode(message["Signature"]))
    key = subprocess.run(["openssl", "x509", "-in", folder / "cert.pem", "-pubkey", "-noout"],
                         check=True, capture_output=True).stdout
    (folder / "key.pem").write_bytes(key)
    digest = {"1": "-sha1", "2": "-sha256"}[message["SignatureVersion"]]
    done = subprocess.run(["openssl", "dgst", digest, "-verify", folder / "key.pem", "-signature",
                           folder / "signature", folder / "text"], capture_output=True, text=True)
    assert "Verified OK" in done.stdout, done


def test_every_message_arrives_and_duplicates_carry_the_same_id(start_server, tmp_path):
    smtp_port = free_port()
    mailbox, hook = Mailbox(smtp_port), Hook()
    mailbox.start()
    hook.start()
    server = start_server(config=CONFIG.format(smtp=smtp_port))
    cloudwatch = alarm_that_tells(server, ["plain", "busy", "cut"], f"http://127.0.0.1:{hook.port}/secret-path")

    def deliveries():
        return server.get("/api/tidemark/v1/alarms/records/deliveries")["deliveries"]

    # While all receivers are there, each in its own mood.
    set_state(cloudwatch, "ALARM", "first")
    eventually(lambda: [d["state"] for d in deliveries()] == ["delivered"] * 4)
    told = [d["transition"] for d in deliveries()]
    assert [(t["old_state"], t["new_state"]) for t in told] == [("INSUFFICIENT_DATA", "ALARM")] * 4, told
    history = server.get("/api/tidemark/v1/alarms/records/history")["items"]
    assert {t["at"] for t in told} == {h["at"] for h in history if h["type"] == "StateUpdate"}, (told, history)
    assert mailbox.refused.total() == 2 and mailbox.cut.total() == 1
    assert [len(mailbox.taken[f"{who}@example.org"]) for who in ["plain", "busy", "cut"]] == [1, 1, 2]
    once, twice = mailbox.taken["cut@example.org"]
    assert once["Message-ID"] == twice["Message-ID"]
    assert once["X-Tidemark-Delivery-Id"] == twice["X-Tidemark-Delivery-Id"]
    assert hook.calls == 4 and len(hook.taken) == 2
    (headers, first), (headers_again, again) = hook.taken
    assert first["MessageId"] == again["MessageId"] == headers["x-amz-sns-message-id"]
    assert headers["x-amz-sns-message-id"] == headers_again["x-amz-sns-message-id"]
    assert json.loads(first["Message"])["NewStateReason"] == "first"
    verify(again, urllib.request.urlopen(f"{server.url}/sns/cert.pem").read(), tmp_path)

    # All receivers are down when the alarm comes, and the server dies meanwhile.
    mailbox.stop()
    hook.stop()
    set_state(cloudwatch, "OK", "over")
    set_state(cloudwatch, "ALARM", "second")
    eventually(lambda: sum(d["state"] == "pending" and d["attempts"] >= 1 for d in deliveries()) == 4)
    server.kill()
    mailbox, hook = Mailbox(smtp_port), Hook(hook.port)
    hook.calls = 10  # behaves
    mailbox.start()
    hook.start()
    server.start()
    eventually(lambda: sum(d["state"] == "delivered" for d in deliveries()) == 8)
    assert len(mailbox.taken["plain@example.org"]) == 1
    assert len(mailbox.taken["busy@example.org"]) == 1
    assert len(mailbox.taken["cut@example.org"]) == 2
    for messages in mailbox.taken.values():
        assert len({m["Message-ID"] for m in messages}) == 1
        assert all("second" in m.get_body(("plain",)).get_content() for m in messages)
    assert [json.loads(body["Message"])["NewStateReason"] for _, body in hook.taken] == ["second"]
    actions = cloudwatch.describe_alarm_history(AlarmName="records", HistoryItemType="Action")
    assert len(actions["AlarmHistoryItems"]) == 8
    assert "secret-path" not in json.dumps(actions, default=str)  # a web address is often a secret
    mailbox.stop()
    hook.stop()


class Gone(http.server.BaseHTTPRequestHandler):
    """A webhook that is no more."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_error(410)

    def log_message(self, *_args):
        pass


def test_what_is_given_up_is_seen(start_server, tmp_path):
    mailbox = Mailbox(free_port())
    mailbox.start()
    hook = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gone)
    threading.Thread(target=hook.serve_forever, daemon=True).start()
    server = start_server(config=CONFIG.format(smtp=mailbox.port))
    cloudwatch = alarm_that_tells(server, ["gone", "there"], f"http://127.0.0.1:{hook.server_address[1]}/hook")
    set_state(cloudwatch, "ALARM", "first")

    def deliveries():
        found = server.get("/api/tidemark/v1/alarms/records/deliveries")["deliveries"]
        return {d["endpoint"].split("@")[0]: d for d in found}

    eventually(lambda: sorted(d["state"] for d in deliveries().values()) == ["dead", "dead", "delivered"])
    assert "550" in deliveries()["gone"]["last_error"] and deliveries()["gone"]["attempts"] == 1
    assert server.get("/api/tidemark/v1/now")["counts"]["deliveries_dead"] == 2
    # A restart neither forgets them nor tries them once more.
    server.kill()
    server.start()
    assert sorted(d["state"] for d in deliveries().values()) == ["dead", "dead", "delivered"]
    run_in_chromium("dead.test.mjs", TIDEMARK_URL=server.url)
    assert [d["attempts"] for d in deliveries().values() if d["state"] == "dead"] == [1, 1]
    hook.shutdown()
    hook.server_close()
    mailbox.stop()

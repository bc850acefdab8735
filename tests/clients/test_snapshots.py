"""Whole replies against those recorded from AWS (tests/fixtures/aws/recorded), by unmodified clients in every protocol."""
import datetime
import json
import pathlib
import re
import subprocess

import pytest

from conftest import ROOT, Server
from raw import Raw

HERE = pathlib.Path(__file__).parent
RECORDED = json.loads((ROOT / "tests/fixtures/aws/recorded/cloudwatch.json").read_text(encoding="utf-8"))
CONFIG = """
aws: {account_id: "111111111111"}
subscriptions: {auto_confirm_http: true}
egress: {allow: ["127.0.0.0/8"], allow_http: true}
"""
FLAGS = ["--enable-test-api", "--clock", "2013-11-01T00:00:00Z"]

# Recorded and made by raw requests, because they are about bytes that a client hides.
RAW = {"test_basic_operations_multiple_protocols", "test_exception_serializing_with_no_shape_in_spec"}

# Members that are newer than the recording, or than the client that recorded. Whole values, so that nothing hides here.
NEWER = [
    ("LogAlarms", lambda value: value == []),
    ("AnomalyDetectorId", lambda value: re.fullmatch("[0-9a-f-]{36}", value)),
    ("ActionExecutedAfterMuteWindow", lambda value: value is False),
    # A client that knows ValidationException shows its member beside Error.Message.
    ("message", lambda value: value.startswith("1 validation error detected: Value 'INVALID' at 'stateValue'")),
]

CLIENTS = {
    "boto3-json": ("venv-clients", "json", []),
    "boto3-cbor": ("venv-clients", "smithy-rpc-v2-cbor", ["smithy-rpc-v2-cbor"]),
    "boto3-old-query": ("venv-boto3-old", "query", []),
}


@pytest.fixture(scope="module", params=CLIENTS)
def answered(request, tmp_path_factory):
    """(protocol, {case: {step: reply}}) of one client that made all recorded calls."""
    venv, protocol, arguments = CLIENTS[request.param]
    server = Server(tmp_path_factory.mktemp(request.param), *FLAGS, config=CONFIG)
    try:
        done = subprocess.run([ROOT / "build" / venv / "bin/python", HERE / "recorded_calls.py", server.url, *arguments],
                              capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stderr
    finally:
        server.stop()
    return protocol, json.loads(done.stdout)


def recorded(case, protocol):
    for entry in RECORDED["served"][case]:
        if protocol in entry["protocols"] or entry["protocols"] == ["boto"]:
            return entry["replies"]
    raise AssertionError(f"{case} was not recorded in {protocol}")


TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*")
# Placeholders that stand for the same wherever they are; the others for one thing all over a case.
FREE = {"<partition>": "aws", "<region>": "us-east-1", "(MM/DD/YY HH:MM:SS)": r"\(\d\d/\d\d/\d\d \d\d:\d\d:\d\d\)"}


class Comparer:
    """Walks a recorded reply and ours together; `faults` says where they differ."""

    def __init__(self):
        self.bound, self.faults = {}, []

    def compare(self, want, have, path=""):
        if want in ("timestamp", "date"):
            have = have.get("member") if isinstance(have, dict) else have
            times = have if isinstance(have, list) else [have]
            self.expect(all(isinstance(t, (int, float)) or TIME.fullmatch(t) for t in times), path, want, have)
        elif isinstance(want, dict):
            self.compare_maps(want, self.opened(have), path)
        elif isinstance(want, list):
            self.expect(isinstance(have, list) and len(have) == len(want), path, want, have)
            for i, (w, h) in enumerate(zip(want, have if isinstance(have, list) else [])):
                self.compare(w, h, f"{path}[{i}]")
        elif isinstance(want, str) and ("<" in want or "(MM" in want) and isinstance(have, str) and want != "<":
            self.compare_text(want, have, path)
        else:
            self.expect(want == have and type(want) is type(have), path, want, have)

    @staticmethod
    def opened(have):
        """Documents within strings were opened before they were written down."""
        if isinstance(have, str) and have.startswith("{"):
            return json.loads(have)
        return have

    def compare_maps(self, want, have, path):
        self.expect(isinstance(have, dict), path, want, have)
        if not isinstance(have, dict):
            return
        if isinstance(have.get("Values"), list):  # LocalStack masked all times of a series as one
            self.expect(len(have["Timestamps"]) == len(have["Values"]), path, "a time a value", have)
        for key in sorted(want.keys() | have.keys()):
            here = f"{path}.{key}"
            if key == "ResponseMetadata" and "HTTPStatusCode" in have[key]:
                self.compare(want[key]["HTTPStatusCode"], have[key]["HTTPStatusCode"], here)
            elif key not in want:
                self.expect(any(key == k and holds(have[key]) for k, holds in NEWER), here, "(none)", have[key])
            elif key not in have:
                self.expect(False, here, want[key], "(none)")
            else:
                self.compare(want[key], have[key], here)

    def compare_text(self, want, have, path):
        pattern, names = "", []
        for part in re.split(r"(<[^<>]+>|\(MM/DD/YY HH:MM:SS\))", want):
            if part in FREE:
                pattern += FREE[part]
            elif part.startswith("<"):
                names.append(part)
                pattern += re.escape(self.bound[part]) if part in self.bound else "(.+)"
            else:
                pattern += re.escape(part)
        match = re.fullmatch(pattern, have)
        self.expect(match is not None, path, want, have)
        if match:
            fresh = [name for name in names if name not in self.bound]
            self.bound.update(zip(fresh, match.groups()))

    def expect(self, holds, path, want, have):
        if not holds:
            self.faults.append(f"{path}: AWS {want!r}, here {have!r}")


def test_each_recorded_reply_set_is_made_or_named():
    """141 sets: none is dropped in silence."""
    sets = [name for entries in RECORDED["served"].values() for entry in entries for name in entry["protocols"]]
    assert len(sets) == 121 and len(RECORDED["unserved"]) == 20
    assert all(RECORDED["unserved"].values())
    assert RAW < RECORDED["served"].keys()


@pytest.mark.parametrize("case", sorted(RECORDED["served"].keys() - RAW))
def test_replies_are_as_recorded(answered, case):
    protocol, replies = answered
    want, have = recorded(case, protocol), replies[case]
    assert want.keys() == have.keys()
    comparer = Comparer()
    for step in want:
        comparer.compare(want[step], have[step], step)
    assert not comparer.faults, "\n".join(comparer.faults)


@pytest.fixture(params=["json", "smithy-rpc-v2-cbor", "query"])
def raw(request, start_server):
    return Raw(start_server(*FLAGS, config=CONFIG), request.param)


def assert_recorded(raw, case, replies):
    comparer = Comparer()
    comparer.compare(recorded(case, raw.protocol), replies)
    assert not comparer.faults, "\n".join(comparer.faults)


def test_bodies_are_as_recorded(raw):
    out = {"describe-alarms": raw.call("DescribeAlarms")[2]}
    for name, values in [("someMetric", [23, 18]), ("ug", [23])]:
        raw.call("PutMetricData", Namespace="space", MetricData=[{"MetricName": name, "Value": v} for v in values])
    start = datetime.datetime(2013, 11, 1, tzinfo=datetime.timezone.utc)
    status, _, out["get-metric-data"] = raw.call(
        "GetMetricData", StartTime=start - datetime.timedelta(hours=1), EndTime=start + datetime.timedelta(hours=1),
        MetricDataQueries=[{"Id": identity, "MetricStat": {
            "Metric": {"Namespace": "space", "MetricName": name}, "Period": 60, "Stat": "Sum"}}
            for identity, name in [("some", "someMetric"), ("part", "ug")]])
    assert status == 200
    assert_recorded(raw, "test_basic_operations_multiple_protocols", out)


def test_error_bodies_are_as_recorded(raw):
    state = {"AlarmName": "none", "StateReason": "test"}
    status, headers, invalid = raw.call("SetAlarmState", StateValue="INVALID", **state)
    assert status == 400 and "x-amzn-query-error" not in headers
    status, headers, missing = raw.call("SetAlarmState", StateValue="OK", **state)
    assert status == 404 and "x-amzn-query-error" not in headers
    status, headers, old = raw.call("SetAlarmState", query_mode=True, StateValue="OK", **state)
    assert status == 404
    assert headers["x-amzn-query-error"] == (None if raw.protocol == "query" else "ResourceNotFound;Sender")
    assert_recorded(raw, "test_exception_serializing_with_no_shape_in_spec", {
        "invalid-value-response": invalid, "not-found-response": missing, "not-found-response-query-mode-true": old})

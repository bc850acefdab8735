"""What a client sent in one protocol is answered alike in all three: one document in, one document out."""
import datetime
import gzip
import io
import json
import re
import urllib.parse

import botocore.parsers
import botocore.utils
import pytest

from conftest import ROOT
from raw import Raw, model_of
from test_captures import CONFIG, NOW, REQUESTS, refusal_of, requests_of

PROTOCOLS = ["json", "query", "smithy-rpc-v2-cbor"]
MODEL = model_of("json")


def opened(request):
    """(head, body without its compression) of a recorded request."""
    head, _, body = request.partition(b"\r\n\r\n")
    if re.search(rb"(?im)^content-encoding: *gzip", head):
        body = gzip.decompress(body)
    return head.decode(), body


def captured_call(request):
    """(operation, arguments) of a request to CloudWatch in whichever protocol; None: to another service."""
    head, body = opened(request)
    target = re.search(r"(?im)^x-amz-target: *GraniteServiceVersion20100801\.(\w+)", head)
    path = re.match(r"POST /service/GraniteServiceVersion20100801/operation/(\w+) ", head)
    if target:
        operation, document = target.group(1), json.loads(body)
    elif path:
        operation = path.group(1)
        parser = botocore.parsers.create_parser("smithy-rpc-v2-cbor")
        document = parser.parse_data_item(io.BufferedReader(io.BytesIO(body))) if body else {}
    elif b"&Version=2010-08-01" in body:
        form = dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))
        form.pop("Version")
        operation, document = form.pop("Action"), nested(form)
    else:
        return None
    return operation, typed(MODEL.operation_model(operation).input_shape, document)


def nested(form):
    """A form's dotted names as maps of maps."""
    out = {}
    for name, value in form.items():
        *folders, last = name.split(".")
        inner = out
        for folder in folders:
            inner = inner.setdefault(folder, {})
        inner[last] = value
    return out


def in_order(numbered):
    return [item for _, item in sorted(numbered.items(), key=lambda pair: int(pair[0]))]


def items_of(value):
    """A list; a form writes it as a map of numbers, or as an empty text."""
    return in_order(value["member"]) if isinstance(value, dict) else value or []


def entries_of(value):
    """A map; a form writes it as a list of pairs."""
    pairs = in_order(value["entry"]) if "entry" in value else [{"key": k, "value": v} for k, v in value.items()]
    return {pair["key"]: pair["value"] for pair in pairs}


def typed(shape, value):
    """The document as botocore takes it, whatever the protocol wrote numbers and times as."""
    if shape.type_name == "structure":
        return {name: typed(shape.members[name], item) for name, item in value.items()}
    if shape.type_name == "list":
        return [typed(shape.member, item) for item in items_of(value)]
    if shape.type_name == "map":
        return {name: typed(shape.value, item) for name, item in entries_of(value).items()}
    if shape.type_name == "timestamp":
        return value if isinstance(value, datetime.datetime) else botocore.utils.parse_timestamp(value)
    if shape.type_name == "boolean":
        return value in (True, "true")
    convert = {"integer": int, "long": int, "double": float, "float": float, "string": str}[shape.type_name]
    return convert(value)


def calls_of(client):
    """(operation, arguments, status that it is answered with)"""
    read = [(captured_call(path.read_bytes()), refusal_of(path.name)[0]) for path in requests_of(client)]
    return [(*call, status) for call, status in read if call]


ALARM = {"AlarmName": "watched", "Namespace": "n", "MetricName": "m", "Statistic": "Sum", "Period": 60,
         "EvaluationPeriods": 1, "Threshold": 2.5, "ComparisonOperator": "GreaterThanThreshold"}
ARN = {"ResourceARN": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:watched"}
RULE = {"AlarmMuteRuleName": "nights"}

# What is served and no client was recorded with.
UNRECORDED = [
    ("PutMetricAlarm", {**ALARM, "Tags": [{"Key": "team", "Value": "data"}, {"Key": "name", "Value": "Zoë <&> \n"}]}, 200),
    ("ListTagsForResource", ARN, 200),
    ("UntagResource", {**ARN, "TagKeys": ["team"]}, 200),
    ("ListTagsForResource", ARN, 200),
    ("DisableAlarmActions", {"AlarmNames": ["watched"]}, 200),
    ("DescribeAlarms", {}, 200),
    ("EnableAlarmActions", {"AlarmNames": ["watched", "none"]}, 200),
    ("PutAlarmMuteRule", {"Name": "nights", "Rule": {"Schedule": {"Expression": "cron(0 22 * * *)", "Duration": "PT8H"}},
                          "MuteTargets": {"AlarmNames": ["watched"]}}, 200),
    ("GetAlarmMuteRule", RULE, 200),
    ("ListAlarmMuteRules", {}, 200),
    ("DeleteAlarmMuteRule", RULE, 200),
    ("GetAlarmMuteRule", RULE, 404),
    ("DeleteAlarms", {"AlarmNames": ["watched"]}, 200),
    ("ListTagsForResource", ARN, 200),
]

# What the calls before have left behind.
LOOKS = [
    ("ListMetrics", {}, 200),
    ("DescribeAlarms", {}, 200),
    ("DescribeAlarmHistory", {}, 200),
    ("DescribeAnomalyDetectors", {"AnomalyDetectorTypes": ["SINGLE_METRIC", "METRIC_MATH"]}, 200),
]

CALLS = {**{path.name: calls_of(path.name) for path in sorted(REQUESTS.iterdir())}, "unrecorded": UNRECORDED}


class Parsing(Raw):
    """Reads replies as botocore does."""

    def call(self, operation, **arguments):
        self.parsed_as = self.model.operation_model(operation).output_shape
        return super().call(operation, query_mode=True, **arguments)

    def read(self, reply):
        parser = botocore.parsers.create_parser(self.protocol)
        document = parser.parse({"status_code": reply.status, "headers": reply.headers, "body": reply.read()},
                                self.parsed_as)
        document.pop("ResponseMetadata", None)
        return reply.status, reply.headers, document


def meaning(status, document):
    """The document, or what the refusal says in every protocol."""
    if "Error" not in document:
        return status, document
    error = document["Error"]
    message = error.get("Message") or ""  # an empty one is none to some of the parsers
    if "is not served here" in message:
        return message  # each protocol has a code and a status of its own for it (test_captures.py)
    return status, error["Code"], error["Type"], message


class Comparable:
    """Replies as text; ids that a server made up are numbered as they come."""

    def __init__(self):
        self.ids = {}

    def text(self, reply):
        written = json.dumps(reply, default=self.time, sort_keys=True, ensure_ascii=False)
        return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", self.number, written)

    def number(self, found):
        return f"id {self.ids.setdefault(found.group(), len(self.ids))}"

    @staticmethod
    def time(value):
        return value.astimezone(datetime.timezone.utc).isoformat()


def replies(server, protocol, calls):
    """[(status, text to compare)]"""
    client, comparable = Parsing(server, protocol), Comparable()
    out = []
    for operation, arguments, _ in calls:
        status, _, document = client.call(operation, **arguments)
        out.append((status, comparable.text(meaning(status, document))))
        server.advance("1s")  # all that the call has set off is done when this answers
    return out


@pytest.mark.parametrize("source", CALLS)
def test_a_call_has_the_same_reply_in_every_protocol(start_server, source):
    calls = CALLS[source] + LOOKS
    assert len(calls) >= 10
    servers = [start_server("--enable-test-api", "--clock", NOW, config=CONFIG) for _ in PROTOCOLS]
    answered = [replies(server, protocol, calls) for server, protocol in zip(servers, PROTOCOLS)]
    faults = []
    for (operation, arguments, status), *said in zip(calls, *answered):
        if len({text for _, text in said}) > 1 or said[0][0] != status:
            lines = "\n".join(f"    {protocol}: {answer}" for protocol, answer in zip(PROTOCOLS, said))
            faults.append(f"{operation} {arguments}\n{lines}")
    assert not faults, "\n".join(faults)[:20000]


def test_every_action_of_cloudwatch_is_among_the_calls():
    actions = (ROOT / "src/web/aws/actions.def").read_text(encoding="utf-8")
    served = set(re.findall(r"^TM_AWS_(?:ASYNC_)?ACTION\(cloudwatch, (\w+),", actions, re.MULTILINE))
    assert served and served <= {operation for calls in CALLS.values() for operation, *_ in calls}

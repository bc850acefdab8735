"""What a client sent in one protocol is answered alike in all three: one document in, one document out."""
import datetime
import gzip
import http.client
import io
import json
import urllib.parse

import botocore.parsers
import botocore.serialize
import pytest

from raw import model_of
from test_captures import CONFIG, NOW, is_served_here, requests_of

PROTOCOLS = ["query", "json", "smithy-rpc-v2-cbor"]
MODELS = {protocol: model_of(protocol) for protocol in PROTOCOLS}
# Of each server's own making.
OWN = {"AnomalyDetectorId", "NextToken", "RequestId"}
UTC = datetime.timezone.utc


def parts_of(raw):
    """(first line, headers in lower case, body as it was before it was compressed)"""
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return first, headers, gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body


def as_modelled(value, shape):
    """JSON has neither times nor NaN: what the model calls so is."""
    if shape.type_name == "timestamp":
        return datetime.datetime.fromtimestamp(value, UTC) if isinstance(value, (int, float)) else value
    if shape.type_name == "double":
        return float(value)
    if shape.type_name == "list":
        return [as_modelled(each, shape.member) for each in value]
    if shape.type_name == "structure":
        return {name: as_modelled(each, shape.members[name]) for name, each in value.items() if name in shape.members}
    return value


def document_of(raw):
    """(operation, arguments) of a capture in JSON or CBOR; None: query, which names no types, or not CloudWatch's."""
    first, headers, body = parts_of(raw)
    if "x-amz-target" in headers and is_served_here(raw):
        operation = headers["x-amz-target"].split(".")[-1]
        document = json.loads(body)
    elif "/operation/" in first:
        operation = first.split()[1].split("/")[-1]
        parser = botocore.parsers.create_parser("smithy-rpc-v2-cbor")
        document = parser.parse_data_item(io.BufferedReader(io.BytesIO(body)))
    else:
        return None
    if operation not in MODELS["json"].operation_names:
        return None
    shape = MODELS["json"].operation_model(operation).input_shape
    return operation, as_modelled(document, shape) if shape else {}


def settled(value):
    """Comparable: times to the millisecond, which is all that query tells, and nothing of a server's own making."""
    if isinstance(value, dict):
        return {name: settled(each) for name, each in value.items() if name not in OWN and name != "ResponseMetadata"}
    if isinstance(value, list):
        return [settled(each) for each in value]
    if isinstance(value, datetime.datetime):
        return round(value.timestamp(), 3)
    return value


def ask(server, protocol, operation, arguments):
    """(status, parsed reply)"""
    model = MODELS[protocol].operation_model(operation)
    serializer = botocore.serialize.create_serializer(protocol, include_validation=False)
    request = serializer.serialize_to_request(arguments, model)
    body = request["body"]
    body = urllib.parse.urlencode(body) if isinstance(body, dict) else body
    credential = "Credential=k/20261123/us-east-1/monitoring/aws4_request, SignedHeaders=host, Signature=00"
    headers = {**request["headers"], "x-amzn-query-mode": "true", "Authorization": f"AWS4-HMAC-SHA256 {credential}"}
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("POST", request["url_path"], body, headers)
    reply = connection.getresponse()
    parser = botocore.parsers.create_parser(protocol)
    seen = {"status_code": reply.status, "headers": {k.lower(): v for k, v in reply.getheaders()}, "body": reply.read()}
    parsed = parser.parse(seen, model.output_shape)
    if reply.status >= 400:
        error = parsed["Error"]
        # What is not served is said in the words of each protocol (test_captures.py).
        message = error.get("Message") or ""  # an empty one is none to some of the parsers
        if "is not served here" in message:
            return "not served", message
        return reply.status, error["Code"], message
    return reply.status, settled(parsed)


@pytest.mark.parametrize("client", ["boto3", "cli", "go", "js"])
def test_each_captured_request_is_answered_alike_in_all_three(start_server, client):
    servers = {protocol: start_server("--enable-test-api", "--clock", NOW, config=CONFIG) for protocol in PROTOCOLS}
    faults, asked = [], 0
    for path in requests_of(client):
        asked_for = document_of(path.read_bytes())
        if asked_for is None:
            continue
        asked += 1
        answers = {protocol: ask(servers[protocol], protocol, *asked_for) for protocol in PROTOCOLS}
        for protocol in PROTOCOLS[1:]:
            if answers[protocol] != answers["query"]:
                faults.append(f"{path.name}: query {answers['query']}\n    {protocol} {answers[protocol]}")
    assert not faults, "\n".join(faults)
    assert asked >= 10

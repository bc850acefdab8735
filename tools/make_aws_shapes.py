#!/usr/bin/env python3
"""Writes src/codec/aws/*.shapes from the service models of botocore (Apache-2.0).

Only facts a server needs are carried over: names, types, required members, ranges, enum values,
error codes. Run by hand when AWS adds operations; the output is committed.

    tools/make_aws_shapes.py FOLDER   # the botocore/data folder of an installed botocore
"""
import gzip
import json
import pathlib
import re
import sys

SERVICES = {  # name: (model folder, version, operations to leave out)
    "cloudwatch": ("cloudwatch", "2010-08-01", r"^$"),
    "sns": ("sns", "2010-03-31", r"SMS|Sms|Platform|PhoneNumber|EndpointAttributes|DeleteEndpoint"),
    "sts": ("sts", "2011-06-15", r"^(?!GetCallerIdentity$)"),
    "logs": ("logs", "2014-03-28", None),
}
ENUM_ORDER = {  # the order in which AWS lists them in its refusals, where one was recorded
    "StateValue": ["INSUFFICIENT_DATA", "ALARM", "OK"],
}
LOGS = """CreateLogGroup DeleteLogGroup CreateLogStream DeleteLogStream PutLogEvents PutRetentionPolicy
DeleteRetentionPolicy DescribeLogGroups DescribeLogStreams FilterLogEvents GetLogEvents StartQuery
GetQueryResults StopQuery PutMetricFilter DescribeMetricFilters DeleteMetricFilter TagResource
UntagResource ListTagsForResource CreateLogAnomalyDetector GetLogAnomalyDetector
ListLogAnomalyDetectors UpdateLogAnomalyDetector DeleteLogAnomalyDetector ListAnomalies
UpdateAnomaly""".split()


def limits(shape):
    if "min" not in shape and "max" not in shape:
        return ""
    return f" {shape.get('min', '')}..{shape.get('max', '')}"


def line_of(name, shape):
    kind = shape["type"]
    if kind == "string" and "enum" in shape:
        return [f"enum {name} {'|'.join(ENUM_ORDER.get(name, shape['enum']))}"]
    if kind == "list":
        return [f"list {name} {shape['member']['shape']}{limits(shape)}"]
    if kind == "map":
        key, value = shape["key"], shape["value"]
        names = key.get("locationName", "key"), value.get("locationName", "value")
        given = "" if names == ("key", "value") else f" entry={names[0]},{names[1]}"
        return [f"map {name} {key['shape']} {value['shape']}{limits(shape)}{given}"]
    if kind == "structure":
        required = shape.get("required", [])
        return [f"struct {name}"] + [
            f"  {member}{'!' if member in required else ''} {of['shape']}"
            for member, of in shape["members"].items()
        ]
    return [f"{kind} {name}{limits(shape)}"]


def error_line(name, shape):
    error = shape.get("error", {})
    status = error.get("httpStatusCode", 500 if shape.get("fault") else 400)
    sender = error.get("senderFault", status < 500)
    message = next((m for m in shape["members"] if m.lower() == "message"), "message")
    return (f"error {name} {error.get('code', name)} {status}"
            f" {'Sender' if sender else 'Receiver'} {message}")


def references(shape):
    for key in ("member", "key", "value"):
        if isinstance(shape.get(key), dict):
            yield shape[key]["shape"]
    yield from (member["shape"] for member in shape.get("members", {}).values())


def reachable(shapes, roots):
    """Shapes the roots need, each after those it is made of (the models have no cycle)."""
    done = {}

    def visit(name):
        if name not in done:
            for other in references(shapes[name]):
                visit(other)
            done[name] = shapes[name]
    for root in roots:
        visit(root)
    return done


def table(service, model, leave_out):
    meta = model["metadata"]
    operations = {
        name: op for name, op in sorted(model["operations"].items())
        if (name in LOGS if leave_out is None else not re.search(leave_out, name))
    }
    yield f"# Made by tools/make_aws_shapes.py from the botocore model of {meta['serviceId']}"
    yield f"# {meta['apiVersion']} (Apache-2.0, https://github.com/boto/botocore); not edited by hand."
    namespace = meta.get("xmlNamespace", "-")
    target = meta.get("targetPrefix", "-")
    yield f"service {service} {meta['apiVersion']} {meta.get('signingName', meta['endpointPrefix'])} {target} {namespace}"
    used = {e["shape"] for op in operations.values() for e in op.get("errors", [])}
    for name, shape in sorted(model["shapes"].items()):
        if shape.get("exception") and (name in used or shape.get("synthetic")):
            yield error_line(name, shape)
    roots = [op[part]["shape"] for op in operations.values() for part in ("input", "output")
             if part in op]
    for name, shape in reachable(model["shapes"], roots).items():
        yield from line_of(name, shape)
    for name, op in operations.items():
        parts = [op.get(part, {}).get("shape", "-") for part in ("input", "output")]
        errors = ",".join(e["shape"] for e in op.get("errors", [])) or "-"
        yield f"operation {name} {parts[0]} {parts[1]} {errors}"


def main(data):
    out = pathlib.Path(__file__).parent.parent / "src/codec/aws"
    for service, (folder, version, leave_out) in SERVICES.items():
        path = data / folder / version / "service-2.json.gz"
        model = json.loads(gzip.decompress(path.read_bytes()))
        text = "\n".join(table(service, model, leave_out))
        (out / f"{service}.shapes").write_text(f'R"shapes(\n{text}\n)shapes"\n')


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]))

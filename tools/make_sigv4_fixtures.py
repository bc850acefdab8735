#!/usr/bin/env python3
"""Signs the requests below with botocore and writes them to tests/fixtures/aws/sigv4/, one raw HTTP
request a file, as an outside opinion on what a correct signature is. Needs botocore; run by hand.

The key pair is the example of AWS's documentation and opens nothing.
"""
import datetime
import pathlib
from unittest import mock

import botocore
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
NOW = datetime.datetime(2015, 8, 30, 12, 36, 0, tzinfo=datetime.timezone.utc)
HOST = "example.amazonaws.com"
JSON = {"Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": "GraniteServiceVersion20100801.ListMetrics"}
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
CASES = [  # name, method, path with query, headers, body, service, region
    ("get_vanilla", "GET", "/", {}, "", "service", "us-east-1"),
    ("get_query_order", "GET", "/?Param1=value2&Param1=Value1&A=0", {}, "", "service", "us-east-1"),
    ("get_query_unreserved", "GET", "/?-._~09AZaz=-._~09AZaz", {}, "", "service", "us-east-1"),
    ("get_query_escaped", "GET", "/?Action=Un%20subscribe&Arn=arn%3Aaws%3Asns%3A%C3%A9", {}, "",
     "sns", "us-east-1"),
    ("get_query_empty_value", "GET", "/?b=&a=1", {}, "", "service", "us-east-1"),
    ("get_utf8_path", "GET", "/%E1%88%B4", {}, "", "service", "us-east-1"),
    ("get_space_path", "GET", "/example%20space/", {}, "", "service", "us-east-1"),
    ("get_dot_segments", "GET", "/example1/../example2/./x", {}, "", "service", "us-east-1"),
    ("get_slashes", "GET", "//example//", {}, "", "service", "us-east-1"),
    ("post_header_spaces", "POST", "/", {"My-Header1": "  a   b   c  ", "My-Header2": '"x   y"'}, "",
     "service", "us-east-1"),
    ("post_json", "POST", "/", JSON, '{"Namespace": "Glue"}', "monitoring", "us-east-1"),
    ("post_json_session", "POST", "/", {**JSON, "X-Amz-Security-Token": "tok/en=="}, "{}",
     "monitoring", "eu-central-1"),
    ("post_form", "POST", "/", FORM, "Action=ListTopics&Version=2010-03-31", "sns", "us-west-2"),
    ("post_cbor", "POST", "/service/GraniteServiceVersion20100801/operation/ListMetrics",
     {"Content-Type": "application/cbor", "Smithy-Protocol": "rpc-v2-cbor"}, "\xa0", "monitoring",
     "us-east-1"),
    ("post_body_hash", "POST", "/", {**JSON, "X-Amz-Content-SHA256":
     "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"}, "{}", "monitoring",
     "us-east-1"),
    ("post_unsigned_payload", "POST", "/", {**JSON, "X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"},
     "{}", "monitoring", "us-east-1"),
]


def signed(method, path, headers, body, service, region):
    request = AWSRequest(method, f"https://{HOST}{path}", {"Host": HOST, **headers},
                         body.encode("latin-1"))
    auth = SigV4Auth(Credentials(KEY, SECRET), service, region)
    if headers.get("X-Amz-Content-SHA256") == "UNSIGNED-PAYLOAD":
        request.context["payload_signing_enabled"] = False
        auth._should_sha256_sign_payload = lambda _: False
    with mock.patch("botocore.auth.get_current_datetime", return_value=NOW):
        auth.add_auth(request)
    return request


def main():
    out = pathlib.Path(__file__).parent.parent / "tests/fixtures/aws/sigv4"
    out.mkdir(parents=True, exist_ok=True)
    for name, method, path, headers, body, service, region in CASES:
        request = signed(method, path, headers, body, service, region)
        head = "".join(f"{k}: {v}\r\n" for k, v in request.headers.items())
        data = f"{method} {path} HTTP/1.1\r\n{head}\r\n{body}".encode("latin-1")
        (out / f"{name}.req.http").write_bytes(data)
    (out / "SOURCE").write_text(
        f"SOURCE: tools/make_sigv4_fixtures.py with botocore {botocore.__version__} (Apache-2.0). "
        f"Key {KEY} with the example secret {SECRET}, signed at 2015-08-30T12:36:00Z.\n")


if __name__ == "__main__":
    main()

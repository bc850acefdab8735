"""Calls in a protocol of one's choice, without a client's own checks on the way."""
import http.client
import io
import json
import urllib.parse
import xml.etree.ElementTree

import botocore.model
import botocore.parsers
import botocore.serialize
import botocore.session


def model_of(protocol):
    loader = botocore.session.get_session().get_component("data_loader")
    model = loader.load_service_model("cloudwatch", "service-2")
    model["metadata"] = {**model["metadata"], "protocol": protocol, "protocols": [protocol]}
    return botocore.model.ServiceModel(model, "cloudwatch")


def as_dict(element):
    """XML as LocalStack wrote it down: an empty element is None, what stands more than once a list."""
    if not len(element):
        return element.text
    out = {}
    for child in element:
        name, value = child.tag.split("}")[-1], as_dict(child)
        out[name] = value if name not in out else [*(out[name] if isinstance(out[name], list) else [out[name]]), value]
    return out


class Raw:
    """Sends what botocore would, and reads the reply without it."""

    def __init__(self, server, protocol):
        self.server, self.protocol, self.model = server, protocol, model_of(protocol)

    def call(self, operation, query_mode=False, **arguments):
        """(status, headers, document)"""
        serializer = botocore.serialize.create_serializer(self.protocol, include_validation=False)
        request = serializer.serialize_to_request(arguments, self.model.operation_model(operation))
        body, headers = request["body"], dict(request["headers"])
        if isinstance(body, dict):
            body = urllib.parse.urlencode(body)
        body = body.encode() if isinstance(body, str) else body
        return self.send(request["url_path"], body, headers, query_mode)

    def send(self, path, body, headers, query_mode=False):
        headers["Authorization"] = ("AWS4-HMAC-SHA256 Credential=k/20131101/us-east-1/monitoring/aws4_request, "
                                    "SignedHeaders=host, Signature=00")
        headers.pop("x-amzn-query-mode", None)
        if query_mode:
            headers["x-amzn-query-mode"] = "true"
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        connection.request("POST", path, body, headers)
        return self.read(connection.getresponse())

    def read(self, reply):
        body = reply.read()
        if self.protocol == "json":
            document = json.loads(body or b"{}")
        elif self.protocol == "query":
            root = xml.etree.ElementTree.fromstring(body)
            space, name = root.tag[1:].split("}")
            members = as_dict(root)
            members.pop("ResponseMetadata", None)
            document = {name: {"@xmlns": space, **members}}
        else:
            parser = botocore.parsers.create_parser(self.protocol)
            document = parser.parse_data_item(io.BufferedReader(io.BytesIO(body)))
        return reply.status, reply.headers, json.loads(json.dumps(document, default=lambda t: t.isoformat()))

"""SNS by unmodified clients: topics, subscriptions, confirmation, publication."""
import pathlib
import re

import boto3
import pytest

from conftest import ROOT, eventually
from test_clients import run
from test_delivery import Mailbox, free_port

HERE = pathlib.Path(__file__).parent
CONFIG = """
mail: {{url: "smtp://127.0.0.1:{smtp}", from: tidemark@example.org, require_tls: false}}
egress: {{allow: ["127.0.0.0/8"], allow_http: true}}
"""


@pytest.fixture
def mailbox():
    box = Mailbox(free_port())
    box.start()
    yield box
    box.stop()


@pytest.mark.parametrize("venv", ["venv-clients", "venv-boto3-old"])
def test_sns_flow(start_server, mailbox, venv):
    server = start_server(config=CONFIG.format(smtp=mailbox.port))
    assert "flow done" in run([ROOT / "build" / venv / "bin/python", HERE / "flow_sns.py", server.url])


def test_a_mail_address_is_confirmed_by_the_token_of_its_mail(start_server, mailbox):
    server = start_server(config=CONFIG.format(smtp=mailbox.port))
    sns = boto3.client("sns", endpoint_url=server.url, region_name="us-east-1", aws_access_key_id="k",
                       aws_secret_access_key="s")
    topic = sns.create_topic(Name="mail")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="ops@example.org")
    (asked,) = eventually(lambda: mailbox.taken["ops@example.org"])
    token = re.search(r"Token=([0-9a-f]+)", asked.get_body(("plain",)).get_content()).group(1)
    arn = sns.confirm_subscription(TopicArn=topic, Token=token)["SubscriptionArn"]
    assert sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]["PendingConfirmation"] == "false"
    sns.publish(TopicArn=topic, Subject="Load", Message="626 records")
    _, told = eventually(lambda: len(mailbox.taken["ops@example.org"]) == 2 and mailbox.taken["ops@example.org"])
    assert told["Subject"] == "Load" and "626 records" in told.get_body(("plain",)).get_content()

"""SNS by unmodified clients: topics, subscriptions, confirmation, publication."""
import pathlib
import re
import urllib.error
import urllib.parse
import urllib.request

import boto3
import botocore.exceptions
import pytest

from conftest import ROOT, eventually
from receiver import Receiver
from test_clients import run
from test_delivery import Mailbox, free_port

HERE = pathlib.Path(__file__).parent
CONFIG = """
mail: {{url: "smtp://127.0.0.1:{smtp}", from: tidemark@example.org, require_tls: false}}
egress: {{allow: ["127.0.0.0/8"], allow_http: true}}
"""
KEYS = "aws: {access_keys: [{id: k, secret: s}]}\n"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def client(server, region="us-east-1"):
    return boto3.client("sns", endpoint_url=server.url, region_name=region, aws_access_key_id="k",
                        aws_secret_access_key="s")


def refused(call, **arguments):
    """(code, status) of what is refused."""
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


def opened(link, accept="*/*"):
    """(status, content type, body) of a link, opened as a program or a browser does."""
    request = urllib.request.Request(link, headers={"Accept": accept})
    try:
        reply = urllib.request.urlopen(request, timeout=60)
    except urllib.error.HTTPError as error:
        reply = error
    with reply:
        return reply.status, reply.headers["Content-Type"], reply.read().decode()


def link_of(mail, action):
    return re.search(rf"http\S+Action={action}\S+", mail.get_body(("plain",)).get_content()).group(0)


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
    sns = client(server)
    topic = sns.create_topic(Name="mail")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="ops@example.org")
    (asked,) = eventually(lambda: mailbox.taken["ops@example.org"])
    token = re.search(r"Token=([0-9a-f]+)", asked.get_body(("plain",)).get_content()).group(1)
    arn = sns.confirm_subscription(TopicArn=topic, Token=token)["SubscriptionArn"]
    assert sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]["PendingConfirmation"] == "false"
    sns.publish(TopicArn=topic, Subject="Load", Message="626 records")
    _, told = eventually(lambda: len(mailbox.taken["ops@example.org"]) == 2 and mailbox.taken["ops@example.org"])
    assert told["Subject"] == "Load" and "626 records" in told.get_body(("plain",)).get_content()


@pytest.mark.parametrize("keys", ["", KEYS], ids=["open", "with_keys"])
def test_who_confirmed_so_is_not_unsubscribed_by_a_link(start_server, keys):
    server = start_server(config=CONFIG.format(smtp=free_port()) + keys)
    sns, receiver = client(server), Receiver()
    topic = sns.create_topic(Name="pages")["TopicArn"]

    def joined(path, **how):
        """(ARN, UnsubscribeURL) of an endpoint that is confirmed and has got a message."""
        sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=receiver.url + path)
        asked = receiver.next(path)[1]
        if how:
            arn = sns.confirm_subscription(TopicArn=topic, Token=asked["Token"], **how)["SubscriptionArn"]
        else:
            assert opened(asked["SubscribeURL"])[:2] == (200, "text/xml")
            (arn,) = [one["SubscriptionArn"] for one in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
                      if one["Endpoint"].endswith(path)]
        sns.publish(TopicArn=topic, Message=path)
        return arn, receiver.next(path)[1]["UnsubscribeURL"]

    def authenticated(arn):
        return sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]["ConfirmationWasAuthenticated"]

    strict, link = joined("/strict", AuthenticateOnUnsubscribe="true")
    assert authenticated(strict) == "true"
    status, kind, body = opened(link)
    assert (status, kind) == (403, "text/xml") and "<Code>AuthorizationError</Code>" in body
    status, kind, body = opened(link, BROWSER)
    assert (status, kind) == (403, "text/html; charset=utf-8")
    assert "Only the owner of the topic pages may end" in body and strict in body
    server.kill()
    server.start()
    assert opened(link)[0] == 403
    assert authenticated(strict) == "true"
    sns.unsubscribe(SubscriptionArn=strict)
    assert receiver.next("/strict")[1]["Type"] == "UnsubscribeConfirmation"
    assert refused(sns.get_subscription_attributes, SubscriptionArn=strict) == ("NotFound", 404)

    loose, link = joined("/loose")
    assert authenticated(loose) == "false"
    status, kind, body = opened(link, BROWSER)
    assert (status, kind) == (200, "text/html; charset=utf-8") and "no more messages of the topic pages" in body
    assert refused(sns.get_subscription_attributes, SubscriptionArn=loose) == ("NotFound", 404)
    assert refused(sns.confirm_subscription, TopicArn=topic, Token="x", AuthenticateOnUnsubscribe="yes") == (
        "InvalidParameter", 400)


def test_with_keys_only_the_links_of_messages_are_taken_unsigned(start_server):
    server = start_server(config=CONFIG.format(smtp=free_port()) + KEYS)
    sns, receiver = client(server), Receiver()
    topic = sns.create_topic(Name="pages")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=receiver.url + "/a")
    link = receiver.next("/a")[1]["SubscribeURL"]
    missing = "<Code>MissingAuthenticationToken</Code>"
    for query in ["Action=ListTopics", f"Action=DeleteTopic&TopicArn={topic}", "%41ction=ListTopics&Action=Unsubscribe",
                  "Action=ListTopics&Action=Unsubscribe", "Action=Nothing"]:
        status, _, body = opened(f"{server.url}/?{query}")
        assert status == 403 and missing in body, query
    claims = f"{link}&X-Amz-Credential=k%2F20261123%2Fus-east-1%2Fsns%2Faws4_request"
    assert opened(claims)[0] == 403, "it says that it is signed, and is not"
    status, _, body = opened(f"{link}&AuthenticateOnUnsubscribe=true")
    assert status == 403 and "<Code>AuthorizationError</Code>" in body
    posted = urllib.request.Request(server.url + "/", data=urllib.parse.urlparse(link).query.encode())
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(posted, timeout=60)
    assert caught.value.code == 403
    assert sns.get_topic_attributes(TopicArn=topic)["Attributes"]["SubscriptionsPending"] == "1"
    assert opened(link)[0] == 200
    assert sns.get_topic_attributes(TopicArn=topic)["Attributes"]["SubscriptionsConfirmed"] == "1"


def test_topics_of_regions_are_kept_apart(start_server):
    server = start_server(config=CONFIG.format(smtp=free_port()))
    here, there, receiver = client(server), client(server, "eu-central-1"), Receiver()
    topic = there.create_topic(Name="ops", Tags=[{"Key": "a", "Value": "b"}])["TopicArn"]
    same_name = here.create_topic(Name="ops")["TopicArn"]
    assert topic != same_name and ":eu-central-1:" in topic
    arn = there.subscribe(TopicArn=topic, Protocol="http", Endpoint=receiver.url + "/a",
                          ReturnSubscriptionArn=True)["SubscriptionArn"]
    assert [one["TopicArn"] for one in here.list_topics()["Topics"]] == [same_name]
    assert [one["TopicArn"] for one in there.list_topics()["Topics"]] == [topic]
    assert here.list_subscriptions()["Subscriptions"] == []
    assert [one["TopicArn"] for one in there.list_subscriptions()["Subscriptions"]] == [topic]
    by_topic = {"TopicArn": topic}
    for call, arguments in [
            (here.get_topic_attributes, by_topic), (here.list_subscriptions_by_topic, by_topic),
            (here.set_topic_attributes, {**by_topic, "AttributeName": "DisplayName", "AttributeValue": "x"}),
            (here.subscribe, {**by_topic, "Protocol": "http", "Endpoint": receiver.url + "/b"}),
            (here.confirm_subscription, {**by_topic, "Token": "x"}),
            (here.publish, {**by_topic, "Message": "m"}), (here.publish, {"TargetArn": topic, "Message": "m"}),
            (here.delete_topic, by_topic), (here.unsubscribe, {"SubscriptionArn": arn}),
            (here.get_subscription_attributes, {"SubscriptionArn": arn}), (here.list_tags_for_resource, {"ResourceArn": topic}),
            (here.tag_resource, {"ResourceArn": topic, "Tags": [{"Key": "c", "Value": "d"}]}),
            (here.untag_resource, {"ResourceArn": topic, "TagKeys": ["a"]})]:
        assert refused(call, **arguments) == ("InvalidParameter", 400), (call, arguments)
    # Nothing of it was done; and a link names no region but by its ARN.
    assert there.list_tags_for_resource(ResourceArn=topic)["Tags"] == [{"Key": "a", "Value": "b"}]
    assert opened(receiver.next("/a")[1]["SubscribeURL"])[0] == 200
    there.publish(TopicArn=topic, Message="hello")
    assert receiver.next("/a")[1]["Message"] == "hello"


def test_the_link_of_each_mail_works_and_browsers_read_a_sentence(start_server, mailbox):
    server = start_server(config=CONFIG.format(smtp=mailbox.port))
    sns = client(server, "eu-west-1")
    topic = sns.create_topic(Name="mail")["TopicArn"]
    mails = mailbox.taken["ops@example.org"]
    for count in (1, 2):
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="ops@example.org")
        eventually(lambda: len(mails) == count)
    first, second = (link_of(mail, "ConfirmSubscription") for mail in mails)
    assert first != second and "--region eu-west-1" in mails[0].get_body(("plain",)).get_content()
    for link in (first, second, first):
        status, kind, body = opened(link, BROWSER)
        assert (status, kind) == (200, "text/html; charset=utf-8") and "messages of the topic mail" in body
    assert opened(first)[:2] == (200, "text/xml")
    unknown = re.sub("Token=.*", "Token=" + "0" * 64, first)
    status, kind, body = opened(unknown, BROWSER)
    assert (status, kind) == (400, "text/html; charset=utf-8") and "three days" in body
    status, kind, body = opened(unknown)
    assert (status, kind) == (400, "text/xml") and "<Code>InvalidParameter</Code>" in body
    assert "<html" in opened(first.split("&Token")[0], BROWSER)[2], "a link that was cut"

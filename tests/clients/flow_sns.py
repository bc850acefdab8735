"""Topics and subscriptions by one boto3, old or new, with a web receiver of its own.

usage: flow_sns.py URL      (run by test_sns.py with each boto3's own Python)
The server confirms nothing by itself and may reach 127.0.0.0/8.
"""
import json
import sys

import boto3
import botocore.config
import botocore.exceptions

from receiver import Receiver

URL = sys.argv[1]
sns = boto3.client("sns", endpoint_url=URL, region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s",
                   config=botocore.config.Config(retries={"total_max_attempts": 1}))


receiver = Receiver()


def refused(code, status, call, **arguments):
    try:
        call(**arguments)
    except botocore.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == status, error
        return error.response["Error"]["Message"]
    raise AssertionError(f"was taken: {arguments}")


def pages(call, member, **arguments):
    """Every page of a list."""
    out, more = [], {}
    while True:
        page = call(**arguments, **more)
        out.append(page[member])
        if "NextToken" not in page:
            return out
        more = {"NextToken": page["NextToken"]}


def subscribed(topic):
    """{endpoint: what the list of the topic says of it}"""
    found = sum(pages(sns.list_subscriptions_by_topic, "Subscriptions", TopicArn=topic), [])
    assert all(one["TopicArn"] == topic for one in found)
    return {one["Endpoint"]: one["SubscriptionArn"] for one in found}


def join(topic, path):
    """The ARN of a web endpoint that has confirmed itself."""
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=receiver.url + path)
    return sns.confirm_subscription(TopicArn=topic, Token=receiver.next(path)[1]["Token"])["SubscriptionArn"]


def topics_are_made_once_listed_and_described():
    topic = sns.create_topic(Name="on-call", Attributes={"DisplayName": "On call"},
                             Tags=[{"Key": "team", "Value": "data"}])["TopicArn"]
    assert topic == "arn:aws:sns:us-east-1:000000000000:on-call"
    assert sns.create_topic(Name="on-call")["TopicArn"] == topic, "the same again is no error"
    assert "different attributes" in refused("InvalidParameter", 400, sns.create_topic, Name="on-call",
                                             Attributes={"DisplayName": "Other"})
    assert "Topic Name" in refused("InvalidParameter", 400, sns.create_topic, Name="no spaces")

    attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    assert (attributes["TopicArn"], attributes["Owner"], attributes["DisplayName"]) == (topic, "000000000000", "On call")
    assert json.loads(attributes["Policy"])["Statement"][0]["Resource"] == topic
    sns.set_topic_attributes(TopicArn=topic, AttributeName="DisplayName", AttributeValue="Night")
    assert sns.get_topic_attributes(TopicArn=topic)["Attributes"]["DisplayName"] == "Night"
    assert "AttributeName" in refused("InvalidParameter", 400, sns.set_topic_attributes, TopicArn=topic,
                                      AttributeName="Colour", AttributeValue="red")

    def tags():
        return {tag["Key"]: tag["Value"] for tag in sns.list_tags_for_resource(ResourceArn=topic)["Tags"]}

    sns.tag_resource(ResourceArn=topic, Tags=[{"Key": "env", "Value": "prod"}, {"Key": "team", "Value": "ops"}])
    assert tags() == {"team": "ops", "env": "prod"}
    sns.untag_resource(ResourceArn=topic, TagKeys=["team", "unknown"])
    assert tags() == {"env": "prod"}

    more = {sns.create_topic(Name=f"t{i:03}")["TopicArn"] for i in range(200)}
    listed = pages(sns.list_topics, "Topics")
    assert [len(page) for page in listed] == [100, 100, 1]
    assert {one["TopicArn"] for page in listed for one in page} == more | {topic}
    refused("InvalidParameter", 400, sns.list_topics, NextToken="none")
    for arn in more:
        sns.delete_topic(TopicArn=arn)
    return topic


def an_endpoint_confirms_with_the_token_it_was_sent(topic):
    join(topic, "/witness")  # shows when a message has been through
    endpoint = receiver.url + "/pager"
    assert sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=endpoint)["SubscriptionArn"] == "pending confirmation"
    headers, asked = receiver.next("/pager")
    assert headers["x-amz-sns-message-type"] == asked["Type"] == "SubscriptionConfirmation"
    assert asked["TopicArn"] == topic and asked["Token"] in asked["SubscribeURL"]
    assert subscribed(topic)[endpoint] == "PendingConfirmation"
    attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    assert (attributes["SubscriptionsPending"], attributes["SubscriptionsConfirmed"]) == ("1", "1")
    # Nobody is told before.
    sns.publish(TopicArn=topic, Message="too early")
    assert receiver.next("/witness")[1]["Message"] == "too early"
    assert "Token" in refused("InvalidParameter", 400, sns.confirm_subscription, TopicArn=topic, Token="0" * 64)
    arn = sns.confirm_subscription(TopicArn=topic, Token=asked["Token"])["SubscriptionArn"]
    assert sns.confirm_subscription(TopicArn=topic, Token=asked["Token"])["SubscriptionArn"] == arn
    assert subscribed(topic)[endpoint] == arn and arn.startswith(topic + ":")
    return arn


def what_is_published_arrives(topic, arn):
    sent = sns.publish(TopicArn=topic, Subject="Load", Message="626 records", MessageAttributes={
        "job": {"DataType": "String", "StringValue": "etl"}})
    headers, message = receiver.next("/pager")
    assert message["Message"] == "626 records", "what was sent before the confirmation came: " + message["Message"]
    assert message["MessageId"] == sent["MessageId"] == headers["x-amz-sns-message-id"]
    assert (message["Type"], message["Subject"], message["TopicArn"]) == ("Notification", "Load", topic)
    assert message["MessageAttributes"] == {"job": {"Type": "String", "Value": "etl"}}
    assert headers["x-amz-sns-subscription-arn"] == arn and message["Signature"]
    sns.publish(TargetArn=topic, MessageStructure="json", Message=json.dumps({"default": "all", "http": "web"}))
    assert receiver.next("/pager")[1]["Message"] == "web"
    assert "Message too long" in refused("InvalidParameter", 400, sns.publish, TopicArn=topic, Message="x" * 262_145)
    assert "Subject" in refused("InvalidParameter", 400, sns.publish, TopicArn=topic, Message="m", Subject="x" * 101)

    attributes = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert (attributes["Endpoint"], attributes["PendingConfirmation"]) == (receiver.url + "/pager", "false")
    assert attributes["RawMessageDelivery"] == "false"
    sns.set_subscription_attributes(SubscriptionArn=arn, AttributeName="RawMessageDelivery", AttributeValue="true")
    assert sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]["RawMessageDelivery"] == "true"
    sns.publish(TopicArn=topic, Message="raw text")
    headers, body = receiver.next_text("/pager")
    assert body == "raw text" and headers["x-amz-sns-rawdelivery"] == "true"
    sns.set_subscription_attributes(SubscriptionArn=arn, AttributeName="RawMessageDelivery", AttributeValue="false")
    for name, value in [("RawMessageDelivery", "maybe"), ("FilterPolicy", '{"a": ["b"]}'), ("Colour", "red")]:
        refused("InvalidParameter", 400, sns.set_subscription_attributes, SubscriptionArn=arn, AttributeName=name,
                AttributeValue=value)


def other_protocols_wait_too_and_what_is_unknown_is_refused(topic):
    for protocol, endpoint in [("https", "https://127.0.0.1:1/hook"), ("email", "ops@example.org")]:
        sns.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=endpoint)
        assert subscribed(topic)[endpoint] == "PendingConfirmation"
    arn = sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="two@example.org",
                        ReturnSubscriptionArn=True)["SubscriptionArn"]
    attributes = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert (attributes["Protocol"], attributes["PendingConfirmation"]) == ("email", "true")
    for protocol, endpoint in [("sqs", "arn:aws:sqs:us-east-1:1:q"), ("email", "nobody"), ("https", "http://a/")]:
        refused("InvalidParameter", 400, sns.subscribe, TopicArn=topic, Protocol=protocol, Endpoint=endpoint)


def lists_are_paged(topic):
    full = sns.create_topic(Name="full")["TopicArn"]
    made = {sns.subscribe(TopicArn=full, Protocol="email", Endpoint=f"u{i}@example.org",
                          ReturnSubscriptionArn=True)["SubscriptionArn"] for i in range(101)}
    assert [len(page) for page in pages(sns.list_subscriptions_by_topic, "Subscriptions", TopicArn=full)] == [100, 1]
    everywhere = sum(pages(sns.list_subscriptions, "Subscriptions"), [])
    assert len(everywhere) == 101 + len(subscribed(topic))
    assert {one["TopicArn"] for one in everywhere} == {full, topic}
    assert {one["Owner"] for one in everywhere} == {"000000000000"} and len(made) == 101
    refused("InvalidParameter", 400, sns.list_subscriptions, NextToken="none")
    sns.delete_topic(TopicArn=full)
    assert len(sum(pages(sns.list_subscriptions, "Subscriptions"), [])) == len(subscribed(topic))


def who_has_left_is_told_and_hears_no_more(topic, arn):
    before = subscribed(topic)
    sns.unsubscribe(SubscriptionArn=arn)
    sns.unsubscribe(SubscriptionArn=arn)
    told = receiver.next("/pager")[1]
    assert told["Type"] == "UnsubscribeConfirmation" and told["TopicArn"] == topic
    assert subscribed(topic) == {endpoint: one for endpoint, one in before.items() if one != arn}
    refused("NotFound", 404, sns.get_subscription_attributes, SubscriptionArn=arn)
    sns.publish(TopicArn=topic, Message="after")
    while receiver.next("/witness")[1]["Message"] != "after":
        pass
    # The token of the farewell brings it back, and what was said meanwhile does not come.
    sns.confirm_subscription(TopicArn=topic, Token=told["Token"])
    sns.publish(TopicArn=topic, Message="back")
    assert receiver.next("/pager")[1]["Message"] == "back"


def a_deleted_topic_is_gone(topic):
    sns.delete_topic(TopicArn=topic)
    sns.delete_topic(TopicArn=topic)
    assert pages(sns.list_topics, "Topics") == [[]] and pages(sns.list_subscriptions, "Subscriptions") == [[]]
    assert refused("NotFound", 404, sns.publish, TopicArn=topic, Message="m") == "Topic does not exist"
    refused("NotFound", 404, sns.subscribe, TopicArn=topic, Protocol="email", Endpoint="a@example.org")
    refused("NotFound", 404, sns.list_subscriptions_by_topic, TopicArn=topic)
    refused("NotFound", 404, sns.get_topic_attributes, TopicArn=topic)
    refused("NotFound", 404, sns.set_topic_attributes, TopicArn=topic, AttributeName="DisplayName", AttributeValue="x")
    for call, arguments in [(sns.tag_resource, {"Tags": [{"Key": "a", "Value": "b"}]}),
                            (sns.untag_resource, {"TagKeys": ["a"]}), (sns.list_tags_for_resource, {})]:
        refused("ResourceNotFound", 404, call, ResourceArn=topic, **arguments)
    assert "6 elements" in refused("InvalidParameter", 400, sns.get_topic_attributes, TopicArn="topic")


def main():
    topic = topics_are_made_once_listed_and_described()
    arn = an_endpoint_confirms_with_the_token_it_was_sent(topic)
    what_is_published_arrives(topic, arn)
    other_protocols_wait_too_and_what_is_unknown_is_refused(topic)
    lists_are_paged(topic)
    who_has_left_is_told_and_hears_no_more(topic, arn)
    a_deleted_topic_is_gone(topic)
    print(f"boto3 {boto3.__version__}: flow done")


main()

#include "act/topics.h"

#include <gmock/gmock.h>

#include "act/sns/documents.h"
#include "act/standins/work_bench.h"
#include "base/worker.h"

namespace tidemark::act {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

class TopicsTest : public standins::Bench {
 protected:
  TopicsTest() { config.auto_confirm_http = config.auto_confirm_email = false; }

  static Topics::NewTopic named(const std::string& name) {
    Topics::NewTopic out;
    out.name = name;
    return out;
  }
  /// What waits in the outbox about a subscription.
  std::vector<sns::PublishBody> waiting() {
    const auto rows = store.unexpanded_outbox(100).value();
    std::vector<sns::PublishBody> out;
    for (const auto& row : rows)
      out.push_back(sns::publish_body_from_json(row.body).value());
    return out;
  }
  template <typename T>
  static void expect_invalid(const Result<T>& result, const std::string& text) {
    ASSERT_FALSE(result.has_value()) << text;
    EXPECT_EQ(result.error().code, Errc::invalid);
    EXPECT_THAT(result.error().what, HasSubstr(text));
  }

  Topics topics = make_topics();
};

TEST_F(TopicsTest, creating_a_topic_twice_gives_the_same_one) {
  Topics::NewTopic ops = named("ops");
  ops.region = "eu-west-1";
  ops.attributes = {{"DisplayName", "Ops"}};
  ops.tags = {{"team", "data"}};
  const auto arn = topics.create_topic(ops);
  ASSERT_TRUE(arn.has_value());
  EXPECT_EQ(*arn, "arn:aws:sns:eu-west-1:000000000000:ops");
  ops.attributes.clear();
  EXPECT_EQ(topics.create_topic(ops).value(), *arn);
  EXPECT_THAT(topics.topics().value(), SizeIs(1));
  ops.attributes = {{"DisplayName", "Other"}};
  expect_invalid(topics.create_topic(ops), "Topic already exists with different attributes");
  ops.attributes.clear();
  ops.tags = {{"team", "web"}};
  expect_invalid(topics.create_topic(ops), "Topic already exists with different tags");
}

TEST_F(TopicsTest, refuses_names_and_attributes_that_sns_refuses) {
  expect_invalid(topics.create_topic(named("")), "Topic Name");
  expect_invalid(topics.create_topic(named("a b")), "Topic Name");
  expect_invalid(topics.create_topic(named(std::string(257, 'a'))), "Topic Name");
  expect_invalid(topics.create_topic(named("queue.fifo")), "FIFO");
  EXPECT_TRUE(topics.create_topic(named(std::string(256, 'a'))).has_value());
  const auto arn = topics.create_topic(named("ops")).value();
  expect_invalid(topics.set_topic_attribute(arn, "Nonsense", "1"), "AttributeName");
  expect_invalid(topics.set_topic_attribute(arn, "DisplayName", "two\nlines"), "DisplayName");
  expect_invalid(topics.set_topic_attribute(arn, "SignatureVersion", "3"), "SignatureVersion");
  EXPECT_TRUE(topics.set_topic_attribute(arn, "SignatureVersion", "2").has_value());
  EXPECT_EQ(topics.topic_attributes(arn).value()["SignatureVersion"], "2");
}

TEST_F(TopicsTest, names_what_is_not_there_and_what_is_no_arn) {
  const auto missing = topics.topic_attributes("arn:aws:sns:us-east-1:000000000000:nope");
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, Errc::not_found);
  EXPECT_EQ(missing.error().what, "Topic does not exist");
  expect_invalid(topics.topic("nope"), "An ARN must have at least 6 elements, not 1");
  EXPECT_TRUE(topics.delete_topic("arn:aws:sns:us-east-1:000000000000:nope").has_value());
}

TEST_F(TopicsTest, a_subscription_waits_until_its_token_comes_back) {
  const auto arn = topics.create_topic(named("ops")).value();
  const auto pending = topics.subscribe({arn, "https", "https://sink.example/hook", {}}).value();
  EXPECT_EQ(pending.state, Subscription::State::pending);
  EXPECT_THAT(pending.arn, ::testing::StartsWith(arn + ":"));
  ASSERT_THAT(waiting(), SizeIs(1));
  EXPECT_EQ(waiting()[0].kind, sns::PublishBody::Kind::confirmation);
  EXPECT_EQ(topics.topic_attributes(arn).value()["SubscriptionsPending"], "1");

  expect_invalid(topics.confirm_subscription(arn, "guess"), "Token");
  expect_invalid(topics.confirm_subscription(arn, ""), "Token");
  const auto confirmed = topics.confirm_subscription(arn, pending.token);
  ASSERT_TRUE(confirmed.has_value());
  EXPECT_EQ(confirmed->arn, pending.arn);
  EXPECT_TRUE(topics.confirm_subscription(arn, pending.token).has_value()) << "twice is no error";
  const auto attributes = topics.subscription_attributes(pending.arn).value();
  EXPECT_EQ(attributes.at("PendingConfirmation"), "false");
  EXPECT_EQ(attributes.at("Endpoint"), "https://sink.example/hook");
}

TEST_F(TopicsTest, a_token_is_worth_nothing_after_three_days_or_at_another_topic) {
  const auto arn = topics.create_topic(named("ops")).value();
  const auto other = topics.create_topic(named("other")).value();
  const auto pending = topics.subscribe({arn, "email", "a@example.com", {}}).value();
  expect_invalid(topics.confirm_subscription(other, pending.token), "Token");
  clock.advance(std::chrono::hours(73));
  expect_invalid(topics.confirm_subscription(arn, pending.token), "expired");
  const auto again = topics.subscribe({arn, "email", "a@example.com", {}}).value();
  EXPECT_EQ(again.arn, pending.arn);
  EXPECT_NE(again.token, pending.token);
  EXPECT_TRUE(topics.confirm_subscription(arn, again.token).has_value());
}

TEST_F(TopicsTest, subscribing_again_sends_the_token_anew_only_while_it_waits) {
  const auto arn = topics.create_topic(named("ops")).value();
  const Topics::NewSubscription hook{arn, "http", "http://sink.example/", {}};
  const auto first = topics.subscribe(hook).value();
  const auto second = topics.subscribe(hook).value();
  EXPECT_EQ(second.arn, first.arn);
  EXPECT_THAT(waiting(), SizeIs(2));
  ASSERT_TRUE(topics.confirm_subscription(arn, second.token).has_value());
  EXPECT_EQ(topics.subscribe(hook).value().state, Subscription::State::confirmed);
  EXPECT_THAT(waiting(), SizeIs(2));
  EXPECT_THAT(topics.subscriptions(arn).value(), SizeIs(1));
  expect_invalid(
      topics.subscribe({arn, "http", "http://sink.example/", {{"RawMessageDelivery", "true"}}}),
      "Subscription already exists with different attributes");
}

TEST_F(TopicsTest, the_link_of_each_mail_works_while_the_subscription_waits) {
  const auto arn = topics.create_topic(named("ops")).value();
  const Topics::NewSubscription wanted{arn, "email", "a@example.com", {}};
  const auto first = topics.subscribe(wanted).value();
  clock.advance(std::chrono::hours(48));
  const auto second = topics.subscribe(wanted).value();
  EXPECT_NE(second.token, first.token);
  clock.advance(std::chrono::hours(23));
  const auto confirmed = make_topics().confirm_subscription(arn, first.token);
  ASSERT_TRUE(confirmed.has_value()) << "what is kept of it must do: " << confirmed.error().what;
  EXPECT_EQ(confirmed->arn, first.arn);
  for (const std::string& used : {first.token, second.token}) {
    EXPECT_TRUE(topics.confirm_subscription(arn, used).has_value()) << "opened once more";
  }
}

TEST_F(TopicsTest, each_link_ends_after_its_own_three_days) {
  const auto arn = topics.create_topic(named("ops")).value();
  const Topics::NewSubscription wanted{arn, "email", "a@example.com", {}};
  const auto first = topics.subscribe(wanted).value();
  clock.advance(std::chrono::hours(48));
  const auto second = topics.subscribe(wanted).value();
  clock.advance(std::chrono::hours(25));
  expect_invalid(topics.confirm_subscription(arn, first.token), "expired");
  EXPECT_TRUE(topics.confirm_subscription(arn, second.token).has_value());
}

TEST_F(TopicsTest, subscribing_without_end_keeps_few_tokens_and_ends_no_link) {
  const auto arn = topics.create_topic(named("ops")).value();
  const Topics::NewSubscription wanted{arn, "email", "a@example.com", {}};
  const auto first = topics.subscribe(wanted).value();
  Subscription last;
  for (int i = 0; i < 100; ++i)
    last = topics.subscribe(wanted).value();
  EXPECT_EQ(sns::read_subscriptions(store).value().at(0).earlier_tokens.size(), 9U);
  clock.advance(std::chrono::hours(71));
  EXPECT_TRUE(topics.confirm_subscription(arn, last.token).has_value());
  EXPECT_TRUE(topics.confirm_subscription(arn, first.token).has_value());
  // Those that are too old make room.
  const Topics::NewSubscription other{arn, "email", "b@example.com", {}};
  const auto old = topics.subscribe(other).value();
  clock.advance(std::chrono::hours(73));
  const auto now = topics.subscribe(other).value();
  EXPECT_NE(now.token, old.token);
  EXPECT_THAT(now.earlier_tokens, IsEmpty());
}

TEST_F(TopicsTest, an_old_confirmation_does_not_bring_back_who_has_left) {
  const auto arn = topics.create_topic(named("ops")).value();
  const Topics::NewSubscription hook{arn, "http", "http://sink.example/", {}};
  const auto first = topics.subscribe(hook).value();
  const auto second = topics.subscribe(hook).value();
  ASSERT_TRUE(topics.confirm_subscription(arn, second.token).has_value());
  ASSERT_TRUE(topics.unsubscribe(first.arn).has_value());
  expect_invalid(topics.confirm_subscription(arn, first.token), "Token");
  expect_invalid(topics.confirm_subscription(arn, second.token), "Token");
}

TEST_F(TopicsTest, a_link_does_not_end_what_only_a_signed_call_may_end) {
  constexpr ConfirmTerms kStrict{.caller = Caller::signed_client,
                                 .authenticate_on_unsubscribe = true};
  const auto arn = topics.create_topic(named("ops")).value();
  const auto person = topics.subscribe({arn, "email", "a@example.com", {}}).value();
  const auto confirmed = topics.confirm_subscription(arn, person.token, kStrict);
  ASSERT_TRUE(confirmed.has_value());
  EXPECT_EQ(topics.subscription_attributes(person.arn).value().at("ConfirmationWasAuthenticated"),
            "true");
  // Opening the mail's link again takes nothing back.
  ASSERT_TRUE(topics.confirm_subscription(arn, person.token).has_value());
  Topics restarted = make_topics();
  const auto by_link = restarted.unsubscribe(person.arn);
  ASSERT_FALSE(by_link.has_value());
  EXPECT_EQ(by_link.error().code, Errc::denied);
  EXPECT_THAT(by_link.error().what, HasSubstr("AuthenticateOnUnsubscribe"));
  EXPECT_EQ(restarted.subscription(person.arn).value().state, Subscription::State::confirmed);
  EXPECT_TRUE(restarted.unsubscribe(person.arn, Caller::signed_client).has_value());
  EXPECT_THAT(restarted.subscriptions(arn).value(), IsEmpty());
}

TEST_F(TopicsTest, who_confirmed_by_link_may_add_that_links_do_not_end_it) {
  const ConfirmTerms strict{.caller = Caller::signed_client, .authenticate_on_unsubscribe = true};
  const auto arn = topics.create_topic(named("ops")).value();
  const auto person = topics.subscribe({arn, "email", "a@example.com", {}}).value();
  ASSERT_TRUE(topics.confirm_subscription(arn, person.token).has_value());
  EXPECT_EQ(topics.subscription_attributes(person.arn).value().at("ConfirmationWasAuthenticated"),
            "false");
  ASSERT_TRUE(topics.confirm_subscription(arn, person.token, strict).has_value());
  EXPECT_EQ(topics.subscription_attributes(person.arn).value().at("ConfirmationWasAuthenticated"),
            "true");
  EXPECT_FALSE(topics.unsubscribe(person.arn).has_value());

  const auto late = topics.subscribe({arn, "email", "b@example.com", {}}).value();
  ASSERT_TRUE(topics.confirm_subscription(arn, late.token).has_value());
  clock.advance(std::chrono::hours(73));
  EXPECT_TRUE(topics.confirm_subscription(arn, late.token).has_value()) << "changes nothing";
  expect_invalid(topics.confirm_subscription(arn, late.token, strict), "expired");
}

TEST_F(TopicsTest, a_link_cannot_ask_for_a_signature_later) {
  const auto arn = topics.create_topic(named("ops")).value();
  const auto person = topics.subscribe({arn, "email", "a@example.com", {}}).value();
  const auto refused = topics.confirm_subscription(
      arn, person.token, {.caller = Caller::anyone, .authenticate_on_unsubscribe = true});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Errc::denied);
  EXPECT_EQ(topics.subscription(person.arn).value().state, Subscription::State::pending);
}

TEST_F(TopicsTest, reads_a_subscription_that_an_older_version_kept) {
  const auto arn = topics.create_topic(named("ops")).value();
  const std::string body = R"({"arn":")" + arn + R"(:1","topic_arn":")" + arn +
                           R"(","protocol":"email","endpoint":"a@example.com",)"
                           R"("owner":"000000000000","attributes":{},"state":"confirmed",)"
                           R"("token":"abc","token_until_ms":1700000000000})";
  const auto kept = sns::subscription_from_json(body);
  ASSERT_TRUE(kept.has_value()) << kept.error().what;
  EXPECT_THAT(kept->earlier_tokens, IsEmpty());
  EXPECT_FALSE(kept->confirmation_was_authenticated);
  EXPECT_FALSE(kept->authenticate_on_unsubscribe);
  ASSERT_TRUE(store.commit_and_wait({sns::put(*kept)}).has_value());
  EXPECT_TRUE(topics.confirm_subscription(arn, "abc").has_value());
  EXPECT_TRUE(topics.unsubscribe(arn + ":1").has_value());
}

TEST_F(TopicsTest, refuses_endpoints_that_cannot_be_served) {
  const auto arn = topics.create_topic(named("ops")).value();
  expect_invalid(topics.subscribe({arn, "sqs", "arn:aws:sqs:us-east-1:1:q", {}}), "not supported");
  expect_invalid(topics.subscribe({arn, "http", "https://sink.example/", {}}),
                 "Endpoint must match");
  expect_invalid(topics.subscribe({arn, "email", "nobody", {}}), "Email address");
  expect_invalid(topics.subscribe({arn, "email", "a@b.example\nBcc: c@d.example", {}}), "Endpoint");
  expect_invalid(topics.subscribe({arn, "email", "a@b.example,c@d.example", {}}), "Email address");
  expect_invalid(topics.subscribe({arn, "http", "http://x/", {{"RawMessageDelivery", "yes"}}}),
                 "RawMessageDelivery");
  expect_invalid(topics.subscribe({arn, "http", "http://x/", {{"FilterPolicy", R"({"a":["b"]})"}}}),
                 "FilterPolicy");
  const auto nowhere = topics.subscribe({arn + "x", "http", "http://x/", {}});
  ASSERT_FALSE(nowhere.has_value());
  EXPECT_EQ(nowhere.error().code, Errc::not_found);
}

TEST_F(TopicsTest, a_web_endpoint_is_told_that_it_is_unsubscribed_and_can_come_back) {
  config.auto_confirm_http = true;
  const auto arn = topics.create_topic(named("ops")).value();
  const auto hook = topics.subscribe({arn, "http", "http://sink.example/", {}}).value();
  ASSERT_EQ(hook.state, Subscription::State::confirmed);
  ASSERT_TRUE(topics.unsubscribe(hook.arn).has_value());
  EXPECT_THAT(topics.subscriptions(arn).value(), IsEmpty());
  EXPECT_TRUE(topics.unsubscribe(hook.arn).has_value()) << "twice is no error";
  ASSERT_THAT(waiting(), SizeIs(1));
  EXPECT_EQ(waiting()[0].kind, sns::PublishBody::Kind::removal);

  const auto kept = sns::read_subscriptions(store).value().at(0);
  EXPECT_TRUE(topics.confirm_subscription(arn, kept.token).has_value());
  EXPECT_THAT(topics.subscriptions(arn).value(), SizeIs(1));
}

TEST_F(TopicsTest, a_removed_subscription_is_forgotten_when_its_token_is_old) {
  config.auto_confirm_http = config.auto_confirm_email = true;
  const auto arn = topics.create_topic(named("ops")).value();
  const auto hook = topics.subscribe({arn, "http", "http://sink.example/", {}}).value();
  ASSERT_TRUE(topics.unsubscribe(hook.arn).has_value());
  clock.advance(std::chrono::hours(73));
  ASSERT_TRUE(topics.subscribe({arn, "email", "a@example.com", {}}).has_value());
  EXPECT_THAT(sns::read_subscriptions(store).value(), SizeIs(1));
}

TEST_F(TopicsTest, deleting_a_topic_takes_its_subscriptions_along) {
  const auto ops = topics.create_topic(named("ops")).value();
  const auto opsx = topics.create_topic(named("opsx")).value();
  ASSERT_TRUE(topics.subscribe({ops, "email", "a@example.com", {}}).has_value());
  ASSERT_TRUE(topics.subscribe({opsx, "email", "a@example.com", {}}).has_value());
  ASSERT_TRUE(topics.delete_topic(ops).has_value());
  const auto left = topics.subscriptions("").value();
  ASSERT_THAT(left, SizeIs(1));
  EXPECT_EQ(left[0].topic_arn, opsx);
}

TEST_F(TopicsTest, publishes_under_the_id_it_answers) {
  const auto arn = topics.create_topic(named("ops")).value();
  Publication message;
  message.topic_arn = arn;
  message.subject = "hello";
  message.message = "text";
  message.attributes = {{"kind", {"String", "test"}}};
  const auto id = topics.publish(message).value();
  const auto rows = store.unexpanded_outbox(10).value();
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(rows[0].transition_id, id);
  EXPECT_EQ(rows[0].kind, "publish");
  const auto kept = sns::publish_body_from_json(rows[0].body).value().publication;
  EXPECT_EQ(kept.subject, "hello");
  EXPECT_EQ(kept.attributes.at("kind").value, "test");
}

TEST_F(TopicsTest, refuses_messages_that_sns_refuses) {
  Publication message;
  message.topic_arn = topics.create_topic(named("ops")).value();
  expect_invalid(topics.publish(message), "Empty message");
  message.message = std::string(262'145, 'x');
  expect_invalid(topics.publish(message), "Message too long");
  message.message = "x";
  message.subject = std::string(101, 's');
  expect_invalid(topics.publish(message), "Subject");
  message.subject = "a\r\nBcc: b@example.com";
  expect_invalid(topics.publish(message), "Subject");
  message.subject = "";
  message.attributes = {{"n", {"Integer", "1"}}};
  expect_invalid(topics.publish(message), "message attribute type");
  message.attributes.clear();
  message.by_protocol = true;
  expect_invalid(topics.publish(message), "failed to parse");
  message.message = R"({"email":"x"})";
  expect_invalid(topics.publish(message), "No default entry");
  message.message = R"({"default":"x"})";
  EXPECT_TRUE(topics.publish(message).has_value());
  message.topic_arn += "-gone";
  EXPECT_EQ(topics.publish(message).error().code, Errc::not_found);
}

TEST_F(TopicsTest, tags_are_added_replaced_and_removed) {
  const auto arn = topics.create_topic(named("ops")).value();
  ASSERT_TRUE(topics.tag_topic(arn, {{"a", "1"}, {"b", "2"}}).has_value());
  ASSERT_TRUE(topics.tag_topic(arn, {{"b", "3"}}).has_value());
  ASSERT_TRUE(topics.untag_topic(arn, {"a", "nope"}).has_value());
  EXPECT_THAT(topics.topic(arn).value().tags, ElementsAre(Pair("b", "3")));
}

TEST_F(TopicsTest, two_who_subscribe_the_same_endpoint_at_once_get_one_subscription) {
  const auto arn = topics.create_topic(named("ops")).value();
  {
    Worker one("one");
    Worker two("two");
    for (int i = 0; i < 25; ++i) {
      for (auto* worker : {&one, &two}) {
        worker->post([this, arn, i] {
          const std::string url = "http://sink.example/" + std::to_string(i);
          EXPECT_TRUE(topics.subscribe({arn, "http", url, {}}).has_value());
        });
      }
    }
  }
  EXPECT_THAT(topics.subscriptions(arn).value(), SizeIs(25));
}

}  // namespace
}  // namespace tidemark::act

#include "act/told.h"

#include <gtest/gtest.h>

#include "act/outbox/parcel.h"

namespace tidemark::act {
namespace {

TEST(ToldChange, is_kept_with_the_delivery) {
  Parcel parcel;
  parcel.action = "arn:aws:sns:us-east-1:000000000000:on-call";
  parcel.changed_at = Timestamp::from_s(1'385'600'400);
  parcel.old_state = "OK";
  parcel.new_state = "ALARM";
  Delivery delivery;
  delivery.body = to_json(parcel);
  const auto told = told_change(delivery);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->at, parcel.changed_at);
  EXPECT_EQ(told->old_state, "OK");
  EXPECT_EQ(told->new_state, "ALARM");
}

TEST(ToldChange, is_unknown_of_what_an_earlier_version_kept_and_of_plain_messages) {
  Delivery delivery;
  delivery.body = R"({"action":"a","changed_at_ms":1000,"form":"hello"})";
  EXPECT_FALSE(told_change(delivery));
  delivery.body = "not JSON";
  EXPECT_FALSE(told_change(delivery));
}

TEST(MayTellOf, knows_alarms_of_one_name_in_two_regions_apart) {
  Parcel parcel;
  parcel.account = "000000000000";
  parcel.region = "eu-west-1";
  Delivery delivery;
  delivery.body = to_json(parcel);
  EXPECT_TRUE(may_tell_of(delivery, "000000000000", "eu-west-1"));
  EXPECT_FALSE(may_tell_of(delivery, "000000000000", "us-east-1"));
  EXPECT_FALSE(may_tell_of(delivery, "111111111111", "eu-west-1"));
  delivery.body = R"({"action":"a","changed_at_ms":1000,"form":"hello"})";
  EXPECT_TRUE(may_tell_of(delivery, "000000000000", "us-east-1"));
}

TEST(ShownEndpoint, keeps_what_lets_one_write_there_to_itself) {
  EXPECT_EQ(shown_endpoint(
                "https://hooks.slack.com/services/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"),
            "https://hooks.slack.com/services/T0123ABCD/B0123ABCD/XkQ4…");
  EXPECT_EQ(shown_endpoint("https://events.example.org/integration/0123456789abcdef/enqueue"),
            "https://events.example.org/integration/0123…/enqueue");
  EXPECT_EQ(shown_endpoint("https://ops.example.org/hook?token=s3cret"),
            "https://ops.example.org/hook");
  EXPECT_EQ(shown_endpoint("https://ops.example.org?token=s3cret"), "https://ops.example.org");
  EXPECT_EQ(shown_endpoint("https://me:s3cret@ops.example.org/a/b/"),
            "https://ops.example.org/a/b/");
}

TEST(ShownEndpoint, leaves_the_rest_as_it_is) {
  EXPECT_EQ(shown_endpoint("http://127.0.0.1:9000/tickets/new"),
            "http://127.0.0.1:9000/tickets/new");
  EXPECT_EQ(shown_endpoint("on-call-of-the-warehouse@example.org"),
            "on-call-of-the-warehouse@example.org");
  EXPECT_EQ(shown_endpoint("open-ticket-for-the-pipeline"), "open-ticket-for-the-pipeline");
  EXPECT_EQ(shown_endpoint(""), "");
}

}  // namespace
}  // namespace tidemark::act
